/* SPDX-License-Identifier: MIT */
/* What a container looks like: one line a field, in three shapes of engine JSON. A field added here
 * (and to the struct) shows up in inspect, ps --format and JSON; see docs/architecture.md. */
#include "container_info.h"

#include "container_details.h"
#include "docker_fields.h"
#include "image_info.h"
#include "memory.h"

#include <davit/parse.h>

/* ---- what a path and a kind cannot say ---- */

static int set_text(const davit__field *field, void *object, const char *text, davit_error *error)
{
    return davit__copy(text, DAVIT__MEMBER(char *, object, field->offset), error);
}

/* "/web" (inspect), ["/web", "/other/alias"] (list), ["web"] (libpod). */
static int decode_name(const davit__field *field, const json_t *value, void *object,
                       davit_error *error)
{
    const char *name = json_string_value(value);
    for (size_t i = 0; !name && i < json_array_size(value); i++) {
        const char *candidate = json_string_value(json_array_get(value, i));
        if (candidate && !strchr(candidate + 1, '/')) {
            name = candidate; /* "/other/alias" is a link to it, made by another container */
        }
    }
    return set_text(field, object, name && name[0] == '/' ? name + 1 : name, error);
}

/* {"Path": "sh", "Args": ["-c"]} (inspect), "sh -c" (list), ["sh", "-c"] (libpod). */
static int decode_command(const davit__field *field, const json_t *value, void *object,
                          davit_error *error)
{
    if (json_is_string(value) || !value) {
        return set_text(field, object, json_string_value(value), error);
    }
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    const char *path = davit__json_text(value, "Path");
    davit__buffer_add_text(&text, path ? path : "");
    const json_t *words = json_is_array(value) ? value : davit__json_at(value, "Args");
    for (size_t i = 0; i < json_array_size(words); i++) {
        const char *word = json_string_value(json_array_get(words, i));
        davit__buffer_printf(&text, "%s%s", text.length ? " " : "", word ? word : "");
    }
    return davit__buffer_take(&text, DAVIT__MEMBER(char *, object, field->offset), error);
}

/* libpod leaves the algorithm out. */
static int decode_image_id(const davit__field *field, const json_t *value, void *object,
                           davit_error *error)
{
    return davit__digest_copy(json_string_value(value),
                              DAVIT__MEMBER(char *, object, field->offset), error);
}

/* "healthy" (inspect, libpod), "Up 2 minutes (health: starting)" (list). */
static int decode_health(const davit__field *field, const json_t *value, void *object,
                         davit_error *error)
{
    static const struct {
        const char *part;
        davit_health_status status;
    } parts[] = {
        {"unhealthy", DAVIT_HEALTH_UNHEALTHY},
        {"healthy", DAVIT_HEALTH_HEALTHY},
        {"starting", DAVIT_HEALTH_STARTING},
    };
    const char *text = json_string_value(value);
    for (size_t i = 0; text && i < DAVIT__COUNT(parts); i++) {
        if (strstr(text, parts[i].part)) {
            *DAVIT__MEMBER(int, object, field->offset) = parts[i].status;
            break;
        }
    }
    return 0;
}

/* {"bridge": {...}} (inspect, list), ["podman"] (libpod). */
static int decode_networks(const davit__field *field, const json_t *value, void *object,
                           davit_error *error)
{
    size_t count = json_is_object(value) ? json_object_size(value) : json_array_size(value);
    char **names = calloc(count ? count : 1, sizeof *names);
    if (!names) {
        return davit__error_no_memory(error);
    }
    *DAVIT__MEMBER(char **, object, field->offset) = names;
    *DAVIT__MEMBER(size_t, object, field->count_offset) = count;
    void *position = json_object_iter((json_t *)value);
    for (size_t i = 0; i < count; i++) {
        const char *name =
            position ? json_object_iter_key(position) : json_string_value(json_array_get(value, i));
        int r = davit__copy(name ? name : "", &names[i], error);
        if (r < 0) {
            return r;
        }
        position = json_object_iter_next((json_t *)value, position);
    }
    return 0;
}

