/* SPDX-License-Identifier: MIT */
#include "memory.h"

#include <stdarg.h>
#include <stdio.h>

int davit__copy(const char *text, char **ret_copy, davit_error *error)
{
    char *copy = NULL;
    if (text) {
        copy = strdup(text);
        if (!copy) {
            return davit__error_no_memory(error);
        }
    }
    *ret_copy = copy;
    return 0;
}

char *davit__format(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = NULL;
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    return length < 0 ? NULL : text;
}
