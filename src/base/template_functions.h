/* SPDX-License-Identifier: MIT */
/* The functions of templates. */
#ifndef DAVIT_BASE_TEMPLATE_FUNCTIONS_H
#define DAVIT_BASE_TEMPLATE_FUNCTIONS_H

#include "template_value.h"

/* Most arguments of one call. */
#define DAVIT__ARGUMENT_CEILING 16

/* A call under way. `values` are its arguments, which the function may take. */
typedef struct davit__call {
    const davit__node *node;
    davit__value *values;
    size_t count;
    davit_error *error;
} davit__call;

typedef enum davit__laziness {
    DAVIT__EAGER,
    DAVIT__UNTIL_FALSE, /* arguments behind the first false one are not looked at */
    DAVIT__UNTIL_TRUE,
} davit__laziness;

typedef struct davit__function {
    const char *name;
    size_t least; /* arguments */
    size_t most;
    davit__laziness laziness;
    int (*run)(const davit__call *call, davit__value *ret_value);
} davit__function;

/* NULL: there is none of that name. */
const davit__function *davit__function_find(const char *name);

/* "and, eq, ..." */
void davit__function_names_print(davit__buffer *buffer);

#endif
