/* SPDX-License-Identifier: MIT */
#include "keys.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static size_t write_key(const davit__key *key, char *text)
{
    if (!key || (!key->name && !key->above)) {
        return 0;
    }
    size_t length = write_key(key->above, text);
    size_t room = DAVIT__KEY_SIZE - length;
    int added = key->name ? snprintf(text + length, room, "%s%s", length ? "." : "", key->name)
                          : snprintf(text + length, room, "[%zu]", key->index);
    if (added < 0) {
        return length;
    }
    return (size_t)added < room ? length + (size_t)added : DAVIT__KEY_SIZE - 1;
}

const char *davit__key_text(const davit__key *key, char *text)
{
    text[0] = '\0';
    write_key(key, text);
    return text;
}

int davit__key_error(const davit__key *key, davit_error_code code, davit_error *error,
                     const char *format, ...)
{
    if (error) {
        char message[sizeof error->message];
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(message, sizeof message, format, arguments);
        va_end(arguments);
        char text[DAVIT__KEY_SIZE];
        davit__key_text(key, text);
        davit__error_set(error, code, "%s%s%s", text, text[0] ? ": " : "", message);
    }
    return code;
}
