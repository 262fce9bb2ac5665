/* SPDX-License-Identifier: MIT */
/* Docker's store of contexts: files below its folder of settings.
 *
 *     config.json                            "currentContext"
 *     contexts/meta/ENTRY/meta.json          ENTRY: the SHA-256 of the context's name
 *     contexts/tls/ENTRY/docker/ca.pem ...
 */
#ifndef DAVIT_ENGINE_CONTEXT_STORE_H
#define DAVIT_ENGINE_CONTEXT_STORE_H

#include "docker_context.h"

#include <davit/context.h>
#include <jansson.h>

#define DAVIT__CONTEXT_NONE "default" /* the name that stands for no context */

typedef struct davit__context_store {
    char *folder;  /* docker's folder of settings */
    char *current; /* the name in force, DAVIT__CONTEXT_NONE: none */
} davit__context_store;

#define DAVIT__CONTEXT_STORE __attribute__((cleanup(davit__context_store_close)))

/* DAVIT_ERROR_INVALID_CONFIG: there is no home folder for it, or config.json cannot be read. */
int davit__context_store_open(davit__context_store *ret_store, davit_error *error);
void davit__context_store_close(davit__context_store *store);

/* Each context that is stored, in no order; a negative return of `found` ends it. */
typedef int (*davit__context_found)(void *target, const char *entry, const json_t *meta,
                                    const davit__context_store *store, davit_error *error);
int davit__context_store_each(const davit__context_store *store, davit__context_found found,
                              void *target, davit_error *error);

bool davit__context_has_tls(const davit__context_store *store, const char *entry);

/* DAVIT_ERROR_INVALID_CONFIG: docker would not take the name, or it is "default". */
int davit__context_check_name(const char *name, davit_error *error);

/* DAVIT_ERROR_INVALID_CONFIG: there is none of that name. */
int davit__context_store_require(const davit__context_store *store, const char *name,
                                 davit_error *error);

/* The config was checked. */
int davit__context_store_add(const davit__context_store *store, const davit_context_config *config,
                             davit_error *error);
int davit__context_store_remove(const davit__context_store *store, const char *name,
                                davit_error *error);

/* Write config.json anew, with all else that is in it. NULL: none is current. */
int davit__context_store_set_current(const davit__context_store *store, const char *name,
                                     davit_error *error);

#endif
