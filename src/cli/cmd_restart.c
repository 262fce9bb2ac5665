/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "each.h"
#include "format.h"

struct restart_options {
    int64_t timeout;
    cli_format_choice format;
};

static const struct restart_options defaults = {.timeout = DAVIT_UNSET};

static const cli_option options[] = {
    CLI_OPTION_RESULT(struct restart_options, format),
    {.name = "time",
     .letter = 't',
     .kind = CLI_INTEGER,
     .offset = offsetof(struct restart_options, timeout),
     .placeholder = "SECONDS",
     .text = "Kill it if it has not ended after so long; 0: at once (default: as it was created, "
             "usually 10)",
     .maximum = INT32_MAX},
    {.name = "timeout",
     .kind = CLI_INTEGER,
     .hidden = true,
     .offset = offsetof(struct restart_options, timeout),
     .placeholder = "SECONDS",
     .text = "The same as --time",
     .maximum = INT32_MAX},
    {.name = NULL},
};

static int restart_one(davit_engine *engine, const char *name, const void *given,
                       davit_error *error)
{
    const struct restart_options *chosen = given;
    return davit_container_restart(engine, name, chosen->timeout, error);
}

static int run(cli *self, const cli_input *input)
{
    return cli_each(self, input, restart_one, DAVIT_OK);
}

const cli_command command_restart = {
    .name = "restart",
    .also = CLI_NAMES("container restart"),
    .group = "Containers",
    .summary = "Stop containers and start them again",
    .usage = "[OPTIONS] CONTAINER...",
    .examples = "davit restart web\n"
                "davit restart -t 30 web db",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct restart_options),
    .defaults = &defaults,
    .least = 1,
    .most = CLI_ANY,
    .words = "a container",
    .first = CLI_OFFER_CONTAINERS,
    .others = CLI_OFFER_CONTAINERS,
    .run = run,
};
