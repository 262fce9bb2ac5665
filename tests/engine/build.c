/* SPDX-License-Identifier: MIT */
/* Building images. */
#include "engine_test.h"

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* One build: what goes in, and what was told of it. */
struct building {
    davit_build_context context;
    const char *tag;
    const char *tags[1];
    char *id;
    struct collected log;
    char steps[4096]; /* "started 1 NAME\n", "done 1 cached\n" */
    size_t open;      /* steps that began and did not end; they may overlap */
    size_t cached;    /* RUN steps that did not have to run */
    char wrong[256];  /* an event out of order */
    char failure[1024];
    int stop_at_log;
};

static int note_event(void *context, const davit_build_event *event)
{
    struct building *building = context;
    size_t length = strlen(building->steps);
    char *end = building->steps + length;
    size_t room = sizeof building->steps - length;
    if (event->step < 1 || !event->name) {
        snprintf(building->wrong, sizeof building->wrong, "event %d of no step", event->type);
    }
    switch (event->type) {
    case DAVIT_BUILD_STEP_STARTED:
        building->open++;
        snprintf(end, room, "started %zu %s\n", event->step, event->name);
        break;
    case DAVIT_BUILD_STEP_DONE:
        if (building->open == 0 || event->duration < 0) {
            snprintf(building->wrong, sizeof building->wrong, "%zu open, %s done after %lld ns",
                     building->open, event->name, (long long)event->duration);
        }
        building->open--;
        building->cached += event->cached && strstr(event->name, "RUN ");
        snprintf(end, room, "done %zu%s\n", event->step, event->cached ? " cached" : "");
        snprintf(building->failure, sizeof building->failure, "%s",
                 event->error ? event->error : building->failure);
        break;
    case DAVIT_BUILD_LOG:
        collect(&building->log, DAVIT_STREAM_STDOUT, event->data, event->length);
        return building->stop_at_log;
    case DAVIT_BUILD_TRANSFER:
        break;
    }
    return 0;
}

static struct building *building_of(struct engine_test *test, const char *dockerfile)
{
    struct building *building = calloc(1, sizeof *building);
    assert_non_null(building);
    engine_test_own(test, building, free);
    building->context = (davit_build_context)DAVIT_BUILD_CONTEXT_INIT;
    building->context.dockerfile = dockerfile;
    building->tag = engine_test_format(test, "localhost/%s:built", test->prefix);
    building->tags[0] = building->tag;
    building->context.tags = building->tags;
    building->context.tag_count = 1;
    collect(&building->log, DAVIT_STREAM_STDOUT, "", 0);
    return building;
}

static int try_build(struct engine_test *test, davit_engine *engine, struct building *building)
{
    int r = davit_image_build(engine, &building->context, note_event, building, &building->id,
                              &test->error);
    engine_test_own(test, building->log.out, free);
    engine_test_own(test, building->id, free);
    assert_string_equal(building->wrong, "");
    return r;
}

/* Build; the image is there and has the id that was told. */
static void build(struct engine_test *test, struct building *building)
{
    OK(try_build(test, test->engine, building));
    assert_int_equal(building->open, 0);
    assert_contains(building->id, "sha256:");
    assert_int_equal(strlen(building->id), strlen("sha256:") + 64);
    assert_string_equal(image_of(test, building->id)->id, building->id);
}

static void build_fails(struct engine_test *test, struct building *building, davit_error_code code,
                        const char *said)
{
    int r = try_build(test, test->engine, building);
    FAILS(code, r);
    assert_contains(engine_test_message(test), said);
    assert_null(building->id);
    assert_false(image_exists(test, building->tag));
}

/* What the image's command prints. */
static const char *image_says(struct engine_test *test, const char *image, const char *script)
{
    davit_container_config config = engine_test_config(test, NULL);
    config.image = image;
    return says(test, &config, script);
}

#define FROM "FROM " BASE_IMAGE "\n"

/* ---- where the context comes from ---- */

static void test_build__dockerfile_in_memory_is_enough(void **state)
{
    struct engine_test *test = *state;
    struct building *building = building_of(test, FROM "RUN echo made > /made\n");
    build(test, building);
    assert_string_equal(image_says(test, building->tag, "cat /made"), "made");
}

static void test_build__files_in_memory_are_copied(void **state)
{
    struct engine_test *test = *state;
    size_t length = 16 * 1024 * 1024;
    char *large = malloc(length);
    assert_non_null(large);
    memset(large, 'x', length);
    const davit_build_file files[] = {
        {"app/run.sh", "#!/bin/sh\necho ran\n", 19, 0755},
        {"app/deep/er/data", "a\0b", 3, 0},
        {"app/empty", NULL, 0, 0600},
        {"app/large", large, length, 0},
        {"left out", "x", 1, 0},
    };
    struct building *building = building_of(test, FROM "COPY app /app\n");
    building->context.files = files;
    building->context.file_count = ITEMS(files);
    build(test, building);
    assert_string_equal(image_says(test, building->tag,
                                   "/app/run.sh; wc -c < /app/deep/er/data; wc -c < /app/large;"
                                   "stat -c %a /app/run.sh /app/deep/er/data /app/empty; ls /app"),
                        "ran\n3\n16777216\n755\n644\n600\ndeep\nempty\nlarge\nrun.sh");
    free(large);
}

