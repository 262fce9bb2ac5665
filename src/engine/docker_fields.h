/* SPDX-License-Identifier: MIT */
/* Fields as docker's lists name and write them. */
#ifndef DAVIT_ENGINE_DOCKER_FIELDS_H
#define DAVIT_ENGINE_DOCKER_FIELDS_H

#include "fields.h"

#include <davit/container.h>
#include <davit/image.h>

/* Of davit_container_info and of davit_image_info; each ends with one without a name. */
extern const davit__docker_field davit__docker_container_fields[];
extern const davit__docker_field davit__docker_image_fields[];

#endif
