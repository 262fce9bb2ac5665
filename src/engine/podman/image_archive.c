/* SPDX-License-Identifier: MIT */
/* Images as archives. The compatible API drops an import's name and tells loaded names in one line.
 */
#include "image_info.h"
#include "memory.h"
#include "podman.h"

#include <davit/parse.h>

/* Podman takes the newest step for that of the last image with the same files: its id and names are
 * put right. */
static void correct_newest(davit_image_step *step, davit_image_info *info)
{
    char *id = step->id;
    char **names = step->names;
    size_t count = step->name_count;
    step->id = info->id;
    step->names = info->names;
    step->name_count = info->name_count;
    info->id = id;
    info->names = names;
    info->name_count = count;
}

int davit__podman_image_history(void *state, const davit_call *call, const char *name,
                                davit_image_history **ret_history, davit_error *error)
{
    davit__api *api = state;
    DAVIT_CLEANUP(davit_image_info_free) davit_image_info *info = NULL;
    DAVIT_CLEANUP(davit_image_history_free) davit_image_history *history = NULL;
    int r = davit__podman_image_get(api, call, name, &info, NULL, error);
    if (r >= 0) {
        r = davit__image_history(api, call, api->libpod, info->id, &history, error);
    }
    if (r < 0) {
        return r;
    }
    if (history->count > 0) {
        correct_newest(&history->items[0], info);
    }
    *ret_history = DAVIT__TAKE(history);
    return 0;
}

int davit__podman_image_save(void *state, const davit_call *call, const char *const *names,
                             size_t count, davit_write_callback write_piece, void *context,
                             davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->libpod, "/images/export", NULL);
    davit__target_query(&target, "format", "docker-archive");
    for (size_t i = 0; i < count; i++) {
        davit__target_query(&target, "references", names[i]);
    }
    davit_error failure = DAVIT_ERROR_INIT;
    int r = davit__image_save(api, call, &target, write_piece, context, &failure);
    if (r < 0) {
        /* Podman has 400 for it. */
        r = strstr(failure.message, "image not known") ? DAVIT_ERROR_IMAGE_NOT_FOUND : r;
        failure.code = r;
        if (error) {
            *error = failure;
        }
    }
    return r;
}

static int upload(davit__api *api, const davit_call *call, davit__target *target,
                  const davit_source *archive, json_t **ret_json, davit_error *error)
{
    DAVIT__EXCHANGE *exchange = NULL;
    DAVIT__BUFFER davit__buffer body = DAVIT__BUFFER_INIT;
    int r = davit__upload(api, call, target, NULL, archive, &exchange, error);
    if (r >= 0) {
        r = davit__http_read_all(exchange, DAVIT__HTTP_BODY_MAX, &body, error);
    }
    return r < 0 ? r
                 : davit__json_parse(body.data ? body.data : "", body.length, "the engine's answer",
                                     ret_json, error);
}

/* The image's name, or its id with the algorithm. */
static int tell_loaded(const char *name, davit_image_loaded_callback loaded, void *context,
                       davit_error *error)
{
    DAVIT__FREE char *copy = NULL;
    int r = davit__is_image_id(name) ? davit__digest_copy(name, &copy, error)
                                     : davit__copy(name, &copy, error);
    if (r >= 0 && loaded) {
        loaded(context, copy);
    }
    return r;
}

int davit__podman_image_load(void *state, const davit_call *call, const davit_source *archive,
                             davit_image_loaded_callback loaded, void *context, davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->libpod, "/images/load", NULL);
    DAVIT__JSON json_t *answer = NULL;
    davit_error failure = DAVIT_ERROR_INIT;
    int r = upload(api, call, &target, archive, &answer, &failure);
    if (r < 0) {
        r = davit__load_failure(&failure);
        if (error) {
            *error = failure;
        }
    }
    const json_t *names = davit__json_at(answer, "Names");
    for (size_t i = 0; r >= 0 && i < json_array_size(names); i++) {
        const char *name = json_string_value(json_array_get(names, i));
        r = name ? tell_loaded(name, loaded, context, error) : 0;
    }
    return r;
}

int davit__podman_image_import(void *state, const davit_call *call, const davit_source *archive,
                               const davit_image_import_options *options, char **ret_id,
                               davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->libpod, "/images/import", NULL);
    davit__target_query(&target, "reference", options->name);
    davit__import_query(&target, options);
    DAVIT__JSON json_t *answer = NULL;
    int r = upload(api, call, &target, archive, &answer, error);
    if (r < 0) {
        return r;
    }
    const char *id = davit__json_text(answer, "Id");
    if (!id) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL, "the engine gave no image");
    }
    return davit__digest_copy(id, ret_id, error);
}
