/* SPDX-License-Identifier: MIT */
#include "container_check.h"
#include "memory.h"
#include "slice.h"

static int check_capabilities(const char *what, const char *const *names, size_t count,
                              davit_error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (davit__empty(names[i]) ||
            !davit__slice_only(davit__slice_of(names[i]), DAVIT__LETTERS "_")) {
            return davit__check_refuse(error, what, names[i],
                                       "the name of a capability such as NET_ADMIN, or ALL");
        }
    }
    return 0;
}

static int check_device(const davit_device *device, davit_error *error)
{
    if (davit__empty(device->source) || device->source[0] != '/') {
        return davit__check_refuse(error, "device", device->source, "an absolute path on the host");
    }
    if (!davit__empty(device->target) && device->target[0] != '/') {
        return davit__check_refuse(error, "device: target", device->target,
                                   "an absolute path in the container");
    }
    if (!davit__empty(device->permissions) &&
        !davit__slice_only(davit__slice_of(device->permissions), "rwm")) {
        return davit__check_refuse(error, "device: permissions", device->permissions,
                                   "some of r, w and m");
    }
    return 0;
}

static int check_gpu(const davit_gpu_request *gpu, davit_error *error)
{
    if (gpu->count < -1 || (gpu->count == 0) == (gpu->device_id_count == 0)) {
        return davit__check_refuse_number(error, "gpus: count", gpu->count,
                                          "how many, -1 for all, or device ids instead");
    }
    int r =
        davit__check_filled_words("gpus: device id", gpu->device_ids, gpu->device_id_count, error);
    if (r >= 0) {
        r = davit__check_filled_words("gpus: capability", gpu->capabilities, gpu->capability_count,
                                      error);
    }
    return r < 0 ? r : davit__check_pairs("gpus: option", gpu->options, gpu->option_count, error);
}

static int check_devices(const davit_container_config *config, davit_error *error)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < config->device_count; i++) {
        r = check_device(&config->devices[i], error);
    }
    for (size_t i = 0; r >= 0 && i < config->gpu_count; i++) {
        r = check_gpu(&config->gpus[i], error);
    }
    return r;
}

static int check_sysctls(const davit_container_config *config, davit_error *error)
{
    for (size_t i = 0; i < config->sysctl_count; i++) {
        if (davit__empty(config->sysctls[i].value)) {
            return davit__check_refuse(error, "sysctl", config->sysctls[i].name,
                                       "a value for the setting");
        }
    }
    return davit__check_pairs("sysctl", config->sysctls, config->sysctl_count, error);
}

int davit__privileges_check(const davit_container_config *config, davit_error *error)
{
    int r;
    if ((r = check_capabilities("cap_add", config->cap_add, config->cap_add_count, error)) < 0 ||
        (r = check_capabilities("cap_drop", config->cap_drop, config->cap_drop_count, error)) < 0 ||
        (r = check_devices(config, error)) < 0 || (r = check_sysctls(config, error)) < 0 ||
        (r = davit__check_filled_words("group", config->groups, config->group_count, error)) < 0 ||
        (r = davit__check_filled_words("security option", config->security_options,
                                       config->security_option_count, error)) < 0 ||
        (r = davit__check_filled_words("volumes_from", config->volumes_from,
                                       config->volumes_from_count, error)) < 0) {
        return r;
    }
    if (!davit__empty(config->platform) &&
        !davit__slice_only(davit__slice_of(config->platform), DAVIT__NAME_OTHERS "/")) {
        return davit__check_refuse(error, "platform", config->platform,
                                   "an operating system and an architecture, linux/amd64");
    }
    return 0;
}
