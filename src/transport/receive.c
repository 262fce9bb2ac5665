/* SPDX-License-Identifier: MIT */
/* The answer's way in. */
#include "exchange.h"
#include "memory.h"

#include <errno.h>

#define INPUT_STEP    ((size_t)16 * 1024)
#define READ_ALL_STEP ((size_t)64 * 1024)

/* Of an answer that nobody wanted to read, this much is dropped to save the connection. */
#define DROPPED_MAX ((size_t)64 * 1024)

int davit__http_blame(const davit__http_exchange *exchange, int code, davit_error *error)
{
    if (code == DAVIT_ERROR_CANCELLED) {
        return code; /* not the engine's doing: which request it hit tells nothing */
    }
    return davit__error_wrap(error, code, "%s", exchange->name);
}

void davit__http_consume_input(davit__http_exchange *exchange, size_t length)
{
    exchange->input_start += length;
    if (exchange->input_start == exchange->input.length) {
        exchange->input_start = 0;
        davit__buffer_clear(&exchange->input);
    }
}

int davit__http_receive_now(davit__http_exchange *exchange, void *data, size_t size,
                            size_t *ret_length, davit_error *error)
{
    davit__connection *connection = exchange->connection;
    ssize_t length;
    do {
        length = connection->operations->read(connection, data, size);
    } while (length < 0 && errno == EINTR);
    if (length > 0 || (length < 0 && errno == EAGAIN)) {
        *ret_length = length > 0 ? (size_t)length : 0;
        return 1;
    }
    if (length < 0 && errno != ECONNRESET && errno != EPIPE) {
        int r = davit__error_errno(error, DAVIT_ERROR_IO, errno, "receiving from the engine");
        return davit__http_blame(exchange, r, error);
    }
    exchange->answer_ended = true;
    exchange->answer_reset = length < 0;
    return 0;
}

/* Fill the error with what the connection knows of its end; 0: nothing. */
static int explain(const davit__http_exchange *exchange, davit_error *error)
{
    davit__connection *connection = exchange->connection;
    if (!connection || !connection->operations->explain) {
        return 0;
    }
    int r = connection->operations->explain(connection, error);
    if (r == 0) {
        return 0;
    }
    DAVIT__FREE char *address = davit__address_format(davit__http_address(exchange->http));
    r = davit__http_blame(exchange, r, error);
    return address ? davit__error_wrap(error, r, "%s", address) : r;
}

int davit__http_explain(const davit__http_exchange *exchange, int code, davit_error *error)
{
    int r = explain(exchange, error);
    return r < 0 ? r : davit__http_blame(exchange, code, error);
}

int davit__http_check_end(const davit__http_exchange *exchange, davit_error *error)
{
    bool ended = exchange->response.upgraded && exchange->answer_ended;
    return ended ? explain(exchange, error) : 0;
}

/* The same, waiting for at least one byte. */
static int receive_some(davit__http_exchange *exchange, void *data, size_t size, size_t *ret_length,
                        davit_error *error)
{
    while (!exchange->answer_ended) {
        /* Checked each time: an engine that always has something to say would outlast any limit. */
        int r = davit__limit_check(exchange->limit, error);
        if (r == 0 && !exchange->connection->pending) {
            r = davit__wait_fd(exchange->connection->fd, exchange->connection->read_events,
                               exchange->limit, error);
        }
        if (r < 0) {
            return davit__http_blame(exchange, r, error);
        }
        r = davit__http_receive_now(exchange, data, size, ret_length, error);
        if (r <= 0 || *ret_length > 0) {
            return r;
        }
    }
    return 0;
}

static char *input_room(davit__http_exchange *exchange, davit_error *error)
{
    char *room = davit__buffer_reserve(&exchange->input, INPUT_STEP);
    if (!room) {
        davit__http_blame(exchange, davit__error_no_memory(error), error);
    }
    return room;
}

int davit__http_fill_input(davit__http_exchange *exchange, davit_error *error)
{
    size_t length = 0;
    char *room = input_room(exchange, error);
    if (!room) {
        return DAVIT_ERROR_NO_MEMORY;
    }
    int r = receive_some(exchange, room, INPUT_STEP, &length, error);
    exchange->input.length += r > 0 ? length : 0;
    return r;
}

int davit__http_fill_input_now(davit__http_exchange *exchange, size_t ceiling, davit_error *error)
{
    if (davit__http_input_length(exchange) + INPUT_STEP > ceiling) {
        int r = davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                                 "the engine sent %zu bytes before it took what it was sent",
                                 davit__http_input_length(exchange));
        return davit__http_blame(exchange, r, error);
    }
    size_t length = 0;
    char *room = input_room(exchange, error);
    if (!room) {
        return DAVIT_ERROR_NO_MEMORY;
    }
    int r = davit__http_receive_now(exchange, room, INPUT_STEP, &length, error);
    exchange->input.length += r > 0 ? length : 0;
    return r;
}

