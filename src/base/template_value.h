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
} davit__value_kind;

/* Borrows from what is rendered, but owns its text and a reference to its JSON. */
typedef struct davit__value {
    davit__value_kind kind;
    const davit_type *type;
    const davit__field *field;
    const void *object; /* OBJECT: it; FIELD: whose member it is */
    json_t *json;
    char *text;
} davit__value;

#define DAVIT__VALUE __attribute__((cleanup(davit__value_clear)))
void davit__value_clear(davit__value *value);

/* What `name` is in the value; false: it has nothing of that name. */
bool davit__value_member(const davit__value *value, davit__slice name, davit__value *ret_member);

/* Element `index` of a list; false: there is none. */
bool davit__value_element(const davit__value *value, size_t index, davit__value *ret_element);

/* As text, as `{{.X}}` shows it. */
int davit__value_print(const davit__value *value, davit__buffer *buffer, davit_error *error);

/* As JSON. */
int davit__value_json(const davit__value *value, json_t **ret_json, davit_error *error);

#endif
