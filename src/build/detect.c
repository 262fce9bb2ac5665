/* SPDX-License-Identifier: MIT */
#include "detect.h"

#include "memory.h"

#define CHECKSUM_OFFSET 148
#define CHECKSUM_SIZE   8

static const struct {
    davit__stream_kind kind;
    const char *bytes;
    size_t length;
} magics[] = {
    {DAVIT__STREAM_GZIP, "\x1f\x8b\x08", 3},
    {DAVIT__STREAM_BZIP2, "BZh", 3},
    {DAVIT__STREAM_XZ,
     "\xfd"
     "7zXZ\0",
     6},
    {DAVIT__STREAM_ZSTD, "\x28\xb5\x2f\xfd", 4},
};

/* A header of any tar format has the sum of its bytes in it, the sum itself counted as spaces. */
static bool is_tar_header(const unsigned char *header)
{
    unsigned sum = 0;
    unsigned written = 0;
    for (size_t i = 0; i < DAVIT__DETECT_LENGTH; i++) {
        bool inside = i >= CHECKSUM_OFFSET && i < CHECKSUM_OFFSET + CHECKSUM_SIZE;
        sum += inside ? ' ' : header[i];
        if (inside && header[i] >= '0' && header[i] <= '7') {
            written = written * 8 + (header[i] - '0');
        }
    }
    return sum == written;
}

/* An empty tar has no header, only zeros. */
static bool is_zero(const unsigned char *data, size_t length)
{
    return data[0] == 0 && memcmp(data, data + 1, length - 1) == 0;
}

davit__stream_kind davit__stream_detect(const void *data, size_t length)
{
    for (size_t i = 0; i < DAVIT__COUNT(magics); i++) {
        if (length >= magics[i].length && memcmp(data, magics[i].bytes, magics[i].length) == 0) {
            return magics[i].kind;
        }
    }
    bool tar = length >= DAVIT__DETECT_LENGTH &&
               (is_tar_header(data) || is_zero(data, DAVIT__DETECT_LENGTH));
    return tar ? DAVIT__STREAM_TAR : DAVIT__STREAM_TEXT;
}
