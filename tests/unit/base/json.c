/* SPDX-License-Identifier: MIT */
#include "support/outcome.h"
#include "support/sample.h"

static json_t *parse(const char *text)
{
    davit_error error = DAVIT_ERROR_INIT;
    json_t *json = NULL;
    assert_done(davit__json_parse(text, strlen(text), "the answer", &json, &error), &error);
    return json;
}

static void test_json__a_path_leads_to_a_value(void **state)
{
    (void)state;
    DAVIT__JSON json_t *json = parse("{\"a\":{\"b\":[1,{\"c\":\"x\"}]},\"n\":null}");
    assert_string_equal(davit__json_text(json, "a.b.1.c"), "x");
    assert_int_equal(json_integer_value(davit__json_at(json, "a.b.0")), 1);
    assert_ptr_equal(davit__json_at(json, ""), json);
}

static void test_json__a_path_that_leads_nowhere_is_null(void **state)
{
    (void)state;
    DAVIT__JSON json_t *json = parse("{\"a\":{\"b\":[1]},\"n\":null,\"s\":\"x\",\"\":2}");
    static const char *const paths[] = {
        "b", "a.x", "a.b.1", "a.b.x", "a.b.-1", "a.b.99999999999999999999999999",
        "n", "n.a", "s.a",   "s.0",   "a..b",
    };
    for (size_t i = 0; i < DAVIT__COUNT(paths); i++) {
        assert_null(davit__json_at(json, paths[i]));
    }
    assert_null(davit__json_at(NULL, "a"));
    assert_null(davit__json_text(json, "a"));
}

static void test_json__garbage_is_an_error_that_says_where(void **state)
{
    (void)state;
    static const char *const texts[] = {"",     "{",   "<html>",   "{\"a\":}",
                                        "[1,]", "nul", "\"\xff\"", "1 2"};
    for (size_t i = 0; i < DAVIT__COUNT(texts); i++) {
        davit_error error = DAVIT_ERROR_INIT;
        json_t *json = NULL;
        int r = davit__json_parse(texts[i], strlen(texts[i]), "the answer", &json, &error);
        assert_failed(r, &error, DAVIT_ERROR_PROTOCOL, "the answer is not valid JSON: line ");
        assert_null(json);
    }
}

static void test_json__only_the_given_length_is_read(void **state)
{
    (void)state;
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT__JSON json_t *json = NULL;
    assert_done(davit__json_parse("12345", 3, "x", &json, &error), &error);
    assert_int_equal(json_integer_value(json), 123);
}

static void test_json__too_many_levels_are_an_error(void **state)
{
    (void)state;
    enum { LEVELS = 100000 };
    char *text = malloc(LEVELS);
    assert_non_null(text);
    memset(text, '[', LEVELS);
    davit_error error = DAVIT_ERROR_INIT;
    json_t *json = NULL;
    int r = davit__json_parse(text, LEVELS, "the answer", &json, &error);
    free(text);
    assert_failed(r, &error, DAVIT_ERROR_PROTOCOL, "depth");
}

static void test_json__a_number_beyond_int64_does_not_spoil_the_rest(void **state)
{
    (void)state;
    DAVIT__JSON json_t *json = parse("{\"a\":18446744073709551615,\"b\":7}");
    assert_true(json_is_real(davit__json_at(json, "a")));
    assert_true(json_number_value(davit__json_at(json, "b")) == 7.0);
}

static void test_json__a_zero_byte_in_a_text_does_not_spoil_the_rest(void **state)
{
    (void)state;
    DAVIT__JSON json_t *json = parse("{\"a\":\"x\\u0000y\",\"b\":\"z\"}");
    assert_string_equal(davit__json_text(json, "b"), "z");
}

static void test_json__text_that_is_not_utf_8_is_mended(void **state)
{
    (void)state;
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT__JSON json_t *json = NULL;
    assert_done(davit__json_string("a\xff\xc3", &json, &error), &error);
    assert_string_equal(json_string_value(json), "a\xef\xbf\xbd\xef\xbf\xbd");
}

static void test_json__it_is_written_on_one_line_or_indented(void **state)
{
    (void)state;
    DAVIT__JSON json_t *json = parse("{\"b\":[1,\"x\"],\"a\":0.1}");
    davit_error error = DAVIT_ERROR_INIT;
    char *text = NULL;
    assert_done(davit__json_dump(json, 0, &text, &error), &error);
    assert_text(text, "{\"b\":[1,\"x\"],\"a\":0.1}");
    assert_done(davit__json_dump(json, 2, &text, &error), &error);
    assert_text(text, "{\n  \"b\": [\n    1,\n    \"x\"\n  ],\n  \"a\": 0.1\n}");
    assert_done(davit__json_dump(json, 1000, &text, &error), &error);
    davit_string_free(text);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_json__a_path_leads_to_a_value),
    cmocka_unit_test(test_json__a_path_that_leads_nowhere_is_null),
    cmocka_unit_test(test_json__garbage_is_an_error_that_says_where),
    cmocka_unit_test(test_json__only_the_given_length_is_read),
    cmocka_unit_test(test_json__too_many_levels_are_an_error),
    cmocka_unit_test(test_json__a_number_beyond_int64_does_not_spoil_the_rest),
    cmocka_unit_test(test_json__a_zero_byte_in_a_text_does_not_spoil_the_rest),
    cmocka_unit_test(test_json__text_that_is_not_utf_8_is_mended),
    cmocka_unit_test(test_json__it_is_written_on_one_line_or_indented),
};
DAVIT_TEST_MAIN(tests)
