/* SPDX-License-Identifier: MIT */
#include "response.h"

#include "http.h"
#include "memory.h"
#include "support/runner.h"

#define OK        "HTTP/1.1 200 OK\r\n"
#define CHUNKED   "Transfer-Encoding: chunked\r\n"
#define HEAD      (1 << 0) /* the answer to a HEAD request */
#define UPGRADE   (1 << 1) /* the request asked for an upgrade */
#define TEXT(...) __VA_ARGS__, sizeof(__VA_ARGS__) - 1

struct outcome {
    int result;
    davit_error error;
    char body[256];
    size_t body_length;
    size_t used;
};

/* Feed the text in pieces of `step` bytes, then the end of the connection. */
static struct outcome parse(davit__response *response, const char *text, size_t length, size_t step,
                            int flags)
{
    struct outcome outcome = {.error = DAVIT_ERROR_INIT};
    davit__response_init(response, flags & HEAD, flags & UPGRADE);
    while (outcome.result == 0 && outcome.used < length && !response->done) {
        size_t left = length - outcome.used;
        char piece[1024];
        size_t size = left < step ? left : step, used, body_length;
        memcpy(piece, text + outcome.used, size);
        outcome.result =
            davit__response_feed(response, piece, size, piece, &used, &body_length, &outcome.error);
        assert_true(outcome.body_length + body_length <= sizeof outcome.body);
        memcpy(outcome.body + outcome.body_length, piece, body_length);
        outcome.body_length += body_length;
        outcome.used += used;
    }
    if (outcome.result == 0 && !response->done) {
        outcome.result = davit__response_finish(response, &outcome.error);
    }
    return outcome;
}

static const size_t steps[] = {1024, 1, 2, 3, 7, 50};

/* However the bytes arrive: this status and body, and then `surplus` bytes left over. */
static void expect_answer(const char *text, size_t length, int flags, int status, const char *body,
                          size_t surplus)
{
    for (size_t i = 0; i < DAVIT__COUNT(steps); i++) {
        davit__response response;
        struct outcome outcome = parse(&response, text, length, steps[i], flags);
        assert_string_equal(outcome.error.message, "");
        assert_int_equal(outcome.result, 0);
        assert_int_equal(davit__response_status(&response), status);
        assert_int_equal(outcome.body_length, strlen(body));
        assert_memory_equal(outcome.body, body, outcome.body_length);
        assert_int_equal(length - outcome.used, surplus);
        davit__response_free(&response);
    }
}

/* However the bytes arrive: a protocol error with this in its message. */
static void expect_refusal(const char *text, size_t length, int flags, const char *message)
{
    for (size_t i = 0; i < DAVIT__COUNT(steps); i++) {
        davit__response response;
        struct outcome outcome = parse(&response, text, length, steps[i], flags);
        assert_int_equal(outcome.result, DAVIT_ERROR_PROTOCOL);
        assert_int_equal(outcome.error.code, DAVIT_ERROR_PROTOCOL);
        assert_non_null(strstr(outcome.error.message, message));
        davit__response_free(&response);
    }
}

static void test_response__body_ends_at_its_length(void **state)
{
    expect_answer(TEXT(OK "Content-Length: 5\r\n\r\nhello"), 0, 200, "hello", 0);
}

static void test_response__bytes_behind_the_body_are_left_over(void **state)
{
    expect_answer(TEXT(OK "Content-Length: 5\r\n\r\nhelloHTTP"), 0, 200, "hello", 4);
}

static void test_response__length_zero_has_no_body(void **state)
{
    expect_answer(TEXT(OK "Content-Length: 0\r\n\r\nxx"), 0, 200, "", 2);
}

static void test_response__chunks_are_joined(void **state)
{
    expect_answer(TEXT(OK CHUNKED "\r\n3\r\nabc\r\n00002\r\nde\r\n0\r\n\r\n"), 0, 200, "abcde", 0);
}

static void test_response__chunk_extensions_and_trailers_are_passed_over(void **state)
{
    expect_answer(TEXT(OK CHUNKED "\r\n3;name=value\r\nabc\r\n2;name\r\nde\r\n0;last=\"1\"\r\n"
                                  "Digest: x\r\nStatus: 7\r\n\r\nxx"),
                  0, 200, "abcde", 2);
}

