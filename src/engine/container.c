/* SPDX-License-Identifier: MIT */
/* The public operations on one container or a list of them: checks, one call of the driver, what it
 * was about put before the error. */
#include "container.h"

#include "container_config.h"
#include "engine.h"
#include "filters.h"
#include "image_info.h"
#include "memory.h"
#include "shield.h"

#include <davit/parse.h>

/* "start web: ..." */
static int fail(davit_error *error, int r, const char *verb, const char *name)
{
    if (r < 0 && davit__empty(name)) {
        return davit__error_wrap(error, r, "%s", verb);
    }
    return r < 0 ? davit__error_wrap(error, r, "%s %s", verb, name) : 0;
}

const char *davit__container_subject(const davit_container_config *config)
{
    return config->name ? config->name : config->image ? config->image : "";
}

/* A cancellation in the middle must not leave a container that nobody knows of. */
static int create_once(davit_engine *engine, const davit_container_config *config, char **ret_id,
                       davit_error *error)
{
    davit_call outer = davit__engine_call(engine);
    davit_call call;
    davit__shield *shield = NULL;
    int r = davit__limit_check(davit__call_limit(&outer), error);
    if (r < 0 || (r = davit__shield_start(&outer, &call, &shield, error)) < 0) {
        return r;
    }
    DAVIT__FREE char *id = NULL;
    r = engine->driver->container_create(engine->state, &call, config, &id, error);
    davit__shield_stop(shield);
    if (r < 0) {
        return r;
    }
    r = davit__limit_check(davit__call_limit(&outer), error);
    if (r < 0) {
        davit__container_discard(engine, id);
        return r;
    }
    *ret_id = DAVIT__TAKE(id);
    return 0;
}

/* A tmpfs comes from nowhere. */
static void warn_of_sources(davit_engine *engine, const davit_container_config *config)
{
    for (size_t i = 0; i < config->mount_count; i++) {
        const davit_mount *mount = &config->mounts[i];
        if (mount->type == DAVIT_MOUNT_TMPFS && !davit__empty(mount->source)) {
            davit__log(&engine->call, DAVIT_LOG_WARNING,
                       "mount %s: a tmpfs has no source, '%s' is ignored", mount->target,
                       mount->source);
        }
    }
}

static int check_log_driver(davit_engine *engine, const davit_container_config *config,
                            davit_error *error)
{
    if (config->log_driver == DAVIT_LOG_DRIVER_DEFAULT) {
        return 0;
    }
    davit_capability_info can = davit_engine_can(
        engine, (davit_capability)(DAVIT_CAPABILITY_LOG_JSON_FILE + config->log_driver -
                                   DAVIT_LOG_DRIVER_JSON_FILE));
    return can.supported ? 0
                         : davit__error_set(error, DAVIT_ERROR_UNSUPPORTED,
                                            "%s: unsupported by this engine: %s", can.name,
                                            can.reason ? can.reason : "");
}

static int check(davit_engine *engine, const davit_container_config *config, davit_error *error)
{
    int r = davit__container_config_check(config, error);
    if (r >= 0) {
        r = check_log_driver(engine, config, error);
    }
    if (r >= 0) {
        warn_of_sources(engine, config);
    }
    return r;
}

static int pull(davit_engine *engine, const davit_container_config *config, davit_error *error)
{
    davit_pull_options options = DAVIT_PULL_OPTIONS_INIT;
    options.platform = config->platform;
    return davit_image_pull(engine, config->image, &options, NULL, NULL, error);
}

/* The image is not asked for first: the engine says itself when it is missing, at no cost. */
int davit__container_create(davit_engine *engine, const davit_container_config *config,
                            char **ret_id, davit_error *error)
{
    if (!engine->driver->container_create) {
        return davit__unsupported(engine, "create", error);
    }
    int r = check(engine, config, error);
    if (r >= 0 && config->pull_policy == DAVIT_PULL_ALWAYS) {
        r = pull(engine, config, error);
    }
    if (r < 0) {
        return r;
    }
    davit_error first = DAVIT_ERROR_INIT;
    r = create_once(engine, config, ret_id, &first);
    if (r == DAVIT_ERROR_IMAGE_NOT_FOUND && config->pull_policy == DAVIT_PULL_MISSING &&
        !davit__is_image_id(config->image)) {
        r = pull(engine, config, error);
        if (r < 0) {
            return r;
        }
        return create_once(engine, config, ret_id, error);
    }
    if (r < 0 && error) {
        *error = first;
    }
    return r;
}

int davit_container_create(davit_engine *engine, const davit_container_config *config,
                           char **ret_id, davit_error *error)
{
    return fail(error, davit__container_create(engine, config, ret_id, error), "create",
                davit__container_subject(config));
}

