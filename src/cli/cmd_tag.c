/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "format.h"

#include <stddef.h>

struct tag_options {
    cli_format_choice format;
};

static const cli_option options[] = {
    CLI_OPTION_RESULT(struct tag_options, format),
    {.name = NULL},
};

static int run(cli *self, const cli_input *input)
{
    const struct tag_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    if (cli_open(self, &error) < 0 ||
        davit_image_tag(self->engine, input->words[0], input->words[1], &error) < 0) {
        return cli_fail(self, &error);
    }
    if (self->result) {
        CLI_TEXT json = CLI_TEXT_INIT;
        cli_text_string(&json, "{\"source\":");
        cli_text_json_string(&json, input->words[0]);
        cli_text_string(&json, ",\"target\":");
        cli_text_json_string(&json, input->words[1]);
        cli_text_char(&json, '}');
        cli_show_json(self, &chosen->format, json.data, -1);
    }
    return 0;
}

const cli_command command_tag = {
    .name = "tag",
    .also = CLI_NAMES("image tag"),
    .group = "Images",
    .summary = "Give an image a further name",
    .usage = "SOURCE TARGET",
    .examples = "davit tag shop:latest registry.example.org/shop:1.2",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct tag_options),
    .least = 2,
    .words = "an image and its new name",
    .first = CLI_OFFER_IMAGES,
    .others = CLI_OFFER_IMAGES,
    .run = run,
};
