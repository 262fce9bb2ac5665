/* SPDX-License-Identifier: MIT */
/* One answer of an engine, parsed from bytes that arrive in any pieces. Knows no sockets. */
#ifndef DAVIT_TRANSPORT_RESPONSE_H
#define DAVIT_TRANSPORT_RESPONSE_H

#include "buffer.h"

#include <llhttp.h>

typedef struct davit__response {
    llhttp_t parser;
    bool to_head;      /* the answer to a HEAD request: it has no body, whatever its headers say */
    bool may_upgrade;  /* 101 and 2xx end HTTP on this connection */
    bool started;      /* some byte of it was seen */
    bool head_done;    /* status and headers are known */
    bool done;         /* read to its end; for an upgraded one: the head was */
    bool upgraded;     /* what follows the head is not HTTP */
    bool keep_alive;   /* valid once done: another answer may follow on this connection */
    size_t head_size;  /* bytes of this head and of the 1xx answers before it */
    size_t extra_size; /* bytes of this chunk's extensions, or of the trailers */
    const char *problem;
    davit__buffer headers; /* name NUL value NUL ... */
    char *body;            /* where the body that a feed finds is put */
    size_t body_length;
} davit__response;

void davit__response_init(davit__response *response, bool to_head, bool may_upgrade);
void davit__response_free(davit__response *response);

/* Parse up to `length` bytes. Stops behind the head (then feed again, with the rest) and behind the
 * end of the answer. *ret_used: how many bytes belonged to it. The body found among them goes to
 * `body`, which has room for `length` bytes and may be `data` itself; *ret_body: its length. What
 * is not HTTP, or goes over a ceiling, is DAVIT_ERROR_PROTOCOL, then and for ever. */
int davit__response_feed(davit__response *response, const char *data, size_t length, char *body,
                         size_t *ret_used, size_t *ret_body, davit_error *error);

/* The connection ended. DAVIT_ERROR_PROTOCOL unless the answer is whole by that. */
int davit__response_finish(davit__response *response, davit_error *error);

int davit__response_status(const davit__response *response);

/* The first header of this name in any case, NULL if there is none. */
const char *davit__response_header(const davit__response *response, const char *name);

#endif
