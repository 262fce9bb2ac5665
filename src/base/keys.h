/* SPDX-License-Identifier: MIT */
/* Where in a JSON text a value is, for messages: "ports[1].host_port". */
#ifndef DAVIT_BASE_KEYS_H
#define DAVIT_BASE_KEYS_H

#include "errors.h"

/* One level; the levels are on the stack of the functions that go down. */
typedef struct davit__key {
    const struct davit__key *above; /* NULL: the root */
    const char *name;               /* NULL: element `index` of the array above */
    size_t index;
} davit__key;

/* Room for a key as text; a longer one is cut. */
#define DAVIT__KEY_SIZE 200

/* Write the key into text[DAVIT__KEY_SIZE] and return it. */
const char *davit__key_text(const davit__key *key, char *text);

/* Fill the error with "KEY: message" (only the message at the root) and return `code`. */
int davit__key_error(const davit__key *key, davit_error_code code, davit_error *error,
                     const char *format, ...) DAVIT_PRINTF(4, 5);

#endif
