/* SPDX-License-Identifier: MIT */
/* Engine JSON to what top and diff give. */
#ifndef DAVIT_ENGINE_CONTAINER_RESULTS_H
#define DAVIT_ENGINE_CONTAINER_RESULTS_H

#include "fields.h"

#include <davit/container.h>

/* Ceilings on what an engine may say. */
#define DAVIT__TOP_COLUMNS_MAX 256

int davit__process_table_decode(const json_t *json, davit_process_table **ret_table,
                                davit_error *error);
int davit__file_changes_decode(const json_t *json, davit_file_changes **ret_changes,
                               davit_error *error);

#endif
