/* SPDX-License-Identifier: MIT */
/* Engine JSON to davit_container_info and davit_health. */
#ifndef DAVIT_ENGINE_CONTAINER_INFO_H
#define DAVIT_ENGINE_CONTAINER_INFO_H

#include "fields.h"

#include <davit/container.h>

int davit__container_info_decode(const json_t *json, davit__shape shape,
                                 davit_container_info **ret_info, davit_error *error);

/* An array of containers. */
int davit__container_list_decode(const json_t *json, davit__shape shape,
                                 davit_container_list **ret_list, davit_error *error);

/* From an inspect reply's State.Health (NULL: no health check). */
int davit__health_decode(const json_t *json, davit_health **ret_health, davit_error *error);

/* Whether the container's checks are overdue: it runs, and the last check (or the start) is longer
 * ago than the interval and the timeout together. `health`: State.Health of an inspect reply. */
bool davit__health_is_stale(const davit_container_info *info, const json_t *health);

/* The check's interval and timeout with the engines' defaults put in, nanoseconds. */
int64_t davit__health_interval(const davit_container_info *info);
int64_t davit__health_timeout(const davit_container_info *info);

/* Nanoseconds since 1970. */
int64_t davit__clock(void);

#endif
