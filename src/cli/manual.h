/* SPDX-License-Identifier: MIT */
/* Manual pages made from the tables. */
#ifndef DAVIT_CLI_MANUAL_H
#define DAVIT_CLI_MANUAL_H

#include "cli.h"

/* davit(1) */
void cli_manual_davit(cli *self, cli_text *page);

/* davit-container(1) */
void cli_manual_noun(cli_text *page, const cli_noun *noun);

/* davit-run(1) */
void cli_manual_command(cli *self, cli_text *page, const cli_command *command);

/* "davit-container-ls" */
void cli_manual_name(cli_text *target, const char *called);

#endif
