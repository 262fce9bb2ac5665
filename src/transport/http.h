/* SPDX-License-Identifier: MIT */
/* An HTTP/1.1 client for one engine: keep-alive pool, bodies streamed both ways, upgrade.
 *
 * One exchange is one request with its answer, in this order:
 *   start -> (write)* -> receive -> (read)* -> end
 * Any number of threads may have exchanges under way on one client. */
#ifndef DAVIT_TRANSPORT_HTTP_H
#define DAVIT_TRANSPORT_HTTP_H

#include "buffer.h"
#include "connection.h"
#include "detach.h"

/* Ceilings on what the other side controls. */
#define DAVIT__HTTP_HEAD_MAX  (256 * 1024)        /* status line and headers of one answer */
#define DAVIT__HTTP_ERROR_MAX (64 * 1024)         /* body of an answer that says what went wrong */
#define DAVIT__HTTP_BODY_MAX  (256 * 1024 * 1024) /* body that is taken into memory whole */
#define DAVIT__HTTP_IDLE_MAX  16                  /* idle connections kept for reuse */

typedef struct davit__http davit__http;
typedef struct davit__http_exchange davit__http_exchange;

/* Connects lazily. `address` is copied. */
int davit__http_open(const davit__address *address, davit__http **ret_http, davit_error *error);
/* The same for an address as davit__address_parse() takes it, with its errors. */
int davit__http_open_host(const char *host, davit__http **ret_http, davit_error *error);
void davit__http_close(davit__http *http);

typedef struct davit__http_request {
    const char *method;        /* "GET" */
    const char *target;        /* path and query, already escaped: "/v1.41/containers/json?all=1" */
    const davit_pair *headers; /* further headers; a line break in one is refused, a NULL value
                                  leaves it out */
    size_t header_count;
    const char *content_type; /* of the body; NULL with a body: "application/json" */
    const void *body;         /* sent with Content-Length, NULL: none */
    size_t body_length;
    bool chunked;       /* the body follows through davit__http_write(), chunked */
    bool upgrade;       /* ask for a raw two-way stream (Connection: Upgrade, Upgrade: tcp) */
    davit__limit limit; /* of the whole exchange */
} davit__http_request;

/* Connect or reuse a connection and send the head and the fixed body. An idle connection that
 * turns out dead is replaced; a request is sent twice only where that is safe. */
int davit__http_start(davit__http *http, const davit__http_request *request,
                      davit__http_exchange **ret_exchange, davit_error *error);

/* A part of a chunked body; after an upgrade: raw bytes. While it waits it takes in what the
 * engine sends already. An engine that answers and closes early is no error here: the rest of the
 * body is dropped and davit__http_receive() gives the answer. */
int davit__http_write(davit__http_exchange *exchange, const void *data, size_t length,
                      davit_error *error);

/* End the body, wait for the head of the answer. 1xx other than 101 are skipped. Returns the
 * status (> 0). With `upgrade`, 101 and 2xx both turn the exchange into a raw stream. */
int davit__http_receive(davit__http_exchange *exchange, davit_error *error);

int davit__http_status(const davit__http_exchange *exchange);

/* A header of the answer by its name in any case, NULL if absent. Lives as long as the exchange. */
const char *davit__http_header(const davit__http_exchange *exchange, const char *name);

/* Up to `size` bytes of the answer's body (or raw stream); waits for at least one. *ret_length 0:
 * the end. An answer cut short is DAVIT_ERROR_PROTOCOL, never a quiet end. */
int davit__http_read(davit__http_exchange *exchange, void *data, size_t size, size_t *ret_length,
                     davit_error *error);

/* Append the rest of the body to `buffer` (which has no ceiling of its own). More than `ceiling`
 * bytes is DAVIT_ERROR_PROTOCOL. */
int davit__http_read_all(davit__http_exchange *exchange, size_t ceiling, davit__buffer *buffer,
                         davit_error *error);

/* After an upgrade: end the writing direction. */
int davit__http_shutdown_write(davit__http_exchange *exchange, davit_error *error);

/* After an upgrade: the stream is a terminal's. The pump then tells the input's end by ^D and keeps
 * the writing direction open: without it Docker ends a terminal's output too. */
void davit__http_set_terminal(davit__http_exchange *exchange);

/* After an upgrade: the input's end is not told, the writing direction stays open. */
void davit__http_set_keep_open(davit__http_exchange *exchange);

/* After an upgrade: look for these keys in the input; once they are typed the pump ends with 0 and
 * detach->typed. The caller's, for as long as the pump runs. */
void davit__http_set_detach(davit__http_exchange *exchange, davit__detach *detach);

/* After an upgrade: send what the descriptor `input` gives and hand what the engine sends to
 * `output`, until the engine ends the stream. At the input's end the writing direction is shut
 * down; with input -1 it stays open and unused. `output` non-zero stops the pump with
 * DAVIT_ERROR_CANCELLED. Both sides may send at once: neither waits for the other. */
typedef int (*davit__http_output)(void *context, const void *data, size_t length);
int davit__http_pump(davit__http_exchange *exchange, int input, davit__http_output output,
                     void *context, davit_error *error);

/* Give the connection back (if the answer was read to its end and may be followed by another) or
 * close it; free the exchange. NULL is allowed. */
void davit__http_end(davit__http_exchange *exchange);

static inline void davit__http_end_cleanup(davit__http_exchange **exchange)
{
    davit__http_end(*exchange);
}

/* A whole exchange with small bodies: `body` NULL or JSON text; the answer's body in `answer`
 * (cleared first, ceiling DAVIT__HTTP_BODY_MAX; with a status from 400 on it is cut at
 * DAVIT__HTTP_ERROR_MAX). Returns the status (> 0) or an error. */
int davit__http_call(davit__http *http, const char *method, const char *target, const char *body,
                     davit__limit limit, davit__buffer *answer, davit_error *error);

/* Append `text` percent-encoded for a query value or one path segment (RFC 3986 unreserved
 * characters stay). */
void davit__http_escape(davit__buffer *buffer, const char *text);

#endif
