/* SPDX-License-Identifier: MIT */
/* What is done with containers: create, start, stop, restart, kill, remove, list, look at, wait. */
#include "engine_test.h"

#include <pthread.h>
#include <time.h>

static const char *create(struct engine_test *test, const davit_container_config *config)
{
    char *id = NULL;
    OK(davit_container_create(test->engine, config, &id, &test->error));
    return engine_test_own(test, id, free);
}

/* Ends at once when it is asked to. */
static const char *start_polite(struct engine_test *test, davit_container_config *config)
{
    const char *id = start_script(
        test, config, "trap 'exit 5' TERM; echo ready; while true; do sleep 0.02; done");
    wait_for_log(test, id, "ready");
    return id;
}

static void expect_state(struct engine_test *test, const char *name, davit_container_state state)
{
    const davit_container_info *info = info_of(test, name);
    assert_int_equal(info->state, state);
    assert_int_equal(info->is_running, state == DAVIT_STATE_RUNNING);
}

/* ---- one container's life ---- */

static void test_containers__created_one_does_not_run(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    const char *id = create(test, &config);
    assert_int_equal(strlen(id), 64);
    const davit_container_info *info = info_of(test, config.name);
    assert_string_equal(info->id, id);
    assert_string_equal(info->name, config.name);
    assert_int_equal(info->state, DAVIT_STATE_CREATED);
    assert_false(info->is_running);
    assert_int_equal(info->pid, 0);
    assert_int_equal(info->started, 0);
    assert_string_equal(info->status, "Created");
}

static void test_containers__start_runs_it_and_again_is_no_error(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"sleep", "1000"};
    davit_container_config config = engine_test_config(test, "box");
    config.command = command;
    config.command_count = ITEMS(command);
    create(test, &config);
    OK(davit_container_start(test->engine, config.name, &test->error));
    expect_state(test, config.name, DAVIT_STATE_RUNNING);
    OK(davit_container_start(test->engine, config.name, &test->error));
    const davit_container_info *info = info_of(test, config.name);
    assert_true(info->pid > 0);
    assert_true(info->started >= info->created);
    assert_int_equal(info->finished, 0);
    assert_string_equal(info->command, "sleep 1000");
    assert_contains(info->status, "Up ");
    observed(test, "Containers", "start", NULL);
}

static void test_containers__stop_ends_it_and_again_is_no_error(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start_polite(test, &config);
    OK(davit_container_stop(test->engine, config.name, DAVIT_UNSET, &test->error));
    expect_state(test, config.name, DAVIT_STATE_EXITED);
    const davit_container_info *info = info_of(test, config.name);
    assert_int_equal(info->exit_code, 5);
    assert_true(info->finished >= info->started);
    assert_int_equal(info->pid, 0);
    assert_contains(info->status, "Exited (5)");
    OK(davit_container_stop(test->engine, config.name, DAVIT_UNSET, &test->error));
    observed(test, "Containers", "stop", NULL);
}

static void test_containers__restart_is_a_new_run(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    const char *id = start_polite(test, &config);
    int64_t first = info_of(test, id)->started;
    OK(davit_container_restart(test->engine, id, DAVIT_UNSET, &test->error));
    expect_state(test, id, DAVIT_STATE_RUNNING);
    assert_true(info_of(test, id)->started > first);
    observed(test, "Containers", "restart", NULL);
}

static void test_containers__restart_starts_a_stopped_one(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start_script(test, &config, "exec sleep 1000");
    OK(davit_container_kill(test->engine, config.name, NULL, &test->error));
    assert_int_equal(wait_for_exit(test, config.name), 137);
    OK(davit_container_restart(test->engine, config.name, 0, &test->error));
    expect_state(test, config.name, DAVIT_STATE_RUNNING);
}

