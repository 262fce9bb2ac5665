/* SPDX-License-Identifier: MIT */
/* What containers have written. */
#include "engine_test.h"

#include <pthread.h>
#include <sys/resource.h>

/* A container that has written this and ended; its name. */
static const char *ended_after(struct engine_test *test, const char *script)
{
    davit_container_config config = engine_test_config(test, "box");
    start_script(test, &config, script);
    wait_for_exit(test, config.name);
    return config.name;
}

static void test_logs__outputs_come_apart(void **state)
{
    struct engine_test *test = *state;
    const char *name = ended_after(test, "echo out; echo err >&2; printf last");
    struct collected *log = logs_of(test, name, NULL);
    assert_string_equal(log->err, "err\n");
    assert_contains(log->out, "out\nlast");
    davit_logs_options options = DAVIT_LOGS_OPTIONS_INIT;
    options.no_stderr = true;
    assert_string_equal(logs_of(test, name, &options)->err, "");
    assert_contains(logs_of(test, name, &options)->out, "out\nlast");
    options = (davit_logs_options)DAVIT_LOGS_OPTIONS_INIT;
    options.no_stdout = true;
    assert_string_equal(logs_of(test, name, &options)->out, "");
    assert_string_equal(logs_of(test, name, &options)->err, "err\n");
    observed(test, "Logging", "stdout and stderr apart", NULL);
}

static void test_logs__both_outputs_switched_off_is_invalid(void **state)
{
    struct engine_test *test = *state;
    davit_logs_options options = DAVIT_LOGS_OPTIONS_INIT;
    options.no_stdout = options.no_stderr = true;
    FAILS(DAVIT_ERROR_INVALID_CONFIG, davit_container_logs(test->engine, ended_after(test, "true"),
                                                           &options, collect, NULL, &test->error));
}

static void test_logs__of_one_that_never_ran_are_empty(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    char *id = NULL;
    OK(davit_container_create(test->engine, &config, &id, &test->error));
    davit_string_free(id);
    assert_string_equal(logs_of(test, config.name, NULL)->out, "");
}

static void test_logs__tail_is_the_last_lines(void **state)
{
    struct engine_test *test = *state;
    const char *name = ended_after(test, "seq 1 1000");
    davit_logs_options options = DAVIT_LOGS_OPTIONS_INIT;
    options.tail = 3;
    assert_string_equal(logs_of(test, name, &options)->out, "998\n999\n1000\n");
    options.tail = 0;
    assert_string_equal(logs_of(test, name, &options)->out, "");
    options.tail = 5000;
    assert_int_equal(logs_of(test, name, &options)->out_length, 3893);
    options.tail = DAVIT_UNSET;
    assert_int_equal(logs_of(test, name, &options)->out_length, 3893);
    observed(test, "Logging", "tail", NULL);
}

static void test_logs__timestamps_stand_before_each_line(void **state)
{
    struct engine_test *test = *state;
    const char *name = ended_after(test, "echo one; echo two");
    davit_logs_options options = DAVIT_LOGS_OPTIONS_INIT;
    options.timestamps = true;
    char *text = logs_of(test, name, &options)->out;
    const davit_container_info *info = info_of(test, name);
    const char *words[] = {"one", "two"};
    for (size_t i = 0; i < ITEMS(words); i++) {
        char *line = strsep(&text, "\n");
        char *time = strsep(&line, " ");
        int64_t when = 0;
        assert_string_equal(line, words[i]);
        OK(davit_time_parse(time, &when, &test->error));
        assert_true(when >= info->started - DAVIT_SECONDS(5));
        assert_true(when <= info->finished + DAVIT_SECONDS(5));
    }
    assert_string_equal(text, "");
    observed(test, "Logging", "timestamps", NULL);
}

/* Two lines with a pause between them; *ret_between a time in it. */
static const char *two_lines(struct engine_test *test, int64_t *ret_between)
{
    const char *name = ended_after(test, "echo early; sleep 2.2; echo late");
    davit_logs_options options = DAVIT_LOGS_OPTIONS_INIT;
    options.timestamps = true;
    const char *text = logs_of(test, name, &options)->out;
    int length = (int)strcspn(text, " ");
    int64_t first = 0;
    OK(davit_time_parse(engine_test_format(test, "%.*s", length, text), &first, &test->error));
    *ret_between = first + DAVIT_MILLISECONDS(1100);
    return name;
}

static void test_logs__since_and_until_are_times(void **state)
{
    struct engine_test *test = *state;
    int64_t between = 0;
    const char *name = two_lines(test, &between);
    davit_logs_options since = DAVIT_LOGS_OPTIONS_INIT;
    since.since = between;
    assert_string_equal(logs_of(test, name, &since)->out, "late\n");
    davit_logs_options until = DAVIT_LOGS_OPTIONS_INIT;
    until.until = between;
    assert_string_equal(logs_of(test, name, &until)->out, "early\n");
    davit_logs_options both = DAVIT_LOGS_OPTIONS_INIT;
    both.since = between;
    both.until = between + DAVIT_MILLISECONDS(10);
    assert_string_equal(logs_of(test, name, &both)->out, "");
    observed(test, "Logging", "since and until", NULL);
}

/* ---- following ---- */

static void test_logs__follow_goes_on_to_the_end(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start_script(test, &config, "for i in 1 2 3 4 5; do echo $i; sleep 0.1; done");
    davit_logs_options options = DAVIT_LOGS_OPTIONS_INIT;
    options.follow = true;
    assert_string_equal(logs_of(test, config.name, &options)->out, "1\n2\n3\n4\n5\n");
    assert_string_equal(logs_of(test, config.name, &options)->out, "1\n2\n3\n4\n5\n"); /* ended */
    observed(test, "Logging", "follow", NULL);
}

