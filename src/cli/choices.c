/* SPDX-License-Identifier: MIT */
#include "choices.h"

#include <stddef.h>

const char *const cli_signal_choices[] = {"HUP",  "INT",  "QUIT", "KILL", "USR1",
                                          "USR2", "TERM", "CONT", "STOP", NULL};
const char *const cli_restart_choices[] = {"no", "always", "on-failure", "unless-stopped", NULL};
const char *const cli_network_choices[] = {"bridge", "host", "none", "container:", NULL};
const char *const cli_container_filters[] = {
    "ancestor=", "before=",  "exited=", "health=", "id=",     "label=", "name=",
    "network=",  "publish=", "since=",  "status=", "volume=", NULL};
const char *const cli_image_filters[] = {
    "before=", "dangling=", "label=", "label!=", "reference=", "since=", "until=", NULL};
