/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "format.h"

#include <stddef.h>

struct commit_options {
    davit_commit_options commit;
    cli_strings changes;
    bool pause;
    cli_format_choice format;
};

static const struct commit_options defaults = {.commit = DAVIT_COMMIT_OPTIONS_INIT, .pause = true};

static const cli_option options[] = {
    {.name = "author",
     .letter = 'a',
     .kind = CLI_STRING,
     .offset = offsetof(struct commit_options, commit.author),
     .placeholder = "NAME",
     .text = "Who made it, such as 'Jo <jo@example.org>'"},
    {.name = "change",
     .letter = 'c',
     .kind = CLI_LIST,
     .offset = offsetof(struct commit_options, changes),
     .placeholder = "INSTRUCTION",
     .text = "Apply an instruction of a Dockerfile, such as 'CMD [\"sh\"]'"},
    CLI_OPTION_RESULT(struct commit_options, format),
    {.name = "message",
     .letter = 'm',
     .kind = CLI_STRING,
     .offset = offsetof(struct commit_options, commit.message),
     .placeholder = "TEXT",
     .text = "A remark that is kept in the image"},
    {.name = "pause",
     .letter = 'p',
     .kind = CLI_FLAG,
     .offset = offsetof(struct commit_options, pause),
     .text = "Freeze the container meanwhile (default true)"},
    {.name = NULL},
};

static int run(cli *self, const cli_input *input)
{
    struct commit_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT_CLEANUP(davit_string_free) char *id = NULL;
    chosen->commit.image = input->count > 1 ? input->words[1] : NULL;
    chosen->commit.changes = chosen->changes.items;
    chosen->commit.change_count = chosen->changes.count;
    chosen->commit.no_pause = !chosen->pause;
    if (cli_open(self, &error) < 0 ||
        davit_container_commit(self->engine, input->words[0], &chosen->commit, &id, &error) < 0) {
        return cli_fail(self, &error);
    }
    if (self->result) {
        CLI_TEXT json = CLI_TEXT_INIT;
        cli_text_json_string(&json, id);
        cli_show_json(self, &chosen->format, json.data, -1);
    } else {
        cli_print(&self->out, "%s\n", id);
    }
    return 0;
}

const cli_command command_commit = {
    .name = "commit",
    .also = CLI_NAMES("container commit"),
    .group = "Containers",
    .summary = "Make an image of a container's files",
    .usage = "[OPTIONS] CONTAINER [IMAGE[:TAG]]",
    .help = "Volumes are not part of it. Prints the image's id.",
    .examples = "davit commit web shop:patched\n"
                "davit commit -m 'after the repair' -c 'CMD [\"sh\"]' web shop:patched",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct commit_options),
    .defaults = &defaults,
    .least = 1,
    .most = 2,
    .words = "a container",
    .first = CLI_OFFER_CONTAINERS,
    .others = CLI_OFFER_IMAGES,
    .run = run,
};
