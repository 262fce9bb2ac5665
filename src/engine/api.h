/* SPDX-License-Identifier: MIT */
/* Requests to a Docker-compatible engine: version prefix, JSON both ways, its errors as ours. The
 * state of both the Docker and the Podman driver. */
#ifndef DAVIT_ENGINE_API_H
#define DAVIT_ENGINE_API_H

#include "engine.h"
#include "fields.h"
#include "http.h"
#include "resolve.h"

typedef struct davit__api {
    davit__endpoint endpoint;
    char prefix[24];    /* "/v1.41" */
    const char *libpod; /* Podman: "/v4.0.0/libpod" or the newer one; NULL on Docker */
} davit__api;

/* Takes what `endpoint` owns on success. */
int davit__api_open(const davit_call *call, davit__endpoint *endpoint, davit__api **ret_api,
                    davit_error *error);
void davit__api_close(void *state);

/* Whether the negotiated version is at least this one. */
bool davit__api_at_least(const davit__api *api, const char *version);

/* A target under way: davit__target_init(&t, api->prefix, "/containers/%s/start", name) escapes the
 * name; then query parameters. */
typedef struct davit__target {
    davit__buffer text;
    bool has_query;
} davit__target;
#define DAVIT__TARGET __attribute__((cleanup(davit__target_free)))

/* `path` may hold one %s, which is replaced by `name`, escaped. */
void davit__target_init(davit__target *target, const char *prefix, const char *path,
                        const char *name);
void davit__target_query(davit__target *target, const char *key, const char *value); /* NULL: not */
void davit__target_query_number(davit__target *target, const char *key, int64_t value);
void davit__target_query_bool(davit__target *target, const char *key, bool value); /* false: not */
void davit__target_query_json(davit__target *target, const char *key, const json_t *value);
void davit__target_free(davit__target *target);

/* What a 404 means depends on what was asked for. */
typedef struct davit__api_request {
    const char *method;
    davit__target *target;
    const json_t *body;         /* or NULL */
    davit_error_code not_found; /* for 404; DAVIT_OK: DAVIT_ERROR_CONTAINER */
    const davit_pair *headers;
    size_t header_count;
    bool chunked;
    bool upgrade;
    const char *content_type;
} davit__api_request;

/* Send and read the head of the answer. A status of 400 and more becomes an error. The status is
 * returned; the caller reads the body and ends the exchange. */
int davit__api_start(davit__api *api, const davit_call *call, const davit__api_request *request,
                     davit__http_exchange **ret_exchange, davit_error *error);

/* Send only; write the body, then davit__api_receive(). */
int davit__api_send(davit__api *api, const davit_call *call, const davit__api_request *request,
                    davit__http_exchange **ret_exchange, davit_error *error);
int davit__api_receive(davit__http_exchange *exchange, davit_error_code not_found,
                       davit_error *error);

/* A whole exchange. ret_json may be NULL; it gets NULL for an empty body. */
int davit__api_call(davit__api *api, const davit_call *call, const davit__api_request *request,
                    json_t **ret_json, davit_error *error);

/* The same, the body as text. */
int davit__api_call_text(davit__api *api, const davit_call *call, const davit__api_request *request,
                         char **ret_text, davit_error *error);

/* What an engine's message says went wrong; `otherwise` if that is not known. */
davit_error_code davit__api_code_of_message(const char *message, davit_error_code otherwise);

#define DAVIT__EXCHANGE __attribute__((cleanup(davit__http_end_cleanup))) davit__http_exchange

#endif
