/* SPDX-License-Identifier: MIT */
#include "build_progress.h"

#include "build_steps.h"
#include "live.h"
#include "terminal.h"
#include "width.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MOST_RUNNING 8 /* steps that the live view shows at a time */

struct cli_build_progress {
    cli *self;
    cli_live *live; /* NULL: plain lines */
    bool colours;
    cli_build_steps steps;
    size_t last; /* plain: the step that the last line was about */
    cli_text out;
};

static const char *name_of(const cli_build_step *step)
{
    return step->name ? step->name : "";
}

static double seconds_since(int64_t started)
{
    return (double)(cli_build_now() - started) / 1e9;
}

/* ---- plain lines: "#3 [2/3] RUN make", "#3 0.512 output", "#3 DONE 1.2s" ---- */

/* The headline comes again when steps take turns, so that every line can be placed. */
static void plain_head(cli_build_progress *progress, size_t number, cli_build_step *step)
{
    if (progress->last == number) {
        return;
    }
    if (progress->last != 0) {
        cli_text_char(&progress->out, '\n');
    }
    cli_text_printf(&progress->out, "#%zu %s\n", number, name_of(step));
    progress->last = number;
}

static void plain_line(void *context, size_t number, cli_build_step *step, const char *line)
{
    cli_build_progress *progress = context;
    plain_head(progress, number, step);
    cli_text_printf(&progress->out, "#%zu %.3f %s\n", number, seconds_since(step->started), line);
}

static double seconds_of(const davit_build_event *event, const cli_build_step *step)
{
    return event->duration > 0 ? (double)event->duration / 1e9 : seconds_since(step->started);
}

/* Announce a step that runs in silence, unless another one has the word. */
static void plain_waiting(cli_build_progress *progress)
{
    const cli_build_steps *steps = &progress->steps;
    if (progress->last > 0 && steps->items[progress->last - 1]->running) {
        return;
    }
    for (size_t i = 0; i < steps->count; i++) {
        if (steps->items[i]->running) {
            plain_head(progress, i + 1, steps->items[i]);
            return;
        }
    }
}

static void plain_event(cli_build_progress *progress, const davit_build_event *event,
                        cli_build_step *step)
{
    cli_text *out = &progress->out;
    switch (event->type) {
    case DAVIT_BUILD_STEP_STARTED:
        step->running = true;
        plain_waiting(progress);
        break;
    case DAVIT_BUILD_LOG:
        cli_build_step_output(step, event->step, event->data, event->length, plain_line, progress);
        break;
    case DAVIT_BUILD_TRANSFER:
        break;
    case DAVIT_BUILD_STEP_DONE:
        cli_build_step_finish(step, event->step, plain_line, progress);
        plain_head(progress, event->step, step);
        if (event->error) {
            cli_text_printf(out, "#%zu ERROR: %s\n", event->step, event->error);
        } else if (event->cached) {
            cli_text_printf(out, "#%zu CACHED\n", event->step);
        } else {
            cli_text_printf(out, "#%zu DONE %.1fs\n", event->step, seconds_of(event, step));
        }
        step->running = false;
        plain_waiting(progress);
        break;
    }
    cli_write_all(STDERR_FILENO, cli_text_get(out), out->length);
    cli_text_clear(out);
}

/* ---- the live view: what is done stays above, what runs is redrawn below ---- */

/* "=> [2/3] RUN make                1.2s", the time at the right border. */
static void add_row(cli_text *lines, const char *mark, const char *name, const char *state,
                    size_t columns)
{
    size_t used = cli_width(mark, strlen(mark)) + 1;
    size_t state_width = strlen(state);
    size_t left = columns > used + state_width + 2 ? columns - used - state_width - 2 : 8;
    size_t start = lines->length;
    cli_text_printf(lines, "%s ", mark);
    cli_text_cut(lines, name, strlen(name), left);
    size_t width = cli_width(lines->data + start, lines->length - start);
    cli_text_pad(lines, ' ', used + left > width ? used + left - width + 1 : 1);
    cli_text_printf(lines, "%s", state);
}

static void add_colour(const cli_build_progress *progress, cli_text *lines, const char *code)
{
    if (progress->colours) {
        cli_text_printf(lines, "\033[%sm", code);
    }
}

static void add_tail(const cli_build_progress *progress, const cli_build_step *step,
                     cli_text *lines, size_t columns)
{
    add_colour(progress, lines, "2");
    for (size_t i = 0; i < CLI_BUILD_TAIL; i++) {
        if (step->tail[i]) {
            cli_text_string(lines, "   | ");
            cli_text_cut(lines, step->tail[i], strlen(step->tail[i]), columns - 6);
            cli_text_char(lines, '\n');
        }
    }
    add_colour(progress, lines, "0");
}

