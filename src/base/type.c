/* SPDX-License-Identifier: MIT */
/* Describing a type, and freeing what its fields own. */
#include "fields.h"
#include "memory.h"
#include "text.h"

#include <strings.h>

const char *davit_type_name(const davit_type *type)
{
    return type->name;
}

size_t davit_type_field_count(const davit_type *type)
{
    return type->count;
}

/* Types that appear in no list at all have no details either. */
static bool is_listed(const davit_type *type)
{
    for (size_t i = 0; i < type->count; i++) {
        if (type->fields[i].list) {
            return true;
        }
    }
    return false;
}

static const char *unit_of(davit_kind kind)
{
    switch (kind) {
    case DAVIT_KIND_BYTES:
        return "bytes";
    case DAVIT_KIND_DURATION:
        return "nanoseconds";
    default:
        return NULL;
    }
}

davit_field_description davit_type_field(const davit_type *type, size_t index)
{
    const davit__field *field = &type->fields[index];
    return (davit_field_description){
        .name = field->name,
        .kind = field->kind,
        .title = field->title ? field->title : field->name,
        .unit = unit_of(field->kind),
        .text = field->text ? field->text : "",
        .type = field->type,
        .detail = field->inspect && !field->list && is_listed(type),
    };
}

/* "host_port", "HostPort", "HOSTPORT" are one name. */
static bool same_name(const char *name, davit__slice spelling)
{
    size_t at = 0;
    for (;;) {
        name += strspn(name, "_");
        while (at < spelling.length && spelling.text[at] == '_') {
            at++;
        }
        if (!*name || at == spelling.length) {
            return !*name && at == spelling.length;
        }
        if (strncasecmp(name, spelling.text + at, 1) != 0) {
            return false;
        }
        name++;
        at++;
    }
}

/* Whether the engine's JSON has it under that key, as it is: "ServerVersion". */
static bool is_key(const davit__field *field, davit__slice name)
{
    return field->inspect && !field->decode && davit__slice_is(name, field->inspect);
}

const davit__field *davit__field_find(const davit_type *type, davit__slice name)
{
    const davit__field *end = type->fields + type->count;
    for (const davit__field *field = type->fields; field < end; field++) {
        if (same_name(field->name, name)) {
            return field;
        }
    }
    for (const davit__field *field = type->fields; field < end; field++) {
        if (field->alias && same_name(field->alias, name)) {
            return field;
        }
    }
    for (const davit__field *field = type->fields; field < end; field++) {
        if (is_key(field, name)) {
            return field;
        }
    }
    return NULL;
}

const davit__docker_field *davit__docker_field_find(const davit_type *type, davit__slice name)
{
    const davit__docker_field *field = type->docker;
    while (field && field->name && !davit__slice_is(name, field->name)) {
        field++;
    }
    return field && field->name ? field : NULL;
}

int davit_type_find(const davit_type *type, const char *field)
{
    const davit__field *found = davit__field_find(type, davit__slice_of(field));
    return found ? (int)(found - type->fields) : -1;
}

static void clear_strings(char **strings, size_t count)
{
    for (size_t i = 0; strings && i < count; i++) {
        free(strings[i]);
    }
    free(strings);
}

static void clear_pairs(davit_pair *pairs, size_t count)
{
    for (size_t i = 0; pairs && i < count; i++) {
        free((char *)pairs[i].name);
        free((char *)pairs[i].value);
    }
    free(pairs);
}

static void clear_list(const davit_type *type, char *items, size_t count)
{
    for (size_t i = 0; items && i < count; i++) {
        davit_type_clear(type, items + i * type->size);
    }
    free(items);
}

static void clear_field(const davit__field *field, void *object)
{
    void *member = (char *)object + field->offset;
    switch (field->kind) {
    case DAVIT_KIND_STRING:
        free(*(char **)member);
        break;
    case DAVIT_KIND_STRINGS:
        clear_strings(*(char ***)member, *DAVIT__MEMBER(size_t, object, field->count_offset));
        break;
    case DAVIT_KIND_PAIRS:
        clear_pairs(*(davit_pair **)member, *DAVIT__MEMBER(size_t, object, field->count_offset));
        break;
    case DAVIT_KIND_LIST:
        clear_list(field->type, *(char **)member,
                   *DAVIT__MEMBER(size_t, object, field->count_offset));
        break;
    case DAVIT_KIND_OBJECT:
        davit_type_clear(field->type, member);
        break;
    default:
        break;
    }
}

void davit_type_clear(const davit_type *type, void *object)
{
    if (object) {
        for (size_t i = 0; i < type->count; i++) {
            clear_field(&type->fields[i], object);
        }
        memset(object, 0, type->size);
    }
}
