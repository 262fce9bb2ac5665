/* SPDX-License-Identifier: MIT */
#include "table.h"

#include "width.h"

#include <string.h>

#define GAP       3 /* between columns */
#define NARROWEST 8 /* columns are not cut below that */

void cli_table_add(cli_table *table, const char *text, size_t length)
{
    CLI_TEXT plain = CLI_TEXT_INIT;
    cli_text_plain(&plain, text, length);
    cli_strings_add(table->memory, &table->cells,
                    cli_copy_bytes(table->memory, cli_text_get(&plain), plain.length));
}

void cli_table_add_row(cli_table *table, const char *text)
{
    for (size_t column = 0; column < table->columns; column++) {
        bool last = column + 1 == table->columns;
        size_t length = last ? strlen(text) : strcspn(text, "\t");
        cli_table_add(table, text, length);
        text += length + (text[length] != '\0');
    }
}

static void measure(const cli_table *table, size_t *widths)
{
    for (size_t i = 0; i < table->cells.count; i++) {
        const char *cell = table->cells.items[i];
        size_t width = cli_width(cell, strlen(cell));
        if (width > widths[i % table->columns]) {
            widths[i % table->columns] = width;
        }
    }
}

/* Take columns from the widest until the row fits; the first column, mostly an id, stays whole. */
static void fit(size_t *widths, size_t count, size_t width)
{
    size_t total = GAP * (count - 1);
    for (size_t i = 0; i < count; i++) {
        total += widths[i];
    }
    while (total > width) {
        size_t widest = 0;
        for (size_t i = 1; i < count; i++) {
            widest = widest == 0 || widths[i] > widths[widest] ? i : widest;
        }
        if (widest == 0 || widths[widest] <= NARROWEST) {
            return;
        }
        widths[widest]--;
        total--;
    }
}

static void render_row(const cli_table *table, const char *const *cells, const size_t *widths,
                       cli_text *target)
{
    size_t pending = 0; /* spaces, added only before something, so that no line ends in them */
    for (size_t i = 0; i < table->columns; i++) {
        size_t start = target->length;
        if (cells[i][0]) {
            cli_text_pad(target, ' ', pending);
            start = target->length;
            pending = 0;
            cli_text_cut(target, cells[i], strlen(cells[i]), widths[i]);
        }
        pending +=
            widths[i] + GAP - cli_width(cli_text_get(target) + start, target->length - start);
    }
    cli_text_char(target, '\n');
}

void cli_table_render(const cli_table *table, size_t width, cli_text *target)
{
    if (table->columns == 0) {
        return;
    }
    size_t *widths = cli_allocate(table->memory, table->columns * sizeof *widths);
    measure(table, widths);
    if (width > 0) {
        fit(widths, table->columns, width);
    }
    for (size_t i = 0; i + table->columns <= table->cells.count; i += table->columns) {
        render_row(table, table->cells.items + i, widths, target);
    }
}
