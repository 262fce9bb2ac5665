/* SPDX-License-Identifier: MIT */
#include "template_value.h"

#include "memory.h"
#include "text.h"

void davit__value_clear(davit__value *value)
{
    json_decref(value->json);
    free(value->text);
    *value = (davit__value){0};
}

static davit__value of_object(const davit_type *type, const void *object)
{
    return (davit__value){.kind = DAVIT__VALUE_OBJECT, .type = type, .object = object};
}

static davit__value of_json(const json_t *json)
{
    bool none = !json || json_is_null(json);
    return (davit__value){.kind = none ? DAVIT__VALUE_NONE : DAVIT__VALUE_JSON,
                          .json = none ? NULL : json_incref((json_t *)json)};
}

static davit__value of_text(const char *text)
{
    return davit__value_of_text(text ? text : "", text ? strlen(text) : 0);
}

davit__value davit__value_of_text(const char *text, size_t length)
{
    return (davit__value){.kind = DAVIT__VALUE_TEXT, .text = strndup(text, length)};
}

davit__value davit__value_of_number(int64_t number)
{
    return (davit__value){.kind = DAVIT__VALUE_NUMBER, .number = number};
}

davit__value davit__value_of_bool(bool truth)
{
    return (davit__value){.kind = DAVIT__VALUE_BOOL, .number = truth};
}

int davit__value_take_text(davit__buffer *buffer, davit__value *ret_value, davit_error *error)
{
    davit__value value = {.kind = DAVIT__VALUE_TEXT};
    int r = davit__buffer_take(buffer, &value.text, error);
    if (r == 0) {
        *ret_value = value;
    }
    return r;
}

davit__value davit__value_copy(const davit__value *value)
{
    davit__value copy = *value;
    json_incref(copy.json);
    copy.text = value->text ? strdup(value->text) : NULL;
    return copy;
}

static bool object_member(const davit__value *value, davit__slice name, davit__value *ret_member)
{
    const davit__docker_field *docker = davit__docker_field_find(value->type, name);
    const davit__field *field =
        davit__field_find(value->type, docker ? davit__slice_of(docker->field) : name);
    if (!field) {
        return false;
    }
    const char *member = DAVIT__MEMBER(char, value->object, field->offset);
    *ret_member = field->kind == DAVIT_KIND_OBJECT ? of_object(field->type, member)
                                                   : (davit__value){.kind = DAVIT__VALUE_FIELD,
                                                                    .field = field,
                                                                    .object = value->object,
                                                                    .style = value->style,
                                                                    .docker = docker};
    return true;
}

/* A label; one that is not there is empty, as in docker. */
static bool pairs_member(const davit__value *value, davit__slice name, davit__value *ret_member)
{
    const davit_pair *pairs = *DAVIT__MEMBER(davit_pair *, value->object, value->field->offset);
    size_t count = *DAVIT__MEMBER(size_t, value->object, value->field->count_offset);
    for (size_t i = 0; i < count; i++) {
        if (davit__slice_is(name, pairs[i].name)) {
            *ret_member = of_text(pairs[i].value);
            return true;
        }
    }
    *ret_member = of_text("");
    return true;
}

bool davit__value_member(const davit__value *value, davit__slice name, davit__value *ret_member)
{
    if (value->kind == DAVIT__VALUE_OBJECT) {
        return object_member(value, name, ret_member);
    }
    if (value->kind == DAVIT__VALUE_FIELD && value->field->kind == DAVIT_KIND_PAIRS) {
        return pairs_member(value, name, ret_member);
    }
    if (value->kind != DAVIT__VALUE_JSON) {
        return false;
    }
    const json_t *member = json_object_getn(value->json, name.text, name.length);
    if (member) {
        *ret_member = of_json(member);
    }
    return member != NULL;
}

static bool field_element(const davit__value *value, size_t index, davit__value *ret_element)
{
    const davit__field *field = value->field;
    bool strings = field->kind == DAVIT_KIND_STRINGS;
    if ((!strings && field->kind != DAVIT_KIND_LIST) ||
        index >= *DAVIT__MEMBER(size_t, value->object, field->count_offset)) {
        return false;
    }
    const char *items = *DAVIT__MEMBER(char *, value->object, field->offset);
    *ret_element = strings ? of_text(((char *const *)(const void *)items)[index])
                           : of_object(field->type, items + index * field->type->size);
    return true;
}

bool davit__value_element(const davit__value *value, size_t index, davit__value *ret_element)
{
    if (value->kind == DAVIT__VALUE_FIELD) {
        return field_element(value, index, ret_element);
    }
    const json_t *element =
        value->kind == DAVIT__VALUE_JSON ? json_array_get(value->json, index) : NULL;
    if (element) {
        *ret_element = of_json(element);
    }
    return element != NULL;
}

