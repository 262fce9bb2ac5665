/* SPDX-License-Identifier: MIT */
#include "ignore.h"

#include "support/runner.h"

#include <stdlib.h>

struct verdict {
    const char *text;
    const char *path;
    bool excluded;
};

static davit__ignore *parse(const char *text)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit__ignore *ignore = NULL;
    if (davit__ignore_parse(text, strlen(text), &ignore, &error) < 0) {
        fail_msg("%s: %s", text, error.message);
    }
    return ignore;
}

static bool excludes(const char *text, const char *path)
{
    davit__ignore *ignore = parse(text);
    int r = davit__ignore_matches(ignore, path, NULL);
    davit__ignore_free(ignore);
    assert_true(r >= 0);
    return r;
}

static void check(const struct verdict *verdicts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct verdict *verdict = &verdicts[i];
        if (excludes(verdict->text, verdict->path) != verdict->excluded) {
            fail_msg("\"%s\" should %sexclude \"%s\"", verdict->text,
                     verdict->excluded ? "" : "not ", verdict->path);
        }
    }
}

#define CHECK(verdicts) check(verdicts, sizeof(verdicts) / sizeof((verdicts)[0]))

static void test_ignore__plain_names_are_anchored_at_the_root(void **state)
{
    static const struct verdict verdicts[] = {
        {"a", "a", true},
        {"a", "ab", false},
        {"a", "b/a", false},
        {"a/b", "a/b", true},
        {"a/b", "a", false},
        {"a/b", "a/c", false},
        {"abc.def", "abcZdef", false},
        {"abc.def", "abc.def", true},
        {"", "a", false},
        {"b", "a", false},
    };
    CHECK(verdicts);
}

static void test_ignore__a_directory_takes_what_it_holds(void **state)
{
    static const struct verdict verdicts[] = {
        {"docs", "docs/a", true},       {"docs", "docs/a/b/c", true}, {"docs", "docs2/a", false},
        {"a/b", "a/b/c", true},         {"*/b", "a/b/c", true},       {"*/b", "a/c/b", false},
        {"docs/", "docs/README", true}, {"a*", "ab/c", true},
    };
    CHECK(verdicts);
}

static void test_ignore__star_and_question_mark_stay_within_a_level(void **state)
{
    static const struct verdict verdicts[] = {
        {"*", "a", true},
        {"*", ".hidden", true},
        {"*.log", "x.log", true},
        {"*.log", "x.txt", false},
        {"*.log", "a/x.log", false},
        {"a/*.txt", "a/b.txt", true},
        {"a/*.txt", "a/b/c.txt", false},
        {"a?c", "abc", true},
        {"a?c", "a/c", false},
        {"a?c", "ac", false},
        {"a*b", "a/b", false},
        {"a*b", "ab", true},
        {"a*/b", "abc/b", true},
        {"a*/b", "a/c/b", false},
        {".*", ".git", true},
        {".*", "git", false},
        {"*x", "xxx", true},
        {"a???b", "abb", false},
        {"a*b?c*x", "abxbbxdbxebxczzx", true},
        {"a*b?c*x", "abxbbxdbxebxczzy", false},
        {"a*b*c*d*e*/f", "axbxcxdxexxx/f", true},
        {"a*b*c*d*e*/f", "axbxcxdxexxx/fff", false},
        {"a*b*c*d*e*/f", "axbxcxdxe/xxx/f", false},
    };
    CHECK(verdicts);
}

