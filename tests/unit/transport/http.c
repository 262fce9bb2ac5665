/* SPDX-License-Identifier: MIT */
#include "http.h"

#include "memory.h"
#include "support/http_client.h"

#include <pthread.h>

#define OK      "HTTP/1.1 200 OK\r\n"
#define CHUNKED "Transfer-Encoding: chunked\r\n"
#define HELLO   OK "Content-Length: 5\r\n\r\nhello"

/* What the peer does with each request: send `answer`, and close unless it is to go on. */
struct script {
    const char *answer;
    bool slowly;
    bool goes_on;
};

static void serve_script(struct peer_connection *connection)
{
    const struct script *script = connection->context;
    while (peer_read_request(connection)) {
        bool sent = script->slowly
                        ? peer_send_slowly(connection, script->answer, strlen(script->answer))
                        : peer_send_text(connection, script->answer);
        if (!sent || !script->goes_on) {
            return;
        }
    }
}

/* GET /thing, answered like this. */
static int get(struct script script, const char *method, davit__buffer *body, davit_error *error)
{
    struct peer *peer = peer_start(serve_script, &script);
    davit__http *http = http_client(peer);
    int r = davit__http_call(http, method, "/thing?secret=1", NULL, http_patience(), body, error);
    davit__http_close(http);
    peer_stop(peer);
    return r;
}

static void expect_answer(const char *answer, int status, const char *body)
{
    for (int slowly = 0; slowly <= 1; slowly++) {
        DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
        davit_error error = DAVIT_ERROR_INIT;
        struct script script = {.answer = answer, .slowly = slowly};
        int r = get(script, "GET", &buffer, &error);
        assert_string_equal(error.message, "");
        assert_int_equal(r, status);
        assert_string_equal(buffer.data, body);
    }
}

static void expect_refusal(const char *answer, const char *message)
{
    for (int slowly = 0; slowly <= 1; slowly++) {
        DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
        davit_error error = DAVIT_ERROR_INIT;
        struct script script = {.answer = answer, .slowly = slowly};
        assert_int_equal(get(script, "GET", &buffer, &error), DAVIT_ERROR_PROTOCOL);
        assert_int_equal(error.code, DAVIT_ERROR_PROTOCOL);
        assert_string_equal(error.message, message);
    }
}

static void test_http__answer_is_read_whole_however_it_arrives(void **state)
{
    expect_answer(HELLO, 200, "hello");
    expect_answer(OK CHUNKED "\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nA: b\r\n\r\n", 200, "hello");
    expect_answer(OK "\r\nhello", 200, "hello");
    expect_answer("HTTP/1.1 100 Continue\r\n\r\n" HELLO, 200, "hello");
    expect_answer("HTTP/1.1 204 No Content\r\n\r\n", 204, "");
}

static void test_http__error_with_html_is_an_answer(void **state)
{
    expect_answer("HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/html\r\n\r\n"
                  "<h1>500</h1>",
                  500, "<h1>500</h1>");
}

static void test_http__answer_cut_in_the_middle_is_a_protocol_error(void **state)
{
    static const char message[] =
        "GET /thing: the engine closed the connection in the middle of its answer";
    expect_refusal(OK "Content-Length: 5\r\n\r\nhell", message);
    expect_refusal(OK CHUNKED "\r\n5\r\nhello\r\n", message);
    expect_refusal(OK "Content-Len", message);
    expect_refusal("HTTP/1.1 100 Continue\r\n\r\n", message);
}

static void test_http__connection_closed_without_an_answer_is_a_protocol_error(void **state)
{
    expect_refusal("", "GET /thing: the engine closed the connection without an answer");
}

