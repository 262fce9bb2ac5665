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

#endif
