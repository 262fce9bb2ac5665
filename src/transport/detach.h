/* SPDX-License-Identifier: MIT */
/* The keys that leave a terminal's stream, as docker has them: "ctrl-p,ctrl-q". They are looked for
 * here, as not every engine does so itself. */
#ifndef DAVIT_TRANSPORT_DETACH_H
#define DAVIT_TRANSPORT_DETACH_H

#include "errors.h"

#define DAVIT__DETACH_KEYS     "ctrl-p,ctrl-q" /* docker's */
#define DAVIT__DETACH_KEYS_MAX 16

typedef struct davit__detach {
    char keys[DAVIT__DETACH_KEYS_MAX];
    size_t count;
    size_t held; /* so many of the keys were typed, and are kept back until the next one */
    bool typed;  /* all of them: the stream is to be left */
} davit__detach;

/* Keys with commas between them: a character, DEL, or ctrl- with a to z or one of @[\]^_.
 * DAVIT_ERROR_INVALID_CONFIG says what was expected. */
int davit__detach_parse(const char *text, davit__detach *ret_detach, davit_error *error);

/* What of `input` is to be sent goes to `output`, which has room for DAVIT__DETACH_KEYS_MAX more
 * bytes; its length is returned. What follows the keys is dropped. */
size_t davit__detach_filter(davit__detach *detach, const char *input, size_t length, char *output);

#endif
