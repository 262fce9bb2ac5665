/* SPDX-License-Identifier: MIT */
#include "memory.h"
#include "support/http_client.h"

#include <sys/socket.h>

#define OK "HTTP/1.1 200 OK\r\n"

static const davit__http_request upload = {
    .method = "POST",
    .target = "/build?buildargs=secret",
    .content_type = "application/x-tar",
    .chunked = true,
};

static davit__http_exchange *start(davit__http *http, davit__limit limit)
{
    davit__http_request request = upload;
    davit__http_exchange *exchange = NULL;
    request.limit = limit;
    assert_int_equal(davit__http_start(http, &request, &exchange, NULL), 0);
    return exchange;
}

/* Answers with the request's body, its chunks joined. */
static void serve_joined(struct peer_connection *connection)
{
    while (peer_read_request(connection)) {
        char *from = connection->request + connection->body_start, *to = from, *start = from;
        size_t size;
        while ((size = strtoul(from, &from, 16)) > 0) {
            memmove(to, from + 2, size);
            to += size;
            from += 2 + size + 2;
        }
        char head[100];
        snprintf(head, sizeof head, OK "Content-Length: %zu\r\n\r\n", (size_t)(to - start));
        peer_send_text(connection, head);
        peer_send(connection, start, (size_t)(to - start));
    }
}

static void test_upload__pieces_of_any_size_arrive_as_one_body(void **state)
{
    struct peer *peer = peer_start(serve_joined, NULL);
    davit__http *http = http_client(peer);
    DAVIT__BUFFER davit__buffer expected = DAVIT__BUFFER_INIT, buffer = DAVIT__BUFFER_INIT;
    davit__http_exchange *exchange = start(http, http_patience());
    static const size_t sizes[] = {1, 0, 15, 16, 16383, 16384, 16385, 300000};
    for (size_t i = 0; i < DAVIT__COUNT(sizes); i++) {
        DAVIT__FREE char *piece = malloc(sizes[i] + 1);
        memset(piece, 'a' + (int)i, sizes[i]);
        davit__buffer_add(&expected, piece, sizes[i]);
        assert_int_equal(davit__http_write(exchange, piece, sizes[i], NULL), 0);
    }
    assert_int_equal(davit__http_receive(exchange, NULL), 200);
    assert_int_equal(davit__http_read_all(exchange, 1000000, &buffer, NULL), 0);
    assert_int_equal(buffer.length, expected.length);
    assert_memory_equal(buffer.data, expected.data, expected.length);
    davit__http_end(exchange);

    exchange = start(http, http_patience());
    assert_int_equal(davit__http_receive(exchange, NULL), 200);
    davit__http_end(exchange);
    assert_int_equal(peer_connection_count(peer), 1);
    davit__http_close(http);
    peer_stop(peer);
}

/* Write until the engine takes no more, or `total` bytes. */
static int write_much(davit__http_exchange *exchange, size_t total, davit_error *error)
{
    static char zeros[65536];
    int r = 0;
    for (size_t sent = 0; r == 0 && sent < total; sent += sizeof zeros) {
        r = davit__http_write(exchange, zeros, sizeof zeros, error);
    }
    return r;
}

#define TOO_LARGE                                                                                  \
    "HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 9\r\n\r\ntoo large"

static void serve_413(struct peer_connection *connection)
{
    if (peer_read_head(connection)) {
        peer_send_text(connection, connection->context);
    }
}

static void expect_early_answer(peer_serve serve, const char *answer)
{
    struct peer *peer = peer_start(serve, (void *)answer);
    davit__http *http = http_client(peer);
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    davit__http_exchange *exchange = start(http, http_patience());
    assert_int_equal(write_much(exchange, (size_t)DAVIT_MIB(8), NULL), 0);
    assert_int_equal(davit__http_receive(exchange, NULL), 413);
    assert_int_equal(davit__http_read_all(exchange, 1000, &buffer, NULL), 0);
    assert_string_equal(buffer.data, "too large");
    davit__http_end(exchange);

    exchange = start(http, http_patience());
    assert_int_equal(davit__http_receive(exchange, NULL), 413);
    davit__http_end(exchange);
    assert_int_equal(peer_connection_count(peer), 2);
    davit__http_close(http);
    peer_stop(peer);
}

