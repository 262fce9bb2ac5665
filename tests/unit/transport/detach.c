/* SPDX-License-Identifier: MIT */
/* Keys that leave a terminal's stream. */
#include "detach.h"

#include "support/outcome.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static davit__detach parsed(const char *text)
{
    davit__detach detach;
    davit_error error = DAVIT_ERROR_INIT;
    assert_done(davit__detach_parse(text, &detach, &error), &error);
    return detach;
}

static void test_detach__keys_are_dockers(void **state)
{
    (void)state;
    static const struct {
        const char *text, *keys;
    } cases[] = {
        {"ctrl-p,ctrl-q", "\x10\x11"},
        {"CTRL-A,d", "\x01"
                     "d"},
        {"ctrl-[", "\x1b"},
        {"ctrl-\\", "\x1c"},
        {"ctrl-_", "\x1f"},
        {"DEL", "\x7f"},
        {"a,b,c", "abc"},
        {"-", "-"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        davit__detach detach = parsed(cases[i].text);
        assert_int_equal(detach.count, strlen(cases[i].keys));
        assert_memory_equal(detach.keys, cases[i].keys, detach.count);
    }
}

static void test_detach__what_is_no_key_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",        ",",     "a,",     ",a", "ctrl-", "ctrl-1",
        "ctrl-ab", "alt-a", "ctrl p", "ab", "a,,b",  "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q"};
    for (size_t i = 0; i < COUNT(cases); i++) {
        davit__detach detach;
        davit_error error = DAVIT_ERROR_INIT;
        assert_failed(davit__detach_parse(cases[i], &detach, &error), &error,
                      DAVIT_ERROR_INVALID_CONFIG, "detach keys '");
    }
}

/* The input in pieces of each size: what is sent is always the same. */
static void check(const char *keys, const char *input, const char *sent, bool typed)
{
    size_t length = strlen(input);
    for (size_t size = 1; size <= length; size++) {
        davit__detach detach = parsed(keys);
        char output[256];
        size_t total = 0;
        for (size_t at = 0; at < length; at += size) {
            size_t piece = length - at < size ? length - at : size;
            total += davit__detach_filter(&detach, input + at, piece, output + total);
        }
        assert_int_equal(total, strlen(sent));
        assert_memory_equal(output, sent, total);
        assert_int_equal(detach.typed, typed);
    }
}

static void test_detach__input_before_the_keys_is_sent_and_nothing_behind(void **state)
{
    (void)state;
    check("ctrl-p,ctrl-q", "ls\r\x10\x11more", "ls\r", true);
    check("a", "xyzabc", "xyz", true);
}

static void test_detach__keys_that_were_only_begun_are_sent_later(void **state)
{
    (void)state;
    check("ctrl-p,ctrl-q", "a\x10z", "a\x10z", false);
    check("ctrl-p,ctrl-q", "\x10\x10\x11", "\x10", true);
    check("ctrl-p,ctrl-q", "a\x10", "a", false);
    check("a,b,c", "ababxabc", "ababx", true);
}

static void test_detach__input_without_the_keys_is_not_changed(void **state)
{
    (void)state;
    check("ctrl-p,ctrl-q", "echo hello\r\x11\x04", "echo hello\r\x11\x04", false);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_detach__keys_are_dockers),
    cmocka_unit_test(test_detach__what_is_no_key_is_refused),
    cmocka_unit_test(test_detach__input_before_the_keys_is_sent_and_nothing_behind),
    cmocka_unit_test(test_detach__keys_that_were_only_begun_are_sent_later),
    cmocka_unit_test(test_detach__input_without_the_keys_is_not_changed),
};
DAVIT_TEST_MAIN(tests)
