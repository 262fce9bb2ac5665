/* SPDX-License-Identifier: MIT */
#include "buffer.h"
#include "fill.h"
#include "memory.h"

#include <stdio.h>

#define INDENT_CEILING 16
/* Enough digits that 0.1 comes out as 0.1. */
#define REAL_DIGITS 15

static const json_t *step(const json_t *json, const char *key, size_t length)
{
    if (!json_is_array(json)) {
        return json_object_getn(json, key, length);
    }
    size_t index = 0;
    for (size_t i = 0; i < length; i++) {
        if (key[i] < '0' || key[i] > '9' || index > SIZE_MAX / 10 - 1) {
            return NULL;
        }
        index = index * 10 + (size_t)(key[i] - '0');
    }
    return length > 0 ? json_array_get(json, index) : NULL;
}

const json_t *davit__json_at(const json_t *json, const char *path)
{
    while (json && *path) {
        size_t length = strcspn(path, ".");
        json = step(json, path, length);
        path += length;
        path += *path == '.';
    }
    return json_is_null(json) ? NULL : json;
}

const char *davit__json_text(const json_t *json, const char *path)
{
    return json_string_value(davit__json_at(json, path));
}

/* Health logs hold what a program printed, NUL included: such a text is cut there, the rest of the
 * answer is none the worse. */
int davit__json_parse(const char *text, size_t length, const char *what, json_t **ret_json,
                      davit_error *error)
{
    const size_t flags = JSON_DECODE_ANY | JSON_ALLOW_NUL;
    json_error_t reason;
    json_t *json = json_loadb(text, length, flags, &reason);
    if (!json && json_error_code(&reason) == json_error_numeric_overflow) {
        json = json_loadb(text, length, flags | JSON_DECODE_INT_AS_REAL, &reason);
    }
    if (json) {
        *ret_json = json;
        return 0;
    }
    char subject[100];
    snprintf(subject, sizeof subject, "%s is ", what);
    return davit__json_refused(&reason, DAVIT_ERROR_PROTOCOL, subject, error);
}

/* Out of memory has no position in jansson; where it looks like bad syntax to it, it does to us. */
int davit__json_refused(const json_error_t *reason, davit_error_code code, const char *what,
                        davit_error *error)
{
    if (reason->line < 0 || json_error_code(reason) == json_error_out_of_memory) {
        return davit__error_no_memory(error);
    }
    return davit__error_set(error, code, "%snot valid JSON: line %d, column %d: %s", what,
                            reason->line, reason->column, reason->text);
}

static int add_piece(const char *text, size_t length, void *buffer)
{
    davit__buffer_add(buffer, text, length);
    return 0;
}

int davit__json_dump(const json_t *json, int indent, char **ret_text, davit_error *error)
{
    size_t depth = indent > INDENT_CEILING ? INDENT_CEILING : (size_t)(indent > 0 ? indent : 0);
    size_t layout = depth > 0 ? JSON_INDENT(depth) : JSON_COMPACT;
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    size_t flags = layout | JSON_ENCODE_ANY | JSON_REAL_PRECISION(REAL_DIGITS);
    if (json_dump_callback(json, add_piece, &buffer, flags) < 0) {
        return davit__error_no_memory(error);
    }
    return davit__buffer_take(&buffer, ret_text, error);
}
