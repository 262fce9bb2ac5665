/* SPDX-License-Identifier: MIT */
/* A parsed template: a list of texts, expressions and blocks. */
#ifndef DAVIT_BASE_TEMPLATE_H
#define DAVIT_BASE_TEMPLATE_H

#include "fields.h"
#include "slice.h"

typedef enum davit__node_kind {
    DAVIT__NODE_TEXT,     /* outside the braces */
    DAVIT__NODE_PATH,     /* .State.Status, of `first` or else of the dot */
    DAVIT__NODE_VARIABLE, /* $x; $ is what is rendered */
    DAVIT__NODE_STRING,   /* "x" */
    DAVIT__NODE_NUMBER,   /* 0 */
    DAVIT__NODE_BOOL,     /* true */
    DAVIT__NODE_CALL,     /* json .Ports */
    DAVIT__NODE_SET,      /* $x := .Ports, and with declares false $x = .Ports */
    DAVIT__NODE_IF,       /* the blocks: `first` decides between `body` and `otherwise` */
    DAVIT__NODE_RANGE,
    DAVIT__NODE_WITH,
} davit__node_kind;

typedef struct davit__node davit__node;

struct davit__node {
    davit__node_kind kind;
    bool declares;   /* SET */
    size_t position; /* in the template, from 1 */
    /* TEXT, STRING; PATH: "State.Status"; CALL: the function's name; VARIABLE, SET and blocks: the
     * variable's, "x", or NULL. */
    char *text;
    char *key;              /* RANGE: name of the variable for the index, or NULL */
    int64_t number;         /* NUMBER, BOOL */
    davit__node *first;     /* CALL: arguments; PATH: what it is a path of, or NULL; SET, blocks */
    davit__node *body;      /* of a block */
    davit__node *otherwise; /* of a block, behind its {{else}} */
    davit__node *next;      /* next argument, next piece of the template */
};

struct davit_template {
    davit__node *first;
    bool needs_detail;
    davit_text_style style;
};

/* Variables that can be known at one place. */
#define DAVIT__VARIABLE_CEILING 32

void davit__nodes_free(davit__node *first);

/* The pieces of a template, not yet checked against a type. */
int davit__template_read(const char *text, davit__node **ret_first, davit_error *error);

/* "position N: ..." */
int davit__node_error(const davit__node *node, davit_error *error, const char *format, ...)
    DAVIT_PRINTF(3, 4);

/* "NAME is no field of TYPE; it has ...". The type may be NULL. */
int davit__node_unknown_field(const davit__node *node, const davit_type *type, davit__slice name,
                              davit_error *error);

#endif
