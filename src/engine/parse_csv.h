/* SPDX-License-Identifier: MIT */
/* One line of CSV, as docker writes options of several parts: KEY=VALUE,"KEY=with,comma". */
#ifndef DAVIT_ENGINE_PARSE_CSV_H
#define DAVIT_ENGINE_PARSE_CSV_H

#include "slice.h"

/* More than anybody means. */
#define DAVIT__CSV_MAX 32

typedef struct davit__csv {
    char *items[DAVIT__CSV_MAX];
    size_t count;
} davit__csv;

#define DAVIT__CSV __attribute__((cleanup(davit__csv_clear)))
void davit__csv_clear(davit__csv *fields);

/* Read into a zeroed list; clear it also after a failure. */
int davit__csv_read(const char *text, davit__csv *fields, davit_error *error);

#endif
