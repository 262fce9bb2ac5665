/* SPDX-License-Identifier: MIT */
/* Building images: what is asked for, what is told, what is left. */
#include "building.h"

#include <pthread.h>
#include <unistd.h>

/* ---- what is asked for ---- */

static void test_build__every_tag_is_given(void **state)
{
    struct engine_test *test = *state;
    const char *tags[] = {engine_test_format(test, "localhost/%s-a:1", test->prefix),
                          engine_test_format(test, "%s-b:2", test->prefix),
                          engine_test_format(test, "127.0.0.1:5000/x/%s-c", test->prefix)};
    struct building *building = building_of(test, FROM "RUN echo tags\n");
    building->context.tags = tags;
    building->context.tag_count = ITEMS(tags);
    build(test, building);
    for (size_t i = 0; i < ITEMS(tags); i++) {
        assert_string_equal(image_of(test, tags[i])->id, building->id);
        assert_string_equal(image_says(test, tags[i], "echo yes"), "yes");
    }
    observed(test, "Builds", "several tags", NULL);
}

static void test_build__image_needs_no_tag(void **state)
{
    struct engine_test *test = *state;
    struct building *building = building_of(test, FROM "RUN echo untagged $(date) > /untagged\n");
    building->context.tag_count = 0;
    build(test, building);
    assert_contains(image_says(test, building->id, "cat /untagged"), "untagged");
    OK(davit_image_remove(test->engine, building->id, true, NULL, NULL, &test->error));
}

static void test_build__arguments_are_set(void **state)
{
    struct engine_test *test = *state;
    setenv("DAVIT_GIVEN", "from outside", 1);
    const davit_pair arguments[] = {{"BASE", BASE_IMAGE}, {"WORD", "a b=c"}, {"DAVIT_GIVEN", NULL}};
    struct building *building = building_of(
        test, "ARG BASE=nothing\nFROM $BASE\nARG WORD=x\nARG DAVIT_GIVEN\nARG DEFAULT=standard\n"
              "RUN echo \"$WORD,$DAVIT_GIVEN,$DEFAULT\" > /words\n");
    building->context.arguments = arguments;
    building->context.argument_count = ITEMS(arguments);
    build(test, building);
    assert_string_equal(image_says(test, building->tag, "cat /words"),
                        "a b=c,from outside,standard");
    observed(test, "Builds", "build arguments", NULL);
}

static void test_build__labels_are_set(void **state)
{
    struct engine_test *test = *state;
    const davit_pair labels[] = {{"org.example.a", "b=c d"}, {"empty", ""}};
    struct building *building = building_of(test, FROM "LABEL own=kept\n");
    building->context.labels = labels;
    building->context.label_count = ITEMS(labels);
    build(test, building);
    const davit_image_info *info = image_of(test, building->tag);
    int found = 0;
    for (size_t i = 0; i < info->label_count; i++) {
        const davit_pair *label = &info->labels[i];
        found += strcmp(label->name, "org.example.a") == 0 && strcmp(label->value, "b=c d") == 0;
        found += strcmp(label->name, "empty") == 0 && strcmp(label->value, "") == 0;
        found += strcmp(label->name, "own") == 0 && strcmp(label->value, "kept") == 0;
    }
    assert_int_equal(found, 3);
    observed(test, "Builds", "labels", NULL);
}

static void test_build__target_is_the_last_stage(void **state)
{
    struct engine_test *test = *state;
    struct building *building =
        building_of(test, "FROM " BASE_IMAGE " AS first\nRUN echo first > /stage\n"
                          "FROM " BASE_IMAGE " AS second\nRUN echo second > /stage\n"
                          "FROM second\nRUN false\n");
    building->context.target = "first";
    build(test, building);
    assert_string_equal(image_says(test, building->tag, "cat /stage"), "first");
    building = building_of(test, building->context.dockerfile);
    building->context.target = "second";
    build(test, building);
    assert_string_equal(image_says(test, building->tag, "cat /stage"), "second");
    building = building_of(test, building->context.dockerfile);
    building->tags[0] = building->tag = engine_test_format(test, "localhost/%s:x", test->prefix);
    building->context.target = "no-such-stage";
    build_fails(test, building, DAVIT_ERROR_IMAGE_BUILD, "no-such-stage");
    observed(test, "Builds", "target stage", NULL);
}

