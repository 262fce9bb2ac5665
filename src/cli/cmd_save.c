/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "outfile.h"

#include <stddef.h>

struct save_options {
    const char *output;
};

static const cli_option options[] = {
    {.name = "output",
     .letter = 'o',
     .kind = CLI_STRING,
     .offset = offsetof(struct save_options, output),
     .placeholder = "FILE",
     .text = "Write to FILE, which is replaced once the archive is whole (default: stdout)",
     .offer = CLI_OFFER_FILES},
    {.name = NULL},
};

static int produce(cli *self, const cli_input *input, davit_data_callback write, void *context,
                   davit_error *error)
{
    return davit_image_save(self->engine, input->words, input->count, write, context, error);
}

static int run(cli *self, const cli_input *input)
{
    const struct save_options *chosen = input->options;
    return cli_produce_to(self, input, chosen->output, produce);
}

const cli_command command_save = {
    .name = "save",
    .also = CLI_NAMES("image save"),
    .group = "Images",
    .summary = "Save images to a tar",
    .usage = "[OPTIONS] IMAGE...",
    .help = "The tar holds the images with their names, for 'davit load'. A FILE is there whole or "
            "not at all.",
    .examples = "davit save -o shop.tar shop:1.2 shop:latest\n"
                "davit save shop | ssh host davit load",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct save_options),
    .least = 1,
    .most = CLI_ANY,
    .words = "an image",
    .first = CLI_OFFER_IMAGES,
    .others = CLI_OFFER_IMAGES,
    .run = run,
};
