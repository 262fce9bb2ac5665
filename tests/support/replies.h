/* SPDX-License-Identifier: MIT */
/* Replies of real engines, kept in tests/unit/engine/data (TEST_DATA), and what is made of them. */
#ifndef DAVIT_TESTS_REPLIES_H
#define DAVIT_TESTS_REPLIES_H

#include "support/outcome.h"

#include <davit/type.h>
#include <jansson.h>
#include <stdlib.h>

/* A file of the data folder; free() it. */
static inline char *read_data(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", TEST_DATA, name);
    FILE *file = fopen(path, "re");
    if (!file) {
        fail_msg("%s: cannot be opened", path);
    }
    char *text = NULL;
    size_t length = 0;
    FILE *copy = open_memstream(&text, &length);
    char piece[4096];
    for (size_t size; (size = fread(piece, 1, sizeof piece, file)) > 0;) {
        fwrite(piece, 1, size, copy);
    }
    fclose(file);
    fclose(copy);
    return text;
}

/* A reply, parsed; json_decref() it. */
static inline json_t *read_reply(const char *name)
{
    char *text = read_data(name);
    json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);
    if (!json) {
        fail_msg("%s: no JSON", name);
    }
    free(text);
    return json;
}

/* The text is that of the file, but for its last newline. */
static inline void assert_golden_text(const char *text, const char *name)
{
    char *expected = read_data(name);
    expected[strlen(expected) - 1] = '\0';
    if (strcmp(text, expected) != 0) {
        print_error("not as in %s:\n%s\n", name, text);
    }
    assert_string_equal(text, expected);
    free(expected);
}

/* Our JSON of the object is that of the file. */
static inline void assert_golden(const davit_type *type, const void *object, const char *name)
{
    davit_error error = DAVIT_ERROR_INIT;
    char *text = NULL;
    assert_done(davit_type_to_json(type, object, 4, &text, &error), &error);
    assert_golden_text(text, name);
    davit_string_free(text);
}

#endif