static void test_containers__kill_sends_the_signal(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    const char *id = start_script(
        test, &config,
        "trap 'echo got HUP' HUP; trap 'echo got USR1' USR1; trap 'echo got USR2' USR2;"
        "echo ready; while true; do sleep 0.02; done");
    wait_for_log(test, id, "ready");
    OK(davit_container_kill(test->engine, id, "HUP", &test->error));
    wait_for_log(test, id, "got HUP");
    OK(davit_container_kill(test->engine, id, "SIGUSR1", &test->error));
    wait_for_log(test, id, "got USR1");
    OK(davit_container_kill(test->engine, id, "12", &test->error));
    wait_for_log(test, id, "got USR2");
    OK(davit_container_kill(test->engine, id, NULL, &test->error));
    assert_int_equal(wait_for_exit(test, id), 137);
    observed(test, "Containers", "kill with a signal", NULL);
}

static void test_containers__kill_of_a_stopped_one_is_a_conflict(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    create(test, &config);
    FAILS(DAVIT_ERROR_CONFLICT,
          davit_container_kill(test->engine, config.name, NULL, &test->error));
}

static void test_containers__kill_with_no_signal_is_invalid(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start_script(test, &config, NULL);
    const char *signals[] = {"NONSENSE", "-1", "0x9", "9999", "TERM KILL"};
    for (size_t i = 0; i < ITEMS(signals); i++) {
        FAILS(DAVIT_ERROR_INVALID_CONFIG,
              davit_container_kill(test->engine, config.name, signals[i], &test->error));
        assert_contains(engine_test_message(test), signals[i]);
    }
    expect_state(test, config.name, DAVIT_STATE_RUNNING);
}

static void test_containers__running_one_is_removed_by_force_only(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start_script(test, &config, NULL);
    FAILS(DAVIT_ERROR_CONFLICT,
          davit_container_remove(test->engine, config.name, NULL, &test->error));
    expect_state(test, config.name, DAVIT_STATE_RUNNING);
    davit_remove_options force = {.force = true};
    double begin = seconds();
    OK(davit_container_remove(test->engine, config.name, &force, &test->error));
    assert_true(seconds() - begin < 9.0); /* killed, not stopped: that takes 10 s */
    assert_false(container_exists(test, config.name));
    observed(test, "Containers", "remove by force", NULL);
}

static void test_containers__stopped_one_is_removed(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    create(test, &config);
    OK(davit_container_remove(test->engine, config.name, NULL, &test->error));
    assert_false(container_exists(test, config.name));
}

static void test_containers__timeouts_are_checked(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    create(test, &config);
    FAILS(DAVIT_ERROR_INVALID_CONFIG,
          davit_container_stop(test->engine, config.name, -2, &test->error));
    assert_contains(engine_test_message(test), "-2");
    FAILS(DAVIT_ERROR_INVALID_CONFIG,
          davit_container_restart(test->engine, config.name, INT64_MAX, &test->error));
}

static void test_containers__stop_can_wait_without_limit(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start_polite(test, &config);
    OK(davit_container_stop(test->engine, config.name, -1, &test->error));
    assert_int_equal(wait_for_exit(test, config.name), 5);
}

/* ---- waiting ---- */

static void test_containers__wait_gives_the_exit_code(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start_script(test, &config, "sleep 0.3; exit 42");
    assert_int_equal(wait_for_exit(test, config.name), 42);
    assert_int_equal(wait_for_exit(test, config.name), 42); /* long ended */
    OK(davit_container_wait(test->engine, config.name, DAVIT_WAIT_NOT_RUNNING, NULL, &test->error));
    observed(test, "Containers", "wait", NULL);
}

static void test_containers__wait_for_one_that_never_ran_returns(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    create(test, &config);
    assert_int_equal(wait_for_exit(test, config.name), 0);
}

