/* SPDX-License-Identifier: MIT */
/* What builds can be given beside a context, seen from inside their steps. */
#include "engine_test.h"

static davit_build_context with(const char *dockerfile)
{
    davit_build_context context = DAVIT_BUILD_CONTEXT_INIT;
    context.dockerfile = dockerfile;
    return context;
}

/* The image's id; NULL if the engine cannot do what `capability` is about, and says so. */
static char *build_if(struct engine_test *test, const davit_build_context *context,
                      davit_capability capability, const char *feature)
{
    char *id = NULL;
    davit_capability_info can = davit_engine_can(test->engine, capability);
    if (!can.supported) {
        FAILS(DAVIT_ERROR_UNSUPPORTED,
              davit_image_build(test->engine, context, NULL, NULL, &id, &test->error));
        assert_contains(engine_test_message(test), can.reason);
        assert_null(id);
    } else {
        OK(davit_image_build(test->engine, context, NULL, NULL, &id, &test->error));
        engine_test_own(test, id, free);
    }
    observed(test, "Builds", feature, can.reason);
    return id;
}

static const char *says_in(struct engine_test *test, const char *image, const char *script)
{
    davit_container_config config = engine_test_config(test, NULL);
    config.image = image;
    config.pull_policy = DAVIT_PULL_NEVER;
    return says(test, &config, script);
}

static void remove_built(struct engine_test *test, const char *id)
{
    OK(davit_image_remove(test->engine, id, true, NULL, NULL, &test->error));
}

static void test_build_features__steps_know_the_extra_hosts(void **state)
{
    struct engine_test *test = *state;
    static const char *const hosts[] = {"database:10.11.12.13", "other:10.11.12.14"};
    davit_build_context context =
        with("FROM " BASE_IMAGE "\nRUN grep -h 10.11.12 /etc/hosts | sort > /hosts\n");
    context.extra_hosts = hosts;
    context.extra_host_count = ITEMS(hosts);
    context.no_cache = true;
    char *id = NULL;
    OK(davit_image_build(test->engine, &context, NULL, NULL, &id, &test->error));
    engine_test_own(test, id, free);
    const char *lines = says_in(test, id, "cat /hosts");
    assert_contains(lines, "database");
    assert_contains(lines, "10.11.12.14");
    remove_built(test, id);
    observed(test, "Builds", "extra hosts", NULL);
}

static void test_build_features__steps_have_the_limits(void **state)
{
    struct engine_test *test = *state;
    static const char *const limits[] = {"nofile=100:200"};
    davit_build_context context = with(
        "FROM " BASE_IMAGE "\nRUN ulimit -n > /limits; df -k /dev/shm | tail -n 1 >> /limits\n");
    context.ulimits = limits;
    context.ulimit_count = 1;
    context.shm_size = DAVIT_MIB(8);
    context.no_cache = true;
    char *id =
        build_if(test, &context, DAVIT_CAPABILITY_BUILD_ULIMITS, "ulimits and size of /dev/shm");
    if (id) {
        const char *seen = says_in(test, id, "cat /limits");
        assert_int_equal(strncmp(seen, "100\n", 4), 0);
        assert_contains(seen, " 8192 ");
        remove_built(test, id);
    }
}

static void test_build_features__steps_have_the_memory_limit(void **state)
{
    struct engine_test *test = *state;
    davit_build_context context =
        with("FROM " BASE_IMAGE "\nRUN cat /sys/fs/cgroup/memory/memory.limit_in_bytes "
             "/sys/fs/cgroup/memory.max > /memory 2>/dev/null; true\n");
    context.memory = DAVIT_MIB(64);
    context.no_cache = true;
    char *id = build_if(test, &context, DAVIT_CAPABILITY_BUILD_MEMORY, "memory limit");
    if (id) {
        assert_contains(says_in(test, id, "cat /memory"), "67108864");
        remove_built(test, id);
    }
}

