/* SPDX-License-Identifier: MIT */
#include "fields.h"
#include "memory.h"
#include "quote.h"

/* Whether entry `index` is the first of its value, the others being further names. */
static bool is_first(const davit_enum *names, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (names->entries[i].value == names->entries[index].value) {
            return false;
        }
    }
    return true;
}

const char *davit_enum_name(const davit_enum *names, int value)
{
    for (size_t i = 0; i < names->count; i++) {
        if (names->entries[i].value == value) {
            return names->entries[i].name;
        }
    }
    return NULL;
}

const char *davit_enum_at(const davit_enum *names, size_t index, int *ret_value)
{
    for (size_t i = 0; i < names->count; i++) {
        if (is_first(names, i) && index-- == 0) {
            if (ret_value) {
                *ret_value = names->entries[i].value;
            }
            return names->entries[i].name;
        }
    }
    return NULL;
}

static int unknown_name(const davit_enum *names, const char *name, davit_error *error)
{
    DAVIT__BUFFER davit__buffer list = DAVIT__BUFFER_INIT;
    const char *next = davit_enum_at(names, 0, NULL);
    for (size_t i = 0; next; i++) {
        const char *current = next;
        next = davit_enum_at(names, i + 1, NULL);
        const char *glue = i == 0 ? "" : next ? ", " : " or ";
        davit__buffer_printf(&list, "%s%s", glue, current);
    }
    int r = davit__buffer_check(&list, error);
    if (r < 0) {
        return r;
    }
    char quoted[DAVIT__QUOTE_SIZE];
    return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "%s %s: expected %s", names->what,
                            davit__quote(name, quoted), list.data ? list.data : "nothing");
}

int davit_enum_parse(const davit_enum *names, const char *name, int *ret_value, davit_error *error)
{
    for (size_t i = 0; name && i < names->count; i++) {
        if (strcmp(names->entries[i].name, name) == 0) {
            *ret_value = names->entries[i].value;
            return 0;
        }
    }
    return unknown_name(names, name, error);
}