static void test_ignore__two_stars_cross_levels(void **state)
{
    static const struct verdict verdicts[] = {
        {"**", "a", true},
        {"**", "a/b/c", true},
        {"**/", "a/b", true},
        {"**/**", "a/b", true},
        {"**/x", "x", true},
        {"**/x", "a/x", true},
        {"**/x", "a/b/x", true},
        {"**/x", "ax", false},
        {"**/x", "a/bx", false},
        {"**/x/y", "x/y", true},
        {"**/x/y", "a/x/y", true},
        {"**/x/y", "x/a/y", false},
        {"a/**", "a", false},
        {"a/**", "a/b", true},
        {"a/**", "a/b/c", true},
        {"a/**", "ab/c", false},
        {"a/**/z", "a/z", true},
        {"a/**/z", "a/b/c/z", true},
        {"a/**/z", "az", false},
        {"a**", "a", true},
        {"a**", "ab/c", true},
        {"a**/*.txt", "a/b/c.txt", true},
        {"a**/*.txt", "ab.txt", true},
        {"**/*.txt", "a.txt", true},
        {"**/*.txt", "a/b/c.txt", true},
        {"**/**/*.txt", "a.txt", true},
        {"**/**/*.txt2", "a/b.txt", false},
        {"**/a*", "b/ac", true},
        {"**/.foo", "bar.foo", false},
        {"**/dir/*", "a/dir/b", true},
        {"**/dir/*", "dir", false},
        {"**/dir/**", "a/dir/b/c", true},
        {"a/*.txt**", "a/b.txt/c", true},
        {"***", "a/b", true},
    };
    CHECK(verdicts);
}

/* Docker compares the ends of the text there, so it does for the command that is used in its place.
 */
static void test_ignore__leading_stars_before_plain_text_match_the_end(void **state)
{
    static const struct verdict verdicts[] = {
        {"**foo", "foo", true},     {"**foo", "xfoo", true},  {"**foo", "a/xfoo", true},
        {"**foo", "foox", false},   {"**foo*", "foox", true}, {"**foo*", "xfoo", false},
        {"**foo*", "a/foox", true},
    };
    CHECK(verdicts);
}

static void test_ignore__stars_inside_a_name_end_at_a_level(void **state)
{
    static const struct verdict verdicts[] = {
        {"a**b", "ab", true},          {"a**b", "axb", false},      {"a**b", "ax/b", true},
        {"a**b", "a/x/b", true},       {"**/a**b*", "a/abc", true}, {"**/a**b*", "a/xb", false},
        {"**/a**b*", "c/axx/b", true},
    };
    CHECK(verdicts);
}

static void test_ignore__sets_match_one_character(void **state)
{
    static const struct verdict verdicts[] = {
        {"a[b-d]e", "ace", true},
        {"a[b-d]e", "aee", false},
        {"a[b-d]e", "ae", false},
        {"a[^b-d]e", "aze", true},
        {"a[^b-d]e", "ace", false},
        {"[a-z]?", "b9", true},
        {"[\\]a]", "]", true},
        {"[\\-x]", "-", true},
        {"[x\\-]", "z", false},
        {"[!a]", "!", true},
        {"[!a]", "b", false},
        {"a]b", "a]b", true},
        {"[*]", "*", true},
        {"[*]", "a", false},
        {"[?[]", "[", true},
        {"[\xce\xb1-\xce\xb6]*", "\xce\xb2x", true},
        {"*[a-\xce\xb6]", "A", false},
    };
    CHECK(verdicts);
}

static void test_ignore__characters_are_code_points(void **state)
{
    static const struct verdict verdicts[] = {
        {"a?b",
         "a\xe2\x98\xba"
         "b",
         true},
        {"a???b",
         "a\xe2\x98\xba"
         "b",
         false},
        {"a[^a]b",
         "a\xe2\x98\xba"
         "b",
         true},
        {"?", "\xff", true},
        {"\xff*",
         "\xff"
         "a",
         true},
        {"\xff*",
         "\xfe"
         "a",
         false},
        {"\xc3\xa9?", "\xc3\xa9\xc3\xa8", true},
        {"??", "\xc3\x28", true},
    };
    CHECK(verdicts);
}

static void test_ignore__a_backslash_makes_the_next_character_plain(void **state)
{
    static const struct verdict verdicts[] = {
        {"a\\*b", "a*b", true}, {"a\\*b", "axb", false},  {"a\\\\", "a\\", true},
        {"\\#a", "#a", true},   {"\\!a", "!a", true},     {"\\d", "d", true},
        {"\\d", "7", false},    {"\\[a\\]", "[a]", true},
    };
    CHECK(verdicts);
}

