/* SPDX-License-Identifier: MIT */
/* The public operations over a driver: every one under the error rule, then what is special. */
#include "support/fake.h"

#include <stdlib.h>
#include <time.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int drop_output(void *context, davit_stream stream, const void *data, size_t length)
{
    (void)context, (void)stream, (void)data, (void)length;
    return 0;
}

/* ---- every operation once ----
 *
 * Each calls its function with this name and hands on its result. What a failed call has to leave
 * alone is filled before and looked at after it. */

static void *const untouched = (void *)&untouched;
#define UNTOUCHED_CODE (-77)

static void check_pointer(int r, const void *result)
{
    assert_true(r < 0 ? result == untouched : result && result != untouched);
}

static int call_version(davit_engine *engine, const char *name, davit_error *error)
{
    (void)name;
    davit_version *version = untouched;
    int r = davit_engine_version(engine, &version, error);
    check_pointer(r, version);
    davit_version_free(r < 0 ? NULL : version);
    return r;
}

static int call_info(davit_engine *engine, const char *name, davit_error *error)
{
    (void)name;
    davit_info *info = untouched;
    int r = davit_engine_info(engine, &info, error);
    check_pointer(r, info);
    davit_info_free(r < 0 ? NULL : info);
    return r;
}

static davit_container_config config_of(const char *name)
{
    davit_container_config config = DAVIT_CONTAINER_CONFIG_INIT;
    config.image = "web:1";
    config.name = name;
    return config;
}

static int call_create(davit_engine *engine, const char *name, davit_error *error)
{
    davit_container_config config = config_of(name);
    char *id = untouched;
    int r = davit_container_create(engine, &config, &id, error);
    check_pointer(r, id);
    davit_string_free(r < 0 ? NULL : id);
    return r;
}

static int call_run(davit_engine *engine, const char *name, davit_error *error)
{
    davit_container_config config = config_of(name);
    char *id = untouched;
    int r = davit_container_run(engine, &config, &id, error);
    check_pointer(r, id);
    davit_string_free(r < 0 ? NULL : id);
    return r;
}

static int call_run_attached(davit_engine *engine, const char *name, davit_error *error)
{
    davit_container_config config = config_of(name);
    int exit_code = UNTOUCHED_CODE;
    int r = davit_container_run_attached(engine, &config, NULL, &exit_code, error);
    assert_int_equal(exit_code, r < 0 ? UNTOUCHED_CODE : 0);
    return r;
}

static int call_start(davit_engine *engine, const char *name, davit_error *error)
{
    return davit_container_start(engine, name, error);
}

static int call_stop(davit_engine *engine, const char *name, davit_error *error)
{
    return davit_container_stop(engine, name, 5, error);
}

static int call_restart(davit_engine *engine, const char *name, davit_error *error)
{
    return davit_container_restart(engine, name, 5, error);
}

static int call_kill(davit_engine *engine, const char *name, davit_error *error)
{
    return davit_container_kill(engine, name, NULL, error);
}

static int call_remove(davit_engine *engine, const char *name, davit_error *error)
{
    return davit_container_remove(engine, name, NULL, error);
}

static int call_list(davit_engine *engine, const char *name, davit_error *error)
{
    (void)name;
    davit_container_list *list = untouched;
    int r = davit_container_list_get(engine, NULL, &list, error);
    check_pointer(r, list);
    davit_container_list_free(r < 0 ? NULL : list);
    return r;
}

static int call_list_detail(davit_engine *engine, const char *name, davit_error *error)
{
    (void)name;
    davit_container_list *list = untouched;
    davit_container_list_options options = {.detail = true};
    int r = davit_container_list_get(engine, &options, &list, error);
    check_pointer(r, list);
    davit_container_list_free(r < 0 ? NULL : list);
    return r;
}

static int call_get(davit_engine *engine, const char *name, davit_error *error)
{
    davit_container_info *info = untouched;
    int r = davit_container_get(engine, name, &info, error);
    check_pointer(r, info);
    davit_container_info_free(r < 0 ? NULL : info);
    return r;
}

static int call_get_raw(davit_engine *engine, const char *name, davit_error *error)
{
    char *raw = untouched;
    int r = davit_container_get_raw(engine, name, &raw, error);
    check_pointer(r, raw);
    davit_string_free(r < 0 ? NULL : raw);
    return r;
}

static int call_logs(davit_engine *engine, const char *name, davit_error *error)
{
    return davit_container_logs(engine, name, NULL, drop_output, NULL, error);
}

static int call_exec(davit_engine *engine, const char *name, davit_error *error)
{
    static const char *const words[] = {"true"};
    davit_exec_config config = DAVIT_EXEC_CONFIG_INIT;
    config.command = words;
    config.command_count = 1;
    int exit_code = UNTOUCHED_CODE;
    int r = davit_container_exec(engine, name, &config, NULL, &exit_code, error);
    assert_int_equal(exit_code, r < 0 ? UNTOUCHED_CODE : 0);
    return r;
}

static int call_wait(davit_engine *engine, const char *name, davit_error *error)
{
    int exit_code = UNTOUCHED_CODE;
    int r = davit_container_wait(engine, name, DAVIT_WAIT_NOT_RUNNING, &exit_code, error);
    assert_int_equal(exit_code, r < 0 ? UNTOUCHED_CODE : 0);
    return r;
}

