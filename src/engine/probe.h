/* SPDX-License-Identifier: MIT */
/* Asking an address who is there, and agreeing on an API version. */
#ifndef DAVIT_ENGINE_PROBE_H
#define DAVIT_ENGINE_PROBE_H

#include "http.h"

#include <davit/engine.h>

/* API versions whose shapes davit handles. Engines outside are refused, never guessed at. */
#define DAVIT__API_MIN "1.41" /* Docker 20.10, Podman 4 */
#define DAVIT__API_MAX "1.47" /* Docker 27; Docker 29 still speaks it (its minimum is 1.44) */

/* How long an address that nobody named explicitly may take to answer. */
#define DAVIT__PROBE_TIMEOUT DAVIT_SECONDS(3)

/* What an engine says of itself. Texts that are not told are empty. */
typedef struct davit__probe {
    davit_runtime runtime;    /* DOCKER or PODMAN */
    char api_version[16];     /* newest it speaks; never empty */
    char api_version_min[16]; /* oldest it speaks; asked for only where it can matter */
    char libpod_version[16];  /* Podman: version of its own API, "4.3.1" */
    char engine_version[32];  /* "20.10.24", where it was told */
    char server[64];          /* the Server header: "Docker/20.10.24 (linux)" */
    char os[16];              /* "linux" */
    bool experimental;        /* Docker: features that are no defaults are switched on */
} davit__probe;

/* Ask with GET /_ping (and GET /version, where that does not tell enough). Errors besides those of
 * the transport: DAVIT_ERROR_PROTOCOL, if what answers is no container engine; the message says
 * what came. */
int davit__probe_http(davit__http *http, davit__limit limit, davit__probe *ret_probe,
                      davit_error *error);

/* The same on a connection of its own. Messages begin with the address. */
int davit__probe_address(const char *host, davit__limit limit, davit__probe *ret_probe,
                         davit_error *error);

/* Fill api_version_min by GET /version if it is not known yet. */
int davit__probe_minimum(davit__http *http, davit__limit limit, davit__probe *probe,
                         davit_error *error);

/* The API version to speak: `wanted` (NULL or "": none) if both sides know it, else the newest that
 * both know. DAVIT_ERROR_INVALID_CONFIG: `wanted` is no version; DAVIT_ERROR_UNSUPPORTED: nothing
 * in common. */
int davit__negotiate(const char *wanted, const davit__probe *probe, char ret_version[16],
                     davit_error *error);

/* Whether `wanted` is a version that davit speaks. Errors as of davit__negotiate(). */
int davit__version_check(const char *wanted, davit_error *error);

/* Compare "1.9" with "1.41" as numbers: < 0, 0, > 0. Both must be versions. */
int davit__version_compare(const char *a, const char *b);

/* "Docker" or "Podman", with the version if it is known: for messages. */
const char *davit__probe_name(const davit__probe *probe, char *buffer, size_t size);

#endif