static void test_http__garbage_is_a_protocol_error(void **state)
{
    expect_refusal("<html>", "GET /thing: the engine's answer is not HTTP: Expected HTTP/");
    expect_refusal(OK "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                   "GET /thing: the engine's answer is not HTTP: Duplicate Content-Length");
}

static void test_http__head_over_its_ceiling_is_a_protocol_error(void **state)
{
    char *answer = malloc(DAVIT__HTTP_HEAD_MAX + 100);
    memset(answer, 'x', DAVIT__HTTP_HEAD_MAX + 99);
    memcpy(answer, OK "Name: ", sizeof(OK "Name: ") - 1);
    answer[DAVIT__HTTP_HEAD_MAX + 99] = '\0';
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    davit_error error = DAVIT_ERROR_INIT;
    int r = get((struct script){.answer = answer}, "GET", &buffer, &error);
    assert_int_equal(r, DAVIT_ERROR_PROTOCOL);
    assert_string_equal(error.message, "GET /thing: the engine's answer cannot be used: its header "
                                       "is too large");
    free(answer);
}

static void test_http__answer_to_head_ends_with_its_head(void **state)
{
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    struct script script = {.answer = OK "Content-Length: 5\r\n\r\n", .goes_on = true};
    assert_int_equal(get(script, "HEAD", &buffer, NULL), 200);
    assert_string_equal(buffer.data, "");
}

static void test_http__text_of_an_error_is_cut_and_its_status_kept(void **state)
{
    size_t size = DAVIT__HTTP_ERROR_MAX * 2;
    DAVIT__FREE char *answer = malloc(size);
    memset(answer, 'x', size);
    static const char head[] = "HTTP/1.1 500 Oops\r\n\r\n";
    memcpy(answer, head, sizeof head - 1);
    answer[size - 1] = '\0';
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    assert_int_equal(get((struct script){.answer = answer}, "GET", &buffer, NULL), 500);
    assert_int_equal(buffer.length, DAVIT__HTTP_ERROR_MAX);
}

static void test_http__body_over_the_ceiling_is_a_protocol_error(void **state)
{
    struct script script = {.answer = HELLO};
    struct peer *peer = peer_start(serve_script, &script);
    davit__http *http = http_client(peer);
    davit__http_request request = {.method = "GET", .target = "/thing"};
    for (size_t ceiling = 0; ceiling < 8; ceiling++) {
        DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
        davit_error error = DAVIT_ERROR_INIT;
        davit__http_exchange *exchange = http_exchange(http, &request, 200);
        int r = davit__http_read_all(exchange, ceiling, &buffer, &error);
        assert_int_equal(r, ceiling < 5 ? DAVIT_ERROR_PROTOCOL : 0);
        assert_int_equal(error.code, r);
        assert_true(r < 0 || strcmp(buffer.data, "hello") == 0);
        davit__http_end(exchange);
    }
    davit__http_close(http);
    peer_stop(peer);
}

static void test_http__body_is_read_in_pieces_of_any_size(void **state)
{
    struct script script = {.answer = OK CHUNKED "\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n",
                            .goes_on = true};
    struct peer *peer = peer_start(serve_script, &script);
    davit__http *http = http_client(peer);
    davit__http_request request = {.method = "GET", .target = "/thing"};
    static const size_t sizes[] = {1, 2, 5, 4096, 100000};
    char *data = malloc(100000);
    for (size_t i = 0; i < DAVIT__COUNT(sizes); i++) {
        davit__http_exchange *exchange = http_exchange(http, &request, 200);
        char text[16] = "";
        size_t length;
        do {
            assert_int_equal(davit__http_read(exchange, data, sizes[i], &length, NULL), 0);
            assert_true(length <= sizes[i]);
            strncat(text, data, length);
        } while (length > 0);
        assert_string_equal(text, "abcdefg");
        assert_int_equal(davit__http_read(exchange, data, sizes[i], &length, NULL), 0);
        assert_int_equal(length, 0);
        davit__http_end(exchange);
    }
    free(data);
    assert_int_equal(peer_connection_count(peer), 1);
    davit__http_close(http);
    peer_stop(peer);
}

static void test_http__headers_of_the_answer_can_be_asked_for(void **state)
{
    struct script script = {.answer = OK "Api-Version: 1.41\r\nContent-Length: 0\r\n\r\n"};
    struct peer *peer = peer_start(serve_script, &script);
    davit__http *http = http_client(peer);
    davit__http_request request = {.method = "GET", .target = "/_ping"};
    davit__http_exchange *exchange = http_exchange(http, &request, 200);
    assert_string_equal(davit__http_header(exchange, "api-version"), "1.41");
    assert_null(davit__http_header(exchange, "Builder-Version"));
    davit__http_end(exchange);
    davit__http_close(http);
    peer_stop(peer);
}

/* A peer that never answers, and tells when it has got the request. */
static void serve_silence(struct peer_connection *connection)
{
    if (peer_read_request(connection)) {
        peer_signal_set(connection->context);
    }
    peer_wait_for_end(connection);
}

static void test_http__engine_that_never_answers_meets_the_deadline(void **state)
{
    struct peer_signal *asked = peer_signal_create();
    struct peer *peer = peer_start(serve_silence, asked);
    davit__http *http = http_client(peer);
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    davit_error error = DAVIT_ERROR_INIT;
    davit__limit limit = davit__limit_within((davit__limit){0}, DAVIT_MILLISECONDS(30));
    int r = davit__http_call(http, "GET", "/thing", NULL, limit, &buffer, &error);
    assert_int_equal(r, DAVIT_ERROR_TIMEOUT);
    assert_string_equal(error.message, "GET /thing: no answer in the time allowed");
    davit__http_close(http);
    peer_stop(peer);
    peer_signal_free(asked);
}

static void serve_without_end(struct peer_connection *connection)
{
    static char zeros[65536];
    if (peer_read_request(connection) && peer_send_text(connection, OK "\r\n")) {
        while (peer_send(connection, zeros, sizeof zeros)) {
        }
    }
}

static void test_http__engine_that_never_stops_answering_meets_the_deadline(void **state)
{
    struct peer *peer = peer_start(serve_without_end, NULL);
    davit__http *http = http_client(peer);
    davit__http_request request = {
        .method = "GET",
        .target = "/logs",
        .limit = davit__limit_within((davit__limit){0}, DAVIT_MILLISECONDS(50)),
    };
    davit__http_exchange *exchange = NULL;
    char *data = malloc(65536);
    size_t length = 1;
    int r = davit__http_start(http, &request, &exchange, NULL);
    r = r < 0 ? r : davit__http_receive(exchange, NULL);
    while (r >= 0 && length > 0) {
        r = davit__http_read(exchange, data, 65536, &length, NULL);
    }
    assert_int_equal(r, DAVIT_ERROR_TIMEOUT);
    free(data);
    davit__http_end(exchange);
    davit__http_close(http);
    peer_stop(peer);
}

struct canceller {
    struct peer_signal *asked;
    davit_cancel *cancel;
};

static void *cancel_when_asked(void *context)
{
    struct canceller *canceller = context;
    peer_signal_wait(canceller->asked);
    davit_cancel_trigger(canceller->cancel);
    return NULL;
}

static void test_http__waiting_is_cancelled_from_another_thread(void **state)
{
    struct canceller canceller = {.asked = peer_signal_create()};
    assert_int_equal(davit_cancel_create(&canceller.cancel, NULL), 0);
    struct peer *peer = peer_start(serve_silence, canceller.asked);
    davit__http *http = http_client(peer);
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    davit_error error = DAVIT_ERROR_INIT;
    davit__limit limit = {.cancel = canceller.cancel};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, cancel_when_asked, &canceller), 0);
    int r = davit__http_call(http, "GET", "/thing", NULL, limit, &buffer, &error);
    assert_int_equal(r, DAVIT_ERROR_CANCELLED);
    assert_string_equal(error.message, "cancelled");
    pthread_join(thread, NULL);
    r = davit__http_call(http, "GET", "/thing", NULL, limit, &buffer, &error);
    assert_int_equal(r, DAVIT_ERROR_CANCELLED);
    assert_int_equal(peer_connection_count(peer), 1);
    davit__http_close(http);
    peer_stop(peer);
    peer_signal_free(canceller.asked);
    davit_cancel_free(canceller.cancel);
}

