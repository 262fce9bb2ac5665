/* SPDX-License-Identifier: MIT */
/* Which images a Dockerfile builds on, so that they can be pulled, or refused, before the build.
 *
 * This is a scanner, not a judge: an instruction that makes no sense is passed over, and so is a
 * name that cannot be told beforehand; the engine will say what is wrong with them. */
#ifndef DAVIT_BUILD_DOCKERFILE_H
#define DAVIT_BUILD_DOCKERFILE_H

#include <davit/error.h>

/* Stages, and names of images in them, in one Dockerfile. */
#define DAVIT__DOCKERFILE_REFERENCE_MAX 1000

typedef struct davit__dockerfile_options {
    const davit_pair *arguments; /* build arguments; one without a value counts as not given */
    size_t argument_count;
    const char *target;   /* the stage to build, by name or number; NULL: the last */
    const char *platform; /* "linux/arm64/v8", for $TARGETARCH and the like; NULL: this machine's */
} davit__dockerfile_options;

typedef struct davit__dockerfile_image {
    char *name;     /* as it stands there, variables replaced */
    char *platform; /* of FROM --platform=, variables replaced; or NULL */
    size_t line;    /* where the instruction starts, from 1 */
} davit__dockerfile_image;

typedef struct davit__dockerfile {
    davit__dockerfile_image *images; /* in their order, each once */
    size_t image_count;
    size_t stage_count;
    char *syntax; /* the frontend image of a "# syntax=" line, or NULL */
} davit__dockerfile;

/* The images of the stages that the target needs: FROM, COPY --from and RUN --mount=from, without
 * "scratch" and without other stages. NULL options are fine. DAVIT_ERROR_INVALID_CONFIG: there is
 * no FROM, the text is no text, or it is beyond the ceilings. */
int davit__dockerfile_scan(const char *text, size_t length,
                           const davit__dockerfile_options *options,
                           davit__dockerfile *ret_dockerfile, davit_error *error);

/* What the structure points to. NULL is allowed. */
void davit__dockerfile_free(davit__dockerfile *dockerfile);

#endif
