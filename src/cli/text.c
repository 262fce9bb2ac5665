/* SPDX-License-Identifier: MIT */
#include "text.h"

#include "memory.h"
#include "width.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define USUAL_LENGTH 120 /* of what is printed at a time */

void cli_text_free(cli_text *text)
{
    free(text->data);
    *text = (cli_text)CLI_TEXT_INIT;
}

void cli_text_clear(cli_text *text)
{
    text->length = 0;
    if (text->data) {
        text->data[0] = '\0';
    }
}

static void reserve(cli_text *text, size_t more)
{
    if (more < text->capacity - text->length) {
        return;
    }
    size_t capacity = (text->length + more + 1) * 2;
    char *data = capacity > text->length ? realloc(text->data, capacity) : NULL;
    if (!data) {
        cli_out_of_memory();
    }
    text->data = data;
    text->capacity = capacity;
}

void cli_text_add(cli_text *text, const char *data, size_t length)
{
    reserve(text, length);
    if (length > 0) {
        memcpy(text->data + text->length, data, length);
    }
    text->length += length;
    text->data[text->length] = '\0';
}

void cli_text_string(cli_text *text, const char *string)
{
    cli_text_add(text, string, strlen(string));
}

void cli_text_char(cli_text *text, char c)
{
    cli_text_add(text, &c, 1);
}

void cli_text_pad(cli_text *text, char c, size_t count)
{
    reserve(text, count);
    memset(text->data + text->length, c, count);
    text->length += count;
    text->data[text->length] = '\0';
}

void cli_text_printf(cli_text *text, const char *format, ...)
{
    va_list arguments;
    reserve(text, USUAL_LENGTH);
    size_t room = text->capacity - text->length;
    va_start(arguments, format);
    int length = vsnprintf(text->data + text->length, room, format, arguments);
    va_end(arguments);
    if (length >= 0 && (size_t)length >= room) {
        reserve(text, (size_t)length);
        va_start(arguments, format);
        vsnprintf(text->data + text->length, (size_t)length + 1, format, arguments);
        va_end(arguments);
    }
    text->length += length > 0 ? (size_t)length : 0;
}

const char *cli_text_get(const cli_text *text)
{
    return text->data ? text->data : "";
}

static void add_json_char(cli_text *text, const char *data, size_t length)
{
    static const char names[] = "\bb\ff\nn\rr\tt\"\"\\\\";
    unsigned char c = (unsigned char)data[0];
    for (const char *name = names; *name && length == 1; name += 2) {
        if (*name == data[0]) {
            cli_text_char(text, '\\');
            cli_text_char(text, name[1]);
            return;
        }
    }
    if (c < 0x20 || c == 0x7f) {
        cli_text_printf(text, "\\u%04x", c);
    } else {
        cli_text_add(text, data, length);
    }
}

void cli_text_json(cli_text *text, const char *string, size_t length)
{
    cli_text_char(text, '"');
    while (length > 0) {
        uint32_t point;
        size_t taken = cli_utf8_next(string, length, &point);
        if (point == CLI_UTF8_INVALID) {
            cli_text_string(text, "\\ufffd");
        } else {
            add_json_char(text, string, taken);
        }
        string += taken;
        length -= taken;
    }
    cli_text_char(text, '"');
}

void cli_text_json_string(cli_text *text, const char *string)
{
    if (string) {
        cli_text_json(text, string, strlen(string));
    } else {
        cli_text_string(text, "null");
    }
}

void cli_text_indented(cli_text *text, const char *json, size_t indent)
{
    const char *newline;
    while ((newline = strchr(json, '\n'))) {
        cli_text_add(text, json, (size_t)(newline - json) + 1);
        cli_text_pad(text, ' ', indent);
        json = newline + 1;
    }
    cli_text_string(text, json);
}
