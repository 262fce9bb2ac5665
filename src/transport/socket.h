/* SPDX-License-Identifier: MIT */
/* Connected stream sockets: what unix and TCP sockets have in common, and how TCP ones are made. */
#ifndef DAVIT_TRANSPORT_SOCKET_H
#define DAVIT_TRANSPORT_SOCKET_H

#include "address.h"
#include "connection.h"

/* A connection that is the socket itself, which belongs to it on success. */
int davit__socket_wrap(int fd, davit__connection **ret_connection, davit_error *error);

/* Its operations, for what is a socket and more. */
ssize_t davit__socket_read(davit__connection *connection, void *data, size_t size);
ssize_t davit__socket_write(davit__connection *connection, const void *data, size_t size);
ssize_t davit__socket_write_pieces(davit__connection *connection, const struct iovec *pieces,
                                   size_t count);
int davit__socket_shutdown_write(davit__connection *connection);

/* Connect a socket to a unix or tcp address: the descriptor. Errors as of davit__connect(). */
int davit__unix_connect(const char *path, davit__limit limit, davit_error *error);
int davit__tcp_connect(const davit__address *address, davit__limit limit, davit_error *error);

/* The addresses of a host, as getaddrinfo() gives them, but within the limit: that function waits
 * for name servers as long as it likes, so it runs in a thread of its own, which is left to itself
 * if the limit comes first. Free with freeaddrinfo(). */
struct addrinfo;
int davit__names_find(const char *host, const char *port, davit__limit limit,
                      struct addrinfo **ret_list, davit_error *error);

#endif
