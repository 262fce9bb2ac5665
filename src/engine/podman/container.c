/* SPDX-License-Identifier: MIT */
#include "container_info.h"
#include "memory.h"
#include "podman.h"

/* Podman's own default; without one its compatible API sets 0, and a stop kills at once. */
#define STOP_TIMEOUT 10

/* Podman's compatible API makes one text of a mount and reads it as CSV; what the older grammar
 * says, with colons, it takes as it is. */
static int avoid_csv(const davit_container_config *config, davit_mount *mounts, davit_error *error)
{
    for (size_t i = 0; i < config->mount_count; i++) {
        davit_mount *mount = &mounts[i];
        *mount = config->mounts[i];
        if (mount->type == DAVIT_MOUNT_TMPFS || !mount->source ||
            (!strpbrk(mount->source, ",\"") && !strpbrk(mount->target, ",\""))) {
            continue;
        }
        if (strchr(mount->source, ':')) {
            return davit__error_set(error, DAVIT_ERROR_UNSUPPORTED,
                                    "mount source '%s': Podman takes no path with a colon and a "
                                    "comma or quotation mark",
                                    mount->source);
        }
        mount->create_source = true; /* which asks for the older grammar */
    }
    return 0;
}

int davit__podman_container_create(void *state, const davit_call *call,
                                   const davit_container_config *config, char **ret_id,
                                   davit_error *error)
{
    DAVIT__FREE char *image = NULL;
    int r = davit__podman_image_name(state, call, config->image, &image, error);
    if (r < 0) {
        return r;
    }
    DAVIT__FREE davit_mount *mounts = calloc(config->mount_count + 1, sizeof *mounts);
    if (!mounts) {
        return davit__error_no_memory(error);
    }
    r = avoid_csv(config, mounts, error);
    if (r < 0) {
        return r;
    }
    davit_container_config named = *config;
    named.image = image;
    named.mounts = mounts;
    if (named.stop_timeout == DAVIT_UNSET) {
        named.stop_timeout = STOP_TIMEOUT;
    } else if (named.stop_timeout == -1) {
        named.stop_timeout = INT32_MAX; /* Podman takes no negative number */
    }
    return davit__docker_container_create(state, call, &named, ret_id, error);
}

int davit__podman_container_remove(void *state, const davit_call *call, const char *name,
                                   const davit_remove_options *options, davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->libpod, "/containers/%s", name);
    davit__target_query(&target, "force", options->force ? "true" : NULL);
    davit__target_query(&target, "volumes", options->volumes ? "true" : NULL);
    if (options->force) {
        davit__target_query_number(&target, "timeout", 0); /* or newer ones wait 10 s first */
    }
    davit__api_request request = {
        .method = "DELETE",
        .target = &target,
        .not_found = DAVIT_ERROR_CONTAINER_NOT_FOUND,
    };
    DAVIT__JSON json_t *answer = NULL;
    int r = davit__api_call(api, call, &request, &answer, error);
    if (r < 0) {
        return r;
    }
    /* One report a container, its failure inside. */
    const char *failure = davit__json_text(answer, "0.Err");
    davit_error_code code =
        failure ? davit__api_code_of_message(failure, DAVIT_ERROR_RUNTIME) : DAVIT_OK;
    return failure ? davit__error_set(error, code, "%s", failure) : 0;
}

/* Lists know the health of a container, but not how old it is. */
static int add_staleness(davit__api *api, const davit_call *call, davit_container_info *info,
                         davit_error *error)
{
    DAVIT_CLEANUP(davit_container_info_free) davit_container_info *full = NULL;
    davit_error failure = DAVIT_ERROR_INIT;
    int r = davit__docker_container_get(api, call, info->id, &full, NULL, &failure);
    if (r == DAVIT_ERROR_CONTAINER_NOT_FOUND) {
        return 0; /* it ended meanwhile; the list shows what was */
    }
    if (r < 0 && error) {
        *error = failure;
    }
    if (r >= 0 && full->health_stale) {
        info->health_stale = true;
        free(info->status);
        info->status = DAVIT__TAKE(full->status);
    }
    return r;
}

int davit__podman_container_list(void *state, const davit_call *call,
                                 const davit_container_list_options *options,
                                 davit_container_list **ret_list, davit_error *error)
{
    davit__api *api = state;
    DAVIT_CLEANUP(davit_container_list_free) davit_container_list *list = NULL;
    int r = davit__container_list_fetch(api, call, api->libpod, DAVIT__SHAPE_LIBPOD_LIST, options,
                                        &list, error);
    for (size_t i = 0; r >= 0 && i < list->count; i++) {
        if (list->items[i].is_running && list->items[i].health != DAVIT_HEALTH_NONE) {
            r = add_staleness(api, call, &list->items[i], error);
        }
    }
    if (r >= 0) {
        *ret_list = DAVIT__TAKE(list);
    }
    return r < 0 ? r : 0;
}

int davit__podman_container_wait(void *state, const davit_call *call, const char *name,
                                 int *ret_exit_code, davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->libpod, "/containers/%s/wait", name);
    /* The default is a look each 250 ms. */
    davit__target_query(&target, "interval", "20ms");
    davit__api_request request = {
        .method = "POST",
        .target = &target,
        .not_found = DAVIT_ERROR_CONTAINER_NOT_FOUND,
    };
    DAVIT__JSON json_t *answer = NULL;
    int r = davit__api_call(api, call, &request, &answer, error);
    if (r < 0) {
        return r;
    }
    if (!json_is_integer(answer)) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                                "the engine's answer: expected an exit code");
    }
    *ret_exit_code = davit__exit_code_of(json_integer_value(answer));
    return 0;
}

