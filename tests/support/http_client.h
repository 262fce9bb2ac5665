/* SPDX-License-Identifier: MIT */
/* A client that talks to a peer (peer.h), for the tests of everything that speaks HTTP. */
#ifndef DAVIT_TESTS_HTTP_CLIENT_H
#define DAVIT_TESTS_HTTP_CLIENT_H

#include "http.h"
#include "peer.h"
#include "runner.h"

static inline davit__http *http_client(const struct peer *peer)
{
    davit__address address = {.path = (char *)peer_path(peer)};
    davit__http *http = NULL;
    assert_int_equal(davit__http_open(&address, &http, NULL), 0);
    return http;
}

/* Far longer than any test takes: a test that waits in vain fails instead of standing still. */
static inline davit__limit http_patience(void)
{
    return davit__limit_within((davit__limit){0}, DAVIT_SECONDS(60));
}

/* An exchange that has to succeed as far as the head of the answer. */
static inline davit__http_exchange *http_exchange(davit__http *http,
                                                  const davit__http_request *request, int status)
{
    davit__http_exchange *exchange = NULL;
    davit_error error = DAVIT_ERROR_INIT;
    davit__http_request limited = *request;
    limited.limit = request->limit.deadline ? request->limit : http_patience();
    davit__http_start(http, &limited, &exchange, &error);
    assert_string_equal(error.message, "");
    int r = davit__http_receive(exchange, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(r, status);
    assert_int_equal(davit__http_status(exchange), status);
    return exchange;
}

#endif
