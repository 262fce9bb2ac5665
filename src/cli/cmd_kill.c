/* SPDX-License-Identifier: MIT */
#include "choices.h"
#include "commands.h"
#include "container_values.h"
#include "each.h"
#include "format.h"

struct kill_options {
    const char *signal;
    cli_format_choice format;
};

static const cli_option options[] = {
    CLI_OPTION_RESULT(struct kill_options, format),
    {.name = "signal",
     .letter = 's',
     .kind = CLI_CUSTOM,
     .offset = offsetof(struct kill_options, signal),
     .placeholder = "SIGNAL",
     .text = "Signal to send, such as HUP, SIGTERM or 9 (default KILL)",
     .parse = cli_parse_signal,
     .offer = CLI_OFFER_CHOICES,
     .choices = cli_signal_choices},
    {.name = NULL},
};

static int kill_one(davit_engine *engine, const char *name, const void *given, davit_error *error)
{
    const struct kill_options *chosen = given;
    return davit_container_kill(engine, name, chosen->signal, error);
}

static int run(cli *self, const cli_input *input)
{
    return cli_each(self, input, kill_one, DAVIT_OK);
}

const cli_command command_kill = {
    .name = "kill",
    .also = CLI_NAMES("container kill"),
    .group = "Containers",
    .summary = "Send a signal to running containers",
    .usage = "[OPTIONS] CONTAINER...",
    .examples = "davit kill web\n"
                "davit kill -s HUP web",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct kill_options),
    .least = 1,
    .most = CLI_ANY,
    .words = "a container",
    .first = CLI_OFFER_RUNNING,
    .others = CLI_OFFER_RUNNING,
    .run = run,
};
