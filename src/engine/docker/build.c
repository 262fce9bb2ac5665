/* SPDX-License-Identifier: MIT */
/* Builds by BuildKit, through POST /build?version=2 with a plain tar and no session. */
#include "docker.h"
#include "memory.h"
#include "trace.h"

typedef struct progress {
    davit_build_callback callback;
    void *context;
    davit__trace *trace;
    char *id; /* of the image, once it is known */
    /* A completion is held back until the next event: BuildKit likes to complete a step a second
     * time at once, and only then says that it was cached. */
    davit_build_event done; /* step 0: none */
    char *done_name;
    char *done_error;
} progress;

/* From the trace's event to the public one; false: nothing to tell. */
static bool translate(const davit__trace_event *from, davit_build_event *to)
{
    *to = (davit_build_event){.step = from->step + 1, .name = from->name};
    switch (from->type) {
    case DAVIT__TRACE_STARTED:
        to->type = DAVIT_BUILD_STEP_STARTED;
        return true;
    case DAVIT__TRACE_COMPLETED:
        if (from->again && !from->error) {
            return false; /* each step is done once, unless it fails after all */
        }
        to->type = DAVIT_BUILD_STEP_DONE;
        to->cached = from->cached;
        to->duration = from->duration;
        to->error = from->error;
        return true;
    case DAVIT__TRACE_LOG:
        to->type = DAVIT_BUILD_LOG;
        to->stream = from->stream == 2 ? DAVIT_STREAM_STDERR : DAVIT_STREAM_STDOUT;
        to->data = from->data;
        to->length = from->length;
        return true;
    case DAVIT__TRACE_STATUS:
        to->type = DAVIT_BUILD_TRANSFER;
        to->id = from->status;
        to->current = from->current;
        to->total = from->total;
        return true;
    case DAVIT__TRACE_WARNING:
        to->type = DAVIT_BUILD_LOG;
        to->stream = DAVIT_STREAM_STDERR;
        to->data = from->data;
        to->length = from->length;
        return true;
    }
    return false;
}

static int tell(progress *building, const davit_build_event *event, davit_error *error)
{
    if (building->callback && building->callback(building->context, event) != 0) {
        return davit__error_set(error, DAVIT_ERROR_CANCELLED, "stopped by the receiver");
    }
    return 0;
}

static void forget_done(progress *building)
{
    free(building->done_name);
    free(building->done_error);
    building->done_name = NULL;
    building->done_error = NULL;
    building->done.step = 0;
}

static int tell_done(progress *building, davit_error *error)
{
    int r = building->done.step ? tell(building, &building->done, error) : 0;
    forget_done(building);
    return r;
}

static int hold_done(progress *building, const davit_build_event *event, davit_error *error)
{
    forget_done(building);
    building->done = *event;
    int r = davit__copy(event->name, &building->done_name, error);
    if (r >= 0) {
        r = davit__copy(event->error, &building->done_error, error);
    }
    building->done.name = building->done_name;
    building->done.error = building->done_error;
    return r;
}

static int hand_out(void *context, const davit__trace_event *traced, davit_error *error)
{
    progress *building = context;
    davit_build_event event;
    if (!translate(traced, &event)) {
        return 0;
    }
    bool done = event.type == DAVIT_BUILD_STEP_DONE;
    int r = done && event.step == building->done.step ? 0 : tell_done(building, error);
    if (r < 0) {
        return r;
    }
    return done ? hold_done(building, &event, error) : tell(building, &event, error);
}

static int take_line(void *context, const json_t *line, davit_error *error)
{
    progress *building = context;
    const char *kind = davit__json_text(line, "id");
    const json_t *aux = json_object_get(line, "aux");
    if (davit__same(kind, "moby.buildkit.trace") && json_is_string(aux)) {
        return davit__trace_feed(building->trace, json_string_value(aux), json_string_length(aux),
                                 error);
    }
    if (davit__same(kind, "moby.image.id")) {
        free(building->id);
        building->id = NULL;
        return davit__copy(davit__json_text(aux, "ID"), &building->id, error);
    }
    return 0;
}

/* "nofile=1024:2048" as {"Name": "nofile", "Soft": 1024, "Hard": 2048}. */
static int add_ulimit(json_t *all, const char *text, davit_error *error)
{
    const char *equals = strchr(text, '=');
    const char *colon = strchr(equals, ':');
    json_int_t soft = strtoll(equals + 1, NULL, 10);
    json_int_t hard = colon ? strtoll(colon + 1, NULL, 10) : soft;
    json_t *one = json_pack("{s:s%, s:I, s:I}", "Name", text, (size_t)(equals - text), "Soft", soft,
                            "Hard", hard);
    return json_array_append_new(all, one) < 0 ? davit__error_no_memory(error) : 0;
}

static int query_ulimits(davit__target *target, const davit_build_context *context,
                         davit_error *error)
{
    DAVIT__JSON json_t *all = json_array();
    int r = all ? 0 : davit__error_no_memory(error);
    for (size_t i = 0; r >= 0 && i < context->ulimit_count; i++) {
        r = add_ulimit(all, context->ulimits[i], error);
    }
    if (r >= 0 && context->ulimit_count > 0) {
        davit__target_query_json(target, "ulimits", all);
    }
    return r;
}

static int start(davit__api *api, const davit_call *call, const davit_build_request *request,
                 davit__http_exchange **ret_exchange, davit_error *error)
{
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/build", NULL);
    davit__target_query(&target, "version", "2");
    davit__target_query_bool(&target, "pull", request->pull);
    davit__target_query(&target, "networkmode", request->context->network);
    for (size_t i = 0; i < request->context->extra_host_count; i++) {
        davit__target_query(&target, "extrahosts", request->context->extra_hosts[i]);
    }
    int r = davit__build_query(&target, request, error);
    r = r < 0 ? r : query_ulimits(&target, request->context, error);
    return r < 0 ? r : davit__build_send(api, call, &target, request, ret_exchange, error);
}

int davit__docker_image_build(void *state, const davit_call *call,
                              const davit_build_request *request, davit_build_callback callback,
                              void *context, char **ret_id, davit_error *error)
{
    DAVIT__EXCHANGE *exchange = NULL;
    int r = start(state, call, request, &exchange, error);
    if (r < 0) {
        return r;
    }
    progress building = {.callback = callback, .context = context};
    r = davit__trace_create(hand_out, &building, &building.trace, error);
    if (r >= 0) {
        r = davit__docker_read_lines(exchange, DAVIT_ERROR_IMAGE_BUILD, take_line, &building,
                                     error);
    }
    if (r != DAVIT_ERROR_CANCELLED) {
        int told = tell_done(&building, r < 0 ? NULL : error);
        r = r < 0 ? r : told;
    }
    forget_done(&building);
    davit__trace_free(building.trace);
    DAVIT__FREE char *id = building.id;
    if (r < 0) {
        return r;
    }
    if (!id) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                                "the engine ended the build without an image");
    }
    *ret_id = DAVIT__TAKE(id);
    return 0;
}
