/* SPDX-License-Identifier: MIT */
#include "container_info.h"
#include "docker.h"
#include "memory.h"

static int simple(davit__api *api, const davit_call *call, const char *method,
                  davit__target *target, davit_error *error)
{
    davit__api_request request = {
        .method = method,
        .target = target,
        .not_found = DAVIT_ERROR_CONTAINER_NOT_FOUND,
    };
    return davit__api_call(api, call, &request, NULL, error);
}

void davit__docker_log_warnings(const davit_call *call, const json_t *answer)
{
    const json_t *warnings = davit__json_at(answer, "Warnings");
    for (size_t i = 0; i < json_array_size(warnings); i++) {
        const char *warning = json_string_value(json_array_get(warnings, i));
        if (warning) {
            davit__log(call, DAVIT_LOG_WARNING, "%s", warning);
        }
    }
}

int davit__docker_container_start(void *state, const davit_call *call, const char *name,
                                  davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/containers/%s/start", name);
    return simple(api, call, "POST", &target, error);
}

static int end(davit__api *api, const davit_call *call, const char *path, const char *name,
               int64_t timeout, davit_error *error)
{
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, path, name);
    if (timeout == -1 && api->libpod) {
        timeout = INT32_MAX; /* Podman takes no negative number */
    }
    if (timeout != DAVIT_UNSET) {
        davit__target_query_number(&target, "t", timeout);
    }
    return simple(api, call, "POST", &target, error);
}

int davit__docker_container_stop(void *state, const davit_call *call, const char *name,
                                 int64_t timeout, davit_error *error)
{
    return end(state, call, "/containers/%s/stop", name, timeout, error);
}

int davit__docker_container_restart(void *state, const davit_call *call, const char *name,
                                    int64_t timeout, davit_error *error)
{
    return end(state, call, "/containers/%s/restart", name, timeout, error);
}

int davit__docker_container_kill(void *state, const davit_call *call, const char *name,
                                 const char *signal, davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/containers/%s/kill", name);
    davit__target_query(&target, "signal", signal);
    return simple(api, call, "POST", &target, error);
}

int davit__docker_container_remove(void *state, const davit_call *call, const char *name,
                                   const davit_remove_options *options, davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/containers/%s", name);
    davit__target_query_bool(&target, "force", options->force);
    davit__target_query_bool(&target, "v", options->volumes);
    return simple(api, call, "DELETE", &target, error);
}

int davit__filters_encode(const davit_pair *filters, size_t count, json_t **ret_json,
                          davit_error *error)
{
    DAVIT__JSON json_t *json = count ? json_object() : NULL;
    for (size_t i = 0; i < count; i++) {
        json_t *values = json_object_get(json, filters[i].name);
        if (!values) {
            values = json_array();
            json_object_set_new(json, filters[i].name, values);
        }
        if (json_array_append_new(values, json_string(filters[i].value)) < 0) {
            return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                    "filter %s: expected %s=VALUE", filters[i].name,
                                    filters[i].name);
        }
    }
    *ret_json = DAVIT__TAKE(json);
    return 0;
}

int davit__container_list_fetch(davit__api *api, const davit_call *call, const char *prefix,
                                davit__shape shape, const davit_container_list_options *options,
                                davit_container_list **ret_list, davit_error *error)
{
    DAVIT__JSON json_t *filters = NULL;
    int r = davit__filters_encode(options->filters, options->filter_count, &filters, error);
    if (r < 0) {
        return r;
    }
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, prefix, "/containers/json", NULL);
    davit__target_query_bool(&target, "all", options->all);
    if (options->last > 0) {
        davit__target_query_number(&target, "limit", options->last);
    }
    if (filters) {
        davit__target_query_json(&target, "filters", filters);
    }
    davit__api_request request = {.method = "GET", .target = &target};
    DAVIT__JSON json_t *answer = NULL;
    r = davit__api_call(api, call, &request, &answer, error);
    return r < 0 ? r : davit__container_list_decode(answer, shape, ret_list, error);
}

int davit__docker_container_list(void *state, const davit_call *call,
                                 const davit_container_list_options *options,
                                 davit_container_list **ret_list, davit_error *error)
{
    davit__api *api = state;
    return davit__container_list_fetch(api, call, api->prefix, DAVIT__SHAPE_LIST, options, ret_list,
                                       error);
}

int davit__container_get_from(char *text, davit_container_info **ret_info, char **ret_raw,
                              davit_error *error)
{
    DAVIT__FREE char *raw = text;
    DAVIT__JSON json_t *json = NULL;
    DAVIT_CLEANUP(davit_container_info_free) davit_container_info *info = NULL;
    int r = davit__json_parse(raw, strlen(raw), "the engine's answer", &json, error);
    if (r >= 0) {
        r = davit__container_info_decode(json, DAVIT__SHAPE_INSPECT, &info, error);
    }
    if (r >= 0 && davit__empty(info->id)) {
        r = davit__error_set(error, DAVIT_ERROR_PROTOCOL, "the engine's answer has no Id");
    }
    if (r >= 0) {
        *ret_info = DAVIT__TAKE(info);
    }
    if (r >= 0 && ret_raw) {
        *ret_raw = DAVIT__TAKE(raw);
    }
    return r;
}

static int get_text(davit__api *api, const davit_call *call, const char *name, char **ret_text,
                    davit_error *error)
{
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/containers/%s/json", name);
    davit__api_request request = {
        .method = "GET",
        .target = &target,
        .not_found = DAVIT_ERROR_CONTAINER_NOT_FOUND,
    };
    return davit__api_call_text(api, call, &request, ret_text, error);
}

int davit__docker_container_get(void *state, const davit_call *call, const char *name,
                                davit_container_info **ret_info, char **ret_raw, davit_error *error)
{
    char *text = NULL;
    int r = get_text(state, call, name, &text, error);
    return r < 0 ? r : davit__container_get_from(text, ret_info, ret_raw, error);
}

int davit__docker_container_health(void *state, const davit_call *call, const char *name,
                                   davit_health **ret_health, davit_error *error)
{
    DAVIT__FREE char *text = NULL;
    int r = get_text(state, call, name, &text, error);
    if (r < 0) {
        return r;
    }
    DAVIT__JSON json_t *json = NULL;
    r = davit__json_parse(text, strlen(text), "the engine's answer", &json, error);
    if (r < 0) {
        return r;
    }
    DAVIT_CLEANUP(davit_container_info_free) davit_container_info *info = NULL;
    r = davit__container_info_decode(json, DAVIT__SHAPE_INSPECT, &info, error);
    if (r >= 0) {
        r = davit__health_decode(davit__json_at(json, "State.Health"), ret_health, error);
    }
    if (r >= 0) {
        (*ret_health)->stale = info->health_stale;
    }
    return r;
}

/* Without a code nobody knows how it ended: that must not look like success. */
int davit__docker_exit_code(const json_t *answer, const char *key, int *ret_exit_code,
                            davit_error *error)
{
    const json_t *code = davit__json_at(answer, key);
    if (!json_is_integer(code)) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL, "the engine's answer has no %s", key);
    }
    *ret_exit_code = davit__exit_code_of(json_integer_value(code));
    return 0;
}

int davit__docker_container_wait(void *state, const davit_call *call, const char *name,
                                 int *ret_exit_code, davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/containers/%s/wait", name);
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
    return davit__docker_exit_code(answer, "StatusCode", ret_exit_code, error);
}
