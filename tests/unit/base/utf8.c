/* SPDX-License-Identifier: MIT */
/* UTF-8, and other people's text in messages. */
#include "utf8.h"

#include "quote.h"

#include "support/outcome.h"

static void test_utf8__code_points_have_one_to_four_bytes(void **state)
{
    (void)state;
    static const char *const points[] = {"a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x90\xb3"};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(davit__utf8_length(points[i], strlen(points[i])), i + 1);
        assert_true(davit__utf8_valid(points[i], strlen(points[i])));
    }
    assert_int_equal(davit__utf8_length("\xf4\x8f\xbf\xbf", 4), 4);
    assert_true(davit__utf8_valid("", 0));
}

static void test_utf8__what_is_not_utf_8_has_length_zero(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "\x80",             /* no first byte */
        "\xc3",             /* cut */
        "\xe2\x82",         /* cut */
        "\xc3(",            /* no continuation */
        "\xc0\xaf",         /* overlong */
        "\xe0\x80\x80",     /* overlong */
        "\xf0\x80\x80\x80", /* overlong */
        "\xed\xa0\x80",     /* surrogate */
        "\xf4\x90\x80\x80", /* past U+10FFFF */
        "\xff",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(davit__utf8_length(texts[i], strlen(texts[i])), 0);
        assert_false(davit__utf8_valid(texts[i], strlen(texts[i])));
    }
}

static void test_utf8__invalid_bytes_are_replaced(void **state)
{
    (void)state;
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    davit__utf8_add(&buffer, "a\xff\xc3\xa9\xc3", 5);
    assert_string_equal(buffer.data, "a\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd");
}

static void test_utf8__a_quoted_text_cannot_harm(void **state)
{
    (void)state;
    char quoted[DAVIT__QUOTE_SIZE];
    assert_string_equal(davit__quote("a b", quoted), "'a b'");
    assert_string_equal(davit__quote("", quoted), "''");
    assert_string_equal(davit__quote(NULL, quoted), "''");
    assert_string_equal(davit__quote("\x1b[31m\na\tb\x7f", quoted), "'?[31m?a?b?'");
    assert_string_equal(davit__quote("\xc2\x9b"
                                     "0m\xff",
                                     quoted),
                        "'?0m?'");
    assert_string_equal(davit__quote("\xc3\xa9", quoted), "'\xc3\xa9'");
}

static void test_utf8__a_long_quoted_text_is_cut_between_code_points(void **state)
{
    (void)state;
    char text[300];
    for (size_t length = 0; length < sizeof text - 3; length++) {
        memset(text, 'x', length);
        memcpy(text + length, "\xe2\x82\xac", 3);
        memset(text + length + 3, '\xff', sizeof text - length - 3);
        text[sizeof text - 1] = '\0';
        char quoted[DAVIT__QUOTE_SIZE];
        davit__quote(text, quoted);
        size_t got = strlen(quoted);
        assert_true(got < DAVIT__QUOTE_SIZE);
        assert_true(davit__utf8_valid(quoted, got));
        assert_string_equal(quoted + got - 4, "...'");
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_utf8__code_points_have_one_to_four_bytes),
    cmocka_unit_test(test_utf8__what_is_not_utf_8_has_length_zero),
    cmocka_unit_test(test_utf8__invalid_bytes_are_replaced),
    cmocka_unit_test(test_utf8__a_quoted_text_cannot_harm),
    cmocka_unit_test(test_utf8__a_long_quoted_text_is_cut_between_code_points),
};
DAVIT_TEST_MAIN(tests)
