/* SPDX-License-Identifier: MIT */
/* Struct to JSON: the body of an engine's request, with values at the fields' paths and only what
 * was given; and our own JSON, with every field under its name. */
#include "fields.h"
#include "keys.h"
#include "memory.h"
#include "units.h"
#include "utf8.h"

#include <math.h>

typedef struct emitter {
    bool engine; /* for an engine; else our own JSON */
    davit_error *error;
} emitter;

/* Make the JSON of one member: a new reference in *ret_json. */
typedef int emit(const emitter *to, const davit__field *field, const void *object,
                 const davit__key *key, json_t **ret_json);

static int emit_struct(const emitter *to, const davit_type *type, const void *object,
                       const davit__key *key, json_t **ret_json);

static int made(const emitter *to, json_t *json, json_t **ret_json)
{
    if (!json) {
        return davit__error_no_memory(to->error);
    }
    *ret_json = json;
    return 0;
}

static int emit_bool(const emitter *to, const davit__field *field, const void *object,
                     const davit__key *key, json_t **ret_json)
{
    return made(to, json_boolean(*DAVIT__MEMBER(bool, object, field->offset)), ret_json);
}

static int emit_integer(const emitter *to, const davit__field *field, const void *object,
                        const davit__key *key, json_t **ret_json)
{
    int64_t number = *DAVIT__MEMBER(int64_t, object, field->offset);
    return made(to, number == DAVIT_UNSET ? json_null() : json_integer(number), ret_json);
}

static int emit_double(const emitter *to, const davit__field *field, const void *object,
                       const davit__key *key, json_t **ret_json)
{
    double number = *DAVIT__MEMBER(double, object, field->offset);
    return made(to, isfinite(number) ? json_real(number) : json_null(), ret_json);
}

/* Valid UTF-8 or nothing goes to an engine; what we show is mended instead. *ret_length 0 and
 * *ret_valid NULL for NULL. */
static int valid_text(const emitter *to, const char *text, const davit__key *key,
                      davit__buffer *mended, const char **ret_valid, size_t *ret_length)
{
    size_t length = strlen(text);
    *ret_valid = text;
    *ret_length = length;
    if (davit__utf8_valid(text, length)) {
        return 0;
    }
    if (to->engine) {
        return davit__key_error(key, DAVIT_ERROR_INVALID_CONFIG, to->error, "is not valid UTF-8");
    }
    davit__utf8_add(mended, text, length);
    *ret_valid = mended->data;
    *ret_length = mended->length;
    return davit__buffer_check(mended, to->error);
}

static int emit_text(const emitter *to, const char *text, const davit__key *key, json_t **ret_json)
{
    if (!text) {
        return made(to, json_null(), ret_json);
    }
    DAVIT__BUFFER davit__buffer mended = DAVIT__BUFFER_INIT;
    const char *valid;
    size_t length;
    int r = valid_text(to, text, key, &mended, &valid, &length);
    return r < 0 ? r : made(to, json_stringn(valid, length), ret_json);
}

static int emit_string(const emitter *to, const davit__field *field, const void *object,
                       const davit__key *key, json_t **ret_json)
{
    return emit_text(to, *DAVIT__MEMBER(char *, object, field->offset), key, ret_json);
}

static int emit_time(const emitter *to, const davit__field *field, const void *object,
                     const davit__key *key, json_t **ret_json)
{
    int64_t time = *DAVIT__MEMBER(int64_t, object, field->offset);
    if (time == 0) {
        return made(to, json_null(), ret_json);
    }
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    davit__time_print(&text, time);
    int r = davit__buffer_check(&text, to->error);
    return r < 0 ? r : made(to, json_stringn(text.data, text.length), ret_json);
}

static int emit_enum(const emitter *to, const davit__field *field, const void *object,
                     const davit__key *key, json_t **ret_json)
{
    int value = *DAVIT__MEMBER(int, object, field->offset);
    const char *name = davit_enum_name(field->names(), value);
    if (!name) {
        return davit__key_error(key, DAVIT_ERROR_INVALID_CONFIG, to->error, "%d is no %s", value,
                                field->names()->what);
    }
    return made(to, json_string(name), ret_json);
}

