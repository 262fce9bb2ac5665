/* SPDX-License-Identifier: MIT */
/* Filters on images. They are applied here and not by the engines, which differ in what they know
 * (Docker below 24 has no "until") and in what they mean by it. */
#ifndef DAVIT_ENGINE_IMAGE_FILTER_H
#define DAVIT_ENGINE_IMAGE_FILTER_H

#include "engine.h"

typedef struct davit__image_filter {
    const davit_pair *filters; /* for labels and references */
    size_t count;
    int64_t before; /* time: created earlier; 0: any */
    int64_t since;  /* time: created later; 0: any */
    int dangling;   /* 1: without a name, 0: with one, -1: any */
} davit__image_filter;

/* The filters of a list, or (`prune`) of a clean-up; "before" and "since" ask for their image.
 * DAVIT_ERROR_INVALID_CONFIG names the filter. */
int davit__image_filter_read(davit_engine *engine, const davit_pair *filters, size_t count,
                             bool prune, davit__image_filter *ret_filter, davit_error *error);

bool davit__image_filter_wants(const davit__image_filter *filter, const davit_image_info *info);

/* Whether `pattern` ("web", "web:1.*", "localhost/w*") means this entry of a list, as docker has
 * it: with or without docker.io/library/, and with or without Podman's localhost/. */
bool davit__image_matches(const davit_image_info *info, const char *pattern);

/* Whether it has neither a name nor a digest it was pulled by. */
bool davit__image_is_dangling(const davit_image_info *info);

#endif