static void test_build__folder_is_sent_without_what_is_ignored(void **state)
{
    struct engine_test *test = *state;
    const char *folder = engine_test_folder(test);
    const char *files[][2] = {{"Dockerfile", FROM "COPY . /all/\n"},
                              {"kept", "1"},
                              {"secret.key", "2"},
                              {".dockerignore", "*.key\n"}};
    for (size_t i = 0; i < ITEMS(files); i++) {
        engine_test_write(test, engine_test_format(test, "%s/%s", folder, files[i][0]),
                          files[i][1]);
    }
    assert_int_equal(symlink("kept", engine_test_format(test, "%s/link", folder)), 0);
    struct building *building = building_of(test, NULL);
    building->context.directory = folder;
    build(test, building);
    assert_string_equal(image_says(test, building->tag, "ls -A /all; readlink /all/link"),
                        ".dockerignore\nDockerfile\nkept\nlink\nkept");
}

static void test_build__dockerfile_may_be_inside_or_outside(void **state)
{
    struct engine_test *test = *state;
    const char *folder = engine_test_folder(test), *other = engine_test_folder(test);
    const char *inside = engine_test_format(test, "%s/inside.file", folder);
    const char *outside = engine_test_format(test, "%s/outside.file", other);
    engine_test_write(test, engine_test_format(test, "%s/word", folder), "word\n");
    engine_test_write(test, inside, FROM "COPY word /inside\n");
    engine_test_write(test, outside, FROM "COPY word /outside\n");
    const char *paths[] = {inside, outside, "outside.file"}; /* relative: to the current folder */
    const char *made[] = {"cat /inside", "cat /outside", "cat /outside"};
    assert_int_equal(chdir(other), 0);
    for (size_t i = 0; i < ITEMS(paths); i++) {
        struct building *building = building_of(test, NULL);
        building->context.directory = folder;
        building->context.dockerfile_path = paths[i];
        build(test, building);
        assert_string_equal(image_says(test, building->tag, made[i]), "word");
    }
    assert_int_equal(access(engine_test_format(test, "%s/Dockerfile", folder), F_OK), -1);
}

static void test_build__files_and_text_go_over_those_of_the_folder(void **state)
{
    struct engine_test *test = *state;
    const char *folder = engine_test_folder(test);
    engine_test_write(test, engine_test_format(test, "%s/a", folder), "folder's\n");
    engine_test_write(test, engine_test_format(test, "%s/b", folder), "folder's\n");
    engine_test_write(test, engine_test_format(test, "%s/Dockerfile", folder), "not this one\n");
    const davit_build_file files[] = {{"b", "memory's\n", 9, 0}};
    struct building *building = building_of(test, FROM "COPY a b /\nRUN cat /a /b > /all\n");
    building->context.directory = folder;
    building->context.files = files;
    building->context.file_count = 1;
    build(test, building);
    assert_string_equal(image_says(test, building->tag, "cat /all"), "folder's\nmemory's");
}

static void test_build__tar_may_be_plain_or_compressed(void **state)
{
    struct engine_test *test = *state;
    const char *folder = engine_test_folder(test);
    engine_test_write(test, engine_test_format(test, "%s/My.file", folder), FROM "COPY word /\n");
    const char *options[] = {"-c", "-cz"};
    for (size_t i = 0; i < ITEMS(options); i++) {
        engine_test_write(test, engine_test_format(test, "%s/word", folder), options[i]);
        FILE *tar = popen(engine_test_format(test, "tar -C %s %s .", folder, options[i]), "r");
        assert_non_null(tar);
        struct building *building = building_of(test, NULL);
        building->context.tar = fileno(tar);
        building->context.dockerfile_path = "My.file";
        build(test, building);
        pclose(tar);
        assert_string_equal(image_says(test, building->tag, "cat /word"), options[i]);
    }
}

static void test_build__nothing_is_written_to_disk(void **state)
{
    struct engine_test *test = *state;
    const davit_build_file files[] = {{"a", "aaaa", 4, 0}};
    struct building *building = building_of(test, FROM "COPY a /a\n");
    building->context.files = files;
    building->context.file_count = 1;
    struct rlimit before, nothing;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    nothing = (struct rlimit){.rlim_cur = 0, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &nothing), 0); /* no byte into any file */
    int r = try_build(test, test->engine, building);
    setrlimit(RLIMIT_FSIZE, &before);
    OK(r);
}

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
}

static void test_build__cache_mounts_work(void **state)
{
    struct engine_test *test = *state;
    struct building *building = building_of(
        test, FROM "RUN --mount=type=cache,target=/cache touch /cache/x && echo ok > /done\n");
    build(test, building);
    assert_string_equal(image_says(test, building->tag, "cat /done; ls /cache 2>/dev/null; true"),
                        "ok");
}

