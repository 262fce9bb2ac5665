/* SPDX-License-Identifier: MIT */
#include "support/outcome.h"
#include "support/sample.h"

#include <stdio.h>

#define RAW                                                                                        \
    "{\"Ready\":{\"Really\":\"yes\"},\"Host\":{\"Ports\":{\"80/tcp\":[{\"HostPort\":\"8080\"}]},"  \
    "\"None\":null,\"List\":[1,true,\"x\"],\"Big\":9007199254740993}}"

static int render(const char *text, const char *raw, char **ret_text, davit_error *error)
{
    sample object = SAMPLE_INIT;
    assert_int_equal(davit_type_from_json(&sample_type, SAMPLE_JSON, &object, NULL), 0);
    DAVIT_CLEANUP(davit_template_free) davit_template *parsed = NULL;
    int r = davit_template_parse(text, NULL, &parsed, error);
    if (r == 0) {
        r = davit_template_render(parsed, &sample_type, &object, raw, ret_text, error);
    }
    davit_type_clear(&sample_type, &object);
    return r;
}

static void assert_rendered(const char *text, const char *raw, const char *expected)
{
    davit_error error = DAVIT_ERROR_INIT;
    char *result = NULL;
    assert_done(render(text, raw, &result, &error), &error);
    assert_text(result, expected);
}

static void test_template__text_stays_as_it_is(void **state)
{
    (void)state;
    assert_rendered("", NULL, "");
    assert_rendered("a } }} { b", NULL, "a } }} { b");
}

static void test_template__escapes_in_the_text_are_tab_and_newline(void **state)
{
    (void)state;
    assert_rendered("a\\tb\\nc\\d\\", NULL, "a\tb\nc\\d\\");
}

static void test_template__fields_are_put_in(void **state)
{
    (void)state;
    assert_rendered("{{.Count}}/{{ .ready }}/{{\t.main_part.Port\n}}", NULL, "-3/true/80");
    assert_rendered("{{.Identity}}", NULL, "sha256:0123456789abcdef");
    assert_rendered("{{.MainPart}} {{.Parts}} {{.Labels}}", NULL, "m:80 p:1, ?:2 x=1, y");
    assert_rendered("{{.Created}} {{.Size}}", NULL, "2024-01-31T10:00:00.25Z 1500");
}

static void test_template__a_dot_is_the_whole(void **state)
{
    (void)state;
    assert_rendered("{{.}}", NULL, SAMPLE_JSON);
    assert_rendered("{{json .}}", NULL, SAMPLE_JSON);
}

static void test_template__json_writes_json(void **state)
{
    (void)state;
    assert_rendered("{{json .Id}}", NULL, "\"sha256:0123456789abcdef\"");
    assert_rendered("{{json .Ready}} {{json .Names}}", NULL, "true [\"a\",\"b\"]");
    assert_rendered("{{json .MainPart}}", NULL, "{\"name\":\"m\",\"port\":80,\"color\":\"red\"}");
    assert_rendered("{{json \"a\\\"\\n\"}}", NULL, "\"a\\\"\\n\"");
}

static void test_template__case_can_be_changed(void **state)
{
    (void)state;
    assert_rendered("{{upper .Color}} {{lower \"AbC\xc3\x89\"}}", NULL, "GREEN abc\xc3\x89");
    assert_rendered("{{.Color | upper | json}}", NULL, "\"GREEN\"");
}

static void test_template__index_picks_by_name_or_number(void **state)
{
    (void)state;
    assert_rendered("{{index .Labels \"x\"}}[{{index .Labels \"nope\"}}]", NULL, "1[]");
    assert_rendered("{{index .Names 1}}{{index .Parts 0}}", NULL, "bp:1");
    assert_rendered("{{(index .Parts 1).Color}}", NULL, "green");
    assert_rendered("{{.Labels.x}}", NULL, "1");
    assert_rendered("{{.Label \"x\"}}", NULL, "1");
    assert_rendered("{{upper (index .Names 0)}}", NULL, "A");
}

static void test_template__what_the_type_lacks_is_looked_for_in_the_raw_json(void **state)
{
    (void)state;
    assert_rendered("{{.Ready}} {{.Ready.Really}}", RAW, "true yes");
    assert_rendered("{{(index (index .Host.Ports \"80/tcp\") 0).HostPort}}", RAW, "8080");
    assert_rendered("{{.Host.List}} {{index .Host.List 1}}", RAW, "[1,true,\"x\"] true");
    assert_rendered("{{json .Host.Ports}}", RAW, "{\"80/tcp\":[{\"HostPort\":\"8080\"}]}");
    assert_rendered("{{.Host.Big}}", RAW, "9007199254740993");
}

