/* SPDX-License-Identifier: MIT */
/* How a container ends, and what happens then: restart policies, stop signal and timeout, removal.
 */
#include "engine_test.h"

/* ---- restart policies ---- */

struct restarts {
    const char *name;
    int64_t count;
};

static bool has_restarted(struct engine_test *test, void *context)
{
    const struct restarts *wanted = context;
    return info_of(test, wanted->name)->restart_count >= wanted->count;
}

static void test_ends__on_failure_restarts_so_often(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.restart_policy = DAVIT_RESTART_ON_FAILURE;
    config.restart_retries = 2;
    start_script(test, &config, "echo run; exit 4");
    wait_until(test, has_restarted, &(struct restarts){config.name, 2});
    assert_int_equal(wait_for_exit(test, config.name), 4);
    const davit_container_info *info = info_of(test, config.name);
    assert_int_equal(info->restart_policy, DAVIT_RESTART_ON_FAILURE);
    assert_int_equal(info->restart_count, 2);
    assert_int_equal(info->state, DAVIT_STATE_EXITED);
    assert_string_equal(logs_of(test, config.name, NULL)->out, "run\nrun\nrun\n");
    DAVIT_CLEANUP(davit_string_free) char *raw = NULL;
    OK(davit_container_get_raw(test->engine, config.name, &raw, &test->error));
    assert_contains(raw, "\"MaximumRetryCount\":2");
    observed(test, "Containers", "restart on-failure:N", NULL);
}

static bool says_again(struct engine_test *test, void *context)
{
    return strstr(logs_of(test, context, NULL)->out, "again");
}

static void test_ends__always_restarts_until_stopped(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.restart_policy = DAVIT_RESTART_ALWAYS;
    start_script(test, &config, "[ -e /seen ] && echo again && exec sleep 1000; touch /seen");
    wait_until(test, says_again, (void *)config.name); /* following a log ends with each run */
    assert_int_equal(info_of(test, config.name)->restart_policy, DAVIT_RESTART_ALWAYS);
    OK(davit_container_stop(test->engine, config.name, 0, &test->error));
    wait_for_exit(test, config.name);
    assert_false(info_of(test, config.name)->is_running);
    observed(test, "Containers", "restart always", NULL);
}

static void test_ends__other_restart_policies_are_kept(void **state)
{
    struct engine_test *test = *state;
    const int policies[] = {DAVIT_RESTART_NO, DAVIT_RESTART_UNLESS_STOPPED};
    for (size_t i = 0; i < ITEMS(policies); i++) {
        davit_container_config config = engine_test_config(test, i ? "unless" : "no");
        config.restart_policy = policies[i];
        start_script(test, &config, NULL);
        assert_int_equal(info_of(test, config.name)->restart_policy, policies[i]);
    }
    observed(test, "Containers", "restart unless-stopped", NULL);
}

/* ---- ending it ---- */

static void test_ends__stop_signal_asks_it_to_end(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.stop_signal = "USR1";
    start_script(test, &config,
                 "trap 'echo got it; exit 7' USR1; trap 'exit 8' TERM; echo ready;"
                 "while true; do sleep 0.05; done");
    wait_for_log(test, config.name, "ready");
    OK(davit_container_stop(test->engine, config.name, DAVIT_UNSET, &test->error));
    assert_int_equal(wait_for_exit(test, config.name), 7);
    assert_contains(logs_of(test, config.name, NULL)->out, "got it");
    observed(test, "Containers", "stop signal", NULL);
}

/* How long a stop takes for a container that does not heed its signal. */
static double stop_time(struct engine_test *test, const char *name, int64_t configured,
                        int64_t asked)
{
    davit_container_config config = engine_test_config(test, name);
    config.stop_timeout = configured;
    start_script(test, &config, "trap '' TERM; echo ready; while true; do sleep 1; done");
    wait_for_log(test, config.name, "ready");
    double begin = seconds();
    OK(davit_container_stop(test->engine, config.name, asked, &test->error));
    double took = seconds() - begin;
    assert_int_equal(wait_for_exit(test, config.name), 137);
    return took;
}

static void test_ends__stop_timeout_is_waited_before_the_kill(void **state)
{
    struct engine_test *test = *state;
    double took = stop_time(test, "patient", 2, DAVIT_UNSET);
    assert_true(took >= 1.9 && took < 9.0);
    observed(test, "Containers", "stop timeout", NULL);
}

static void test_ends__stop_timeout_0_kills_at_once(void **state)
{
    struct engine_test *test = *state;
    assert_true(stop_time(test, "hasty", 0, DAVIT_UNSET) < 8.0); /* the default is 10 s */
}

static void test_ends__stops_own_timeout_goes_before(void **state)
{
    struct engine_test *test = *state;
    assert_true(stop_time(test, "asked", 40, 0) < 20.0);
}

/* ---- removal ---- */

static bool is_gone(struct engine_test *test, void *context)
{
    return !container_exists(test, context);
}

static void test_ends__auto_remove_leaves_nothing(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.auto_remove = true;
    start_script(test, &config, "read line </dev/null; sleep 0.5");
    assert_true(info_of(test, config.name)->auto_remove);
    wait_until(test, is_gone, (void *)config.name);
    observed(test, "Containers", "removed when it ends", NULL);
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_ends__on_failure_restarts_so_often),
    ENGINE_TEST(test_ends__always_restarts_until_stopped),
    ENGINE_TEST(test_ends__other_restart_policies_are_kept),
    ENGINE_TEST(test_ends__stop_signal_asks_it_to_end),
    ENGINE_TEST(test_ends__stop_timeout_is_waited_before_the_kill),
    ENGINE_TEST(test_ends__stop_timeout_0_kills_at_once),
    ENGINE_TEST(test_ends__stops_own_timeout_goes_before),
    ENGINE_TEST(test_ends__auto_remove_leaves_nothing),
};
DAVIT_TEST_MAIN(tests)
