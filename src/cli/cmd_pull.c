/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "credentials.h"
#include "format.h"
#include "transfer.h"

#include <stddef.h>

struct pull_options {
    davit_pull_options options;
    cli_credentials_choice credentials;
    bool quiet;
    cli_format_choice format;
};

static const struct pull_options defaults = {.options = DAVIT_PULL_OPTIONS_INIT};

static const cli_option options[] = {
    {.name = "all-tags",
     .letter = 'a',
     .kind = CLI_FLAG,
     .offset = offsetof(struct pull_options, options.all_tags),
     .text = "Pull every tag of the repository"},
    CLI_OPTIONS_CREDENTIALS(struct pull_options, credentials),
    CLI_OPTION_RESULT(struct pull_options, format),
    {.name = "platform",
     .kind = CLI_STRING,
     .offset = offsetof(struct pull_options, options.platform),
     .placeholder = "OS/ARCHITECTURE",
     .text = "Pull the image for this platform, such as linux/arm64"},
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
    struct pull_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    davit_reference reference = {0};
    if (davit_reference_parse(input->words[0], &reference, &error) < 0) {
        return cli_misuse(self, NULL, "%s", error.message);
    }
    int r = cli_open(self, &error);
    if (r == 0) {
        r = cli_credentials_settle(self, &chosen->credentials, &chosen->options.credentials,
                                   &error);
    }
    if (r == 0) {
        r = cli_pull(self, input->words[0], &chosen->options, chosen->quiet || self->result,
                     &error);
    }
    if (r == 0) {
        show(self, &chosen->format,
             chosen->options.all_tags ? input->words[0] : reference.full_name);
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
    .examples = "davit pull nginx:alpine\n"
                "davit pull --creds alice registry.example.com/team/shop",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct pull_options),
    .defaults = &defaults,
    .least = 1,
    .words = "an image",
    .first = CLI_OFFER_IMAGES,
    .run = run,
};
