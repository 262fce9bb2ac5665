/* SPDX-License-Identifier: MIT */
#include "image_info.h"

#include "docker.h"
#include "lines.h"
#include "memory.h"

#include <davit/parse.h>

int davit__image_list_fetch(davit__api *api, const davit_call *call, const char *prefix,
                            const davit_image_list_options *options, davit_image_list **ret_list,
                            davit_error *error)
{
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, prefix, "/images/json", NULL);
    davit__target_query_bool(&target, "all", options->all);
    davit__api_request request = {.method = "GET", .target = &target};
    DAVIT__JSON json_t *answer = NULL;
    int r = davit__api_call(api, call, &request, &answer, error);
    return r < 0 ? r : davit__image_list_decode(answer, ret_list, error);
}

int davit__docker_image_list(void *state, const davit_call *call,
                             const davit_image_list_options *options, davit_image_list **ret_list,
                             davit_error *error)
{
    davit__api *api = state;
    return davit__image_list_fetch(api, call, api->prefix, options, ret_list, error);
}

int davit__docker_image_get(void *state, const davit_call *call, const char *name,
                            davit_image_info **ret_info, char **ret_raw, davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/images/%s/json", name);
    davit__api_request request = {
        .method = "GET",
        .target = &target,
        .not_found = DAVIT_ERROR_IMAGE_NOT_FOUND,
    };
    DAVIT__FREE char *raw = NULL;
    int r = davit__api_call_text(api, call, &request, &raw, error);
    if (r < 0) {
        return r;
    }
    DAVIT__JSON json_t *json = NULL;
    r = davit__json_parse(raw, strlen(raw), "the engine's answer", &json, error);
    if (r >= 0) {
        r = davit__image_info_decode(json, ret_info, error);
    }
    if (r >= 0 && ret_raw) {
        *ret_raw = DAVIT__TAKE(raw);
    }
    return r;
}

char *davit__repository_of(const char *name)
{
    const char *slash = strrchr(name, '/');
    const char *end = strpbrk(slash ? slash : name, ":@");
    return end ? strndup(name, (size_t)(end - name)) : strdup(name);
}

int davit__image_tag(davit__api *api, const davit_call *call, const char *prefix,
                     const char *source, const char *target_name, davit_error *error)
{
    davit_reference reference;
    int r = davit_reference_parse(target_name, &reference, error);
    if (r < 0) {
        return r;
    }
    DAVIT__FREE char *tag = DAVIT__TAKE(reference.tag);
    bool digest = reference.digest;
    davit_reference_clear(&reference);
    if (digest) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "'%s': a tag cannot hold a digest", target_name);
    }
    DAVIT__FREE char *repository = davit__repository_of(target_name);
    if (!repository) {
        return davit__error_no_memory(error);
    }
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, prefix, "/images/%s/tag", source);
    davit__target_query(&target, "repo", repository);
    davit__target_query(&target, "tag", tag);
    davit__api_request request = {
        .method = "POST",
        .target = &target,
        .not_found = DAVIT_ERROR_IMAGE_NOT_FOUND,
    };
    return davit__api_call(api, call, &request, NULL, error);
}

int davit__docker_image_tag(void *state, const davit_call *call, const char *source,
                            const char *target, davit_error *error)
{
    davit__api *api = state;
    return davit__image_tag(api, call, api->prefix, source, target, error);
}

int davit__docker_image_remove(void *state, const davit_call *call, const char *name, bool force,
                               davit_image_removed_callback removed, void *context,
                               davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/images/%s", name);
    davit__target_query_bool(&target, "force", force);
    davit__api_request request = {
        .method = "DELETE",
        .target = &target,
        .not_found = DAVIT_ERROR_IMAGE_NOT_FOUND,
    };
    DAVIT__JSON json_t *answer = NULL;
    int r = davit__api_call(api, call, &request, &answer, error);
    for (size_t i = 0; r >= 0 && removed && i < json_array_size(answer); i++) {
        const json_t *entry = json_array_get(answer, i);
        const char *untagged = davit__json_text(entry, "Untagged");
        const char *deleted = davit__json_text(entry, "Deleted");
        if (untagged) {
            removed(context, "untagged", untagged);
        }
        if (deleted) {
            removed(context, "deleted", deleted);
        }
    }
    return r;
}

/* ---- streams of JSON lines ---- */

typedef struct line_reader {
    davit_error_code code;
    davit__line_callback line;
    void *context;
} line_reader;

static int take_line(void *context, const char *text, size_t length, davit_error *error)
{
    line_reader *reader = context;
    DAVIT__JSON json_t *json = NULL;
    int r = davit__json_parse(text, length, "the engine's progress", &json, error);
    if (r < 0) {
        return r;
    }
    if (!json_is_object(json)) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                                "the engine's progress: expected an object a line");
    }
    const char *message = davit__json_text(json, "errorDetail.message");
    if (!message) {
        message = davit__json_text(json, "error");
    }
    if (message) {
        /* Of a build only the step is known: its output may say anything. */
        davit_error_code code = reader->code == DAVIT_ERROR_IMAGE_BUILD
                                    ? reader->code
                                    : davit__api_code_of_message(message, reader->code);
        return davit__error_set(error, code, "%s", message);
    }
    return reader->line(reader->context, json, error);
}

#define LINES_PIECE (64 * 1024)

int davit__docker_read_lines(davit__http_exchange *exchange, davit_error_code code,
                             davit__line_callback line, void *context, davit_error *error)
{
    DAVIT__FREE char *piece = malloc(LINES_PIECE);
    if (!piece) {
        return davit__error_no_memory(error);
    }
    line_reader reader = {code, line, context};
    davit__lines lines;
    davit__lines_init(&lines, 0, take_line, &reader);
    int r;
    size_t length;
    do {
        r = davit__http_read(exchange, piece, LINES_PIECE, &length, error);
        if (r >= 0) {
            r = length ? davit__lines_feed(&lines, piece, length, error)
                       : davit__lines_end(&lines, error);
        }
    } while (r >= 0 && length > 0);
    davit__lines_free(&lines);
    return r;
}
