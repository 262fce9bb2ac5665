/* SPDX-License-Identifier: MIT */
/* Runs that are stopped from here, and those that cannot be. */
#include "engine_test.h"

#include <pthread.h>
#include <semaphore.h>
#include <time.h>

/* ---- stopping it ---- */

static int stop_at_once(void *context, davit_stream stream, const void *data, size_t length)
{
    int *calls = context;
    (*calls)++;
    return 1;
}

static void test_run_stopped__output_callback_can_stop(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"yes"};
    davit_container_config config = engine_test_config(test, "box");
    SET_COMMAND(&config, command);
    int calls = 0, exit_code = -1;
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    attach.output = stop_at_once;
    attach.context = &calls;
    FAILS(DAVIT_ERROR_CANCELLED,
          davit_container_run_attached(test->engine, &config, &attach, &exit_code, &test->error));
    assert_int_equal(calls, 1);
    assert_int_equal(exit_code, -1);
    assert_true(info_of(test, config.name)->is_running); /* it ran: it is the caller's */
}

struct starting {
    struct engine_test *test;
    int calls;
    bool was_running;
    int result;
};

static int look_when_started(void *context, const char *id)
{
    struct starting *starting = context;
    starting->calls++;
    starting->was_running = info_of(starting->test, id)->is_running;
    return starting->result;
}

static void test_run_stopped__started_is_told_once(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"sleep", "0.5"};
    struct starting starting = {.test = test};
    davit_container_config config = engine_test_config(test, "box");
    SET_COMMAND(&config, command);
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    attach.started = look_when_started;
    attach.context = &starting;
    int exit_code = -1;
    OK(davit_container_run_attached(test->engine, &config, &attach, &exit_code, &test->error));
    assert_int_equal(exit_code, 0);
    assert_int_equal(starting.calls, 1);
    assert_true(starting.was_running);
    starting.result = -1;
    config = engine_test_config(test, "given up");
    config.name = engine_test_name(test, "given-up");
    SET_COMMAND(&config, command);
    FAILS(DAVIT_ERROR_CANCELLED,
          davit_container_run_attached(test->engine, &config, &attach, &exit_code, &test->error));
}

static void test_run_stopped__cancelled_before_it_begins_leaves_nothing(void **state)
{
    struct engine_test *test = *state;
    davit_cancel *cancel = NULL;
    OK(davit_cancel_create(&cancel, &test->error));
    davit_scope_options options = {.cancel = cancel};
    davit_engine *scope = NULL;
    OK(davit_engine_scope(test->engine, &options, &scope, &test->error));
    davit_cancel_trigger(cancel);
    davit_container_config config = engine_test_config(test, "box");
    char *id = NULL;
    int exit_code = -1;
    FAILS(DAVIT_ERROR_CANCELLED, davit_container_run(scope, &config, &id, &test->error));
    FAILS(DAVIT_ERROR_CANCELLED,
          davit_container_run_attached(scope, &config, NULL, &exit_code, &test->error));
    assert_null(id);
    assert_false(container_exists(test, config.name));
    davit_engine_close(scope);
    davit_cancel_free(cancel);
}

struct canceller {
    davit_cancel *cancel;
    sem_t wanted;
};

static void *cancel_when_wanted(void *argument)
{
    struct canceller *canceller = argument;
    sem_wait(&canceller->wanted);
    davit_cancel_trigger(canceller->cancel);
    return NULL;
}

static int want_cancel(void *context, davit_stream stream, const void *data, size_t length)
{
    struct canceller *canceller = context;
    sem_post(&canceller->wanted);
    return 0;
}

static void test_run_stopped__cancelled_by_another_thread_while_it_runs(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"sh", "-c", "echo ready; sleep 1000"};
    struct canceller canceller;
    sem_init(&canceller.wanted, 0, 0);
    OK(davit_cancel_create(&canceller.cancel, &test->error));
    davit_scope_options options = {.cancel = canceller.cancel};
    davit_engine *scope = NULL;
    OK(davit_engine_scope(test->engine, &options, &scope, &test->error));
    davit_container_config config = engine_test_config(test, "box");
    SET_COMMAND(&config, command);
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    attach.output = want_cancel;
    attach.context = &canceller;
    pthread_t thread;
    pthread_create(&thread, NULL, cancel_when_wanted, &canceller);
    int exit_code = -1;
    double begin = seconds();
    FAILS(DAVIT_ERROR_CANCELLED,
          davit_container_run_attached(scope, &config, &attach, &exit_code, &test->error));
    assert_true(seconds() - begin < 30.0);
    pthread_join(thread, NULL);
    assert_true(info_of(test, config.name)->is_running);
    davit_engine_close(scope);
    davit_cancel_free(canceller.cancel);
    sem_destroy(&canceller.wanted);
}

struct moment {
    davit_cancel *cancel;
    long nanoseconds;
};

