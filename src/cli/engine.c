/* SPDX-License-Identifier: MIT */
/* Opening the engine, and the library's log lines. */
#include "cli.h"
#include "signals.h"

#include <stdio.h>
#include <stdlib.h>
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

/* Of nanoseconds, rounded up, and as much as the library takes. */
static int64_t milliseconds(int64_t duration)
{
    int64_t rounded = duration / 1000000 + (duration % 1000000 > 0);
    return rounded < INT32_MAX ? rounded : INT32_MAX;
}

/* As docker has it: --tlsverify, with any value, turns TLS on; --tls alone checks only if the
 * environment asks for that. */
static davit_tls_mode tls_mode(const cli_globals *globals)
{
    const char *variable = getenv("DOCKER_TLS_VERIFY");
    bool verify = globals->tls_verify == CLI_SWITCH_ON ||
                  (globals->tls_verify == CLI_SWITCH_UNSET && variable && variable[0]);
    if (globals->tls_verify != CLI_SWITCH_UNSET || globals->tls == CLI_SWITCH_ON) {
        return verify ? DAVIT_TLS_VERIFIED : DAVIT_TLS_UNVERIFIED;
    }
    return globals->tls == CLI_SWITCH_OFF ? DAVIT_TLS_OFF : DAVIT_TLS_UNSET;
}

int cli_engine_options(cli *self, davit_engine_options *ret_options, davit_error *error)
{
    int r = self->cancel ? 0 : davit_cancel_create(&self->cancel, error);
    if (r < 0) {
        return r;
    }
    cli_signals_cancel(self->cancel);
    *ret_options = (davit_engine_options){
        .struct_size = sizeof(davit_engine_options),
        .host = self->globals.host,
        .context = self->globals.context,
        .runtime = (davit_runtime)self->globals.runtime,
        .timeout_ms = milliseconds(self->globals.timeout),
        .cancel = self->cancel,
        .log = log_line,
        .log_context = self,
        .tls = tls_mode(&self->globals),
        .tls_ca_file = self->globals.tls_ca,
        .tls_certificate_file = self->globals.tls_certificate,
        .tls_key_file = self->globals.tls_key,
    };
    return 0;
}

int cli_open(cli *self, davit_error *error)
{
    davit_engine_options options;
    if (self->engine) {
        return 0;
    }
    int r = cli_engine_options(self, &options, error);
    return r < 0 ? r : davit_engine_open(&options, &self->engine, error);
}

void cli_close(cli *self)
{
    cli_signals_cancel(NULL);
    davit_engine_close(self->engine);
    davit_cancel_free(self->cancel);
    davit_template_free(self->parsed_template);
    self->engine = NULL;
    self->cancel = NULL;
    self->parsed_template = NULL;
}
