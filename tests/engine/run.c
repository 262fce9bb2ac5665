/* SPDX-License-Identifier: MIT */
/* Running a container to its end, its streams passed on. */
#include "engine_test.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static void set_command(davit_container_config *config, const char *const *command, size_t count)
{
    config->command = command;
    config->command_count = count;
}
#define SET_COMMAND(config, words) set_command((config), (words), ITEMS(words))

/* ---- exit codes and output ---- */

static void test_run__exit_code_is_the_commands(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    assert_int_equal(run_script(test, &config, "exit 0", NULL), 0);
    assert_int_equal(run_script(test, &config, "exit 42", NULL), 42);
    assert_int_equal(run_script(test, &config, "exit 255", NULL), 255);
    assert_int_equal(run_script(test, &config, "sh -c 'kill -TERM $$'; exit $?", NULL), 143);
}

static void test_run__outputs_come_apart(void **state)
{
    struct engine_test *test = *state;
    struct collected collected = {0};
    davit_container_config config = engine_test_config(test, "box");
    run_script(test, &config, "echo to out; echo to err >&2; printf 'no newline'", &collected);
    assert_string_equal(collected.out, "to out\nno newline");
    assert_string_equal(collected.err, "to err\n");
    collected_clear(&collected);
}

static void test_run__output_is_bytes(void **state)
{
    struct engine_test *test = *state;
    struct collected collected = {0};
    davit_container_config config = engine_test_config(test, "box");
    run_script(test, &config, "printf 'a\\000b\\377\\r\\nc'", &collected);
    assert_int_equal(collected.out_length, 7);
    assert_memory_equal(collected.out, "a\0b\377\r\nc", 7);
    collected_clear(&collected);
}

static void test_run__nothing_is_lost_at_the_end(void **state)
{
    struct engine_test *test = *state;
    struct collected collected = {0};
    davit_container_config config = engine_test_config(test, "box");
    for (int i = 0; i < 5; i++) {
        run_script(test, &config, "seq 1 50000; echo last >&2", &collected);
        assert_int_equal(collected.out_length, 288894);
        assert_string_equal(collected.out + collected.out_length - 6, "50000\n");
        assert_string_equal(collected.err, "last\n");
    }
    collected_clear(&collected);
}

static void test_run__streams_may_be_dropped(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"sh", "-c", "seq 1 10000; exit 6"};
    davit_container_config config = engine_test_config(test, "box");
    SET_COMMAND(&config, command);
    config.auto_remove = true;
    int exit_code = -1;
    OK(davit_container_run_attached(test->engine, &config, NULL, &exit_code, &test->error));
    assert_int_equal(exit_code, 6);
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    OK(davit_container_run_attached(test->engine, &config, &attach, &exit_code, &test->error));
    assert_int_equal(exit_code, 6);
}

static void test_run__it_stays_unless_removed(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"false"};
    davit_container_config config = engine_test_config(test, "kept");
    SET_COMMAND(&config, command);
    int exit_code = -1;
    OK(davit_container_run_attached(test->engine, &config, NULL, &exit_code, &test->error));
    assert_int_equal(exit_code, 1);
    assert_int_equal(info_of(test, config.name)->state, DAVIT_STATE_EXITED);
    config = engine_test_config(test, "removed");
    SET_COMMAND(&config, command);
    config.auto_remove = true;
    OK(davit_container_run_attached(test->engine, &config, NULL, &exit_code, &test->error));
    assert_int_equal(exit_code, 1);
    assert_false(container_exists(test, config.name));
}

static void test_run__images_have_names_and_ids(void **state)
{
    struct engine_test *test = *state;
    const char *id = image_of(test, BASE_IMAGE)->id;
    const char *names[] = {id, id + strlen("sha256:"),
                           engine_test_format(test, "%.12s", id + strlen("sha256:"))};
    for (size_t i = 0; i < ITEMS(names); i++) {
        davit_container_config config = engine_test_config(test, "box");
        config.image = names[i];
        assert_string_equal(says(test, &config, "echo yes"), "yes");
    }
}

