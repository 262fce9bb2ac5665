/* SPDX-License-Identifier: MIT */
/* The terminal: what it is, how wide, and raw mode that is always undone. */
#ifndef DAVIT_CLI_TERMINAL_H
#define DAVIT_CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool cli_is_terminal(int fd);

/* The size of the terminal that stdout or stdin is; false: neither is one, or it does not tell. */
bool cli_terminal_size(int64_t *ret_columns, int64_t *ret_rows);

/* Columns of the terminal behind `fd`, `otherwise` if there is none. */
size_t cli_terminal_columns(int fd, size_t otherwise);
/* How wide a page or table may be: COLUMNS on a terminal, else the terminal's own width. */
size_t cli_page_columns(int fd, size_t otherwise);
size_t cli_terminal_rows(int fd, size_t otherwise);

/* Whether `fd` is a terminal on which lines can be redrawn (TERM is not "dumb"). */
bool cli_terminal_is_capable(int fd);

/* Whether to use colours there (NO_COLOR is not set). */
bool cli_terminal_has_colours(int fd);

/* Hand every key to the container. Undone at exit, and by cli_terminal_restore(). */
void cli_terminal_raw(int fd);

/* Do not show what is typed. Undone as the above is. */
void cli_terminal_hide(int fd);

/* Whether it is so now; a newline then needs a return before it. */
bool cli_terminal_is_raw(void);

/* Safe in a signal handler, and when nothing is to be restored. */
void cli_terminal_restore(void);

#endif
