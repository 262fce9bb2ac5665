/* SPDX-License-Identifier: MIT */
/* Small files that are read whole: settings, and what the kernel says of itself. */
#ifndef DAVIT_ENGINE_FILES_H
#define DAVIT_ENGINE_FILES_H

#include "buffer.h"

#define DAVIT__FILE_MAX (1024 * 1024)

/* Add the file's content to `buffer`. DAVIT_ERROR_IO with system_error set (ENOENT: not there) and
 * the path in the message; DAVIT_ERROR_INVALID_CONFIG for more than DAVIT__FILE_MAX bytes. */
int davit__file_read(const char *path, davit__buffer *buffer, davit_error *error);

/* Put `text` in the place of the file at once, for the user alone; its folders are made. */
int davit__file_replace(const char *path, const char *text, davit_error *error);

/* The first line of a small file of the kernel in text[size]; false (and "") if there is none. */
bool davit__file_line(const char *path, char *text, size_t size);

#endif
