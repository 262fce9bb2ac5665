/* SPDX-License-Identifier: MIT */
#include "memory.h"
#include "socket.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

/* Of several addresses of a host each may take so long, so that one that is dead leaves time. */
#define ATTEMPT_TIMEOUT DAVIT_SECONDS(5)

/* A peer that is gone without a word is noticed after a minute or so of silence. */
#define KEEPALIVE_SECONDS 30
#define KEEPALIVE_PROBES  3

static void set_option(int fd, int level, int name, int value)
{
    setsockopt(fd, level, name, &value, sizeof value); /* without it works too */
}

static void set_options(int fd)
{
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_SECONDS);
    set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_SECONDS / KEEPALIVE_PROBES);
    set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES);
}

static int fail(int system_error, davit_error *error)
{
    const char *reason = system_error == ECONNREFUSED ? "nothing listens there" : NULL;
    if (!reason) {
        return davit__error_errno(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE, system_error,
                                  "cannot connect");
    }
    int r = davit__error_set(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE, "%s", reason);
    if (error) {
        error->system_error = system_error;
    }
    return r;
}

static int connect_one(const struct addrinfo *entry, davit__limit limit, davit_error *error)
{
    DAVIT__CLOSE int fd =
        socket(entry->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, entry->ai_protocol);
    if (fd < 0) {
        return davit__error_errno(error, DAVIT_ERROR_IO, errno, "socket");
    }
    int result = 0;
    if (connect(fd, entry->ai_addr, entry->ai_addrlen) < 0) {
        result = errno;
    }
    if (result == EINPROGRESS || result == EINTR) {
        socklen_t size = sizeof result;
        int r = davit__wait_fd(fd, POLLOUT, limit, error);
        if (r < 0) {
            return r;
        }
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &result, &size);
    }
    if (result) {
        return fail(result, error);
    }
    set_options(fd);
    int connected = fd;
    fd = -1;
    return connected;
}

static int connect_any(const struct addrinfo *list, davit__limit limit, davit_error *error)
{
    int r = 0;
    for (const struct addrinfo *entry = list; entry; entry = entry->ai_next) {
        davit__limit own = entry->ai_next ? davit__limit_within(limit, ATTEMPT_TIMEOUT) : limit;
        r = connect_one(entry, own, error);
        if (r >= 0 || davit__limit_check(limit, NULL) < 0) {
            return r;
        }
    }
    return r;
}

int davit__tcp_connect(const davit__address *address, davit__limit limit, davit_error *error)
{
    struct addrinfo *list = NULL;
    int r = davit__names_find(address->host, davit__address_port(address), limit, &list, error);
    if (r == 0) {
        r = connect_any(list, limit, error);
        freeaddrinfo(list);
    }
    return r;
}
