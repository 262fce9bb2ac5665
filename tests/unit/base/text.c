/* SPDX-License-Identifier: MIT */
#include "support/outcome.h"
#include "support/sample.h"
#include "units.h"

static sample example(void)
{
    sample object = SAMPLE_INIT;
    assert_int_equal(davit_type_from_json(&sample_type, SAMPLE_JSON, &object, NULL), 0);
    return object;
}

static void assert_field(const sample *object, const char *field, davit_text_style style,
                         const char *expected)
{
    davit_error error = DAVIT_ERROR_INIT;
    char *text = NULL;
    assert_done(davit_type_text(&sample_type, object, field, style, &text, &error), &error);
    assert_text(text, expected);
}

static void test_text__plain_is_whole_and_exact(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"id", "sha256:0123456789abcdef"},
        {"ready", "true"},
        {"count", "-3"},
        {"size", "1500"},
        {"delay", "90000000000"},
        {"created", "2024-01-31T10:00:00.25Z"},
        {"load", "0.1"},
        {"color", "green"},
        {"names", "a, b"},
        {"labels", "x=1, y"},
        {"main_part", "m:80"},
        {"parts", "p:1, ?:2"},
        {"Identity", "sha256:0123456789abcdef"},
    };
    sample object = example();
    for (size_t i = 0; i < DAVIT__COUNT(rows); i++) {
        assert_field(&object, rows[i][0], DAVIT_TEXT_PLAIN, rows[i][1]);
    }
    davit_type_clear(&sample_type, &object);
}

static void test_text__tables_are_for_people(void **state)
{
    (void)state;
    sample object = example();
    assert_field(&object, "id", DAVIT_TEXT_TABLE, "0123456789ab");
    assert_field(&object, "size", DAVIT_TEXT_TABLE, "1.5kB");
    assert_field(&object, "delay", DAVIT_TEXT_TABLE, "1m30s");
    assert_field(&object, "count", DAVIT_TEXT_TABLE, "-3");
    object.created = davit__time_now() - DAVIT_MINUTES(3 * 60) - DAVIT_SECONDS(5);
    assert_field(&object, "created", DAVIT_TEXT_TABLE, "3 hours ago");
    davit_type_clear(&sample_type, &object);
}

static void test_text__whole_shortens_nothing(void **state)
{
    (void)state;
    char *names[] = {(char *)"a very long name indeed"};
    sample object = {.id = (char *)"sha256:0123456789abcdef", .names = names, .name_count = 1};
    assert_field(&object, "id", DAVIT_TEXT_WHOLE, "sha256:0123456789abcdef");
    assert_field(&object, "names", DAVIT_TEXT_WHOLE, "a very long name indeed");
    object.size = 1500;
    assert_field(&object, "size", DAVIT_TEXT_WHOLE, "1.5kB");
}

static void test_text__what_is_not_there_is_empty(void **state)
{
    (void)state;
    static const char *const fields[] = {"id", "timeout", "created", "names", "labels", "parts"};
    sample object = SAMPLE_INIT;
    for (size_t i = 0; i < DAVIT__COUNT(fields); i++) {
        assert_field(&object, fields[i], DAVIT_TEXT_PLAIN, "");
        assert_field(&object, fields[i], DAVIT_TEXT_TABLE, "");
    }
}

static void test_text__a_wide_cell_is_cut_by_code_points(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"123456789012", "123456789012"},
        {"1234567890123", "12345678901\xe2\x80\xa6"},
        {"\xc3\xa9"
         "23456789012",
         "\xc3\xa9"
         "23456789012"},
        {"\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
         "890123",
         "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
         "8901\xe2\x80\xa6"},
    };
    for (size_t i = 0; i < DAVIT__COUNT(rows); i++) {
        char *names[] = {(char *)rows[i][0]};
        sample object = {.names = names, .name_count = 1};
        assert_field(&object, "names", DAVIT_TEXT_TABLE, rows[i][1]);
    }
}

static void test_text__a_cell_cannot_break_the_table_or_talk_to_the_terminal(void **state)
{
    (void)state;
    sample object = {.id = (char *)"a\nb\tc\x1b[0m\xff"};
    assert_field(&object, "id", DAVIT_TEXT_WHOLE, "a b c?[0m\xef\xbf\xbd");
    assert_field(&object, "id", DAVIT_TEXT_PLAIN, object.id);
}

static void test_text__a_stray_enumeration_value_is_a_number(void **state)
{
    (void)state;
    sample object = {.color = 42};
    assert_field(&object, "color", DAVIT_TEXT_TABLE, "42");
}

static void test_text__a_time_to_come_is_no_age(void **state)
{
    (void)state;
    sample object = {.created = INT64_MAX};
    assert_field(&object, "created", DAVIT_TEXT_TABLE, "Less than a second ago");
    object.created = INT64_MIN + 1;
    assert_field(&object, "created", DAVIT_TEXT_TABLE, "292 years ago");
}

static void test_text__an_unknown_field_is_refused_with_those_that_exist(void **state)
{
    (void)state;
    sample object = SAMPLE_INIT;
    davit_error error = DAVIT_ERROR_INIT;
    char *text = NULL;
    int r = davit_type_text(&sample_type, &object, "Foo", DAVIT_TEXT_TABLE, &text, &error);
    assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG,
                  "sample has no field 'Foo'; it has id, ready, count, ");
    assert_null(text);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_text__plain_is_whole_and_exact),
    cmocka_unit_test(test_text__tables_are_for_people),
    cmocka_unit_test(test_text__whole_shortens_nothing),
    cmocka_unit_test(test_text__what_is_not_there_is_empty),
    cmocka_unit_test(test_text__a_wide_cell_is_cut_by_code_points),
    cmocka_unit_test(test_text__a_cell_cannot_break_the_table_or_talk_to_the_terminal),
    cmocka_unit_test(test_text__a_stray_enumeration_value_is_a_number),
    cmocka_unit_test(test_text__a_time_to_come_is_no_age),
    cmocka_unit_test(test_text__an_unknown_field_is_refused_with_those_that_exist),
};
DAVIT_TEST_MAIN(tests)