static void test_containers__wait_ends_with_its_time(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start_script(test, &config, NULL);
    DAVIT_CLEANUP(davit_engine_close) davit_engine *scope = NULL;
    davit_scope_options limit = {.timeout_ms = 300};
    OK(davit_engine_scope(test->engine, &limit, &scope, &test->error));
    int exit_code = -1;
    double begin = seconds();
    FAILS(DAVIT_ERROR_TIMEOUT, davit_container_wait(scope, config.name, DAVIT_WAIT_NOT_RUNNING,
                                                    &exit_code, &test->error));
    assert_true(seconds() - begin < 20.0);
    assert_int_equal(exit_code, -1);
}

/* ---- names ---- */

static void test_containers__name_id_and_prefix_find_it(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    const char *id = create(test, &config);
    assert_string_equal(info_of(test, id)->name, config.name);
    assert_string_equal(info_of(test, engine_test_format(test, "%.12s", id))->name, config.name);
}

static void test_containers__name_in_use_is_a_conflict(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    const char *first = create(test, &config);
    char *id = NULL;
    FAILS(DAVIT_ERROR_CONFLICT, davit_container_create(test->engine, &config, &id, &test->error));
    assert_contains(engine_test_message(test), config.name);
    FAILS(DAVIT_ERROR_CONFLICT, davit_container_run(test->engine, &config, &id, &test->error));
    int exit_code = -1;
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    FAILS(DAVIT_ERROR_CONFLICT,
          davit_container_run_attached(test->engine, &config, &attach, &exit_code, &test->error));
    assert_null(id);
    assert_string_equal(info_of(test, config.name)->id, first); /* it was not removed */
}

static void test_containers__engine_makes_up_a_name(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, NULL);
    const davit_container_info *info = info_of(test, create(test, &config));
    assert_non_null(info->name);
    assert_true(strlen(info->name) > 2);
}

static void test_containers__one_that_is_gone_is_not_found(void **state)
{
    struct engine_test *test = *state;
    const char *name = engine_test_name(test, "gone");
    const char *command[] = {"true"};
    davit_exec_config config = DAVIT_EXEC_CONFIG_INIT;
    config.command = command;
    config.command_count = 1;
    davit_container_info *info = NULL;
    davit_health *health = NULL;
    char *raw = NULL;
    int code = -1;
    davit_engine *engine = test->engine;
    davit_error *error = &test->error;
#define GONE(call)                                                                                 \
    FAILS(DAVIT_ERROR_CONTAINER_NOT_FOUND, call);                                                  \
    assert_contains(engine_test_message(test), name)
    GONE(davit_container_start(engine, name, error));
    GONE(davit_container_stop(engine, name, 1, error));
    GONE(davit_container_restart(engine, name, 1, error));
    GONE(davit_container_kill(engine, name, NULL, error));
    GONE(davit_container_remove(engine, name, NULL, error));
    davit_remove_options force = {.force = true, .volumes = true};
    GONE(davit_container_remove(engine, name, &force, error));
    GONE(davit_container_get(engine, name, &info, error));
    GONE(davit_container_get_raw(engine, name, &raw, error));
    GONE(davit_container_logs(engine, name, NULL, NULL, NULL, error));
    GONE(davit_container_exec(engine, name, &config, NULL, &code, error));
    GONE(davit_container_wait(engine, name, DAVIT_WAIT_NOT_RUNNING, &code, error));
    GONE(davit_container_wait(engine, name, DAVIT_WAIT_HEALTHY, &code, error));
    GONE(davit_container_health(engine, name, &health, error));
    assert_null(info);
    assert_null(raw);
    assert_null(health);
    assert_int_equal(code, -1);
}

static void test_containers__names_are_escaped_in_requests(void **state)
{
    struct engine_test *test = *state;
    const char *names[] = {"../info", "a/b", "a?all=1", "a b", "%2e", "\xc3\xa4", "a#b"};
    davit_container_info *info = NULL;
    for (size_t i = 0; i < ITEMS(names); i++) {
        int r = davit_container_get(test->engine, names[i], &info, &test->error);
        assert_true(r < 0);
        FAILS(test->error.code, r);
        assert_null(info);
    }
}

