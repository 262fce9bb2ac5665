/* SPDX-License-Identifier: MIT */
/* For a request that must not be torn in two: when the engine has begun to create something, only
 * its answer tells what. Cancellation and deadline reach such a request SHIELD_TIME later than
 * others; the caller looks at them itself afterwards, and undoes what was done. */
#ifndef DAVIT_ENGINE_SHIELD_H
#define DAVIT_ENGINE_SHIELD_H

#include "engine.h"

typedef struct davit__shield davit__shield;

/* *ret_call: `call` with later limits, good until davit__shield_stop(). */
int davit__shield_start(const davit_call *call, davit_call *ret_call, davit__shield **ret_shield,
                        davit_error *error);
void davit__shield_stop(davit__shield *shield);

#endif
