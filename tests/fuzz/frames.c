/* SPDX-License-Identifier: MIT */
/* The framed stream of a container. The first byte says in which pieces it arrives; the result may
 * not depend on that. */
#include "frames.h"

#include "memory.h"

struct outcome {
    int result;
    size_t length[3];
    uint64_t hash[3];
};

static int collect(void *context, davit__stream stream, const void *data, size_t length,
                   davit_error *error)
{
    struct outcome *outcome = context;
    const unsigned char *bytes = data;
    for (size_t i = 0; i < length; i++) {
        outcome->hash[stream] = outcome->hash[stream] * 31 + bytes[i];
    }
    outcome->length[stream] += length;
    return 0;
}

static struct outcome decode(const uint8_t *data, size_t size, size_t step)
{
    struct outcome outcome = {0};
    davit__frames frames;
    davit__frames_init(&frames, collect, &outcome);
    for (size_t at = 0; outcome.result == 0 && at < size; at += step) {
        size_t length = size - at < step ? size - at : step;
        outcome.result = davit__frames_feed(&frames, data + at, length, NULL);
    }
    outcome.result = outcome.result == 0 ? davit__frames_end(&frames, NULL) : outcome.result;
    return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) {
        return 0;
    }
    struct outcome whole = decode(data + 1, size - 1, size);
    struct outcome pieces = decode(data + 1, size - 1, 1 + (size_t)data[0]);
    if (memcmp(&whole, &pieces, sizeof whole) != 0) {
        abort();
    }
    return 0;
}
