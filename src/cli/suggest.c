/* SPDX-License-Identifier: MIT */
#include "suggest.h"

#include <string.h>

#define LONGEST 40 /* names are shorter; longer texts are never near */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t cli_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][LONGEST + 1];
    size_t *before = rows[0], *last = rows[1], *row = rows[2];
    if (a_length > LONGEST || b_length > LONGEST) {
        return SIZE_MAX;
    }
    for (size_t j = 0; j <= b_length; j++) {
        last[j] = before[j] = j;
    }
    for (size_t i = 1; i <= a_length; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            row[j] = least(least(last[j], row[j - 1]) + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) {
                row[j] = least(row[j], before[j - 2] + 1);
            }
        }
        size_t *oldest = before;
        before = last;
        last = row;
        row = oldest;
    }
    return last[b_length];
}

bool cli_nearer(const char *text, size_t length, const char *candidate, size_t *distance)
{
    size_t candidate_length = strlen(candidate);
    size_t found = cli_distance(text, length, candidate, candidate_length);
    bool beginning = length >= 3 && strncmp(text, candidate, length) == 0;
    size_t allowed = length < 3 ? 1 : (length + 2) / 3;
    if (beginning) {
        found = 1; /* as good as a slip of one letter, however long the rest is */
    }
    if (found > allowed || found >= *distance) {
        return false;
    }
    *distance = found;
    return true;
}

const char *cli_nearest_option(const cli_option *const *tables, const char *name, size_t length)
{
    const char *nearest = NULL;
    size_t distance = SIZE_MAX;
    for (; *tables; tables++) {
        for (const cli_option *option = *tables; option->name; option++) {
            if (!option->hidden && cli_nearer(name, length, option->name, &distance)) {
                nearest = option->name;
            }
        }
    }
    return nearest;
}
