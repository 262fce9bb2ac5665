/* SPDX-License-Identifier: MIT */
/* Engine JSON to davit_image_info. */
#ifndef DAVIT_ENGINE_IMAGE_INFO_H
#define DAVIT_ENGINE_IMAGE_INFO_H

#include "fields.h"

#include <davit/image.h>

/* From an inspect reply. */
int davit__image_info_decode(const json_t *json, davit_image_info **ret_info, davit_error *error);

/* From an array: one entry for each name of each image, newest image first. */
int davit__image_list_decode(const json_t *json, davit_image_list **ret_list, davit_error *error);

/* From an array of what made an image, newest first. */
int davit__image_history_decode(const json_t *json, davit_image_history **ret_history,
                                davit_error *error);

/* A copy that says "sha256:" also where the engine did not. NULL gives NULL. */
int davit__digest_copy(const char *digest, char **ret_copy, davit_error *error);

/* Whether it is a whole id without its algorithm, 64 hexadecimal digits: no reference can be that.
 */
bool davit__is_image_id(const char *name);

#endif
