/* SPDX-License-Identifier: MIT */
/* A process that lives on after the one that started it, and is told apart later from another that
 * got its number. */
#ifndef DAVIT_ENGINE_DETACHED_H
#define DAVIT_ENGINE_DETACHED_H

#include "wait.h"

#include <sys/types.h>

/* Start argv[0] (a path) in a session of its own: no terminal, "/" as its folder, input from
 * /dev/null, output to `output`, no other descriptor, signals as at the start of the world. It
 * writes its number to `record` itself before it begins, so that it is known even if this process
 * is killed meanwhile. It is no child of this process: nobody has to wait for it. Safe with other
 * threads running. */
int davit__detached_start(char *const argv[], char *const envp[], int output, int record,
                          pid_t *ret_pid, davit_error *error);

/* Whether process `pid` runs (is no zombie) and `mark` stands in its command line. */
bool davit__detached_runs(pid_t pid, const char *mark);

/* End process `pid`, if `mark` stands in its command line: SIGTERM, after `grace` nanoseconds
 * SIGKILL. It is gone on return, unless the kernel itself holds it. */
void davit__detached_end(pid_t pid, const char *mark, int64_t grace);

/* The same for a process that was just started, at once and with all that it started itself. */
void davit__detached_kill_group(pid_t pid, const char *mark);

#endif
