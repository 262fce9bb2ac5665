/* SPDX-License-Identifier: MIT */
/* BuildKit's progress, as Docker sends it in lines {"id":"moby.buildkit.trace","aux":"<base64>"},
 * turned into events.
 *
 * BuildKit describes a step again at every change, sometimes starts a finished one over, and gives
 * no promise about the order of output. Here a step starts once; it may complete more than once,
 * the last time counts; within one line the output comes in the order of its timestamps and before
 * the completion of its step. */
#ifndef DAVIT_ENGINE_TRACE_H
#define DAVIT_ENGINE_TRACE_H

#include <davit/error.h>

/* Ceilings on what the engine sends. */
#define DAVIT__TRACE_AUX_MAX    (4 * 1024 * 1024)  /* bytes of one line's base64 */
#define DAVIT__TRACE_MEMORY_MAX (64 * 1024 * 1024) /* bytes that one decoded line may take */
#define DAVIT__TRACE_STEP_MAX   4096               /* steps of one build */
#define DAVIT__TRACE_NAME_MAX   4096 /* bytes of a step's name; what is longer is cut */

typedef struct davit__trace davit__trace;

typedef enum davit__trace_event_type {
    DAVIT__TRACE_STARTED,
    DAVIT__TRACE_COMPLETED,
    DAVIT__TRACE_LOG,     /* output of the step, in pieces that need not be whole lines */
    DAVIT__TRACE_STATUS,  /* how far a part of the step has come: a layer, a file */
    DAVIT__TRACE_WARNING, /* about the Dockerfile */
} davit__trace_event_type;

/* Lives as long as the call of the handler. Texts are the engine's: they may hold anything. */
typedef struct davit__trace_event {
    davit__trace_event_type type;

    size_t step;        /* from 0, in the order in which they were first heard of */
    const char *digest; /* what the engine calls the step */
    const char *name;   /* "[2/3] RUN make"; may be "" */

    /* COMPLETED */
    bool again;        /* it had completed before; what follows replaces what was said then */
    bool cached;       /* nothing had to be done */
    int64_t duration;  /* nanoseconds, of all its runs together */
    const char *error; /* why it failed, or NULL */

    /* LOG, WARNING */
    int stream; /* 1: standard output, 2: standard error */
    const void *data;
    size_t length;
    const char *url; /* WARNING: where to read more, or NULL */

    /* STATUS */
    const char *status; /* names the part: "sha256:..." or "extracting ..." */
    int64_t current;
    int64_t total; /* 0: not known */
    bool done;
} davit__trace_event;

/* A negative return stops the feeding and is returned by it. */
typedef int (*davit__trace_handler)(void *context, const davit__trace_event *event,
                                    davit_error *error);

int davit__trace_create(davit__trace_handler handler, void *context, davit__trace **ret_trace,
                        davit_error *error);
void davit__trace_free(davit__trace *trace);

/* Decode the `aux` text of one line and hand its events on. DAVIT_ERROR_PROTOCOL if it is malformed
 * or beyond the ceilings. */
int davit__trace_feed(davit__trace *trace, const char *aux, size_t length, davit_error *error);

#endif