static int decode_read_only(const davit__field *field, const json_t *value, void *object,
                            davit_error *error)
{
    *DAVIT__MEMBER(bool, object, field->offset) = json_is_false(value);
    return 0;
}

/* ---- ports ---- */

static void print_port(const void *object, davit__buffer *buffer)
{
    const davit_port_info *port = object;
    if (port->host_port > 0) {
        const char *ip = davit__empty(port->host_ip) ? "0.0.0.0" : port->host_ip;
        davit__buffer_printf(buffer, strchr(ip, ':') ? "[%s]:%lld->" : "%s:%lld->", ip,
                             (long long)port->host_port);
    }
    davit__buffer_printf(buffer, "%lld/%s", (long long)port->container_port,
                         davit_enum_name(davit_protocol_names(), port->protocol));
}

#define PORT(member, ...) DAVIT__FIELD(davit_port_info, member, __VA_ARGS__)
static const davit__field port_fields[] = {
    PORT(host_ip, STRING, .list = "IP", .libpod_list = "host_ip",
         .text = "Address on the host; null: not published, or all addresses"),
    PORT(host_port, INTEGER, .list = "PublicPort", .libpod_list = "host_port",
         .text = "Port on the host; 0: not published"),
    PORT(container_port, INTEGER, .list = "PrivatePort", .libpod_list = "container_port",
         .text = "Port in the container"),
    PORT(protocol, ENUM, .names = davit_protocol_names, .list = "Type", .libpod_list = "protocol",
         .text = "tcp, udp or sctp"),
};
static const davit_type port_type = {
    .name = "port",
    .size = sizeof(davit_port_info),
    .fields = port_fields,
    .count = DAVIT__COUNT(port_fields),
    .print = print_port,
};

/* A port list under way: the struct's pointer and count, and room. */
typedef struct port_list {
    davit_port_info **items;
    size_t *count;
} port_list;

static davit_port_info *add_port(port_list *list, davit_error *error)
{
    davit_port_info *items = reallocarray(*list->items, *list->count + 1, sizeof *items);
    if (!items) {
        davit__error_no_memory(error);
        return NULL;
    }
    *list->items = items;
    davit_port_info *port = &items[*list->count];
    *port = (davit_port_info){0};
    (*list->count)++;
    return port;
}

