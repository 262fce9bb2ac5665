/* SPDX-License-Identifier: MIT */
#include "container_details.h"

#include "memory.h"

#include <ctype.h>

/* ---- networks ---- */

static void print_endpoint(const void *object, davit__buffer *buffer)
{
    const davit_endpoint_info *endpoint = object;
    davit__buffer_add_text(buffer, endpoint->network ? endpoint->network : "");
    const char *ip = davit__empty(endpoint->ip) ? endpoint->ip6 : endpoint->ip;
    if (!davit__empty(ip)) {
        davit__buffer_printf(buffer, "=%s", ip);
    }
}

#define ENDPOINT(member, ...) DAVIT__FIELD(davit_endpoint_info, member, __VA_ARGS__)
static const davit__field endpoint_fields[] = {
    ENDPOINT(network, STRING, .text = "Name of the network"),
    ENDPOINT(aliases, STRINGS, .count_offset = offsetof(davit_endpoint_info, alias_count),
             .inspect = "Aliases", .text = "Further names of the container in it"),
    ENDPOINT(ip, STRING, .inspect = "IPAddress", .text = "IPv4 address"),
    ENDPOINT(ip6, STRING, .inspect = "GlobalIPv6Address", .text = "IPv6 address"),
    ENDPOINT(mac, STRING, .inspect = "MacAddress", .text = "Hardware address"),
    ENDPOINT(gateway, STRING, .inspect = "Gateway", .text = "Address of the way out"),
};
const davit_type davit__endpoint_info_type = {
    DAVIT__TYPE("endpoint", davit_endpoint_info, endpoint_fields),
    .print = print_endpoint,
};

/* Before it runs, Docker has only the addresses that were asked for. */
static int complete_endpoint(const json_t *json, davit_endpoint_info *endpoint, davit_error *error)
{
    const struct {
        char **address;
        const char *path;
    } asked[] = {
        {&endpoint->ip, "IPAMConfig.IPv4Address"},
        {&endpoint->ip6, "IPAMConfig.IPv6Address"},
    };
    for (size_t i = 0; i < DAVIT__COUNT(asked); i++) {
        const char *text = davit__json_text(json, asked[i].path);
        if (text && davit__empty(*asked[i].address)) {
            free(*asked[i].address);
            *asked[i].address = NULL;
            int r = davit__copy(text, asked[i].address, error);
            if (r < 0) {
                return r;
            }
        }
    }
    return 0;
}

int davit__endpoints_decode(const davit__field *field, const json_t *value, void *object,
                            davit_error *error)
{
    size_t count = json_object_size(value);
    davit_endpoint_info *endpoints = calloc(count ? count : 1, sizeof *endpoints);
    if (!endpoints) {
        return davit__error_no_memory(error);
    }
    *DAVIT__MEMBER(davit_endpoint_info *, object, field->offset) = endpoints;
    *DAVIT__MEMBER(size_t, object, field->count_offset) = count;
    const char *name;
    json_t *json;
    json_object_foreach ((json_t *)value, name, json) {
        int r = json_is_null(json)
                    ? 0
                    : davit__type_decode(&davit__endpoint_info_type, DAVIT__SHAPE_INSPECT, json,
                                         endpoints, error);
        if (r < 0 || (r = complete_endpoint(json, endpoints, error)) < 0 ||
            (r = davit__copy(name, &endpoints->network, error)) < 0) {
            return r;
        }
        endpoints++;
    }
    return 0;
}

/* ---- limits and devices ---- */

static void print_ulimit(const void *object, davit__buffer *buffer)
{
    const davit_ulimit_info *ulimit = object;
    davit__buffer_printf(buffer, "%s=%lld:%lld", ulimit->name ? ulimit->name : "",
                         (long long)ulimit->soft, (long long)ulimit->hard);
}