/* ---- stdin ---- */

#define MUCH (20 * 1024 * 1024)

/* Byte number `at` of what is sent. */
static unsigned char pattern(size_t at)
{
    return (unsigned char)(at ^ (at >> 8) ^ (at >> 17));
}

static void *send_much(void *argument)
{
    int fd = *(int *)argument;
    unsigned char piece[8192];
    for (size_t sent = 0; sent < MUCH; sent += sizeof piece) {
        for (size_t i = 0; i < sizeof piece; i++) {
            piece[i] = pattern(sent + i);
        }
        if (write(fd, piece, sizeof piece) != sizeof piece) {
            break;
        }
    }
    close(fd);
    return NULL;
}

struct echo {
    size_t length;
    bool wrong;
};

static int check_echo(void *context, davit_stream stream, const void *data, size_t length)
{
    struct echo *echo = context;
    const unsigned char *bytes = data;
    for (size_t i = 0; i < length; i++) {
        echo->wrong |= bytes[i] != pattern(echo->length + i);
    }
    echo->length += length;
    echo->wrong |= stream != DAVIT_STREAM_STDOUT;
    return 0;
}

static void test_run__much_input_comes_back(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"cat"};
    davit_container_config config = engine_test_config(test, "box");
    SET_COMMAND(&config, command);
    config.open_stdin = true;
    config.auto_remove = true;
    config.log_driver = DAVIT_LOG_DRIVER_NONE;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pthread_t sender;
    assert_int_equal(pthread_create(&sender, NULL, send_much, &ends[1]), 0);
    struct echo echo = {0};
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    attach.input = ends[0];
    attach.output = check_echo;
    attach.context = &echo;
    int exit_code = -1;
    OK(davit_container_run_attached(test->engine, &config, &attach, &exit_code, &test->error));
    pthread_join(sender, NULL);
    close(ends[0]);
    assert_int_equal(exit_code, 0);
    assert_int_equal(echo.length, MUCH);
    assert_false(echo.wrong);
}

/* Run with what a pipe holds, then ends with, as input. */
static const char *with_input(struct engine_test *test, davit_container_config *config,
                              const char *input, int expected_code)
{
    struct collected collected = {0};
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], input, strlen(input)), strlen(input));
    close(ends[1]);
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    attach.input = ends[0];
    attach.output = collect;
    attach.context = &collected;
    config->open_stdin = true;
    config->auto_remove = true;
    int exit_code = -1;
    OK(davit_container_run_attached(test->engine, config, &attach, &exit_code, &test->error));
    close(ends[0]);
    assert_int_equal(exit_code, expected_code);
    const char *text = engine_test_format(test, "%s", collected.out ? collected.out : "");
    collected_clear(&collected);
    return text;
}

static void test_run__input_ends(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"sh", "-c", "cat; echo end; exit 3"};
    davit_container_config config = engine_test_config(test, "box");
    SET_COMMAND(&config, command);
    assert_string_equal(with_input(test, &config, "a line\n", 3), "a line\nend\n");
    assert_string_equal(with_input(test, &config, "", 3), "end\n");
}

static void test_run__input_that_is_not_read_is_no_error(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"echo", "done"};
    davit_container_config config = engine_test_config(test, "box");
    SET_COMMAND(&config, command);
    assert_string_equal(with_input(test, &config, "nobody reads this\n", 0), "done\n");
}

static void test_run__closed_input_is_an_empty_one(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"cat"};
    davit_container_config config = engine_test_config(test, "box");
    SET_COMMAND(&config, command);
    config.open_stdin = true;
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    attach.input = 1000; /* nobody has it, not even later */
    int exit_code = -1;
    OK(davit_container_run_attached(test->engine, &config, &attach, &exit_code, &test->error));
    assert_int_equal(exit_code, 0);
}

