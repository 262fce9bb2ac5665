/* SPDX-License-Identifier: MIT */
/* UTF-8 text in terminal columns. Needs no locale: setting one up costs more than a whole `ps`. */
#ifndef DAVIT_CLI_WIDTH_H
#define DAVIT_CLI_WIDTH_H

#include "text.h"

#define CLI_UTF8_INVALID UINT32_MAX

/* Bytes (>= 1) of the next character and its code point, CLI_UTF8_INVALID for what is no UTF-8. */
size_t cli_utf8_next(const char *text, size_t length, uint32_t *ret_point);

/* Columns a terminal needs for the text. */
size_t cli_width(const char *text, size_t length);

/* Add the text cut to `columns`, with "…" in the place of what was cut. */
void cli_text_cut(cli_text *target, const char *text, size_t length, size_t columns);

/* Add the text made harmless: one line, control characters and bad UTF-8 as "?" or a space. */
void cli_text_plain(cli_text *target, const char *text, size_t length);

/* Add `text` with its lines broken at words, all but the first indented; ends with a newline. The
 * first line stands behind `indent` columns already. */
void cli_text_wrapped(cli_text *target, const char *text, size_t indent, size_t width);

#endif
