/* SPDX-License-Identifier: MIT */
#include "table.h"

#include "width.h"

#include <string.h>

#define GAP            3 /* between columns */
#define NARROW_GAP     2 /* where the terminal is narrow */
#define NARROWEST      6 /* columns are not cut below that */
#define SOFT_NARROWEST 12

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

static size_t sum(const size_t *widths, size_t count)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        total += widths[i];
    }
    return total;
}

/* Take from `*width` down to `least`; returns what is still to be taken of `excess`. */
static size_t cut(size_t *width, size_t least, size_t excess)
{
    size_t room = *width > least ? *width - least : 0;
    size_t taken = room < excess ? room : excess;
    *width -= taken;
    return excess - taken;
}

/* The soft columns first, then always the widest. The first, mostly an id, stays whole. */
static void fit(const cli_table *table, size_t *widths, size_t width)
{
    size_t total = sum(widths, table->columns) + NARROW_GAP * (table->columns - 1);
    size_t excess = total > width ? total - width : 0;
    for (size_t i = 0; i < table->soft_count; i++) {
        excess = cut(&widths[table->soft[i]], SOFT_NARROWEST, excess);
    }
    while (excess > 0) {
        size_t widest = 0;
        for (size_t i = 1; i < table->columns; i++) {
            widest = widest == 0 || widths[i] > widths[widest] ? i : widest;
        }
        if (widest == 0 || cut(&widths[widest], NARROWEST, 1) > 0) {
            return;
        }
        excess--;
    }
}

static void render_row(const cli_table *table, const char *const *cells, const size_t *widths,
                       size_t gap, cli_text *target)
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
            widths[i] + gap - cli_width(cli_text_get(target) + start, target->length - start);
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
    size_t gap = GAP;
    if (width > 0 && sum(widths, table->columns) + GAP * (table->columns - 1) > width) {
        gap = NARROW_GAP;
        fit(table, widths, width);
    }
    for (size_t i = 0; i + table->columns <= table->cells.count; i += table->columns) {
        render_row(table, table->cells.items + i, widths, gap, target);
    }
}
