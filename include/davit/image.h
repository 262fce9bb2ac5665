/* SPDX-License-Identifier: MIT */
/**
 * @file image.h
 * Images: list, look at, tag, remove, pull, push, save, load, import.
 */
#ifndef DAVIT_IMAGE_H
#define DAVIT_IMAGE_H

#include <davit/registry.h>

DAVIT_BEGIN

/** An image under one of its names (lists have one entry a name), or under none. */
typedef struct davit_image_info {
    char *id;
    char *repository; /**< "nginx", "<none>" */
    char *tag;        /**< "latest", "<none>" */
    char *full_name;  /**< "nginx:latest"; the id if it has no name */
    char *digest;     /**< "sha256:..." of the manifest, NULL if unknown */
    char **names;     /**< all "repository:tag" of the image */
    size_t name_count;
    int64_t created; /**< time */
    int64_t size;    /**< bytes */
    davit_pair *labels;
    size_t label_count;
    char *architecture; /**< detail */
    char *os;           /**< detail */
    char **command;     /**< detail */
    size_t command_count;
    char **entrypoint; /**< detail */
    size_t entrypoint_count;
    char **environment; /**< detail */
    size_t environment_count;
    char *user;    /**< detail */
    char *workdir; /**< detail */
} davit_image_info;
DAVIT_EXPORT const davit_type *davit_image_info_type(void);
DAVIT_EXPORT void davit_image_info_free(davit_image_info *info);
DAVIT_CLEANUP_FUNCTION(davit_image_info, davit_image_info_free)

typedef struct davit_image_list {
    davit_image_info *items;
    size_t count;
} davit_image_list;
DAVIT_EXPORT void davit_image_list_free(davit_image_list *list);
DAVIT_CLEANUP_FUNCTION(davit_image_list, davit_image_list_free)

typedef struct davit_image_list_options {
    bool all;                  /**< intermediate images too */
    bool detail;               /**< fill the fields marked "detail" too */
    const char *reference;     /**< only these: "nginx", "nginx:1.*"; NULL: all */
    const davit_pair *filters; /**< see davit_image_list_get() */
    size_t filter_count;
} davit_image_list_options;

/**
 * List, newest first, one entry a name. options NULL: all false.
 *
 * Filters mean the same on every engine: "before" and "since" (an image: made earlier, later than
 * that), "dangling" ("true": neither a name nor a digest to pull it by), "label" and "label!"
 * ("key" or "key=value"; has it, has it not), "reference" ("web", "web:1.*"), "until" (a time as
 * davit_time_parse() takes it: made earlier). All of them have to hold; of several references one.
 * DAVIT_ERROR_INVALID_CONFIG names the filter that cannot be meant.
 */
DAVIT_EXPORT int davit_image_list_get(davit_engine *engine, const davit_image_list_options *options,
                                      davit_image_list **ret_list, davit_error *error);

/** Everything about one image, by name or id. */
DAVIT_EXPORT int davit_image_get(davit_engine *engine, const char *name,
                                 davit_image_info **ret_info, davit_error *error);

/** The engine's own JSON about one image, unchanged. */
DAVIT_EXPORT int davit_image_get_raw(davit_engine *engine, const char *name, char **ret_json,
                                     davit_error *error);

/** Give image `source` the further name `target` ("repository:tag"). */
DAVIT_EXPORT int davit_image_tag(davit_engine *engine, const char *source, const char *target,
                                 davit_error *error);

/** Told what a removal did: "untagged" or "deleted", and the name or id. */
typedef void (*davit_image_removed_callback)(void *context, const char *what, const char *name);

/** Remove a name of an image, and the image with its last name. `removed` may be NULL. */
DAVIT_EXPORT int davit_image_remove(davit_engine *engine, const char *name, bool force,
                                    davit_image_removed_callback removed, void *context,
                                    davit_error *error);

/** A step of a transfer from or to a registry. */
typedef struct davit_transfer {
    const char *id;     /**< of the layer; NULL: the whole */
    const char *status; /**< "Downloading", "Pull complete", "Pushing" */
    int64_t current;    /**< bytes; 0 if unknown */
    int64_t total;      /**< bytes; 0 if unknown */
} davit_transfer;

/** Told of progress. Non-zero stops the transfer. */
typedef int (*davit_transfer_callback)(void *context, const davit_transfer *transfer);

typedef struct davit_pull_options {
    size_t struct_size;                   /**< set by DAVIT_PULL_OPTIONS_INIT */
    const davit_credentials *credentials; /**< NULL: looked for, see registry.h */
    const char *platform;                 /**< "linux/arm64"; NULL: the engine's own */
    bool all_tags;                        /**< every tag of the repository; the name has none */
} davit_pull_options;

#define DAVIT_PULL_OPTIONS_INIT                                                                    \
    {                                                                                              \
        .struct_size = sizeof(davit_pull_options)                                                  \
    }

/**
 * Pull an image. options NULL: all defaults. `progress` may be NULL.
 *
 * Errors: DAVIT_ERROR_IMAGE_NOT_FOUND, DAVIT_ERROR_UNAUTHORIZED (no credentials, or the wrong
 * ones), DAVIT_ERROR_IMAGE (the registry cannot be reached, its certificate is not trusted, it sent
 * something else than it promised).
 */
DAVIT_EXPORT int davit_image_pull(davit_engine *engine, const char *name,
                                  const davit_pull_options *options,
                                  davit_transfer_callback progress, void *context,
                                  davit_error *error);

