/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "each.h"
#include "format.h"

struct start_options {
    cli_format_choice format;
};

static const cli_option options[] = {
    CLI_OPTION_RESULT(struct start_options, format),
    {.name = NULL},
};

static int start_one(davit_engine *engine, const char *name, const void *given, davit_error *error)
{
    (void)given;
    return davit_container_start(engine, name, error);
}

static int run(cli *self, const cli_input *input)
{
    return cli_each(self, input, start_one, DAVIT_OK);
}

const cli_command command_start = {
    .name = "start",
    .also = CLI_NAMES("container start"),
    .group = "Containers",
    .summary = "Start containers that were created or have stopped",
    .usage = "[OPTIONS] CONTAINER...",
    .examples = "davit start web",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct start_options),
    .least = 1,
    .most = CLI_ANY,
    .words = "a container",
    .first = CLI_OFFER_STOPPED,
    .others = CLI_OFFER_STOPPED,
    .run = run,
};
