/* SPDX-License-Identifier: MIT */
#include "live.h"

#include "memory.h"
#include "output.h"
#include "terminal.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FRAME_MS 100

struct cli_live {
    pthread_mutex_t lock;
    pthread_cond_t ending;
    pthread_t thread;
    bool ended;
    cli_live_paint paint;
    void *context;
    size_t shown; /* lines on the screen */
    cli_text frame;
    cli_text lines;
};

static size_t count_lines(const cli_text *text)
{
    size_t count = 0;
    for (size_t i = 0; i < text->length; i++) {
        count += text->data[i] == '\n';
    }
    return count;
}

/* Go up to the first live line, clearing each: what is cleared all at once from the top of the
 * screen, some terminals keep in their history. */
static void erase(cli_live *live)
{
    for (; live->shown > 0; live->shown--) {
        cli_text_string(&live->frame, "\033[A\033[2K");
    }
}

/* One write a frame, so that nothing flickers. */
static void show(cli_live *live)
{
    cli_text_clear(&live->lines);
    live->paint(live->context, &live->lines, cli_terminal_columns(STDERR_FILENO, 80),
                cli_terminal_rows(STDERR_FILENO, 24) - 1);
    erase(live);
    cli_text_add(&live->frame, live->lines.data, live->lines.length);
    live->shown = count_lines(&live->lines);
    cli_write_all(STDERR_FILENO, live->frame.data, live->frame.length);
    cli_text_clear(&live->frame);
}

static struct timespec next_frame(void)
{
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    at.tv_nsec += FRAME_MS * 1000000L;
    if (at.tv_nsec >= 1000000000L) {
        at.tv_nsec -= 1000000000L;
        at.tv_sec++;
    }
    return at;
}

static void *repaint(void *context)
{
    cli_live *live = context;
    pthread_mutex_lock(&live->lock);
    while (!live->ended) {
        show(live);
        struct timespec at = next_frame();
        pthread_cond_timedwait(&live->ending, &live->lock, &at);
    }
    pthread_mutex_unlock(&live->lock);
    return NULL;
}

cli_live *cli_live_start(cli_live_paint paint, void *context)
{
    cli_live *live = calloc(1, sizeof *live);
    if (!live) {
        cli_out_of_memory();
    }
    live->paint = paint;
    live->context = context;
    pthread_mutex_init(&live->lock, NULL);
    pthread_cond_init(&live->ending, NULL);
    if (pthread_create(&live->thread, NULL, repaint, live) != 0) {
        cli_out_of_memory();
    }
    return live;
}

void cli_live_end(cli_live *live)
{
    if (!live) {
        return;
    }
    pthread_mutex_lock(&live->lock);
    live->ended = true;
    pthread_cond_signal(&live->ending);
    pthread_mutex_unlock(&live->lock);
    pthread_join(live->thread, NULL);
    erase(live);
    cli_write_all(STDERR_FILENO, live->frame.data, live->frame.length);
    cli_text_free(&live->frame);
    cli_text_free(&live->lines);
    pthread_cond_destroy(&live->ending);
    pthread_mutex_destroy(&live->lock);
    free(live);
}

void cli_live_lock(cli_live *live)
{
    pthread_mutex_lock(&live->lock);
}

void cli_live_unlock(cli_live *live)
{
    pthread_mutex_unlock(&live->lock);
}

void cli_live_print(cli_live *live, const char *lines, size_t length)
{
    pthread_mutex_lock(&live->lock);
    erase(live);
    cli_text_add(&live->frame, lines, length);
    show(live);
    pthread_mutex_unlock(&live->lock);
}
