/* SPDX-License-Identifier: MIT */
#include "transfer.h"

#include "live.h"
#include "terminal.h"
#include "width.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LAYERS       512 /* images have at most 127; more than this is not shown */
#define STATUS_WIDTH 12  /* "Downloading", and a space */
#define BAR_LEAST    10
#define BAR_MOST     50
#define BAR_MARGIN   21 /* what is around and behind it: "[>] 12.3MB/45.1MB" */

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

static void add_bar(cli_text *line, const layer *shown, size_t width)
{
    size_t done = (size_t)((double)shown->current / (double)shown->total * (double)width);
    cli_text_char(line, '[');
    cli_text_pad(line, '=', done);
    cli_text_string(line, done < width ? ">" : "=");
    cli_text_pad(line, ' ', width - done);
    cli_text_string(line, "] ");
}

/* "4f4fb700ef54: Downloading [=====>      ] 12.3MB/45.1MB", the bars one below the other. */
static void add_layer(cli_text *line, const layer *shown, size_t columns)
{
    cli_text_printf(line, "%.12s: ", shown->id);
    if (shown->total <= 0) {
        cli_text_string(line, shown->status);
        return;
    }
    size_t status = strlen(shown->status);
    cli_text_string(line, shown->status);
    cli_text_pad(line, ' ', status < STATUS_WIDTH ? STATUS_WIDTH - status : 1);
    size_t used = line->length + BAR_MARGIN;
    if (columns >= used + BAR_LEAST) {
        size_t room = columns - used;
        add_bar(line, shown, room < BAR_MOST ? room : BAR_MOST);
    }
    add_size(line, shown->current);
    cli_text_char(line, '/');
    add_size(line, shown->total);
}

static void paint(void *context, cli_text *lines, size_t columns, size_t rows)
{
    progress *shown = context;
    size_t first = shown->count > rows ? shown->count - rows : 0;
    for (size_t i = first; i < shown->count; i++) {
        CLI_TEXT line = CLI_TEXT_INIT;
        add_layer(&line, &shown->layers[i], columns);
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
        bool over = transfer->total > 0 && transfer->current > transfer->total; /* tar's padding */
        changed->current = over ? transfer->total : transfer->current;
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

static void begin(cli *self, progress *shown)
{
    *shown = (progress){.self = self};
    shown->layers = cli_allocate(&self->memory, LAYERS * sizeof(layer));
    if (cli_terminal_is_capable(STDERR_FILENO)) {
        shown->live = cli_live_start(paint, shown);
        atomic_store(&self->live, shown->live);
    }
}

static void end(progress *shown)
{
    atomic_store(&shown->self->live, NULL);
    cli_live_end(shown->live);
}

int cli_pull(cli *self, const char *image, const davit_pull_options *options, bool quiet,
             davit_error *error)
{
    if (quiet) {
        return davit_image_pull(self->engine, image, options, NULL, NULL, error);
    }
    progress shown;
    begin(self, &shown);
    int r = davit_image_pull(self->engine, image, options, on_transfer, &shown, error);
    end(&shown);
    return r;
}

int cli_push(cli *self, const char *image, const davit_push_options *options, bool quiet,
             char **ret_digest, davit_error *error)
{
    if (quiet) {
        return davit_image_push(self->engine, image, options, NULL, NULL, ret_digest, error);
    }
    progress shown;
    begin(self, &shown);
    int r = davit_image_push(self->engine, image, options, on_transfer, &shown, ret_digest, error);
    end(&shown);
    return r;
}