/* One key of inspect's map: "80/tcp": [{"HostIp": "", "HostPort": "8080"}] or null. */
static int add_inspect_port(port_list *list, const char *key, const json_t *bindings,
                            davit_error *error)
{
    size_t count = json_array_size(bindings);
    for (size_t i = 0; i < (count ? count : 1); i++) {
        davit_port_info *port = add_port(list, error);
        if (!port) {
            return DAVIT_ERROR_NO_MEMORY;
        }
        char *rest;
        port->container_port = strtoll(key, &rest, 10);
        if (*rest != '/' ||
            davit_enum_parse(davit_protocol_names(), rest + 1, &port->protocol, NULL) < 0) {
            return davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                                    "NetworkSettings.Ports: '%s' is no port", key);
        }
        const json_t *binding = json_array_get(bindings, i);
        const char *host_port = davit__json_text(binding, "HostPort");
        port->host_port = host_port ? strtoll(host_port, NULL, 10) : 0;
        int r = davit__copy(davit__json_text(binding, "HostIp"), &port->host_ip, error);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

/* One entry of a list: a port, or (libpod) "range" ports in a row. */
static int add_list_port(port_list *list, const json_t *entry, davit_error *error)
{
    bool libpod = json_object_get(entry, "container_port");
    json_int_t range = libpod ? json_integer_value(json_object_get(entry, "range")) : 1;
    for (json_int_t i = 0; i < (range < 1 ? 1 : range) && i < 65536; i++) {
        davit_port_info *port = add_port(list, error);
        if (!port) {
            return DAVIT_ERROR_NO_MEMORY;
        }
        davit__shape shape = libpod ? DAVIT__SHAPE_LIBPOD_LIST : DAVIT__SHAPE_LIST;
        int r = davit__type_decode(&port_type, shape, entry, port, error);
        if (r < 0) {
            return r;
        }
        port->container_port += i;
        port->host_port += port->host_port ? i : 0;
    }
    return 0;
}

static int decode_ports(const davit__field *field, const json_t *value, void *object,
                        davit_error *error)
{
    port_list list = {DAVIT__MEMBER(davit_port_info *, object, field->offset),
                      DAVIT__MEMBER(size_t, object, field->count_offset)};
    const char *key;
    json_t *bindings;
    json_object_foreach ((json_t *)value, key, bindings) {
        int r = add_inspect_port(&list, key, bindings, error);
        if (r < 0) {
            return r;
        }
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        int r = add_list_port(&list, json_array_get(value, i), error);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

/* ---- mounts ---- */

static void print_mount(const void *object, davit__buffer *buffer)
{
    const davit_mount_info *mount = object;
    const char *source = davit__empty(mount->name) ? mount->source : mount->name;
    davit__buffer_printf(buffer, "%s:%s%s", source ? source : "",
                         mount->target ? mount->target : "", mount->read_only ? ":ro" : "");
}

#define MOUNT(member, ...) DAVIT__FIELD(davit_mount_info, member, __VA_ARGS__)
static const davit__field mount_fields[] = {
    MOUNT(type, ENUM, .names = davit_mount_type_names, .inspect = "Type",
          .text = "volume, bind or tmpfs"),
    MOUNT(name, STRING, .inspect = "Name", .text = "Name of the volume"),
    MOUNT(source, STRING, .inspect = "Source", .text = "Path on the host"),
    MOUNT(target, STRING, .inspect = "Destination", .text = "Path in the container"),
    MOUNT(read_only, BOOL, .inspect = "RW", .decode = decode_read_only,
          .text = "Whether the container may not write to it"),
};
static const davit_type mount_type = {
    .name = "mount",
    .size = sizeof(davit_mount_info),
    .fields = mount_fields,
    .count = DAVIT__COUNT(mount_fields),
    .print = print_mount,
};

/* ---- containers ---- */

#define FIELD(member, ...)  DAVIT__FIELD(davit_container_info, member, __VA_ARGS__)
#define LIST(member, count) .count_offset = offsetof(davit_container_info, count)

/* Columns: inspect, list, libpod_list. A field that is not in both lists is a detail. */
static const davit__field container_fields[] = {
    FIELD(id, STRING, .inspect = "Id", .list = "Id", .libpod_list = "Id", .short_id = true,
          .title = "CONTAINER ID", .text = "Identifier, 64 hexadecimal digits"),
    FIELD(name, STRING, .inspect = "Name", .list = "Names", .libpod_list = "Names",
          .decode = decode_name, .alias = "Names", .title = "NAMES", .text = "Name"),
    FIELD(image, STRING, .inspect = "Config.Image", .list = "Image", .libpod_list = "Image",
          .text = "Image as it was named when the container was created"),
    FIELD(image_id, STRING, .inspect = "Image", .list = "ImageID", .libpod_list = "ImageID",
          .decode = decode_image_id, .short_id = true, .text = "Identifier of the image"),
    FIELD(command, STRING, .inspect = "", .list = "Command", .libpod_list = "Command",
          .decode = decode_command, .width = 20, .text = "Command with its arguments"),
    FIELD(created, TIME, .inspect = "Created", .list = "Created", .libpod_list = "Created",
          .alias = "CreatedAt", .text = "When it was created"),
    FIELD(state, ENUM, .names = davit_container_state_names, .inspect = "State.Status",
          .list = "State", .libpod_list = "State",
          .text = "created, running, paused, restarting, removing, exited or dead"),
    FIELD(is_running, BOOL, .text = "Whether the state is running"),
    FIELD(status, STRING, .list = "Status", .text = "State for people, with age and health"),
    FIELD(health, ENUM, .names = davit_health_status_names, .inspect = "State.Health.Status",
          .list = "Status", .libpod_list = "Status", .decode = decode_health,
          .text = "none, starting, healthy or unhealthy"),
    FIELD(health_stale, BOOL, .text = "Whether the checks are overdue, the status may be old"),
    FIELD(ports, LIST, LIST(ports, port_count), .type = &port_type,
          .inspect = "NetworkSettings.Ports", .list = "Ports", .libpod_list = "Ports",
          .decode = decode_ports, .text = "Ports, published or only exposed"),
    FIELD(labels, PAIRS, LIST(labels, label_count), .inspect = "Config.Labels", .list = "Labels",
          .libpod_list = "Labels", .text = "Labels"),
    FIELD(mounts, LIST, LIST(mounts, mount_count), .type = &mount_type, .inspect = "Mounts",
          .text = "Volumes, bind mounts and tmpfs"),
    FIELD(networks, STRINGS, LIST(networks, network_count), .inspect = "NetworkSettings.Networks",
          .list = "NetworkSettings.Networks", .libpod_list = "Networks", .decode = decode_networks,
          .text = "Names of its networks"),
    FIELD(exit_code, INTEGER, .inspect = "State.ExitCode", .text = "Exit code of the last run"),
    FIELD(error, STRING, .inspect = "State.Error", .text = "Why it could not be started"),
    FIELD(oom_killed, BOOL, .inspect = "State.OOMKilled",
          .text = "Whether it was killed for want of memory"),
    FIELD(pid, INTEGER, .inspect = "State.Pid", .text = "Process id on the host; 0: not running"),
    FIELD(started, TIME, .inspect = "State.StartedAt", .text = "When it was last started"),
    FIELD(finished, TIME, .inspect = "State.FinishedAt", .text = "When it last ended"),
    FIELD(restart_count, INTEGER, .inspect = "RestartCount",
          .text = "How often the restart policy restarted it"),
    FIELD(restart_policy, ENUM, .names = davit_restart_policy_names,
          .inspect = "HostConfig.RestartPolicy.Name",
          .text = "no, on-failure, always or unless-stopped"),
    FIELD(environment, STRINGS, LIST(environment, environment_count), .inspect = "Config.Env",
          .text = "Environment, NAME=value"),
    FIELD(user, STRING, .inspect = "Config.User", .text = "User that the command runs as"),
    FIELD(workdir, STRING, .inspect = "Config.WorkingDir", .text = "Working directory"),
    FIELD(hostname, STRING, .inspect = "Config.Hostname", .text = "Host name"),
    FIELD(tty, BOOL, .inspect = "Config.Tty", .text = "Whether it has a terminal"),
    FIELD(memory, BYTES, .inspect = "HostConfig.Memory", .text = "Memory limit; 0: none"),
    FIELD(nano_cpus, INTEGER, .inspect = "HostConfig.NanoCpus",
          .text = "CPU limit in thousand-millionths of a CPU; 0: none"),
    FIELD(pids, INTEGER, .inspect = "HostConfig.PidsLimit",
          .text = "Limit on processes; 0 or less: none"),
    FIELD(log_driver, STRING, .inspect = "HostConfig.LogConfig.Type", .text = "Log driver"),
    FIELD(auto_remove, BOOL, .inspect = "HostConfig.AutoRemove",
          .text = "Whether the engine removes it when it ends"),
    FIELD(stdin_once, BOOL, .inspect = "Config.StdinOnce",
          .text = "Whether its stdin ends with the first client's"),
    FIELD(health_test, STRINGS, LIST(health_test, health_test_count),
          .inspect = "Config.Healthcheck.Test", .text = "Command of the health check"),
    FIELD(health_interval, DURATION, .inspect = "Config.Healthcheck.Interval",
          .text = "Time between health checks; 0: default"),
    FIELD(health_timeout, DURATION, .inspect = "Config.Healthcheck.Timeout",
          .text = "Time one health check may take; 0: default"),
    FIELD(health_start_period, DURATION, .inspect = "Config.Healthcheck.StartPeriod",
          .text = "Time at the start in which failures do not count"),
    FIELD(health_retries, INTEGER, .inspect = "Config.Healthcheck.Retries",
          .text = "Failures in a row that make it unhealthy; 0: default"),
    FIELD(health_start_interval, DURATION, .inspect = "Config.Healthcheck.StartInterval",
          .text = "Time between health checks at the start; 0: the usual interval"),
    FIELD(restart_retries, INTEGER, .inspect = "HostConfig.RestartPolicy.MaximumRetryCount",
          .text = "Most restarts of on-failure; 0: no limit"),
    FIELD(entrypoint, STRINGS, LIST(entrypoint, entrypoint_count), .inspect = "Config.Entrypoint",
          .decode = davit__entrypoint_decode, .text = "Program that runs the command"),
    FIELD(domainname, STRING, .inspect = "Config.Domainname", .text = "Domain name"),
    FIELD(endpoints, LIST, LIST(endpoints, endpoint_count), .type = &davit__endpoint_info_type,
          .inspect = "NetworkSettings.Networks", .decode = davit__endpoints_decode,
          .text = "Its networks with their addresses"),
    FIELD(network_mode, STRING, .inspect = "HostConfig.NetworkMode",
          .text = "Network it was created with"),
    FIELD(dns_servers, STRINGS, LIST(dns_servers, dns_server_count), .inspect = "HostConfig.Dns",
          .text = "Addresses of name servers"),
    FIELD(dns_search, STRINGS, LIST(dns_search, dns_search_count),
          .inspect = "HostConfig.DnsSearch", .text = "Domains that short names are looked for in"),
    FIELD(dns_options, STRINGS, LIST(dns_options, dns_option_count),
          .inspect = "HostConfig.DnsOptions", .text = "Options of resolv.conf"),
    FIELD(extra_hosts, STRINGS, LIST(extra_hosts, extra_host_count),
          .inspect = "HostConfig.ExtraHosts", .text = "Lines of /etc/hosts, name:address"),
    FIELD(cpu_shares, INTEGER, .inspect = "HostConfig.CpuShares",
          .text = "Relative CPU weight; 0: default"),
    FIELD(cpu_period, INTEGER, .inspect = "HostConfig.CpuPeriod",
          .text = "Microseconds of a CPU period; 0: default"),
    FIELD(cpu_quota, INTEGER, .inspect = "HostConfig.CpuQuota",
          .text = "Microseconds of CPU time in each period; 0: no limit"),
    FIELD(cpuset_cpus, STRING, .inspect = "HostConfig.CpusetCpus", .text = "CPUs it runs on"),
    FIELD(cpuset_mems, STRING, .inspect = "HostConfig.CpusetMems", .text = "Memory nodes it uses"),
    FIELD(memory_swap, BYTES, .inspect = "HostConfig.MemorySwap", .decode = davit__memsw_decode,
          .text = "Limit on memory and swap together; -1: none"),
    FIELD(memory_reservation, BYTES, .inspect = "HostConfig.MemoryReservation",
          .text = "Memory it is pressed back to when memory runs short"),
    FIELD(memory_swappiness, INTEGER, .inspect = "HostConfig.MemorySwappiness",
          .decode = davit__optional_decode,
          .text = "How readily it is swapped out, 0 to 100; null: the machine's"),
    FIELD(oom_kill_disable, BOOL, .inspect = "HostConfig.OomKillDisable",
          .text = "Whether it waits for memory instead of being killed"),
    FIELD(oom_score_adj, INTEGER, .inspect = "HostConfig.OomScoreAdj",
          .text = "The more, the sooner it is killed when memory runs out"),
    FIELD(shm_size, BYTES, .inspect = "HostConfig.ShmSize", .text = "Size of /dev/shm"),
    FIELD(ulimits, LIST, LIST(ulimits, ulimit_count), .type = &davit__ulimit_info_type,
          .inspect = "HostConfig.Ulimits", .decode = davit__ulimits_decode,
          .text = "Limits of each process"),
    FIELD(log_options, PAIRS, LIST(log_options, log_option_count),
          .inspect = "HostConfig.LogConfig.Config", .text = "Options of the log driver"),
    FIELD(groups, STRINGS, LIST(groups, group_count), .inspect = "HostConfig.GroupAdd",
          .text = "Further groups of the user"),
    FIELD(cap_add, STRINGS, LIST(cap_add, cap_add_count), .inspect = "HostConfig.CapAdd",
          .text = "Capabilities it gets"),
    FIELD(cap_drop, STRINGS, LIST(cap_drop, cap_drop_count), .inspect = "HostConfig.CapDrop",
          .text = "Capabilities it loses"),
    FIELD(devices, LIST, LIST(devices, device_count), .type = &davit__device_info_type,
          .inspect = "HostConfig.Devices", .text = "Devices of the host"),
    FIELD(security_options, STRINGS, LIST(security_options, security_option_count),
          .inspect = "HostConfig.SecurityOpt", .text = "Security options"),
    FIELD(sysctls, PAIRS, LIST(sysctls, sysctl_count), .inspect = "HostConfig.Sysctls",
          .text = "Settings of the kernel"),
    FIELD(volumes_from, STRINGS, LIST(volumes_from, volumes_from_count),
          .inspect = "HostConfig.VolumesFrom", .text = "Containers whose mounts it gets"),
    FIELD(privileged, BOOL, .inspect = "HostConfig.Privileged", .text = "All privileges"),
    FIELD(read_only, BOOL, .inspect = "HostConfig.ReadonlyRootfs",
          .text = "Whether its root file system is read-only"),
    FIELD(init, BOOL, .inspect = "HostConfig.Init", .text = "Whether an init process runs in it"),
    FIELD(stop_signal, STRING, .inspect = "Config.StopSignal", .text = "Signal that ends it"),
    FIELD(stop_timeout, INTEGER, .inspect = "Config.StopTimeout", .decode = davit__optional_decode,
          .text = "Seconds from that signal to the kill; null: default"),
    FIELD(platform, STRING, .inspect = "Platform", .text = "Operating system it is made for"),
    FIELD(userns_mode, STRING, .inspect = "HostConfig.UsernsMode", .text = "User namespace"),
    FIELD(ipc_mode, STRING, .inspect = "HostConfig.IpcMode", .text = "IPC namespace"),
    FIELD(pid_mode, STRING, .inspect = "HostConfig.PidMode", .text = "Process namespace"),
    FIELD(uts_mode, STRING, .inspect = "HostConfig.UTSMode", .text = "Host name's namespace"),
    FIELD(cgroup_parent, STRING, .inspect = "HostConfig.CgroupParent", .text = "Parent cgroup"),
    FIELD(runtime, STRING, .inspect = "HostConfig.Runtime", .text = "Program that runs it"),
};

static const davit_type container_type = {
    .name = "container",
    .size = sizeof(davit_container_info),
    .fields = container_fields,
    .count = DAVIT__COUNT(container_fields),
    .docker = davit__docker_container_fields,
};

const davit_type *davit_container_info_type(void)
{
    return &container_type;
}

/* ---- status for people, where the engine has none ---- */

static void add_age(davit__buffer *text, int64_t since)
{
    int64_t age = davit__clock() - since;
    DAVIT__FREE char *human = NULL;
    if (davit_duration_format_human(age < 0 ? 0 : age, &human, NULL) < 0) {
        text->failed = DAVIT_ERROR_NO_MEMORY;
        return;
    }
    davit__buffer_add_text(text, human);
}

static void add_ended(davit__buffer *text, const char *word, const davit_container_info *info)
{
    davit__buffer_printf(text, "%s (%lld)", word, (long long)info->exit_code);
    if (info->finished > 0) {
        davit__buffer_add_char(text, ' ');
        add_age(text, info->finished);
        davit__buffer_add_text(text, " ago");
    }
}

static void add_up(davit__buffer *text, const davit_container_info *info)
{
    davit__buffer_add_text(text, "Up ");
    add_age(text, info->started);
    if (info->state == DAVIT_STATE_PAUSED) {
        davit__buffer_add_text(text, " (Paused)");
    } else if (info->health != DAVIT_HEALTH_NONE) {
        davit__buffer_printf(text, " (%s%s%s)",
                             info->health == DAVIT_HEALTH_STARTING ? "health: " : "",
                             davit_enum_name(davit_health_status_names(), info->health),
                             info->health_stale ? ", stale" : "");
    }
}

/* The words are those of `docker ps`. */
static int describe_status(davit_container_info *info, davit_error *error)
{
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    switch ((davit_container_state)info->state) {
    case DAVIT_STATE_RUNNING:
    case DAVIT_STATE_PAUSED:
        add_up(&text, info);
        break;
    case DAVIT_STATE_EXITED:
        add_ended(&text, "Exited", info);
        break;
    case DAVIT_STATE_RESTARTING:
        add_ended(&text, "Restarting", info);
        break;
    case DAVIT_STATE_CREATED:
        davit__buffer_add_text(&text, "Created");
        break;
    case DAVIT_STATE_REMOVING:
        davit__buffer_add_text(&text, "Removal In Progress");
        break;
    case DAVIT_STATE_DEAD:
        davit__buffer_add_text(&text, "Dead");
        break;
    case DAVIT_STATE_UNKNOWN:
        davit__buffer_add_text(&text, "Unknown");
        break;
    }
    return davit__buffer_take(&text, &info->status, error);
}

/* Seconds since 1970; Go's zero time, which is long before, counts as none. */
static int64_t seconds_at(const json_t *json, const char *path)
{
    json_int_t seconds = json_integer_value(davit__json_at(json, path));
    return seconds > 0 ? (int64_t)seconds * 1000000000 : 0;
}

static int complete(davit_container_info *info, davit__shape shape, const json_t *json,
                    davit_error *error)
{
    info->is_running = info->state == DAVIT_STATE_RUNNING;
    if (shape == DAVIT__SHAPE_LIBPOD_LIST) {
        /* For the status; the fields themselves are details in a list. */
        info->exit_code = json_integer_value(davit__json_at(json, "ExitCode"));
        info->started = seconds_at(json, "StartedAt");
        info->finished = seconds_at(json, "ExitedAt");
    } else if (shape == DAVIT__SHAPE_INSPECT) {
        info->health_stale = davit__health_is_stale(info, davit__json_at(json, "State.Health"));
    }
    return info->status ? 0 : describe_status(info, error);
}

static int decode_one(const json_t *json, davit__shape shape, davit_container_info *info,
                      davit_error *error)
{
    int r = davit__type_decode(&container_type, shape, json, info, error);
    if (r >= 0) {
        r = complete(info, shape, json, error);
    }
    return r;
}

int davit__container_info_decode(const json_t *json, davit__shape shape,
                                 davit_container_info **ret_info, davit_error *error)
{
    davit_container_info *info = calloc(1, sizeof *info);
    if (!info) {
        return davit__error_no_memory(error);
    }
    int r = decode_one(json, shape, info, error);
    if (r < 0) {
        davit_container_info_free(info);
        return davit__error_wrap(error, r, "the engine's answer");
    }
    *ret_info = info;
    return 0;
}

static int newest_first(const void *a, const void *b)
{
    const davit_container_info *left = a, *right = b;
    return (left->created < right->created) - (left->created > right->created);
}

int davit__container_list_decode(const json_t *json, davit__shape shape,
                                 davit_container_list **ret_list, davit_error *error)
{
    if (!json_is_array(json)) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                                "the engine's answer: expected an array of containers");
    }
    DAVIT_CLEANUP(davit_container_list_free) davit_container_list *list = calloc(1, sizeof *list);
    size_t count = json_array_size(json);
    if (!list || !(list->items = calloc(count ? count : 1, sizeof *list->items))) {
        return davit__error_no_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        list->count++;
        int r = decode_one(json_array_get(json, i), shape, &list->items[i], error);
        if (r < 0) {
            return davit__error_wrap(error, r, "the engine's answer: [%zu]", i);
        }
    }
    if (shape == DAVIT__SHAPE_LIBPOD_LIST) { /* Docker sorts by itself */
        qsort(list->items, list->count, sizeof *list->items, newest_first);
    }
    *ret_list = DAVIT__TAKE(list);
    return 0;
}

void davit_container_info_free(davit_container_info *info)
{
    if (info) {
        davit_type_clear(&container_type, info);
        free(info);
    }
}

void davit_container_list_free(davit_container_list *list)
{
    if (list) {
        for (size_t i = 0; i < list->count; i++) {
            davit_type_clear(&container_type, &list->items[i]);
        }
        free(list->items);
        free(list);
    }
}