static void test_build__heredocs_work_where_the_engine_says_so(void **state)
{
    struct engine_test *test = *state;
    struct building *building = building_of(test, FROM "RUN <<END\necho here > /doc\nEND\n");
    if (!davit_engine_can(test->engine, DAVIT_CAPABILITY_HEREDOC).supported) {
        int r = try_build(test, test->engine, building);
        assert_true(r < 0);
        FAILS(test->error.code, r);
        return;
    }
    build(test, building);
    assert_string_equal(image_says(test, building->tag, "cat /doc"), "here");
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
    free(building->log.out);
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

static void test_build__missing_base_is_not_pulled_when_told_so(void **state)
{
    struct engine_test *test = *state;
    const char *base = engine_test_format(test, "127.0.0.1:1/%s-none:1", test->prefix);
    struct building *building =
        building_of(test, engine_test_format(test, "FROM %s\nRUN true\n", base));
    building->context.pull = DAVIT_PULL_NEVER;
    build_fails(test, building, DAVIT_ERROR_IMAGE_NOT_FOUND, base);
}

static void test_build__missing_base_is_pulled(void **state)
{
    struct engine_test *test = *state;
    const char *base = engine_test_format(test, "127.0.0.1:1/%s-none:1", test->prefix);
    struct building *building =
        building_of(test, engine_test_format(test, "FROM %s\nRUN true\n", base));
    build_fails(test, building, DAVIT_ERROR_IMAGE, "127.0.0.1:1"); /* nobody listens */
}

static void test_build__base_that_is_here_is_pulled_only_when_told_so(void **state)
{
    struct engine_test *test = *state;
    const char *base = engine_test_format(test, "127.0.0.1:1/%s-here:1", test->prefix);
    OK(davit_image_tag(test->engine, BASE_IMAGE, base, &test->error));
    const char *dockerfile = engine_test_format(test, "FROM %s\nRUN echo here > /here\n", base);
    struct building *always = building_of(test, dockerfile);
    always->context.pull = DAVIT_PULL_ALWAYS;
    build_fails(test, always, DAVIT_ERROR_IMAGE, "127.0.0.1:1");
    const int policies[] = {DAVIT_PULL_MISSING, DAVIT_PULL_NEVER};
    for (size_t i = 0; i < ITEMS(policies); i++) {
        struct building *building = building_of(test, dockerfile);
        building->context.pull = policies[i];
        build(test, building);
    }
}

static void test_build__scratch_needs_no_image(void **state)
{
    struct engine_test *test = *state;
    const davit_build_file files[] = {{"file", "content", 7, 0}};
    struct building *building = building_of(test, "FROM scratch\nCOPY file /file\n");
    building->context.files = files;
    building->context.file_count = 1;
    build(test, building);
    assert_true(image_of(test, building->tag)->size < 100000);
}

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

static void test_build__missing_folder_or_dockerfile_is_an_error(void **state)
{
    struct engine_test *test = *state;
    const char *folder = engine_test_folder(test);
    davit_build_context context = DAVIT_BUILD_CONTEXT_INIT;
    char *id = NULL;
    context.directory = engine_test_format(test, "%s/missing", folder);
    int r = davit_image_build(test->engine, &context, NULL, NULL, &id, &test->error);
    assert_true(r == DAVIT_ERROR_IO || r == DAVIT_ERROR_INVALID_CONFIG);
    FAILS(test->error.code, r);
    assert_contains(engine_test_message(test), context.directory);
    context.directory = folder;
    r = davit_image_build(test->engine, &context, NULL, NULL, &id, &test->error);
    assert_true(r == DAVIT_ERROR_IO || r == DAVIT_ERROR_INVALID_CONFIG);
    FAILS(test->error.code, r);
    assert_contains(engine_test_message(test), "Dockerfile");
    assert_null(id);
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_build__dockerfile_in_memory_is_enough),
    ENGINE_TEST(test_build__files_in_memory_are_copied),
    ENGINE_TEST(test_build__folder_is_sent_without_what_is_ignored),
    ENGINE_TEST(test_build__dockerfile_may_be_inside_or_outside),
    ENGINE_TEST(test_build__files_and_text_go_over_those_of_the_folder),
    ENGINE_TEST(test_build__tar_may_be_plain_or_compressed),
    ENGINE_TEST(test_build__nothing_is_written_to_disk),
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
    ENGINE_TEST(test_build__missing_base_is_not_pulled_when_told_so),
    ENGINE_TEST(test_build__missing_base_is_pulled),
    ENGINE_TEST(test_build__base_that_is_here_is_pulled_only_when_told_so),
    ENGINE_TEST(test_build__scratch_needs_no_image),
    ENGINE_TEST(test_build__own_image_is_built_on),
    ENGINE_TEST(test_build__callback_can_stop),
    ENGINE_TEST(test_build__is_cancelled_by_another_thread),
    ENGINE_TEST(test_build__time_limit_ends_it),
    ENGINE_TEST(test_build__no_container_is_left),
    ENGINE_TEST(test_build__bad_settings_are_invalid),
    ENGINE_TEST(test_build__missing_folder_or_dockerfile_is_an_error),
};
DAVIT_TEST_MAIN(tests)
