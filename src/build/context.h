/* SPDX-License-Identifier: MIT */
/* A build context: what an engine is sent to build from.
 *
 * It is made of a directory on this machine, of files in memory, or of both: a file in memory hides
 * what the directory has under its path, and is sent whatever .dockerignore says. Nothing is
 * written to disk, and memory is flat: the tar is made while it is sent.
 *
 * .dockerignore. In force is `<Dockerfile>.dockerignore` beside the Dockerfile, or else
 * `.dockerignore` in the context. The Dockerfile and `.dockerignore` are always sent.
 *
 * Entries. Permissions and whole seconds of mtime are kept, owners become 0:0, symbolic links are
 * sent as links and never followed, further hard links of a file as files of their own, fifos and
 * devices as what they are; sockets are left out, no tar can hold them. */
#ifndef DAVIT_BUILD_CONTEXT_H
#define DAVIT_BUILD_CONTEXT_H

#include "tar.h"

#define DAVIT__CONTEXT_DOCKERFILE_MAX (4 * 1024 * 1024) /* bytes of a Dockerfile */
#define DAVIT__CONTEXT_PATH_MAX       4096              /* bytes of a path in the context */
#define DAVIT__CONTEXT_DEPTH_MAX      512               /* directories inside one another */

typedef struct davit__context davit__context;

/* A file in memory. `path` is relative, without "." and ".." steps. */
typedef struct davit__context_file {
    const char *path;
    const void *data;
    size_t length;
    mode_t mode; /* permissions; 0: 0644 */
} davit__context_file;

/* Everything pointed to has to live as long as the context does. */
typedef struct davit__context_options {
    const char *directory; /* or NULL; a symbolic link to one is fine */
    const davit__context_file *files;
    size_t file_count;

    /* The Dockerfile, one of these. Without any: "Dockerfile" in the context ("dockerfile" and
     * "Containerfile" if there is none). */
    const char *dockerfile;      /* relative to the context; may lead out of the directory */
    const char *dockerfile_path; /* as this process would open it; inside the directory or not */
    const char *dockerfile_text;
    size_t dockerfile_length;

    bool dockerfile_optional; /* no error if there is none: for davit__context_list() */

    /* For engines that apply an ignore file to what they were sent (Podman, by older rules that
     * drop more): they get a `<Dockerfile>.dockerignore` that hides no more than itself and what
     * had to be sent although it is ignored, or was not in the directory. */
    bool engine_ignores;
} davit__context_options;

/* Read the Dockerfile and the ignore file; the other files are not looked at yet. */
int davit__context_open(const davit__context_options *options, davit__context **ret_context,
                        davit_error *error);
void davit__context_close(davit__context *context);

/* The engine's `dockerfile` parameter. A Dockerfile given as text or from outside of the directory
 * is sent as ".dockerfile.<hex>" (the same text under the same name, so that engines find their
 * cached steps again), or as "Dockerfile" where there is no directory. NULL without a Dockerfile.
 */
const char *davit__context_dockerfile(const davit__context *context);

/* Its text; ends in a NUL that *ret_length does not count. NULL without a Dockerfile. */
const char *davit__context_dockerfile_text(const davit__context *context, size_t *ret_length);

/* Send the context as a tar. An error, also one of the sink's, leaves the stream cut: a file that
 * cannot be read, or that vanishes or changes its size or type meanwhile, is named in it. */
int davit__context_write(const davit__context *context, davit__tar_sink sink, void *sink_context,
                         davit_error *error);

/* Call `each` with every path that davit__context_write() would send, directories too, without a
 * slash at the end, in the order of their bytes. A negative return of `each` stops the walk and is
 * returned. */
typedef int (*davit__context_each)(void *each_context, const char *path, mode_t type,
                                   davit_error *error);
int davit__context_list(const davit__context *context, davit__context_each each, void *each_context,
                        davit_error *error);

#endif
