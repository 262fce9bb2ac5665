/* SPDX-License-Identifier: MIT */
#include "quote.h"

#include "utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define CUT "...'"

const char *davit__quote(const char *text, char *quoted)
{
    const char *at = text ? text : "";
    size_t left = strnlen(at, DAVIT__QUOTE_SIZE);
    size_t length = 0;
    quoted[length++] = '\'';
    while (left > 0) {
        size_t valid = davit__utf8_length(at, left);
        size_t step = valid > 0 ? valid : 1;
        if (length + step + sizeof CUT > DAVIT__QUOTE_SIZE) {
            memcpy(quoted + length, CUT, sizeof CUT);
            return quoted;
        }
        if (davit__utf8_harmless(at, valid)) {
            memcpy(quoted + length, at, step);
            length += step;
        } else {
            quoted[length++] = '?';
        }
        at += step;
        left -= step;
    }
    memcpy(quoted + length, "'", 2);
    return quoted;
}

int davit__refuse(davit_error *error, const char *text, const char *why, ...)
{
    if (error) {
        char reason[sizeof error->message];
        va_list arguments;
        va_start(arguments, why);
        vsnprintf(reason, sizeof reason, why, arguments);
        va_end(arguments);
        char quoted[DAVIT__QUOTE_SIZE];
        davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "%s: %s", davit__quote(text, quoted),
                         reason);
    }
    return DAVIT_ERROR_INVALID_CONFIG;
}
