/* SPDX-License-Identifier: MIT */
/* Pulling and pushing images, with what happens shown on stderr: a bar for each layer on a
 * terminal, a line for each step elsewhere. */
#ifndef DAVIT_CLI_TRANSFER_H
#define DAVIT_CLI_TRANSFER_H

#include "cli.h"

/* options NULL: the library's defaults. */
int cli_pull(cli *self, const char *image, const davit_pull_options *options, bool quiet,
             davit_error *error);

/* *ret_digest as davit_image_push() gives it. */
int cli_push(cli *self, const char *image, const davit_push_options *options, bool quiet,
             char **ret_digest, davit_error *error);

#endif