static void test_upload__engine_that_refuses_and_closes_is_heard(void **state)
{
    expect_early_answer(serve_413, TOO_LARGE);
}

static void test_upload__refusal_that_ends_with_the_connection_is_heard(void **state)
{
    expect_early_answer(serve_413, "HTTP/1.1 413 Too Large\r\n\r\ntoo large");
}

/* The refusal, and the switch that ends the connection. */
struct refusal {
    const char *answer;
    struct peer_signal *over;
};

static void serve_413_and_wait(struct peer_connection *connection)
{
    const struct refusal *refusal = connection->context;
    if (peer_read_head(connection) && peer_send_text(connection, refusal->answer)) {
        peer_signal_wait(refusal->over);
    }
}

static void test_upload__engine_that_refuses_and_does_not_close_is_heard(void **state)
{
    struct refusal refusal = {.answer = TOO_LARGE, .over = peer_signal_create()};
    struct peer *peer = peer_start(serve_413_and_wait, &refusal);
    davit__http *http = http_client(peer);
    davit__http_exchange *exchange = start(http, http_patience());
    assert_int_equal(write_much(exchange, (size_t)DAVIT_MIB(8), NULL), 0);
    assert_int_equal(davit__http_receive(exchange, NULL), 413);
    davit__http_end(exchange);
    peer_signal_set(refusal.over);
    davit__http_close(http);
    peer_stop(peer);
    peer_signal_free(refusal.over);
}

static void serve_silent_end(struct peer_connection *connection)
{
    peer_read_head(connection);
}

static void test_upload__engine_that_dies_is_a_protocol_error(void **state)
{
    struct peer *peer = peer_start(serve_silent_end, NULL);
    davit__http *http = http_client(peer);
    davit_error error = DAVIT_ERROR_INIT;
    davit__http_exchange *exchange = start(http, http_patience());
    assert_int_equal(write_much(exchange, (size_t)DAVIT_MIB(8), NULL), 0);
    assert_int_equal(davit__http_receive(exchange, &error), DAVIT_ERROR_PROTOCOL);
    assert_string_equal(error.message,
                        "POST /build: the engine closed the connection without an answer");
    davit__http_end(exchange);
    davit__http_close(http);
    peer_stop(peer);
}

#define PROGRESS ((size_t)DAVIT_MIB(4))

static void read_to_last_chunk(struct peer_connection *connection)
{
    char data[4096 + 5] = "";
    ssize_t length;
    do {
        length = recv(connection->fd, data + 5, 4096, 0);
        memmove(data, data + (length > 0 ? length : 0), 5);
    } while (length > 0 && memcmp(data, "0\r\n\r\n", 5) != 0);
}

/* Sends much before it reads anything of the body. */
static void serve_progress(struct peer_connection *connection)
{
    size_t size = *(size_t *)connection->context;
    char *progress = calloc(1, size);
    memset(progress, '.', size);
    if (peer_read_head(connection) && peer_send_text(connection, OK "\r\n") &&
        peer_send(connection, progress, size)) {
        read_to_last_chunk(connection);
    }
    free(progress);
}

static void test_upload__engine_that_sends_before_it_reads_is_listened_to(void **state)
{
    size_t size = PROGRESS;
    struct peer *peer = peer_start(serve_progress, &size);
    davit__http *http = http_client(peer);
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    davit__http_exchange *exchange = start(http, http_patience());
    assert_int_equal(write_much(exchange, (size_t)DAVIT_MIB(1), NULL), 0);
    assert_int_equal(davit__http_receive(exchange, NULL), 200);
    assert_int_equal(davit__http_read_all(exchange, PROGRESS * 2, &buffer, NULL), 0);
    assert_int_equal(buffer.length, PROGRESS);
    davit__http_end(exchange);
    davit__http_close(http);
    peer_stop(peer);
}

