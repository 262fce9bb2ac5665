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

static void assert_all_rendered(const char *const (*rows)[2], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_rendered(rows[i][0], RAW, rows[i][1]);
    }
}

static void test_template__if_chooses(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"{{if .Ready}}yes{{end}}", "yes"},
        {"{{if not .Ready}}yes{{else}}no{{end}}", "no"},
        {"{{if .Host.None}}a{{else if eq .Count -3}}b{{else}}c{{end}}", "b"},
        {"{{if false}}a{{else if false}}b{{else}}c{{end}}", "c"},
        {"{{if .Names}}1{{end}}{{if .Labels}}2{{end}}{{if .Parts}}3{{end}}{{if .MainPart}}4{{end}}",
         "1234"},
        {"{{if \"\"}}1{{end}}{{if 0}}2{{end}}{{if \"0\"}}3{{end}}{{if .Label \"no\"}}4{{end}}",
         "3"},
        {"{{if .Host.List}}1{{end}}{{if index .Host.List 1}}2{{end}}{{if .Load}}3{{end}}", "123"},
        {"{{if .Color}}{{.Color}}{{end}}{{if .Created}} when{{end}}", "green when"},
        {"{{if $x := .Count}}{{$x}}{{end}}", "-3"},
    };
    assert_all_rendered(rows, DAVIT__COUNT(rows));
}

static void test_template__range_goes_through_lists_and_objects(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"{{range .Names}}<{{.}}>{{end}}", "<a><b>"},
        {"{{range .Parts}}{{.Port}}:{{$.Count}} {{end}}", "1:-3 2:-3 "},
        {"{{range $i, $name := .Names}}{{$i}}={{$name}},{{end}}", "0=a,1=b,"},
        {"{{range $name := .Names}}{{$name}}{{.}}{{end}}", "aabb"},
        {"{{range $k, $v := .Labels}}{{$k}}={{$v}};{{end}}", "x=1;y=;"},
        {"{{range $p, $c := .Host.Ports}}{{$p}} {{range $c}}{{.HostPort}}{{end}}{{end}}",
         "80/tcp 8080"},
        {"{{range .Host.List}}{{.}};{{end}}", "1;true;x;"},
        {"{{range .Host.None}}a{{else}}nothing{{end}}", "nothing"},
        {"{{range split \"a,b,\" \",\"}}[{{.}}]{{end}}", "[a][b][]"},
        {"{{range .Names}}{{range $.Parts}}{{.Port}}{{end}}{{end}}", "1212"},
        {"{{$n := \"none\"}}{{range .Names}}{{$n = .}}{{end}}{{$n}}", "b"},
        {"{{range .Parts}}{{with .Name}}{{.}}{{else}}-{{end}}{{end}}", "p-"},
    };
    assert_all_rendered(rows, DAVIT__COUNT(rows));
}

static void test_template__with_moves_the_dot(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"{{with .MainPart}}{{.Name}} {{$.Count}}{{end}}", "m -3"},
        {"{{with .Host.None}}a{{else}}b{{end}}", "b"},
        {"{{with index .Parts 0}}{{.Port}}{{end}}", "1"},
        {"{{with $p := .MainPart}}{{$p.Port}}{{end}}", "80"},
    };
    assert_all_rendered(rows, DAVIT__COUNT(rows));
}

static void test_template__variables_end_with_their_block(void **state)
{
    (void)state;
    assert_rendered("{{$x := 1}}{{if true}}{{$x := 2}}{{$x}}{{end}}{{$x}}", NULL, "21");
    assert_rendered("{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}", NULL, "2");
    assert_rendered("{{$x := .MainPart}}{{$x.Port}}{{($x).Name}}", NULL, "80m");
}

static void test_template__white_space_and_comments_can_be_left_out(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"a \n {{- .Count -}} \\n b", "a-3b"},
        {"a {{.Count -}} b", "a -3b"},
        {"a {{- .Count}} b", "a-3 b"},
        {"a{{/* nothing {{ */}}b", "ab"},
        {"a {{- /* nothing */ -}} b", "ab"},
        {"{{-3}}", "-3"},
        {"x{{if true -}}  y  {{- end}}z", "xyz"},
    };
    assert_all_rendered(rows, DAVIT__COUNT(rows));
}

