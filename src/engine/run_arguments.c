/* SPDX-License-Identifier: MIT */
/* A configuration as the command line of docker or podman that means the same. */
#include "container_config.h"
#include "memory.h"
#include "units.h"

#include <davit/parse.h>

typedef struct arguments {
    davit_runtime runtime;
    char **items;
    size_t count;
    bool failed; /* no memory */
} arguments;

/* Takes `text`. */
static void take(arguments *to, char *text)
{
    char **items = text ? reallocarray(to->items, to->count + 2, sizeof *items) : NULL;
    if (!items) {
        free(text);
        to->failed = true;
        return;
    }
    items[to->count++] = text;
    items[to->count] = NULL;
    to->items = items;
}

static void add(arguments *to, const char *text)
{
    take(to, strdup(text));
}

/* Takes `value`. */
static void take_option(arguments *to, const char *name, char *value)
{
    take(to, davit__format("--%s", name));
    take(to, value);
}

static void add_option(arguments *to, const char *name, const char *value)
{
    if (!davit__empty(value)) {
        take_option(to, name, strdup(value));
    }
}

static void take_text(arguments *to, const char *name, davit__buffer *text)
{
    char *taken = NULL;
    if (davit__buffer_take(text, &taken, NULL) == 0) {
        take_option(to, name, taken);
    } else {
        to->failed = true;
    }
}

/* ---- what one flag says ---- */

/* A flag and the member that it says. PAIRS are joined with '='. */
typedef struct flag {
    const char *name;
    davit_kind kind;
    size_t offset;
    size_t count_offset;
    bool docker_only;
} flag;

#define AT(member) offsetof(davit_container_config, member)
#define FLAG(name, kind, member)                                                                   \
    {                                                                                              \
        name, DAVIT_KIND_##kind, AT(member), 0, false                                              \
    }
#define FLAGS(name, kind, member, count)                                                           \
    {                                                                                              \
        name, DAVIT_KIND_##kind, AT(member), AT(count), false                                      \
    }

static const flag flags[] = {
    FLAG("name", STRING, name),
    FLAG("hostname", STRING, hostname),
    {"domainname", DAVIT_KIND_STRING, AT(domainname), 0, true},
    FLAG("user", STRING, user),
    FLAGS("group-add", STRINGS, groups, group_count),
    FLAG("workdir", STRING, workdir),
    FLAGS("env", PAIRS, environment, environment_count),
    FLAGS("label", PAIRS, labels, label_count),
    FLAG("memory", BYTES, resources.memory),
    FLAG("memory-swap", BYTES, resources.memory_swap),
    FLAG("memory-reservation", BYTES, resources.memory_reservation),
    FLAG("oom-kill-disable", BOOL, resources.oom_kill_disable),
    FLAG("oom-score-adj", INTEGER, resources.oom_score_adj),
    FLAG("cpu-shares", INTEGER, resources.cpu_shares),
    FLAG("cpu-period", INTEGER, resources.cpu_period),
    FLAG("cpu-quota", INTEGER, resources.cpu_quota),
    FLAG("cpuset-cpus", STRING, resources.cpuset_cpus),
    FLAG("cpuset-mems", STRING, resources.cpuset_mems),
    FLAG("pids-limit", INTEGER, resources.pids),
    FLAG("shm-size", BYTES, resources.shm_size),
    FLAGS("dns", STRINGS, dns_servers, dns_server_count),
    FLAGS("dns-search", STRINGS, dns_search, dns_search_count),
    FLAGS("dns-option", STRINGS, dns_options, dns_option_count),
    FLAGS("log-opt", PAIRS, log_options, log_option_count),
    FLAGS("cap-add", STRINGS, cap_add, cap_add_count),
    FLAGS("cap-drop", STRINGS, cap_drop, cap_drop_count),
    FLAGS("security-opt", STRINGS, security_options, security_option_count),
    FLAGS("sysctl", PAIRS, sysctls, sysctl_count),
    FLAGS("volumes-from", STRINGS, volumes_from, volumes_from_count),
    FLAG("health-interval", DURATION, health_check.interval),
    FLAG("health-timeout", DURATION, health_check.timeout),
    FLAG("health-start-period", DURATION, health_check.start_period),
    {"health-start-interval", DAVIT_KIND_DURATION, AT(health_check.start_interval), 0, true},
    FLAG("health-retries", INTEGER, health_check.retries),
    FLAG("platform", STRING, platform),
    FLAG("userns", STRING, userns_mode),
    FLAG("ipc", STRING, ipc_mode),
    FLAG("pid", STRING, pid_mode),
    FLAG("uts", STRING, uts_mode),
    FLAG("cgroup-parent", STRING, cgroup_parent),
    {"runtime", DAVIT_KIND_STRING, AT(runtime), 0, true},
    FLAG("stop-signal", STRING, stop_signal),
    FLAG("privileged", BOOL, privileged),
    FLAG("read-only", BOOL, read_only),
    FLAG("init", BOOL, init),
    FLAG("interactive", BOOL, open_stdin),
    FLAG("tty", BOOL, tty),
    FLAG("rm", BOOL, auto_remove),
};

