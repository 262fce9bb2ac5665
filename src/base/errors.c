/* SPDX-License-Identifier: MIT */
#include "errors.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The one table: code -> name, parent, HTTP status of our REST, exit code of the command. */
static const struct {
    const char *name;
    davit_error_code parent;
    int http_status;
    int exit_code;
} table[] = {
    [-DAVIT_OK] = {"no error", DAVIT_OK, 200, 0},
    [-DAVIT_ERROR_CONTAINER] = {"container error", DAVIT_OK, 500, 1},
    [-DAVIT_ERROR_IMAGE] = {"image error", DAVIT_ERROR_CONTAINER, 500, 1},
    [-DAVIT_ERROR_IMAGE_NOT_FOUND] = {"image not found", DAVIT_ERROR_IMAGE, 404, 4},
    [-DAVIT_ERROR_IMAGE_BUILD] = {"image build failed", DAVIT_ERROR_IMAGE, 422, 1},
    [-DAVIT_ERROR_RUNTIME] = {"container runtime error", DAVIT_ERROR_CONTAINER, 500, 1},
    [-DAVIT_ERROR_CONTAINER_NOT_FOUND] = {"container not found", DAVIT_ERROR_RUNTIME, 404, 4},
    [-DAVIT_ERROR_VOLUME] = {"volume error", DAVIT_ERROR_CONTAINER, 500, 1},
    [-DAVIT_ERROR_VOLUME_NOT_FOUND] = {"volume not found", DAVIT_ERROR_VOLUME, 404, 4},
    [-DAVIT_ERROR_NETWORK] = {"network error", DAVIT_ERROR_CONTAINER, 500, 1},
    [-DAVIT_ERROR_NETWORK_NOT_FOUND] = {"network not found", DAVIT_ERROR_NETWORK, 404, 4},
    [-DAVIT_ERROR_RUNTIME_NOT_AVAILABLE] = {"runtime not available", DAVIT_ERROR_CONTAINER, 503, 3},
    [-DAVIT_ERROR_INVALID_CONFIG] = {"invalid configuration", DAVIT_ERROR_CONTAINER, 400, 2},
    [-DAVIT_ERROR_CONFLICT] = {"conflict", DAVIT_ERROR_CONTAINER, 409, 5},
    [-DAVIT_ERROR_UNAUTHORIZED] = {"unauthorized", DAVIT_ERROR_CONTAINER, 401, 6},
    [-DAVIT_ERROR_TIMEOUT] = {"timeout", DAVIT_ERROR_CONTAINER, 504, 124},
    [-DAVIT_ERROR_CANCELLED] = {"cancelled", DAVIT_ERROR_CONTAINER, 499, 130},
    [-DAVIT_ERROR_UNSUPPORTED] = {"unsupported by this engine", DAVIT_ERROR_CONTAINER, 501, 7},
    [-DAVIT_ERROR_NO_MEMORY] = {"out of memory", DAVIT_ERROR_CONTAINER, 507, 1},
    [-DAVIT_ERROR_PROTOCOL] = {"protocol error", DAVIT_ERROR_CONTAINER, 502, 1},
    [-DAVIT_ERROR_IO] = {"input/output error", DAVIT_ERROR_CONTAINER, 500, 1},
};

static bool known(int code)
{
    return code <= 0 && code > -(int)(sizeof table / sizeof table[0]);
}

const char *davit_error_name(int code)
{
    return known(code) ? table[-code].name : "unknown error";
}

davit_error_code davit_error_parent(int code)
{
    return known(code) ? table[-code].parent : DAVIT_OK;
}

int davit_error_http_status(int code)
{
    return known(code) ? table[-code].http_status : 500;
}

int davit_error_exit_code(int code)
{
    return known(code) ? table[-code].exit_code : 1;
}

bool davit_error_is(int code, davit_error_code ancestor)
{
    while (code != DAVIT_OK && code != (int)ancestor) {
        code = davit_error_parent(code);
    }
    return code != DAVIT_OK;
}

/* Show that a message was cut; drop newlines that engines put at the end of theirs. */
static void finish_message(davit_error *error, bool cut)
{
    size_t length = strlen(error->message);
    if (cut) {
        size_t end = sizeof error->message - 4;
        while (end > 0 && ((unsigned char)error->message[end] & 0xC0) == 0x80) {
            end--; /* not in the middle of a character */
        }
        memcpy(error->message + end, "...", 4);
        return;
    }
    while (length > 0 &&
           (error->message[length - 1] == '\n' || error->message[length - 1] == '\r')) {
        error->message[--length] = '\0';
    }
}

static void set_message(davit_error *error, const char *format, va_list arguments)
    DAVIT_PRINTF(2, 0);

static void set_message(davit_error *error, const char *format, va_list arguments)
{
    /* Through a buffer of its own: callers pass the old message as an argument. */
    char text[sizeof error->message];
    int length = vsnprintf(text, sizeof text, format, arguments);
    memcpy(error->message, text, sizeof text);
    finish_message(error, length >= (int)sizeof text);
}

int davit__error_set(davit_error *error, davit_error_code code, const char *format, ...)
{
    if (error) {
        va_list arguments;
        va_start(arguments, format);
        error->code = code;
        error->system_error = 0;
        error->http_status = 0;
        set_message(error, format, arguments);
        va_end(arguments);
    }
    return code;
}

int davit__error_errno(davit_error *error, davit_error_code code, int system_error,
                       const char *format, ...)
{
    if (error) {
        va_list arguments;
        va_start(arguments, format);
        set_message(error, format, arguments);
        va_end(arguments);
        char reason[128];
        davit__error_set(error, code, "%s: %s", error->message,
                         strerror_r(system_error, reason, sizeof reason));
        error->system_error = system_error;
    }
    return code;
}

int davit__error_wrap(davit_error *error, int code, const char *format, ...)
{
    if (error) {
        davit_error inner = *error;
        va_list arguments;
        va_start(arguments, format);
        set_message(error, format, arguments);
        va_end(arguments);
        davit__error_set(error, inner.code, "%s: %s", error->message, inner.message);
        error->system_error = inner.system_error;
        error->http_status = inner.http_status;
        return inner.code;
    }
    return code;
}

int davit__error_no_memory(davit_error *error)
{
    return davit__error_set(error, DAVIT_ERROR_NO_MEMORY, "out of memory");
}

const char *davit_version_text(void)
{
    return DAVIT_VERSION;
}

void davit_string_free(char *text)
{
    free(text);
}
