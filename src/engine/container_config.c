/* SPDX-License-Identifier: MIT */
#include "container_config.h"

#include "memory.h"

#include <davit/parse.h>

/* ---- the tables: our names, and where the values go in the Engine API's create body ---- */

#define PORT(member, ...) DAVIT__FIELD(davit_port_mapping, member, __VA_ARGS__)
static const davit__field port_fields[] = {
    PORT(host_ip, STRING, .text = "Address on the host; null: all"),
    PORT(host_port, INTEGER, .text = "Port on the host; 0: a free one"),
    PORT(container_port, INTEGER, .text = "Port in the container"),
    PORT(protocol, ENUM, .names = davit_protocol_names, .text = "tcp, udp or sctp"),
};
static const davit_type port_type = {
    .name = "port mapping",
    .size = sizeof(davit_port_mapping),
    .fields = port_fields,
    .count = DAVIT__COUNT(port_fields),
};

#define MOUNT(member, ...) DAVIT__FIELD(davit_mount, member, __VA_ARGS__)
static const davit__field mount_fields[] = {
    MOUNT(type, ENUM, .names = davit_mount_type_names, .text = "volume, bind or tmpfs"),
    MOUNT(source, STRING, .text = "Volume name or path on the host"),
    MOUNT(target, STRING, .text = "Path in the container"),
    MOUNT(read_only, BOOL, .text = "Whether the container may not write to it"),
    MOUNT(create_source, BOOL, .text = "Whether a missing folder on the host is made"),
    MOUNT(tmpfs_size, BYTES, .text = "Most bytes of a tmpfs; 0: no limit"),
    MOUNT(tmpfs_mode, INTEGER, .text = "Permission bits of a tmpfs; 0: default"),
    MOUNT(options, STRING, .text = "Further options, comma-separated"),
};
static const davit_type mount_type = {
    .name = "mount",
    .size = sizeof(davit_mount),
    .fields = mount_fields,
    .count = DAVIT__COUNT(mount_fields),
};

#define ULIMIT(member, ...) DAVIT__FIELD(davit_ulimit, member, __VA_ARGS__)
static const davit__field ulimit_fields[] = {
    ULIMIT(name, STRING, .inspect = "Name", .text = "nofile, nproc, core, ..."),
    ULIMIT(soft, INTEGER, .optional = true, .inspect = "Soft", .text = "Limit; -1: none"),
    ULIMIT(hard, INTEGER, .optional = true, .inspect = "Hard",
           .text = "Most that it can be raised to; -1: any"),
};
static const davit_type ulimit_type = {DAVIT__TYPE("ulimit", davit_ulimit, ulimit_fields)};

#define RESOURCE(member, ...) DAVIT__FIELD(davit_resources, member, __VA_ARGS__)
static const davit__field resource_fields[] = {
    RESOURCE(memory, BYTES, .inspect = "Memory", .text = "Most memory"),
    RESOURCE(nano_cpus, INTEGER, .inspect = "NanoCpus",
             .text = "CPUs in thousand-millionths of one"),
    RESOURCE(cpu_shares, INTEGER, .inspect = "CpuShares", .text = "Relative CPU weight"),
    RESOURCE(pids, INTEGER, .inspect = "PidsLimit", .text = "Most processes; -1: no limit"),
    RESOURCE(memory_swap, BYTES, .inspect = "MemorySwap", .minimum = -1, .maximum = INT64_MAX,
             .text = "Most memory and swap together; -1: no limit"),
    RESOURCE(memory_reservation, BYTES, .inspect = "MemoryReservation",
             .text = "Memory it is pressed back to when memory runs short"),
    RESOURCE(memory_swappiness, INTEGER, .optional = true, .inspect = "MemorySwappiness",
             .maximum = 100, .text = "How readily it is swapped out, 0 to 100"),
    RESOURCE(kernel_memory, BYTES, .inspect = "KernelMemory", .text = "Ignored, with a warning"),
    RESOURCE(oom_kill_disable, BOOL, .inspect = "OomKillDisable",
             .text = "Whether it waits for memory instead of being killed"),
    RESOURCE(oom_score_adj, INTEGER, .inspect = "OomScoreAdj", .minimum = -1000, .maximum = 1000,
             .text = "The more, the sooner it is killed when memory runs out"),
    RESOURCE(cpu_period, INTEGER, .inspect = "CpuPeriod", .text = "Microseconds of a CPU period"),
    RESOURCE(cpu_quota, INTEGER, .inspect = "CpuQuota",
             .text = "Microseconds of CPU time in each period"),
    RESOURCE(cpuset_cpus, STRING, .inspect = "CpusetCpus", .text = "CPUs it runs on, 0-2,5"),
    RESOURCE(cpuset_mems, STRING, .inspect = "CpusetMems", .text = "Memory nodes it uses, 0,1"),
    RESOURCE(shm_size, BYTES, .inspect = "ShmSize", .text = "Size of /dev/shm"),
    RESOURCE(ulimits, LIST, .count_offset = offsetof(davit_resources, ulimit_count),
             .type = &ulimit_type, .inspect = "Ulimits", .text = "Limits of each process"),
};
static const davit_type resource_type = {
    .name = "resources",
    .size = sizeof(davit_resources),
    .fields = resource_fields,
    .count = DAVIT__COUNT(resource_fields),
};

