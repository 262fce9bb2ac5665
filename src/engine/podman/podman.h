/* SPDX-License-Identifier: MIT */
/* The operations where Podman's compatible API is not right and libpod is asked instead. `state` is
 * a davit__api. */
#ifndef DAVIT_ENGINE_PODMAN_H
#define DAVIT_ENGINE_PODMAN_H

#include "docker/docker.h"

int davit__podman_container_create(void *state, const davit_call *call,
                                   const davit_container_config *config, char **ret_id,
                                   davit_error *error);
int davit__podman_container_create_request(void *state, const davit_call *call,
                                           const davit_container_config *config, char **ret_json,
                                           davit_error *error);
int davit__podman_container_remove(void *state, const davit_call *call, const char *name,
                                   const davit_remove_options *options, davit_error *error);
int davit__podman_container_list(void *state, const davit_call *call,
                                 const davit_container_list_options *options,
                                 davit_container_list **ret_list, davit_error *error);
int davit__podman_container_attach(void *state, const davit_call *call, const char *name, bool tty,
                                   bool removed, const davit_attach_options *attach,
                                   int *ret_exit_code, davit_error *error);
int davit__podman_container_wait(void *state, const davit_call *call, const char *name,
                                 int *ret_exit_code, davit_error *error);
int davit__podman_container_health_run(void *state, const davit_call *call, const char *name,
                                       davit_error *error);
int davit__podman_container_rename(void *state, const davit_call *call, const char *name,
                                   const char *new_name, davit_error *error);
int davit__podman_container_update(void *state, const davit_call *call, const char *name,
                                   const davit_container_changes *changes, davit_error *error);
int davit__podman_container_top(void *state, const davit_call *call, const char *name,
                                const char *ps_options, davit_process_table **ret_table,
                                davit_error *error);
int davit__podman_container_commit(void *state, const davit_call *call, const char *name,
                                   const davit_commit_options *options, char **ret_id,
                                   davit_error *error);

int davit__podman_image_list(void *state, const davit_call *call,
                             const davit_image_list_options *options, davit_image_list **ret_list,
                             davit_error *error);
int davit__podman_image_get(void *state, const davit_call *call, const char *name,
                            davit_image_info **ret_info, char **ret_raw, davit_error *error);
int davit__podman_image_tag(void *state, const davit_call *call, const char *source,
                            const char *target, davit_error *error);
int davit__podman_image_remove(void *state, const davit_call *call, const char *name, bool force,
                               davit_image_removed_callback removed, void *context,
                               davit_error *error);
int davit__podman_image_pull(void *state, const davit_call *call, const char *name,
                             const davit_pull_options *options, davit_transfer_callback progress,
                             void *context, davit_error *error);
int davit__podman_image_push(void *state, const davit_call *call, const char *name,
                             const davit_push_options *options, davit_transfer_callback progress,
                             void *context, char **ret_digest, davit_error *error);
int davit__podman_registry_check(void *state, const davit_call *call,
                                 const davit_credentials *credentials, bool *ret_checked,
                                 char **ret_token, davit_error *error);
int davit__podman_image_build(void *state, const davit_call *call,
                              const davit_build_request *request, davit_build_callback progress,
                              void *context, char **ret_id, davit_error *error);

int davit__podman_image_history(void *state, const davit_call *call, const char *name,
                                davit_image_history **ret_history, davit_error *error);
int davit__podman_image_save(void *state, const davit_call *call, const char *const *names,
                             size_t count, davit_write_callback write_piece, void *context,
                             davit_error *error);
int davit__podman_image_load(void *state, const davit_call *call, const davit_source *archive,
                             davit_image_loaded_callback loaded, void *context, davit_error *error);
int davit__podman_image_import(void *state, const davit_call *call, const davit_source *archive,
                               const davit_image_import_options *options, char **ret_id,
                               davit_error *error);

/* The image's id. libpod finds a local image by a short name ("web" for "localhost/web:latest"), as
 * the podman command does; the compatible API takes it for docker.io's. */
int davit__podman_image_id(davit__api *api, const davit_call *call, const char *name, char **ret_id,
                           davit_error *error);

/* The full name under which a local image is known by the short name. */
int davit__podman_image_name(davit__api *api, const davit_call *call, const char *name,
                             char **ret_name, davit_error *error);

#endif
