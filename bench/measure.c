/* SPDX-License-Identifier: MIT */
/* measure PROGRAM [ARGUMENT...]: runs it and writes to descriptor 3 what it took:
 *
 *     WALL_NANOSECONDS CPU_MICROSECONDS PEAK_KIBIBYTES EXIT_STATUS
 *
 * A program of its own, and small, because Linux counts the peak memory of the process that starts
 * a program as the program's: started by Python, all would have 10 MiB. */
#include <errno.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#define REPORT_FD         3
#define EXIT_NOT_MEASURED 125

extern char **environ;

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int64_t microseconds(struct timeval time)
{
    return (int64_t)time.tv_sec * 1000000 + time.tv_usec;
}

/* Start the program without descriptor 3: it must not hold the report open. */
static int start(char *command[], pid_t *ret_pid)
{
    posix_spawn_file_actions_t actions;
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed) {
        return failed;
    }
    failed = posix_spawn_file_actions_addclose(&actions, REPORT_FD);
    if (!failed) {
        failed = posix_spawnp(ret_pid, command[0], &actions, NULL, command, environ);
    }
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

int main(int count, char *words[])
{
    if (count < 2) {
        fprintf(stderr, "usage: measure PROGRAM [ARGUMENT...] 3>REPORT\n");
        return EXIT_NOT_MEASURED;
    }
    pid_t pid = 0;
    int64_t began = now();
    int failed = start(words + 1, &pid);
    if (failed) {
        fprintf(stderr, "measure: %s: %s\n", words[1], strerror(failed));
        return EXIT_NOT_MEASURED;
    }
    int status = 0;
    struct rusage usage;
    while (wait4(pid, &status, 0, &usage) < 0) {
        if (errno != EINTR) {
            fprintf(stderr, "measure: wait4: %s\n", strerror(errno));
            return EXIT_NOT_MEASURED;
        }
    }
    int64_t wall = now() - began;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    int written = dprintf(REPORT_FD, "%lld %lld %ld %d\n", (long long)wall,
                          (long long)(microseconds(usage.ru_utime) + microseconds(usage.ru_stime)),
                          usage.ru_maxrss, code);
    return written > 0 ? 0 : EXIT_NOT_MEASURED;
}
