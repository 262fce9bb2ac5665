/* SPDX-License-Identifier: MIT */
/* The handle behind davit_engine, for the files of this layer and the layers above. */
#ifndef DAVIT_ENGINE_ENGINE_H
#define DAVIT_ENGINE_ENGINE_H

#include "wait.h"

#include <davit/runtime.h>

struct davit_engine {
    const davit_driver *driver;
    void *state;
    davit_engine *parent; /* of a scope: the engine that owns `state`; NULL: this one does */
    int64_t timeout;      /* nanoseconds for one call; 0: none */
    davit_call call;      /* what every call gets; the deadline is set at the call */
};

/* The conditions for a call that starts now. */
davit_call davit__engine_call(const davit_engine *engine);

static inline davit__limit davit__call_limit(const davit_call *call)
{
    return (davit__limit){.deadline = call->deadline, .cancel = call->cancel};
}

/* DAVIT_ERROR_UNSUPPORTED for an operation that the driver does not have. */
int davit__unsupported(const davit_engine *engine, const char *operation, davit_error *error);

/* DAVIT_ERROR_INVALID_CONFIG if `name` (of a "container", an "image") is NULL or empty. */
int davit__require_name(const char *noun, const char *name, davit_error *error);

void davit__log(const davit_call *call, davit_log_level level, const char *format, ...)
    DAVIT_PRINTF(3, 4);

#endif
