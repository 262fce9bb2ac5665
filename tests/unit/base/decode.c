/* SPDX-License-Identifier: MIT */
#include "support/outcome.h"
#include "support/sample.h"

static int decode(davit__shape shape, const char *text, sample *object, davit_error *error)
{
    DAVIT__JSON json_t *json = NULL;
    assert_int_equal(davit__json_parse(text, strlen(text), "test", &json, NULL), 0);
    return davit__type_decode(&sample_type, shape, json, object, error);
}

static void assert_zero(const sample *object)
{
    static const sample zero;
    assert_memory_equal(object, &zero, sizeof zero);
}

static void test_decode__values_are_found_at_their_paths(void **state)
{
    (void)state;
    sample object = {0};
    davit_error error = DAVIT_ERROR_INIT;
    int r = decode(DAVIT__SHAPE_INSPECT,
                   "{\"Id\":\"abc\",\"State\":{\"Ready\":true,\"Count\":-3},\"Load\":0.5,"
                   "\"Host\":{\"Size\":1500,\"Limits\":{\"Delay\":9},\"Name\":\"m\",\"Port\":80},"
                   "\"Created\":\"2024-01-31T10:00:00Z\",\"Color\":\"red\",\"Names\":[\"a\",\"b\"],"
                   "\"Config\":{\"Labels\":{\"x\":\"1\",\"y\":\"\"}},"
                   "\"Parts\":[{\"Name\":\"p\",\"Port\":1},{\"Port\":2}]}",
                   &object, &error);
    assert_done(r, &error);
    assert_string_equal(object.id, "abc");
    assert_true(object.ready);
    assert_int_equal(object.count, -3);
    assert_true(object.load == 0.5);
    assert_int_equal(object.size, 1500);
    assert_int_equal(object.delay, 9);
    assert_true(object.created == INT64_C(1706695200000000000));
    assert_int_equal(object.color, SAMPLE_RED);
    assert_int_equal(object.name_count, 2);
    assert_string_equal(object.names[1], "b");
    assert_int_equal(object.label_count, 2);
    assert_string_equal(object.labels[0].name, "x");
    assert_string_equal(object.labels[1].value, "");
    assert_string_equal(object.main_part.name, "m");
    assert_int_equal(object.main_part.port, 80);
    assert_int_equal(object.part_count, 2);
    assert_string_equal(object.parts[0].name, "p");
    assert_null(object.parts[1].name);
    davit_type_clear(&sample_type, &object);
    assert_zero(&object);
}

static void test_decode__another_shape_has_other_paths(void **state)
{
    (void)state;
    sample object = {0};
    davit_error error = DAVIT_ERROR_INIT;
    int r = decode(DAVIT__SHAPE_LIST,
                   "{\"Id\":\"abc\",\"Ready\":true,\"State\":{\"Count\":7},\"Created\":1706695200,"
                   "\"Half\":4,\"Parts\":{\"Items\":[{\"N\":\"p\",\"P\":1,\"Name\":\"q\"}]}}",
                   &object, &error);
    assert_done(r, &error);
    assert_true(object.ready);
    assert_int_equal(object.count, 0);
    assert_true(object.created == INT64_C(1706695200000000000));
    assert_int_equal(object.doubled, 8);
    assert_string_equal(object.parts[0].name, "p");
    davit_type_clear(&sample_type, &object);
}

static void test_decode__absent_and_null_leave_zero(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{}",
        ("{\"Id\":null,\"State\":null,\"Host\":null,\"Created\":null,\"Load\":null,"
         "\"Color\":null,\"Names\":null,\"Config\":{\"Labels\":null},\"Parts\":null}"),
        "{\"Names\":[],\"Config\":{\"Labels\":{}},\"Parts\":[]}",
        "{\"State\":\"running\",\"Config\":[1]}", /* nothing is at State.Ready, Config.Labels */
    };
    for (size_t i = 0; i < DAVIT__COUNT(texts); i++) {
        sample object = {0};
        davit_error error = DAVIT_ERROR_INIT;
        assert_done(decode(DAVIT__SHAPE_INSPECT, texts[i], &object, &error), &error);
        assert_zero(&object);
    }
}

static void test_decode__what_is_not_known_does_not_matter(void **state)
{
    (void)state;
    sample object = {0};
    davit_error error = DAVIT_ERROR_INIT;
    const char *text = "{\"New\":[{}],\"Color\":\"ultraviolet\",\"State\":{\"Other\":1}}";
    assert_done(decode(DAVIT__SHAPE_INSPECT, text, &object, &error), &error);
    assert_zero(&object);
}

