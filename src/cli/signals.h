/* SPDX-License-Identifier: MIT */
/* Signals: first they cancel what davit does; once a container runs, they are its. */
#ifndef DAVIT_CLI_SIGNALS_H
#define DAVIT_CLI_SIGNALS_H

#include <davit/davit.h>

/* From now on the first of INT, TERM, HUP triggers `cancel`, and the second ends the process. */
void cli_signals_cancel(davit_cancel *cancel);

/* From now on hold USR1, USR2 and their like back for the container to come. */
int cli_signals_hold(davit_error *error);

/* From now on pass signals on to container `id`, by a thread of their own, until _end(). Three INT
 * in a row, which it seems to ignore, trigger `cancel` nevertheless. */
int cli_signals_forward(davit_engine *engine, const char *id, davit_error *error);
void cli_signals_end(void);

/* The signal that triggered `cancel`, 0 if none did. */
int cli_signals_received(void);

#endif
