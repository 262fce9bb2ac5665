/* SPDX-License-Identifier: MIT */
/* What is done with a container that is there: pause, rename, update, top, diff, export, commit. */
#include "engine_test.h"

static const char *start(struct engine_test *test, davit_container_config *config)
{
    return start_script(test, config, "exec sleep 1000");
}

/* ---- pause ---- */

static void test_verbs__pause_freezes_it_and_unpause_lets_it_go_on(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start(test, &config);
    OK(davit_container_pause(test->engine, config.name, &test->error));
    assert_int_equal(info_of(test, config.name)->state, DAVIT_STATE_PAUSED);
    FAILS(DAVIT_ERROR_CONFLICT, davit_container_pause(test->engine, config.name, &test->error));
    OK(davit_container_unpause(test->engine, config.name, &test->error));
    assert_int_equal(info_of(test, config.name)->state, DAVIT_STATE_RUNNING);
    assert_string_equal(exec_says(test, config.name, "echo alive"), "alive");
    observed(test, "Containers", "pause", NULL);
    FAILS(DAVIT_ERROR_CONFLICT, davit_container_unpause(test->engine, config.name, &test->error));
}

static void test_verbs__a_stopped_one_is_in_the_wrong_state(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    char *id = NULL;
    davit_process_table *table = NULL;
    OK(davit_container_create(test->engine, &config, &id, &test->error));
    davit_string_free(id);
    FAILS(DAVIT_ERROR_CONFLICT, davit_container_pause(test->engine, config.name, &test->error));
    FAILS(DAVIT_ERROR_CONFLICT,
          davit_container_top(test->engine, config.name, NULL, &table, &test->error));
    assert_null(table);
}

static void test_verbs__what_is_gone_is_not_found(void **state)
{
    struct engine_test *test = *state;
    const char *name = engine_test_name(test, "gone");
    davit_container_changes changes = DAVIT_CONTAINER_CHANGES_INIT;
    changes.memory = DAVIT_MIB(64);
    davit_process_table *table = NULL;
    davit_file_changes *diff = NULL;
    char *id = NULL;
    davit_error_code missing = DAVIT_ERROR_CONTAINER_NOT_FOUND;
    FAILS(missing, davit_container_pause(test->engine, name, &test->error));
    FAILS(missing, davit_container_unpause(test->engine, name, &test->error));
    FAILS(missing, davit_container_rename(test->engine, name, "other", &test->error));
    FAILS(missing, davit_container_update(test->engine, name, &changes, &test->error));
    FAILS(missing, davit_container_top(test->engine, name, NULL, &table, &test->error));
    FAILS(missing, davit_container_diff(test->engine, name, &diff, &test->error));
    FAILS(missing, davit_container_export(test->engine, name, NULL, NULL, &test->error));
    FAILS(missing, davit_container_commit(test->engine, name, NULL, &id, &test->error));
}

/* ---- rename ---- */

static void test_verbs__rename_changes_the_name_and_nothing_else(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "old");
    const char *id = start(test, &config);
    const char *name = engine_test_name(test, "new");
    OK(davit_container_rename(test->engine, config.name, name, &test->error));
    assert_string_equal(info_of(test, name)->id, id);
    assert_true(info_of(test, name)->is_running);
    assert_false(container_exists(test, config.name));
    observed(test, "Containers", "rename", NULL);
    FAILS(DAVIT_ERROR_CONFLICT, davit_container_rename(test->engine, name, name, &test->error));
}

static void test_verbs__a_name_in_use_is_a_conflict(void **state)
{
    struct engine_test *test = *state;
    davit_container_config one = engine_test_config(test, "one");
    davit_container_config two = engine_test_config(test, "two");
    start(test, &one);
    start(test, &two);
    FAILS(DAVIT_ERROR_CONFLICT,
          davit_container_rename(test->engine, one.name, two.name, &test->error));
    assert_true(container_exists(test, one.name));
}

/* ---- update ---- */

/* The limit as the kernel has it, cgroup v2 or v1. */
#define MEMORY_LIMIT "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes"
#define PIDS_LIMIT   "cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max"
#define CPU_SHARES   "cat /sys/fs/cgroup/cpu/cpu.shares /sys/fs/cgroup/cpu.weight"
#define EITHER       " 2>/dev/null || true"

static void test_verbs__update_changes_limits_while_it_runs(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.resources.memory = DAVIT_MIB(64);
    start(test, &config);
    davit_container_changes changes = DAVIT_CONTAINER_CHANGES_INIT;
    changes.memory = DAVIT_MIB(32);
    changes.pids = 70;
    OK(davit_container_update(test->engine, config.name, &changes, &test->error));
    assert_string_equal(exec_says(test, config.name, MEMORY_LIMIT EITHER), "33554432");
    assert_string_equal(exec_says(test, config.name, PIDS_LIMIT EITHER), "70");
    observed(test, "Containers", "update of limits", NULL);
}

