/* SPDX-License-Identifier: MIT */
#include "fill.h"

#include "memory.h"

#include <math.h>

typedef int filler(const davit__fill *fill, const davit__field *field, const json_t *value,
                   void *object, const davit__key *key);

const char *davit__json_kind(const json_t *json)
{
    switch (json ? json_typeof(json) : JSON_NULL) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
        return "an integer";
    case JSON_REAL:
        return "a real number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "a boolean";
    case JSON_NULL:
        break;
    }
    return "null";
}

static int wrong_type(const davit__fill *fill, const json_t *value, const davit__key *key,
                      const char *expected)
{
    return davit__key_error(key, fill->code, fill->error, "expected %s, not %s", expected,
                            davit__json_kind(value));
}

static int fill_bool(const davit__fill *fill, const davit__field *field, const json_t *value,
                     void *object, const davit__key *key)
{
    if (!json_is_boolean(value)) {
        return wrong_type(fill, value, key, "true or false");
    }
    *DAVIT__MEMBER(bool, object, field->offset) = json_is_true(value);
    return 0;
}

static int check_range(const davit__fill *fill, const davit__field *field, int64_t number,
                       const davit__key *key)
{
    int64_t minimum = field->kind == DAVIT_KIND_INTEGER ? INT64_MIN : 0;
    int64_t maximum = INT64_MAX;
    if (field->maximum > field->minimum) {
        minimum = field->minimum;
        maximum = field->maximum;
    }
    if (number >= minimum && number <= maximum) {
        return 0;
    }
    if (maximum == INT64_MAX) {
        return davit__key_error(key, fill->code, fill->error, "%lld is less than %lld",
                                (long long)number, (long long)minimum);
    }
    return davit__key_error(key, fill->code, fill->error, "%lld is not in %lld to %lld",
                            (long long)number, (long long)minimum, (long long)maximum);
}

/* Engines print some unsigned 64-bit numbers; jansson gives them as reals. */
static int64_t saturated(double number)
{
    if (number >= 9223372036854775807.0) {
        return INT64_MAX;
    }
    return number <= -9223372036854775808.0 ? INT64_MIN : (int64_t)number;
}

static int fill_integer(const davit__fill *fill, const davit__field *field, const json_t *value,
                        void *object, const davit__key *key)
{
    int64_t number;
    if (json_is_integer(value)) {
        number = json_integer_value(value);
    } else if (json_is_real(value) && !fill->strict) {
        number = saturated(json_real_value(value));
    } else {
        return wrong_type(fill, value, key, "an integer");
    }
    if (fill->strict) {
        int r = check_range(fill, field, number, key);
        if (r < 0) {
            return r;
        }
    }
    *DAVIT__MEMBER(int64_t, object, field->offset) = number;
    return 0;
}

static int fill_double(const davit__fill *fill, const davit__field *field, const json_t *value,
                       void *object, const davit__key *key)
{
    if (!json_is_number(value)) {
        return wrong_type(fill, value, key, "a number");
    }
    *DAVIT__MEMBER(double, object, field->offset) = json_number_value(value);
    return 0;
}

/* Engines give RFC 3339 text or seconds since 1970; we read and write only the text. */
static int fill_time(const davit__fill *fill, const davit__field *field, const json_t *value,
                     void *object, const davit__key *key)
{
    int64_t time = 0;
    bool blank = fill->strict && json_string_length(value) == 0;
    if (json_is_string(value) && !blank) {
        davit_error reason = DAVIT_ERROR_INIT;
        if (davit__time_decode(json_string_value(value), &time, &reason) < 0) {
            return davit__key_error(key, fill->code, fill->error, "%s", reason.message);
        }
    } else if (json_is_number(value) && !fill->strict) {
        int64_t seconds = saturated(json_number_value(value));
        if (__builtin_mul_overflow(seconds, INT64_C(1000000000), &time)) {
            time = 0;
        }
    } else {
        return wrong_type(fill, value, key, "a time such as 2024-01-31T10:00:00Z");
    }
    *DAVIT__MEMBER(int64_t, object, field->offset) = time;
    return 0;
}

/* What an engine calls something that we have no name for is value 0, "unknown" or "default". */
static int fill_enum(const davit__fill *fill, const davit__field *field, const json_t *value,
                     void *object, const davit__key *key)
{
    if (!json_is_string(value)) {
        return wrong_type(fill, value, key, "a string");
    }
    int number = 0;
    davit_error reason = DAVIT_ERROR_INIT;
    if (davit_enum_parse(field->names(), json_string_value(value), &number, &reason) < 0 &&
        fill->strict) {
        return davit__key_error(key, fill->code, fill->error, "%s", reason.message);
    }
    *DAVIT__MEMBER(int, object, field->offset) = number;
    return 0;
}

