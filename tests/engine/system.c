/* SPDX-License-Identifier: MIT */
/* Opening an engine, what it says of itself, time limits and cancellation. */
#include "engine_test.h"

#include <pthread.h>
#include <unistd.h>

static davit_engine_options options_of(const char *host)
{
    davit_engine_options options = DAVIT_ENGINE_OPTIONS_INIT;
    options.host = host;
    options.no_embedded = true;
    return options;
}

/* ---- opening ---- */

static void test_system__engine_is_found_by_its_address(void **state)
{
    struct engine_test *test = *state;
    davit_engine_options options = options_of(getenv("DAVIT_TEST_HOST"));
    davit_engine *engine = NULL;
    OK(davit_engine_open(&options, &engine, &test->error));
    assert_int_equal(davit_engine_runtime(engine), test->runtime);
    davit_engine_close(engine);
    davit_engine_close(NULL);
}

static void test_system__engine_of_another_kind_is_refused(void **state)
{
    struct engine_test *test = *state;
    davit_engine_options options = options_of(getenv("DAVIT_TEST_HOST"));
    bool docker = test->runtime == DAVIT_RUNTIME_DOCKER;
    options.runtime = docker ? DAVIT_RUNTIME_PODMAN : DAVIT_RUNTIME_DOCKER;
    davit_engine *engine = NULL;
    FAILS(DAVIT_ERROR_RUNTIME_NOT_AVAILABLE, davit_engine_open(&options, &engine, &test->error));
    assert_contains(engine_test_message(test),
                    docker ? "Podman was asked for" : "Docker was asked for");
    assert_null(engine);
}

static void test_system__address_that_nobody_answers_is_an_error(void **state)
{
    struct engine_test *test = *state;
    const char *folder = engine_test_folder(test);
    davit_engine *engine = NULL;
    davit_engine_options options = options_of(engine_test_format(test, "unix://%s/none", folder));
    FAILS(DAVIT_ERROR_RUNTIME_NOT_AVAILABLE, davit_engine_open(&options, &engine, &test->error));
    assert_contains(engine_test_message(test), options.host);
    options.host = "nonsense";
    int r = davit_engine_open(&options, &engine, &test->error);
    FAILS(DAVIT_ERROR_INVALID_CONFIG, r);
    assert_contains(engine_test_message(test), "nonsense");
    assert_null(engine);
}

static void test_system__environment_names_the_engine(void **state)
{
    struct engine_test *test = *state;
    unsetenv("DOCKER_HOST");
    unsetenv("CONTAINER_HOST");
    setenv("DAVIT_HOST", getenv("DAVIT_TEST_HOST"), 1);
    davit_engine *engine = NULL;
    davit_version *version = NULL;
    OK(davit_engine_open(NULL, &engine, &test->error));
    OK(davit_engine_version(engine, &version, &test->error));
    assert_string_equal(version->host, getenv("DAVIT_TEST_HOST"));
    assert_contains(version->chosen_by, "DAVIT_HOST");
    davit_version_free(version);
    davit_engine_close(engine);
    unsetenv("DAVIT_HOST");
}

static void test_system__api_version_can_be_asked_for(void **state)
{
    struct engine_test *test = *state;
    davit_engine_options options = options_of(getenv("DAVIT_TEST_HOST"));
    davit_engine *engine = NULL;
    davit_version *version = NULL;
    options.api_version = "1.41";
    OK(davit_engine_open(&options, &engine, &test->error));
    OK(davit_engine_version(engine, &version, &test->error));
    assert_string_equal(version->api_version, "1.41");
    davit_version_free(version);
    davit_engine_close(engine);
    engine = NULL;
    options.api_version = "1.12";
    FAILS(DAVIT_ERROR_UNSUPPORTED, davit_engine_open(&options, &engine, &test->error));
    assert_contains(engine_test_message(test), "1.12");
    options.api_version = "not a version";
    FAILS(DAVIT_ERROR_INVALID_CONFIG, davit_engine_open(&options, &engine, &test->error));
    assert_contains(engine_test_message(test), "not a version");
    assert_null(engine);
}

/* ---- what it says of itself ---- */

static void test_system__version_says_who_it_is(void **state)
{
    struct engine_test *test = *state;
    DAVIT_CLEANUP(davit_version_free) davit_version *version = NULL;
    OK(davit_engine_version(test->engine, &version, &test->error));
    assert_int_equal(version->runtime, test->runtime);
    assert_string_equal(version->davit, davit_version_text());
    assert_contains(version->engine, test->runtime == DAVIT_RUNTIME_DOCKER ? "Docker" : "Podman");
    assert_true(strlen(version->version) >= 5);
    assert_int_equal(strncmp(version->api_version, "1.", 2), 0);
    assert_int_equal(strncmp(version->api_version_max, "1.", 2), 0);
    assert_int_equal(strncmp(version->api_version_min, "1.", 2), 0);
    assert_string_equal(version->host, getenv("DAVIT_TEST_HOST"));
    assert_non_null(version->chosen_by);
    assert_string_equal(version->os, "linux");
    assert_non_null(version->architecture);
    assert_true(strlen(version->kernel) > 2);
}

