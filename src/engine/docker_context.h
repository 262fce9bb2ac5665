/* SPDX-License-Identifier: MIT */
/* Docker's contexts: named engines that `docker context use` switches between. */
#ifndef DAVIT_ENGINE_DOCKER_CONTEXT_H
#define DAVIT_ENGINE_DOCKER_CONTEXT_H

#include "tls_choice.h"

#include <jansson.h>

typedef struct davit__context {
    char *name; /* NULL: none is in force, or "default", which stands for none */
    char *host; /* address of its Docker engine; NULL: it has none */
    davit__tls_choice tls;
    const char *source; /* who named it: "DOCKER_CONTEXT", "docker context", "context" (a caller) */
} davit__context;

/* The context that is in force: of DOCKER_CONTEXT, else the current one of Docker's config.json.
 * DAVIT_ERROR_INVALID_CONFIG: the context that was named does not exist, or a file of it cannot be
 * understood. */
int davit__context_read(const davit__environment *environment, davit__context *ret_context,
                        davit_error *error);
/* The one of that name, whatever is in force. */
int davit__context_read_named(const davit__environment *environment, const char *name,
                              davit__context *ret_context, davit_error *error);
void davit__context_free(davit__context *context);

/* The name of the context that is in force; NULL: none is. */
int davit__context_name(const davit__environment *environment, char **ret_name, davit_error *error);

/* One of docker's own files: keys that davit does not know are none of its business. *ret_json is
 * NULL if there is no such file. */
int davit__docker_json(const char *path, json_t **ret_json, davit_error *error);

#endif
