/* SPDX-License-Identifier: MIT */
/* What an engine made of a create request. */
#ifndef DAVIT_ENGINE_CREATE_H
#define DAVIT_ENGINE_CREATE_H

#include "api.h"

/* Log a warning for each field of the body that the container does not have. Only what this engine
 * is known to leave out is looked at, so most containers cost no request. */
void davit__create_compare(davit__api *api, const davit_call *call, const json_t *body,
                           const char *id);

#endif
