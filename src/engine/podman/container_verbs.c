/* SPDX-License-Identifier: MIT */
#include "container_results.h"
#include "memory.h"
#include "podman.h"

#define CPU_PERIOD 100000 /* microseconds; the kernel's own */

/* Docker refuses it; Podman would say that all is well. */
int davit__podman_container_rename(void *state, const davit_call *call, const char *name,
                                   const char *new_name, davit_error *error)
{
    DAVIT_CLEANUP(davit_container_info_free) davit_container_info *info = NULL;
    int r = davit__docker_container_get(state, call, name, &info, NULL, error);
    if (r >= 0 && davit__same(info->name, new_name)) {
        return davit__error_set(error, DAVIT_ERROR_CONFLICT, "'%s' is its name already", new_name);
    }
    return r < 0 ? r : davit__docker_container_rename(state, call, name, new_name, error);
}

/* For what Podman says wrongly, or not at all, of a container that does not run. */
static int require_running(davit__api *api, const davit_call *call, const char *name,
                           davit_error *error)
{
    DAVIT_CLEANUP(davit_container_info_free) davit_container_info *info = NULL;
    int r = davit__docker_container_get(api, call, name, &info, NULL, error);
    if (r >= 0 && info->state != DAVIT_STATE_RUNNING && info->state != DAVIT_STATE_PAUSED) {
        return davit__error_set(error, DAVIT_ERROR_CONFLICT, "it is not running");
    }
    return r;
}

/* ---- update ---- */

static int put(json_t *body, const char *object, const char *key, int64_t value)
{
    if (value == 0) {
        return 0;
    }
    json_t *inner = json_object_get(body, object);
    if (!inner) {
        inner = json_object();
        if (json_object_set_new(body, object, inner) < 0) {
            return -1;
        }
    }
    return json_object_set_new(inner, key, json_integer(value));
}

/* The limits as the OCI's runtime specification has them. */
static json_t *limits_of(const davit_container_changes *changes)
{
    json_t *body = json_object();
    int64_t quota = changes->nano_cpus / (1000000000 / CPU_PERIOD);
    int failed = put(body, "memory", "limit", changes->memory) |
                 put(body, "memory", "swap", changes->memory_swap) |
                 put(body, "cpu", "shares", changes->cpu_shares) |
                 put(body, "cpu", "quota", quota) |
                 put(body, "cpu", "period", quota ? CPU_PERIOD : 0) |
                 put(body, "pids", "limit", changes->pids);
    if (failed) {
        json_decref(body);
        return NULL;
    }
    return body;
}

int davit__podman_container_update(void *state, const davit_call *call, const char *name,
                                   const davit_container_changes *changes, davit_error *error)
{
    davit__api *api = state;
    int r = require_running(api, call, name, error);
    if (r < 0) {
        return r;
    }
    DAVIT__JSON json_t *body = limits_of(changes);
    if (!body) {
        return davit__error_no_memory(error);
    }
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->libpod, "/containers/%s/update", name);
    if (changes->restart_policy != DAVIT_RESTART_DEFAULT) {
        davit__target_query(&target, "restartPolicy",
                            davit_enum_name(davit_restart_policy_names(), changes->restart_policy));
    }
    if (changes->restart_retries > 0) {
        davit__target_query_number(&target, "restartRetries", changes->restart_retries);
    }
    davit__api_request request = {
        .method = "POST",
        .target = &target,
        .body = body,
        .not_found = DAVIT_ERROR_CONTAINER_NOT_FOUND,
    };
    return davit__api_call(api, call, &request, NULL, error);
}

/* ---- top, commit ---- */

/* The compatible API's default options need a ps in the container; libpod's own columns do not. */
int davit__podman_container_top(void *state, const davit_call *call, const char *name,
                                const char *ps_options, davit_process_table **ret_table,
                                davit_error *error)
{
    davit__api *api = state;
    int r = require_running(api, call, name, error);
    if (r < 0) {
        return r;
    }
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->libpod, "/containers/%s/top", name);
    davit__target_query(&target, "stream", "false");
    davit__target_query(&target, "ps_args", ps_options);
    davit__api_request request = {
        .method = "GET",
        .target = &target,
        .not_found = DAVIT_ERROR_CONTAINER_NOT_FOUND,
    };
    DAVIT__JSON json_t *answer = NULL;
    r = davit__api_call(api, call, &request, &answer, error);
    return r < 0 ? r : davit__process_table_decode(answer, ret_table, error);
}

/* Through libpod a name without a registry is a local one, as everywhere on Podman; only docker's
 * format has a comment. */
int davit__podman_container_commit(void *state, const davit_call *call, const char *name,
                                   const davit_commit_options *options, char **ret_id,
                                   davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->libpod, "/commit", NULL);
    davit__target_query(&target, "format", "docker");
    return davit__container_commit(api, call, &target, name, options, ret_id, error);
}
