/* SPDX-License-Identifier: MIT */
#include "container.h"
#include "memory.h"

#define EXIT_CODE_MAX 255 /* what a process can end with; a signal is 128 and its number */

static int not_healthy(const davit_container_info *info, const davit_health *health,
                       davit_error *error)
{
    if (info->state == DAVIT_STATE_EXITED || info->state == DAVIT_STATE_DEAD) {
        return davit__error_set(error, DAVIT_ERROR_RUNTIME, "it ended with exit code %lld",
                                (long long)info->exit_code);
    }
    if (health->status == DAVIT_HEALTH_NONE) {
        return davit__error_set(error, DAVIT_ERROR_RUNTIME, "it has no health check");
    }
    if (health->status == DAVIT_HEALTH_UNHEALTHY) {
        const davit_health_log *last =
            health->log_count ? &health->log[health->log_count - 1] : NULL;
        return davit__error_set(
            error, DAVIT_ERROR_RUNTIME,
            "it is unhealthy after %lld failure%s in a row, the last check said: %s",
            (long long)health->failing_streak, health->failing_streak == 1 ? "" : "s",
            last && !davit__empty(last->output) ? last->output : "nothing");
    }
    return 0;
}

/* Returns 1 when healthy, 0 while it may become so. `checking`: davit runs the checks, so that an
 * old status will be a new one soon. */
static int look(davit_engine *engine, const char *name, bool checking, davit_error *error)
{
    DAVIT_CLEANUP(davit_container_info_free) davit_container_info *info = NULL;
    DAVIT_CLEANUP(davit_health_free) davit_health *health = NULL;
    int r = davit_container_get(engine, name, &info, error);
    if (r >= 0) {
        r = davit_container_health(engine, name, &health, error);
    }
    if (r < 0) {
        return r;
    }
    if (checking && health->stale && info->is_running) {
        return 0;
    }
    if (health->status == DAVIT_HEALTH_HEALTHY && info->is_running) {
        return 1;
    }
    return not_healthy(info, health, error);
}

static int wait_healthy(davit_engine *engine, const char *name, davit_error *error)
{
    davit__health_keeper *keeper = davit__health_keeper_start(engine, name, 0);
    davit_call call = davit__engine_call(engine);
    int64_t pause = DAVIT_MILLISECONDS(5);
    int r;
    while ((r = look(engine, name, keeper, error)) == 0) {
        davit__health_keeper_renew(&keeper);
        r = davit__wait_time(pause, davit__call_limit(&call), error);
        if (r < 0) {
            break;
        }
        pause = pause < DAVIT_MILLISECONDS(100) ? pause * 2 : DAVIT_MILLISECONDS(200);
    }
    davit__health_keeper_stop(keeper);
    return r < 0 ? r : 0;
}

static int wait_not_running(davit_engine *engine, const char *name, int *ret_exit_code,
                            davit_error *error)
{
    davit__health_keeper *keeper = davit__health_keeper_start(engine, name, 0);
    davit_call call = davit__engine_call(engine);
    int r = engine->driver->container_wait(engine->state, &call, name, ret_exit_code, error);
    davit__health_keeper_stop(keeper);
    return r;
}

/* ---- the next exit, the removal: engines differ in when they notice, so we look ourselves ---- */

#define FIRST_PAUSE DAVIT_MILLISECONDS(5)
#define MOST_PAUSE  DAVIT_MILLISECONDS(100)

/* `call` is that of the whole wait, each look has one of its own. */
static int rest(const davit_call *call, int64_t *pause, davit_error *error)
{
    int64_t length = *pause;
    *pause = length < MOST_PAUSE ? length * 2 : length;
    return davit__wait_time(length, davit__call_limit(call), error);
}

