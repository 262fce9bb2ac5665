/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "format.h"
#include "pull.h"

#include <stddef.h>

struct pull_options {
    bool quiet;
    cli_format_choice format;
};

static const cli_option options[] = {
    CLI_OPTION_RESULT(struct pull_options, format),
    {.name = "quiet",
     .letter = 'q',
     .kind = CLI_FLAG,
     .offset = offsetof(struct pull_options, quiet),
     .text = "Do not show how it goes on"},
    {.name = NULL},
};

static void show(cli *self, const cli_format_choice *format, const char *name)
{
    if (!self->result) {
        cli_print(&self->out, "%s\n", name);
        return;
    }
    CLI_TEXT json = CLI_TEXT_INIT;
    cli_text_string(&json, "{\"name\":");
    cli_text_json_string(&json, name);
    cli_text_char(&json, '}');
    cli_show_json(self, format, json.data, -1);
}

static int run(cli *self, const cli_input *input)
{
    const struct pull_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    davit_reference reference = {0};
    if (davit_reference_parse(input->words[0], &reference, &error) < 0) {
        return cli_misuse(self, NULL, "%s", error.message);
    }
    int r = cli_open(self, &error);
    if (r == 0) {
        r = cli_pull(self, input->words[0], chosen->quiet || self->result, &error);
    }
    if (r == 0) {
        show(self, &chosen->format, reference.full_name);
    }
    davit_reference_clear(&reference);
    return r < 0 ? cli_fail(self, &error) : 0;
}

const cli_command command_pull = {
    .name = "pull",
    .also = CLI_NAMES("image pull"),
    .group = "Images",
    .summary = "Pull an image from its registry",
    .usage = "[OPTIONS] IMAGE",
    .help = "Shows on stderr how it goes on, and prints the image's full name.",
    .examples = "davit pull nginx:alpine",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct pull_options),
    .least = 1,
    .words = "an image",
    .first = CLI_OFFER_IMAGES,
    .run = run,
};