static void add_state(const cli_build_step *step, char *state, size_t size)
{
    DAVIT_CLEANUP(davit_string_free) char *moved = NULL;
    double seconds = seconds_since(step->started);
    if (step->current > 0 && davit_bytes_format(step->current, &moved, NULL) == 0) {
        snprintf(state, size, "%s %.1fs", moved, seconds);
    } else {
        snprintf(state, size, "%.1fs", seconds);
    }
}

/* The steps that run, and the last lines of the newest of them. */
static void paint(void *context, cli_text *lines, size_t columns, size_t rows)
{
    const cli_build_progress *progress = context;
    const cli_build_step *newest = NULL;
    size_t shown = 0;
    size_t most = rows > CLI_BUILD_TAIL + MOST_RUNNING ? MOST_RUNNING : 1;
    for (size_t i = 0; i < progress->steps.count && shown < most; i++) {
        const cli_build_step *step = progress->steps.items[i];
        char state[64];
        if (step->running) {
            add_state(step, state, sizeof state);
            add_row(lines, "=>", name_of(step), state, columns);
            cli_text_char(lines, '\n');
            newest = step;
            shown++;
        }
    }
    if (newest && columns > 20 && rows > CLI_BUILD_TAIL) {
        add_tail(progress, newest, lines, columns);
    }
}

static void keep_line(void *context, size_t number, cli_build_step *step, const char *line)
{
    (void)context;
    (void)number;
    cli_build_step_keep(step, line);
}

static void add_done(cli_build_progress *progress, const davit_build_event *event,
                     const cli_build_step *step)
{
    char state[64];
    if (event->error) {
        snprintf(state, sizeof state, "ERROR");
    } else if (event->cached) {
        snprintf(state, sizeof state, "CACHED");
    } else {
        snprintf(state, sizeof state, "%.1fs", seconds_of(event, step));
    }
    add_colour(progress, &progress->out, event->error ? "31" : event->cached ? "36" : "32");
    add_row(&progress->out, event->error ? "!!" : "ok", name_of(step), state,
            cli_terminal_columns(STDERR_FILENO, 80));
    add_colour(progress, &progress->out, "0");
    cli_text_char(&progress->out, '\n');
    if (event->error) {
        add_tail(progress, step, &progress->out, cli_terminal_columns(STDERR_FILENO, 80));
    }
}

static void live_event(cli_build_progress *progress, const davit_build_event *event)
{
    cli_live_lock(progress->live);
    cli_build_step *step = cli_build_step_get(&progress->steps, event);
    if (step) {
        switch (event->type) {
        case DAVIT_BUILD_STEP_STARTED:
            step->running = true;
            break;
        case DAVIT_BUILD_LOG:
            cli_build_step_output(step, event->step, event->data, event->length, keep_line, NULL);
            break;
        case DAVIT_BUILD_TRANSFER:
            step->current = event->current;
            step->total = event->total;
            break;
        case DAVIT_BUILD_STEP_DONE:
            cli_build_step_finish(step, event->step, keep_line, NULL);
            step->running = false;
            add_done(progress, event, step);
            break;
        }
    }
    cli_live_unlock(progress->live);
    if (progress->out.length > 0) {
        cli_live_print(progress->live, progress->out.data, progress->out.length);
        cli_text_clear(&progress->out);
    }
}

/* ---- both ---- */

cli_build_progress *cli_build_progress_start(cli *self, bool live)
{
    cli_build_progress *progress = cli_allocate(&self->memory, sizeof *progress);
    progress->self = self;
    progress->colours = cli_terminal_has_colours(STDERR_FILENO);
    if (live) {
        progress->live = cli_live_start(paint, progress);
        atomic_store(&self->live, progress->live);
    }
    return progress;
}

int cli_build_progress_event(void *context, const davit_build_event *event)
{
    cli_build_progress *progress = context;
    if (progress->live) {
        live_event(progress, event);
        return 0;
    }
    cli_build_step *step = cli_build_step_get(&progress->steps, event);
    if (step) {
        plain_event(progress, event, step);
    }
    return 0;
}

/* Steps that neither ended nor failed: the build was given up. */
static void add_unfinished(cli_build_progress *progress)
{
    for (size_t i = 0; i < progress->steps.count; i++) {
        cli_build_step *step = progress->steps.items[i];
        if (!step->running) {
            continue;
        }
        if (progress->live) {
            add_row(&progress->out, "--", name_of(step), "CANCELED",
                    cli_terminal_columns(STDERR_FILENO, 80));
            cli_text_char(&progress->out, '\n');
        } else {
            plain_head(progress, i + 1, step);
            cli_text_printf(&progress->out, "#%zu CANCELED\n", i + 1);
        }
    }
}

void cli_build_progress_end(cli_build_progress *progress)
{
    if (progress) {
        atomic_store(&progress->self->live, NULL);
        cli_live_end(progress->live);
        add_unfinished(progress);
        cli_write_all(STDERR_FILENO, cli_text_get(&progress->out), progress->out.length);
        cli_build_steps_free(&progress->steps);
        cli_text_free(&progress->out);
    }
}
