/* SPDX-License-Identifier: MIT */
#include "choices.h"
#include "commands.h"
#include "format.h"

#include <stddef.h>

struct images_options {
    davit_image_list_options list;
    cli_pairs filters;
    cli_look look;
    bool digests;
};

static const cli_option options[] = {
    {.name = "all",
     .letter = 'a',
     .kind = CLI_FLAG,
     .offset = offsetof(struct images_options, list.all),
     .text = "Intermediate images too"},
    {.name = "digests",
     .kind = CLI_FLAG,
     .offset = offsetof(struct images_options, digests),
     .text = "The digests too"},
    {.name = "filter",
     .letter = 'f',
     .kind = CLI_CUSTOM,
     .offset = offsetof(struct images_options, filters),
     .placeholder = "NAME=VALUE",
     .text = "Only those that match: dangling=true, label=key[=value], label!=key[=value], "
             "before=IMAGE, since=IMAGE, until=24h, reference=PATTERN",
     .parse = cli_parse_filter,
     .offer = CLI_OFFER_CHOICES,
     .choices = cli_image_filters},
    CLI_OPTION_FORMAT(struct images_options, look.format),
    {.name = "no-trunc",
     .kind = CLI_FLAG,
     .offset = offsetof(struct images_options, look.whole),
     .text = "Cut nothing short"},
    {.name = "quiet",
     .letter = 'q',
     .kind = CLI_FLAG,
     .offset = offsetof(struct images_options, look.quiet),
     .text = "Ids only"},
    {.name = NULL},
};

static const char *const columns[] = {"repository", "tag", "id", "created", "size", NULL};
static const char *const columns_with_digest[] = {"repository", "tag",  "digest", "id",
                                                  "created",    "size", NULL};

static int run(cli *self, const cli_input *input)
{
    struct images_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT_CLEANUP(davit_image_list_free) davit_image_list *list = NULL;
    const cli_view view = {
        .type = davit_image_info_type,
        .size = sizeof(davit_image_info),
        .id = "id",
        .columns = chosen->digests ? columns_with_digest : columns,
    };
    int code = cli_format_settle(self, &chosen->look.format, davit_image_info_type());
    if (code != 0) {
        return code;
    }
    chosen->list.reference = input->count > 0 ? input->words[0] : NULL;
    chosen->list.filters = chosen->filters.items;
    chosen->list.filter_count = chosen->filters.count;
    chosen->list.detail = cli_format_needs_detail(&chosen->look.format);
    if (cli_open(self, &error) < 0 ||
        davit_image_list_get(self->engine, &chosen->list, &list, &error) < 0) {
        return cli_fail(self, &error);
    }
    return cli_show_list(self, &view, &chosen->look, list->items, list->count);
}

const cli_command command_images = {
    .name = "images",
    .also = CLI_NAMES("image ls", "image list"),
    .group = "Images",
    .summary = "List images",
    .usage = "[OPTIONS] [REPOSITORY[:TAG]]",
    .examples = "davit images\n"
                "davit images 'nginx:1.*'\n"
                "davit images -q --filter dangling=true",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct images_options),
    .most = 1,
    .first = CLI_OFFER_IMAGES,
    .type = davit_image_info_type,
    .run = run,
};
