/* SPDX-License-Identifier: MIT */
#include "parse_csv.h"

#include "buffer.h"
#include "memory.h"
#include "quote.h"

void davit__csv_clear(davit__csv *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        free(fields->items[i]);
    }
    fields->count = 0;
}

/* One field; *text moves to the comma or the end behind it. False: the quotes are wrong. */
static bool read_field(const char **text, davit__buffer *field)
{
    const char *at = *text;
    bool quoted = *at == '"';
    at += quoted;
    while (*at && (quoted || (*at != ',' && *at != '"'))) {
        if (*at == '"' && *++at != '"') {
            quoted = false;
            break;
        }
        davit__buffer_add_char(field, *at++);
    }
    *text = at;
    return !quoted && (*at == ',' || *at == '\0');
}

int davit__csv_read(const char *text, davit__csv *fields, davit_error *error)
{
    const char *at = text;
    for (bool more = true; more; at++) {
        DAVIT__BUFFER davit__buffer field = DAVIT__BUFFER_INIT;
        if (!read_field(&at, &field)) {
            return davit__refuse(error, text,
                                 "a field in quotes has to end in a quote and a comma");
        }
        if (fields->count == DAVIT__CSV_MAX) {
            return davit__refuse(error, text, "more than %d fields", DAVIT__CSV_MAX);
        }
        int r = davit__buffer_take(&field, &fields->items[fields->count], error);
        if (r < 0) {
            return r;
        }
        fields->count++;
        more = *at == ',';
    }
    return 0;
}
