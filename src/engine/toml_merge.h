/* SPDX-License-Identifier: MIT */
/* TOML files put into one, statement by statement: a later one's `key = value` replaces an earlier
 * one's in the same table, as if the files had been read one after the other. Values are kept as
 * they are written, not understood. Limits: keys with dots count as names of their own, and arrays
 * of tables are kept side by side. */
#ifndef DAVIT_ENGINE_TOML_MERGE_H
#define DAVIT_ENGINE_TOML_MERGE_H

#include "buffer.h"

typedef struct davit__toml_entry {
    char *table; /* "engine.runtimes"; "" before the first table; "[x]" for an array's element */
    char *key;   /* NULL: only the table's head */
    char *value;
} davit__toml_entry;

typedef struct davit__toml {
    davit__toml_entry *entries;
    size_t count;
    size_t capacity;
} davit__toml;

#define DAVIT__TOML_INIT                                                                           \
    {                                                                                              \
        0                                                                                          \
    }
#define DAVIT__TOML __attribute__((cleanup(davit__toml_free)))

/* Add a file's text (NUL-terminated). DAVIT_ERROR_INVALID_CONFIG with the line, if it is no TOML.
 */
int davit__toml_add(davit__toml *toml, const char *text, davit_error *error);

/* The value as it is written ("\"runc\""), NULL if the key is not there. */
const char *davit__toml_get(const davit__toml *toml, const char *table, const char *key);

/* Set, or replace. Arguments are copied. */
int davit__toml_set(davit__toml *toml, const char *table, const char *key, const char *value,
                    davit_error *error);

/* Everything as one text. */
void davit__toml_print(const davit__toml *toml, davit__buffer *text);

void davit__toml_free(davit__toml *toml);

#endif