/* ---- looking ---- */

static void test_containers__every_detail_is_told(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.tty = true;
    int64_t before = (int64_t)time(NULL) * 1000000000;
    start_script(test, &config, "sleep 0.2; exit 3"); /* engines note the start some ms late */
    wait_for_exit(test, config.name);
    const davit_container_info *info = info_of(test, config.name);
    assert_string_equal(info->image, BASE_IMAGE);
    assert_contains(info->image_id, "sha256:");
    assert_int_equal(strlen(info->image_id), strlen("sha256:") + 64);
    assert_string_equal(info->command, "sh -c sleep 0.2; exit 3");
    assert_true(info->created >= before - DAVIT_SECONDS(2));
    assert_true(info->created <= info->started && info->started <= info->finished);
    assert_int_equal(info->exit_code, 3);
    assert_false(info->oom_killed);
    assert_int_equal(info->health, DAVIT_HEALTH_NONE);
    assert_int_equal(info->health_test_count, 0);
    assert_int_equal(info->restart_count, 0);
    assert_int_equal(info->memory, 0);
    assert_int_equal(info->nano_cpus, 0);
    assert_true(info->tty);
    assert_false(info->auto_remove);
    assert_int_equal(info->label_count, 1);
    assert_string_equal(info->labels[0].value, test->prefix);
    observed(test, "Containers", "inspect", NULL);
}

static void test_containers__raw_is_the_engines_json(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    const char *id = create(test, &config);
    DAVIT_CLEANUP(davit_string_free) char *raw = NULL;
    OK(davit_container_get_raw(test->engine, config.name, &raw, &test->error));
    assert_int_equal(raw[0], '{');
    assert_contains(raw, id);
    assert_contains(raw, "\"HostConfig\"");
    observed(test, "Containers", "inspect as the engine tells it", NULL);
}

/* ---- lists ---- */

static davit_container_list *list_with(struct engine_test *test,
                                       davit_container_list_options options, const char *filter,
                                       const char *value)
{
    davit_pair filters[] = {{"label", engine_test_format(test, "davit-test=%s", test->prefix)},
                            {filter, value}};
    options.filters = filters;
    options.filter_count = filter ? 2 : 1;
    davit_container_list *list = NULL;
    OK(davit_container_list_get(test->engine, &options, &list, &test->error));
    return list;
}

static void test_containers__list_shows_running_ones_newest_first(void **state)
{
    struct engine_test *test = *state;
    davit_container_config created = engine_test_config(test, "created");
    davit_container_config first = engine_test_config(test, "first");
    davit_container_config second = engine_test_config(test, "second");
    create(test, &created);
    start_script(test, &first, NULL);
    start_script(test, &second, NULL);
    davit_container_list_options options = {0};
    DAVIT_CLEANUP(davit_container_list_free)
    davit_container_list *list = list_with(test, options, NULL, NULL);
    assert_int_equal(list->count, 2);
    assert_string_equal(list->items[0].name, second.name);
    assert_string_equal(list->items[1].name, first.name);
    assert_true(list->items[0].is_running);
    assert_string_equal(list->items[0].image, BASE_IMAGE);
    assert_contains(list->items[0].status, "Up ");
    assert_contains(list->items[0].command, "sleep 1000");
    assert_int_equal(strlen(list->items[0].id), 64);
}

static void test_containers__list_of_all_shows_the_others_too(void **state)
{
    struct engine_test *test = *state;
    davit_container_config created = engine_test_config(test, "created");
    davit_container_config ended = engine_test_config(test, "ended");
    create(test, &created);
    start_script(test, &ended, "exit 9");
    wait_for_exit(test, ended.name);
    davit_container_list_options options = {.all = true};
    DAVIT_CLEANUP(davit_container_list_free)
    davit_container_list *list = list_with(test, options, NULL, NULL);
    assert_int_equal(list->count, 2);
    assert_string_equal(list->items[0].name, ended.name);
    assert_int_equal(list->items[0].state, DAVIT_STATE_EXITED);
    assert_contains(list->items[0].status, "Exited (9)");
    assert_int_equal(list->items[1].state, DAVIT_STATE_CREATED);
}

