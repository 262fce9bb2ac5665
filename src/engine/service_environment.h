/* SPDX-License-Identifier: MIT */
/* The environment variables with which davit starts Podman. A list of them ends with NULL. */
#ifndef DAVIT_ENGINE_SERVICE_ENVIRONMENT_H
#define DAVIT_ENGINE_SERVICE_ENVIRONMENT_H

#include "errors.h"

/* A copy of the present ones, made once as another thread may call setenv(), less those that would
 * make podman listen elsewhere or act as a client of another engine. */
int davit__service_environment(char ***ret_list, davit_error *error);
void davit__service_environment_free(char **list);

/* "podman", but another name for each set of variables that leads Podman to other containers, so
 * that a service is only shared where it is the same. NULL: no memory. */
char *davit__service_name(char *const list[]);

/* The same variables with `variable` ("NAME=value", NULL: none) in the place of its namesake. The
 * texts are borrowed: only the list itself is to be freed. NULL: no memory. */
char **davit__service_environment_with(char *const list[], char *variable);

#endif
