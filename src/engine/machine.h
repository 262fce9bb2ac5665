/* SPDX-License-Identifier: MIT */
/* What this machine has for containers: control groups, systemd, limits, programs. */
#ifndef DAVIT_ENGINE_MACHINE_H
#define DAVIT_ENGINE_MACHINE_H

#include "errors.h"

#include <sys/resource.h>

typedef enum davit__cgroup_mode {
    DAVIT__CGROUP_NONE,
    DAVIT__CGROUP_V1,
    DAVIT__CGROUP_HYBRID, /* version 1 with a version 2 tree beside it, which crun refuses */
    DAVIT__CGROUP_V2,
} davit__cgroup_mode;

davit__cgroup_mode davit__machine_cgroup(void);

/* "1", "hybrid", "2", "none" */
const char *davit__cgroup_mode_name(davit__cgroup_mode mode);

/* Whether systemd manages this machine: then it keeps control groups and health timers. */
bool davit__machine_has_systemd(void);

/* Whether processes started from here may have this hard limit: tried in a child. */
bool davit__machine_may_limit(int resource, rlim_t hard);

/* The hard limit in force here. */
rlim_t davit__machine_hard_limit(int resource);

/* The path of a program in PATH, NULL if there is none (or no memory). */
char *davit__program_find(const char *name);

#endif
