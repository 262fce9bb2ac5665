/* SPDX-License-Identifier: MIT */
/* Aligned columns, measured in terminal columns. */
#ifndef DAVIT_CLI_TABLE_H
#define DAVIT_CLI_TABLE_H

#include "memory.h"
#include "text.h"

typedef struct cli_table {
    cli_memory *memory;
    size_t columns;
    cli_strings cells; /* row after row */
} cli_table;

/* Add a cell, made harmless: no newlines, no control characters. */
void cli_table_add(cli_table *table, const char *text, size_t length);

/* Add a row of cells that stand in one text with tabs between them. */
void cli_table_add_row(cli_table *table, const char *text);

/* The table as text. `width` > 0: cut the widest columns until a row fits in so many. */
void cli_table_render(const cli_table *table, size_t width, cli_text *target);

#endif