static int call_wait_healthy(davit_engine *engine, const char *name, davit_error *error)
{
    int exit_code = UNTOUCHED_CODE;
    int r = davit_container_wait(engine, name, DAVIT_WAIT_HEALTHY, &exit_code, error);
    assert_int_equal(exit_code, r < 0 ? UNTOUCHED_CODE : 0);
    return r;
}

static int call_health(davit_engine *engine, const char *name, davit_error *error)
{
    davit_health *health = untouched;
    int r = davit_container_health(engine, name, &health, error);
    check_pointer(r, health);
    davit_health_free(r < 0 ? NULL : health);
    return r;
}

static int call_attach(davit_engine *engine, const char *name, davit_error *error)
{
    int exit_code = UNTOUCHED_CODE;
    int r = davit_container_attach(engine, name, NULL, &exit_code, error);
    assert_int_equal(exit_code, r < 0 ? UNTOUCHED_CODE : 0);
    return r;
}

static int call_resize(davit_engine *engine, const char *name, davit_error *error)
{
    return davit_container_resize(engine, name, 80, 24, error);
}

static int call_exec_resize(davit_engine *engine, const char *name, davit_error *error)
{
    return davit_exec_resize(engine, name, 80, 24, error);
}

static int call_pause(davit_engine *engine, const char *name, davit_error *error)
{
    return davit_container_pause(engine, name, error);
}

static int call_unpause(davit_engine *engine, const char *name, davit_error *error)
{
    return davit_container_unpause(engine, name, error);
}

static int call_rename(davit_engine *engine, const char *name, davit_error *error)
{
    return davit_container_rename(engine, name, "other", error);
}

static int call_update(davit_engine *engine, const char *name, davit_error *error)
{
    davit_container_changes changes = DAVIT_CONTAINER_CHANGES_INIT;
    changes.memory = DAVIT_MIB(64);
    return davit_container_update(engine, name, &changes, error);
}

static int call_top(davit_engine *engine, const char *name, davit_error *error)
{
    davit_process_table *table = untouched;
    int r = davit_container_top(engine, name, NULL, &table, error);
    check_pointer(r, table);
    davit_process_table_free(r < 0 ? NULL : table);
    return r;
}

static int call_diff(davit_engine *engine, const char *name, davit_error *error)
{
    davit_file_changes *changes = untouched;
    int r = davit_container_diff(engine, name, &changes, error);
    check_pointer(r, changes);
    davit_file_changes_free(r < 0 ? NULL : changes);
    return r;
}

static int drop_data(void *context, const void *data, size_t length)
{
    (void)context, (void)data, (void)length;
    return 0;
}

static int call_export(davit_engine *engine, const char *name, davit_error *error)
{
    return davit_container_export(engine, name, drop_data, NULL, error);
}

static int call_commit(davit_engine *engine, const char *name, davit_error *error)
{
    char *id = untouched;
    int r = davit_container_commit(engine, name, NULL, &id, error);
    check_pointer(r, id);
    davit_string_free(r < 0 ? NULL : id);
    return r;
}

static int call_image_list(davit_engine *engine, const char *name, davit_error *error)
{
    (void)name;
    davit_image_list *list = untouched;
    int r = davit_image_list_get(engine, NULL, &list, error);
    check_pointer(r, list);
    davit_image_list_free(r < 0 ? NULL : list);
    return r;
}

static int call_image_list_detail(davit_engine *engine, const char *name, davit_error *error)
{
    (void)name;
    davit_image_list *list = untouched;
    davit_image_list_options options = {.detail = true};
    int r = davit_image_list_get(engine, &options, &list, error);
    check_pointer(r, list);
    davit_image_list_free(r < 0 ? NULL : list);
    return r;
}

static int call_image_get(davit_engine *engine, const char *name, davit_error *error)
{
    davit_image_info *info = untouched;
    int r = davit_image_get(engine, name, &info, error);
    check_pointer(r, info);
    davit_image_info_free(r < 0 ? NULL : info);
    return r;
}

static int call_image_get_raw(davit_engine *engine, const char *name, davit_error *error)
{
    char *raw = untouched;
    int r = davit_image_get_raw(engine, name, &raw, error);
    check_pointer(r, raw);
    davit_string_free(r < 0 ? NULL : raw);
    return r;
}

static int call_image_tag(davit_engine *engine, const char *name, davit_error *error)
{
    return davit_image_tag(engine, name, "other:1", error);
}

static int call_image_tag_target(davit_engine *engine, const char *name, davit_error *error)
{
    return davit_image_tag(engine, "web:1", name, error);
}

static int call_image_remove(davit_engine *engine, const char *name, davit_error *error)
{
    return davit_image_remove(engine, name, false, NULL, NULL, error);
}

static int call_image_pull(davit_engine *engine, const char *name, davit_error *error)
{
    return davit_image_pull(engine, name, NULL, NULL, NULL, error);
}

static int call_image_push(davit_engine *engine, const char *name, davit_error *error)
{
    char *digest = untouched;
    int r = davit_image_push(engine, name, NULL, NULL, NULL, &digest, error);
    check_pointer(r, digest);
    davit_string_free(r < 0 ? NULL : digest);
    return r;
}

