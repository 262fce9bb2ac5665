/* SPDX-License-Identifier: MIT */
#include "docker_context.h"

#include "fields.h"
#include "files.h"
#include "memory.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>

#define DIGEST_TEXT_SIZE (2 * EVP_MAX_MD_SIZE + 1)

/* Docker's own files: keys that davit does not know are none of its business. *ret_json is NULL if
 * there is no such file. */
static int read_json(const char *path, json_t **ret_json, davit_error *error)
{
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    davit_error reason = DAVIT_ERROR_INIT;
    int r = davit__file_read(path, &text, &reason);
    if (r < 0 && (reason.system_error == ENOENT || reason.system_error == ENOTDIR)) {
        *ret_json = NULL;
        return 0;
    }
    if (r < 0) {
        return davit__error_set(error, r == DAVIT_ERROR_IO ? DAVIT_ERROR_INVALID_CONFIG : r, "%s",
                                reason.message);
    }
    json_error_t problem;
    json_t *json = json_loadb(text.length ? text.data : "", text.length, 0, &problem);
    if (!json) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "%s: not valid JSON: line %d, column %d: %s", path, problem.line,
                                problem.column, problem.text);
    }
    *ret_json = json;
    return 0;
}

/* A context's folder is named after the SHA-256 of its name. */
static int digest_name(const char *name, char text[DIGEST_TEXT_SIZE], davit_error *error)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (!EVP_Digest(name, strlen(name), digest, &length, EVP_sha256(), NULL)) {
        return davit__error_no_memory(error);
    }
    for (size_t i = 0; i < length; i++) {
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    }
    return 0;
}

static int not_there(const davit__context *context, const char *path, davit_error *error)
{
    return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                            "context \"%.100s\" does not exist (no %s): choose one that `docker "
                            "context ls` lists, or none with DOCKER_CONTEXT=default",
                            context->name, path);
}

static int read_host(const davit__environment *environment, davit__context *context,
                     davit_error *error)
{
    if (!environment->docker_config) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "context \"%.100s\": no home folder to look for it in",
                                context->name);
    }
    char digest[DIGEST_TEXT_SIZE];
    int r = digest_name(context->name, digest, error);
    if (r < 0) {
        return r;
    }
    DAVIT__FREE char *path =
        davit__format("%s/contexts/meta/%s/meta.json", environment->docker_config, digest);
    if (!path) {
        return davit__error_no_memory(error);
    }
    DAVIT__JSON json_t *meta = NULL;
    r = read_json(path, &meta, error);
    if (r < 0) {
        return r;
    }
    if (!meta) {
        return not_there(context, path, error);
    }
    const json_t *docker = json_object_get(json_object_get(meta, "Endpoints"), "docker");
    const char *host = json_string_value(json_object_get(docker, "Host"));
    return davit__copy(davit__empty(host) ? NULL : host, &context->host, error);
}

/* "currentContext" of ~/.docker/config.json. */
static int read_current(const davit__environment *environment, davit__context *context,
                        davit_error *error)
{
    if (!environment->docker_config) {
        return 0;
    }
    DAVIT__FREE char *path = davit__format("%s/config.json", environment->docker_config);
    if (!path) {
        return davit__error_no_memory(error);
    }
    DAVIT__JSON json_t *config = NULL;
    int r = read_json(path, &config, error);
    if (r < 0) {
        return r;
    }
    context->source = "docker context";
    const char *name = json_string_value(json_object_get(config, "currentContext"));
    return davit__copy(davit__empty(name) ? NULL : name, &context->name, error);
}

int davit__context_read(const davit__environment *environment, davit__context *ret_context,
                        davit_error *error)
{
    davit__context context = {.source = "DOCKER_CONTEXT"};
    int r = environment->docker_context
                ? davit__copy(environment->docker_context, &context.name, error)
                : read_current(environment, &context, error);
    if (r == 0 && davit__same(context.name, "default")) {
        free(context.name);
        context.name = NULL;
    }
    if (r == 0 && context.name) {
        r = read_host(environment, &context, error);
    }
    if (r < 0) {
        r = davit__error_wrap(error, r, "%s", context.source);
        davit__context_free(&context);
        return r;
    }
    *ret_context = context;
    return 0;
}

void davit__context_free(davit__context *context)
{
    free(context->name);
    free(context->host);
    *context = (davit__context){0};
}