static void test_build__second_time_comes_from_the_cache(void **state)
{
    struct engine_test *test = *state;
    const char *dockerfile = engine_test_format(
        test, FROM "RUN echo %s > /when\nRUN date +%%s%%N >> /when\n", test->prefix);
    struct building *first = building_of(test, dockerfile);
    build(test, first);
    assert_int_equal(first->cached, 0);
    struct building *second = building_of(test, dockerfile);
    build(test, second);
    assert_string_equal(second->id, first->id);
    if (second->cached != 2) {
        fail_msg("not from the cache:\n%s", second->steps);
    }
    assert_contains(second->steps, " cached\n");
    struct building *fresh = building_of(test, dockerfile);
    fresh->context.no_cache = true;
    build(test, fresh);
    assert_string_not_equal(fresh->id, first->id);
    assert_int_equal(fresh->cached, 0);
    davit_image_remove(test->engine, first->id, true, NULL, NULL, NULL);
    observed(test, "Builds", "layer cache", NULL);
}

static void test_build__network_of_steps_is_chosen(void **state)
{
    struct engine_test *test = *state;
    struct building *building = building_of(test, FROM "RUN grep -c : /proc/net/dev > /net\n");
    building->context.network = "none";
    building->context.no_cache = true;
    build(test, building);
    assert_string_equal(image_says(test, building->tag, "cat /net"), "1"); /* the loopback */
    char own[64] = "";
    assert_true(readlink("/proc/self/ns/net", own, sizeof own - 1) > 0);
    const struct {
        const char *network;
        bool is_hosts;
    } others[] = {{"host", true}, {"default", false}};
    for (size_t i = 0; i < ITEMS(others); i++) {
        building = building_of(test, FROM "RUN readlink /proc/self/ns/net > /net\n");
        building->context.network = others[i].network;
        building->context.no_cache = true;
        build(test, building);
        const char *used = image_says(test, building->tag, "cat /net");
        assert_int_equal(strcmp(used, own) == 0, others[i].is_hosts);
    }
    observed(test, "Builds", "network of the steps", NULL);
}

static void test_build__cache_mounts_work(void **state)
{
    struct engine_test *test = *state;
    struct building *building = building_of(
        test, FROM "RUN --mount=type=cache,target=/cache touch /cache/x && echo ok > /done\n");
    build(test, building);
    assert_string_equal(image_says(test, building->tag, "cat /done; ls /cache 2>/dev/null; true"),
                        "ok");
    observed(test, "Builds", "`RUN --mount=type=cache`", NULL);
}

static void test_build__heredocs_work_where_the_engine_says_so(void **state)
{
    struct engine_test *test = *state;
    struct building *building = building_of(test, FROM "RUN <<END\necho here > /doc\nEND\n");
    if (!davit_engine_can(test->engine, DAVIT_CAPABILITY_HEREDOC).supported) {
        int r = try_build(test, test->engine, building);
        assert_true(r < 0);
        FAILS(test->error.code, r);
        observed(test, "Builds", "heredocs", "its builder does not know them");
        return;
    }
    build(test, building);
    assert_string_equal(image_says(test, building->tag, "cat /doc"), "here");
    observed(test, "Builds", "heredocs", NULL);
}

/* ---- what is told ---- */

static void test_build__events_tell_each_step(void **state)
{
    struct engine_test *test = *state;
    struct building *building =
        building_of(test, FROM "RUN echo loud; echo louder >&2\nRUN echo second\n");
    building->context.no_cache = true;
    build(test, building);
    assert_contains(building->steps, "RUN echo loud");
    assert_contains(building->steps, "RUN echo second");
    assert_contains(building->log.out, "loud\n");
    assert_contains(building->log.out, "louder\n");
    assert_contains(building->log.out, "second\n");
    assert_string_equal(building->failure, "");
    observed(test, "Builds", "progress by step", NULL);
}

static void test_build__failing_step_is_named(void **state)
{
    struct engine_test *test = *state;
    struct building *building =
        building_of(test, FROM "RUN true\nRUN echo last words; echo and complaints >&2; exit 3\n");
    building->context.no_cache = true;
    build_fails(test, building, DAVIT_ERROR_IMAGE_BUILD, "exit 3");
    assert_contains(engine_test_message(test), "last words");
    assert_contains(engine_test_message(test), "and complaints");
    assert_non_null(strstr(building->failure, "3"));
    assert_contains(building->log.out, "last words");
}

