/* SPDX-License-Identifier: MIT */
/* Creating a container: the request, the networks that come after it, and what became of it. */
#include "create.h"
#include "container_config.h"
#include "docker.h"
#include "memory.h"

/* Docker below API 1.44 takes the hardware address of the first network, and in another place. */
static int put_mac(davit__api *api, const davit_call *call, const davit_container_config *config,
                   json_t *body)
{
    const char *first = davit__network_first(config);
    int failed = 0;
    for (size_t i = 0; first && i < config->network_count; i++) {
        const davit_network_attachment *network = &config->networks[i];
        if (network->mac && davit__same(network->network, first)) {
            failed |= json_object_set_new(body, "MacAddress", json_string(network->mac));
        } else if (network->mac && !api->libpod) {
            davit__log(call, DAVIT_LOG_WARNING,
                       "network %s: mac %s: the engine takes one for the first network only "
                       "(others need API 1.44, Docker 25), it is ignored",
                       network->network, network->mac);
        }
    }
    return failed;
}

/* What this version of the API has no place for, or another one. */
static int adapt(davit__api *api, const davit_call *call, const davit_container_config *config,
                 json_t *body)
{
    if (config->resources.kernel_memory && (api->libpod || davit__api_at_least(api, "1.42"))) {
        json_object_del(json_object_get(body, "HostConfig"), "KernelMemory");
        davit__log(call, DAVIT_LOG_WARNING,
                   "resources: kernel_memory: this engine has dropped that limit, it is ignored");
    }
    return davit__api_at_least(api, "1.44") ? 0 : put_mac(api, call, config, body);
}

static int make_create(davit__api *api, const davit_call *call,
                       const davit_container_config *config, davit__target *target,
                       json_t **ret_body, davit_error *error)
{
    DAVIT__JSON json_t *body = NULL;
    int r = davit__container_config_encode(config, &body, error);
    if (r < 0) {
        return r;
    }
    if (adapt(api, call, config, body) < 0) {
        return davit__error_no_memory(error);
    }
    davit__target_init(target, api->prefix, "/containers/create", NULL);
    davit__target_query(target, "name", config->name);
    davit__target_query(target, "platform", config->platform);
    *ret_body = DAVIT__TAKE(body);
    return 0;
}

static int make_connect(davit__api *api, const davit_network_attachment *network,
                        const char *container, davit__target *target, json_t **ret_body,
                        davit_error *error)
{
    DAVIT__JSON json_t *settings = NULL;
    int r = davit__network_attachment_encode(network, &settings, error);
    if (r < 0) {
        return r;
    }
    json_t *body = json_pack("{s:s, s:O}", "Container", container, "EndpointConfig", settings);
    if (!body) {
        return davit__error_no_memory(error);
    }
    davit__target_init(target, api->prefix, "/networks/%s/connect", network->network);
    *ret_body = body;
    return 0;
}

static int connect_network(davit__api *api, const davit_call *call,
                           const davit_network_attachment *network, const char *id,
                           davit_error *error)
{
    DAVIT__TARGET davit__target target = {.has_query = false};
    DAVIT__JSON json_t *body = NULL;
    int r = make_connect(api, network, id, &target, &body, error);
    if (r < 0) {
        return r;
    }
    davit__api_request request = {
        .method = "POST",
        .target = &target,
        .body = body,
        .not_found = DAVIT_ERROR_NETWORK_NOT_FOUND,
    };
    r = davit__api_call(api, call, &request, NULL, error);
    return r < 0 ? davit__error_wrap(error, r, "network %s", network->network) : 0;
}

/* Older engines take one network at create, so the others come now, on all of them. */
static int connect_networks(davit__api *api, const davit_call *call,
                            const davit_container_config *config, const char *id,
                            davit_error *error)
{
    const char *first = davit__network_first(config);
    int r = 0;
    for (size_t i = 0; r >= 0 && i < config->network_count; i++) {
        if (!davit__same(config->networks[i].network, first)) {
            r = connect_network(api, call, &config->networks[i], id, error);
        }
    }
    return r;
}