static void test_response__trailers_are_not_headers(void **state)
{
    davit__response response;
    parse(&response, TEXT(OK CHUNKED "\r\n0\r\nDigest: x\r\n\r\n"), 1024, 0);
    assert_true(response.done);
    assert_null(davit__response_header(&response, "Digest"));
    davit__response_free(&response);
}

static void test_response__body_without_a_length_ends_with_the_connection(void **state)
{
    expect_answer(TEXT(OK "\r\nto the end"), 0, 200, "to the end", 0);
    expect_answer(TEXT("HTTP/1.0 200 OK\r\n\r\n"), 0, 200, "", 0);
}

static void test_response__interim_answers_are_skipped(void **state)
{
    expect_answer(TEXT("HTTP/1.1 100 Continue\r\nA: b\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" OK
                       "Content-Length: 1\r\n\r\nx"),
                  0, 200, "x", 0);
}

static void test_response__headers_of_interim_answers_are_dropped(void **state)
{
    davit__response response;
    parse(&response,
          TEXT("HTTP/1.1 100 Continue\r\nA: 1\r\nB: 2\r\n\r\n" OK
               "B: 3\r\nContent-Length: 0\r\n\r\n"),
          3, 0);
    assert_null(davit__response_header(&response, "A"));
    assert_string_equal(davit__response_header(&response, "B"), "3");
    davit__response_free(&response);
}

static void test_response__answer_to_head_has_no_body(void **state)
{
    expect_answer(TEXT(OK "Content-Length: 5\r\n\r\n"), HEAD, 200, "", 0);
    expect_answer(TEXT(OK CHUNKED "\r\n"), HEAD, 200, "", 0);
}

static void test_response__204_and_304_have_no_body(void **state)
{
    expect_answer(TEXT("HTTP/1.1 204 No Content\r\n\r\n"), 0, 204, "", 0);
    expect_answer(TEXT("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"), 0, 204, "", 0);
    expect_answer(TEXT("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"), 0, 304, "", 0);
}

static void test_response__101_and_200_upgrade_and_keep_what_follows(void **state)
{
    expect_answer(TEXT("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nraw"),
                  UPGRADE, 101, "", 3);
    expect_answer(TEXT("HTTP/1.1 101 UPGRADED\r\n\r\nraw"), UPGRADE, 101, "", 3);
    expect_answer(TEXT(OK "Content-Type: x\r\n\r\nraw"), UPGRADE, 200, "", 3);
    expect_answer(TEXT(OK CHUNKED "\r\nraw"), UPGRADE, 200, "", 3);
}

static void test_response__refused_upgrade_has_an_ordinary_body(void **state)
{
    expect_answer(TEXT("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}"), UPGRADE, 404, "{}",
                  0);
}

static void test_response__upgrade_that_was_not_asked_for_is_refused(void **state)
{
    expect_refusal(TEXT("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nraw"),
                   0, "its status makes no sense here");
}

static void test_response__cut_anywhere_is_an_error(void **state)
{
    static const char text[] = OK CHUNKED "\r\n3\r\nabc\r\n0\r\n\r\n";
    for (size_t length = 1; length < sizeof text - 1; length++) {
        expect_refusal(text, length, 0, "in the middle of its answer");
    }
    expect_refusal(TEXT(OK "Content-Length: 5\r\n\r\nhell"), 0, "in the middle of its answer");
}

static void test_response__nothing_at_all_is_an_error_of_its_own(void **state)
{
    expect_refusal(TEXT(""), 0, "the engine closed the connection without an answer");
}

static void test_response__contradicting_lengths_are_refused(void **state)
{
    expect_refusal(TEXT(OK "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx"), 0, "is not HTTP");
    expect_refusal(TEXT(OK "Content-Length: 1\r\n" CHUNKED "\r\n"), 0, "is not HTTP");
    expect_refusal(TEXT(OK CHUNKED "Content-Length: 1\r\n\r\n"), 0, "is not HTTP");
}

