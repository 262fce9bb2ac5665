/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "container_options.h"
#include "format.h"
#include "infile.h"

#include <stddef.h>
#include <string.h>

struct import_options {
    cli_strings changes;
    const char *message;
    cli_format_choice format;
};

static const cli_option options[] = {
    {.name = "change",
     .letter = 'c',
     .kind = CLI_LIST,
     .offset = offsetof(struct import_options, changes),
     .placeholder = "INSTRUCTION",
     .text = "An instruction of a Dockerfile for the image, such as 'CMD [\"sh\"]'"},
    CLI_OPTION_RESULT(struct import_options, format),
    {.name = "message",
     .letter = 'm',
     .kind = CLI_STRING,
     .offset = offsetof(struct import_options, message),
     .placeholder = "TEXT",
     .text = "The image's comment"},
    {.name = NULL},
};

static int import(cli *self, const davit_image_import_options *wanted, int archive)
{
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT_CLEANUP(davit_string_free) char *id = NULL;
    if (cli_open(self, &error) < 0 ||
        davit_image_import(self->engine, archive, wanted, &id, &error) < 0) {
        return cli_fail(self, &error);
    }
    cli_container_show_id(self, id);
    return 0;
}

static int run(cli *self, const cli_input *input)
{
    const struct import_options *chosen = input->options;
    const char *path = input->words[0];
    davit_error error = DAVIT_ERROR_INIT;
    const davit_image_import_options wanted = {
        .name = input->count > 1 ? input->words[1] : NULL,
        .message = chosen->message,
        .changes = chosen->changes.items,
        .change_count = chosen->changes.count,
    };
    int archive = -1;
    if (strstr(path, "://")) {
        return cli_misuse(self, "fetch it first: 'curl ADDRESS | davit import - NAME';",
                          "'%s': expected a file, or - for standard input", path);
    }
    if (cli_infile_open(self, path, &archive, &error) < 0) {
        return cli_fail(self, &error);
    }
    int code = import(self, &wanted, archive);
    cli_infile_close(archive);
    return code;
}

const cli_command command_import = {
    .name = "import",
    .also = CLI_NAMES("image import"),
    .group = "Images",
    .summary = "Make an image from a tar of a file system",
    .usage = "[OPTIONS] FILE|- [REPOSITORY[:TAG]]",
    .help = "The tar may be compressed with gzip, bzip2, xz or zstd. Prints the new image's id.",
    .examples = "davit import -c 'CMD [\"/bin/sh\"]' rootfs.tar.xz shop:base",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct import_options),
    .least = 1,
    .most = 2,
    .words = "a file, or -",
    .first = CLI_OFFER_FILES,
    .others = CLI_OFFER_IMAGES,
    .run = run,
};