static void serve_echo(struct peer_connection *connection)
{
    while (peer_read_request(connection)) {
        char head[100];
        snprintf(head, sizeof head, OK "Content-Length: %zu\r\n\r\n", connection->request_length);
        peer_send_text(connection, head);
        peer_send(connection, connection->request, connection->request_length);
    }
}

static void expect_request(const davit__http_request *request, const char *expected)
{
    struct peer *peer = peer_start(serve_echo, NULL);
    davit__http *http = http_client(peer);
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    davit__http_exchange *exchange = http_exchange(http, request, 200);
    assert_int_equal(davit__http_read_all(exchange, 1000000, &buffer, NULL), 0);
    assert_string_equal(buffer.data, expected);
    davit__http_end(exchange);
    davit__http_close(http);
    peer_stop(peer);
}

#define COMMON "Host: localhost\r\nUser-Agent: davit/" DAVIT_VERSION "\r\n"

static void test_http__request_without_a_body_says_little(void **state)
{
    davit__http_request request = {.method = "GET", .target = "/v1.41/containers/json?all=1"};
    expect_request(&request, "GET /v1.41/containers/json?all=1 HTTP/1.1\r\n" COMMON "\r\n");
    request.method = "POST";
    expect_request(&request, "POST /v1.41/containers/json?all=1 HTTP/1.1\r\n" COMMON
                             "Content-Length: 0\r\n\r\n");
}

