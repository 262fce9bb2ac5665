/* SPDX-License-Identifier: MIT */
/* The engine of last resort: a `podman system service` that davit starts itself on a private
 * socket, shared by all davit processes of this user, and that ends when it was idle for a while.
 *
 * What runs in containers does not depend on the service: conmon keeps the container, its ports,
 * its logs and its restart policy; the next davit starts the service anew and sees them all. It is
 * the user's own Podman storage: `podman ps` shows the same containers. */
#ifndef DAVIT_ENGINE_EMBEDDED_H
#define DAVIT_ENGINE_EMBEDDED_H

#include "probe.h"

#define DAVIT__EMBEDDED_IDLE_SECONDS  60
#define DAVIT__EMBEDDED_START_TIMEOUT DAVIT_SECONDS(30)
#define DAVIT__EMBEDDED_LOG_MAX       ((off_t)(1024 * 1024))

typedef struct davit__embedded davit__embedded;

typedef struct davit__embedded_options {
    const char *program;   /* path of `podman`; NULL: looked up in PATH */
    const char *folder;    /* for socket, lock, log, settings; NULL: the usual one of this user */
    int64_t idle_seconds;  /* 0: DAVIT__EMBEDDED_IDLE_SECONDS */
    int64_t start_timeout; /* nanoseconds; 0: DAVIT__EMBEDDED_START_TIMEOUT */
} davit__embedded_options;

/* Prepare; nothing is started. `options` may be NULL. DAVIT_ERROR_RUNTIME_NOT_AVAILABLE: Podman is
 * not installed; DAVIT_ERROR_UNAUTHORIZED: the folder belongs to, or is open to, somebody else. */
int davit__embedded_open(const davit__embedded_options *options, davit__embedded **ret_embedded,
                         davit_error *error);

/* See to it that the service answers: if it does not (not started yet, ended when idle, killed)
 * start one. Call it first, and whenever a connection was refused; from any thread. Errors:
 * DAVIT_ERROR_RUNTIME_NOT_AVAILABLE (it does not start: with the end of its log),
 * DAVIT_ERROR_TIMEOUT, DAVIT_ERROR_CANCELLED. A service that did not come to answer is ended. */
int davit__embedded_ensure(davit__embedded *embedded, davit__limit limit, davit__probe *ret_probe,
                           davit_error *error);

/* "unix:///run/davit/podman/podman.sock"; lives as long as the handle. */
const char *davit__embedded_host(const davit__embedded *embedded);

/* Forget the handle; the service goes on and ends when idle. NULL is allowed. */
void davit__embedded_free(davit__embedded *embedded);

#endif