int davit_container_create_request(davit_engine *engine, const davit_container_config *config,
                                   char **ret_json, davit_error *error)
{
    if (!engine->driver->container_create_request) {
        return davit__unsupported(engine, "tell what create would send", error);
    }
    int r = check(engine, config, error);
    if (r >= 0) {
        davit_call call = davit__engine_call(engine);
        r = engine->driver->container_create_request(engine->state, &call, config, ret_json, error);
    }
    return fail(error, r, "create", davit__container_subject(config));
}

void davit__container_discard(davit_engine *engine, const char *id)
{
    if (!engine->driver->container_remove) {
        return;
    }
    davit_call call = engine->call;
    call.cancel = NULL;
    call.deadline = davit__limit_within((davit__limit){0}, DAVIT_SECONDS(30)).deadline;
    davit_remove_options options = {.force = true, .volumes = true};
    davit_error failure = DAVIT_ERROR_INIT;
    /* Twice: an engine that fails may close the connection that the first one finds idle. */
    int r = DAVIT_ERROR_PROTOCOL;
    for (int i = 0; i < 2 && r == DAVIT_ERROR_PROTOCOL; i++) {
        r = engine->driver->container_remove(engine->state, &call, id, &options, &failure);
    }
    if (r < 0 && r != DAVIT_ERROR_CONTAINER_NOT_FOUND) {
        davit__log(&call, DAVIT_LOG_WARNING, "could not remove %.12s again: %s", id,
                   failure.message);
    }
}

int davit_container_run(davit_engine *engine, const davit_container_config *config, char **ret_id,
                        davit_error *error)
{
    DAVIT__FREE char *id = NULL;
    int r = davit__container_create(engine, config, &id, error);
    if (r < 0) {
        return fail(error, r, "run", davit__container_subject(config));
    }
    r = davit__container_start(engine, id, error);
    if (r < 0) {
        davit__container_discard(engine, id);
        return fail(error, r, "run", davit__container_subject(config));
    }
    *ret_id = DAVIT__TAKE(id);
    return 0;
}

int davit__container_start(davit_engine *engine, const char *name, davit_error *error)
{
    if (!engine->driver->container_start) {
        return davit__unsupported(engine, "start", error);
    }
    davit_call call = davit__engine_call(engine);
    return engine->driver->container_start(engine->state, &call, name, error);
}

int davit_container_start(davit_engine *engine, const char *name, davit_error *error)
{
    int r = davit__require_name("container", name, error);
    if (r >= 0) {
        r = davit__container_start(engine, name, error);
    }
    return fail(error, r, "start", name);
}

static int check_timeout(int64_t timeout, davit_error *error)
{
    if (timeout != DAVIT_UNSET && (timeout < -1 || timeout > INT32_MAX)) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "timeout %lld: expected seconds, or -1 for no limit",
                                (long long)timeout);
    }
    return 0;
}

int davit_container_stop(davit_engine *engine, const char *name, int64_t timeout,
                         davit_error *error)
{
    if (!engine->driver->container_stop) {
        return davit__unsupported(engine, "stop", error);
    }
    int r = davit__require_name("container", name, error);
    if (r < 0 || (r = check_timeout(timeout, error)) < 0) {
        return fail(error, r, "stop", name);
    }
    davit_call call = davit__engine_call(engine);
    r = engine->driver->container_stop(engine->state, &call, name, timeout, error);
    return fail(error, r, "stop", name);
}

int davit_container_restart(davit_engine *engine, const char *name, int64_t timeout,
                            davit_error *error)
{
    if (!engine->driver->container_restart) {
        return davit__unsupported(engine, "restart", error);
    }
    int r = davit__require_name("container", name, error);
    if (r < 0 || (r = check_timeout(timeout, error)) < 0) {
        return fail(error, r, "restart", name);
    }
    davit_call call = davit__engine_call(engine);
    r = engine->driver->container_restart(engine->state, &call, name, timeout, error);
    return fail(error, r, "restart", name);
}

int davit_container_kill(davit_engine *engine, const char *name, const char *signal,
                         davit_error *error)
{
    if (!engine->driver->container_kill) {
        return davit__unsupported(engine, "kill", error);
    }
    int r = davit__require_name("container", name, error);
    if (r >= 0 && signal && (r = davit_signal_check(signal, error)) < 0) {
        r = davit__error_wrap(error, r, "signal");
    }
    if (r < 0) {
        return fail(error, r, "kill", name);
    }
    davit_call call = davit__engine_call(engine);
    r = engine->driver->container_kill(engine->state, &call, name, signal ? signal : "KILL", error);
    return fail(error, r, "kill", name);
}

int davit_container_remove(davit_engine *engine, const char *name,
                           const davit_remove_options *options, davit_error *error)
{
    static const davit_remove_options none = {0};
    if (!engine->driver->container_remove) {
        return davit__unsupported(engine, "remove", error);
    }
    int r = davit__require_name("container", name, error);
    if (r < 0) {
        return fail(error, r, "remove", name);
    }
    davit_call call = davit__engine_call(engine);
    r = engine->driver->container_remove(engine->state, &call, name, options ? options : &none,
                                         error);
    return fail(error, r, "remove", name);
}

