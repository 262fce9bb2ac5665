/* SPDX-License-Identifier: MIT */
#include "lines.h"

#include "memory.h"
#include "support/runner.h"

#define TEXT(...) __VA_ARGS__, sizeof(__VA_ARGS__) - 1

struct output {
    davit__buffer joined; /* "[line][line]" */
    size_t count;
    size_t longest;
    int answer; /* what the callback returns */
};

static int collect(void *context, const char *line, size_t length, davit_error *error)
{
    struct output *output = context;
    output->count++;
    output->longest = length > output->longest ? length : output->longest;
    if (length < 100) {
        davit__buffer_printf(&output->joined, "[%.*s]", (int)length, line);
    }
    return output->answer ? davit__error_set(error, output->answer, "stop") : 0;
}

static int split(const char *text, size_t length, size_t step, size_t ceiling,
                 struct output *output, davit_error *error)
{
    davit__lines lines;
    davit__lines_init(&lines, ceiling, collect, output);
    int r = 0;
    for (size_t at = 0; r == 0 && at < length; at += step) {
        r = davit__lines_feed(&lines, text + at, length - at < step ? length - at : step, error);
    }
    r = r == 0 ? davit__lines_end(&lines, error) : r;
    davit__lines_free(&lines);
    return r;
}

static void expect_lines(const char *text, size_t length, const char *joined)
{
    for (size_t step = 1; step <= length + 1; step++) {
        struct output output = {0};
        assert_int_equal(split(text, length, step, 0, &output, NULL), 0);
        assert_string_equal(output.joined.data ? output.joined.data : "", joined);
        davit__buffer_free(&output.joined);
    }
}

static void test_lines__are_cut_however_they_arrive(void **state)
{
    expect_lines(TEXT("{\"a\":1}\n{\"b\":2}\n"), "[{\"a\":1}][{\"b\":2}]");
}

static void test_lines__carriage_return_belongs_to_the_end(void **state)
{
    expect_lines(TEXT("one\r\ntwo\r\n"), "[one][two]");
    expect_lines(TEXT("o\rne\r\r\ntwo\r"), "[o\rne\r][two]");
}

static void test_lines__empty_ones_are_left_out(void **state)
{
    expect_lines(TEXT("\n\none\n\r\n\r\ntwo\n\n"), "[one][two]");
    expect_lines(TEXT(""), "");
}

static void test_lines__last_one_needs_no_end(void **state)
{
    expect_lines(TEXT("one\ntwo"), "[one][two]");
}

static void test_lines__nul_is_a_byte_like_others(void **state)
{
    struct output output = {0};
    assert_int_equal(split(TEXT("a\0b\n"), 2, 0, &output, NULL), 0);
    assert_int_equal(output.longest, 3);
    davit__buffer_free(&output.joined);
}

static void test_lines__ceiling_holds_however_they_arrive(void **state)
{
    for (size_t step = 1; step < 20; step++) {
        struct output output = {0};
        davit_error error = DAVIT_ERROR_INIT;
        assert_int_equal(split(TEXT("12345678\r\n12345678\n"), step, 8, &output, NULL), 0);
        assert_int_equal(output.count, 2);
        assert_int_equal(split(TEXT("123456789\n"), step, 8, &output, &error),
                         DAVIT_ERROR_PROTOCOL);
        assert_int_equal(error.code, DAVIT_ERROR_PROTOCOL);
        assert_string_equal(error.message, "the engine sent a line of more than 8 bytes");
        assert_int_equal(output.count, 2);
        davit__buffer_free(&output.joined);
    }
}

static void test_lines__endless_line_is_refused_at_the_default_ceiling(void **state)
{
    struct output output = {0};
    davit__lines lines;
    davit__lines_init(&lines, 0, collect, &output);
    char *piece = malloc(65536);
    memset(piece, 'x', 65536);
    size_t total = 0;
    while (davit__lines_feed(&lines, piece, 65536, NULL) == 0) {
        total += 65536;
        assert_true(total <= DAVIT__LINE_MAX);
    }
    assert_int_equal(total, DAVIT__LINE_MAX);
    free(piece);
    davit__lines_free(&lines);
}

static void test_lines__error_of_the_callback_is_passed_on(void **state)
{
    struct output output = {.answer = DAVIT_ERROR_IMAGE_BUILD};
    davit_error error = DAVIT_ERROR_INIT;
    assert_int_equal(split(TEXT("one\ntwo\n"), 3, 0, &output, &error), DAVIT_ERROR_IMAGE_BUILD);
    assert_int_equal(error.code, DAVIT_ERROR_IMAGE_BUILD);
    assert_int_equal(output.count, 1);
    davit__buffer_free(&output.joined);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_lines__are_cut_however_they_arrive),
    cmocka_unit_test(test_lines__carriage_return_belongs_to_the_end),
    cmocka_unit_test(test_lines__empty_ones_are_left_out),
    cmocka_unit_test(test_lines__last_one_needs_no_end),
    cmocka_unit_test(test_lines__nul_is_a_byte_like_others),
    cmocka_unit_test(test_lines__ceiling_holds_however_they_arrive),
    cmocka_unit_test(test_lines__endless_line_is_refused_at_the_default_ceiling),
    cmocka_unit_test(test_lines__error_of_the_callback_is_passed_on),
};

DAVIT_TEST_MAIN(tests)
