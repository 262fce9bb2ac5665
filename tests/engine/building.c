/* SPDX-License-Identifier: MIT */
#include "building.h"

static void add_step(struct building *building, const char *format, ...) DAVIT_PRINTF(2, 3);

static void add_step(struct building *building, const char *format, ...)
{
    size_t length = strlen(building->steps);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(building->steps + length, sizeof building->steps - length, format, arguments);
    va_end(arguments);
}

static void step_done(struct building *building, const davit_build_event *event)
{
    building->done++;
    building->cached += event->cached && strstr(event->name, "RUN ");
    add_step(building, "done %zu%s\n", event->step, event->cached ? " cached" : "");
    if (event->error) {
        snprintf(building->failure, sizeof building->failure, "%s", event->error);
    }
    if (building->done > building->started || event->duration < 0) {
        snprintf(building->wrong, sizeof building->wrong, "%zu of %zu done, %s after %lld ns",
                 building->done, building->started, event->name, (long long)event->duration);
    }
}

static int note_event(void *context, const davit_build_event *event)
{
    struct building *building = context;
    if (event->step < 1 || !event->name) {
        snprintf(building->wrong, sizeof building->wrong, "event %d of no step", (int)event->type);
        return 0;
    }
    switch (event->type) {
    case DAVIT_BUILD_STEP_STARTED:
        building->started++;
        add_step(building, "started %zu %s\n", event->step, event->name);
        break;
    case DAVIT_BUILD_STEP_DONE:
        step_done(building, event);
        break;
    case DAVIT_BUILD_LOG:
        collect(&building->log, DAVIT_STREAM_STDOUT, event->data, event->length);
        return building->stop_at_log;
    case DAVIT_BUILD_TRANSFER:
        break;
    }
    return 0;
}

static void building_free(void *pointer)
{
    struct building *building = pointer;
    collected_clear(&building->log);
    free(building->id);
    free(building);
}

struct building *building_of(struct engine_test *test, const char *dockerfile)
{
    struct building *building = calloc(1, sizeof *building);
    assert_non_null(building);
    engine_test_own(test, building, building_free);
    building->context = (davit_build_context)DAVIT_BUILD_CONTEXT_INIT;
    building->context.dockerfile = dockerfile;
    building->tag = engine_test_format(test, "localhost/%s:built", test->prefix);
    building->tags[0] = building->tag;
    building->context.tags = building->tags;
    building->context.tag_count = 1;
    collect(&building->log, DAVIT_STREAM_STDOUT, "", 0);
    return building;
}

int try_build(struct engine_test *test, davit_engine *engine, struct building *building)
{
    int r = davit_image_build(engine, &building->context, note_event, building, &building->id,
                              &test->error);
    assert_string_equal(building->wrong, "");
    return r;
}

void build(struct engine_test *test, struct building *building)
{
    OK(try_build(test, test->engine, building));
    assert_int_equal(building->done, building->started);
    assert_contains(building->id, "sha256:");
    assert_int_equal(strlen(building->id), strlen("sha256:") + 64);
    assert_string_equal(image_of(test, building->id)->id, building->id);
}

void build_fails(struct engine_test *test, struct building *building, davit_error_code code,
                 const char *said)
{
    int r = try_build(test, test->engine, building);
    FAILS(code, r);
    assert_contains(engine_test_message(test), said);
    assert_null(building->id);
    assert_false(image_exists(test, building->tag));
}

const char *image_says(struct engine_test *test, const char *image, const char *script)
{
    davit_container_config config = engine_test_config(test, NULL);
    config.image = image;
    return says(test, &config, script);
}
