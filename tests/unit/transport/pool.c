/* SPDX-License-Identifier: MIT */
#include "memory.h"
#include "support/http_client.h"

#include <pthread.h>
#include <sys/socket.h>

#define HELLO "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

static int call(davit__http *http, const char *method)
{
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    davit_error error = DAVIT_ERROR_INIT;
    int r = davit__http_call(http, method, "/thing", NULL, http_patience(), &buffer, &error);
    assert_int_equal(r < 0 ? r : 0, error.code);
    return r;
}

/* What the connections do: each answers `answers` requests with `answer`, then does `end`. */
struct plan {
    const char *answer;
    size_t answers;
    void (*end)(struct peer_connection *connection);
    struct peer_signal *ended; /* set after `end` */
};

static void serve_plan(struct peer_connection *connection)
{
    const struct plan *plan = connection->context;
    for (size_t i = 0; i < plan->answers; i++) {
        if (!peer_read_request(connection) || !peer_send_text(connection, plan->answer)) {
            return;
        }
    }
    if (plan->end) {
        plan->end(connection);
    }
    if (plan->ended) {
        peer_signal_set(plan->ended);
        peer_wait_for_end(connection);
    }
}

static void test_pool__connection_is_used_again(void **state)
{
    struct plan plan = {.answer = HELLO, .answers = 1000};
    struct peer *peer = peer_start(serve_plan, &plan);
    davit__http *http = http_client(peer);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(call(http, "GET"), 200);
        assert_int_equal(call(http, "POST"), 200);
    }
    assert_int_equal(peer_connection_count(peer), 1);
    assert_int_equal(peer_request_count(peer), 10);
    davit__http_close(http);
    peer_stop(peer);
}

static void expect_no_reuse(const char *answer)
{
    struct plan plan = {.answer = answer, .answers = 1000};
    struct peer *peer = peer_start(serve_plan, &plan);
    davit__http *http = http_client(peer);
    assert_int_equal(call(http, "GET"), 200);
    assert_int_equal(call(http, "GET"), 200);
    assert_int_equal(peer_connection_count(peer), 2);
    davit__http_close(http);
    peer_stop(peer);
}

