/* SPDX-License-Identifier: MIT */
/* Filling a davit_error, and adding context on the way up. */
#ifndef DAVIT_BASE_ERRORS_H
#define DAVIT_BASE_ERRORS_H

#include <davit/error.h>

/* Fill `error` (if not NULL) and return `code`. A newline at the message's end is dropped. */
int davit__error_set(davit_error *error, davit_error_code code, const char *format, ...)
    DAVIT_PRINTF(3, 4);

/* The same with ": strerror(system_error)" behind the message. */
int davit__error_errno(davit_error *error, davit_error_code code, int system_error,
                       const char *format, ...) DAVIT_PRINTF(4, 5);

/* Put "context: " before the message of a filled error and return its code. With a NULL error the
 * code is not known, so it is passed in: `return davit__error_wrap(error, r, "run %s", name);` */
int davit__error_wrap(davit_error *error, int code, const char *format, ...) DAVIT_PRINTF(3, 4);

int davit__error_no_memory(davit_error *error);

#endif