static void test_logs__follow_with_tail_begins_late(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start_script(test, &config, "seq 1 100; echo ready; sleep 1; echo last");
    wait_for_log(test, config.name, "ready");
    davit_logs_options options = DAVIT_LOGS_OPTIONS_INIT;
    options.follow = true;
    options.tail = 1;
    assert_string_equal(logs_of(test, config.name, &options)->out, "ready\nlast\n");
}

static void test_logs__receiver_can_stop(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start_script(test, &config, "echo ready; sleep 1000");
    wait_for_log(test, config.name, "ready"); /* which stops at the word */
    assert_true(info_of(test, config.name)->is_running);
}

static void *cancel_soon(void *argument)
{
    struct timespec pause = {.tv_nsec = 200000000};
    nanosleep(&pause, NULL);
    davit_cancel_trigger(argument);
    return NULL;
}

static void test_logs__follow_is_cancelled_by_another_thread(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start_script(test, &config, NULL);
    davit_cancel *cancel = NULL;
    davit_engine *scope = NULL;
    OK(davit_cancel_create(&cancel, &test->error));
    davit_scope_options limits = {.cancel = cancel};
    OK(davit_engine_scope(test->engine, &limits, &scope, &test->error));
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, cancel), 0);
    davit_logs_options options = DAVIT_LOGS_OPTIONS_INIT;
    options.follow = true;
    FAILS(DAVIT_ERROR_CANCELLED,
          davit_container_logs(scope, config.name, &options, NULL, NULL, &test->error));
    pthread_join(thread, NULL);
    davit_engine_close(scope);
    davit_cancel_free(cancel);
}

static void test_logs__follow_ends_with_its_time(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start_script(test, &config, NULL);
    davit_engine *scope = NULL;
    davit_scope_options limits = {.timeout_ms = 500};
    OK(davit_engine_scope(test->engine, &limits, &scope, &test->error));
    davit_logs_options options = DAVIT_LOGS_OPTIONS_INIT;
    options.follow = true;
    double begin = seconds();
    FAILS(DAVIT_ERROR_TIMEOUT,
          davit_container_logs(scope, config.name, &options, NULL, NULL, &test->error));
    assert_true(seconds() - begin < 20.0);
    davit_engine_close(scope);
}

static void test_logs__follow_ends_when_the_container_is_removed(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.auto_remove = true;
    start_script(test, &config, "sleep 0.5; echo last");
    davit_logs_options options = DAVIT_LOGS_OPTIONS_INIT;
    options.follow = true;
    assert_string_equal(logs_of(test, config.name, &options)->out, "last\n");
}

/* ---- what is odd ---- */

static void test_logs__of_a_terminal_have_no_frames(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.tty = true;
    start_script(test, &config, "echo out; echo err >&2");
    wait_for_exit(test, config.name);
    struct collected *log = logs_of(test, config.name, NULL);
    assert_string_equal(log->out, "out\r\nerr\r\n");
    assert_string_equal(log->err, "");
}

static void test_logs__keep_what_is_no_text(void **state)
{
    struct engine_test *test = *state;
    struct collected *log =
        logs_of(test, ended_after(test, "printf 'a\\tb\\033[1m\\303\\244\\n'"), NULL);
    assert_string_equal(log->out, "a\tb\033[1m\xc3\xa4\n");
}

struct line {
    int64_t length;
    bool wrong;
};

static int check_line(void *context, davit_stream stream, const void *data, size_t length)
{
    struct line *line = context;
    const char *bytes = data;
    for (size_t i = 0; i < length; i++) {
        line->wrong |= bytes[i] != 'x';
    }
    line->length += (int64_t)length;
    return 0;
}

#define LONG_LINE DAVIT_MIB(256)

static void test_logs__line_without_end_takes_no_memory(void **state)
{
    struct engine_test *test = *state;
    const char *name = ended_after(test, "head -c 256m /dev/zero | tr '\\0' x");
    struct line line = {0};
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    OK(davit_container_logs(test->engine, name, NULL, check_line, &line, &test->error));
    getrusage(RUSAGE_SELF, &after);
    assert_int_equal(line.length, LONG_LINE);
    assert_false(line.wrong);
    assert_true(after.ru_maxrss - before.ru_maxrss < 16 * 1024); /* KiB */
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_logs__outputs_come_apart),
    ENGINE_TEST(test_logs__both_outputs_switched_off_is_invalid),
    ENGINE_TEST(test_logs__of_one_that_never_ran_are_empty),
    ENGINE_TEST(test_logs__tail_is_the_last_lines),
    ENGINE_TEST(test_logs__timestamps_stand_before_each_line),
    ENGINE_TEST(test_logs__since_and_until_are_times),
    ENGINE_TEST(test_logs__follow_goes_on_to_the_end),
    ENGINE_TEST(test_logs__follow_with_tail_begins_late),
    ENGINE_TEST(test_logs__receiver_can_stop),
    ENGINE_TEST(test_logs__follow_is_cancelled_by_another_thread),
    ENGINE_TEST(test_logs__follow_ends_with_its_time),
    ENGINE_TEST(test_logs__follow_ends_when_the_container_is_removed),
    ENGINE_TEST(test_logs__of_a_terminal_have_no_frames),
    ENGINE_TEST(test_logs__keep_what_is_no_text),
    ENGINE_TEST(test_logs__line_without_end_takes_no_memory),
};
DAVIT_TEST_MAIN(tests)
