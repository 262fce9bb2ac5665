/* SPDX-License-Identifier: MIT */
/* Which engine to use, and why. The order is documented at davit_engine_open(). */
#ifndef DAVIT_ENGINE_RESOLVE_H
#define DAVIT_ENGINE_RESOLVE_H

#include "embedded.h"
#include "environment.h"

/* One place that was looked at, in order. */
typedef struct davit__attempt {
    char *source; /* "DOCKER_HOST", "usual socket", "docker context \"remote\"" */
    char *host;   /* address, or NULL if it did not come to one */
    char *result; /* "chosen", "not there", "permission denied", ... */
    int code;     /* davit_error_code of the result, DAVIT_OK: chosen, or a hint only */
} davit__attempt;

typedef struct davit__trail {
    davit__attempt *items;
    size_t count;
} davit__trail;

typedef struct davit__endpoint {
    char *host; /* always with its scheme: "unix:///run/docker.sock" */
    davit__probe probe;
    char api_version[16];      /* negotiated: put it into URLs, "/v1.41/..." */
    char *chosen_by;           /* "DOCKER_HOST", "first usual socket that answers", ... */
    davit__embedded *embedded; /* NULL unless davit runs the engine itself */
    davit__http *http;         /* a client for it, which keeps the connection it was asked on */
} davit__endpoint;

/* Find the engine. Errors as documented at davit_engine_open(). options->driver is not looked at.
 */
int davit__resolve(const davit_engine_options *options, davit__limit limit,
                   davit__endpoint *ret_endpoint, davit_error *error);

/* The same, and how it went: *trail is filled on failure too. */
int davit__resolve_traced(const davit_engine_options *options, davit__limit limit,
                          davit__trail *trail, davit__endpoint *ret_endpoint, davit_error *error);

/* The same in an environment that was read before. */
int davit__resolve_in(const davit__environment *environment, const davit_engine_options *options,
                      davit__limit limit, davit__trail *trail, davit__endpoint *ret_endpoint,
                      davit_error *error);

void davit__endpoint_free(davit__endpoint *endpoint);
void davit__trail_free(davit__trail *trail);

#endif
