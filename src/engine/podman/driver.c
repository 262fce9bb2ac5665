/* SPDX-License-Identifier: MIT */
#include "drivers.h"
#include "podman.h"

#include <unistd.h>

/* Podman leaves the timing of health checks to timers of systemd, on its own machine. */
static bool has_timers(void)
{
    return access("/run/systemd/system", F_OK) == 0;
}

static davit_capability_info can(void *state, davit_capability capability)
{
    davit__api *api = state;
    davit_capability_info info = {.name = davit__capability_name(capability)};
    switch (capability) {
    case DAVIT_CAPABILITY_BUILDKIT:
        info.reason = "Podman builds with Buildah";
        break;
    case DAVIT_CAPABILITY_HEALTH_TIMER:
        info.reason = has_timers() ? NULL : "no systemd: davit runs the checks while it waits";
        break;
    case DAVIT_CAPABILITY_HEREDOC:
    case DAVIT_CAPABILITY_START_INTERVAL:
        if (davit__version_compare(api->endpoint.probe.libpod_version, "5.0") < 0) {
            info.reason = "needs Podman 5";
        }
        break;
    default:
        break;
    }
    info.supported = !info.reason;
    return info;
}

const davit_driver davit__podman_driver = {
    .struct_size = sizeof(davit_driver),
    .name = "podman",
    .runtime = DAVIT_RUNTIME_PODMAN,
    .applies_dockerignore = true,
    .close = davit__docker_close,
    .version = davit__docker_version,
    .info = davit__docker_info,
    .can = can,
    .container_create = davit__podman_container_create,
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
    .image_list = davit__podman_image_list,
    .image_get = davit__podman_image_get,
    .image_tag = davit__podman_image_tag,
    .image_remove = davit__podman_image_remove,
    .image_pull = davit__docker_image_pull,
    .image_build = davit__podman_image_build,
};
