/* SPDX-License-Identifier: MIT */
#include "dial_stdio.h"

#include "memory.h"

/* `path` has no character that a shell takes for anything: see davit__address_parse(). */
static char *docker_command(const char *path)
{
    return path ? davit__format("docker --host unix://%s system dial-stdio", path)
                : davit__format("docker system dial-stdio");
}

static char *podman_command(const char *path)
{
    return path ? davit__format("podman --url unix://%s system dial-stdio", path)
                : davit__format("podman system dial-stdio");
}

/* In quotes, as whoever logs in there may have a shell of another grammar. */
static char *any_command(const char *path)
{
    DAVIT__FREE char *docker = docker_command(path);
    DAVIT__FREE char *podman = podman_command(path);
    return docker && podman
               ? davit__format("sh -c 'if command -v docker >/dev/null 2>&1; then exec %s; "
                               "else exec %s; fi'",
                               docker, podman)
               : NULL;
}

int davit__dial_stdio(davit_runtime runtime, davit__address *address, davit_error *error)
{
    if (address->scheme != DAVIT__SCHEME_SSH) {
        return 0;
    }
    free(address->command);
    address->command = runtime == DAVIT_RUNTIME_DOCKER   ? docker_command(address->path)
                       : runtime == DAVIT_RUNTIME_PODMAN ? podman_command(address->path)
                                                         : any_command(address->path);
    return address->command ? 0 : davit__error_no_memory(error);
}
