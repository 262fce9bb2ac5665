/* SPDX-License-Identifier: MIT */
/* Pieces of a text that stay where they are. */
#ifndef DAVIT_BASE_SLICE_H
#define DAVIT_BASE_SLICE_H

#include "errors.h"

/* `length` bytes, not NUL-terminated. */
typedef struct davit__slice {
    const char *text;
    size_t length;
} davit__slice;

davit__slice davit__slice_of(const char *text);

/* Whether it is exactly this text. */
bool davit__slice_is(davit__slice slice, const char *text);

/* Whether it is not empty and has only characters of `allowed`. */
bool davit__slice_only(davit__slice slice, const char *allowed);

/* The part before the first (or the last) `separator`; *rest becomes the part behind it. Without a
 * separator: false, nothing changes. */
bool davit__slice_cut(davit__slice *rest, char separator, davit__slice *ret_before);
bool davit__slice_cut_last(davit__slice *rest, char separator, davit__slice *ret_before);

/* The next of a list's items; *list becomes what follows, with text NULL after the last. False when
 * there is none left. */
bool davit__slice_next(davit__slice *list, char separator, davit__slice *ret_item);

/* Memory of its own, NUL-terminated. */
int davit__slice_copy(davit__slice slice, char **ret_copy, davit_error *error);

/* A decimal number of digits alone, at most `most`. */
bool davit__slice_number(davit__slice slice, int64_t most, int64_t *ret_number);

#define DAVIT__DIGITS      "0123456789"
#define DAVIT__LOWER       "abcdefghijklmnopqrstuvwxyz"
#define DAVIT__LETTERS     DAVIT__LOWER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DAVIT__NAME_FIRST  DAVIT__LETTERS DAVIT__DIGITS
#define DAVIT__NAME_OTHERS DAVIT__NAME_FIRST "_.-"

#endif
