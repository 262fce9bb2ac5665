/* SPDX-License-Identifier: MIT */
/* Images as archives, both ways, and the steps that made one. */
#include "docker.h"
#include "image_info.h"
#include "memory.h"

#include <davit/parse.h>

#define SAVE_PIECE (64 * 1024)

/* ---- history ---- */

int davit__image_history(davit__api *api, const davit_call *call, const char *prefix,
                         const char *name, davit_image_history **ret_history, davit_error *error)
{
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, prefix, "/images/%s/history", name);
    davit__api_request request = {
        .method = "GET",
        .target = &target,
        .not_found = DAVIT_ERROR_IMAGE_NOT_FOUND,
    };
    DAVIT__JSON json_t *answer = NULL;
    int r = davit__api_call(api, call, &request, &answer, error);
    return r < 0 ? r : davit__image_history_decode(answer, ret_history, error);
}

int davit__docker_image_history(void *state, const davit_call *call, const char *name,
                                davit_image_history **ret_history, davit_error *error)
{
    davit__api *api = state;
    return davit__image_history(api, call, api->prefix, name, ret_history, error);
}

/* ---- save ---- */

int davit__image_save(davit__api *api, const davit_call *call, davit__target *target,
                      davit_write_callback write_piece, void *context, davit_error *error)
{
    DAVIT__FREE char *piece = malloc(SAVE_PIECE);
    if (!piece) {
        return davit__error_no_memory(error);
    }
    davit__api_request request = {
        .method = "GET",
        .target = target,
        .not_found = DAVIT_ERROR_IMAGE_NOT_FOUND,
    };
    DAVIT__EXCHANGE *exchange = NULL;
    int r = davit__api_start(api, call, &request, &exchange, error);
    size_t length = 1;
    while (r >= 0 && length > 0) {
        r = davit__http_read(exchange, piece, SAVE_PIECE, &length, error);
        if (r >= 0 && length > 0) {
            r = write_piece(context, piece, length, error);
        }
    }
    return r < 0 ? r : 0;
}

/* Docker does not always say which of them it does not have. */
static int name_missing(davit__api *api, const davit_call *call, const char *const *names,
                        size_t count, davit_error *error)
{
    int r = DAVIT_ERROR_IMAGE_NOT_FOUND;
    for (size_t i = 0; i < count; i++) {
        DAVIT_CLEANUP(davit_image_info_free) davit_image_info *info = NULL;
        davit_error missing = DAVIT_ERROR_INIT;
        if (davit__docker_image_get(api, call, names[i], &info, NULL, &missing) == r) {
            return davit__error_set(error, r, "no such image: %s", names[i]);
        }
    }
    return r;
}

int davit__docker_image_save(void *state, const davit_call *call, const char *const *names,
                             size_t count, davit_write_callback write_piece, void *context,
                             davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/images/get", NULL);
    for (size_t i = 0; i < count; i++) {
        davit__target_query(&target, "names", names[i]);
    }
    int r = davit__image_save(api, call, &target, write_piece, context, error);
    return r == DAVIT_ERROR_IMAGE_NOT_FOUND ? name_missing(api, call, names, count, error) : r;
}

/* ---- uploads ---- */

static int write_body(void *context, const void *data, size_t length, davit_error *error)
{
    return davit__http_write(context, data, length, error);
}

int davit__upload(davit__api *api, const davit_call *call, davit__target *target,
                  const davit_pair *header, const davit_source *source,
                  davit__http_exchange **ret_exchange, davit_error *error)
{
    davit__api_request http = {
        .method = "POST",
        .target = target,
        .headers = header,
        .header_count = header ? 1 : 0,
        .content_type = "application/x-tar",
        .chunked = true,
    };
    DAVIT__EXCHANGE *exchange = NULL;
    int r = davit__api_send(api, call, &http, &exchange, error);
    if (r >= 0) {
        r = source->send(source->context, write_body, exchange, error);
    }
    if (r >= 0) {
        r = davit__api_receive(exchange, DAVIT_ERROR_IMAGE_NOT_FOUND, error);
    }
    if (r >= 0) {
        *ret_exchange = DAVIT__TAKE(exchange);
    }
    return r;
}

typedef struct loading {
    const davit_call *call;
    davit_image_loaded_callback loaded;
    void *context;
} loading;

