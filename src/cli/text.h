/* SPDX-License-Identifier: MIT */
/* Text that grows while it is put together. Ends the process when memory ends, as memory.h. */
#ifndef DAVIT_CLI_TEXT_H
#define DAVIT_CLI_TEXT_H

#include <davit/common.h>

typedef struct cli_text {
    char *data; /* NUL-terminated once something was added, else NULL */
    size_t length;
    size_t capacity;
} cli_text;

#define CLI_TEXT_INIT                                                                              \
    {                                                                                              \
        0                                                                                          \
    }
/* For variables that are freed at the end of their scope. */
#define CLI_TEXT __attribute__((cleanup(cli_text_free))) cli_text

void cli_text_free(cli_text *text);
void cli_text_clear(cli_text *text);
void cli_text_add(cli_text *text, const char *data, size_t length);
void cli_text_string(cli_text *text, const char *string);
void cli_text_char(cli_text *text, char c);
void cli_text_pad(cli_text *text, char c, size_t count);
void cli_text_printf(cli_text *text, const char *format, ...) DAVIT_PRINTF(2, 3);

/* The text, "" if nothing was added. */
const char *cli_text_get(const cli_text *text);

/* `string` (NULL: null) in quotes as JSON wants it. Bytes that are no UTF-8 become U+FFFD. */
void cli_text_json(cli_text *text, const char *string, size_t length);
void cli_text_json_string(cli_text *text, const char *string);

/* `json`, whose lines are indented already, with `indent` more spaces before all but the first. */
void cli_text_indented(cli_text *text, const char *json, size_t indent);

#endif
