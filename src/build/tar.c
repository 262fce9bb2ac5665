/* SPDX-License-Identifier: MIT */
#include "tar.h"

#include "memory.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>

struct davit__tar {
    struct archive *archive;
    struct archive_entry *entry;
    locale_t names; /* in which libarchive takes names: UTF-8, whatever the caller's is */
    davit__tar_sink sink;
    void *context;
    davit_error *error; /* of the call under way: libarchive's callback has no room for it */
    int failed;         /* the first error */
    bool dropped;
    size_t gathered;
    unsigned char piece[DAVIT__TAR_PIECE];
};

static void send(davit__tar *tar, const void *data, size_t length)
{
    if (!tar->failed && length > 0) {
        tar->failed = tar->sink(tar->context, data, length, tar->error);
    }
}

static void send_gathered(davit__tar *tar)
{
    size_t length = tar->gathered;
    tar->gathered = 0;
    send(tar, tar->piece, length);
}

/* libarchive never hears of the sink's error: it would take its state for lost and leak it. Only
 * when the tar is dropped does a refusal make it give up the rest of an entry. */
static la_ssize_t take(struct archive *archive, void *context, const void *data, size_t length)
{
    davit__tar *tar = context;
    (void)archive;
    if (tar->dropped) {
        return -1;
    }
    if (tar->gathered + length > sizeof tar->piece) {
        send_gathered(tar);
    }
    if (length >= sizeof tar->piece) {
        send(tar, data, length);
    } else {
        memcpy(tar->piece + tar->gathered, data, length);
        tar->gathered += length;
    }
    return (la_ssize_t)length;
}

/* What a call of libarchive came to: the sink's own error, or libarchive's. */
static int check(davit__tar *tar, bool succeeded, davit_error *error)
{
    if (tar->failed || succeeded) {
        return tar->failed;
    }
    const char *reason = archive_error_string(tar->archive);
    int system_error = archive_errno(tar->archive);
    tar->failed = system_error == ENOMEM ? DAVIT_ERROR_NO_MEMORY : DAVIT_ERROR_IO;
    return davit__error_set(error, tar->failed, "tar: %s", reason ? reason : "cannot be written");
}

static int configure(struct archive *archive)
{
    if (archive_write_set_format_pax_restricted(archive) != ARCHIVE_OK ||
        archive_write_set_format_option(archive, "pax", "xattrheader", "SCHILY") != ARCHIVE_OK ||
        archive_write_set_bytes_per_block(archive, 0) != ARCHIVE_OK ||
        archive_write_set_bytes_in_last_block(archive, 1) != ARCHIVE_OK) {
        return ARCHIVE_FATAL;
    }
    return ARCHIVE_OK;
}

int davit__tar_open(davit__tar_sink sink, void *context, davit__tar **ret_tar, davit_error *error)
{
    davit__tar *tar = malloc(sizeof *tar);
    if (!tar) {
        return davit__error_no_memory(error);
    }
    tar->archive = archive_write_new();
    tar->entry = archive_entry_new();
    tar->names = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (tar->names == (locale_t)0) {
        tar->names = newlocale(LC_CTYPE_MASK, "C", (locale_t)0);
    }
    tar->sink = sink;
    tar->context = context;
    tar->error = error;
    tar->failed = 0;
    tar->dropped = false;
    tar->gathered = 0;
    if (!tar->archive || !tar->entry || !tar->names) {
        davit__tar_close(tar);
        return davit__error_no_memory(error);
    }
    bool opened = configure(tar->archive) == ARCHIVE_OK &&
                  archive_write_open(tar->archive, tar, NULL, take, NULL) == ARCHIVE_OK;
    int r = check(tar, opened, error);
    if (r < 0) {
        davit__tar_close(tar);
        return r;
    }
    *ret_tar = tar;
    return 0;
}

void davit__tar_close(davit__tar *tar)
{
    if (tar) {
        tar->dropped = true;
        archive_write_free(tar->archive);
        archive_entry_free(tar->entry);
        if (tar->names) {
            freelocale(tar->names);
        }
        free(tar);
    }
}

int davit__tar_add(davit__tar *tar, const davit__tar_entry *entry, davit_error *error)
{
    struct archive_entry *target = archive_entry_clear(tar->entry);
    tar->error = error;
    archive_entry_set_pathname(target, entry->path);
    archive_entry_set_mode(target, entry->mode);
    archive_entry_set_mtime(target, entry->mtime, 0);
    archive_entry_set_size(target, S_ISREG(entry->mode) ? entry->size : 0);
    archive_entry_set_uid(target, 0);
    archive_entry_set_gid(target, 0);
    if (S_ISLNK(entry->mode)) {
        archive_entry_set_symlink(target, entry->target);
    }
    if (S_ISCHR(entry->mode) || S_ISBLK(entry->mode)) {
        archive_entry_set_rdev(target, entry->device);
    }
    if (entry->capability) {
        archive_entry_xattr_add_entry(target, "security.capability", entry->capability,
                                      entry->capability_length);
    }
    locale_t callers = uselocale(tar->names);
    int status = archive_write_header(tar->archive, target);
    uselocale(callers);
    /* A warning says that a name is no UTF-8: it was written as the bytes it is. */
    return check(tar, status == ARCHIVE_OK || status == ARCHIVE_WARN, error);
}

int davit__tar_write(davit__tar *tar, const void *data, size_t length, davit_error *error)
{
    tar->error = error;
    if (length == 0) {
        return 0;
    }
    la_ssize_t written = archive_write_data(tar->archive, data, length);
    return check(tar, written == (la_ssize_t)length, error);
}

int davit__tar_finish(davit__tar *tar, davit_error *error)
{
    tar->error = error;
    bool closed = archive_write_close(tar->archive) == ARCHIVE_OK;
    send_gathered(tar);
    return check(tar, closed, error);
}
