/* SPDX-License-Identifier: MIT */
#include "suggest.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NAME_CEILING 63

/* The letters that count; 0 if there are too many. */
static size_t normalise(const char *name, char *letters)
{
    size_t length = 0;
    for (; *name; name++) {
        if (*name == '_' || *name == '-') {
            continue;
        }
        if (length == NAME_CEILING) {
            return 0;
        }
        letters[length++] = (char)tolower((unsigned char)*name);
    }
    return length;
}

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Levenshtein's distance with one row of the table kept. */
size_t davit__name_distance(const char *a, const char *b, size_t most)
{
    char left[NAME_CEILING], right[NAME_CEILING];
    size_t rows = normalise(a, left);
    size_t columns = normalise(b, right);
    if (rows == 0 || columns == 0) {
        return most + 1;
    }
    size_t row[NAME_CEILING + 1];
    for (size_t c = 0; c <= columns; c++) {
        row[c] = c;
    }
    for (size_t r = 1; r <= rows; r++) {
        size_t diagonal = row[0];
        row[0] = r;
        for (size_t c = 1; c <= columns; c++) {
            size_t change = diagonal + (left[r - 1] != right[c - 1]);
            diagonal = row[c];
            row[c] = smallest(change, row[c] + 1, row[c - 1] + 1);
        }
    }
    return row[columns] <= most ? row[columns] : most + 1;
}