/* "Loaded image: web:1\n", "Loaded image ID: sha256:...\n"; anything else is a remark. */
static int load_line(void *context, const json_t *line, davit_error *error)
{
    static const char *const heads[] = {"Loaded image: ", "Loaded image ID: "};
    const loading *under_way = context;
    const char *stream = davit__json_text(line, "stream");
    if (!stream) {
        return 0;
    }
    DAVIT__FREE char *text = strdup(stream);
    if (!text) {
        return davit__error_no_memory(error);
    }
    text[strcspn(text, "\n")] = '\0';
    for (size_t i = 0; i < DAVIT__COUNT(heads); i++) {
        if (davit__starts_with(text, heads[i])) {
            if (under_way->loaded) {
                under_way->loaded(under_way->context, text + strlen(heads[i]));
            }
            return 0;
        }
    }
    davit__log(under_way->call, DAVIT_LOG_INFO, "%s", text);
    return 0;
}

/* What the engines say of a tar with no images in it, with paths of their own. Sources: moby 20.10
 * to 28, podman 4.3. */
int davit__load_failure(davit_error *failure)
{
    static const char *const known[] = {
        "payload does not match any of the supported image formats",
        "repositories: no such file or directory",
        "manifest.json: no such file or directory",
        "does not contain a manifest.json",
    };
    for (size_t i = 0; i < DAVIT__COUNT(known); i++) {
        if (strstr(failure->message, known[i])) {
            return davit__error_set(failure, DAVIT_ERROR_IMAGE,
                                    "the archive holds no images, or is cut short");
        }
    }
    return failure->code;
}

int davit__docker_image_load(void *state, const davit_call *call, const davit_source *archive,
                             davit_image_loaded_callback loaded, void *context, davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/images/load", NULL);
    davit__target_query_bool(&target, "quiet", true);
    DAVIT__EXCHANGE *exchange = NULL;
    davit_error failure = DAVIT_ERROR_INIT;
    loading under_way = {call, loaded, context};
    int r = davit__upload(api, call, &target, NULL, archive, &exchange, &failure);
    if (r >= 0) {
        r = davit__docker_read_lines(exchange, DAVIT_ERROR_IMAGE, load_line, &under_way, &failure);
    }
    if (r < 0) {
        r = davit__load_failure(&failure);
        if (error) {
            *error = failure;
        }
    }
    return r;
}

/* ---- import ---- */

static int import_line(void *context, const json_t *line, davit_error *error)
{
    char **id = context;
    const char *status = davit__json_text(line, "status");
    if (!status || !davit__starts_with(status, "sha256:")) {
        return 0;
    }
    free(*id);
    *id = NULL;
    return davit__copy(status, id, error);
}

/* With its tag: without one Docker would give the image none. */
static int query_name(davit__target *target, const char *name, davit_error *error)
{
    davit_reference reference;
    int r = davit_reference_parse(name, &reference, error);
    if (r >= 0) {
        davit__target_query(target, "repo", reference.full_name);
        davit_reference_clear(&reference);
    }
    return r;
}

void davit__import_query(davit__target *target, const davit_image_import_options *options)
{
    davit__target_query(target, "message", options->message);
    for (size_t i = 0; i < options->change_count; i++) {
        davit__target_query(target, "changes", options->changes[i]);
    }
}

int davit__docker_image_import(void *state, const davit_call *call, const davit_source *archive,
                               const davit_image_import_options *options, char **ret_id,
                               davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/images/create", NULL);
    davit__target_query(&target, "fromSrc", "-");
    int r = options->name ? query_name(&target, options->name, error) : 0;
    davit__import_query(&target, options);
    DAVIT__EXCHANGE *exchange = NULL;
    r = r < 0 ? r : davit__upload(api, call, &target, NULL, archive, &exchange, error);
    if (r < 0) {
        return r;
    }
    DAVIT__FREE char *id = NULL;
    r = davit__docker_read_lines(exchange, DAVIT_ERROR_IMAGE, import_line, &id, error);
    if (r >= 0 && !id) {
        r = davit__error_set(error, DAVIT_ERROR_PROTOCOL, "the engine gave no image");
    }
    if (r >= 0) {
        *ret_id = DAVIT__TAKE(id);
    }
    return r;
}
