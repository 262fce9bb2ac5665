/* SPDX-License-Identifier: MIT */
/* Commands in a running container. */
#include "engine_test.h"

#include <pthread.h>
#include <unistd.h>

struct call {
    davit_exec_config config;
    davit_attach_options attach;
    struct collected collected;
};

static struct call call_of(const char *const *command, size_t count)
{
    struct call call = {.config = DAVIT_EXEC_CONFIG_INIT, .attach = DAVIT_ATTACH_OPTIONS_INIT};
    call.config.command = command;
    call.config.command_count = count;
    return call;
}

/* Its exit code; what it wrote is in call->collected. */
static int run_call(struct engine_test *test, const char *name, struct call *call)
{
    int exit_code = -1;
    call->attach.output = collect;
    call->attach.context = &call->collected;
    collected_clear(&call->collected);
    collect(&call->collected, DAVIT_STREAM_STDOUT, "", 0);
    collect(&call->collected, DAVIT_STREAM_STDERR, "", 0);
    OK(davit_container_exec(test->engine, name, &call->config, &call->attach, &exit_code,
                            &test->error));
    return exit_code;
}

static const char *start_box(struct engine_test *test)
{
    davit_container_config config = engine_test_config(test, "box");
    return start_script(test, &config, NULL);
}

/* A pipe that holds this and then ends. */
static int pipe_with(const char *text)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
    close(ends[1]);
    return ends[0];
}

static void test_exec__exit_code_is_the_commands(void **state)
{
    struct engine_test *test = *state;
    const char *name = start_box(test);
    const int codes[] = {0, 1, 42, 255};
    for (size_t i = 0; i < ITEMS(codes); i++) {
        const char *script = engine_test_format(test, "exit %d", codes[i]);
        assert_int_equal(exec_script(test, name, script, NULL), codes[i]);
    }
    assert_int_equal(exec_script(test, name, "kill -KILL $$", NULL), 137);
    observed(test, "Exec", "exit code", NULL);
}

static void test_exec__outputs_come_apart(void **state)
{
    struct engine_test *test = *state;
    struct collected collected = {0};
    const char *name = start_box(test);
    exec_script(test, name, "echo out; echo err >&2; seq 1 50000 | tail -n 1", &collected);
    assert_string_equal(collected.out, "out\n50000\n");
    assert_string_equal(collected.err, "err\n");
    collected_clear(&collected);
    observed(test, "Exec", "stdout and stderr apart", NULL);
}

static void test_exec__nothing_is_lost_at_the_end(void **state)
{
    struct engine_test *test = *state;
    struct collected collected = {0};
    const char *name = start_box(test);
    for (int i = 0; i < 5; i++) {
        exec_script(test, name, "seq 1 50000", &collected);
        assert_int_equal(collected.out_length, 288894);
    }
    collected_clear(&collected);
}

static void test_exec__user_and_workdir_are_set(void **state)
{
    struct engine_test *test = *state;
    const char *name = start_box(test);
    const char *command[] = {"sh", "-c", "echo $(id -u):$(id -g) $(pwd)"};
    struct call call = call_of(command, ITEMS(command));
    assert_int_equal(run_call(test, name, &call), 0);
    assert_string_equal(call.collected.out, "0:0 /\n");
    call.config.user = "app";
    call.config.workdir = "/home/app";
    assert_int_equal(run_call(test, name, &call), 0);
    assert_string_equal(call.collected.out, "1000:1000 /home/app\n");
    call.config.user = "12:34";
    assert_int_equal(run_call(test, name, &call), 0);
    assert_string_equal(call.collected.out, "12:34 /home/app\n");
    collected_clear(&call.collected);
    observed(test, "Exec", "user and working directory", NULL);
}