static void test_http__body_is_json_unless_said_otherwise(void **state)
{
    davit__http_request request = {
        .method = "POST", .target = "/x", .body = "{}", .body_length = 2};
    expect_request(&request, "POST /x HTTP/1.1\r\n" COMMON
                             "Content-Length: 2\r\nContent-Type: application/json\r\n\r\n{}");
    request.content_type = "application/x-tar";
    expect_request(&request, "POST /x HTTP/1.1\r\n" COMMON
                             "Content-Length: 2\r\nContent-Type: application/x-tar\r\n\r\n{}");
}

static void test_http__further_headers_are_sent_unless_they_have_no_value(void **state)
{
    davit_pair headers[] = {{"X-Registry-Auth", "e30="}, {"X-Registry-Config", NULL}};
    davit__http_request request = {
        .method = "GET", .target = "/x", .headers = headers, .header_count = 2};
    expect_request(&request, "GET /x HTTP/1.1\r\n" COMMON "X-Registry-Auth: e30=\r\n\r\n");
}

static void test_http__large_fixed_body_arrives(void **state)
{
    size_t size = (size_t)DAVIT_MIB(4);
    DAVIT__FREE char *body = malloc(size);
    memset(body, 'x', size);
    struct peer *peer = peer_start(serve_echo, NULL);
    davit__http *http = http_client(peer);
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    davit__http_request request = {
        .method = "PUT", .target = "/x", .body = body, .body_length = size};
    davit__http_exchange *exchange = http_exchange(http, &request, 200);
    assert_int_equal(davit__http_read_all(exchange, size * 2, &buffer, NULL), 0);
    assert_memory_equal(buffer.data + buffer.length - size, body, size);
    davit__http_end(exchange);
    davit__http_close(http);
    peer_stop(peer);
}

static void expect_refused_request(davit__http_request request, const char *message)
{
    struct peer *peer = peer_start(serve_echo, NULL);
    davit__http *http = http_client(peer);
    davit__http_exchange *exchange = NULL;
    davit_error error = DAVIT_ERROR_INIT;
    int r = davit__http_start(http, &request, &exchange, &error);
    assert_int_equal(r, DAVIT_ERROR_INVALID_CONFIG);
    assert_int_equal(error.code, DAVIT_ERROR_INVALID_CONFIG);
    assert_non_null(strstr(error.message, message));
    assert_null(exchange);
    assert_int_equal(peer_connection_count(peer), 0);
    davit__http_close(http);
    peer_stop(peer);
}

