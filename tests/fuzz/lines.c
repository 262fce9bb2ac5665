/* SPDX-License-Identifier: MIT */
/* Text in lines. The first byte says in which pieces it arrives, the second how long a line may be;
 * the result may not depend on the first. */
#include "lines.h"

#include "memory.h"

struct outcome {
    int result;
    size_t count;
    uint64_t hash;
    size_t ceiling;
};

static int collect(void *context, const char *line, size_t length, davit_error *error)
{
    struct outcome *outcome = context;
    if (length == 0 || length > outcome->ceiling || memchr(line, '\n', length)) {
        abort();
    }
    for (size_t i = 0; i < length; i++) {
        outcome->hash = outcome->hash * 31 + (unsigned char)line[i];
    }
    outcome->hash = outcome->hash * 31 + 256;
    outcome->count++;
    return 0;
}

static struct outcome split(const uint8_t *data, size_t size, size_t step, size_t ceiling)
{
    struct outcome outcome = {.ceiling = ceiling};
    davit__lines lines;
    davit__lines_init(&lines, ceiling, collect, &outcome);
    for (size_t at = 0; outcome.result == 0 && at < size; at += step) {
        size_t length = size - at < step ? size - at : step;
        outcome.result = davit__lines_feed(&lines, (const char *)data + at, length, NULL);
    }
    outcome.result = outcome.result == 0 ? davit__lines_end(&lines, NULL) : outcome.result;
    davit__lines_free(&lines);
    return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) {
        return 0;
    }
    struct outcome whole = split(data + 2, size - 2, size, 1 + (size_t)data[1]);
    struct outcome pieces = split(data + 2, size - 2, 1 + (size_t)data[0], 1 + (size_t)data[1]);
    if (memcmp(&whole, &pieces, sizeof whole) != 0) {
        abort();
    }
    return 0;
}