static void test_exec__environment_is_added(void **state)
{
    struct engine_test *test = *state;
    const davit_pair inside[] = {{"KEPT", "1"}, {"CHANGED", "old"}};
    davit_container_config config = engine_test_config(test, "box");
    config.environment = inside;
    config.environment_count = ITEMS(inside);
    const char *name = start_script(test, &config, NULL);
    setenv("DAVIT_GIVEN", "from outside", 1);
    unsetenv("DAVIT_MISSING");
    const davit_pair added[] = {
        {"CHANGED", "n e w"}, {"DAVIT_GIVEN", NULL}, {"DAVIT_MISSING", NULL}};
    const char *command[] = {"sh", "-c", "echo $KEPT,$CHANGED,$DAVIT_GIVEN,${DAVIT_MISSING-none}"};
    struct call call = call_of(command, ITEMS(command));
    call.config.environment = added;
    call.config.environment_count = ITEMS(added);
    assert_int_equal(run_call(test, name, &call), 0);
    assert_string_equal(call.collected.out, "1,n e w,from outside,none\n");
    collected_clear(&call.collected);
    observed(test, "Exec", "environment", NULL);
}

static void test_exec__command_is_given_word_by_word(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"printf", "[%s]", "a b", "", "$HOME", "\xc3\xa9\""};
    struct call call = call_of(command, ITEMS(command));
    assert_int_equal(run_call(test, start_box(test), &call), 0);
    assert_string_equal(call.collected.out, "[a b][][$HOME][\xc3\xa9\"]");
    collected_clear(&call.collected);
}

static void test_exec__privileged_has_more_capabilities(void **state)
{
    struct engine_test *test = *state;
    const char *name = start_box(test);
    const char *command[] = {"sed", "-n", "s/CapEff:[[:space:]]*//p", "/proc/self/status"};
    struct call call = call_of(command, ITEMS(command));
    call.config.privileged = true;
    unsigned long long usual = strtoull(
        exec_says(test, name, "sed -n 's/CapEff:[[:space:]]*//p' /proc/self/status"), NULL, 16);
    if (run_call(test, name, &call) == 0) {
        assert_true(strtoull(call.collected.out, NULL, 16) > usual);
    } else { /* a machine that lacks some itself: Docker asks for all that there are */
        assert_int_equal(test->runtime, DAVIT_RUNTIME_DOCKER);
        assert_contains(call.collected.out, "unable to apply caps");
    }
    collected_clear(&call.collected);
    observed(test, "Exec", "privileged", NULL);
}

/* ---- what cannot be run ---- */

static void test_exec__unknown_command_is_126_or_127(void **state)
{
    struct engine_test *test = *state;
    const char *name = start_box(test);
    const char *unknown[] = {"no-such-command"}, *no_program[] = {"/etc/passwd"};
    struct call call = call_of(unknown, 1);
    int exit_code = run_call(test, name, &call);
    assert_true(exit_code == 126 || exit_code == 127); /* Docker, Podman */
    collected_clear(&call.collected);
    call = call_of(no_program, 1);
    assert_int_equal(run_call(test, name, &call), 126);
    collected_clear(&call.collected);
}

static void test_exec__container_has_to_run(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"true"};
    struct call call = call_of(command, 1);
    davit_container_config config = engine_test_config(test, "box");
    char *id = NULL;
    OK(davit_container_create(test->engine, &config, &id, &test->error));
    davit_string_free(id);
    int exit_code = -1;
    FAILS(DAVIT_ERROR_CONFLICT, davit_container_exec(test->engine, config.name, &call.config, NULL,
                                                     &exit_code, &test->error));
    assert_contains(engine_test_message(test), config.name);
    assert_int_equal(exit_code, -1);
}

static void test_exec__empty_command_is_invalid(void **state)
{
    struct engine_test *test = *state;
    struct call call = call_of(NULL, 0);
    int exit_code = -1;
    FAILS(DAVIT_ERROR_INVALID_CONFIG,
          davit_container_exec(test->engine, start_box(test), &call.config, &call.attach,
                               &exit_code, &test->error));
    assert_contains(engine_test_message(test), "command");
}

