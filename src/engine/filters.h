/* SPDX-License-Identifier: MIT */
/* Filters of lists of containers; those of images stand in image_filter.h. */
#ifndef DAVIT_ENGINE_FILTERS_H
#define DAVIT_ENGINE_FILTERS_H

#include "errors.h"

/* Check the values that are the same on every engine; which filters there are is the engine's to
 * say. DAVIT_ERROR_INVALID_CONFIG names the filter, the value and what was expected. */
int davit__filters_check(const davit_pair *filters, size_t count, davit_error *error);

#endif
