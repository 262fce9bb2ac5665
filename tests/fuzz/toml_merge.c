/* SPDX-License-Identifier: MIT */
/* TOML files put into one. What was merged and printed has to read as the same again. */
#include "toml_merge.h"

#include "memory.h"

static char *print(const davit__toml *toml)
{
    davit__buffer text = DAVIT__BUFFER_INIT;
    char *printed = NULL;
    davit__toml_print(toml, &text);
    if (davit__buffer_take(&text, &printed, NULL) < 0) {
        abort();
    }
    return printed;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    DAVIT__FREE char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    DAVIT__TOML davit__toml toml = DAVIT__TOML_INIT;
    if (davit__toml_add(&toml, text, NULL) < 0) {
        return 0;
    }
    DAVIT__FREE char *once = print(&toml);
    DAVIT__TOML davit__toml again = DAVIT__TOML_INIT;
    if (davit__toml_add(&again, once, NULL) < 0) {
        abort();
    }
    DAVIT__FREE char *twice = print(&again);
    if (strcmp(once, twice) != 0) {
        abort();
    }
    return 0;
}
