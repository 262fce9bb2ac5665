/* SPDX-License-Identifier: MIT */
/**
 * @file runtime.h
 * The seam under davit_engine: what an engine has to be able to do, one function an operation.
 *
 * Docker's and Podman's drivers implement this struct, and so can yours: put it into
 * davit_engine_options.driver, and everything above (the command, builds, health checks) works on
 * it. See docs/architecture.md and examples/custom_runtime.c.
 *
 * For every operation: names are never NULL or empty; `call` says how long it may take and where
 * warnings go; results are allocated with malloc() and owned by the caller, who frees them with the
 * `_free` of their type; the error rule of error.h holds. An operation that is NULL is answered
 * with DAVIT_ERROR_UNSUPPORTED. Operations are called from many threads at once.
 */
#ifndef DAVIT_RUNTIME_H
#define DAVIT_RUNTIME_H

#include <davit/build.h>
#include <davit/container.h>
#include <davit/image.h>

DAVIT_BEGIN

/** How one operation is called. */
typedef struct davit_call {
    int64_t deadline;           /**< nanoseconds of CLOCK_MONOTONIC; 0: none */
    const davit_cancel *cancel; /**< or NULL */
    davit_log_callback log;     /**< or NULL */
    void *log_context;
} davit_call;

/** Takes a piece of a stream. */
typedef int (*davit_write_callback)(void *context, const void *data, size_t length,
                                    davit_error *error);

/** A tar on its way to the engine. */
typedef struct davit_source {
    /** Call once: it hands the whole tar to `write`. */
    int (*send)(void *context, davit_write_callback write, void *write_context, davit_error *error);
    void *context;
} davit_source;

/** What a driver is asked to build: the context arrives as a tar. */
typedef struct davit_build_request {
    /** Tags, arguments (each with a value), labels, target, no_cache, network, and from cache_from
     * on all; a secret's `path` is that of its file inside the tar. */
    const davit_build_context *context;
    const char *dockerfile; /**< path of the Dockerfile inside the tar */
    bool pull;              /**< ask the registry for newer base images although they are there */
    /** Call once: it hands the whole tar to `write`. */
    int (*send)(void *send_context, davit_write_callback write, void *write_context,
                davit_error *error);
    void *send_context;
    /** For the one registry credentials->server, if the engine itself pulls images; or NULL. */
    const davit_credentials *credentials;
} davit_build_request;

/** The operations of one kind of engine. */
struct davit_driver {
    size_t struct_size; /**< sizeof(davit_driver) */
    const char *name;   /**< "docker", "podman", or your own */
    davit_runtime runtime;
    /** The engine itself applies .dockerignore files to a build context that it was sent. */
    bool applies_dockerignore;

    /** Make the state that the other operations get first. */
    int (*open)(const davit_engine_options *options, const davit_call *call, void **ret_state,
                davit_error *error);
    void (*close)(void *state);
    int (*version)(void *state, const davit_call *call, davit_version **ret_version,
                   davit_error *error);
    int (*info)(void *state, const davit_call *call, davit_info **ret_info, davit_error *error);
    /** One row of the capability table. NULL: everything is supported. */
    davit_capability_info (*can)(void *state, davit_capability capability);

