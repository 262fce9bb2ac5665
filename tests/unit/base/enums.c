/* SPDX-License-Identifier: MIT */
#include "support/outcome.h"
#include "support/sample.h"

static void test_enums__names_and_values_are_one_table(void **state)
{
    (void)state;
    assert_string_equal(davit_enum_name(sample_color_names(), SAMPLE_GREEN), "green");
    davit_error error = DAVIT_ERROR_INIT;
    int value = -1;
    assert_done(davit_enum_parse(sample_color_names(), "green", &value, &error), &error);
    assert_int_equal(value, SAMPLE_GREEN);
}

static void test_enums__a_further_name_is_understood_but_not_printed(void **state)
{
    (void)state;
    int value = -1;
    assert_int_equal(davit_enum_parse(sample_color_names(), "crimson", &value, NULL), 0);
    assert_int_equal(value, SAMPLE_RED);
    assert_string_equal(davit_enum_name(sample_color_names(), SAMPLE_RED), "red");
}

static void test_enums__the_list_has_each_value_once(void **state)
{
    (void)state;
    int value = -1;
    assert_string_equal(davit_enum_at(sample_color_names(), 0, &value), "none");
    assert_string_equal(davit_enum_at(sample_color_names(), 2, &value), "green");
    assert_int_equal(value, SAMPLE_GREEN);
    assert_null(davit_enum_at(sample_color_names(), 3, &value));
    assert_null(davit_enum_at(sample_color_names(), SIZE_MAX, NULL));
}

static void test_enums__a_value_without_a_name_is_null(void **state)
{
    (void)state;
    assert_null(davit_enum_name(sample_color_names(), 99));
    assert_null(davit_enum_name(sample_color_names(), -1));
}

static void test_enums__an_unknown_name_is_refused_with_those_that_exist(void **state)
{
    (void)state;
    static const char *const names[] = {"blue", "", "RED", "red ", NULL};
    for (size_t i = 0; i < DAVIT__COUNT(names); i++) {
        davit_error error = DAVIT_ERROR_INIT;
        int value = -1;
        int r = davit_enum_parse(sample_color_names(), names[i], &value, &error);
        assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, "': expected none, red or green");
        assert_int_equal(value, -1);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_enums__names_and_values_are_one_table),
    cmocka_unit_test(test_enums__a_further_name_is_understood_but_not_printed),
    cmocka_unit_test(test_enums__the_list_has_each_value_once),
    cmocka_unit_test(test_enums__a_value_without_a_name_is_null),
    cmocka_unit_test(test_enums__an_unknown_name_is_refused_with_those_that_exist),
};
DAVIT_TEST_MAIN(tests)
