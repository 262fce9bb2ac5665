/* SPDX-License-Identifier: MIT */
#include "api.h"

#include "memory.h"

#include <ctype.h>
#include <stdio.h>

int davit__api_open(const davit_call *call, davit__endpoint *endpoint, davit__api **ret_api,
                    davit_error *error)
{
    DAVIT__FREE davit__api *api = calloc(1, sizeof *api);
    if (!api) {
        return davit__error_no_memory(error);
    }
    snprintf(api->prefix, sizeof api->prefix, "/v%s", endpoint->api_version);
    if (endpoint->probe.runtime == DAVIT_RUNTIME_PODMAN) {
        /* libpod keeps its older versions; the oldest that knows a route is asked for it. */
        api->libpod = "/v4.0.0/libpod";
    }
    api->endpoint = *endpoint;
    *endpoint = (davit__endpoint){0};
    davit__log(call, DAVIT_LOG_DEBUG, "engine %s, API %s, chosen by %s", api->endpoint.host,
               api->endpoint.api_version, api->endpoint.chosen_by);
    *ret_api = DAVIT__TAKE(api);
    return 0;
}

void davit__api_close(void *state)
{
    davit__api *api = state;
    if (api) {
        davit__endpoint_free(&api->endpoint);
        free(api);
    }
}

bool davit__api_at_least(const davit__api *api, const char *version)
{
    return davit__version_compare(api->endpoint.api_version, version) >= 0;
}

void davit__target_init(davit__target *target, const char *prefix, const char *path,
                        const char *name)
{
    *target = (davit__target){0};
    davit__buffer_add_text(&target->text, prefix);
    const char *place = strstr(path, "%s");
    if (!place) {
        davit__buffer_add_text(&target->text, path);
        return;
    }
    davit__buffer_add(&target->text, path, (size_t)(place - path));
    davit__http_escape(&target->text, name);
    davit__buffer_add_text(&target->text, place + 2);
}

void davit__target_free(davit__target *target)
{
    davit__buffer_free(&target->text);
}

void davit__target_query(davit__target *target, const char *key, const char *value)
{
    if (value) {
        davit__buffer_printf(&target->text, "%c%s=", target->has_query ? '&' : '?', key);
        davit__http_escape(&target->text, value);
        target->has_query = true;
    }
}

void davit__target_query_number(davit__target *target, const char *key, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)value);
    davit__target_query(target, key, text);
}

void davit__target_query_bool(davit__target *target, const char *key, bool value)
{
    davit__target_query(target, key, value ? "1" : NULL);
}

void davit__target_query_json(davit__target *target, const char *key, const json_t *value)
{
    DAVIT__FREE char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    if (text) {
        davit__target_query(target, key, text);
    } else {
        target->text.failed = DAVIT_ERROR_NO_MEMORY;
    }
}

/* Engines have 500 for what is the user's mistake, 400 or 409 for a command that cannot be run, 404
 * for other things than what was asked for; their text tells. Sources: moby, podman 4.3. */
