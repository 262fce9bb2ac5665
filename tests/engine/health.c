/* SPDX-License-Identifier: MIT */
/* Health checks: whoever runs them, the engine or davit, they come out the same. */
#include "engine_test.h"

#include <pthread.h>

/* Checks `test -e /well` each second. */
static davit_container_config checked(struct engine_test *test, const char *name)
{
    static const char *const healthy_while_well[] = {"CMD-SHELL", "cat /well; test -e /well"};
    davit_container_config config = engine_test_config(test, name);
    config.health_check = (davit_health_check){
        .test = healthy_while_well,
        .test_count = ITEMS(healthy_while_well),
        .interval = DAVIT_SECONDS(1),
        .timeout = DAVIT_SECONDS(5),
        .retries = 2,
    };
    return config;
}

static const davit_health *health_of(struct engine_test *test, const char *name)
{
    davit_health *health = NULL;
    OK(davit_container_health(test->engine, name, &health, &test->error));
    return engine_test_own(test, health, (void (*)(void *))davit_health_free);
}

static bool engine_checks(struct engine_test *test)
{
    return davit_engine_can(test->engine, DAVIT_CAPABILITY_HEALTH_TIMER).supported;
}

static void wait_healthy(struct engine_test *test, const char *name)
{
    int exit_code = -1;
    OK(davit_container_wait(test->engine, name, DAVIT_WAIT_HEALTHY, &exit_code, &test->error));
    assert_int_equal(exit_code, 0);
}

static const char *wait_fails(struct engine_test *test, const char *name)
{
    int exit_code = -1;
    FAILS(DAVIT_ERROR_RUNTIME,
          davit_container_wait(test->engine, name, DAVIT_WAIT_HEALTHY, &exit_code, &test->error));
    assert_int_equal(exit_code, -1);
    return engine_test_message(test);
}

static void test_health__settings_are_kept(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = checked(test, "box");
    config.health_check.start_period = DAVIT_SECONDS(7);
    start_script(test, &config, NULL);
    const davit_container_info *info = info_of(test, config.name);
    assert_int_equal(info->health_test_count, 2);
    assert_string_equal(info->health_test[0], "CMD-SHELL");
    assert_string_equal(info->health_test[1], config.health_check.test[1]);
    assert_int_equal(info->health_interval, DAVIT_SECONDS(1));
    assert_int_equal(info->health_timeout, DAVIT_SECONDS(5));
    assert_int_equal(info->health_start_period, DAVIT_SECONDS(7));
    assert_int_equal(info->health_retries, 2);
}

static void test_health__begins_as_starting(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = checked(test, "box");
    config.health_check.interval = DAVIT_SECONDS(30);
    start_script(test, &config, NULL);
    const davit_health *health = health_of(test, config.name);
    assert_int_equal(health->status, DAVIT_HEALTH_STARTING);
    assert_int_equal(health->failing_streak, 0);
    assert_int_equal(health->log_count, 0);
    assert_false(health->stale);
    assert_int_equal(info_of(test, config.name)->health, DAVIT_HEALTH_STARTING);
    assert_contains(info_of(test, config.name)->status, "(health: starting)");
}

static void test_health__becomes_healthy(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = checked(test, "box");
    start_script(test, &config, "echo fine > /well; sleep 1000");
    wait_healthy(test, config.name);
    const davit_health *health = health_of(test, config.name);
    assert_int_equal(health->status, DAVIT_HEALTH_HEALTHY);
    assert_int_equal(health->failing_streak, 0);
    assert_true(health->log_count >= 1);
    const davit_health_log *last = &health->log[health->log_count - 1];
    assert_int_equal(last->exit_code, 0);
    assert_contains(last->output, "fine");
    assert_true(last->start > 0 && last->end >= last->start);
    assert_int_equal(info_of(test, config.name)->health, DAVIT_HEALTH_HEALTHY);
    observed(test, "Health checks", "shell command", NULL);
}

static void test_health__command_may_be_words(void **state)
{
    struct engine_test *test = *state;
    static const char *const words[] = {"CMD", "test", "-d", "/home/app"};
    davit_container_config config = checked(test, "box");
    config.health_check.test = words;
    config.health_check.test_count = ITEMS(words);
    start_script(test, &config, NULL);
    wait_healthy(test, config.name);
    observed(test, "Health checks", "command word by word", NULL);
}