/* Put a new value (stolen, also on failure) behind the others. */
static int append(const emitter *to, json_t *array, json_t *value)
{
    return json_array_append_new(array, value) < 0 ? davit__error_no_memory(to->error) : 0;
}

static int emit_strings(const emitter *to, const davit__field *field, const void *object,
                        const davit__key *key, json_t **ret_json)
{
    char **strings = *DAVIT__MEMBER(char **, object, field->offset);
    size_t count = *DAVIT__MEMBER(size_t, object, field->count_offset);
    DAVIT__JSON json_t *array = json_array();
    int r = array ? 0 : davit__error_no_memory(to->error);
    for (size_t i = 0; r == 0 && i < count; i++) {
        davit__key element = {.above = key, .index = i};
        json_t *value = NULL;
        r = emit_text(to, strings[i] ? strings[i] : "", &element, &value);
        if (r == 0) {
            r = append(to, array, value);
        }
    }
    return r < 0 ? r : made(to, DAVIT__TAKE(array), ret_json);
}

static int put_pair(const emitter *to, const davit_pair *pair, const davit__key *above,
                    json_t *root)
{
    davit__key key = {.above = above, .name = pair->name ? pair->name : ""};
    DAVIT__BUFFER davit__buffer mended = DAVIT__BUFFER_INIT;
    const char *name;
    size_t length;
    int r = valid_text(to, key.name, &key, &mended, &name, &length);
    if (r < 0) {
        return r;
    }
    json_t *value = NULL;
    r = emit_text(to, pair->value || !to->engine ? pair->value : "", &key, &value);
    if (r == 0 && json_object_setn_new(root, name, length, value) < 0) {
        r = davit__error_no_memory(to->error);
    }
    return r;
}

static int emit_pairs(const emitter *to, const davit__field *field, const void *object,
                      const davit__key *key, json_t **ret_json)
{
    const davit_pair *pairs = *DAVIT__MEMBER(davit_pair *, object, field->offset);
    size_t count = *DAVIT__MEMBER(size_t, object, field->count_offset);
    DAVIT__JSON json_t *root = json_object();
    int r = root ? 0 : davit__error_no_memory(to->error);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = put_pair(to, &pairs[i], key, root);
    }
    return r < 0 ? r : made(to, DAVIT__TAKE(root), ret_json);
}

static int emit_object(const emitter *to, const davit__field *field, const void *object,
                       const davit__key *key, json_t **ret_json)
{
    return emit_struct(to, field->type, DAVIT__MEMBER(char, object, field->offset), key, ret_json);
}

static int emit_list(const emitter *to, const davit__field *field, const void *object,
                     const davit__key *key, json_t **ret_json)
{
    const char *items = *DAVIT__MEMBER(char *, object, field->offset);
    size_t count = *DAVIT__MEMBER(size_t, object, field->count_offset);
    DAVIT__JSON json_t *array = json_array();
    int r = array ? 0 : davit__error_no_memory(to->error);
    for (size_t i = 0; r == 0 && i < count; i++) {
        davit__key element = {.above = key, .index = i};
        json_t *value = NULL;
        r = emit_struct(to, field->type, items + i * field->type->size, &element, &value);
        if (r == 0) {
            r = append(to, array, value);
        }
    }
    return r < 0 ? r : made(to, DAVIT__TAKE(array), ret_json);
}

static emit *const emits[] = {
    [DAVIT_KIND_BOOL] = emit_bool,       [DAVIT_KIND_INTEGER] = emit_integer,
    [DAVIT_KIND_BYTES] = emit_integer,   [DAVIT_KIND_DURATION] = emit_integer,
    [DAVIT_KIND_TIME] = emit_time,       [DAVIT_KIND_DOUBLE] = emit_double,
    [DAVIT_KIND_STRING] = emit_string,   [DAVIT_KIND_ENUM] = emit_enum,
    [DAVIT_KIND_STRINGS] = emit_strings, [DAVIT_KIND_PAIRS] = emit_pairs,
    [DAVIT_KIND_OBJECT] = emit_object,   [DAVIT_KIND_LIST] = emit_list,
};

