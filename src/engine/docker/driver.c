/* SPDX-License-Identifier: MIT */
#include "docker.h"
#include "drivers.h"
#include "memory.h"
#include "system_info.h"

void davit__docker_close(void *state)
{
    davit__api_close(state);
}

static int get(davit__api *api, const davit_call *call, const char *path, json_t **ret_json,
               davit_error *error)
{
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, path, NULL);
    davit__api_request request = {.method = "GET", .target = &target};
    return davit__api_call(api, call, &request, ret_json, error);
}

int davit__docker_version(void *state, const davit_call *call, davit_version **ret_version,
                          davit_error *error)
{
    davit__api *api = state;
    DAVIT__JSON json_t *json = NULL;
    int r = get(api, call, "/version", &json, error);
    if (r < 0) {
        return r;
    }
    DAVIT_CLEANUP(davit_version_free) davit_version *version = NULL;
    r = davit__version_decode(json, &version, error);
    if (r < 0) {
        return r;
    }
    version->runtime = api->endpoint.probe.runtime;
    if (davit__same(version->engine, "Engine")) { /* Docker names it by its role alone */
        free(version->engine);
        version->engine = strdup("Docker Engine");
    }
    if ((r = davit__copy(api->endpoint.api_version, &version->api_version, error)) < 0 ||
        (r = davit__copy(api->endpoint.host, &version->host, error)) < 0 ||
        (r = davit__copy(api->endpoint.chosen_by, &version->chosen_by, error)) < 0) {
        return r;
    }
    *ret_version = DAVIT__TAKE(version);
    return 0;
}

int davit__docker_info(void *state, const davit_call *call, davit_info **ret_info,
                       davit_error *error)
{
    davit__api *api = state;
    DAVIT__JSON json_t *json = NULL;
    int r = get(api, call, "/info", &json, error);
    if (r < 0) {
        return r;
    }
    r = davit__info_decode(json, ret_info, error);
    if (r >= 0) {
        (*ret_info)->runtime = api->endpoint.probe.runtime;
    }
    return r;
}

/* Why not; NULL: it can. */
static const char *why_not(const davit__api *api, davit_capability capability)
{
    switch (capability) {
    case DAVIT_CAPABILITY_START_INTERVAL:
        return davit__api_at_least(api, "1.44") ? NULL : "needs API 1.44, Docker 25";
    case DAVIT_CAPABILITY_HEREDOC:
    case DAVIT_CAPABILITY_BUILD_ULIMITS:
        return davit__api_at_least(api, "1.42") ? NULL : "needs Docker 23";
    case DAVIT_CAPABILITY_BUILD_MEMORY:
        return "BuildKit has no memory limit";
    case DAVIT_CAPABILITY_BUILD_SECRETS:
    case DAVIT_CAPABILITY_BUILD_SSH:
        return "needs a BuildKit session, which davit does not have";
    case DAVIT_CAPABILITY_BUILD_SQUASH:
        return api->endpoint.probe.experimental ? NULL : "needs a daemon in experimental mode";
    case DAVIT_CAPABILITY_LOG_K8S_FILE:
    case DAVIT_CAPABILITY_LOG_PASSTHROUGH:
        return "only Podman has it";
    default:
        return NULL;
    }
}

static davit_capability_info can(void *state, davit_capability capability)
{
    const char *reason = why_not(state, capability);
    return (davit_capability_info){davit__capability_name(capability), !reason, reason};
}

const davit_driver davit__docker_driver = {
    .struct_size = sizeof(davit_driver),
    .name = "docker",
    .runtime = DAVIT_RUNTIME_DOCKER,
    .close = davit__docker_close,
    .version = davit__docker_version,
    .info = davit__docker_info,
    .can = can,
    .container_create = davit__docker_container_create,
    .container_create_request = davit__docker_container_create_request,
    .container_start = davit__docker_container_start,
    .container_stop = davit__docker_container_stop,
    .container_restart = davit__docker_container_restart,
    .container_kill = davit__docker_container_kill,
    .container_remove = davit__docker_container_remove,
    .container_list = davit__docker_container_list,
    .container_get = davit__docker_container_get,
    .container_logs = davit__docker_container_logs,
    .container_attach = davit__docker_container_attach,
    .container_exec = davit__docker_container_exec,
    .container_wait = davit__docker_container_wait,
    .container_health = davit__docker_container_health,
    .container_resize = davit__docker_container_resize,
    .exec_resize = davit__docker_exec_resize,
    .container_pause = davit__docker_container_pause,
    .container_unpause = davit__docker_container_unpause,
    .container_rename = davit__docker_container_rename,
    .container_update = davit__docker_container_update,
    .container_top = davit__docker_container_top,
    .container_diff = davit__docker_container_diff,
    .container_export = davit__docker_container_export,
    .container_commit = davit__docker_container_commit,
    .image_list = davit__docker_image_list,
    .image_get = davit__docker_image_get,
    .image_tag = davit__docker_image_tag,
    .image_remove = davit__docker_image_remove,
    .image_pull = davit__docker_image_pull,
    .image_build = davit__docker_image_build,
    .image_push = davit__docker_image_push,
    .registry_check = davit__docker_registry_check,
    .image_history = davit__docker_image_history,
    .image_save = davit__docker_image_save,
    .image_load = davit__docker_image_load,
    .image_import = davit__docker_image_import,
};