typedef struct davit_push_options {
    size_t struct_size;                   /**< set by DAVIT_PUSH_OPTIONS_INIT */
    const davit_credentials *credentials; /**< NULL: looked for, see registry.h */
} davit_push_options;

#define DAVIT_PUSH_OPTIONS_INIT                                                                    \
    {                                                                                              \
        .struct_size = sizeof(davit_push_options)                                                  \
    }

/**
 * Push a local image to the registry that its name names ("registry.example.com/shop:1.2").
 * `progress` may be NULL; Podman tells it little. *ret_digest (may be NULL): of the manifest in the
 * registry ("sha256:..."), NULL if the engine does not say; free with davit_string_free().
 *
 * Errors: as davit_image_pull(); DAVIT_ERROR_IMAGE_NOT_FOUND: there is no such image here.
 */
DAVIT_EXPORT int davit_image_push(davit_engine *engine, const char *name,
                                  const davit_push_options *options,
                                  davit_transfer_callback progress, void *context,
                                  char **ret_digest, davit_error *error);

/** One step of what made an image. */
typedef struct davit_image_step {
    char *id;         /**< of the image after the step, "<missing>" if it is not here */
    int64_t created;  /**< time */
    char *created_by; /**< the command, "RUN make" */
    int64_t size;     /**< bytes that it added */
    char *comment;    /**< may be NULL */
    char **names;     /**< "repository:tag" of that image */
    size_t name_count;
} davit_image_step;
DAVIT_EXPORT const davit_type *davit_image_step_type(void);

typedef struct davit_image_history {
    davit_image_step *items; /**< newest first */
    size_t count;
} davit_image_history;
DAVIT_EXPORT void davit_image_history_free(davit_image_history *history);
DAVIT_CLEANUP_FUNCTION(davit_image_history, davit_image_history_free)

/** The steps that made an image, by name or id. */
DAVIT_EXPORT int davit_image_history_get(davit_engine *engine, const char *name,
                                         davit_image_history **ret_history, davit_error *error);

/** Takes the next bytes of a stream. Non-zero stops it with DAVIT_ERROR_CANCELLED. */
typedef int (*davit_data_callback)(void *context, const void *data, size_t length);

/**
 * Hand out a tar of images with their names, as davit_image_load() takes it; memory stays flat. An
 * image that is given by its id has no name in there. What was handed out before a failure is no
 * archive. DAVIT_ERROR_IMAGE_NOT_FOUND.
 */
DAVIT_EXPORT int davit_image_save(davit_engine *engine, const char *const *names, size_t count,
                                  davit_data_callback callback, void *context, davit_error *error);

/** Told of each image that was loaded: "repository:tag", or the id of one without a name. */
typedef void (*davit_image_loaded_callback)(void *context, const char *name);

/**
 * Load the images of an archive that davit_image_save(), docker or podman made, plain or compressed
 * with gzip, bzip2, xz or zstd, from the descriptor `archive`. `loaded` may be NULL.
 * DAVIT_ERROR_INVALID_CONFIG: it is no tar; DAVIT_ERROR_IMAGE: it holds no images;
 * DAVIT_ERROR_IO: it cannot be read.
 */
DAVIT_EXPORT int davit_image_load(davit_engine *engine, int archive,
                                  davit_image_loaded_callback loaded, void *context,
                                  davit_error *error);

typedef struct davit_image_import_options {
    const char *name;           /**< of the new image; NULL: none */
    const char *message;        /**< its comment, or NULL */
    const char *const *changes; /**< instructions of a Dockerfile, "CMD [\"sh\"]" */
    size_t change_count;
} davit_image_import_options;

/**
 * Make an image of one layer from a file system in a tar, plain or compressed as above. options
 * NULL: none. *ret_id: free with davit_string_free(). DAVIT_ERROR_INVALID_CONFIG: it is no tar, or
 * a change cannot be made.
 */
DAVIT_EXPORT int davit_image_import(davit_engine *engine, int archive,
                                    const davit_image_import_options *options, char **ret_id,
                                    davit_error *error);

/** What to clean up. */
typedef struct davit_image_prune_options {
    bool all; /**< every image that no container uses; false: only those without a name */
    const davit_pair *filters; /**< "until", "label", "label!", "dangling", as of lists */
    size_t filter_count;
} davit_image_prune_options;

/** What davit_image_prune() would remove. */
typedef struct davit_image_prune_plan {
    davit_image_info *items; /**< one an image, newest first */
    size_t count;
    int64_t bytes; /**< that it frees: of the layers that no other image has */
} davit_image_prune_plan;
DAVIT_EXPORT void davit_image_prune_plan_free(davit_image_prune_plan *plan);
DAVIT_CLEANUP_FUNCTION(davit_image_prune_plan, davit_image_prune_plan_free)

/**
 * What would go. options NULL: images without a name. Never images of which there is a container,
 * running or not, and never those with the label "davit.keep".
 */
DAVIT_EXPORT int davit_image_prune_plan_get(davit_engine *engine,
                                            const davit_image_prune_options *options,
                                            davit_image_prune_plan **ret_plan, davit_error *error);

/**
 * Remove what the plan says and nothing else: a name that means another image by now, and an image
 * that came into use, stay. `removed` may be NULL.
 */
DAVIT_EXPORT int davit_image_prune(davit_engine *engine, const davit_image_prune_plan *plan,
                                   davit_image_removed_callback removed, void *context,
                                   davit_error *error);

DAVIT_END

#endif