#define HEALTH(member, ...) DAVIT__FIELD(davit_health_check, member, __VA_ARGS__)
static const davit__field health_fields[] = {
    HEALTH(test, STRINGS, .count_offset = offsetof(davit_health_check, test_count),
           .inspect = "Test", .text = "CMD-SHELL and a text, CMD and words, or NONE"),
    HEALTH(interval, DURATION, .inspect = "Interval", .text = "Time between checks"),
    HEALTH(timeout, DURATION, .inspect = "Timeout", .text = "Time one check may take"),
    HEALTH(start_period, DURATION, .inspect = "StartPeriod",
           .text = "Time at the start in which failures do not count"),
    HEALTH(retries, INTEGER, .inspect = "Retries", .text = "Failures that make it unhealthy"),
    HEALTH(start_interval, DURATION, .inspect = "StartInterval",
           .text = "Time between checks in the start period"),
};
static const davit_type health_type = {
    .name = "health check",
    .size = sizeof(davit_health_check),
    .fields = health_fields,
    .count = DAVIT__COUNT(health_fields),
};

#define ATTACHMENT(member, ...) DAVIT__FIELD(davit_network_attachment, member, __VA_ARGS__)
static const davit__field attachment_fields[] = {
    ATTACHMENT(network, STRING, .text = "Name of the network"),
    ATTACHMENT(aliases, STRINGS, .count_offset = offsetof(davit_network_attachment, alias_count),
               .inspect = "Aliases", .text = "Further names of the container in it"),
    ATTACHMENT(ip, STRING, .inspect = "IPAMConfig.IPv4Address", .text = "IPv4 address"),
    ATTACHMENT(ip6, STRING, .inspect = "IPAMConfig.IPv6Address", .text = "IPv6 address"),
    ATTACHMENT(mac, STRING, .inspect = "MacAddress", .text = "Hardware address"),
};
static const davit_type attachment_type = {
    DAVIT__TYPE("network attachment", davit_network_attachment, attachment_fields),
};

#define DEVICE(member, ...) DAVIT__FIELD(davit_device, member, __VA_ARGS__)
static const davit__field device_fields[] = {
    DEVICE(source, STRING, .inspect = "PathOnHost", .text = "Path on the host"),
    DEVICE(target, STRING, .inspect = "PathInContainer", .text = "Path in the container"),
    DEVICE(permissions, STRING, .inspect = "CgroupPermissions", .text = "Of r, w and m"),
};
static const davit_type device_type = {DAVIT__TYPE("device", davit_device, device_fields)};

#define GPU(member, ...) DAVIT__FIELD(davit_gpu_request, member, __VA_ARGS__)
static const davit__field gpu_fields[] = {
    GPU(driver, STRING, .inspect = "Driver", .text = "Driver that hands them out"),
    GPU(count, INTEGER, .inspect = "Count", .text = "How many; -1: all"),
    GPU(device_ids, STRINGS, .count_offset = offsetof(davit_gpu_request, device_id_count),
        .inspect = "DeviceIDs", .text = "Which ones"),
    GPU(capabilities, STRINGS, .count_offset = offsetof(davit_gpu_request, capability_count),
        .text = "What they have to be able to do besides gpu"),
    GPU(options, PAIRS, .count_offset = offsetof(davit_gpu_request, option_count),
        .inspect = "Options", .text = "Options of the driver"),
};
static const davit_type gpu_type = {DAVIT__TYPE("gpu request", davit_gpu_request, gpu_fields)};

