/* SPDX-License-Identifier: MIT */
#include "support/fake.h"

#define SECOND_NS INT64_C(1000000000)

static davit_container_config web(void)
{
    davit_container_config config = DAVIT_CONTAINER_CONFIG_INIT;
    config.image = "web:1";
    config.name = "web";
    return config;
}

static int run(davit_engine *engine, const davit_container_config *config, davit_error *error)
{
    char *id = NULL;
    int r = davit_container_run(engine, config, &id, error);
    assert_int_equal(r == 0, id != NULL);
    davit_string_free(id);
    return r;
}

/* run_attached() that has to leave *ret_exit_code alone if it fails. */
static int run_attached(davit_engine *engine, const davit_container_config *config,
                        const davit_attach_options *attach, int *ret_exit_code, davit_error *error)
{
    int exit_code = -77;
    int r = davit_container_run_attached(engine, config, attach, &exit_code, error);
    assert_int_equal(r < 0, exit_code == -77);
    *ret_exit_code = exit_code;
    return r;
}

/* A scope that is cancelled when `operation` is called. */
struct cancelling {
    davit_cancel *cancel;
    davit_engine *scope;
};

static void trigger(void *cancel)
{
    davit_cancel_trigger(cancel);
}

static struct cancelling cancel_in(struct fake *fake, fake_operation operation)
{
    struct cancelling result = {0};
    davit_error error = DAVIT_ERROR_INIT;
    assert_done(davit_cancel_create(&result.cancel, &error), &error);
    davit_scope_options options = {.cancel = result.cancel};
    assert_done(davit_engine_scope(fake->engine, &options, &result.scope, &error), &error);
    fake_hook(fake, operation, trigger, result.cancel);
    return result;
}

static void cancelling_end(struct cancelling *cancelling)
{
    davit_engine_close(cancelling->scope);
    davit_cancel_free(cancelling->cancel);
}

/* ---- what is left behind ---- */

static void test_run__creates_and_starts(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_container_config config = web();
    char *id = NULL;
    assert_done(davit_container_run(fake->engine, &config, &id, &error), &error);
    assert_text(id, "id-of-web");
    fake_assert_calls(fake, "container_create web\ncontainer_start id-of-web\n");
}

static void test_run__a_failed_create_has_nothing_to_remove(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_container_config config = web();
    fake_fail(fake, FAKE_CONTAINER_CREATE, NULL, DAVIT_ERROR_CONFLICT, "the name is in use");
    assert_failed(run(fake->engine, &config, &error), &error, DAVIT_ERROR_CONFLICT,
                  "run web: the name is in use");
    fake_assert_calls(fake, "container_create web\n");
}

static void test_run__a_failed_start_removes_what_was_created(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_container_config config = web();
    fake_fail(fake, FAKE_CONTAINER_START, NULL, DAVIT_ERROR_CONFLICT, "the port is in use");
    assert_failed(run(fake->engine, &config, &error), &error, DAVIT_ERROR_CONFLICT,
                  "run web: the port is in use");
    fake_assert_calls(fake, "container_create web\ncontainer_start id-of-web\n"
                            "container_remove id-of-web force volumes\n");
}

static void test_run__the_first_error_stays_when_the_removal_fails_too(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_container_config config = web();
    fake_fail(fake, FAKE_CONTAINER_START, NULL, DAVIT_ERROR_CONFLICT, "the port is in use");
    fake_fail(fake, FAKE_CONTAINER_REMOVE, NULL, DAVIT_ERROR_RUNTIME, "the disk is full");
    assert_failed(run(fake->engine, &config, &error), &error, DAVIT_ERROR_CONFLICT, "port");
    assert_non_null(strstr(fake->log, "could not remove id-of-web again: the disk is full"));
}

static void test_run__what_is_gone_already_needs_no_removal(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_container_config config = web();
    fake_fail(fake, FAKE_CONTAINER_START, NULL, DAVIT_ERROR_RUNTIME, "no such program");
    fake_fail(fake, FAKE_CONTAINER_REMOVE, NULL, DAVIT_ERROR_CONTAINER_NOT_FOUND, "gone");
    assert_failed(run(fake->engine, &config, &error), &error, DAVIT_ERROR_RUNTIME, "program");
    assert_string_equal(fake->log, "");
}

static void test_run__cancelled_before_the_start_leaves_nothing(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_container_config config = web();
    struct cancelling cancelling = cancel_in(fake, FAKE_CONTAINER_START);
    assert_failed(run(cancelling.scope, &config, &error), &error, DAVIT_ERROR_CANCELLED,
                  "run web: ");
    fake_assert_calls(fake, "container_create web\ncontainer_start id-of-web\n"
                            "container_remove id-of-web force volumes\n");
    assert_string_equal(fake->log, "");
    cancelling_end(&cancelling);
}

