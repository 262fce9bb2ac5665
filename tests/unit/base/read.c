/* SPDX-License-Identifier: MIT */
/* Our own JSON, both ways. */
#include "support/outcome.h"
#include "support/sample.h"

static int read_text(const char *text, sample *object, davit_error *error)
{
    return davit_type_from_json(&sample_type, text, object, error);
}

static void test_read__what_was_written_can_be_read(void **state)
{
    (void)state;
    sample object = SAMPLE_INIT;
    davit_error error = DAVIT_ERROR_INIT;
    assert_done(read_text(SAMPLE_JSON, &object, &error), &error);
    assert_int_equal(object.count, -3);
    assert_string_equal(object.labels[0].value, "1");
    assert_null(object.labels[1].value);
    assert_int_equal(object.parts[1].color, SAMPLE_GREEN);
    char *text = NULL;
    assert_done(davit_type_to_json(&sample_type, &object, 0, &text, &error), &error);
    assert_text(text, SAMPLE_JSON);
    davit_type_clear(&sample_type, &object);
}

static void test_read__nothing_given_leaves_the_defaults(void **state)
{
    (void)state;
    static const char *const texts[] = {"{}", "{\"timeout\":null,\"id\":null,\"created\":null}"};
    for (size_t i = 0; i < DAVIT__COUNT(texts); i++) {
        sample object = SAMPLE_INIT;
        davit_error error = DAVIT_ERROR_INIT;
        assert_done(read_text(texts[i], &object, &error), &error);
        assert_true(object.timeout == DAVIT_UNSET);
        assert_null(object.id);
    }
}

static void test_read__an_empty_object_is_written_with_all_its_keys(void **state)
{
    (void)state;
    sample object = SAMPLE_INIT;
    davit_error error = DAVIT_ERROR_INIT;
    char *text = NULL;
    assert_done(davit_type_to_json(&sample_type, &object, 0, &text, &error), &error);
    assert_text(text, "{\"id\":null,\"ready\":false,\"count\":0,\"timeout\":null,\"size\":0,"
                      "\"delay\":0,\"created\":null,\"load\":0.0,\"color\":\"none\",\"names\":[],"
                      "\"labels\":{},\"main_part\":{\"name\":null,\"port\":0,\"color\":\"none\"},"
                      "\"parts\":[],\"doubled\":0}");
}

static void test_read__what_is_wrong_is_named_with_its_key(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *message;
    } rows[] = {
        {"{\"cuont\":1}", "cuont: unknown key, did you mean 'count'?"},
        {"{\"mainPart\":{}}", "mainPart: unknown key, did you mean 'main_part'?"},
        {"{\"something\":1}", "something: unknown key"},
        {"{\"Identity\":\"x\"}", "Identity: unknown key"},
        {"{\"id\":1}", "id: expected a string, not an integer"},
        {"{\"ready\":1}", "ready: expected true or false, not an integer"},
        {"{\"count\":1.5}", "count: expected an integer, not a real number"},
        {"{\"size\":-1}", "size: -1 is less than 0"},
        {"{\"delay\":-1}", "delay: -1 is less than 0"},
        {"{\"created\":5}", "created: expected a time such as"},
        {"{\"created\":\"\"}", "created: expected a time such as"},
        {"{\"created\":\"2024-01-31\"}", "created: '2024-01-31': expected a time"},
        {"{\"color\":\"blue\"}", "color: color 'blue': expected none, red or green"},
        {"{\"names\":[\"a\",2]}", "names[1]: expected a string, not an integer"},
        {"{\"labels\":{\"a\":{}}}", "labels.a: expected a string, not an object"},
        {"{\"main_part\":{\"port\":0}}", "main_part.port: 0 is not in 1 to 65535"},
        {"{\"parts\":[{},{\"port\":65536}]}", "parts[1].port: 65536 is not in 1 to 65535"},
        {"{\"parts\":[{\"prt\":1}]}", "parts[0].prt: unknown key, did you mean 'port'?"},
        {"{\"parts\":[7]}", "parts[0]: expected an object, not an integer"},
        {"[]", "expected an object, not an array"},
        {"7", "not valid JSON"},
        {"{\"id\":\"a\",\"id\":\"b\"}", "duplicate object key"},
        {"{\"count\":9223372036854775808}", "not valid JSON"},
        {"{\"id\":\"a", "not valid JSON: line 1"},
        {"", "not valid JSON"},
    };
    for (size_t i = 0; i < DAVIT__COUNT(rows); i++) {
        sample object = SAMPLE_INIT;
        const sample before = object;
        davit_error error = DAVIT_ERROR_INIT;
        int r = read_text(rows[i].text, &object, &error);
        assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, rows[i].message);
        assert_memory_equal(&object, &before, sizeof object);
    }
}

