/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "help.h"

static int explain(cli *self, const cli_noun *noun, const char *word)
{
    const char *name = NULL;
    const cli_command *command = cli_command_find(noun, word, &name);
    if (!command) {
        return cli_unknown_command(self, noun, word);
    }
    cli_help_command(self, command, name);
    return 0;
}

static int run(cli *self, const cli_input *input)
{
    if (input->count == 0) {
        cli_help_all(self);
        return 0;
    }
    const cli_noun *noun = cli_noun_by_name(input->words[0]);
    if (noun && input->count == 1) {
        cli_help_noun(self, noun);
        return 0;
    }
    if (!noun && input->count == 2) {
        return cli_misuse(self, NULL, "'%s' is one word too many: davit help %s", input->words[1],
                          input->words[0]);
    }
    return explain(self, noun, input->words[noun ? 1 : 0]);
}

const cli_command command_help = {
    .name = "help",
    .group = "Engine and davit",
    .summary = "Explain davit, or one of its commands",
    .usage = "[[NOUN] COMMAND]",
    .most = 2,
    .first = CLI_OFFER_COMMANDS,
    .others = CLI_OFFER_COMMANDS,
    .run = run,
};
