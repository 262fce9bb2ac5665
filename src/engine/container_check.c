/* SPDX-License-Identifier: MIT */
/* What is checked before an engine is asked: so the message names the field, and is the same on
 * every engine. */
#include "container_check.h"
#include "image_info.h"
#include "memory.h"

#include <davit/parse.h>

#define HOSTNAME_MAX   64 /* Linux's limit */
#define MODE_MAX       07777
#define LEAST_DURATION DAVIT_MILLISECONDS(1) /* of a health check; engines refuse less */

int davit__check_refuse(davit_error *error, const char *what, const char *value,
                        const char *expected)
{
    return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "%s '%s': expected %s", what,
                            value ? value : "", expected);
}

int davit__check_refuse_number(davit_error *error, const char *what, int64_t value,
                               const char *expected)
{
    return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "%s %lld: expected %s", what,
                            (long long)value, expected);
}

int davit__check_enum(const char *what, const davit_enum *names, int value, davit_error *error)
{
    return davit_enum_name(names, value)
               ? 0
               : davit__check_refuse_number(error, what, value, "a value of its enumeration");
}

int davit__check_words(const char *what, const char *const *words, size_t count, davit_error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (!words[i]) {
            return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "%s: word %zu is NULL", what,
                                    i + 1);
        }
    }
    return 0;
}

int davit__check_filled_words(const char *what, const char *const *words, size_t count,
                              davit_error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (davit__empty(words[i])) {
            return davit__check_refuse(error, what, words[i], "no empty one");
        }
    }
    return 0;
}

int davit__check_pairs(const char *what, const davit_pair *pairs, size_t count, davit_error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (davit__empty(pairs[i].name) || strchr(pairs[i].name, '=')) {
            return davit__check_refuse(error, what, pairs[i].name,
                                       "a name that is not empty and has no '='");
        }
    }
    return 0;
}

/* ---- ports and mounts ---- */

static int check_port(const davit_port_mapping *port, davit_error *error)
{
    if (port->container_port < 1 || port->container_port > 65535 || port->host_port < 0 ||
        port->host_port > 65535) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "port %lld:%lld: expected 1 to 65535 in the container and 0 to "
                                "65535 on the host",
                                (long long)port->host_port, (long long)port->container_port);
    }
    if (!davit__empty(port->host_ip) && !davit__is_ip(port->host_ip)) {
        return davit__check_refuse(error, "port: host address", port->host_ip, "an IP address");
    }
    return davit__check_enum("port: protocol", davit_protocol_names(), port->protocol, error);
}

static int check_bind(const davit_mount *mount, davit_error *error)
{
    if (davit__empty(mount->source) || mount->source[0] != '/') {
        return davit__check_refuse(error, "mount source", mount->source,
                                   "an absolute path on the host");
    }
    if (mount->create_source && strchr(mount->source, ':')) {
        return davit__check_refuse(error, "mount source", mount->source,
                                   "no ':' in the path of a folder that is made if it is missing");
    }
    return 0;
}

static int check_volume(const davit_mount *mount, davit_error *error)
{
    if (mount->source && (!mount->source[0] || strpbrk(mount->source, "/:"))) {
        return davit__check_refuse(error, "mount source", mount->source, "the name of a volume");
    }
    if (!mount->source && (mount->read_only || !davit__empty(mount->options))) {
        return davit__check_refuse(error, "mount target", mount->target,
                                   "a volume's name too: one without a name takes no options");
    }
    return 0;
}

static int check_tmpfs(const davit_mount *mount, davit_error *error)
{
    if (mount->tmpfs_size < 0) {
        return davit__check_refuse_number(error, "tmpfs_size", mount->tmpfs_size,
                                          "bytes, or 0 for no limit");
    }
    if (mount->tmpfs_mode < 0 || mount->tmpfs_mode > MODE_MAX) {
        return davit__check_refuse_number(error, "tmpfs_mode", mount->tmpfs_mode,
                                          "permission bits");
    }
    return 0;
}

static int check_mount(const davit_mount *mount, davit_error *error)
{
    if (davit__empty(mount->target) || mount->target[0] != '/' || !mount->target[1]) {
        return davit__check_refuse(error, "mount target", mount->target,
                                   "an absolute path, not the root");
    }
    if (strchr(mount->target, ':')) {
        return davit__check_refuse(error, "mount target", mount->target, "a path without ':'");
    }
    switch (mount->type) {
    case DAVIT_MOUNT_BIND:
        return check_bind(mount, error);
    case DAVIT_MOUNT_VOLUME:
        return check_volume(mount, error);
    case DAVIT_MOUNT_TMPFS:
        return check_tmpfs(mount, error);
    default:
        return davit__check_enum("mount type", davit_mount_type_names(), mount->type, error);
    }
}

static int check_ports_and_mounts(const davit_container_config *config, davit_error *error)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < config->port_count; i++) {
        r = check_port(&config->ports[i], error);
    }
    for (size_t i = 0; r >= 0 && i < config->mount_count; i++) {
        r = check_mount(&config->mounts[i], error);
    }
    return r;
}

/* ---- the rest ---- */

