/* SPDX-License-Identifier: MIT */
/* Health checks, run by davit on engines that have no timer for them. Every check is run when the
 * last one (whoever ran it) is an interval ago, so that several davit processes do not add up. */
#include "container.h"
#include "container_info.h"
#include "memory.h"

#include <pthread.h>

/* How often health_watch() looks for new containers, and for its end. */
#define LOOK_INTERVAL DAVIT_SECONDS(1)

struct davit__health_keeper {
    davit_engine *parent;
    davit_engine *engine; /* a scope of it with a cancellation of its own */
    davit_cancel *cancel;
    char *name;
    int64_t delay; /* before the first look */
    pthread_t thread;
    davit_health_callback callback; /* of health_watch(), or NULL */
    void *context;
    pthread_mutex_t *callback_lock;
    bool *stopped; /* set when the callback wants to stop */
    bool ended;    /* atomic: the thread has nothing more to do */
};

static int health_of(davit_engine *engine, const char *name, davit_health **ret_health,
                     davit_error *error)
{
    if (!engine->driver->container_health) {
        return davit__unsupported(engine, "health", error);
    }
    int r = davit__require_name("container", name, error);
    if (r < 0) {
        return r;
    }
    davit_call call = davit__engine_call(engine);
    return engine->driver->container_health(engine->state, &call, name, ret_health, error);
}

int davit_container_health(davit_engine *engine, const char *name, davit_health **ret_health,
                           davit_error *error)
{
    int r = health_of(engine, name, ret_health, error);
    if (r < 0 && davit__empty(name)) {
        return davit__error_wrap(error, r, "health");
    }
    return r < 0 ? davit__error_wrap(error, r, "health of %s", name) : 0;
}

static bool has_check(const davit_container_info *info)
{
    return info->health_test_count > 0 && !davit__same(info->health_test[0], "NONE");
}

/* When the next check is due, nanoseconds since 1970. */
static int64_t next_check(const davit_container_info *info, const davit_health *health)
{
    int64_t last = info->started;
    if (health->log_count > 0 && health->log[health->log_count - 1].end > last) {
        last = health->log[health->log_count - 1].end;
    }
    return last + davit__health_interval(info);
}

/* Wait for the next check's time and run it. Negative: it does not run or cannot be checked. */
static int check_once(davit_engine *engine, const char *name, davit_health **ret_health,
                      davit_error *error)
{
    DAVIT_CLEANUP(davit_container_info_free) davit_container_info *info = NULL;
    int r = davit_container_get(engine, name, &info, error);
    if (r < 0) {
        return r;
    }
    if (!info->is_running || !has_check(info)) {
        return davit__error_set(error, DAVIT_ERROR_RUNTIME, "%s: nothing to check", name);
    }
    DAVIT_CLEANUP(davit_health_free) davit_health *health = NULL;
    r = health_of(engine, name, &health, error);
    if (r < 0) {
        return r;
    }
    davit_call call = davit__engine_call(engine);
    r = davit__wait_time(next_check(info, health) - davit__clock(), davit__call_limit(&call),
                         error);
    if (r < 0) {
        return r;
    }
    call = davit__engine_call(engine);
    r = engine->driver->container_health_run(engine->state, &call, name, error);
    return r < 0 ? r : health_of(engine, name, ret_health, error);
}

