/* SPDX-License-Identifier: MIT */
/* Signals: first they cancel what davit does; once a container runs, they are its. */
#ifndef DAVIT_CLI_SIGNALS_H
#define DAVIT_CLI_SIGNALS_H

#include <davit/davit.h>

/* From now on the first of INT, TERM, HUP triggers `cancel`, and the second ends the process. */
void cli_signals_cancel(davit_cancel *cancel);

/* To whom signals go, and how. */
typedef struct cli_forwarding {
    davit_engine *engine; /* a scope of their own */
    const char *id;
    bool signals; /* INT, TERM, USR1 and their like are the container's */
    /* It is told when the size of our terminal changes; NULL: it has none. */
    int (*resize)(davit_engine *engine, const char *id, int64_t columns, int64_t rows,
                  davit_error *error);
} cli_forwarding;

/* From now on hold back what will be passed on: signals for the container to come, and changes of
 * the terminal's size. */
int cli_signals_hold(bool signals, davit_error *error);

/* From now on pass them on, by a thread of its own, until _end(). Three INT in a row, which the
 * container seems to ignore, trigger `cancel` nevertheless. */
int cli_signals_forward(const cli_forwarding *to, davit_error *error);
void cli_signals_end(void);

/* The signal that triggered `cancel`, 0 if none did. */
int cli_signals_received(void);

#endif
