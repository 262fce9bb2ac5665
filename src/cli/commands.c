/* SPDX-License-Identifier: MIT */
/* The verbs, in alphabetical order; each stands in a file of its own. */
#include "commands.h"

#include "suggest.h"

#include <string.h>

const cli_command *const cli_commands[] = {
    &command_complete, &command_build,  &command_completion, &command_create, &command_doctor,
    &command_exec,     &command_health, &command_help,       &command_images, &command_info,
    &command_inspect,  &command_kill,   &command_logs,       &command_ps,     &command_pull,
    &command_restart,  &command_rm,     &command_rmi,        &command_run,    &command_start,
    &command_stop,     &command_tag,    &command_version,    &command_wait,   NULL,
};

const cli_command *cli_command_by_name(const char *name)
{
    for (size_t i = 0; cli_commands[i]; i++) {
        if (strcmp(cli_commands[i]->name, name) == 0) {
            return cli_commands[i];
        }
    }
    return NULL;
}

const char *cli_nearest_command(const char *name)
{
    const char *nearest = NULL;
    size_t distance = SIZE_MAX;
    for (size_t i = 0; cli_commands[i]; i++) {
        const cli_command *command = cli_commands[i];
        if (!command->hidden && cli_nearer(name, strlen(name), command->name, &distance)) {
            nearest = command->name;
        }
    }
    return nearest;
}