static void *cancel_at_moment(void *argument)
{
    struct moment *moment = argument;
    struct timespec pause = {.tv_nsec = moment->nanoseconds};
    nanosleep(&pause, NULL);
    davit_cancel_trigger(moment->cancel);
    return NULL;
}

/* Run, cancelled that long after the begin; whether it ran. */
static bool run_until(struct engine_test *test, davit_container_config *config, bool attached,
                      long nanoseconds)
{
    const char *command[] = {"sleep", "1000"};
    struct moment moment = {.nanoseconds = nanoseconds};
    OK(davit_cancel_create(&moment.cancel, &test->error));
    davit_scope_options options = {.cancel = moment.cancel};
    davit_engine *scope = NULL;
    OK(davit_engine_scope(test->engine, &options, &scope, &test->error));
    SET_COMMAND(config, command);
    struct starting starting = {.test = test};
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    attach.started = look_when_started;
    attach.context = &starting;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, cancel_at_moment, &moment), 0);
    char *id = NULL;
    int exit_code, r;
    if (attached) {
        r = davit_container_run_attached(scope, config, &attach, &exit_code, &test->error);
    } else {
        r = davit_container_run(scope, config, &id, &test->error);
    }
    pthread_join(thread, NULL);
    bool ran = id || starting.calls;
    if (r < 0) {
        FAILS(DAVIT_ERROR_CANCELLED, r);
    }
    davit_string_free(id);
    davit_engine_close(scope);
    davit_cancel_free(moment.cancel);
    return ran;
}

static void test_run_stopped__cancelled_at_any_moment_leaves_nothing(void **state)
{
    struct engine_test *test = *state;
    davit_remove_options force = {.force = true};
    int cancelled = 0;
    for (int i = 0; i < 24; i++) {
        davit_container_config config = engine_test_config(test, "box");
        if (run_until(test, &config, i % 2, (long)i / 2 * 20 * 1000000)) {
            OK(davit_container_remove(test->engine, config.name, &force, &test->error));
        } else {
            assert_false(container_exists(test, config.name));
            cancelled++;
        }
    }
    assert_true(cancelled >= 2); /* those cancelled at once */
}

static void test_run_stopped__time_limit_ends_the_call(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"sleep", "1000"};
    davit_container_config config = engine_test_config(test, "box");
    SET_COMMAND(&config, command);
    davit_scope_options options = {.timeout_ms = 2500};
    davit_engine *scope = NULL;
    OK(davit_engine_scope(test->engine, &options, &scope, &test->error));
    int exit_code = -1;
    double begin = seconds();
    FAILS(DAVIT_ERROR_TIMEOUT,
          davit_container_run_attached(scope, &config, NULL, &exit_code, &test->error));
    assert_true(seconds() - begin < 30.0);
    davit_engine_close(scope);
}

/* ---- what cannot be run ---- */

static void expect_nothing_runs(struct engine_test *test, davit_container_config *config,
                                davit_error_code code, const char *said)
{
    char *id = NULL;
    int exit_code = -1;
    FAILS(code, davit_container_run(test->engine, config, &id, &test->error));
    assert_contains(engine_test_message(test), said);
    assert_null(id);
    assert_false(container_exists(test, config->name));
    FAILS(code, davit_container_run_attached(test->engine, config, NULL, &exit_code, &test->error));
    assert_contains(engine_test_message(test), said);
    assert_int_equal(exit_code, -1);
    assert_false(container_exists(test, config->name));
    config->auto_remove = true;
    FAILS(code, davit_container_run_attached(test->engine, config, NULL, &exit_code, &test->error));
    assert_false(container_exists(test, config->name));
}

static void test_run_stopped__unknown_command_leaves_nothing(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"no-such-command"};
    davit_container_config config = engine_test_config(test, "box");
    SET_COMMAND(&config, command);
    expect_nothing_runs(test, &config, DAVIT_ERROR_RUNTIME, "no-such-command");
}

static void test_run_stopped__command_that_is_no_program_leaves_nothing(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"/etc/passwd"};
    davit_container_config config = engine_test_config(test, "box");
    SET_COMMAND(&config, command);
    expect_nothing_runs(test, &config, DAVIT_ERROR_RUNTIME, "permission denied");
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_run_stopped__output_callback_can_stop),
    ENGINE_TEST(test_run_stopped__started_is_told_once),
    ENGINE_TEST(test_run_stopped__cancelled_before_it_begins_leaves_nothing),
    ENGINE_TEST(test_run_stopped__cancelled_by_another_thread_while_it_runs),
    ENGINE_TEST(test_run_stopped__cancelled_at_any_moment_leaves_nothing),
    ENGINE_TEST(test_run_stopped__time_limit_ends_the_call),
    ENGINE_TEST(test_run_stopped__unknown_command_leaves_nothing),
    ENGINE_TEST(test_run_stopped__command_that_is_no_program_leaves_nothing),
};
DAVIT_TEST_MAIN(tests)
