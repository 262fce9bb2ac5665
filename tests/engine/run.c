/* SPDX-License-Identifier: MIT */
/* Running a container to its end, its streams passed on. */
#include "engine_test.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

/* ---- exit codes and output ---- */

static void test_run__exit_code_is_the_commands(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    assert_int_equal(run_script(test, &config, "exit 0", NULL), 0);
    assert_int_equal(run_script(test, &config, "exit 42", NULL), 42);
    assert_int_equal(run_script(test, &config, "exit 255", NULL), 255);
    assert_int_equal(run_script(test, &config, "sh -c 'kill -TERM $$'; exit $?", NULL), 143);
    observed(test, "Streams", "exit code of a run", NULL);
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
    observed(test, "Streams", "stdout and stderr apart", NULL);
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
    observed(test, "Streams", "input", NULL);
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
    ENGINE_TEST(test_run__many_at_once_do_not_mix),
    ENGINE_TEST(test_run__line_without_end_takes_no_memory),
};
DAVIT_TEST_MAIN(tests)
