/* SPDX-License-Identifier: MIT */
#include "shield.h"

#include "memory.h"

#include <poll.h>
#include <pthread.h>

#define SHIELD_TIME DAVIT_SECONDS(2)

struct davit__shield {
    const davit_cancel *outer;
    davit_cancel *inner; /* triggered some time after `outer` */
    davit_cancel *stop;  /* the thread is not needed any more */
    pthread_t thread;
    bool running;
};

static void *pass_on(void *argument)
{
    davit__shield *shield = argument;
    int stop = davit__limit_fd((davit__limit){.cancel = shield->stop});
    davit__limit outer = {.cancel = shield->outer};
    if (davit__wait_fd(stop, POLLIN, outer, NULL) == DAVIT_ERROR_CANCELLED) {
        davit__limit later = davit__limit_within((davit__limit){0}, SHIELD_TIME);
        if (davit__wait_fd(stop, POLLIN, later, NULL) < 0) {
            davit_cancel_trigger(shield->inner);
        }
    }
    return NULL;
}

static int start_thread(davit__shield *shield, davit_error *error)
{
    int r = davit_cancel_create(&shield->inner, error);
    if (r >= 0) {
        r = davit_cancel_create(&shield->stop, error);
    }
    if (r < 0) {
        return r;
    }
    int failed = pthread_create(&shield->thread, NULL, pass_on, shield);
    if (failed) {
        return davit__error_errno(error, DAVIT_ERROR_IO, failed, "thread");
    }
    shield->running = true;
    return 0;
}

int davit__shield_start(const davit_call *call, davit_call *ret_call, davit__shield **ret_shield,
                        davit_error *error)
{
    davit__shield *shield = calloc(1, sizeof *shield);
    if (!shield) {
        return davit__error_no_memory(error);
    }
    shield->outer = call->cancel;
    int r = call->cancel ? start_thread(shield, error) : 0;
    if (r < 0) {
        davit__shield_stop(shield);
        return r;
    }
    *ret_call = *call;
    ret_call->cancel = shield->inner;
    ret_call->deadline += call->deadline ? SHIELD_TIME : 0;
    *ret_shield = shield;
    return 0;
}

void davit__shield_stop(davit__shield *shield)
{
    if (!shield) {
        return;
    }
    if (shield->running) {
        davit_cancel_trigger(shield->stop);
        pthread_join(shield->thread, NULL);
    }
    davit_cancel_free(shield->inner);
    davit_cancel_free(shield->stop);
    free(shield);
}
