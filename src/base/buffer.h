/* SPDX-License-Identifier: MIT */
/* A growing run of bytes, always NUL-terminated once something was added.
 *
 * Failure is sticky: after an append ran out of memory or past the ceiling, later appends do
 * nothing, and davit__buffer_check() (or _take) reports it once, at the end. */
#ifndef DAVIT_BASE_BUFFER_H
#define DAVIT_BASE_BUFFER_H

#include "errors.h"

typedef struct davit__buffer {
    char *data;
    size_t length;
    size_t capacity;
    size_t ceiling; /* most bytes it may hold; 0: no ceiling */
    davit_error_code failed;
} davit__buffer;

#define DAVIT__BUFFER_INIT                                                                         \
    {                                                                                              \
        0                                                                                          \
    }
#define DAVIT__BUFFER __attribute__((cleanup(davit__buffer_free)))

void davit__buffer_free(davit__buffer *buffer);

/* Forget the content and the failure, keep the memory. */
void davit__buffer_clear(davit__buffer *buffer);

void davit__buffer_add(davit__buffer *buffer, const void *data, size_t length);
void davit__buffer_add_text(davit__buffer *buffer, const char *text);
void davit__buffer_add_char(davit__buffer *buffer, char c);
void davit__buffer_printf(davit__buffer *buffer, const char *format, ...) DAVIT_PRINTF(2, 3);

/* Room for `length` bytes behind the content, to be written directly; NULL after a failure. Add
 * what was written to buffer->length. */
char *davit__buffer_reserve(davit__buffer *buffer, size_t length);

/* Drop `length` bytes at the front. */
void davit__buffer_consume(davit__buffer *buffer, size_t length);

/* 0, or the sticky failure. */
int davit__buffer_check(const davit__buffer *buffer, davit_error *error);

/* Hand the text out (never NULL on success); the buffer is empty afterwards. */
int davit__buffer_take(davit__buffer *buffer, char **ret_text, davit_error *error);

#endif
