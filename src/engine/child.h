/* SPDX-License-Identifier: MIT */
/* A program that is run to its end: what it reads, what it prints, how it ends. */
#ifndef DAVIT_ENGINE_CHILD_H
#define DAVIT_ENGINE_CHILD_H

#include "buffer.h"
#include "wait.h"

/* Run argv[0] (a path) with `input` as its standard input; add what it prints to `output`, up to
 * that buffer's ceiling; its standard error is dropped. *ret_status: exit code, 128 and the signal
 * that ended it, or -1 if the caller's process collects its children elsewhere.
 *
 * DAVIT_ERROR_TIMEOUT and DAVIT_ERROR_CANCELLED: the limit came first. After any failure the
 * program, and what it started in its process group, is gone. */
int davit__child_run(char *const argv[], const char *input, davit__limit limit,
                     davit__buffer *output, int *ret_status, davit_error *error);

#endif