/* A string as it is, anything else as JSON. */
static int print_json(const json_t *json, davit__buffer *buffer, davit_error *error)
{
    if (json_is_string(json)) {
        davit__buffer_add(buffer, json_string_value(json), json_string_length(json));
        return 0;
    }
    DAVIT__FREE char *text = NULL;
    int r = davit__json_dump(json, 0, &text, error);
    if (r == 0) {
        davit__buffer_add_text(buffer, text);
    }
    return r;
}

/* As docker writes it where that is wanted, else exactly. */
static int print_field(const davit__value *value, davit__buffer *buffer, davit_error *error)
{
    if (value->docker && value->style != DAVIT_TEXT_PLAIN) {
        value->docker->print(value->object, value->style == DAVIT_TEXT_WHOLE, buffer);
        return 0;
    }
    return davit__field_print(value->field, value->object, DAVIT_TEXT_PLAIN, buffer, error);
}

int davit__value_print(const davit__value *value, davit__buffer *buffer, davit_error *error)
{
    switch (value->kind) {
    case DAVIT__VALUE_NONE:
        davit__buffer_add_text(buffer, "<no value>");
        break;
    case DAVIT__VALUE_OBJECT:
        return davit__object_print(value->type, value->object, buffer, error);
    case DAVIT__VALUE_FIELD:
        return print_field(value, buffer, error);
    case DAVIT__VALUE_JSON:
        return print_json(value->json, buffer, error);
    case DAVIT__VALUE_TEXT:
        if (!value->text) {
            return davit__error_no_memory(error);
        }
        davit__buffer_add_text(buffer, value->text);
        break;
    case DAVIT__VALUE_NUMBER:
        davit__buffer_printf(buffer, "%lld", (long long)value->number);
        break;
    case DAVIT__VALUE_BOOL:
        davit__buffer_add_text(buffer, value->number ? "true" : "false");
        break;
    }
    return 0;
}

int davit__value_json(const davit__value *value, json_t **ret_json, davit_error *error)
{
    json_t *json = NULL;
    switch (value->kind) {
    case DAVIT__VALUE_OBJECT:
        return davit__type_json(value->type, value->object, ret_json, error);
    case DAVIT__VALUE_FIELD:
        return davit__field_json(value->field, value->object, ret_json, error);
    case DAVIT__VALUE_JSON:
        json = json_incref(value->json);
        break;
    case DAVIT__VALUE_TEXT:
        return davit__json_string(value->text ? value->text : "", ret_json, error);
    case DAVIT__VALUE_NUMBER:
        json = json_integer(value->number);
        break;
    case DAVIT__VALUE_BOOL:
        json = json_boolean(value->number);
        break;
    case DAVIT__VALUE_NONE:
        json = json_null();
        break;
    }
    *ret_json = json;
    return json ? 0 : davit__error_no_memory(error);
}

/* ---- what conditions, comparisons and loops ask ---- */

/* The whole numbers among the kinds of fields. */
static bool is_integer(davit_kind kind)
{
    return kind == DAVIT_KIND_INTEGER || kind == DAVIT_KIND_BYTES || kind == DAVIT_KIND_DURATION;
}

static size_t field_count(const davit__value *value)
{
    return *DAVIT__MEMBER(size_t, value->object, value->field->count_offset);
}

static bool field_is_true(const davit__value *value)
{
    const void *member = DAVIT__MEMBER(char, value->object, value->field->offset);
    switch (value->field->kind) {
    case DAVIT_KIND_BOOL:
        return *(const bool *)member;
    case DAVIT_KIND_ENUM:
        return *(const int *)member != 0;
    case DAVIT_KIND_DOUBLE:
        return *(const double *)member != 0;
    case DAVIT_KIND_INTEGER:
    case DAVIT_KIND_BYTES:
    case DAVIT_KIND_DURATION:
    case DAVIT_KIND_TIME:
        return *(const int64_t *)member != 0 && *(const int64_t *)member != DAVIT_UNSET;
    case DAVIT_KIND_STRING:
        return *(char *const *)member && **(char *const *)member;
    case DAVIT_KIND_STRINGS:
    case DAVIT_KIND_PAIRS:
    case DAVIT_KIND_LIST:
        return field_count(value) > 0;
    case DAVIT_KIND_OBJECT:
        break;
    }
    return true;
}

static bool json_is_given(const json_t *json)
{
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        return json_object_size(json) > 0;
    case JSON_ARRAY:
        return json_array_size(json) > 0;
    case JSON_STRING:
        return json_string_length(json) > 0;
    case JSON_INTEGER:
    case JSON_REAL:
        return json_number_value(json) != 0;
    case JSON_TRUE:
        return true;
    case JSON_FALSE:
    case JSON_NULL:
        break;
    }
    return false;
}

