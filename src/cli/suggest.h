/* SPDX-License-Identifier: MIT */
/* The nearest match for a mistyped name. */
#ifndef DAVIT_CLI_SUGGEST_H
#define DAVIT_CLI_SUGGEST_H

#include "options.h"

/* How many letters have to be changed, added, dropped or swapped to make `b` from `a`. */
size_t cli_distance(const char *a, size_t a_length, const char *b, size_t b_length);

/* Whether `candidate` is so near to `text` that it may be meant; *distance is lowered to it. */
bool cli_nearer(const char *text, size_t length, const char *candidate, size_t *distance);

/* The name of the visible option nearest to `name`, NULL if none is near. */
const char *cli_nearest_option(const cli_option *const *tables, const char *name, size_t length);

#endif
