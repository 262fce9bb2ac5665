/* SPDX-License-Identifier: MIT */
#include "container_filter.h"
#include "container_info.h"
#include "memory.h"
#include "podman.h"

/* Podman's own default; without one its compatible API sets 0, and a stop kills at once. */
#define STOP_TIMEOUT 10

/* The name of the network that is there from the beginning. */
#define DEFAULT_NETWORK "podman"

/* What the kernel takes for no limit: the largest number of whole pages. */
#define UNLIMITED (INT64_MAX - 4095)

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

/* As a network mode "bridge" is understood, but the default network's name is another. */
static void rename_bridge(const davit_container_config *config, davit_network_attachment *networks)
{
    for (size_t i = 0; i < config->network_count; i++) {
        networks[i] = config->networks[i];
        if (davit__same(networks[i].network, "bridge")) {
            networks[i].network = DEFAULT_NETWORK;
        }
    }
}

/* Its compatible API does not look at the platform. */
static int check_platform(void *state, const davit_call *call, const char *image,
                          const char *platform, davit_error *error)
{
    DAVIT_CLEANUP(davit_image_info_free) davit_image_info *info = NULL;
    int r = davit__podman_image_get(state, call, image, &info, NULL, error);
    if (r < 0) {
        return r;
    }
    DAVIT__FREE char *actual = davit__format("%s/%s", info->os ? info->os : "",
                                             info->architecture ? info->architecture : "");
    if (!actual) {
        return davit__error_no_memory(error);
    }
    size_t length = strlen(actual);
    bool whole = davit__starts_with(platform, actual) &&
                 (!platform[length] || platform[length] == '/'); /* a variant may follow */
    bool system = davit__same(platform, info->os);
    return whole || system
               ? 0
               : davit__error_set(error, DAVIT_ERROR_IMAGE_NOT_FOUND,
                                  "image %s is there for %s, not for %s", image, actual, platform);
}

/* What is refused here would be left out in silence, or break the start without a reason. */
static int check_known(const davit__api *api, const davit_container_config *config,
                       davit_error *error)
{
    bool old = davit__version_compare(api->endpoint.probe.libpod_version, "4.7") < 0;
    for (size_t i = 0; old && i < config->extra_host_count; i++) {
        if (davit__same(config->extra_hosts[i].value, "host-gateway")) {
            return davit__error_set(error, DAVIT_ERROR_UNSUPPORTED,
                                    "extra host %s: host-gateway needs Podman 4.7; there is "
                                    "host.containers.internal",
                                    config->extra_hosts[i].name);
        }
    }
    bool takes_tag = config->log_driver == DAVIT_LOG_DRIVER_DEFAULT ||
                     config->log_driver == DAVIT_LOG_DRIVER_JOURNALD;
    for (size_t i = 0; !takes_tag && i < config->log_option_count; i++) {
        if (davit__same(config->log_options[i].name, "tag")) {
            return davit__error_set(error, DAVIT_ERROR_UNSUPPORTED,
                                    "log option tag: Podman takes it with journald only");
        }
    }
    return 0;
}

/* Lists that are said otherwise here. */
typedef struct adapted {
    davit_container_config config;
    char *image;
    davit_mount *mounts;
    davit_network_attachment *networks;
} adapted;

static void adapted_clear(adapted *made)
{
    free(made->image);
    free(made->mounts);
    free(made->networks);
}

static void adapt_values(adapted *made)
{
    davit_container_config *config = &made->config;
    if (config->network_mode == DAVIT_NETWORK_BRIDGE && config->network_count > 0) {
        config->network_mode = DAVIT_NETWORK_NAMED;
        config->network = DEFAULT_NETWORK;
    }
    if (config->resources.memory_swap == -1) {
        config->resources.memory_swap = UNLIMITED; /* it leaves negative numbers out */
    }
    if (config->stop_timeout == DAVIT_UNSET) {
        config->stop_timeout = STOP_TIMEOUT;
    } else if (config->stop_timeout == -1) {
        config->stop_timeout = INT32_MAX; /* Podman takes no negative number */
    }
}

static int adapt(davit__api *api, const davit_call *call, const davit_container_config *config,
                 adapted *made, davit_error *error)
{
    int r = check_known(api, config, error);
    if (r < 0 ||
        (r = davit__podman_image_name(api, call, config->image, &made->image, error)) < 0 ||
        (!davit__empty(config->platform) &&
         (r = check_platform(api, call, made->image, config->platform, error)) < 0)) {
        return r;
    }
    made->mounts = calloc(config->mount_count + 1, sizeof *made->mounts);
    made->networks = calloc(config->network_count + 1, sizeof *made->networks);
    if (!made->mounts || !made->networks) {
        return davit__error_no_memory(error);
    }
    if ((r = avoid_csv(config, made->mounts, error)) < 0) {
        return r;
    }
    rename_bridge(config, made->networks);
    made->config = *config;
    made->config.image = made->image;
    made->config.mounts = made->mounts;
    made->config.networks = made->networks;
    adapt_values(made);
    return 0;
}

