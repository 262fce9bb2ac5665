/* SPDX-License-Identifier: MIT */
#include "engine.h"

#include "drivers.h"
#include "memory.h"

#include <stdarg.h>
#include <stdio.h>

davit_call davit__engine_call(const davit_engine *engine)
{
    davit_call call = engine->call;
    davit__limit limit = davit__limit_within((davit__limit){0}, engine->timeout);
    call.deadline = limit.deadline;
    return call;
}

int davit__unsupported(const davit_engine *engine, const char *operation, davit_error *error)
{
    return davit__error_set(error, DAVIT_ERROR_UNSUPPORTED, "%s: unsupported by this engine (%s)",
                            operation, engine->driver->name);
}

/* Steps such as ".." would lead to another place of the engine's API. */
static bool has_dot_step(const char *name)
{
    while (name) {
        size_t length = strcspn(name, "/");
        if ((length == 1 && name[0] == '.') || (length == 2 && strncmp(name, "..", 2) == 0)) {
            return true;
        }
        name = name[length] ? name + length + 1 : NULL;
    }
    return false;
}

int davit__require_name(const char *noun, const char *name, davit_error *error)
{
    if (name && has_dot_step(name)) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "%s '%s': expected a name or an id", noun, name);
    }
    if (davit__empty(name)) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "the name of the %s is empty",
                                noun);
    }
    return 0;
}

void davit__log(const davit_call *call, davit_log_level level, const char *format, ...)
{
    if (!call->log) {
        return;
    }
    char message[DAVIT_ERROR_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    call->log(call->log_context, level, message);
}

static int check_timeout(int64_t timeout_ms, davit_error *error)
{
    if (timeout_ms < 0 || timeout_ms > INT32_MAX) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "timeout_ms %lld: expected 0 to %d", (long long)timeout_ms,
                                INT32_MAX);
    }
    return 0;
}

static int check_options(const davit_engine_options *options, davit_error *error)
{
    if (options->struct_size != sizeof *options) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "struct_size %zu: expected %zu; use DAVIT_ENGINE_OPTIONS_INIT",
                                options->struct_size, sizeof *options);
    }
    return check_timeout(options->timeout_ms, error);
}

/* A driver of the caller's own. */
static int open_driver(const davit_driver *driver, const davit_engine_options *options,
                       const davit_call *call, void **ret_state, davit_error *error)
{
    if (driver->struct_size != sizeof *driver) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "driver: struct_size %zu: expected %zu", driver->struct_size,
                                sizeof *driver);
    }
    if (!driver->open) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "driver: expected an `open` operation");
    }
    return driver->open(options, call, ret_state, error);
}

int davit_engine_open(const davit_engine_options *options, davit_engine **ret_engine,
                      davit_error *error)
{
    static const davit_engine_options none = DAVIT_ENGINE_OPTIONS_INIT;
    if (!options) {
        options = &none;
    }
    int r = check_options(options, error);
    if (r < 0) {
        return r;
    }
    DAVIT__FREE davit_engine *engine = calloc(1, sizeof *engine);
    if (!engine) {
        return davit__error_no_memory(error);
    }
    engine->timeout = DAVIT_MILLISECONDS(options->timeout_ms);
    engine->call.cancel = options->cancel;
    engine->call.log = options->log;
    engine->call.log_context = options->log_context;
    davit_call call = davit__engine_call(engine);
    if (options->driver) {
        engine->driver = options->driver;
        r = open_driver(options->driver, options, &call, &engine->state, error);
    } else {
        r = davit__drivers_open(options, &call, &engine->driver, &engine->state, error);
    }
    if (r < 0) {
        return r;
    }
    *ret_engine = DAVIT__TAKE(engine);
    return 0;
}

int davit_engine_scope(davit_engine *engine, const davit_scope_options *options,
                       davit_engine **ret_scope, davit_error *error)
{
    static const davit_scope_options none = {0};
    if (!options) {
        options = &none;
    }
    int r = check_timeout(options->timeout_ms, error);
    if (r < 0) {
        return r;
    }
    davit_engine *scope = malloc(sizeof *scope);
    if (!scope) {
        return davit__error_no_memory(error);
    }
    *scope = *engine;
    scope->parent = engine;
    scope->timeout = DAVIT_MILLISECONDS(options->timeout_ms);
    scope->call.cancel = options->cancel;
    *ret_scope = scope;
    return 0;
}

void davit_engine_close(davit_engine *engine)
{
    if (engine && !engine->parent && engine->driver->close) {
        engine->driver->close(engine->state);
    }
    free(engine);
}

davit_runtime davit_engine_runtime(const davit_engine *engine)
{
    return engine->driver->runtime;
}

davit_capability_info davit_engine_can(const davit_engine *engine, davit_capability capability)
{
    if (!engine->driver->can) {
        return (davit_capability_info){.name = davit__capability_name(capability),
                                       .supported = true};
    }
    return engine->driver->can(engine->state, capability);
}

int davit_engine_version(davit_engine *engine, davit_version **ret_version, davit_error *error)
{
    if (!engine->driver->version) {
        return davit__unsupported(engine, "version", error);
    }
    davit_call call = davit__engine_call(engine);
    int r = engine->driver->version(engine->state, &call, ret_version, error);
    return r < 0 ? davit__error_wrap(error, r, "version") : 0;
}

int davit_engine_info(davit_engine *engine, davit_info **ret_info, davit_error *error)
{
    if (!engine->driver->info) {
        return davit__unsupported(engine, "info", error);
    }
    davit_call call = davit__engine_call(engine);
    int r = engine->driver->info(engine->state, &call, ret_info, error);
    return r < 0 ? davit__error_wrap(error, r, "info") : 0;
}