static void test_containers__list_is_filtered(void **state)
{
    struct engine_test *test = *state;
    davit_container_config running = engine_test_config(test, "running");
    davit_container_config ended = engine_test_config(test, "ended");
    start_script(test, &running, NULL);
    start_script(test, &ended, "exit 0");
    wait_for_exit(test, ended.name);
    const struct {
        const char *filter, *value, *name;
    } cases[] = {{"status", "running", running.name},
                 {"status", "exited", ended.name},
                 {"name", ended.name, ended.name}};
    for (size_t i = 0; i < ITEMS(cases); i++) {
        davit_container_list_options options = {.all = true};
        DAVIT_CLEANUP(davit_container_list_free)
        davit_container_list *list = list_with(test, options, cases[i].filter, cases[i].value);
        assert_int_equal(list->count, 1);
        assert_string_equal(list->items[0].name, cases[i].name);
    }
    observed(test, "Containers", "list with filters", NULL);
}

/* Every filter means the same on every engine: docker's. */
static void test_containers__each_filter_means_the_same_everywhere(void **state)
{
    struct engine_test *test = *state;
    davit_container_config one = engine_test_config(test, "one");
    davit_container_config two = engine_test_config(test, "two");
    davit_container_config paused = engine_test_config(test, "paused");
    davit_mount mount = {.type = DAVIT_MOUNT_VOLUME, .target = "/data", .source = "data"};
    mount.source = engine_test_name(test, "data");
    davit_port_mapping port = {.container_port = 8099, .host_ip = "127.0.0.1"};
    one.mounts = &mount;
    one.mount_count = 1;
    one.ports = &port;
    one.port_count = 1;
    const char *id = start_script(test, &one, NULL);
    start_script(test, &two, "exit 3");
    wait_for_exit(test, two.name);
    start_script(test, &paused, NULL);
    OK(davit_container_pause(test->engine, paused.name, &test->error));
    const davit_port_info *published = info_of(test, id)->ports;
    const char *host_port = engine_test_format(test, "%lld", (long long)published->host_port);
    const struct {
        const char *filter, *value;
        size_t count;
    } cases[] = {
        {"name", engine_test_format(test, "^/%s$", one.name), 1},
        {"name", engine_test_format(test, "^%s$", two.name), 1},
        {"name", "no-such-name", 0},
        {"id", engine_test_format(test, "%.12s", id), 1},
        {"status", "paused", 1},
        {"status", "dead", 0},
        {"status", "restarting", 0},
        {"exited", "3", 1},
        {"exited", "4", 0},
        {"health", "none", 3},
        {"health", "healthy", 0},
        {"volume", "/data", 1},
        {"volume", mount.source, 1},
        {"volume", "/other", 0},
        {"publish", host_port, 1},
        {"publish", engine_test_format(test, "%s/udp", host_port), 0},
        {"expose", "8099", 1},
        {"expose", "8090-8100/tcp", 1},
        {"expose", "8100", 0},
        {"ancestor", BASE_IMAGE, 3},
        {"ancestor", "no-such-image", 0},
        {"before", two.name, 1},
        {"since", two.name, 1},
    };
    for (size_t i = 0; i < ITEMS(cases); i++) {
        davit_container_list_options options = {.all = true};
        DAVIT_CLEANUP(davit_container_list_free)
        davit_container_list *list = list_with(test, options, cases[i].filter, cases[i].value);
        if (list->count != cases[i].count) {
            fail_msg("%s=%s: %zu, not %zu", cases[i].filter, cases[i].value, list->count,
                     cases[i].count);
        }
    }
    OK(davit_container_remove(test->engine, id, &(davit_remove_options){.force = true},
                              &test->error));
    engine_test_request(test, "DELETE", engine_test_format(test, "/volumes/%s", mount.source), NULL,
                        NULL);
}

