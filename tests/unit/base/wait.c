/* SPDX-License-Identifier: MIT */
#include "wait.h"

#include "support/outcome.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#define A_WHILE DAVIT_SECONDS(60) /* longer than any test takes */

static davit_cancel *new_cancel(void)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit_cancel *cancel = NULL;
    assert_done(davit_cancel_create(&cancel, &error), &error);
    return cancel;
}

static void test_wait__a_cancel_goes_off_once_and_for_good(void **state)
{
    (void)state;
    DAVIT_CLEANUP(davit_cancel_free) davit_cancel *cancel = new_cancel();
    assert_false(davit_cancel_is_triggered(cancel));
    davit_cancel_trigger(cancel);
    davit_cancel_trigger(cancel);
    assert_true(davit_cancel_is_triggered(cancel));
    assert_true(davit_cancel_is_triggered(cancel));
}

static void test_wait__no_cancel_is_never_triggered(void **state)
{
    (void)state;
    davit_cancel_trigger(NULL);
    assert_false(davit_cancel_is_triggered(NULL));
    davit_cancel_free(NULL);
}

static void test_wait__a_ready_descriptor_is_reported(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "x", 1), 1);
    davit_error error = DAVIT_ERROR_INIT;
    assert_done(davit__wait_fd(ends[0], POLLIN, (davit__limit){0}, &error), &error);
    close(ends[0]);
    close(ends[1]);
}

static void test_wait__a_deadline_that_passed_is_a_timeout(void **state)
{
    (void)state;
    davit_error error = DAVIT_ERROR_INIT;
    davit__limit limit = {.deadline = davit__now() - 1};
    assert_failed(davit__wait_fd(-1, 0, limit, &error), &error, DAVIT_ERROR_TIMEOUT, "time");
    assert_failed(davit__limit_check(limit, &error), &error, DAVIT_ERROR_TIMEOUT, "time");
    assert_int_equal(davit__limit_poll_timeout(limit), 0);
}

static void test_wait__a_deadline_ends_the_wait(void **state)
{
    (void)state;
    davit_error error = DAVIT_ERROR_INIT;
    davit__limit limit = davit__limit_within((davit__limit){0}, DAVIT_MILLISECONDS(5));
    int64_t start = davit__now();
    assert_failed(davit__wait_time(A_WHILE, limit, &error), &error, DAVIT_ERROR_TIMEOUT, "time");
    assert_true(davit__now() - start >= DAVIT_MILLISECONDS(5));
}

static void test_wait__the_time_passes_without_a_limit(void **state)
{
    (void)state;
    davit_error error = DAVIT_ERROR_INIT;
    int64_t start = davit__now();
    assert_done(davit__wait_time(DAVIT_MILLISECONDS(3), (davit__limit){0}, &error), &error);
    assert_true(davit__now() - start >= DAVIT_MILLISECONDS(3));
    assert_done(davit__wait_time(0, (davit__limit){0}, &error), &error);
    assert_done(davit__wait_time(-5, (davit__limit){0}, &error), &error);
}

static void test_wait__cancelled_before_is_cancelled_at_once(void **state)
{
    (void)state;
    DAVIT_CLEANUP(davit_cancel_free) davit_cancel *cancel = new_cancel();
    davit_cancel_trigger(cancel);
    davit_error error = DAVIT_ERROR_INIT;
    davit__limit limit = {.cancel = cancel};
    assert_failed(davit__wait_time(A_WHILE, limit, &error), &error, DAVIT_ERROR_CANCELLED, "");
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    int r = davit__wait_fd(ends[0], POLLIN, limit, &error);
    assert_failed(r, &error, DAVIT_ERROR_CANCELLED, "cancelled");
    close(ends[0]);
    close(ends[1]);
}

static void *trigger_soon(void *cancel)
{
    davit__wait_time(DAVIT_MILLISECONDS(10), (davit__limit){0}, NULL);
    davit_cancel_trigger(cancel);
    return NULL;
}

static void test_wait__another_thread_can_cancel(void **state)
{
    (void)state;
    DAVIT_CLEANUP(davit_cancel_free) davit_cancel *cancel = new_cancel();
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, trigger_soon, cancel), 0);
    davit_error error = DAVIT_ERROR_INIT;
    int r = davit__wait_time(A_WHILE, (davit__limit){.cancel = cancel}, &error);
    pthread_join(thread, NULL);
    assert_failed(r, &error, DAVIT_ERROR_CANCELLED, "cancelled");
}

static davit_cancel *signalled;

static void on_signal(int number)
{
    (void)number;
    davit_cancel_trigger(signalled);
}

static void *signal_soon(void *thread)
{
    davit__wait_time(DAVIT_MILLISECONDS(10), (davit__limit){0}, NULL);
    pthread_kill(*(pthread_t *)thread, SIGUSR1);
    return NULL;
}

static void test_wait__a_signal_handler_can_cancel(void **state)
{
    (void)state;
    signalled = new_cancel();
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGUSR1, &action, NULL);
    pthread_t self = pthread_self();
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, signal_soon, &self), 0);
    davit_error error = DAVIT_ERROR_INIT;
    int r = davit__wait_time(A_WHILE, (davit__limit){.cancel = signalled}, &error);
    pthread_join(thread, NULL);
    davit_cancel_free(signalled);
    assert_failed(r, &error, DAVIT_ERROR_CANCELLED, "cancelled");
}

static void test_wait__the_earlier_deadline_counts(void **state)
{
    (void)state;
    davit__limit early = davit__limit_within((davit__limit){0}, DAVIT_SECONDS(1));
    davit__limit same = davit__limit_within(early, DAVIT_SECONDS(100));
    assert_true(same.deadline == early.deadline);
    davit__limit none = davit__limit_within((davit__limit){0}, 0);
    assert_true(none.deadline == 0);
    assert_int_equal(davit__limit_poll_timeout(none), -1);
    davit__limit huge = davit__limit_within((davit__limit){0}, INT64_MAX);
    assert_true(huge.deadline == 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_wait__a_cancel_goes_off_once_and_for_good),
    cmocka_unit_test(test_wait__no_cancel_is_never_triggered),
    cmocka_unit_test(test_wait__a_ready_descriptor_is_reported),
    cmocka_unit_test(test_wait__a_deadline_that_passed_is_a_timeout),
    cmocka_unit_test(test_wait__a_deadline_ends_the_wait),
    cmocka_unit_test(test_wait__the_time_passes_without_a_limit),
    cmocka_unit_test(test_wait__cancelled_before_is_cancelled_at_once),
    cmocka_unit_test(test_wait__another_thread_can_cancel),
    cmocka_unit_test(test_wait__a_signal_handler_can_cancel),
    cmocka_unit_test(test_wait__the_earlier_deadline_counts),
};
DAVIT_TEST_MAIN(tests)
