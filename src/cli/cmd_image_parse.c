/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "format.h"

#include <stddef.h>

struct parse_options {
    cli_format_choice format;
};

static const cli_option options[] = {
    CLI_OPTION_FORMAT(struct parse_options, format),
    {.name = NULL},
};

/* A field a line, those that are empty left out. */
static int show(cli *self, const davit_reference *reference)
{
    const davit_type *type = davit_reference_type();
    davit_error error = DAVIT_ERROR_INIT;
    for (size_t i = 0; i < davit_type_field_count(type); i++) {
        const char *name = davit_type_field(type, i).name;
        DAVIT_CLEANUP(davit_string_free) char *text = NULL;
        if (davit_type_text(type, reference, name, DAVIT_TEXT_PLAIN, &text, &error) < 0) {
            return cli_fail(self, &error);
        }
        if (*text) {
            cli_print(&self->out, "%s: %s\n", name, text);
        }
    }
    return 0;
}

static int run(cli *self, const cli_input *input)
{
    struct parse_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    davit_reference reference = {0};
    int code = cli_format_settle(self, &chosen->format, davit_reference_type());
    if (code != 0) {
        return code;
    }
    if (davit_reference_parse(input->words[0], &reference, &error) < 0) {
        return cli_misuse(self, NULL, "%s", error.message);
    }
    code = chosen->format.kind == CLI_FORMAT_DEFAULT
               ? show(self, &reference)
               : cli_show_one(self, davit_reference_type(), &chosen->format, &reference);
    davit_reference_clear(&reference);
    return code;
}

const cli_command command_image_parse = {
    .name = "image parse",
    .group = "Images",
    .summary = "Take the name of an image apart",
    .usage = "[OPTIONS] REFERENCE",
    .help = "Needs no engine.",
    .examples =
        "davit image parse nginx\n"
        "davit image parse --format '{{.Domain}}' registry.example.org:5000/shop@sha256:...",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct parse_options),
    .least = 1,
    .words = "a reference",
    .first = CLI_OFFER_IMAGES,
    .type = davit_reference_type,
    .run = run,
};