static void test_run__terminal_reads_its_input(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"sh"};
    davit_container_config config = engine_test_config(test, "box");
    SET_COMMAND(&config, command);
    config.tty = true;
    assert_contains(with_input(test, &config, "echo $((6*7))\nexit 4\n", 4), "42\r\n");
}

static void test_run__terminals_input_ends(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"sh", "-c", "cat; echo end"};
    davit_container_config config = engine_test_config(test, "box");
    SET_COMMAND(&config, command);
    config.tty = true;
    assert_contains(with_input(test, &config, "a line\n", 0), "a line\r\nend\r\n");
    assert_contains(with_input(test, &config, "", 0), "end\r\n");
    assert_contains(with_input(test, &config, "no newline", 0), "end\r\n");
}

/* ---- stopping it ---- */

static int stop_at_once(void *context, davit_stream stream, const void *data, size_t length)
{
    int *calls = context;
    (*calls)++;
    return 1;
}

static void test_run__output_callback_can_stop(void **state)
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

static void test_run__started_is_told_once(void **state)
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

static void test_run__cancelled_before_it_begins_leaves_nothing(void **state)
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

static void test_run__cancelled_by_another_thread_while_it_runs(void **state)
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

static void test_run__cancelled_at_any_moment_leaves_nothing(void **state)
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

static void test_run__time_limit_ends_the_call(void **state)
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

static void test_run__unknown_command_leaves_nothing(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"no-such-command"};
    davit_container_config config = engine_test_config(test, "box");
    SET_COMMAND(&config, command);
    expect_nothing_runs(test, &config, DAVIT_ERROR_RUNTIME, "no-such-command");
}

static void test_run__command_that_is_no_program_leaves_nothing(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"/etc/passwd"};
    davit_container_config config = engine_test_config(test, "box");
    SET_COMMAND(&config, command);
    expect_nothing_runs(test, &config, DAVIT_ERROR_RUNTIME, "permission denied");
}

static void test_run__unknown_image_is_not_pulled_when_told_so(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.image = engine_test_format(test, "localhost/%s-none:1", test->prefix);
    config.pull_policy = DAVIT_PULL_NEVER;
    expect_nothing_runs(test, &config, DAVIT_ERROR_IMAGE_NOT_FOUND, config.image);
}

static void expect_pull_fails(struct engine_test *test, const davit_container_config *config)
{
    char *id = NULL;
    int r = davit_container_run(test->engine, config, &id, &test->error);
    FAILS(DAVIT_ERROR_IMAGE, r);
    assert_contains(engine_test_message(test), "127.0.0.1:1");
    assert_null(id);
    assert_false(container_exists(test, config->name));
}

static void test_run__image_is_pulled_when_it_is_missing_or_always(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    /* A registry that nobody is behind. */
    config.image = engine_test_format(test, "127.0.0.1:1/%s-none:1", test->prefix);
    expect_pull_fails(test, &config);
    config.image = engine_test_format(test, "127.0.0.1:1/%s-here:1", test->prefix);
    OK(davit_image_tag(test->engine, BASE_IMAGE, config.image, &test->error));
    assert_string_equal(says(test, &config, "echo here"), "here");
    config.pull_policy = DAVIT_PULL_ALWAYS;
    expect_pull_fails(test, &config);
}

/* ---- many, and much ---- */

struct worker {
    struct engine_test *test;
    int number;
    int exit_code;
    int result;
    struct collected collected;
};

static void *run_one(void *argument)
{
    struct worker *worker = argument;
    char script[64];
    snprintf(script, sizeof script, "seq 1 5000; echo %d >&2; exit %d", worker->number,
             worker->number);
    const char *command[] = {"sh", "-c", script};
    davit_container_config config = DAVIT_CONTAINER_CONFIG_INIT;
    config.image = BASE_IMAGE;
    config.labels = &worker->test->label;
    config.label_count = 1;
    config.auto_remove = true;
    SET_COMMAND(&config, command);
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    attach.output = collect;
    attach.context = &worker->collected;
    worker->result = davit_container_run_attached(worker->test->engine, &config, &attach,
                                                  &worker->exit_code, NULL);
    return NULL;
}

