/* SPDX-License-Identifier: MIT */
/* Pieces of the public operations on containers that others of this layer are made of. */
#ifndef DAVIT_ENGINE_CONTAINER_H
#define DAVIT_ENGINE_CONTAINER_H

#include "engine.h"

/* What errors call it before it has an id: its name, or its image. Never NULL. */
const char *davit__container_subject(const davit_container_config *config);

/* davit_container_create() without "create NAME: " before its errors. */
int davit__container_create(davit_engine *engine, const davit_container_config *config,
                            char **ret_id, davit_error *error);

/* The same of davit_container_start(). */
int davit__container_start(davit_engine *engine, const char *name, davit_error *error);

/* Pass on the exit code that a driver gave with the result `r`, if that is no error:
 * DAVIT_ERROR_PROTOCOL, if it is not within 0 to 255. `ret_exit_code` may be NULL. */
int davit__exit_code_take(int r, int exit_code, int *ret_exit_code, davit_error *error);

/* NULL is fine. */
int davit__attach_check(const davit_attach_options *attach, davit_error *error);

/* Tell a container that was just started how large its terminal is, if that is known. */
void davit__container_first_size(davit_engine *engine, const char *id, bool tty,
                                 const davit_attach_options *attach);

/* Remove what a failed run created. The engine's cancellation and time limit do not hold here: they
 * may be why it failed. A failure goes to the log. */
void davit__container_discard(davit_engine *engine, const char *id);

/* Runs the health checks of one container from a thread of its own, where the engine has no timer;
 * `delay` nanoseconds from now it looks for the first time whether there are any. NULL from
 * davit__health_keeper_start() is no error: nothing has to be done. */
typedef struct davit__health_keeper davit__health_keeper;
davit__health_keeper *davit__health_keeper_start(davit_engine *engine, const char *name,
                                                 int64_t delay);
void davit__health_keeper_stop(davit__health_keeper *keeper);

/* Start another one if it gave up: the container was between two runs, or paused. */
void davit__health_keeper_renew(davit__health_keeper **keeper);

#endif
