/* SPDX-License-Identifier: MIT */
/* Pulling from a registry: by itself, and for a run or a build. What the registry serves stands in
 * tests/support/registry.py. */
#include "engine_test.h"

/* A name of the test's own in the registry; `kind`: "good:1". */
static const char *in_registry(struct engine_test *test, const char *kind)
{
    const char *registry = getenv("DAVIT_TEST_REGISTRY");
    assert_non_null(registry);
    return engine_test_format(test, "%s/%s/%s", registry, test->prefix, kind);
}

/* What the registry says is the digest of "exchanged": that of this very word. */
#define EXCHANGED "sha256:fedcc8d1af5f19c07d75edd2c779d55020e98b260e3b466fb54f26e321e43fd4"

struct transfers {
    int count;
    int of_layers;
    int stop_at; /* 0: never */
};

static int note_transfer(void *context, const davit_transfer *transfer)
{
    struct transfers *transfers = context;
    assert_true(transfer->current >= 0 && transfer->total >= 0);
    assert_true(transfer->id || transfer->status);
    transfers->count++;
    transfers->of_layers += transfer->id && strlen(transfer->id) == 12;
    return transfers->count == transfers->stop_at;
}

static void test_pull__image_is_here_afterwards(void **state)
{
    struct engine_test *test = *state;
    const char *name = in_registry(test, "good:1");
    struct transfers transfers = {0};
    assert_false(image_exists(test, name));
    OK(davit_image_pull(test->engine, name, NULL, note_transfer, &transfers, &test->error));
    assert_true(transfers.of_layers >= 1);
    const davit_image_info *info = image_of(test, name);
    assert_string_equal(info->full_name, name);
    assert_contains(info->digest, "sha256:");
    assert_string_equal(info->labels[0].value, "good");
    davit_container_config config = engine_test_config(test, "box");
    config.image = name;
    config.pull_policy = DAVIT_PULL_NEVER;
    assert_string_equal(says(test, &config, "echo here"), "here");
    observed(test, "Registries", "pull", NULL);
}

static void test_pull__again_is_no_error(void **state)
{
    struct engine_test *test = *state;
    const char *name = in_registry(test, "good:1");
    OK(davit_image_pull(test->engine, name, NULL, NULL, NULL, &test->error));
    const char *id = image_of(test, name)->id;
    OK(davit_image_pull(test->engine, name, NULL, NULL, NULL, &test->error));
    assert_string_equal(image_of(test, name)->id, id);
}

static void test_pull__digest_names_it_too(void **state)
{
    struct engine_test *test = *state;
    const char *name = in_registry(test, "good:1");
    OK(davit_image_pull(test->engine, name, NULL, NULL, NULL, &test->error));
    const davit_image_info *info = image_of(test, name);
    OK(davit_image_remove(test->engine, name, true, NULL, NULL, &test->error));
    const char *exact =
        engine_test_format(test, "%.*s@%s", (int)(strlen(name) - 2), name, info->digest);
    OK(davit_image_pull(test->engine, exact, NULL, NULL, NULL, &test->error));
    assert_string_equal(image_of(test, exact)->id, info->id);
    OK(davit_image_remove(test->engine, exact, true, NULL, NULL, &test->error));
    observed(test, "Registries", "pull by digest", NULL);
}

static void expect_failure(struct engine_test *test, const char *kind, davit_error_code code)
{
    const char *name = in_registry(test, kind);
    struct transfers transfers = {0};
    FAILS(code,
          davit_image_pull(test->engine, name, NULL, note_transfer, &transfers, &test->error));
    assert_contains(engine_test_message(test), name);
    assert_false(image_exists(test, name));
}

static void test_pull__what_the_registry_does_not_have_is_not_found(void **state)
{
    struct engine_test *test = *state;
    expect_failure(test, "good:2", DAVIT_ERROR_IMAGE_NOT_FOUND);
    expect_failure(test, "unknown:1", DAVIT_ERROR_IMAGE_NOT_FOUND);
}

static void test_pull__what_needs_credentials_is_unauthorized(void **state)
{
    struct engine_test *test = *state;
    expect_failure(test, "private:1", DAVIT_ERROR_UNAUTHORIZED);
}

static void test_pull__layer_that_is_not_what_it_says_is_an_error(void **state)
{
    struct engine_test *test = *state;
    expect_failure(test, "broken:1", DAVIT_ERROR_IMAGE);
}

