/* SPDX-License-Identifier: MIT */
#include "output.h"

#include <davit/common.h>

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FLUSH_AT 65536

/* A shared terminal or pipe can be non-blocking because of somebody else. */
static int wait_writable(int fd)
{
    struct pollfd waited = {.fd = fd, .events = POLLOUT};
    return poll(&waited, 1, -1) < 0 && errno != EINTR ? errno : 0;
}

int cli_write_all(int fd, const void *data, size_t length)
{
    const char *at = data;
    while (length > 0) {
        ssize_t written = write(fd, at, length);
        if (written >= 0) {
            at += written;
            length -= (size_t)written;
        } else if (errno == EAGAIN) {
            int failed = wait_writable(fd);
            if (failed) {
                return failed;
            }
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

int cli_flush(cli_output *out)
{
    if (!out->failed && out->pending.length > 0) {
        out->failed = cli_write_all(STDOUT_FILENO, out->pending.data, out->pending.length);
    }
    cli_text_clear(&out->pending);
    return out->failed;
}

void cli_write(cli_output *out, const char *data, size_t length)
{
    cli_text_add(&out->pending, data, length);
    if (out->pending.length >= FLUSH_AT) {
        cli_flush(out);
    }
}

void cli_put(cli_output *out, const char *text)
{
    cli_write(out, text, strlen(text));
}

void cli_print(cli_output *out, const char *format, ...)
{
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (length >= 0 && (size_t)length < sizeof line) {
        cli_write(out, line, (size_t)length);
        return;
    }
    char *text = NULL;
    va_start(arguments, format);
    length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length >= 0) {
        cli_write(out, text, (size_t)length);
        free(text);
    }
}

void cli_put_owned(cli_output *out, char *text)
{
    if (text) {
        cli_put(out, text);
    }
    davit_string_free(text);
}
