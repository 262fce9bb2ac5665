/* SPDX-License-Identifier: MIT */
#include "memory.h"
#include "quote.h"
#include "units.h"

#include <davit/parse.h>

#define KIB INT64_C(1024)

/* "", "b", "k", "kb", "kib" in any case: what one of it is in bytes; 0 for anything else. */
static int64_t unit_scale(const char *unit)
{
    static const char letters[] = "kmgtp";
    int64_t scale = 1;
    const char *letter = *unit ? strchr(letters, *unit | 0x20) : NULL;
    if (letter) {
        for (const char *l = letters; l <= letter; l++) {
            scale *= KIB;
        }
        unit++;
    }
    unit += *unit == 'i' || *unit == 'I';
    unit += *unit == 'b' || *unit == 'B';
    return *unit ? 0 : scale;
}

int davit_bytes_parse(const char *text, int64_t *ret_bytes, davit_error *error)
{
    const char *number = text ? text : "";
    const char *unit = number;
    int64_t bytes = 0;
    bool valid = davit__decimal_read(&unit, 1, &bytes);
    int64_t scale = valid ? unit_scale(unit + (*unit == ' ')) : 0;
    if (scale == 0 || !davit__decimal_read(&number, scale, &bytes)) {
        return davit__refuse(error, text, "expected a size such as 512m or 2g");
    }
    if (bytes == INT64_MAX) {
        return davit__refuse(error, text, "too large");
    }
    *ret_bytes = bytes;
    return 0;
}

/* A number of `scale`s without trailing zeros. */
static void print_decimal(davit__buffer *buffer, uint64_t value, uint64_t scale)
{
    davit__buffer_printf(buffer, "%llu", (unsigned long long)(value / scale));
    unsigned hundredths = scale > 1 ? (unsigned)(value % scale / (scale / 100)) : 0;
    if (hundredths % 10 > 0) {
        davit__buffer_printf(buffer, ".%02u", hundredths);
    } else if (hundredths > 0) {
        davit__buffer_printf(buffer, ".%u", hundredths / 10);
    }
}

/* To three digits when written as so many `scale`s. */
static uint64_t rounded(uint64_t value, uint64_t scale)
{
    uint64_t whole = value / scale;
    uint64_t step = whole >= 100 ? scale : whole >= 10 ? scale / 10 : scale / 100;
    return step > 0 ? (value + step / 2) / step * step : value;
}

void davit__bytes_print(davit__buffer *buffer, int64_t bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    uint64_t value = bytes < 0 ? 0 - (uint64_t)bytes : (uint64_t)bytes;
    uint64_t scale = 1;
    size_t unit = 0;
    while (unit + 1 < DAVIT__COUNT(units) && rounded(value, scale) / scale >= 1000) {
        scale *= 1000;
        unit++;
    }
    davit__buffer_add_text(buffer, bytes < 0 ? "-" : "");
    print_decimal(buffer, rounded(value, scale), scale);
    davit__buffer_add_text(buffer, units[unit]);
}

int davit_bytes_format(int64_t bytes, char **ret_text, davit_error *error)
{
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    davit__bytes_print(&buffer, bytes);
    return davit__buffer_take(&buffer, ret_text, error);
}
