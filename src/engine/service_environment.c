/* SPDX-License-Identifier: MIT */
#include "service_environment.h"

#include "memory.h"

extern char **environ;

static bool begins_with_any(const char *variable, const char *const beginnings[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (davit__starts_with(variable, beginnings[i])) {
            return true;
        }
    }
    return false;
}

static size_t count_of(char *const list[])
{
    size_t count = 0;
    while (list && list[count]) {
        count++;
    }
    return count;
}

void davit__service_environment_free(char **list)
{
    for (size_t i = 0; list && list[i]; i++) {
        free(list[i]);
    }
    free(list);
}

int davit__service_environment(char ***ret_list, davit_error *error)
{
    static const char *const dropped[] = {
        "CONTAINER_HOST=", "CONTAINER_CONNECTION=", "DOCKER_HOST=", "DAVIT_",
        "LISTEN_",         "NOTIFY_SOCKET=",
    };
    size_t count = count_of(environ), used = 0;
    char **list = calloc(count + 1, sizeof *list);
    int r = list ? 0 : davit__error_no_memory(error);
    for (size_t i = 0; r == 0 && i < count && environ[i]; i++) {
        if (!begins_with_any(environ[i], dropped, DAVIT__COUNT(dropped))) {
            r = davit__copy(environ[i], &list[used++], error);
        }
    }
    if (r < 0) {
        davit__service_environment_free(list);
        return r;
    }
    *ret_list = list;
    return 0;
}

/* FNV-1a: it names a folder and guards nothing. */
static uint64_t mix(uint64_t hash, const char *text)
{
    for (; *text; text++) {
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3;
    }
    return hash;
}

char *davit__service_name(char *const list[])
{
    static const char *const leading[] = {
        "CONTAINERS_",
        "STORAGE_",
        "XDG_DATA_HOME=",
        "XDG_CONFIG_HOME=",
    };
    const uint64_t none = 0xcbf29ce484222325;
    uint64_t hash = none;
    for (; *list; list++) {
        if (begins_with_any(*list, leading, DAVIT__COUNT(leading))) {
            hash = mix(mix(hash, *list), "\n");
        }
    }
    return hash == none ? strdup("podman")
                        : davit__format("podman-%016llx", (unsigned long long)hash);
}

char **davit__service_environment_with(char *const list[], char *variable)
{
    size_t name = variable ? strcspn(variable, "=") + 1 : 0, used = 0;
    char **with = calloc(count_of(list) + 2, sizeof *with);
    for (size_t i = 0; with && list[i]; i++) {
        if (!variable || strncmp(list[i], variable, name) != 0) {
            with[used++] = list[i];
        }
    }
    if (with) {
        with[used] = variable;
    }
    return with;
}
