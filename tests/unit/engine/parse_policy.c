/* SPDX-License-Identifier: MIT */
/* Restart policies and container names. */
#include "support/outcome.h"

#include <davit/parse.h>

static void test_parse_policy__docker_s_policies_are_known(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        davit_restart_policy policy;
        int64_t retries;
    } rows[] = {
        {"no", DAVIT_RESTART_NO, 0},
        {"always", DAVIT_RESTART_ALWAYS, 0},
        {"unless-stopped", DAVIT_RESTART_UNLESS_STOPPED, 0},
        {"on-failure", DAVIT_RESTART_ON_FAILURE, 0},
        {"on-failure:5", DAVIT_RESTART_ON_FAILURE, 5},
        {"on-failure:0", DAVIT_RESTART_ON_FAILURE, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        davit_restart_policy policy = DAVIT_RESTART_DEFAULT;
        int64_t retries = -1;
        int r = davit_restart_policy_parse(rows[i].text, &policy, &retries, &error);
        assert_done(r, &error);
        assert_int_equal(policy, rows[i].policy);
        assert_int_equal(retries, rows[i].retries);
    }
}

static void test_parse_policy__what_is_no_policy_is_refused(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", "expected no, always, unless-stopped, on-failure or on-failure:N"},
        {"never", "'never': expected no, always"},
        {"Always", "expected no, always"},
        {"default", "expected no, always"},
        {":5", "expected no, always"},
        {"always:5", "only on-failure takes a number"},
        {"no:", "only on-failure takes a number"},
        {"on-failure:", "expected a number of retries"},
        {"on-failure:-1", "expected a number of retries"},
        {"on-failure:x", "expected a number of retries"},
        {"on-failure:1:2", "expected a number of retries"},
        {"on-failure:99999999999", "expected a number of retries"},
        {NULL, "''"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        davit_restart_policy policy = DAVIT_RESTART_DEFAULT;
        int64_t retries = -1;
        int r = davit_restart_policy_parse(rows[i][0], &policy, &retries, &error);
        assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, rows[i][1]);
        assert_int_equal(policy, DAVIT_RESTART_DEFAULT);
        assert_int_equal(retries, -1);
    }
}

static void test_parse_policy__a_signal_is_checked(void **state)
{
    (void)state;
    static const char *const good[] = {"TERM", "SIGTERM", "sigkill", "9", "64", "RTMIN", "RTMAX-2"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        assert_done(davit_signal_check(good[i], &error), &error);
    }
    static const char *const bad[] = {"",   "FOO", "SIG", "0",       "65",
                                      "-1", "+9",  "9x",  "RTMIN*1", NULL};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        int r = davit_signal_check(bad[i], &error);
        assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, "': expected a name such as TERM");
    }
}

static void test_parse_policy__a_container_name_is_checked(void **state)
{
    (void)state;
    static const char *const good[] = {"web", "w1", "0a", "A.b_c-d", "a--"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        assert_done(davit_container_name_check(good[i], &error), &error);
    }
    static const char *const bad[] = {"", "a", "-a", ".a", "_a", "/web", "a b", "a\n", "\xc3\xa9t"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        int r = davit_container_name_check(bad[i], &error);
        assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, "': expected a name of two or more");
    }
    davit_error error = DAVIT_ERROR_INIT;
    int r = davit_container_name_check(NULL, &error);
    assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, "''");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_parse_policy__docker_s_policies_are_known),
    cmocka_unit_test(test_parse_policy__what_is_no_policy_is_refused),
    cmocka_unit_test(test_parse_policy__a_signal_is_checked),
    cmocka_unit_test(test_parse_policy__a_container_name_is_checked),
};
DAVIT_TEST_MAIN(tests)
