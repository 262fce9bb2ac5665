/* SPDX-License-Identifier: MIT */
/* Where credentials for a registry are looked for, and where a login puts them: the settings files
 * of docker and Podman, and the helpers that these name. */
#ifndef DAVIT_ENGINE_CREDENTIALS_H
#define DAVIT_ENGINE_CREDENTIALS_H

#include "environment.h"
#include "fields.h"
#include "slice.h"
#include "wait.h"

#include <davit/runtime.h>

/* Credentials that were found; all NULL: none. */
typedef struct davit__account {
    char *username;
    char *password;
    char *identity_token;
    char *registry_token;
} davit__account;

#define DAVIT__ACCOUNT __attribute__((cleanup(davit__account_clear))) davit__account
void davit__account_clear(davit__account *account);
bool davit__account_is_empty(const davit__account *account);

/* ---- names of registries ---- */

#define DAVIT__HUB     "docker.io"
#define DAVIT__HUB_URL "https://index.docker.io/v1/"

/* "https://host:5000/v1/", "host:5000", "quay.io/team": the name without a scheme, an API version
 * and slashes at the end, and Docker Hub by its one name. Empty: it names no registry. */
davit__slice davit__registry_name(const char *text);

/* The registry of a name: all before the first slash. */
davit__slice davit__registry_host(davit__slice name);

/* The member of `object` whose key is the longest name of `repository` ("quay.io/team/app") or of
 * what holds it ("quay.io/team", "quay.io"). NULL: none. *ret_key (may be NULL): that key. */
const json_t *davit__registry_member(const json_t *object, davit__slice repository,
                                     const char **ret_key);

/* ---- helpers: docker-credential-NAME ---- */

#define DAVIT__HELPER_PATIENCE   DAVIT_SECONDS(60)
#define DAVIT__HELPER_OUTPUT_MAX (64 * 1024)

/* What it keeps for `server`; an empty account if it keeps nothing. */
int davit__helper_get(const char *name, const char *server, davit__limit limit,
                      davit__account *ret_account, davit_error *error);
int davit__helper_store(const char *name, const char *server, const davit__account *account,
                        davit__limit limit, davit_error *error);
/* *ret_erased: whether it kept some. */
int davit__helper_erase(const char *name, const char *server, davit__limit limit, bool *ret_erased,
                        davit_error *error);

/* ---- files ---- */

/* A settings file with credentials. */
typedef struct davit__auth_file {
    char *path;   /* or the name of the variable that holds the text */
    bool podman;  /* Podman's names for registries, not docker's */
    json_t *json; /* an object; NULL: there is no such file */
} davit__auth_file;

void davit__auth_file_clear(davit__auth_file *file);
int davit__auth_file_read(davit__auth_file *file, davit_error *error);
/* Parse `text` in the place of a file's. */
int davit__auth_file_parse(davit__auth_file *file, const char *text, size_t length,
                           davit_error *error);
/* Put `json` in the place of the file, for the user alone. */
int davit__auth_file_write(const davit__auth_file *file, davit_error *error);

/* What its `auths` say of `repository`, an empty account if nothing. */
int davit__auth_file_find(const davit__auth_file *file, davit__slice repository,
                          davit__account *ret_account, davit_error *error);

/* The helper that it names for `repository`, NULL: none. Borrowed. */
const char *davit__auth_file_helper(const davit__auth_file *file, davit__slice repository);

/* The registry's name as the file and its helpers know it. */
int davit__auth_file_key(const davit__auth_file *file, davit__slice name, char **ret_key,
                         davit_error *error);

/* ---- choosing ---- */

#define DAVIT__AUTH_FILES 5

/* The files in the order in which they are looked at. */
typedef struct davit__auth_places {
    davit__auth_file files[DAVIT__AUTH_FILES];
    size_t count;
    size_t login; /* index of the file that a login writes; `count`: there is no place for one */
} davit__auth_places;

#define DAVIT__AUTH_PLACES __attribute__((cleanup(davit__auth_places_clear))) davit__auth_places
/* Where to look and what is there. `environment` NULL: this process's. */
int davit__auth_places_read(const davit__environment *environment, davit_runtime runtime,
                            davit__auth_places *ret_places, davit_error *error);
void davit__auth_places_clear(davit__auth_places *places);

/* What they have for `repository` ("quay.io/team/app"); an empty account if nothing. */
int davit__auth_places_find(const davit__auth_places *places, const davit_call *call,
                            const char *repository, davit__account *ret_account,
                            davit_error *error);

/* The credentials for one image, and what they are made of. */
typedef struct davit__chosen {
    davit_credentials credentials;
    davit__account account;
} davit__chosen;

static inline void davit__chosen_clear(davit__chosen *chosen)
{
    davit__account_clear(&chosen->account);
}
#define DAVIT__CHOSEN __attribute__((cleanup(davit__chosen_clear))) davit__chosen

/* Those given (NULL: none) if they are for the image's registry, else those of the settings.
 * *ret_credentials points into `chosen` or is `given`; NULL: none. */
int davit__credentials_choose(const davit_engine *engine, const davit_call *call,
                              const davit_credentials *given, const char *image,
                              davit__chosen *chosen, const davit_credentials **ret_credentials,
                              davit_error *error);

/* ---- headers ---- */

/* As the Engine API wants them; NULL: not valid UTF-8, or no memory. `credentials` may be NULL. */
json_t *davit__credentials_json(const davit_credentials *credentials);

/* JSON as the value of a header. */
int davit__auth_header(const json_t *json, char **ret_header, davit_error *error);

/* The value of X-Registry-Auth; `credentials` NULL: of nobody. */
int davit__registry_auth(const davit_credentials *credentials, char **ret_header,
                         davit_error *error);

#endif