static void test_template__functions_make_text(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"{{join .Names \"/\"}} {{join (split \"a b\" \" \") \"+\"}}", "a/b a+b"},
        {"{{join .Parts \" and \"}}", "p:1 and ?:2"},
        {"{{index (split \"a:b:c\" \":\") 1}}", "b"},
        {"{{title \"some old words\"}}", "Some Old Words"},
        {"{{truncate .Id 8}} {{truncate \"a\xc3\xa9z\" 2}} {{truncate \"ab\" 9}}",
         "sha256:0 a\xc3\xa9 ab"},
        {"[{{pad \"x\" 1 2}}][{{pad \"\" 3 3}}]", "[ x  ][]"},
        {"{{len .Names}}{{len .Labels}}{{len \"abc\"}}{{len .Host.List}}{{len .Id}}{{len "
         ".Host.None}}",
         "2233230"},
        {"{{print .Count \"x\"}} {{println 1 2}}", "-3x 1 2\n"},
        {"{{printf \"%-4s|%4s|%.2s|%d%%|%q\" \"ab\" .Count \"abc\" 5 \"x\"}}",
         "ab  |  -3|ab|5%|\"x\""},
        {"{{.Color | printf \"%s!\"}}", "green!"},
        {"{{json (split \"a,b\" \",\")}}{{json (len .Names)}}{{json true}}", "[\"a\",\"b\"]2true"},
    };
    assert_all_rendered(rows, DAVIT__COUNT(rows));
}

static void test_template__functions_compare(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"{{eq .Color \"green\"}} {{eq .Color \"red\" \"green\"}} {{ne .Color \"green\"}}",
         "true true false"},
        {"{{lt .Count 5}} {{gt .Size 1499}} {{le 5 5}} {{ge 4 5}} {{lt 9 10}}",
         "true true true false true"},
        {"{{lt \"9\" \"10\"}} {{eq .Ready true}} {{eq 1 1}}", "false true true"},
        {"{{gt .Load 0}} {{eq (index .Host.List 0) 1}} {{gt .Host.Big 9007199254740992}}",
         "true true true"},
        {"{{and .Ready .Color}} {{and false .Nothing}} {{or \"\" .Color}} {{or .Color .Nothing}}",
         "green false green green"},
        {"{{not .Ready}} {{not (and .Ready (not .Ready))}}", "false true"},
    };
    assert_all_rendered(rows, DAVIT__COUNT(rows));
}

static void test_template__what_a_function_cannot_take_is_refused(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"{{join .Id \",\"}}", "position 3: join: the first argument is no list"},
        {"{{range .Count}}{{end}}", "position 3: range goes through lists and objects only"},
        {"{{len .Count}}", "len: that has no length"},
        {"{{truncate .Id \"x\"}}", "truncate: argument 2 has to be a number"},
        {"{{truncate .Id -1}}", "truncate: argument 2 has to be a number that is not negative"},
        {"{{pad .Id 1 5000}}", "pad: more than 1024 spaces"},
        {"{{split .Id \"\"}}", "split: the separator is empty"},
        {"{{printf \"%s\"}}", "printf: too few arguments"},
        {"{{printf \"x\" 1}}", "printf: too many arguments"},
        {"{{printf \"%z\" 1}}", "printf: there are %s, %v, %d, %t, %q and %%"},
        {"{{printf \"%9999s\" 1}}", "printf: there are"},
        {"{{printf \"%\" 1}}", "printf: there are"},
        {"{{range .Parts}}{{.Nothing}}{{end}}", "part has no field 'Nothing'; it has name"},
    };
    for (size_t i = 0; i < DAVIT__COUNT(rows); i++) {
        davit_error error = DAVIT_ERROR_INIT;
        char *text = NULL;
        int r = render(rows[i][0], NULL, &text, &error);
        assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, rows[i][1]);
        assert_null(text);
    }
}