static int feed(davit__http_exchange *exchange, const char *data, size_t length, char *body,
                size_t *ret_used, size_t *ret_body, davit_error *error)
{
    int r =
        davit__response_feed(&exchange->response, data, length, body, ret_used, ret_body, error);
    return r < 0 ? davit__http_blame(exchange, r, error) : 0;
}

int davit__http_parse_head(davit__http_exchange *exchange, davit_error *error)
{
    size_t used, body_length;
    int r = 0;
    while (r == 0 && !exchange->response.head_done && davit__http_input_length(exchange) > 0) {
        r = feed(exchange, davit__http_input(exchange), davit__http_input_length(exchange), NULL,
                 &used, &body_length, error);
        davit__http_consume_input(exchange, used);
    }
    return r;
}

static int read_input(davit__http_exchange *exchange, void *data, size_t size, size_t *ret_length,
                      davit_error *error)
{
    size_t length = davit__http_input_length(exchange);
    size_t used = length < size ? length : size;
    int r = 0;
    if (exchange->response.upgraded) {
        memcpy(data, davit__http_input(exchange), used);
        *ret_length = used;
    } else {
        r = feed(exchange, davit__http_input(exchange), used, data, &used, ret_length, error);
    }
    davit__http_consume_input(exchange, used);
    return r;
}

/* Bytes go straight to the caller, who has room for them; chunk headers are cut out in place. */
static int read_directly(davit__http_exchange *exchange, void *data, size_t size,
                         size_t *ret_length, davit_error *error)
{
    size_t length = 0, used;
    int r = receive_some(exchange, data, size, &length, error);
    if (r <= 0) {
        return r;
    }
    if (exchange->response.upgraded) {
        *ret_length = length;
        return 0;
    }
    r = feed(exchange, data, length, data, &used, ret_length, error);
    exchange->answer_surplus = exchange->answer_surplus || used < length;
    return r;
}

static int finish_body(davit__http_exchange *exchange, davit_error *error)
{
    int r;
    if (exchange->answer_reset && davit__response_status(&exchange->response) < 400) {
        /* Where the end of the connection is the end of the body, a reset is not such an end.
         * An error's text is worth having all the same. */
        r = davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                             "the engine reset the connection in the middle of its answer");
    } else {
        r = davit__response_finish(&exchange->response, error);
    }
    return r < 0 ? davit__http_explain(exchange, r, error) : 0;
}

static bool at_end(const davit__http_exchange *exchange)
{
    return exchange->response.upgraded
               ? exchange->answer_ended && davit__http_input_length(exchange) == 0
               : exchange->response.done;
}

int davit__http_read(davit__http_exchange *exchange, void *data, size_t size, size_t *ret_length,
                     davit_error *error)
{
    size_t length = 0;
    int r = 0;
    while (r >= 0 && length == 0 && size > 0 && !at_end(exchange)) {
        if (davit__http_input_length(exchange) > 0) {
            r = read_input(exchange, data, size, &length, error);
        } else if (exchange->answer_ended) {
            r = finish_body(exchange, error);
        } else if (size < INPUT_STEP) {
            r = davit__http_fill_input(exchange, error);
        } else {
            r = read_directly(exchange, data, size, &length, error);
        }
    }
    if (r >= 0 && length == 0 && size > 0) {
        r = davit__http_check_end(exchange, error);
    }
    if (r < 0) {
        return r;
    }
    *ret_length = length;
    return 0;
}

static int refuse_size(const davit__http_exchange *exchange, size_t ceiling, davit_error *error)
{
    int r = davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                             "the engine's answer has more than %zu bytes", ceiling);
    return davit__http_blame(exchange, r, error);
}

int davit__http_read_all(davit__http_exchange *exchange, size_t ceiling, davit__buffer *buffer,
                         davit_error *error)
{
    size_t total = 0, length = 0;
    do {
        size_t left = ceiling - total;
        size_t size = total == 0 ? INPUT_STEP : READ_ALL_STEP;
        size = left < size ? left + 1 : size; /* one more, to see that there is more */
        char *room = davit__buffer_reserve(buffer, size);
        int r = room ? davit__http_read(exchange, room, size, &length, error)
                     : davit__http_blame(exchange, davit__buffer_check(buffer, error), error);
        if (r < 0) {
            return r;
        }
        if (length > left) {
            return refuse_size(exchange, ceiling, error);
        }
        room[length] = '\0';
        buffer->length += length;
        total += length;
    } while (length > 0);
    return 0;
}

void davit__http_drop_rest(davit__http_exchange *exchange)
{
    char scrap[4096];
    size_t total = 0, length = 0;
    while (!exchange->response.done && total < DROPPED_MAX) {
        if (davit__http_input_length(exchange) == 0 &&
            (davit__http_fill_input_now(exchange, DROPPED_MAX, NULL) <= 0 ||
             davit__http_input_length(exchange) == 0)) {
            return;
        }
        if (read_input(exchange, scrap, sizeof scrap, &length, NULL) < 0) {
            return;
        }
        total += length;
    }
}
