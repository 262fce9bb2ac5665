/* SPDX-License-Identifier: MIT */
#include "utf8.h"

/* Length and smallest code point announced by a first byte; length 0: no first byte. */
static size_t announced(unsigned char first, uint32_t *ret_smallest)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = 0;
    if (first < 0x80) {
        length = 1;
    } else if ((first & 0xe0) == 0xc0) {
        length = 2;
    } else if ((first & 0xf0) == 0xe0) {
        length = 3;
    } else if ((first & 0xf8) == 0xf0) {
        length = 4;
    }
    *ret_smallest = smallest[length];
    return length;
}

size_t davit__utf8_length(const char *text, size_t left)
{
    unsigned char first = (unsigned char)text[0];
    uint32_t smallest;
    size_t length = announced(first, &smallest);
    if (length <= 1) {
        return length;
    }
    if (length > left) {
        return 0;
    }
    uint32_t point = first & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        unsigned char next = (unsigned char)text[i];
        if ((next & 0xc0) != 0x80) {
            return 0;
        }
        point = (point << 6) | (next & 0x3f);
    }
    bool surrogate = point >= 0xd800 && point <= 0xdfff;
    return point < smallest || point > 0x10ffff || surrogate ? 0 : length;
}

bool davit__utf8_harmless(const char *point, size_t length)
{
    unsigned char first = (unsigned char)point[0];
    bool c1 = length == 2 && first == 0xc2 && (unsigned char)point[1] < 0xa0;
    return length > 0 && first >= 0x20 && first != 0x7f && !c1;
}

bool davit__utf8_valid(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length) {
        size_t step = davit__utf8_length(text + at, length - at);
        if (step == 0) {
            return false;
        }
        at += step;
    }
    return true;
}

void davit__utf8_add(davit__buffer *buffer, const char *text, size_t length)
{
    size_t at = 0;
    while (at < length) {
        size_t step = davit__utf8_length(text + at, length - at);
        if (step > 0) {
            davit__buffer_add(buffer, text + at, step);
        } else {
            davit__buffer_add_text(buffer, "\xef\xbf\xbd");
        }
        at += step > 0 ? step : 1;
    }
}