static void test_run__the_removal_has_a_time_limit_of_its_own(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_container_config config = web();
    davit_engine *scope = NULL;
    davit_scope_options options = {.timeout_ms = 20};
    assert_done(davit_engine_scope(fake->engine, &options, &scope, &error), &error);
    fake_block(fake, FAKE_CONTAINER_START);
    assert_failed(run(scope, &config, &error), &error, DAVIT_ERROR_TIMEOUT, "run web: ");
    davit_engine_close(scope);
    assert_int_equal(fake_count(fake, FAKE_CONTAINER_REMOVE), 1);
    assert_string_equal(fake->log, "");
    int64_t expired = fake->scripts[FAKE_CONTAINER_START].call.deadline;
    int64_t removal = fake->scripts[FAKE_CONTAINER_REMOVE].call.deadline;
    assert_true(removal > expired + 20 * SECOND_NS && removal < expired + 40 * SECOND_NS);
    assert_null(fake->scripts[FAKE_CONTAINER_REMOVE].call.cancel);
}

static void test_run__without_a_name_the_image_is_named(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_container_config config = web();
    config.name = NULL;
    int exit_code;
    fake_fail(fake, FAKE_CONTAINER_CREATE, NULL, DAVIT_ERROR_RUNTIME, "no room");
    assert_failed(run(fake->engine, &config, &error), &error, DAVIT_ERROR_RUNTIME,
                  "run web:1: no room");
    assert_failed(run_attached(fake->engine, &config, NULL, &exit_code, &error), &error,
                  DAVIT_ERROR_RUNTIME, "run web:1: no room");
}

static void test_run__without_anything_the_message_is_still_one(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_container_config config = DAVIT_CONTAINER_CONFIG_INIT;
    int exit_code;
    assert_int_equal(run(fake->engine, &config, &error), DAVIT_ERROR_INVALID_CONFIG);
    assert_null(strstr(error.message, "(null)"));
    error = (davit_error)DAVIT_ERROR_INIT;
    assert_int_equal(run_attached(fake->engine, &config, NULL, &exit_code, &error),
                     DAVIT_ERROR_INVALID_CONFIG);
    assert_null(strstr(error.message, "(null)"));
    fake_assert_calls(fake, "");
}

/* ---- with streams ---- */

struct seen {
    char output[64];
    int started;
    char id[64];
    int answer; /* of the callback `started` */
};

static int take(void *context, davit_stream stream, const void *data, size_t length)
{
    struct seen *seen = context;
    assert_int_equal(stream, DAVIT_STREAM_STDOUT);
    strncat(seen->output, data, length);
    return 0;
}

static int started(void *context, const char *id)
{
    struct seen *seen = context;
    assert_string_equal(seen->output, "");
    seen->started++;
    snprintf(seen->id, sizeof seen->id, "%s", id);
    return seen->answer;
}

static davit_attach_options watch(struct seen *seen)
{
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    attach.output = take;
    attach.started = started;
    attach.context = seen;
    return attach;
}

static void test_run__streams_are_connected_before_the_start(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_container_config config = web();
    config.tty = true;
    config.auto_remove = true;
    config.open_stdin = true;
    fake->exit_code = 3;
    fake->output = "hello";
    struct seen seen = {0};
    davit_attach_options attach = watch(&seen);
    int exit_code;
    assert_done(run_attached(fake->engine, &config, &attach, &exit_code, &error), &error);
    assert_int_equal(exit_code, 3);
    assert_string_equal(seen.output, "hello");
    assert_int_equal(seen.started, 1);
    assert_string_equal(seen.id, "id-of-web");
    assert_true(fake->config.stdin_once);
    fake_assert_calls(fake, "container_create web\ncontainer_attach id-of-web tty removed\n"
                            "container_start id-of-web\n");
}

static void test_run__streams_may_go_nowhere(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_container_config config = web();
    fake->output = "dropped";
    int exit_code;
    assert_done(run_attached(fake->engine, &config, NULL, &exit_code, &error), &error);
    assert_int_equal(exit_code, 0);
    assert_false(fake->config.stdin_once);
}

static void test_run__streams_that_cannot_be_connected_leave_nothing(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_container_config config = web();
    int exit_code;
    fake_fail(fake, FAKE_CONTAINER_ATTACH, NULL, DAVIT_ERROR_PROTOCOL, "no upgrade");
    assert_failed(run_attached(fake->engine, &config, NULL, &exit_code, &error), &error,
                  DAVIT_ERROR_PROTOCOL, "run web: no upgrade");
    fake_assert_calls(fake, "container_create web\ncontainer_attach id-of-web\n"
                            "container_remove id-of-web force volumes\n");
}

