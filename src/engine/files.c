/* SPDX-License-Identifier: MIT */
#include "files.h"

#include "memory.h"

#include <errno.h>
#include <fcntl.h>

#define READ_STEP 4096

int davit__file_read(const char *path, davit__buffer *buffer, davit_error *error)
{
    /* Non-blocking: a named pipe in the place of a settings file must not hang anybody. */
    DAVIT__CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        return davit__error_errno(error, DAVIT_ERROR_IO, errno, "%s", path);
    }
    size_t start = buffer->length;
    for (;;) {
        char *room = davit__buffer_reserve(buffer, READ_STEP);
        if (!room) {
            return davit__buffer_check(buffer, error);
        }
        ssize_t length = read(fd, room, READ_STEP);
        if (length == 0) {
            return 0;
        }
        if (length < 0 && errno != EINTR) {
            return davit__error_errno(error, DAVIT_ERROR_IO, errno, "%s", path);
        }
        buffer->length += length > 0 ? (size_t)length : 0;
        if (buffer->length - start > DAVIT__FILE_MAX) {
            return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "%s: larger than %d bytes",
                                    path, DAVIT__FILE_MAX);
        }
    }
}

bool davit__file_line(const char *path, char *text, size_t size)
{
    text[0] = '\0';
    DAVIT__CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    ssize_t length = fd < 0 ? -1 : read(fd, text, size - 1);
    if (length < 0) {
        return false;
    }
    text[length] = '\0';
    text[strcspn(text, "\n")] = '\0';
    return true;
}
