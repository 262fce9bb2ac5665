/* SPDX-License-Identifier: MIT */
/* What the environment says about engines, read once and copied: another thread may call setenv()
 * later. */
#ifndef DAVIT_ENGINE_ENVIRONMENT_H
#define DAVIT_ENGINE_ENVIRONMENT_H

#include "errors.h"

/* NULL: unset or empty. */
typedef struct davit__environment {
    char *davit_host;
    char *docker_host;
    char *container_host;
    char *docker_context;
    char *docker_config; /* the folder; ~/.docker if it is not set; NULL without a home */
    char *docker_tls;
    char *docker_tls_verify;
    char *docker_cert_path;
    char *docker_api_version;
    char *docker_auth_config; /* JSON with credentials, not a path */
    char *registry_auth_file;
    char *config_home; /* $XDG_CONFIG_HOME or ~/.config; NULL without a home */
    char *runtime_dir; /* $XDG_RUNTIME_DIR or /run/user/UID; NULL if that is not there */
    char *home;        /* of the environment, else of the user database; NULL: none */
    char *machine;     /* put before the machine's own paths; NULL: nothing (tests put a folder) */
} davit__environment;

int davit__environment_read(davit__environment *ret_environment, davit_error *error);
void davit__environment_free(davit__environment *environment);

#endif
