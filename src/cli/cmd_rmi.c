/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "format.h"

#include <stddef.h>
#include <string.h>

struct rmi_options {
    bool force;
    cli_format_choice format;
};

static const cli_option options[] = {
    {.name = "force",
     .letter = 'f',
     .kind = CLI_FLAG,
     .offset = offsetof(struct rmi_options, force),
     .text = "Remove it although it has other names or a stopped container uses it"},
    CLI_OPTION_RESULT(struct rmi_options, format),
    {.name = NULL},
};

struct removal {
    cli *self;
    cli_text json;     /* --format result: items so far */
    cli_text messages; /* of failures, for a result */
    size_t count;
    davit_error first; /* failure */
};

static void on_removed(void *context, const char *what, const char *name)
{
    struct removal *removal = context;
    if (!removal->self->result) {
        bool deleted = strcmp(what, "deleted") == 0;
        cli_print(&removal->self->out, "%s: %s\n", deleted ? "Deleted" : "Untagged", name);
        return;
    }
    cli_text_printf(&removal->json, "%s{\"%s\":", removal->count++ ? "," : "", what);
    cli_text_json_string(&removal->json, name);
    cli_text_char(&removal->json, '}');
}

static void keep_failure(struct removal *removal, const davit_error *error)
{
    if (removal->first.code == DAVIT_OK) {
        removal->first = *error;
    }
    cli_text_printf(&removal->messages, "%s%s", removal->messages.length ? "; " : "",
                    error->message);
}

static int remove_all(cli *self, const cli_input *input, struct removal *removal)
{
    const struct rmi_options *chosen = input->options;
    int code = 0;
    for (size_t i = 0; i < input->count; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        if (davit_image_remove(self->engine, input->words[i], chosen->force, on_removed, removal,
                               &error) == 0) {
            continue;
        }
        /* As docker's: with -f an image that is gone already is no failure. */
        bool tolerated = chosen->force && error.code == DAVIT_ERROR_IMAGE_NOT_FOUND;
        int failed = self->result ? 0 : cli_fail(self, &error);
        if (!tolerated) {
            code = code ? code : failed;
            keep_failure(removal, &error);
        }
    }
    return code;
}

static int finish(cli *self, const cli_format_choice *format, struct removal *removal)
{
    if (removal->first.code != DAVIT_OK) {
        davit_error all;
        cli_error(&all, removal->first.code, "%s", removal->messages.data);
        return cli_fail(self, &all);
    }
    CLI_TEXT array = CLI_TEXT_INIT;
    cli_text_printf(&array, "[%s]", cli_text_get(&removal->json));
    cli_show_json(self, format, array.data, (int64_t)removal->count);
    return 0;
}

static int run(cli *self, const cli_input *input)
{
    const struct rmi_options *chosen = input->options;
    struct removal removal = {.self = self};
    davit_error error = DAVIT_ERROR_INIT;
    if (cli_open(self, &error) < 0) {
        return cli_fail(self, &error);
    }
    int code = remove_all(self, input, &removal);
    if (self->result) {
        code = finish(self, &chosen->format, &removal);
    }
    cli_text_free(&removal.json);
    cli_text_free(&removal.messages);
    return code;
}

const cli_command command_rmi = {
    .name = "rmi",
    .also = CLI_NAMES("image rm", "image remove"),
    .group = "Images",
    .summary = "Remove images",
    .usage = "[OPTIONS] IMAGE...",
    .help = "Removes the name given, and the image with its last name. Every image named is tried; "
            "the exit code tells whether all were removed.",
    .examples = "davit rmi shop:1.1\n"
                "davit rmi $(davit images -q --filter dangling=true)",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct rmi_options),
    .least = 1,
    .most = CLI_ANY,
    .words = "an image",
    .first = CLI_OFFER_IMAGES,
    .others = CLI_OFFER_IMAGES,
    .run = run,
};
