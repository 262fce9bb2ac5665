/* SPDX-License-Identifier: MIT */
#include "pull.h"

#include "live.h"
#include "terminal.h"
#include "width.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LAYERS 512 /* images have at most 127; more than this is not shown */

typedef struct layer {
    char id[80];
    char status[80];
    int64_t current;
    int64_t total;
} layer;

typedef struct progress {
    cli *self;
    cli_live *live; /* NULL: plain lines */
    layer *layers;
    size_t count;
} progress;

static void copy_plain(char *target, size_t size, const char *text)
{
    CLI_TEXT plain = CLI_TEXT_INIT;
    cli_text_plain(&plain, text, strnlen(text, size - 1));
    snprintf(target, size, "%s", cli_text_get(&plain));
}

static layer *find_layer(progress *shown, const char *id)
{
    for (size_t i = 0; i < shown->count; i++) {
        if (strcmp(shown->layers[i].id, id) == 0) {
            return &shown->layers[i];
        }
    }
    if (shown->count == LAYERS) {
        return NULL;
    }
    layer *added = &shown->layers[shown->count++];
    copy_plain(added->id, sizeof added->id, id);
    return added;
}

static void add_size(cli_text *line, int64_t bytes)
{
    DAVIT_CLEANUP(davit_string_free) char *text = NULL;
    if (davit_bytes_format(bytes, &text, NULL) == 0) {
        cli_text_string(line, text);
    }
}

/* "4f4fb700ef54: Downloading 12.3MB/45.1MB" */
static void add_layer(cli_text *line, const layer *shown)
{
    cli_text_printf(line, "%.12s: %s", shown->id, shown->status);
    if (shown->total > 0) {
        cli_text_char(line, ' ');
        add_size(line, shown->current);
        cli_text_char(line, '/');
        add_size(line, shown->total);
    }
}

static void paint(void *context, cli_text *lines, size_t columns, size_t rows)
{
    progress *shown = context;
    size_t first = shown->count > rows ? shown->count - rows : 0;
    for (size_t i = first; i < shown->count; i++) {
        CLI_TEXT line = CLI_TEXT_INIT;
        add_layer(&line, &shown->layers[i]);
        cli_text_cut(lines, line.data, line.length, columns);
        cli_text_char(lines, '\n');
    }
}

/* Without a terminal: a line when a layer gets to another step, none for each piece. */
static void print_change(const layer *shown)
{
    CLI_TEXT line = CLI_TEXT_INIT;
    cli_text_printf(&line, "%.12s: %s\n", shown->id, shown->status);
    cli_write_all(STDERR_FILENO, line.data, line.length);
}

static int on_transfer(void *context, const davit_transfer *transfer)
{
    progress *shown = context;
    const char *status = transfer->status ? transfer->status : "";
    if (!transfer->id) {
        return 0;
    }
    if (shown->live) {
        cli_live_lock(shown->live);
    }
    layer *changed = find_layer(shown, transfer->id);
    if (changed) {
        char before[sizeof changed->status];
        memcpy(before, changed->status, sizeof before);
        copy_plain(changed->status, sizeof changed->status, status);
        changed->current = transfer->current;
        changed->total = transfer->total;
        if (!shown->live && strcmp(before, changed->status) != 0) {
            print_change(changed);
        }
    }
    if (shown->live) {
        cli_live_unlock(shown->live);
    }
    return 0;
}

int cli_pull(cli *self, const char *image, bool quiet, davit_error *error)
{
    if (quiet) {
        return davit_image_pull(self->engine, image, NULL, NULL, NULL, error);
    }
    progress shown = {.self = self, .layers = cli_allocate(&self->memory, LAYERS * sizeof(layer))};
    if (cli_terminal_is_capable(STDERR_FILENO)) {
        shown.live = cli_live_start(paint, &shown);
        atomic_store(&self->live, shown.live);
    }
    int r = davit_image_pull(self->engine, image, NULL, on_transfer, &shown, error);
    atomic_store(&self->live, NULL);
    cli_live_end(shown.live);
    return r;
}