static void test_build_features__a_secret_is_there_for_its_step_alone(void **state)
{
    struct engine_test *test = *state;
    const char *folder = engine_test_folder(test);
    const char *file = engine_test_format(test, "%s/token", folder);
    engine_test_write(test, file, "top secret");
    const davit_build_secret secrets[] = {{.id = "file", .path = file},
                                          {.id = "memory", .data = "in memory", .length = 9}};
    davit_build_context context =
        with("FROM " BASE_IMAGE "\n"
             "RUN --mount=type=secret,id=file test \"$(cat /run/secrets/file)\" = 'top secret'\n"
             "RUN --mount=type=secret,id=memory test \"$(cat /run/secrets/memory)\" = 'in memory'\n"
             "COPY . /context\n");
    context.secrets = secrets;
    context.secret_count = ITEMS(secrets);
    context.no_cache = true;
    char *id = build_if(test, &context, DAVIT_CAPABILITY_BUILD_SECRETS, "secrets");
    if (id) {
        const char *left = says_in(test, id,
                                   "ls -A /run/secrets 2>/dev/null; ls -A /context | grep secret; "
                                   "grep -rl -e 'top secret' -e 'in memory' /context /run; true");
        assert_string_equal(left, "");
        remove_built(test, id);
    }
}

static void test_build_features__squash_makes_one_step(void **state)
{
    struct engine_test *test = *state;
    davit_build_context context =
        with("FROM " BASE_IMAGE "\nRUN echo 1 > /one\nRUN echo 2 > /two\nRUN rm /one\n");
    context.squash = true;
    context.no_cache = true;
    char *id = build_if(test, &context, DAVIT_CAPABILITY_BUILD_SQUASH, "squash");
    if (id) {
        DAVIT_CLEANUP(davit_image_history_free) davit_image_history *history = NULL;
        OK(davit_image_history_get(test->engine, id, &history, &test->error));
        size_t layers = 0;
        for (size_t i = 0; i < history->count; i++) {
            layers += history->items[i].size > 0;
        }
        assert_true(layers <= 2);
        assert_string_equal(says_in(test, id, "cat /two; ls /one 2>/dev/null; true"), "2");
        remove_built(test, id);
    }
}

static void test_build_features__ssh_agents_are_refused_by_name(void **state)
{
    struct engine_test *test = *state;
    static const char *const agent = "default";
    davit_build_context context = with("FROM " BASE_IMAGE "\n");
    context.ssh = &agent;
    context.ssh_count = 1;
    assert_null(build_if(test, &context, DAVIT_CAPABILITY_BUILD_SSH, "ssh agents"));
}

static void test_build_features__the_platform_of_the_engine_can_be_named(void **state)
{
    struct engine_test *test = *state;
    davit_build_context context = with("FROM " BASE_IMAGE "\nRUN echo platform > /platform\n");
    context.platform =
        engine_test_format(test, "linux/%s", image_of(test, BASE_IMAGE)->architecture);
    char *id = NULL;
    OK(davit_image_build(test->engine, &context, NULL, NULL, &id, &test->error));
    engine_test_own(test, id, free);
    assert_string_equal(image_of(test, id)->architecture, image_of(test, BASE_IMAGE)->architecture);
    remove_built(test, id);
    observed(test, "Builds", "platform", NULL);
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_build_features__steps_know_the_extra_hosts),
    ENGINE_TEST(test_build_features__steps_have_the_limits),
    ENGINE_TEST(test_build_features__steps_have_the_memory_limit),
    ENGINE_TEST(test_build_features__a_secret_is_there_for_its_step_alone),
    ENGINE_TEST(test_build_features__squash_makes_one_step),
    ENGINE_TEST(test_build_features__ssh_agents_are_refused_by_name),
    ENGINE_TEST(test_build_features__the_platform_of_the_engine_can_be_named),
};
DAVIT_TEST_MAIN(tests)
