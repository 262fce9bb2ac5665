/* SPDX-License-Identifier: MIT */
/* The fields of a struct as text, put into a buffer. */
#ifndef DAVIT_BASE_TEXT_H
#define DAVIT_BASE_TEXT_H

#include "fields.h"
#include "slice.h"

/* A field by its name in any spelling, by its alias, or by its key in the engine's JSON; NULL if
 * there is none. */
const davit__field *davit__field_find(const davit_type *type, davit__slice name);

/* A field by docker's name, spelt exactly; NULL if docker has none of that name. */
const davit__docker_field *davit__docker_field_find(const davit_type *type, davit__slice name);

/* One field. A value that cannot be shown (an enumeration's stray number) fills the error. */
int davit__field_print(const davit__field *field, const void *object, davit_text_style style,
                       davit__buffer *buffer, davit_error *error);

/* A whole struct: its print() if it has one, else JSON. */
int davit__object_print(const davit_type *type, const void *object, davit__buffer *buffer,
                        davit_error *error);

/* "id, name, ..." */
void davit__field_names_print(const davit_type *type, davit__buffer *buffer);

#endif
