/* SPDX-License-Identifier: MIT */
/* A tar that somebody else made, a context or an image, unpacked if it is compressed: engines
 * differ in what they unpack themselves (Docker 20.10 takes zstd for a Dockerfile). */
#ifndef DAVIT_BUILD_UNPACK_H
#define DAVIT_BUILD_UNPACK_H

#include "tar.h"
#include "wait.h"

/* Hand what the descriptor gives to `sink`, without gzip, bzip2, xz or zstd around it. Flat memory.
 * `what` names it in messages ("the context"). DAVIT_ERROR_IO: it cannot be read, or the compressed
 * data are damaged; DAVIT_ERROR_INVALID_CONFIG: it is empty. */
int davit__unpack(int fd, const char *what, davit__limit limit, davit__tar_sink sink,
                  void *sink_context, davit_error *error);

#endif