static void test_containers__paused_ones_are_listed_with_the_running(void **state)
{
    struct engine_test *test = *state;
    davit_container_config paused = engine_test_config(test, "paused");
    start_script(test, &paused, NULL);
    OK(davit_container_pause(test->engine, paused.name, &test->error));
    davit_container_list_options options = {0};
    DAVIT_CLEANUP(davit_container_list_free)
    davit_container_list *list = list_with(test, options, NULL, NULL);
    assert_int_equal(list->count, 1);
    assert_int_equal(list->items[0].state, DAVIT_STATE_PAUSED);
}

static void test_containers__the_last_ones_are_counted_behind_the_filters(void **state)
{
    struct engine_test *test = *state;
    davit_container_config ended = engine_test_config(test, "ended");
    davit_container_config created = engine_test_config(test, "created");
    start_script(test, &ended, "exit 0");
    wait_for_exit(test, ended.name);
    create(test, &created);
    davit_container_list_options options = {.last = 1};
    DAVIT_CLEANUP(davit_container_list_free)
    davit_container_list *list = list_with(test, options, "status", "exited");
    assert_int_equal(list->count, 1);
    assert_string_equal(list->items[0].name, ended.name);
}

/* ---- wait ---- */

static void test_containers__wait_for_the_removal(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.auto_remove = true;
    start_script(test, &config, "sleep 0.3; exit 6");
    int exit_code = -1;
    OK(davit_container_wait(test->engine, config.name, DAVIT_WAIT_REMOVED, &exit_code,
                            &test->error));
    assert_int_equal(exit_code, 6);
    assert_false(container_exists(test, config.name));
    FAILS(DAVIT_ERROR_CONTAINER_NOT_FOUND,
          davit_container_wait(test->engine, config.name, DAVIT_WAIT_REMOVED, &exit_code,
                               &test->error));
}

struct starting {
    davit_engine *engine;
    const char *name;
};

static void *start_soon(void *context)
{
    const struct starting *starting = context;
    static const struct timespec moment = {.tv_nsec = 50000000};
    nanosleep(&moment, NULL);
    davit_container_start(starting->engine, starting->name, NULL);
    return NULL;
}

static void test_containers__wait_for_the_next_exit(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start_script(test, &config, "[ -e /again ] && exit 7; touch /again; exit 3");
    assert_int_equal(wait_for_exit(test, config.name), 3);
    struct starting starting = {test->engine, config.name};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, start_soon, &starting), 0);
    int exit_code = -1;
    OK(davit_container_wait(test->engine, config.name, DAVIT_WAIT_NEXT_EXIT, &exit_code,
                            &test->error));
    pthread_join(thread, NULL);
    assert_int_equal(exit_code, 7);
}

static void test_containers__waiting_for_what_does_not_come_ends_in_time(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    create(test, &config);
    davit_engine *scope = NULL;
    OK(davit_engine_scope(test->engine, &(davit_scope_options){.timeout_ms = 200}, &scope,
                          &test->error));
    for (int i = DAVIT_WAIT_NEXT_EXIT; i <= DAVIT_WAIT_REMOVED; i++) {
        int exit_code = -1;
        FAILS(DAVIT_ERROR_TIMEOUT, davit_container_wait(scope, config.name, (davit_wait_condition)i,
                                                        &exit_code, &test->error));
        assert_int_equal(exit_code, -1);
    }
    davit_engine_close(scope);
}

static void test_containers__list_of_the_last_ones(void **state)
{
    struct engine_test *test = *state;
    davit_container_config first = engine_test_config(test, "first");
    davit_container_config last = engine_test_config(test, "last");
    create(test, &first);
    create(test, &last);
    davit_container_list_options options = {.last = 1};
    DAVIT_CLEANUP(davit_container_list_free) davit_container_list *list = NULL;
    OK(davit_container_list_get(test->engine, &options, &list, &test->error));
    assert_int_equal(list->count, 1);
    assert_string_equal(list->items[0].name, last.name);
    observed(test, "Containers", "list of the last ones", NULL);
}

