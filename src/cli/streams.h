/* SPDX-License-Identifier: MIT */
/* A container's output, passed on to ours. */
#ifndef DAVIT_CLI_STREAMS_H
#define DAVIT_CLI_STREAMS_H

#include "cli.h"

typedef enum cli_streams_mode {
    CLI_STREAMS_DIRECT,   /* each piece at once */
    CLI_STREAMS_BUFFERED, /* in large writes; nobody waits for a single line */
    CLI_STREAMS_CAPTURED, /* kept, for --format result */
} cli_streams_mode;

typedef struct cli_streams {
    cli_streams_mode mode;
    bool together;      /* stdout and stderr are one file: keep the order between them */
    cli_text pieces[2]; /* of stdout, stderr: pending or captured */
    int failed;         /* errno of the write that failed; output is at an end then */
    bool full;          /* more than can be captured */
} cli_streams;

#define CLI_STREAMS __attribute__((cleanup(cli_streams_free))) cli_streams

void cli_streams_start(cli_streams *streams, cli_streams_mode mode);
void cli_streams_free(cli_streams *streams);

/* A davit_output_callback; its context is the cli_streams. */
int cli_streams_output(void *context, davit_stream stream, const void *data, size_t length);

/* Write what is pending. Returns 0, or the exit code after telling why it failed. */
int cli_streams_end(cli *self, cli_streams *streams);

/* A captured result: {"exit_code":0,"stdout":"...","stderr":"..."}. */
void cli_streams_show(cli *self, const cli_streams *streams, int exit_code);

#endif
