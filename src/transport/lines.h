/* SPDX-License-Identifier: MIT */
/* Text that arrives in any pieces, cut into lines: the JSON records of progress and events. */
#ifndef DAVIT_TRANSPORT_LINES_H
#define DAVIT_TRANSPORT_LINES_H

#include "buffer.h"

/* A longer line is refused. Build progress has lines of some 100 KiB. */
#define DAVIT__LINE_MAX ((size_t)DAVIT_MIB(16))

/* A line without its end (LF or CR LF), not NUL-terminated; empty lines are left out. Return 0, or
 * a negative code with the error filled, which then is what davit__lines_feed() returns. */
typedef int (*davit__lines_output)(void *context, const char *line, size_t length,
                                   davit_error *error);

typedef struct davit__lines {
    davit__lines_output output;
    void *context;
    size_t ceiling;
    davit__buffer partial; /* the beginning of a line whose end has not come yet */
} davit__lines;

/* `ceiling`: of bytes in a line, 0 for DAVIT__LINE_MAX. */
void davit__lines_init(davit__lines *lines, size_t ceiling, davit__lines_output output,
                       void *context);
void davit__lines_free(davit__lines *lines);

/* Cut the next bytes. A line over the ceiling is DAVIT_ERROR_PROTOCOL, and after an error the
 * splitter is of no more use. */
int davit__lines_feed(davit__lines *lines, const char *data, size_t length, davit_error *error);

/* The text ended: hand out what stands behind the last line's end. */
int davit__lines_end(davit__lines *lines, davit_error *error);

#endif