static int call_image_build(davit_engine *engine, const char *name, davit_error *error)
{
    (void)name;
    davit_build_context context = DAVIT_BUILD_CONTEXT_INIT;
    context.dockerfile = "FROM web:1\n";
    char *id = untouched;
    int r = davit_image_build(engine, &context, NULL, NULL, &id, error);
    check_pointer(r, id);
    davit_string_free(r < 0 ? NULL : id);
    return r;
}

static const struct operation {
    const char *name;
    int (*call)(davit_engine *engine, const char *name, davit_error *error);
    fake_operation driver; /* whose failure is its failure */
    size_t member;         /* of the driver */
    bool named;            /* takes a name that may not be empty */
} operations[] = {
#define OPERATION(name, constant, member, named)                                                   \
    {                                                                                              \
#name, call_##name, FAKE_##constant, offsetof(davit_driver, member), named                 \
    }
    OPERATION(version, VERSION, version, false),
    OPERATION(info, INFO, info, false),
    OPERATION(create, CONTAINER_CREATE, container_create, false),
    OPERATION(run, CONTAINER_CREATE, container_create, false),
    OPERATION(run, CONTAINER_START, container_start, false),
    OPERATION(run_attached, CONTAINER_CREATE, container_create, false),
    OPERATION(run_attached, CONTAINER_ATTACH, container_attach, false),
    OPERATION(run_attached, CONTAINER_START, container_start, false),
    OPERATION(start, CONTAINER_START, container_start, true),
    OPERATION(stop, CONTAINER_STOP, container_stop, true),
    OPERATION(restart, CONTAINER_RESTART, container_restart, true),
    OPERATION(kill, CONTAINER_KILL, container_kill, true),
    OPERATION(remove, CONTAINER_REMOVE, container_remove, true),
    OPERATION(list, CONTAINER_LIST, container_list, false),
    OPERATION(list_detail, CONTAINER_LIST, container_list, false),
    OPERATION(list_detail, CONTAINER_GET, container_get, false),
    OPERATION(get, CONTAINER_GET, container_get, true),
    OPERATION(get_raw, CONTAINER_GET, container_get, true),
    OPERATION(logs, CONTAINER_LOGS, container_logs, true),
    OPERATION(exec, CONTAINER_EXEC, container_exec, true),
    OPERATION(wait, CONTAINER_WAIT, container_wait, true),
    OPERATION(wait_healthy, CONTAINER_GET, container_get, true),
    OPERATION(wait_healthy, CONTAINER_HEALTH, container_health, true),
    OPERATION(health, CONTAINER_HEALTH, container_health, true),
    OPERATION(attach, CONTAINER_GET, container_get, true),
    OPERATION(attach, CONTAINER_ATTACH, container_attach, true),
    OPERATION(resize, CONTAINER_RESIZE, container_resize, true),
    OPERATION(exec_resize, EXEC_RESIZE, exec_resize, true),
    OPERATION(pause, CONTAINER_PAUSE, container_pause, true),
    OPERATION(unpause, CONTAINER_UNPAUSE, container_unpause, true),
    OPERATION(rename, CONTAINER_RENAME, container_rename, true),
    OPERATION(update, CONTAINER_UPDATE, container_update, true),
    OPERATION(top, CONTAINER_TOP, container_top, true),
    OPERATION(diff, CONTAINER_DIFF, container_diff, true),
    OPERATION(export, CONTAINER_EXPORT, container_export, true),
    OPERATION(commit, CONTAINER_COMMIT, container_commit, true),
    OPERATION(image_list, IMAGE_LIST, image_list, false),
    OPERATION(image_list_detail, IMAGE_LIST, image_list, false),
    OPERATION(image_list_detail, IMAGE_GET, image_get, false),
    OPERATION(image_get, IMAGE_GET, image_get, true),
    OPERATION(image_get_raw, IMAGE_GET, image_get, true),
    OPERATION(image_tag, IMAGE_TAG, image_tag, true),
    OPERATION(image_tag_target, IMAGE_TAG, image_tag, true),
    OPERATION(image_remove, IMAGE_REMOVE, image_remove, true),
    OPERATION(image_pull, IMAGE_PULL, image_pull, true),
    OPERATION(image_push, IMAGE_PUSH, image_push, true),
    OPERATION(image_build, IMAGE_BUILD, image_build, false),
    OPERATION(image_build, IMAGE_GET, image_get, false),
};

static void add_web(struct fake *fake)
{
    fake_container_add(fake, "{\"name\": \"web\", \"id\": \"web\", \"state\": \"running\","
                             "\"health\": \"healthy\"}");
}

static void test_container__success_leaves_the_error_untouched(void **state)
{
    struct fake *fake = *state;
    add_web(fake);
    for (size_t i = 0; i < COUNT(operations); i++) {
        davit_error error;
        memset(&error, 0x5a, sizeof error);
        davit_error before = error;
        int r = operations[i].call(fake->engine, "web", &error);
        if (r != 0) {
            fail_msg("%s: %d", operations[i].name, r);
        }
        assert_memory_equal(&error, &before, sizeof error);
        assert_int_equal(operations[i].call(fake->engine, "web", NULL), 0);
    }
}