#define FIELD(member, ...) DAVIT__FIELD(davit_container_config, member, __VA_ARGS__)
#define LIST(count)        .count_offset = offsetof(davit_container_config, count)
static const davit__field config_fields[] = {
    FIELD(image, STRING, .inspect = "Image", .text = "Image to run"),
    FIELD(name, STRING, .text = "Name"),
    FIELD(command, STRINGS, LIST(command_count), .inspect = "Cmd", .text = "Command"),
    FIELD(entrypoint, STRINGS, LIST(entrypoint_count), .inspect = "Entrypoint",
          .text = "Program that runs the command"),
    FIELD(clear_entrypoint, BOOL, .text = "Whether to ignore the image's entrypoint"),
    FIELD(environment, PAIRS, LIST(environment_count), .text = "Environment variables"),
    FIELD(labels, PAIRS, LIST(label_count), .inspect = "Labels", .text = "Labels"),
    FIELD(ports, LIST, LIST(port_count), .type = &port_type, .text = "Ports to publish"),
    FIELD(mounts, LIST, LIST(mount_count), .type = &mount_type, .text = "Mounts"),
    FIELD(resources, OBJECT, .type = &resource_type, .inspect = "HostConfig",
          .text = "Resource limits"),
    FIELD(health_check, OBJECT, .type = &health_type, .inspect = "Healthcheck",
          .text = "Health check"),
    FIELD(restart_policy, ENUM, .names = davit_restart_policy_names,
          .inspect = "HostConfig.RestartPolicy.Name", .text = "When to restart it"),
    FIELD(restart_retries, INTEGER, .inspect = "HostConfig.RestartPolicy.MaximumRetryCount",
          .text = "Most restarts of on-failure; 0: no limit"),
    FIELD(network_mode, ENUM, .names = davit_network_mode_names, .text = "Kind of network"),
    FIELD(network, STRING, .text = "Name of the network, or of the container to share one with"),
    FIELD(log_driver, ENUM, .names = davit_log_driver_names, .inspect = "HostConfig.LogConfig.Type",
          .text = "Log driver"),
    FIELD(hostname, STRING, .inspect = "Hostname", .text = "Host name"),
    FIELD(user, STRING, .inspect = "User", .text = "User"),
    FIELD(workdir, STRING, .inspect = "WorkingDir", .text = "Working directory"),
    FIELD(tty, BOOL, .inspect = "Tty", .text = "Whether it gets a terminal"),
    FIELD(open_stdin, BOOL, .inspect = "OpenStdin", .text = "Whether its stdin stays open"),
    FIELD(stdin_once, BOOL, .inspect = "StdinOnce",
          .text = "Whether its stdin ends with the first client's"),
    FIELD(auto_remove, BOOL, .inspect = "HostConfig.AutoRemove",
          .text = "Whether it is removed when it ends"),
    FIELD(init, BOOL, .inspect = "HostConfig.Init", .text = "Whether an init process runs in it"),
    FIELD(privileged, BOOL, .inspect = "HostConfig.Privileged", .text = "All privileges"),
    FIELD(read_only, BOOL, .inspect = "HostConfig.ReadonlyRootfs",
          .text = "Whether its root file system is read-only"),
    FIELD(stop_signal, STRING, .inspect = "StopSignal", .text = "Signal that asks it to end"),
    FIELD(stop_timeout, INTEGER, .optional = true, .inspect = "StopTimeout",
          .text = "Seconds from that signal to the kill"),
    FIELD(pull_policy, ENUM, .names = davit_pull_policy_names, .text = "When to pull the image"),
    FIELD(domainname, STRING, .inspect = "Domainname", .text = "Domain name"),
    FIELD(networks, LIST, LIST(network_count), .type = &attachment_type,
          .text = "Networks it is connected to"),
    FIELD(dns_servers, STRINGS, LIST(dns_server_count), .inspect = "HostConfig.Dns",
          .text = "Addresses of name servers"),
    FIELD(dns_search, STRINGS, LIST(dns_search_count), .inspect = "HostConfig.DnsSearch",
          .text = "Domains that short names are looked for in"),
    FIELD(dns_options, STRINGS, LIST(dns_option_count), .inspect = "HostConfig.DnsOptions",
          .text = "Options of resolv.conf"),
    FIELD(extra_hosts, PAIRS, LIST(extra_host_count), .text = "Lines of /etc/hosts, name: address"),
    FIELD(log_options, PAIRS, LIST(log_option_count), .inspect = "HostConfig.LogConfig.Config",
          .text = "Options of the log driver"),
    FIELD(groups, STRINGS, LIST(group_count), .inspect = "HostConfig.GroupAdd",
          .text = "Further groups of the user"),
    FIELD(cap_add, STRINGS, LIST(cap_add_count), .inspect = "HostConfig.CapAdd",
          .text = "Capabilities it gets"),
    FIELD(cap_drop, STRINGS, LIST(cap_drop_count), .inspect = "HostConfig.CapDrop",
          .text = "Capabilities it loses"),
    FIELD(devices, LIST, LIST(device_count), .type = &device_type, .inspect = "HostConfig.Devices",
          .text = "Devices of the host"),
    FIELD(gpus, LIST, LIST(gpu_count), .type = &gpu_type, .inspect = "HostConfig.DeviceRequests",
          .text = "GPUs"),
    FIELD(security_options, STRINGS, LIST(security_option_count),
          .inspect = "HostConfig.SecurityOpt", .text = "Security options"),
    FIELD(sysctls, PAIRS, LIST(sysctl_count), .inspect = "HostConfig.Sysctls",
          .text = "Settings of the kernel"),
    FIELD(volumes_from, STRINGS, LIST(volumes_from_count), .inspect = "HostConfig.VolumesFrom",
          .text = "Containers whose mounts it gets"),
    FIELD(platform, STRING, .text = "What the image has to be made for, linux/amd64"),
    FIELD(userns_mode, STRING, .inspect = "HostConfig.UsernsMode", .text = "User namespace"),
    FIELD(ipc_mode, STRING, .inspect = "HostConfig.IpcMode", .text = "IPC namespace"),
    FIELD(pid_mode, STRING, .inspect = "HostConfig.PidMode", .text = "Process namespace"),
    FIELD(uts_mode, STRING, .inspect = "HostConfig.UTSMode", .text = "Host name's namespace"),
    FIELD(cgroup_parent, STRING, .inspect = "HostConfig.CgroupParent", .text = "Parent cgroup"),
    FIELD(runtime, STRING, .inspect = "HostConfig.Runtime", .text = "Program that runs it"),
};
static const davit_type config_type = {
    .name = "container configuration",
    .size = sizeof(davit_container_config),
    .fields = config_fields,
    .count = DAVIT__COUNT(config_fields),
};

