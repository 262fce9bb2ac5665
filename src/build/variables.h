/* SPDX-License-Identifier: MIT */
/* Variables of a Dockerfile and their expansion in a word. */
#ifndef DAVIT_BUILD_VARIABLES_H
#define DAVIT_BUILD_VARIABLES_H

#include "buffer.h"

#define DAVIT__VARIABLE_MAX        1000        /* variables in a set */
#define DAVIT__VARIABLE_LENGTH_MAX (64 * 1024) /* bytes of an expanded word */
#define DAVIT__VARIABLE_DEPTH_MAX  32          /* ${a:-${b:-...}} */

typedef struct davit__variables {
    struct davit__variable *list;
    size_t count;
    size_t capacity;
} davit__variables;

#define DAVIT__VARIABLES_INIT                                                                      \
    {                                                                                              \
        0                                                                                          \
    }

void davit__variables_free(davit__variables *variables);

/* Set or replace. Both are copied. */
int davit__variables_set(davit__variables *variables, const char *name, const char *value,
                         davit_error *error);

/* NULL if it is not set. */
const char *davit__variables_get(const davit__variables *variables, const char *name);

/* Expand a word as Dockerfiles do: quotes go, `escape` makes the next character plain, $name and
 * ${name} are replaced, with -, +, ? and :-, :+, :? inside the braces. Appends to `result`, which
 * should be empty. The other operators of newer frontends (#, %, /) are DAVIT_ERROR_UNSUPPORTED,
 * what makes no sense is DAVIT_ERROR_INVALID_CONFIG. */
int davit__variables_expand(const davit__variables *variables, char escape, const char *word,
                            size_t length, davit__buffer *result, davit_error *error);

#endif
