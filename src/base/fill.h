/* SPDX-License-Identifier: MIT */
/* Filling the members of a struct from JSON values: what decoding an engine's answer and reading
 * our own JSON have in common. */
#ifndef DAVIT_BASE_FILL_H
#define DAVIT_BASE_FILL_H

#include "fields.h"
#include "keys.h"

typedef struct davit__fill davit__fill;

struct davit__fill {
    davit_error_code code; /* of a value that does not fit */
    bool strict;           /* our JSON: ranges and names are checked */
    davit__shape shape;    /* of the engine's JSON */
    davit_error *error;
    /* Fill the fields of a struct from a JSON object. What it filled stays on failure. */
    int (*object)(const davit__fill *fill, const davit_type *type, const json_t *json, void *object,
                  const davit__key *key);
};

/* Fill one member from a value that is neither NULL nor null. On failure what was filled belongs to
 * the object, for davit_type_clear(). */
int davit__fill_member(const davit__fill *fill, const davit__field *field, const json_t *value,
                       void *object, const davit__key *key);

/* "a string", "an object", ... */
const char *davit__json_kind(const json_t *json);

/* What jansson says was wrong with a text, behind `what` ("the answer is "). */
int davit__json_refused(const json_error_t *reason, davit_error_code code, const char *what,
                        davit_error *error);

#endif
