/* SPDX-License-Identifier: MIT */
/* Pulling an image, with what happens shown on stderr. */
#ifndef DAVIT_CLI_PULL_H
#define DAVIT_CLI_PULL_H

#include "cli.h"

int cli_pull(cli *self, const char *image, bool quiet, davit_error *error);

#endif
