/* SPDX-License-Identifier: MIT */
/* Health checks run by davit, on an engine without a timer for them. */
#include "support/fake.h"

#include <time.h>

#define INTERVAL DAVIT_MILLISECONDS(20)

/* A running container, checked every INTERVAL, two retries. */
static struct fake_container *add(struct fake *fake, const char *name, const char *checks)
{
    char json[512];
    snprintf(json, sizeof json,
             "{\"name\": \"%s\", \"id\": \"id-%s\", \"state\": \"running\", \"health\": "
             "\"starting\", \"health_test\": [\"CMD\", \"check\"], \"health_interval\": %lld, "
             "\"health_retries\": 2}",
             name, name, (long long)INTERVAL);
    struct fake_container *container = fake_container_add(fake, json);
    container->checks = checks;
    fake->has_timer = false;
    return container;
}

static int wait_healthy(struct fake *fake, const char *name, davit_error *error)
{
    return davit_container_wait(fake->engine, name, DAVIT_WAIT_HEALTHY, NULL, error);
}

static void assert_on_time(const struct fake_container *container)
{
    int64_t last = container->info.started;
    for (size_t i = 0; i < container->runs && i < FAKE_RUNS; i++) {
        assert_true(container->run_times[i] >= last + INTERVAL);
        last = container->run_times[i];
    }
}

/* ---- wait ---- */

static void test_health__wait_runs_the_checks_on_time(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    struct fake_container *container = add(fake, "web", "fp");
    assert_done(wait_healthy(fake, "web", &error), &error);
    assert_true(container->runs >= 2);
    assert_on_time(container);
}

static void test_health__wait_ends_when_it_is_unhealthy(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    struct fake_container *container = add(fake, "web", "f");
    assert_failed(wait_healthy(fake, "web", &error), &error, DAVIT_ERROR_RUNTIME,
                  "failures in a row, the last check said: bad");
    assert_true(container->runs >= 2); /* more, if it looks after the next check only */
    assert_on_time(container);
}

static void test_health__wait_ends_when_the_container_does(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    struct fake_container *container = add(fake, "web", "fe");
    container->info.exit_code = 4;
    assert_failed(wait_healthy(fake, "web", &error), &error, DAVIT_ERROR_RUNTIME,
                  "it ended with exit code 4");
}

static void test_health__wait_needs_a_check(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    fake_container_add(fake, "{\"name\": \"web\", \"state\": \"running\"}");
    assert_failed(wait_healthy(fake, "web", &error), &error, DAVIT_ERROR_RUNTIME,
                  "it has no health check");
}

static void test_health__wait_can_be_cancelled(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    add(fake, "web", "f")->info.health_retries = 1000;
    davit_cancel *cancel = NULL;
    assert_done(davit_cancel_create(&cancel, &error), &error);
    davit_scope_options options = {.cancel = cancel};
    davit_engine *scope = NULL;
    assert_done(davit_engine_scope(fake->engine, &options, &scope, &error), &error);
    fake_hook(fake, FAKE_CONTAINER_HEALTH_RUN, (void (*)(void *))davit_cancel_trigger, cancel);
    assert_failed(davit_container_wait(scope, "web", DAVIT_WAIT_HEALTHY, NULL, &error), &error,
                  DAVIT_ERROR_CANCELLED, "wait for web: ");
    davit_engine_close(scope);
    davit_cancel_free(cancel);
}

static void test_health__wait_has_a_time_limit(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    add(fake, "web", "f")->info.health_retries = 1000;
    davit_scope_options options = {.timeout_ms = 50};
    davit_engine *scope = NULL;
    assert_done(davit_engine_scope(fake->engine, &options, &scope, &error), &error);
    assert_failed(davit_container_wait(scope, "web", DAVIT_WAIT_HEALTHY, NULL, &error), &error,
                  DAVIT_ERROR_TIMEOUT, "wait for web: ");
    davit_engine_close(scope);
}

static void test_health__an_engine_with_a_timer_is_left_to_it(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    add(fake, "web", "p")->info.health = DAVIT_HEALTH_HEALTHY;
    fake->has_timer = true;
    assert_done(wait_healthy(fake, "web", &error), &error);
    assert_done(davit_container_wait(fake->engine, "web", DAVIT_WAIT_NOT_RUNNING, NULL, &error),
                &error);
    assert_int_equal(fake_count(fake, FAKE_CONTAINER_HEALTH_RUN), 0);
    assert_failed(davit_health_watch(fake->engine, NULL, 0, NULL, NULL, &error), &error,
                  DAVIT_ERROR_UNSUPPORTED, "this engine runs the health checks itself");
}