const davit_type *davit_container_config_type(void)
{
    return &config_type;
}

/* ---- what the tables cannot say ---- */

int davit__environment_encode(const davit_pair *pairs, size_t count, json_t **ret_array,
                              davit_error *error)
{
    DAVIT__JSON json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        const char *value = pairs[i].value ? pairs[i].value : getenv(pairs[i].name);
        if (value &&
            json_array_append_new(array, json_sprintf("%s=%s", pairs[i].name, value)) < 0) {
            return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                    "environment variable %s: its value is not UTF-8",
                                    pairs[i].name);
        }
    }
    if (!array) {
        return davit__error_no_memory(error);
    }
    *ret_array = DAVIT__TAKE(array);
    return 0;
}

static json_t *child(json_t *object, const char *key, json_t *(*make)(void))
{
    json_t *value = json_object_get(object, key);
    if (!value && json_object_set_new(object, key, make()) == 0) {
        value = json_object_get(object, key);
    }
    return value;
}

/* Each returns 0, or -1 when jansson failed: it has no memory, or a text is not UTF-8. */

static int put_ports(const davit_container_config *config, json_t *body, json_t *host)
{
    if (config->port_count == 0) {
        return 0;
    }
    json_t *exposed = child(body, "ExposedPorts", json_object);
    json_t *bindings = child(host, "PortBindings", json_object);
    int failed = 0;
    for (size_t i = 0; i < config->port_count; i++) {
        const davit_port_mapping *port = &config->ports[i];
        DAVIT__FREE char *key =
            davit__format("%lld/%s", (long long)port->container_port,
                          davit_enum_name(davit_protocol_names(), port->protocol));
        DAVIT__FREE char *host_port =
            port->host_port ? davit__format("%lld", (long long)port->host_port) : strdup("");
        if (!key || !host_port) {
            return -1;
        }
        failed |= json_object_set_new(exposed, key, json_object());
        failed |= json_array_append_new(child(bindings, key, json_array),
                                        json_pack("{s:s, s:s}", "HostIp",
                                                  port->host_ip ? port->host_ip : "", "HostPort",
                                                  host_port));
    }
    return failed;
}