static void test_run__attached_a_failed_start_removes_what_was_created(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_container_config config = web();
    struct seen seen = {0};
    davit_attach_options attach = watch(&seen);
    int exit_code;
    fake_fail(fake, FAKE_CONTAINER_START, NULL, DAVIT_ERROR_CONFLICT, "the port is in use");
    assert_failed(run_attached(fake->engine, &config, &attach, &exit_code, &error), &error,
                  DAVIT_ERROR_CONFLICT, "run web: the port is in use");
    assert_int_equal(seen.started, 0);
    fake_assert_calls(fake, "container_create web\ncontainer_attach id-of-web\n"
                            "container_start id-of-web\n"
                            "container_remove id-of-web force volumes\n");
    /* The same without an error to fill. */
    assert_int_equal(run_attached(fake->engine, &config, &attach, &exit_code, NULL),
                     DAVIT_ERROR_CONFLICT);
}

static void test_run__attached_and_cancelled_before_the_start_leaves_nothing(void **state)
{
    static const fake_operation moments[] = {FAKE_CONTAINER_ATTACH, FAKE_CONTAINER_START};
    struct fake *fake = *state;
    davit_container_config config = web();
    for (size_t i = 0; i < 2; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        int exit_code;
        struct cancelling cancelling = cancel_in(fake, moments[i]);
        assert_failed(run_attached(cancelling.scope, &config, NULL, &exit_code, &error), &error,
                      DAVIT_ERROR_CANCELLED, "run web: ");
        fake_hook(fake, moments[i], NULL, NULL);
        cancelling_end(&cancelling);
        assert_int_equal(fake_count(fake, FAKE_CONTAINER_REMOVE), i + 1);
    }
    assert_string_equal(fake->log, "");
}

static void test_run__a_refusal_once_started_removes_what_was_created(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_container_config config = web();
    struct seen seen = {.answer = 1};
    davit_attach_options attach = watch(&seen);
    int exit_code;
    assert_failed(run_attached(fake->engine, &config, &attach, &exit_code, &error), &error,
                  DAVIT_ERROR_CANCELLED, "run web: ");
    assert_int_equal(seen.started, 1);
    fake_assert_calls(fake, "container_create web\ncontainer_attach id-of-web\n"
                            "container_start id-of-web\n"
                            "container_remove id-of-web force volumes\n");
}

static void test_run__lost_streams_do_not_remove_what_runs(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_container_config config = web();
    int exit_code;
    fake_fail(fake, FAKE_CONTAINER_STREAMS, NULL, DAVIT_ERROR_PROTOCOL, "the engine hung up");
    assert_failed(run_attached(fake->engine, &config, NULL, &exit_code, &error), &error,
                  DAVIT_ERROR_PROTOCOL, "run web: the engine hung up");
    assert_int_equal(fake_count(fake, FAKE_CONTAINER_REMOVE), 0);
}

static void test_run__cancelled_while_it_runs_does_not_remove_it(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_container_config config = web();
    int exit_code;
    struct cancelling cancelling = cancel_in(fake, FAKE_CONTAINER_STREAMS);
    assert_failed(run_attached(cancelling.scope, &config, NULL, &exit_code, &error), &error,
                  DAVIT_ERROR_CANCELLED, "run web: ");
    assert_int_equal(fake_count(fake, FAKE_CONTAINER_REMOVE), 0);
    cancelling_end(&cancelling);
}

/* ---- pulling ---- */

static int create(struct fake *fake, davit_pull_policy policy, davit_error *error)
{
    davit_container_config config = web();
    config.pull_policy = policy;
    char *id = NULL;
    int r = davit_container_create(fake->engine, &config, &id, error);
    assert_int_equal(r == 0, id != NULL);
    davit_string_free(id);
    return r;
}

static void test_run__an_image_that_is_there_is_not_pulled(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    assert_done(create(fake, DAVIT_PULL_MISSING, &error), &error);
    fake_assert_calls(fake, "container_create web\n");
}

static void test_run__a_missing_image_is_pulled_and_create_tried_again(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    fake_fail_once(fake, FAKE_CONTAINER_CREATE, DAVIT_ERROR_IMAGE_NOT_FOUND, "no such image");
    assert_done(create(fake, DAVIT_PULL_MISSING, &error), &error);
    fake_assert_calls(fake, "container_create web\nimage_pull web:1\ncontainer_create web\n");
}

static void test_run__a_missing_image_is_pulled_only_once(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    fake_fail(fake, FAKE_CONTAINER_CREATE, NULL, DAVIT_ERROR_IMAGE_NOT_FOUND, "no such image");
    assert_failed(create(fake, DAVIT_PULL_MISSING, &error), &error, DAVIT_ERROR_IMAGE_NOT_FOUND,
                  "create web: no such image");
    fake_assert_calls(fake, "container_create web\nimage_pull web:1\ncontainer_create web\n");
}

