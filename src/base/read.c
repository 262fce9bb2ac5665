/* SPDX-License-Identifier: MIT */
/* Our own JSON to struct. It is input: what is not known is refused, and the message names it. */
#include "fill.h"
#include "memory.h"
#include "suggest.h"

static const davit__field *field_named(const davit_type *type, const char *name)
{
    for (size_t i = 0; i < type->count; i++) {
        if (strcmp(type->fields[i].name, name) == 0) {
            return &type->fields[i];
        }
    }
    return NULL;
}

static int unknown_key(const davit__fill *fill, const davit_type *type, const davit__key *key)
{
    const char *nearest = NULL;
    size_t least = 3; /* further than two letters off is no misspelling */
    for (size_t i = 0; i < type->count; i++) {
        size_t distance = davit__name_distance(type->fields[i].name, key->name, least);
        if (distance < least) {
            least = distance;
            nearest = type->fields[i].name;
        }
    }
    return davit__key_error(key, fill->code, fill->error, "unknown key%s%s%s",
                            nearest ? ", did you mean '" : "", nearest ? nearest : "",
                            nearest ? "'?" : "");
}

static int read_object(const davit__fill *fill, const davit_type *type, const json_t *json,
                       void *object, const davit__key *above)
{
    if (!json_is_object(json)) {
        return davit__key_error(above, fill->code, fill->error, "expected an object, not %s",
                                davit__json_kind(json));
    }
    const char *name;
    json_t *value;
    json_object_foreach ((json_t *)json, name, value) {
        davit__key key = {.above = above, .name = name};
        const davit__field *field = field_named(type, name);
        int r = 0;
        if (!field) {
            r = unknown_key(fill, type, &key);
        } else if (!json_is_null(value)) {
            r = davit__fill_member(fill, field, value, object, &key);
        }
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

int davit__type_read(const davit_type *type, const json_t *json, void *object, davit_error *error)
{
    /* Into a copy, so that the caller's object is as before on failure. */
    DAVIT__FREE void *copy = malloc(type->size);
    if (!copy) {
        return davit__error_no_memory(error);
    }
    memcpy(copy, object, type->size);
    davit__fill fill = {
        .code = DAVIT_ERROR_INVALID_CONFIG, .strict = true, .error = error, .object = read_object};
    int r = read_object(&fill, type, json, copy, NULL);
    if (r < 0) {
        davit_type_clear(type, copy);
        return r;
    }
    memcpy(object, copy, type->size);
    return 0;
}

int davit_type_from_json(const davit_type *type, const char *text, void *object, davit_error *error)
{
    json_error_t reason;
    DAVIT__JSON json_t *json = json_loads(text ? text : "", JSON_REJECT_DUPLICATES, &reason);
    if (!json) {
        return davit__json_refused(&reason, DAVIT_ERROR_INVALID_CONFIG, "", error);
    }
    return davit__type_read(type, json, object, error);
}