/* "/host:/data:ro,z": the older grammar, which makes missing host folders. */
static int put_bind(const davit_mount *mount, json_t *host)
{
    DAVIT__BUFFER davit__buffer options = DAVIT__BUFFER_INIT;
    davit__buffer_add_text(&options, mount->read_only ? "ro" : "rw");
    if (!davit__empty(mount->options)) {
        davit__buffer_printf(&options, ",%s", mount->options);
    }
    if (options.failed) {
        return -1;
    }
    return json_array_append_new(
        child(host, "Binds", json_array),
        json_sprintf("%s:%s:%s", mount->source, mount->target, options.data));
}

static int put_tmpfs(const davit_mount *mount, json_t *host)
{
    DAVIT__BUFFER davit__buffer options = DAVIT__BUFFER_INIT;
    davit__buffer_add_text(&options, mount->read_only ? "ro" : "rw");
    if (mount->tmpfs_size > 0) {
        davit__buffer_printf(&options, ",size=%lld", (long long)mount->tmpfs_size);
    }
    if (mount->tmpfs_mode > 0) {
        davit__buffer_printf(&options, ",mode=%llo", (long long)mount->tmpfs_mode);
    }
    if (!davit__empty(mount->options)) {
        davit__buffer_printf(&options, ",%s", mount->options);
    }
    if (options.failed) {
        return -1;
    }
    return json_object_set_new(child(host, "Tmpfs", json_object), mount->target,
                               json_string(options.data));
}

/* {"Propagation": "rslave"}: the one option that the newer grammar has too. NULL: none, or others.
 */
static json_t *bind_options(const davit_mount *mount)
{
    static const char *const propagations[] = {"private",  "shared",  "slave",
                                               "rprivate", "rshared", "rslave"};
    for (size_t i = 0; i < DAVIT__COUNT(propagations); i++) {
        if (mount->type == DAVIT_MOUNT_BIND && davit__same(mount->options, propagations[i])) {
            return json_pack("{s:s}", "Propagation", propagations[i]);
        }
    }
    return NULL;
}

static int put_mount(const davit_mount *mount, json_t *body, json_t *host)
{
    if (mount->type == DAVIT_MOUNT_TMPFS) {
        return put_tmpfs(mount, host);
    }
    if (!mount->source) {
        return json_object_set_new(child(body, "Volumes", json_object), mount->target,
                                   json_object());
    }
    DAVIT__JSON json_t *options = bind_options(mount);
    if (mount->create_source || (!davit__empty(mount->options) && !options)) {
        return put_bind(mount, host);
    }
    return json_array_append_new(child(host, "Mounts", json_array),
                                 json_pack("{s:s, s:s, s:s, s:b, s:O*}", "Type",
                                           davit_enum_name(davit_mount_type_names(), mount->type),
                                           "Source", mount->source, "Target", mount->target,
                                           "ReadOnly", (int)mount->read_only, "BindOptions",
                                           options));
}

const char *davit__network_first(const davit_container_config *config)
{
    bool listed = config->network_mode == DAVIT_NETWORK_DEFAULT && config->network_count > 0;
    return listed                                         ? config->networks[0].network
           : config->network_mode == DAVIT_NETWORK_NAMED  ? config->network
           : config->network_mode == DAVIT_NETWORK_BRIDGE ? "bridge"
                                                          : NULL;
}

int davit__network_attachment_encode(const davit_network_attachment *attachment, json_t **ret_json,
                                     davit_error *error)
{
    DAVIT__JSON json_t *json = json_object();
    if (!json) {
        return davit__error_no_memory(error);
    }
    int r = davit__type_encode(&attachment_type, attachment, json, error);
    if (r >= 0) {
        *ret_json = DAVIT__TAKE(json);
    }
    return r;
}

/* What is said of the first network; the others are connected later. */
static int put_endpoint(const davit_container_config *config, json_t *body)
{
    const char *first = davit__network_first(config);
    for (size_t i = 0; first && i < config->network_count; i++) {
        DAVIT__JSON json_t *settings = NULL;
        if (!davit__same(config->networks[i].network, first)) {
            continue;
        }
        if (davit__network_attachment_encode(&config->networks[i], &settings, NULL) < 0) {
            return -1;
        }
        if (json_object_size(settings) > 0) {
            json_t *endpoints =
                child(child(body, "NetworkingConfig", json_object), "EndpointsConfig", json_object);
            return json_object_set(endpoints, first, settings);
        }
    }
    return 0;
}

