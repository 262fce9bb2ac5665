/* SPDX-License-Identifier: MIT */
/* Both directions of an upgraded stream at once. */
#include "exchange.h"
#include "memory.h"

#include <errno.h>
#include <poll.h>

#define PUMP_SIZE    ((size_t)64 * 1024)
#define TERMINAL_END '\4' /* ^D */

struct pump {
    davit__http_exchange *exchange;
    int input; /* -1: ended, or never there */
    davit__http_output output;
    void *context;
    bool in_line;                    /* what was last read from the input is no line's end */
    size_t unsent_start, unsent_end; /* of `unsent`: read from the input, not yet sent */
    char unsent[PUMP_SIZE + DAVIT__DETACH_KEYS_MAX];
    char received[PUMP_SIZE];
    char typed[PUMP_SIZE]; /* input in which the detach keys are looked for */
};

static bool has_unsent(const struct pump *pump)
{
    return pump->unsent_start < pump->unsent_end;
}

static int deliver(struct pump *pump, const char *data, size_t length, davit_error *error)
{
    if (length > 0 && pump->output(pump->context, data, length) != 0) {
        int r = davit__error_set(error, DAVIT_ERROR_CANCELLED, "stopped by the receiver");
        return davit__http_blame(pump->exchange, r, error);
    }
    return 0;
}

/* Came together with the head of the answer. */
static int deliver_input(struct pump *pump, davit_error *error)
{
    davit__http_exchange *exchange = pump->exchange;
    size_t length = davit__http_input_length(exchange);
    if (length == 0) {
        return 0;
    }
    int r = deliver(pump, davit__http_input(exchange), length, error);
    davit__http_consume_input(exchange, length);
    return r;
}

static int receive(struct pump *pump, davit_error *error)
{
    size_t length = 0;
    int r = davit__http_receive_now(pump->exchange, pump->received, PUMP_SIZE, &length, error);
    return r > 0 ? deliver(pump, pump->received, length, error) : r;
}

static void drop_unsent(struct pump *pump)
{
    pump->input = -1;
    pump->unsent_start = pump->unsent_end = 0;
}

/* In the middle of a line the first end of file only hands the line over. */
static void end_terminal_input(struct pump *pump)
{
    pump->unsent_start = 0;
    pump->unsent_end = pump->in_line ? 2 : 1;
    memset(pump->unsent, TERMINAL_END, pump->unsent_end);
}

static int end_input(struct pump *pump, davit_error *error)
{
    pump->input = -1;
    if (pump->exchange->keeps_open) {
        return 0;
    }
    if (pump->exchange->terminal) {
        end_terminal_input(pump);
        return 0;
    }
    return davit__http_shutdown_write(pump->exchange, error);
}

static void take_input(struct pump *pump, size_t length)
{
    pump->unsent_start = 0;
    pump->unsent_end = length;
    if (pump->exchange->detach) {
        pump->unsent_end =
            davit__detach_filter(pump->exchange->detach, pump->typed, length, pump->unsent);
    }
    if (pump->unsent_end > 0) {
        char last = pump->unsent[pump->unsent_end - 1];
        pump->in_line = last != '\n' && last != '\r';
    }
}

/* The input is ready: one read, which does not wait then. The descriptor is the caller's and may
 * be shared with other processes, so it is not made non-blocking. */
static int read_input(struct pump *pump, davit_error *error)
{
    char *place = pump->exchange->detach ? pump->typed : pump->unsent;
    ssize_t length = read(pump->input, place, PUMP_SIZE);
    if (length > 0) {
        take_input(pump, (size_t)length);
        return 0;
    }
    /* EIO: the terminal hung up; EBADF: closed before we came. Both have no more to give. */
    if (length == 0 || errno == EIO || errno == EBADF) {
        return end_input(pump, error);
    }
    if (errno == EINTR || errno == EAGAIN) {
        return 0;
    }
    int r = davit__error_errno(error, DAVIT_ERROR_IO, errno, "reading the input");
    return davit__http_blame(pump->exchange, r, error);
}

static int send_unsent(struct pump *pump, davit_error *error)
{
    davit__connection *connection = pump->exchange->connection;
    ssize_t length = connection->operations->write(connection, pump->unsent + pump->unsent_start,
                                                   pump->unsent_end - pump->unsent_start);
    if (length >= 0) {
        pump->unsent_start += (size_t)length;
        return 0;
    }
    if (errno == EINTR || errno == EAGAIN) {
        return 0;
    }
    pump->exchange->sending_ended = true;
    if (errno == EPIPE || errno == ECONNRESET) {
        /* The program inside wants no more input; its output may still come. */
        drop_unsent(pump);
        return 0;
    }
    int r = davit__error_errno(error, DAVIT_ERROR_IO, errno, "sending to the engine");
    return davit__http_blame(pump->exchange, r, error);
}

/* Wait for any of it. The entries of `fds`: the connection, the input, the cancellation. */
static int wait_for_any(const struct pump *pump, struct pollfd fds[3], davit_error *error)
{
    davit__http_exchange *exchange = pump->exchange;
    short events = exchange->connection->read_events;
    fds[0] = (struct pollfd){.fd = exchange->connection->fd,
                             .events = has_unsent(pump) ? (short)(events | POLLOUT) : events};
    fds[1] = (struct pollfd){.fd = has_unsent(pump) ? -1 : pump->input, .events = POLLIN};
    fds[2] = (struct pollfd){.fd = davit__limit_fd(exchange->limit), .events = POLLIN};
    bool pending = exchange->connection->pending;
    int ready = poll(fds, 3, pending ? 0 : davit__limit_poll_timeout(exchange->limit));
    int r = 0;
    if (ready < 0) {
        fds[0].revents = fds[1].revents = 0;
        if (errno != EINTR) {
            r = davit__error_errno(error, DAVIT_ERROR_IO, errno, "poll");
        }
    }
    if (r == 0) {
        r = davit__limit_check(exchange->limit, error);
    }
    if (pending) {
        fds[0].revents |= POLLIN;
    }
    return r < 0 ? davit__http_blame(exchange, r, error) : 0;
}

/* The keys were typed, and what was typed before them is sent. */
static bool has_left(const struct pump *pump)
{
    const davit__detach *detach = pump->exchange->detach;
    return detach && detach->typed && !has_unsent(pump);
}

static int run(struct pump *pump, davit_error *error)
{
    int r = deliver_input(pump, error);
    while (r == 0 && !pump->exchange->answer_ended && !has_left(pump)) {
        struct pollfd fds[3];
        r = wait_for_any(pump, fds, error);
        short readable = pump->exchange->connection->read_events | POLLERR | POLLHUP;
        if (r == 0 && (fds[0].revents & readable)) {
            r = receive(pump, error);
        }
        if (r == 0 && has_unsent(pump) && fds[0].revents) {
            r = send_unsent(pump, error);
        }
        if (r == 0 && fds[1].revents) {
            r = read_input(pump, error);
        }
    }
    return r < 0 ? r : davit__http_check_end(pump->exchange, error);
}

int davit__http_pump(davit__http_exchange *exchange, int input, davit__http_output output,
                     void *context, davit_error *error)
{
    DAVIT__FREE struct pump *state = malloc(sizeof *state);
    if (!state) {
        return davit__error_no_memory(error);
    }
    state->exchange = exchange;
    state->input = exchange->sending_ended ? -1 : input;
    state->output = output;
    state->context = context;
    state->in_line = false;
    state->unsent_start = state->unsent_end = 0;
    return run(state, error);
}
