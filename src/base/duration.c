/* SPDX-License-Identifier: MIT */
#include "memory.h"
#include "quote.h"
#include "units.h"

#include <davit/parse.h>

/* What a duration is composed of, as Go names it. */
static const struct {
    const char *name;
    int64_t nanoseconds;
} units[] = {
    {"ns", 1},
    {"us", 1000},
    {"\xc2\xb5s", 1000}, /* micro sign */
    {"\xce\xbcs", 1000}, /* Greek mu */
    {"ms", DAVIT_MILLISECONDS(1)},
    {"s", DAVIT_SECONDS(1)},
    {"m", DAVIT_MINUTES(1)},
    {"h", DAVIT_MINUTES(60)},
};

/* The unit that ends where the next number begins; 0: no such unit. */
static int64_t unit_scale(const char *unit, size_t length)
{
    for (size_t i = 0; i < DAVIT__COUNT(units); i++) {
        if (strlen(units[i].name) == length && memcmp(units[i].name, unit, length) == 0) {
            return units[i].nanoseconds;
        }
    }
    return 0;
}

/* One number with its unit, added to *sum (INT64_MAX when it does not fit). */
static bool read_part(const char **text, int64_t *sum)
{
    const char *unit = *text;
    int64_t value;
    if (!davit__decimal_read(&unit, 1, &value)) {
        return false;
    }
    size_t length = strcspn(unit, "0123456789.");
    int64_t scale = unit_scale(unit, length);
    if (scale == 0) {
        return false;
    }
    davit__decimal_read(text, scale, &value);
    *text = unit + length;
    if (__builtin_add_overflow(*sum, value, sum)) {
        *sum = INT64_MAX;
    }
    return true;
}

int davit_duration_parse(const char *text, int64_t *ret_duration, davit_error *error)
{
    const char *at = text ? text : "";
    int64_t sum = 0;
    at += *at == '+';
    bool valid = *at != '\0';
    if (strcmp(at, "0") != 0) {
        while (valid && *at) {
            valid = read_part(&at, &sum);
        }
    }
    if (!valid) {
        return davit__refuse(error, text, "expected a duration such as 30s or 1m30s");
    }
    if (sum == INT64_MAX) {
        return davit__refuse(error, text, "too long");
    }
    *ret_duration = sum;
    return 0;
}

/* So many of a unit, "1.5s", without trailing zeros. */
static void print_part(davit__buffer *buffer, uint64_t value, uint64_t scale, const char *unit)
{
    davit__buffer_printf(buffer, "%llu", (unsigned long long)(value / scale));
    value %= scale;
    if (value > 0) {
        davit__buffer_add_char(buffer, '.');
    }
    for (; value > 0 && scale > 1; value %= scale) {
        scale /= 10;
        davit__buffer_add_char(buffer, (char)('0' + value / scale));
    }
    davit__buffer_add_text(buffer, unit);
}

void davit__duration_print(davit__buffer *buffer, int64_t duration)
{
    uint64_t left = duration < 0 ? 0 - (uint64_t)duration : (uint64_t)duration;
    const uint64_t second = (uint64_t)DAVIT_SECONDS(1);
    davit__buffer_add_text(buffer, duration < 0 ? "-" : "");
    if (left == 0) {
        davit__buffer_add_text(buffer, "0s");
    } else if (left < 1000) {
        print_part(buffer, left, 1, "ns");
    } else if (left < 1000000) {
        print_part(buffer, left, 1000, "\xc2\xb5s");
    } else if (left < second) {
        print_part(buffer, left, 1000000, "ms");
    } else {
        uint64_t minutes = left / second / 60;
        if (minutes >= 60) {
            davit__buffer_printf(buffer, "%lluh", (unsigned long long)(minutes / 60));
        }
        if (minutes > 0) {
            davit__buffer_printf(buffer, "%llum", (unsigned long long)(minutes % 60));
        }
        print_part(buffer, left - minutes * 60 * second, second, "s");
    }
}

/* Two days and more: the unit that docker takes for so many hours. */
static void print_long(davit__buffer *buffer, int64_t hours, int64_t whole_hours)
{
    static const struct {
        int64_t below; /* hours */
        int64_t divisor;
        const char *unit;
    } rows[] = {
        {24 * 14, 24, "days"},
        {24 * 60, 24 * 7, "weeks"},
        {24 * 365 * 2, 24 * 30, "months"},
    };
    for (size_t i = 0; i < DAVIT__COUNT(rows); i++) {
        if (hours < rows[i].below) {
            davit__buffer_printf(buffer, "%lld %s", (long long)(hours / rows[i].divisor),
                                 rows[i].unit);
            return;
        }
    }
    davit__buffer_printf(buffer, "%lld years", (long long)(whole_hours / 24 / 365));
}

void davit__duration_print_human(davit__buffer *buffer, int64_t duration)
{
    int64_t seconds = duration / DAVIT_SECONDS(1);
    int64_t minutes = seconds / 60;
    int64_t hours = (minutes + 30) / 60;
    if (seconds < 1) {
        davit__buffer_add_text(buffer, "Less than a second");
    } else if (seconds == 1) {
        davit__buffer_add_text(buffer, "1 second");
    } else if (seconds < 60) {
        davit__buffer_printf(buffer, "%lld seconds", (long long)seconds);
    } else if (minutes == 1) {
        davit__buffer_add_text(buffer, "About a minute");
    } else if (minutes < 60) {
        davit__buffer_printf(buffer, "%lld minutes", (long long)minutes);
    } else if (hours == 1) {
        davit__buffer_add_text(buffer, "About an hour");
    } else if (hours < 48) {
        davit__buffer_printf(buffer, "%lld hours", (long long)hours);
    } else {
        print_long(buffer, hours, minutes / 60);
    }
}

int davit_duration_format_human(int64_t duration, char **ret_text, davit_error *error)
{
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    davit__duration_print_human(&buffer, duration);
    return davit__buffer_take(&buffer, ret_text, error);
}
