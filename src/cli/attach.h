/* SPDX-License-Identifier: MIT */
/* This terminal and its signals, connected to a container while it runs in the foreground. */
#ifndef DAVIT_CLI_ATTACH_H
#define DAVIT_CLI_ATTACH_H

#include "streams.h"

typedef struct cli_attachment {
    cli *self;
    cli_streams *streams;
    bool input;              /* pass stdin on */
    bool tty;                /* the container has a terminal */
    bool signals;            /* are passed on to the container once it runs */
    const char *detach_keys; /* NULL: docker's */
    bool detached;           /* they were typed */
    /* How what runs is told the size of the terminal. */
    int (*resize)(davit_engine *engine, const char *id, int64_t columns, int64_t rows,
                  davit_error *error);
    davit_engine *signal_engine;
    char id[65]; /* of the container, once it has started */
} cli_attachment;

/* The target of --detach-keys: const char *. */
int cli_parse_detach_keys(cli_memory *memory, const char *text, void *target, davit_error *error);

#define CLI_OPTION_DETACH_KEYS(type, member)                                                       \
    {                                                                                              \
        .name = "detach-keys", .kind = CLI_CUSTOM, .offset = offsetof(type, member),               \
        .placeholder = "KEYS",                                                                     \
        .text = "Keys that leave it running and come back here (default ctrl-p,ctrl-q)",           \
        .parse = cli_parse_detach_keys                                                             \
    }

/* What the library is to be given. `attachment` must stay where it is. */
davit_attach_options cli_attach_options(cli_attachment *attachment);

/* Before the call. */
int cli_attach_prepare(cli_attachment *attachment, davit_error *error);

/* After the call: the terminal and the signals are as before. */
void cli_attach_end(cli_attachment *attachment);

#endif