static int put_network(const davit_container_config *config, json_t *host)
{
    if (config->network_mode == DAVIT_NETWORK_DEFAULT && config->network_count > 0) {
        return json_object_set_new(host, "NetworkMode", json_string(davit__network_first(config)));
    }
    switch ((davit_network_mode)config->network_mode) {
    case DAVIT_NETWORK_DEFAULT:
        return 0;
    case DAVIT_NETWORK_CONTAINER:
        return json_object_set_new(host, "NetworkMode",
                                   json_sprintf("container:%s", config->network));
    case DAVIT_NETWORK_NAMED:
        return json_object_set_new(host, "NetworkMode", json_string(config->network));
    default:
        return json_object_set_new(
            host, "NetworkMode",
            json_string(davit_enum_name(davit_network_mode_names(), config->network_mode)));
    }
}

/* [""] is how the API says "no entrypoint"; an empty array means the image's own. */
static int put_entrypoint(const davit_container_config *config, json_t *body)
{
    if (!config->clear_entrypoint || config->entrypoint_count > 0) {
        return 0;
    }
    return json_object_set_new(body, "Entrypoint", json_pack("[s]", ""));
}

static int put_extra_hosts(const davit_container_config *config, json_t *host)
{
    int failed = 0;
    for (size_t i = 0; i < config->extra_host_count; i++) {
        failed |= json_array_append_new(
            child(host, "ExtraHosts", json_array),
            json_sprintf("%s:%s", config->extra_hosts[i].name, config->extra_hosts[i].value));
    }
    return failed;
}

/* The API has no defaults for devices. */
static int put_device_defaults(json_t *devices)
{
    int failed = 0;
    size_t i;
    json_t *device;
    json_array_foreach (devices, i, device) {
        if (!json_object_get(device, "PathInContainer")) {
            failed |=
                json_object_set(device, "PathInContainer", json_object_get(device, "PathOnHost"));
        }
        if (!json_object_get(device, "CgroupPermissions")) {
            failed |= json_object_set_new(device, "CgroupPermissions", json_string("rwm"));
        }
    }
    return failed;
}

/* [["gpu", "compute"]]: one of these sets of capabilities. */
static int put_gpu_capabilities(const davit_container_config *config, json_t *requests)
{
    int failed = 0;
    for (size_t i = 0; i < config->gpu_count; i++) {
        const davit_gpu_request *gpu = &config->gpus[i];
        json_t *set = json_pack("[s]", "gpu");
        for (size_t k = 0; k < gpu->capability_count; k++) {
            failed |= json_array_append_new(set, json_string(gpu->capabilities[k]));
        }
        failed |=
            json_object_set_new(json_array_get(requests, i), "Capabilities", json_pack("[o]", set));
    }
    return failed;
}

static int put_rest(const davit_container_config *config, json_t *body)
{
    json_t *host = child(body, "HostConfig", json_object);
    int failed = put_ports(config, body, host) | put_network(config, host) |
                 put_endpoint(config, body) | put_entrypoint(config, body) |
                 put_extra_hosts(config, host) |
                 put_device_defaults(json_object_get(host, "Devices")) |
                 put_gpu_capabilities(config, json_object_get(host, "DeviceRequests"));
    for (size_t i = 0; i < config->mount_count; i++) {
        failed |= put_mount(&config->mounts[i], body, host);
    }
    return failed;
}

int davit__container_config_encode(const davit_container_config *config, json_t **ret_body,
                                   davit_error *error)
{
    DAVIT__JSON json_t *body = json_object();
    if (!body) {
        return davit__error_no_memory(error);
    }
    int r = davit__type_encode(&config_type, config, body, error);
    if (r < 0) {
        return r;
    }
    DAVIT__JSON json_t *environment = NULL;
    r = davit__environment_encode(config->environment, config->environment_count, &environment,
                                  error);
    if (r < 0) {
        return r;
    }
    if (json_object_set(body, "Env", environment) < 0 || put_rest(config, body) < 0) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "the configuration has a text that is not UTF-8");
    }
    *ret_body = DAVIT__TAKE(body);
    return 0;
}
