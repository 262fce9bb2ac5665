/* SPDX-License-Identifier: MIT */
/**
 * @file type.h
 * Every struct and enumeration of this API, described: names, kinds, documentation.
 *
 * A description is what commands, services and bindings print, check and document from. The
 * structs themselves are declared in the header of their noun.
 */
#ifndef DAVIT_TYPE_H
#define DAVIT_TYPE_H

#include <davit/error.h>

DAVIT_BEGIN

/** The fields of one struct. Static; get one with davit_container_info_type() and its like. */
typedef struct davit_type davit_type;

/** What a field holds, and how it is written in JSON. */
typedef enum davit_kind {
    DAVIT_KIND_BOOL,     /**< bool; true, false */
    DAVIT_KIND_INTEGER,  /**< int64_t; number */
    DAVIT_KIND_BYTES,    /**< int64_t, bytes; number */
    DAVIT_KIND_DURATION, /**< int64_t, nanoseconds; number */
    DAVIT_KIND_TIME,     /**< int64_t, nanoseconds since 1970 UTC, 0: none; RFC 3339 text or null */
    DAVIT_KIND_DOUBLE,   /**< double; number */
    DAVIT_KIND_STRING,   /**< char *, may be NULL; string or null */
    DAVIT_KIND_ENUM,     /**< int with a davit_enum; its name */
    DAVIT_KIND_STRINGS,  /**< char ** and a size_t count; array of strings */
    DAVIT_KIND_PAIRS,    /**< davit_pair * and a size_t count; object of strings */
    DAVIT_KIND_OBJECT,   /**< a struct inside; object */
    DAVIT_KIND_LIST,     /**< an array of structs and a size_t count; array of objects */
} davit_kind;

/** One field as users see it. Everything is static. */
typedef struct davit_field_description {
    const char *name;       /**< key in our JSON: "host_port" */
    davit_kind kind;        /**< what it holds */
    const char *title;      /**< head of a column: "CONTAINER ID" */
    const char *unit;       /**< "bytes", "nanoseconds", or NULL */
    const char *text;       /**< one line of documentation */
    const davit_type *type; /**< fields of an OBJECT or of the elements of a LIST; else NULL */
    bool detail;            /**< a list call fills it only when asked for details */
} davit_field_description;

DAVIT_EXPORT const char *davit_type_name(const davit_type *type);
DAVIT_EXPORT size_t davit_type_field_count(const davit_type *type);

/** Describe field `index` (< davit_type_field_count()). */
DAVIT_EXPORT davit_field_description davit_type_field(const davit_type *type, size_t index);

/**
 * The object as JSON text with the fields in the table's order, indented by `indent` spaces (0: on
 * one line). Free *ret_text with davit_string_free().
 */
DAVIT_EXPORT int davit_type_to_json(const davit_type *type, const void *object, int indent,
                                    char **ret_text, davit_error *error);

/** How a value is written for people. */
typedef enum davit_text_style {
    DAVIT_TEXT_PLAIN, /**< whole and exact, as in templates */
    DAVIT_TEXT_TABLE, /**< as in tables: short ids, "3 hours ago", "7.2MB", cut to a width */
    DAVIT_TEXT_WHOLE, /**< as in tables but nothing cut or shortened (--no-trunc) */
} davit_text_style;

/**
 * One field as text; lists are joined with ", ". An unknown field is DAVIT_ERROR_INVALID_CONFIG and
 * the message lists those that exist. Free *ret_text with davit_string_free().
 */
DAVIT_EXPORT int davit_type_text(const davit_type *type, const void *object, const char *field,
                                 davit_text_style style, char **ret_text, davit_error *error);

/** The index of a field by its name in any spelling ("host_port", "HostPort"), -1 if none. */
DAVIT_EXPORT int davit_type_find(const davit_type *type, const char *field);

/**
 * Fill `object` (zeroed or _INIT before) from JSON text as davit_type_to_json() writes it. An
 * unknown key, a wrong type or a value out of range is DAVIT_ERROR_INVALID_CONFIG and names the
 * key; `object` is then unchanged. Free what it holds with davit_type_clear().
 */
DAVIT_EXPORT int davit_type_from_json(const davit_type *type, const char *text, void *object,
                                      davit_error *error);

/** Free everything the fields own and zero the struct. For structs that davit filled. */
DAVIT_EXPORT void davit_type_clear(const davit_type *type, void *object);

/** A text with fields put in, `{{.Name}}\t{{.Ports}}`: see docs/templates.md. */
typedef struct davit_template davit_template;

/**
 * Parse a template. With a `type`, a field that it does not have is an error here (it names the
 * field and the position) unless `raw` text will be given too; NULL: no check before rendering.
 */
DAVIT_EXPORT int davit_template_parse(const char *text, const davit_type *type,
                                      davit_template **ret_template, davit_error *error);

/**
 * How fields are written that a template asks for by docker's own names, such as .ID, .Size and
 * .RunningFor of docker's lists: DAVIT_TEXT_TABLE as docker does it, DAVIT_TEXT_WHOLE the same
 * without cutting (--no-trunc). Without this call they are plain like all others.
 */
DAVIT_EXPORT void davit_template_set_style(davit_template *parsed, davit_text_style style);

/** Whether rendering needs a field that lists fill only when asked for details. */
DAVIT_EXPORT bool davit_template_needs_detail(const davit_template *parsed);

/**
 * Render for one object. `raw` (engine JSON text, or NULL) is searched for fields that the type
 * does not have. Free *ret_text with davit_string_free().
 */
DAVIT_EXPORT int davit_template_render(const davit_template *parsed, const davit_type *type,
                                       const void *object, const char *raw, char **ret_text,
                                       davit_error *error);
DAVIT_EXPORT void davit_template_free(davit_template *parsed);
DAVIT_CLEANUP_FUNCTION(davit_template, davit_template_free)

/** Names of an enumeration's values: one table, name <-> value. */
typedef struct davit_enum davit_enum;

/** The value's name, NULL if it has none. Static. */
DAVIT_EXPORT const char *davit_enum_name(const davit_enum *names, int value);

/** The value behind a name. DAVIT_ERROR_INVALID_CONFIG lists the names that exist. */
DAVIT_EXPORT int davit_enum_parse(const davit_enum *names, const char *name, int *ret_value,
                                  davit_error *error);

/** Name `index` of the table, NULL past the end: for completion and help. */
DAVIT_EXPORT const char *davit_enum_at(const davit_enum *names, size_t index, int *ret_value);

DAVIT_END

#endif
