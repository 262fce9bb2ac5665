/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "each.h"
#include "format.h"

struct rm_options {
    davit_remove_options remove;
    cli_format_choice format;
};

static const cli_option options[] = {
    {.name = "force",
     .letter = 'f',
     .kind = CLI_FLAG,
     .offset = offsetof(struct rm_options, remove.force),
     .text = "Kill it if it runs; one that does not exist is no failure"},
    CLI_OPTION_RESULT(struct rm_options, format),
    {.name = "volumes",
     .letter = 'v',
     .kind = CLI_FLAG,
     .offset = offsetof(struct rm_options, remove.volumes),
     .text = "Remove its anonymous volumes too"},
    {.name = NULL},
};

static int remove_one(davit_engine *engine, const char *name, const void *given, davit_error *error)
{
    const struct rm_options *chosen = given;
    return davit_container_remove(engine, name, &chosen->remove, error);
}

static int run(cli *self, const cli_input *input)
{
    const struct rm_options *chosen = input->options;
    /* As docker's: with -f a container that is gone already is no failure. */
    return cli_each(self, input, remove_one,
                    chosen->remove.force ? DAVIT_ERROR_CONTAINER_NOT_FOUND : DAVIT_OK);
}

const cli_command command_rm = {
    .name = "rm",
    .also = CLI_NAMES("container rm", "container remove"),
    .group = "Containers",
    .summary = "Remove containers",
    .usage = "[OPTIONS] CONTAINER...",
    .help = "Every container named is tried; the exit code tells whether all were removed.",
    .examples = "davit rm web\n"
                "davit rm -f -v web db",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct rm_options),
    .least = 1,
    .most = CLI_ANY,
    .words = "a container",
    .first = CLI_OFFER_CONTAINERS,
    .others = CLI_OFFER_CONTAINERS,
    .run = run,
};