static void test_response__impossible_lengths_are_refused(void **state)
{
    expect_refusal(TEXT(OK "Content-Length: -1\r\n\r\n"), 0, "is not HTTP");
    expect_refusal(TEXT(OK "Content-Length: 18446744073709551616\r\n\r\n"), 0, "is not HTTP");
    expect_refusal(TEXT(OK CHUNKED "\r\nfffffffffffffffff\r\n"), 0, "is not HTTP");
    expect_refusal(TEXT(OK CHUNKED "\r\n-1\r\n"), 0, "is not HTTP");
}

static void test_response__garbage_is_refused(void **state)
{
    expect_refusal(TEXT("<html>\n<h1>500</h1>"), 0, "is not HTTP");
    expect_refusal(TEXT("\x16\x03\x01\x02"), 0, "is not HTTP");
    expect_refusal(TEXT(OK "Name: a\0b\r\n\r\n"), 0, "is not HTTP");
    expect_refusal(TEXT(OK "Na\0me: a\r\n\r\n"), 0, "is not HTTP");
    expect_refusal(TEXT("HTTP/1.1 000 OK\r\n\r\n"), 0, "status");
}

static void test_response__headers_are_found_in_any_case(void **state)
{
    davit__response response;
    parse(&response,
          TEXT(OK "Api-Version: 1.41\r\nEmpty:\r\nPadded: \t a b \t\r\napi-version: 2\r\n"
                  "Content-Length: 0\r\n\r\n"),
          1, 0);
    assert_string_equal(davit__response_header(&response, "api-VERSION"), "1.41");
    assert_string_equal(davit__response_header(&response, "Empty"), "");
    assert_string_equal(davit__response_header(&response, "Padded"), "a b");
    assert_null(davit__response_header(&response, "Version"));
    davit__response_free(&response);
}

static bool keeps_alive(const char *text)
{
    davit__response response;
    parse(&response, text, strlen(text), 1024, 0);
    assert_true(response.done);
    bool keep_alive = response.keep_alive;
    davit__response_free(&response);
    return keep_alive;
}

static void test_response__connection_is_kept_unless_it_says_otherwise(void **state)
{
    assert_true(keeps_alive(OK "Content-Length: 0\r\n\r\n"));
    assert_true(keeps_alive(OK CHUNKED "\r\n0\r\n\r\n"));
    assert_true(keeps_alive("HTTP/1.1 204 No Content\r\n\r\n"));
    assert_false(keeps_alive(OK "Connection: close\r\nContent-Length: 0\r\n\r\n"));
    assert_false(keeps_alive("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"));
    assert_false(keeps_alive(OK "\r\nto the end"));
}

/* Feed `pattern` again and again behind `start`, until it is refused or 100 times the ceiling. */
static size_t feed_endlessly(const char *start, const char *pattern, davit_error *error)
{
    davit__response response;
    davit__response_init(&response, false, false);
    size_t used, body_length, total = 0;
    char body[256];
    const char *next = start;
    for (;;) {
        const char *at = next;
        size_t left = strlen(at);
        while (left > 0) {
            assert_true(left <= sizeof body);
            if (davit__response_feed(&response, at, left, body, &used, &body_length, error) < 0) {
                davit__response_free(&response);
                return total;
            }
            at += used;
            left -= used;
        }
        next = pattern;
        total += strlen(pattern);
        assert_true(total < (size_t)DAVIT__HTTP_HEAD_MAX * 100);
    }
}

static void test_response__head_without_an_end_is_refused(void **state)
{
    davit_error error = DAVIT_ERROR_INIT;
    size_t size = feed_endlessly(OK, "Name: value\r\n", &error);
    assert_in_range(size, DAVIT__HTTP_HEAD_MAX - 100, DAVIT__HTTP_HEAD_MAX + 100);
    assert_int_equal(error.code, DAVIT_ERROR_PROTOCOL);
    assert_non_null(strstr(error.message, "its header is too large"));
    feed_endlessly(OK "Name: ", "value", &error);
    feed_endlessly(OK "Na", "me", &error);
    feed_endlessly("HTTP/1.1 200 O", "K", &error);
    feed_endlessly("\r\n", "\r\n", &error);
}

static void test_response__interim_answers_without_an_end_are_refused(void **state)
{
    davit_error error = DAVIT_ERROR_INIT;
    feed_endlessly("", "HTTP/1.1 100 Continue\r\n\r\n", &error);
    assert_non_null(strstr(error.message, "its header is too large"));
}