static int check_restart(const davit_container_config *config, davit_error *error)
{
    int r = davit__check_enum("restart_policy", davit_restart_policy_names(),
                              config->restart_policy, error);
    if (r < 0) {
        return r;
    }
    if (config->restart_retries < 0 ||
        (config->restart_retries > 0 && config->restart_policy != DAVIT_RESTART_ON_FAILURE)) {
        return davit__check_refuse_number(error, "restart_retries", config->restart_retries,
                                          "a number of restarts, with on-failure only");
    }
    if (config->auto_remove && config->restart_policy > DAVIT_RESTART_NO) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "auto_remove with a restart policy: expected one or the other");
    }
    return 0;
}

static int check_test(const davit_health_check *check, davit_error *error)
{
    const char *kind = check->test_count ? check->test[0] : "NONE";
    bool fits = davit__same(kind, "CMD-SHELL") ? check->test_count == 2
                : davit__same(kind, "CMD")     ? check->test_count >= 2
                                           : davit__same(kind, "NONE") && check->test_count <= 1;
    return fits ? davit__check_words("health_check: test", check->test, check->test_count, error)
                : davit__check_refuse(error, "health_check: test", kind,
                                      "CMD-SHELL and one text, CMD and words, or NONE alone");
}

static int check_health(const davit_health_check *check, davit_error *error)
{
    const struct {
        const char *name;
        int64_t value;
    } durations[] = {
        {"health_check: interval", check->interval},
        {"health_check: timeout", check->timeout},
        {"health_check: start_period", check->start_period},
        {"health_check: start_interval", check->start_interval},
    };
    for (size_t i = 0; i < DAVIT__COUNT(durations); i++) {
        if (durations[i].value != 0 && durations[i].value < LEAST_DURATION) {
            return davit__check_refuse_number(
                error, durations[i].name, durations[i].value,
                "a millisecond (1000000) at least, or 0 for the default");
        }
    }
    if (check->retries < 0) {
        return davit__check_refuse_number(error, "health_check: retries", check->retries,
                                          "0 or more");
    }
    return check_test(check, error);
}

static int check_texts(const davit_container_config *config, davit_error *error)
{
    if (!davit__empty(config->workdir) && config->workdir[0] != '/') {
        return davit__check_refuse(error, "workdir", config->workdir,
                                   "an absolute path in the container");
    }
    if (config->hostname && strlen(config->hostname) > HOSTNAME_MAX) {
        return davit__check_refuse(error, "hostname", config->hostname, "at most 64 characters");
    }
    if (!davit__empty(config->stop_signal)) {
        int r = davit_signal_check(config->stop_signal, error);
        if (r < 0) {
            return davit__error_wrap(error, r, "stop_signal");
        }
    }
    if (config->stop_timeout != DAVIT_UNSET &&
        (config->stop_timeout < -1 || config->stop_timeout > INT32_MAX)) {
        return davit__check_refuse_number(error, "stop_timeout", config->stop_timeout,
                                          "seconds, or -1 for no limit");
    }
    return 0;
}

static int check_image(const davit_container_config *config, davit_error *error)
{
    if (davit__empty(config->image)) {
        return davit__check_refuse(error, "image", config->image, "a name or an id");
    }
    if (!davit__is_image_id(config->image)) {
        davit_reference reference;
        int r = davit_reference_parse(config->image, &reference, error);
        if (r < 0) {
            return r;
        }
        davit_reference_clear(&reference);
    }
    return davit__check_enum("pull_policy", davit_pull_policy_names(), config->pull_policy, error);
}

static int check_lists(const davit_container_config *config, davit_error *error)
{
    int r = davit__check_words("command", config->command, config->command_count, error);
    if (r >= 0) {
        r = davit__check_words("entrypoint", config->entrypoint, config->entrypoint_count, error);
    }
    if (r >= 0) {
        r = davit__check_pairs("environment variable", config->environment,
                               config->environment_count, error);
    }
    if (r >= 0) {
        r = davit__check_pairs("label", config->labels, config->label_count, error);
    }
    return r;
}

int davit__container_config_check(const davit_container_config *config, davit_error *error)
{
    if (config->struct_size != sizeof *config) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "struct_size %zu: expected %zu; use DAVIT_CONTAINER_CONFIG_INIT",
                                config->struct_size, sizeof *config);
    }
    int r;
    if ((r = check_image(config, error)) < 0 ||
        (config->name && (r = davit_container_name_check(config->name, error)) < 0) ||
        (r = check_lists(config, error)) < 0 || (r = check_ports_and_mounts(config, error)) < 0 ||
        (r = davit__resources_check(&config->resources, error)) < 0 ||
        (r = check_restart(config, error)) < 0 || (r = davit__networks_check(config, error)) < 0 ||
        (r = davit__privileges_check(config, error)) < 0 ||
        (r = check_health(&config->health_check, error)) < 0 ||
        (r = check_texts(config, error)) < 0) {
        return r;
    }
    r = davit__check_enum("log_driver", davit_log_driver_names(), config->log_driver, error);
    return r < 0 ? r
                 : davit__check_pairs("log option", config->log_options, config->log_option_count,
                                      error);
}