static void test_exec__unknown_user_is_an_error(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"true"};
    struct call call = call_of(command, 1);
    call.config.user = "nobody-of-that-name";
    int exit_code = -1;
    call.attach.output = collect;
    call.attach.context = &call.collected;
    int r = davit_container_exec(test->engine, start_box(test), &call.config, &call.attach,
                                 &exit_code, &test->error);
    if (r < 0) {
        FAILS(test->error.code, r);
        assert_contains(engine_test_message(test), "nobody-of-that-name");
    } else { /* told where the output goes */
        assert_true(exit_code == 126 || exit_code == 127 || exit_code == 1);
    }
    collected_clear(&call.collected);
}

/* ---- streams ---- */

static void test_exec__input_is_passed_on_and_ends(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"sh", "-c", "cat; echo end; exit 3"};
    const char *name = start_box(test);
    struct call call = call_of(command, ITEMS(command));
    call.attach.input = pipe_with("some input\n");
    assert_int_equal(run_call(test, name, &call), 3);
    assert_string_equal(call.collected.out, "some input\nend\n");
    close(call.attach.input);
    call.attach.input = pipe_with("");
    assert_int_equal(run_call(test, name, &call), 3);
    assert_string_equal(call.collected.out, "end\n");
    close(call.attach.input);
    collected_clear(&call.collected);
    observed(test, "Exec", "input", NULL);
}

static void test_exec__without_input_there_is_none(void **state)
{
    struct engine_test *test = *state;
    assert_int_equal(exec_script(test, start_box(test), "read line", NULL), 1);
}

#define MUCH (20 * 1024 * 1024)

static void *send_much(void *argument)
{
    static char lines[4096];
    int fd = *(int *)argument;
    memset(lines, 'x', sizeof lines - 1);
    lines[sizeof lines - 1] = '\n';
    for (size_t sent = 0; sent < MUCH; sent += sizeof lines) {
        if (write(fd, lines, sizeof lines) != sizeof lines) {
            break;
        }
    }
    close(fd);
    return NULL;
}

static int count_bytes(void *context, davit_stream stream, const void *data, size_t length)
{
    *(size_t *)context += length;
    return 0;
}

static void test_exec__much_input_comes_back(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"cat"};
    struct call call = call_of(command, 1);
    int ends[2], exit_code = -1;
    size_t length = 0;
    pthread_t sender;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(pthread_create(&sender, NULL, send_much, &ends[1]), 0);
    call.attach.input = ends[0];
    call.attach.output = count_bytes;
    call.attach.context = &length;
    OK(davit_container_exec(test->engine, start_box(test), &call.config, &call.attach, &exit_code,
                            &test->error));
    pthread_join(sender, NULL);
    close(ends[0]);
    assert_int_equal(exit_code, 0);
    assert_int_equal(length, MUCH);
}

static void test_exec__terminal_has_no_frames(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"sh", "-c", "tty; cat; echo err >&2; exit 5"};
    struct call call = call_of(command, ITEMS(command));
    call.config.tty = true;
    call.attach.input = pipe_with("typed\n");
    assert_int_equal(run_call(test, start_box(test), &call), 5);
    assert_contains(call.collected.out, "/dev/");
    assert_contains(call.collected.out, "typed\r\n");
    assert_contains(call.collected.out, "err\r\n");
    assert_string_equal(call.collected.err, "");
    close(call.attach.input);
    collected_clear(&call.collected);
    observed(test, "Exec", "terminal", NULL);
}

static int stop_at_once(void *context, davit_stream stream, const void *data, size_t length)
{
    return 1;
}

static int started_and_counted(void *context, const char *id)
{
    ++*(int *)context;
    return 0;
}

static void test_exec__started_is_told_once(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"true"};
    struct call call = call_of(command, 1);
    int started = 0, exit_code = -1;
    call.attach.started = started_and_counted;
    call.attach.context = &started;
    OK(davit_container_exec(test->engine, start_box(test), &call.config, &call.attach, &exit_code,
                            &test->error));
    assert_int_equal(started, 1);
}