/* The code is the driver's, its message the end of ours; without an error it is the same code. */
static void test_container__a_failure_is_the_drivers_with_context_before_it(void **state)
{
    static const davit_error_code codes[] = {
        DAVIT_ERROR_RUNTIME,      DAVIT_ERROR_CONFLICT,    DAVIT_ERROR_TIMEOUT,
        DAVIT_ERROR_UNAUTHORIZED, DAVIT_ERROR_NO_MEMORY,   DAVIT_ERROR_PROTOCOL,
        DAVIT_ERROR_CANCELLED,    DAVIT_ERROR_UNSUPPORTED, DAVIT_ERROR_VOLUME_NOT_FOUND,
    };
    struct fake *fake = *state;
    add_web(fake);
    for (size_t i = 0; i < COUNT(operations); i++) {
        const struct operation *operation = &operations[i];
        for (size_t j = 0; j < COUNT(codes); j++) {
            davit_error error = DAVIT_ERROR_INIT;
            fake_fail(fake, operation->driver, NULL, codes[j], "because");
            int r = operation->call(fake->engine, "web", &error);
            if (r != (int)codes[j] || error.code != codes[j]) {
                fail_msg("%s: %d, error %d, not %d", operation->name, r, error.code, codes[j]);
            }
            const char *end = strstr(error.message, ": because");
            if (!end || end == error.message || end[strlen(": because")] ||
                strstr(error.message, "(null)")) {
                fail_msg("%s: '%s'", operation->name, error.message);
            }
            assert_int_equal(operation->call(fake->engine, "web", NULL), codes[j]);
        }
        fake->scripts[operation->driver].times = 0;
    }
}

static void test_container__what_the_driver_lacks_is_named(void **state)
{
    struct fake *fake = *state;
    add_web(fake);
    davit_driver whole = fake->driver;
    for (size_t i = 0; i < COUNT(operations); i++) {
        davit_error error = DAVIT_ERROR_INIT;
        fake->driver = whole;
        memset((char *)&fake->driver + operations[i].member, 0, sizeof(void (*)(void)));
        int r = operations[i].call(fake->engine, "web", &error);
        if (r != DAVIT_ERROR_UNSUPPORTED) {
            fail_msg("%s: %d", operations[i].name, r);
        }
        assert_failed(r, &error, DAVIT_ERROR_UNSUPPORTED, ": unsupported by this engine (fake)");
        assert_int_equal(operations[i].call(fake->engine, "web", NULL), r);
    }
    fake->driver = whole;
}

static void test_container__an_empty_name_is_refused_before_the_engine_is_asked(void **state)
{
    static const char *const names[] = {NULL, ""};
    struct fake *fake = *state;
    for (size_t i = 0; i < COUNT(operations); i++) {
        for (size_t j = 0; operations[i].named && j < COUNT(names); j++) {
            davit_error error = DAVIT_ERROR_INIT;
            int r = operations[i].call(fake->engine, names[j], &error);
            if (strstr(error.message, "(null)")) {
                fail_msg("%s: %s", operations[i].name, error.message);
            }
            assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, " is empty");
            fake_assert_calls(fake, "");
        }
    }
}

/* ---- scopes ---- */

static davit_engine *scope_of(struct fake *fake, int64_t timeout_ms, davit_cancel *cancel)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit_scope_options options = {.timeout_ms = timeout_ms, .cancel = cancel};
    davit_engine *scope = NULL;
    assert_done(davit_engine_scope(fake->engine, &options, &scope, &error), &error);
    return scope;
}

