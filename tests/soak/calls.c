/* SPDX-License-Identifier: MIT */
/* The calls that a soak makes, with what can come of them. */
#include "calls.h"

#include <davit/davit.h>
#include <stdio.h>
#include <stdlib.h>

#define BASE_IMAGE   "localhost/davit-test:base"
#define ITEMS(array) (sizeof(array) / sizeof((array)[0]))

unsigned soak_random(unsigned short random[3], unsigned limit)
{
    return (unsigned)nrand48(random) % limit;
}

/* Ends a stream now and then. */
static int take_output(void *context, davit_stream stream, const void *data, size_t length)
{
    return soak_random(context, 50) == 0;
}

static void describe(struct soak_attempt *attempt, davit_container_config *config)
{
    static const char *const command[] = {
        "sh", "-c", "trap 'exit 0' TERM; while :; do echo tick; sleep 0.1; done"};
    static const char *const test[] = {"CMD", "true"};
    static const davit_mount volume = {.target = "/data"};
    config->image = BASE_IMAGE;
    config->name = attempt->container;
    config->command = command;
    config->command_count = ITEMS(command);
    config->mounts = &volume;
    config->mount_count = 1;
    config->health_check.test = test;
    config->health_check.test_count = ITEMS(test);
    config->health_check.interval = DAVIT_SECONDS(1);
    config->pull_policy = DAVIT_PULL_NEVER;
}

static int run(struct soak_attempt *attempt, davit_error *error)
{
    davit_container_config config = DAVIT_CONTAINER_CONFIG_INIT;
    describe(attempt, &config);
    DAVIT_CLEANUP(davit_string_free) char *id = NULL;
    return davit_container_run(attempt->engine, &config, &id, error);
}

static int run_attached(struct soak_attempt *attempt, davit_error *error)
{
    static const char *const command[] = {"sh", "-c", "echo out; echo err >&2; exit 3"};
    davit_container_config config = DAVIT_CONTAINER_CONFIG_INIT;
    describe(attempt, &config);
    config.command = command;
    config.auto_remove = true;
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    attach.output = take_output;
    attach.context = attempt->random;
    int exit_code;
    return davit_container_run_attached(attempt->engine, &config, &attach, &exit_code, error);
}

static int run_exec(struct soak_attempt *attempt, davit_error *error)
{
    static const char *const command[] = {"sh", "-c", "seq 200; sleep 0.1; exit 4"};
    davit_exec_config config = DAVIT_EXEC_CONFIG_INIT;
    config.command = command;
    config.command_count = ITEMS(command);
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    attach.output = take_output;
    attach.context = attempt->random;
    int exit_code;
    return davit_container_exec(attempt->engine, attempt->container, &config, &attach, &exit_code,
                                error);
}

static int follow_logs(struct soak_attempt *attempt, davit_error *error)
{
    davit_logs_options options = DAVIT_LOGS_OPTIONS_INIT;
    options.follow = true;
    return davit_container_logs(attempt->engine, attempt->container, &options, take_output,
                                attempt->random, error);
}

/* What everybody asks for, one after the other. */
static int list(struct soak_attempt *attempt, davit_error *error)
{
    davit_container_list_options options = {.all = true, .detail = soak_random(attempt->random, 2)};
    DAVIT_CLEANUP(davit_container_list_free) davit_container_list *containers = NULL;
    DAVIT_CLEANUP(davit_image_list_free) davit_image_list *images = NULL;
    int result = davit_container_list_get(attempt->engine, &options, &containers, error);
    return result < 0 ? result : davit_image_list_get(attempt->engine, NULL, &images, error);
}

static int inspect(struct soak_attempt *attempt, davit_error *error)
{
    DAVIT_CLEANUP(davit_container_info_free) davit_container_info *info = NULL;
    DAVIT_CLEANUP(davit_health_free) davit_health *health = NULL;
    int result = davit_container_get(attempt->engine, attempt->container, &info, error);
    return result < 0 ? result
                      : davit_container_health(attempt->engine, attempt->container, &health, error);
}