static void test_health__becomes_unhealthy_after_the_retries(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = checked(test, "box");
    start_script(test, &config, NULL);
    const char *message = wait_fails(test, config.name);
    assert_contains(message, "unhealthy");
    assert_contains(message, "/well"); /* what the check said */
    const davit_health *health = health_of(test, config.name);
    assert_int_equal(health->status, DAVIT_HEALTH_UNHEALTHY);
    assert_true(health->failing_streak >= 2);
    assert_true(health->log_count >= 2);
    assert_int_equal(health->log[0].exit_code, 1);
    assert_true(health->log[0].start <= health->log[1].start); /* oldest first */
    assert_int_equal(info_of(test, config.name)->health, DAVIT_HEALTH_UNHEALTHY);
    assert_contains(info_of(test, config.name)->status, "unhealthy");
    observed(test, "Health checks", "retries", NULL);
}

static bool becomes_healthy(struct engine_test *test, void *context)
{
    int r = davit_container_wait(test->engine, context, DAVIT_WAIT_HEALTHY, NULL, &test->error);
    assert_true(r == 0 || r == DAVIT_ERROR_RUNTIME); /* "unhealthy" until the next check */
    test->error = (davit_error)DAVIT_ERROR_INIT;
    return r == 0;
}

static void test_health__recovers(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = checked(test, "box");
    config.health_check.timeout = DAVIT_SECONDS(2);
    start_script(test, &config, NULL);
    wait_fails(test, config.name);
    exec_says(test, config.name, "echo well again > /well");
    wait_until(test, becomes_healthy, (void *)config.name);
    assert_int_equal(health_of(test, config.name)->failing_streak, 0);
    observed(test, "Health checks", "recovery", NULL);
}

static void test_health__none_has_no_status(void **state)
{
    struct engine_test *test = *state;
    static const char *const none[] = {"NONE"};
    const char *image = build_image(test, "checked", "HEALTHCHECK --interval=1s CMD true");
    davit_container_config with = engine_test_config(test, "with");
    with.image = image;
    start_script(test, &with, NULL);
    assert_int_equal(info_of(test, with.name)->health, DAVIT_HEALTH_STARTING);
    wait_healthy(test, with.name);
    davit_container_config without = engine_test_config(test, "without");
    without.image = image;
    without.health_check.test = none;
    without.health_check.test_count = 1;
    start_script(test, &without, NULL);
    assert_int_equal(health_of(test, without.name)->status, DAVIT_HEALTH_NONE);
    assert_int_equal(info_of(test, without.name)->health, DAVIT_HEALTH_NONE);
    assert_contains(wait_fails(test, without.name), "no health check");
}

static void test_health__lists_tell_it(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = checked(test, "box");
    start_script(test, &config, "echo fine > /well; sleep 1000");
    wait_healthy(test, config.name);
    const davit_pair filters[] = {{"name", config.name}};
    davit_container_list_options options = {.filters = filters, .filter_count = 1};
    DAVIT_CLEANUP(davit_container_list_free) davit_container_list *list = NULL;
    OK(davit_container_list_get(test->engine, &options, &list, &test->error));
    assert_int_equal(list->count, 1);
    assert_int_equal(list->items[0].health, DAVIT_HEALTH_HEALTHY);
    assert_contains(list->items[0].status, "(healthy)");
}

/* ---- waiting for what does not come ---- */

static void test_health__wait_ends_with_the_container(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = checked(test, "box");
    config.health_check.interval = DAVIT_SECONDS(30);
    start_script(test, &config, "sleep 0.5; exit 9");
    assert_contains(wait_fails(test, config.name), "exit code 9");
}

static void test_health__wait_without_a_check_is_an_error(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start_script(test, &config, NULL);
    assert_contains(wait_fails(test, config.name), "no health check");
    assert_int_equal(health_of(test, config.name)->status, DAVIT_HEALTH_NONE);
}

