/* SPDX-License-Identifier: MIT */
/**
 * @file cancel.h
 * Stopping, from another thread or from a signal handler, calls that wait.
 */
#ifndef DAVIT_CANCEL_H
#define DAVIT_CANCEL_H

#include <davit/error.h>

DAVIT_BEGIN

/** A switch that goes from "go on" to "cancelled" once. Any number of calls may watch it. */
typedef struct davit_cancel davit_cancel;

/** Create a switch in the state "go on". Free it with davit_cancel_free(). */
DAVIT_EXPORT int davit_cancel_create(davit_cancel **ret_cancel, davit_error *error);

/** Release the switch, after every call that watches it has returned. NULL is allowed. */
DAVIT_EXPORT void davit_cancel_free(davit_cancel *cancel);
DAVIT_CLEANUP_FUNCTION(davit_cancel, davit_cancel_free)

/**
 * Cancel: calls that watch the switch return DAVIT_ERROR_CANCELLED soon, later ones at once. Safe
 * in any thread and in a signal handler. NULL is allowed.
 */
DAVIT_EXPORT void davit_cancel_trigger(davit_cancel *cancel);

/** Whether it was triggered. NULL: never. */
DAVIT_EXPORT bool davit_cancel_is_triggered(const davit_cancel *cancel);

DAVIT_END

#endif
