/* SPDX-License-Identifier: MIT */
/* Aligned columns, measured in terminal columns. */
#ifndef DAVIT_CLI_TABLE_H
#define DAVIT_CLI_TABLE_H

#include "memory.h"
#include "text.h"

#define CLI_TABLE_SOFT 4

typedef struct cli_table {
    cli_memory *memory;
    size_t columns;
    cli_strings cells; /* row after row */
    /* Numbers of the columns that are cut first, in this order, where the terminal is narrow. */
    size_t soft[CLI_TABLE_SOFT];
    size_t soft_count;
} cli_table;

/* Add a cell, made harmless: no newlines, no control characters. */
void cli_table_add(cli_table *table, const char *text, size_t length);

/* Add a row of cells that stand in one text with tabs between them. */
void cli_table_add_row(cli_table *table, const char *text);

/* The table as text. `width` > 0: cut columns, the first never, until a row fits in so many. */
void cli_table_render(const cli_table *table, size_t width, cli_text *target);

#endif
