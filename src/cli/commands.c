/* SPDX-License-Identifier: MIT */
/* The verbs, in alphabetical order; each stands in a file of its own. */
#include "commands.h"

#include "suggest.h"

#include <string.h>

/* One a line, so that adding one touches no other. */
/* clang-format off */
const cli_command *const cli_commands[] = {
    &command_complete,
    &command_manual,
    &command_attach,
    &command_build,
    &command_commit,
    &command_completion,
    &command_container_inspect,
    &command_context_create,
    &command_context_inspect,
    &command_context_ls,
    &command_context_rm,
    &command_context_show,
    &command_context_use,
    &command_create,
    &command_diff,
    &command_doctor,
    &command_exec,
    &command_export,
    &command_health,
    &command_help,
    &command_history,
    &command_image_inspect,
    &command_image_parse,
    &command_image_prune,
    &command_images,
    &command_import,
    &command_info,
    &command_inspect,
    &command_kill,
    &command_load,
    &command_login,
    &command_logout,
    &command_logs,
    &command_pause,
    &command_port,
    &command_ps,
    &command_pull,
    &command_push,
    &command_rename,
    &command_restart,
    &command_rm,
    &command_rmi,
    &command_run,
    &command_save,
    &command_start,
    &command_stop,
    &command_tag,
    &command_top,
    &command_unpause,
    &command_update,
    &command_version,
    &command_wait,
    NULL,
};
/* clang-format on */

const cli_noun cli_nouns[] = {
    {"container", "Everything about containers"},
    {"context", "Engines by name, shared with docker"},
    {"image", "Everything about images"},
    {"system", "The engine and davit itself"},
    {NULL, NULL},
};

const cli_noun *cli_noun_by_name(const char *name)
{
    for (const cli_noun *noun = cli_nouns; noun->name; noun++) {
        if (strcmp(noun->name, name) == 0) {
            return noun;
        }
    }
    return NULL;
}

const char *cli_command_name(const cli_command *command, size_t index)
{
    if (index == 0) {
        return command->name;
    }
    return command->also ? command->also[index - 1] : NULL;
}

/* What stands in the name behind the noun: "ls" of "container ls". NULL: another noun's name. */
static const char *word_behind(const char *name, const cli_noun *noun)
{
    size_t length = noun ? strlen(noun->name) : 0;
    if (!noun) {
        return strchr(name, ' ') ? NULL : name;
    }
    bool same = strncmp(name, noun->name, length) == 0 && name[length] == ' ';
    return same ? name + length + 1 : NULL;
}

const char *cli_command_word(const cli_command *command, const cli_noun *noun)
{
    const char *word = NULL;
    const char *name = NULL;
    for (size_t i = 0; !word && (name = cli_command_name(command, i)); i++) {
        word = word_behind(name, noun);
    }
    return word;
}

const cli_command *cli_command_find(const cli_noun *noun, const char *word, const char **ret_name)
{
    for (size_t i = 0; cli_commands[i]; i++) {
        const char *name = NULL;
        for (size_t j = 0; (name = cli_command_name(cli_commands[i], j)); j++) {
            const char *behind = word_behind(name, noun);
            if (behind && strcmp(behind, word) == 0) {
                *ret_name = name;
                return cli_commands[i];
            }
        }
    }
    return NULL;
}

const char *cli_nearest_command(const cli_noun *noun, const char *word)
{
    const char *nearest = NULL;
    size_t distance = SIZE_MAX;
    size_t length = strlen(word);
    for (size_t i = 0; cli_commands[i]; i++) {
        const char *candidate = cli_command_word(cli_commands[i], noun);
        bool known = candidate && !cli_commands[i]->hidden;
        if (known && cli_nearer(word, length, candidate, &distance)) {
            nearest = candidate;
        }
    }
    for (const cli_noun *other = cli_nouns; !noun && other->name; other++) {
        if (cli_nearer(word, length, other->name, &distance)) {
            nearest = other->name;
        }
    }
    return nearest;
}