static int64_t monotonic(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void test_container__a_scope_gives_every_call_its_limits(void **state)
{
    struct fake *fake = *state;
    add_web(fake);
    davit_cancel *cancel = NULL;
    assert_int_equal(davit_cancel_create(&cancel, NULL), 0);
    davit_engine *scope = scope_of(fake, 100000, cancel);
    for (size_t i = 0; i < COUNT(operations); i++) {
        int64_t before = monotonic();
        assert_int_equal(operations[i].call(scope, "web", NULL), 0);
        const davit_call *call = &fake->scripts[operations[i].driver].call;
        /* A create is let finish: its limits come later, with a cancellation of its own. */
        bool create = operations[i].driver == FAKE_CONTAINER_CREATE;
        int64_t later = create ? DAVIT_SECONDS(2) : 0;
        assert_true(call->cancel && (call->cancel == cancel) == !create);
        assert_true(call->deadline >= before + DAVIT_MILLISECONDS(100000) + later);
        assert_true(call->deadline <= monotonic() + DAVIT_MILLISECONDS(100000) + later);
        assert_non_null(call->log);
    }
    davit_engine_close(scope);
    davit_cancel_free(cancel);
    assert_int_equal(call_start(fake->engine, "web", NULL), 0);
    assert_true(fake->scripts[FAKE_CONTAINER_START].call.deadline == 0);
    assert_null(fake->scripts[FAKE_CONTAINER_START].call.cancel);
}

static void test_container__a_driver_that_blocks_ends_with_the_scope(void **state)
{
    struct fake *fake = *state;
    add_web(fake);
    for (size_t i = 0; i < COUNT(operations); i++) {
        davit_error error = DAVIT_ERROR_INIT;
        davit_engine *scope = scope_of(fake, 10, NULL);
        fake_block(fake, operations[i].driver);
        assert_failed(operations[i].call(scope, "web", &error), &error, DAVIT_ERROR_TIMEOUT, "");
        fake->scripts[operations[i].driver].block = false;
        davit_engine_close(scope);
    }
}

static void test_container__closing_a_scope_keeps_the_engine(void **state)
{
    struct fake *fake = *state;
    davit_engine *scope = scope_of(fake, 0, NULL);
    davit_engine *inner = NULL;
    davit_scope_options options = {.timeout_ms = 1000};
    assert_int_equal(davit_engine_scope(scope, &options, &inner, NULL), 0);
    assert_int_equal(davit_engine_runtime(inner), DAVIT_RUNTIME_CUSTOM);
    davit_engine_close(inner);
    davit_engine_close(scope);
    davit_engine_close(NULL);
    fake_assert_calls(fake, "");
}

static void test_container__a_scope_refuses_times_that_cannot_be_meant(void **state)
{
    struct fake *fake = *state;
    static const int64_t times[] = {-1, INT64_MIN, INT64_MAX, (int64_t)INT32_MAX + 1};
    for (size_t i = 0; i < COUNT(times); i++) {
        davit_error error = DAVIT_ERROR_INIT;
        davit_scope_options options = {.timeout_ms = times[i]};
        davit_engine *scope = untouched;
        assert_failed(davit_engine_scope(fake->engine, &options, &scope, &error), &error,
                      DAVIT_ERROR_INVALID_CONFIG, "timeout_ms");
        assert_ptr_equal(scope, untouched);
    }
}

/* ---- opening ---- */

static void assert_not_opened(const davit_engine_options *options, davit_error_code code,
                              const char *part)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit_engine *engine = untouched;
    assert_failed(davit_engine_open(options, &engine, &error), &error, code, part);
    assert_ptr_equal(engine, untouched);
}

static davit_engine_options options_of(struct fake *fake)
{
    davit_engine_options options = DAVIT_ENGINE_OPTIONS_INIT;
    options.driver = &fake->driver;
    options.driver_context = fake;
    return options;
}

static void test_container__options_of_another_size_are_refused(void **state)
{
    struct fake *fake = *state;
    static const size_t sizes[] = {0, 1, sizeof(davit_engine_options) - 1,
                                   sizeof(davit_engine_options) + 8};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        davit_engine_options options = options_of(fake);
        options.struct_size = sizes[i];
        assert_not_opened(&options, DAVIT_ERROR_INVALID_CONFIG, "DAVIT_ENGINE_OPTIONS_INIT");
    }
    davit_engine_options options = options_of(fake);
    options.timeout_ms = -1;
    assert_not_opened(&options, DAVIT_ERROR_INVALID_CONFIG, "timeout_ms -1");
    fake_assert_calls(fake, "");
}

static void test_container__a_driver_of_another_size_is_refused(void **state)
{
    struct fake *fake = *state;
    davit_engine_options options = options_of(fake);
    fake->driver.struct_size--;
    assert_not_opened(&options, DAVIT_ERROR_INVALID_CONFIG, "driver: struct_size");
    fake->driver.struct_size++;
    fake->driver.open = NULL;
    assert_not_opened(&options, DAVIT_ERROR_INVALID_CONFIG, "`open`");
    fake_assert_calls(fake, "");
}

static void test_container__a_failed_open_is_the_drivers_error(void **state)
{
    struct fake *fake = *state;
    davit_engine_options options = options_of(fake);
    fake_fail(fake, FAKE_OPEN, NULL, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE, "nobody answers");
    assert_not_opened(&options, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE, "nobody answers");
    fake_assert_calls(fake, "open\n");
}

static void test_container__opening_has_a_limit_and_can_be_cancelled(void **state)
{
    struct fake *fake = *state;
    davit_engine_options options = options_of(fake);
    fake_block(fake, FAKE_OPEN);
    options.timeout_ms = 10;
    assert_not_opened(&options, DAVIT_ERROR_TIMEOUT, "");
    options.timeout_ms = 0;
    assert_int_equal(davit_cancel_create(&options.cancel, NULL), 0);
    davit_cancel_trigger(options.cancel);
    assert_not_opened(&options, DAVIT_ERROR_CANCELLED, "");
    davit_cancel_free(options.cancel);
}

static void test_container__a_driver_without_a_capability_table_can_do_all(void **state)
{
    struct fake *fake = *state;
    davit_capability_info info = davit_engine_can(fake->engine, DAVIT_CAPABILITY_HEALTH_TIMER);
    assert_true(info.supported);
    fake->driver.can = NULL;
    for (int i = 0; i < DAVIT_CAPABILITY_COUNT; i++) {
        info = davit_engine_can(fake->engine, (davit_capability)i);
        assert_true(info.supported);
        assert_non_null(info.name);
        assert_null(info.reason);
    }
}

/* ---- lists ---- */

