/* SPDX-License-Identifier: MIT */
/* Parts of a container that only an inspect shows: their types and decoders, for the table in
 * container_info.c. */
#ifndef DAVIT_ENGINE_CONTAINER_DETAILS_H
#define DAVIT_ENGINE_CONTAINER_DETAILS_H

#include "fields.h"

#include <davit/container.h>

extern const davit_type davit__endpoint_info_type;
extern const davit_type davit__ulimit_info_type;
extern const davit_type davit__device_info_type;

typedef int davit__decoder(const davit__field *field, const json_t *value, void *object,
                           davit_error *error);
davit__decoder davit__endpoints_decode; /* {"bridge": {...}} */
davit__decoder davit__ulimits_decode;
davit__decoder davit__optional_decode;   /* an integer; none, or a negative one: DAVIT_UNSET */
davit__decoder davit__memsw_decode;      /* bytes; what no machine has is no limit, -1 */
davit__decoder davit__entrypoint_decode; /* a word, or an array of them */

#endif