static void add_pairs(arguments *to, const char *name, const davit_pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        take_option(to, name,
                    pairs[i].value ? davit__format("%s=%s", pairs[i].name, pairs[i].value)
                                   : strdup(pairs[i].name));
    }
}

static void add_number(arguments *to, const flag *said, int64_t number)
{
    if (number == 0) {
        return;
    }
    if (said->kind == DAVIT_KIND_DURATION) {
        DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
        davit__duration_print(&text, number);
        take_text(to, said->name, &text);
    } else {
        take_option(to, said->name, davit__format("%lld", (long long)number));
    }
}

static void add_flag(arguments *to, const flag *said, const davit_container_config *config)
{
    const char *member = (const char *)config + said->offset;
    size_t count = said->count_offset
                       ? *(const size_t *)(const void *)((const char *)config + said->count_offset)
                       : 0;
    switch (said->kind) {
    case DAVIT_KIND_STRING:
        add_option(to, said->name, *(const char *const *)(const void *)member);
        break;
    case DAVIT_KIND_BOOL:
        if (*(const bool *)member) {
            take(to, davit__format("--%s", said->name));
        }
        break;
    case DAVIT_KIND_STRINGS:
        for (size_t i = 0; i < count; i++) {
            add_option(to, said->name, (*(const char *const *const *)(const void *)member)[i]);
        }
        break;
    case DAVIT_KIND_PAIRS:
        add_pairs(to, said->name, *(const davit_pair *const *)(const void *)member, count);
        break;
    default:
        add_number(to, said, *(const int64_t *)(const void *)member);
        break;
    }
}

/* ---- what has a form of its own ---- */

/* A field of CSV. */
static void add_csv(davit__buffer *text, const char *key, const char *value)
{
    if (text->length > 0) {
        davit__buffer_add_char(text, ',');
    }
    bool quoted = strpbrk(value, ",\"\n") != NULL;
    davit__buffer_printf(text, quoted ? "\"%s" : "%s", key);
    if (key[0]) {
        davit__buffer_add_char(text, '=');
    }
    for (; *value; value++) {
        if (*value == '"') {
            davit__buffer_add_char(text, '"');
        }
        davit__buffer_add_char(text, *value);
    }
    if (quoted) {
        davit__buffer_add_char(text, '"');
    }
}

static void add_ports(arguments *to, const davit_container_config *config)
{
    for (size_t i = 0; i < config->port_count; i++) {
        const davit_port_mapping *port = &config->ports[i];
        DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
        if (!davit__empty(port->host_ip)) {
            davit__buffer_printf(&text,
                                 strchr(port->host_ip, ':') ? "[%s]:" : "%s:", port->host_ip);
        }
        if (port->host_port > 0) {
            davit__buffer_printf(&text, "%lld", (long long)port->host_port);
        }
        davit__buffer_printf(&text, text.length > 0 ? ":%lld" : "%lld",
                             (long long)port->container_port);
        if (port->protocol != DAVIT_PROTOCOL_TCP) {
            davit__buffer_printf(&text, "/%s",
                                 davit_enum_name(davit_protocol_names(), port->protocol));
        }
        take_text(to, "publish", &text);
    }
}

