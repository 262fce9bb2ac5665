/* SPDX-License-Identifier: MIT */
#include "support/outcome.h"

#include <davit/parse.h>

#define KIB INT64_C(1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

static void assert_size(const char *text, int64_t expected)
{
    davit_error error = DAVIT_ERROR_INIT;
    int64_t bytes = -1;
    assert_done(davit_bytes_parse(text, &bytes, &error), &error);
    assert_true(bytes == expected);
}

static void assert_no_size(const char *text, const char *why)
{
    davit_error error = DAVIT_ERROR_INIT;
    int64_t bytes = -1;
    assert_failed(davit_bytes_parse(text, &bytes, &error), &error, DAVIT_ERROR_INVALID_CONFIG, why);
    assert_true(bytes == -1);
    assert_int_equal(davit_bytes_parse(text, &bytes, NULL), DAVIT_ERROR_INVALID_CONFIG);
}

static void test_bytes__units_are_powers_of_1024(void **state)
{
    (void)state;
    static const char *const forms[] = {"32", "32b", "32B"};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        assert_size(forms[i], 32);
    }
    static const char *const kibs[] = {"32k", "32K", "32kb", "32Kb", "32Kib", "32KIB", "32 k"};
    for (size_t i = 0; i < sizeof kibs / sizeof kibs[0]; i++) {
        assert_size(kibs[i], 32 * KIB);
    }
    assert_size("512m", 512 * MIB);
    assert_size("2g", 2 * GIB);
    assert_size("3t", 3 * 1024 * GIB);
    assert_size("8P", 8 * 1024 * 1024 * GIB);
    assert_size("0", 0);
    assert_size("000012", 12);
}

static void test_bytes__a_fraction_is_allowed(void **state)
{
    (void)state;
    assert_size("1.5GiB", GIB + GIB / 2);
    assert_size("32.3 mb", 33869004);
    assert_size("0.3MB", 314572);
    assert_size(".5k", 512);
    assert_size("2.k", 2048);
    assert_size("32.9", 32);
    assert_size("1.00000000000000000000000000000000000000000000000000001k", 1024);
    assert_size("1.99999999999999999999999999999999999999999999999999999k", 2047);
}

static void test_bytes__what_is_no_size_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",     "hello", "-32", "+1", " 32", "32  k", "32m b", "32bm", "12x", "1.2.3",  "1e3",
        "0x10", "nan",   "inf", ".",  "k",   "1,5k",  "1kk",   "1ii",  "1\n", "1k\xff",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_no_size(texts[i], "expected a size such as 512m or 2g");
    }
    assert_no_size(NULL, "''");
    assert_no_size("12x", "'12x'");
}

static void test_bytes__what_does_not_fit_is_refused(void **state)
{
    (void)state;
    assert_size("9223372036854775806", INT64_MAX - 1);
    assert_no_size("9223372036854775808", "too large");
    assert_no_size("8192p", "too large");
    assert_no_size("99999999999999999999999999999999p", "too large");
}

static void test_bytes__a_huge_text_is_quoted_in_part(void **state)
{
    (void)state;
    char text[4096];
    memset(text, '7', sizeof text);
    text[sizeof text - 1] = '\0';
    assert_no_size(text, "too large");
    memset(text, 'z', sizeof text - 1);
    assert_no_size(text, "zzz...': expected");
}

static void test_bytes__three_digits_are_printed(void **state)
{
    (void)state;
    static const struct {
        int64_t bytes;
        const char *text;
    } rows[] = {
        {0, "0B"},
        {1, "1B"},
        {999, "999B"},
        {1000, "1kB"},
        {1024, "1.02kB"},
        {1500, "1.5kB"},
        {9994, "9.99kB"},
        {9995, "10kB"},
        {99949, "99.9kB"},
        {99950, "100kB"},
        {999499, "999kB"},
        {999500, "1MB"},
        {7200000, "7.2MB"},
        {142000000, "142MB"},
        {3420000000, "3.42GB"},
        {INT64_MAX, "9.22EB"},
        {-1500, "-1.5kB"},
        {INT64_MIN, "-9.22EB"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        char *text = NULL;
        assert_done(davit_bytes_format(rows[i].bytes, &text, &error), &error);
        assert_text(text, rows[i].text);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_bytes__units_are_powers_of_1024),
    cmocka_unit_test(test_bytes__a_fraction_is_allowed),
    cmocka_unit_test(test_bytes__what_is_no_size_is_refused),
    cmocka_unit_test(test_bytes__what_does_not_fit_is_refused),
    cmocka_unit_test(test_bytes__a_huge_text_is_quoted_in_part),
    cmocka_unit_test(test_bytes__three_digits_are_printed),
};
DAVIT_TEST_MAIN(tests)
