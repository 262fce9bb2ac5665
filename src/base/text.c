/* SPDX-License-Identifier: MIT */
#include "text.h"

#include "memory.h"
#include "quote.h"
#include "units.h"
#include "utf8.h"

/* Digits of an id that tables show, as docker does. */
#define SHORT_ID 12

static void print_time(int64_t time, davit_text_style style, davit__buffer *buffer)
{
    if (time == 0) {
        return;
    }
    if (style == DAVIT_TEXT_PLAIN) {
        davit__time_print(buffer, time);
        return;
    }
    int64_t age;
    if (__builtin_sub_overflow(davit__time_now(), time, &age)) {
        age = time < 0 ? INT64_MAX : 0;
    }
    davit__duration_print_human(buffer, age);
    davit__buffer_add_text(buffer, " ago");
}

static void print_number(davit_kind kind, int64_t number, davit_text_style style,
                         davit__buffer *buffer)
{
    if (number == DAVIT_UNSET) {
        return;
    }
    if (kind == DAVIT_KIND_TIME) {
        print_time(number, style, buffer);
    } else if (kind == DAVIT_KIND_BYTES && style != DAVIT_TEXT_PLAIN) {
        davit__bytes_print(buffer, number);
    } else if (kind == DAVIT_KIND_DURATION && style != DAVIT_TEXT_PLAIN) {
        davit__duration_print(buffer, number);
    } else {
        davit__buffer_printf(buffer, "%lld", (long long)number);
    }
}

static void print_string(const davit__field *field, const char *text, davit_text_style style,
                         davit__buffer *buffer)
{
    if (!text) {
        return;
    }
    size_t length = strlen(text);
    if (field->short_id && style == DAVIT_TEXT_TABLE) {
        size_t prefix = davit__starts_with(text, "sha256:") ? strlen("sha256:") : 0;
        text += prefix;
        length -= prefix;
        length = length > SHORT_ID ? SHORT_ID : length;
    }
    davit__buffer_add(buffer, text, length);
}

static void print_glue(davit__buffer *buffer, size_t start)
{
    if (buffer->length > start) {
        davit__buffer_add_text(buffer, ", ");
    }
}

static void print_strings(const davit__field *field, char *const *strings, size_t count,
                          davit_text_style style, davit__buffer *buffer)
{
    size_t start = buffer->length;
    for (size_t i = 0; i < count; i++) {
        print_glue(buffer, start);
        print_string(field, strings[i], style, buffer);
    }
}

static void print_pairs(const davit_pair *pairs, size_t count, davit__buffer *buffer)
{
    size_t start = buffer->length;
    for (size_t i = 0; i < count; i++) {
        print_glue(buffer, start);
        davit__buffer_add_text(buffer, pairs[i].name ? pairs[i].name : "");
        if (pairs[i].value) {
            davit__buffer_add_char(buffer, '=');
            davit__buffer_add_text(buffer, pairs[i].value);
        }
    }
}

int davit__object_print(const davit_type *type, const void *object, davit__buffer *buffer,
                        davit_error *error)
{
    if (type->print) {
        type->print(object, buffer);
        return 0;
    }
    DAVIT__FREE char *text = NULL;
    int r = davit_type_to_json(type, object, 0, &text, error);
    if (r == 0) {
        davit__buffer_add_text(buffer, text);
    }
    return r;
}

static int print_list(const davit_type *type, const char *items, size_t count,
                      davit__buffer *buffer, davit_error *error)
{
    size_t start = buffer->length;
    int r = 0;
    for (size_t i = 0; r == 0 && i < count; i++) {
        print_glue(buffer, start);
        r = davit__object_print(type, items + i * type->size, buffer, error);
    }
    return r;
}

static int print_double(double number, davit__buffer *buffer, davit_error *error)
{
    DAVIT__JSON json_t *json = json_real(number);
    DAVIT__FREE char *text = NULL;
    int r = json ? davit__json_dump(json, 0, &text, error) : 0;
    if (r == 0) {
        davit__buffer_add_text(buffer, text ? text : "NaN");
    }
    return r;
}

static void print_enum(const davit__field *field, int value, davit__buffer *buffer)
{
    const char *name = davit_enum_name(field->names(), value);
    if (name) {
        davit__buffer_add_text(buffer, name);
    } else {
        davit__buffer_printf(buffer, "%d", value);
    }
}