static void test_read__a_failure_after_much_was_read_leaves_nothing(void **state)
{
    (void)state;
    sample object = SAMPLE_INIT;
    const sample before = object;
    davit_error error = DAVIT_ERROR_INIT;
    int r = read_text("{\"id\":\"x\",\"names\":[\"a\"],\"labels\":{\"k\":\"v\"},"
                      "\"parts\":[{\"name\":\"p\"},{\"name\":1}]}",
                      &object, &error);
    assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, "parts[1].name");
    assert_memory_equal(&object, &before, sizeof object);
}

static void test_read__a_range_has_both_its_ends(void **state)
{
    (void)state;
    sample object = SAMPLE_INIT;
    davit_error error = DAVIT_ERROR_INIT;
    const char *text = "{\"parts\":[{\"port\":1},{\"port\":65535}]}";
    assert_done(read_text(text, &object, &error), &error);
    davit_type_clear(&sample_type, &object);
}

static void test_read__a_stray_enumeration_value_cannot_be_written(void **state)
{
    (void)state;
    sample object = SAMPLE_INIT;
    object.main_part.color = 77;
    davit_error error = DAVIT_ERROR_INIT;
    char *text = NULL;
    int r = davit_type_to_json(&sample_type, &object, 0, &text, &error);
    assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, "main_part.color: 77 is no color");
    assert_null(text);
}

static void test_read__text_that_is_not_utf_8_is_mended_when_written(void **state)
{
    (void)state;
    sample_part part = {.name = (char *)"a\xff"};
    davit_error error = DAVIT_ERROR_INIT;
    char *text = NULL;
    assert_done(davit_type_to_json(&sample_part_type, &part, 0, &text, &error), &error);
    assert_text(text, "{\"name\":\"a\xef\xbf\xbd\",\"port\":0,\"color\":\"none\"}");
}

static void test_read__a_number_that_is_none_is_null(void **state)
{
    (void)state;
    sample object = SAMPLE_INIT;
    object.load = 0.0 / 0.0;
    davit_error error = DAVIT_ERROR_INIT;
    char *text = NULL;
    assert_done(davit_type_to_json(&sample_type, &object, 0, &text, &error), &error);
    assert_non_null(strstr(text, "\"load\":null"));
    davit_string_free(text);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_read__what_was_written_can_be_read),
    cmocka_unit_test(test_read__nothing_given_leaves_the_defaults),
    cmocka_unit_test(test_read__an_empty_object_is_written_with_all_its_keys),
    cmocka_unit_test(test_read__what_is_wrong_is_named_with_its_key),
    cmocka_unit_test(test_read__a_failure_after_much_was_read_leaves_nothing),
    cmocka_unit_test(test_read__a_range_has_both_its_ends),
    cmocka_unit_test(test_read__a_stray_enumeration_value_cannot_be_written),
    cmocka_unit_test(test_read__text_that_is_not_utf_8_is_mended_when_written),
    cmocka_unit_test(test_read__a_number_that_is_none_is_null),
};
DAVIT_TEST_MAIN(tests)
