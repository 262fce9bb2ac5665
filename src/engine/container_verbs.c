/* SPDX-License-Identifier: MIT */
/* The public operations on a container that is there: pause, rename, update, top, diff, export,
 * commit. */
#include "container_config.h"
#include "engine.h"
#include "memory.h"

#include <davit/parse.h>

#define LEAST_MEMORY DAVIT_MIB(6) /* as for a new container */

/* "pause web: ..." */
static int fail(davit_error *error, int r, const char *verb, const char *name)
{
    return r < 0 ? davit__error_wrap(error, r, "%s %s", verb, name ? name : "") : 0;
}

typedef int (*plain_operation)(void *state, const davit_call *call, const char *name,
                               davit_error *error);

static int do_plain(davit_engine *engine, plain_operation operation, const char *verb,
                    const char *name, davit_error *error)
{
    if (!operation) {
        return davit__unsupported(engine, verb, error);
    }
    int r = davit__require_name("container", name, error);
    if (r >= 0) {
        davit_call call = davit__engine_call(engine);
        r = operation(engine->state, &call, name, error);
    }
    return fail(error, r, verb, name);
}

int davit_container_pause(davit_engine *engine, const char *name, davit_error *error)
{
    return do_plain(engine, engine->driver->container_pause, "pause", name, error);
}

int davit_container_unpause(davit_engine *engine, const char *name, davit_error *error)
{
    return do_plain(engine, engine->driver->container_unpause, "unpause", name, error);
}

int davit_container_rename(davit_engine *engine, const char *name, const char *new_name,
                           davit_error *error)
{
    if (!engine->driver->container_rename) {
        return davit__unsupported(engine, "rename", error);
    }
    int r = davit__require_name("container", name, error);
    if (r >= 0) {
        r = davit_container_name_check(new_name ? new_name : "", error);
    }
    if (r >= 0) {
        davit_call call = davit__engine_call(engine);
        r = engine->driver->container_rename(engine->state, &call, name, new_name, error);
    }
    return fail(error, r, "rename", name);
}

/* ---- update ---- */

static int invalid(davit_error *error, const char *what, int64_t value, const char *expected)
{
    return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "%s %lld: expected %s", what,
                            (long long)value, expected);
}

static int check_limits(const davit_container_changes *changes, davit_error *error)
{
    if (changes->memory != 0 && changes->memory < LEAST_MEMORY) {
        return invalid(error, "memory", changes->memory, "6291456 bytes (6 MiB) at least");
    }
    if (changes->memory_swap < -1 ||
        (changes->memory_swap > 0 && changes->memory_swap < changes->memory)) {
        return invalid(error, "memory_swap", changes->memory_swap,
                       "memory and swap together, not less than the memory; -1: no limit");
    }
    if (changes->nano_cpus < 0) {
        return invalid(error, "nano_cpus", changes->nano_cpus, "1000000000 for each CPU");
    }
    if (changes->cpu_shares < 0) {
        return invalid(error, "cpu_shares", changes->cpu_shares, "a weight");
    }
    if (changes->pids < -1) {
        return invalid(error, "pids", changes->pids, "a number of processes, -1: no limit");
    }
    return 0;
}

static int check_restart(const davit_engine *engine, const davit_container_changes *changes,
                         davit_error *error)
{
    if (!davit_enum_name(davit_restart_policy_names(), changes->restart_policy)) {
        return invalid(error, "restart_policy", changes->restart_policy,
                       "a value of its enumeration");
    }
    if (changes->restart_retries < 0 ||
        (changes->restart_retries > 0 && changes->restart_policy != DAVIT_RESTART_ON_FAILURE)) {
        return invalid(error, "restart_retries", changes->restart_retries,
                       "a number of restarts, with on-failure only");
    }
    davit_capability_info can = davit_engine_can(engine, DAVIT_CAPABILITY_UPDATE_RESTART);
    if (changes->restart_policy != DAVIT_RESTART_DEFAULT && !can.supported) {
        return davit__error_set(error, DAVIT_ERROR_UNSUPPORTED,
                                "a restart policy cannot be changed on this engine: %s",
                                can.reason);
    }
    return 0;
}

