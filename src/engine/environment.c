/* SPDX-License-Identifier: MIT */
#include "environment.h"

#include "memory.h"

#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>

static const struct {
    const char *name;
    size_t offset;
} variables[] = {
    {"DAVIT_HOST", offsetof(davit__environment, davit_host)},
    {"DOCKER_HOST", offsetof(davit__environment, docker_host)},
    {"CONTAINER_HOST", offsetof(davit__environment, container_host)},
    {"DOCKER_CONTEXT", offsetof(davit__environment, docker_context)},
    {"DOCKER_CONFIG", offsetof(davit__environment, docker_config)},
    {"DOCKER_TLS", offsetof(davit__environment, docker_tls)},
    {"DOCKER_TLS_VERIFY", offsetof(davit__environment, docker_tls_verify)},
    {"DOCKER_CERT_PATH", offsetof(davit__environment, docker_cert_path)},
    {"DOCKER_API_VERSION", offsetof(davit__environment, docker_api_version)},
    {"DOCKER_AUTH_CONFIG", offsetof(davit__environment, docker_auth_config)},
    {"REGISTRY_AUTH_FILE", offsetof(davit__environment, registry_auth_file)},
    {"XDG_CONFIG_HOME", offsetof(davit__environment, config_home)},
    {"XDG_RUNTIME_DIR", offsetof(davit__environment, runtime_dir)},
    {"HOME", offsetof(davit__environment, home)},
};

static char **member(davit__environment *environment, size_t index)
{
    return (char **)(void *)((char *)environment + variables[index].offset);
}

/* The base directory specification: relative paths are invalid and have to be ignored. */
static void drop_relative(char **path)
{
    if (*path && (*path)[0] != '/') {
        free(*path);
        *path = NULL;
    }
}

static int find_home(char **ret_home, davit_error *error)
{
    struct passwd entry, *found = NULL;
    char texts[4096];
    if (getpwuid_r(geteuid(), &entry, texts, sizeof texts, &found) != 0 || !found ||
        davit__empty(found->pw_dir)) {
        return 0;
    }
    return davit__copy(found->pw_dir, ret_home, error);
}

static int default_below(char **path, const char *home, const char *name, davit_error *error)
{
    if (!*path && home) {
        *path = davit__format("%s/%s", home, name);
        if (!*path) {
            return davit__error_no_memory(error);
        }
    }
    return 0;
}

/* Where su, sudo and cron do not set XDG_RUNTIME_DIR, the folder is there all the same. */
static int default_runtime_dir(char **path, davit_error *error)
{
    char usual[32];
    struct stat status;
    snprintf(usual, sizeof usual, "/run/user/%u", (unsigned)geteuid());
    if (*path || stat(usual, &status) < 0 || status.st_uid != geteuid()) {
        return 0;
    }
    return davit__copy(usual, path, error);
}

static int fill_defaults(davit__environment *environment, davit_error *error)
{
    drop_relative(&environment->home);
    drop_relative(&environment->config_home);
    drop_relative(&environment->runtime_dir);
    int r = environment->home ? 0 : find_home(&environment->home, error);
    if (r == 0) {
        r = default_below(&environment->config_home, environment->home, ".config", error);
    }
    if (r == 0) {
        r = default_below(&environment->docker_config, environment->home, ".docker", error);
    }
    return r < 0 ? r : default_runtime_dir(&environment->runtime_dir, error);
}

int davit__environment_read(davit__environment *ret_environment, davit_error *error)
{
    davit__environment environment = {0};
    int r = 0;
    for (size_t i = 0; r == 0 && i < DAVIT__COUNT(variables); i++) {
        const char *value = getenv(variables[i].name);
        r = davit__copy(davit__empty(value) ? NULL : value, member(&environment, i), error);
    }
    if (r == 0) {
        r = fill_defaults(&environment, error);
    }
    if (r < 0) {
        davit__environment_free(&environment);
        return r;
    }
    *ret_environment = environment;
    return 0;
}

void davit__environment_free(davit__environment *environment)
{
    for (size_t i = 0; i < DAVIT__COUNT(variables); i++) {
        free(*member(environment, i));
    }
    free(environment->machine);
    *environment = (davit__environment){0};
}
