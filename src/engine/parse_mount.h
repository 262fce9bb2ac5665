/* SPDX-License-Identifier: MIT */
/* What -v, --mount and --tmpfs have in common. */
#ifndef DAVIT_ENGINE_PARSE_MOUNT_H
#define DAVIT_ENGINE_PARSE_MOUNT_H

#include "buffer.h"
#include "slice.h"

#include <davit/parse.h>

/* A mount in the making: the strings are its own, `text` is what is parsed. */
typedef struct davit__mount_parse {
    const char *text;
    davit_mount mount;
    davit__buffer options; /* of davit_mount.options */
    davit_error *error;
} davit__mount_parse;

#define DAVIT__MOUNT_PARSE __attribute__((cleanup(davit__mount_parse_clear)))
void davit__mount_parse_clear(davit__mount_parse *parse);

/* Set the source, once the type is known. A relative path that begins with "." is made absolute. */
int davit__mount_source(davit__mount_parse *parse, davit__slice source);

/* Set the target: an absolute path that is not the root. */
int davit__mount_target(davit__mount_parse *parse, davit__slice target);

/* Add to the comma-separated options. */
void davit__mount_option(davit__mount_parse *parse, davit__slice option);

/* Whether it is a kind of propagation, "rshared". */
bool davit__is_propagation(davit__slice word);

/* "1777" and "64m" of a tmpfs. */
int davit__tmpfs_mode(davit__mount_parse *parse, davit__slice value);
int davit__tmpfs_size(davit__mount_parse *parse, davit__slice value);

/* Check what concerns the whole and hand the mount out. */
int davit__mount_finish(davit__mount_parse *parse, davit_mount *ret_mount);

#endif