static int check_changes(const davit_engine *engine, const davit_container_changes *changes,
                         davit_error *error)
{
    if (changes->struct_size != sizeof *changes) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "struct_size %zu: expected %zu; use DAVIT_CONTAINER_CHANGES_INIT",
                                changes->struct_size, sizeof *changes);
    }
    if (!changes->memory && !changes->memory_swap && !changes->nano_cpus && !changes->cpu_shares &&
        !changes->pids && changes->restart_policy == DAVIT_RESTART_DEFAULT &&
        !changes->restart_retries) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "nothing is to be changed");
    }
    int r = check_limits(changes, error);
    return r < 0 ? r : check_restart(engine, changes, error);
}

int davit_container_update(davit_engine *engine, const char *name,
                           const davit_container_changes *changes, davit_error *error)
{
    if (!engine->driver->container_update) {
        return davit__unsupported(engine, "update", error);
    }
    int r = davit__require_name("container", name, error);
    if (r >= 0) {
        r = check_changes(engine, changes, error);
    }
    if (r >= 0) {
        davit_call call = davit__engine_call(engine);
        r = engine->driver->container_update(engine->state, &call, name, changes, error);
    }
    return fail(error, r, "update", name);
}

/* ---- top, diff ---- */

int davit_container_top(davit_engine *engine, const char *name, const char *ps_options,
                        davit_process_table **ret_table, davit_error *error)
{
    if (!engine->driver->container_top) {
        return davit__unsupported(engine, "top", error);
    }
    int r = davit__require_name("container", name, error);
    if (r >= 0) {
        davit_call call = davit__engine_call(engine);
        r = engine->driver->container_top(engine->state, &call, name,
                                          davit__empty(ps_options) ? NULL : ps_options, ret_table,
                                          error);
    }
    return fail(error, r, "top", name);
}

int davit_container_diff(davit_engine *engine, const char *name, davit_file_changes **ret_changes,
                         davit_error *error)
{
    if (!engine->driver->container_diff) {
        return davit__unsupported(engine, "diff", error);
    }
    int r = davit__require_name("container", name, error);
    if (r >= 0) {
        davit_call call = davit__engine_call(engine);
        r = engine->driver->container_diff(engine->state, &call, name, ret_changes, error);
    }
    return fail(error, r, "diff", name);
}

/* ---- export, commit ---- */

typedef struct receiver {
    davit_data_callback callback;
    void *context;
} receiver;

static int hand_out(void *context, const void *data, size_t length, davit_error *error)
{
    const receiver *to = context;
    if (to->callback(to->context, data, length) != 0) {
        return davit__error_set(error, DAVIT_ERROR_CANCELLED, "stopped by the receiver");
    }
    return 0;
}

int davit_container_export(davit_engine *engine, const char *name, davit_data_callback callback,
                           void *context, davit_error *error)
{
    if (!engine->driver->container_export) {
        return davit__unsupported(engine, "export", error);
    }
    int r = davit__require_name("container", name, error);
    if (r >= 0) {
        receiver to = {callback, context};
        davit_call call = davit__engine_call(engine);
        r = engine->driver->container_export(engine->state, &call, name, hand_out, &to, error);
    }
    return fail(error, r, "export", name);
}

static int check_commit(const davit_commit_options *options, davit_error *error)
{
    if (options->struct_size != sizeof *options) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "struct_size %zu: expected %zu; use DAVIT_COMMIT_OPTIONS_INIT",
                                options->struct_size, sizeof *options);
    }
    davit_reference reference;
    int r = options->image ? davit_reference_parse(options->image, &reference, error) : 0;
    if (r < 0 || !options->image) {
        return r;
    }
    bool digest = reference.digest;
    davit_reference_clear(&reference);
    return digest ? davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                     "image '%s': expected a name without a digest", options->image)
                  : 0;
}

int davit_container_commit(davit_engine *engine, const char *name,
                           const davit_commit_options *options, char **ret_id, davit_error *error)
{
    static const davit_commit_options none = DAVIT_COMMIT_OPTIONS_INIT;
    if (!engine->driver->container_commit) {
        return davit__unsupported(engine, "commit", error);
    }
    options = options ? options : &none;
    int r = davit__require_name("container", name, error);
    if (r >= 0) {
        r = check_commit(options, error);
    }
    if (r >= 0) {
        davit_call call = davit__engine_call(engine);
        r = engine->driver->container_commit(engine->state, &call, name, options, ret_id, error);
    }
    return fail(error, r, "commit", name);
}
