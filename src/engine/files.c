/* SPDX-License-Identifier: MIT */
#include "files.h"

#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

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

/* ---- writing ---- */

static int make_folders(char *path, davit_error *error)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        int failed = mkdir(path, 0700) < 0 && errno != EEXIST ? errno : 0;
        if (failed) {
            davit__error_errno(error, DAVIT_ERROR_IO, failed, "%s", path);
        }
        *slash = '/';
        if (failed) {
            return DAVIT_ERROR_IO;
        }
    }
    return 0;
}

static bool write_all(int fd, const char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        ssize_t written = write(fd, text, left);
        if (written < 0 && errno != EINTR) {
            return false;
        }
        text += written > 0 ? written : 0;
        left -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

/* Beside it and then in its place: whoever reads meanwhile sees the old file or the new one. */
static int replace(const char *path, const char *text, davit_error *error)
{
    DAVIT__FREE char *beside = davit__format("%s.XXXXXX", path);
    if (!beside) {
        return davit__error_no_memory(error);
    }
    DAVIT__CLOSE int fd = mkostemp(beside, O_CLOEXEC); /* mode 0600 */
    if (fd < 0) {
        return davit__error_errno(error, DAVIT_ERROR_IO, errno, "%s", path);
    }
    if (!write_all(fd, text) || fsync(fd) < 0 || rename(beside, path) < 0) {
        int failed = errno;
        unlink(beside);
        return davit__error_errno(error, DAVIT_ERROR_IO, failed, "%s", path);
    }
    return 0;
}

int davit__file_replace(const char *path, const char *text, davit_error *error)
{
    /* A link to a file elsewhere stays one. */
    DAVIT__FREE char *linked = realpath(path, NULL);
    DAVIT__FREE char *target = strdup(linked ? linked : path);
    if (!target) {
        return davit__error_no_memory(error);
    }
    int r = make_folders(target, error);
    return r < 0 ? r : replace(target, text, error);
}