#define ULIMIT(member, ...) DAVIT__FIELD(davit_ulimit_info, member, __VA_ARGS__)
static const davit__field ulimit_fields[] = {
    ULIMIT(name, STRING, .inspect = "Name", .text = "nofile, nproc, core, ..."),
    ULIMIT(soft, INTEGER, .inspect = "Soft", .text = "Limit; -1: none"),
    ULIMIT(hard, INTEGER, .inspect = "Hard", .text = "Most that it can be raised to; -1: any"),
};
const davit_type davit__ulimit_info_type = {
    DAVIT__TYPE("ulimit", davit_ulimit_info, ulimit_fields),
    .print = print_ulimit,
};

/* Podman's names are the kernel's: RLIMIT_NOFILE. */
static void rename_ulimit(char *name)
{
    static const char prefix[] = "RLIMIT_";
    if (name && strncmp(name, prefix, sizeof prefix - 1) == 0) {
        memmove(name, name + sizeof prefix - 1, strlen(name) - sizeof prefix + 2);
        for (char *letter = name; *letter; letter++) {
            *letter = (char)tolower((unsigned char)*letter);
        }
    }
}

int davit__ulimits_decode(const davit__field *field, const json_t *value, void *object,
                          davit_error *error)
{
    size_t count = json_array_size(value);
    davit_ulimit_info *ulimits = calloc(count ? count : 1, sizeof *ulimits);
    if (!ulimits) {
        return davit__error_no_memory(error);
    }
    *DAVIT__MEMBER(davit_ulimit_info *, object, field->offset) = ulimits;
    *DAVIT__MEMBER(size_t, object, field->count_offset) = count;
    for (size_t i = 0; i < count; i++) {
        int r = davit__type_decode(&davit__ulimit_info_type, DAVIT__SHAPE_INSPECT,
                                   json_array_get(value, i), &ulimits[i], error);
        if (r < 0) {
            return r;
        }
        rename_ulimit(ulimits[i].name);
    }
    return 0;
}

static void print_device(const void *object, davit__buffer *buffer)
{
    const davit_device_info *device = object;
    davit__buffer_printf(buffer, "%s:%s", device->source ? device->source : "",
                         device->target ? device->target : "");
    if (!davit__empty(device->permissions)) {
        davit__buffer_printf(buffer, ":%s", device->permissions);
    }
}

#define DEVICE(member, ...) DAVIT__FIELD(davit_device_info, member, __VA_ARGS__)
static const davit__field device_fields[] = {
    DEVICE(source, STRING, .inspect = "PathOnHost", .text = "Path on the host"),
    DEVICE(target, STRING, .inspect = "PathInContainer", .text = "Path in the container"),
    DEVICE(permissions, STRING, .inspect = "CgroupPermissions", .text = "Of r, w and m"),
};
const davit_type davit__device_info_type = {
    DAVIT__TYPE("device", davit_device_info, device_fields),
    .print = print_device,
};

/* ---- single values ---- */

int davit__optional_decode(const davit__field *field, const json_t *value, void *object,
                           davit_error *error)
{
    (void)error;
    json_int_t number = json_is_integer(value) ? json_integer_value(value) : -1;
    *DAVIT__MEMBER(int64_t, object, field->offset) = number < 0 ? DAVIT_UNSET : (int64_t)number;
    return 0;
}

int davit__memsw_decode(const davit__field *field, const json_t *value, void *object,
                        davit_error *error)
{
    (void)error;
    json_int_t bytes = json_integer_value(value);
    bool unlimited = bytes < 0 || bytes >= INT64_MAX / 2;
    *DAVIT__MEMBER(int64_t, object, field->offset) = unlimited ? -1 : (int64_t)bytes;
    return 0;
}

int davit__entrypoint_decode(const davit__field *field, const json_t *value, void *object,
                             davit_error *error)
{
    size_t count = json_is_string(value) ? json_string_length(value) > 0 : json_array_size(value);
    char **words = calloc(count ? count : 1, sizeof *words);
    if (!words) {
        return davit__error_no_memory(error);
    }
    *DAVIT__MEMBER(char **, object, field->offset) = words;
    *DAVIT__MEMBER(size_t, object, field->count_offset) = count;
    for (size_t i = 0; i < count; i++) {
        const char *word =
            json_string_value(json_is_array(value) ? json_array_get(value, i) : value);
        int r = davit__copy(word ? word : "", &words[i], error);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}
