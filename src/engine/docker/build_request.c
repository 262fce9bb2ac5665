/* SPDX-License-Identifier: MIT */
/* What the builds of both engines have in common: parameters, and sending the context. */
#include "credentials.h"
#include "docker.h"
#include "memory.h"

/* {"NAME": "value"} */
static int query_pairs(davit__target *target, const char *key, const davit_pair *pairs,
                       size_t count, davit_error *error)
{
    if (count == 0) {
        return 0;
    }
    DAVIT__JSON json_t *json = json_object();
    if (!json) {
        return davit__error_no_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        const char *value = pairs[i].value ? pairs[i].value : "";
        if (json_object_set_new(json, pairs[i].name, json_string(value)) < 0) {
            return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "%s: the value is not UTF-8",
                                    pairs[i].name);
        }
    }
    davit__target_query_json(target, key, json);
    return 0;
}

/* ["a", "b"] */
void davit__build_query_texts(davit__target *target, const char *key, const char *const *texts,
                              size_t count)
{
    DAVIT__JSON json_t *json = json_array();
    int r = json ? 0 : -1;
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = json_array_append_new(json, json_string(texts[i]));
    }
    if (r < 0) {
        target->text.failed = DAVIT_ERROR_NO_MEMORY;
    } else if (count > 0) {
        davit__target_query_json(target, key, json);
    }
}

int davit__build_query(davit__target *target, const davit_build_request *request,
                       davit_error *error)
{
    const davit_build_context *context = request->context;
    for (size_t i = 0; i < context->tag_count; i++) {
        davit__target_query(target, "t", context->tags[i]);
    }
    davit__target_query(target, "dockerfile", request->dockerfile);
    davit__target_query(target, "target", context->target);
    davit__target_query_bool(target, "nocache", context->no_cache);
    davit__target_query_bool(target, "rm", true);
    davit__target_query_bool(target, "forcerm", true);
    davit__target_query(target, "platform", context->platform);
    davit__target_query_bool(target, "squash", context->squash);
    if (context->shm_size > 0) {
        davit__target_query_number(target, "shmsize", context->shm_size);
    }
    davit__build_query_texts(target, "cachefrom", context->cache_from, context->cache_from_count);
    int r = query_pairs(target, "buildargs", context->arguments, context->argument_count, error);
    return r < 0 ? r : query_pairs(target, "labels", context->labels, context->label_count, error);
}

/* {"HOST": credentials} */
static int registry_config(const davit_credentials *credentials, char **ret_header,
                           davit_error *error)
{
    json_t *one = davit__credentials_json(credentials);
    DAVIT__JSON json_t *all = one ? json_pack("{s:o}", credentials->server, one) : NULL;
    if (!all) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "credentials: not valid UTF-8");
    }
    return davit__auth_header(all, ret_header, error);
}

int davit__build_send(davit__api *api, const davit_call *call, davit__target *target,
                      const davit_build_request *request, davit__http_exchange **ret_exchange,
                      davit_error *error)
{
    DAVIT__FREE char *config = NULL;
    int r = request->credentials ? registry_config(request->credentials, &config, error) : 0;
    if (r < 0) {
        return r;
    }
    const davit_pair header = {"X-Registry-Config", config};
    const davit_source context = {request->send, request->send_context};
    return davit__upload(api, call, target, &header, &context, ret_exchange, error);
}
