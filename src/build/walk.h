/* SPDX-License-Identifier: MIT */
/* Every entry of a build context, in the order of the bytes of their paths, so that two walks of
 * the same files are the same and a directory comes before what it holds.
 *
 * Memory: the names of one directory a level. Every name is opened relative to its open directory
 * and links are not followed, so no change made meanwhile leads the walk out of the context. */
#ifndef DAVIT_BUILD_WALK_H
#define DAVIT_BUILD_WALK_H

#include "context.h"
#include "ignore.h"

typedef struct davit__walk {
    int directory;                    /* open, or -1 */
    const davit__ignore *ignore;      /* or NULL; asked about the directory's files only */
    const davit__context_file *files; /* in the order of the bytes of their paths */
    size_t file_count;
    const char *always[2]; /* paths that are sent though they are ignored, NULL: none */
    bool names_only;       /* entries have a path and a type, nothing is opened for them */
} davit__walk;

typedef struct davit__walk_entry {
    davit__tar_entry head;
    int fd;           /* a regular file of the directory, open at its start; else -1 */
    const void *data; /* content of a file in memory */
} davit__walk_entry;

typedef int (*davit__walk_visit)(void *context, const davit__walk_entry *entry, davit_error *error);

int davit__walk_run(const davit__walk *walk, davit__walk_visit visit, void *context,
                    davit_error *error);

#endif
