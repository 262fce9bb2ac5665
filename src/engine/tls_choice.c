/* SPDX-License-Identifier: MIT */
#include "tls_choice.h"

#include "memory.h"

#include <errno.h>

static int look_for(const char *folder, const char *name, char **path, davit_error *error)
{
    if (*path) {
        return 0;
    }
    DAVIT__FREE char *whole = davit__format("%s/%s", folder, name);
    if (!whole) {
        return davit__error_no_memory(error);
    }
    /* One that is there and cannot be read is for the message that says so. */
    if (access(whole, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR)) {
        *path = DAVIT__TAKE(whole);
    }
    return 0;
}

int davit__tls_choice_look(davit__tls_choice *choice, const char *folder, davit_error *error)
{
    int r = folder ? look_for(folder, "ca.pem", &choice->ca, error) : 0;
    if (r == 0 && folder) {
        r = look_for(folder, "cert.pem", &choice->certificate, error);
    }
    if (r == 0 && folder) {
        r = look_for(folder, "key.pem", &choice->key, error);
    }
    return r;
}

static davit_tls_mode mode_of(const davit__environment *environment,
                              const davit_engine_options *options, const davit__address *address)
{
    bool has_file = options->tls_ca_file || options->tls_certificate_file || options->tls_key_file;
    if (options->tls != DAVIT_TLS_UNSET) {
        return options->tls;
    }
    if (has_file || environment->docker_tls_verify || address->asks_tls) {
        return DAVIT_TLS_VERIFIED;
    }
    return environment->docker_tls ? DAVIT_TLS_UNVERIFIED : DAVIT_TLS_OFF;
}

static int fill(const davit__environment *environment, const davit_engine_options *options,
                davit__tls_choice *choice, davit_error *error)
{
    int r = davit__copy(options->tls_ca_file, &choice->ca, error);
    if (r == 0) {
        r = davit__copy(options->tls_certificate_file, &choice->certificate, error);
    }
    if (r == 0) {
        r = davit__copy(options->tls_key_file, &choice->key, error);
    }
    if (r < 0) {
        return r;
    }
    const char *folder = environment->docker_cert_path;
    if (folder && access(folder, F_OK) < 0) {
        return davit__error_errno(error, DAVIT_ERROR_INVALID_CONFIG, errno, "DOCKER_CERT_PATH %s",
                                  folder);
    }
    return davit__tls_choice_look(choice, folder ? folder : environment->docker_config, error);
}

int davit__tls_choose(const davit__environment *environment, const davit_engine_options *options,
                      davit__address *address, davit_error *error)
{
    davit__tls_choice choice = {.mode = mode_of(environment, options, address)};
    if (address->scheme != DAVIT__SCHEME_TCP || choice.mode == DAVIT_TLS_OFF) {
        return 0;
    }
    int r = fill(environment, options, &choice, error);
    if (r == 0) {
        r = davit__tls_choice_apply(&choice, address, error);
    }
    davit__tls_choice_free(&choice);
    return r;
}

int davit__tls_choice_apply(const davit__tls_choice *choice, davit__address *address,
                            davit_error *error)
{
    const davit__tls_settings settings = {
        .ca = choice->ca,
        .certificate = choice->certificate,
        .key = choice->key,
        .insecure = choice->mode == DAVIT_TLS_UNVERIFIED,
    };
    bool off = choice->mode == DAVIT_TLS_OFF || choice->mode == DAVIT_TLS_UNSET;
    bool wanted = address->scheme == DAVIT__SCHEME_TCP && (!off || address->asks_tls);
    return wanted ? davit__address_use_tls(address, &settings, error) : 0;
}

void davit__tls_choice_free(davit__tls_choice *choice)
{
    free(choice->ca);
    free(choice->certificate);
    free(choice->key);
    *choice = (davit__tls_choice){0};
}
