/* SPDX-License-Identifier: MIT */
/**
 * @file registry.h
 * Registries: who one is there, for pulls, pushes and builds.
 *
 * Credentials come from the first of these that has some for the registry: the call's own; docker's
 * settings ($DOCKER_AUTH_CONFIG, then config.json in $DOCKER_CONFIG or ~/.docker: `credHelpers`,
 * `credsStore`, `auths`); Podman's ($REGISTRY_AUTH_FILE, or else containers/auth.json in
 * $XDG_RUNTIME_DIR, /run/containers/UID and ~/.config). Podman's come before docker's where the
 * engine is Podman. Keys may name a part of a registry ("quay.io/team"): the longest that fits
 * counts. A helper that says it has none is passed over; one that fails, does not answer within a
 * minute or prints what cannot be understood is an error. No credentials at all: anonymous.
 *
 * Credentials are never logged, and never part of an error.
 */
#ifndef DAVIT_REGISTRY_H
#define DAVIT_REGISTRY_H

#include <davit/engine.h>

DAVIT_BEGIN

/** Who one is at a registry. Nothing set: anonymous, whatever the settings say. */
typedef struct davit_credentials {
    size_t struct_size;   /**< set by DAVIT_CREDENTIALS_INIT */
    const char *username; /**< with `password` */
    const char *password;
    const char *identity_token; /**< in place of a password: what a registry gave at a login */
    /** Sent to the registry as it is, as a bearer token. Podman does not take one:
     * DAVIT_ERROR_UNSUPPORTED. */
    const char *registry_token;
    /** The registry they are for, "registry.example.com:5000"; for any other they are not used.
     * NULL: the registry of the image that is pulled or pushed; for a build see
     * davit_build_context. */
    const char *server;
} davit_credentials;

#define DAVIT_CREDENTIALS_INIT                                                                     \
    {                                                                                              \
        .struct_size = sizeof(davit_credentials)                                                   \
    }

/** What a login did. */
typedef struct davit_login {
    char *server; /**< the registry's name as it is stored */
    char *store;  /**< path of the file, or name of the helper program, that keeps them */
    bool checked; /**< the registry took them; false: the engine could not ask it */
} davit_login;
DAVIT_EXPORT void davit_login_free(davit_login *login);
DAVIT_CLEANUP_FUNCTION(davit_login, davit_login_free)

/**
 * Have the engine try the credentials at `credentials->server` (NULL: Docker Hub), then store them:
 * with the helper that the settings name, else in docker's config.json, on Podman in its auth file.
 * The file is replaced as a whole and is the user's alone (0600); what else it says is kept. Not
 * checked are credentials for a registry without TLS on Podman, which asks with TLS only.
 *
 * Errors: DAVIT_ERROR_UNAUTHORIZED (the registry refused them; nothing is stored),
 * DAVIT_ERROR_IMAGE (it cannot be reached, or its certificate is not trusted),
 * DAVIT_ERROR_INVALID_CONFIG, DAVIT_ERROR_IO.
 */
DAVIT_EXPORT int davit_registry_login(davit_engine *engine, const davit_credentials *credentials,
                                      davit_login **ret_login, davit_error *error);

/**
 * Remove the stored credentials for `server` (NULL: Docker Hub) from where a login puts them.
 * *ret_removed (may be NULL): whether there were any.
 */
DAVIT_EXPORT int davit_registry_logout(davit_engine *engine, const char *server, bool *ret_removed,
                                       davit_error *error);

DAVIT_END

#endif