static void test_upload__engine_that_only_sends_is_not_listened_to_for_ever(void **state)
{
    size_t size = (size_t)DAVIT_MIB(32);
    struct peer *peer = peer_start(serve_progress, &size);
    davit__http *http = http_client(peer);
    davit_error error = DAVIT_ERROR_INIT;
    davit__http_exchange *exchange = start(http, http_patience());
    assert_int_equal(write_much(exchange, (size_t)DAVIT_MIB(1), &error), DAVIT_ERROR_PROTOCOL);
    assert_non_null(strstr(error.message, "before it took what it was sent"));
    davit__http_end(exchange);
    davit__http_close(http);
    peer_stop(peer);
}

static void serve_deaf(struct peer_connection *connection)
{
    peer_read_head(connection);
    peer_signal_wait(connection->context);
}

static void test_upload__engine_that_takes_nothing_meets_the_deadline(void **state)
{
    struct peer_signal *over = peer_signal_create();
    struct peer *peer = peer_start(serve_deaf, over);
    davit__http *http = http_client(peer);
    davit_error error = DAVIT_ERROR_INIT;
    davit__limit limit = davit__limit_within((davit__limit){0}, DAVIT_MILLISECONDS(30));
    davit__http_exchange *exchange = start(http, limit);
    assert_int_equal(write_much(exchange, (size_t)DAVIT_MIB(8), &error), DAVIT_ERROR_TIMEOUT);
    assert_string_equal(error.message, "POST /build: no answer in the time allowed");
    davit__http_end(exchange);
    peer_signal_set(over);
    davit__http_close(http);
    peer_stop(peer);
    peer_signal_free(over);
}

struct cancelling {
    struct peer_signal *over;
    davit_cancel *cancel;
};

static void serve_cancelling(struct peer_connection *connection)
{
    const struct cancelling *cancelling = connection->context;
    peer_read_head(connection);
    davit_cancel_trigger(cancelling->cancel);
    peer_signal_wait(cancelling->over);
}

static void test_upload__is_cancelled_from_another_thread(void **state)
{
    struct cancelling cancelling = {.over = peer_signal_create()};
    assert_int_equal(davit_cancel_create(&cancelling.cancel, NULL), 0);
    struct peer *peer = peer_start(serve_cancelling, &cancelling);
    davit__http *http = http_client(peer);
    davit__http_exchange *exchange = start(http, (davit__limit){.cancel = cancelling.cancel});
    int r = write_much(exchange, (size_t)DAVIT_MIB(8), NULL);
    assert_int_equal(r, DAVIT_ERROR_CANCELLED);
    davit__http_end(exchange);
    peer_signal_set(cancelling.over);
    davit__http_close(http);
    peer_stop(peer);
    peer_signal_free(cancelling.over);
    davit_cancel_free(cancelling.cancel);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_upload__pieces_of_any_size_arrive_as_one_body),
    cmocka_unit_test(test_upload__engine_that_refuses_and_closes_is_heard),
    cmocka_unit_test(test_upload__refusal_that_ends_with_the_connection_is_heard),
    cmocka_unit_test(test_upload__engine_that_refuses_and_does_not_close_is_heard),
    cmocka_unit_test(test_upload__engine_that_dies_is_a_protocol_error),
    cmocka_unit_test(test_upload__engine_that_sends_before_it_reads_is_listened_to),
    cmocka_unit_test(test_upload__engine_that_only_sends_is_not_listened_to_for_ever),
    cmocka_unit_test(test_upload__engine_that_takes_nothing_meets_the_deadline),
    cmocka_unit_test(test_upload__is_cancelled_from_another_thread),
};

DAVIT_TEST_MAIN(tests)