static int get(davit_engine *engine, const char *name, davit_container_info **ret_info,
               char **ret_raw, davit_error *error)
{
    if (!engine->driver->container_get) {
        return davit__unsupported(engine, "inspect", error);
    }
    int r = davit__require_name("container", name, error);
    if (r < 0) {
        return r;
    }
    davit_call call = davit__engine_call(engine);
    return engine->driver->container_get(engine->state, &call, name, ret_info, ret_raw, error);
}

int davit_container_get(davit_engine *engine, const char *name, davit_container_info **ret_info,
                        davit_error *error)
{
    return fail(error, get(engine, name, ret_info, NULL, error), "inspect", name);
}

int davit_container_get_raw(davit_engine *engine, const char *name, char **ret_json,
                            davit_error *error)
{
    DAVIT_CLEANUP(davit_container_info_free) davit_container_info *info = NULL;
    return fail(error, get(engine, name, &info, ret_json, error), "inspect", name);
}

/* Put all that is known of a container in the place of what a list says of it. */
static void replace(davit_container_info *entry, davit_container_info *info)
{
    if (entry->status) { /* the engine's own words */
        free(info->status);
        info->status = DAVIT__TAKE(entry->status);
    }
    davit_type_clear(davit_container_info_type(), entry);
    *entry = *info;
    free(info);
}

/* Containers that are gone since the list was made are dropped from it. */
static int add_details(davit_engine *engine, davit_container_list *list, davit_error *error)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        davit_container_info *info = NULL;
        davit_error failure = DAVIT_ERROR_INIT;
        int r = get(engine, list->items[i].id, &info, NULL, &failure);
        if (r == DAVIT_ERROR_CONTAINER_NOT_FOUND) {
            davit_type_clear(davit_container_info_type(), &list->items[i]);
            continue;
        }
        if (r < 0) {
            if (error) {
                *error = failure;
            }
            return r;
        }
        replace(&list->items[i], info);
        if (kept != i) {
            list->items[kept] = list->items[i];
            list->items[i] = (davit_container_info){0};
        }
        kept++;
    }
    list->count = kept;
    return 0;
}

int davit_container_list_get(davit_engine *engine, const davit_container_list_options *options,
                             davit_container_list **ret_list, davit_error *error)
{
    static const davit_container_list_options none = {0};
    if (!engine->driver->container_list) {
        return davit__unsupported(engine, "list containers", error);
    }
    if (!options) {
        options = &none;
    }
    davit_call call = davit__engine_call(engine);
    DAVIT_CLEANUP(davit_container_list_free) davit_container_list *list = NULL;
    int r = davit__filters_check(options->filters, options->filter_count, error);
    if (r >= 0) {
        r = engine->driver->container_list(engine->state, &call, options, &list, error);
    }
    if (r >= 0 && options->detail) {
        r = add_details(engine, list, error);
    }
    if (r < 0) {
        return davit__error_wrap(error, r, "list containers");
    }
    *ret_list = DAVIT__TAKE(list);
    return 0;
}

int davit_container_logs(davit_engine *engine, const char *name, const davit_logs_options *options,
                         davit_output_callback output, void *context, davit_error *error)
{
    static const davit_logs_options all = DAVIT_LOGS_OPTIONS_INIT;
    if (!engine->driver->container_logs) {
        return davit__unsupported(engine, "logs", error);
    }
    int r = davit__require_name("container", name, error);
    if (r < 0) {
        return fail(error, r, "logs", name);
    }
    davit_call call = davit__engine_call(engine);
    r = engine->driver->container_logs(engine->state, &call, name, options ? options : &all, output,
                                       context, error);
    return fail(error, r, "logs", name);
}

int davit_container_exec(davit_engine *engine, const char *name, const davit_exec_config *config,
                         const davit_attach_options *attach, int *ret_exit_code, davit_error *error)
{
    static const davit_attach_options none = DAVIT_ATTACH_OPTIONS_INIT;
    if (!engine->driver->container_exec) {
        return davit__unsupported(engine, "exec", error);
    }
    int r = davit__require_name("container", name, error);
    if (r >= 0 && config->struct_size != sizeof *config) {
        r = davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                             "struct_size %zu: expected %zu; use DAVIT_EXEC_CONFIG_INIT",
                             config->struct_size, sizeof *config);
    }
    if (r >= 0) {
        r = davit__attach_check(attach, error);
    }
    if (r >= 0 && config->command_count == 0) {
        r = davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "the command is empty");
    }
    if (r >= 0) {
        int exit_code = 0;
        davit_call call = davit__engine_call(engine);
        r = engine->driver->container_exec(engine->state, &call, name, config,
                                           attach ? attach : &none, &exit_code, error);
        r = davit__exit_code_take(r, exit_code, ret_exit_code, error);
    }
    return fail(error, r, "exec", name);
}