static void test_http__line_breaks_in_a_request_are_refused(void **state)
{
    static const davit_pair bad[] = {
        {"X-A", "b\r\nX-C: d"}, {"X-A", "b\n"}, {"X-A\r\nX-B", "c"}, {"X A", "b"}, {"", "b"},
    };
    for (size_t i = 0; i < DAVIT__COUNT(bad); i++) {
        expect_refused_request(
            (davit__http_request){
                .method = "GET", .target = "/x", .headers = &bad[i], .header_count = 1},
            "HTTP header");
    }
    static const char *const targets[] = {"/x\r\nA: b", "/x HTTP/1.0", "",         "x",
                                          "/\xc3\xa4",  "/\x7f",       "http://x/"};
    for (size_t i = 0; i < DAVIT__COUNT(targets); i++) {
        expect_refused_request((davit__http_request){.method = "GET", .target = targets[i]},
                               "the path of a request");
    }
    expect_refused_request((davit__http_request){.method = "GET /", .target = "/"}, "method");
    expect_refused_request(
        (davit__http_request){
            .method = "POST", .target = "/", .body = "", .content_type = "a\r\nb: c"},
        "Content-Type");
}

static void expect_escaped(const char *text, const char *expected)
{
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    davit__http_escape(&buffer, text);
    assert_string_equal(buffer.data ? buffer.data : "", expected);
}

static void test_http__escape_leaves_only_unreserved_characters(void **state)
{
    expect_escaped("", "");
    expect_escaped("azAZ09-._~", "azAZ09-._~");
    expect_escaped("localhost:5000/a b@sha256:1", "localhost%3A5000%2Fa%20b%40sha256%3A1");
    expect_escaped("\xc3\xa4%\n\x7f?&=+", "%C3%A4%25%0A%7F%3F%26%3D%2B");
}

static void test_http__engine_that_is_not_there_is_reported_by_its_address(void **state)
{
    davit__address address = {.path = (char *)"/nonexistent/engine.sock"};
    davit__http *http = NULL;
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    davit_error error = DAVIT_ERROR_INIT;
    assert_int_equal(davit__http_open(&address, &http, NULL), 0);
    int r = davit__http_call(http, "GET", "/_ping", NULL, http_patience(), &buffer, &error);
    assert_int_equal(r, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE);
    assert_string_equal(error.message, "unix:///nonexistent/engine.sock: no such socket");
    davit__http_close(http);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_http__answer_is_read_whole_however_it_arrives),
    cmocka_unit_test(test_http__error_with_html_is_an_answer),
    cmocka_unit_test(test_http__answer_cut_in_the_middle_is_a_protocol_error),
    cmocka_unit_test(test_http__connection_closed_without_an_answer_is_a_protocol_error),
    cmocka_unit_test(test_http__garbage_is_a_protocol_error),
    cmocka_unit_test(test_http__head_over_its_ceiling_is_a_protocol_error),
    cmocka_unit_test(test_http__answer_to_head_ends_with_its_head),
    cmocka_unit_test(test_http__text_of_an_error_is_cut_and_its_status_kept),
    cmocka_unit_test(test_http__body_over_the_ceiling_is_a_protocol_error),
    cmocka_unit_test(test_http__body_is_read_in_pieces_of_any_size),
    cmocka_unit_test(test_http__headers_of_the_answer_can_be_asked_for),
    cmocka_unit_test(test_http__engine_that_never_answers_meets_the_deadline),
    cmocka_unit_test(test_http__engine_that_never_stops_answering_meets_the_deadline),
    cmocka_unit_test(test_http__waiting_is_cancelled_from_another_thread),
    cmocka_unit_test(test_http__request_without_a_body_says_little),
    cmocka_unit_test(test_http__body_is_json_unless_said_otherwise),
    cmocka_unit_test(test_http__further_headers_are_sent_unless_they_have_no_value),
    cmocka_unit_test(test_http__large_fixed_body_arrives),
    cmocka_unit_test(test_http__line_breaks_in_a_request_are_refused),
    cmocka_unit_test(test_http__escape_leaves_only_unreserved_characters),
    cmocka_unit_test(test_http__engine_that_is_not_there_is_reported_by_its_address),
};

DAVIT_TEST_MAIN(tests)