static void test_pool__connection_that_is_to_be_closed_is_not_used_again(void **state)
{
    expect_no_reuse("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    expect_no_reuse("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n");
}

static void test_pool__connection_with_bytes_behind_the_answer_is_not_used_again(void **state)
{
    expect_no_reuse("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n");
}

static void test_pool__answer_that_nobody_read_does_not_cost_the_connection(void **state)
{
    struct plan plan = {.answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                  "5\r\nhello\r\n0\r\n\r\n",
                        .answers = 1000};
    struct peer *peer = peer_start(serve_plan, &plan);
    davit__http *http = http_client(peer);
    davit__http_request request = {.method = "GET", .target = "/thing"};
    davit__http_end(http_exchange(http, &request, 200));
    davit__http_end(http_exchange(http, &request, 200));
    assert_int_equal(peer_connection_count(peer), 1);
    davit__http_close(http);
    peer_stop(peer);
}

static void test_pool__exchange_given_up_halfway_costs_the_connection(void **state)
{
    struct plan plan = {.answer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
                        .answers = 1000};
    struct peer *peer = peer_start(serve_plan, &plan);
    davit__http *http = http_client(peer);
    davit__http_request request = {.method = "GET", .target = "/thing"};
    davit__http_end(http_exchange(http, &request, 200));
    davit__http_end(http_exchange(http, &request, 200));
    assert_int_equal(peer_connection_count(peer), 2);
    davit__http_close(http);
    peer_stop(peer);
}

static void test_pool__idle_connection_that_was_closed_is_replaced(void **state)
{
    struct plan plan = {
        .answer = HELLO, .answers = 1, .end = peer_end_sending, .ended = peer_signal_create()};
    struct peer *peer = peer_start(serve_plan, &plan);
    davit__http *http = http_client(peer);
    assert_int_equal(call(http, "POST"), 200);
    peer_signal_wait(plan.ended);
    assert_int_equal(call(http, "POST"), 200);
    assert_int_equal(peer_connection_count(peer), 2);
    davit__http_close(http);
    peer_stop(peer);
    peer_signal_free(plan.ended);
}

static void talk_unasked(struct peer_connection *connection)
{
    peer_send_text(connection, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlies");
}

static void test_pool__idle_connection_that_talks_unasked_is_replaced(void **state)
{
    struct plan plan = {
        .answer = HELLO, .answers = 1, .end = talk_unasked, .ended = peer_signal_create()};
    struct peer *peer = peer_start(serve_plan, &plan);
    davit__http *http = http_client(peer);
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    assert_int_equal(call(http, "POST"), 200);
    peer_signal_wait(plan.ended);
    assert_int_equal(davit__http_call(http, "GET", "/thing", NULL, http_patience(), &buffer, NULL),
                     200);
    assert_string_equal(buffer.data, "hello");
    davit__http_close(http);
    peer_stop(peer);
    peer_signal_free(plan.ended);
}

static void stop_reading(struct peer_connection *connection)
{
    shutdown(connection->fd, SHUT_RD);
}

static void test_pool__request_of_which_nothing_went_out_is_sent_on_a_new_connection(void **state)
{
    struct plan plan = {
        .answer = HELLO, .answers = 1, .end = stop_reading, .ended = peer_signal_create()};
    struct peer *peer = peer_start(serve_plan, &plan);
    davit__http *http = http_client(peer);
    assert_int_equal(call(http, "POST"), 200);
    peer_signal_wait(plan.ended);
    assert_int_equal(call(http, "POST"), 200);
    assert_int_equal(peer_connection_count(peer), 2);
    assert_int_equal(peer_request_count(peer), 2);
    davit__http_close(http);
    peer_stop(peer);
    peer_signal_free(plan.ended);
}

/* The first connection answers once and dies when the second request has come. */
static void serve_dying(struct peer_connection *connection)
{
    while (peer_read_request(connection)) {
        if (connection->number == 0 && peer_request_count(connection->peer) == 2) {
            return;
        }
        peer_send_text(connection, HELLO);
    }
}

static void test_pool__read_only_request_is_sent_again_when_a_used_connection_dies(void **state)
{
    struct peer *peer = peer_start(serve_dying, NULL);
    davit__http *http = http_client(peer);
    assert_int_equal(call(http, "GET"), 200);
    assert_int_equal(call(http, "GET"), 200);
    assert_int_equal(peer_connection_count(peer), 2);
    assert_int_equal(peer_request_count(peer), 3);
    davit__http_close(http);
    peer_stop(peer);
}

static void test_pool__changing_request_is_never_sent_twice(void **state)
{
    static const char *const methods[] = {"POST", "DELETE", "PUT"};
    for (size_t i = 0; i < DAVIT__COUNT(methods); i++) {
        struct peer *peer = peer_start(serve_dying, NULL);
        davit__http *http = http_client(peer);
        assert_int_equal(call(http, "GET"), 200);
        assert_int_equal(call(http, methods[i]), DAVIT_ERROR_PROTOCOL);
        assert_int_equal(peer_request_count(peer), 2);
        davit__http_close(http);
        peer_stop(peer);
    }
}

static void serve_death(struct peer_connection *connection)
{
    peer_read_request(connection);
}

static void test_pool__request_on_a_new_connection_is_not_sent_again(void **state)
{
    struct peer *peer = peer_start(serve_death, NULL);
    davit__http *http = http_client(peer);
    assert_int_equal(call(http, "GET"), DAVIT_ERROR_PROTOCOL);
    assert_int_equal(peer_connection_count(peer), 1);
    davit__http_close(http);
    peer_stop(peer);
}

/* Every connection answers one request, and dies with the second one unanswered. */
static void serve_dying_always(struct peer_connection *connection)
{
    if (peer_read_request(connection) && connection->number == 0) {
        peer_send_text(connection, HELLO);
        peer_read_request(connection);
    }
}

static void test_pool__request_is_sent_again_only_once(void **state)
{
    struct peer *peer = peer_start(serve_dying_always, NULL);
    davit__http *http = http_client(peer);
    assert_int_equal(call(http, "GET"), 200);
    assert_int_equal(call(http, "GET"), DAVIT_ERROR_PROTOCOL);
    assert_int_equal(peer_connection_count(peer), 2);
    davit__http_close(http);
    peer_stop(peer);
}

static void test_pool__engine_that_was_stopped_meanwhile_is_not_available(void **state)
{
    struct peer *peer = peer_start(serve_dying, NULL);
    davit__http *http = http_client(peer);
    assert_int_equal(call(http, "GET"), 200);
    peer_stop_listening(peer);
    davit__http_request request = {.method = "GET", .target = "/thing", .limit = http_patience()};
    davit__http_exchange *exchange = NULL;
    char byte;
    size_t length;
    assert_int_equal(davit__http_start(http, &request, &exchange, NULL), 0);
    assert_int_equal(davit__http_receive(exchange, NULL), DAVIT_ERROR_RUNTIME_NOT_AVAILABLE);
    assert_int_equal(davit__http_receive(exchange, NULL), DAVIT_ERROR_PROTOCOL);
    assert_int_equal(davit__http_read(exchange, &byte, 1, &length, NULL), DAVIT_ERROR_PROTOCOL);
    davit__http_end(exchange);
    davit__http_close(http);
    peer_stop(peer);
}

#define AT_ONCE (DAVIT__HTTP_IDLE_MAX + 4)

static void open_many(davit__http *http)
{
    davit__http_request request = {.method = "GET", .target = "/thing"};
    davit__http_exchange *exchanges[AT_ONCE];
    for (size_t i = 0; i < AT_ONCE; i++) {
        exchanges[i] = http_exchange(http, &request, 200);
    }
    for (size_t i = 0; i < AT_ONCE; i++) {
        davit__http_end(exchanges[i]);
    }
}

static void test_pool__keeps_no_more_than_its_ceiling(void **state)
{
    struct plan plan = {.answer = HELLO, .answers = 1000};
    struct peer *peer = peer_start(serve_plan, &plan);
    davit__http *http = http_client(peer);
    open_many(http);
    assert_int_equal(peer_connection_count(peer), AT_ONCE);
    open_many(http);
    assert_int_equal(peer_connection_count(peer), AT_ONCE + AT_ONCE - DAVIT__HTTP_IDLE_MAX);
    davit__http_close(http);
    peer_stop(peer);
}

#define THREADS 8
#define CALLS   50

static void *call_often(void *context)
{
    for (int i = 0; i < CALLS; i++) {
        DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
        int r = davit__http_call(context, "GET", "/thing", NULL, http_patience(), &buffer, NULL);
        if (r != 200 || strcmp(buffer.data, "hello") != 0) {
            return (void *)"wrong answer";
        }
    }
    return NULL;
}

static void test_pool__serves_many_threads(void **state)
{
    struct plan plan = {.answer = HELLO, .answers = 1000};
    struct peer *peer = peer_start(serve_plan, &plan);
    davit__http *http = http_client(peer);
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, call_often, http), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        void *problem;
        pthread_join(threads[i], &problem);
        assert_null(problem);
    }
    assert_int_equal(peer_request_count(peer), THREADS * CALLS);
    assert_in_range(peer_connection_count(peer), 1, THREADS);
    davit__http_close(http);
    peer_stop(peer);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_pool__connection_is_used_again),
    cmocka_unit_test(test_pool__connection_that_is_to_be_closed_is_not_used_again),
    cmocka_unit_test(test_pool__connection_with_bytes_behind_the_answer_is_not_used_again),
    cmocka_unit_test(test_pool__answer_that_nobody_read_does_not_cost_the_connection),
    cmocka_unit_test(test_pool__exchange_given_up_halfway_costs_the_connection),
    cmocka_unit_test(test_pool__idle_connection_that_was_closed_is_replaced),
    cmocka_unit_test(test_pool__idle_connection_that_talks_unasked_is_replaced),
    cmocka_unit_test(test_pool__request_of_which_nothing_went_out_is_sent_on_a_new_connection),
    cmocka_unit_test(test_pool__read_only_request_is_sent_again_when_a_used_connection_dies),
    cmocka_unit_test(test_pool__changing_request_is_never_sent_twice),
    cmocka_unit_test(test_pool__request_on_a_new_connection_is_not_sent_again),
    cmocka_unit_test(test_pool__request_is_sent_again_only_once),
    cmocka_unit_test(test_pool__engine_that_was_stopped_meanwhile_is_not_available),
    cmocka_unit_test(test_pool__keeps_no_more_than_its_ceiling),
    cmocka_unit_test(test_pool__serves_many_threads),
};

DAVIT_TEST_MAIN(tests)
