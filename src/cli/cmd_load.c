/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "format.h"
#include "infile.h"

#include <stddef.h>
#include <string.h>

struct load_options {
    const char *input;
    bool quiet;
    cli_format_choice format;
};

static const cli_option options[] = {
    CLI_OPTION_RESULT(struct load_options, format),
    {.name = "input",
     .letter = 'i',
     .kind = CLI_STRING,
     .offset = offsetof(struct load_options, input),
     .placeholder = "FILE",
     .text = "Read from FILE (default: stdin)",
     .offer = CLI_OFFER_FILES},
    {.name = "quiet",
     .letter = 'q',
     .kind = CLI_FLAG,
     .offset = offsetof(struct load_options, quiet),
     .text = "Print the names alone"},
    {.name = NULL},
};

struct loading {
    cli *self;
    bool quiet;
    cli_text json;
    size_t count;
};

static void on_loaded(void *context, const char *name)
{
    struct loading *all = context;
    if (all->self->result) {
        cli_text_string(&all->json, all->count > 0 ? "," : "");
        cli_text_json_string(&all->json, name);
    } else {
        const char *head =
            strncmp(name, "sha256:", 7) == 0 ? "Loaded image ID: " : "Loaded image: ";
        cli_print(&all->self->out, "%s%s\n", all->quiet ? "" : head, name);
    }
    all->count++;
}

static int load(cli *self, const struct load_options *chosen, int archive)
{
    davit_error error = DAVIT_ERROR_INIT;
    struct loading all = {.self = self, .quiet = chosen->quiet};
    cli_text_char(&all.json, '[');
    int r = cli_open(self, &error);
    if (r == 0) {
        r = davit_image_load(self->engine, archive, on_loaded, &all, &error);
    }
    if (r == 0 && self->result) {
        cli_text_char(&all.json, ']');
        cli_show_json(self, &chosen->format, all.json.data, (int64_t)all.count);
    }
    cli_text_free(&all.json);
    return r < 0 ? cli_fail(self, &error) : 0;
}

static int run(cli *self, const cli_input *input)
{
    const struct load_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    int archive = -1;
    if (cli_infile_open(self, chosen->input, &archive, &error) < 0) {
        return cli_fail(self, &error);
    }
    int code = load(self, chosen, archive);
    cli_infile_close(archive);
    return code;
}

const cli_command command_load = {
    .name = "load",
    .also = CLI_NAMES("image load"),
    .group = "Images",
    .summary = "Load images from a tar",
    .usage = "[OPTIONS]",
    .help = "Takes what 'davit save', docker save and podman save write, plain or compressed with "
            "gzip, bzip2, xz or zstd.",
    .examples = "davit load -i shop.tar\n"
                "xz -c shop.tar | ssh host davit load -q",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct load_options),
    .run = run,
};
