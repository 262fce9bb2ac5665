/* SPDX-License-Identifier: MIT */
/**
 * @file build.h
 * Building images: from a folder, a tar, or from memory alone.
 */
#ifndef DAVIT_BUILD_H
#define DAVIT_BUILD_H

#include <davit/container.h>
#include <davit/registry.h>

DAVIT_BEGIN

/** A file of the context that exists in memory only. Frozen within a soname. */
typedef struct davit_build_file {
    const char *path; /**< relative to the context, '/'-separated, no ".." */
    const void *data;
    size_t length;
    int64_t mode; /**< permission bits; 0: 0644 */
} davit_build_file;

/** What `RUN --mount=type=secret,id=ID` reads; it gets into no layer. Frozen within a soname. */
typedef struct davit_build_secret {
    const char *id;
    const char *path; /**< a file, or NULL: `data`; at most 500 KiB */
    const void *data;
    size_t length;
} davit_build_secret;

/** What to build. One of: `directory`, `tar`, or neither (memory only). */
typedef struct davit_build_context {
    size_t struct_size;
    const char *dockerfile;      /**< the Dockerfile's text; NULL: taken from `dockerfile_path` */
    const char *dockerfile_path; /**< inside or outside `directory`; NULL: "Dockerfile" */
    const char *directory;       /**< the context's folder */
    int tar; /**< descriptor that gives the context as a tar, plain or compressed; -1: none */
    const davit_build_file *files; /**< added to the context; never written to disk */
    size_t file_count;
    const char *const *tags; /**< "name:tag" */
    size_t tag_count;
    const davit_pair *arguments; /**< build arguments; value NULL: from this environment */
    size_t argument_count;
    const davit_pair *labels;
    size_t label_count;
    const char *target; /**< stage to build; NULL: the last */
    bool no_cache;
    int pull;            /**< davit_pull_policy for the images it is built from */
    const char *network; /**< of RUN steps; NULL: the engine's default */
    /** For the registry of the images it is built from; NULL: looked for, see registry.h. Without a
     * `server` they are for the one registry beside Docker Hub that those images come from. With a
     * tar as context nothing is looked for, a `server` has to be there, and Docker does not use
     * them: what such a build is built from has to be there already, or to be public. */
    const davit_credentials *credentials;
    /* What an engine does not have of these is DAVIT_ERROR_UNSUPPORTED, never dropped. */
    const char *const *cache_from; /**< images whose layers may be used */
    size_t cache_from_count;
    const char *platform; /**< "linux/arm64"; NULL: the engine's own. The engine pulls then. */
    const char *const *extra_hosts; /**< "NAME:ADDRESS" for /etc/hosts of RUN steps */
    size_t extra_host_count;
    int64_t shm_size;           /**< bytes of /dev/shm in RUN steps; 0: the engine's default */
    const char *const *ulimits; /**< "nofile=1024:2048" for RUN steps */
    size_t ulimit_count;
    int64_t memory; /**< bytes for a RUN step; 0: no limit */
    bool squash;    /**< one layer for all steps */
    const davit_build_secret *secrets;
    size_t secret_count;
    const char *const *ssh; /**< "default", "ID=SOCKET": agents for RUN --mount=type=ssh */
    size_t ssh_count;
} davit_build_context;

#define DAVIT_BUILD_CONTEXT_INIT                                                                   \
    {                                                                                              \
        .struct_size = sizeof(davit_build_context), .tar = -1                                      \
    }

/** What happens in a build. */
typedef enum davit_build_event_type {
    DAVIT_BUILD_STEP_STARTED,
    DAVIT_BUILD_STEP_DONE,
    DAVIT_BUILD_LOG,      /**< output of a step */
    DAVIT_BUILD_TRANSFER, /**< progress of a download or upload inside a step */
} davit_build_event_type;

/** One event; its texts live until the callback returns. */
typedef struct davit_build_event {
    davit_build_event_type type;
    size_t step;         /**< number of the step, from 1, in order of first appearance */
    const char *name;    /**< of the step: "[2/3] RUN make" */
    bool cached;         /**< DONE: nothing had to be run */
    int64_t duration;    /**< DONE: nanoseconds; 0 if unknown */
    const char *error;   /**< DONE: why it failed, or NULL */
    davit_stream stream; /**< LOG */
    const char *data;    /**< LOG: bytes, not NUL-terminated */
    size_t length;       /**< LOG */
    const char *id;      /**< TRANSFER: what is moved */
    int64_t current;     /**< TRANSFER: bytes */
    int64_t total;       /**< TRANSFER: bytes, 0 if unknown */
} davit_build_event;

/** Told of progress. Non-zero stops the build. */
typedef int (*davit_build_callback)(void *context, const davit_build_event *event);

/**
 * Build an image. *ret_id: the image's id ("sha256:..."), free with davit_string_free(). Nothing
 * is written to this machine's disk. Intermediate containers are always removed.
 *
 * Errors: DAVIT_ERROR_IMAGE_BUILD (a step failed: which one and how; its output went to
 * `progress`), DAVIT_ERROR_INVALID_CONFIG, DAVIT_ERROR_IMAGE_NOT_FOUND (a base image),
 * DAVIT_ERROR_IO (a file of the context).
 */
DAVIT_EXPORT int davit_image_build(davit_engine *engine, const davit_build_context *context,
                                   davit_build_callback progress, void *progress_context,
                                   char **ret_id, davit_error *error);

/** Told of each path of the context, '/'-separated. Non-zero stops. */
typedef int (*davit_path_callback)(void *context, const char *path);

/** The paths that davit_image_build() would send, sorted. Needs no engine. */
DAVIT_EXPORT int davit_build_context_list(const davit_build_context *context,
                                          davit_path_callback callback, void *callback_context,
                                          davit_error *error);

DAVIT_END

#endif
