/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "outfile.h"

#include <stddef.h>

struct export_options {
    const char *output;
};

static const cli_option options[] = {
    {.name = "output",
     .letter = 'o',
     .kind = CLI_STRING,
     .offset = offsetof(struct export_options, output),
     .placeholder = "FILE",
     .text = "Write to FILE, which is replaced once the tar is whole (default: stdout)",
     .offer = CLI_OFFER_FILES},
    {.name = NULL},
};

static int produce(cli *self, const cli_input *input, davit_data_callback write, void *context,
                   davit_error *error)
{
    return davit_container_export(self->engine, input->words[0], write, context, error);
}

static int run(cli *self, const cli_input *input)
{
    const struct export_options *chosen = input->options;
    return cli_produce_to(self, input, chosen->output, produce);
}

const cli_command command_export = {
    .name = "export",
    .also = CLI_NAMES("container export"),
    .group = "Containers",
    .summary = "Write a container's files to a tar",
    .usage = "[OPTIONS] CONTAINER",
    .help = "Volumes are not part of it. A FILE is there whole or not at all.",
    .examples = "davit export -o web.tar web\n"
                "davit export web | tar t",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct export_options),
    .least = 1,
    .words = "a container",
    .first = CLI_OFFER_CONTAINERS,
    .run = run,
};