static void test_containers__list_fills_details_when_asked(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.hostname = "known";
    start_script(test, &config, NULL);
    davit_container_list_options options = {.detail = true};
    DAVIT_CLEANUP(davit_container_list_free)
    davit_container_list *list = list_with(test, options, NULL, NULL);
    assert_int_equal(list->count, 1);
    assert_string_equal(list->items[0].hostname, "known");
    assert_true(list->items[0].pid > 0);
    assert_contains(list->items[0].status, "Up ");
}

static void test_containers__unknown_filter_is_invalid(void **state)
{
    struct engine_test *test = *state;
    const davit_pair filters[] = {{"no-such-filter", "x"}};
    davit_container_list_options options = {.filters = filters, .filter_count = 1};
    davit_container_list *list = NULL;
    FAILS(DAVIT_ERROR_INVALID_CONFIG,
          davit_container_list_get(test->engine, &options, &list, &test->error));
    assert_contains(engine_test_message(test), "no-such-filter");
    assert_null(list);
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_containers__created_one_does_not_run),
    ENGINE_TEST(test_containers__start_runs_it_and_again_is_no_error),
    ENGINE_TEST(test_containers__stop_ends_it_and_again_is_no_error),
    ENGINE_TEST(test_containers__restart_is_a_new_run),
    ENGINE_TEST(test_containers__restart_starts_a_stopped_one),
    ENGINE_TEST(test_containers__kill_sends_the_signal),
    ENGINE_TEST(test_containers__kill_of_a_stopped_one_is_a_conflict),
    ENGINE_TEST(test_containers__kill_with_no_signal_is_invalid),
    ENGINE_TEST(test_containers__running_one_is_removed_by_force_only),
    ENGINE_TEST(test_containers__stopped_one_is_removed),
    ENGINE_TEST(test_containers__timeouts_are_checked),
    ENGINE_TEST(test_containers__stop_can_wait_without_limit),
    ENGINE_TEST(test_containers__wait_gives_the_exit_code),
    ENGINE_TEST(test_containers__wait_for_one_that_never_ran_returns),
    ENGINE_TEST(test_containers__wait_ends_with_its_time),
    ENGINE_TEST(test_containers__name_id_and_prefix_find_it),
    ENGINE_TEST(test_containers__name_in_use_is_a_conflict),
    ENGINE_TEST(test_containers__engine_makes_up_a_name),
    ENGINE_TEST(test_containers__one_that_is_gone_is_not_found),
    ENGINE_TEST(test_containers__names_are_escaped_in_requests),
    ENGINE_TEST(test_containers__every_detail_is_told),
    ENGINE_TEST(test_containers__raw_is_the_engines_json),
    ENGINE_TEST(test_containers__list_shows_running_ones_newest_first),
    ENGINE_TEST(test_containers__list_of_all_shows_the_others_too),
    ENGINE_TEST(test_containers__list_is_filtered),
    ENGINE_TEST(test_containers__each_filter_means_the_same_everywhere),
    ENGINE_TEST(test_containers__paused_ones_are_listed_with_the_running),
    ENGINE_TEST(test_containers__the_last_ones_are_counted_behind_the_filters),
    ENGINE_TEST(test_containers__wait_for_the_removal),
    ENGINE_TEST(test_containers__wait_for_the_next_exit),
    ENGINE_TEST(test_containers__waiting_for_what_does_not_come_ends_in_time),
    ENGINE_TEST(test_containers__list_of_the_last_ones),
    ENGINE_TEST(test_containers__list_fills_details_when_asked),
    ENGINE_TEST(test_containers__unknown_filter_is_invalid),
};
DAVIT_TEST_MAIN(tests)
