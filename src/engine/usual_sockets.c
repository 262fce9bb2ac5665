/* SPDX-License-Identifier: MIT */
#include "usual_sockets.h"

#include "memory.h"

#include <sys/stat.h>

static bool is_same_file(const char *a, const char *b)
{
    struct stat one, other;
    return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

bool davit__socket_is_repeated(const davit__socket_list *list, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (is_same_file(list->paths[i], list->paths[index])) {
            return true;
        }
    }
    return false;
}

/* `folder` NULL: there is none. */
static bool add(davit__socket_list *list, const char *folder, const char *name)
{
    if (!folder) {
        return true;
    }
    char *path = davit__format("%s%s", folder, name);
    if (path) {
        list->paths[list->count++] = path;
    }
    return path != NULL;
}

/* /var/run is /run on most systems, and then not worth a second line. */
static bool add_rootful_docker(davit__socket_list *list, const char *machine)
{
    DAVIT__FREE char *old = davit__format("%s/var/run", machine);
    DAVIT__FREE char *present = davit__format("%s/run", machine);
    return old && present && add(list, machine, "/var/run/docker.sock") &&
           (is_same_file(old, present) || add(list, machine, "/run/docker.sock"));
}

int davit__usual_sockets(const davit__environment *environment, davit_runtime wanted,
                         davit__socket_list *ret_list, davit_error *error)
{
    const char *machine = environment->machine ? environment->machine : "";
    davit__socket_list list = {0};
    bool fine = true;
    if (wanted != DAVIT_RUNTIME_PODMAN) {
        fine = add_rootful_docker(&list, machine) &&
               add(&list, environment->runtime_dir, "/docker.sock") &&
               add(&list, environment->home, "/.docker/run/docker.sock");
    }
    if (fine && wanted != DAVIT_RUNTIME_DOCKER) {
        fine = add(&list, machine, "/run/podman/podman.sock") &&
               add(&list, environment->runtime_dir, "/podman/podman.sock");
    }
    if (!fine) {
        davit__socket_list_free(&list);
        return davit__error_no_memory(error);
    }
    *ret_list = list;
    return 0;
}

void davit__socket_list_free(davit__socket_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->paths[i]);
    }
    *list = (davit__socket_list){0};
}
