/* SPDX-License-Identifier: MIT */
/* Points in time: RFC 3339, the shorter forms of it that people write, and seconds since 1970. */
#include "fields.h"
#include "memory.h"
#include "quote.h"
#include "units.h"

#include <davit/parse.h>
#include <time.h>

#define SECOND INT64_C(1000000000)

/* "2024-01-31T10:00:00.5+02:00" taken apart. */
typedef struct civil {
    int year, month, day, hour, minute, second;
    int64_t nanoseconds;
    int parts;  /* how many of the first six were given */
    bool zoned; /* a zone was given */
    int offset; /* of the zone, in seconds east */
} civil;

/* Exactly `count` digits within `most`. */
static bool read_number(const char **text, size_t count, int most, int *ret_number)
{
    int number = 0;
    for (size_t i = 0; i < count; i++, (*text)++) {
        if (**text < '0' || **text > '9') {
            return false;
        }
        number = number * 10 + (**text - '0');
    }
    *ret_number = number;
    return number <= most;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

/* "Z", "+02:00". Nothing is no zone. */
static bool read_zone(const char **text, civil *time)
{
    time->zoned = **text != '\0';
    if (**text == 'Z') {
        (*text)++;
    } else if (**text == '+' || **text == '-') {
        int sign = *(*text)++ == '-' ? -1 : 1;
        int hours, minutes;
        if (!read_number(text, 2, 23, &hours) || *(*text)++ != ':' ||
            !read_number(text, 2, 59, &minutes)) {
            return false;
        }
        time->offset = sign * (hours * 60 + minutes) * 60;
    }
    return **text == '\0';
}

/* A date with as much of the time of day as there is. */
static bool read_civil(const char *text, civil *ret_time)
{
    civil time = {.month = 1, .day = 1};
    const struct {
        char before; /* what separates it from the part before */
        size_t digits;
        int most;
        int *part;
    } parts[] = {
        {0, 4, 9999, &time.year}, {'-', 2, 12, &time.month},  {'-', 2, 31, &time.day},
        {'T', 2, 23, &time.hour}, {':', 2, 59, &time.minute}, {':', 2, 59, &time.second},
    };
    for (size_t i = 0; i < DAVIT__COUNT(parts) && (i == 0 || *text == parts[i].before); i++) {
        text += i > 0;
        if (!read_number(&text, parts[i].digits, parts[i].most, parts[i].part)) {
            return false;
        }
        time.parts++;
    }
    if (time.parts < 3 || time.month < 1 || time.day < 1 ||
        time.day > days_in(time.year, time.month)) {
        return false;
    }
    if (time.parts == 6 && *text == '.' && !davit__decimal_read(&text, SECOND, &time.nanoseconds)) {
        return false;
    }
    bool valid = read_zone(&text, &time);
    *ret_time = time;
    return valid;
}

/* Days from 1970-01-01 in the Gregorian calendar, counted from March of year 0 so that leap days
 * are the last of their year. */
static int64_t days_since_1970(const civil *time)
{
    int64_t year = time->year - (time->month <= 2);
    int64_t month = (time->month + 9) % 12;
    int64_t leap_days = year / 4 - year / 100 + year / 400 - (year < 0);
    return year * 365 + leap_days + (month * 153 + 2) / 5 + time->day - 1 - 719468;
}

/* Seconds since 1970; without a zone it is this machine's local time. */
static int64_t seconds_since_1970(const civil *time)
{
    if (!time->zoned) {
        struct tm local = {
            .tm_year = time->year - 1900,
            .tm_mon = time->month - 1,
            .tm_mday = time->day,
            .tm_hour = time->hour,
            .tm_min = time->minute,
            .tm_sec = time->second,
            .tm_isdst = -1,
        };
        return mktime(&local);
    }
    int64_t of_day = (time->hour * 60 + time->minute) * 60 + time->second;
    return days_since_1970(time) * 86400 + of_day - time->offset;
}

/* False: int64_t cannot hold it. */
static bool to_nanoseconds(int64_t seconds, int64_t nanoseconds, int64_t *ret_time)
{
    if (seconds < 0 && nanoseconds > 0) { /* towards 0, so that the product fits if the sum does */
        seconds++;
        nanoseconds -= SECOND;
    }
    return !__builtin_mul_overflow(seconds, SECOND, ret_time) &&
           !__builtin_add_overflow(*ret_time, nanoseconds, ret_time);
}

int davit__time_decode(const char *text, int64_t *ret_time, davit_error *error)
{
    civil time;
    if (text && !text[0]) {
        *ret_time = 0;
        return 0;
    }
    if (!text || !read_civil(text, &time) || time.parts < 6 || !time.zoned) {
        char quoted[DAVIT__QUOTE_SIZE];
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                                "%s: expected a time such as 2024-01-31T10:00:00Z",
                                davit__quote(text, quoted));
    }
    int64_t nanoseconds;
    bool fits = to_nanoseconds(seconds_since_1970(&time), time.nanoseconds, &nanoseconds);
    *ret_time = fits ? nanoseconds : 0;
    return 0;
}

int64_t davit__time_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * SECOND + now.tv_nsec;
}

/* "1706695200.5" */
static bool read_seconds(const char *text, int64_t *ret_time)
{
    bool valid = davit__decimal_read(&text, SECOND, ret_time);
    return valid && *text == '\0';
}

int davit_time_parse(const char *text, int64_t *ret_time, davit_error *error)
{
    const char *given = text ? text : "";
    int64_t time;
    civil parts;
    bool fits = true;
    if (read_seconds(given, &time)) {
        fits = time != INT64_MAX;
    } else if (read_civil(given, &parts)) {
        fits = to_nanoseconds(seconds_since_1970(&parts), parts.nanoseconds, &time);
    } else if (davit_duration_parse(given, &time, NULL) == 0) {
        time = davit__time_now() - time;
    } else {
        return davit__refuse(error, given,
                             "expected a time such as 2024-01-31T10:00:00Z, 1706695200 (seconds "
                             "since 1970) or 10m (that long ago)");
    }
    if (!fits) {
        return davit__refuse(error, given, "too far off");
    }
    *ret_time = time;
    return 0;
}

void davit__time_print(davit__buffer *buffer, int64_t time)
{
    time_t seconds = (time_t)(time / SECOND);
    int64_t nanoseconds = time % SECOND;
    if (nanoseconds < 0) {
        nanoseconds += SECOND;
        seconds--;
    }
    struct tm parts;
    gmtime_r(&seconds, &parts);
    davit__buffer_printf(buffer, "%04d-%02d-%02dT%02d:%02d:%02d", parts.tm_year + 1900,
                         parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
                         parts.tm_sec);
    if (nanoseconds > 0) {
        davit__buffer_printf(buffer, ".%09d", (int)nanoseconds);
        while (buffer->length > 0 && buffer->data[buffer->length - 1] == '0') {
            buffer->data[--buffer->length] = '\0';
        }
    }
    davit__buffer_add_char(buffer, 'Z');
}

int davit_time_format(int64_t time, char **ret_text, davit_error *error)
{
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    davit__time_print(&buffer, time);
    return davit__buffer_take(&buffer, ret_text, error);
}
