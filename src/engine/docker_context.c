/* SPDX-License-Identifier: MIT */
#include "docker_context.h"

#include "fields.h"
#include "files.h"
#include "memory.h"

#include <dirent.h>
#include <errno.h>

/* Contexts (with "." and "..") that are looked through. */
#define ENTRIES_MAX 1000

int davit__docker_json(const char *path, json_t **ret_json, davit_error *error)
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

static int refuse_folder(const char *folder, int system_error, davit_error *error)
{
    return davit__error_errno(error, DAVIT_ERROR_INVALID_CONFIG, system_error, "%s", folder);
}

/* What one folder below contexts/meta holds; *ret_meta is NULL if that is no context. */
static int read_meta(const char *folder, const char *entry, json_t **ret_meta, davit_error *error)
{
    *ret_meta = NULL;
    if (entry[0] == '.') {
        return 0;
    }
    DAVIT__FREE char *path = davit__format("%s/%s/meta.json", folder, entry);
    return path ? davit__docker_json(path, ret_meta, error) : davit__error_no_memory(error);
}

static bool is_named(const json_t *meta, const char *name)
{
    return davit__same(json_string_value(json_object_get(meta, "Name")), name);
}

/* Look through the folder for the context with this name; *ret_meta is NULL if there is none, else
 * *ret_entry is its folder's name. A
 * file that cannot be understood may be another context's: it matters only if nothing is found. */
static int search_folder(DIR *stream, const char *folder, const char *name, json_t **ret_meta,
                         char **ret_entry, davit_error *error)
{
    davit_error first = DAVIT_ERROR_INIT;
    for (size_t count = 0;; count++) {
        errno = 0;
        const struct dirent *entry = readdir(stream);
        if (!entry) {
            break;
        }
        if (count == ENTRIES_MAX) {
            return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "%s: more than %d contexts",
                                    folder, ENTRIES_MAX);
        }
        davit_error reason = DAVIT_ERROR_INIT;
        DAVIT__JSON json_t *meta = NULL;
        int r = read_meta(folder, entry->d_name, &meta, &reason);
        if (r < 0 && !first.code) {
            first = reason;
        }
        if (is_named(meta, name)) {
            *ret_meta = DAVIT__TAKE(meta);
            return davit__copy(entry->d_name, ret_entry, error);
        }
    }
    if (errno) {
        return refuse_folder(folder, errno, error);
    }
    if (first.code && error) {
        *error = first;
    }
    *ret_meta = NULL;
    return (int)first.code;
}

/* Docker names a context's folder after the SHA-256 of its name. There are few, and each has its
 * name in it: to read them is cheaper than to load a library for digests. */
static int find_meta(const char *folder, const char *name, json_t **ret_meta, char **ret_entry,
                     davit_error *error)
{
    DIR *stream = opendir(folder);
    if (!stream && (errno == ENOENT || errno == ENOTDIR)) {
        *ret_meta = NULL;
        return 0;
    }
    if (!stream) {
        return refuse_folder(folder, errno, error);
    }
    int r = search_folder(stream, folder, name, ret_meta, ret_entry, error);
    closedir(stream);
    return r;
}

static int not_there(const davit__context *context, const char *folder, davit_error *error)
{
    return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                            "context \"%.100s\" does not exist (none in %s has that name): choose "
                            "one that `docker context ls` lists, or none with "
                            "DOCKER_CONTEXT=default",
                            context->name, folder);
}

/* The address, and how TLS goes there: with what lies in contexts/tls/ENTRY/docker. */
static int read_endpoint(const davit__environment *environment, const char *entry,
                         const json_t *meta, davit__context *context, davit_error *error)
{
    const json_t *docker = json_object_get(json_object_get(meta, "Endpoints"), "docker");
    const char *host = json_string_value(json_object_get(docker, "Host"));
    int r = davit__copy(davit__empty(host) ? NULL : host, &context->host, error);
    DAVIT__FREE char *folder =
        davit__format("%s/contexts/tls/%s/docker", environment->docker_config, entry);
    if (r < 0 || !folder) {
        return r < 0 ? r : davit__error_no_memory(error);
    }
    r = davit__tls_choice_look(&context->tls, folder, error);
    bool has_file = context->tls.ca || context->tls.certificate || context->tls.key;
    bool skips = json_is_true(json_object_get(docker, "SkipTLSVerify"));
    context->tls.mode = skips      ? DAVIT_TLS_UNVERIFIED
                        : has_file ? DAVIT_TLS_VERIFIED
                                   : DAVIT_TLS_OFF;
    return r;
}

static int read_host(const davit__environment *environment, davit__context *context,
                     davit_error *error)
{
    if (!environment->docker_config) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "context \"%.100s\": no home folder to look for it in",
                                context->name);
    }
    DAVIT__FREE char *folder = davit__format("%s/contexts/meta", environment->docker_config);
    if (!folder) {
        return davit__error_no_memory(error);
    }
    DAVIT__JSON json_t *meta = NULL;
    DAVIT__FREE char *entry = NULL;
    int r = find_meta(folder, context->name, &meta, &entry, error);
    if (r < 0) {
        return r;
    }
    if (!meta) {
        return not_there(context, folder, error);
    }
    return read_endpoint(environment, entry, meta, context, error);
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
    int r = davit__docker_json(path, &config, error);
    if (r < 0) {
        return r;
    }
    context->source = "docker context";
    const char *name = json_string_value(json_object_get(config, "currentContext"));
    return davit__copy(davit__empty(name) ? NULL : name, &context->name, error);
}

/* Fill name and source. */
static int find_name(const davit__environment *environment, davit__context *context,
                     davit_error *error)
{
    context->source = "DOCKER_CONTEXT";
    int r = environment->docker_context
                ? davit__copy(environment->docker_context, &context->name, error)
                : read_current(environment, context, error);
    if (r == 0 && davit__same(context->name, "default")) {
        free(context->name);
        context->name = NULL;
    }
    return r < 0 ? davit__error_wrap(error, r, "%s", context->source) : 0;
}

int davit__context_name(const davit__environment *environment, char **ret_name, davit_error *error)
{
    davit__context context = {0};
    int r = find_name(environment, &context, error);
    if (r == 0) {
        *ret_name = DAVIT__TAKE(context.name);
    }
    davit__context_free(&context);
    return r;
}

static int finish(const davit__environment *environment, davit__context *context,
                  davit__context *ret_context, davit_error *error)
{
    int r = context->name ? read_host(environment, context, error) : 0;
    if (r < 0) {
        r = davit__error_wrap(error, r, "%s", context->source);
        davit__context_free(context);
        return r;
    }
    *ret_context = *context;
    return 0;
}

int davit__context_read(const davit__environment *environment, davit__context *ret_context,
                        davit_error *error)
{
    davit__context context = {0};
    int r = find_name(environment, &context, error);
    if (r < 0) {
        davit__context_free(&context);
        return r;
    }
    return finish(environment, &context, ret_context, error);
}

int davit__context_read_named(const davit__environment *environment, const char *name,
                              davit__context *ret_context, davit_error *error)
{
    davit__context context = {.source = "context"};
    int r = davit__copy(name, &context.name, error);
    return r < 0 ? r : finish(environment, &context, ret_context, error);
}

void davit__context_free(davit__context *context)
{
    free(context->name);
    free(context->host);
    davit__tls_choice_free(&context->tls);
    *context = (davit__context){0};
}
