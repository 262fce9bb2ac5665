/* SPDX-License-Identifier: MIT */
/* What the files of the HTTP client share: the pool, and the state of one exchange. */
#ifndef DAVIT_TRANSPORT_EXCHANGE_H
#define DAVIT_TRANSPORT_EXCHANGE_H

#include "http.h"
#include "response.h"

struct davit__http_exchange {
    davit__http *http;
    davit__connection *connection;
    davit__limit limit;
    char *name;            /* "GET /containers/json", for messages */
    davit__buffer request; /* the head, and the fixed body if it is small */
    davit__response response;
    davit__buffer input; /* received, not yet parsed or read: from input_start on */
    size_t input_start;
    bool reused;           /* the connection has served another exchange before */
    bool terminal;         /* the raw stream is a terminal's */
    bool keeps_open;       /* the input's end is not told */
    davit__detach *detach; /* keys that leave the raw stream, or NULL */
    bool repeatable;       /* `request` is all of it, and doing it twice does no harm */
    bool chunked;          /* the body is sent in chunks */
    bool body_ended;       /* all of the request was handed in */
    bool any_sent;         /* some byte of the request was taken by the connection */
    bool sending_ended;    /* the engine takes no more, or shall get no more */
    bool answer_ended;     /* the connection gave its end of file */
    bool answer_reset;     /* ... in the form of an error */
    bool answer_surplus;   /* more came than belongs to the answer */
};

/* Take an idle connection that is still alive out of the pool; NULL if there is none. */
davit__connection *davit__http_take_idle(davit__http *http);

/* Keep a connection for another exchange. */
void davit__http_give_back(davit__http *http, davit__connection *connection);

const davit__address *davit__http_address(const davit__http *http);

/* Check the request and write its head. A line break in what the caller put in could smuggle in a
 * second request: DAVIT_ERROR_INVALID_CONFIG. */
int davit__http_format_head(const davit__address *address, const davit__http_request *request,
                            davit__buffer *buffer, davit_error *error);

/* Put "GET /containers/json: " before the error. */
int davit__http_blame(const davit__http_exchange *exchange, int code, davit_error *error);

/* The connection ended too early, which the error says with this code. What carried it may know
 * more, and then that is said. */
int davit__http_explain(const davit__http_exchange *exchange, int code, davit_error *error);

/* A raw stream has no length: whether its end was meant only the connection can tell. Nothing to
 * do for other answers, or before the end. */
int davit__http_check_end(const davit__http_exchange *exchange, davit_error *error);

/* Send all of it, taking in meanwhile what the engine sends. An engine that takes no more sets
 * sending_ended and is no error. */
int davit__http_send(davit__http_exchange *exchange, const void *data, size_t length,
                     davit_error *error);

/* One read that does not wait. 1: *ret_length bytes came, 0 bytes: none are there yet; 0: the end
 * of the stream, by an end of file or a reset. */
int davit__http_receive_now(davit__http_exchange *exchange, void *data, size_t size,
                            size_t *ret_length, davit_error *error);

/* Wait for bytes, take them to the input buffer. 1: some came; 0: the end. */
int davit__http_fill_input(davit__http_exchange *exchange, davit_error *error);

/* Take in what is there without waiting, at most `ceiling` bytes in the buffer. As receive_now. */
int davit__http_fill_input_now(davit__http_exchange *exchange, size_t ceiling, davit_error *error);

/* Parse the input buffer as far as the head of the answer goes. */
int davit__http_parse_head(davit__http_exchange *exchange, davit_error *error);

/* Pass over what is left of the answer, if it is small and there already. */
void davit__http_drop_rest(davit__http_exchange *exchange);

static inline size_t davit__http_input_length(const davit__http_exchange *exchange)
{
    return exchange->input.length - exchange->input_start;
}

static inline const char *davit__http_input(const davit__http_exchange *exchange)
{
    return exchange->input.data + exchange->input_start;
}

void davit__http_consume_input(davit__http_exchange *exchange, size_t length);

#endif
