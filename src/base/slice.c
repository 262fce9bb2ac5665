/* SPDX-License-Identifier: MIT */
#include "slice.h"

#include "memory.h"

davit__slice davit__slice_of(const char *text)
{
    return (davit__slice){text, strlen(text)};
}

bool davit__slice_is(davit__slice slice, const char *text)
{
    return strlen(text) == slice.length && memcmp(slice.text, text, slice.length) == 0;
}

bool davit__slice_only(davit__slice slice, const char *allowed)
{
    for (size_t i = 0; i < slice.length; i++) {
        if (!slice.text[i] || !strchr(allowed, slice.text[i])) {
            return false;
        }
    }
    return slice.length > 0;
}

static bool split(davit__slice *rest, const char *separator, davit__slice *ret_before)
{
    if (!separator) {
        return false;
    }
    size_t before = (size_t)(separator - rest->text);
    *ret_before = (davit__slice){rest->text, before};
    *rest = (davit__slice){separator + 1, rest->length - before - 1};
    return true;
}

bool davit__slice_cut(davit__slice *rest, char separator, davit__slice *ret_before)
{
    return split(rest, memchr(rest->text, separator, rest->length), ret_before);
}

bool davit__slice_cut_last(davit__slice *rest, char separator, davit__slice *ret_before)
{
    return split(rest, memrchr(rest->text, separator, rest->length), ret_before);
}

bool davit__slice_next(davit__slice *list, char separator, davit__slice *ret_item)
{
    if (!list->text) {
        return false;
    }
    if (!davit__slice_cut(list, separator, ret_item)) {
        *ret_item = *list;
        *list = (davit__slice){0};
    }
    return true;
}

int davit__slice_copy(davit__slice slice, char **ret_copy, davit_error *error)
{
    char *copy = strndup(slice.text, slice.length);
    if (!copy) {
        return davit__error_no_memory(error);
    }
    *ret_copy = copy;
    return 0;
}

bool davit__slice_number(davit__slice slice, int64_t most, int64_t *ret_number)
{
    if (!davit__slice_only(slice, DAVIT__DIGITS)) {
        return false;
    }
    int64_t number = 0;
    for (size_t i = 0; i < slice.length; i++) {
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, slice.text[i] - '0', &number) || number > most) {
            return false;
        }
    }
    *ret_number = number;
    return true;
}
