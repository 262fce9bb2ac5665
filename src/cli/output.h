/* SPDX-License-Identifier: MIT */
/* Standard output, buffered; whether it worked is asked once, at the end. */
#ifndef DAVIT_CLI_OUTPUT_H
#define DAVIT_CLI_OUTPUT_H

#include "text.h"

typedef struct cli_output {
    cli_text pending;
    int failed; /* errno of the first write that failed, then nothing more is written */
} cli_output;

void cli_write(cli_output *out, const char *data, size_t length);
void cli_put(cli_output *out, const char *text);
void cli_print(cli_output *out, const char *format, ...) DAVIT_PRINTF(2, 3);

/* Write what is pending now. Returns 0 or the errno of the first failure. */
int cli_flush(cli_output *out);

/* Write everything to a descriptor, whatever its state. Returns 0 or an errno. */
int cli_write_all(int fd, const void *data, size_t length);

/* A string that the library made, printed and freed. */
void cli_put_owned(cli_output *out, char *text);

#endif
