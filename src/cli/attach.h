/* SPDX-License-Identifier: MIT */
/* This terminal and its signals, connected to a container while it runs in the foreground. */
#ifndef DAVIT_CLI_ATTACH_H
#define DAVIT_CLI_ATTACH_H

#include "streams.h"

typedef struct cli_attachment {
    cli *self;
    cli_streams *streams;
    bool input;   /* pass stdin on */
    bool tty;     /* the container has a terminal */
    bool signals; /* are passed on to the container once it runs */
    davit_engine *signal_engine;
    char id[65]; /* of the container, once it has started */
} cli_attachment;

/* What the library is to be given. `attachment` must stay where it is. */
davit_attach_options cli_attach_options(cli_attachment *attachment);

/* Before the call. */
int cli_attach_prepare(cli_attachment *attachment, davit_error *error);

/* After the call: the terminal and the signals are as before. */
void cli_attach_end(cli_attachment *attachment);

#endif
