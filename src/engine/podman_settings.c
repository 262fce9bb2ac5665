/* SPDX-License-Identifier: MIT */
#include "podman_settings.h"

#include "files.h"
#include "machine.h"
#include "memory.h"
#include "toml_merge.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>

/* What Podman gives containers by default if it may: see its specgen. */
#define PODMAN_LIMIT ((rlim_t)1048576)

static rlim_t allowed(int resource)
{
    rlim_t hard = davit__machine_hard_limit(resource);
    return hard < PODMAN_LIMIT ? hard : PODMAN_LIMIT;
}

static bool may_have_limit(int resource)
{
    rlim_t hard = davit__machine_hard_limit(resource);
    return hard >= PODMAN_LIMIT || davit__machine_may_limit(resource, PODMAN_LIMIT);
}

/* An ordinary user's Podman looks at the limits itself. */
static bool limits_work(void)
{
    return geteuid() != 0 || (may_have_limit(RLIMIT_NOFILE) && may_have_limit(RLIMIT_NPROC));
}

static bool crun_is_refused(void)
{
    DAVIT__FREE char *crun = davit__program_find("crun");
    DAVIT__FREE char *runc = davit__program_find("runc");
    return crun && runc && davit__machine_cgroup() == DAVIT__CGROUP_HYBRID;
}

int davit__podman_needs_find(davit__podman_needs *ret_needs, davit_error *error)
{
    davit__podman_needs needs = {0};
    int r = 0;
    if (!limits_work()) {
        unsigned long long files = allowed(RLIMIT_NOFILE), processes = allowed(RLIMIT_NPROC);
        needs.ulimits = davit__format("[\"nofile=%llu:%llu\", \"nproc=%llu:%llu\"]", files, files,
                                      processes, processes);
        r = needs.ulimits ? 0 : davit__error_no_memory(error);
    }
    if (r == 0 && crun_is_refused()) {
        r = davit__copy("\"runc\"", &needs.runtime, error);
    }
    if (r == 0 && !davit__machine_has_systemd()) {
        r = davit__copy("\"cgroupfs\"", &needs.cgroup_manager, error);
    }
    if (r == 0 && !davit__machine_has_systemd()) {
        r = davit__copy("\"file\"", &needs.events_logger, error);
    }
    if (r < 0) {
        davit__podman_needs_free(&needs);
        return r;
    }
    *ret_needs = needs;
    return 0;
}

void davit__podman_needs_free(davit__podman_needs *needs)
{
    free(needs->ulimits);
    free(needs->runtime);
    free(needs->cgroup_manager);
    free(needs->events_logger);
    *needs = (davit__podman_needs){0};
}

/* ---- the files that Podman would read ---- */

static const char *variable(char *const environment[], const char *name)
{
    size_t length = strlen(name);
    for (; *environment; environment++) {
        if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=') {
            const char *value = *environment + length + 1;
            return value[0] ? value : NULL;
        }
    }
    return NULL;
}

static int add_file(davit__toml *toml, const char *path, davit_error *error)
{
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    davit_error reason = DAVIT_ERROR_INIT;
    int r = davit__file_read(path, &text, &reason);
    if (r < 0 && (reason.system_error == ENOENT || reason.system_error == ENOTDIR)) {
        return 0;
    }
    if (r < 0) {
        return davit__error_set(error, (davit_error_code)r, "%s", reason.message);
    }
    davit__buffer_add_char(&text, '\0');
    r = davit__buffer_check(&text, error);
    if (r == 0) {
        r = davit__toml_add(toml, text.data, error);
    }
    return r < 0 ? davit__error_wrap(error, r, "%s", path) : 0;
}

/* FOLDER/containers.conf, then FOLDER/containers.conf.d/ *.conf in order. */
static int add_folder(davit__toml *toml, const char *folder, davit_error *error)
{
    DAVIT__FREE char *file = davit__format("%s/containers.conf", folder);
    DAVIT__FREE char *pattern = davit__format("%s/containers.conf.d/*.conf", folder);
    if (!file || !pattern) {
        return davit__error_no_memory(error);
    }
    int r = add_file(toml, file, error);
    glob_t found = {0};
    int globbed = r == 0 ? glob(pattern, 0, NULL, &found) : GLOB_NOMATCH;
    for (size_t i = 0; r == 0 && globbed == 0 && i < found.gl_pathc; i++) {
        r = add_file(toml, found.gl_pathv[i], error);
    }
    globfree(&found);
    return r == 0 && globbed == GLOB_NOSPACE ? davit__error_no_memory(error) : r;
}

static int add_user_folder(davit__toml *toml, char *const environment[], davit_error *error)
{
    const char *config = variable(environment, "XDG_CONFIG_HOME");
    const char *home = variable(environment, "HOME");
    if (geteuid() == 0 || (!config && !home)) {
        return 0;
    }
    DAVIT__FREE char *folder = config ? davit__format("%s/containers", config)
                                      : davit__format("%s/.config/containers", home);
    return folder ? add_folder(toml, folder, error) : davit__error_no_memory(error);
}

static int add_files(davit__toml *toml, char *const environment[], davit_error *error)
{
    const char *only = variable(environment, "CONTAINERS_CONF");
    if (only) {
        return add_file(toml, only, error);
    }
    int r = add_file(toml, "/usr/share/containers/containers.conf", error);
    if (r == 0) {
        r = add_folder(toml, "/etc/containers", error);
    }
    return r < 0 ? r : add_user_folder(toml, environment, error);
}

/* Returns 1 if something was set. */
static int set_need(davit__toml *toml, const char *table, const char *key, const char *value,
                    davit_error *error)
{
    if (!value || davit__toml_get(toml, table, key)) {
        return 0;
    }
    int r = davit__toml_set(toml, table, key, value, error);
    return r < 0 ? r : 1;
}

static int set_needs(davit__toml *toml, const davit__podman_needs *needs, davit_error *error)
{
    const struct {
        const char *table, *key, *value;
    } wanted[] = {
        {"containers", "default_ulimits", needs->ulimits},
        {"engine", "runtime", needs->runtime},
        {"engine", "cgroup_manager", needs->cgroup_manager},
        {"engine", "events_logger", needs->events_logger},
    };
    int changes = 0;
    for (size_t i = 0; i < DAVIT__COUNT(wanted); i++) {
        int r = set_need(toml, wanted[i].table, wanted[i].key, wanted[i].value, error);
        if (r < 0) {
            return r;
        }
        changes += r;
    }
    return changes;
}

int davit__podman_settings(char *const environment[], davit__buffer *text, davit_error *error)
{
    davit__podman_needs needs;
    int r = davit__podman_needs_find(&needs, error);
    if (r < 0) {
        return r;
    }
    DAVIT__TOML davit__toml toml = DAVIT__TOML_INIT;
    r = add_files(&toml, environment, error);
    if (r == 0) {
        r = set_needs(&toml, &needs, error);
    }
    davit__podman_needs_free(&needs);
    if (r <= 0) {
        return r;
    }
    davit__buffer_add_text(text, "# Written by davit when it starts Podman; changes are lost.\n");
    davit__toml_print(&toml, text);
    return davit__buffer_check(text, error);
}