static void test_build__nothing_is_needed_to_hear_of_failure(void **state)
{
    struct engine_test *test = *state;
    struct building *building = building_of(test, FROM "RUN exit 3\n");
    char *id = NULL;
    FAILS(DAVIT_ERROR_IMAGE_BUILD,
          davit_image_build(test->engine, &building->context, NULL, NULL, &id, &test->error));
    assert_int_equal(davit_image_build(test->engine, &building->context, NULL, NULL, &id, NULL),
                     DAVIT_ERROR_IMAGE_BUILD);
    assert_null(id);
}

static void test_build__bad_dockerfiles_are_errors(void **state)
{
    struct engine_test *test = *state;
    const struct {
        const char *dockerfile, *said;
    } bad[] = {{"", ""},
               {"RUN true\n", ""},
               {FROM "NONSENSE word\n", "NONSENSE"},
               {FROM "COPY no-such-file /\n", "no-such-file"},
               {"FROM Not:A:Reference\n", "Not:A:Reference"},
               {FROM "COPY --from=no-such-stage-or-image:1 /a /b\n", "no-such-stage-or-image"}};
    for (size_t i = 0; i < ITEMS(bad); i++) {
        struct building *building = building_of(test, bad[i].dockerfile);
        building->context.pull = DAVIT_PULL_NEVER;
        int r = try_build(test, test->engine, building);
        assert_true(davit_error_is(r, DAVIT_ERROR_IMAGE) || r == DAVIT_ERROR_INVALID_CONFIG);
        FAILS(test->error.code, r);
        assert_contains(engine_test_message(test), bad[i].said);
        assert_false(image_exists(test, building->tag));
    }
}

/* ---- the images it is built from ---- */

static void test_build__own_image_is_built_on(void **state)
{
    struct engine_test *test = *state;
    const char *base = build_image(test, "lower", "RUN echo lower > /lower");
    const char *shortened = strchr(base, '/') + 1; /* as people write it */
    OK(davit_image_tag(test->engine, base, shortened, &test->error));
    struct building *building = building_of(
        test, engine_test_format(test, "FROM %s\nRUN echo upper > /upper\n", shortened));
    build(test, building);
    assert_string_equal(image_says(test, building->tag, "cat /lower /upper"), "lower\nupper");
}

/* ---- stopping, and what is left ---- */

static void test_build__callback_can_stop(void **state)
{
    struct engine_test *test = *state;
    struct building *building = building_of(test, FROM "RUN echo go; sleep 300\n");
    building->context.no_cache = true;
    building->stop_at_log = 1;
    double begin = seconds();
    build_fails(test, building, DAVIT_ERROR_CANCELLED, "stopped");
    assert_true(seconds() - begin < 40.0);
}

static void *cancel_soon(void *argument)
{
    sleep(1);
    davit_cancel_trigger(argument);
    return NULL;
}

static void test_build__is_cancelled_by_another_thread(void **state)
{
    struct engine_test *test = *state;
    davit_cancel *cancel = NULL;
    davit_engine *scope = NULL;
    OK(davit_cancel_create(&cancel, &test->error));
    davit_scope_options limits = {.cancel = cancel};
    OK(davit_engine_scope(test->engine, &limits, &scope, &test->error));
    struct building *building = building_of(test, FROM "RUN sleep 300\n");
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, cancel), 0);
    FAILS(DAVIT_ERROR_CANCELLED, try_build(test, scope, building));
    pthread_join(thread, NULL);
    assert_false(image_exists(test, building->tag));
    davit_engine_close(scope);
    davit_cancel_free(cancel);
}

static void test_build__time_limit_ends_it(void **state)
{
    struct engine_test *test = *state;
    davit_engine *scope = NULL;
    davit_scope_options limits = {.timeout_ms = 2000};
    OK(davit_engine_scope(test->engine, &limits, &scope, &test->error));
    struct building *building = building_of(test, FROM "RUN sleep 301\n");
    double begin = seconds();
    FAILS(DAVIT_ERROR_TIMEOUT, try_build(test, scope, building));
    assert_true(seconds() - begin < 40.0);
    davit_engine_close(scope);
}