bool davit__value_is_true(const davit__value *value)
{
    switch (value->kind) {
    case DAVIT__VALUE_NONE:
        return false;
    case DAVIT__VALUE_OBJECT:
        return true;
    case DAVIT__VALUE_FIELD:
        return field_is_true(value);
    case DAVIT__VALUE_JSON:
        return json_is_given(value->json);
    case DAVIT__VALUE_TEXT:
        return value->text && value->text[0];
    case DAVIT__VALUE_NUMBER:
    case DAVIT__VALUE_BOOL:
        break;
    }
    return value->number != 0;
}

static davit__number number_of_integer(int64_t integer)
{
    return (davit__number){.is_integer = true, .integer = integer, .real = (double)integer};
}

bool davit__value_number(const davit__value *value, davit__number *ret_number)
{
    if (value->kind == DAVIT__VALUE_NUMBER) {
        *ret_number = number_of_integer(value->number);
        return true;
    }
    if (value->kind == DAVIT__VALUE_JSON && json_is_number(value->json)) {
        *ret_number = json_is_integer(value->json)
                          ? number_of_integer(json_integer_value(value->json))
                          : (davit__number){.real = json_real_value(value->json)};
        return true;
    }
    if (value->kind != DAVIT__VALUE_FIELD) {
        return false;
    }
    const void *member = DAVIT__MEMBER(char, value->object, value->field->offset);
    if (is_integer(value->field->kind)) {
        *ret_number = number_of_integer(*(const int64_t *)member);
        return ret_number->integer != DAVIT_UNSET;
    }
    if (value->field->kind != DAVIT_KIND_DOUBLE) {
        return false;
    }
    *ret_number = (davit__number){.real = *(const double *)member};
    return true;
}

int davit__number_compare(davit__number a, davit__number b)
{
    if (a.is_integer && b.is_integer) {
        return (a.integer > b.integer) - (a.integer < b.integer);
    }
    return (a.real > b.real) - (a.real < b.real);
}

static bool field_is_many(const davit__value *value)
{
    davit_kind kind = value->field->kind;
    return kind == DAVIT_KIND_STRINGS || kind == DAVIT_KIND_PAIRS || kind == DAVIT_KIND_LIST;
}

bool davit__value_length(const davit__value *value, size_t *ret_length)
{
    const json_t *json = value->json;
    if (value->kind == DAVIT__VALUE_TEXT) {
        *ret_length = value->text ? strlen(value->text) : 0;
    } else if (value->kind == DAVIT__VALUE_FIELD && field_is_many(value)) {
        *ret_length = field_count(value);
    } else if (value->kind == DAVIT__VALUE_FIELD && value->field->kind == DAVIT_KIND_STRING) {
        const char *text = *DAVIT__MEMBER(char *, value->object, value->field->offset);
        *ret_length = text ? strlen(text) : 0;
    } else if (json_is_object(json) || json_is_array(json)) {
        *ret_length = json_is_object(json) ? json_object_size(json) : json_array_size(json);
    } else if (json_is_string(json)) {
        *ret_length = json_string_length(json);
    } else {
        *ret_length = 0;
        return value->kind == DAVIT__VALUE_NONE;
    }
    return true;
}

bool davit__value_is_many(const davit__value *value)
{
    return value->kind == DAVIT__VALUE_NONE || json_is_array(value->json) ||
           json_is_object(value->json) ||
           (value->kind == DAVIT__VALUE_FIELD && field_is_many(value));
}

static bool next_member(davit__value_walk *walk, davit__value *ret_key, davit__value *ret_element)
{
    json_t *object = walk->of->json;
    walk->member =
        walk->index == 0 ? json_object_iter(object) : json_object_iter_next(object, walk->member);
    if (!walk->member) {
        return false;
    }
    walk->index++;
    *ret_key = of_text(json_object_iter_key(walk->member));
    *ret_element = of_json(json_object_iter_value(walk->member));
    return true;
}

static bool next_pair(davit__value_walk *walk, davit__value *ret_key, davit__value *ret_element)
{
    const davit_pair *pairs =
        *DAVIT__MEMBER(davit_pair *, walk->of->object, walk->of->field->offset);
    if (walk->index >= field_count(walk->of)) {
        return false;
    }
    const davit_pair *pair = &pairs[walk->index++];
    *ret_key = of_text(pair->name);
    *ret_element = of_text(pair->value);
    return true;
}

bool davit__value_next(davit__value_walk *walk, davit__value *ret_key, davit__value *ret_element)
{
    if (json_is_object(walk->of->json)) {
        return next_member(walk, ret_key, ret_element);
    }
    bool field = walk->of->kind == DAVIT__VALUE_FIELD;
    if (field && walk->of->field->kind == DAVIT_KIND_PAIRS) {
        return next_pair(walk, ret_key, ret_element);
    }
    if (!davit__value_element(walk->of, walk->index, ret_element)) {
        return false;
    }
    *ret_key = davit__value_of_number((int64_t)walk->index++);
    return true;
}
