/* SPDX-License-Identifier: MIT */
/* A context that arrives as a tar, unpacked if it is compressed: engines differ in what they
 * unpack themselves (Docker 20.10 takes zstd for a Dockerfile). */
#ifndef DAVIT_BUILD_UNPACK_H
#define DAVIT_BUILD_UNPACK_H

#include "tar.h"

/* Hand what the descriptor gives to `sink`, without gzip, bzip2, xz or zstd around it. Flat memory.
 * DAVIT_ERROR_IO: it cannot be read, or the compressed data are damaged. */
int davit__unpack(int fd, davit__tar_sink sink, void *sink_context, davit_error *error);

#endif
