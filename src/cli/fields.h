/* SPDX-License-Identifier: MIT */
/* Objects for people: "Title: value", a line a field. */
#ifndef DAVIT_CLI_FIELDS_H
#define DAVIT_CLI_FIELDS_H

#include "cli.h"

typedef struct cli_fields {
    cli_memory *memory;
    cli_strings titles;
    cli_strings values;
} cli_fields;

/* Add a line; an empty or missing value is left out. */
void cli_fields_add(cli_fields *fields, const char *title, const char *value);

/* Add a line for each field of the object, the title made from its name. */
int cli_fields_add_object(cli_fields *fields, const davit_type *type, const void *object,
                          davit_error *error);

/* Print them, the values aligned and long ones broken into lines. */
void cli_fields_print(cli *self, const cli_fields *fields);

#endif
