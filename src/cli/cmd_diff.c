/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "format.h"

#include <stddef.h>

struct diff_options {
    cli_look look;
};

static const cli_option options[] = {
    CLI_OPTION_FORMAT(struct diff_options, look.format),
    {.name = NULL},
};

static const char *const columns[] = {"kind", "path", NULL};
static const cli_view view = {
    .type = davit_file_change_type,
    .size = sizeof(davit_file_change),
    .id = "path",
    .columns = columns,
};

/* As docker has it: C, A or D, and the path. */
static void show_letters(cli *self, const davit_file_changes *changes)
{
    static const char letters[] = {
        [DAVIT_CHANGE_MODIFIED] = 'C', [DAVIT_CHANGE_ADDED] = 'A', [DAVIT_CHANGE_DELETED] = 'D'};
    for (size_t i = 0; i < changes->count; i++) {
        cli_print(&self->out, "%c %s\n", letters[changes->items[i].kind], changes->items[i].path);
    }
}

static int run(cli *self, const cli_input *input)
{
    struct diff_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT_CLEANUP(davit_file_changes_free) davit_file_changes *changes = NULL;
    int code = cli_format_settle(self, &chosen->look.format, davit_file_change_type());
    if (code != 0) {
        return code;
    }
    if (cli_open(self, &error) < 0 ||
        davit_container_diff(self->engine, input->words[0], &changes, &error) < 0) {
        return cli_fail(self, &error);
    }
    if (chosen->look.format.kind == CLI_FORMAT_DEFAULT) {
        show_letters(self, changes);
        return 0;
    }
    return cli_show_list(self, &view, &chosen->look, changes->items, changes->count);
}

const cli_command command_diff = {
    .name = "diff",
    .also = CLI_NAMES("container diff"),
    .group = "Containers",
    .summary = "Show how a container's files differ from its image's",
    .usage = "[OPTIONS] CONTAINER",
    .help = "A stands before what was added, C before what was changed, D before what was deleted.",
    .examples = "davit diff web\n"
                "davit diff --format '{{.Path}}' web",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct diff_options),
    .least = 1,
    .words = "a container",
    .first = CLI_OFFER_CONTAINERS,
    .type = davit_file_change_type,
    .run = run,
};
