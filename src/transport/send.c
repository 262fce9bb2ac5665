/* SPDX-License-Identifier: MIT */
/* The request's way out. */
#include "exchange.h"
#include "memory.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>

/* A chunk up to this size is copied between its header and its end, to be one write. */
#define COPIED_CHUNK_MAX ((size_t)16 * 1024)

/* What the engine may send while it is still being sent to. */
#define EARLY_MAX ((size_t)DAVIT_MIB(16))

/* An engine that sends before it has taken everything has to be listened to, or both sides wait
 * for each other for ever. */
static int take_in(davit__http_exchange *exchange, davit_error *error)
{
    int r = davit__http_fill_input_now(exchange, EARLY_MAX, error);
    if (r < 0 || exchange->response.upgraded) {
        return r;
    }
    exchange->sending_ended = r == 0;
    r = davit__http_parse_head(exchange, error);
    if (davit__response_status(&exchange->response) >= 400) {
        exchange->sending_ended = true;
    }
    return r;
}

static int wait_to_send(davit__http_exchange *exchange, davit_error *error)
{
    struct pollfd fds[] = {
        {.fd = exchange->connection->fd,
         .events = exchange->answer_ended ? POLLOUT : POLLOUT | POLLIN},
        {.fd = davit__limit_fd(exchange->limit), .events = POLLIN},
    };
    int ready = poll(fds, DAVIT__COUNT(fds), davit__limit_poll_timeout(exchange->limit));
    if (ready < 0 && errno != EINTR) {
        int r = davit__error_errno(error, DAVIT_ERROR_IO, errno, "poll");
        return davit__http_blame(exchange, r, error);
    }
    int r = davit__limit_check(exchange->limit, error);
    if (r < 0) {
        return davit__http_blame(exchange, r, error);
    }
    return ready > 0 && (fds[0].revents & POLLIN) ? take_in(exchange, error) : 0;
}

/* After a failed write: wait, give up sending, or fail. */
static int handle_write_error(davit__http_exchange *exchange, davit_error *error)
{
    if (errno == EINTR) {
        return 0;
    }
    if (errno == EAGAIN) {
        return wait_to_send(exchange, error);
    }
    if (errno == EPIPE || errno == ECONNRESET) {
        exchange->sending_ended = true;
        return 0;
    }
    int r = davit__error_errno(error, DAVIT_ERROR_IO, errno, "sending to the engine");
    return davit__http_blame(exchange, r, error);
}

int davit__http_send(davit__http_exchange *exchange, const void *data, size_t length,
                     davit_error *error)
{
    davit__connection *connection = exchange->connection;
    const char *at = data;
    while (length > 0 && !exchange->sending_ended) {
        ssize_t sent = connection->operations->write(connection, at, length);
        if (sent >= 0) {
            exchange->any_sent = exchange->any_sent || sent > 0;
            at += sent;
            length -= (size_t)sent;
            continue;
        }
        int r = handle_write_error(exchange, error);
        if (r < 0) {
            /* Cut anywhere; what would follow could not be understood. */
            exchange->sending_ended = true;
            return r;
        }
    }
    return 0;
}

static int send_small_chunk(davit__http_exchange *exchange, const void *data, size_t length,
                            davit_error *error)
{
    char chunk[COPIED_CHUNK_MAX + 32];
    size_t size = (size_t)snprintf(chunk, sizeof chunk, "%zx\r\n", length);
    memcpy(chunk + size, data, length);
    size += length;
    memcpy(chunk + size, "\r\n", 2);
    return davit__http_send(exchange, chunk, size + 2, error);
}

/* How much of the pieces the connection took at once. Why it did not take more is found out when
 * the rest is sent. */
static size_t send_at_once(davit__http_exchange *exchange, const struct iovec *pieces, size_t count)
{
    davit__connection *connection = exchange->connection;
    if (exchange->sending_ended || !connection->operations->write_pieces) {
        return 0;
    }
    ssize_t sent = connection->operations->write_pieces(connection, pieces, count);
    return sent > 0 ? (size_t)sent : 0;
}

static int send_big_chunk(davit__http_exchange *exchange, const void *data, size_t length,
                          davit_error *error)
{
    char header[32];
    int size = snprintf(header, sizeof header, "%zx\r\n", length);
    const struct iovec pieces[] = {{header, (size_t)size}, {(void *)data, length}, {"\r\n", 2}};
    size_t sent = send_at_once(exchange, pieces, DAVIT__COUNT(pieces));
    int r = 0;
    for (size_t i = 0; r == 0 && i < DAVIT__COUNT(pieces); i++) {
        size_t done = sent < pieces[i].iov_len ? sent : pieces[i].iov_len;
        const char *rest = (const char *)pieces[i].iov_base + done;
        r = davit__http_send(exchange, rest, pieces[i].iov_len - done, error);
        sent -= done;
    }
    return r;
}

int davit__http_write(davit__http_exchange *exchange, const void *data, size_t length,
                      davit_error *error)
{
    int r = davit__limit_check(exchange->limit, error);
    if (r < 0) {
        return davit__http_blame(exchange, r, error);
    }
    if (length == 0) {
        return 0; /* an empty chunk would end the body */
    }
    if (exchange->response.upgraded) {
        return davit__http_send(exchange, data, length, error);
    }
    return length <= COPIED_CHUNK_MAX ? send_small_chunk(exchange, data, length, error)
                                      : send_big_chunk(exchange, data, length, error);
}

void davit__http_set_terminal(davit__http_exchange *exchange)
{
    exchange->terminal = true;
}

void davit__http_set_keep_open(davit__http_exchange *exchange)
{
    exchange->keeps_open = true;
}

void davit__http_set_detach(davit__http_exchange *exchange, davit__detach *detach)
{
    exchange->detach = detach;
}

int davit__http_shutdown_write(davit__http_exchange *exchange, davit_error *error)
{
    davit__connection *connection = exchange->connection;
    if (exchange->sending_ended) {
        return 0;
    }
    exchange->sending_ended = true;
    /* An engine that is gone already has nothing to be told. */
    if (connection->operations->shutdown_write(connection) < 0 && errno != ENOTCONN &&
        errno != EPIPE && errno != ECONNRESET) {
        int r = davit__error_errno(error, DAVIT_ERROR_IO, errno, "ending the input");
        return davit__http_blame(exchange, r, error);
    }
    return 0;
}