static void test_run__many_at_once_do_not_mix(void **state)
{
    struct engine_test *test = *state;
    struct worker workers[6] = {{0}};
    pthread_t threads[ITEMS(workers)];
    for (size_t i = 0; i < ITEMS(workers); i++) {
        workers[i] = (struct worker){.test = test, .number = (int)i + 10, .exit_code = -1};
        assert_int_equal(pthread_create(&threads[i], NULL, run_one, &workers[i]), 0);
    }
    for (size_t i = 0; i < ITEMS(workers); i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(workers[i].result, 0);
        assert_int_equal(workers[i].exit_code, workers[i].number);
        assert_int_equal(workers[i].collected.out_length, 23893);
        assert_int_equal(atoi(workers[i].collected.err), workers[i].number);
        collected_clear(&workers[i].collected);
    }
}

static int count_bytes(void *context, davit_stream stream, const void *data, size_t length)
{
    *(int64_t *)context += (int64_t)length;
    return 0;
}

static void test_run__line_without_end_takes_no_memory(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"sh", "-c", "head -c 1024m /dev/zero | tr '\\0' x"};
    davit_container_config config = engine_test_config(test, "box");
    SET_COMMAND(&config, command);
    config.auto_remove = true;
    config.log_driver = DAVIT_LOG_DRIVER_NONE;
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    int64_t length = 0;
    attach.output = count_bytes;
    attach.context = &length;
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    int exit_code = -1;
    OK(davit_container_run_attached(test->engine, &config, &attach, &exit_code, &test->error));
    getrusage(RUSAGE_SELF, &after);
    assert_int_equal(exit_code, 0);
    assert_int_equal(length, DAVIT_MIB(1024));
    assert_true(after.ru_maxrss - before.ru_maxrss < 16 * 1024); /* KiB */
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_run__exit_code_is_the_commands),
    ENGINE_TEST(test_run__outputs_come_apart),
    ENGINE_TEST(test_run__output_is_bytes),
    ENGINE_TEST(test_run__nothing_is_lost_at_the_end),
    ENGINE_TEST(test_run__streams_may_be_dropped),
    ENGINE_TEST(test_run__it_stays_unless_removed),
    ENGINE_TEST(test_run__images_have_names_and_ids),
    ENGINE_TEST(test_run__much_input_comes_back),
    ENGINE_TEST(test_run__input_ends),
    ENGINE_TEST(test_run__input_that_is_not_read_is_no_error),
    ENGINE_TEST(test_run__closed_input_is_an_empty_one),
    ENGINE_TEST(test_run__terminal_reads_its_input),
    ENGINE_TEST(test_run__terminals_input_ends),
    ENGINE_TEST(test_run__output_callback_can_stop),
    ENGINE_TEST(test_run__started_is_told_once),
    ENGINE_TEST(test_run__cancelled_before_it_begins_leaves_nothing),
    ENGINE_TEST(test_run__cancelled_by_another_thread_while_it_runs),
    ENGINE_TEST(test_run__cancelled_at_any_moment_leaves_nothing),
    ENGINE_TEST(test_run__time_limit_ends_the_call),
    ENGINE_TEST(test_run__unknown_command_leaves_nothing),
    ENGINE_TEST(test_run__command_that_is_no_program_leaves_nothing),
    ENGINE_TEST(test_run__unknown_image_is_not_pulled_when_told_so),
    ENGINE_TEST(test_run__image_is_pulled_when_it_is_missing_or_always),
    ENGINE_TEST(test_run__many_at_once_do_not_mix),
    ENGINE_TEST(test_run__line_without_end_takes_no_memory),
};
DAVIT_TEST_MAIN(tests)