static void test_container__details_are_fetched_and_the_status_is_the_lists(void **state)
{
    struct fake *fake = *state;
    fake_container_add(fake, "{\"name\": \"a\", \"id\": \"1\", \"status\": \"Up\"}");
    davit_container_list_options options = {.all = true, .detail = true};
    davit_container_list *list = NULL;
    davit_error error = DAVIT_ERROR_INIT;
    assert_done(davit_container_list_get(fake->engine, &options, &list, &error), &error);
    fake_assert_calls(fake, "container_list all\ncontainer_get 1\n");
    assert_int_equal(list->count, 1);
    assert_string_equal(list->items[0].status, "Up");
    davit_container_list_free(list);
}

static void test_container__details_of_what_vanished_are_dropped(void **state)
{
    static const struct {
        const char *gone;
        const char *left[2];
    } cases[] = {{"1", {"b", "c"}}, {"2", {"a", "c"}}, {"3", {"a", "b"}}};
    struct fake *fake = *state;
    fake_container_add(fake, "{\"name\": \"a\", \"id\": \"1\"}");
    fake_container_add(fake, "{\"name\": \"b\", \"id\": \"2\"}");
    fake_container_add(fake, "{\"name\": \"c\", \"id\": \"3\"}");
    for (size_t i = 0; i < COUNT(cases); i++) {
        davit_container_list_options options = {.detail = true};
        davit_container_list *list = NULL;
        davit_error error = DAVIT_ERROR_INIT;
        fake_fail(fake, FAKE_CONTAINER_GET, cases[i].gone, DAVIT_ERROR_CONTAINER_NOT_FOUND, "gone");
        assert_done(davit_container_list_get(fake->engine, &options, &list, &error), &error);
        assert_int_equal(list->count, 2);
        assert_string_equal(list->items[0].name, cases[i].left[0]);
        assert_string_equal(list->items[1].name, cases[i].left[1]);
        davit_container_list_free(list);
    }
}

static void test_container__filters_that_cannot_be_meant_are_refused(void **state)
{
    static const struct {
        davit_pair filter;
        const char *message;
    } rows[] = {
        {{"status", "bogus"}, "list containers: filter status: container state 'bogus': expected"},
        {{"health", "ill"}, "list containers: filter health: "},
        {{"exited", "x"}, "list containers: filter exited: 'x': expected 0 to 255"},
        {{"exited", "256"}, "list containers: filter exited: '256': expected 0 to 255"},
        {{"since", ""}, "list containers: filter since: '': expected a name or an id"},
        {{"before", NULL}, "list containers: filter before: '': expected a name or an id"},
    };
    struct fake *fake = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        davit_container_list_options options = {.filters = &rows[i].filter, .filter_count = 1};
        davit_container_list *list = NULL;
        davit_error error = DAVIT_ERROR_INIT;
        assert_failed(davit_container_list_get(fake->engine, &options, &list, &error), &error,
                      DAVIT_ERROR_INVALID_CONFIG, rows[i].message);
    }
    const davit_pair dangling = {"dangling", "x"};
    davit_image_list_options options = {.filters = &dangling, .filter_count = 1};
    davit_image_list *list = NULL;
    davit_error error = DAVIT_ERROR_INIT;
    assert_failed(davit_image_list_get(fake->engine, &options, &list, &error), &error,
                  DAVIT_ERROR_INVALID_CONFIG,
                  "list images: filter dangling: 'x': expected true or false");
    fake_assert_calls(fake, "");
}

static void test_container__filters_are_passed_on(void **state)
{
    static const davit_pair filters[] = {{"status", "exited"}, {"health", "none"},
                                         {"exited", "137"},    {"since", "a"},
                                         {"label", NULL},      {"nobody knows", "this one"}};
    struct fake *fake = *state;
    davit_container_list_options options = {.filters = filters, .filter_count = COUNT(filters)};
    davit_container_list *list = NULL;
    davit_error error = DAVIT_ERROR_INIT;
    assert_done(davit_container_list_get(fake->engine, &options, &list, &error), &error);
    davit_container_list_free(list);
}

static void test_container__an_exit_code_that_no_process_has_is_refused(void **state)
{
    static const int codes[] = {-1, 256, 1000};
    static char *const command[] = {(char *)"true"};
    struct fake *fake = *state;
    for (size_t i = 0; i < COUNT(codes); i++) {
        davit_container_config config = DAVIT_CONTAINER_CONFIG_INIT;
        davit_exec_config exec = DAVIT_EXEC_CONFIG_INIT;
        davit_error error = DAVIT_ERROR_INIT;
        int code = 7;
        fake->exit_code = codes[i];
        config.image = "image";
        exec.command = (const char *const *)command;
        exec.command_count = 1;
        assert_failed(davit_container_run_attached(fake->engine, &config, NULL, &code, &error),
                      &error, DAVIT_ERROR_PROTOCOL, "run image: the engine says");
        error = (davit_error)DAVIT_ERROR_INIT;
        assert_failed(davit_container_exec(fake->engine, "a", &exec, NULL, &code, &error), &error,
                      DAVIT_ERROR_PROTOCOL, "expected 0 to 255");
        error = (davit_error)DAVIT_ERROR_INIT;
        assert_failed(
            davit_container_wait(fake->engine, "a", DAVIT_WAIT_NOT_RUNNING, &code, &error), &error,
            DAVIT_ERROR_PROTOCOL, "wait for a: the engine says that it ended with exit code");
        assert_int_equal(code, 7);
    }
}

