/* SPDX-License-Identifier: MIT */
/* Text put together: JSON strings, widths, cutting, wrapping. */
#include "text.h"

#include "json.h"
#include "width.h"

#include "support/runner.h"

static void json_is(const char *text, size_t length, const char *expected)
{
    CLI_TEXT json = CLI_TEXT_INIT;
    cli_text_json(&json, text, length);
    assert_string_equal(cli_text_get(&json), expected);
}

static void test_json_strings_are_escaped(void **state)
{
    (void)state;
    json_is("plain", 5, "\"plain\"");
    json_is("", 0, "\"\"");
    json_is("a\"b\\c\n\t\r\b\f", 10, "\"a\\\"b\\\\c\\n\\t\\r\\b\\f\"");
    json_is("\x01\x1f\x7f", 3, "\"\\u0001\\u001f\\u007f\"");
    json_is("a\0b", 3, "\"a\\u0000b\"");
    json_is("\xc3\xa9\xf0\x9f\x90\xb3", 6, "\"\xc3\xa9\xf0\x9f\x90\xb3\"");
}

static void test_bad_utf8_is_replaced_in_json(void **state)
{
    (void)state;
    json_is("a\xff", 2, "\"a\\ufffd\"");
    json_is("\xc3", 1, "\"\\ufffd\"");
    json_is("\xc0\xaf", 2, "\"\\ufffd\\ufffd\"");
    json_is("\xed\xa0\x80", 3, "\"\\ufffd\\ufffd\\ufffd\"");
    json_is("\xf4\x90\x80\x80", 4, "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
}

static void test_missing_string_is_null_in_json(void **state)
{
    (void)state;
    CLI_TEXT json = CLI_TEXT_INIT;
    cli_text_json_string(&json, NULL);
    assert_string_equal(json.data, "null");
}

static void test_width_is_in_columns(void **state)
{
    (void)state;
    assert_int_equal(cli_width("abc", 3), 3);
    assert_int_equal(cli_width("\xc3\xa9", 2), 1);
    assert_int_equal(cli_width("e\xcc\x81", 3), 1);
    assert_int_equal(cli_width("\xe6\x97\xa5", 3), 2);
    assert_int_equal(cli_width("\xf0\x9f\x90\xb3", 4), 2);
    assert_int_equal(cli_width("\xff", 1), 1);
}

static void cut_is(const char *text, size_t columns, const char *expected)
{
    CLI_TEXT cut = CLI_TEXT_INIT;
    cli_text_cut(&cut, text, strlen(text), columns);
    assert_string_equal(cli_text_get(&cut), expected);
}

static void test_cut_text_ends_in_an_ellipsis(void **state)
{
    (void)state;
    cut_is("abcdef", 6, "abcdef");
    cut_is("abcdef", 5, "abcd\xe2\x80\xa6");
    cut_is("abcdef", 1, "\xe2\x80\xa6");
    cut_is("abcdef", 0, "");
    cut_is("\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5", 4, "\xe6\x97\xa5\xe2\x80\xa6");
}

static void test_wrapped_lines_are_indented(void **state)
{
    (void)state;
    CLI_TEXT text = CLI_TEXT_INIT;
    cli_text_wrapped(&text, "one two three four", 2, 11);
    assert_string_equal(text.data, "one two\n  three\n  four\n");
    cli_text_clear(&text);
    cli_text_wrapped(&text, "unbreakablyLongWord x", 0, 5);
    assert_string_equal(text.data, "unbreakablyLongWord\nx\n");
    cli_text_clear(&text);
    cli_text_wrapped(&text, "", 4, 10);
    assert_string_equal(text.data, "\n");
}

static void test_json_is_indented_as_a_whole(void **state)
{
    (void)state;
    CLI_TEXT text = CLI_TEXT_INIT;
    cli_text_indented(&text, "{\n  \"a\": 1\n}", 2);
    assert_string_equal(text.data, "{\n    \"a\": 1\n  }");
}

static void indented_is(const char *json, const char *expected)
{
    CLI_TEXT text = CLI_TEXT_INIT;
    cli_json_indent(&text, json, 2);
    assert_string_equal(cli_text_get(&text), expected);
}

static void test_json_gets_other_white_space_and_no_other_change(void **state)
{
    (void)state;
    indented_is("{\"a\":[1,true,null],\"b\":{}}\n",
                "{\n  \"a\": [\n    1,\n    true,\n    null\n  ],\n  \"b\": {}\n}");
    indented_is(" [ ] ", "[]");
    indented_is("{\"k:,{}\":\"a \\\" [,] \\\\\"}", "{\n  \"k:,{}\": \"a \\\" [,] \\\\\"\n}");
    indented_is("-1.5e3", "-1.5e3");
}

static void test_broken_json_does_no_harm(void **state)
{
    (void)state;
    indented_is("", "");
    indented_is("\"open", "\"open");
    indented_is("\"open\\", "\"open\\");
    indented_is("}]", "\n}\n]");
}

static void test_text_grows(void **state)
{
    (void)state;
    CLI_TEXT text = CLI_TEXT_INIT;
    for (int i = 0; i < 10000; i++) {
        cli_text_printf(&text, "%d,", i % 10);
    }
    assert_int_equal(text.length, 20000);
    assert_int_equal(strlen(text.data), 20000);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_json_strings_are_escaped),
    cmocka_unit_test(test_bad_utf8_is_replaced_in_json),
    cmocka_unit_test(test_missing_string_is_null_in_json),
    cmocka_unit_test(test_width_is_in_columns),
    cmocka_unit_test(test_cut_text_ends_in_an_ellipsis),
    cmocka_unit_test(test_wrapped_lines_are_indented),
    cmocka_unit_test(test_json_is_indented_as_a_whole),
    cmocka_unit_test(test_json_gets_other_white_space_and_no_other_change),
    cmocka_unit_test(test_broken_json_does_no_harm),
    cmocka_unit_test(test_text_grows),
};

DAVIT_TEST_MAIN(tests)