static void test_template__null_in_the_raw_json_is_no_value(void **state)
{
    (void)state;
    assert_rendered("{{.Host.None}}", RAW, "<no value>");
    assert_rendered("{{json .Host.None}}", RAW, "null");
    assert_rendered("{{index .Host.Ports \"81/tcp\"}}", RAW, "<no value>");
}

static void test_template__strings_may_be_raw(void **state)
{
    (void)state;
    assert_rendered("{{`a\\n\"`}}{{\"\\\\\\t\"}}{{12}}", NULL, "a\\n\"\\\t12");
}

static void test_template__a_bad_template_is_refused_with_the_position(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"abc{{", "position 4: {{ is not closed by }}"},
        {"{{.Id", "position 1: {{ is not closed by }}"},
        {"{{.Id}", "position 1: {{ is not closed by }}"},
        {"{{}}", "position 1: nothing between {{ and }}"},
        {"{{  }}", "position 1: nothing between {{ and }}"},
        {"{{foo .Id}}", "position 3: no function 'foo'; there are index, json, lower, upper"},
        {"{{if .Id}}x{{end}}", "position 3: no function 'if'"},
        {"{{json}}", "position 3: json takes 1 argument, not 0"},
        {"{{json .Id .Id}}", "json takes 1 argument, not 2"},
        {"{{index .Names}}", "index takes at least 2 arguments, not 1"},
        {"{{.Id .Id}}", "position 7: expected }}"},
        {"{{.Id|}}", "position 7: expected a function behind '|'"},
        {"{{.Id | .Id}}", "position 9: expected a function behind '|'"},
        {"{{(.Id}}", "position 3: the parenthesis is not closed"},
        {"{{(.Id).}}", "position 8: expected the name of a field after the dot"},
        {"{{.Id)}}", "position 6: expected }}"},
        {"{{\"a}}", "position 3: the string is not closed"},
        {"{{\"\\q\"}}", "position 4: unknown escape"},
        {"{{1x}}", "expected a number"},
        {"{{99999999999999999999}}", "the number is too large"},
        {"{{$x}}", "position 3: expected a field"},
        {"{{-1}}", "position 3: expected a field"},
        {"{{.Id}} {{.Id {{.Id}}", "position 15: expected }}"},
    };
    for (size_t i = 0; i < DAVIT__COUNT(rows); i++) {
        davit_error error = DAVIT_ERROR_INIT;
        davit_template *parsed = NULL;
        int r = davit_template_parse(rows[i][0], &sample_type, &parsed, &error);
        assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, rows[i][1]);
        assert_null(parsed);
    }
}

static void test_template__a_field_that_the_type_lacks_is_refused_at_once(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"{{.Foo}}", "position 3: sample has no field 'Foo'; it has id, ready, count"},
        {"x{{json .main_part.Foo}}", "position 9: part has no field 'Foo'; it has name, port"},
        {"{{.Id.Foo}}", "position 3: there is no field 'Foo' in '.Id.Foo'"},
        {"{{.Parts.Port}}", "there is no field 'Port' in '.Parts.Port'"},
        {"{{index .Foo 1}}", "sample has no field 'Foo'"},
    };
    for (size_t i = 0; i < DAVIT__COUNT(rows); i++) {
        davit_error error = DAVIT_ERROR_INIT;
        davit_template *parsed = NULL;
        int r = davit_template_parse(rows[i][0], &sample_type, &parsed, &error);
        assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, rows[i][1]);
        assert_null(parsed);
    }
}

static void test_template__a_field_that_nothing_has_is_refused_when_rendering(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"{{.Foo}}", NULL, "position 3: sample has no field 'Foo'; it has id, ready"},
        {"{{.Foo}}", RAW, "position 3: sample has no field 'Foo'; it has id, ready"},
        {"{{.Ready.Foo}}", RAW, "there is no field 'Foo' in '.Ready.Foo'"},
        {"{{(index .Parts 0).Foo}}", NULL, "part has no field 'Foo'; it has name, port, color"},
        {"{{index .Names 2}}", NULL, "position 3: index: there is no '2'"},
        {"{{index .Names \"x\"}}", NULL, "index: there is no 'x'"},
        {"{{index .Id 0}}", NULL, "index: there is no '0'"},
        {"{{.Id}}", "{", "not valid JSON"},
    };
    for (size_t i = 0; i < DAVIT__COUNT(rows); i++) {
        davit_error error = DAVIT_ERROR_INIT;
        char *text = NULL;
        int r = render(rows[i][0], rows[i][1], &text, &error);
        davit_error_code code =
            strstr(rows[i][2], "JSON") ? DAVIT_ERROR_PROTOCOL : DAVIT_ERROR_INVALID_CONFIG;
        assert_failed(r, &error, code, rows[i][2]);
        assert_null(text);
    }
}