static void add_tmpfs(arguments *to, const davit_mount *mount)
{
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    davit__buffer_printf(&text, "%s:%s", mount->target, mount->read_only ? "ro" : "rw");
    if (mount->tmpfs_size > 0) {
        davit__buffer_printf(&text, ",size=%lld", (long long)mount->tmpfs_size);
    }
    if (mount->tmpfs_mode > 0) {
        davit__buffer_printf(&text, ",mode=%llo", (long long)mount->tmpfs_mode);
    }
    if (!davit__empty(mount->options)) {
        davit__buffer_printf(&text, ",%s", mount->options);
    }
    take_text(to, "tmpfs", &text);
}

/* Only the older grammar makes missing folders and takes every option. */
static void add_volume(arguments *to, const davit_mount *mount)
{
    const char *mode = mount->read_only ? ":ro" : davit__empty(mount->options) ? "" : ":rw";
    const char *options = davit__empty(mount->options) ? "" : mount->options;
    take_option(to, "volume",
                mount->source ? davit__format("%s:%s%s%s%s", mount->source, mount->target, mode,
                                              options[0] ? "," : "", options)
                              : strdup(mount->target));
}

static void add_mount(arguments *to, const davit_mount *mount)
{
    if (mount->type == DAVIT_MOUNT_TMPFS) {
        add_tmpfs(to, mount);
        return;
    }
    if (!mount->source || mount->create_source || !davit__empty(mount->options)) {
        add_volume(to, mount);
        return;
    }
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    add_csv(&text, "type", davit_enum_name(davit_mount_type_names(), mount->type));
    add_csv(&text, "source", mount->source);
    add_csv(&text, "target", mount->target);
    if (mount->read_only) {
        add_csv(&text, "readonly", "true");
    }
    take_text(to, "mount", &text);
}

/* docker: name=NAME,alias=A; podman: NAME:alias=A */
static void add_network(arguments *to, const davit_network_attachment *network)
{
    bool podman = to->runtime == DAVIT_RUNTIME_PODMAN;
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    for (size_t i = 0; i < network->alias_count; i++) {
        add_csv(&text, "alias", network->aliases[i]);
    }
    const char *const settings[][2] = {
        {"ip", network->ip}, {"ip6", network->ip6}, {podman ? "mac" : "mac-address", network->mac}};
    for (size_t i = 0; i < DAVIT__COUNT(settings); i++) {
        if (!davit__empty(settings[i][1])) {
            add_csv(&text, settings[i][0], settings[i][1]);
        }
    }
    if (text.failed || text.length == 0) {
        to->failed |= text.failed != 0;
        add_option(to, "network", network->network);
    } else if (podman) {
        take_option(to, "network", davit__format("%s:%s", network->network, text.data));
    } else {
        take_option(to, "network", davit__format("name=%s,%s", network->network, text.data));
    }
}

static void add_networks(arguments *to, const davit_container_config *config)
{
    const char *first = davit__network_first(config);
    bool said = !first;
    for (size_t i = 0; i < config->network_count; i++) {
        said |= davit__same(config->networks[i].network, first);
    }
    if (config->network_mode == DAVIT_NETWORK_CONTAINER) {
        take_option(to, "network", davit__format("container:%s", config->network));
    } else if (config->network_mode == DAVIT_NETWORK_HOST ||
               config->network_mode == DAVIT_NETWORK_NONE) {
        add_option(to, "network",
                   davit_enum_name(davit_network_mode_names(), config->network_mode));
    } else if (!said) {
        add_option(to, "network", first);
    }
    /* The first is what both take for the first. */
    for (int rest = 0; rest < 2; rest++) {
        for (size_t i = 0; i < config->network_count; i++) {
            if (davit__same(config->networks[i].network, first) == !rest) {
                add_network(to, &config->networks[i]);
            }
        }
    }
}