int davit__podman_container_create(void *state, const davit_call *call,
                                   const davit_container_config *config, char **ret_id,
                                   davit_error *error)
{
    __attribute__((cleanup(adapted_clear))) adapted made = {.image = NULL};
    int r = adapt(state, call, config, &made, error);
    return r < 0 ? r : davit__docker_container_create(state, call, &made.config, ret_id, error);
}

int davit__podman_container_create_request(void *state, const davit_call *call,
                                           const davit_container_config *config, char **ret_json,
                                           davit_error *error)
{
    __attribute__((cleanup(adapted_clear))) adapted made = {.image = NULL};
    int r = adapt(state, call, config, &made, error);
    return r < 0
               ? r
               : davit__docker_container_create_request(state, call, &made.config, ret_json, error);
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

/* Filters that Podman has with another meaning, or not at all. */
static bool is_ours(const davit_pair *filter)
{
    static const char *const names[] = {"name", "status", "health", "publish", "expose"};
    for (size_t i = 0; i < DAVIT__COUNT(names); i++) {
        if (davit__same(filter->name, names[i])) {
            return true;
        }
    }
    return davit__same(filter->name, "volume") && filter->value && filter->value[0] == '/';
}

/* What Podman is asked: without our filters, and for all that they may choose from. */
static void ask_for(const davit_container_list_options *options, davit_pair *filters,
                    davit_container_list_options *ret_asked)
{
    bool any = options->all || options->last > 0;
    *ret_asked = *options;
    ret_asked->filters = filters;
    ret_asked->filter_count = 0;
    for (size_t i = 0; i < options->filter_count; i++) {
        if (is_ours(&options->filters[i])) {
            ret_asked->last = 0;
            any = any || davit__same(options->filters[i].name, "status");
        } else {
            filters[ret_asked->filter_count++] = options->filters[i];
        }
    }
    ret_asked->all = any;
    if (!any) { /* docker's list has paused ones too */
        filters[ret_asked->filter_count++] = (davit_pair){"status", "running"};
        filters[ret_asked->filter_count++] = (davit_pair){"status", "paused"};
    }
}

/* 1: it passes our filters, 0: it does not. Podman's list has neither mounts nor ports that are
 * only exposed. */
static int passes(davit__api *api, const davit_call *call,
                  const davit_container_list_options *options, const davit_container_info *info,
                  davit_error *error)
{
    if (!davit__container_filters_have(options->filters, options->filter_count, "volume") &&
        !davit__container_filters_have(options->filters, options->filter_count, "expose")) {
        return davit__container_filters_pass(options->filters, options->filter_count, info);
    }
    DAVIT_CLEANUP(davit_container_info_free) davit_container_info *full = NULL;
    davit_error failure = DAVIT_ERROR_INIT;
    int r = davit__docker_container_get(api, call, info->id, &full, NULL, &failure);
    if (r == DAVIT_ERROR_CONTAINER_NOT_FOUND) {
        return 0;
    }
    if (r < 0 && error) {
        *error = failure;
    }
    return r < 0 ? r : davit__container_filters_pass(options->filters, options->filter_count, full);
}

static int keep_passing(davit__api *api, const davit_call *call,
                        const davit_container_list_options *options, davit_container_list *list,
                        davit_error *error)
{
    size_t kept = 0;
    int r = 0;
    for (size_t i = 0; i < list->count; i++) {
        davit_container_info *info = &list->items[i];
        bool full = options->last > 0 && kept == (size_t)options->last;
        r = r < 0 || full ? r : passes(api, call, options, info, error);
        if (r == 1 && !full) {
            davit_container_info entry = *info;
            *info = (davit_container_info){0};
            list->items[kept++] = entry;
        } else {
            davit_type_clear(davit_container_info_type(), info);
        }
    }
    list->count = kept;
    return r < 0 ? r : 0;
}

static int fetch(davit__api *api, const davit_call *call,
                 const davit_container_list_options *options, davit_container_list **ret_list,
                 davit_error *error)
{
    DAVIT__FREE davit_pair *filters = calloc(options->filter_count + 2, sizeof *filters);
    if (!filters) {
        return davit__error_no_memory(error);
    }
    davit_container_list_options asked;
    ask_for(options, filters, &asked);
    return davit__container_list_fetch(api, call, api->libpod, DAVIT__SHAPE_LIBPOD_LIST, &asked,
                                       ret_list, error);
}

int davit__podman_container_list(void *state, const davit_call *call,
                                 const davit_container_list_options *options,
                                 davit_container_list **ret_list, davit_error *error)
{
    davit__api *api = state;
    DAVIT_CLEANUP(davit_container_list_free) davit_container_list *list = NULL;
    int r = fetch(api, call, options, &list, error);
    if (r >= 0) {
        r = keep_passing(api, call, options, list, error);
    }
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
    bool detached = r == 1;
    if (r == 0 && tty) {
        r = davit__streams_detached(api, call, name, &detached, error);
    }
    if (r >= 0 && attach->detached) {
        *attach->detached = detached;
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