davit_error_code davit__api_code_of_message(const char *message, davit_error_code otherwise)
{
    static const struct {
        const char *part;
        davit_error_code code;
    } known[] = {
        {"port is already allocated", DAVIT_ERROR_CONFLICT},
        {"address already in use", DAVIT_ERROR_CONFLICT},
        {"is already in use", DAVIT_ERROR_CONFLICT},
        {"no such container", DAVIT_ERROR_CONTAINER_NOT_FOUND},
        {"network not found", DAVIT_ERROR_NETWORK_NOT_FOUND},
        {"cannot read logs", DAVIT_ERROR_UNSUPPORTED},
        {"invalid log driver", DAVIT_ERROR_UNSUPPORTED},
        {"invalid signal", DAVIT_ERROR_INVALID_CONFIG},
        {"is an invalid filter", DAVIT_ERROR_INVALID_CONFIG},
        {"unsupported image filter", DAVIT_ERROR_INVALID_CONFIG},
        {"unknown container state", DAVIT_ERROR_INVALID_CONFIG},
        {"invalid reference format", DAVIT_ERROR_INVALID_CONFIG},
        {"no command or entrypoint", DAVIT_ERROR_INVALID_CONFIG},
        {"No command specified", DAVIT_ERROR_INVALID_CONFIG},
        {"container state improper", DAVIT_ERROR_CONFLICT},
        {"is not running", DAVIT_ERROR_CONFLICT},
        {"is not paused", DAVIT_ERROR_CONFLICT},
        {"invalid change", DAVIT_ERROR_INVALID_CONFIG},
        {"same name as its current", DAVIT_ERROR_CONFLICT},
        {"layer not known", DAVIT_ERROR_CONTAINER_NOT_FOUND},
        {"can only kill running containers", DAVIT_ERROR_CONFLICT},
        {"no such exec", DAVIT_ERROR_CONFLICT}, /* its container ended before it was started */
        {"manifest unknown", DAVIT_ERROR_IMAGE_NOT_FOUND},
        {"name unknown", DAVIT_ERROR_IMAGE_NOT_FOUND},
        {"invalid change ", DAVIT_ERROR_INVALID_CONFIG},
        {"unauthorized", DAVIT_ERROR_UNAUTHORIZED},
        {"authentication required", DAVIT_ERROR_UNAUTHORIZED},
        {"no basic auth credentials", DAVIT_ERROR_UNAUTHORIZED},
        {"failed with status: 401", DAVIT_ERROR_UNAUTHORIZED},
        {"does not exist locally", DAVIT_ERROR_IMAGE_NOT_FOUND},
        {"pull access denied", DAVIT_ERROR_IMAGE_NOT_FOUND},
        {"access to the resource is denied", DAVIT_ERROR_IMAGE_NOT_FOUND},
        {"OCI runtime", DAVIT_ERROR_RUNTIME},
        {"OCI permission denied", DAVIT_ERROR_RUNTIME},
    };
    for (size_t i = 0; i < DAVIT__COUNT(known); i++) {
        if (strcasestr(message, known[i].part)) {
            return known[i].code;
        }
    }
    return otherwise;
}

static davit_error_code code_of_status(int status, davit_error_code not_found, const char *message)
{
    /* "image not found" was possible: then it is an image error, and so on. */
    davit_error_code parent = davit_error_parent(not_found);
    davit_error_code otherwise = parent ? parent : DAVIT_ERROR_CONTAINER;
    switch (status) {
    case 401:
    case 403:
        return DAVIT_ERROR_UNAUTHORIZED;
    case 404:
        if (davit__starts_with(message, "network ")) { /* "network NAME not found" */
            return DAVIT_ERROR_NETWORK_NOT_FOUND;
        }
        otherwise = not_found ? not_found : DAVIT_ERROR_CONTAINER;
        break;
    case 501:
        return DAVIT_ERROR_UNSUPPORTED;
    case 400:
        otherwise = DAVIT_ERROR_INVALID_CONFIG;
        break;
    case 409:
        otherwise = DAVIT_ERROR_CONFLICT;
        break;
    default:
        break;
    }
    return davit__api_code_of_message(message, otherwise);
}

/* The engine's message, or what else can be said of an answer that is no JSON. */
static int fail_with_answer(davit__http_exchange *exchange, davit_error_code not_found,
                            davit_error *error)
{
    int status = davit__http_status(exchange);
    DAVIT__BUFFER davit__buffer body = DAVIT__BUFFER_INIT;
    int r = davit__http_read_all(exchange, DAVIT__HTTP_ERROR_MAX, &body, error);
    if (r < 0 && r != DAVIT_ERROR_PROTOCOL) {
        return r;
    }
    /* Too long or cut short: the status still tells more than that. */
    DAVIT__JSON json_t *json =
        r >= 0 && body.length ? json_loadb(body.data, body.length, 0, NULL) : NULL;
    const char *message = davit__json_text(json, "message");
    if (message) {
        r = davit__error_set(error, code_of_status(status, not_found, message), "%s", message);
    } else {
        r = davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                             "the engine answered with status %d and no reason in JSON", status);
    }
    if (error) {
        error->http_status = status;
    }
    return r;
}

