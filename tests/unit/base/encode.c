/* SPDX-License-Identifier: MIT */
#include "support/outcome.h"
#include "support/sample.h"

static void assert_encoded(const sample *object, const char *before, const char *expected)
{
    DAVIT__JSON json_t *root = NULL;
    assert_int_equal(davit__json_parse(before, strlen(before), "test", &root, NULL), 0);
    davit_error error = DAVIT_ERROR_INIT;
    assert_done(davit__type_encode(&sample_type, object, root, &error), &error);
    char *text = NULL;
    assert_done(davit__json_dump(root, 0, &text, &error), &error);
    assert_text(text, expected);
}

static void test_encode__what_was_not_given_is_left_out(void **state)
{
    (void)state;
    sample object = SAMPLE_INIT;
    assert_encoded(&object, "{}", "{}");
    object.timeout = 0;
    assert_encoded(&object, "{}", "{}");
}

static void test_encode__values_go_to_their_paths(void **state)
{
    (void)state;
    char *names[] = {(char *)"a", NULL};
    davit_pair labels[] = {{"x", "1"}, {"y", NULL}};
    sample_part parts[] = {{.port = 80}, {.name = (char *)"p", .color = SAMPLE_RED}};
    sample object = {
        .id = (char *)"",
        .ready = true,
        .count = -1,
        .timeout = 5,
        .size = 1,
        .delay = 2,
        .created = INT64_C(1706695200000000000),
        .load = 0.5,
        .color = SAMPLE_RED,
        .names = names,
        .name_count = 2,
        .labels = labels,
        .label_count = 2,
        .main_part = {.name = (char *)"m"},
        .parts = parts,
        .part_count = 2,
        .doubled = 3, /* has no path in this shape */
    };
    assert_encoded(&object, "{}",
                   "{\"Id\":\"\",\"State\":{\"Ready\":true,\"Count\":-1},\"Timeout\":5,"
                   "\"Host\":{\"Size\":1,\"Limits\":{\"Delay\":2},\"Name\":\"m\"},"
                   "\"Created\":\"2024-01-31T10:00:00Z\",\"Load\":0.5,\"Color\":\"red\","
                   "\"Names\":[\"a\",\"\"],\"Config\":{\"Labels\":{\"x\":\"1\",\"y\":\"\"}},"
                   "\"Parts\":[{\"Port\":80},{\"Name\":\"p\",\"Color\":\"red\"}]}");
}

static void test_encode__what_is_there_already_stays(void **state)
{
    (void)state;
    sample object = SAMPLE_INIT;
    object.size = 7;
    object.main_part.port = 9;
    assert_encoded(&object, "{\"Host\":{\"Binds\":[],\"Size\":1},\"Other\":1}",
                   "{\"Host\":{\"Binds\":[],\"Size\":7,\"Port\":9},\"Other\":1}");
    object.main_part.port = 0;
    assert_encoded(&object, "{\"Host\":3}", "{\"Host\":{\"Size\":7}}");
}

static void test_encode__an_engine_gets_no_text_that_is_not_utf_8(void **state)
{
    (void)state;
    static const char *const bad = "a\xff";
    char *names[] = {(char *)"a", (char *)bad};
    davit_pair labels[] = {{bad, "1"}};
    davit_pair values[] = {{"k", bad}};
    const struct {
        sample object;
        const char *message;
    } rows[] = {
        {{.id = (char *)bad}, "id: is not valid UTF-8"},
        {{.names = names, .name_count = 2}, "names[1]: is not valid UTF-8"},
        {{.labels = labels, .label_count = 1}, ": is not valid UTF-8"},
        {{.labels = values, .label_count = 1}, "labels.k: is not valid UTF-8"},
        {{.main_part.name = (char *)bad}, "main_part.name: is not valid UTF-8"},
        {{.color = 9}, "color: 9 is no color"},
    };
    for (size_t i = 0; i < DAVIT__COUNT(rows); i++) {
        DAVIT__JSON json_t *root = json_object();
        davit_error error = DAVIT_ERROR_INIT;
        int r = davit__type_encode(&sample_type, &rows[i].object, root, &error);
        assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, rows[i].message);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_encode__what_was_not_given_is_left_out),
    cmocka_unit_test(test_encode__values_go_to_their_paths),
    cmocka_unit_test(test_encode__what_is_there_already_stays),
    cmocka_unit_test(test_encode__an_engine_gets_no_text_that_is_not_utf_8),
};
DAVIT_TEST_MAIN(tests)
