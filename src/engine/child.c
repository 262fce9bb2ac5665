/* SPDX-License-Identifier: MIT */
#include "child.h"

#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define READ_STEP 4096

/* In memory, so that nobody has to feed the program while it runs. */
static int open_input(const char *input, davit_error *error)
{
    int fd = memfd_create("davit-input", MFD_CLOEXEC);
    size_t length = strlen(input);
    if (fd < 0 || write(fd, input, length) != (ssize_t)length || lseek(fd, 0, SEEK_SET) != 0) {
        davit__error_errno(error, DAVIT_ERROR_IO, errno, "standard input of a program");
        davit__close_fd(&fd);
        return DAVIT_ERROR_IO;
    }
    return fd;
}

/* A process group of its own, with the signals as a fresh process has them. */
static void set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(attributes, &all);
    posix_spawnattr_setsigmask(attributes, &none);
    posix_spawnattr_setpgroup(attributes, 0);
    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
                                             POSIX_SPAWN_SETSIGMASK);
}

static int spawn(char *const argv[], int input, int output, pid_t *ret_pid, davit_error *error)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    set_attributes(&attributes);
    int failed = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    failed = failed ? failed : posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    failed = failed ? failed
                    : posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
                                                       O_WRONLY, 0);
    failed = failed ? failed : posix_spawn(ret_pid, argv[0], &actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failed ? davit__error_errno(error, DAVIT_ERROR_IO, failed, "%s", argv[0]) : 0;
}

static int read_output(int fd, davit__limit limit, davit__buffer *output, davit_error *error)
{
    for (;;) {
        int r = davit__wait_fd(fd, POLLIN, limit, error);
        char piece[READ_STEP];
        ssize_t length = r < 0 ? -1 : read(fd, piece, sizeof piece);
        if (r < 0 || length == 0) {
            return r;
        }
        if (length < 0 && errno != EINTR && errno != EAGAIN) {
            return davit__error_errno(error, DAVIT_ERROR_IO, errno, "output of a program");
        }
        davit__buffer_add(output, piece, length > 0 ? (size_t)length : 0);
        r = davit__buffer_check(output, error);
        if (r < 0) {
            return r;
        }
    }
}

static int status_of(pid_t pid)
{
    int status;
    pid_t waited;
    do {
        waited = waitpid(pid, &status, 0);
    } while (waited < 0 && errno == EINTR);
    if (waited < 0) {
        return -1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* It may close its output and go on. */
static int wait_for_end(pid_t pid, davit__limit limit, davit_error *error)
{
    siginfo_t info;
    int64_t pause = DAVIT_MILLISECONDS(1);
    for (;;) {
        info.si_pid = 0;
        if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid) {
            return 0;
        }
        int r = davit__wait_time(pause, limit, error);
        if (r < 0) {
            return r;
        }
        pause = pause < DAVIT_MILLISECONDS(50) ? 2 * pause : pause;
    }
}

int davit__child_run(char *const argv[], const char *input, davit__limit limit,
                     davit__buffer *output, int *ret_status, davit_error *error)
{
    int ends[2];
    DAVIT__CLOSE int in = open_input(input, error);
    if (in < 0) {
        return in;
    }
    if (pipe2(ends, O_CLOEXEC) < 0) {
        return davit__error_errno(error, DAVIT_ERROR_IO, errno, "pipe");
    }
    DAVIT__CLOSE int out = ends[0];
    pid_t pid = -1;
    int r = spawn(argv, in, ends[1], &pid, error);
    close(ends[1]);
    if (r < 0) {
        return r;
    }
    r = read_output(out, limit, output, error);
    r = r < 0 ? r : wait_for_end(pid, limit, error);
    if (r < 0) {
        kill(-pid, SIGKILL);
    }
    int status = status_of(pid);
    if (r >= 0) {
        *ret_status = status;
    }
    return r;
}