/* Every run has a start of its own, so that even one that was over between two looks is seen. */
static int wait_next_exit(davit_engine *engine, const char *name, int *ret_exit_code,
                          davit_error *error)
{
    davit_call call = davit__engine_call(engine);
    int64_t pause = FIRST_PAUSE, before = 0;
    for (bool first = true;; first = false) {
        DAVIT_CLEANUP(davit_container_info_free) davit_container_info *info = NULL;
        int r = davit_container_get(engine, name, &info, error);
        if (r < 0) {
            return r;
        }
        if (info->is_running || info->state == DAVIT_STATE_PAUSED) {
            return wait_not_running(engine, info->id, ret_exit_code, error);
        }
        before = first ? info->started : before;
        if (info->started != before) {
            *ret_exit_code = (int)info->exit_code;
            return 0;
        }
        r = rest(&call, &pause, error);
        if (r < 0) {
            return r;
        }
    }
}

/* 1: it is gone, 0: not yet. */
static int is_gone(davit_engine *engine, const char *id, int *ret_exit_code, davit_error *error)
{
    DAVIT_CLEANUP(davit_container_info_free) davit_container_info *info = NULL;
    davit_error failure = DAVIT_ERROR_INIT;
    int r = davit_container_get(engine, id, &info, &failure);
    if (r == DAVIT_ERROR_CONTAINER_NOT_FOUND) {
        return 1;
    }
    if (r < 0 && error) {
        *error = failure;
    }
    if (r >= 0 && info->state == DAVIT_STATE_EXITED) {
        *ret_exit_code = (int)info->exit_code;
    }
    return r;
}

/* The exit code is that of the end, as long as the engine still knew it. */
static int wait_removed(davit_engine *engine, const char *name, int *ret_exit_code,
                        davit_error *error)
{
    DAVIT_CLEANUP(davit_container_info_free) davit_container_info *info = NULL;
    davit_call call = davit__engine_call(engine);
    int r = davit_container_get(engine, name, &info, error);
    if (r >= 0 && info->is_running) {
        davit_error failure = DAVIT_ERROR_INIT;
        r = wait_not_running(engine, info->id, ret_exit_code, &failure);
        if (r == DAVIT_ERROR_CONTAINER_NOT_FOUND) {
            return 0;
        }
        if (r < 0 && error) {
            *error = failure;
        }
    }
    int64_t pause = FIRST_PAUSE;
    while (r >= 0 && (r = is_gone(engine, info->id, ret_exit_code, error)) == 0) {
        r = rest(&call, &pause, error);
    }
    return r < 0 ? r : 0;
}

int davit__exit_code_take(int r, int exit_code, int *ret_exit_code, davit_error *error)
{
    if (r < 0) {
        return r;
    }
    if (exit_code < 0 || exit_code > EXIT_CODE_MAX) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                                "the engine says that it ended with exit code %d: expected 0 to %d",
                                exit_code, EXIT_CODE_MAX);
    }
    if (ret_exit_code) {
        *ret_exit_code = exit_code;
    }
    return 0;
}

int davit_container_wait(davit_engine *engine, const char *name, davit_wait_condition condition,
                         int *ret_exit_code, davit_error *error)
{
    if (!engine->driver->container_wait) {
        return davit__unsupported(engine, "wait", error);
    }
    int r = davit__require_name("container", name, error);
    if (r < 0) {
        return davit__error_wrap(error, r, "wait");
    }
    int exit_code = 0;
    switch (condition) {
    case DAVIT_WAIT_NOT_RUNNING:
        r = wait_not_running(engine, name, &exit_code, error);
        break;
    case DAVIT_WAIT_HEALTHY:
        r = wait_healthy(engine, name, error);
        break;
    case DAVIT_WAIT_NEXT_EXIT:
        r = wait_next_exit(engine, name, &exit_code, error);
        break;
    case DAVIT_WAIT_REMOVED:
        r = wait_removed(engine, name, &exit_code, error);
        break;
    default:
        r = davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                             "wait condition %d: expected a value of its enumeration",
                             (int)condition);
    }
    r = davit__exit_code_take(r, exit_code, ret_exit_code, error);
    return r < 0 ? davit__error_wrap(error, r, "wait for %s", name) : 0;
}