static void test_exec__receiver_can_stop(void **state)
{
    struct engine_test *test = *state;
    const char *name = start_box(test);
    const char *command[] = {"yes"};
    struct call call = call_of(command, 1);
    int exit_code = -1;
    call.attach.output = stop_at_once;
    FAILS(DAVIT_ERROR_CANCELLED, davit_container_exec(test->engine, name, &call.config,
                                                      &call.attach, &exit_code, &test->error));
    assert_int_equal(exit_code, -1);
    assert_true(info_of(test, name)->is_running);
}

static void test_exec__time_limit_ends_the_call(void **state)
{
    struct engine_test *test = *state;
    const char *name = start_box(test);
    const char *command[] = {"sleep", "1000"};
    struct call call = call_of(command, ITEMS(command));
    davit_scope_options options = {.timeout_ms = 1000};
    davit_engine *scope = NULL;
    OK(davit_engine_scope(test->engine, &options, &scope, &test->error));
    int exit_code = -1;
    double begin = seconds();
    FAILS(DAVIT_ERROR_TIMEOUT,
          davit_container_exec(scope, name, &call.config, &call.attach, &exit_code, &test->error));
    assert_true(seconds() - begin < 30.0);
    davit_engine_close(scope);
}

static bool has_mark(struct engine_test *test, void *context)
{
    return exec_script(test, context, "test -e /mark", NULL) == 0;
}

static void test_exec__detached_returns_at_once(void **state)
{
    struct engine_test *test = *state;
    const char *name = start_box(test);
    const char *command[] = {"sh", "-c", "sleep 0.3; touch /mark; sleep 1000"};
    struct call call = call_of(command, ITEMS(command));
    call.config.detach = true;
    int exit_code = -1;
    OK(davit_container_exec(test->engine, name, &call.config, NULL, &exit_code, &test->error));
    assert_int_equal(exit_code, 0);
    wait_until(test, has_mark, (void *)name);
    observed(test, "Exec", "detached", NULL);
}

static void test_exec__container_that_ends_ends_it(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start_script(test, &config, "while ! [ -e /mark ]; do sleep 0.05; done; exit 3");
    const char *command[] = {"sh", "-c", "touch /mark; sleep 1000"};
    struct call call = call_of(command, ITEMS(command));
    int exit_code = -1;
    double begin = seconds();
    int r = davit_container_exec(test->engine, config.name, &call.config, &call.attach, &exit_code,
                                 &test->error);
    assert_true(seconds() - begin < 30.0);
    if (r == 0) {
        assert_int_equal(exit_code, 137);
    } else {
        FAILS(test->error.code, r);
    }
    assert_int_equal(wait_for_exit(test, config.name), 3);
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_exec__exit_code_is_the_commands),
    ENGINE_TEST(test_exec__outputs_come_apart),
    ENGINE_TEST(test_exec__nothing_is_lost_at_the_end),
    ENGINE_TEST(test_exec__user_and_workdir_are_set),
    ENGINE_TEST(test_exec__environment_is_added),
    ENGINE_TEST(test_exec__command_is_given_word_by_word),
    ENGINE_TEST(test_exec__privileged_has_more_capabilities),
    ENGINE_TEST(test_exec__unknown_command_is_126_or_127),
    ENGINE_TEST(test_exec__container_has_to_run),
    ENGINE_TEST(test_exec__empty_command_is_invalid),
    ENGINE_TEST(test_exec__unknown_user_is_an_error),
    ENGINE_TEST(test_exec__input_is_passed_on_and_ends),
    ENGINE_TEST(test_exec__without_input_there_is_none),
    ENGINE_TEST(test_exec__much_input_comes_back),
    ENGINE_TEST(test_exec__terminal_has_no_frames),
    ENGINE_TEST(test_exec__started_is_told_once),
    ENGINE_TEST(test_exec__receiver_can_stop),
    ENGINE_TEST(test_exec__time_limit_ends_the_call),
    ENGINE_TEST(test_exec__detached_returns_at_once),
    ENGINE_TEST(test_exec__container_that_ends_ends_it),
};
DAVIT_TEST_MAIN(tests)