static void test_health__wait_ends_with_its_time(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = checked(test, "box");
    config.health_check.interval = DAVIT_SECONDS(30);
    start_script(test, &config, NULL);
    davit_engine *scope = NULL;
    davit_scope_options limits = {.timeout_ms = 1500};
    OK(davit_engine_scope(test->engine, &limits, &scope, &test->error));
    int exit_code = -1;
    double begin = seconds();
    FAILS(DAVIT_ERROR_TIMEOUT,
          davit_container_wait(scope, config.name, DAVIT_WAIT_HEALTHY, &exit_code, &test->error));
    assert_true(seconds() - begin < 20.0);
    davit_engine_close(scope);
}

static void test_health__runs_while_a_run_is_attached(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = checked(test, "box");
    static const char *const marking[] = {"CMD-SHELL", "touch /checked"};
    config.health_check.test = marking;
    config.health_check.test_count = ITEMS(marking);
    assert_int_equal(run_script(test, &config,
                                "for i in $(seq 1 300); do test -e /checked && exit 7; sleep 0.1;"
                                "done",
                                NULL),
                     7);
}

static void test_health__runs_while_somebody_waits_for_the_end(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = checked(test, "box");
    static const char *const marking[] = {"CMD-SHELL", "touch /checked"};
    config.health_check.test = marking;
    config.health_check.test_count = ITEMS(marking);
    start_script(test, &config,
                 "for i in $(seq 1 300); do test -e /checked && exit 7; sleep 0.1; done");
    assert_int_equal(wait_for_exit(test, config.name), 7);
}

/* ---- watching ---- */

struct watched {
    const char *name;
    int healthy, unhealthy, other;
    bool stop_when_healthy;
    struct engine_test *cured; /* by this test, once it is unhealthy; NULL: not */
};

static int watch(void *context, const char *name, const davit_health *health)
{
    struct watched *watched = context;
    if (strcmp(name, watched->name) != 0) {
        watched->other++;
    }
    watched->healthy += health->status == DAVIT_HEALTH_HEALTHY;
    watched->unhealthy += health->status == DAVIT_HEALTH_UNHEALTHY;
    if (watched->cured && watched->unhealthy > 0) {
        exec_says(watched->cured, name, "echo fine > /well");
        watched->cured = NULL;
    }
    return watched->stop_when_healthy && watched->healthy > 0;
}

static void test_health__watch_is_for_engines_without_a_timer(void **state)
{
    struct engine_test *test = *state;
    davit_capability_info can = davit_engine_can(test->engine, DAVIT_CAPABILITY_HEALTH_TIMER);
    assert_string_equal(can.name, "health timer");
    assert_int_equal(can.supported, test->runtime == DAVIT_RUNTIME_DOCKER);
    if (can.supported) {
        assert_null(can.reason);
        FAILS(DAVIT_ERROR_UNSUPPORTED,
              davit_health_watch(test->engine, NULL, 0, NULL, NULL, &test->error));
    } else {
        assert_non_null(can.reason);
    }
    observed(test, "Health checks", "run on time by the engine itself",
             can.supported ? NULL : "davit runs them");
}

/* Watch one container until the callback stops it, or it ends. */
static void watch_one(struct engine_test *test, struct watched *watched)
{
    int r = davit_health_watch(test->engine, &watched->name, 1, watch, watched, &test->error);
    if (engine_checks(test)) {
        FAILS(DAVIT_ERROR_UNSUPPORTED, r);
        return;
    }
    OK(r);
    assert_int_equal(watched->other, 0);
}

static void test_health__watch_runs_checks_and_tells_changes(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = checked(test, "box");
    start_script(test, &config, NULL);
    struct watched watched = {.name = config.name, .stop_when_healthy = true, .cured = test};
    watch_one(test, &watched);
    if (!engine_checks(test)) {
        assert_int_equal(watched.healthy, 1);
        assert_int_equal(watched.unhealthy, 1);
    }
}

static void test_health__watch_ends_with_its_containers(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = checked(test, "box");
    start_script(test, &config, "echo fine > /well; sleep 2.5");
    struct watched watched = {.name = config.name};
    watch_one(test, &watched);
    assert_int_equal(watched.healthy, engine_checks(test) ? 0 : 1);
}

static void test_health__watch_refuses_one_without_a_check(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start_script(test, &config, NULL);
    int r = davit_health_watch(test->engine, &config.name, 1, watch, NULL, &test->error);
    FAILS(engine_checks(test) ? DAVIT_ERROR_UNSUPPORTED : DAVIT_ERROR_INVALID_CONFIG, r);
    const char *gone = engine_test_name(test, "gone");
    r = davit_health_watch(test->engine, &gone, 1, watch, NULL, &test->error);
    FAILS(engine_checks(test) ? DAVIT_ERROR_UNSUPPORTED : DAVIT_ERROR_CONTAINER_NOT_FOUND, r);
}

