/* SPDX-License-Identifier: MIT */
/* The same for every name on the command line: rm, stop, kill and their like. */
#ifndef DAVIT_CLI_EACH_H
#define DAVIT_CLI_EACH_H

#include "cli.h"

/* Do it to one. Called from several threads at a time. */
typedef int (*cli_each_function)(davit_engine *engine, const char *name, const void *options,
                                 davit_error *error);

/* Do it to all words, several at a time; print the names where it worked, report each failure.
 * Failures of the kind `tolerated` (DAVIT_OK: none) are told, but nothing has failed then.
 * Returns 0, or the exit code of the first failure. */
int cli_each(cli *self, const cli_input *input, cli_each_function function,
             davit_error_code tolerated);

#endif
