/* SPDX-License-Identifier: MIT */
#include "detached.h"

#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define COMMAND_LINE_MAX 16384
#define LOOK_AGAIN       DAVIT_MILLISECONDS(10)
#define KILL_PATIENCE    DAVIT_SECONDS(2)
#define FALLBACK_FDS     4096

/* What the new process tells through a pipe: its number, then, only if it failed, why. */
typedef struct report {
    pid_t pid;
    int system_error;
} report;

static void close_on_exec_all(void)
{
    if (syscall(SYS_close_range, 3U, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */) == 0) {
        return;
    }
    for (int fd = 3; fd < FALLBACK_FDS; fd++) {
        fcntl(fd, F_SETFD, FD_CLOEXEC); /* those that are not open fail, which is fine */
    }
}

static void default_signals(void)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigset_t none;
    for (int number = 1; number < NSIG; number++) {
        sigaction(number, &action, NULL);
    }
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool set_streams(int output)
{
    int null = open("/dev/null", O_RDONLY);
    return null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
           dup2(output, STDERR_FILENO) >= 0;
}

/* What a new process is to become. */
typedef struct birth {
    char *const *argv;
    char *const *envp;
    int output;
    int record;
    int pipe_end;
} birth;

static bool write_number(int fd, pid_t pid)
{
    char text[24], *start = text + sizeof text;
    *--start = '\n';
    do {
        *--start = (char)('0' + pid % 10);
        pid /= 10;
    } while (pid > 0);
    size_t length = (size_t)(text + sizeof text - start);
    return write(fd, start, length) == (ssize_t)length;
}

/* Between fork and exec: only what is safe in a copy of a process with threads. */
_Noreturn static void become(const birth *plan)
{
    setsid();
    report state = {.pid = getpid()};
    bool told = write(plan->pipe_end, &state, sizeof state) == sizeof state;
    /* Streams may be closed in the caller: then these descriptors can have the numbers 0 to 2. */
    int output = fcntl(plan->output, F_DUPFD_CLOEXEC, 10);
    int pipe_end = fcntl(plan->pipe_end, F_DUPFD_CLOEXEC, 10);
    umask(022);
    if (told && write_number(plan->record, state.pid) && output >= 0 && pipe_end >= 0 &&
        chdir("/") == 0 && set_streams(output)) {
        close_on_exec_all();
        default_signals();
        execve(plan->argv[0], plan->argv, plan->envp);
    }
    state.system_error = errno;
    ssize_t written = write(pipe_end, &state, sizeof state);
    (void)written;
    _exit(127);
}

/* All signals are blocked meanwhile, so that no handler of the caller runs in a child. */
static pid_t fork_twice(const birth *plan)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t middle = fork();
    if (middle == 0) {
        pid_t last = fork();
        if (last == 0) {
            become(plan);
        }
        if (last < 0) {
            report state = {.system_error = errno};
            ssize_t written = write(plan->pipe_end, &state, sizeof state);
            (void)written;
        }
        _exit(0);
    }
    int fork_error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = fork_error;
    return middle;
}

/* The pipe ends when exec closes its other end. */
static int read_report(int pipe_end, report *state)
{
    report next;
    ssize_t length;
    while ((length = read(pipe_end, &next, sizeof next)) != 0) {
        if (length == sizeof next) {
            state->pid = next.pid ? next.pid : state->pid;
            state->system_error = next.system_error;
        } else if (length > 0 || errno != EINTR) {
            return length < 0 ? errno : EIO;
        }
    }
    return state->pid ? state->system_error : (state->system_error ? state->system_error : EIO);
}

int davit__detached_start(char *const argv[], char *const envp[], int output, int record,
                          pid_t *ret_pid, davit_error *error)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) {
        return davit__error_errno(error, DAVIT_ERROR_IO, errno, "pipe");
    }
    DAVIT__CLOSE int read_end = ends[0];
    pid_t middle = fork_twice(&(birth){argv, envp, output, record, ends[1]});
    int fork_error = errno;
    close(ends[1]);
    if (middle < 0) {
        return davit__error_errno(error, DAVIT_ERROR_IO, fork_error, "fork");
    }
    report state = {0};
    int failed = read_report(read_end, &state);
    while (waitpid(middle, NULL, 0) < 0 && errno == EINTR) {
        /* ECHILD is fine: the caller's process may ignore or collect its children elsewhere */
    }
    if (failed) {
        return davit__error_errno(error, DAVIT_ERROR_IO, failed, "%s", argv[0]);
    }
    *ret_pid = state.pid;
    return 0;
}

bool davit__detached_runs(pid_t pid, const char *mark)
{
    char path[40], text[COMMAND_LINE_MAX];
    snprintf(path, sizeof path, "/proc/%ld/cmdline", (long)pid);
    DAVIT__CLOSE int fd = pid > 0 ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text);
    return length > 0 && memmem(text, (size_t)length, mark, strlen(mark)) != NULL;
}

/* Look at the process through a handle, so that its number cannot pass to another between the look
 * and the signal. */
static void signal_marked(pid_t pid, const char *mark, int number)
{
    DAVIT__CLOSE int handle = pidfd_open(pid, 0);
    if (handle < 0 && errno != ENOSYS) {
        return;
    }
    if (!davit__detached_runs(pid, mark)) {
        return;
    }
    if (handle >= 0) {
        pidfd_send_signal(handle, number, NULL, 0);
    } else {
        kill(pid, number);
    }
}

static bool is_gone_within(pid_t pid, const char *mark, int64_t patience)
{
    int64_t end = davit__now() + patience;
    while (davit__detached_runs(pid, mark)) {
        if (davit__now() >= end) {
            return false;
        }
        davit__wait_time(LOOK_AGAIN, (davit__limit){0}, NULL);
    }
    return true;
}

void davit__detached_end(pid_t pid, const char *mark, int64_t grace)
{
    signal_marked(pid, mark, SIGTERM);
    if (!is_gone_within(pid, mark, grace)) {
        signal_marked(pid, mark, SIGKILL);
        is_gone_within(pid, mark, KILL_PATIENCE);
    }
}

void davit__detached_kill_group(pid_t pid, const char *mark)
{
    kill(-pid, SIGKILL);
    is_gone_within(pid, mark, KILL_PATIENCE);
}
