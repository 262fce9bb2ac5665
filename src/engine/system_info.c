/* SPDX-License-Identifier: MIT */
#include "system_info.h"

#include "memory.h"

#define VERSION(member, ...) DAVIT__FIELD(davit_version, member, __VA_ARGS__)
static const davit__field version_fields[] = {
    VERSION(runtime, ENUM, .names = davit_runtime_names, .text = "Kind of engine"),
    VERSION(davit, STRING, .text = "Version of this library"),
    VERSION(engine, STRING, .inspect = "Components.0.Name", .text = "Name of the engine"),
    VERSION(version, STRING, .inspect = "Version", .text = "Version of the engine"),
    VERSION(api_version, STRING, .text = "API version spoken with it"),
    VERSION(api_version_max, STRING, .inspect = "ApiVersion", .text = "Newest API it knows"),
    VERSION(api_version_min, STRING, .inspect = "MinAPIVersion", .text = "Oldest API it knows"),
    VERSION(host, STRING, .text = "Address in use"),
    VERSION(chosen_by, STRING, .text = "Why this engine"),
    VERSION(os, STRING, .inspect = "Os", .text = "Operating system of the engine"),
    VERSION(architecture, STRING, .inspect = "Arch", .text = "Architecture of the engine"),
    VERSION(kernel, STRING, .inspect = "KernelVersion", .text = "Kernel of the engine's machine"),
};
static const davit_type version_type = {
    .name = "version",
    .size = sizeof(davit_version),
    .fields = version_fields,
    .count = DAVIT__COUNT(version_fields),
};

const davit_type *davit_version_type(void)
{
    return &version_type;
}

int davit__version_decode(const json_t *json, davit_version **ret_version, davit_error *error)
{
    DAVIT_CLEANUP(davit_version_free) davit_version *version = calloc(1, sizeof *version);
    if (!version) {
        return davit__error_no_memory(error);
    }
    int r = davit__type_decode(&version_type, DAVIT__SHAPE_INSPECT, json, version, error);
    if (r >= 0) {
        r = davit__copy(davit_version_text(), &version->davit, error);
    }
    if (r < 0) {
        return davit__error_wrap(error, r, "the engine's answer");
    }
    *ret_version = DAVIT__TAKE(version);
    return 0;
}

void davit_version_free(davit_version *version)
{
    if (version) {
        davit_type_clear(&version_type, version);
        free(version);
    }
}

/* Docker: ["name=seccomp,profile=default", "name=rootless"]. */
static int decode_rootless(const davit__field *field, const json_t *value, void *object,
                           davit_error *error)
{
    (void)error;
    for (size_t i = 0; i < json_array_size(value); i++) {
        const char *option = json_string_value(json_array_get(value, i));
        if (option && davit__starts_with(option, "name=rootless")) {
            *DAVIT__MEMBER(bool, object, field->offset) = true;
        }
    }
    return 0;
}

#define INFO(member, ...) DAVIT__FIELD(davit_info, member, __VA_ARGS__)
static const davit__field info_fields[] = {
    INFO(runtime, ENUM, .names = davit_runtime_names, .text = "Kind of engine"),
    INFO(name, STRING, .inspect = "Name", .text = "Host name of the engine's machine"),
    INFO(version, STRING, .inspect = "ServerVersion", .text = "Version of the engine"),
    INFO(root, STRING, .inspect = "DockerRootDir", .text = "Folder of the engine's data"),
    INFO(storage_driver, STRING, .inspect = "Driver", .text = "Storage driver"),
    INFO(log_driver, STRING, .inspect = "LoggingDriver", .text = "Default log driver"),
    INFO(cgroup_driver, STRING, .inspect = "CgroupDriver", .text = "systemd or cgroupfs"),
    INFO(cgroup_version, STRING, .inspect = "CgroupVersion", .text = "1 or 2"),
    INFO(oci_runtime, STRING, .inspect = "DefaultRuntime", .text = "Default OCI runtime"),
    INFO(os, STRING, .inspect = "OperatingSystem", .text = "Operating system"),
    INFO(architecture, STRING, .inspect = "Architecture", .text = "Architecture"),
    INFO(kernel, STRING, .inspect = "KernelVersion", .text = "Kernel"),
    INFO(cpus, INTEGER, .inspect = "NCPU", .text = "Processors"),
    INFO(memory, BYTES, .inspect = "MemTotal", .text = "Memory"),
    INFO(containers, INTEGER, .inspect = "Containers", .text = "Containers in all"),
    INFO(containers_running, INTEGER, .inspect = "ContainersRunning", .text = "Running ones"),
    INFO(containers_paused, INTEGER, .inspect = "ContainersPaused", .text = "Paused ones"),
    INFO(containers_stopped, INTEGER, .inspect = "ContainersStopped", .text = "Stopped ones"),
    INFO(images, INTEGER, .inspect = "Images", .text = "Images"),
    INFO(rootless, BOOL, .inspect = "SecurityOptions", .decode = decode_rootless,
         .text = "Whether the engine runs without root"),
    INFO(warnings, STRINGS, .count_offset = offsetof(davit_info, warning_count),
         .inspect = "Warnings", .text = "What the engine warns of"),
};
static const davit_type info_type = {
    .name = "info",
    .size = sizeof(davit_info),
    .fields = info_fields,
    .count = DAVIT__COUNT(info_fields),
};

const davit_type *davit_info_type(void)
{
    return &info_type;
}

int davit__info_decode(const json_t *json, davit_info **ret_info, davit_error *error)
{
    DAVIT_CLEANUP(davit_info_free) davit_info *info = calloc(1, sizeof *info);
    if (!info) {
        return davit__error_no_memory(error);
    }
    int r = davit__type_decode(&info_type, DAVIT__SHAPE_INSPECT, json, info, error);
    if (r < 0) {
        return davit__error_wrap(error, r, "the engine's answer");
    }
    if (json_is_true(json_object_get(json, "Rootless"))) { /* Podman says it in its own way */
        info->rootless = true;
    }
    *ret_info = DAVIT__TAKE(info);
    return 0;
}

void davit_info_free(davit_info *info)
{
    if (info) {
        davit_type_clear(&info_type, info);
        free(info);
    }
}
