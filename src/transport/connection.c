/* SPDX-License-Identifier: MIT */
#include "connection.h"

#include "memory.h"

#include <errno.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* A full backlog says nothing when it has room again, so it is asked now and then. */
#define BACKLOG_PAUSE_FIRST DAVIT_MILLISECONDS(1)
#define BACKLOG_PAUSE_MAX   DAVIT_MILLISECONDS(50)

#define UNIX_PREFIX         "unix://"

static int check_path(const char *path, const char *url, davit_error *error)
{
    struct sockaddr_un name;
    if (path[0] != '/') {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "%s: expected the absolute path of a socket, as in "
                                "unix:///run/docker.sock",
                                url);
    }
    if (strlen(path) >= sizeof name.sun_path) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "%s: the path of a socket has at most %zu bytes, this one has %zu",
                                url, sizeof name.sun_path - 1, strlen(path));
    }
    return 0;
}

int davit__address_parse(const char *url, davit__address *ret_address, davit_error *error)
{
    if (davit__empty(url)) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "the engine's address is empty, expected unix:///PATH");
    }
    const char *path = url;
    const char *separator = strstr(url, "://");
    if (davit__starts_with(url, UNIX_PREFIX)) {
        path = url + strlen(UNIX_PREFIX);
    } else if (url[0] != '/' && separator) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "%s: davit cannot reach engines by %.*s, expected unix:///PATH",
                                url, (int)(separator - url), url);
    }
    int r = check_path(path, url, error);
    if (r < 0) {
        return r;
    }
    davit__address address = {.scheme = DAVIT__SCHEME_UNIX};
    r = davit__copy(path, &address.path, error);
    if (r < 0) {
        return r;
    }
    *ret_address = address;
    return 0;
}

void davit__address_free(davit__address *address)
{
    free(address->path);
    *address = (davit__address){0};
}

static ssize_t unix_read(davit__connection *connection, void *data, size_t size)
{
    return recv(connection->fd, data, size, 0);
}

static ssize_t unix_write(davit__connection *connection, const void *data, size_t size)
{
    return send(connection->fd, data, size, MSG_NOSIGNAL);
}

static ssize_t unix_write_pieces(davit__connection *connection, const struct iovec *pieces,
                                 size_t count)
{
    const struct msghdr message = {.msg_iov = (struct iovec *)pieces, .msg_iovlen = count};
    return sendmsg(connection->fd, &message, MSG_NOSIGNAL);
}

static int unix_shutdown_write(davit__connection *connection)
{
    return shutdown(connection->fd, SHUT_WR);
}

static void unix_close(davit__connection *connection)
{
    close(connection->fd);
    free(connection);
}

static const davit__connection_operations unix_operations = {
    .read = unix_read,
    .write = unix_write,
    .write_pieces = unix_write_pieces,
    .shutdown_write = unix_shutdown_write,
    .close = unix_close,
};

static int refuse_permission(const char *path, int system_error, davit_error *error)
{
    struct stat status;
    struct group entry, *group = NULL;
    char names[4096];
    if (stat(path, &status) == 0 && status.st_gid != 0 && (status.st_mode & S_IWGRP)) {
        getgrgid_r(status.st_gid, &entry, names, sizeof names, &group);
    }
    int r;
    if (group) {
        r = davit__error_set(error, DAVIT_ERROR_UNAUTHORIZED,
                             UNIX_PREFIX "%s: no permission to use this socket: join its group %s "
                                         "(usermod -aG %s USER, then log in again) or run as root",
                             path, group->gr_name, group->gr_name);
    } else {
        r = davit__error_set(error, DAVIT_ERROR_UNAUTHORIZED,
                             UNIX_PREFIX "%s: no permission to use this socket: run as root", path);
    }
    if (error) {
        error->system_error = system_error;
    }
    return r;
}

static int refuse_connect(const char *path, int system_error, davit_error *error)
{
    struct stat status;
    const char *reason;
    switch (system_error) {
    case EACCES:
    case EPERM:
        return refuse_permission(path, system_error, error);
    case ENOENT:
    case ENOTDIR:
        reason = "no such socket";
        break;
    case ECONNREFUSED:
        reason = stat(path, &status) == 0 && !S_ISSOCK(status.st_mode) ? "not a socket"
                                                                       : "nothing listens there";
        break;
    default:
        return davit__error_errno(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE, system_error,
                                  UNIX_PREFIX "%s", path);
    }
    int r = davit__error_set(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE, UNIX_PREFIX "%s: %s", path,
                             reason);
    if (error) {
        error->system_error = system_error;
    }
    return r;
}

static int connect_unix(int fd, const char *path, davit__limit limit, davit_error *error)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    memcpy(name.sun_path, path, strlen(path));
    int64_t pause = BACKLOG_PAUSE_FIRST;
    while (connect(fd, (const struct sockaddr *)&name, sizeof name) < 0) {
        if (errno == EAGAIN) {
            int r = davit__wait_time(pause, limit, error);
            if (r < 0) {
                return davit__error_wrap(error, r, UNIX_PREFIX "%s", path);
            }
            pause = pause * 2 < BACKLOG_PAUSE_MAX ? pause * 2 : BACKLOG_PAUSE_MAX;
        } else if (errno != EINTR) {
            return refuse_connect(path, errno, error);
        }
    }
    return 0;
}

int davit__connect(const davit__address *address, davit__limit limit,
                   davit__connection **ret_connection, davit_error *error)
{
    int r = check_path(address->path, address->path, error);
    if (r < 0) {
        return r;
    }
    DAVIT__FREE davit__connection *connection = calloc(1, sizeof *connection);
    if (!connection) {
        return davit__error_no_memory(error);
    }
    DAVIT__CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return davit__error_errno(error, DAVIT_ERROR_IO, errno, "socket");
    }
    r = connect_unix(fd, address->path, limit, error);
    if (r < 0) {
        return r;
    }
    connection->operations = &unix_operations;
    connection->fd = fd;
    fd = -1;
    *ret_connection = DAVIT__TAKE(connection);
    return 0;
}