static int copy_text(const davit__fill *fill, const json_t *value, char **ret_text,
                     const davit__key *key)
{
    if (!json_is_string(value)) {
        return wrong_type(fill, value, key, "a string");
    }
    return davit__copy(json_string_value(value), ret_text, fill->error);
}

static int fill_string(const davit__fill *fill, const davit__field *field, const json_t *value,
                       void *object, const davit__key *key)
{
    return copy_text(fill, value, DAVIT__MEMBER(char *, object, field->offset), key);
}

/* Give the list its zeroed elements, so that clearing the object frees what is filled so far. */
static int make_list(const davit__fill *fill, const davit__field *field, size_t count, size_t size,
                     void *object, char **ret_items)
{
    char *items = NULL;
    if (count > 0) {
        items = calloc(count, size);
        if (!items) {
            return davit__error_no_memory(fill->error);
        }
    }
    *DAVIT__MEMBER(void *, object, field->offset) = items;
    *DAVIT__MEMBER(size_t, object, field->count_offset) = count;
    *ret_items = items;
    return 0;
}

static int fill_strings(const davit__fill *fill, const davit__field *field, const json_t *value,
                        void *object, const davit__key *key)
{
    if (!json_is_array(value)) {
        return wrong_type(fill, value, key, "an array of strings");
    }
    size_t count = json_array_size(value);
    char *items = NULL;
    int r = make_list(fill, field, count, sizeof(char *), object, &items);
    for (size_t i = 0; r == 0 && i < count; i++) {
        davit__key element = {.above = key, .index = i};
        r = copy_text(fill, json_array_get(value, i), (char **)(void *)items + i, &element);
    }
    return r;
}

static int fill_pair(const davit__fill *fill, const char *name, const json_t *value,
                     davit_pair *pair, const davit__key *key)
{
    char *copy = NULL;
    int r = davit__copy(name, &copy, fill->error);
    pair->name = copy;
    if (r == 0 && !json_is_null(value)) {
        char *text = NULL;
        r = copy_text(fill, value, &text, key);
        pair->value = text;
    }
    return r;
}

static int fill_pairs(const davit__fill *fill, const davit__field *field, const json_t *value,
                      void *object, const davit__key *key)
{
    if (!json_is_object(value)) {
        return wrong_type(fill, value, key, "an object of strings");
    }
    char *items = NULL;
    int r = make_list(fill, field, json_object_size(value), sizeof(davit_pair), object, &items);
    davit_pair *pair = (davit_pair *)(void *)items;
    const char *name;
    json_t *text;
    json_object_foreach ((json_t *)value, name, text) {
        davit__key element = {.above = key, .name = name};
        if (r < 0) {
            break;
        }
        r = fill_pair(fill, name, text, pair++, &element);
    }
    return r;
}

static int fill_object(const davit__fill *fill, const davit__field *field, const json_t *value,
                       void *object, const davit__key *key)
{
    return fill->object(fill, field->type, value, (char *)object + field->offset, key);
}

static int fill_list(const davit__fill *fill, const davit__field *field, const json_t *value,
                     void *object, const davit__key *key)
{
    if (!json_is_array(value)) {
        return wrong_type(fill, value, key, "an array");
    }
    size_t count = json_array_size(value);
    size_t size = field->type->size;
    char *items = NULL;
    int r = make_list(fill, field, count, size, object, &items);
    for (size_t i = 0; r == 0 && i < count; i++) {
        davit__key element = {.above = key, .index = i};
        r = fill->object(fill, field->type, json_array_get(value, i), items + i * size, &element);
    }
    return r;
}

int davit__fill_member(const davit__fill *fill, const davit__field *field, const json_t *value,
                       void *object, const davit__key *key)
{
    static filler *const fillers[] = {
        [DAVIT_KIND_BOOL] = fill_bool,       [DAVIT_KIND_INTEGER] = fill_integer,
        [DAVIT_KIND_BYTES] = fill_integer,   [DAVIT_KIND_DURATION] = fill_integer,
        [DAVIT_KIND_TIME] = fill_time,       [DAVIT_KIND_DOUBLE] = fill_double,
        [DAVIT_KIND_STRING] = fill_string,   [DAVIT_KIND_ENUM] = fill_enum,
        [DAVIT_KIND_STRINGS] = fill_strings, [DAVIT_KIND_PAIRS] = fill_pairs,
        [DAVIT_KIND_OBJECT] = fill_object,   [DAVIT_KIND_LIST] = fill_list,
    };
    return fillers[field->kind](fill, field, value, object, key);
}
