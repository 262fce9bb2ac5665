/* SPDX-License-Identifier: MIT */
/* davit's own settings file: which engine its user wants. */
#ifndef DAVIT_ENGINE_SETTINGS_H
#define DAVIT_ENGINE_SETTINGS_H

#include "errors.h"

/* {"host": "unix:///...", "engine": "docker"}, both optional. */
typedef struct davit__settings {
    char *path; /* of the file; NULL: there is none */
    char *host;
    int engine; /* davit_runtime */
} davit__settings;

/* Read CONFIG_HOME/davit/config.json. A missing file (or folder, or NULL) is no error; an unknown
 * key, a wrong value or a file that cannot be read is DAVIT_ERROR_INVALID_CONFIG and names file and
 * key. */
int davit__settings_read(const char *config_home, davit__settings *ret_settings,
                         davit_error *error);
void davit__settings_free(davit__settings *settings);

#endif
