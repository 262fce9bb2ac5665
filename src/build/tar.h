/* SPDX-License-Identifier: MIT */
/* Writing a tar as a stream: POSIX pax with extended headers only where an entry needs them.
 *
 * The stream is the same for the same entries: no owner names, no times but the ones given. After
 * any error the stream is cut and must not be passed off as a whole one. */
#ifndef DAVIT_BUILD_TAR_H
#define DAVIT_BUILD_TAR_H

#include <davit/error.h>

#include <sys/stat.h>

/* Small writes are gathered into pieces of this size; larger ones pass as they are. */
#define DAVIT__TAR_PIECE (256 * 1024)

/* Takes the next bytes of the stream. A negative return, with the error filled, ends it. */
typedef int (*davit__tar_sink)(void *context, const void *data, size_t length, davit_error *error);

typedef struct davit__tar davit__tar;

typedef struct davit__tar_entry {
    const char *path;       /* '/' between the steps, none at the end */
    mode_t mode;            /* type and permissions */
    int64_t mtime;          /* seconds */
    int64_t size;           /* of a regular file: exactly as many bytes have to follow */
    const char *target;     /* of a symbolic link */
    dev_t device;           /* of a device */
    const void *capability; /* security.capability of a file, or NULL */
    size_t capability_length;
} davit__tar_entry;

int davit__tar_open(davit__tar_sink sink, void *context, davit__tar **ret_tar, davit_error *error);

/* Drop the tar; what was gathered and not yet written is lost. NULL is allowed. */
void davit__tar_close(davit__tar *tar);

/* The head of an entry; every owner is 0:0. */
int davit__tar_add(davit__tar *tar, const davit__tar_entry *entry, davit_error *error);

/* Content of the regular file that was added last. */
int davit__tar_write(davit__tar *tar, const void *data, size_t length, davit_error *error);

/* The end of the tar, and what was gathered. */
int davit__tar_finish(davit__tar *tar, davit_error *error);

#endif
