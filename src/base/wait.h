/* SPDX-License-Identifier: MIT */
/* Waiting with a deadline and a cancellation: the one place where the library blocks. */
#ifndef DAVIT_BASE_WAIT_H
#define DAVIT_BASE_WAIT_H

#include <davit/cancel.h>

/* How long a call may wait: passed by value down to the place that polls. */
typedef struct davit__limit {
    int64_t deadline;           /* CLOCK_MONOTONIC nanoseconds; 0: no deadline */
    const davit_cancel *cancel; /* or NULL */
} davit__limit;

/* Nanoseconds of CLOCK_MONOTONIC. */
int64_t davit__now(void);

/* The earlier of the limit's deadline and `timeout` nanoseconds from now (0: unchanged). */
davit__limit davit__limit_within(davit__limit limit, int64_t timeout);

/* Wait until `fd` is ready for `events` (POLLIN, POLLOUT; fd < 0: just wait). 0 when ready;
 * DAVIT_ERROR_TIMEOUT or DAVIT_ERROR_CANCELLED with the error filled. */
int davit__wait_fd(int fd, short events, davit__limit limit, davit_error *error);

/* Sleep `duration` nanoseconds; fails as davit__wait_fd does if the limit comes first. */
int davit__wait_time(int64_t duration, davit__limit limit, davit_error *error);

/* For polls of several descriptors: the descriptor that becomes readable on cancellation, -1 if
 * there is none; the poll() timeout in milliseconds; and the check to make after poll() returned.
 */
int davit__limit_fd(davit__limit limit);
int davit__limit_poll_timeout(davit__limit limit);
int davit__limit_check(davit__limit limit, davit_error *error);

#endif
