/* SPDX-License-Identifier: MIT */
/* docker's foreground run: create, attach, start, pass the streams on, wait for the end. */
#include "container.h"
#include "memory.h"

/* What ends within it is not asked for health checks. */
#define SHORT_RUN DAVIT_MILLISECONDS(500)

typedef struct run {
    davit_engine *engine;
    const davit_attach_options *attach; /* the caller's */
    bool tty;
    davit__health_keeper *keeper;
    bool started;
    bool refused;      /* by the caller's `started` */
    davit_error error; /* why it did not start */
} run;

static int pass_output(void *context, davit_stream stream, const void *data, size_t length)
{
    run *running = context;
    const davit_attach_options *attach = running->attach;
    return attach->output ? attach->output(attach->context, stream, data, length) : 0;
}

/* The streams are connected: nothing that the container writes can be missed from here on. */
static int start(void *context, const char *id)
{
    run *running = context;
    int r = davit__container_start(running->engine, id, &running->error);
    if (r < 0) {
        return r;
    }
    running->started = true;
    davit__container_first_size(running->engine, id, running->tty, running->attach);
    running->keeper = davit__health_keeper_start(running->engine, id, SHORT_RUN);
    const davit_attach_options *attach = running->attach;
    running->refused = attach->started && attach->started(attach->context, id) != 0;
    return running->refused ? DAVIT_ERROR_CANCELLED : 0;
}

static int attach_and_wait(run *running, const davit_container_config *config, const char *id,
                           int *ret_exit_code, davit_error *error)
{
    davit_attach_options attach = *running->attach;
    attach.output = pass_output;
    attach.started = start;
    attach.context = running;
    davit_call call = davit__engine_call(running->engine);
    int exit_code = 0;
    int r =
        running->engine->driver->container_attach(running->engine->state, &call, id, config->tty,
                                                  config->auto_remove, &attach, &exit_code, error);
    r = davit__exit_code_take(r, exit_code, ret_exit_code, error);
    davit__health_keeper_stop(running->keeper);
    if (r < 0 && running->error.code && error) {
        *error = running->error;
    }
    return r < 0 && running->error.code ? (int)running->error.code : r;
}

int davit_container_run_attached(davit_engine *engine, const davit_container_config *config,
                                 const davit_attach_options *attach, int *ret_exit_code,
                                 davit_error *error)
{
    if (!engine->driver->container_attach) {
        return davit__unsupported(engine, "run with streams", error);
    }
    static const davit_attach_options none = DAVIT_ATTACH_OPTIONS_INIT;
    davit_container_config attached = *config;
    attached.stdin_once = config->open_stdin;
    DAVIT__FREE char *id = NULL;
    int r = davit__attach_check(attach, error);
    if (r >= 0) {
        r = davit__container_create(engine, &attached, &id, error);
    }
    if (r >= 0) {
        run running = {.engine = engine, .attach = attach ? attach : &none, .tty = config->tty};
        r = attach_and_wait(&running, config, id, ret_exit_code, error);
        if (r < 0 && (!running.started || running.refused)) {
            davit__container_discard(engine, id);
        }
    }
    return r < 0 ? davit__error_wrap(error, r, "run %s", davit__container_subject(config)) : 0;
}