    /** Create; the image is there already. */
    int (*container_create)(void *state, const davit_call *call,
                            const davit_container_config *config, char **ret_id,
                            davit_error *error);
    int (*container_start)(void *state, const davit_call *call, const char *name,
                           davit_error *error);
    int (*container_stop)(void *state, const davit_call *call, const char *name, int64_t timeout,
                          davit_error *error);
    int (*container_restart)(void *state, const davit_call *call, const char *name, int64_t timeout,
                             davit_error *error);
    int (*container_kill)(void *state, const davit_call *call, const char *name, const char *signal,
                          davit_error *error);
    int (*container_remove)(void *state, const davit_call *call, const char *name,
                            const davit_remove_options *options, davit_error *error);
    /** options->detail is the caller's business: fill what the list gives. */
    int (*container_list)(void *state, const davit_call *call,
                          const davit_container_list_options *options,
                          davit_container_list **ret_list, davit_error *error);
    /** Everything; ret_raw (may be NULL): the engine's own JSON. */
    int (*container_get)(void *state, const davit_call *call, const char *name,
                         davit_container_info **ret_info, char **ret_raw, davit_error *error);
    int (*container_logs)(void *state, const davit_call *call, const char *name,
                          const davit_logs_options *options, davit_output_callback output,
                          void *context, davit_error *error);
    /** Connect to the streams, call attach->started(context, name), pass the streams on until the
     * engine ends them or the detach keys are typed, give the exit code. `tty`: the container has a
     * terminal; `removed`: it has auto_remove, return when it is gone. */
    int (*container_attach)(void *state, const davit_call *call, const char *name, bool tty,
                            bool removed, const davit_attach_options *attach, int *ret_exit_code,
                            davit_error *error);
    /** Once it is started: attach->started(context, id of the command). */
    int (*container_exec)(void *state, const davit_call *call, const char *name,
                          const davit_exec_config *config, const davit_attach_options *attach,
                          int *ret_exit_code, davit_error *error);
    /** Wait until it does not run. */
    int (*container_wait)(void *state, const davit_call *call, const char *name, int *ret_exit_code,
                          davit_error *error);
    int (*container_health)(void *state, const davit_call *call, const char *name,
                            davit_health **ret_health, davit_error *error);
    /** Run one health check now; the engine updates its status and log. */
    int (*container_health_run)(void *state, const davit_call *call, const char *name,
                                davit_error *error);
    int (*container_resize)(void *state, const davit_call *call, const char *name, int64_t columns,
                            int64_t rows, davit_error *error);
    int (*exec_resize)(void *state, const davit_call *call, const char *id, int64_t columns,
                       int64_t rows, davit_error *error);
    int (*container_pause)(void *state, const davit_call *call, const char *name,
                           davit_error *error);
    int (*container_unpause)(void *state, const davit_call *call, const char *name,
                             davit_error *error);
    int (*container_rename)(void *state, const davit_call *call, const char *name,
                            const char *new_name, davit_error *error);
    int (*container_update)(void *state, const davit_call *call, const char *name,
                            const davit_container_changes *changes, davit_error *error);
    int (*container_top)(void *state, const davit_call *call, const char *name,
                         const char *ps_options, davit_process_table **ret_table,
                         davit_error *error);
    int (*container_diff)(void *state, const davit_call *call, const char *name,
                          davit_file_changes **ret_changes, davit_error *error);
    /** Hand the tar to `write`. */
    int (*container_export)(void *state, const davit_call *call, const char *name,
                            davit_write_callback write, void *context, davit_error *error);
    int (*container_commit)(void *state, const davit_call *call, const char *name,
                            const davit_commit_options *options, char **ret_id, davit_error *error);

    /** The filters, the reference and `detail` are the caller's business: give all there are. */
    int (*image_list)(void *state, const davit_call *call, const davit_image_list_options *options,
                      davit_image_list **ret_list, davit_error *error);
    int (*image_get)(void *state, const davit_call *call, const char *name,
                     davit_image_info **ret_info, char **ret_raw, davit_error *error);
    int (*image_tag)(void *state, const davit_call *call, const char *source, const char *target,
                     davit_error *error);
    int (*image_remove)(void *state, const davit_call *call, const char *name, bool force,
                        davit_image_removed_callback removed, void *context, davit_error *error);
    /** options->credentials: those to use, NULL: none. Nothing is looked for here. */
    int (*image_pull)(void *state, const davit_call *call, const char *name,
                      const davit_pull_options *options, davit_transfer_callback progress,
                      void *context, davit_error *error);
    int (*image_build)(void *state, const davit_call *call, const davit_build_request *request,
                       davit_build_callback progress, void *context, char **ret_id,
                       davit_error *error);
    /** As image_pull; *ret_digest is written always, with NULL if it is not known. */
    int (*image_push)(void *state, const davit_call *call, const char *name,
                      const davit_push_options *options, davit_transfer_callback progress,
                      void *context, char **ret_digest, davit_error *error);
    /** Try the credentials at credentials->server, which is never NULL. *ret_token: what the
     * registry wants to be shown in place of the password from now on, or NULL. *ret_checked false:
     * the engine could not ask the registry. */
    int (*registry_check)(void *state, const davit_call *call, const davit_credentials *credentials,
                          bool *ret_checked, char **ret_token, davit_error *error);
    int (*image_history)(void *state, const davit_call *call, const char *name,
                         davit_image_history **ret_history, davit_error *error);
    /** `count` is at least 1. */
    int (*image_save)(void *state, const davit_call *call, const char *const *names, size_t count,
                      davit_write_callback write, void *context, davit_error *error);
    int (*image_load)(void *state, const davit_call *call, const davit_source *archive,
                      davit_image_loaded_callback loaded, void *context, davit_error *error);
    int (*image_import)(void *state, const davit_call *call, const davit_source *archive,
                        const davit_image_import_options *options, char **ret_id,
                        davit_error *error);

    /** What container_create would send, as JSON; nothing is changed. */
    int (*container_create_request)(void *state, const davit_call *call,
                                    const davit_container_config *config, char **ret_json,
                                    davit_error *error);
};

DAVIT_END

#endif
