/* SPDX-License-Identifier: MIT */
/* One request with its answer, from the connection to its return. */
#include "exchange.h"

#include "memory.h"

/* A fixed body up to this size is sent, and kept, together with the head. */
#define KEPT_BODY_MAX ((size_t)64 * 1024)

/* The path in messages is cut here, and before the query, which may hold secrets. */
#define NAME_PATH_MAX 200

/* Methods that change nothing. PUT and DELETE may be repeated too, says HTTP, but the second
 * answer would be a lie: "no such container" for one that was removed just now. */
static bool is_safe(const char *method)
{
    return davit__same(method, "GET") || davit__same(method, "HEAD") ||
           davit__same(method, "OPTIONS");
}

static bool is_body_kept(const davit__http_request *request)
{
    return request->body_length <= KEPT_BODY_MAX;
}

static int prepare(davit__http_exchange *exchange, const davit__http_request *request,
                   davit_error *error)
{
    int r = davit__http_format_head(davit__http_address(exchange->http), request,
                                    &exchange->request, error);
    if (r < 0) {
        return r;
    }
    int path_length = (int)strcspn(request->target, "?");
    exchange->name =
        davit__format("%s %.*s", request->method,
                      path_length < NAME_PATH_MAX ? path_length : NAME_PATH_MAX, request->target);
    if (!exchange->name) {
        return davit__error_no_memory(error);
    }
    if (request->body && is_body_kept(request)) {
        davit__buffer_add(&exchange->request, request->body, request->body_length);
    }
    exchange->limit = request->limit;
    exchange->chunked = request->chunked;
    exchange->body_ended = !request->chunked;
    exchange->repeatable = is_safe(request->method) && !request->chunked && is_body_kept(request);
    davit__response_init(&exchange->response, davit__same(request->method, "HEAD"),
                         request->upgrade);
    return davit__buffer_check(&exchange->request, error);
}

static void drop_connection(davit__http_exchange *exchange)
{
    if (exchange->connection) {
        exchange->connection->operations->close(exchange->connection);
        exchange->connection = NULL;
    }
}

/* Go on with a connection that nobody has used before: the other idle ones are likely as dead as
 * the one that was tried. */
static int reconnect(davit__http_exchange *exchange, davit_error *error)
{
    drop_connection(exchange);
    int r = davit__connect(davit__http_address(exchange->http), exchange->limit,
                           &exchange->connection, error);
    exchange->reused = false;
    exchange->any_sent = false;
    exchange->answer_reset = false;
    exchange->sending_ended = exchange->answer_ended = r < 0; /* then there is none to use */
    return r;
}

static int send_request(davit__http_exchange *exchange, const davit__http_request *request,
                        davit_error *error)
{
    int r = davit__http_send(exchange, exchange->request.data, exchange->request.length, error);
    if (r == 0 && request->body && !is_body_kept(request)) {
        r = davit__http_send(exchange, request->body, request->body_length, error);
    }
    return r;
}

static int begin(davit__http_exchange *exchange, const davit__http_request *request,
                 davit_error *error)
{
    int r = davit__limit_check(exchange->limit, error);
    if (r < 0) {
        return davit__http_blame(exchange, r, error);
    }
    exchange->connection = davit__http_take_idle(exchange->http);
    exchange->reused = exchange->connection != NULL;
    if (!exchange->reused) {
        r = reconnect(exchange, error);
    }
    if (r == 0) {
        r = send_request(exchange, request, error);
    }
    if (r == 0 && exchange->sending_ended && exchange->reused && !exchange->any_sent) {
        r = reconnect(exchange, error);
        if (r == 0) {
            r = send_request(exchange, request, error);
        }
    }
    return r;
}

int davit__http_start(davit__http *http, const davit__http_request *request,
                      davit__http_exchange **ret_exchange, davit_error *error)
{
    davit__http_exchange *exchange = calloc(1, sizeof *exchange);
    if (!exchange) {
        return davit__error_no_memory(error);
    }
    exchange->http = http;
    int r = prepare(exchange, request, error);
    if (r == 0) {
        r = begin(exchange, request, error);
    }
    if (r < 0) {
        davit__http_end(exchange);
        return r;
    }
    *ret_exchange = exchange;
    return 0;
}

static int end_body(davit__http_exchange *exchange, davit_error *error)
{
    if (exchange->body_ended) {
        return 0;
    }
    exchange->body_ended = true;
    return davit__http_send(exchange, "0\r\n\r\n", 5, error);
}

/* The connection ended and the head of the answer is not there. */
static int handle_early_end(davit__http_exchange *exchange, davit_error *error)
{
    if (exchange->reused && exchange->repeatable && !exchange->response.started) {
        int r = reconnect(exchange, error);
        return r < 0 ? r
                     : davit__http_send(exchange, exchange->request.data, exchange->request.length,
                                        error);
    }
    int r = davit__response_finish(&exchange->response, error);
    return davit__http_explain(exchange, r, error);
}

int davit__http_receive(davit__http_exchange *exchange, davit_error *error)
{
    int r = end_body(exchange, error);
    while (r >= 0 && !exchange->response.head_done) {
        r = davit__http_fill_input(exchange, error);
        if (r > 0) {
            r = davit__http_parse_head(exchange, error);
        } else if (r == 0) {
            r = handle_early_end(exchange, error);
        }
    }
    return r < 0 ? r : davit__http_status(exchange);
}

int davit__http_status(const davit__http_exchange *exchange)
{
    return davit__response_status(&exchange->response);
}

const char *davit__http_header(const davit__http_exchange *exchange, const char *name)
{
    return davit__response_header(&exchange->response, name);
}

static bool is_reusable(davit__http_exchange *exchange)
{
    if (!exchange->connection || !exchange->body_ended || exchange->sending_ended ||
        !exchange->response.head_done || exchange->response.upgraded) {
        return false;
    }
    davit__http_drop_rest(exchange);
    return exchange->response.done && exchange->response.keep_alive && !exchange->answer_ended &&
           !exchange->answer_surplus && davit__http_input_length(exchange) == 0;
}

void davit__http_end(davit__http_exchange *exchange)
{
    if (!exchange) {
        return;
    }
    if (is_reusable(exchange)) {
        davit__http_give_back(exchange->http, DAVIT__TAKE(exchange->connection));
    }
    drop_connection(exchange);
    davit__response_free(&exchange->response);
    davit__buffer_free(&exchange->request);
    davit__buffer_free(&exchange->input);
    free(exchange->name);
    free(exchange);
}