static void test_template__blocks_are_checked_against_what_they_stand_in(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"{{if .Ready}}{{.Foo}}{{end}}", "position 16: sample has no field 'Foo'"},
        {"{{if .Ready}}{{else}}{{.Foo}}{{end}}", "position 24: sample has no field 'Foo'"},
        {"{{range .Parts}}{{.Foo}}{{end}}", "position 19: part has no field 'Foo'"},
        {"{{with .MainPart}}{{.Foo}}{{end}}", "position 21: part has no field 'Foo'"},
        {"{{range .Parts}}{{$.Foo}}{{end}}", "position 20: sample has no field 'Foo'"},
        {"{{range .Foo}}{{end}}", "position 9: sample has no field 'Foo'"},
    };
    static const char *const good[] = {
        "{{range .Parts}}{{.Port}}{{$.Id}}{{else}}{{.Id}}{{end}}",
        "{{with .MainPart}}{{.Port}}{{end}}",
        "{{range .Names}}{{.}}{{end}}",
        "{{range $k, $v := .Labels}}{{$k}}{{$v.anything}}{{end}}",
        "{{with index .Parts 0}}{{.Anything}}{{end}}",
    };
    davit_error error = DAVIT_ERROR_INIT;
    davit_template *parsed = NULL;
    for (size_t i = 0; i < DAVIT__COUNT(bad); i++) {
        error = (davit_error)DAVIT_ERROR_INIT;
        int r = davit_template_parse(bad[i][0], &sample_type, &parsed, &error);
        assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, bad[i][1]);
    }
    for (size_t i = 0; i < DAVIT__COUNT(good); i++) {
        error = (davit_error)DAVIT_ERROR_INIT;
        assert_done(davit_template_parse(good[i], &sample_type, &parsed, &error), &error);
        davit_template_free(parsed);
        parsed = NULL;
    }
}

static void test_template__raw_json_alone_can_be_rendered(void **state)
{
    (void)state;
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT_CLEANUP(davit_template_free) davit_template *parsed = NULL;
    char *text = NULL;
    assert_done(davit_template_parse("{{.Ready.Really}}{{json .Host.List}}{{len .}}", NULL, &parsed,
                                     &error),
                &error);
    assert_done(davit_template_render(parsed, NULL, NULL, RAW, &text, &error), &error);
    assert_text(text, "yes[1,true,\"x\"]2");
}

