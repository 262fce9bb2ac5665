/* SPDX-License-Identifier: MIT */
#include "memory.h"
#include "socket.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/eventfd.h>

/* One question, owned by the asker and the thread that looks for the answer: whoever is last frees
 * it. */
typedef struct question {
    atomic_int users;
    char *host, *port;
    int done; /* an eventfd, readable when the answer is there */
    int result;
    int system_error;
    struct addrinfo *list;
} question;

static void drop(question *q)
{
    if (q && atomic_fetch_sub(&q->users, 1) == 1) {
        if (q->list) {
            freeaddrinfo(q->list);
        }
        if (q->done >= 0) {
            close(q->done);
        }
        free(q->host);
        free(q->port);
        free(q);
    }
}

static void drop_pointer(question **q)
{
    drop(*q);
}

static void *answer(void *context)
{
    question *q = context;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
    q->result = getaddrinfo(q->host, q->port, &hints, &q->list);
    q->system_error = errno;
    uint64_t one = 1;
    ssize_t written = write(q->done, &one, sizeof one);
    (void)written; /* of an eventfd that was 0 */
    drop(q);
    return NULL;
}

static int ask(const char *host, const char *port, question **ret_question, davit_error *error)
{
    __attribute__((cleanup(drop_pointer))) question *q = calloc(1, sizeof *q);
    if (!q) {
        return davit__error_no_memory(error);
    }
    q->users = 1;
    q->host = strdup(host);
    q->port = strdup(port);
    q->done = eventfd(0, EFD_CLOEXEC);
    if (!q->host || !q->port) {
        return davit__error_no_memory(error);
    }
    if (q->done < 0) {
        return davit__error_errno(error, DAVIT_ERROR_IO, errno, "eventfd");
    }
    pthread_t thread;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are for the caller's threads */
    atomic_fetch_add(&q->users, 1);
    int reason = pthread_create(&thread, NULL, answer, q);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (reason) {
        atomic_fetch_sub(&q->users, 1);
        return davit__error_errno(error, DAVIT_ERROR_IO, reason, "a thread to look up %s", host);
    }
    pthread_detach(thread);
    *ret_question = DAVIT__TAKE(q);
    return 0;
}

static int fail(const char *host, int result, int system_error, davit_error *error)
{
    if (result == EAI_SYSTEM) {
        return davit__error_errno(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE, system_error,
                                  "looking up %s", host);
    }
    if (result == EAI_MEMORY) {
        return davit__error_no_memory(error);
    }
    return davit__error_set(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
                            "no machine of the name %s is known: %s", host, gai_strerror(result));
}

int davit__names_find(const char *host, const char *port, davit__limit limit,
                      struct addrinfo **ret_list, davit_error *error)
{
    const struct addrinfo numbers = {
        .ai_socktype = SOCK_STREAM,
        .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
    };
    if (getaddrinfo(host, port, &numbers, ret_list) == 0) {
        return 0;
    }
    __attribute__((cleanup(drop_pointer))) question *q = NULL;
    int r = ask(host, port, &q, error);
    if (r == 0) {
        r = davit__wait_fd(q->done, POLLIN, limit, error);
    }
    if (r < 0) {
        return r;
    }
    if (q->result != 0) {
        return fail(host, q->result, q->system_error, error);
    }
    *ret_list = DAVIT__TAKE(q->list);
    return 0;
}
