/* SPDX-License-Identifier: MIT */
/* An archive to read: a file, or standard input. */
#ifndef DAVIT_CLI_INFILE_H
#define DAVIT_CLI_INFILE_H

#include "cli.h"

/* `path` NULL or "-": standard input, which must not be a terminal. */
int cli_infile_open(cli *self, const char *path, int *ret_fd, davit_error *error);
void cli_infile_close(int fd);

#endif