static void test_container__a_list_may_be_empty_once_all_are_gone(void **state)
{
    struct fake *fake = *state;
    fake_container_add(fake, "{\"name\": \"a\", \"id\": \"1\"}");
    fake_fail(fake, FAKE_CONTAINER_GET, NULL, DAVIT_ERROR_CONTAINER_NOT_FOUND, "gone");
    davit_container_list_options options = {.detail = true};
    davit_container_list *list = NULL;
    assert_int_equal(davit_container_list_get(fake->engine, &options, &list, NULL), 0);
    assert_int_equal(list->count, 0);
    davit_container_list_free(list);
}

static void test_container__images_that_vanished_are_dropped_too(void **state)
{
    struct fake *fake = *state;
    davit_image_list_options options = {.detail = true};
    davit_image_list *list = NULL;
    davit_error error = DAVIT_ERROR_INIT;
    fake_fail(fake, FAKE_IMAGE_GET, "sha256:1", DAVIT_ERROR_IMAGE_NOT_FOUND, "gone");
    assert_done(davit_image_list_get(fake->engine, &options, &list, &error), &error);
    fake_assert_calls(fake, "image_list\nimage_get sha256:1\nimage_get sha256:2\n");
    assert_int_equal(list->count, 1);
    assert_string_equal(list->items[0].full_name, "web:2");
    assert_string_equal(list->items[0].os, "linux");
    davit_image_list_free(list);
}

static void test_container__a_long_list_comes_whole(void **state)
{
    struct fake *fake = *state;
    fake->list_count = 10000;
    for (int detail = 0; detail < 2; detail++) {
        davit_container_list_options options = {.detail = detail};
        davit_container_list *list = NULL;
        davit_error error = DAVIT_ERROR_INIT;
        assert_done(davit_container_list_get(fake->engine, &options, &list, &error), &error);
        assert_int_equal(list->count, 10000);
        assert_string_equal(list->items[9999].name, "c9999");
        assert_int_equal(list->items[9999].pid, detail);
        davit_container_list_free(list);
    }
}

/* ---- arguments ---- */

static void test_container__arguments_reach_the_driver(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_remove_options remove = {.volumes = true};
    assert_done(davit_container_stop(fake->engine, "a", DAVIT_UNSET, &error), &error);
    assert_done(davit_container_stop(fake->engine, "a", 0, &error), &error);
    assert_done(davit_container_restart(fake->engine, "a", -1, &error), &error);
    assert_done(davit_container_kill(fake->engine, "a", NULL, &error), &error);
    assert_done(davit_container_kill(fake->engine, "a", "SIGHUP", &error), &error);
    assert_done(davit_container_remove(fake->engine, "a", &remove, &error), &error);
    assert_done(davit_image_remove(fake->engine, "i", true, NULL, NULL, &error), &error);
    fake_assert_calls(fake, "container_stop a -999\ncontainer_stop a 0\ncontainer_restart a -1\n"
                            "container_kill a KILL\ncontainer_kill a SIGHUP\n"
                            "container_remove a volumes\nimage_remove i force\n");
    assert_done(call_logs(fake->engine, "a", &error), &error);
    assert_true(fake->log_options.tail == DAVIT_UNSET);
}

static void test_container__arguments_that_cannot_be_meant_are_refused(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_exec_config exec = DAVIT_EXEC_CONFIG_INIT;
    int exit_code;
    assert_failed(davit_container_stop(fake->engine, "a", -2, &error), &error,
                  DAVIT_ERROR_INVALID_CONFIG, "timeout -2");
    assert_failed(davit_container_restart(fake->engine, "a", INT64_MAX, &error), &error,
                  DAVIT_ERROR_INVALID_CONFIG, "timeout 9223372036854775807");
    assert_failed(davit_container_kill(fake->engine, "a", "NOSUCH", &error), &error,
                  DAVIT_ERROR_INVALID_CONFIG, "kill a: signal: 'NOSUCH': expected");
    assert_failed(davit_container_kill(fake->engine, "a", "", &error), &error,
                  DAVIT_ERROR_INVALID_CONFIG, "kill a: signal: '': expected");
    assert_failed(davit_container_exec(fake->engine, "a", &exec, NULL, &exit_code, &error), &error,
                  DAVIT_ERROR_INVALID_CONFIG, "the command is empty");
    fake_assert_calls(fake, "");
}