static void add_health(arguments *to, const davit_health_check *check)
{
    if (check->test_count == 0) {
        return;
    }
    if (davit__same(check->test[0], "NONE")) {
        add(to, "--no-healthcheck");
    } else if (davit__same(check->test[0], "CMD-SHELL")) {
        add_option(to, "health-cmd", check->test[1]);
    } else {
        char *text = NULL; /* the flag is for a shell */
        if (davit_shell_quote(check->test + 1, check->test_count - 1, &text, NULL) < 0) {
            to->failed = true;
        } else {
            take_option(to, "health-cmd", text);
        }
    }
}

static void add_gpu(arguments *to, const davit_gpu_request *gpu)
{
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT, list = DAVIT__BUFFER_INIT;
    if (gpu->count == -1) {
        add_csv(&text, "", "all");
    } else if (gpu->count > 0) {
        davit__buffer_printf(&text, "count=%lld", (long long)gpu->count);
    }
    if (!davit__empty(gpu->driver)) {
        add_csv(&text, "driver", gpu->driver);
    }
    const struct {
        const char *key;
        const char *const *words;
        size_t count;
    } lists[] = {{"device", gpu->device_ids, gpu->device_id_count},
                 {"capabilities", gpu->capabilities, gpu->capability_count}};
    for (size_t i = 0; i < DAVIT__COUNT(lists); i++) {
        davit__buffer_free(&list);
        for (size_t k = 0; k < lists[i].count; k++) {
            davit__buffer_printf(&list, k ? ",%s" : "%s", lists[i].words[k]);
        }
        if (list.length > 0) {
            add_csv(&text, lists[i].key, list.data);
        }
    }
    davit__buffer_free(&list);
    for (size_t i = 0; i < gpu->option_count; i++) {
        davit__buffer_printf(&list, i ? ",%s=%s" : "%s=%s", gpu->options[i].name,
                             gpu->options[i].value ? gpu->options[i].value : "");
    }
    if (list.length > 0) {
        add_csv(&text, "options", list.data);
    }
    take_text(to, "gpus", &text);
    davit__buffer_free(&list);
}

static void add_devices(arguments *to, const davit_container_config *config)
{
    for (size_t i = 0; i < config->device_count; i++) {
        const davit_device *device = &config->devices[i];
        take_option(to, "device",
                    davit__format("%s:%s:%s", device->source,
                                  davit__empty(device->target) ? device->source : device->target,
                                  davit__empty(device->permissions) ? "rwm" : device->permissions));
    }
    for (size_t i = 0; i < config->gpu_count; i++) {
        add_gpu(to, &config->gpus[i]);
    }
}

static void add_cpus(arguments *to, int64_t nano_cpus)
{
    if (nano_cpus > 0) {
        char text[32];
        int length = snprintf(text, sizeof text, "%lld.%09lld", (long long)(nano_cpus / 1000000000),
                              (long long)(nano_cpus % 1000000000));
        while (text[length - 1] == '0') {
            text[--length] = '\0';
        }
        if (text[length - 1] == '.') {
            text[--length] = '\0';
        }
        add_option(to, "cpus", text);
    }
}

static void add_resources(arguments *to, const davit_resources *resources)
{
    add_cpus(to, resources->nano_cpus);
    if (resources->memory_swappiness != DAVIT_UNSET) {
        take_option(to, "memory-swappiness",
                    davit__format("%lld", (long long)resources->memory_swappiness));
    }
    for (size_t i = 0; i < resources->ulimit_count; i++) {
        const davit_ulimit *ulimit = &resources->ulimits[i];
        take_option(to, "ulimit",
                    davit__format("%s=%lld:%lld", ulimit->name, (long long)ulimit->soft,
                                  (long long)ulimit->hard));
    }
}

