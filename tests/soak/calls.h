/* SPDX-License-Identifier: MIT */
/* The calls that a soak makes: whatever a service asks of an engine. */
#ifndef DAVIT_TESTS_SOAK_CALLS_H
#define DAVIT_TESTS_SOAK_CALLS_H

#include <davit/davit.h>

/* What a call is made with. */
struct soak_attempt {
    davit_engine *engine;
    const char *host;       /* of the same engine */
    unsigned short *random; /* three, of this thread's own */
    char container[32];
    char image[64];
};

struct soak_verb {
    const char *name;
    unsigned weight; /* how often it is chosen */
    int (*call)(struct soak_attempt *attempt, davit_error *error);
    bool endless;    /* it may go on until something disturbs it */
    int expected[5]; /* codes that are no surprise even if nothing disturbs the call */
};

/* A number under the limit. */
unsigned soak_random(unsigned short random[3], unsigned limit);

const struct soak_verb *soak_choose(unsigned short random[3]);

#endif
