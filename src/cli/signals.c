/* SPDX-License-Identifier: MIT */
#include "signals.h"

#include "memory.h"
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define IMPATIENT_COUNT   3
#define IMPATIENT_SECONDS 3

static const struct {
    int number;
    const char *name;
    bool cancels; /* as long as no container runs */
} passed_on[] = {
    {SIGHUP, "HUP", true},    {SIGINT, "INT", true},    {SIGTERM, "TERM", true},
    {SIGQUIT, "QUIT", true},  {SIGUSR1, "USR1", false}, {SIGUSR2, "USR2", false},
    {SIGALRM, "ALRM", false}, {SIGCONT, "CONT", false},
};

/* A signal handler has nothing but statics. */
static struct {
    _Atomic(davit_cancel *) cancel;
    atomic_int received;
    atomic_bool forwarding;
    int pipe[2]; /* numbers of the signals for the container; 0 ends the thread */
    atomic_bool has_pipe;
    pthread_t thread;
    bool has_thread;
    cli_forwarding to;
    char id[128];
    int interrupts;
    time_t first_interrupt;
} state;

static void pass_on(unsigned char number)
{
    int saved = errno;
    ssize_t ignored = write(state.pipe[1], &number, 1);
    (void)ignored;
    errno = saved;
}

static void cancel_or_exit(int number)
{
    int none = 0;
    if (atomic_compare_exchange_strong(&state.received, &none, number)) {
        davit_cancel_trigger(atomic_load(&state.cancel));
        return;
    }
    cli_terminal_restore();
    _exit(128 + number);
}

static bool is_impatient(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (state.interrupts == 0 || now.tv_sec - state.first_interrupt > IMPATIENT_SECONDS) {
        state.interrupts = 0;
        state.first_interrupt = now.tv_sec;
    }
    return ++state.interrupts >= IMPATIENT_COUNT;
}

static bool cancels(int number)
{
    for (size_t i = 0; i < CLI_COUNT(passed_on); i++) {
        if (passed_on[i].number == number) {
            return passed_on[i].cancels;
        }
    }
    return false;
}

static void handle(int number)
{
    if (atomic_load(&state.forwarding)) {
        pass_on((unsigned char)number);
        if (number == SIGINT && is_impatient()) {
            cancel_or_exit(number);
        }
    } else if (cancels(number)) {
        cancel_or_exit(number);
    } else if (atomic_load(&state.has_pipe)) {
        pass_on((unsigned char)number);
    }
}

static void handle_size(int number)
{
    pass_on((unsigned char)number);
}

static void install_handler(int number, void (*handler)(int number))
{
    struct sigaction old;
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    /* What the caller has ignored (nohup, background jobs) stays ignored. */
    if (sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN) {
        sigaction(number, &action, NULL);
    }
}

static void install(int number)
{
    install_handler(number, handle);
}

void cli_signals_cancel(davit_cancel *cancel)
{
    atomic_store(&state.cancel, cancel);
    if (!cancel) {
        return;
    }
    install(SIGINT);
    install(SIGTERM);
    install(SIGHUP);
}

int cli_signals_received(void)
{
    return atomic_load(&state.received);
}

static int fail(davit_error *error, int number, const char *what)
{
    error->code = DAVIT_ERROR_IO;
    error->system_error = number;
    snprintf(error->message, sizeof error->message, "signals: %s: %s", what, strerror(number));
    return DAVIT_ERROR_IO;
}

int cli_signals_hold(bool signals, davit_error *error)
{
    if (pipe2(state.pipe, O_CLOEXEC) < 0 || fcntl(state.pipe[1], F_SETFL, O_NONBLOCK) < 0) {
        return fail(error, errno, "pipe");
    }
    atomic_store(&state.has_pipe, true);
    install_handler(SIGWINCH, handle_size);
    for (size_t i = 0; signals && i < CLI_COUNT(passed_on); i++) {
        install(passed_on[i].number);
    }
    return 0;
}

static const char *name_of(unsigned char number)
{
    for (size_t i = 0; i < CLI_COUNT(passed_on); i++) {
        if (passed_on[i].number == number) {
            return passed_on[i].name;
        }
    }
    return NULL;
}

static void tell_size(void)
{
    int64_t columns, rows;
    if (state.to.resize && cli_terminal_size(&columns, &rows)) {
        state.to.resize(state.to.engine, state.id, columns, rows, NULL);
    }
}

static void *forward(void *unused)
{
    (void)unused;
    unsigned char number;
    ssize_t got;
    while ((got = read(state.pipe[0], &number, 1)) != 0) {
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0 || number == 0) {
            break;
        }
        /* It can have ended a moment ago: then there is nobody to tell. */
        if (number == SIGWINCH) {
            tell_size();
        } else {
            davit_container_kill(state.to.engine, state.id, name_of(number), NULL);
        }
    }
    return NULL;
}

int cli_signals_forward(const cli_forwarding *to, davit_error *error)
{
    state.to = *to;
    snprintf(state.id, sizeof state.id, "%s", to->id);
    int failed = pthread_create(&state.thread, NULL, forward, NULL);
    if (failed) {
        return fail(error, failed, "thread");
    }
    state.has_thread = true;
    atomic_store(&state.forwarding, to->signals);
    return 0;
}

void cli_signals_end(void)
{
    static const unsigned char end = 0;
    atomic_store(&state.forwarding, false);
    if (!state.has_thread) {
        return;
    }
    while (write(state.pipe[1], &end, 1) < 0 && errno == EAGAIN) {
        usleep(1000); /* full of signals that the thread is still passing on */
    }
    pthread_join(state.thread, NULL);
    state.has_thread = false;
}