static void test_verbs__update_leaves_alone_what_is_not_given(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.resources.memory = DAVIT_MIB(64);
    start(test, &config);
    const char *before = exec_says(test, config.name, CPU_SHARES EITHER);
    davit_container_changes changes = DAVIT_CONTAINER_CHANGES_INIT;
    changes.cpu_shares = 300;
    OK(davit_container_update(test->engine, config.name, &changes, &test->error));
    assert_string_not_equal(exec_says(test, config.name, CPU_SHARES EITHER), before);
    assert_string_equal(exec_says(test, config.name, MEMORY_LIMIT EITHER), "67108864");
}

static void test_verbs__update_changes_the_restart_policy_where_the_engine_can(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start(test, &config);
    davit_container_changes changes = DAVIT_CONTAINER_CHANGES_INIT;
    changes.restart_policy = DAVIT_RESTART_UNLESS_STOPPED;
    davit_capability_info can = davit_engine_can(test->engine, DAVIT_CAPABILITY_UPDATE_RESTART);
    if (!can.supported) {
        FAILS(DAVIT_ERROR_UNSUPPORTED,
              davit_container_update(test->engine, config.name, &changes, &test->error));
        assert_contains(engine_test_message(test), can.reason);
        observed(test, "Containers", "update of the restart policy", can.reason);
        return;
    }
    OK(davit_container_update(test->engine, config.name, &changes, &test->error));
    assert_int_equal(info_of(test, config.name)->restart_policy, DAVIT_RESTART_UNLESS_STOPPED);
    observed(test, "Containers", "update of the restart policy", NULL);
}

/* ---- top ---- */

static const davit_process_table *top(struct engine_test *test, const char *name,
                                      const char *options)
{
    davit_process_table *table = NULL;
    OK(davit_container_top(test->engine, name, options, &table, &test->error));
    return engine_test_own(test, table, (void (*)(void *))(void (*)(void))davit_process_table_free);
}

static bool has_cell(const davit_process_table *table, size_t column, const char *text)
{
    for (size_t i = 0; i < table->row_count; i++) {
        if (strcmp(table->cells[i * table->title_count + column], text) == 0) {
            return true;
        }
    }
    return false;
}

static void test_verbs__top_lists_its_processes(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start(test, &config);
    const davit_process_table *table = top(test, config.name, NULL);
    assert_true(table->title_count >= 3);
    assert_true(has_cell(table, table->title_count - 1, "sleep 1000"));
    observed(test, "Containers", "top", NULL);
}

static void test_verbs__top_passes_options_to_ps(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start(test, &config);
    const davit_process_table *table = top(test, config.name, "-o pid,comm");
    assert_int_equal(table->title_count, 2);
    assert_string_equal(table->titles[0], "PID");
    assert_true(has_cell(table, 1, "sleep"));
}

/* ---- diff, export, commit ---- */

static int kind_of(const davit_file_changes *changes, const char *path)
{
    for (size_t i = 0; i < changes->count; i++) {
        if (strcmp(changes->items[i].path, path) == 0) {
            return changes->items[i].kind;
        }
    }
    return -1;
}

static void test_verbs__diff_tells_what_became_of_files(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start_script(test, &config,
                 "echo x > /new; rm /etc/group; echo x >> /etc/passwd; echo ready; "
                 "exec sleep 1000");
    wait_for_log(test, config.name, "ready");
    davit_file_changes *changes = NULL;
    OK(davit_container_diff(test->engine, config.name, &changes, &test->error));
    assert_int_equal(kind_of(changes, "/new"), DAVIT_CHANGE_ADDED);
    assert_int_equal(kind_of(changes, "/etc/group"), DAVIT_CHANGE_DELETED);
    assert_int_equal(kind_of(changes, "/etc/passwd"), DAVIT_CHANGE_MODIFIED);
    assert_int_equal(kind_of(changes, "/etc/shadow"), -1);
    observed(test, "Containers", "diff", NULL);
    davit_file_changes_free(changes);
}

struct tar {
    size_t length;
    char first[512];
};

static int count_bytes(void *context, const void *data, size_t length)
{
    struct tar *tar = context;
    for (size_t i = 0; i < length && tar->length + i < sizeof tar->first; i++) {
        tar->first[tar->length + i] = ((const char *)data)[i];
    }
    tar->length += length;
    return 0;
}

static void test_verbs__export_hands_out_a_tar_of_its_files(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start(test, &config);
    struct tar tar = {0};
    OK(davit_container_export(test->engine, config.name, count_bytes, &tar, &test->error));
    assert_true(tar.length > 100000);
    assert_int_equal(tar.length % 512, 0);
    assert_memory_equal(tar.first + 257, "ustar", 5);
    observed(test, "Containers", "export", NULL);
}

