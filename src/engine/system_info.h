/* SPDX-License-Identifier: MIT */
/* Engine JSON to davit_version and davit_info. */
#ifndef DAVIT_ENGINE_SYSTEM_INFO_H
#define DAVIT_ENGINE_SYSTEM_INFO_H

#include "fields.h"

#include <davit/engine.h>

/* From GET /version. */
int davit__version_decode(const json_t *json, davit_version **ret_version, davit_error *error);

/* From GET /info. */
int davit__info_decode(const json_t *json, davit_info **ret_info, davit_error *error);

#endif