static void test_template__it_is_known_whether_details_are_needed(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const davit_type *type;
        bool detail;
    } rows[] = {
        {"{{.Id}} {{.Ready}}", &sample_type, false},
        {"{{upper .Id}}{{json .Count}}", &sample_type, true},
        {"{{.}}", &sample_type, true},
        {"just text", &sample_type, false},
        {"{{.Id}}", NULL, true},
        {"{{\"x\"}}", NULL, false},
    };
    for (size_t i = 0; i < DAVIT__COUNT(rows); i++) {
        davit_error error = DAVIT_ERROR_INIT;
        DAVIT_CLEANUP(davit_template_free) davit_template *parsed = NULL;
        assert_done(davit_template_parse(rows[i].text, rows[i].type, &parsed, &error), &error);
        assert_int_equal(davit_template_needs_detail(parsed), rows[i].detail);
    }
}

static void fill(char *text, const char *piece, size_t count, const char *tail)
{
    strcpy(text, "{{");
    size_t length = 2;
    for (size_t i = 0; i < count; i++) {
        length += (size_t)sprintf(text + length, "%s", piece);
    }
    strcpy(text + length, tail);
}

static void test_template__nesting_has_a_ceiling(void **state)
{
    (void)state;
    static char text[70000];
    davit_error error = DAVIT_ERROR_INIT;
    davit_template *parsed = NULL;
    fill(text, "(", 60000, ".Id}}");
    int r = davit_template_parse(text, NULL, &parsed, &error);
    assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, "too many parentheses");
    fill(text, "lower|", 10000, "json}}");
    memcpy(text + 2, "1    |", 6);
    r = davit_template_parse(text, NULL, &parsed, &error);
    assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, "too many '|'");
}

static void test_template__its_length_has_a_ceiling(void **state)
{
    (void)state;
    static char text[64 * 1024 + 2];
    memset(text, 'x', sizeof text - 1);
    davit_error error = DAVIT_ERROR_INIT;
    davit_template *parsed = NULL;
    int r = davit_template_parse(text, NULL, &parsed, &error);
    assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, "more than 65536 bytes");
}

static void test_template__the_result_has_a_ceiling(void **state)
{
    (void)state;
    enum { LENGTH = 1024 * 1024, TIMES = 100 };
    char *id = malloc(LENGTH + 1);
    assert_non_null(id);
    memset(id, 'x', LENGTH);
    id[LENGTH] = '\0';
    char text[TIMES * 7 + 1] = "";
    for (int i = 0; i < TIMES; i++) {
        strcat(text, "{{.Id}}");
    }
    sample object = {.id = id};
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT_CLEANUP(davit_template_free) davit_template *parsed = NULL;
    assert_done(davit_template_parse(text, &sample_type, &parsed, &error), &error);
    char *result = NULL;
    int r = davit_template_render(parsed, &sample_type, &object, NULL, &result, &error);
    free(id);
    assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, "the result has more than");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_template__text_stays_as_it_is),
    cmocka_unit_test(test_template__escapes_in_the_text_are_tab_and_newline),
    cmocka_unit_test(test_template__fields_are_put_in),
    cmocka_unit_test(test_template__a_dot_is_the_whole),
    cmocka_unit_test(test_template__json_writes_json),
    cmocka_unit_test(test_template__case_can_be_changed),
    cmocka_unit_test(test_template__index_picks_by_name_or_number),
    cmocka_unit_test(test_template__what_the_type_lacks_is_looked_for_in_the_raw_json),
    cmocka_unit_test(test_template__null_in_the_raw_json_is_no_value),
    cmocka_unit_test(test_template__strings_may_be_raw),
    cmocka_unit_test(test_template__a_bad_template_is_refused_with_the_position),
    cmocka_unit_test(test_template__a_field_that_the_type_lacks_is_refused_at_once),
    cmocka_unit_test(test_template__a_field_that_nothing_has_is_refused_when_rendering),
    cmocka_unit_test(test_template__it_is_known_whether_details_are_needed),
    cmocka_unit_test(test_template__nesting_has_a_ceiling),
    cmocka_unit_test(test_template__its_length_has_a_ceiling),
    cmocka_unit_test(test_template__the_result_has_a_ceiling),
};
DAVIT_TEST_MAIN(tests)