static void test_system__info_says_how_it_is(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start_script(test, &config, NULL);
    DAVIT_CLEANUP(davit_info_free) davit_info *info = NULL;
    OK(davit_engine_info(test->engine, &info, &test->error));
    assert_int_equal(info->runtime, test->runtime);
    assert_true(strlen(info->name) > 0);
    assert_true(strlen(info->version) >= 5);
    assert_int_equal(info->root[0], '/');
    assert_true(strlen(info->storage_driver) > 0);
    assert_true(strlen(info->log_driver) > 0);
    assert_string_equal(info->cgroup_driver, "cgroupfs");
    assert_true(info->cgroup_version[0] == '1' || info->cgroup_version[0] == '2');
    assert_string_equal(info->oci_runtime, "runc");
    assert_int_equal(info->cpus, sysconf(_SC_NPROCESSORS_ONLN));
    assert_true(info->memory > DAVIT_MIB(256));
    assert_true(info->containers >= 1 && info->containers_running >= 1);
    assert_true(info->containers >= info->containers_running + info->containers_stopped);
    assert_true(info->images >= 1);
    assert_false(info->rootless);
}

static void test_system__every_capability_has_a_name_and_a_reason(void **state)
{
    struct engine_test *test = *state;
    for (int i = 0; i < DAVIT_CAPABILITY_COUNT; i++) {
        davit_capability_info can = davit_engine_can(test->engine, (davit_capability)i);
        assert_non_null(can.name);
        assert_int_equal(can.supported, can.reason == NULL);
    }
    bool docker = test->runtime == DAVIT_RUNTIME_DOCKER;
    assert_int_equal(davit_engine_can(test->engine, DAVIT_CAPABILITY_BUILDKIT).supported, docker);
}

/* ---- time limits and cancellation ---- */

static davit_engine *scope_with(struct engine_test *test, int64_t timeout_ms, davit_cancel *cancel)
{
    davit_engine *scope = NULL;
    davit_scope_options options = {.timeout_ms = timeout_ms, .cancel = cancel};
    OK(davit_engine_scope(test->opened, &options, &scope, &test->error));
    return scope;
}

static void test_system__time_limit_is_for_each_call(void **state)
{
    struct engine_test *test = *state;
    davit_engine *scope = scope_with(test, 5000, NULL);
    for (int i = 0; i < 3; i++) {
        DAVIT_CLEANUP(davit_info_free) davit_info *info = NULL;
        OK(davit_engine_info(scope, &info, &test->error));
        usleep(10000);
    }
    davit_engine_close(scope);
}

static void test_system__limits_of_a_scope_do_not_reach_others(void **state)
{
    struct engine_test *test = *state;
    davit_cancel *cancel = NULL;
    OK(davit_cancel_create(&cancel, &test->error));
    davit_engine *scope = scope_with(test, 0, cancel);
    davit_cancel_trigger(cancel);
    assert_true(davit_cancel_is_triggered(cancel));
    davit_info *info = NULL;
    FAILS(DAVIT_ERROR_CANCELLED, davit_engine_info(scope, &info, &test->error));
    assert_null(info);
    OK(davit_engine_info(test->opened, &info, &test->error));
    davit_info_free(info);
    davit_engine_close(scope);
    davit_cancel_free(cancel);
}

static void test_system__scope_of_a_scope_is_one(void **state)
{
    struct engine_test *test = *state;
    davit_engine *outer = scope_with(test, 20000, NULL), *inner = NULL;
    davit_scope_options options = {.timeout_ms = 10000};
    davit_info *info = NULL;
    OK(davit_engine_scope(outer, &options, &inner, &test->error));
    assert_int_equal(davit_engine_runtime(inner), test->runtime);
    OK(davit_engine_info(inner, &info, &test->error));
    davit_info_free(info);
    davit_engine_close(inner);
    davit_engine_close(outer);
}

static void test_system__negative_time_limit_is_invalid(void **state)
{
    struct engine_test *test = *state;
    davit_engine *scope = NULL;
    davit_scope_options options = {.timeout_ms = -1};
    FAILS(DAVIT_ERROR_INVALID_CONFIG,
          davit_engine_scope(test->engine, &options, &scope, &test->error));
    assert_null(scope);
}

/* ---- many threads ---- */

static void *ask_often(void *argument)
{
    davit_engine *engine = argument;
    intptr_t failures = 0;
    for (int i = 0; i < 20; i++) {
        davit_container_list *list = NULL;
        davit_image_info *image = NULL;
        failures += davit_container_list_get(engine, NULL, &list, NULL) < 0;
        failures += davit_image_get(engine, BASE_IMAGE, &image, NULL) < 0;
        davit_container_list_free(list);
        davit_image_info_free(image);
    }
    return (void *)failures;
}

static void test_system__one_engine_serves_many_threads(void **state)
{
    struct engine_test *test = *state;
    pthread_t threads[8];
    for (size_t i = 0; i < ITEMS(threads); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, test->engine), 0);
    }
    for (size_t i = 0; i < ITEMS(threads); i++) {
        void *failures = NULL;
        pthread_join(threads[i], &failures);
        assert_null(failures);
    }
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_system__engine_is_found_by_its_address),
    ENGINE_TEST(test_system__engine_of_another_kind_is_refused),
    ENGINE_TEST(test_system__address_that_nobody_answers_is_an_error),
    ENGINE_TEST(test_system__environment_names_the_engine),
    ENGINE_TEST(test_system__api_version_can_be_asked_for),
    ENGINE_TEST(test_system__version_says_who_it_is),
    ENGINE_TEST(test_system__info_says_how_it_is),
    ENGINE_TEST(test_system__every_capability_has_a_name_and_a_reason),
    ENGINE_TEST(test_system__time_limit_is_for_each_call),
    ENGINE_TEST(test_system__limits_of_a_scope_do_not_reach_others),
    ENGINE_TEST(test_system__scope_of_a_scope_is_one),
    ENGINE_TEST(test_system__negative_time_limit_is_invalid),
    ENGINE_TEST(test_system__one_engine_serves_many_threads),
};
DAVIT_TEST_MAIN(tests)
