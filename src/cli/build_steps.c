/* SPDX-License-Identifier: MIT */
#include "build_steps.h"

#include "width.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

int64_t cli_build_now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return DAVIT_SECONDS(at.tv_sec) + at.tv_nsec;
}

static void *allocate(size_t size)
{
    void *memory = calloc(1, size);
    if (!memory) {
        cli_out_of_memory();
    }
    return memory;
}

static char *plain_copy(const char *text, size_t length)
{
    cli_text plain = CLI_TEXT_INIT;
    cli_text_plain(&plain, text, length);
    cli_text_add(&plain, "", 0);
    return plain.data;
}

static void grow(cli_build_steps *steps, size_t count)
{
    cli_build_step **items = realloc(steps->items, count * sizeof *items);
    if (!items) {
        cli_out_of_memory();
    }
    steps->items = items;
    while (steps->count < count) {
        items[steps->count++] = allocate(sizeof **items);
    }
}

/* BuildKit starts and ends some steps twice; once is enough to see, unless the second fails. */
static bool is_repeated(const cli_build_step *step, const davit_build_event *event)
{
    return step->done && !event->error &&
           (event->type == DAVIT_BUILD_STEP_STARTED || event->type == DAVIT_BUILD_STEP_DONE);
}

cli_build_step *cli_build_step_get(cli_build_steps *steps, const davit_build_event *event)
{
    if (event->step < 1 || event->step > CLI_BUILD_STEPS) {
        return NULL;
    }
    if (event->step > steps->count) {
        grow(steps, event->step);
    }
    cli_build_step *step = steps->items[event->step - 1];
    if (is_repeated(step, event)) {
        return NULL;
    }
    step->done = step->done || event->type == DAVIT_BUILD_STEP_DONE;
    if (!step->started) {
        step->started = cli_build_now();
    }
    if (event->name && !step->name) {
        step->name = plain_copy(event->name, strlen(event->name));
    }
    return step;
}

/* What a terminal would show of a line: what stands behind the last return, without escapes. */
static char *visible(const char *line, size_t length)
{
    CLI_TEXT kept = CLI_TEXT_INIT;
    size_t end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
    for (size_t i = 0; i < end; i++) {
        if (line[i] == '\r') {
            cli_text_clear(&kept);
        } else if (line[i] == '\033' && i + 1 < end && line[i + 1] == '[') {
            for (i += 2; i < end && (line[i] < '@' || line[i] > '~'); i++) {
            }
        } else {
            cli_text_char(&kept, line[i]);
        }
    }
    return plain_copy(cli_text_get(&kept), kept.length);
}

void cli_build_step_finish(cli_build_step *step, size_t number, cli_build_line take, void *context)
{
    if (step->length > 0) {
        char *line = visible(step->line, step->length);
        step->length = 0;
        take(context, number, step, line);
        free(line);
    }
}

void cli_build_step_output(cli_build_step *step, size_t number, const char *data, size_t length,
                           cli_build_line take, void *context)
{
    for (size_t i = 0; i < length; i++) {
        if (data[i] == '\n' && step->length == 0) {
            take(context, number, step, "");
        } else if (data[i] == '\n') {
            cli_build_step_finish(step, number, take, context);
        } else {
            step->line[step->length++] = data[i];
            if (step->length == sizeof step->line) {
                cli_build_step_finish(step, number, take, context);
            }
        }
    }
}

void cli_build_step_keep(cli_build_step *step, const char *line)
{
    free(step->tail[0]);
    memmove(step->tail, step->tail + 1, sizeof step->tail - sizeof step->tail[0]);
    step->tail[CLI_BUILD_TAIL - 1] = plain_copy(line, strlen(line));
}

void cli_build_steps_free(cli_build_steps *steps)
{
    for (size_t i = 0; i < steps->count; i++) {
        for (size_t j = 0; j < CLI_BUILD_TAIL; j++) {
            free(steps->items[i]->tail[j]);
        }
        free(steps->items[i]->name);
        free(steps->items[i]);
    }
    free(steps->items);
}
