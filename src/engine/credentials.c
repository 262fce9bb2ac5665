/* SPDX-License-Identifier: MIT */
/* Which credentials count: those of the call, or the first that the settings have. */
#include "credentials.h"

#include "docker/base64.h"
#include "engine.h"
#include "memory.h"

#include <davit/parse.h>

void davit__account_clear(davit__account *account)
{
    free(account->username);
    free(account->password);
    free(account->identity_token);
    free(account->registry_token);
    *account = (davit__account){0};
}

bool davit__account_is_empty(const davit__account *account)
{
    return !account->username && !account->password && !account->identity_token &&
           !account->registry_token;
}

/* ---- the places ---- */

/* `path` is taken; NULL: out of memory. */
static int add_file(davit__auth_places *places, char *path, bool podman, davit_error *error)
{
    if (!path) {
        return davit__error_no_memory(error);
    }
    davit__auth_file *file = &places->files[places->count++];
    *file = (davit__auth_file){.path = path, .podman = podman};
    return davit__auth_file_read(file, error);
}

static int add_docker(davit__auth_places *places, const davit__environment *environment,
                      davit_error *error)
{
    const char *text = environment->docker_auth_config;
    if (text) {
        davit__auth_file *file = &places->files[places->count++];
        int r = davit__copy("DOCKER_AUTH_CONFIG", &file->path, error);
        if (r < 0 || (r = davit__auth_file_parse(file, text, strlen(text), error)) < 0) {
            return r;
        }
    }
    if (!environment->docker_config) {
        return 0;
    }
    return add_file(places, davit__format("%s/config.json", environment->docker_config), false,
                    error);
}

static int add_podman(davit__auth_places *places, const davit__environment *environment,
                      davit_error *error)
{
    if (environment->registry_auth_file) {
        return add_file(places, strdup(environment->registry_auth_file), true, error);
    }
    int r = 0;
    if (environment->runtime_dir) {
        r = add_file(places, davit__format("%s/containers/auth.json", environment->runtime_dir),
                     true, error);
    }
    if (r >= 0) {
        const char *machine = environment->machine ? environment->machine : "";
        r = add_file(places,
                     davit__format("%s/run/containers/%u/auth.json", machine, (unsigned)geteuid()),
                     true, error);
    }
    if (r >= 0 && environment->config_home) {
        r = add_file(places, davit__format("%s/containers/auth.json", environment->config_home),
                     true, error);
    }
    return r;
}

/* docker's file is the last of docker's, Podman's the first of Podman's. */
static int add_all(davit__auth_places *places, const davit__environment *environment, bool podman,
                   davit_error *error)
{
    int r =
        podman ? add_podman(places, environment, error) : add_docker(places, environment, error);
    places->login = podman ? 0 : environment->docker_config ? places->count - 1 : SIZE_MAX;
    if (r < 0) {
        return r;
    }
    return podman ? add_docker(places, environment, error) : add_podman(places, environment, error);
}

int davit__auth_places_read(const davit__environment *environment, davit_runtime runtime,
                            davit__auth_places *ret_places, davit_error *error)
{
    davit__environment own = {0};
    int r = environment ? 0 : davit__environment_read(&own, error);
    if (r < 0) {
        return r;
    }
    davit__auth_places places = {0};
    r = add_all(&places, environment ? environment : &own, runtime == DAVIT_RUNTIME_PODMAN, error);
    davit__environment_free(&own);
    if (r < 0) {
        davit__auth_places_clear(&places);
        return davit__error_wrap(error, r, "credentials");
    }
    *ret_places = places;
    return 0;
}

void davit__auth_places_clear(davit__auth_places *places)
{
    for (size_t i = 0; i < places->count; i++) {
        davit__auth_file_clear(&places->files[i]);
    }
    places->count = 0;
}

/* ---- looking ---- */

static int find_in(const davit__auth_file *file, const davit_call *call, davit__slice repository,
                   davit__account *ret_account, davit_error *error)
{
    const char *helper = davit__auth_file_helper(file, repository);
    if (helper) {
        DAVIT__FREE char *key = NULL;
        int r = davit__auth_file_key(file, davit__registry_host(repository), &key, error);
        if (r >= 0) {
            r = davit__helper_get(helper, key, davit__call_limit(call), ret_account, error);
        }
        if (r < 0 || !davit__account_is_empty(ret_account)) {
            return r < 0 ? davit__error_wrap(error, r, "credentials for %s", key) : 0;
        }
    }
    return davit__auth_file_find(file, repository, ret_account, error);
}

