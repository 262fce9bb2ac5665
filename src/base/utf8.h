/* SPDX-License-Identifier: MIT */
/* UTF-8: what is valid, and text of other people made valid. */
#ifndef DAVIT_BASE_UTF8_H
#define DAVIT_BASE_UTF8_H

#include "buffer.h"

/* Bytes of the code point at the start of `text`, 0 if the bytes are no valid UTF-8. `left` (not 0)
 * is how many bytes there are. */
size_t davit__utf8_length(const char *text, size_t left);

/* Whether a code point of so many bytes (0: invalid) can be shown: it neither ends the line nor
 * talks to the terminal. */
bool davit__utf8_harmless(const char *point, size_t length);

bool davit__utf8_valid(const char *text, size_t length);

/* Add text with each invalid byte replaced by U+FFFD. */
void davit__utf8_add(davit__buffer *buffer, const char *text, size_t length);

#endif
