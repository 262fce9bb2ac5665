/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "each.h"
#include "format.h"

struct stop_options {
    int64_t timeout;
    cli_format_choice format;
};

static const struct stop_options defaults = {.timeout = DAVIT_UNSET};

static const cli_option options[] = {
    CLI_OPTION_RESULT(struct stop_options, format),
    {.name = "time",
     .letter = 't',
     .kind = CLI_INTEGER,
     .offset = offsetof(struct stop_options, timeout),
     .placeholder = "SECONDS",
     .text = "Kill it if it has not ended after so long; 0: at once (default: as it was created, "
             "usually 10)",
     .maximum = INT32_MAX},
    {.name = "timeout",
     .kind = CLI_INTEGER,
     .hidden = true,
     .offset = offsetof(struct stop_options, timeout),
     .placeholder = "SECONDS",
     .text = "The same as --time",
     .maximum = INT32_MAX},
    {.name = NULL},
};

static int stop_one(davit_engine *engine, const char *name, const void *given, davit_error *error)
{
    const struct stop_options *chosen = given;
    return davit_container_stop(engine, name, chosen->timeout, error);
}

static int run(cli *self, const cli_input *input)
{
    return cli_each(self, input, stop_one, DAVIT_OK);
}

const cli_command command_stop = {
    .name = "stop",
    .also = CLI_NAMES("container stop"),
    .group = "Containers",
    .summary = "Stop running containers",
    .usage = "[OPTIONS] CONTAINER...",
    .help = "Sends the container's stop signal, usually TERM, and KILL when that has not ended it "
            "in time.",
    .examples = "davit stop web\n"
                "davit stop -t 30 web db",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct stop_options),
    .defaults = &defaults,
    .least = 1,
    .most = CLI_ANY,
    .words = "a container",
    .first = CLI_OFFER_RUNNING,
    .others = CLI_OFFER_RUNNING,
    .run = run,
};
