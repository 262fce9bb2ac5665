/* SPDX-License-Identifier: MIT */
/* What a stream is that may hold a build context or a Dockerfile. */
#ifndef DAVIT_BUILD_DETECT_H
#define DAVIT_BUILD_DETECT_H

#include <stddef.h>

/* So many first bytes (or all, if there are fewer) decide. */
#define DAVIT__DETECT_LENGTH 512

typedef enum davit__stream_kind {
    DAVIT__STREAM_TEXT, /* none of the others: a Dockerfile */
    DAVIT__STREAM_TAR,
    DAVIT__STREAM_GZIP,
    DAVIT__STREAM_BZIP2,
    DAVIT__STREAM_XZ,
    DAVIT__STREAM_ZSTD,
} davit__stream_kind;

davit__stream_kind davit__stream_detect(const void *data, size_t length);

#endif
