/* SPDX-License-Identifier: MIT */
/* Engine JSON to struct: values are looked up at the fields' paths, and what the engine leaves out
 * or adds does not matter. */
#include "fill.h"

static const char *path_of(const davit__field *field, davit__shape shape)
{
    switch (shape) {
    case DAVIT__SHAPE_LIST:
        return field->list;
    case DAVIT__SHAPE_LIBPOD_LIST:
        return field->libpod_list;
    case DAVIT__SHAPE_INSPECT:
        break;
    }
    return field->inspect;
}

static int decode_field(const davit__fill *fill, const davit__field *field, const char *path,
                        const json_t *json, void *object, const davit__key *above)
{
    const json_t *value = davit__json_at(json, path);
    davit__key here = {.above = above, .name = path};
    const davit__key *key = path[0] ? &here : above;
    if (field->decode) {
        int r = field->decode(field, value, object, fill->error);
        if (r < 0) {
            char text[DAVIT__KEY_SIZE];
            davit__key_text(key, text);
            return text[0] ? davit__error_wrap(fill->error, r, "%s", text) : r;
        }
        return 0;
    }
    return value ? davit__fill_member(fill, field, value, object, key) : 0;
}

static int decode_object(const davit__fill *fill, const davit_type *type, const json_t *json,
                         void *object, const davit__key *key)
{
    if (!json_is_object(json)) {
        return davit__key_error(key, fill->code, fill->error, "expected an object, not %s",
                                davit__json_kind(json));
    }
    for (size_t i = 0; i < type->count; i++) {
        const davit__field *field = &type->fields[i];
        const char *path = path_of(field, fill->shape);
        int r = path ? decode_field(fill, field, path, json, object, key) : 0;
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

int davit__type_decode(const davit_type *type, davit__shape shape, const json_t *json, void *object,
                       davit_error *error)
{
    davit__fill fill = {
        .code = DAVIT_ERROR_PROTOCOL, .shape = shape, .error = error, .object = decode_object};
    int r = decode_object(&fill, type, json, object, NULL);
    if (r < 0) {
        davit_type_clear(type, object);
    }
    return r;
}