static void tell(davit__health_keeper *keeper, const davit_health *health)
{
    pthread_mutex_lock(keeper->callback_lock);
    if (!*keeper->stopped && keeper->callback(keeper->context, keeper->name, health) != 0) {
        __atomic_store_n(keeper->stopped, true, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(keeper->callback_lock);
}

static bool pause_keeper(davit__health_keeper *keeper, int64_t duration)
{
    davit_call call = davit__engine_call(keeper->engine);
    return davit__wait_time(duration, davit__call_limit(&call), NULL) >= 0;
}

/* A container that is waited for may not run yet, or may be about to be restarted. A watch looks
 * for such containers itself. */
static bool may_be_checked_later(const davit__health_keeper *keeper, int code)
{
    return !keeper->callback && code != DAVIT_ERROR_CANCELLED &&
           code != DAVIT_ERROR_CONTAINER_NOT_FOUND && code != DAVIT_ERROR_UNSUPPORTED;
}

static void *keep(void *argument)
{
    davit__health_keeper *keeper = argument;
    int told = DAVIT_HEALTH_NONE;
    bool going_on = pause_keeper(keeper, keeper->delay);
    while (going_on) {
        DAVIT_CLEANUP(davit_health_free) davit_health *health = NULL;
        davit_error error = DAVIT_ERROR_INIT;
        if (check_once(keeper->engine, keeper->name, &health, &error) < 0) {
            davit__log(&keeper->engine->call, DAVIT_LOG_DEBUG, "health checks of %s: %s",
                       keeper->name, error.message);
            going_on =
                may_be_checked_later(keeper, error.code) && pause_keeper(keeper, LOOK_INTERVAL);
        } else if (keeper->callback && health->status != told) {
            told = health->status;
            tell(keeper, health);
        }
    }
    __atomic_store_n(&keeper->ended, true, __ATOMIC_RELEASE);
    return NULL;
}

static void keeper_free(davit__health_keeper *keeper)
{
    davit_engine_close(keeper->engine);
    davit_cancel_free(keeper->cancel);
    free(keeper->name);
    free(keeper);
}

/* Fill in what the thread needs; `prepared` has the callback, if any. */
static int keeper_start(davit_engine *engine, const char *name,
                        const davit__health_keeper *prepared, davit__health_keeper **ret_keeper,
                        davit_error *error)
{
    davit__health_keeper *keeper = malloc(sizeof *keeper);
    if (!keeper) {
        return davit__error_no_memory(error);
    }
    *keeper = *prepared;
    keeper->parent = engine;
    int r = davit__copy(name, &keeper->name, error);
    if (r >= 0) {
        r = davit_cancel_create(&keeper->cancel, error);
    }
    if (r >= 0) {
        davit_scope_options options = {.cancel = keeper->cancel};
        r = davit_engine_scope(engine, &options, &keeper->engine, error);
    }
    if (r >= 0) {
        int failed = pthread_create(&keeper->thread, NULL, keep, keeper);
        if (failed) {
            r = davit__error_errno(error, DAVIT_ERROR_IO, failed, "thread for health checks");
        }
    }
    if (r < 0) {
        keeper_free(keeper);
        return r;
    }
    *ret_keeper = keeper;
    return 0;
}

static bool must_check(const davit_engine *engine)
{
    return engine->driver->container_health_run &&
           !davit_engine_can(engine, DAVIT_CAPABILITY_HEALTH_TIMER).supported;
}

davit__health_keeper *davit__health_keeper_start(davit_engine *engine, const char *name,
                                                 int64_t delay)
{
    if (!must_check(engine)) {
        return NULL;
    }
    const davit__health_keeper silent = {.delay = delay};
    davit__health_keeper *keeper = NULL;
    davit_error error = DAVIT_ERROR_INIT;
    if (keeper_start(engine, name, &silent, &keeper, &error) < 0) {
        davit__log(&engine->call, DAVIT_LOG_WARNING, "health checks of %s do not run: %s", name,
                   error.message);
    }
    return keeper;
}

void davit__health_keeper_stop(davit__health_keeper *keeper)
{
    if (keeper) {
        davit_cancel_trigger(keeper->cancel);
        pthread_join(keeper->thread, NULL);
        keeper_free(keeper);
    }
}

void davit__health_keeper_renew(davit__health_keeper **keeper)
{
    davit__health_keeper *old = *keeper;
    if (old && __atomic_load_n(&old->ended, __ATOMIC_ACQUIRE)) {
        *keeper = davit__health_keeper_start(old->parent, old->name, 0);
        davit__health_keeper_stop(old);
    }
}

/* ---- watching several ---- */

typedef struct watch {
    davit_engine *engine;
    davit__health_keeper prepared; /* callback, lock and flag for new keepers */
    davit__health_keeper **keepers;
    size_t count;
    pthread_mutex_t lock;
    bool stopped;
} watch;

static bool watched(const watch *watching, const char *name)
{
    for (size_t i = 0; i < watching->count; i++) {
        if (davit__same(watching->keepers[i]->name, name)) {
            return true;
        }
    }
    return false;
}

static int watch_add(watch *watching, const char *name, davit_error *error)
{
    davit__health_keeper **keepers =
        reallocarray(watching->keepers, watching->count + 1, sizeof *keepers);
    if (!keepers) {
        return davit__error_no_memory(error);
    }
    watching->keepers = keepers;
    int r =
        keeper_start(watching->engine, name, &watching->prepared, &keepers[watching->count], error);
    watching->count += r >= 0;
    return r;
}

/* Let go of the keepers whose containers ended (all: of every one). */
static void watch_drop(watch *watching, bool all)
{
    size_t kept = 0;
    for (size_t i = 0; i < watching->count; i++) {
        davit__health_keeper *keeper = watching->keepers[i];
        if (all || __atomic_load_n(&keeper->ended, __ATOMIC_ACQUIRE)) {
            davit__health_keeper_stop(keeper);
        } else {
            watching->keepers[kept++] = keeper;
        }
    }
    watching->count = kept;
}

/* Start keepers for the running containers that have a check. */
static int watch_all(watch *watching, davit_error *error)
{
    static const davit_pair running[] = {{"status", "running"}};
    davit_container_list_options options = {.filters = running, .filter_count = 1};
    DAVIT_CLEANUP(davit_container_list_free) davit_container_list *list = NULL;
    int r = davit_container_list_get(watching->engine, &options, &list, error);
    for (size_t i = 0; r >= 0 && i < list->count; i++) {
        const davit_container_info *info = &list->items[i];
        if (info->health != DAVIT_HEALTH_NONE && !watched(watching, info->name)) {
            r = watch_add(watching, info->name, error);
        }
    }
    return r;
}

static int watch_names(watch *watching, const char *const *names, size_t count, davit_error *error)
{
    for (size_t i = 0; i < count; i++) {
        DAVIT_CLEANUP(davit_container_info_free) davit_container_info *info = NULL;
        int r = davit_container_get(watching->engine, names[i], &info, error);
        if (r < 0) {
            return r;
        }
        if (!has_check(info)) {
            return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                    "%s: the container has no health check", names[i]);
        }
        r = watch_add(watching, names[i], error);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

static int watch_loop(watch *watching, bool all, davit_error *error)
{
    int r = 0;
    while (r >= 0 && !__atomic_load_n(&watching->stopped, __ATOMIC_ACQUIRE)) {
        watch_drop(watching, false);
        if (!all && watching->count == 0) {
            return 0;
        }
        davit_call call = davit__engine_call(watching->engine);
        r = davit__wait_time(LOOK_INTERVAL, davit__call_limit(&call), error);
        if (r >= 0 && all) {
            r = watch_all(watching, error);
        }
    }
    return r;
}

static int ignore_health(void *context, const char *name, const davit_health *health)
{
    (void)context, (void)name, (void)health;
    return 0;
}

int davit_health_watch(davit_engine *engine, const char *const *names, size_t count,
                       davit_health_callback callback, void *context, davit_error *error)
{
    if (davit_engine_can(engine, DAVIT_CAPABILITY_HEALTH_TIMER).supported) {
        return davit__error_set(error, DAVIT_ERROR_UNSUPPORTED,
                                "health watch: this engine runs the health checks itself");
    }
    if (!engine->driver->container_health_run) {
        return davit__unsupported(engine, "health watch", error);
    }
    watch watching = {.engine = engine, .lock = PTHREAD_MUTEX_INITIALIZER};
    watching.prepared = (davit__health_keeper){
        .callback = callback ? callback : ignore_health,
        .context = context,
        .callback_lock = &watching.lock,
        .stopped = &watching.stopped,
    };
    int r = count ? watch_names(&watching, names, count, error) : watch_all(&watching, error);
    if (r >= 0) {
        r = watch_loop(&watching, count == 0, error);
    }
    watch_drop(&watching, true);
    free(watching.keepers);
    return r < 0 ? davit__error_wrap(error, r, "health watch") : 0;
}
