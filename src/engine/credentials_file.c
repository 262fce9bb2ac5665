/* SPDX-License-Identifier: MIT */
/* docker's config.json and Podman's auth.json: {"auths": {"HOST": {"auth": base64 of
 * "USER:PASSWORD", "identitytoken": ...}}, "credHelpers": {"HOST": "NAME"}, "credsStore": "NAME"}.
 */
#include "credentials.h"
#include "docker/base64.h"
#include "files.h"
#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

void davit__auth_file_clear(davit__auth_file *file)
{
    free(file->path);
    json_decref(file->json);
    *file = (davit__auth_file){0};
}

/* A message with the place but none of the text, which holds secrets. */
int davit__auth_file_parse(davit__auth_file *file, const char *text, size_t length,
                           davit_error *error)
{
    json_error_t problem;
    json_t *json = json_loadb(length ? text : "{}", length ? length : 2, 0, &problem);
    if (!json) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "%s: not valid JSON: line %d, column %d", file->path, problem.line,
                                problem.column);
    }
    if (!json_is_object(json)) {
        json_decref(json);
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "%s: expected a JSON object",
                                file->path);
    }
    file->json = json;
    return 0;
}

int davit__auth_file_read(davit__auth_file *file, davit_error *error)
{
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    davit_error reason = DAVIT_ERROR_INIT;
    int r = davit__file_read(file->path, &text, &reason);
    if (r < 0 && (reason.system_error == ENOENT || reason.system_error == ENOTDIR)) {
        return 0;
    }
    if (r < 0) {
        return davit__error_set(error, r == DAVIT_ERROR_IO ? DAVIT_ERROR_INVALID_CONFIG : r, "%s",
                                reason.message);
    }
    return davit__auth_file_parse(file, text.data, text.length, error);
}

/* ---- reading ---- */

static int damaged(const davit__auth_file *file, const char *key, davit_error *error)
{
    return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                            "%s: auths.%.100s.auth: expected the base64 of USER:PASSWORD",
                            file->path, key);
}

static int decode_auth(const davit__auth_file *file, const char *key, const char *auth,
                       davit__account *account, davit_error *error)
{
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    bool valid = davit__base64_decode(auth, strlen(auth), &text);
    int r = davit__buffer_check(&text, error);
    if (r < 0) {
        return r;
    }
    /* Some programs wrote NUL bytes behind the password; the first one ends it here. */
    char *colon = valid && text.length ? strchr(text.data, ':') : NULL;
    if (!colon) {
        return damaged(file, key, error);
    }
    *colon = '\0';
    r = davit__copy(text.data, &account->username, error);
    return r < 0 ? r : davit__copy(colon + 1, &account->password, error);
}

/* An empty text is as good as none. */
static int copy_text(const json_t *json, const char *key, char **member, davit_error *error)
{
    const char *text = davit__json_text(json, key);
    return *member || davit__empty(text) ? 0 : davit__copy(text, member, error);
}

int davit__auth_file_find(const davit__auth_file *file, davit__slice repository,
                          davit__account *ret_account, davit_error *error)
{
    *ret_account = (davit__account){0};
    const char *key = NULL;
    const json_t *entry =
        davit__registry_member(json_object_get(file->json, "auths"), repository, &key);
    const char *auth = davit__json_text(entry, "auth");
    DAVIT__ACCOUNT account = {0};
    int r = davit__empty(auth) ? 0 : decode_auth(file, key, auth, &account, error);
    if (r < 0 || (r = copy_text(entry, "username", &account.username, error)) < 0 ||
        (r = copy_text(entry, "password", &account.password, error)) < 0 ||
        (r = copy_text(entry, "identitytoken", &account.identity_token, error)) < 0 ||
        (r = copy_text(entry, "registrytoken", &account.registry_token, error)) < 0) {
        return r;
    }
    *ret_account = account;
    account = (davit__account){0};
    return 0;
}

const char *davit__auth_file_helper(const davit__auth_file *file, davit__slice repository)
{
    const json_t *helpers = json_object_get(file->json, "credHelpers");
    const char *own = json_string_value(davit__registry_member(helpers, repository, NULL));
    const char *store = json_string_value(json_object_get(file->json, "credsStore"));
    return !davit__empty(own) ? own : !davit__empty(store) ? store : NULL;
}

int davit__auth_file_key(const davit__auth_file *file, davit__slice name, char **ret_key,
                         davit_error *error)
{
    davit__slice host = davit__registry_host(name);
    if (!file->podman && davit__slice_is(host, DAVIT__HUB)) {
        return davit__copy(DAVIT__HUB_URL, ret_key, error);
    }
    return davit__slice_copy(file->podman ? name : host, ret_key, error);
}

/* ---- writing ---- */

int davit__auth_file_write(const davit__auth_file *file, davit_error *error)
{
    DAVIT__FREE char *text = json_dumps(file->json, JSON_INDENT(4));
    DAVIT__FREE char *lines = text ? davit__format("%s\n", text) : NULL;
    if (!lines) {
        return davit__error_no_memory(error);
    }
    return davit__file_replace(file->path, lines, error);
}
