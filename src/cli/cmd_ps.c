/* SPDX-License-Identifier: MIT */
#include "choices.h"
#include "commands.h"
#include "format.h"

#include <stddef.h>

struct ps_options {
    davit_container_list_options list;
    cli_pairs filters;
    cli_look look;
    bool latest;
};

static const cli_option options[] = {
    {.name = "all",
     .letter = 'a',
     .kind = CLI_FLAG,
     .offset = offsetof(struct ps_options, list.all),
     .text = "Those that do not run, too"},
    {.name = "filter",
     .letter = 'f',
     .kind = CLI_CUSTOM,
     .offset = offsetof(struct ps_options, filters),
     .placeholder = "NAME=VALUE",
     .text = "Only those that match: name=web, status=exited, label=key=value, ancestor=IMAGE, ...",
     .parse = cli_parse_filter,
     .offer = CLI_OFFER_CHOICES,
     .choices = cli_container_filters},
    CLI_OPTION_FORMAT(struct ps_options, look.format),
    {.name = "last",
     .letter = 'n',
     .kind = CLI_INTEGER,
     .offset = offsetof(struct ps_options, list.last),
     .placeholder = "COUNT",
     .text = "The newest so many, running or not",
     .minimum = -1,
     .maximum = INT32_MAX},
    {.name = "latest",
     .letter = 'l',
     .kind = CLI_FLAG,
     .offset = offsetof(struct ps_options, latest),
     .text = "The newest, running or not"},
    {.name = "no-trunc",
     .kind = CLI_FLAG,
     .offset = offsetof(struct ps_options, look.whole),
     .text = "Cut nothing short"},
    {.name = "quiet",
     .letter = 'q',
     .kind = CLI_FLAG,
     .offset = offsetof(struct ps_options, look.quiet),
     .text = "Ids only"},
    {.name = NULL},
};

static const char *const columns[] = {"id",     "image", "command", "created",
                                      "status", "ports", "name",    NULL};
static const char *const soft[] = {"command", "ports", "image", "created", NULL};
static const cli_view view = {
    .type = davit_container_info_type,
    .size = sizeof(davit_container_info),
    .id = "id",
    .columns = columns,
    .soft = soft,
};

static int run(cli *self, const cli_input *input)
{
    struct ps_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT_CLEANUP(davit_container_list_free) davit_container_list *list = NULL;
    int code = cli_format_settle(self, &chosen->look.format, davit_container_info_type());
    if (code != 0) {
        return code;
    }
    if (chosen->latest) {
        chosen->list.last = 1;
    } else if (chosen->list.last < 0) {
        chosen->list.last = 0;
    }
    chosen->list.filters = chosen->filters.items;
    chosen->list.filter_count = chosen->filters.count;
    chosen->list.detail = cli_format_needs_detail(&chosen->look.format);
    if (cli_open(self, &error) < 0 ||
        davit_container_list_get(self->engine, &chosen->list, &list, &error) < 0) {
        return cli_fail(self, &error);
    }
    return cli_show_list(self, &view, &chosen->look, list->items, list->count);
}

const cli_command command_ps = {
    .name = "ps",
    .also = CLI_NAMES("container ls", "container list", "container ps"),
    .group = "Containers",
    .summary = "List containers",
    .usage = "[OPTIONS]",
    .examples = "davit ps -a\n"
                "davit ps --filter status=exited --format '{{.Name}} {{.ExitCode}}'\n"
                "davit rm $(davit ps -aq)",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct ps_options),
    .type = davit_container_info_type,
    .run = run,
};
