/* SPDX-License-Identifier: MIT */
/* Logging in to a registry and out of it. */
#include <davit/registry.h>

#include "credentials.h"
#include "docker/base64.h"
#include "engine.h"
#include "memory.h"

void davit_login_free(davit_login *login)
{
    if (login) {
        free(login->server);
        free(login->store);
        free(login);
    }
}

/* The file for logins, with what it says now. */
static int find_file(const davit_engine *engine, davit__auth_places *places,
                     davit__auth_file **ret_file, davit_error *error)
{
    int r = davit__auth_places_read(NULL, engine->driver->runtime, places, error);
    if (r < 0) {
        return r;
    }
    if (places->login >= places->count) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "there is no home folder to keep credentials in: set "
                                "DOCKER_CONFIG");
    }
    *ret_file = &places->files[places->login];
    return 0;
}

static int check_server(const char *server, davit__slice *ret_name, davit_error *error)
{
    davit__slice name = davit__registry_name(davit__empty(server) ? DAVIT__HUB : server);
    davit__slice host = davit__registry_host(name);
    if (!davit__slice_only(host, DAVIT__NAME_OTHERS ":[]")) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "'%s': expected a registry such as registry.example.com:5000",
                                server);
    }
    *ret_name = name;
    return 0;
}

/* ---- login ---- */

static int check_credentials(const davit_credentials *credentials, davit_error *error)
{
    if (credentials->struct_size != sizeof *credentials) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "struct_size %zu: expected %zu; use DAVIT_CREDENTIALS_INIT",
                                credentials->struct_size, sizeof *credentials);
    }
    bool password = credentials->username && credentials->password;
    if (!password && !credentials->identity_token) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "expected a user name with a password, or an identity token");
    }
    if (credentials->username && strchr(credentials->username, ':')) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "user name '%s': expected no ':' in it", credentials->username);
    }
    return 0;
}

/* "auths": {KEY: {"auth": base64 of USER:PASSWORD, "identitytoken": ...}} */
static int store_in_file(davit__auth_file *file, const char *key, const davit__account *account,
                         davit_error *error)
{
    DAVIT__BUFFER davit__buffer plain = DAVIT__BUFFER_INIT, auth = DAVIT__BUFFER_INIT;
    bool token = account->identity_token;
    davit__buffer_printf(&plain, "%s:%s", account->username ? account->username : "",
                         token ? "" : account->password);
    int r = davit__buffer_check(&plain, error);
    if (r >= 0) {
        davit__base64_encode(plain.data, plain.length, &auth);
        r = davit__buffer_check(&auth, error);
    }
    if (r < 0) {
        return r;
    }
    json_t *entry =
        token ? json_pack("{s:s, s:s}", "auth", auth.data, "identitytoken", account->identity_token)
              : json_pack("{s:s}", "auth", auth.data);
    if (!file->json) {
        file->json = json_object();
    }
    json_t *auths = json_object_get(file->json, "auths");
    if (!json_is_object(auths)) {
        auths = json_object();
        json_object_set_new(file->json, "auths", auths);
    }
    if (!entry || json_object_set_new(auths, key, entry) < 0) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "the credentials: not valid UTF-8");
    }
    return davit__auth_file_write(file, error);
}

static int store(davit__auth_file *file, const davit_call *call, davit__slice name,
                 const davit__account *account, davit_login *login, davit_error *error)
{
    int r = davit__auth_file_key(file, name, &login->server, error);
    if (r < 0) {
        return r;
    }
    const char *helper = davit__auth_file_helper(file, name);
    if (!helper) {
        r = davit__copy(file->path, &login->store, error);
        return r < 0 ? r : store_in_file(file, login->server, account, error);
    }
    login->store = davit__format("docker-credential-%s", helper);
    return login->store
               ? davit__helper_store(helper, login->server, account, davit__call_limit(call), error)
               : davit__error_no_memory(error);
}