/* Ids of all containers, Buildah's own included. */
static size_t count_containers(struct engine_test *test)
{
    char *answer = NULL;
    bool podman = test->runtime == DAVIT_RUNTIME_PODMAN;
    engine_test_request(test, "GET",
                        podman ? "/v4.0.0/libpod/containers/json?all=true&external=true"
                               : "/containers/json?all=1",
                        NULL, &answer);
    size_t count = 0;
    for (const char *at = answer; (at = strstr(at, "\"Id\":\"")); at++) {
        count++;
    }
    return count;
}

static void test_build__no_container_is_left(void **state)
{
    struct engine_test *test = *state;
    size_t before = count_containers(test);
    struct building *good = building_of(test, FROM "RUN echo 1 > /1\nRUN echo 2 > /2\n");
    good->context.no_cache = true;
    build(test, good);
    assert_int_equal(count_containers(test), before);
    struct building *bad = building_of(test, FROM "RUN echo 1 > /1\nRUN false\n");
    bad->tags[0] = bad->tag = engine_test_format(test, "localhost/%s:bad", test->prefix);
    bad->context.no_cache = true;
    build_fails(test, bad, DAVIT_ERROR_IMAGE_BUILD, "false");
    assert_int_equal(count_containers(test), before);
}

/* ---- what cannot be meant ---- */

static void test_build__bad_settings_are_invalid(void **state)
{
    struct engine_test *test = *state;
    const char *bad_tag = "Upper:case:tag", *folder = engine_test_folder(test);
    const davit_build_file outside = {"../up", "x", 1, 0}, absolute = {"/etc/x", "x", 1, 0},
                           unnamed = {"", "x", 1, 0};
    davit_build_context contexts[7];
    const char *said[] = {"struct_size", bad_tag, "../up", "/etc/x", "", "tar", "UTF-8"};
    const davit_pair labels[] = {{"label", "\xff"}};
    for (size_t i = 0; i < ITEMS(contexts); i++) {
        contexts[i] = (davit_build_context)DAVIT_BUILD_CONTEXT_INIT;
        contexts[i].dockerfile = FROM;
        contexts[i].file_count = i >= 2 && i <= 4;
    }
    contexts[0].struct_size = 8;
    contexts[1].tags = &bad_tag;
    contexts[1].tag_count = 1;
    contexts[2].files = &outside;
    contexts[3].files = &absolute;
    contexts[4].files = &unnamed;
    contexts[5].tar = 0;
    contexts[5].directory = folder;
    contexts[6].labels = labels;
    contexts[6].label_count = 1;
    for (size_t i = 0; i < ITEMS(contexts); i++) {
        char *id = NULL;
        FAILS(DAVIT_ERROR_INVALID_CONFIG,
              davit_image_build(test->engine, &contexts[i], NULL, NULL, &id, &test->error));
        assert_contains(engine_test_message(test), said[i]);
        assert_null(id);
    }
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_build__every_tag_is_given),
    ENGINE_TEST(test_build__image_needs_no_tag),
    ENGINE_TEST(test_build__arguments_are_set),
    ENGINE_TEST(test_build__labels_are_set),
    ENGINE_TEST(test_build__target_is_the_last_stage),
    ENGINE_TEST(test_build__second_time_comes_from_the_cache),
    ENGINE_TEST(test_build__network_of_steps_is_chosen),
    ENGINE_TEST(test_build__cache_mounts_work),
    ENGINE_TEST(test_build__heredocs_work_where_the_engine_says_so),
    ENGINE_TEST(test_build__events_tell_each_step),
    ENGINE_TEST(test_build__failing_step_is_named),
    ENGINE_TEST(test_build__nothing_is_needed_to_hear_of_failure),
    ENGINE_TEST(test_build__bad_dockerfiles_are_errors),
    ENGINE_TEST(test_build__own_image_is_built_on),
    ENGINE_TEST(test_build__callback_can_stop),
    ENGINE_TEST(test_build__is_cancelled_by_another_thread),
    ENGINE_TEST(test_build__time_limit_ends_it),
    ENGINE_TEST(test_build__no_container_is_left),
    ENGINE_TEST(test_build__bad_settings_are_invalid),
};
DAVIT_TEST_MAIN(tests)
