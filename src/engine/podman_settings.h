/* SPDX-License-Identifier: MIT */
/* Settings with which Podman works on this machine, where its own do not. */
#ifndef DAVIT_ENGINE_PODMAN_SETTINGS_H
#define DAVIT_ENGINE_PODMAN_SETTINGS_H

#include "buffer.h"

/* What does not work here with Podman's own settings, and what does instead: TOML values, NULL
 * where nothing is to be changed. */
typedef struct davit__podman_needs {
    char *ulimits;        /* containers.default_ulimits: its defaults are over the hard limits */
    char *runtime;        /* engine.runtime: crun does not run under hybrid control groups */
    char *cgroup_manager; /* engine.cgroup_manager: no systemd */
    char *events_logger;  /* engine.events_logger: no journal */
} davit__podman_needs;

/* Probe the machine. */
int davit__podman_needs_find(davit__podman_needs *ret_needs, davit_error *error);
void davit__podman_needs_free(davit__podman_needs *needs);

/* The text for a file that CONTAINERS_CONF is to name, empty if Podman's own settings do. Podman
 * 4.3 reads that file in the place of all others, so it holds the content of the machine's and the
 * user's files too; what they set themselves is left as they set it. `environment`: whose
 * CONTAINERS_CONF, HOME and XDG_CONFIG_HOME count. */
int davit__podman_settings(char *const environment[], davit__buffer *text, davit_error *error);

#endif
