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
    const davit_scope_options limited = {.timeout_ms = SIGNAL_TIMEOUT_MS};
    int r =
        davit_engine_scope(attachment->self->engine, &limited, &attachment->signal_engine, error);
    return r < 0 ? r : cli_signals_forward(attachment->signal_engine, id, error);
}

static int on_started(void *context, const char *id)
{
    cli_attachment *attachment = context;
    davit_error error = DAVIT_ERROR_INIT;
    snprintf(attachment->id, sizeof attachment->id, "%s", id ? id : "");
    if (attachment->signals && forward_signals(attachment, id, &error) < 0) {
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

davit_attach_options cli_attach_options(cli_attachment *attachment)
{
    davit_attach_options options = DAVIT_ATTACH_OPTIONS_INIT;
    options.input = attachment->input ? STDIN_FILENO : -1;
    options.output = on_output;
    options.started = on_started;
    options.context = attachment;
    return options;
}

int cli_attach_prepare(cli_attachment *attachment, davit_error *error)
{
    bool terminal = cli_is_terminal(STDIN_FILENO);
    if (attachment->tty && attachment->input && !terminal) {
        cli_warn(attachment->self, "-t gives the container a terminal, but standard input is none");
    }
    return attachment->signals ? cli_signals_hold(error) : 0;
}

void cli_attach_end(cli_attachment *attachment)
{
    cli_terminal_restore();
    cli_signals_end();
    davit_engine_close(attachment->signal_engine);
    attachment->signal_engine = NULL;
}
