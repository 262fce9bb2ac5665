/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "format.h"

#include <stddef.h>

struct history_options {
    cli_look look;
    bool human;
};

static const struct history_options defaults = {.human = true};

static const cli_option options[] = {
    CLI_OPTION_FORMAT(struct history_options, look.format),
    {.name = "human",
     .letter = 'H',
     .kind = CLI_FLAG,
     .offset = offsetof(struct history_options, human),
     .text = "Sizes and dates for people (default); --human=false: bytes and exact dates"},
    {.name = "no-trunc",
     .kind = CLI_FLAG,
     .offset = offsetof(struct history_options, look.whole),
     .text = "Cut nothing short"},
    {.name = "quiet",
     .letter = 'q',
     .kind = CLI_FLAG,
     .offset = offsetof(struct history_options, look.quiet),
     .text = "Ids only"},
    {.name = NULL},
};

static int run(cli *self, const cli_input *input)
{
    static const char *const columns[] = {"id", "created", "created_by", "size", "comment", NULL};
    static const char *const soft[] = {"comment", "created_by", NULL};
    static const cli_view view = {
        .type = davit_image_step_type,
        .size = sizeof(davit_image_step),
        .id = "id",
        .columns = columns,
        .soft = soft,
    };
    struct history_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT_CLEANUP(davit_image_history_free) davit_image_history *history = NULL;
    chosen->look.exact = !chosen->human;
    int code = cli_format_settle(self, &chosen->look.format, davit_image_step_type());
    if (code != 0) {
        return code;
    }
    if (cli_open(self, &error) < 0 ||
        davit_image_history_get(self->engine, input->words[0], &history, &error) < 0) {
        return cli_fail(self, &error);
    }
    return cli_show_list(self, &view, &chosen->look, history->items, history->count);
}

const cli_command command_history = {
    .name = "history",
    .also = CLI_NAMES("image history"),
    .group = "Images",
    .summary = "Show the steps that made an image",
    .usage = "[OPTIONS] IMAGE",
    .examples = "davit history nginx:alpine\n"
                "davit history --no-trunc --format '{{.Size}} {{.CreatedBy}}' shop",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct history_options),
    .defaults = &defaults,
    .least = 1,
    .words = "an image",
    .first = CLI_OFFER_IMAGES,
    .type = davit_image_step_type,
    .run = run,
};
