/* SPDX-License-Identifier: MIT */
/* Help made from the tables. */
#ifndef DAVIT_CLI_HELP_H
#define DAVIT_CLI_HELP_H

#include "cli.h"

/* All verbs, and the options before them. */
void cli_help_all(cli *self);

/* One verb. */
void cli_help_command(cli *self, const cli_command *command);

#endif
