/* SPDX-License-Identifier: MIT */
/* The client: its pool of idle connections, and the exchange that most callers want. */
#include "exchange.h"
#include "memory.h"

#include <poll.h>
#include <pthread.h>

struct davit__http {
    davit__address address;
    pthread_mutex_t mutex;                         /* guards the idle connections */
    davit__connection *idle[DAVIT__HTTP_IDLE_MAX]; /* the one used last stands last */
    size_t idle_count;
};

int davit__http_open(const davit__address *address, davit__http **ret_http, davit_error *error)
{
    DAVIT__FREE davit__http *http = calloc(1, sizeof *http);
    if (!http) {
        return davit__error_no_memory(error);
    }
    int r = davit__address_copy(address, &http->address, error);
    if (r < 0) {
        return r;
    }
    pthread_mutex_init(&http->mutex, NULL);
    *ret_http = DAVIT__TAKE(http);
    return 0;
}

int davit__http_open_host(const char *host, davit__http **ret_http, davit_error *error)
{
    davit__address address;
    int r = davit__address_parse(host, &address, error);
    if (r < 0) {
        return r;
    }
    r = davit__http_open(&address, ret_http, error);
    davit__address_free(&address);
    return r;
}

void davit__http_close(davit__http *http)
{
    if (!http) {
        return;
    }
    for (size_t i = 0; i < http->idle_count; i++) {
        http->idle[i]->operations->close(http->idle[i]);
    }
    pthread_mutex_destroy(&http->mutex);
    davit__address_free(&http->address);
    free(http);
}

const davit__address *davit__http_address(const davit__http *http)
{
    return &http->address;
}

static davit__connection *pop_idle(davit__http *http)
{
    davit__connection *connection = NULL;
    pthread_mutex_lock(&http->mutex);
    if (http->idle_count > 0) {
        connection = http->idle[--http->idle_count];
    }
    pthread_mutex_unlock(&http->mutex);
    return connection;
}

/* An idle connection has nothing to say: what is readable on it is its end, or an answer that
 * nobody asked for. */
static bool is_silent(const davit__connection *connection)
{
    struct pollfd poll_fd = {.fd = connection->fd, .events = POLLIN};
    return !connection->pending && poll(&poll_fd, 1, 0) == 0;
}

davit__connection *davit__http_take_idle(davit__http *http)
{
    davit__connection *connection;
    while ((connection = pop_idle(http)) && !is_silent(connection)) {
        connection->operations->close(connection);
    }
    return connection;
}

void davit__http_give_back(davit__http *http, davit__connection *connection)
{
    davit__connection *oldest = NULL;
    pthread_mutex_lock(&http->mutex);
    if (http->idle_count == DAVIT__HTTP_IDLE_MAX) {
        oldest = http->idle[0];
        memmove(http->idle, http->idle + 1, sizeof http->idle - sizeof http->idle[0]);
        http->idle_count--;
    }
    http->idle[http->idle_count++] = connection;
    pthread_mutex_unlock(&http->mutex);
    if (oldest) {
        oldest->operations->close(oldest);
    }
}

/* The text of an error that is too long to be true is cut, so that the status is not lost. */
static int read_problem(davit__http_exchange *exchange, davit__buffer *answer, davit_error *error)
{
    size_t length = 1;
    while (length > 0 && answer->length < DAVIT__HTTP_ERROR_MAX) {
        size_t size = DAVIT__HTTP_ERROR_MAX - answer->length;
        char *room = davit__buffer_reserve(answer, size);
        if (!room) {
            return davit__buffer_check(answer, error);
        }
        int r = davit__http_read(exchange, room, size, &length, error);
        if (r < 0) {
            return r;
        }
        room[length] = '\0';
        answer->length += length;
    }
    return 0;
}

int davit__http_call(davit__http *http, const char *method, const char *target, const char *body,
                     davit__limit limit, davit__buffer *answer, davit_error *error)
{
    const davit__http_request request = {
        .method = method,
        .target = target,
        .body = body,
        .body_length = body ? strlen(body) : 0,
        .limit = limit,
    };
    __attribute__((cleanup(davit__http_end_cleanup))) davit__http_exchange *exchange = NULL;
    davit__buffer_clear(answer);
    int r = davit__http_start(http, &request, &exchange, error);
    if (r < 0) {
        return r;
    }
    int status = davit__http_receive(exchange, error);
    if (status < 0) {
        return status;
    }
    r = status >= 400 ? read_problem(exchange, answer, error)
                      : davit__http_read_all(exchange, DAVIT__HTTP_BODY_MAX, answer, error);
    return r < 0 ? r : status;
}