static int wait_until_healthy(struct soak_attempt *attempt, davit_error *error)
{
    int exit_code;
    return davit_container_wait(attempt->engine, attempt->container, DAVIT_WAIT_HEALTHY, &exit_code,
                                error);
}

static int change(struct soak_attempt *attempt, davit_error *error)
{
    switch (soak_random(attempt->random, 4)) {
    case 0:
        return davit_container_kill(attempt->engine, attempt->container, "TERM", error);
    case 1:
        return davit_container_stop(attempt->engine, attempt->container, 0, error);
    case 2:
        return davit_container_start(attempt->engine, attempt->container, error);
    default:
        return davit_container_restart(attempt->engine, attempt->container, 0, error);
    }
}

static int remove_container(struct soak_attempt *attempt, davit_error *error)
{
    davit_remove_options force = {.force = true, .volumes = true};
    return davit_container_remove(attempt->engine, attempt->container, &force, error);
}

static int build_image(struct soak_attempt *attempt, davit_error *error)
{
    char text[128];
    snprintf(text, sizeof text, "FROM " BASE_IMAGE "\nRUN echo %ld > /number\n",
             nrand48(attempt->random));
    const char *tag = attempt->image;
    davit_build_context context = DAVIT_BUILD_CONTEXT_INIT;
    context.dockerfile = text;
    context.tags = &tag;
    context.tag_count = 1;
    context.pull = DAVIT_PULL_NEVER;
    DAVIT_CLEANUP(davit_string_free) char *id = NULL;
    return davit_image_build(attempt->engine, &context, NULL, NULL, &id, error);
}

static int remove_image(struct soak_attempt *attempt, davit_error *error)
{
    return davit_image_remove(attempt->engine, attempt->image, true, NULL, NULL, error);
}

static int open_another(struct soak_attempt *attempt, davit_error *error)
{
    davit_engine_options options = DAVIT_ENGINE_OPTIONS_INIT;
    options.host = attempt->host;
    DAVIT_CLEANUP(davit_engine_close) davit_engine *engine = NULL;
    DAVIT_CLEANUP(davit_info_free) davit_info *info = NULL;
    int result = davit_engine_open(&options, &engine, error);
    return result < 0 ? result : davit_engine_info(engine, &info, error);
}

/* What the other workers do to the same container or image can make a call fail so. */
#define OTHERS       DAVIT_ERROR_CONTAINER_NOT_FOUND, DAVIT_ERROR_CONFLICT, DAVIT_ERROR_RUNTIME
#define OTHERS_IMAGE DAVIT_ERROR_IMAGE_NOT_FOUND, DAVIT_ERROR_CONFLICT, DAVIT_ERROR_IMAGE

static const struct soak_verb verbs[] = {
    {"run", 12, run, false, {OTHERS}},
    {"attached", 4, run_attached, false, {OTHERS, DAVIT_ERROR_CANCELLED}},
    {"exec", 6, run_exec, false, {OTHERS, DAVIT_ERROR_CANCELLED}},
    {"logs", 6, follow_logs, true, {OTHERS, DAVIT_ERROR_CANCELLED}},
    {"list", 6, list, false, {0}},
    {"inspect", 8, inspect, false, {OTHERS}},
    {"wait", 4, wait_until_healthy, false, {OTHERS}},
    {"change", 6, change, false, {OTHERS}},
    {"rm", 2, remove_container, false, {OTHERS}},
    {"build", 3, build_image, false, {0}},
    {"rmi", 2, remove_image, false, {OTHERS_IMAGE}},
    {"open", 2, open_another, false, {0}},
};

const struct soak_verb *soak_choose(unsigned short random[3])
{
    unsigned total = 0;
    for (size_t i = 0; i < ITEMS(verbs); i++) {
        total += verbs[i].weight;
    }
    unsigned left = soak_random(random, total);
    const struct soak_verb *verb = verbs;
    while (left >= verb->weight) {
        left -= verb->weight;
        verb++;
    }
    return verb;
}
