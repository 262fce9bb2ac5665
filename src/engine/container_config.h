/* SPDX-License-Identifier: MIT */
/* davit_container_config to the body of a create request. */
#ifndef DAVIT_ENGINE_CONTAINER_CONFIG_H
#define DAVIT_ENGINE_CONTAINER_CONFIG_H

#include "fields.h"

#include <davit/container.h>

/* What no engine could make sense of: no image, bad name, port out of range, relative target,
 * contradictions. DAVIT_ERROR_INVALID_CONFIG names the field (container_check.c). */
int davit__container_config_check(const davit_container_config *config, davit_error *error);

/* The Engine API's body. */
int davit__container_config_encode(const davit_container_config *config, json_t **ret_body,
                                   davit_error *error);

/* The network that a container is created with, if that is said: the others are connected. */
const char *davit__network_first(const davit_container_config *config);

/* The Engine API's EndpointSettings; {} if nothing is said. */
int davit__network_attachment_encode(const davit_network_attachment *attachment, json_t **ret_json,
                                     davit_error *error);

/* ["NAME=value", ...]; a NULL value is taken from this process's environment, and the variable is
 * left out if it is not set there, as docker does. */
int davit__environment_encode(const davit_pair *pairs, size_t count, json_t **ret_array,
                              davit_error *error);

#endif
