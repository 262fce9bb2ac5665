/* SPDX-License-Identifier: MIT */
/* Attach, sizes of terminals, keys that detach. */
#include "engine_test.h"

#include <unistd.h>

/* Somebody at a terminal: types when the streams are connected. */
struct person {
    struct engine_test *test;
    const char *types; /* NULL: nothing */
    int ends[2];
    char id[128];
    bool resizes_exec;
    struct collected seen;
    davit_cancel *cancel; /* triggered in place of typing */
    bool detached;
};

static int on_started(void *context, const char *id)
{
    struct person *person = context;
    snprintf(person->id, sizeof person->id, "%s", id);
    if (person->types) {
        size_t length = strlen(person->types);
        assert_int_equal(write(person->ends[1], person->types, length), length);
    }
    if (person->resizes_exec) {
        struct engine_test *test = person->test;
        OK(davit_exec_resize(test->engine, id, 101, 33, &test->error));
    }
    if (person->cancel) {
        davit_cancel_trigger(person->cancel);
    }
    return 0;
}

static int on_output(void *context, davit_stream stream, const void *data, size_t length)
{
    return collect(&((struct person *)context)->seen, stream, data, length);
}

static davit_attach_options sit_down(struct engine_test *test, struct person *person)
{
    person->test = test;
    assert_int_equal(pipe(person->ends), 0);
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    attach.input = person->ends[0];
    attach.output = on_output;
    attach.started = on_started;
    attach.context = person;
    attach.detached = &person->detached;
    return attach;
}

static void stand_up(struct person *person)
{
    close(person->ends[0]);
    close(person->ends[1]);
    collected_clear(&person->seen);
}

static const char *start_terminal(struct engine_test *test, davit_container_config *config,
                                  const char *script)
{
    config->tty = true;
    config->open_stdin = true;
    return start_script(test, config, script);
}

#define WAITS_FOR_SIZE(size) "until [ \"$(stty size)\" = '" size "' ]; do sleep 0.02; done; exit 4"

/* ---- attach ---- */

static void test_terminals__attach_passes_streams_and_gives_the_exit_code(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.open_stdin = true;
    start_script(test, &config, "read line; echo got $line; echo oops >&2; exit 7");
    struct person person = {.types = "hello\n"};
    davit_attach_options attach = sit_down(test, &person);
    int exit_code = -1;
    OK(davit_container_attach(test->engine, config.name, &attach, &exit_code, &test->error));
    assert_int_equal(exit_code, 7);
    assert_string_equal(person.seen.out, "got hello\n");
    assert_string_equal(person.seen.err, "oops\n");
    assert_false(person.detached);
    observed(test, "Containers", "attach", NULL);
    stand_up(&person);
}

static void test_terminals__attach_to_a_terminal(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start_terminal(test, &config, "read line; echo got $line; exit 5");
    struct person person = {.types = "hello\r"};
    davit_attach_options attach = sit_down(test, &person);
    int exit_code = -1;
    OK(davit_container_attach(test->engine, config.name, &attach, &exit_code, &test->error));
    assert_int_equal(exit_code, 5);
    assert_contains(person.seen.out, "got hello\r\n");
    stand_up(&person);
}

static void test_terminals__attach_needs_a_running_container(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    int exit_code = -1;
    FAILS(DAVIT_ERROR_CONTAINER_NOT_FOUND,
          davit_container_attach(test->engine, config.name, NULL, &exit_code, &test->error));
    char *id = NULL;
    OK(davit_container_create(test->engine, &config, &id, &test->error));
    davit_string_free(id);
    FAILS(DAVIT_ERROR_CONFLICT,
          davit_container_attach(test->engine, config.name, NULL, &exit_code, &test->error));
    assert_int_equal(exit_code, -1);
}

static void test_terminals__attach_ends_when_cancelled_and_in_time(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start_script(test, &config, "exec sleep 1000");
    struct person person = {0};
    davit_attach_options attach = sit_down(test, &person);
    OK(davit_cancel_create(&person.cancel, &test->error));
    davit_scope_options options = {.cancel = person.cancel};
    davit_engine *scope = NULL;
    int exit_code = -1;
    OK(davit_engine_scope(test->engine, &options, &scope, &test->error));
    FAILS(DAVIT_ERROR_CANCELLED,
          davit_container_attach(scope, config.name, &attach, &exit_code, &test->error));
    davit_engine_close(scope);
    davit_cancel_free(person.cancel);
    person.cancel = NULL;
    options = (davit_scope_options){.timeout_ms = 300};
    OK(davit_engine_scope(test->engine, &options, &scope, &test->error));
    FAILS(DAVIT_ERROR_TIMEOUT,
          davit_container_attach(scope, config.name, &attach, &exit_code, &test->error));
    davit_engine_close(scope);
    assert_true(info_of(test, config.name)->is_running);
    stand_up(&person);
}

/* ---- detach ---- */

static void check_detach(struct engine_test *test, const char *keys, const char *typed)
{
    davit_container_config config = engine_test_config(test, "box");
    start_terminal(test, &config, "exec sleep 1000");
    struct person person = {.types = typed};
    davit_attach_options attach = sit_down(test, &person);
    attach.detach_keys = keys;
    int exit_code = -1;
    OK(davit_container_attach(test->engine, config.name, &attach, &exit_code, &test->error));
    assert_int_equal(exit_code, 0);
    assert_true(person.detached);
    assert_true(info_of(test, config.name)->is_running);
    stand_up(&person);
}