static void *start_one_later(void *argument)
{
    struct engine_test *test = argument;
    struct timespec pause = {.tv_nsec = 500000000};
    nanosleep(&pause, NULL);
    davit_container_config config = checked(test, "later");
    start_script(test, &config, "echo fine > /well; sleep 1000");
    return NULL;
}

static void test_health__watch_of_all_finds_new_ones(void **state)
{
    struct engine_test *test = *state;
    if (engine_checks(test)) {
        FAILS(DAVIT_ERROR_UNSUPPORTED,
              davit_health_watch(test->engine, NULL, 0, watch, NULL, &test->error));
        return;
    }
    pthread_t thread;
    struct watched watched = {.name = engine_test_name(test, "later"), .stop_when_healthy = true};
    assert_int_equal(pthread_create(&thread, NULL, start_one_later, test), 0);
    pthread_join(thread, NULL);
    OK(davit_health_watch(test->engine, NULL, 0, watch, &watched, &test->error));
    assert_int_equal(watched.healthy, 1);
}

static void test_health__watch_is_cancelled(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = checked(test, "box");
    start_script(test, &config, NULL);
    davit_engine *scope = NULL;
    davit_scope_options limits = {.timeout_ms = 0};
    OK(davit_cancel_create(&limits.cancel, &test->error));
    OK(davit_engine_scope(test->engine, &limits, &scope, &test->error));
    davit_cancel_trigger(limits.cancel);
    int r = davit_health_watch(scope, &config.name, 1, watch, NULL, &test->error);
    FAILS(engine_checks(test) ? DAVIT_ERROR_UNSUPPORTED : DAVIT_ERROR_CANCELLED, r);
    davit_engine_close(scope);
    davit_cancel_free(limits.cancel);
}

static bool is_stale(struct engine_test *test, void *context)
{
    return health_of(test, context)->stale;
}

static void test_health__status_that_nobody_keeps_up_is_stale(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = checked(test, "box");
    config.health_check.timeout = DAVIT_SECONDS(2);
    config.health_check.retries = 1;
    start_script(test, &config, "echo fine > /well; sleep 1000");
    wait_healthy(test, config.name);
    assert_false(health_of(test, config.name)->stale);
    if (!engine_checks(test)) {
        wait_until(test, is_stale, (void *)config.name);
        assert_true(info_of(test, config.name)->health_stale);
        assert_contains(info_of(test, config.name)->status, "stale");
        exec_says(test, config.name, "rm /well");
        wait_fails(test, config.name); /* not the old "healthy" */
    }
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_health__settings_are_kept),
    ENGINE_TEST(test_health__begins_as_starting),
    ENGINE_TEST(test_health__becomes_healthy),
    ENGINE_TEST(test_health__command_may_be_words),
    ENGINE_TEST(test_health__becomes_unhealthy_after_the_retries),
    ENGINE_TEST(test_health__recovers),
    ENGINE_TEST(test_health__none_has_no_status),
    ENGINE_TEST(test_health__lists_tell_it),
    ENGINE_TEST(test_health__wait_ends_with_the_container),
    ENGINE_TEST(test_health__wait_without_a_check_is_an_error),
    ENGINE_TEST(test_health__wait_ends_with_its_time),
    ENGINE_TEST(test_health__runs_while_a_run_is_attached),
    ENGINE_TEST(test_health__runs_while_somebody_waits_for_the_end),
    ENGINE_TEST(test_health__watch_is_for_engines_without_a_timer),
    ENGINE_TEST(test_health__watch_runs_checks_and_tells_changes),
    ENGINE_TEST(test_health__watch_ends_with_its_containers),
    ENGINE_TEST(test_health__watch_refuses_one_without_a_check),
    ENGINE_TEST(test_health__watch_of_all_finds_new_ones),
    ENGINE_TEST(test_health__watch_is_cancelled),
    ENGINE_TEST(test_health__status_that_nobody_keeps_up_is_stale),
};
DAVIT_TEST_MAIN(tests)
