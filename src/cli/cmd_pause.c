/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "each.h"
#include "format.h"

struct pause_options {
    cli_format_choice format;
};

static const cli_option options[] = {
    CLI_OPTION_RESULT(struct pause_options, format),
    {.name = NULL},
};

static int pause_one(davit_engine *engine, const char *name, const void *unused, davit_error *error)
{
    (void)unused;
    return davit_container_pause(engine, name, error);
}

static int run(cli *self, const cli_input *input)
{
    return cli_each(self, input, pause_one, DAVIT_OK);
}

const cli_command command_pause = {
    .name = "pause",
    .also = CLI_NAMES("container pause"),
    .group = "Containers",
    .summary = "Freeze all processes of containers",
    .usage = "[OPTIONS] CONTAINER...",
    .help = "They keep their memory and their open files, and get no time until 'davit unpause'.",
    .examples = "davit pause web",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct pause_options),
    .least = 1,
    .most = CLI_ANY,
    .words = "a container",
    .first = CLI_OFFER_RUNNING,
    .others = CLI_OFFER_RUNNING,
    .run = run,
};
