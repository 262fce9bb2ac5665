/* SPDX-License-Identifier: MIT */
/* What an expression of a template comes to. */
#ifndef DAVIT_BASE_TEMPLATE_VALUE_H
#define DAVIT_BASE_TEMPLATE_VALUE_H

#include "slice.h"
#include "template.h"

typedef enum davit__value_kind {
    DAVIT__VALUE_NONE,   /* null, and what an object does not have */
    DAVIT__VALUE_OBJECT, /* a struct */
    DAVIT__VALUE_FIELD,  /* a member of one */
    DAVIT__VALUE_JSON,   /* of the raw JSON */
    DAVIT__VALUE_TEXT,
    DAVIT__VALUE_NUMBER,
    DAVIT__VALUE_BOOL,
} davit__value_kind;

/* Borrows from what is rendered, but owns its text and a reference to its JSON. */
typedef struct davit__value {
    davit__value_kind kind;
    const davit_type *type;
    const davit__field *field;
    const void *object; /* OBJECT: it; FIELD: whose member it is */
    json_t *json;
    char *text;
    int64_t number; /* NUMBER, BOOL */
    /* OBJECT: how its fields are written that are asked for by docker's names; FIELD: how it is. */
    davit_text_style style;
    const davit__docker_field
        *docker; /* FIELD: the name of docker's it was asked for by, or NULL */
} davit__value;

#define DAVIT__VALUE __attribute__((cleanup(davit__value_clear)))
void davit__value_clear(davit__value *value);

davit__value davit__value_of_number(int64_t number);
davit__value davit__value_of_bool(bool truth);

/* A copy of the text; without memory for one its text is NULL, which printing it reports. */
davit__value davit__value_of_text(const char *text, size_t length);

/* Takes the buffer's text. */
int davit__value_take_text(davit__buffer *buffer, davit__value *ret_value, davit_error *error);

/* Another that stands for the same. */
davit__value davit__value_copy(const davit__value *value);

/* Whether `if` takes it for true: not false, zero, empty or null. */
bool davit__value_is_true(const davit__value *value);

/* Integers beyond 2^53 are no doubles: they are compared as what they are. */
typedef struct davit__number {
    bool is_integer;
    int64_t integer; /* if it is one */
    double real;     /* always, rounded if need be */
} davit__number;

/* Its number, if it is one. */
bool davit__value_number(const davit__value *value, davit__number *ret_number);

/* < 0, 0 or > 0, as a is less than, equal to or more than b. */
int davit__number_compare(davit__number a, davit__number b);

/* Elements of a list or object, bytes of a text; false: it has no length. */
bool davit__value_length(const davit__value *value, size_t *ret_length);

/* The elements of a list or of an object one after the other. */
typedef struct davit__value_walk {
    const davit__value *of;
    size_t index;
    void *member; /* of a JSON object */
} davit__value_walk;

/* Whether there is something to walk through; null is, and has nothing in it. */
bool davit__value_is_many(const davit__value *value);

/* The next element and its index or name; false: there is none left. */
bool davit__value_next(davit__value_walk *walk, davit__value *ret_key, davit__value *ret_element);

/* What `name` is in the value; false: it has nothing of that name. */
bool davit__value_member(const davit__value *value, davit__slice name, davit__value *ret_member);

/* Element `index` of a list; false: there is none. */
bool davit__value_element(const davit__value *value, size_t index, davit__value *ret_element);

/* As text, as `{{.X}}` shows it. */
int davit__value_print(const davit__value *value, davit__buffer *buffer, davit_error *error);

/* As JSON. */
int davit__value_json(const davit__value *value, json_t **ret_json, davit_error *error);

#endif