/* What is stored: the password, or the token that the registry gave for it. */
static int make_account(const davit_credentials *credentials, const char *token,
                        davit__account *ret_account, davit_error *error)
{
    token = token ? token : credentials->identity_token;
    int r = davit__copy(credentials->username, &ret_account->username, error);
    if (r >= 0) {
        r = davit__copy(token, &ret_account->identity_token, error);
    }
    return r < 0 || token ? r : davit__copy(credentials->password, &ret_account->password, error);
}

static int log_in(davit_engine *engine, const davit_credentials *credentials, davit_login *login,
                  davit_error *error)
{
    davit__slice name;
    int r = check_credentials(credentials, error);
    if (r < 0 || (r = check_server(credentials->server, &name, error)) < 0) {
        return r;
    }
    DAVIT__AUTH_PLACES places = {0};
    davit__auth_file *file = NULL;
    r = find_file(engine, &places, &file, error);
    if (r < 0) {
        return r;
    }
    DAVIT__FREE char *host = NULL, *token = NULL;
    bool hub = davit__slice_is(name, DAVIT__HUB);
    r = hub ? davit__copy(DAVIT__HUB_URL, &host, error)
            : davit__slice_copy(davit__registry_host(name), &host, error);
    davit_call call = davit__engine_call(engine);
    davit_credentials tried = *credentials;
    tried.server = host;
    if (r >= 0) {
        r = engine->driver->registry_check(engine->state, &call, &tried, &login->checked, &token,
                                           error);
    }
    DAVIT__ACCOUNT account = {0};
    if (r < 0 || (r = make_account(credentials, token, &account, error)) < 0) {
        return r;
    }
    return store(file, &call, name, &account, login, error);
}

int davit_registry_login(davit_engine *engine, const davit_credentials *credentials,
                         davit_login **ret_login, davit_error *error)
{
    if (!engine->driver->registry_check) {
        return davit__unsupported(engine, "login", error);
    }
    DAVIT_CLEANUP(davit_login_free) davit_login *done = calloc(1, sizeof *done);
    if (!done) {
        return davit__error_no_memory(error);
    }
    int r = log_in(engine, credentials, done, error);
    if (r < 0) {
        return davit__error_wrap(error, r, "login %s",
                                 credentials->server ? credentials->server : DAVIT__HUB);
    }
    *ret_login = DAVIT__TAKE(done);
    return 0;
}

/* ---- logout ---- */

/* Under whatever spelling of its name. */
static bool remove_member(json_t *auths, davit__slice name)
{
    const char *key;
    json_t *value;
    void *next;
    bool removed = false;
    json_object_foreach_safe(auths, next, key, value)
    {
        davit__slice found = davit__registry_name(key);
        if (found.length == name.length && memcmp(found.text, name.text, name.length) == 0) {
            json_object_del(auths, key);
            removed = true;
        }
    }
    return removed;
}

static int logout(davit_engine *engine, const char *server, bool *ret_removed, davit_error *error)
{
    davit__slice name;
    int r = check_server(server, &name, error);
    if (r < 0) {
        return r;
    }
    DAVIT__AUTH_PLACES places = {0};
    davit__auth_file *file = NULL;
    r = find_file(engine, &places, &file, error);
    if (r < 0) {
        return r;
    }
    name = file->podman ? name : davit__registry_host(name); /* docker keeps whole registries */
    DAVIT__FREE char *key = NULL;
    const char *helper = davit__auth_file_helper(file, name);
    davit_call call = davit__engine_call(engine);
    r = davit__auth_file_key(file, name, &key, error);
    if (r >= 0 && helper) {
        r = davit__helper_erase(helper, key, davit__call_limit(&call), ret_removed, error);
    }
    if (r >= 0 && remove_member(json_object_get(file->json, "auths"), name)) {
        *ret_removed = true;
        r = davit__auth_file_write(file, error);
    }
    return r;
}

int davit_registry_logout(davit_engine *engine, const char *server, bool *ret_removed,
                          davit_error *error)
{
    bool removed = false;
    int r = logout(engine, server, &removed, error);
    if (r < 0) {
        return davit__error_wrap(error, r, "logout %s", server ? server : DAVIT__HUB);
    }
    if (ret_removed) {
        *ret_removed = removed;
    }
    return 0;
}
