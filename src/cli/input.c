/* SPDX-License-Identifier: MIT */
#include "input.h"

#include "cli.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define POLL_MS    200
#define TEXT_LIMIT (64 * 1024)

bool cli_input_wait(const davit_cancel *cancel)
{
    struct pollfd waited = {.fd = STDIN_FILENO, .events = POLLIN};
    while (!davit_cancel_is_triggered(cancel)) {
        int ready = poll(&waited, 1, POLL_MS);
        if (ready > 0 || (ready < 0 && errno != EINTR)) {
            return true;
        }
    }
    return false;
}

/* A byte at a time: what is behind the line is somebody else's. 0 at the end. */
static int read_byte(char *byte, const char *what, const davit_cancel *cancel, davit_error *error)
{
    for (;;) {
        if (!cli_input_wait(cancel)) {
            cli_error(error, DAVIT_ERROR_CANCELLED, "%s: cancelled", what);
            return -1;
        }
        ssize_t got = read(STDIN_FILENO, byte, 1);
        if (got >= 0) {
            return (int)got;
        }
        if (errno != EINTR) {
            return cli_error(error, DAVIT_ERROR_IO, "%s: standard input: %s", what,
                             strerror(errno));
        }
    }
}

int cli_input_text(cli_text *text, bool whole, const char *what, const davit_cancel *cancel,
                   davit_error *error)
{
    size_t start = text->length;
    char byte;
    int r;
    while ((r = read_byte(&byte, what, cancel, error)) > 0 && (whole || byte != '\n')) {
        if (text->length - start == TEXT_LIMIT) {
            return cli_error(error, DAVIT_ERROR_INVALID_CONFIG,
                             "%s on standard input: longer than %d bytes", what, TEXT_LIMIT);
        }
        cli_text_char(text, byte);
    }
    if (r < 0) {
        return r;
    }
    static const char ends[] = {'\n', '\r'};
    for (size_t i = 0; i < sizeof ends; i++) {
        if (text->length > start && text->data[text->length - 1] == ends[i]) {
            text->data[--text->length] = '\0';
        }
    }
    return 0;
}
