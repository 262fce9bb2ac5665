/* SPDX-License-Identifier: MIT */
/* JSON that comes as text and stays so. */
#ifndef DAVIT_CLI_JSON_H
#define DAVIT_CLI_JSON_H

#include "text.h"

/* Add valid JSON with other white space: a line for each value, `indent` spaces a level. */
void cli_json_indent(cli_text *target, const char *json, size_t indent);

#endif
