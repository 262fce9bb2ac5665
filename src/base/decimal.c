/* SPDX-License-Identifier: MIT */
/* Numbers in people's text, read without strtod() and the locale behind it. */
#include "units.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

davit__digits davit__digits_read(const char **text)
{
    davit__digits digits = {0};
    for (; is_digit(**text); (*text)++, digits.count++) {
        if (__builtin_mul_overflow(digits.number, 10, &digits.number) ||
            __builtin_add_overflow(digits.number, **text - '0', &digits.number)) {
            digits.number = INT64_MAX;
        }
    }
    return digits;
}

/* The digits behind a point, times scale. From the last to the first, so that nothing but the end
 * result is rounded: floor((n + x) / 10) is floor((n + floor(x)) / 10). */
static int64_t fraction(const char *first, const char *end, int64_t scale)
{
    int64_t value = 0;
    while (end > first) {
        end--;
        value = (value + (*end - '0') * scale) / 10;
    }
    return value;
}

bool davit__decimal_read(const char **text, int64_t scale, int64_t *ret_value)
{
    const char *at = *text;
    davit__digits whole = davit__digits_read(&at);
    size_t count = whole.count;
    int64_t part = 0;
    if (*at == '.') {
        const char *first = ++at;
        while (is_digit(*at)) {
            at++;
        }
        count += (size_t)(at - first);
        part = fraction(first, at, scale);
    }
    if (count == 0) {
        return false;
    }
    int64_t value;
    if (__builtin_mul_overflow(whole.number, scale, &value) ||
        __builtin_add_overflow(value, part, &value)) {
        value = INT64_MAX;
    }
    *text = at;
    *ret_value = value;
    return true;
}