static void test_response__trailers_without_an_end_are_refused(void **state)
{
    davit_error error = DAVIT_ERROR_INIT;
    feed_endlessly(OK CHUNKED "\r\n0\r\n", "Name: value\r\n", &error);
    assert_non_null(strstr(error.message, "trailers or chunk extensions are too large"));
}

static void test_response__chunk_extension_without_an_end_is_refused(void **state)
{
    davit_error error = DAVIT_ERROR_INIT;
    feed_endlessly(OK CHUNKED "\r\n1;a", "aaaaaaaaaaaa", &error);
    assert_non_null(strstr(error.message, "trailers or chunk extensions are too large"));
}

static void test_response__extensions_of_many_chunks_do_not_add_up(void **state)
{
    davit__response response;
    davit__response_init(&response, false, false);
    static const char start[] = OK CHUNKED "\r\n", chunk[] = "1;aaaaaaaaaaaaaaaa\r\nx\r\n";
    char body[64];
    size_t used, body_length;
    assert_int_equal(
        davit__response_feed(&response, start, sizeof start - 1, body, &used, &body_length, NULL),
        0);
    for (size_t i = 0; i < DAVIT__HTTP_HEAD_MAX / 10; i++) {
        assert_int_equal(davit__response_feed(&response, chunk, sizeof chunk - 1, body, &used,
                                              &body_length, NULL),
                         0);
        assert_int_equal(body_length, 1);
    }
    davit__response_free(&response);
}

static void test_response__error_stays(void **state)
{
    davit__response response;
    struct outcome outcome = parse(&response, TEXT("<html>"), 1, 0);
    size_t used, body_length;
    char body[64];
    assert_int_equal(outcome.result, DAVIT_ERROR_PROTOCOL);
    assert_int_equal(
        davit__response_feed(&response, TEXT(OK "\r\n"), body, &used, &body_length, NULL),
        DAVIT_ERROR_PROTOCOL);
    davit__response_free(&response);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_response__body_ends_at_its_length),
    cmocka_unit_test(test_response__bytes_behind_the_body_are_left_over),
    cmocka_unit_test(test_response__length_zero_has_no_body),
    cmocka_unit_test(test_response__chunks_are_joined),
    cmocka_unit_test(test_response__chunk_extensions_and_trailers_are_passed_over),
    cmocka_unit_test(test_response__trailers_are_not_headers),
    cmocka_unit_test(test_response__body_without_a_length_ends_with_the_connection),
    cmocka_unit_test(test_response__interim_answers_are_skipped),
    cmocka_unit_test(test_response__headers_of_interim_answers_are_dropped),
    cmocka_unit_test(test_response__answer_to_head_has_no_body),
    cmocka_unit_test(test_response__204_and_304_have_no_body),
    cmocka_unit_test(test_response__101_and_200_upgrade_and_keep_what_follows),
    cmocka_unit_test(test_response__refused_upgrade_has_an_ordinary_body),
    cmocka_unit_test(test_response__upgrade_that_was_not_asked_for_is_refused),
    cmocka_unit_test(test_response__cut_anywhere_is_an_error),
    cmocka_unit_test(test_response__nothing_at_all_is_an_error_of_its_own),
    cmocka_unit_test(test_response__contradicting_lengths_are_refused),
    cmocka_unit_test(test_response__impossible_lengths_are_refused),
    cmocka_unit_test(test_response__garbage_is_refused),
    cmocka_unit_test(test_response__headers_are_found_in_any_case),
    cmocka_unit_test(test_response__connection_is_kept_unless_it_says_otherwise),
    cmocka_unit_test(test_response__head_without_an_end_is_refused),
    cmocka_unit_test(test_response__interim_answers_without_an_end_are_refused),
    cmocka_unit_test(test_response__trailers_without_an_end_are_refused),
    cmocka_unit_test(test_response__chunk_extension_without_an_end_is_refused),
    cmocka_unit_test(test_response__extensions_of_many_chunks_do_not_add_up),
    cmocka_unit_test(test_response__error_stays),
};

DAVIT_TEST_MAIN(tests)