static void test_ignore__signs_of_regular_expressions_are_plain(void **state)
{
    static const struct verdict verdicts[] = {
        {"a(b)c/def", "a(b)c/def", true},
        {"a.|)$(}+{bc", "a.|)$(}+{bc", true},
        {"*+", "a+", true},
        {"*^b", "a^b", true},
        {"dist/*.whl", "dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl", true},
    };
    CHECK(verdicts);
}

static void test_ignore__last_matching_line_wins(void **state)
{
    static const struct verdict verdicts[] = {
        {"*.go\n!a.go", "a.go", false},
        {"!a.go\n*.go", "a.go", true},
        {"docs\n!docs/README.md", "docs/README.md", false},
        {"docs\n!docs/README.md", "docs/other", true},
        {"docs/*\n!docs/README.md", "docs/README.md", false},
        {"**\n!util/web", "util/web/foo", false},
        {"**\n!util/web\nutil/web/foo", "util/web/foo", true},
        {"*\n!src\nsrc/*.o\n!src/keep.o", "src/keep.o", false},
        {"*\n!src\nsrc/*.o\n!src/keep.o", "src/a.o", true},
        {"*\n!src\nsrc/*.o\n!src/keep.o", "src/a.c", false},
        {"a\n!a", "a/b", false},
        {"a\n!a\na", "a/b", true},
    };
    CHECK(verdicts);
}

static void test_ignore__exceptions_reach_below_excluded_directories(void **state)
{
    static const struct verdict verdicts[] = {
        {"*\n!**/keep", "a/b/keep", false},
        {"*\n!**/keep", "a/b/other", true},
        {"node_modules\n!node_modules/x/**/*.js", "node_modules/x/y/z.js", false},
        {"node_modules\n!node_modules/x/**/*.js", "node_modules/x/y", true},
    };
    CHECK(verdicts);
}

/* Docker's own reading: "!logs" changes nothing for the directory itself, which no line excludes,
 * and is then not remembered below it. */
static void test_ignore__an_exception_needs_something_to_except(void **state)
{
    static const struct verdict verdicts[] = {
        {"**/*.log\n!logs", "logs/a.log", true},
        {"**/*.log\n!logs/*", "logs/a.log", false},
        {"d/e\n!d", "d/e", true},
        {"d\n!d/x\nd", "d/x", false},
    };
    CHECK(verdicts);
}

static void test_ignore__lines_are_cleaned(void **state)
{
    static const struct verdict verdicts[] = {
        {"/a", "a", true},
        {"./a", "a", true},
        {"a//b", "a/b", true},
        {"a/./b/", "a/b", true},
        {"x/../a", "a", true},
        {"/../a", "a", true},
        {"../a", "a", false},
        {"  a\t", "a", true},
        {"a\r\nb\r\n", "a", true},
        {"a\r\nb", "b", true},
        {"\xc2\xa0"
         "a\xe3\x80\x80",
         "a", true},
        {"*\n! a", "a", false},
        {"*\n!/a", "a", false},
        {"*\n! /a/../b/", "b", false},
        {"a b", "a b", true},
        {"/", "a", false},
        {".", "a", false},
        {"*\n/!a", "a", false},
        {"a /", "a", true},
    };
    CHECK(verdicts);
}

static void test_ignore__comments_start_in_the_first_column(void **state)
{
    static const struct verdict verdicts[] = {
        {"#a", "#a", false},
        {" #a", "#a", true},
        {"a#b", "a#b", true},
        {"# x\n\n   \na", "a", true},
    };
    CHECK(verdicts);
}

static void test_ignore__a_byte_order_mark_is_no_text(void **state)
{
    static const struct verdict verdicts[] = {
        {"\xef\xbb\xbf"
         "a\nb",
         "a", true},
        {"\xef\xbb\xbf#a", "\xef\xbb\xbf#a", false},
        {"b\n\xef\xbb\xbf"
         "a",
         "a", false},
    };
    CHECK(verdicts);
}

static void test_ignore__the_root_is_never_excluded(void **state)
{
    assert_false(excludes("**\n*\n.", "."));
}

