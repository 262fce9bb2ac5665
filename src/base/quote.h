/* SPDX-License-Identifier: MIT */
/* Other people's text in our messages. */
#ifndef DAVIT_BASE_QUOTE_H
#define DAVIT_BASE_QUOTE_H

#include "errors.h"

/* Room for a quoted text. */
#define DAVIT__QUOTE_SIZE 96

/* "'text'" into quoted[DAVIT__QUOTE_SIZE], which is returned: long text is cut and ends in "...",
 * what would end the line or talk to a terminal becomes '?'. NULL is ''. */
const char *davit__quote(const char *text, char *quoted);

/* Fill the error with DAVIT_ERROR_INVALID_CONFIG "'text': why" and return the code. */
int davit__refuse(davit_error *error, const char *text, const char *why, ...) DAVIT_PRINTF(3, 4);

#endif