static void test_template__loops_have_a_ceiling(void **state)
{
    (void)state;
    static const char *const rows[] = {
        /* 2 to the 24th */
        "{{range .Names}}{{range $.Names}}{{range $.Names}}{{range $.Names}}{{range $.Names}}"
        "{{range $.Names}}{{range $.Names}}{{range $.Names}}{{range $.Names}}{{range $.Names}}"
        "{{range $.Names}}{{range $.Names}}{{range $.Names}}{{range $.Names}}{{range $.Names}}"
        "{{range $.Names}}{{range $.Names}}{{range $.Names}}{{range $.Names}}{{range $.Names}}"
        "{{range $.Names}}{{range $.Names}}{{range $.Names}}{{range $.Names}}{{end}}{{end}}"
        "{{end}}{{end}}{{end}}{{end}}{{end}}{{end}}{{end}}{{end}}{{end}}{{end}}{{end}}{{end}}"
        "{{end}}{{end}}{{end}}{{end}}{{end}}{{end}}{{end}}{{end}}{{end}}{{end}}",
        /* a text that doubles 32 times */
        "{{$x := \"xx\"}}{{range .Names}}{{range $.Names}}{{range $.Names}}{{range $.Names}}"
        "{{range $.Names}}{{$x = print $x $x}}{{end}}{{end}}{{end}}{{end}}{{end}}",
    };
    for (size_t i = 0; i < DAVIT__COUNT(rows); i++) {
        davit_error error = DAVIT_ERROR_INIT;
        char *text = NULL;
        int r = render(rows[i], NULL, &text, &error);
        assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, "that takes more than 1048576 steps");
        assert_null(text);
    }
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
        {"{{foo .Id}}",
         "position 3: no function 'foo'; there are and, eq, ge, gt, index, join, json"},
        {"{{if .Id}}x", "position 3: the block is not closed by {{end}}"},
        {"a{{range .Names}}{{if .}}{{end}}", "position 4: the block is not closed by {{end}}"},
        {"{{if .Id}}{{else}}", "position 3: the block is not closed by {{end}}"},
        {"{{if .Id}}{{else}}{{else}}{{end}}", "position 3: the block has a second {{else}}"},
        {"{{if}}x{{end}}", "position 5: expected a field"},
        {"{{range .Names}}{{end .Id}}", "position 23: expected }}"},
        {"{{range .Names}}{{else if .Id}}{{end}}", "position 24: expected }}"},
        {"x{{end}}", "position 4: {{end}} belongs to no block"},
        {"{{else}}", "position 3: {{else}} belongs to no block"},
        {"{{/* a }}", "position 3: the comment is not closed by */"},
        {"{{/* a */ .Id}}", "position 11: expected }}"},
        {"{{$x = .Id}}", "position 3: the variable was not set with := before"},
        {"{{$x, $y := .Id}}", "position 3: two variables go with range only"},
        {"{{if $x, $y := .Id}}{{end}}", "position 3: two variables go with range only"},
        {"{{with $x = .Id}}{{end}}", "position 3: a block's variable is set with :="},
        {"{{if .Id}}{{$x := 1}}{{end}}{{$x}}", "position 31: no variable 'x' was set before"},
        {"{{eq .Id nil}}", "position 10: expected a field such as .Name, true or false"},
        {"{{.Id-}}", "position 6: expected }}"},
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
        {"{{$x}}", "position 3: no variable 'x' was set before"},
        {"{{-}}", "position 4: expected a number"},
        {"{{- 1x}}", "expected a number"},
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
    fill(text, "if 1}}{{", 8000, "end}}");
    r = davit_template_parse(text, NULL, &parsed, &error);
    assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, "too many blocks");
    fill(text, "if 1}}{{else ", 4000, "if 1}}{{end}}");
    r = davit_template_parse(text, NULL, &parsed, &error);
    assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, "too many blocks");
    fill(text, "$x := 1}}{{", 5000, ".Id}}");
    r = davit_template_parse(text, NULL, &parsed, &error);
    assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, "too many variables");
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
    cmocka_unit_test(test_template__loops_have_a_ceiling),
    cmocka_unit_test(test_template__raw_json_alone_can_be_rendered),
    cmocka_unit_test(test_template__blocks_are_checked_against_what_they_stand_in),
    cmocka_unit_test(test_template__what_a_function_cannot_take_is_refused),
    cmocka_unit_test(test_template__functions_compare),
    cmocka_unit_test(test_template__functions_make_text),
    cmocka_unit_test(test_template__white_space_and_comments_can_be_left_out),
    cmocka_unit_test(test_template__variables_end_with_their_block),
    cmocka_unit_test(test_template__with_moves_the_dot),
    cmocka_unit_test(test_template__range_goes_through_lists_and_objects),
    cmocka_unit_test(test_template__if_chooses),
    cmocka_unit_test(test_template__a_bad_template_is_refused_with_the_position),
    cmocka_unit_test(test_template__a_field_that_the_type_lacks_is_refused_at_once),
    cmocka_unit_test(test_template__a_field_that_nothing_has_is_refused_when_rendering),
    cmocka_unit_test(test_template__it_is_known_whether_details_are_needed),
    cmocka_unit_test(test_template__nesting_has_a_ceiling),
    cmocka_unit_test(test_template__its_length_has_a_ceiling),
    cmocka_unit_test(test_template__the_result_has_a_ceiling),
};
DAVIT_TEST_MAIN(tests)
