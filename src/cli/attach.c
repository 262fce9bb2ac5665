/* SPDX-License-Identifier: MIT */
#include "attach.h"

#include "signals.h"
#include "terminal.h"

#include <stdio.h>
#include <unistd.h>

#define SIGNAL_TIMEOUT_MS 10000

/* Signals are passed on by an engine scope of their own: what cancels the run does not cancel them.
 */
static int forward_signals(cli_attachment *attachment, const char *id, davit_error *error)
{
    if (!attachment->signals && !attachment->resize) {
        return 0;
    }
    const davit_scope_options limited = {.timeout_ms = SIGNAL_TIMEOUT_MS};
    int r =
        davit_engine_scope(attachment->self->engine, &limited, &attachment->signal_engine, error);
    const cli_forwarding to = {
        .engine = attachment->signal_engine,
        .id = id,
        .signals = attachment->signals,
        .resize = attachment->resize,
    };
    return r < 0 ? r : cli_signals_forward(&to, error);
}

static int on_started(void *context, const char *id)
{
    cli_attachment *attachment = context;
    davit_error error = DAVIT_ERROR_INIT;
    snprintf(attachment->id, sizeof attachment->id, "%s", id ? id : "");
    if (forward_signals(attachment, id, &error) < 0) {
        cli_warn(attachment->self, cli_format(&attachment->self->memory,
                                              "signals are not passed on: %s", error.message));
    }
    if (attachment->tty && attachment->input && cli_is_terminal(STDIN_FILENO)) {
        cli_terminal_raw(STDIN_FILENO);
    }
    return 0;
}

static int on_output(void *context, davit_stream stream, const void *data, size_t length)
{
    cli_attachment *attachment = context;
    return cli_streams_output(attachment->streams, stream, data, length);
}

int cli_parse_detach_keys(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    (void)memory;
    davit_error failure = DAVIT_ERROR_INIT;
    if (davit_detach_keys_check(text, &failure) < 0) {
        return cli_error(error, DAVIT_ERROR_INVALID_CONFIG,
                         "'%s': expected keys such as ctrl-p,ctrl-q or ctrl-a,d", text);
    }
    *(const char **)target = text;
    return 0;
}

davit_attach_options cli_attach_options(cli_attachment *attachment)
{
    davit_attach_options options = DAVIT_ATTACH_OPTIONS_INIT;
    options.input = attachment->input ? STDIN_FILENO : -1;
    options.output = on_output;
    options.started = on_started;
    options.context = attachment;
    options.detach_keys = attachment->detach_keys;
    options.detached = &attachment->detached;
    if (attachment->tty) {
        cli_terminal_size(&options.columns, &options.rows);
    }
    return options;
}

int cli_attach_prepare(cli_attachment *attachment, davit_error *error)
{
    bool terminal = cli_is_terminal(STDIN_FILENO);
    if (attachment->tty && attachment->input && !terminal) {
        cli_warn(attachment->self, "-t gives the container a terminal, but standard input is none");
    }
    if (!attachment->tty) {
        attachment->resize = NULL;
    }
    return attachment->signals || attachment->resize ? cli_signals_hold(attachment->signals, error)
                                                     : 0;
}

void cli_attach_end(cli_attachment *attachment)
{
    cli_terminal_restore();
    cli_signals_end();
    davit_engine_close(attachment->signal_engine);
    attachment->signal_engine = NULL;
}
