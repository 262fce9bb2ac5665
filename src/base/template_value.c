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

/* On out of memory the text is NULL, which printing it reports. */
static davit__value of_text(const char *text)
{
    return (davit__value){.kind = DAVIT__VALUE_TEXT, .text = strdup(text ? text : "")};
}

static bool object_member(const davit__value *value, davit__slice name, davit__value *ret_member)
{
    const davit__field *field = davit__field_find(value->type, name);
    if (!field) {
        return false;
    }
    const char *member = DAVIT__MEMBER(char, value->object, field->offset);
    *ret_member =
        field->kind == DAVIT_KIND_OBJECT
            ? of_object(field->type, member)
            : (davit__value){.kind = DAVIT__VALUE_FIELD, .field = field, .object = value->object};
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

int davit__value_print(const davit__value *value, davit__buffer *buffer, davit_error *error)
{
    switch (value->kind) {
    case DAVIT__VALUE_NONE:
        davit__buffer_add_text(buffer, "<no value>");
        break;
    case DAVIT__VALUE_OBJECT:
        return davit__object_print(value->type, value->object, buffer, error);
    case DAVIT__VALUE_FIELD:
        return davit__field_print(value->field, value->object, DAVIT_TEXT_PLAIN, buffer, error);
    case DAVIT__VALUE_JSON:
        return print_json(value->json, buffer, error);
    case DAVIT__VALUE_TEXT:
        if (!value->text) {
            return davit__error_no_memory(error);
        }
        davit__buffer_add_text(buffer, value->text);
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
    case DAVIT__VALUE_NONE:
        json = json_null();
        break;
    }
    *ret_json = json;
    return 0;
}
