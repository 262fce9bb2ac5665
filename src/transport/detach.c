/* SPDX-License-Identifier: MIT */
#include "detach.h"

#include "memory.h"

#include <ctype.h>

#define CONTROL(c) ((c)&0x1f)

/* One key; -1: it is none. */
static int parse_key(const char *text, size_t length)
{
    if (length == 1) {
        return (unsigned char)text[0];
    }
    if (length == 3 && strncasecmp(text, "DEL", 3) == 0) {
        return 127;
    }
    if (length == 6 && strncasecmp(text, "ctrl-", 5) == 0) {
        char key = (char)tolower((unsigned char)text[5]);
        return (key >= 'a' && key <= 'z') || strchr("@[\\]^_", key) ? CONTROL(key) : -1;
    }
    return -1;
}

int davit__detach_parse(const char *text, davit__detach *ret_detach, davit_error *error)
{
    davit__detach detach = {0};
    for (const char *start = text;; start++) {
        size_t length = strcspn(start, ",");
        int key = parse_key(start, length);
        if (key < 0 || detach.count == DAVIT__DETACH_KEYS_MAX) {
            return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                    "detach keys '%s': expected up to %d keys such as a or ctrl-p "
                                    "with commas between them",
                                    text, DAVIT__DETACH_KEYS_MAX);
        }
        detach.keys[detach.count++] = (char)key;
        start += length;
        if (!*start) {
            break;
        }
    }
    *ret_detach = detach;
    return 0;
}

size_t davit__detach_filter(davit__detach *detach, const char *input, size_t length, char *output)
{
    size_t sent = 0;
    for (size_t i = 0; i < length && !detach->typed; i++) {
        if (input[i] != detach->keys[detach->held]) {
            memcpy(output + sent, detach->keys, detach->held);
            sent += detach->held;
            detach->held = 0;
        }
        if (input[i] == detach->keys[detach->held]) {
            detach->held++;
            detach->typed = detach->held == detach->count;
        } else {
            output[sent++] = input[i];
        }
    }
    return sent;
}
