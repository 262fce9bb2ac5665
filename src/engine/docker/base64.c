/* SPDX-License-Identifier: MIT */
#include "base64.h"

#define NO_DIGIT 0xffu

static unsigned digit(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return (unsigned)(c - 'A');
    }
    if (c >= 'a' && c <= 'z') {
        return (unsigned)(c - 'a') + 26;
    }
    if (c >= '0' && c <= '9') {
        return (unsigned)(c - '0') + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : NO_DIGIT;
}

/* Four characters, of which the last `padding` are '='; to `out`, which takes 3 - padding bytes. */
static bool decode_group(const char *text, size_t padding, unsigned char *out)
{
    unsigned value = 0;
    for (size_t i = 0; i < 4; i++) {
        unsigned bits = i < 4 - padding ? digit(text[i]) : 0;
        if (bits == NO_DIGIT) {
            return false;
        }
        value = value << 6 | bits;
    }
    for (size_t i = 0; i < 3 - padding; i++) {
        out[i] = (unsigned char)(value >> (16 - 8 * i));
    }
    return padding == 0 || (value & ((1u << (8 * padding)) - 1)) == 0;
}

bool davit__base64_decode(const char *text, size_t length, davit__buffer *result)
{
    if (length % 4 != 0) {
        return false;
    }
    unsigned char *out = (unsigned char *)davit__buffer_reserve(result, length / 4 * 3);
    if (!out) {
        return true;
    }
    size_t written = 0;
    for (size_t i = 0; i < length; i += 4) {
        bool last = i + 4 == length;
        size_t padding = !last || text[i + 3] != '=' ? 0 : text[i + 2] != '=' ? 1 : 2;
        if (!decode_group(text + i, padding, out + written)) {
            return false;
        }
        written += 3 - padding;
    }
    out[written] = '\0';
    result->length += written;
    return true;
}

static void encode(const unsigned char *bytes, size_t length, const char *last,
                   davit__buffer *result)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    for (size_t i = 0; i < length; i += 3) {
        size_t count = length - i < 3 ? length - i : 3;
        unsigned value = 0;
        for (size_t j = 0; j < 3; j++) {
            value = value << 8 | (j < count ? bytes[i + j] : 0);
        }
        for (size_t j = 0; j < 4; j++) {
            unsigned at = value >> (18 - 6 * j) & 63;
            char c = at < 62 ? digits[at] : last[at - 62];
            davit__buffer_add_char(result, j <= count ? c : '=');
        }
    }
}

void davit__base64_encode_url(const void *data, size_t length, davit__buffer *result)
{
    encode(data, length, "-_", result);
}

void davit__base64_encode(const void *data, size_t length, davit__buffer *result)
{
    encode(data, length, "+/", result);
}
