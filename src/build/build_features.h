/* SPDX-License-Identifier: MIT */
/* What not every engine can do in a build, and secrets on their way into one. */
#ifndef DAVIT_BUILD_BUILD_FEATURES_H
#define DAVIT_BUILD_BUILD_FEATURES_H

#include "engine.h"

#define DAVIT__SECRET_MAX (500 * 1024) /* bytes of one, as BuildKit's */

/* DAVIT_ERROR_UNSUPPORTED names what the engine does not have; DAVIT_ERROR_INVALID_CONFIG what
 * cannot be meant. */
int davit__build_features_check(const davit_engine *engine, const davit_build_context *build,
                                davit_error *error);

typedef struct davit__secrets {
    davit_build_file *files;   /* those of the build, and a file for each secret */
    davit_build_secret *items; /* with the paths of these files */
    void **texts;              /* paths, and what was read */
    size_t count;              /* of texts */
    size_t *lengths;
} davit__secrets;

/* Put the secrets among the files of the build. */
int davit__secrets_read(davit_build_context *build, davit__secrets *ret_secrets,
                        davit_error *error);
void davit__secrets_free(davit__secrets *secrets);

#endif
