/* SPDX-License-Identifier: MIT */
/* Terminals: attach to a container that runs, and the sizes. */
#include "container.h"
#include "detach.h"
#include "memory.h"

#include <davit/parse.h>

#define SIZE_MAX_CELLS 65535 /* what the kernel can hold */

int davit_detach_keys_check(const char *text, davit_error *error)
{
    davit__detach detach;
    return davit__detach_parse(text, &detach, error);
}

static int check_size(int64_t columns, int64_t rows, davit_error *error)
{
    if (columns < 0 || columns > SIZE_MAX_CELLS || rows < 0 || rows > SIZE_MAX_CELLS) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "terminal size %lldx%lld: expected at most 65535 columns and rows",
                                (long long)columns, (long long)rows);
    }
    return 0;
}

int davit__attach_check(const davit_attach_options *attach, davit_error *error)
{
    if (!attach) {
        return 0;
    }
    if (attach->struct_size != sizeof *attach) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "struct_size %zu: expected %zu; use DAVIT_ATTACH_OPTIONS_INIT",
                                attach->struct_size, sizeof *attach);
    }
    int r = check_size(attach->columns, attach->rows, error);
    return r < 0 || !attach->detach_keys ? r : davit_detach_keys_check(attach->detach_keys, error);
}

/* It may have ended already: then there is nobody to tell. */
void davit__container_first_size(davit_engine *engine, const char *id, bool tty,
                                 const davit_attach_options *attach)
{
    if (tty && attach->columns > 0 && attach->rows > 0 && engine->driver->container_resize) {
        davit_call call = davit__engine_call(engine);
        engine->driver->container_resize(engine->state, &call, id, attach->columns, attach->rows,
                                         NULL);
    }
}

/* ---- resize ---- */

static int check_resize(const char *noun, const char *name, int64_t columns, int64_t rows,
                        davit_error *error)
{
    int r = davit__require_name(noun, name, error);
    return r < 0 ? r : check_size(columns, rows, error);
}

int davit_container_resize(davit_engine *engine, const char *name, int64_t columns, int64_t rows,
                           davit_error *error)
{
    if (!engine->driver->container_resize) {
        return davit__unsupported(engine, "resize", error);
    }
    int r = check_resize("container", name, columns, rows, error);
    if (r >= 0) {
        davit_call call = davit__engine_call(engine);
        r = engine->driver->container_resize(engine->state, &call, name, columns, rows, error);
    }
    return r < 0 ? davit__error_wrap(error, r, "resize %s", name ? name : "") : 0;
}

int davit_exec_resize(davit_engine *engine, const char *id, int64_t columns, int64_t rows,
                      davit_error *error)
{
    if (!engine->driver->exec_resize) {
        return davit__unsupported(engine, "resize", error);
    }
    int r = check_resize("command", id, columns, rows, error);
    if (r >= 0) {
        davit_call call = davit__engine_call(engine);
        r = engine->driver->exec_resize(engine->state, &call, id, columns, rows, error);
    }
    return r < 0 ? davit__error_wrap(error, r, "resize %s", id ? id : "") : 0;
}

/* ---- attach ---- */

typedef struct attachment {
    davit_engine *engine;
    const davit_attach_options *attach; /* the caller's */
    bool tty;
} attachment;

static int pass_output(void *context, davit_stream stream, const void *data, size_t length)
{
    const davit_attach_options *attach = ((const attachment *)context)->attach;
    return attach->output ? attach->output(attach->context, stream, data, length) : 0;
}

/* Programs redraw when their terminal's size changes: so it does, if only for a moment. */
static int begin(void *context, const char *id)
{
    const attachment *self = context;
    davit_attach_options other = *self->attach;
    other.rows += other.rows > 0;
    davit__container_first_size(self->engine, id, self->tty, &other);
    davit__container_first_size(self->engine, id, self->tty, self->attach);
    return self->attach->started ? self->attach->started(self->attach->context, id) : 0;
}

static int attach_to(davit_engine *engine, const davit_container_info *info,
                     const davit_attach_options *attach, int *ret_exit_code, davit_error *error)
{
    if (info->state != DAVIT_STATE_RUNNING && info->state != DAVIT_STATE_PAUSED) {
        return davit__error_set(error, DAVIT_ERROR_CONFLICT, "it is not running");
    }
    attachment self = {.engine = engine, .attach = attach, .tty = info->tty};
    davit_attach_options inner = *attach;
    inner.output = pass_output;
    inner.started = begin;
    inner.context = &self;
    inner.keep_stdin = !info->stdin_once; /* told of the end, Docker would end the output too */
    davit__health_keeper *keeper = davit__health_keeper_start(engine, info->id, 0);
    davit_call call = davit__engine_call(engine);
    int exit_code = 0;
    int r = engine->driver->container_attach(engine->state, &call, info->id, info->tty,
                                             info->auto_remove, &inner, &exit_code, error);
    davit__health_keeper_stop(keeper);
    return davit__exit_code_take(r, exit_code, ret_exit_code, error);
}

int davit_container_attach(davit_engine *engine, const char *name,
                           const davit_attach_options *attach, int *ret_exit_code,
                           davit_error *error)
{
    static const davit_attach_options none = DAVIT_ATTACH_OPTIONS_INIT;
    if (!engine->driver->container_attach || !engine->driver->container_get) {
        return davit__unsupported(engine, "attach", error);
    }
    DAVIT_CLEANUP(davit_container_info_free) davit_container_info *info = NULL;
    int r = davit__require_name("container", name, error);
    if (r >= 0) {
        r = davit__attach_check(attach, error);
    }
    if (r >= 0) {
        davit_call call = davit__engine_call(engine);
        r = engine->driver->container_get(engine->state, &call, name, &info, NULL, error);
    }
    if (r >= 0) {
        r = attach_to(engine, info, attach ? attach : &none, ret_exit_code, error);
    }
    return r < 0 ? davit__error_wrap(error, r, "attach %s", name ? name : "") : 0;
}