static void test_container__update_refuses_what_cannot_be_meant(void **state)
{
    static const struct {
        davit_container_changes changes;
        const char *part;
    } cases[] = {
#define CHANGES(...) {.struct_size = sizeof(davit_container_changes), __VA_ARGS__}
        {{0}, "DAVIT_CONTAINER_CHANGES_INIT"},
        {DAVIT_CONTAINER_CHANGES_INIT, "nothing is to be changed"},
        {CHANGES(.memory = 1000), "memory 1000"},
        {CHANGES(.memory = -1), "memory -1"},
        {CHANGES(.memory = DAVIT_MIB(64), .memory_swap = DAVIT_MIB(32)), "memory_swap 33554432"},
        {CHANGES(.memory_swap = -2), "memory_swap -2"},
        {CHANGES(.nano_cpus = -1), "nano_cpus -1"},
        {CHANGES(.cpu_shares = -1), "cpu_shares -1"},
        {CHANGES(.pids = -2), "pids -2"},
        {CHANGES(.restart_policy = 77), "restart_policy 77"},
        {CHANGES(.restart_policy = DAVIT_RESTART_ALWAYS, .restart_retries = 3), "retries 3"},
#undef CHANGES
    };
    struct fake *fake = *state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        davit_error error = DAVIT_ERROR_INIT;
        assert_failed(davit_container_update(fake->engine, "web", &cases[i].changes, &error),
                      &error, DAVIT_ERROR_INVALID_CONFIG, cases[i].part);
    }
    fake_assert_calls(fake, "");
}

static void test_container__new_names_are_checked_first(void **state)
{
    struct fake *fake = *state;
    static const char *const bad[] = {NULL, "", "a b", "-x", "a/b"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        davit_error error = DAVIT_ERROR_INIT;
        assert_failed(davit_container_rename(fake->engine, "web", bad[i], &error), &error,
                      DAVIT_ERROR_INVALID_CONFIG, "rename web: ");
    }
    davit_error error = DAVIT_ERROR_INIT;
    char *id = NULL;
    davit_commit_options commit = DAVIT_COMMIT_OPTIONS_INIT;
    commit.image = "UPPER";
    assert_failed(davit_container_commit(fake->engine, "web", &commit, &id, &error), &error,
                  DAVIT_ERROR_INVALID_CONFIG, "UPPER");
    commit.image = "a@sha256:0123456789012345678901234567890123456789012345678901234567890123";
    assert_failed(davit_container_commit(fake->engine, "web", &commit, &id, &error), &error,
                  DAVIT_ERROR_INVALID_CONFIG, "without a digest");
    fake_assert_calls(fake, "");
}

static int refuse_data(void *context, const void *data, size_t length)
{
    (void)context, (void)data, (void)length;
    return 1;
}

static void test_container__an_export_can_be_stopped(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    assert_failed(davit_container_export(fake->engine, "web", refuse_data, NULL, &error), &error,
                  DAVIT_ERROR_CANCELLED, "export web: stopped by the receiver");
}

static int stop_transfer(void *context, const davit_transfer *transfer)
{
    (void)context, (void)transfer;
    return 1;
}

static void test_container__a_transfer_can_be_stopped(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    assert_failed(davit_image_pull(fake->engine, "a", NULL, stop_transfer, NULL, &error), &error,
                  DAVIT_ERROR_CANCELLED, "pull a: ");
    assert_failed(davit_image_push(fake->engine, "a", NULL, stop_transfer, NULL, NULL, &error),
                  &error, DAVIT_ERROR_CANCELLED, "push a: ");
}

static const struct CMUnitTest tests[] = {
    FAKE_TEST(test_container__success_leaves_the_error_untouched),
    FAKE_TEST(test_container__a_failure_is_the_drivers_with_context_before_it),
    FAKE_TEST(test_container__what_the_driver_lacks_is_named),
    FAKE_TEST(test_container__an_empty_name_is_refused_before_the_engine_is_asked),
    FAKE_TEST(test_container__a_scope_gives_every_call_its_limits),
    FAKE_TEST(test_container__a_driver_that_blocks_ends_with_the_scope),
    FAKE_TEST(test_container__closing_a_scope_keeps_the_engine),
    FAKE_TEST(test_container__a_scope_refuses_times_that_cannot_be_meant),
    FAKE_TEST(test_container__options_of_another_size_are_refused),
    FAKE_TEST(test_container__a_driver_of_another_size_is_refused),
    FAKE_TEST(test_container__a_failed_open_is_the_drivers_error),
    FAKE_TEST(test_container__opening_has_a_limit_and_can_be_cancelled),
    FAKE_TEST(test_container__a_driver_without_a_capability_table_can_do_all),
    FAKE_TEST(test_container__details_are_fetched_and_the_status_is_the_lists),
    FAKE_TEST(test_container__details_of_what_vanished_are_dropped),
    FAKE_TEST(test_container__filters_that_cannot_be_meant_are_refused),
    FAKE_TEST(test_container__filters_are_passed_on),
    FAKE_TEST(test_container__an_exit_code_that_no_process_has_is_refused),
    FAKE_TEST(test_container__a_list_may_be_empty_once_all_are_gone),
    FAKE_TEST(test_container__images_that_vanished_are_dropped_too),
    FAKE_TEST(test_container__a_long_list_comes_whole),
    FAKE_TEST(test_container__arguments_reach_the_driver),
    FAKE_TEST(test_container__arguments_that_cannot_be_meant_are_refused),
    FAKE_TEST(test_container__a_transfer_can_be_stopped),
    FAKE_TEST(test_container__update_refuses_what_cannot_be_meant),
    FAKE_TEST(test_container__new_names_are_checked_first),
    FAKE_TEST(test_container__an_export_can_be_stopped),
};
DAVIT_TEST_MAIN(tests)
