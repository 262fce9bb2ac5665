/* SPDX-License-Identifier: MIT */
/* The operations of the Engine API. Podman's driver uses those that its compatible API gets right.
 * `state` is a davit__api; see davit/runtime.h for what each does. */
#ifndef DAVIT_ENGINE_DOCKER_H
#define DAVIT_ENGINE_DOCKER_H

#include "api.h"

void davit__docker_close(void *state);
int davit__docker_version(void *state, const davit_call *call, davit_version **ret_version,
                          davit_error *error);
int davit__docker_info(void *state, const davit_call *call, davit_info **ret_info,
                       davit_error *error);

int davit__docker_container_create(void *state, const davit_call *call,
                                   const davit_container_config *config, char **ret_id,
                                   davit_error *error);
int davit__docker_container_create_request(void *state, const davit_call *call,
                                           const davit_container_config *config, char **ret_json,
                                           davit_error *error);
int davit__docker_container_start(void *state, const davit_call *call, const char *name,
                                  davit_error *error);
int davit__docker_container_stop(void *state, const davit_call *call, const char *name,
                                 int64_t timeout, davit_error *error);
int davit__docker_container_restart(void *state, const davit_call *call, const char *name,
                                    int64_t timeout, davit_error *error);
int davit__docker_container_kill(void *state, const davit_call *call, const char *name,
                                 const char *signal, davit_error *error);
int davit__docker_container_remove(void *state, const davit_call *call, const char *name,
                                   const davit_remove_options *options, davit_error *error);
int davit__docker_container_list(void *state, const davit_call *call,
                                 const davit_container_list_options *options,
                                 davit_container_list **ret_list, davit_error *error);
int davit__docker_container_get(void *state, const davit_call *call, const char *name,
                                davit_container_info **ret_info, char **ret_raw,
                                davit_error *error);
int davit__docker_container_wait(void *state, const davit_call *call, const char *name,
                                 int *ret_exit_code, davit_error *error);
int davit__docker_container_health(void *state, const davit_call *call, const char *name,
                                   davit_health **ret_health, davit_error *error);

int davit__docker_container_logs(void *state, const davit_call *call, const char *name,
                                 const davit_logs_options *options, davit_output_callback output,
                                 void *context, davit_error *error);
int davit__docker_container_attach(void *state, const davit_call *call, const char *name, bool tty,
                                   bool removed, const davit_attach_options *attach,
                                   int *ret_exit_code, davit_error *error);
int davit__docker_container_exec(void *state, const davit_call *call, const char *name,
                                 const davit_exec_config *config,
                                 const davit_attach_options *attach, int *ret_exit_code,
                                 davit_error *error);

int davit__docker_container_resize(void *state, const davit_call *call, const char *name,
                                   int64_t columns, int64_t rows, davit_error *error);
int davit__docker_exec_resize(void *state, const davit_call *call, const char *id, int64_t columns,
                              int64_t rows, davit_error *error);
int davit__docker_container_pause(void *state, const davit_call *call, const char *name,
                                  davit_error *error);
int davit__docker_container_unpause(void *state, const davit_call *call, const char *name,
                                    davit_error *error);
int davit__docker_container_rename(void *state, const davit_call *call, const char *name,
                                   const char *new_name, davit_error *error);
int davit__docker_container_update(void *state, const davit_call *call, const char *name,
                                   const davit_container_changes *changes, davit_error *error);
int davit__docker_container_top(void *state, const davit_call *call, const char *name,
                                const char *ps_options, davit_process_table **ret_table,
                                davit_error *error);
int davit__docker_container_diff(void *state, const davit_call *call, const char *name,
                                 davit_file_changes **ret_changes, davit_error *error);
int davit__docker_container_export(void *state, const davit_call *call, const char *name,
                                   davit_write_callback write_piece, void *context,
                                   davit_error *error);
int davit__docker_container_commit(void *state, const davit_call *call, const char *name,
                                   const davit_commit_options *options, char **ret_id,
                                   davit_error *error);

int davit__docker_image_list(void *state, const davit_call *call,
                             const davit_image_list_options *options, davit_image_list **ret_list,
                             davit_error *error);
int davit__docker_image_get(void *state, const davit_call *call, const char *name,
                            davit_image_info **ret_info, char **ret_raw, davit_error *error);
int davit__docker_image_tag(void *state, const davit_call *call, const char *source,
                            const char *target, davit_error *error);
int davit__docker_image_remove(void *state, const davit_call *call, const char *name, bool force,
                               davit_image_removed_callback removed, void *context,
                               davit_error *error);
int davit__docker_image_pull(void *state, const davit_call *call, const char *name,
                             const davit_pull_options *options, davit_transfer_callback progress,
                             void *context, davit_error *error);
int davit__docker_image_push(void *state, const davit_call *call, const char *name,
                             const davit_push_options *options, davit_transfer_callback progress,
                             void *context, char **ret_digest, davit_error *error);
int davit__docker_registry_check(void *state, const davit_call *call,
                                 const davit_credentials *credentials, bool *ret_checked,
                                 char **ret_token, davit_error *error);
int davit__docker_image_build(void *state, const davit_call *call,
                              const davit_build_request *request, davit_build_callback progress,
                              void *context, char **ret_id, davit_error *error);

int davit__docker_image_history(void *state, const davit_call *call, const char *name,
                                davit_image_history **ret_history, davit_error *error);
