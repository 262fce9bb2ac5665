/* SPDX-License-Identifier: MIT */
/* Opening the engine, and the library's log lines. */
#include "cli.h"
#include "signals.h"

#include <stdio.h>
#include <string.h>

static void log_line(void *context, davit_log_level level, const char *message)
{
    static const char *const names[] = {"debug", "info", "warning", "error"};
    cli *self = context;
    if ((int)level >= self->globals.log_level) {
        cli_say(self, "%s: %s", names[level], message);
    }
}

void cli_warn(cli *self, const char *message)
{
    log_line(self, DAVIT_LOG_WARNING, message);
}

davit_engine_options cli_engine_options(cli *self)
{
    return (davit_engine_options){
        .struct_size = sizeof(davit_engine_options),
        .host = self->globals.host,
        .runtime = (davit_runtime)self->globals.runtime,
        .log = log_line,
        .log_context = self,
    };
}

int cli_open(cli *self, davit_error *error)
{
    if (self->engine) {
        return 0;
    }
    davit_engine_options options = cli_engine_options(self);
    int r = davit_cancel_create(&self->cancel, error);
    if (r == 0) {
        r = davit_engine_open(&options, &self->opened, error);
    }
    if (r == 0) {
        const davit_scope_options scope = {
            .timeout_ms = (self->globals.timeout + 999999) / 1000000,
            .cancel = self->cancel,
        };
        r = davit_engine_scope(self->opened, &scope, &self->engine, error);
    }
    if (r == 0) {
        cli_signals_cancel(self->cancel);
    }
    return r;
}

void cli_close(cli *self)
{
    cli_signals_cancel(NULL);
    davit_engine_close(self->engine);
    davit_engine_close(self->opened);
    davit_cancel_free(self->cancel);
    davit_template_free(self->parsed_template);
    self->parsed_template = NULL;
    self->engine = NULL;
    self->opened = NULL;
    self->cancel = NULL;
}
