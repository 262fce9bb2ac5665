/* SPDX-License-Identifier: MIT */
/* How results are shown: --format table|json|result|TEMPLATE, --quiet, --no-trunc. */
#ifndef DAVIT_CLI_FORMAT_H
#define DAVIT_CLI_FORMAT_H

#include "cli.h"

#include <stddef.h>

typedef enum cli_format_kind {
    CLI_FORMAT_DEFAULT, /* for people: a table, or what the verb has */
    CLI_FORMAT_JSON,
    CLI_FORMAT_RESULT, /* {"success":...,"data":...,"error":...} */
    CLI_FORMAT_TEMPLATE,
    CLI_FORMAT_TABLE, /* "table TEMPLATE" */
} cli_format_kind;

typedef struct cli_format_choice {
    cli_format_kind kind;
    const char *text;             /* of the template, "\t" and "\n" in it replaced */
    const davit_template *parsed; /* by cli_format_settle(); owned by the run */
} cli_format_choice;

/* An entry of an option table: --format for verbs that show objects. */
#define CLI_OPTION_FORMAT(type, member)                                                            \
    {                                                                                              \
        .name = "format", .kind = CLI_CUSTOM, .offset = offsetof(type, member),                    \
        .placeholder = "FORMAT",                                                                   \
        .text = "table, json, result (JSON with success, data and error), a template such as "     \
                "'{{.Name}}', or 'table TEMPLATE'",                                                \
        .parse = cli_format_parse, .offer = CLI_OFFER_CHOICES, .choices = cli_format_choices       \
    }

/* --format for verbs whose result is little more than that it worked. */
#define CLI_OPTION_RESULT(type, member)                                                            \
    {                                                                                              \
        .name = "format", .kind = CLI_CUSTOM, .offset = offsetof(type, member),                    \
        .placeholder = "FORMAT", .text = "result: JSON with success, data and error",              \
        .parse = cli_format_parse_result, .offer = CLI_OFFER_CHOICES,                              \
        .choices = cli_result_choices                                                              \
    }

extern const char *const cli_format_choices[];
extern const char *const cli_result_choices[];
int cli_format_parse(cli_memory *memory, const char *text, void *target, davit_error *error);
int cli_format_parse_result(cli_memory *memory, const char *text, void *target, davit_error *error);

/* The value of --filter, NAME=VALUE; the target is a cli_pairs. */
int cli_parse_filter(cli_memory *memory, const char *text, void *target, davit_error *error);

/* Objects of one type, for lists. */
typedef struct cli_view {
    const davit_type *(*type)(void);
    size_t size;                /* of one object */
    const char *id;             /* field that --quiet prints */
    const char *const *columns; /* fields of the usual table; ends with NULL */
    const char *const *soft;    /* those cut first on a narrow terminal; NULL, or ends with NULL */
} cli_view;

/* What the options of a list say. */
typedef struct cli_look {
    cli_format_choice format;
    bool quiet;
    bool whole; /* --no-trunc */
    bool exact; /* sizes in bytes and dates as they are */
} cli_look;

/* Parse the template, if there is one, and check its fields. Returns 0 or the exit code. */
int cli_format_settle(cli *self, cli_format_choice *choice, const davit_type *type);

/* Whether fields are shown that a list fills only when asked to. */
bool cli_format_needs_detail(const cli_format_choice *choice);

/* Show a list. Returns 0 or the exit code. */
int cli_show_list(cli *self, const cli_view *view, const cli_look *look, const void *items,
                  size_t count);

/* Show one object as JSON, result or template (not DEFAULT). Returns 0 or the exit code. */
int cli_show_one(cli *self, const davit_type *type, const cli_format_choice *choice,
                 const void *object);

/* Show JSON text as `data`, alone or in a result; `count` < 0: it is no list. */
void cli_show_json(cli *self, const cli_format_choice *choice, const char *json, int64_t count);

#endif
