/* SPDX-License-Identifier: MIT */
#include "terminal.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define WIDEST_PAGE 100000 /* what COLUMNS may say */

/* Statics, as the signal handler and atexit() have to reach them. */
static struct {
    struct termios settings;
    int fd;
    atomic_bool changed;
} saved;

bool cli_is_terminal(int fd)
{
    return isatty(fd) == 1;
}

static bool get_size(int fd, struct winsize *size)
{
    return ioctl(fd, TIOCGWINSZ, size) == 0;
}

size_t cli_terminal_columns(int fd, size_t otherwise)
{
    struct winsize size;
    return get_size(fd, &size) && size.ws_col > 0 ? size.ws_col : otherwise;
}

size_t cli_page_columns(int fd, size_t otherwise)
{
    const char *text = getenv("COLUMNS");
    long columns = text && cli_is_terminal(fd) ? strtol(text, NULL, 10) : 0;
    bool given = columns > 0 && columns <= WIDEST_PAGE;
    return given ? (size_t)columns : cli_terminal_columns(fd, otherwise);
}

size_t cli_terminal_rows(int fd, size_t otherwise)
{
    struct winsize size;
    return get_size(fd, &size) && size.ws_row > 0 ? size.ws_row : otherwise;
}

bool cli_terminal_size(int64_t *ret_columns, int64_t *ret_rows)
{
    struct winsize size = {0};
    if (!get_size(STDOUT_FILENO, &size) && !get_size(STDIN_FILENO, &size)) {
        return false;
    }
    *ret_columns = size.ws_col;
    *ret_rows = size.ws_row;
    return size.ws_col > 0 && size.ws_row > 0;
}

bool cli_terminal_is_capable(int fd)
{
    const char *kind = getenv("TERM");
    return cli_is_terminal(fd) && kind && kind[0] && strcmp(kind, "dumb") != 0;
}

bool cli_terminal_has_colours(int fd)
{
    const char *no_colour = getenv("NO_COLOR");
    return cli_terminal_is_capable(fd) && !(no_colour && no_colour[0]);
}

/* Remember how it is; false if it is no terminal. */
static bool save(int fd)
{
    if (tcgetattr(fd, &saved.settings) < 0) {
        return false;
    }
    saved.fd = fd;
    atomic_store(&saved.changed, true);
    atexit(cli_terminal_restore);
    return true;
}

void cli_terminal_raw(int fd)
{
    if (save(fd)) {
        struct termios raw = saved.settings;
        cfmakeraw(&raw);
        tcsetattr(fd, TCSADRAIN, &raw);
    }
}

void cli_terminal_hide(int fd)
{
    if (save(fd)) {
        struct termios hidden = saved.settings;
        hidden.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(fd, TCSADRAIN, &hidden);
    }
}

bool cli_terminal_is_raw(void)
{
    return atomic_load(&saved.changed);
}

void cli_terminal_restore(void)
{
    if (atomic_exchange(&saved.changed, false)) {
        tcsetattr(saved.fd, TCSANOW, &saved.settings);
    }
}