int davit__auth_places_find(const davit__auth_places *places, const davit_call *call,
                            const char *repository, davit__account *ret_account, davit_error *error)
{
    *ret_account = (davit__account){0};
    davit__slice name = davit__registry_name(repository);
    for (size_t i = 0; i < places->count; i++) {
        const davit__auth_file *file = &places->files[i];
        int r = file->json ? find_in(file, call, name, ret_account, error) : 0;
        if (r < 0) {
            return r;
        }
        if (!davit__account_is_empty(ret_account)) {
            davit__log(call, DAVIT_LOG_DEBUG, "credentials for %s from %s", repository, file->path);
            return 0;
        }
    }
    return 0;
}

/* ---- choosing ---- */

static int check(const davit_credentials *given, davit_error *error)
{
    if (given->struct_size != sizeof *given) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "credentials: struct_size %zu: expected %zu; use "
                                "DAVIT_CREDENTIALS_INIT",
                                given->struct_size, sizeof *given);
    }
    return 0;
}

static bool is_for(const davit_credentials *given, const char *domain)
{
    return !given->server ||
           davit__slice_is(davit__registry_host(davit__registry_name(given->server)), domain);
}

static int find(const davit_engine *engine, const davit_call *call, const char *repository,
                davit__chosen *chosen, davit_error *error)
{
    DAVIT__AUTH_PLACES places = {0};
    int r = davit__auth_places_read(NULL, engine->driver->runtime, &places, error);
    if (r >= 0) {
        r = davit__auth_places_find(&places, call, repository, &chosen->account, error);
    }
    chosen->credentials = (davit_credentials){
        .struct_size = sizeof(davit_credentials),
        .username = chosen->account.username,
        .password = chosen->account.password,
        .identity_token = chosen->account.identity_token,
        .registry_token = chosen->account.registry_token,
    };
    return r;
}

int davit__credentials_choose(const davit_engine *engine, const davit_call *call,
                              const davit_credentials *given, const char *image,
                              davit__chosen *chosen, const davit_credentials **ret_credentials,
                              davit_error *error)
{
    davit_reference reference;
    int r = given ? check(given, error) : 0;
    if (r < 0 || (r = davit_reference_parse(image, &reference, error)) < 0) {
        return r;
    }
    DAVIT__FREE char *repository = davit__format("%s/%s", reference.domain, reference.path);
    bool use_given = given && is_for(given, reference.domain);
    if (!repository) {
        r = davit__error_no_memory(error);
    } else if (!use_given) {
        r = find(engine, call, repository, chosen, error);
    }
    davit_reference_clear(&reference);
    if (r >= 0) {
        bool none = !use_given && davit__account_is_empty(&chosen->account);
        *ret_credentials = use_given ? given : none ? NULL : &chosen->credentials;
    }
    return r;
}

/* ---- headers ---- */

static void set_text(json_t *json, const char *key, const char *value, bool *valid)
{
    if (!davit__empty(value) && json_object_set_new(json, key, json_string(value)) < 0) {
        *valid = false;
    }
}

json_t *davit__credentials_json(const davit_credentials *credentials)
{
    json_t *json = json_object();
    bool valid = json != NULL;
    if (credentials && valid) {
        set_text(json, "username", credentials->username, &valid);
        set_text(json, "password", credentials->password, &valid);
        set_text(json, "identitytoken", credentials->identity_token, &valid);
        set_text(json, "registrytoken", credentials->registry_token, &valid);
        set_text(json, "serveraddress", credentials->server, &valid);
    }
    if (!valid) {
        json_decref(json);
        return NULL;
    }
    return json;
}

int davit__auth_header(const json_t *json, char **ret_header, davit_error *error)
{
    DAVIT__FREE char *text = json_dumps(json, JSON_COMPACT);
    if (!text) {
        return davit__error_no_memory(error);
    }
    DAVIT__BUFFER davit__buffer header = DAVIT__BUFFER_INIT;
    davit__base64_encode_url(text, strlen(text), &header);
    return davit__buffer_take(&header, ret_header, error);
}

int davit__registry_auth(const davit_credentials *credentials, char **ret_header,
                         davit_error *error)
{
    DAVIT__JSON json_t *json = davit__credentials_json(credentials);
    if (!json) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "credentials: not valid UTF-8");
    }
    return davit__auth_header(json, ret_header, error);
}
