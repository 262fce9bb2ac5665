/* SPDX-License-Identifier: MIT */
/* What `davit build` finds on standard input: a Dockerfile, or a context as a tar. */
#ifndef DAVIT_CLI_BUILD_INPUT_H
#define DAVIT_CLI_BUILD_INPUT_H

#include "cli.h"

/* Both end early once `cancel` is triggered, and return a negative number with `error` filled. */

/* All of stdin as a Dockerfile. */
int cli_build_read_dockerfile(cli_memory *memory, const davit_cancel *cancel, const char **ret_text,
                              davit_error *error);

/* Stdin, looked at: a tar (plain or compressed) gives *ret_tar, a descriptor to read it from from
 * its first byte; anything else *ret_text. */
int cli_build_read_context(cli_memory *memory, const davit_cancel *cancel, int *ret_tar,
                           const char **ret_text, davit_error *error);

/* Whether these first bytes (up to 512) are those of a tar or of a compressed file. */
bool cli_build_is_archive(const void *data, size_t length);

#endif
