/* SPDX-License-Identifier: MIT */
/* One build of a test: what goes in, and what was told of it. */
#ifndef DAVIT_TESTS_BUILDING_H
#define DAVIT_TESTS_BUILDING_H

#include "engine_test.h"

#define FROM "FROM " BASE_IMAGE "\n"

struct building {
    davit_build_context context;
    const char *tag; /* of its own; set building->tags[0] too if it changes */
    const char *tags[1];
    char *id;
    struct collected log;
    char steps[4096]; /* "started 1 NAME\n", "done 1 cached\n" */
    size_t started;   /* steps */
    size_t done;
    size_t cached;      /* RUN steps that did not have to run */
    char wrong[256];    /* an event out of order */
    char failure[1024]; /* of a step */
    int stop_at_log;    /* what the callback returns to a piece of log */
};

/* Freed at the test's end. */
struct building *building_of(struct engine_test *test, const char *dockerfile);

/* The result of the build, test->error filled if it is one. */
int try_build(struct engine_test *test, davit_engine *engine, struct building *building);

/* Build; the image is there and has the id that was told. */
void build(struct engine_test *test, struct building *building);

/* It fails with this code, says this, and leaves no image of its tag. */
void build_fails(struct engine_test *test, struct building *building, davit_error_code code,
                 const char *said);

/* What a script prints in a container of the image. */
const char *image_says(struct engine_test *test, const char *image, const char *script);

#endif
