/* SPDX-License-Identifier: MIT */
/* A two-way byte stream to an engine.
 *
 * This is the seam between HTTP and what carries it: a unix or TCP socket, TLS on one, or a child
 * process (ssh). Connections are non-blocking; waiting is the caller's, with davit__wait_fd(). */
#ifndef DAVIT_TRANSPORT_CONNECTION_H
#define DAVIT_TRANSPORT_CONNECTION_H

#include "address.h"

#include <sys/types.h>
#include <sys/uio.h>

struct davit__connection {
    const struct davit__connection_operations *operations;
    int fd;            /* what to poll */
    short read_events; /* what to poll for before read(): POLLIN, or more where reading has to
                          write first */
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
    /* Fill the error with why the stream ended and return its code; 0 if nothing is known. NULL:
     * nothing ever is. */
    int (*explain)(davit__connection *connection, davit_error *error);
} davit__connection_operations;

/* Connect. Errors, which begin with the address: DAVIT_ERROR_RUNTIME_NOT_AVAILABLE (nothing there,
 * refused, a certificate that cannot be trusted), DAVIT_ERROR_UNAUTHORIZED (no permission; the
 * message names the remedy), DAVIT_ERROR_TIMEOUT, DAVIT_ERROR_CANCELLED. */
int davit__connect(const davit__address *address, davit__limit limit,
                   davit__connection **ret_connection, davit_error *error);

#endif
