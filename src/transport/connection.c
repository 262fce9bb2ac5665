/* SPDX-License-Identifier: MIT */
#include "connection.h"

#include "memory.h"
#include "socket.h"
#include "ssh.h"

#include <poll.h>
#include <sys/socket.h>

ssize_t davit__socket_read(davit__connection *connection, void *data, size_t size)
{
    return recv(connection->fd, data, size, 0);
}

ssize_t davit__socket_write(davit__connection *connection, const void *data, size_t size)
{
    return send(connection->fd, data, size, MSG_NOSIGNAL);
}

ssize_t davit__socket_write_pieces(davit__connection *connection, const struct iovec *pieces,
                                   size_t count)
{
    const struct msghdr message = {.msg_iov = (struct iovec *)pieces, .msg_iovlen = count};
    return sendmsg(connection->fd, &message, MSG_NOSIGNAL);
}

int davit__socket_shutdown_write(davit__connection *connection)
{
    return shutdown(connection->fd, SHUT_WR);
}

static void socket_close(davit__connection *connection)
{
    close(connection->fd);
    free(connection);
}

static const davit__connection_operations socket_operations = {
    .read = davit__socket_read,
    .write = davit__socket_write,
    .write_pieces = davit__socket_write_pieces,
    .shutdown_write = davit__socket_shutdown_write,
    .close = socket_close,
};

int davit__socket_wrap(int fd, davit__connection **ret_connection, davit_error *error)
{
    davit__connection *connection = calloc(1, sizeof *connection);
    if (!connection) {
        return davit__error_no_memory(error);
    }
    *connection = (davit__connection){&socket_operations, fd, POLLIN, false};
    *ret_connection = connection;
    return 0;
}

static int connect_tcp(const davit__address *address, davit__limit limit,
                       davit__connection **ret_connection, davit_error *error)
{
    DAVIT__CLOSE int fd = davit__tcp_connect(address, limit, error);
    if (fd < 0) {
        return fd;
    }
    int r = address->tls
                ? davit__tls_connect(address->tls, fd, address->host, limit, ret_connection, error)
                : davit__socket_wrap(fd, ret_connection, error);
    if (r == 0) {
        fd = -1;
    }
    return r;
}

static int connect_unix(const davit__address *address, davit__limit limit,
                        davit__connection **ret_connection, davit_error *error)
{
    DAVIT__CLOSE int fd = davit__unix_connect(address->path, limit, error);
    if (fd < 0) {
        return fd;
    }
    int r = davit__socket_wrap(fd, ret_connection, error);
    if (r == 0) {
        fd = -1;
    }
    return r;
}

int davit__connect(const davit__address *address, davit__limit limit,
                   davit__connection **ret_connection, davit_error *error)
{
    if (address->scheme == DAVIT__SCHEME_UNIX) {
        return connect_unix(address, limit, ret_connection, error);
    }
    int r = address->scheme == DAVIT__SCHEME_SSH
                ? davit__ssh_connect(address, ret_connection, error)
                : connect_tcp(address, limit, ret_connection, error);
    if (r < 0) {
        DAVIT__FREE char *name = davit__address_format(address);
        return davit__error_wrap(error, r, "%s", name ? name : address->host);
    }
    return 0;
}
