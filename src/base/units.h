/* SPDX-License-Identifier: MIT */
/* Sizes, durations and times as text, put into a buffer. */
#ifndef DAVIT_BASE_UNITS_H
#define DAVIT_BASE_UNITS_H

#include "buffer.h"

/* "7.2MB" */
void davit__bytes_print(davit__buffer *buffer, int64_t bytes);

/* "1m30s", "250ms": exact, and what davit_duration_parse() takes. */
void davit__duration_print(davit__buffer *buffer, int64_t duration);

/* "3 hours" */
void davit__duration_print_human(davit__buffer *buffer, int64_t duration);

/* "2024-01-31T10:00:00.25Z" */
void davit__time_print(davit__buffer *buffer, int64_t time);

/* Nanoseconds since 1970. */
int64_t davit__time_now(void);

/* A run of decimal digits. */
typedef struct davit__digits {
    int64_t number; /* their value; INT64_MAX when it does not fit */
    size_t count;   /* how many there are */
} davit__digits;

/* Read the digits at *text and move *text behind them. */
davit__digits davit__digits_read(const char **text);

/* "1.5", ".5", "2." with a unit: *ret_value = number * scale, rounded down to whole units. Moves
 * *text behind the number; false if there is none. A result that does not fit is INT64_MAX. No
 * locale has a say in it. */
bool davit__decimal_read(const char **text, int64_t scale, int64_t *ret_value);

#endif
