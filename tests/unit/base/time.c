/* SPDX-License-Identifier: MIT */
#include "fields.h"
#include "units.h"

#include "support/outcome.h"

#include <davit/parse.h>
#include <stdlib.h>
#include <time.h>

#define NOON INT64_C(1706702400000000000) /* 2024-01-31T12:00:00Z */

static void set_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

static void assert_time(const char *text, int64_t expected)
{
    davit_error error = DAVIT_ERROR_INIT;
    int64_t time = -1;
    assert_done(davit_time_parse(text, &time, &error), &error);
    if (time != expected) {
        print_error("%s: %lld\n", text, (long long)time);
    }
    assert_true(time == expected);
}

static void test_time__rfc_3339_is_read(void **state)
{
    (void)state;
    assert_time("2024-01-31T12:00:00Z", NOON);
    assert_time("2024-01-31T14:00:00+02:00", NOON);
    assert_time("2024-01-31T06:30:00-05:30", NOON);
    assert_time("2024-01-31T12:00:00.25Z", NOON + DAVIT_MILLISECONDS(250));
    assert_time("2024-01-31T12:00:00.123456789Z", NOON + 123456789);
    assert_time("2024-01-31T12:00:00.1234567899999Z", NOON + 123456789);
    assert_time("1970-01-01T00:00:00Z", 0);
    assert_time("1969-12-31T23:59:59Z", -DAVIT_SECONDS(1));
    assert_time("2000-02-29T00:00:00Z", INT64_C(951782400000000000));
    assert_time("2100-03-01T00:00:00Z", INT64_C(4107542400000000000));
}

static void test_time__without_a_zone_it_is_local(void **state)
{
    (void)state;
    set_zone("XYZ-3"); /* three hours east */
    assert_time("2024-01-31T15:00:00", NOON);
    assert_time("2024-01-31T15:00", NOON);
    assert_time("2024-01-31T15", NOON);
    assert_time("2024-01-31", NOON - DAVIT_MINUTES(15 * 60));
    assert_time("2024-01-31T12:00:00Z", NOON);
    set_zone("UTC");
}

static void test_time__a_short_form_may_have_a_zone(void **state)
{
    (void)state;
    assert_time("2024-01-31T12Z", NOON);
    assert_time("2024-01-31T14:00+02:00", NOON);
    assert_time("2024-01-31Z", NOON - DAVIT_MINUTES(12 * 60));
}

static void test_time__seconds_since_1970_are_read(void **state)
{
    (void)state;
    assert_time("1706702400", NOON);
    assert_time("1706702400.5", NOON + DAVIT_MILLISECONDS(500));
    assert_time("1706702400.000000001", NOON + 1);
    assert_time("0", 0);
}

static void test_time__a_duration_is_that_long_ago(void **state)
{
    (void)state;
    int64_t before = davit__time_now();
    int64_t time = 0;
    davit_error error = DAVIT_ERROR_INIT;
    assert_done(davit_time_parse("10m", &time, &error), &error);
    int64_t after = davit__time_now();
    assert_true(time >= before - DAVIT_MINUTES(10) && time <= after - DAVIT_MINUTES(10));
}

static void test_time__what_is_no_time_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "yesterday",
        "2024-02-30",
        "2023-02-29",
        "2024-13-01",
        "2024-00-01",
        "2024-01-00",
        "2024-01",
        "2024-1-31",
        "2024-01-31T24:00:00Z",
        "2024-01-31T12:60:00Z",
        "2024-01-31T12:00:60Z",
        "2024-01-31T12:00:00z",
        "2024-01-31 12:00:00",
        "2024-01-31T12:00:00.Z",
        "2024-01-31T12:00.5Z",
        "2024-01-31T12:00:00+2",
        "2024-01-31T12:00:00+02:60",
        "2024-01-31T12:00:00Zx",
        "-5",
        "1.5.5",
        "-10m",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        int64_t time = -1;
        int r = davit_time_parse(texts[i], &time, &error);
        assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, "expected a time such as");
        assert_true(time == -1);
    }
}

static void test_time__what_does_not_fit_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"9999-01-01T00:00:00Z", "0001-01-01T00:00:00Z",
                                        "99999999999999999999"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        int64_t time;
        int r = davit_time_parse(texts[i], &time, &error);
        assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, "too far off");
    }
}

static void test_time__it_is_printed_without_trailing_zeros(void **state)
{
    (void)state;
    static const struct {
        int64_t time;
        const char *text;
    } rows[] = {
        {NOON, "2024-01-31T12:00:00Z"},
        {NOON + DAVIT_MILLISECONDS(250), "2024-01-31T12:00:00.25Z"},
        {NOON + 1, "2024-01-31T12:00:00.000000001Z"},
        {0, "1970-01-01T00:00:00Z"},
        {-1, "1969-12-31T23:59:59.999999999Z"},
        {INT64_MAX, "2262-04-11T23:47:16.854775807Z"},
        {INT64_MIN, "1677-09-21T00:12:43.145224192Z"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        char *text = NULL;
        assert_done(davit_time_format(rows[i].time, &text, &error), &error);
        assert_time(text, rows[i].time);
        assert_text(text, rows[i].text);
    }
}

static void test_time__engines_may_say_that_there_is_none(void **state)
{
    (void)state;
    davit_error error = DAVIT_ERROR_INIT;
    int64_t time = -1;
    assert_done(davit__time_decode("0001-01-01T00:00:00Z", &time, &error), &error);
    assert_true(time == 0);
    time = -1;
    assert_done(davit__time_decode("9999-12-31T23:59:59Z", &time, &error), &error);
    assert_true(time == 0);
    assert_done(davit__time_decode("2024-01-31T13:00:00.5+01:00", &time, &error), &error);
    assert_true(time == NOON + DAVIT_MILLISECONDS(500));
}

static void test_time__engines_have_to_be_exact(void **state)
{
    (void)state;
    static const char *const texts[] = {"2024-01-31", "2024-01-31T12:00:00", "1706702400", "x"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        int64_t time = -1;
        int r = davit__time_decode(texts[i], &time, &error);
        assert_failed(r, &error, DAVIT_ERROR_PROTOCOL, "expected a time");
        assert_true(time == -1);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_time__rfc_3339_is_read),
    cmocka_unit_test(test_time__without_a_zone_it_is_local),
    cmocka_unit_test(test_time__a_short_form_may_have_a_zone),
    cmocka_unit_test(test_time__seconds_since_1970_are_read),
    cmocka_unit_test(test_time__a_duration_is_that_long_ago),
    cmocka_unit_test(test_time__what_is_no_time_is_refused),
    cmocka_unit_test(test_time__what_does_not_fit_is_refused),
    cmocka_unit_test(test_time__it_is_printed_without_trailing_zeros),
    cmocka_unit_test(test_time__engines_may_say_that_there_is_none),
    cmocka_unit_test(test_time__engines_have_to_be_exact),
};
DAVIT_TEST_MAIN(tests)
