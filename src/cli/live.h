/* SPDX-License-Identifier: MIT */
/* Lines at the bottom of the terminal that are redrawn in place, above them what stays.
 *
 * Whoever prints while one is shown prints through it. Safe to use from many threads. */
#ifndef DAVIT_CLI_LIVE_H
#define DAVIT_CLI_LIVE_H

#include "text.h"

typedef struct cli_live cli_live;

/* Fill `lines` (each ends in a newline) with what is to be seen now, at most `rows` lines of
 * `columns` columns. Called often, from any thread, one at a time. */
typedef void (*cli_live_paint)(void *context, cli_text *lines, size_t columns, size_t rows);

/* Show on stderr; repainted several times a second, and by cli_live_update(). */
cli_live *cli_live_start(cli_live_paint paint, void *context);

/* Take it off the screen. Nothing calls `paint` afterwards. NULL is allowed. */
void cli_live_end(cli_live *live);

/* Hold off painting, to change what `paint` looks at. */
void cli_live_lock(cli_live *live);
void cli_live_unlock(cli_live *live);

/* Print lines that stay, above the live ones. */
void cli_live_print(cli_live *live, const char *lines, size_t length);

#endif