/* Whether a value was given, for engines. */
static bool is_given(const davit__field *field, const void *object)
{
    const void *member = DAVIT__MEMBER(char, object, field->offset);
    switch (field->kind) {
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
        return *(const int64_t *)member != DAVIT_UNSET &&
               (*(const int64_t *)member != 0 || field->optional);
    case DAVIT_KIND_STRING:
        return *(char *const *)member != NULL;
    case DAVIT_KIND_STRINGS:
    case DAVIT_KIND_PAIRS:
    case DAVIT_KIND_LIST:
        return *DAVIT__MEMBER(size_t, object, field->count_offset) > 0;
    case DAVIT_KIND_OBJECT:
        break;
    }
    return true;
}

/* The object under a key, made if it is not there; NULL: out of memory. */
static json_t *object_under(json_t *root, const char *key, size_t length)
{
    json_t *inner = json_object_getn(root, key, length);
    if (!json_is_object(inner)) {
        inner = json_object();
        if (json_object_setn_new(root, key, length, inner) < 0) {
            return NULL;
        }
    }
    return inner;
}

/* Put a value at a path; an object is merged into what is there. */
static int put_at(const emitter *to, json_t *root, const char *path, json_t *value)
{
    size_t length = strcspn(path, ".");
    while (root && path[length] == '.') {
        root = object_under(root, path, length);
        path += length + 1;
        length = strcspn(path, ".");
    }
    bool merge = json_is_object(value);
    if (root && merge && length > 0) {
        root = object_under(root, path, length);
    }
    int done = -1;
    if (root) {
        done =
            merge ? json_object_update_recursive(root, value) : json_object_set(root, path, value);
    }
    return done < 0 ? davit__error_no_memory(to->error) : 0;
}

static int put_field(const emitter *to, const davit__field *field, const void *object,
                     const davit__key *above, json_t *root)
{
    const char *path = to->engine ? field->inspect : field->name;
    if (to->engine && (!path || !is_given(field, object))) {
        return 0;
    }
    davit__key key = {.above = above, .name = field->name};
    DAVIT__JSON json_t *value = NULL;
    int r = emits[field->kind](to, field, object, &key, &value);
    if (r < 0) {
        return r;
    }
    bool nothing = field->kind == DAVIT_KIND_OBJECT && json_object_size(value) == 0;
    return to->engine && nothing ? 0 : put_at(to, root, path, value);
}

static int put_struct(const emitter *to, const davit_type *type, const void *object,
                      const davit__key *key, json_t *root)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < type->count; i++) {
        r = put_field(to, &type->fields[i], object, key, root);
    }
    return r;
}

static int emit_struct(const emitter *to, const davit_type *type, const void *object,
                       const davit__key *key, json_t **ret_json)
{
    DAVIT__JSON json_t *root = json_object();
    int r = root ? put_struct(to, type, object, key, root) : davit__error_no_memory(to->error);
    return r < 0 ? r : made(to, DAVIT__TAKE(root), ret_json);
}

int davit__type_encode(const davit_type *type, const void *object, json_t *root, davit_error *error)
{
    emitter to = {.engine = true, .error = error};
    return put_struct(&to, type, object, NULL, root);
}

int davit__type_json(const davit_type *type, const void *object, json_t **ret_json,
                     davit_error *error)
{
    emitter to = {.error = error};
    return emit_struct(&to, type, object, NULL, ret_json);
}

int davit__json_string(const char *text, json_t **ret_json, davit_error *error)
{
    emitter to = {.error = error};
    return emit_text(&to, text, NULL, ret_json);
}

int davit__field_json(const davit__field *field, const void *object, json_t **ret_json,
                      davit_error *error)
{
    emitter to = {.error = error};
    davit__key key = {.name = field->name};
    return emits[field->kind](&to, field, object, &key, ret_json);
}

int davit_type_to_json(const davit_type *type, const void *object, int indent, char **ret_text,
                       davit_error *error)
{
    DAVIT__JSON json_t *json = NULL;
    int r = davit__type_json(type, object, &json, error);
    return r < 0 ? r : davit__json_dump(json, indent, ret_text, error);
}