/* Our own service ends when it was idle for a while: then it is started anew. */
static int start_exchange(davit__api *api, const davit__http_request *request,
                          davit__http_exchange **ret_exchange, davit_error *error)
{
    davit_error refused = DAVIT_ERROR_INIT;
    int r = davit__http_start(api->endpoint.http, request, ret_exchange, &refused);
    if (r == DAVIT_ERROR_RUNTIME_NOT_AVAILABLE && api->endpoint.embedded) {
        davit__probe probe;
        r = davit__embedded_ensure(api->endpoint.embedded, request->limit, &probe, error);
        return r < 0 ? r : davit__http_start(api->endpoint.http, request, ret_exchange, error);
    }
    if (r < 0 && error) {
        *error = refused;
    }
    return r;
}

int davit__api_send(davit__api *api, const davit_call *call, const davit__api_request *request,
                    davit__http_exchange **ret_exchange, davit_error *error)
{
    int r = davit__buffer_check(&request->target->text, error);
    if (r < 0) {
        return r;
    }
    DAVIT__FREE char *body = NULL;
    if (request->body) {
        body = json_dumps(request->body, JSON_COMPACT | JSON_ENCODE_ANY);
        if (!body) {
            return davit__error_no_memory(error);
        }
    }
    davit__log(call, DAVIT_LOG_DEBUG, "%s %s", request->method, request->target->text.data);
    davit__http_request http = {
        .method = request->method,
        .target = request->target->text.data,
        .headers = request->headers,
        .header_count = request->header_count,
        .content_type = request->content_type,
        .body = body,
        .body_length = body ? strlen(body) : 0,
        .chunked = request->chunked,
        .upgrade = request->upgrade,
        .limit = davit__call_limit(call),
    };
    return start_exchange(api, &http, ret_exchange, error);
}

int davit__api_receive(davit__http_exchange *exchange, davit_error_code not_found,
                       davit_error *error)
{
    int status = davit__http_receive(exchange, error);
    /* 304: it is so already, a success. No engine has a reason to redirect. */
    if (status >= 300 && status != 304) {
        return fail_with_answer(exchange, not_found, error);
    }
    return status;
}

int davit__api_start(davit__api *api, const davit_call *call, const davit__api_request *request,
                     davit__http_exchange **ret_exchange, davit_error *error)
{
    DAVIT__EXCHANGE *exchange = NULL;
    int r = davit__api_send(api, call, request, &exchange, error);
    if (r >= 0) {
        r = davit__api_receive(exchange, request->not_found, error);
    }
    if (r >= 0) {
        *ret_exchange = DAVIT__TAKE(exchange);
    }
    return r;
}

static int call_buffer(davit__api *api, const davit_call *call, const davit__api_request *request,
                       davit__buffer *buffer, davit_error *error)
{
    DAVIT__EXCHANGE *exchange = NULL;
    int r = davit__api_start(api, call, request, &exchange, error);
    if (r < 0) {
        return r;
    }
    return davit__http_read_all(exchange, DAVIT__HTTP_BODY_MAX, buffer, error);
}

int davit__api_call(davit__api *api, const davit_call *call, const davit__api_request *request,
                    json_t **ret_json, davit_error *error)
{
    DAVIT__BUFFER davit__buffer body = DAVIT__BUFFER_INIT;
    int r = call_buffer(api, call, request, &body, error);
    if (r < 0 || !ret_json) {
        return r < 0 ? r : 0;
    }
    if (body.length == 0) {
        *ret_json = NULL;
        return 0;
    }
    return davit__json_parse(body.data, body.length, "the engine's answer", ret_json, error);
}

int davit__api_call_text(davit__api *api, const davit_call *call, const davit__api_request *request,
                         char **ret_text, davit_error *error)
{
    DAVIT__BUFFER davit__buffer body = DAVIT__BUFFER_INIT;
    int r = call_buffer(api, call, request, &body, error);
    return r < 0 ? r : davit__buffer_take(&body, ret_text, error);
}
