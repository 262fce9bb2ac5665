/* SPDX-License-Identifier: MIT */
#include "lines.h"

#include <string.h>

void davit__lines_init(davit__lines *lines, size_t ceiling, davit__lines_output output,
                       void *context)
{
    *lines = (davit__lines){
        .output = output,
        .context = context,
        .ceiling = ceiling ? ceiling : DAVIT__LINE_MAX,
    };
}

void davit__lines_free(davit__lines *lines)
{
    davit__buffer_free(&lines->partial);
}

static int refuse_length(const davit__lines *lines, davit_error *error)
{
    return davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                            "the engine sent a line of more than %zu bytes", lines->ceiling);
}

static int emit(const davit__lines *lines, const char *line, size_t length, davit_error *error)
{
    if (length > 0 && line[length - 1] == '\r') {
        length--;
    }
    if (length > lines->ceiling) {
        return refuse_length(lines, error);
    }
    return length > 0 ? lines->output(lines->context, line, length, error) : 0;
}

static int emit_partial(davit__lines *lines, davit_error *error)
{
    int r = emit(lines, lines->partial.data, lines->partial.length, error);
    davit__buffer_clear(&lines->partial);
    return r;
}

/* Room for one byte more than the ceiling: the CR that may still turn out to end the line. */
static int keep_partial(davit__lines *lines, const char *data, size_t length, davit_error *error)
{
    if (lines->partial.length + length > lines->ceiling + 1) {
        return refuse_length(lines, error);
    }
    davit__buffer_add(&lines->partial, data, length);
    return davit__buffer_check(&lines->partial, error);
}

int davit__lines_feed(davit__lines *lines, const char *data, size_t length, davit_error *error)
{
    const char *end = data + length;
    while (data < end) {
        const char *newline = memchr(data, '\n', (size_t)(end - data));
        size_t size = (size_t)((newline ? newline : end) - data);
        int r = 0;
        if (newline && lines->partial.length == 0) {
            r = emit(lines, data, size, error);
        } else {
            r = keep_partial(lines, data, size, error);
            r = r == 0 && newline ? emit_partial(lines, error) : r;
        }
        if (r < 0) {
            return r;
        }
        data += size + (newline ? 1 : 0);
    }
    return 0;
}

int davit__lines_end(davit__lines *lines, davit_error *error)
{
    return lines->partial.length > 0 ? emit_partial(lines, error) : 0;
}
