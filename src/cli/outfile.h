/* SPDX-License-Identifier: MIT */
/* A file that is there whole or not at all: written beside its place, then renamed into it. */
#ifndef DAVIT_CLI_OUTFILE_H
#define DAVIT_CLI_OUTFILE_H

#include "cli.h"

typedef struct cli_outfile {
    const char *path;
    char *temporary; /* NULL: written in place, as there is no file to be replaced (a pipe) */
    int fd;
    int failed; /* errno of the first write that failed */
} cli_outfile;

/* Private to the user, as docker's are. */
int cli_outfile_open(cli *self, const char *path, cli_outfile *ret_file, davit_error *error);

/* A davit_data_callback; its context is the cli_outfile. */
int cli_outfile_write(void *context, const void *data, size_t length);

/* Put it in its place if `whole`, else leave nothing of it. After a write that failed: that error,
 * in place of the one that the library made of it. */
int cli_outfile_close(cli *self, cli_outfile *file, bool whole, davit_error *error);

/* Makes a tar of what the words name and hands it to `write`. */
typedef int cli_produce(cli *self, const cli_input *input, davit_data_callback write, void *context,
                        davit_error *error);

/* The whole of a command that makes a tar: into the file `output`, or to stdout (NULL, "-") unless
 * that is a terminal. Returns the exit code. */
int cli_produce_to(cli *self, const cli_input *input, const char *output, cli_produce *produce);

#endif
