/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "fields.h"
#include "format.h"

#include <stddef.h>

struct info_options {
    cli_format_choice format;
};

static const cli_option options[] = {
    CLI_OPTION_FORMAT(struct info_options, format),
    {.name = NULL},
};

static int show(cli *self, const cli_format_choice *format, const davit_info *info)
{
    davit_error error = DAVIT_ERROR_INIT;
    cli_fields fields = {.memory = &self->memory};
    if (format->kind != CLI_FORMAT_DEFAULT) {
        return cli_show_one(self, davit_info_type(), format, info);
    }
    if (cli_fields_add_object(&fields, davit_info_type(), info, &error) < 0) {
        return cli_fail(self, &error);
    }
    cli_fields_print(self, &fields);
    return 0;
}

static int run(cli *self, const cli_input *input)
{
    struct info_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT_CLEANUP(davit_info_free) davit_info *info = NULL;
    int code = cli_format_settle(self, &chosen->format, davit_info_type());
    if (code != 0) {
        return code;
    }
    if (cli_open(self, &error) < 0 || davit_engine_info(self->engine, &info, &error) < 0) {
        return cli_fail(self, &error);
    }
    return show(self, &chosen->format, info);
}

const cli_command command_info = {
    .name = "info",
    .also = CLI_NAMES("system info"),
    .group = "Engine and davit",
    .summary = "Show what the engine says of itself and its machine",
    .usage = "[OPTIONS]",
    .examples = "davit info\n"
                "davit info --format '{{.StorageDriver}}'",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct info_options),
    .type = davit_info_type,
    .run = run,
};
