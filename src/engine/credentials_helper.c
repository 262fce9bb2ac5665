/* SPDX-License-Identifier: MIT */
/* Credential helpers: programs named docker-credential-NAME that keep credentials for docker and
 * Podman, in a key ring for instance. What they are asked is their argument, about what stands on
 * their standard input. */
#include "child.h"
#include "credentials.h"
#include "machine.h"
#include "memory.h"

#define PREFIX    "docker-credential-"
#define IS_TOKEN  "<token>" /* a user so named: the secret is an identity token */
#define NOT_FOUND "credentials not found in native keychain"

static int find_program(const char *name, char **ret_path, davit_error *error)
{
    if (!davit__slice_only(davit__slice_of(name), DAVIT__NAME_OTHERS)) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "credential helper '%.100s': expected a name without folders",
                                name);
    }
    DAVIT__FREE char *program = davit__format(PREFIX "%s", name);
    char *path = program ? davit__program_find(program) : NULL;
    if (!path) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "credential helper %s is not in the PATH", program ? program : "");
    }
    *ret_path = path;
    return 0;
}

/* Its first line says why, unless that would tell what it was given to keep. */
static int refused(const char *name, int status, const davit__buffer *output, const char *secret,
                   davit_error *error)
{
    const char *text = output->length ? output->data : "";
    bool tells = !davit__empty(secret) && strstr(text, secret);
    int length = tells ? 0 : (int)strcspn(text, "\r\n");
    return davit__error_set(error, DAVIT_ERROR_UNAUTHORIZED,
                            "credential helper " PREFIX "%s ended with status %d%s%.*s", name,
                            status, length ? ": " : "", length < 200 ? length : 200, text);
}

/* 1 when it says that it keeps nothing for this server. */
static int ask(const char *name, const char *action, const char *input, const char *secret,
               davit__limit limit, davit__buffer *output, davit_error *error)
{
    DAVIT__FREE char *path = NULL;
    int r = find_program(name, &path, error);
    if (r < 0) {
        return r;
    }
    output->ceiling = DAVIT__HELPER_OUTPUT_MAX;
    int status = 0;
    char *const argv[] = {path, (char *)action, NULL};
    r = davit__child_run(argv, input, davit__limit_within(limit, DAVIT__HELPER_PATIENCE), output,
                         &status, error);
    if (r == DAVIT_ERROR_PROTOCOL) {
        return davit__error_set(error, r,
                                "credential helper " PREFIX "%s printed more than %d bytes", name,
                                DAVIT__HELPER_OUTPUT_MAX);
    }
    if (r < 0) {
        return davit__error_wrap(error, r, "credential helper " PREFIX "%s", name);
    }
    if (status > 0 && output->length && strstr(output->data, NOT_FOUND)) {
        return 1;
    }
    return status > 0 ? refused(name, status, output, secret, error) : 0;
}

int davit__helper_get(const char *name, const char *server, davit__limit limit,
                      davit__account *ret_account, davit_error *error)
{
    *ret_account = (davit__account){0};
    DAVIT__BUFFER davit__buffer output = DAVIT__BUFFER_INIT;
    int r = ask(name, "get", server, NULL, limit, &output, error);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    /* The parser's own words could quote a secret. */
    DAVIT__JSON json_t *answer =
        output.length ? json_loadb(output.data, output.length, 0, NULL) : NULL;
    const char *user = davit__json_text(answer, "Username");
    const char *secret = davit__json_text(answer, "Secret");
    if (!user || !secret) {
        return davit__error_set(
            error, DAVIT_ERROR_PROTOCOL,
            "credential helper " PREFIX "%s: expected JSON with Username and Secret of it", name);
    }
    DAVIT__ACCOUNT account = {0};
    bool token = strcmp(user, IS_TOKEN) == 0;
    r = davit__copy(token ? NULL : user, &account.username, error);
    if (r >= 0) {
        r = davit__copy(secret, token ? &account.identity_token : &account.password, error);
    }
    if (r >= 0) {
        *ret_account = account;
        account = (davit__account){0};
    }
    return r;
}

int davit__helper_store(const char *name, const char *server, const davit__account *account,
                        davit__limit limit, davit_error *error)
{
    const char *token = account->identity_token;
    const char *secret = token ? token : account->password;
    DAVIT__JSON json_t *json =
        json_pack("{s:s, s:s, s:s}", "ServerURL", server, "Username",
                  token ? IS_TOKEN : account->username, "Secret", secret ? secret : "");
    if (!json) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "credentials: not valid UTF-8");
    }
    DAVIT__FREE char *input = json_dumps(json, JSON_COMPACT);
    if (!input) {
        return davit__error_no_memory(error);
    }
    DAVIT__BUFFER davit__buffer output = DAVIT__BUFFER_INIT;
    int r = ask(name, "store", input, secret, limit, &output, error);
    return r > 0 ? 0 : r;
}

int davit__helper_erase(const char *name, const char *server, davit__limit limit, bool *ret_erased,
                        davit_error *error)
{
    DAVIT__ACCOUNT account = {0};
    int r = davit__helper_get(name, server, limit, &account, error);
    if (r < 0) {
        return r;
    }
    *ret_erased = !davit__account_is_empty(&account);
    if (!*ret_erased) {
        return 0;
    }
    DAVIT__BUFFER davit__buffer output = DAVIT__BUFFER_INIT;
    r = ask(name, "erase", server, NULL, limit, &output, error);
    return r > 0 ? 0 : r;
}
