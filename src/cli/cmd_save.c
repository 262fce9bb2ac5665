/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "outfile.h"
#include "terminal.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

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

static int to_stdout(void *context, const void *data, size_t length)
{
    cli_output *out = context;
    out->failed = cli_write_all(STDOUT_FILENO, data, length);
    return out->failed;
}

/* A reader that has gone is told by the end of the run. */
static int save_to_stdout(cli *self, const cli_input *input)
{
    davit_error error = DAVIT_ERROR_INIT;
    if (davit_image_save(self->engine, input->words, input->count, to_stdout, &self->out, &error) <
            0 &&
        !self->out.failed) {
        return cli_fail(self, &error);
    }
    return 0;
}

static int save_to_file(cli *self, const cli_input *input, const char *path)
{
    davit_error error = DAVIT_ERROR_INIT;
    cli_outfile file;
    if (cli_outfile_open(self, path, &file, &error) < 0) {
        return cli_fail(self, &error);
    }
    int r = davit_image_save(self->engine, input->words, input->count, cli_outfile_write, &file,
                             &error);
    int closed = cli_outfile_close(self, &file, r == 0, &error);
    return r < 0 || closed < 0 ? cli_fail(self, &error) : 0;
}

static int run(cli *self, const cli_input *input)
{
    const struct save_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    bool file = chosen->output && strcmp(chosen->output, "-") != 0;
    if (!file && cli_is_terminal(STDOUT_FILENO)) {
        return cli_misuse(self, NULL,
                          "standard output is a terminal: use --output FILE, or a pipe");
    }
    if (cli_open(self, &error) < 0) {
        return cli_fail(self, &error);
    }
    return file ? save_to_file(self, input, chosen->output) : save_to_stdout(self, input);
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
