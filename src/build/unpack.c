/* SPDX-License-Identifier: MIT */
#include "unpack.h"

#include "memory.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <poll.h>

#define UNPACK_PIECE (256 * 1024)

typedef struct input {
    int fd;
    davit__limit limit;
    davit_error *error;
    int stopped; /* the limit's error, already told */
    char piece[UNPACK_PIECE];
} input;

static void free_reader(struct archive **reader)
{
    archive_read_free(*reader);
}

/* For libarchive: the next bytes. A pipe may keep us waiting, and a cancellation has to end that.
 */
static ssize_t read_piece(struct archive *reader, void *context, const void **ret_data)
{
    input *from = context;
    ssize_t length;
    do {
        /* To wait for no descriptor would be to wait for ever. */
        from->stopped =
            from->fd < 0 ? 0 : davit__wait_fd(from->fd, POLLIN, from->limit, from->error);
        if (from->stopped < 0) {
            return -1;
        }
        length = read(from->fd, from->piece, sizeof from->piece);
    } while (length < 0 && errno == EINTR);
    if (length < 0) {
        archive_set_error(reader, errno, "%s", strerror(errno));
    }
    *ret_data = from->piece;
    return length;
}

static int fail(struct archive *reader, const input *from, const char *what, davit_error *error)
{
    if (from->stopped < 0) {
        return from->stopped;
    }
    const char *reason = archive_error_string(reader);
    return davit__error_set(error, DAVIT_ERROR_IO, "reading %s: %s", what,
                            reason ? reason : "it cannot be read");
}

/* Each by its name: "all" would link formats and libraries that nobody asked for. */
static bool support(struct archive *reader)
{
    return archive_read_support_filter_gzip(reader) == ARCHIVE_OK &&
           archive_read_support_filter_bzip2(reader) == ARCHIVE_OK &&
           archive_read_support_filter_xz(reader) == ARCHIVE_OK &&
           archive_read_support_filter_zstd(reader) == ARCHIVE_OK &&
           archive_read_support_format_raw(reader) == ARCHIVE_OK &&
           archive_read_support_format_empty(reader) == ARCHIVE_OK;
}

static int start(struct archive *reader, input *from, const char *what, davit_error *error)
{
    struct archive_entry *entry;
    if (archive_read_open(reader, from, NULL, read_piece, NULL) != ARCHIVE_OK) {
        return fail(reader, from, what, error);
    }
    int r = archive_read_next_header(reader, &entry);
    if (r == ARCHIVE_EOF) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "%s is empty", what);
    }
    return r == ARCHIVE_OK ? 0 : fail(reader, from, what, error);
}

int davit__unpack(int fd, const char *what, davit__limit limit, davit__tar_sink sink,
                  void *sink_context, davit_error *error)
{
    DAVIT__FREE input *from = malloc(sizeof *from);
    DAVIT__FREE char *piece = malloc(UNPACK_PIECE);
    __attribute__((cleanup(free_reader))) struct archive *reader = archive_read_new();
    if (!from || !piece || !reader || !support(reader)) {
        return davit__error_no_memory(error);
    }
    from->fd = fd;
    from->limit = limit;
    from->error = error;
    from->stopped = 0;
    int r = start(reader, from, what, error);
    if (r < 0) {
        return r;
    }
    ssize_t length;
    while ((length = archive_read_data(reader, piece, UNPACK_PIECE)) > 0) {
        r = sink(sink_context, piece, (size_t)length, error);
        if (r < 0) {
            return r;
        }
    }
    return length < 0 ? fail(reader, from, what, error) : 0;
}