static void test_terminals__the_usual_keys_detach(void **state)
{
    check_detach(*state, NULL, "x\x10\x11");
    observed(*state, "Containers", "detach keys", NULL);
}

static void test_terminals__other_keys_detach_and_the_usual_ones_do_not(void **state)
{
    check_detach(*state, "ctrl-a,d",
                 "\x10\x11\x01"
                 "d");
}

static void test_terminals__a_command_goes_on_when_it_is_detached_from(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start_script(test, &config, NULL);
    static const char *const command[] = {"sh", "-c", "sleep 0.2; echo > /went-on; sleep 1000"};
    davit_exec_config exec = DAVIT_EXEC_CONFIG_INIT;
    SET_COMMAND(&exec, command);
    exec.tty = true;
    struct person person = {.types = "\x10\x11"};
    davit_attach_options attach = sit_down(test, &person);
    int exit_code = -1;
    OK(davit_container_exec(test->engine, config.name, &exec, &attach, &exit_code, &test->error));
    assert_int_equal(exit_code, 0);
    assert_true(person.detached);
    exec_says(test, config.name, "until [ -e /went-on ]; do sleep 0.02; done");
    observed(test, "Exec", "detach keys", NULL);
    stand_up(&person);
}

static void test_terminals__a_run_goes_on_when_it_is_detached_from(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    static const char *const command[] = {"sleep", "1000"};
    SET_COMMAND(&config, command);
    config.tty = true;
    config.open_stdin = true;
    config.auto_remove = true;
    struct person person = {.types = "\x10\x11"};
    davit_attach_options attach = sit_down(test, &person);
    int exit_code = -1;
    OK(davit_container_run_attached(test->engine, &config, &attach, &exit_code, &test->error));
    assert_int_equal(exit_code, 0);
    assert_true(person.detached);
    assert_true(info_of(test, config.name)->is_running);
    stand_up(&person);
}

static void test_terminals__keys_that_are_none_are_refused(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    attach.detach_keys = "ctrl-nothing";
    int exit_code = -1;
    FAILS(DAVIT_ERROR_INVALID_CONFIG,
          davit_container_run_attached(test->engine, &config, &attach, &exit_code, &test->error));
    assert_contains(engine_test_message(test), "detach keys 'ctrl-nothing'");
    assert_false(container_exists(test, config.name));
}

/* ---- sizes ---- */

static void test_terminals__a_run_has_the_size_from_the_beginning(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    static const char *const command[] = {"sh", "-c", WAITS_FOR_SIZE("31 97")};
    SET_COMMAND(&config, command);
    config.tty = true;
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    attach.columns = 97;
    attach.rows = 31;
    int exit_code = -1;
    OK(davit_container_run_attached(test->engine, &config, &attach, &exit_code, &test->error));
    assert_int_equal(exit_code, 4);
}

static void test_terminals__a_command_has_the_size_and_hears_of_changes(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start_script(test, &config, NULL);
    static const char *const command[] = {"sh", "-c", WAITS_FOR_SIZE("31 97")};
    davit_exec_config exec = DAVIT_EXEC_CONFIG_INIT;
    SET_COMMAND(&exec, command);
    exec.tty = true;
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    attach.columns = 97;
    attach.rows = 31;
    int exit_code = -1;
    OK(davit_container_exec(test->engine, config.name, &exec, &attach, &exit_code, &test->error));
    assert_int_equal(exit_code, 4);
    static const char *const later[] = {"sh", "-c", WAITS_FOR_SIZE("33 101")};
    SET_COMMAND(&exec, later);
    struct person person = {.resizes_exec = true};
    davit_attach_options watched = sit_down(test, &person);
    watched.columns = 97;
    watched.rows = 31;
    OK(davit_container_exec(test->engine, config.name, &exec, &watched, &exit_code, &test->error));
    assert_int_equal(exit_code, 4);
    observed(test, "Exec", "size of the terminal", NULL);
    stand_up(&person);
}

static void test_terminals__resize_reaches_a_container(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    const char *id = start_terminal(test, &config, WAITS_FOR_SIZE("40 120"));
    OK(davit_container_resize(test->engine, id, 120, 40, &test->error));
    assert_int_equal(wait_for_exit(test, id), 4);
    observed(test, "Containers", "size of the terminal", NULL);
    FAILS(DAVIT_ERROR_INVALID_CONFIG,
          davit_container_resize(test->engine, id, 65536, 1, &test->error));
    FAILS(DAVIT_ERROR_CONTAINER_NOT_FOUND,
          davit_container_resize(test->engine, "no-such-container", 80, 24, &test->error));
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_terminals__attach_passes_streams_and_gives_the_exit_code),
    ENGINE_TEST(test_terminals__attach_to_a_terminal),
    ENGINE_TEST(test_terminals__attach_needs_a_running_container),
    ENGINE_TEST(test_terminals__attach_ends_when_cancelled_and_in_time),
    ENGINE_TEST(test_terminals__the_usual_keys_detach),
    ENGINE_TEST(test_terminals__other_keys_detach_and_the_usual_ones_do_not),
    ENGINE_TEST(test_terminals__a_command_goes_on_when_it_is_detached_from),
    ENGINE_TEST(test_terminals__a_run_goes_on_when_it_is_detached_from),
    ENGINE_TEST(test_terminals__keys_that_are_none_are_refused),
    ENGINE_TEST(test_terminals__a_run_has_the_size_from_the_beginning),
    ENGINE_TEST(test_terminals__a_command_has_the_size_and_hears_of_changes),
    ENGINE_TEST(test_terminals__resize_reaches_a_container),
};
DAVIT_TEST_MAIN(tests)
