/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "format.h"

struct rename_options {
    cli_format_choice format;
};

static const cli_option options[] = {
    CLI_OPTION_RESULT(struct rename_options, format),
    {.name = NULL},
};

static int run(cli *self, const cli_input *input)
{
    const struct rename_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    if (davit_container_name_check(input->words[1], &error) < 0) {
        return cli_misuse(self, NULL, "%s", error.message);
    }
    if (cli_open(self, &error) < 0 ||
        davit_container_rename(self->engine, input->words[0], input->words[1], &error) < 0) {
        return cli_fail(self, &error);
    }
    if (self->result) {
        CLI_TEXT json = CLI_TEXT_INIT;
        cli_text_json_string(&json, input->words[1]);
        cli_show_json(self, &chosen->format, json.data, -1);
    }
    return 0;
}

const cli_command command_rename = {
    .name = "rename",
    .also = CLI_NAMES("container rename"),
    .group = "Containers",
    .summary = "Give a container another name",
    .usage = "[OPTIONS] CONTAINER NAME",
    .examples = "davit rename web web-old",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct rename_options),
    .least = 2,
    .words = "a container and its new name",
    .first = CLI_OFFER_CONTAINERS,
    .run = run,
};
