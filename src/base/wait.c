/* SPDX-License-Identifier: MIT */
#include "wait.h"

#include "memory.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <time.h>

struct davit_cancel {
    int fd; /* an eventfd: readable for ever once triggered, so every poll() can watch it */
    atomic_bool triggered; /* the same without a system call */
};

int davit_cancel_create(davit_cancel **ret_cancel, davit_error *error)
{
    DAVIT__FREE davit_cancel *cancel = calloc(1, sizeof *cancel);
    if (!cancel) {
        return davit__error_no_memory(error);
    }
    cancel->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (cancel->fd < 0) {
        return davit__error_errno(error, DAVIT_ERROR_IO, errno, "eventfd");
    }
    *ret_cancel = DAVIT__TAKE(cancel);
    return 0;
}

void davit_cancel_free(davit_cancel *cancel)
{
    if (cancel) {
        close(cancel->fd);
        free(cancel);
    }
}

void davit_cancel_trigger(davit_cancel *cancel)
{
    if (cancel) {
        int saved = errno; /* may run in a signal handler */
        uint64_t one = 1;
        ssize_t written = write(cancel->fd, &one, sizeof one);
        (void)written; /* fails only when the counter is full, and then it is triggered */
        atomic_store(&cancel->triggered, true); /* last: who sees it may free the cancel */
        errno = saved;
    }
}

bool davit_cancel_is_triggered(const davit_cancel *cancel)
{
    return cancel && atomic_load(&cancel->triggered);
}

int64_t davit__now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

davit__limit davit__limit_within(davit__limit limit, int64_t timeout)
{
    if (timeout > 0) {
        int64_t deadline;
        if (__builtin_add_overflow(davit__now(), timeout, &deadline)) {
            return limit;
        }
        if (!limit.deadline || deadline < limit.deadline) {
            limit.deadline = deadline;
        }
    }
    return limit;
}

int davit__limit_fd(davit__limit limit)
{
    return limit.cancel ? limit.cancel->fd : -1;
}

int davit__limit_poll_timeout(davit__limit limit)
{
    if (!limit.deadline) {
        return -1;
    }
    int64_t left = limit.deadline - davit__now();
    if (left <= 0) {
        return 0;
    }
    int64_t milliseconds = (left + 999999) / 1000000;
    return milliseconds > INT_MAX ? INT_MAX : (int)milliseconds;
}

/* What is left until the deadline, as ppoll() takes it: NULL without one. */
static const struct timespec *time_left(davit__limit limit, struct timespec *left)
{
    if (!limit.deadline) {
        return NULL;
    }
    int64_t nanoseconds = limit.deadline - davit__now();
    nanoseconds = nanoseconds > 0 ? nanoseconds : 0;
    left->tv_sec = nanoseconds / 1000000000;
    left->tv_nsec = nanoseconds % 1000000000;
    return left;
}

int davit__limit_check(davit__limit limit, davit_error *error)
{
    if (davit_cancel_is_triggered(limit.cancel)) {
        return davit__error_set(error, DAVIT_ERROR_CANCELLED, "cancelled");
    }
    if (limit.deadline && davit__now() >= limit.deadline) {
        return davit__error_set(error, DAVIT_ERROR_TIMEOUT, "no answer in the time allowed");
    }
    return 0;
}

int davit__wait_fd(int fd, short events, davit__limit limit, davit_error *error)
{
    for (;;) {
        /* First: a descriptor that is always ready must not outrun the limit. */
        int r = davit__limit_check(limit, error);
        if (r < 0) {
            return r;
        }
        struct pollfd fds[2] = {
            {.fd = fd, .events = events},
            {.fd = davit__limit_fd(limit), .events = POLLIN},
        };
        struct timespec left;
        int ready = ppoll(fds, 2, time_left(limit, &left), NULL);
        if (ready < 0 && errno != EINTR) {
            return davit__error_errno(error, DAVIT_ERROR_IO, errno, "poll");
        }
        if (ready > 0 && fds[1].revents == 0 && fds[0].revents != 0) {
            return 0;
        }
    }
}

int davit__wait_time(int64_t duration, davit__limit limit, davit_error *error)
{
    davit__limit until = davit__limit_within(limit, duration);
    davit_error ended = DAVIT_ERROR_INIT;
    int r = duration > 0 ? davit__wait_fd(-1, 0, until, &ended) : 0;
    if (r == DAVIT_ERROR_TIMEOUT && until.deadline != limit.deadline) {
        return davit_cancel_is_triggered(limit.cancel) ? davit__limit_check(limit, error) : 0;
    }
    if (r < 0 && error) {
        *error = ended;
    }
    return r;
}