/* Remove what was created but cannot be completed. */
static void give_up(davit__api *api, const davit_call *call, const char *id)
{
    static const davit_remove_options options = {.force = true, .volumes = true};
    davit_error failure = DAVIT_ERROR_INIT;
    if (davit__docker_container_remove(api, call, id, &options, &failure) < 0) {
        davit__log(call, DAVIT_LOG_WARNING, "could not remove %.12s again: %s", id,
                   failure.message);
    }
}

static int send_create(davit__api *api, const davit_call *call, davit__target *target,
                       const json_t *body, char **ret_id, davit_error *error)
{
    davit__api_request request = {
        .method = "POST",
        .target = target,
        .body = body,
        .not_found = DAVIT_ERROR_IMAGE_NOT_FOUND,
    };
    DAVIT__JSON json_t *answer = NULL;
    int r = davit__api_call(api, call, &request, &answer, error);
    if (r == DAVIT_ERROR_IMAGE) { /* it is there: something else failed */
        r = DAVIT_ERROR_RUNTIME;
        if (error) {
            error->code = DAVIT_ERROR_RUNTIME;
        }
    }
    if (r < 0) {
        return r;
    }
    davit__docker_log_warnings(call, answer);
    const char *id = davit__json_text(answer, "Id");
    if (!id) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL, "the engine's answer has no Id");
    }
    return davit__copy(id, ret_id, error);
}

int davit__docker_container_create(void *state, const davit_call *call,
                                   const davit_container_config *config, char **ret_id,
                                   davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target = {.has_query = false};
    DAVIT__JSON json_t *body = NULL;
    int r = make_create(api, call, config, &target, &body, error);
    if (r < 0) {
        return r;
    }
    DAVIT__FREE char *id = NULL;
    r = send_create(api, call, &target, body, &id, error);
    if (r < 0) {
        return r;
    }
    r = connect_networks(api, call, config, id, error);
    if (r < 0) {
        give_up(api, call, id);
        return r;
    }
    davit__create_compare(api, call, body, id);
    *ret_id = DAVIT__TAKE(id);
    return 0;
}

/* ---- what would be sent ---- */

static int describe(json_t *requests, const davit__target *target, json_t *body, davit_error *error)
{
    json_t *request = target->text.failed ? NULL
                                          : json_pack("{s:s, s:s, s:O}", "method", "POST", "path",
                                                      target->text.data, "body", body);
    return json_array_append_new(requests, request) < 0 ? davit__error_no_memory(error) : 0;
}

static int describe_connects(davit__api *api, const davit_container_config *config,
                             json_t *requests, davit_error *error)
{
    const char *first = davit__network_first(config);
    int r = 0;
    for (size_t i = 0; r >= 0 && i < config->network_count; i++) {
        DAVIT__TARGET davit__target target = {.has_query = false};
        DAVIT__JSON json_t *body = NULL;
        if (davit__same(config->networks[i].network, first)) {
            continue;
        }
        r = make_connect(api, &config->networks[i], config->name ? config->name : "ID", &target,
                         &body, error);
        if (r >= 0) {
            r = describe(requests, &target, body, error);
        }
    }
    return r;
}

int davit__docker_container_create_request(void *state, const davit_call *call,
                                           const davit_container_config *config, char **ret_json,
                                           davit_error *error)
{
    davit__api *api = state;
    DAVIT__TARGET davit__target target = {.has_query = false};
    DAVIT__JSON json_t *body = NULL;
    DAVIT__JSON json_t *requests = json_array();
    int r = make_create(api, call, config, &target, &body, error);
    if (r >= 0) {
        r = describe(requests, &target, body, error);
    }
    if (r >= 0) {
        r = describe_connects(api, config, requests, error);
    }
    return r < 0 ? r : davit__json_dump(requests, 2, ret_json, error);
}
