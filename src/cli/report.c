/* SPDX-License-Identifier: MIT */
/* What went wrong, told: on stderr, or as the result that --format result asks for. */
#include "cli.h"
#include "live.h"
#include "signals.h"
#include "terminal.h"
#include "width.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MISUSE 2

int cli_error(davit_error *error, davit_error_code code, const char *format, ...)
{
    va_list arguments;
    *error = (davit_error){.code = code};
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return -1;
}

static void say_line(cli *self, const char *verb, const char *text)
{
    CLI_TEXT line = CLI_TEXT_INIT;
    cli_text_string(&line, "davit: ");
    if (verb) {
        cli_text_printf(&line, "%s: ", verb);
    }
    cli_text_plain(&line, text, strlen(text)); /* some of it may be an engine's own words */
    cli_text_string(&line, cli_terminal_is_raw() ? "\r\n" : "\n");
    struct cli_live *live = atomic_load(&self->live);
    if (live) {
        cli_live_print(live, line.data, line.length);
    } else {
        cli_write_all(STDERR_FILENO, line.data, line.length);
    }
}

void cli_say(cli *self, const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0) {
        cli_out_of_memory();
    }
    say_line(self, NULL, text);
    free(text);
}

static void tell_result(cli *self, const char *message)
{
    CLI_TEXT text = CLI_TEXT_INIT;
    cli_text_string(&text, "{\"success\":false,\"data\":null,\"error\":");
    cli_text_json_string(&text, message);
    cli_text_string(&text, "}\n");
    cli_write(&self->out, text.data, text.length);
}

static void tell(cli *self, const char *verb, const char *message, const char *hint)
{
    cli_flush(&self->out);
    if (self->result) {
        tell_result(self, message);
        return;
    }
    say_line(self, verb, message);
    if (hint && hint[0] && hint != self->hinted) {
        self->hinted = hint;
        CLI_TEXT line = CLI_TEXT_INIT;
        cli_text_printf(&line, "hint: %s\n", hint);
        cli_write_all(STDERR_FILENO, line.data, line.length);
    }
}

/* Refused by a registry, or by the engine's socket? */
static const char *hint_for_refusal(const char *message)
{
    if (strstr(message, "pull ") || strstr(message, "push ")) {
        return "'davit login' keeps credentials for a registry";
    }
    return strstr(message, "login ") ? NULL : "'davit doctor' says who may use which engine";
}

/* What to try next, for the failures with one usual way out. */
static const char *hint_for(const cli *self, const davit_error *error)
{
    switch (error->code) {
    case DAVIT_ERROR_RUNTIME_NOT_AVAILABLE:
    case DAVIT_ERROR_PROTOCOL:
        return "'davit doctor' looks for the cause";
    case DAVIT_ERROR_UNAUTHORIZED:
        return hint_for_refusal(error->message);
    case DAVIT_ERROR_CONTAINER_NOT_FOUND:
        return "'davit ps -a' lists the containers";
    case DAVIT_ERROR_IMAGE_NOT_FOUND:
        return "'davit images' lists the images that are here";
    case DAVIT_ERROR_TIMEOUT:
        return self->globals.timeout > 0 ? "--timeout said how long to wait" : NULL;
    default:
        return NULL;
    }
}

int cli_exit_code(const cli *self, const davit_error *error)
{
    if (error->code == DAVIT_ERROR_CANCELLED) {
        return 128 + (cli_signals_received() ? cli_signals_received() : 2);
    }
    if (self->command && self->command->failure) {
        return self->command->failure;
    }
    return davit_error_exit_code(error->code);
}

/* The library's messages begin with what was tried: "start web: ...". */
int cli_fail(cli *self, const davit_error *error)
{
    const char *message = error->message[0] ? error->message : davit_error_name(error->code);
    tell(self, NULL, message, hint_for(self, error));
    return cli_exit_code(self, error);
}

int cli_misuse(cli *self, const char *hint, const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0) {
        cli_out_of_memory();
    }
    const char *name = self->called;
    const char *see =
        name ? cli_format(&self->memory, "see 'davit %s --help'", name) : "see 'davit --help'";
    bool given = hint && hint[0];
    tell(self, name, text, given ? cli_format(&self->memory, "%s %s", hint, see) : see);
    free(text);
    return self->command && self->command->failure ? self->command->failure : MISUSE;
}