static void test_ignore__bad_patterns_are_refused_with_their_line(void **state)
{
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"a\n!\n", "line 2: \"!\": no pattern behind the !"},
        {"!  ", "line 1: \"!\": no pattern behind the !"},
        {"a\n!/", "line 2: \"!\": no pattern behind the !"},
        {"[", "line 1: \"[\": a [ without its ]"},
        {"a\n\n#\nx[a-", "line 4: \"x[a-\": a [ without its ]"},
        {"[]a]", "line 1: \"[]a]\": ']' stands where [ ] needs a character (write \\])"},
        {"[-a]", "line 1: \"[-a]\": '-' stands where [ ] needs a character (write \\-)"},
        {"[a-]", "line 1: \"[a-]\": ']' stands where [ ] needs a character (write \\])"},
        {"[a-b-c]", "line 1: \"[a-b-c]\": '-' stands where [ ] needs a character (write \\-)"},
        {"[z-a]", "line 1: \"[z-a]\": a range in [ ] runs backwards"},
        {"[\xff]", "line 1: \"[\xff]\": [ ] holds a byte that is no UTF-8"},
        {"a\\", "line 1: \"a\\\": a \\ at the end, with nothing to escape"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        davit__ignore *ignore = NULL;
        int r = davit__ignore_parse(cases[i].text, strlen(cases[i].text), &ignore, &error);
        assert_int_equal(r, DAVIT_ERROR_INVALID_CONFIG);
        assert_string_equal(error.message, cases[i].message);
        assert_null(ignore);
    }
}

static void test_ignore__a_nul_byte_is_refused(void **state)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit__ignore *ignore = NULL;
    assert_int_equal(davit__ignore_parse("a\nb\0c", 5, &ignore, &error),
                     DAVIT_ERROR_INVALID_CONFIG);
    assert_string_equal(error.message, "line 2: a NUL byte");
}

static void refuse_filled(size_t size, const char *piece, const char *message)
{
    size_t length = strlen(piece);
    char *text = malloc(size + length);
    assert_non_null(text);
    for (size_t at = 0; at < size; at += length) {
        memcpy(text + at, piece, length);
    }
    davit_error error = DAVIT_ERROR_INIT;
    davit__ignore *ignore = NULL;
    int r = davit__ignore_parse(text, size, &ignore, &error);
    free(text);
    assert_int_equal(r, DAVIT_ERROR_INVALID_CONFIG);
    assert_non_null(strstr(error.message, message));
}

static void test_ignore__ceilings_are_named(void **state)
{
    refuse_filled(DAVIT__IGNORE_FILE_MAX + 1, "\n", "larger than 1048576 bytes");
    refuse_filled(2 * (DAVIT__IGNORE_PATTERN_MAX + 1), "a\n",
                  "line 10001: more than 10000 patterns");
    refuse_filled(4097, "a", "longer than 4096 bytes");
}

