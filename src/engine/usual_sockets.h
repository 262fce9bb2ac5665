/* SPDX-License-Identifier: MIT */
/* Where engines listen when nobody says where. */
#ifndef DAVIT_ENGINE_USUAL_SOCKETS_H
#define DAVIT_ENGINE_USUAL_SOCKETS_H

#include "environment.h"

#include <davit/engine.h>

typedef struct davit__socket_list {
    char *paths[6];
    size_t count;
} davit__socket_list;

/* Those of the wanted kind, Docker's before Podman's, rootful before rootless, whether they are
 * there or not. */
int davit__usual_sockets(const davit__environment *environment, davit_runtime wanted,
                         davit__socket_list *ret_list, davit_error *error);

/* Whether path `index` leads to the same socket as one before it. */
bool davit__socket_is_repeated(const davit__socket_list *list, size_t index);

void davit__socket_list_free(davit__socket_list *list);

#endif