static void test_health__a_driver_that_cannot_run_checks_says_so(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    fake->has_timer = false;
    fake->driver.container_health_run = NULL;
    assert_failed(davit_health_watch(fake->engine, NULL, 0, NULL, NULL, &error), &error,
                  DAVIT_ERROR_UNSUPPORTED, "health watch: unsupported by this engine (fake)");
}

/* Waits until three checks were run, as a container that ends would. */
static void until_checked(void *context)
{
    static const struct timespec pause = {.tv_nsec = 1000000};
    struct fake *fake = context;
    while (fake_count(fake, FAKE_CONTAINER_HEALTH_RUN) < 3) {
        nanosleep(&pause, NULL);
    }
}

static void test_health__checks_run_while_something_else_waits(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    struct fake_container *container = add(fake, "id-of-web", "p");
    fake->exit_code = 3;
    int exit_code = 0;
    fake_hook(fake, FAKE_CONTAINER_WAIT, until_checked, fake);
    assert_done(
        davit_container_wait(fake->engine, "id-of-web", DAVIT_WAIT_NOT_RUNNING, &exit_code, &error),
        &error);
    assert_int_equal(exit_code, 3);
    assert_on_time(container);

    fake->scripts[FAKE_CONTAINER_HEALTH_RUN].count = 0;
    fake_hook(fake, FAKE_CONTAINER_STREAMS, until_checked, fake);
    davit_container_config config = DAVIT_CONTAINER_CONFIG_INIT;
    config.image = "web:1";
    config.name = "web";
    assert_done(davit_container_run_attached(fake->engine, &config, NULL, &exit_code, &error),
                &error);
    assert_int_equal(exit_code, 3);
    assert_on_time(container);
}

/* ---- watch ---- */

struct changes {
    struct fake *fake;
    char text[256]; /* "web:healthy " ... */
    const char *stop_at;
    int inside; /* calls that are under way: never more than one */
};

static int note(void *context, const char *name, const davit_health *health)
{
    struct changes *changes = context;
    assert_int_equal(__atomic_add_fetch(&changes->inside, 1, __ATOMIC_SEQ_CST), 1);
    char change[64];
    snprintf(change, sizeof change, "%s:%s ", name,
             davit_enum_name(davit_health_status_names(), health->status));
    strncat(changes->text, change, sizeof changes->text - strlen(changes->text) - 1);
    __atomic_sub_fetch(&changes->inside, 1, __ATOMIC_SEQ_CST);
    return changes->stop_at && strcmp(change, changes->stop_at) == 0;
}

static void test_health__watch_tells_each_change_in_order(void **state)
{
    static const char *const names[] = {"web"};
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    struct fake_container *container = add(fake, "web", "fppffffpe");
    struct changes changes = {.fake = fake};
    assert_done(davit_health_watch(fake->engine, names, 1, note, &changes, &error), &error);
    assert_string_equal(changes.text, "web:starting web:healthy web:unhealthy web:healthy ");
    assert_int_equal(container->runs, 9);
    assert_on_time(container);
}

static void test_health__watch_ends_with_the_last_of_its_containers(void **state)
{
    static const char *const names[] = {"a", "b"};
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    struct fake_container *a = add(fake, "a", "pe");
    struct fake_container *b = add(fake, "b", "pppe");
    struct changes changes = {.fake = fake};
    assert_done(davit_health_watch(fake->engine, names, 2, note, &changes, &error), &error);
    assert_int_equal(a->runs, 2);
    assert_int_equal(b->runs, 4);
    assert_non_null(strstr(changes.text, "a:healthy "));
    assert_non_null(strstr(changes.text, "b:healthy "));
}

static void test_health__watch_needs_no_callback(void **state)
{
    static const char *const names[] = {"web"};
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    add(fake, "web", "pe");
    assert_done(davit_health_watch(fake->engine, names, 1, NULL, NULL, &error), &error);
}

