/* SPDX-License-Identifier: MIT */
#include "outfile.h"

#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(const cli *self, const cli_outfile *file, int number, davit_error *error)
{
    *error = (davit_error)DAVIT_ERROR_INIT;
    cli_error(error, DAVIT_ERROR_IO, "%s: %s: %s", self->command->name, file->path,
              strerror(number));
    error->system_error = number;
    return -1;
}

/* A link stays a link: what it leads to is replaced. */
static const char *real_place(cli *self, const char *path)
{
    char *place = realpath(path, NULL);
    const char *kept = cli_copy(&self->memory, place ? place : path);
    free(place);
    return kept;
}

int cli_outfile_open(cli *self, const char *path, cli_outfile *ret_file, davit_error *error)
{
    struct stat there;
    cli_outfile file = {.path = real_place(self, path), .fd = -1};
    bool exists = stat(file.path, &there) == 0;
    if (exists && S_ISDIR(there.st_mode)) {
        return fail(self, &file, EISDIR, error);
    }
    if (exists && !S_ISREG(there.st_mode)) {
        file.fd = open(file.path, O_WRONLY | O_CLOEXEC);
    } else {
        const char *slash = strrchr(file.path, '/');
        int folder = slash ? (int)(slash + 1 - file.path) : 0;
        file.temporary = cli_format(&self->memory, "%.*s.davit-XXXXXX", folder, file.path);
        file.fd = mkostemp(file.temporary, O_CLOEXEC);
    }
    if (file.fd < 0) {
        return fail(self, &file, errno, error);
    }
    *ret_file = file;
    return 0;
}

int cli_outfile_write(void *context, const void *data, size_t length)
{
    cli_outfile *file = context;
    file->failed = cli_write_all(file->fd, data, length);
    return file->failed;
}

int cli_outfile_close(cli *self, cli_outfile *file, bool whole, davit_error *error)
{
    int number = file->failed;
    if (close(file->fd) < 0 && number == 0) {
        number = errno;
    }
    whole = whole && number == 0;
    if (file->temporary && whole && rename(file->temporary, file->path) < 0) {
        number = errno;
        whole = false;
    }
    if (file->temporary && !whole) {
        unlink(file->temporary);
    }
    return number ? fail(self, file, number, error) : 0;
}

static int to_stdout(void *context, const void *data, size_t length)
{
    cli_output *out = context;
    out->failed = cli_write_all(STDOUT_FILENO, data, length);
    return out->failed;
}

/* A reader that has gone is told by the end of the run. */
static int produce_to_stdout(cli *self, const cli_input *input, cli_produce *produce)
{
    davit_error error = DAVIT_ERROR_INIT;
    if (produce(self, input, to_stdout, &self->out, &error) < 0 && !self->out.failed) {
        return cli_fail(self, &error);
    }
    return 0;
}

static int produce_to_file(cli *self, const cli_input *input, const char *path,
                           cli_produce *produce)
{
    davit_error error = DAVIT_ERROR_INIT;
    cli_outfile file;
    if (cli_outfile_open(self, path, &file, &error) < 0) {
        return cli_fail(self, &error);
    }
    int r = produce(self, input, cli_outfile_write, &file, &error);
    int closed = cli_outfile_close(self, &file, r == 0, &error);
    return r < 0 || closed < 0 ? cli_fail(self, &error) : 0;
}

int cli_produce_to(cli *self, const cli_input *input, const char *output, cli_produce *produce)
{
    davit_error error = DAVIT_ERROR_INIT;
    bool file = output && strcmp(output, "-") != 0;
    if (!file && cli_is_terminal(STDOUT_FILENO)) {
        return cli_misuse(self, NULL,
                          "standard output is a terminal: use --output FILE, or a pipe");
    }
    if (cli_open(self, &error) < 0) {
        return cli_fail(self, &error);
    }
    return file ? produce_to_file(self, input, output, produce)
                : produce_to_stdout(self, input, produce);
}
