/* SPDX-License-Identifier: MIT */
/* Builds by libpod. Progress is Buildah's text, a line or a piece of one at a time:
 *
 *     [1/2] STEP 2/3: RUN make          a step; the number of the stage if there are several
 *     ...                               its output
 *     --> Using cache 3f4e...           it was not run
 *     --> 9b76779e073                   it is done
 *     [2/2] COMMIT web                  a step of its own
 *     f1307461c745dd4f...               64 digits: the image
 */
#include "memory.h"
#include "podman.h"

#include <ctype.h>

typedef struct progress {
    davit_build_callback callback;
    void *context;
    size_t step; /* number of the one under way, 0: none */
    char *name;
    bool open; /* started and not done */
    bool cached;
    int64_t began; /* davit__now() */
    char id[72];   /* "sha256:" and 64 digits */
} progress;

static int tell(progress *building, const davit_build_event *event, davit_error *error)
{
    if (building->callback && building->callback(building->context, event) != 0) {
        return davit__error_set(error, DAVIT_ERROR_CANCELLED, "stopped by the receiver");
    }
    return 0;
}

static int step_done(progress *building, const char *failure, davit_error *error)
{
    if (!building->open) {
        return 0;
    }
    building->open = false;
    davit_build_event event = {
        .type = DAVIT_BUILD_STEP_DONE,
        .step = building->step,
        .name = building->name,
        .cached = building->cached,
        .duration = davit__now() - building->began,
        .error = failure,
    };
    return tell(building, &event, error);
}

static int step_started(progress *building, const char *name, davit_error *error)
{
    int r = step_done(building, NULL, error);
    if (r < 0) {
        return r;
    }
    free(building->name);
    building->name = NULL;
    r = davit__copy(name, &building->name, error);
    if (r < 0) {
        return r;
    }
    building->step++;
    building->open = true;
    building->cached = false;
    building->began = davit__now();
    davit_build_event event = {
        .type = DAVIT_BUILD_STEP_STARTED,
        .step = building->step,
        .name = building->name,
    };
    return tell(building, &event, error);
}

static int step_output(progress *building, const char *text, davit_error *error)
{
    davit_build_event event = {
        .type = DAVIT_BUILD_LOG,
        .step = building->step,
        .name = building->name,
        .stream = DAVIT_STREAM_STDOUT,
        .data = text,
        .length = strlen(text),
    };
    return tell(building, &event, error);
}

/* "STEP ..." or "COMMIT ...", perhaps behind "[1/2] ". */
static bool begins_step(const char *text)
{
    if (text[0] == '[') {
        text += strspn(text, "[0123456789/");
        if (text[0] != ']' || text[1] != ' ') {
            return false;
        }
        text += 2;
    }
    return davit__starts_with(text, "STEP ") || davit__starts_with(text, "COMMIT ");
}

static bool is_id(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static int take_text(progress *building, const char *text, davit_error *error)
{
    DAVIT__FREE char *line = strdup(text);
    if (!line) {
        return davit__error_no_memory(error);
    }
    line[strcspn(line, "\n")] = '\0';
    if (begins_step(line)) {
        return step_started(building, line, error);
    }
    if (davit__starts_with(line, "--> Using cache")) {
        building->cached = true; /* the line that says it is done may still come */
        return 0;
    }
    if (davit__starts_with(line, "--> ")) {
        return step_done(building, NULL, error);
    }
    if (is_id(line)) {
        snprintf(building->id, sizeof building->id, "sha256:%s", line);
        return 0;
    }
    if (davit__starts_with(line, "Successfully tagged ")) {
        return 0; /* it comes behind the step's end and repeats its name */
    }
    return step_output(building, text, error);
}

static int take_line(void *context, const json_t *line, davit_error *error)
{
    const char *text = davit__json_text(line, "stream");
    return text ? take_text(context, text, error) : 0;
}

/* libpod's words for docker's network modes. */
static int query_network(davit__target *target, const char *network, davit_error *error)
{
    if (davit__empty(network)) {
        return 0;
    }
    if (davit__same(network, "none")) {
        davit__target_query(target, "networkmode", "NetworkDisabled");
        return 0;
    }
    bool host = davit__same(network, "host");
    bool unnamed = host || davit__same(network, "bridge") || davit__same(network, "default");
    DAVIT__JSON json_t *options = json_pack("[{s:s, s:b, s:s}]", "Name", "network", "Host",
                                            (int)host, "Path", unnamed ? "" : network);
    if (!options) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "network: not valid UTF-8");
    }
    davit__target_query_json(target, "nsoptions", options);
    return 0;
}

/* ["id=ID,src=PATH"]: Podman moves the file out of the context before it builds. */
static int query_secrets(davit__target *target, const davit_build_context *context,
                         davit_error *error)
{
    DAVIT__JSON json_t *all = json_array();
    int r = all ? 0 : davit__error_no_memory(error);
    for (size_t i = 0; r >= 0 && i < context->secret_count; i++) {
        const davit_build_secret *secret = &context->secrets[i];
        json_t *one = json_sprintf("id=%s,src=%s", secret->id, secret->path);
        if (!one) {
            return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "secret: not valid UTF-8");
        }
        r = json_array_append_new(all, one) < 0 ? davit__error_no_memory(error) : 0;
    }
    if (r >= 0 && context->secret_count > 0) {
        davit__target_query_json(target, "secrets", all);
    }
    return r;
}

static int start(davit__api *api, const davit_call *call, const davit_build_request *request,
                 davit__http_exchange **ret_exchange, davit_error *error)
{
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->libpod, "/build", NULL);
    int r = davit__build_query(&target, request, error);
    if (r < 0) {
        return r;
    }
    r = query_network(&target, request->context->network, error);
    if (r < 0) {
        return r;
    }
    r = query_secrets(&target, request->context, error);
    if (r < 0) {
        return r;
    }
    const davit_build_context *context = request->context;
    davit__build_query_texts(&target, "extrahosts", context->extra_hosts,
                             context->extra_host_count);
    davit__build_query_texts(&target, "ulimits", context->ulimits, context->ulimit_count);
    if (context->memory > 0) {
        davit__target_query_number(&target, "memory", context->memory);
    }
    davit__target_query_bool(&target, "layers", true);
    /* Without a format Podman finds no step in its cache; OCI's has no health checks. */
    davit__target_query(&target, "outputformat",
                        "application/vnd.docker.distribution.manifest.v2+json");
    bool never = request->context->pull == DAVIT_PULL_NEVER;
    davit__target_query(&target, "pullpolicy",
                        request->pull ? "always"
                        : never       ? "never"
                                      : "missing");
    return davit__build_send(api, call, &target, request, ret_exchange, error);
}

int davit__podman_image_build(void *state, const davit_call *call,
                              const davit_build_request *request, davit_build_callback callback,
                              void *context, char **ret_id, davit_error *error)
{
    DAVIT__EXCHANGE *exchange = NULL;
    int r = start(state, call, request, &exchange, error);
    if (r < 0) {
        return r;
    }
    progress building = {.callback = callback, .context = context};
    davit_error failure = DAVIT_ERROR_INIT;
    r = davit__docker_read_lines(exchange, DAVIT_ERROR_IMAGE_BUILD, take_line, &building, &failure);
    if (r != DAVIT_ERROR_CANCELLED) {
        step_done(&building, r < 0 ? failure.message : NULL, NULL);
    }
    free(building.name);
    if (r < 0) {
        if (error) {
            *error = failure;
        }
        return r;
    }
    if (!building.id[0]) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                                "the engine ended the build without an image");
    }
    return davit__copy(building.id, ret_id, error);
}
