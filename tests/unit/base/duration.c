/* SPDX-License-Identifier: MIT */
#include "buffer.h"
#include "units.h"

#include "support/outcome.h"

#include <davit/parse.h>

#define HOUR DAVIT_MINUTES(60)
#define DAY  (24 * HOUR)

static void test_duration__parts_are_added_up(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t duration;
    } rows[] = {
        {"0", 0},
        {"+0", 0},
        {"30s", DAVIT_SECONDS(30)},
        {"1m30s", DAVIT_SECONDS(90)},
        {"1.5h", DAVIT_MINUTES(90)},
        {"250ms", DAVIT_MILLISECONDS(250)},
        {"+5s", DAVIT_SECONDS(5)},
        {"1h2m3s4ms5us6ns", HOUR + DAVIT_MINUTES(2) + 3004005006},
        {"1\xc2\xb5s", 1000},
        {"1\xce\xbcs", 1000},
        {".5s", DAVIT_MILLISECONDS(500)},
        {"5.s", DAVIT_SECONDS(5)},
        {"0.3333333333333333333h", 1199999999999},
        {"1s1h", HOUR + DAVIT_SECONDS(1)},
        {"2562047h47m16.854775806s", INT64_MAX - 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        int64_t duration = -1;
        assert_done(davit_duration_parse(rows[i].text, &duration, &error), &error);
        assert_true(duration == rows[i].duration);
    }
}

static void assert_no_duration(const char *text, const char *why)
{
    davit_error error = DAVIT_ERROR_INIT;
    int64_t duration = -1;
    int r = davit_duration_parse(text, &duration, &error);
    assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, why);
    assert_true(duration == -1);
}

static void test_duration__what_is_no_duration_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",    "3",  "-1s", "s",    ".",    "+",    ".s",   "1h1",  "1 s",   " 1s",
        "1s ", "1d", "1S",  "1sec", "0x1s", "1e3s", "nans", "++1s", "1s-1s", "1\xc2s",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_no_duration(texts[i], "expected a duration such as 30s or 1m30s");
    }
    assert_no_duration(NULL, "''");
    assert_no_duration("12 apples", "'12 apples'");
}

static void test_duration__what_does_not_fit_is_refused(void **state)
{
    (void)state;
    assert_no_duration("2562048h", "too long");
    assert_no_duration("99999999999999999999999999h", "too long");
    assert_no_duration("2562047h2562047h", "too long");
}

static void test_duration__exact_text_is_as_go_prints_it(void **state)
{
    (void)state;
    static const struct {
        int64_t duration;
        const char *text;
    } rows[] = {
        {0, "0s"},
        {1, "1ns"},
        {1100, "1.1\xc2\xb5s"},
        {2200000, "2.2ms"},
        {DAVIT_SECONDS(30), "30s"},
        {DAVIT_SECONDS(90), "1m30s"},
        {DAVIT_SECONDS(3) + 300000000, "3.3s"},
        {HOUR, "1h0m0s"},
        {5 * HOUR + DAVIT_MINUTES(6) + 7001000000, "5h6m7.001s"},
        {-DAVIT_SECONDS(90), "-1m30s"},
        {INT64_MAX, "2562047h47m16.854775807s"},
        {INT64_MIN, "-2562047h47m16.854775808s"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
        davit__duration_print(&buffer, rows[i].duration);
        assert_string_equal(buffer.data, rows[i].text);
    }
}

static void test_duration__what_is_printed_can_be_parsed(void **state)
{
    (void)state;
    static const int64_t durations[] = {1, 999, 1001, 123456789, 59999999999, 3600000000001};
    for (size_t i = 0; i < sizeof durations / sizeof durations[0]; i++) {
        DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
        davit__duration_print(&buffer, durations[i]);
        int64_t parsed = 0;
        assert_int_equal(davit_duration_parse(buffer.data, &parsed, NULL), 0);
        assert_true(parsed == durations[i]);
    }
}

static void test_duration__ages_are_as_docker_prints_them(void **state)
{
    (void)state;
    static const struct {
        int64_t duration;
        const char *text;
    } rows[] = {
        {-DAY, "Less than a second"},
        {DAVIT_MILLISECONDS(450), "Less than a second"},
        {DAVIT_SECONDS(1), "1 second"},
        {DAVIT_SECONDS(47), "47 seconds"},
        {DAVIT_SECONDS(60), "About a minute"},
        {DAVIT_SECONDS(119), "About a minute"},
        {DAVIT_MINUTES(3), "3 minutes"},
        {DAVIT_SECONDS(35 * 60 + 40), "35 minutes"},
        {DAVIT_MINUTES(59), "59 minutes"},
        {HOUR, "About an hour"},
        {HOUR + DAVIT_MINUTES(29), "About an hour"},
        {HOUR + DAVIT_MINUTES(31), "2 hours"},
        {3 * HOUR + DAVIT_MINUTES(29), "3 hours"},
        {3 * HOUR + DAVIT_MINUTES(59), "4 hours"},
        {DAY, "24 hours"},
        {36 * HOUR, "36 hours"},
        {2 * DAY, "2 days"},
        {13 * DAY + 5 * HOUR, "13 days"},
        {14 * DAY, "2 weeks"},
        {31 * DAY, "4 weeks"},
        {44 * DAY, "6 weeks"},
        {60 * DAY, "2 months"},
        {390 * DAY, "13 months"},
        {24 * 30 * DAY, "24 months"},
        {(24 * 30 + 14) * DAY, "2 years"},
        {(3 * 365 + 60) * DAY, "3 years"},
        {INT64_MAX, "292 years"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        char *text = NULL;
        assert_done(davit_duration_format_human(rows[i].duration, &text, &error), &error);
        assert_text(text, rows[i].text);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_duration__parts_are_added_up),
    cmocka_unit_test(test_duration__what_is_no_duration_is_refused),
    cmocka_unit_test(test_duration__what_does_not_fit_is_refused),
    cmocka_unit_test(test_duration__exact_text_is_as_go_prints_it),
    cmocka_unit_test(test_duration__what_is_printed_can_be_parsed),
    cmocka_unit_test(test_duration__ages_are_as_docker_prints_them),
};
DAVIT_TEST_MAIN(tests)
