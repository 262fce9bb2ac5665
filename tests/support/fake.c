/* SPDX-License-Identifier: MIT */
#include "support/fake.h"

#include <stdlib.h>
#include <time.h>

/* The members of davit_driver in the order of fake_operation. */
static const char *const operation_names[FAKE_OPERATION_COUNT] = {
    "open",
    "version",
    "info",
    "container_create",
    "container_start",
    "container_stop",
    "container_restart",
    "container_kill",
    "container_remove",
    "container_list",
    "container_get",
    "container_logs",
    "container_attach",
    "container_streams",
    "container_exec",
    "container_wait",
    "container_health",
    "container_health_run",
    "container_resize",
    "exec_resize",
    "container_pause",
    "container_unpause",
    "container_rename",
    "container_update",
    "container_top",
    "container_diff",
    "container_export",
    "container_commit",
    "image_list",
    "image_get",
    "image_tag",
    "image_remove",
    "image_pull",
    "image_build",
    "image_push",
    "registry_check",
    "image_history",
    "image_save",
    "image_load",
    "image_import",
};

const char *fake_operation_name(fake_operation operation)
{
    return operation_names[operation];
}

/* ---- time, limits, errors ---- */

static int64_t now(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int give_error(davit_error *error, davit_error_code code, const char *message)
{
    if (error) {
        *error = (davit_error){.code = code};
        snprintf(error->message, sizeof error->message, "%s", message);
    }
    return code;
}

static int check_limit(const davit_call *call, davit_error *error)
{
    if (davit_cancel_is_triggered(call->cancel)) {
        return give_error(error, DAVIT_ERROR_CANCELLED, "cancelled");
    }
    if (call->deadline && now(CLOCK_MONOTONIC) >= call->deadline) {
        return give_error(error, DAVIT_ERROR_TIMEOUT, "no answer in the time allowed");
    }
    return 0;
}

static int block(const davit_call *call, davit_error *error)
{
    static const struct timespec pause = {.tv_nsec = 1000000};
    int r;
    while ((r = check_limit(call, error)) == 0) {
        nanosleep(&pause, NULL);
    }
    return r;
}

/* ---- the script ---- */

static void record(struct fake *fake, const char *line)
{
    size_t length = strlen(fake->calls);
    snprintf(fake->calls + length, sizeof fake->calls - length, "%s\n", line);
}

/* Record the call and do what the script says of it. Negative: the operation fails so. */
static int begin(struct fake *fake, fake_operation operation, const davit_call *call,
                 const char *name, davit_error *error, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
static int begin(struct fake *fake, fake_operation operation, const davit_call *call,
                 const char *name, davit_error *error, const char *format, ...)
{
    char line[512];
    int length =
        snprintf(line, sizeof line, "%s%s%s", operation_names[operation], *name ? " " : "", name);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line + length, sizeof line - (size_t)length, format, arguments);
    va_end(arguments);

    pthread_mutex_lock(&fake->lock);
    struct fake_script *script = &fake->scripts[operation];
    script->count++;
    script->call = *call;
    if (operation != FAKE_CONTAINER_STREAMS) {
        record(fake, line);
    }
    bool applies = script->times != 0 && (!script->name[0] || strcmp(script->name, name) == 0);
    script->times -= applies && script->times > 0;
    struct fake_script taken = *script;
    pthread_mutex_unlock(&fake->lock);

    if (taken.hook) {
        taken.hook(taken.hook_context);
    }
    if (taken.block) {
        return block(call, error);
    }
    int r = check_limit(call, error);
    return r == 0 && applies && taken.code ? give_error(error, taken.code, taken.message) : r;
}

void fake_fail(struct fake *fake, fake_operation operation, const char *name, davit_error_code code,
               const char *message)
{
    pthread_mutex_lock(&fake->lock);
    struct fake_script *script = &fake->scripts[operation];
    script->code = code;
    script->times = -1;
    snprintf(script->name, sizeof script->name, "%s", name ? name : "");
    snprintf(script->message, sizeof script->message, "%s", message);
    pthread_mutex_unlock(&fake->lock);
}

void fake_fail_once(struct fake *fake, fake_operation operation, davit_error_code code,
                    const char *message)
{
    fake_fail(fake, operation, NULL, code, message);
    fake->scripts[operation].times = 1;
}

void fake_hook(struct fake *fake, fake_operation operation, void (*hook)(void *context),
               void *context)
{
    fake->scripts[operation].hook = hook;
    fake->scripts[operation].hook_context = context;
}

void fake_block(struct fake *fake, fake_operation operation)
{
    fake->scripts[operation].block = true;
}

int fake_count(struct fake *fake, fake_operation operation)
{
    pthread_mutex_lock(&fake->lock);
    int count = fake->scripts[operation].count;
    pthread_mutex_unlock(&fake->lock);
    return count;
}

void fake_assert_calls(struct fake *fake, const char *expected)
{
    pthread_mutex_lock(&fake->lock);
    assert_string_equal(fake->calls, expected);
    fake->calls[0] = '\0';
    pthread_mutex_unlock(&fake->lock);
}

/* ---- results ---- */

static void *allocate(size_t count, size_t size)
{
    void *result = calloc(count ? count : 1, size);
    if (!result) {
        fail_msg("out of memory");
    }
    return result;
}

static char *copy(const char *text)
{
    char *result = strdup(text);
    if (!result) {
        fail_msg("out of memory");
    }
    return result;
}

static void from_json(const davit_type *type, const char *json, void *object)
{
    davit_error error = DAVIT_ERROR_INIT;
    if (davit_type_from_json(type, json, object, &error) < 0) {
        fail_msg("%s in %s", error.message, json);
    }
}

/* A copy that owns what it has. */
static void copy_info(const davit_container_info *info, davit_container_info *ret_copy)
{
    const davit_type *type = davit_container_info_type();
    char *json = NULL;
    assert_int_equal(davit_type_to_json(type, info, 0, &json, NULL), 0);
    from_json(type, json, ret_copy);
    davit_string_free(json);
}

struct fake_container *fake_container_add(struct fake *fake, const char *json)
{
    assert_true(fake->container_count < FAKE_CONTAINERS);
    struct fake_container *container = &fake->containers[fake->container_count++];
    from_json(davit_container_info_type(), json, &container->info);
    container->info.is_running = container->info.state == DAVIT_STATE_RUNNING;
    if (container->info.is_running) {
        container->info.started = now(CLOCK_REALTIME);
    }
    return container;
}

/* With the lock held. */
static struct fake_container *find(struct fake *fake, const char *name)
{
    for (size_t i = 0; i < fake->container_count; i++) {
        const davit_container_info *info = &fake->containers[i].info;
        if (strcmp(info->name, name) == 0 || (info->id && strcmp(info->id, name) == 0)) {
            return &fake->containers[i];
        }
    }
    return NULL;
}

/* ---- the engine ---- */

static int fake_open(const davit_engine_options *options, const davit_call *call, void **ret_state,
                     davit_error *error)
{
    struct fake *fake = options->driver_context;
    int r = begin(fake, FAKE_OPEN, call, "", error, "%s", "");
    if (r < 0) {
        return r;
    }
    *ret_state = fake;
    return 0;
}

static void fake_close(void *state)
{
    record(state, "close");
}

static int fake_version(void *state, const davit_call *call, davit_version **ret_version,
                        davit_error *error)
{
    int r = begin(state, FAKE_VERSION, call, "", error, "%s", "");
    if (r < 0) {
        return r;
    }
    davit_version *version = allocate(1, sizeof *version);
    version->version = copy("1.0");
    *ret_version = version;
    return 0;
}

static int fake_info(void *state, const davit_call *call, davit_info **ret_info, davit_error *error)
{
    int r = begin(state, FAKE_INFO, call, "", error, "%s", "");
    if (r < 0) {
        return r;
    }
    davit_info *info = allocate(1, sizeof *info);
    info->name = copy("nowhere");
    *ret_info = info;
    return 0;
}

static davit_capability_info fake_can(void *state, davit_capability capability)
{
    const struct fake *fake = state;
    bool supported = capability == DAVIT_CAPABILITY_HEALTH_TIMER ? fake->has_timer : true;
    return (davit_capability_info){"fake", supported, supported ? NULL : "it is a fake"};
}

/* ---- containers ---- */

static int fake_create(void *state, const davit_call *call, const davit_container_config *config,
                       char **ret_id, davit_error *error)
{
    struct fake *fake = state;
    fake->config = *config;
    const char *name = config->name ? config->name : "unnamed";
    int r = begin(fake, FAKE_CONTAINER_CREATE, call, name, error, "%s", "");
    if (r < 0) {
        return r;
    }
    char id[160];
    snprintf(id, sizeof id, "id-of-%s", name);
    *ret_id = copy(id);
    return 0;
}

static int fake_start(void *state, const davit_call *call, const char *name, davit_error *error)
{
    return begin(state, FAKE_CONTAINER_START, call, name, error, "%s", "");
}

static int fake_stop(void *state, const davit_call *call, const char *name, int64_t timeout,
                     davit_error *error)
{
    return begin(state, FAKE_CONTAINER_STOP, call, name, error, " %lld",
                 timeout == DAVIT_UNSET ? -999 : (long long)timeout);
}

static int fake_restart(void *state, const davit_call *call, const char *name, int64_t timeout,
                        davit_error *error)
{
    return begin(state, FAKE_CONTAINER_RESTART, call, name, error, " %lld",
                 timeout == DAVIT_UNSET ? -999 : (long long)timeout);
}

static int fake_kill(void *state, const davit_call *call, const char *name, const char *signal,
                     davit_error *error)
{
    return begin(state, FAKE_CONTAINER_KILL, call, name, error, " %s", signal);
}

static int fake_remove(void *state, const davit_call *call, const char *name,
                       const davit_remove_options *options, davit_error *error)
{
    return begin(state, FAKE_CONTAINER_REMOVE, call, name, error, "%s%s",
                 options->force ? " force" : "", options->volumes ? " volumes" : "");
}

static void make_up(davit_container_info *info, size_t number)
{
    char text[32];
    snprintf(text, sizeof text, "c%zu", number);
    info->name = copy(text);
    info->id = copy(text);
}

static int fake_list(void *state, const davit_call *call,
                     const davit_container_list_options *options, davit_container_list **ret_list,
                     davit_error *error)
{
    struct fake *fake = state;
    int r = begin(fake, FAKE_CONTAINER_LIST, call, "", error, "%s", options->all ? " all" : "");
    if (r < 0) {
        return r;
    }
    pthread_mutex_lock(&fake->lock);
    davit_container_list *list = allocate(1, sizeof *list);
    list->count = fake->list_count ? fake->list_count : fake->container_count;
    list->items = allocate(list->count, sizeof *list->items);
    for (size_t i = 0; i < list->count; i++) {
        if (fake->list_count) {
            make_up(&list->items[i], i);
        } else {
            copy_info(&fake->containers[i].info, &list->items[i]);
        }
    }
    pthread_mutex_unlock(&fake->lock);
    *ret_list = list;
    return 0;
}

static int fake_get(void *state, const davit_call *call, const char *name,
                    davit_container_info **ret_info, char **ret_raw, davit_error *error)
{
    struct fake *fake = state;
    int r = begin(fake, FAKE_CONTAINER_GET, call, name, error, "%s", "");
    if (r < 0) {
        return r;
    }
    pthread_mutex_lock(&fake->lock);
    const struct fake_container *container = find(fake, name);
    if (!container && !fake->list_count) {
        pthread_mutex_unlock(&fake->lock);
        return give_error(error, DAVIT_ERROR_CONTAINER_NOT_FOUND, "no such container");
    }
    davit_container_info *info = allocate(1, sizeof *info);
    if (container) {
        copy_info(&container->info, info);
    } else {
        info->name = copy(name);
        info->id = copy(name);
        info->pid = 1;
    }
    pthread_mutex_unlock(&fake->lock);
    if (ret_raw) {
        *ret_raw = copy("{}");
    }
    *ret_info = info;
    return 0;
}

static void write_output(const struct fake *fake, davit_output_callback output, void *context)
{
    if (fake->output && output) {
        output(context, DAVIT_STREAM_STDOUT, fake->output, strlen(fake->output));
    }
}

static int fake_logs(void *state, const davit_call *call, const char *name,
                     const davit_logs_options *options, davit_output_callback output, void *context,
                     davit_error *error)
{
    struct fake *fake = state;
    fake->log_options = *options;
    int r = begin(fake, FAKE_CONTAINER_LOGS, call, name, error, "%s", "");
    if (r == 0) {
        write_output(fake, output, context);
    }
    return r;
}

static int fake_attach(void *state, const davit_call *call, const char *name, bool tty,
                       bool removed, const davit_attach_options *attach, int *ret_exit_code,
                       davit_error *error)
{
    struct fake *fake = state;
    int r = begin(fake, FAKE_CONTAINER_ATTACH, call, name, error, "%s%s", tty ? " tty" : "",
                  removed ? " removed" : "");
    if (r < 0) {
        return r;
    }
    if (attach->started && attach->started(attach->context, name) != 0) {
        return give_error(error, DAVIT_ERROR_CANCELLED, "not started");
    }
    write_output(fake, attach->output, attach->context);
    r = begin(fake, FAKE_CONTAINER_STREAMS, call, name, error, "%s", "");
    if (r == 0) {
        *ret_exit_code = fake->exit_code;
    }
    return r;
}

static int fake_exec(void *state, const davit_call *call, const char *name,
                     const davit_exec_config *config, const davit_attach_options *attach,
                     int *ret_exit_code, davit_error *error)
{
    struct fake *fake = state;
    fake->exec_config = *config;
    int r = begin(fake, FAKE_CONTAINER_EXEC, call, name, error, " %s", config->command[0]);
    if (r == 0) {
        write_output(fake, attach->output, attach->context);
        *ret_exit_code = fake->exit_code;
    }
    return r;
}

static int fake_wait(void *state, const davit_call *call, const char *name, int *ret_exit_code,
                     davit_error *error)
{
    struct fake *fake = state;
    int r = begin(fake, FAKE_CONTAINER_WAIT, call, name, error, "%s", "");
    if (r == 0) {
        *ret_exit_code = fake->exit_code;
    }
    return r;
}

static int fake_resize(void *state, const davit_call *call, const char *name, int64_t columns,
                       int64_t rows, davit_error *error)
{
    return begin(state, FAKE_CONTAINER_RESIZE, call, name, error, " %lldx%lld", (long long)columns,
                 (long long)rows);
}

static int fake_exec_resize(void *state, const davit_call *call, const char *id, int64_t columns,
                            int64_t rows, davit_error *error)
{
    return begin(state, FAKE_EXEC_RESIZE, call, id, error, " %lldx%lld", (long long)columns,
                 (long long)rows);
}

static int fake_pause(void *state, const davit_call *call, const char *name, davit_error *error)
{
    return begin(state, FAKE_CONTAINER_PAUSE, call, name, error, "%s", "");
}

static int fake_unpause(void *state, const davit_call *call, const char *name, davit_error *error)
{
    return begin(state, FAKE_CONTAINER_UNPAUSE, call, name, error, "%s", "");
}

static int fake_rename(void *state, const davit_call *call, const char *name, const char *new_name,
                       davit_error *error)
{
    return begin(state, FAKE_CONTAINER_RENAME, call, name, error, " %s", new_name);
}

static int fake_update(void *state, const davit_call *call, const char *name,
                       const davit_container_changes *changes, davit_error *error)
{
    struct fake *fake = state;
    fake->changes = *changes;
    return begin(state, FAKE_CONTAINER_UPDATE, call, name, error, "%s", "");
}

static int fake_top(void *state, const davit_call *call, const char *name, const char *ps_options,
                    davit_process_table **ret_table, davit_error *error)
{
    int r = begin(state, FAKE_CONTAINER_TOP, call, name, error, "%s%s", ps_options ? " " : "",
                  ps_options ? ps_options : "");
    if (r < 0) {
        return r;
    }
    davit_process_table *table = allocate(1, sizeof *table);
    table->titles = allocate(1, sizeof *table->titles);
    table->titles[0] = copy("PID");
    table->title_count = 1;
    *ret_table = table;
    return 0;
}

static int fake_diff(void *state, const davit_call *call, const char *name,
                     davit_file_changes **ret_changes, davit_error *error)
{
    int r = begin(state, FAKE_CONTAINER_DIFF, call, name, error, "%s", "");
    if (r == 0) {
        *ret_changes = allocate(1, sizeof **ret_changes);
    }
    return r;
}

static int fake_export(void *state, const davit_call *call, const char *name,
                       davit_write_callback write_piece, void *context, davit_error *error)
{
    int r = begin(state, FAKE_CONTAINER_EXPORT, call, name, error, "%s", "");
    return r < 0 ? r : write_piece(context, "tar", 3, error);
}

static int fake_commit(void *state, const davit_call *call, const char *name,
                       const davit_commit_options *options, char **ret_id, davit_error *error)
{
    struct fake *fake = state;
    fake->commit = *options;
    int r = begin(state, FAKE_CONTAINER_COMMIT, call, name, error, "%s%s",
                  options->image ? " " : "", options->image ? options->image : "");
    if (r == 0) {
        *ret_id = copy("sha256:1");
    }
    return r;
}

/* ---- health checks ---- */

static int fake_health(void *state, const davit_call *call, const char *name,
                       davit_health **ret_health, davit_error *error)
{
    struct fake *fake = state;
    int r = begin(fake, FAKE_CONTAINER_HEALTH, call, name, error, "%s", "");
    if (r < 0) {
        return r;
    }
    davit_health *health = allocate(1, sizeof *health);
    pthread_mutex_lock(&fake->lock);
    const struct fake_container *container = find(fake, name);
    if (container) {
        health->status = container->info.health;
        health->failing_streak = container->failing_streak;
        if (container->checked) {
            health->log = allocate(1, sizeof *health->log);
            health->log_count = 1;
            health->log[0] = container->last;
            health->log[0].output = copy(container->last.exit_code ? "bad" : "good");
        }
    }
    pthread_mutex_unlock(&fake->lock);
    *ret_health = health;
    return 0;
}

/* One check, as an engine counts it. */
static void check(struct fake_container *container)
{
    size_t letters = strlen(container->checks);
    size_t index = container->runs < letters ? container->runs : letters - 1;
    int64_t time = now(CLOCK_REALTIME);
    if (container->runs < FAKE_RUNS) {
        container->run_times[container->runs] = time;
    }
    container->runs++;
    char letter = container->checks[index];
    if (letter == 'e') {
        container->info.state = DAVIT_STATE_EXITED;
        container->info.is_running = false;
        return;
    }
    container->checked = true;
    container->last = (davit_health_log){.start = time, .end = time, .exit_code = letter == 'f'};
    container->failing_streak = letter == 'f' ? container->failing_streak + 1 : 0;
    if (letter == 'p') {
        container->info.health = DAVIT_HEALTH_HEALTHY;
    } else if (container->failing_streak >= container->info.health_retries) {
        container->info.health = DAVIT_HEALTH_UNHEALTHY;
    }
}

static int fake_health_run(void *state, const davit_call *call, const char *name,
                           davit_error *error)
{
    struct fake *fake = state;
    int r = begin(fake, FAKE_CONTAINER_HEALTH_RUN, call, name, error, "%s", "");
    if (r < 0) {
        return r;
    }
    pthread_mutex_lock(&fake->lock);
    struct fake_container *container = find(fake, name);
    if (container && container->checks) {
        check(container);
    }
    pthread_mutex_unlock(&fake->lock);
    return 0;
}

/* ---- images ---- */

#define FAKE_STEPS 8

static davit_image_info image(const char *name)
{
    return (davit_image_info){.id = copy("sha256:1"), .full_name = copy(name)};
}

struct fake_image *fake_image_add(struct fake *fake, const char *json, const char *steps)
{
    assert_true(fake->image_count < FAKE_IMAGES);
    struct fake_image *added = &fake->images[fake->image_count++];
    from_json(davit_image_info_type(), json, &added->info);
    added->steps = steps;
    return added;
}

static void copy_image(const davit_image_info *info, davit_image_info *ret_copy)
{
    char *json = NULL;
    assert_int_equal(davit_type_to_json(davit_image_info_type(), info, 0, &json, NULL), 0);
    from_json(davit_image_info_type(), json, ret_copy);
    davit_string_free(json);
}

static struct fake_image *find_image(struct fake *fake, const char *name)
{
    for (size_t i = 0; i < fake->image_count; i++) {
        const davit_image_info *info = &fake->images[i].info;
        bool found = strcmp(info->id, name) == 0;
        for (size_t j = 0; j < info->name_count && !found; j++) {
            found = strcmp(info->names[j], name) == 0;
        }
        if (found) {
            return &fake->images[i];
        }
    }
    return NULL;
}

static void list_images(struct fake *fake, bool all, davit_image_list *list)
{
    list->items = allocate(fake->image_count, sizeof *list->items);
    for (size_t i = 0; i < fake->image_count; i++) {
        if (all || !fake->images[i].hidden) {
            copy_image(&fake->images[i].info, &list->items[list->count++]);
        }
    }
}

static int fake_image_list(void *state, const davit_call *call,
                           const davit_image_list_options *options, davit_image_list **ret_list,
                           davit_error *error)
{
    int r = begin(state, FAKE_IMAGE_LIST, call, "", error, "%s", options->all ? " all" : "");
    if (r < 0) {
        return r;
    }
    struct fake *fake = state;
    davit_image_list *list = allocate(1, sizeof *list);
    if (fake->image_count > 0) {
        list_images(fake, options->all, list);
        *ret_list = list;
        return 0;
    }
    list->count = 2;
    list->items = allocate(list->count, sizeof *list->items);
    list->items[0] = image("web:1");
    list->items[1] = image("web:2");
    list->items[1].id[strlen("sha256:")] = '2';
    *ret_list = list;
    return 0;
}

static int fake_image_get(void *state, const davit_call *call, const char *name,
                          davit_image_info **ret_info, char **ret_raw, davit_error *error)
{
    struct fake *fake = state;
    int r = begin(state, FAKE_IMAGE_GET, call, name, error, "%s", "");
    if (r < 0) {
        return r;
    }
    struct fake_image *known = find_image(fake, name);
    if (fake->image_count > 0 && !known) {
        return give_error(error, DAVIT_ERROR_IMAGE_NOT_FOUND, "no such image");
    }
    davit_image_info *info = allocate(1, sizeof *info);
    if (known) {
        copy_image(&known->info, info);
    } else {
        *info = image(name);
        info->os = copy("linux");
    }
    if (ret_raw) {
        *ret_raw = copy("{}");
    }
    *ret_info = info;
    return 0;
}

static int fake_image_tag(void *state, const davit_call *call, const char *source,
                          const char *target, davit_error *error)
{
    return begin(state, FAKE_IMAGE_TAG, call, source, error, " %s", target);
}

static int fake_image_remove(void *state, const davit_call *call, const char *name, bool force,
                             davit_image_removed_callback removed, void *context,
                             davit_error *error)
{
    int r = begin(state, FAKE_IMAGE_REMOVE, call, name, error, "%s", force ? " force" : "");
    if (r == 0 && removed) {
        removed(context, "untagged", name);
    }
    return r;
}

static int tell_transfer(davit_transfer_callback progress, void *context, davit_error *error)
{
    if (progress && progress(context, &(davit_transfer){.status = "complete"}) != 0) {
        return give_error(error, DAVIT_ERROR_CANCELLED, "stopped");
    }
    return 0;
}

/* "NAME as USER" with credentials. */
static int begin_transfer(void *state, fake_operation operation, const davit_call *call,
                          const char *name, const davit_credentials *credentials,
                          davit_error *error)
{
    const char *user = credentials ? credentials->username : NULL;
    return begin(state, operation, call, name, error, "%s%s", user ? " as " : "", user ? user : "");
}

static int fake_image_pull(void *state, const davit_call *call, const char *name,
                           const davit_pull_options *options, davit_transfer_callback progress,
                           void *context, davit_error *error)
{
    int r = begin_transfer(state, FAKE_IMAGE_PULL, call, name, options->credentials, error);
    return r < 0 ? r : tell_transfer(progress, context, error);
}

static int fake_image_push(void *state, const davit_call *call, const char *name,
                           const davit_push_options *options, davit_transfer_callback progress,
                           void *context, char **ret_digest, davit_error *error)
{
    int r = begin_transfer(state, FAKE_IMAGE_PUSH, call, name, options->credentials, error);
    if (r == 0) {
        *ret_digest = NULL;
        r = tell_transfer(progress, context, error);
    }
    if (r == 0) {
        *ret_digest = copy("sha256:1");
    }
    return r;
}

static int fake_registry_check(void *state, const davit_call *call,
                               const davit_credentials *credentials, bool *ret_checked,
                               char **ret_token, davit_error *error)
{
    int r =
        begin_transfer(state, FAKE_REGISTRY_CHECK, call, credentials->server, credentials, error);
    if (r == 0) {
        *ret_checked = true;
        *ret_token = NULL;
    }
    return r;
}

static int drop(void *context, const void *data, size_t length, davit_error *error)
{
    (void)context, (void)data, (void)length, (void)error;
    return 0;
}

static int fake_image_build(void *state, const davit_call *call, const davit_build_request *request,
                            davit_build_callback progress, void *context, char **ret_id,
                            davit_error *error)
{
    (void)progress, (void)context;
    int r = begin(state, FAKE_IMAGE_BUILD, call, request->dockerfile, error, "%s",
                  request->pull ? " pull" : "");
    if (r == 0) {
        r = request->send(request->send_context, drop, NULL, error);
    }
    if (r == 0) {
        *ret_id = copy("sha256:1");
    }
    return r;
}

static int fake_image_history(void *state, const davit_call *call, const char *name,
                              davit_image_history **ret_history, davit_error *error)
{
    int r = begin(state, FAKE_IMAGE_HISTORY, call, name, error, "%s", "");
    if (r < 0) {
        return r;
    }
    const struct fake_image *known = find_image(state, name);
    davit_image_history *history = allocate(1, sizeof *history);
    history->items = allocate(FAKE_STEPS, sizeof *history->items);
    char *steps = copy(known ? known->steps : "made=7");
    char *rest = steps;
    for (char *word; (word = strsep(&rest, " ")) && history->count < FAKE_STEPS;) {
        /* newest first */
        memmove(&history->items[1], &history->items[0], history->count++ * sizeof *history->items);
        char *size = strchr(word, '=');
        *size = '\0';
        history->items[0] = (davit_image_step){
            .id = copy("<missing>"), .created_by = copy(word), .size = atoi(size + 1)};
    }
    free(steps);
    *ret_history = history;
    return 0;
}

static int fake_image_save(void *state, const davit_call *call, const char *const *names,
                           size_t count, davit_write_callback write_piece, void *context,
                           davit_error *error)
{
    int r = begin(state, FAKE_IMAGE_SAVE, call, names[count - 1], error, " of %zu", count);
    return r == 0 ? write_piece(context, "tar", strlen("tar"), error) : r;
}

static int fake_image_load(void *state, const davit_call *call, const davit_source *archive,
                           davit_image_loaded_callback loaded, void *context, davit_error *error)
{
    int r = begin(state, FAKE_IMAGE_LOAD, call, "", error, "%s", "");
    if (r == 0) {
        r = archive->send(archive->context, drop, NULL, error);
    }
    if (r == 0 && loaded) {
        loaded(context, "web:1");
    }
    return r;
}

static int fake_image_import(void *state, const davit_call *call, const davit_source *archive,
                             const davit_image_import_options *options, char **ret_id,
                             davit_error *error)
{
    int r = begin(state, FAKE_IMAGE_IMPORT, call, options->name ? options->name : "", error,
                  " changes %zu", options->change_count);
    if (r == 0) {
        r = archive->send(archive->context, drop, NULL, error);
    }
    if (r == 0) {
        *ret_id = copy("sha256:1");
    }
    return r;
}

/* ---- set up and down ---- */

static const davit_driver fake_driver = {
    .struct_size = sizeof(davit_driver),
    .name = "fake",
    .runtime = DAVIT_RUNTIME_CUSTOM,
    .open = fake_open,
    .close = fake_close,
    .version = fake_version,
    .info = fake_info,
    .can = fake_can,
    .container_create = fake_create,
    .container_start = fake_start,
    .container_stop = fake_stop,
    .container_restart = fake_restart,
    .container_kill = fake_kill,
    .container_remove = fake_remove,
    .container_list = fake_list,
    .container_get = fake_get,
    .container_logs = fake_logs,
    .container_attach = fake_attach,
    .container_exec = fake_exec,
    .container_wait = fake_wait,
    .container_health = fake_health,
    .container_health_run = fake_health_run,
    .container_resize = fake_resize,
    .exec_resize = fake_exec_resize,
    .container_pause = fake_pause,
    .container_unpause = fake_unpause,
    .container_rename = fake_rename,
    .container_update = fake_update,
    .container_top = fake_top,
    .container_diff = fake_diff,
    .container_export = fake_export,
    .container_commit = fake_commit,
    .image_list = fake_image_list,
    .image_get = fake_image_get,
    .image_tag = fake_image_tag,
    .image_remove = fake_image_remove,
    .image_pull = fake_image_pull,
    .image_build = fake_image_build,
    .image_push = fake_image_push,
    .registry_check = fake_registry_check,
    .image_history = fake_image_history,
    .image_save = fake_image_save,
    .image_load = fake_image_load,
    .image_import = fake_image_import,
};

static void take_log(void *context, davit_log_level level, const char *message)
{
    struct fake *fake = context;
    if (level == DAVIT_LOG_DEBUG) {
        return;
    }
    pthread_mutex_lock(&fake->lock);
    size_t length = strlen(fake->log);
    snprintf(fake->log + length, sizeof fake->log - length, "%s\n", message);
    pthread_mutex_unlock(&fake->lock);
}

int fake_setup(void **state)
{
    /* The credentials of whoever runs the tests are none of theirs. */
    setenv("DOCKER_CONFIG", "/dev/null/none", 1);
    setenv("REGISTRY_AUTH_FILE", "/dev/null/none", 1);
    struct fake *fake = allocate(1, sizeof(struct fake));
    fake->driver = fake_driver;
    fake->has_timer = true;
    pthread_mutex_init(&fake->lock, NULL);
    davit_engine_options options = DAVIT_ENGINE_OPTIONS_INIT;
    options.driver = &fake->driver;
    options.driver_context = fake;
    options.log = take_log;
    options.log_context = fake;
    davit_error error = DAVIT_ERROR_INIT;
    if (davit_engine_open(&options, &fake->engine, &error) < 0) {
        print_error("%s\n", error.message);
        free(fake);
        return -1;
    }
    fake->calls[0] = '\0';
    fake->scripts[FAKE_OPEN].count = 0;
    *state = fake;
    return 0;
}

int fake_teardown(void **state)
{
    struct fake *fake = *state;
    davit_engine_close(fake->engine);
    for (size_t i = 0; i < fake->container_count; i++) {
        davit_type_clear(davit_container_info_type(), &fake->containers[i].info);
    }
    for (size_t i = 0; i < fake->image_count; i++) {
        davit_type_clear(davit_image_info_type(), &fake->images[i].info);
    }
    pthread_mutex_destroy(&fake->lock);
    free(fake);
    return 0;
}
