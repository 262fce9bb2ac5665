/* SPDX-License-Identifier: MIT */
/* What parsing a template's expressions and parsing its blocks share. */
#ifndef DAVIT_BASE_TEMPLATE_PARSE_H
#define DAVIT_BASE_TEMPLATE_PARSE_H

#include "slice.h"
#include "template.h"

/* Parentheses inside each other, and commands in a pipeline. */
#define DAVIT__TEMPLATE_DEPTH 16

typedef struct davit__template_parser {
    const char *start;
    const char *at;
    size_t depth;  /* of parentheses */
    size_t blocks; /* inside each other */
    bool trim;     /* white space at the beginning of the next text does not count */
    davit__slice variables[DAVIT__VARIABLE_CEILING]; /* those known here, the newest last */
    size_t variable_count;
    davit_error *error;
} davit__template_parser;

/* Fill the error with what is wrong at the parser's place. */
int davit__template_fail(const davit__template_parser *parser, const char *what);

/* A node for what begins at the parser's place. */
int davit__node_make(const davit__template_parser *parser, davit__node_kind kind,
                     davit__node **ret_node);

static inline void davit__nodes_release(davit__node **first)
{
    davit__nodes_free(*first);
}
#define DAVIT__NODES __attribute__((cleanup(davit__nodes_release)))

void davit__template_skip_space(davit__template_parser *parser);

/* Whether the parser stands at "}}", or at "-}}" behind white space. */
bool davit__template_at_end(const davit__template_parser *parser);

/* The letters, digits and "_" at the parser's place, which moves behind them. */
davit__slice davit__template_word(davit__template_parser *parser);

/* An expression up to "}}", ")" or what cannot belong to it. */
int davit__template_pipeline(davit__template_parser *parser, davit__node **ret_node);

#endif
