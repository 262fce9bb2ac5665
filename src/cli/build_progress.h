/* SPDX-License-Identifier: MIT */
/* A build's progress on stderr: redrawn in place on a terminal, plain lines elsewhere. */
#ifndef DAVIT_CLI_BUILD_PROGRESS_H
#define DAVIT_CLI_BUILD_PROGRESS_H

#include "cli.h"

typedef struct cli_build_progress cli_build_progress;

/* `live`: redraw in place. */
cli_build_progress *cli_build_progress_start(cli *self, bool live);

/* A davit_build_callback; its context is the cli_build_progress. */
int cli_build_progress_event(void *context, const davit_build_event *event);

/* Print what is unfinished as it is. */
void cli_build_progress_end(cli_build_progress *progress);

#endif