static void test_ignore__hard_patterns_do_not_blow_up(void **state)
{
    char text[4096], path[4096];
    memset(path, 'a', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    for (size_t i = 0; i + 2 < 2000; i += 2) {
        memcpy(text + i, "*a", 3);
    }
    strcat(text, "b*");
    assert_false(excludes(text, path));
    for (size_t i = 1; i < sizeof path - 1; i += 2) {
        path[i] = '/';
    }
    for (size_t i = 0; i + 4 < 2000; i += 3) {
        memcpy(text + i, "**/", 4);
    }
    strcat(text, "b?");
    /* The parents of the path are asked for one by one: some thousand times. */
    path[200] = '\0';
    assert_false(excludes(text, path));
}

static void test_ignore__adding_appends_a_line(void **state)
{
    davit__ignore *ignore = parse("*");
    assert_int_equal(davit__ignore_add(ignore, "!a", NULL), 0);
    assert_int_equal(davit__ignore_add(ignore, "  ", NULL), 0);
    assert_int_equal(davit__ignore_count(ignore), 2);
    assert_int_equal(davit__ignore_matches(ignore, "a", NULL), 0);
    assert_int_equal(davit__ignore_matches(ignore, "b", NULL), 1);
    assert_int_equal(davit__ignore_add(ignore, "!", NULL), DAVIT_ERROR_INVALID_CONFIG);
    davit__ignore_free(ignore);
}

static void test_ignore__an_empty_set_keeps_nothing_out(void **state)
{
    davit__ignore *ignore = NULL;
    assert_int_equal(davit__ignore_create(&ignore, NULL), 0);
    assert_int_equal(davit__ignore_matches(ignore, "a/b", NULL), 0);
    davit__ignore_free(ignore);
}

static bool reincludes(const char *text, const char *directory)
{
    davit__ignore *ignore = parse(text);
    unsigned char marks[16];
    assert_true(davit__ignore_count(ignore) <= sizeof marks);
    assert_true(davit__ignore_decide(ignore, NULL, directory, marks));
    bool result = davit__ignore_may_reinclude_below(ignore, marks, directory);
    davit__ignore_free(ignore);
    return result;
}

static void test_ignore__directories_without_exceptions_below_are_skipped(void **state)
{
    assert_false(reincludes("a", "a"));
    assert_false(reincludes("*\n!b", "a"));
    assert_false(reincludes("*\n!*.md", "a"));
    assert_false(reincludes("*\n!ab/c", "a"));
    assert_false(reincludes("!**/keep\na", "a"));
    assert_false(reincludes("*\n!b/**", "a"));
}

static void test_ignore__directories_with_exceptions_below_are_not_skipped(void **state)
{
    assert_true(reincludes("*\n!a/b", "a"));
    assert_true(reincludes("*\n!a/b/c", "a"));
    assert_true(reincludes("*\n!**/keep", "a"));
    assert_true(reincludes("*\n!**keep", "a"));
    assert_true(reincludes("*\n!?/b*", "a"));
    assert_true(reincludes("a\n!*/b", "a"));
    /* The second "a" changes nothing for the directory, so it does not hold below. */
    assert_true(reincludes("*\n!?/b\na", "a"));
    assert_true(reincludes("a/\n!a/**", "a"));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_ignore__plain_names_are_anchored_at_the_root),
    cmocka_unit_test(test_ignore__a_directory_takes_what_it_holds),
    cmocka_unit_test(test_ignore__star_and_question_mark_stay_within_a_level),
    cmocka_unit_test(test_ignore__two_stars_cross_levels),
    cmocka_unit_test(test_ignore__leading_stars_before_plain_text_match_the_end),
    cmocka_unit_test(test_ignore__stars_inside_a_name_end_at_a_level),
    cmocka_unit_test(test_ignore__sets_match_one_character),
    cmocka_unit_test(test_ignore__characters_are_code_points),
    cmocka_unit_test(test_ignore__a_backslash_makes_the_next_character_plain),
    cmocka_unit_test(test_ignore__signs_of_regular_expressions_are_plain),
    cmocka_unit_test(test_ignore__last_matching_line_wins),
    cmocka_unit_test(test_ignore__exceptions_reach_below_excluded_directories),
    cmocka_unit_test(test_ignore__an_exception_needs_something_to_except),
    cmocka_unit_test(test_ignore__lines_are_cleaned),
    cmocka_unit_test(test_ignore__comments_start_in_the_first_column),
    cmocka_unit_test(test_ignore__a_byte_order_mark_is_no_text),
    cmocka_unit_test(test_ignore__the_root_is_never_excluded),
    cmocka_unit_test(test_ignore__bad_patterns_are_refused_with_their_line),
    cmocka_unit_test(test_ignore__a_nul_byte_is_refused),
    cmocka_unit_test(test_ignore__ceilings_are_named),
    cmocka_unit_test(test_ignore__hard_patterns_do_not_blow_up),
    cmocka_unit_test(test_ignore__adding_appends_a_line),
    cmocka_unit_test(test_ignore__an_empty_set_keeps_nothing_out),
    cmocka_unit_test(test_ignore__directories_without_exceptions_below_are_skipped),
    cmocka_unit_test(test_ignore__directories_with_exceptions_below_are_not_skipped),
};

DAVIT_TEST_MAIN(tests)