int davit__podman_container_health_run(void *state, const davit_call *call, const char *name,
                                       davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->libpod, "/containers/%s/healthcheck", name);
    davit__api_request request = {
        .method = "GET",
        .target = &target,
        .not_found = DAVIT_ERROR_CONTAINER_NOT_FOUND,
    };
    return davit__api_call(api, call, &request, NULL, error);
}

/* ---- attach ---- */

/* Of events, a line each. */
static const char *last_line(char *text)
{
    size_t length = strlen(text);
    while (length && text[length - 1] == '\n') {
        text[--length] = '\0';
    }
    const char *newline = strrchr(text, '\n');
    return newline ? newline + 1 : text;
}

/* A container that removed itself: its end is in the engine's log of events, the last one if it was
 * restarted. */
static int exit_code_of_event(davit__api *api, const davit_call *call, const char *id,
                              int *ret_exit_code, davit_error *error)
{
    DAVIT__JSON json_t *filters = json_pack("{s:[s], s:[s]}", "container", id, "event", "died");
    if (!filters) {
        return davit__error_no_memory(error);
    }
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->libpod, "/events", NULL);
    davit__target_query(&target, "stream", "false");
    davit__target_query_json(&target, "filters", filters);
    davit__api_request request = {.method = "GET", .target = &target};
    DAVIT_CLEANUP(davit_string_free) char *text = NULL;
    int r = davit__api_call_text(api, call, &request, &text, error);
    if (r < 0) {
        return r;
    }
    DAVIT__JSON json_t *event = NULL;
    const char *line = last_line(text);
    if (*line) {
        r = davit__json_parse(line, strlen(line), "the engine's answer", &event, error);
    }
    if (r < 0) {
        return r;
    }
    const char *code = davit__json_text(event, "Actor.Attributes.containerExitCode");
    if (!code) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                                "the container is gone and the engine does not tell its exit code");
    }
    char *end;
    long number = strtol(code, &end, 10);
    *ret_exit_code = *code && !*end ? davit__exit_code_of(number) : -1;
    return 0;
}

/* The streams ended: 1 once the state says so too, 0 not yet. */
static int look_for_end(davit__api *api, const davit_call *call, const char *id, int *ret_exit_code,
                        davit_error *error)
{
    DAVIT_CLEANUP(davit_container_info_free) davit_container_info *info = NULL;
    davit_error failure = DAVIT_ERROR_INIT;
    int r = davit__docker_container_get(api, call, id, &info, NULL, &failure);
    if (r == DAVIT_ERROR_CONTAINER_NOT_FOUND) {
        r = exit_code_of_event(api, call, id, ret_exit_code, error);
        return r < 0 ? r : 1;
    }
    if (r < 0) {
        if (error) {
            *error = failure;
        }
        return r;
    }
    if (info->state != DAVIT_STATE_EXITED) {
        return 0;
    }
    *ret_exit_code = davit__exit_code_of(info->exit_code);
    return 1;
}

static int wait_for_end(davit__api *api, const davit_call *call, const char *id, int *ret_exit_code,
                        davit_error *error)
{
    int64_t pause = DAVIT_MILLISECONDS(1);
    int r;
    while ((r = look_for_end(api, call, id, ret_exit_code, error)) == 0) {
        r = davit__wait_time(pause, davit__call_limit(call), error);
        if (r < 0) {
            break;
        }
        pause = pause < DAVIT_MILLISECONDS(100) ? pause * 2 : pause;
    }
    return r < 0 ? r : 0;
}

/* Podman's own removal takes a while to start: do it here, whoever comes first. */
static int remove_ended(davit__api *api, const davit_call *call, const char *id, davit_error *error)
{
    davit_remove_options options = {.force = true, .volumes = true};
    davit_error failure = DAVIT_ERROR_INIT;
    int r = davit__podman_container_remove(api, call, id, &options, &failure);
    if (r < 0 && r != DAVIT_ERROR_CONTAINER_NOT_FOUND) {
        if (error) {
            *error = failure;
        }
        return r;
    }
    return 0;
}

int davit__podman_container_attach(void *state, const davit_call *call, const char *name, bool tty,
                                   bool removed, const davit_attach_options *attach,
                                   int *ret_exit_code, davit_error *error)
{
    davit__api *api = state;
    DAVIT__EXCHANGE *streams = NULL;
    int r = davit__docker_streams_open(api, call, name, attach, &streams, error);
    if (r < 0) {
        return r;
    }
    if (attach->started && attach->started(attach->context, name) != 0) {
        return davit__error_set(error, DAVIT_ERROR_CANCELLED, "not started");
    }
    r = davit__streams_pass(streams, tty, attach, error);
    bool detached = false;
    if (r >= 0 && tty) {
        r = davit__streams_detached(api, call, name, &detached, error);
    }
    if (r >= 0 && detached) {
        *ret_exit_code = 0;
        return 0;
    }
    if (r >= 0) {
        r = wait_for_end(api, call, name, ret_exit_code, error);
    }
    return r >= 0 && removed ? remove_ended(api, call, name, error) : r;
}