int davit__docker_image_save(void *state, const davit_call *call, const char *const *names,
                             size_t count, davit_write_callback write_piece, void *context,
                             davit_error *error);
int davit__docker_image_load(void *state, const davit_call *call, const davit_source *archive,
                             davit_image_loaded_callback loaded, void *context, davit_error *error);
int davit__docker_image_import(void *state, const davit_call *call, const davit_source *archive,
                               const davit_image_import_options *options, char **ret_id,
                               davit_error *error);

/* ---- pieces ---- */

/* {"label": ["a=b"], ...} from pairs; NULL in *ret_json if there are none. */
int davit__filters_encode(const davit_pair *filters, size_t count, json_t **ret_json,
                          davit_error *error);

/* Lists through the API below `prefix`. */
int davit__container_list_fetch(davit__api *api, const davit_call *call, const char *prefix,
                                davit__shape shape, const davit_container_list_options *options,
                                davit_container_list **ret_list, davit_error *error);
int davit__image_list_fetch(davit__api *api, const davit_call *call, const char *prefix,
                            const davit_image_list_options *options, davit_image_list **ret_list,
                            davit_error *error);

/* Tag through the API below `prefix`. */
int davit__image_tag(davit__api *api, const davit_call *call, const char *prefix,
                     const char *source, const char *target, davit_error *error);

/* The exit code at `key`, which has to be there. */
int davit__docker_exit_code(const json_t *answer, const char *key, int *ret_exit_code,
                            davit_error *error);

/* A number that an engine sent as the exit code a driver returns: what does not fit becomes -1,
 * which is refused as no exit code; cut to an int it could be a success. */
static inline int davit__exit_code_of(int64_t number)
{
    return number == (int)number ? (int)number : -1;
}

/* Decode an inspect reply's text, and hand the text on if it is wanted. */
int davit__container_get_from(char *text, davit_container_info **ret_info, char **ret_raw,
                              davit_error *error);

/* Open the streams of a container that is created and run attach->started. */
int davit__docker_streams_open(davit__api *api, const davit_call *call, const char *name,
                               const davit_attach_options *attach,
                               davit__http_exchange **ret_exchange, davit_error *error);

/* After the streams of a terminal ended: whether that was because the user typed the engine's
 * detach keys, and the container goes on. */
int davit__streams_detached(davit__api *api, const davit_call *call, const char *name,
                            bool *ret_detached, davit_error *error);

/* Pass the streams of an upgraded exchange on until they end: 0, or 1: the detach keys were typed.
 */
int davit__streams_pass(davit__http_exchange *exchange, bool tty,
                        const davit_attach_options *attach, davit_error *error);

/* Read lines of JSON until the end of the answer; a line with "error" becomes an error of `code`,
 * or of the one that its text tells, except in a build. `line` sees the others. */
typedef int (*davit__line_callback)(void *context, const json_t *line, davit_error *error);
int davit__docker_read_lines(davit__http_exchange *exchange, davit_error_code code,
                             davit__line_callback line, void *context, davit_error *error);

/* Start a transfer that tells its progress in lines of JSON and pass it on. `credentials` NULL: the
 * header that has them is left out. ret_digest (may be NULL): the manifest's, NULL if not told. */
int davit__transfer(davit__api *api, const davit_call *call, davit__target *target,
                    const davit_credentials *credentials, davit_transfer_callback progress,
                    void *context, char **ret_digest, davit_error *error);

/* History through the API below `prefix`. */
int davit__image_history(davit__api *api, const davit_call *call, const char *prefix,
                         const char *name, davit_image_history **ret_history, davit_error *error);

/* Hand out what a GET of the target gives. */
int davit__image_save(davit__api *api, const davit_call *call, davit__target *target,
                      davit_write_callback write_piece, void *context, davit_error *error);

/* The parameters of an import that both engines call the same. */
void davit__import_query(davit__target *target, const davit_image_import_options *options);

/* Say plainly what an engine says of an archive without images. Returns the error's code. */
int davit__load_failure(davit_error *failure);

/* POST a tar; receive the answer's head. `header` may be NULL. */
int davit__upload(davit__api *api, const davit_call *call, davit__target *target,
                  const davit_pair *header, const davit_source *source,
                  davit__http_exchange **ret_exchange, davit_error *error);

/* Query parameters that /build and /libpod/build share. */
int davit__build_query(davit__target *target, const davit_build_request *request,
                       davit_error *error);

/* A parameter that is an array of texts; none: it is left out. */
void davit__build_query_texts(davit__target *target, const char *key, const char *const *texts,
                              size_t count);

/* Send the request's context as the body; then receive the answer's head. */
int davit__build_send(davit__api *api, const davit_call *call, davit__target *target,
                      const davit_build_request *request, davit__http_exchange **ret_exchange,
                      davit_error *error);

/* Log the "Warnings" of an answer. */
void davit__docker_log_warnings(const davit_call *call, const json_t *answer);

/* Hand the body of an answer on as it comes. */
int davit__docker_write_body(davit__http_exchange *exchange, davit_write_callback write_piece,
                             void *context, davit_error *error);

/* What is before the tag or digest of a reference, in the user's own words; NULL: no memory. */
char *davit__repository_of(const char *name);

/* Commit by a request to `target`. */
int davit__container_commit(davit__api *api, const davit_call *call, davit__target *target,
                            const char *name, const davit_commit_options *options, char **ret_id,
                            davit_error *error);

#endif
