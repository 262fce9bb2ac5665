/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include "memory.h"

#include <errno.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>

static bool is_cgroup2(const char *path)
{
    struct statfs status;
    return statfs(path, &status) == 0 && status.f_type == CGROUP2_SUPER_MAGIC;
}

davit__cgroup_mode davit__machine_cgroup(void)
{
    if (is_cgroup2("/sys/fs/cgroup")) {
        return DAVIT__CGROUP_V2;
    }
    if (is_cgroup2("/sys/fs/cgroup/unified")) {
        return DAVIT__CGROUP_HYBRID;
    }
    return access("/sys/fs/cgroup/memory", F_OK) == 0 ? DAVIT__CGROUP_V1 : DAVIT__CGROUP_NONE;
}

const char *davit__cgroup_mode_name(davit__cgroup_mode mode)
{
    static const char *const names[] = {
        [DAVIT__CGROUP_NONE] = "none",
        [DAVIT__CGROUP_V1] = "1",
        [DAVIT__CGROUP_HYBRID] = "hybrid",
        [DAVIT__CGROUP_V2] = "2",
    };
    return names[mode];
}

bool davit__machine_has_systemd(void)
{
    struct stat status; /* as sd_booted() does */
    return lstat("/run/systemd/system", &status) == 0 && S_ISDIR(status.st_mode);
}

/* Raising a hard limit takes a capability that containers and sandboxes do not have, in the first
 * user namespace; to ask the kernel is simpler and surer than to know all of its rules. */
bool davit__machine_may_limit(int resource, rlim_t hard)
{
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = {.rlim_cur = hard, .rlim_max = hard};
        _exit(setrlimit((__rlimit_resource_t)resource, &limit) == 0 ? 0 : 1);
    }
    int status = -1;
    while (child > 0 && waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return false;
        }
    }
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

rlim_t davit__machine_hard_limit(int resource)
{
    struct rlimit limit = {0};
    getrlimit((__rlimit_resource_t)resource, &limit);
    return limit.rlim_max;
}

char *davit__program_find(const char *name)
{
    const char *path = getenv("PATH");
    if (davit__empty(path)) {
        path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    }
    DAVIT__FREE char *copy = strdup(path);
    char *rest = copy, *folder;
    while (copy && (folder = strsep(&rest, ":"))) {
        struct stat status;
        DAVIT__FREE char *file = davit__format("%s/%s", folder, name);
        if (folder[0] == '/' && file && stat(file, &status) == 0 && S_ISREG(status.st_mode) &&
            access(file, X_OK) == 0) {
            return DAVIT__TAKE(file);
        }
    }
    return NULL;
}
