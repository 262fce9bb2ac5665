/* SPDX-License-Identifier: MIT */
/* Filters of a list of containers, applied here for an engine that does not filter as docker does.
 */
#ifndef DAVIT_ENGINE_CONTAINER_FILTER_H
#define DAVIT_ENGINE_CONTAINER_FILTER_H

#include "errors.h"

#include <davit/container.h>

/* "80", "53/udp", "8000-8010/tcp": ports in a row. */
typedef struct davit__filter_ports {
    long first, last;
    int protocol; /* davit_protocol */
} davit__filter_ports;
bool davit__filter_ports_parse(const char *text, davit__filter_ports *ret_ports);

/* Whether there is a filter of this name. */
bool davit__container_filters_have(const davit_pair *filters, size_t count, const char *name);

/* Whether the container passes the filters name, status, health, volume, publish and expose. The
 * others are taken for passed. */
bool davit__container_filters_pass(const davit_pair *filters, size_t count,
                                   const davit_container_info *info);

#endif
