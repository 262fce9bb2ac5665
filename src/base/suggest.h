/* SPDX-License-Identifier: MIT */
/* "did you mean": the name that a misspelt one is nearest to. */
#ifndef DAVIT_BASE_SUGGEST_H
#define DAVIT_BASE_SUGGEST_H

#include <stddef.h>

/* Edits (a letter put in, taken out, changed) from one to the other, case and '_' not counted. More
 * than `most` for what is farther, and for names of more than 63 letters. */
size_t davit__name_distance(const char *a, const char *b, size_t most);

#endif
