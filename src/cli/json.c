/* SPDX-License-Identifier: MIT */
#include "json.h"

#include <string.h>

static void add_newline(cli_text *target, size_t level, size_t indent)
{
    cli_text_char(target, '\n');
    cli_text_pad(target, ' ', level * indent);
}

/* A string, its quotes included; returns what stands behind it. */
static const char *add_string(cli_text *target, const char *json)
{
    const char *end = json + 1;
    while (*end && *end != '"') {
        end += end[0] == '\\' && end[1] ? 2 : 1;
    }
    end += *end == '"';
    cli_text_add(target, json, (size_t)(end - json));
    return end;
}

static const char *skip_space(const char *json)
{
    return json + strspn(json, " \t\r\n");
}

void cli_json_indent(cli_text *target, const char *json, size_t indent)
{
    size_t level = 0;
    for (json = skip_space(json); *json; json = skip_space(json)) {
        if (*json == '"') {
            json = add_string(target, json);
            continue;
        }
        const char c = *json++;
        const char *next = skip_space(json);
        if ((c == '{' || c == '[') && (*next == '}' || *next == ']')) {
            cli_text_char(target, c);
            cli_text_char(target, *next);
            json = next + 1;
        } else if (c == '{' || c == '[') {
            cli_text_char(target, c);
            add_newline(target, ++level, indent);
        } else if (c == '}' || c == ']') {
            level -= level > 0;
            add_newline(target, level, indent);
            cli_text_char(target, c);
        } else if (c == ',') {
            cli_text_char(target, c);
            add_newline(target, level, indent);
        } else if (c == ':') {
            cli_text_string(target, ": ");
        } else {
            cli_text_char(target, c);
        }
    }
}
