/* SPDX-License-Identifier: MIT */
#include "buffer.h"

#include "memory.h"

#include <stdarg.h>
#include <stdio.h>

void davit__buffer_free(davit__buffer *buffer)
{
    free(buffer->data);
    *buffer = (davit__buffer){.ceiling = buffer->ceiling};
}

void davit__buffer_clear(davit__buffer *buffer)
{
    buffer->length = 0;
    buffer->failed = DAVIT_OK;
}

char *davit__buffer_reserve(davit__buffer *buffer, size_t length)
{
    if (buffer->failed) {
        return NULL;
    }
    size_t needed;
    if (__builtin_add_overflow(buffer->length, length, &needed) ||
        __builtin_add_overflow(needed, 1, &needed)) {
        buffer->failed = DAVIT_ERROR_NO_MEMORY;
        return NULL;
    }
    if (buffer->ceiling && needed - 1 > buffer->ceiling) {
        buffer->failed = DAVIT_ERROR_PROTOCOL;
        return NULL;
    }
    if (needed > buffer->capacity) {
        size_t capacity = buffer->capacity < 64 ? 64 : buffer->capacity * 2;
        if (capacity < needed) {
            capacity = needed;
        }
        char *data = realloc(buffer->data, capacity);
        if (!data) {
            buffer->failed = DAVIT_ERROR_NO_MEMORY;
            return NULL;
        }
        buffer->data = data;
        buffer->capacity = capacity;
    }
    return buffer->data + buffer->length;
}

void davit__buffer_add(davit__buffer *buffer, const void *data, size_t length)
{
    char *room = davit__buffer_reserve(buffer, length);
    if (room) {
        if (length > 0) {
            memcpy(room, data, length);
        }
        room[length] = '\0';
        buffer->length += length;
    }
}

void davit__buffer_add_text(davit__buffer *buffer, const char *text)
{
    davit__buffer_add(buffer, text, strlen(text));
}

void davit__buffer_add_char(davit__buffer *buffer, char c)
{
    davit__buffer_add(buffer, &c, 1);
}

void davit__buffer_printf(davit__buffer *buffer, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        buffer->failed = DAVIT_ERROR_NO_MEMORY;
    } else {
        char *room = davit__buffer_reserve(buffer, (size_t)length);
        if (room) {
            vsnprintf(room, (size_t)length + 1, format, again);
            buffer->length += (size_t)length;
        }
    }
    va_end(again);
}

void davit__buffer_consume(davit__buffer *buffer, size_t length)
{
    if (length > 0) {
        buffer->length -= length;
        memmove(buffer->data, buffer->data + length, buffer->length + 1);
    }
}

int davit__buffer_check(const davit__buffer *buffer, davit_error *error)
{
    if (buffer->failed == DAVIT_ERROR_PROTOCOL) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL, "more than %zu bytes",
                                buffer->ceiling);
    }
    return buffer->failed ? davit__error_no_memory(error) : 0;
}

int davit__buffer_take(davit__buffer *buffer, char **ret_text, davit_error *error)
{
    davit__buffer_add(buffer, "", 0);
    int r = davit__buffer_check(buffer, error);
    if (r < 0) {
        return r;
    }
    *ret_text = DAVIT__TAKE(buffer->data);
    davit__buffer_free(buffer);
    return 0;
}
