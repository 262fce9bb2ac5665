/* SPDX-License-Identifier: MIT */
#include "container_check.h"
#include "memory.h"
#include "slice.h"

#define LEAST_MEMORY   DAVIT_MIB(6) /* Docker refuses less; Podman's containers do not start */
#define LEAST_PERIOD   1000         /* microseconds; the kernel's */
#define LONGEST_PERIOD 1000000

static int check_memory(const davit_resources *resources, davit_error *error)
{
    static const char least[] = "6291456 bytes (6 MiB) at least, or 0 for no limit";
    if (resources->memory != 0 && resources->memory < LEAST_MEMORY) {
        return davit__check_refuse_number(error, "resources: memory", resources->memory, least);
    }
    if (resources->memory_reservation != 0 && resources->memory_reservation < LEAST_MEMORY) {
        return davit__check_refuse_number(error, "resources: memory_reservation",
                                          resources->memory_reservation, least);
    }
    if (resources->memory != 0 && resources->memory_reservation > resources->memory) {
        return davit__check_refuse_number(error, "resources: memory_reservation",
                                          resources->memory_reservation, "no more than the memory");
    }
    if (resources->memory_swap < -1 ||
        (resources->memory_swap > 0 &&
         (resources->memory == 0 || resources->memory_swap < resources->memory))) {
        return davit__check_refuse_number(
            error, "resources: memory_swap", resources->memory_swap,
            "memory and swap together, so a memory limit and no less than that; -1: no limit");
    }
    return 0;
}

static int check_memory_behaviour(const davit_resources *resources, davit_error *error)
{
    if (resources->memory_swappiness != DAVIT_UNSET &&
        (resources->memory_swappiness < 0 || resources->memory_swappiness > 100)) {
        return davit__check_refuse_number(error, "resources: memory_swappiness",
                                          resources->memory_swappiness,
                                          "0 to 100, DAVIT_UNSET: the machine's");
    }
    if (resources->kernel_memory < 0 || resources->shm_size < 0) {
        bool shm = resources->shm_size < 0;
        return davit__check_refuse_number(
            error, shm ? "resources: shm_size" : "resources: kernel_memory",
            shm ? resources->shm_size : resources->kernel_memory, "bytes, 0: the default");
    }
    if (resources->oom_score_adj < -1000 || resources->oom_score_adj > 1000) {
        return davit__check_refuse_number(error, "resources: oom_score_adj",
                                          resources->oom_score_adj, "-1000 to 1000");
    }
    return 0;
}

static int check_cpu_time(const davit_resources *resources, davit_error *error)
{
    if (resources->cpu_period != 0 &&
        (resources->cpu_period < LEAST_PERIOD || resources->cpu_period > LONGEST_PERIOD)) {
        return davit__check_refuse_number(error, "resources: cpu_period", resources->cpu_period,
                                          "1000 to 1000000 microseconds, 0: the default");
    }
    if (resources->cpu_quota != 0 && resources->cpu_quota < LEAST_PERIOD) {
        return davit__check_refuse_number(error, "resources: cpu_quota", resources->cpu_quota,
                                          "1000 microseconds at least, 0: no limit");
    }
    if (resources->nano_cpus != 0 && (resources->cpu_period != 0 || resources->cpu_quota != 0)) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "resources: nano_cpus with cpu_period or cpu_quota: expected one "
                                "or the other, as both say the same");
    }
    return 0;
}

static int check_cpus(const davit_resources *resources, davit_error *error)
{
    static const char set[] = "numbers and ranges such as 0-2,5";
    if (resources->nano_cpus < 0) {
        return davit__check_refuse_number(error, "resources: nano_cpus", resources->nano_cpus,
                                          "1000000000 for each CPU, 0: no limit");
    }
    if (resources->cpu_shares < 0) {
        return davit__check_refuse_number(error, "resources: cpu_shares", resources->cpu_shares,
                                          "a weight, 0: the default");
    }
    const char *const sets[] = {resources->cpuset_cpus, resources->cpuset_mems};
    for (size_t i = 0; i < DAVIT__COUNT(sets); i++) {
        if (!davit__empty(sets[i]) &&
            !davit__slice_only(davit__slice_of(sets[i]), DAVIT__DIGITS "-,")) {
            return davit__check_refuse(
                error, i ? "resources: cpuset_mems" : "resources: cpuset_cpus", sets[i], set);
        }
    }
    return check_cpu_time(resources, error);
}

static int check_ulimit(const davit_ulimit *ulimit, davit_error *error)
{
    if (davit__empty(ulimit->name) ||
        !davit__slice_only(davit__slice_of(ulimit->name), DAVIT__LOWER)) {
        return davit__check_refuse(error, "ulimit", ulimit->name, "a name such as nofile");
    }
    if (ulimit->soft < -1 || ulimit->hard < -1) {
        return davit__check_refuse(error, "ulimit", ulimit->name,
                                   "numbers from 0 on, or -1 for no limit");
    }
    if (ulimit->hard != -1 && (ulimit->soft == -1 || ulimit->soft > ulimit->hard)) {
        return davit__check_refuse(error, "ulimit", ulimit->name,
                                   "a soft limit no larger than the hard one");
    }
    return 0;
}

int davit__resources_check(const davit_resources *resources, davit_error *error)
{
    int r;
    if ((r = check_memory(resources, error)) < 0 ||
        (r = check_memory_behaviour(resources, error)) < 0 ||
        (r = check_cpus(resources, error)) < 0) {
        return r;
    }
    if (resources->pids < -1) {
        return davit__check_refuse_number(error, "resources: pids", resources->pids,
                                          "a number of processes, -1: no limit");
    }
    for (size_t i = 0; i < resources->ulimit_count; i++) {
        if ((r = check_ulimit(&resources->ulimits[i], error)) < 0) {
            return r;
        }
    }
    return 0;
}