static void test_pull__registry_that_dies_in_a_layer_is_an_error(void **state)
{
    expect_failure(*state, "cut:1", DAVIT_ERROR_IMAGE);
}

static void test_pull__manifest_of_another_digest_is_an_error(void **state)
{
    struct engine_test *test = *state;
    const char *name = in_registry(test, "exchanged");
    const char *exact =
        engine_test_format(test, "%s@sha256:%s", name,
                           "7cb4ad2b6ba14e6a4a4ec9d54a0e0e2cbc1ce7b7e0e8a0a3f5c6d7e8f9a0b1c2");
    FAILS(DAVIT_ERROR_IMAGE_NOT_FOUND,
          davit_image_pull(test->engine, exact, NULL, NULL, NULL, &test->error));
    exact = engine_test_format(test, "%s@%s", name, EXCHANGED);
    FAILS(DAVIT_ERROR_IMAGE, davit_image_pull(test->engine, exact, NULL, NULL, NULL, &test->error));
    assert_contains(engine_test_message(test), "sha256:");
    assert_false(image_exists(test, exact));
}

static void test_pull__registry_that_is_not_there_is_an_error(void **state)
{
    struct engine_test *test = *state;
    FAILS(DAVIT_ERROR_IMAGE,
          davit_image_pull(test->engine, "127.0.0.1:1/none:1", NULL, NULL, NULL, &test->error));
    assert_contains(engine_test_message(test), "127.0.0.1:1");
    assert_contains(engine_test_message(test), "refused");
}

static void test_pull__name_that_is_no_reference_is_invalid(void **state)
{
    struct engine_test *test = *state;
    FAILS(DAVIT_ERROR_INVALID_CONFIG,
          davit_image_pull(test->engine, "Not A Reference", NULL, NULL, NULL, &test->error));
    assert_contains(engine_test_message(test), "Not A Reference");
}

/* ---- stopping ---- */

static void test_pull__callback_can_stop(void **state)
{
    struct engine_test *test = *state;
    struct transfers transfers = {.stop_at = 1};
    FAILS(DAVIT_ERROR_CANCELLED, davit_image_pull(test->engine, in_registry(test, "slow:1"), NULL,
                                                  note_transfer, &transfers, &test->error));
    assert_int_equal(transfers.count, 1);
}

static void test_pull__time_limit_ends_it(void **state)
{
    struct engine_test *test = *state;
    davit_engine *scope = NULL;
    davit_scope_options limits = {.timeout_ms = 1000};
    OK(davit_engine_scope(test->engine, &limits, &scope, &test->error));
    double begin = seconds();
    FAILS(DAVIT_ERROR_TIMEOUT,
          davit_image_pull(scope, in_registry(test, "slow:1"), NULL, NULL, NULL, &test->error));
    assert_true(seconds() - begin < 20.0);
    davit_engine_close(scope);
}

/* ---- for a run ---- */

static void test_pull__run_gets_what_is_missing(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.image = in_registry(test, "good:1");
    assert_string_equal(says(test, &config, "echo pulled"), "pulled");
    config.pull_policy = DAVIT_PULL_ALWAYS;
    assert_string_equal(says(test, &config, "echo again"), "again");
    config.pull_policy = DAVIT_PULL_NEVER;
    assert_string_equal(says(test, &config, "echo here"), "here");
    observed(test, "Registries", "pull for a run", NULL);
}

static void expect_no_run(struct engine_test *test, const davit_container_config *config,
                          davit_error_code code)
{
    char *id = NULL;
    int exit_code = -1;
    FAILS(code, davit_container_run(test->engine, config, &id, &test->error));
    assert_contains(engine_test_message(test), config->image);
    FAILS(code, davit_container_run_attached(test->engine, config, NULL, &exit_code, &test->error));
    FAILS(code, davit_container_create(test->engine, config, &id, &test->error));
    assert_null(id);
    assert_false(container_exists(test, config->name));
}

static void test_pull__run_of_what_nobody_has_fails(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.image = in_registry(test, "unknown:1");
    expect_no_run(test, &config, DAVIT_ERROR_IMAGE_NOT_FOUND);
    config.image = in_registry(test, "private:1");
    expect_no_run(test, &config, DAVIT_ERROR_UNAUTHORIZED);
}

