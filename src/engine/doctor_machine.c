/* SPDX-License-Identifier: MIT */
/* The part of the doctor that looks at this machine, where the engine runs on it. */
#include "files.h"
#include "findings.h"
#include "machine.h"
#include "memory.h"
#include "podman_settings.h"

#include <pwd.h>
#include <stdio.h>
#include <sys/statvfs.h>

#define DISK_LOW   ((uint64_t)DAVIT_GIB(2))
#define DISK_EMPTY ((uint64_t)DAVIT_MIB(256))
#define FILES_LOW  ((rlim_t)4096)

static bool is_podman(const davit_info *info)
{
    return info && info->runtime == DAVIT_RUNTIME_PODMAN;
}

/* What davit starts itself runs as we do, whatever it says. */
static bool is_rootless(const davit__endpoint *endpoint, const davit_info *info)
{
    return (info && info->rootless) || (endpoint && endpoint->embedded && geteuid() != 0);
}

static void examine_cgroup(davit__findings *f, const davit_info *info, bool rootless)
{
    davit__cgroup_mode mode = davit__machine_cgroup();
    if (mode == DAVIT__CGROUP_NONE) {
        davit__findings_add(f, DAVIT_FINDING_PROBLEM, "cgroup", "mount /sys/fs/cgroup",
                            "no control groups are mounted: containers cannot be started");
    } else if (rootless && mode != DAVIT__CGROUP_V2) {
        davit__findings_add(
            f, DAVIT_FINDING_WARNING, "cgroup",
            "boot with systemd.unified_cgroup_hierarchy=1, or use an engine of root",
            "version %s: an engine without root refuses limits of memory, CPU and "
            "processes here",
            davit__cgroup_mode_name(mode));
    } else {
        const char *manager = info && info->cgroup_driver ? info->cgroup_driver : NULL;
        davit__findings_add(f, DAVIT_FINDING_OK, "cgroup", NULL, "version %s%s%s",
                            davit__cgroup_mode_name(mode), manager ? ", managed by " : "",
                            manager ? manager : "");
    }
    if (info && davit__same(info->cgroup_driver, "systemd") && !davit__machine_has_systemd()) {
        davit__findings_add(
            f, DAVIT_FINDING_PROBLEM, "cgroup",
            "set cgroup_manager = \"cgroupfs\" under [engine] in "
            "/etc/containers/containers.conf (Docker: native.cgroupdriver=cgroupfs)",
            "the engine leaves control groups to systemd, which does not run here");
    }
}

static void examine_runtime(davit__findings *f, const davit_info *info)
{
    if (!info || davit__empty(info->oci_runtime)) {
        return;
    }
    bool refuses =
        davit__same(info->oci_runtime, "crun") && davit__machine_cgroup() == DAVIT__CGROUP_HYBRID;
    if (refuses) {
        davit__findings_add(f, DAVIT_FINDING_PROBLEM, "runtime",
                            "install runc and set runtime = \"runc\" under [engine] in "
                            "/etc/containers/containers.conf",
                            "crun does not start containers under hybrid control groups");
    } else {
        davit__findings_add(f, DAVIT_FINDING_OK, "runtime", NULL, "%s", info->oci_runtime);
    }
}

/* What is to be set is found by trying; what is set already is asked of the settings. */
static void examine_podman_limits(davit__findings *f, const davit__endpoint *endpoint)
{
    davit__podman_needs needs;
    if (davit__podman_needs_find(&needs, NULL) < 0) {
        f->failed = true;
        return;
    }
    DAVIT__FREE char *remedy =
        davit__format("set default_ulimits = %s under [containers] in "
                      "/etc/containers/containers.conf, unless the engine has it already",
                      needs.ulimits ? needs.ulimits : "");
    unsigned long long files = davit__machine_hard_limit(RLIMIT_NOFILE);
    if (!needs.ulimits) {
        davit__findings_add(f, DAVIT_FINDING_OK, "limits", NULL, "Podman's defaults fit");
    } else if (endpoint && endpoint->embedded) {
        davit__findings_add(f, DAVIT_FINDING_OK, "limits", NULL,
                            "this machine's hard limits (%llu open files) are under Podman's "
                            "defaults; davit starts Podman with %s",
                            files, needs.ulimits);
    } else {
        davit__findings_add(f, DAVIT_FINDING_NOTE, "limits", remedy,
                            "this machine's hard limits (%llu open files) are under Podman's "
                            "defaults: starting a container can fail with \"error setting rlimit\"",
                            files);
    }
    davit__podman_needs_free(&needs);
}

static void examine_limits(davit__findings *f, const davit__endpoint *endpoint,
                           const davit_info *info)
{
    if (is_podman(info)) {
        examine_podman_limits(f, endpoint);
        return;
    }
    rlim_t files = davit__machine_hard_limit(RLIMIT_NOFILE);
    if (files < FILES_LOW) {
        davit__findings_add(f, DAVIT_FINDING_WARNING, "limits", "raise it: ulimit -Hn 65536",
                            "at most %llu open files for each process", (unsigned long long)files);
    } else {
        davit__findings_add(f, DAVIT_FINDING_OK, "limits", NULL,
                            "open files and processes suffice");
    }
}

