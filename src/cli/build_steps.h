/* SPDX-License-Identifier: MIT */
/* The steps of a build as seen so far. */
#ifndef DAVIT_CLI_BUILD_STEPS_H
#define DAVIT_CLI_BUILD_STEPS_H

#include "cli.h"

#define CLI_BUILD_STEPS 10000 /* a build with more is not shown in full */
#define CLI_BUILD_LINE  2048  /* bytes of a line of output; a longer one is broken */
#define CLI_BUILD_TAIL  5     /* lines of output that the live view shows */

typedef struct cli_build_step {
    char *name;
    bool running;
    bool done;
    int64_t started; /* nanoseconds of our clock */
    char line[CLI_BUILD_LINE];
    size_t length;              /* of the unfinished line */
    char *tail[CLI_BUILD_TAIL]; /* the last lines, the newest last */
    int64_t current, total;     /* of what it moves */
} cli_build_step;

/* Takes a finished line of a step's output, without the newline and made harmless. */
typedef void (*cli_build_line)(void *context, size_t number, cli_build_step *step,
                               const char *line);

typedef struct cli_build_steps {
    cli_build_step **items;
    size_t count;
} cli_build_steps;

/* The event's step, NULL if there is nothing to show. */
cli_build_step *cli_build_step_get(cli_build_steps *steps, const davit_build_event *event);

/* Split output into lines. */
void cli_build_step_output(cli_build_step *step, size_t number, const char *data, size_t length,
                           cli_build_line take, void *context);
/* Hand an unfinished line over. */
void cli_build_step_finish(cli_build_step *step, size_t number, cli_build_line take, void *context);

/* Keep a line in the tail. */
void cli_build_step_keep(cli_build_step *step, const char *line);

void cli_build_steps_free(cli_build_steps *steps);

int64_t cli_build_now(void);

#endif
