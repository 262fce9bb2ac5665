/* SPDX-License-Identifier: MIT */
#include "drivers.h"
#include "machine.h"
#include "memory.h"
#include "podman.h"

#include <sys/stat.h>

/* Whether it runs as a user on this machine: its socket is that user's then. */
static bool is_rootless(const davit__api *api)
{
    static const char scheme[] = "unix://";
    const char *host = api->endpoint.host;
    struct stat status;
    return davit__starts_with(host, scheme) && stat(host + strlen(scheme), &status) == 0 &&
           status.st_uid != 0;
}

static davit_capability_info can(void *state, davit_capability capability)
{
    davit__api *api = state;
    davit_capability_info info = {.name = davit__capability_name(capability)};
    switch (capability) {
    case DAVIT_CAPABILITY_BUILDKIT:
        info.reason = "Podman builds with Buildah";
        break;
    case DAVIT_CAPABILITY_BUILD_SSH:
        info.reason = "Podman's API has no agents for builds";
        break;
    case DAVIT_CAPABILITY_HEALTH_TIMER:
        /* They are left to timers of systemd. */
        if (!davit__machine_has_systemd()) {
            info.reason = "no systemd: davit runs the checks while it waits";
        }
        break;
    case DAVIT_CAPABILITY_RESOURCE_LIMITS:
        if (is_rootless(api) && davit__machine_cgroup() != DAVIT__CGROUP_V2) {
            info.reason = "without root Podman needs control groups of version 2";
        }
        break;
    case DAVIT_CAPABILITY_HEREDOC:
    case DAVIT_CAPABILITY_START_INTERVAL:
        if (davit__version_compare(api->endpoint.probe.libpod_version, "5.0") < 0) {
            info.reason = "needs Podman 5";
        }
        break;
    case DAVIT_CAPABILITY_UPDATE_RESTART:
        if (davit__version_compare(api->endpoint.probe.libpod_version, "5.1") < 0) {
            info.reason = "needs Podman 5.1";
        }
        break;
    case DAVIT_CAPABILITY_LOG_SYSLOG:
    case DAVIT_CAPABILITY_LOG_LOCAL:
    case DAVIT_CAPABILITY_LOG_GELF:
    case DAVIT_CAPABILITY_LOG_FLUENTD:
    case DAVIT_CAPABILITY_LOG_AWSLOGS:
    case DAVIT_CAPABILITY_LOG_SPLUNK:
    case DAVIT_CAPABILITY_LOG_GCPLOGS:
    case DAVIT_CAPABILITY_LOG_LOGENTRIES:
        info.reason = "only Docker has it";
        break;
    default:
        break;
    }
    info.supported = !info.reason;
    return info;
}

/* The compatible API leaves the log driver out. */
static int info(void *state, const davit_call *call, davit_info **ret_info, davit_error *error)
{
    davit__api *api = state;
    DAVIT_CLEANUP(davit_info_free) davit_info *info = NULL;
    int r = davit__docker_info(state, call, &info, error);
    if (r < 0) {
        return r;
    }
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->libpod, "/info", NULL);
    davit__api_request request = {.method = "GET", .target = &target};
    DAVIT__JSON json_t *answer = NULL;
    r = davit__api_call(api, call, &request, &answer, error);
    if (r < 0) {
        return r;
    }
    const char *log_driver = davit__json_text(answer, "host.logDriver");
    if (log_driver) {
        free(info->log_driver);
        info->log_driver = NULL;
        r = davit__copy(log_driver, &info->log_driver, error);
    }
    if (r >= 0) {
        *ret_info = DAVIT__TAKE(info);
    }
    return r;
}

const davit_driver davit__podman_driver = {
    .struct_size = sizeof(davit_driver),
    .name = "podman",
    .runtime = DAVIT_RUNTIME_PODMAN,
    .applies_dockerignore = true,
    .close = davit__docker_close,
    .version = davit__docker_version,
    .info = info,
    .can = can,
    .container_create = davit__podman_container_create,
    .container_create_request = davit__podman_container_create_request,
    .container_start = davit__docker_container_start,
    .container_stop = davit__docker_container_stop,
    .container_restart = davit__docker_container_restart,
    .container_kill = davit__docker_container_kill,
    .container_remove = davit__podman_container_remove,
    .container_list = davit__podman_container_list,
    .container_get = davit__docker_container_get,
    .container_logs = davit__docker_container_logs,
    .container_attach = davit__podman_container_attach,
    .container_exec = davit__docker_container_exec,
    .container_wait = davit__podman_container_wait,
    .container_health = davit__docker_container_health,
    .container_health_run = davit__podman_container_health_run,
    .container_resize = davit__docker_container_resize,
    .exec_resize = davit__docker_exec_resize,
    .container_pause = davit__docker_container_pause,
    .container_unpause = davit__docker_container_unpause,
    .container_rename = davit__podman_container_rename,
    .container_update = davit__podman_container_update,
    .container_top = davit__podman_container_top,
    .container_diff = davit__docker_container_diff,
    .container_export = davit__docker_container_export,
    .container_commit = davit__podman_container_commit,
    .image_list = davit__podman_image_list,
    .image_get = davit__podman_image_get,
    .image_tag = davit__podman_image_tag,
    .image_remove = davit__podman_image_remove,
    .image_pull = davit__podman_image_pull,
    .image_build = davit__podman_image_build,
    .image_push = davit__podman_image_push,
    .registry_check = davit__podman_registry_check,
    .image_history = davit__podman_image_history,
    .image_save = davit__podman_image_save,
    .image_load = davit__podman_image_load,
    .image_import = davit__podman_image_import,
};
