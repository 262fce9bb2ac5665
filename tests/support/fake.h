/* SPDX-License-Identifier: MIT */
/*
 * An engine that exists in memory, for tests of what stands over the drivers: it records how it is
 * called and answers as the test says. Only public headers are used.
 *
 *     static void test_run__a_failed_start_removes_what_was_created(void **state)
 *     {
 *         struct fake *fake = *state;
 *         fake_fail(fake, FAKE_CONTAINER_START, NULL, DAVIT_ERROR_CONFLICT, "port in use");
 *         ... davit_container_run(fake->engine, &config, &id, &error) ...
 *         fake_assert_calls(fake, "container_create web\n"
 *                                   "container_start id-of-web\n"
 *                                   "container_remove id-of-web force volumes\n");
 *     }
 *
 * Every operation fails at once when its call is cancelled or its deadline has passed, as those of
 * a real driver do. Operations may be called from several threads.
 */
#ifndef DAVIT_TESTS_FAKE_H
#define DAVIT_TESTS_FAKE_H

#include "support/outcome.h"

#include <davit/davit.h>
#include <davit/runtime.h>
#include <pthread.h>

typedef enum fake_operation {
    FAKE_OPEN,
    FAKE_VERSION,
    FAKE_INFO,
    FAKE_CONTAINER_CREATE,
    FAKE_CONTAINER_START,
    FAKE_CONTAINER_STOP,
    FAKE_CONTAINER_RESTART,
    FAKE_CONTAINER_KILL,
    FAKE_CONTAINER_REMOVE,
    FAKE_CONTAINER_LIST,
    FAKE_CONTAINER_GET,
    FAKE_CONTAINER_LOGS,
    FAKE_CONTAINER_ATTACH,
    FAKE_CONTAINER_STREAMS, /* the part of container_attach after the start; not recorded */
    FAKE_CONTAINER_EXEC,
    FAKE_CONTAINER_WAIT,
    FAKE_CONTAINER_HEALTH,
    FAKE_CONTAINER_HEALTH_RUN,
    FAKE_CONTAINER_RESIZE,
    FAKE_EXEC_RESIZE,
    FAKE_CONTAINER_PAUSE,
    FAKE_CONTAINER_UNPAUSE,
    FAKE_CONTAINER_RENAME,
    FAKE_CONTAINER_UPDATE,
    FAKE_CONTAINER_TOP,
    FAKE_CONTAINER_DIFF,
    FAKE_CONTAINER_EXPORT,
    FAKE_CONTAINER_COMMIT,
    FAKE_IMAGE_LIST,
    FAKE_IMAGE_GET,
    FAKE_IMAGE_TAG,
    FAKE_IMAGE_REMOVE,
    FAKE_IMAGE_PULL,
    FAKE_IMAGE_BUILD,
    FAKE_IMAGE_PUSH,
    FAKE_REGISTRY_CHECK,
    FAKE_IMAGE_HISTORY,
    FAKE_IMAGE_SAVE,
    FAKE_IMAGE_LOAD,
    FAKE_IMAGE_IMPORT,
    FAKE_OPERATION_COUNT
} fake_operation;

#define FAKE_CONTAINERS 8
#define FAKE_RUNS       64
#define FAKE_IMAGES     8

/* What the fake knows of a container. */
struct fake_container {
    davit_container_info info;
    /* What its health checks will say, one letter a run: p(ass), f(ail), e(nd: the container ends
     * instead). The last letter is repeated. */
    const char *checks;
    size_t runs;
    int64_t run_times[FAKE_RUNS]; /* CLOCK_REALTIME, when each began */
    davit_health_log last;
    bool checked;
    int64_t failing_streak;
};

/* What the fake knows of an image. */
struct fake_image {
    davit_image_info info;
    const char *steps;
    bool hidden; /* only a list of all shows it */
};

/* How one operation ends. */
struct fake_script {
    davit_error_code code; /* DAVIT_OK: well */
    char message[128];
    char name[128]; /* only for this container or image; "": for all */
    int times;      /* so many times; negative: always */
    bool block;     /* until cancelled, or until the deadline */
    void (*hook)(void *context);
    void *hook_context;
    int count;       /* of calls so far */
    davit_call call; /* of the last one */
};

struct fake {
    davit_driver driver; /* set operations to NULL as you like */
    davit_engine *engine;
    bool has_timer; /* whether it runs health checks itself */
    int exit_code;  /* of everything that ends */
    const char *output;
    struct fake_script scripts[FAKE_OPERATION_COUNT];
    struct fake_container containers[FAKE_CONTAINERS]; /* filled with fake_container_add() */
    size_t container_count;
    struct fake_image images[FAKE_IMAGES]; /* filled with fake_image_add() */
    size_t image_count;                    /* 0: web:1 and web:2 are listed, every name is there */
    size_t list_count; /* the list has so many containers in all, made up; 0: those above */
    davit_container_config config;   /* of the last create; its texts are the caller's */
    davit_exec_config exec_config;   /* the same of exec */
    davit_logs_options log_options;  /* the same of logs */
    davit_container_changes changes; /* the same of update */
    davit_commit_options commit;     /* the same of commit */
    pthread_mutex_t lock;
    char calls[65536]; /* what was called, a line each */
    char log[4096];    /* what the library logged, a line each */
};

/* For cmocka: *state is the fake, opened. */
int fake_setup(void **state);
int fake_teardown(void **state);
#define FAKE_TEST(function) cmocka_unit_test_setup_teardown(function, fake_setup, fake_teardown)

/* From now on the operation fails so, for this name or (NULL) for all. */
void fake_fail(struct fake *fake, fake_operation operation, const char *name, davit_error_code code,
               const char *message);
/* The same for the next call only. */
void fake_fail_once(struct fake *fake, fake_operation operation, davit_error_code code,
                    const char *message);
/* Call hook(context) at the begin of each such call. */
void fake_hook(struct fake *fake, fake_operation operation, void (*hook)(void *context),
               void *context);
/* From now on the operation does not return before it is cancelled or its deadline has passed. */
void fake_block(struct fake *fake, fake_operation operation);
const char *fake_operation_name(fake_operation operation);

/* How often it was called. */
int fake_count(struct fake *fake, fake_operation operation);

/* A container from the JSON of a davit_container_info; started just now if it runs. */
struct fake_container *fake_container_add(struct fake *fake, const char *json);

/* An image from the JSON of a davit_image_info. `steps` is its history, oldest first, with the
 * bytes that each added: "base=100 app=7". */
struct fake_image *fake_image_add(struct fake *fake, const char *json, const char *steps);

/* Exactly this was called, a line each; the record is empty afterwards. */
void fake_assert_calls(struct fake *fake, const char *expected);

#endif