static void test_health__watch_stops_when_its_callback_says_so(void **state)
{
    static const char *const names[] = {"web"};
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    add(fake, "web", "fpf");
    struct changes changes = {.fake = fake, .stop_at = "web:healthy "};
    assert_done(davit_health_watch(fake->engine, names, 1, note, &changes, &error), &error);
    assert_string_equal(changes.text, "web:starting web:healthy ");
}

static void test_health__watch_stops_when_it_is_cancelled(void **state)
{
    static const char *const names[] = {"web"};
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    add(fake, "web", "p");
    davit_cancel *cancel = NULL;
    assert_done(davit_cancel_create(&cancel, &error), &error);
    davit_scope_options options = {.cancel = cancel};
    davit_engine *scope = NULL;
    assert_done(davit_engine_scope(fake->engine, &options, &scope, &error), &error);
    fake_hook(fake, FAKE_CONTAINER_HEALTH_RUN, (void (*)(void *))davit_cancel_trigger, cancel);
    for (size_t count = 0; count <= 1; count++) {
        assert_failed(davit_health_watch(scope, names, count, NULL, NULL, &error), &error,
                      DAVIT_ERROR_CANCELLED, "health watch: ");
    }
    davit_engine_close(scope);
    davit_cancel_free(cancel);
}

/* While it watches all, a second container appears. */
static void add_second(void *context)
{
    struct fake *fake = context;
    if (fake_count(fake, FAKE_CONTAINER_LIST) == 2) {
        pthread_mutex_lock(&fake->lock);
        add(fake, "new", "p");
        pthread_mutex_unlock(&fake->lock);
    }
}

static void test_health__watch_of_all_finds_new_containers(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    add(fake, "old", "p");
    fake_container_add(fake, "{\"name\": \"unchecked\", \"state\": \"running\"}");
    fake_hook(fake, FAKE_CONTAINER_LIST, add_second, fake);
    struct changes changes = {.fake = fake, .stop_at = "new:healthy "};
    assert_done(davit_health_watch(fake->engine, NULL, 0, note, &changes, &error), &error);
    assert_string_equal(changes.text, "old:healthy new:healthy ");
}

static void test_health__watch_refuses_what_it_cannot_watch(void **state)
{
    static const char *const names[] = {"web", "unchecked", "gone", "", NULL};
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    add(fake, "web", "p");
    fake_container_add(fake, "{\"name\": \"unchecked\", \"state\": \"running\"}");
    assert_failed(davit_health_watch(fake->engine, names, 2, NULL, NULL, &error), &error,
                  DAVIT_ERROR_INVALID_CONFIG, "unchecked: the container has no health check");
    assert_failed(davit_health_watch(fake->engine, &names[2], 1, NULL, NULL, &error), &error,
                  DAVIT_ERROR_CONTAINER_NOT_FOUND, "gone");
    for (size_t i = 3; i < 5; i++) {
        assert_failed(davit_health_watch(fake->engine, &names[i], 1, NULL, NULL, &error), &error,
                      DAVIT_ERROR_INVALID_CONFIG, "is empty");
    }
}

static const struct CMUnitTest tests[] = {
    FAKE_TEST(test_health__wait_runs_the_checks_on_time),
    FAKE_TEST(test_health__wait_ends_when_it_is_unhealthy),
    FAKE_TEST(test_health__wait_ends_when_the_container_does),
    FAKE_TEST(test_health__wait_needs_a_check),
    FAKE_TEST(test_health__wait_can_be_cancelled),
    FAKE_TEST(test_health__wait_has_a_time_limit),
    FAKE_TEST(test_health__an_engine_with_a_timer_is_left_to_it),
    FAKE_TEST(test_health__a_driver_that_cannot_run_checks_says_so),
    FAKE_TEST(test_health__checks_run_while_something_else_waits),
    FAKE_TEST(test_health__watch_tells_each_change_in_order),
    FAKE_TEST(test_health__watch_ends_with_the_last_of_its_containers),
    FAKE_TEST(test_health__watch_needs_no_callback),
    FAKE_TEST(test_health__watch_stops_when_its_callback_says_so),
    FAKE_TEST(test_health__watch_stops_when_it_is_cancelled),
    FAKE_TEST(test_health__watch_of_all_finds_new_containers),
    FAKE_TEST(test_health__watch_refuses_what_it_cannot_watch),
};
DAVIT_TEST_MAIN(tests)