static void test_decode__a_wrong_type_is_named_with_its_path(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *message;
    } rows[] = {
        {"[]", "expected an object, not an array"},
        {"{\"Id\":7}", "Id: expected a string, not an integer"},
        {"{\"State\":{\"Ready\":\"yes\"}}", "State.Ready: expected true or false, not a string"},
        {"{\"State\":{\"Count\":\"1\"}}", "State.Count: expected an integer, not a string"},
        {"{\"Host\":{\"Size\":[]}}", "Host.Size: expected an integer, not an array"},
        {"{\"Host\":7}", "Host: expected an object, not an integer"},
        {"{\"Host\":{\"Name\":{}}}", "Host.Name: expected a string, not an object"},
        {"{\"Created\":true}", "Created: expected a time"},
        {"{\"Created\":\"yesterday\"}", "Created: 'yesterday': expected a time"},
        {"{\"Load\":\"1\"}", "Load: expected a number, not a string"},
        {"{\"Color\":1}", "Color: expected a string, not an integer"},
        {"{\"Names\":\"a\"}", "Names: expected an array of strings, not a string"},
        {"{\"Names\":[\"a\",null]}", "Names[1]: expected a string, not null"},
        {"{\"Config\":{\"Labels\":[]}}", "Config.Labels: expected an object of strings"},
        {"{\"Config\":{\"Labels\":{\"a\":1}}}", "Config.Labels.a: expected a string"},
        {"{\"Parts\":{}}", "Parts: expected an array, not an object"},
        {"{\"Parts\":[{},{\"Port\":true}]}", "Parts[1].Port: expected an integer, not a boolean"},
        {"{\"Parts\":[null]}", "Parts[0]: expected an object, not null"},
    };
    for (size_t i = 0; i < DAVIT__COUNT(rows); i++) {
        sample object = {0};
        davit_error error = DAVIT_ERROR_INIT;
        int r = decode(DAVIT__SHAPE_INSPECT, rows[i].text, &object, &error);
        assert_failed(r, &error, DAVIT_ERROR_PROTOCOL, rows[i].message);
        assert_zero(&object);
        assert_int_equal(decode(DAVIT__SHAPE_INSPECT, rows[i].text, &object, NULL),
                         DAVIT_ERROR_PROTOCOL);
    }
}

static void test_decode__a_failed_hook_is_named_with_its_path(void **state)
{
    (void)state;
    sample object = {0};
    davit_error error = DAVIT_ERROR_INIT;
    int r = decode(DAVIT__SHAPE_LIST, "{\"Id\":\"x\",\"Half\":\"4\"}", &object, &error);
    assert_failed(r, &error, DAVIT_ERROR_PROTOCOL, "Half: no number");
    assert_zero(&object);
}

static void test_decode__numbers_that_are_too_large_are_cut_to_fit(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t expected;
    } rows[] = {
        {"{\"Host\":{\"Size\":18446744073709551615}}", INT64_MAX},
        {"{\"Host\":{\"Size\":-1e300}}", INT64_MIN},
        {"{\"Host\":{\"Size\":1.5e3}}", 1500},
        {"{\"Host\":{\"Size\":9223372036854775807}}", INT64_MAX},
    };
    for (size_t i = 0; i < DAVIT__COUNT(rows); i++) {
        sample object = {0};
        davit_error error = DAVIT_ERROR_INIT;
        assert_done(decode(DAVIT__SHAPE_INSPECT, rows[i].text, &object, &error), &error);
        assert_true(object.size == rows[i].expected);
    }
}

static void test_decode__times_that_mean_none_are_zero(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"Created\":\"0001-01-01T00:00:00Z\"}",
        "{\"Created\":\"\"}",
        "{\"Created\":-62135596800}",
        "{\"Created\":0}",
    };
    for (size_t i = 0; i < DAVIT__COUNT(texts); i++) {
        sample object = {0};
        davit_error error = DAVIT_ERROR_INIT;
        assert_done(decode(DAVIT__SHAPE_INSPECT, texts[i], &object, &error), &error);
        assert_zero(&object);
    }
}

static void test_decode__a_deep_path_is_cut_in_the_message(void **state)
{
    (void)state;
    char text[600];
    char name[400];
    memset(name, 'n', sizeof name);
    snprintf(text, sizeof text, "{\"Config\":{\"Labels\":{\"%.*s\":1}}}", (int)sizeof name, name);
    sample object = {0};
    davit_error error = DAVIT_ERROR_INIT;
    int r = decode(DAVIT__SHAPE_INSPECT, text, &object, &error);
    assert_failed(r, &error, DAVIT_ERROR_PROTOCOL, "nnn: expected a string");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_decode__values_are_found_at_their_paths),
    cmocka_unit_test(test_decode__another_shape_has_other_paths),
    cmocka_unit_test(test_decode__absent_and_null_leave_zero),
    cmocka_unit_test(test_decode__what_is_not_known_does_not_matter),
    cmocka_unit_test(test_decode__a_wrong_type_is_named_with_its_path),
    cmocka_unit_test(test_decode__a_failed_hook_is_named_with_its_path),
    cmocka_unit_test(test_decode__numbers_that_are_too_large_are_cut_to_fit),
    cmocka_unit_test(test_decode__times_that_mean_none_are_zero),
    cmocka_unit_test(test_decode__a_deep_path_is_cut_in_the_message),
};
DAVIT_TEST_MAIN(tests)