void davit__examine_disk(davit__findings *f, const char *root, uint64_t available, uint64_t total)
{
    static const char remedy[] = "remove images that are not needed (davit images, davit rmi)";
    double free_gb = (double)available / 1e9; /* as all sizes are shown */
    if (available < DISK_EMPTY) {
        davit__findings_add(f, DAVIT_FINDING_PROBLEM, "disk", remedy,
                            "%s: %.2fGB free: builds and pulls will fail", root, free_gb);
    } else if (available < DISK_LOW || available < total / 20) {
        davit__findings_add(f, DAVIT_FINDING_WARNING, "disk", remedy, "%s: only %.1fGB free", root,
                            free_gb);
    } else {
        davit__findings_add(f, DAVIT_FINDING_OK, "disk", NULL, "%s: %.1fGB free", root, free_gb);
    }
}

/* Whether a line of /etc/subuid or /etc/subgid gives ids to this user, by name or number. */
static bool has_line(const char *text, const char *user, const char *number)
{
    for (const char *line = text; *line; line += strspn(line, "\n")) {
        size_t length = strcspn(line, ":\n");
        if ((strlen(user) == length && strncmp(line, user, length) == 0) ||
            (strlen(number) == length && strncmp(line, number, length) == 0)) {
            return true;
        }
        line += strcspn(line, "\n");
    }
    return false;
}

static bool has_ids(const char *path, const char *user)
{
    char number[16];
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    if (davit__file_read(path, &text, NULL) < 0) {
        return false;
    }
    davit__buffer_add_char(&text, '\0');
    snprintf(number, sizeof number, "%u", (unsigned)geteuid());
    return !text.failed && has_line(text.data, user, number);
}

/* Without ids of its own for the users inside, a rootless engine has but one user. */
static void examine_users(davit__findings *f)
{
    struct passwd entry, *found = NULL;
    char texts[4096];
    getpwuid_r(geteuid(), &entry, texts, sizeof texts, &found);
    const char *user = found ? found->pw_name : "";
    if (geteuid() == 0 || (has_ids("/etc/subuid", user) && has_ids("/etc/subgid", user))) {
        return;
    }
    davit__findings_add(f, DAVIT_FINDING_WARNING, "users",
                        "as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 "
                        "USER; then podman system migrate",
                        "%s has no lines in /etc/subuid and /etc/subgid: images with files of "
                        "several users cannot be used",
                        user[0] ? user : "this user");
}

static void examine_root(davit__findings *f, const davit_info *info)
{
    struct statvfs status;
    if (info && !davit__empty(info->root) && statvfs(info->root, &status) == 0) {
        davit__examine_disk(f, info->root, (uint64_t)status.f_bavail * status.f_frsize,
                            (uint64_t)status.f_blocks * status.f_frsize);
    }
}

static bool is_loopback(const char *address)
{
    return davit__starts_with(address, "127.") || strcmp(address, "::1") == 0;
}

static void count_nameservers(const char *line, size_t *total, size_t *local)
{
    static const char key[] = "nameserver";
    char address[64];
    line += strspn(line, " \t");
    size_t space = davit__starts_with(line, key) ? strspn(line + strlen(key), " \t") : 0;
    if (space == 0) {
        return;
    }
    line += strlen(key) + space;
    size_t length = strcspn(line, " \t\r\n");
    if (length == 0 || length >= sizeof address) {
        return;
    }
    memcpy(address, line, length);
    address[length] = '\0';
    *total += 1;
    *local += is_loopback(address);
}

void davit__examine_dns(davit__findings *f, const char *resolv_conf)
{
    size_t total = 0, local = 0;
    for (const char *line = resolv_conf; *line; line += strspn(line, "\n")) {
        count_nameservers(line, &total, &local);
        line += strcspn(line, "\n");
    }
    if (total == 0) {
        davit__findings_add(
            f, DAVIT_FINDING_WARNING, "dns", "name a server in /etc/resolv.conf",
            "/etc/resolv.conf names no server: containers get public ones, or none");
    } else if (local == total) {
        davit__findings_add(f, DAVIT_FINDING_NOTE, "dns",
                            "if names are not found inside, give containers a server: --dns, or "
                            "the engine's settings",
                            "the only servers of /etc/resolv.conf are on this machine itself, "
                            "which containers with a network of their own do not reach: they get "
                            "those of systemd-resolved, or public ones");
    } else {
        davit__findings_add(f, DAVIT_FINDING_OK, "dns", NULL,
                            "%zu server%s in /etc/resolv.conf for containers", total - local,
                            total - local == 1 ? "" : "s");
    }
}

static void examine_resolv_conf(davit__findings *f)
{
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    int r = davit__file_read("/etc/resolv.conf", &text, NULL);
    davit__buffer_add_char(&text, '\0');
    if (text.failed) {
        f->failed = f->failed || text.failed == DAVIT_ERROR_NO_MEMORY;
        return;
    }
    davit__examine_dns(f, r < 0 ? "" : text.data);
}

void davit__examine_machine(davit__findings *f, const davit__endpoint *endpoint,
                            const davit_info *info)
{
    bool rootless = is_rootless(endpoint, info);
    examine_cgroup(f, info, rootless);
    if (rootless) {
        examine_users(f);
    }
    examine_runtime(f, info);
    examine_limits(f, endpoint, info);
    examine_root(f, info);
    examine_resolv_conf(f);
}
