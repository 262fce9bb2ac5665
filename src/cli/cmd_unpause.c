/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "each.h"
#include "format.h"

struct unpause_options {
    cli_format_choice format;
};

static const cli_option options[] = {
    CLI_OPTION_RESULT(struct unpause_options, format),
    {.name = NULL},
};

static int unpause_one(davit_engine *engine, const char *name, const void *unused,
                       davit_error *error)
{
    (void)unused;
    return davit_container_unpause(engine, name, error);
}

static int run(cli *self, const cli_input *input)
{
    return cli_each(self, input, unpause_one, DAVIT_OK);
}

const cli_command command_unpause = {
    .name = "unpause",
    .also = CLI_NAMES("container unpause"),
    .group = "Containers",
    .summary = "Let the processes of paused containers go on",
    .usage = "[OPTIONS] CONTAINER...",
    .examples = "davit unpause web",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct unpause_options),
    .least = 1,
    .most = CLI_ANY,
    .words = "a container",
    .first = CLI_OFFER_CONTAINERS,
    .others = CLI_OFFER_CONTAINERS,
    .run = run,
};
