/* SPDX-License-Identifier: MIT */
/* Standard input, read so that a signal ends the wait for it. */
#ifndef DAVIT_CLI_INPUT_H
#define DAVIT_CLI_INPUT_H

#include "text.h"

#include <davit/davit.h>

/* Wait for stdin; false once `cancel` is triggered. */
bool cli_input_wait(const davit_cancel *cancel);

/* Add one line of stdin, without its end, or with `whole` all of it without the last line's end.
 * More than 64 KiB is an error; `what` is wanted, for messages: "the password". */
int cli_input_text(cli_text *text, bool whole, const char *what, const davit_cancel *cancel,
                   davit_error *error);

#endif
