/* SPDX-License-Identifier: MIT */
#include "image_info.h"

#include "memory.h"
#include "podman.h"

#include <davit/parse.h>

static int get(davit__api *api, const davit_call *call, const char *name, json_t **ret_json,
               davit_error *error)
{
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->libpod, "/images/%s/json", name);
    davit__api_request request = {
        .method = "GET",
        .target = &target,
        .not_found = DAVIT_ERROR_IMAGE_NOT_FOUND,
    };
    return davit__api_call(api, call, &request, ret_json, error);
}

int davit__podman_image_id(davit__api *api, const davit_call *call, const char *name, char **ret_id,
                           davit_error *error)
{
    DAVIT__JSON json_t *json = NULL;
    int r = get(api, call, name, &json, error);
    if (r < 0) {
        return r;
    }
    const char *id = davit__json_text(json, "Id");
    if (!id) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL, "the engine's answer has no Id");
    }
    return davit__copy(id, ret_id, error);
}

/* Whether `full` ("localhost/web:latest") is what the short `path` and `tag` mean. */
static bool names(const char *full, const davit_reference *wanted, const char *path)
{
    size_t full_length = strlen(full);
    DAVIT__FREE char *end = davit__format("/%s:%s", path, wanted->tag ? wanted->tag : "latest");
    size_t length = end ? strlen(end) : 0;
    return length && full_length > length && strcmp(full + full_length - length, end) == 0;
}

int davit__podman_image_name(davit__api *api, const davit_call *call, const char *name,
                             char **ret_name, davit_error *error)
{
    if (davit__is_image_id(name)) {
        return davit__copy(name, ret_name, error);
    }
    davit_reference wanted;
    int r = davit_reference_parse(name, &wanted, error);
    if (r < 0) {
        return r;
    }
    /* "web" and "team/web" have docker.io only because nothing else was said. */
    bool qualified = davit__starts_with(name, wanted.domain);
    if (qualified || wanted.digest) {
        davit_reference_clear(&wanted);
        return davit__copy(name, ret_name, error);
    }
    DAVIT__JSON json_t *json = NULL;
    r = get(api, call, name, &json, error);
    const char *path = wanted.path;
    if (davit__starts_with(path, "library/") && !davit__starts_with(name, "library/")) {
        path += strlen("library/");
    }
    const char *found = NULL;
    const json_t *tags = davit__json_at(json, "RepoTags");
    for (size_t i = 0; r >= 0 && !found && i < json_array_size(tags); i++) {
        const char *tag = json_string_value(json_array_get(tags, i));
        found = tag && names(tag, &wanted, path) ? tag : NULL;
    }
    davit_reference_clear(&wanted);
    return r < 0 ? r : davit__copy(found ? found : name, ret_name, error);
}

int davit__podman_image_get(void *state, const davit_call *call, const char *name,
                            davit_image_info **ret_info, char **ret_raw, davit_error *error)
{
    DAVIT__FREE char *id = NULL;
    int r = davit__podman_image_id(state, call, name, &id, error);
    return r < 0 ? r : davit__docker_image_get(state, call, id, ret_info, ret_raw, error);
}

/* Podman cannot list at all while another client removes one of the images: it is asked again. */
#define LIST_ATTEMPTS 5

int davit__podman_image_list(void *state, const davit_call *call,
                             const davit_image_list_options *options, davit_image_list **ret_list,
                             davit_error *error)
{
    davit__api *api = state;
    davit_error failure = DAVIT_ERROR_INIT;
    for (int attempt = 0; attempt < LIST_ATTEMPTS; attempt++) {
        failure = (davit_error)DAVIT_ERROR_INIT;
        int r = davit__image_list_fetch(api, call, api->libpod, options, ret_list, &failure);
        if (r >= 0) {
            return r;
        }
        if (!strstr(failure.message, "image not known")) {
            break;
        }
    }
    if (error) {
        *error = failure;
    }
    return failure.code;
}

int davit__podman_image_tag(void *state, const davit_call *call, const char *source,
                            const char *target_name, davit_error *error)
{
    davit__api *api = state;
    return davit__image_tag(api, call, api->libpod, source, target_name, error);
}

static void tell(const json_t *names, const char *what, davit_image_removed_callback removed,
                 void *context)
{
    for (size_t i = 0; removed && i < json_array_size(names); i++) {
        const char *name = json_string_value(json_array_get(names, i));
        if (name) {
            removed(context, what, name);
        }
    }
}

int davit__podman_image_remove(void *state, const davit_call *call, const char *name, bool force,
                               davit_image_removed_callback removed, void *context,
                               davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->libpod, "/images/%s", name);
    davit__target_query(&target, "force", force ? "true" : NULL);
    davit__api_request request = {
        .method = "DELETE",
        .target = &target,
        .not_found = DAVIT_ERROR_IMAGE_NOT_FOUND,
    };
    DAVIT__JSON json_t *answer = NULL;
    int r = davit__api_call(api, call, &request, &answer, error);
    if (r < 0) {
        return r;
    }
    tell(davit__json_at(answer, "Untagged"), "untagged", removed, context);
    tell(davit__json_at(answer, "Deleted"), "deleted", removed, context);
    const char *failure = davit__json_text(answer, "Errors.0");
    return failure ? davit__error_set(error, DAVIT_ERROR_IMAGE, "%s", failure) : 0;
}
