/* SPDX-License-Identifier: MIT */
/* The instructions of a Dockerfile, one after the other, as whole lines: continued lines are
 * joined, comments, blank lines and here-documents left out, parser directives obeyed. */
#ifndef DAVIT_BUILD_INSTRUCTIONS_H
#define DAVIT_BUILD_INSTRUCTIONS_H

#include "buffer.h"

typedef struct davit__instructions {
    const char *at;
    const char *end;
    size_t line;          /* of the last line read */
    char escape;          /* '\\', or '`' after a directive */
    bool directives_done; /* only the lines at the very top can be directives */
    char *syntax;         /* of the "# syntax=" directive, or NULL */
    davit__buffer text;   /* of the present instruction */
    size_t start;         /* its first line */
} davit__instructions;

/* `text` has to stay as long as the instructions are read. */
void davit__instructions_begin(davit__instructions *instructions, const char *text, size_t length);
void davit__instructions_end(davit__instructions *instructions);

/* 1 with the next instruction in `text` and `start`, 0 at the end. */
int davit__instructions_next(davit__instructions *instructions, davit_error *error);

typedef struct davit__word {
    const char *text;
    size_t length;
} davit__word;

/* The next word at `*at`, quotes and escapes left in it; white space inside of quotes is part of
 * it. False at the end. */
bool davit__word_next(const char **at, char escape, davit__word *ret_word);

/* Whether the word is `text`, in any case of letters. */
bool davit__word_is(davit__word word, const char *text);

#endif
