/* SPDX-License-Identifier: MIT */
/* Operations on a container that is there. */
#include "container_results.h"
#include "docker.h"
#include "image_info.h"
#include "memory.h"

#include <davit/parse.h>

#define PIECE (64 * 1024)

static int do_plain(davit__api *api, const davit_call *call, const char *path, const char *name,
                    davit_error *error)
{
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, path, name);
    davit__api_request request = {
        .method = "POST",
        .target = &target,
        .not_found = DAVIT_ERROR_CONTAINER_NOT_FOUND,
    };
    return davit__api_call(api, call, &request, NULL, error);
}

int davit__docker_container_pause(void *state, const davit_call *call, const char *name,
                                  davit_error *error)
{
    return do_plain(state, call, "/containers/%s/pause", name, error);
}

int davit__docker_container_unpause(void *state, const davit_call *call, const char *name,
                                    davit_error *error)
{
    return do_plain(state, call, "/containers/%s/unpause", name, error);
}

int davit__docker_container_rename(void *state, const davit_call *call, const char *name,
                                   const char *new_name, davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/containers/%s/rename", name);
    davit__target_query(&target, "name", new_name);
    davit__api_request request = {
        .method = "POST",
        .target = &target,
        .not_found = DAVIT_ERROR_CONTAINER_NOT_FOUND,
    };
    return davit__api_call(api, call, &request, NULL, error);
}

/* ---- update ---- */

#define CHANGE(member, ...) DAVIT__FIELD(davit_container_changes, member, __VA_ARGS__)
static const davit__field changes_fields[] = {
    CHANGE(memory, BYTES, .inspect = "Memory"),
    CHANGE(memory_swap, INTEGER, .inspect = "MemorySwap"),
    CHANGE(nano_cpus, INTEGER, .inspect = "NanoCpus"),
    CHANGE(cpu_shares, INTEGER, .inspect = "CpuShares"),
    CHANGE(pids, INTEGER, .inspect = "PidsLimit"),
    CHANGE(restart_policy, ENUM, .names = davit_restart_policy_names,
           .inspect = "RestartPolicy.Name"),
    CHANGE(restart_retries, INTEGER, .inspect = "RestartPolicy.MaximumRetryCount"),
};
static const davit_type changes_type = {
    DAVIT__TYPE("container changes", davit_container_changes, changes_fields),
};

int davit__docker_container_update(void *state, const davit_call *call, const char *name,
                                   const davit_container_changes *changes, davit_error *error)
{
    davit__api *api = state;
    DAVIT__JSON json_t *body = json_object();
    int r = body ? davit__type_encode(&changes_type, changes, body, error)
                 : davit__error_no_memory(error);
    if (r < 0) {
        return r;
    }
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/containers/%s/update", name);
    davit__api_request request = {
        .method = "POST",
        .target = &target,
        .body = body,
        .not_found = DAVIT_ERROR_CONTAINER_NOT_FOUND,
    };
    DAVIT__JSON json_t *answer = NULL;
    r = davit__api_call(api, call, &request, &answer, error);
    if (r >= 0) {
        davit__docker_log_warnings(call, answer);
    }
    return r;
}

/* ---- top, diff ---- */

int davit__docker_container_top(void *state, const davit_call *call, const char *name,
                                const char *ps_options, davit_process_table **ret_table,
                                davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/containers/%s/top", name);
    davit__target_query(&target, "ps_args", ps_options);
    davit__api_request request = {
        .method = "GET",
        .target = &target,
        .not_found = DAVIT_ERROR_CONTAINER_NOT_FOUND,
    };
    DAVIT__JSON json_t *answer = NULL;
    int r = davit__api_call(api, call, &request, &answer, error);
    return r < 0 ? r : davit__process_table_decode(answer, ret_table, error);
}

int davit__docker_container_diff(void *state, const davit_call *call, const char *name,
                                 davit_file_changes **ret_changes, davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/containers/%s/changes", name);
    davit__api_request request = {
        .method = "GET",
        .target = &target,
        .not_found = DAVIT_ERROR_CONTAINER_NOT_FOUND,
    };
    DAVIT__JSON json_t *answer = NULL;
    int r = davit__api_call(api, call, &request, &answer, error);
    return r < 0 ? r : davit__file_changes_decode(answer, ret_changes, error);
}

/* ---- export, commit ---- */

int davit__docker_write_body(davit__http_exchange *exchange, davit_write_callback write_piece,
                             void *context, davit_error *error)
{
    DAVIT__FREE char *piece = malloc(PIECE);
    if (!piece) {
        return davit__error_no_memory(error);
    }
    for (;;) {
        size_t length;
        int r = davit__http_read(exchange, piece, PIECE, &length, error);
        if (r < 0 || length == 0) {
            return r;
        }
        r = write_piece(context, piece, length, error);
        if (r < 0) {
            return r;
        }
    }
}

int davit__docker_container_export(void *state, const davit_call *call, const char *name,
                                   davit_write_callback write_piece, void *context,
                                   davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/containers/%s/export", name);
    davit__api_request request = {
        .method = "GET",
        .target = &target,
        .not_found = DAVIT_ERROR_CONTAINER_NOT_FOUND,
    };
    DAVIT__EXCHANGE *exchange = NULL;
    int r = davit__api_start(api, call, &request, &exchange, error);
    return r < 0 ? r : davit__docker_write_body(exchange, write_piece, context, error);
}

static int query_image(davit__target *target, const char *image, davit_error *error)
{
    davit_reference reference;
    int r = image ? davit_reference_parse(image, &reference, error) : 0;
    if (r < 0 || !image) {
        return r;
    }
    DAVIT__FREE char *repository = davit__repository_of(image);
    davit__target_query(target, "repo", repository);
    davit__target_query(target, "tag", reference.tag);
    davit_reference_clear(&reference);
    return repository ? 0 : davit__error_no_memory(error);
}

int davit__container_commit(davit__api *api, const davit_call *call, davit__target *target,
                            const char *name, const davit_commit_options *options, char **ret_id,
                            davit_error *error)
{
    davit__target_query(target, "container", name);
    int r = query_image(target, options->image, error);
    if (r < 0) {
        return r;
    }
    davit__target_query(target, "author", options->author);
    davit__target_query(target, "comment", options->message);
    davit__target_query(target, "pause", options->no_pause ? "false" : "true");
    for (size_t i = 0; i < options->change_count; i++) {
        davit__target_query(target, "changes", options->changes[i]);
    }
    DAVIT__JSON json_t *body = json_object();
    davit__api_request request = {
        .method = "POST",
        .target = target,
        .body = body,
        .not_found = DAVIT_ERROR_CONTAINER_NOT_FOUND,
    };
    DAVIT__JSON json_t *answer = NULL;
    r = davit__api_call(api, call, &request, &answer, error);
    if (r < 0) {
        return r;
    }
    const char *id = davit__json_text(answer, "Id");
    if (!id) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL, "the engine's answer has no Id");
    }
    return davit__digest_copy(id, ret_id, error);
}

int davit__docker_container_commit(void *state, const davit_call *call, const char *name,
                                   const davit_commit_options *options, char **ret_id,
                                   davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/commit", NULL);
    return davit__container_commit(api, call, &target, name, options, ret_id, error);
}