static int stop(void *context, const void *data, size_t length)
{
    (void)data, (void)length;
    (*(int *)context)++;
    return 1;
}

static void test_verbs__export_stops_when_the_receiver_wants_no_more(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start(test, &config);
    int count = 0;
    FAILS(DAVIT_ERROR_CANCELLED,
          davit_container_export(test->engine, config.name, stop, &count, &test->error));
    assert_int_equal(count, 1);
}

static int trigger(void *cancel, const void *data, size_t length)
{
    (void)data, (void)length;
    davit_cancel_trigger(cancel);
    return 0;
}

static void test_verbs__export_ends_when_it_is_cancelled(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start(test, &config);
    davit_cancel *cancel = NULL;
    davit_engine *scope = NULL;
    OK(davit_cancel_create(&cancel, &test->error));
    davit_scope_options options = {.cancel = cancel};
    OK(davit_engine_scope(test->engine, &options, &scope, &test->error));
    FAILS(DAVIT_ERROR_CANCELLED,
          davit_container_export(scope, config.name, trigger, cancel, &test->error));
    davit_engine_close(scope);
    davit_cancel_free(cancel);
}

static void test_verbs__commit_makes_an_image_of_it(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start_script(test, &config, "echo kept > /kept; echo ready; exec sleep 1000");
    wait_for_log(test, config.name, "ready");
    static const char *const changes[] = {"CMD [\"cat\", \"/kept\"]", "ENV MOOD=fine"};
    davit_commit_options options = DAVIT_COMMIT_OPTIONS_INIT;
    options.image = engine_test_format(test, "localhost/%s:7", engine_test_name(test, "image"));
    options.author = "Jo <jo@example.org>";
    options.message = "after the repair";
    options.changes = changes;
    options.change_count = ITEMS(changes);
    char *id = NULL;
    OK(davit_container_commit(test->engine, config.name, &options, &id, &test->error));
    const davit_image_info *image = image_of(test, options.image);
    assert_string_equal(image->id, id);
    davit_string_free(id);
    char *raw = NULL;
    OK(davit_image_get_raw(test->engine, options.image, &raw, &test->error));
    engine_test_own(test, raw, free);
    assert_contains(raw, "after the repair");
    assert_contains(raw, "jo@example.org");
    assert_contains(raw, "MOOD=fine");
    davit_container_config copy = engine_test_config(test, "copy");
    copy.image = options.image;
    copy.auto_remove = true;
    struct collected collected = {0};
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    attach.output = collect;
    attach.context = &collected;
    int exit_code = -1;
    OK(davit_container_run_attached(test->engine, &copy, &attach, &exit_code, &test->error));
    assert_int_equal(exit_code, 0);
    assert_string_equal(collected.out, "kept\n");
    observed(test, "Containers", "commit", NULL);
    collected_clear(&collected);
}

static void test_verbs__commit_refuses_a_change_that_cannot_be_made(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    start(test, &config);
    static const char *const changes[] = {"NONSENSE x"};
    davit_commit_options options = DAVIT_COMMIT_OPTIONS_INIT;
    options.changes = changes;
    options.change_count = 1;
    char *id = NULL;
    FAILS(DAVIT_ERROR_INVALID_CONFIG,
          davit_container_commit(test->engine, config.name, &options, &id, &test->error));
    assert_null(id);
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_verbs__pause_freezes_it_and_unpause_lets_it_go_on),
    ENGINE_TEST(test_verbs__a_stopped_one_is_in_the_wrong_state),
    ENGINE_TEST(test_verbs__what_is_gone_is_not_found),
    ENGINE_TEST(test_verbs__rename_changes_the_name_and_nothing_else),
    ENGINE_TEST(test_verbs__a_name_in_use_is_a_conflict),
    ENGINE_TEST(test_verbs__update_changes_limits_while_it_runs),
    ENGINE_TEST(test_verbs__update_leaves_alone_what_is_not_given),
    ENGINE_TEST(test_verbs__update_changes_the_restart_policy_where_the_engine_can),
    ENGINE_TEST(test_verbs__top_lists_its_processes),
    ENGINE_TEST(test_verbs__top_passes_options_to_ps),
    ENGINE_TEST(test_verbs__diff_tells_what_became_of_files),
    ENGINE_TEST(test_verbs__export_hands_out_a_tar_of_its_files),
    ENGINE_TEST(test_verbs__export_stops_when_the_receiver_wants_no_more),
    ENGINE_TEST(test_verbs__export_ends_when_it_is_cancelled),
    ENGINE_TEST(test_verbs__commit_makes_an_image_of_it),
    ENGINE_TEST(test_verbs__commit_refuses_a_change_that_cannot_be_made),
};
DAVIT_TEST_MAIN(tests)
