/* SPDX-License-Identifier: MIT */
/* A parsed template: a list of texts and expressions. */
#ifndef DAVIT_BASE_TEMPLATE_H
#define DAVIT_BASE_TEMPLATE_H

#include "fields.h"
#include "slice.h"

typedef enum davit__node_kind {
    DAVIT__NODE_TEXT,   /* outside the braces */
    DAVIT__NODE_PATH,   /* .State.Status, of `first` or else of what is rendered */
    DAVIT__NODE_STRING, /* "x" */
    DAVIT__NODE_NUMBER, /* 0 */
    DAVIT__NODE_CALL,   /* json .Ports */
} davit__node_kind;

typedef struct davit__node davit__node;

struct davit__node {
    davit__node_kind kind;
    size_t position;    /* in the template, from 1 */
    char *text;         /* TEXT, STRING; PATH: "State.Status"; CALL: the function's name */
    int64_t number;     /* NUMBER */
    davit__node *first; /* CALL: arguments; PATH: what it is a path of, or NULL */
    davit__node *next;  /* next argument, next piece of the template */
};

struct davit_template {
    davit__node *first;
    bool needs_detail;
};

void davit__nodes_free(davit__node *first);

/* The pieces of a template, not yet checked against a type. */
int davit__template_read(const char *text, davit__node **ret_first, davit_error *error);

/* How many arguments a function takes, "index" at most many. False: there is no such function. */
bool davit__function_arity(const char *name, size_t *ret_least, size_t *ret_most);

/* "index, json, lower, upper" */
const char *davit__function_names(void);

/* "position N: ..." */
int davit__node_error(const davit__node *node, davit_error *error, const char *format, ...)
    DAVIT_PRINTF(3, 4);

/* "NAME is no field of TYPE; it has ...". The type may be NULL. */
int davit__node_unknown_field(const davit__node *node, const davit_type *type, davit__slice name,
                              davit_error *error);

#endif