/* The kinds that have a count. */
static int print_many(const davit__field *field, const void *object, davit_text_style style,
                      davit__buffer *buffer, davit_error *error)
{
    const void *items = *DAVIT__MEMBER(void *, object, field->offset);
    size_t count = *DAVIT__MEMBER(size_t, object, field->count_offset);
    if (field->kind == DAVIT_KIND_STRINGS) {
        print_strings(field, items, count, style, buffer);
    } else if (field->kind == DAVIT_KIND_PAIRS) {
        print_pairs(items, count, buffer);
    } else {
        return print_list(field->type, items, count, buffer, error);
    }
    return 0;
}

int davit__field_print(const davit__field *field, const void *object, davit_text_style style,
                       davit__buffer *buffer, davit_error *error)
{
    const void *member = DAVIT__MEMBER(char, object, field->offset);
    switch (field->kind) {
    case DAVIT_KIND_BOOL:
        davit__buffer_add_text(buffer, *(const bool *)member ? "true" : "false");
        break;
    case DAVIT_KIND_INTEGER:
    case DAVIT_KIND_BYTES:
    case DAVIT_KIND_DURATION:
    case DAVIT_KIND_TIME:
        print_number(field->kind, *(const int64_t *)member, style, buffer);
        break;
    case DAVIT_KIND_DOUBLE:
        return print_double(*(const double *)member, buffer, error);
    case DAVIT_KIND_STRING:
        print_string(field, *(char *const *)member, style, buffer);
        break;
    case DAVIT_KIND_ENUM:
        print_enum(field, *(const int *)member, buffer);
        break;
    case DAVIT_KIND_OBJECT:
        return davit__object_print(field->type, member, buffer, error);
    case DAVIT_KIND_STRINGS:
    case DAVIT_KIND_PAIRS:
    case DAVIT_KIND_LIST:
        return print_many(field, object, style, buffer, error);
    }
    return 0;
}

void davit__field_names_print(const davit_type *type, davit__buffer *buffer)
{
    for (size_t i = 0; i < type->count; i++) {
        davit__buffer_printf(buffer, "%s%s", i > 0 ? ", " : "", type->fields[i].name);
    }
}

static int unknown_field(const davit_type *type, const char *field, davit_error *error)
{
    DAVIT__BUFFER davit__buffer names = DAVIT__BUFFER_INIT;
    davit__field_names_print(type, &names);
    int r = davit__buffer_check(&names, error);
    char quoted[DAVIT__QUOTE_SIZE];
    return r < 0 ? r
                 : davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                    "%s has no field %s; it has %s", type->name,
                                    davit__quote(field, quoted), names.data ? names.data : "none");
}

/* One code point as a table may show it. What came from a container must not end the line or talk
 * to the terminal. */
static void add_harmless(davit__buffer *buffer, const char *point, size_t length)
{
    if (davit__utf8_harmless(point, length)) {
        davit__buffer_add(buffer, point, length);
    } else if (length == 0) {
        davit__buffer_add_text(buffer, "\xef\xbf\xbd");
    } else {
        davit__buffer_add_char(buffer, strchr("\n\r\t", point[0]) ? ' ' : '?');
    }
}

/* Add text fit for a table's cell, cut to `width` code points (0: whole). */
static void add_cell(davit__buffer *buffer, const davit__buffer *text, size_t width)
{
    size_t at = 0;
    size_t cut = buffer->length; /* where the ellipsis goes if there is more than fits */
    for (size_t shown = 0; at < text->length; shown++) {
        if (width > 0 && shown == width) {
            buffer->length = cut;
            davit__buffer_add_text(buffer, "\xe2\x80\xa6");
            return;
        }
        cut = buffer->length;
        size_t length = davit__utf8_length(text->data + at, text->length - at);
        add_harmless(buffer, text->data + at, length);
        at += length > 0 ? length : 1;
    }
}

int davit_type_text(const davit_type *type, const void *object, const char *field,
                    davit_text_style style, char **ret_text, davit_error *error)
{
    int index = davit_type_find(type, field);
    if (index < 0) {
        return unknown_field(type, field, error);
    }
    const davit__field *found = &type->fields[index];
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    int r = davit__field_print(found, object, style, &text, error);
    if (r < 0) {
        return r;
    }
    if (style == DAVIT_TEXT_PLAIN) {
        return davit__buffer_take(&text, ret_text, error);
    }
    DAVIT__BUFFER davit__buffer cell = DAVIT__BUFFER_INIT;
    cell.failed = text.failed;
    add_cell(&cell, &text, style == DAVIT_TEXT_TABLE ? found->width : 0);
    return davit__buffer_take(&cell, ret_text, error);
}