static void test_pull__run_asks_the_registry_only_as_told(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.image = in_registry(test, "good:1");
    config.pull_policy = DAVIT_PULL_NEVER;
    expect_no_run(test, &config, DAVIT_ERROR_IMAGE_NOT_FOUND);
    /* Here, and unknown there. */
    config.image = in_registry(test, "local:1");
    OK(davit_image_tag(test->engine, BASE_IMAGE, config.image, &test->error));
    config.pull_policy = DAVIT_PULL_MISSING;
    assert_string_equal(says(test, &config, "echo here"), "here");
    config.pull_policy = DAVIT_PULL_ALWAYS;
    config.auto_remove = false;
    expect_no_run(test, &config, DAVIT_ERROR_IMAGE_NOT_FOUND);
}

/* ---- for a build ---- */

static int build_on(struct engine_test *test, const char *base, davit_pull_policy policy)
{
    const char *tag = engine_test_format(test, "localhost/%s-built:1", test->prefix);
    davit_build_context context = DAVIT_BUILD_CONTEXT_INIT;
    context.dockerfile = engine_test_format(test, "FROM %s\nRUN echo built > /built\n", base);
    context.tags = &tag;
    context.tag_count = 1;
    context.pull = (int)policy;
    char *id = NULL;
    int r = davit_image_build(test->engine, &context, NULL, NULL, &id, &test->error);
    davit_string_free(id);
    return r;
}

static void test_pull__build_gets_its_base(void **state)
{
    struct engine_test *test = *state;
    const char *base = in_registry(test, "good:1");
    FAILS(DAVIT_ERROR_IMAGE_NOT_FOUND, build_on(test, base, DAVIT_PULL_NEVER));
    assert_contains(engine_test_message(test), base);
    OK(build_on(test, base, DAVIT_PULL_MISSING));
    assert_true(image_exists(test, base));
    OK(build_on(test, base, DAVIT_PULL_NEVER));
    OK(build_on(test, base, DAVIT_PULL_ALWAYS));
    observed(test, "Registries", "pull for a build", NULL);
}

static void test_pull__build_on_what_nobody_has_fails(void **state)
{
    struct engine_test *test = *state;
    const char *unknown = in_registry(test, "unknown:1"), *secret = in_registry(test, "private:1");
    FAILS(DAVIT_ERROR_IMAGE_NOT_FOUND, build_on(test, unknown, DAVIT_PULL_MISSING));
    assert_contains(engine_test_message(test), unknown);
    assert_contains(engine_test_message(test), "Dockerfile:1");
    FAILS(DAVIT_ERROR_UNAUTHORIZED, build_on(test, secret, DAVIT_PULL_MISSING));
    /* Here, and unknown there. */
    const char *local = in_registry(test, "local:1");
    OK(davit_image_tag(test->engine, BASE_IMAGE, local, &test->error));
    OK(build_on(test, local, DAVIT_PULL_MISSING));
    FAILS(DAVIT_ERROR_IMAGE_NOT_FOUND, build_on(test, local, DAVIT_PULL_ALWAYS));
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_pull__image_is_here_afterwards),
    ENGINE_TEST(test_pull__again_is_no_error),
    ENGINE_TEST(test_pull__digest_names_it_too),
    ENGINE_TEST(test_pull__what_the_registry_does_not_have_is_not_found),
    ENGINE_TEST(test_pull__what_needs_credentials_is_unauthorized),
    ENGINE_TEST(test_pull__layer_that_is_not_what_it_says_is_an_error),
    ENGINE_TEST(test_pull__registry_that_dies_in_a_layer_is_an_error),
    ENGINE_TEST(test_pull__manifest_of_another_digest_is_an_error),
    ENGINE_TEST(test_pull__registry_that_is_not_there_is_an_error),
    ENGINE_TEST(test_pull__name_that_is_no_reference_is_invalid),
    ENGINE_TEST(test_pull__callback_can_stop),
    ENGINE_TEST(test_pull__time_limit_ends_it),
    ENGINE_TEST(test_pull__run_gets_what_is_missing),
    ENGINE_TEST(test_pull__run_of_what_nobody_has_fails),
    ENGINE_TEST(test_pull__run_asks_the_registry_only_as_told),
    ENGINE_TEST(test_pull__build_gets_its_base),
    ENGINE_TEST(test_pull__build_on_what_nobody_has_fails),
};
DAVIT_TEST_MAIN(tests)
