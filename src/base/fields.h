/* SPDX-License-Identifier: MIT */
/* How a struct is described: one table of fields, from which come decoding of engine JSON, our JSON
 * both ways, table columns, template fields and documentation.
 *
 *     #define FIELD(member, ...) DAVIT__FIELD(davit_port_info, member, __VA_ARGS__)
 *     static const davit__field port_fields[] = {
 *         FIELD(host_ip, STRING, .inspect = "HostIp", .text = "Address on the host"),
 *         ...
 *     };
 *     static const davit_type port_type = {
 *         DAVIT__TYPE("port", davit_port_info, port_fields), .print = print_port,
 *     };
 */
#ifndef DAVIT_BASE_FIELDS_H
#define DAVIT_BASE_FIELDS_H

#include "buffer.h"

#include <davit/type.h>
#include <jansson.h>

/* In which of its shapes an engine's JSON shows an object. */
typedef enum davit__shape {
    DAVIT__SHAPE_INSPECT, /* also: the body of a create request */
    DAVIT__SHAPE_LIST,
    DAVIT__SHAPE_LIBPOD_LIST,
} davit__shape;

typedef struct davit__field davit__field;

struct davit__field {
    const char *name;
    davit_kind kind;
    size_t offset;
    size_t count_offset;              /* STRINGS, PAIRS, LIST: where the count is */
    const davit_type *type;           /* OBJECT, LIST */
    const davit_enum *(*names)(void); /* ENUM: the function that gives its table */
    /* Where the value is in the engine's JSON: keys joined by dots, a number is an index into an
     * array, "" is the whole. NULL: not in this shape. */
    const char *inspect;
    const char *list;
    const char *libpod_list;
    /* For what a path and a kind cannot say: fill the member of `object` from the value at the
     * path, NULL if it is absent or null. Not called in a shape without a path. */
    int (*decode)(const davit__field *field, const json_t *value, void *object, davit_error *error);
    /* INTEGER, BYTES, DURATION in our JSON: what is allowed, if maximum > minimum. Otherwise an
     * INTEGER may be anything, the others are not negative. */
    int64_t minimum;
    int64_t maximum;
    const char *alias; /* docker's name for it in templates, "Names" */
    const char *title; /* head of a column; NULL: the name */
    bool optional;     /* INTEGER: 0 is a value of its own, DAVIT_UNSET is none */
    bool short_id;     /* tables show 12 digits, without "sha256:" */
    size_t width;      /* tables cut it to this many columns; 0: not */
    const char *text;  /* documentation, one line */
};

/* A field as docker's lists name and write it, where that differs from ours. */
typedef struct davit__docker_field {
    const char *name;  /* exactly as docker spells it: "RunningFor" */
    const char *field; /* ours that it is made of: "created" */
    /* `whole`: nothing cut short (--no-trunc). */
    void (*print)(const void *object, bool whole, davit__buffer *buffer);
} davit__docker_field;

struct davit_type {
    const char *name; /* "container", as users say it */
    size_t size;
    const davit__field *fields;
    size_t count;
    /* One object in one word for tables and templates ("0.0.0.0:80->80/tcp"); NULL: JSON. */
    void (*print)(const void *object, davit__buffer *buffer);
    const davit__docker_field *docker; /* ends with one without a name; NULL: docker has no list */
};

/* A field of `struct_`; `kind_` is the end of a DAVIT_KIND_. Lists name their count:
 * DAVIT__FIELD(davit_x, labels, PAIRS, .count_offset = offsetof(davit_x, label_count), ...). */
#define DAVIT__FIELD(struct_, member_, kind_, ...)                                                 \
    {                                                                                              \
        .name = #member_, .kind = DAVIT_KIND_##kind_, .offset = offsetof(struct_, member_),        \
        __VA_ARGS__                                                                                \
    }

/* The beginning of a davit_type's initialiser, see above. */
#define DAVIT__TYPE(name_, struct_, fields_)                                                       \
    .name = (name_), .size = sizeof(struct_), .fields = (fields_),                                 \
    .count = sizeof(fields_) / sizeof(fields_)[0]

/* Fill a zeroed object from engine JSON in one of its shapes. Absent and null leave zero; a wrong
 * type is DAVIT_ERROR_PROTOCOL and names the path; an unknown enumeration name gives value 0. On
 * failure the object is cleared. */
int davit__type_decode(const davit_type *type, davit__shape shape, const json_t *json, void *object,
                       davit_error *error);

/* Put the object's values into `root` (an object) at their `inspect` paths, making the objects on
 * the way. Values that are zero (but of optional fields), NULL or DAVIT_UNSET, and fields without a
 * path, are left out. What the engine could not be told (text that is not UTF-8) is
 * DAVIT_ERROR_INVALID_CONFIG. */
int davit__type_encode(const davit_type *type, const void *object, json_t *root,
                       davit_error *error);

/* A new reference in *ret_json; davit_type_to_json() and _from_json() without the text. */
int davit__type_json(const davit_type *type, const void *object, json_t **ret_json,
                     davit_error *error);
/* The same for one field. */
int davit__field_json(const davit__field *field, const void *object, json_t **ret_json,
                      davit_error *error);
int davit__type_read(const davit_type *type, const json_t *json, void *object, davit_error *error);

/* The value at a path as above, NULL if there is none or it is null. Borrowed. */
const json_t *davit__json_at(const json_t *json, const char *path);
/* The same as text, NULL if absent or no string. Borrowed. */
const char *davit__json_text(const json_t *json, const char *path);

/* Parse the `length` bytes of JSON. DAVIT_ERROR_PROTOCOL says where and what; `what` names the
 * thing that is parsed ("answer of the engine"). Where a number does not fit int64_t, all numbers
 * come out as reals, which INTEGER fields take too. */
int davit__json_parse(const char *text, size_t length, const char *what, json_t **ret_json,
                      davit_error *error);

/* JSON as text, indented by `indent` spaces (0: on one line). */
int davit__json_dump(const json_t *json, int indent, char **ret_text, davit_error *error);

/* A text as JSON; what is not valid UTF-8 becomes U+FFFD. */
int davit__json_string(const char *text, json_t **ret_json, davit_error *error);

static inline void davit__json_release(json_t **json)
{
    json_decref(*json);
}
#define DAVIT__JSON __attribute__((cleanup(davit__json_release)))

/* Members of an object by their field, for hand-written decoders. */
#define DAVIT__MEMBER(type_, object_, offset_) ((type_ *)(void *)((char *)(object_) + (offset_)))

struct davit__enum_entry {
    const char *name;
    int value;
};

/* A value's first name is printed; its further names are understood too. */
struct davit_enum {
    const char *what; /* "restart policy": for messages */
    const struct davit__enum_entry *entries;
    size_t count;
};

/* An enumeration's function and its table in one: DAVIT__ENUM(davit_protocol_names, "protocol",
 * {"tcp", DAVIT_PROTOCOL_TCP}, ...). */
#define DAVIT__ENUM(function_, what_, ...)                                                         \
    const davit_enum *function_(void)                                                              \
    {                                                                                              \
        static const struct davit__enum_entry entries[] = {__VA_ARGS__};                           \
        static const davit_enum names = {what_, entries, sizeof entries / sizeof entries[0]};      \
        return &names;                                                                             \
    }

/* RFC 3339 ("2024-01-31T10:00:00.5+02:00") to nanoseconds since 1970. An empty text, and what
 * int64_t cannot hold (before 1678, after 2261), Go's zero time among it, give 0, none. */
int davit__time_decode(const char *text, int64_t *ret_time, davit_error *error);

#endif
