/* SPDX-License-Identifier: MIT */
/* Help made from the tables. */
#ifndef DAVIT_CLI_HELP_H
#define DAVIT_CLI_HELP_H

#include "cli.h"

/* All verbs, and the options before them. */
void cli_help_all(cli *self);

/* The verbs of a noun. */
void cli_help_noun(cli *self, const cli_noun *noun);

/* One verb, under that one of its names. */
void cli_help_command(cli *self, const cli_command *command, const char *name);

/* Report that there is no such verb. Returns the exit code. */
int cli_unknown_command(cli *self, const cli_noun *noun, const char *word);

#endif
