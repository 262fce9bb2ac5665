/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "help.h"

static int run(cli *self, const cli_input *input)
{
    if (input->count == 0) {
        cli_help_all(self);
        return 0;
    }
    const cli_command *command = cli_command_by_name(input->words[0]);
    if (command) {
        cli_help_command(self, command);
        return 0;
    }
    const char *nearest = cli_nearest_command(input->words[0]);
    const char *hint = nearest ? cli_format(&self->memory, "did you mean '%s'?", nearest) : NULL;
    return cli_misuse(self, hint, "unknown command '%s'", input->words[0]);
}

const cli_command command_help = {
    .name = "help",
    .group = "Engine and davit",
    .summary = "Explain davit, or one of its commands",
    .usage = "[COMMAND]",
    .most = 1,
    .first = CLI_OFFER_COMMANDS,
    .run = run,
};
