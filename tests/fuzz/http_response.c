/* SPDX-License-Identifier: MIT */
/* Answers of an engine. The first byte chooses the kind of request and how the bytes arrive; the
 * result may not depend on the latter. */
#include "memory.h"
#include "response.h"

#define BODY_MAX ((size_t)64 * 1024)

struct outcome {
    int result;
    int status;
    bool upgraded;
    bool keep_alive;
    size_t used;
    size_t body_length;
    char body[BODY_MAX];
};

static void parse(const char *data, size_t length, size_t step, unsigned char kind,
                  struct outcome *outcome)
{
    davit__response response;
    davit__response_init(&response, kind & 1, kind & 2);
    while (outcome->result == 0 && outcome->used < length && !response.done) {
        size_t left = length - outcome->used, used, body_length;
        size_t size = left < step ? left : step;
        /* A copy of the exact size, so that reading or writing past it is seen. */
        DAVIT__FREE char *piece = malloc(size);
        memcpy(piece, data + outcome->used, size);
        outcome->result =
            davit__response_feed(&response, piece, size, piece, &used, &body_length, NULL);
        memcpy(outcome->body + outcome->body_length, piece, body_length);
        outcome->body_length += body_length;
        outcome->used += used;
    }
    if (outcome->result == 0 && !response.done) {
        outcome->result = davit__response_finish(&response, NULL);
    }
    outcome->status = davit__response_status(&response);
    outcome->upgraded = response.upgraded;
    outcome->keep_alive = response.keep_alive;
    davit__response_header(&response, "Content-Type");
    davit__response_free(&response);
}

static void compare(const struct outcome *a, const struct outcome *b)
{
    bool same = a->result == b->result && a->upgraded == b->upgraded;
    if (same && a->result == 0) {
        same = a->status == b->status && a->keep_alive == b->keep_alive && a->used == b->used &&
               a->body_length == b->body_length && memcmp(a->body, b->body, a->body_length) == 0;
    }
    if (!same) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > BODY_MAX) {
        return 0;
    }
    struct outcome *whole = calloc(1, sizeof *whole), *pieces = calloc(1, sizeof *pieces);
    parse((const char *)data + 1, size - 1, SIZE_MAX, data[0], whole);
    parse((const char *)data + 1, size - 1, 1 + (data[0] >> 2), data[0], pieces);
    compare(whole, pieces);
    free(whole);
    free(pieces);
    return 0;
}
