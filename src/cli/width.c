/* SPDX-License-Identifier: MIT */
#include "width.h"

#include "memory.h"

#include <string.h>

struct range {
    uint32_t first;
    uint32_t last;
};

/* The ranges that matter in names and messages; a rare sign that is missing costs one column. */
static const struct range without_width[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
    {0x0900, 0x0902}, {0x093c, 0x093c}, {0x0941, 0x0948}, {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e},
    {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x2064},
    {0x20d0, 0x20f0}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xe0100, 0xe01ef},
};
static const struct range wide[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x23e9, 0x23ec},   {0x25fd, 0x25fe},
    {0x2614, 0x2615},   {0x26a1, 0x26a1},   {0x26d4, 0x26d4},   {0x2705, 0x2705},
    {0x274c, 0x274c},   {0x2753, 0x2755},   {0x2795, 0x2797},   {0x2b1b, 0x2b1c},
    {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0x9fff},
    {0xa000, 0xa4cf},   {0xa960, 0xa97c},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
    {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
    {0x1f680, 0x1f6ff}, {0x1f7e0, 0x1f7eb}, {0x1f900, 0x1f9ff}, {0x1fa70, 0x1faff},
    {0x20000, 0x3fffd},
};

static bool is_in(const struct range *ranges, size_t count, uint32_t point)
{
    for (size_t i = 0; i < count; i++) {
        if (point >= ranges[i].first && point <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

/* The length that a first byte announces, 0 if it cannot be first; *ret_point gets its bits. */
static size_t announced(unsigned char first, uint32_t *ret_point)
{
    static const struct {
        unsigned char mask, bits, length;
    } kinds[] = {{0x80, 0x00, 1}, {0xe0, 0xc0, 2}, {0xf0, 0xe0, 3}, {0xf8, 0xf0, 4}};
    for (size_t i = 0; i < CLI_COUNT(kinds); i++) {
        if ((first & kinds[i].mask) == kinds[i].bits) {
            *ret_point = first & (unsigned char)~kinds[i].mask;
            return kinds[i].length;
        }
    }
    return 0;
}

size_t cli_utf8_next(const char *text, size_t length, uint32_t *ret_point)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t point = 0;
    size_t wanted = announced((unsigned char)text[0], &point);
    *ret_point = CLI_UTF8_INVALID;
    if (wanted == 0 || wanted > length) {
        return 1;
    }
    for (size_t i = 1; i < wanted; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80) {
            return 1;
        }
        point = point << 6 | ((unsigned char)text[i] & 0x3f);
    }
    if (point < smallest[wanted] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
        return 1;
    }
    *ret_point = point;
    return wanted;
}

static size_t point_width(uint32_t point)
{
    if (point < 0x300 || point == CLI_UTF8_INVALID) {
        return 1;
    }
    if (is_in(without_width, CLI_COUNT(without_width), point)) {
        return 0;
    }
    return is_in(wide, CLI_COUNT(wide), point) ? 2 : 1;
}

size_t cli_width(const char *text, size_t length)
{
    size_t columns = 0;
    while (length > 0) {
        uint32_t point;
        size_t taken = cli_utf8_next(text, length, &point);
        columns += point_width(point);
        text += taken;
        length -= taken;
    }
    return columns;
}

void cli_text_cut(cli_text *target, const char *text, size_t length, size_t columns)
{
    if (cli_width(text, length) <= columns) {
        cli_text_add(target, text, length);
        return;
    }
    size_t used = 0;
    while (length > 0) {
        uint32_t point;
        size_t taken = cli_utf8_next(text, length, &point);
        used += point_width(point);
        if (used >= columns) {
            break;
        }
        cli_text_add(target, text, taken);
        text += taken;
        length -= taken;
    }
    if (columns > 0) {
        cli_text_string(target, "\xe2\x80\xa6");
    }
}

/* Signs that change the direction of what follows, and line ends of another kind. */
static const struct range directing[] = {{0x2028, 0x2029}, {0x202a, 0x202e}, {0x2066, 0x2069}};

void cli_text_plain(cli_text *target, const char *text, size_t length)
{
    while (length > 0) {
        uint32_t point;
        size_t taken = cli_utf8_next(text, length, &point);
        if (point == '\n' || point == '\t' || point == '\r') {
            cli_text_char(target, ' ');
        } else if (point < 0x20 || (point >= 0x7f && point < 0xa0) || point == CLI_UTF8_INVALID ||
                   is_in(directing, CLI_COUNT(directing), point)) {
            cli_text_char(target, '?');
        } else {
            cli_text_add(target, text, taken);
        }
        text += taken;
        length -= taken;
    }
}

void cli_text_wrapped(cli_text *target, const char *text, size_t indent, size_t width)
{
    size_t column = indent;
    while (*text) {
        size_t length = strcspn(text, " \n");
        size_t columns = cli_width(text, length);
        if (column > indent && column + 1 + columns > width) {
            cli_text_char(target, '\n');
            cli_text_pad(target, ' ', indent);
            column = indent;
        } else if (column > indent) {
            cli_text_char(target, ' ');
            column++;
        }
        cli_text_add(target, text, length);
        column += columns;
        text += length;
        text += *text != '\0';
    }
    cli_text_char(target, '\n');
}