static void test_run__a_failed_pull_is_the_error(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    fake_fail(fake, FAKE_CONTAINER_CREATE, NULL, DAVIT_ERROR_IMAGE_NOT_FOUND, "no such image");
    fake_fail(fake, FAKE_IMAGE_PULL, NULL, DAVIT_ERROR_UNAUTHORIZED, "log in first");
    assert_failed(create(fake, DAVIT_PULL_MISSING, &error), &error, DAVIT_ERROR_UNAUTHORIZED,
                  "create web: pull web:1: log in first");
    fake_assert_calls(fake, "container_create web\nimage_pull web:1\n");
}

static void test_run__other_errors_of_create_pull_nothing(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    fake_fail(fake, FAKE_CONTAINER_CREATE, NULL, DAVIT_ERROR_NETWORK_NOT_FOUND, "no such network");
    assert_failed(create(fake, DAVIT_PULL_MISSING, &error), &error, DAVIT_ERROR_NETWORK_NOT_FOUND,
                  "no such network");
    fake_assert_calls(fake, "container_create web\n");
}

static void test_run__always_pulls_first(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    assert_done(create(fake, DAVIT_PULL_ALWAYS, &error), &error);
    fake_assert_calls(fake, "image_pull web:1\ncontainer_create web\n");
}

static void test_run__always_does_not_make_do_with_an_old_image(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    fake_fail(fake, FAKE_IMAGE_PULL, NULL, DAVIT_ERROR_IMAGE_NOT_FOUND, "not in the registry");
    assert_failed(create(fake, DAVIT_PULL_ALWAYS, &error), &error, DAVIT_ERROR_IMAGE_NOT_FOUND,
                  "create web: pull web:1: not in the registry");
    fake_assert_calls(fake, "image_pull web:1\n");
}

static void test_run__never_does_not_pull(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    fake_fail(fake, FAKE_CONTAINER_CREATE, NULL, DAVIT_ERROR_IMAGE_NOT_FOUND, "no such image");
    assert_failed(create(fake, DAVIT_PULL_NEVER, &error), &error, DAVIT_ERROR_IMAGE_NOT_FOUND,
                  "no such image");
    fake_assert_calls(fake, "container_create web\n");
}

static void test_run__an_id_is_never_pulled(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_container_config config = web();
    config.image = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    fake_fail(fake, FAKE_CONTAINER_CREATE, NULL, DAVIT_ERROR_IMAGE_NOT_FOUND, "no such image");
    assert_failed(run(fake->engine, &config, &error), &error, DAVIT_ERROR_IMAGE_NOT_FOUND, "");
    fake_assert_calls(fake, "container_create web\n");
}

static const struct CMUnitTest tests[] = {
    FAKE_TEST(test_run__creates_and_starts),
    FAKE_TEST(test_run__a_failed_create_has_nothing_to_remove),
    FAKE_TEST(test_run__a_failed_start_removes_what_was_created),
    FAKE_TEST(test_run__the_first_error_stays_when_the_removal_fails_too),
    FAKE_TEST(test_run__what_is_gone_already_needs_no_removal),
    FAKE_TEST(test_run__cancelled_before_the_start_leaves_nothing),
    FAKE_TEST(test_run__the_removal_has_a_time_limit_of_its_own),
    FAKE_TEST(test_run__without_a_name_the_image_is_named),
    FAKE_TEST(test_run__without_anything_the_message_is_still_one),
    FAKE_TEST(test_run__streams_are_connected_before_the_start),
    FAKE_TEST(test_run__streams_may_go_nowhere),
    FAKE_TEST(test_run__streams_that_cannot_be_connected_leave_nothing),
    FAKE_TEST(test_run__attached_a_failed_start_removes_what_was_created),
    FAKE_TEST(test_run__attached_and_cancelled_before_the_start_leaves_nothing),
    FAKE_TEST(test_run__a_refusal_once_started_removes_what_was_created),
    FAKE_TEST(test_run__lost_streams_do_not_remove_what_runs),
    FAKE_TEST(test_run__cancelled_while_it_runs_does_not_remove_it),
    FAKE_TEST(test_run__an_image_that_is_there_is_not_pulled),
    FAKE_TEST(test_run__a_missing_image_is_pulled_and_create_tried_again),
    FAKE_TEST(test_run__a_missing_image_is_pulled_only_once),
    FAKE_TEST(test_run__a_failed_pull_is_the_error),
    FAKE_TEST(test_run__other_errors_of_create_pull_nothing),
    FAKE_TEST(test_run__always_pulls_first),
    FAKE_TEST(test_run__always_does_not_make_do_with_an_old_image),
    FAKE_TEST(test_run__never_does_not_pull),
    FAKE_TEST(test_run__an_id_is_never_pulled),
};
DAVIT_TEST_MAIN(tests)
