/* SPDX-License-Identifier: MIT */
#include "unpack.h"

#include "memory.h"

#include <archive.h>
#include <archive_entry.h>

#define UNPACK_PIECE (256 * 1024)

static void free_reader(struct archive **reader)
{
    archive_read_free(*reader);
}

static int fail(struct archive *reader, davit_error *error)
{
    const char *reason = archive_error_string(reader);
    return davit__error_set(error, DAVIT_ERROR_IO, "reading the context: %s",
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

int davit__unpack(int fd, davit__tar_sink sink, void *sink_context, davit_error *error)
{
    __attribute__((cleanup(free_reader))) struct archive *reader = archive_read_new();
    DAVIT__FREE char *piece = malloc(UNPACK_PIECE);
    if (!reader || !piece || !support(reader)) {
        return davit__error_no_memory(error);
    }
    struct archive_entry *entry;
    if (archive_read_open_fd(reader, fd, UNPACK_PIECE) != ARCHIVE_OK) {
        return fail(reader, error);
    }
    int r = archive_read_next_header(reader, &entry);
    if (r == ARCHIVE_EOF) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "the context is empty");
    }
    if (r != ARCHIVE_OK) {
        return fail(reader, error);
    }
    ssize_t length;
    while ((length = archive_read_data(reader, piece, UNPACK_PIECE)) > 0) {
        r = sink(sink_context, piece, (size_t)length, error);
        if (r < 0) {
            return r;
        }
    }
    return length < 0 ? fail(reader, error) : 0;
}
