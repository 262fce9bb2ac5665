/* SPDX-License-Identifier: MIT */
/* A two-way byte stream to an engine, and the addresses it can be opened from.
 *
 * This is the seam for other transports: TCP, TLS and a child process (ssh) implement the same
 * few operations. Connections are non-blocking; waiting is the caller's, with davit__wait_fd(). */
#ifndef DAVIT_TRANSPORT_CONNECTION_H
#define DAVIT_TRANSPORT_CONNECTION_H

#include "wait.h"

#include <sys/types.h>
#include <sys/uio.h>

typedef enum davit__scheme {
    DAVIT__SCHEME_UNIX,
} davit__scheme;

/* Where an engine listens, parsed from "unix:///run/docker.sock" or a bare absolute path. */
typedef struct davit__address {
    davit__scheme scheme;
    char *path; /* unix: the socket's path */
} davit__address;

/* Refuses other schemes by name (tcp, ssh, npipe, fd), relative and over-long paths with
 * DAVIT_ERROR_INVALID_CONFIG. */
int davit__address_parse(const char *url, davit__address *ret_address, davit_error *error);
void davit__address_free(davit__address *address);

typedef struct davit__connection davit__connection;

struct davit__connection {
    const struct davit__connection_operations *operations;
    int fd;       /* what to poll */
    bool pending; /* bytes are buffered inside, read() will not block although fd is not readable */
};

typedef struct davit__connection_operations {
    /* Like read(2) and write(2): bytes moved, 0 at the end of the stream, -1 with errno EAGAIN. */
    ssize_t (*read)(davit__connection *connection, void *data, size_t size);
    ssize_t (*write)(davit__connection *connection, const void *data, size_t size);
    /* The same of several pieces, one after the other, as writev(2). NULL: not in one go. */
    ssize_t (*write_pieces)(davit__connection *connection, const struct iovec *pieces,
                            size_t count);
    /* End the writing direction; the other side reads an end of file and may go on writing. */
    int (*shutdown_write)(davit__connection *connection);
    void (*close)(davit__connection *connection); /* frees it too */
} davit__connection_operations;

/* Connect. Errors: DAVIT_ERROR_RUNTIME_NOT_AVAILABLE (nothing there, refused),
 * DAVIT_ERROR_UNAUTHORIZED (no permission; the message names the socket and the remedy),
 * DAVIT_ERROR_TIMEOUT, DAVIT_ERROR_CANCELLED. */
int davit__connect(const davit__address *address, davit__limit limit,
                   davit__connection **ret_connection, davit_error *error);

#endif