static void add_policies(arguments *to, const davit_container_config *config)
{
    if (config->restart_policy != DAVIT_RESTART_DEFAULT) {
        const char *name = davit_enum_name(davit_restart_policy_names(), config->restart_policy);
        take_option(to, "restart",
                    config->restart_retries > 0
                        ? davit__format("%s:%lld", name, (long long)config->restart_retries)
                        : strdup(name));
    }
    if (config->stop_timeout != DAVIT_UNSET) {
        bool podman = to->runtime == DAVIT_RUNTIME_PODMAN; /* takes no negative number */
        int64_t timeout = podman && config->stop_timeout < 0 ? INT32_MAX : config->stop_timeout;
        take_option(to, "stop-timeout", davit__format("%lld", (long long)timeout));
    }
    if (config->log_driver != DAVIT_LOG_DRIVER_DEFAULT) {
        add_option(to, "log-driver", davit_enum_name(davit_log_driver_names(), config->log_driver));
    }
    if (config->pull_policy != DAVIT_PULL_MISSING) {
        add_option(to, "pull", davit_enum_name(davit_pull_policy_names(), config->pull_policy));
    }
}

/* The flag takes one word; further ones stand before the command. */
static void add_command(arguments *to, const davit_container_config *config)
{
    if (config->entrypoint_count > 0) {
        take_option(to, "entrypoint", strdup(config->entrypoint[0]));
    } else if (config->clear_entrypoint) {
        take_option(to, "entrypoint", strdup(""));
    }
    add(to, config->image);
    for (size_t i = 1; i < config->entrypoint_count; i++) {
        add(to, config->entrypoint[i]);
    }
    for (size_t i = 0; i < config->command_count; i++) {
        add(to, config->command[i]);
    }
}

static void add_all(arguments *to, const davit_container_config *config, bool detach)
{
    bool podman = to->runtime == DAVIT_RUNTIME_PODMAN;
    add(to, podman ? "podman" : "docker");
    if (podman) {
        add_option(to, "runtime", config->runtime);
    }
    add(to, "run");
    if (detach) {
        add(to, "--detach");
    }
    for (size_t i = 0; i < DAVIT__COUNT(flags); i++) {
        if (!podman || !flags[i].docker_only) {
            add_flag(to, &flags[i], config);
        }
    }
    add_resources(to, &config->resources);
    add_networks(to, config);
    for (size_t i = 0; i < config->extra_host_count; i++) {
        take_option(
            to, "add-host",
            davit__format("%s:%s", config->extra_hosts[i].name, config->extra_hosts[i].value));
    }
    add_ports(to, config);
    for (size_t i = 0; i < config->mount_count; i++) {
        add_mount(to, &config->mounts[i]);
    }
    add_devices(to, config);
    add_health(to, &config->health_check);
    add_policies(to, config);
    add_command(to, config);
}

void davit_arguments_free(char **words, size_t count)
{
    for (size_t i = 0; words && i < count; i++) {
        free(words[i]);
    }
    free(words);
}

int davit_container_to_run_args(const davit_container_config *config, davit_runtime runtime,
                                bool detach, char ***ret_arguments, size_t *ret_count,
                                davit_error *error)
{
    int r = davit__container_config_check(config, error);
    if (r < 0) {
        return r;
    }
    arguments to = {.runtime = runtime};
    add_all(&to, config, detach);
    if (to.failed) {
        davit_arguments_free(to.items, to.count);
        return davit__error_no_memory(error);
    }
    *ret_arguments = to.items;
    *ret_count = to.count;
    return 0;
}

/* ---- quoting ---- */

static void quote_word(davit__buffer *text, const char *word)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%_+=:,./-";
    if (word[0] && strspn(word, plain) == strlen(word)) {
        davit__buffer_add_text(text, word);
        return;
    }
    davit__buffer_add_char(text, '\'');
    for (; *word; word++) {
        if (*word == '\'') {
            davit__buffer_add_text(text, "'\\''");
        } else {
            davit__buffer_add_char(text, *word);
        }
    }
    davit__buffer_add_char(text, '\'');
}

int davit_shell_quote(const char *const *words, size_t count, char **ret_text, davit_error *error)
{
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            davit__buffer_add_char(&text, ' ');
        }
        quote_word(&text, words[i]);
    }
    return davit__buffer_take(&text, ret_text, error);
}
