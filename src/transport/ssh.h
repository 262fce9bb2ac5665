/* SPDX-License-Identifier: MIT */
/* A stream to an engine through the program ssh: its input and output are the stream. */
#ifndef DAVIT_TRANSPORT_SSH_H
#define DAVIT_TRANSPORT_SSH_H

#include "address.h"
#include "connection.h"

/* Start ssh; it does not wait for the other machine. It asks no questions, has a session of its own
 * (Ctrl-C is not for it), and is ended and collected when the connection is closed. What it has to
 * say comes with the error of the exchange that its end cuts short. */
int davit__ssh_connect(const davit__address *address, davit__connection **ret_connection,
                       davit_error *error);

#endif
