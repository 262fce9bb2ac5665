/* SPDX-License-Identifier: MIT */
/* What cannot be meant is refused with the name of the field, before or by the engine, and nothing
 * is left behind. */
#include "engine_test.h"

/* A field set to something, and what the message has to name. */
struct bad {
    void (*set)(davit_container_config *config);
    const char *said;
    const char *value; /* NULL: not shown */
};

static davit_port_mapping port;
static davit_mount mount;
static davit_pair pair;
static const char *words[3];

static void set_port(davit_container_config *config, davit_port_mapping value)
{
    port = value;
    config->ports = &port;
    config->port_count = 1;
}

static void set_mount(davit_container_config *config, davit_mount value)
{
    mount = value;
    config->mounts = &mount;
    config->mount_count = 1;
}

static void set_test(davit_container_config *config, const char *first, const char *second,
                     size_t count)
{
    words[0] = first;
    words[1] = second;
    words[2] = "more";
    config->health_check.test = words;
    config->health_check.test_count = count;
}

static void set_environment(davit_container_config *config, const char *name, const char *value)
{
    pair = (davit_pair){name, value};
    config->environment = &pair;
    config->environment_count = 1;
}

static void set_label(davit_container_config *config, const char *name, const char *value)
{
    pair = (davit_pair){name, value};
    config->labels = &pair;
    config->label_count = 1;
}

#define BAD(name, ...)                                                                             \
    static void bad_##name(davit_container_config *config)                                         \
    {                                                                                              \
        __VA_ARGS__;                                                                               \
    }
/* clang-format off */
BAD(size, config->struct_size = 8)
BAD(no_image, config->image = NULL)
BAD(empty_image, config->image = "")
BAD(image, config->image = "Not An Image")
BAD(name, config->name = "with space")
BAD(short_name, config->name = "x")
BAD(empty_variable, set_environment(config, "", "1"))
BAD(variable, set_environment(config, "A=B", "1"))
BAD(variable_bytes, set_environment(config, "NAME", "\xff"))
BAD(label, set_label(config, NULL, "1"))
BAD(label_bytes, set_label(config, "label", "\xc0\x80"))
BAD(port_0, set_port(config, (davit_port_mapping){.host_port = 80}))
BAD(port_high, set_port(config, (davit_port_mapping){.container_port = 65536}))
BAD(port_negative, set_port(config, (davit_port_mapping){.container_port = -1}))
BAD(host_port, set_port(config, (davit_port_mapping){.container_port = 1, .host_port = 70000}))
BAD(host_ip, set_port(config, (davit_port_mapping){.container_port = 1, .host_ip = "1.2.3"}))
BAD(protocol, set_port(config, (davit_port_mapping){.container_port = 1, .protocol = 9}))
BAD(no_target, set_mount(config, (davit_mount){.source = "data"}))
BAD(target, set_mount(config, (davit_mount){.source = "data", .target = "relative"}))
BAD(target_root, set_mount(config, (davit_mount){.source = "data", .target = "/"}))
BAD(no_source, set_mount(config, (davit_mount){.type = DAVIT_MOUNT_BIND, .target = "/x"}))
BAD(source, set_mount(config, (davit_mount){.type = DAVIT_MOUNT_BIND, .source = "rel", .target = "/x"}))
BAD(volume, set_mount(config, (davit_mount){.source = "a/b", .target = "/x"}))
BAD(fixed_volume, set_mount(config, (davit_mount){.target = "/x", .read_only = true}))
BAD(mount_type, set_mount(config, (davit_mount){.type = 7, .target = "/x"}))
BAD(tmpfs_size, set_mount(config, (davit_mount){.type = DAVIT_MOUNT_TMPFS, .target = "/x", .tmpfs_size = -5}))
BAD(tmpfs_mode, set_mount(config, (davit_mount){.type = DAVIT_MOUNT_TMPFS, .target = "/x", .tmpfs_mode = 010000}))
BAD(memory, config->resources.memory = -1)
BAD(little_memory, config->resources.memory = 1000)
BAD(cpus, config->resources.nano_cpus = -7)
BAD(shares, config->resources.cpu_shares = -3)
BAD(pids, config->resources.pids = -2)
BAD(test_kind, set_test(config, "SOMETIMES", "true", 2))
BAD(test_alone, set_test(config, "CMD", NULL, 1))
BAD(test_many, set_test(config, "CMD-SHELL", "true", 3))
BAD(test_none, set_test(config, "NONE", "true", 2))
BAD(test_null, set_test(config, "CMD", NULL, 2))
BAD(interval, config->health_check.interval = -1)
BAD(short_interval, config->health_check.interval = 5)
BAD(check_timeout, config->health_check.timeout = -2)
BAD(start_period, config->health_check.start_period = -3)
BAD(retries, config->health_check.retries = -4)
BAD(policy, config->restart_policy = 77)
BAD(restarts, config->restart_policy = DAVIT_RESTART_ON_FAILURE; config->restart_retries = -5)
BAD(idle_restarts, config->restart_retries = 3)
BAD(removed_restarts, config->restart_policy = DAVIT_RESTART_ALWAYS; config->auto_remove = true)
BAD(network_mode, config->network_mode = 44)
BAD(no_network, config->network_mode = DAVIT_NETWORK_NAMED)
BAD(no_container, config->network_mode = DAVIT_NETWORK_CONTAINER)
BAD(idle_network, config->network = "somewhere")
BAD(log_driver, config->log_driver = -6)
BAD(hostname, config->hostname = "x1234567890123456789012345678901234567890123456789012345678901234567890")
BAD(user_bytes, config->user = "\xff")
BAD(workdir, config->workdir = "relative/path")
BAD(stop_signal, config->stop_signal = "NONSENSE")
BAD(stop_timeout, config->stop_timeout = -9)
BAD(pull_policy, config->pull_policy = 12)
BAD(command_null, config->command = &words[2]; words[2] = NULL; config->command_count = 1)
BAD(command_bytes, config->command = &words[2]; words[2] = "a\xe9"; config->command_count = 1)
BAD(entrypoint_null, config->entrypoint = &words[2]; words[2] = NULL; config->entrypoint_count = 1)
/* clang-format on */

static const struct bad table[] = {
    {bad_size, "struct_size", "8"},
    {bad_no_image, "image", NULL},
    {bad_empty_image, "image", NULL},
    {bad_image, "image", "Not An Image"},
    {bad_name, "name", "with space"},
    {bad_short_name, "name", "'x'"},
    {bad_empty_variable, "environment", NULL},
    {bad_variable, "environment", "A=B"},
    {bad_variable_bytes, "NAME", "UTF-8"},
    {bad_label, "label", NULL},
    {bad_label_bytes, "label", "UTF-8"},
    {bad_port_0, "port", "80:0"},
    {bad_port_high, "port", "65536"},
    {bad_port_negative, "port", "-1"},
    {bad_host_port, "port", "70000"},
    {bad_host_ip, "port", "1.2.3"},
    {bad_protocol, "protocol", "9"},
    {bad_no_target, "mount target", NULL},
    {bad_target, "mount target", "relative"},
    {bad_target_root, "mount target", "'/'"},
    {bad_no_source, "mount source", NULL},
    {bad_source, "mount source", "rel"},
    {bad_volume, "mount source", "a/b"},
    {bad_fixed_volume, "mount target", "/x"},
    {bad_mount_type, "mount type", "7"},
    {bad_tmpfs_size, "tmpfs_size", "-5"},
    {bad_tmpfs_mode, "tmpfs_mode", "4096"},
    {bad_memory, "memory", "-1"},
    {bad_little_memory, "memory", "1000"},
    {bad_cpus, "nano_cpus", "-7"},
    {bad_shares, "cpu_shares", "-3"},
    {bad_pids, "pids", "-2"},
    {bad_test_kind, "health_check: test", "SOMETIMES"},
    {bad_test_alone, "health_check: test", "CMD"},
    {bad_test_many, "health_check: test", "CMD-SHELL"},
    {bad_test_none, "health_check: test", "NONE"},
    {bad_test_null, "health_check: test", "2"},
    {bad_interval, "health_check: interval", "-1"},
    {bad_short_interval, "health_check: interval", "5"},
    {bad_check_timeout, "health_check: timeout", "-2"},
    {bad_start_period, "health_check: start_period", "-3"},
    {bad_retries, "health_check: retries", "-4"},
    {bad_policy, "restart_policy", "77"},
    {bad_restarts, "restart_retries", "-5"},
    {bad_idle_restarts, "restart_retries", "3"},
    {bad_removed_restarts, "auto_remove", NULL},
    {bad_network_mode, "network_mode", "44"},
    {bad_no_network, "network", NULL},
    {bad_no_container, "network", NULL},
    {bad_idle_network, "network", "somewhere"},
    {bad_log_driver, "log_driver", "-6"},
    {bad_hostname, "hostname", "x1234567890"},
    {bad_user_bytes, "user", "UTF-8"},
    {bad_workdir, "workdir", "relative/path"},
    {bad_stop_signal, "stop_signal", "NONSENSE"},
    {bad_stop_timeout, "stop_timeout", "-9"},
    {bad_pull_policy, "pull_policy", "12"},
    {bad_command_null, "command", "1"},
    {bad_command_bytes, "command", "UTF-8"},
    {bad_entrypoint_null, "entrypoint", "1"},
};

static void test_invalid__every_field_is_named(void **state)
{
    struct engine_test *test = *state;
    for (size_t i = 0; i < ITEMS(table); i++) {
        davit_container_config config = engine_test_config(test, "box");
        table[i].set(&config);
        char *id = NULL;
        int r = davit_container_create(test->engine, &config, &id, &test->error);
        if (r != DAVIT_ERROR_INVALID_CONFIG || !strcasestr(test->error.message, table[i].said)) {
            print_error("entry %zu, %s:\n", i, table[i].said);
        }
        FAILS(DAVIT_ERROR_INVALID_CONFIG, r);
        assert_contains(engine_test_message(test), table[i].said);
        assert_contains(engine_test_message(test), table[i].value ? table[i].value : "");
        assert_null(id);
    }
    assert_false(container_exists(test, engine_test_name(test, "box")));
}

static void test_invalid__run_refuses_the_same(void **state)
{
    struct engine_test *test = *state;
    for (size_t i = 0; i < ITEMS(table); i++) {
        davit_container_config config = engine_test_config(test, "box");
        table[i].set(&config);
        char *id = NULL;
        int exit_code = -1;
        FAILS(DAVIT_ERROR_INVALID_CONFIG,
              davit_container_run(test->engine, &config, &id, &test->error));
        table[i].set(&config);
        FAILS(DAVIT_ERROR_INVALID_CONFIG,
              davit_container_run_attached(test->engine, &config, NULL, &exit_code, &test->error));
    }
    assert_false(container_exists(test, engine_test_name(test, "box")));
}

static void test_invalid__what_is_not_there_is_an_error(void **state)
{
    struct engine_test *test = *state;
    char *id = NULL;
    davit_container_config config = engine_test_config(test, "box");
    config.network_mode = DAVIT_NETWORK_NAMED;
    config.network = engine_test_name(test, "no-network");
    FAILS(DAVIT_ERROR_NETWORK_NOT_FOUND,
          davit_container_run(test->engine, &config, &id, &test->error));
    assert_contains(engine_test_message(test), config.network);
    config.network_mode = DAVIT_NETWORK_CONTAINER;
    FAILS(DAVIT_ERROR_CONTAINER_NOT_FOUND,
          davit_container_run(test->engine, &config, &id, &test->error));
    assert_contains(engine_test_message(test), config.network);
    assert_null(id);
    assert_false(container_exists(test, config.name));
}

/* Empty and missing names. */
static void test_invalid__empty_names_are_refused(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"true"}, *names[] = {"", NULL};
    davit_exec_config config = DAVIT_EXEC_CONFIG_INIT;
    config.command = command;
    config.command_count = 1;
    davit_container_info *info = NULL;
    davit_image_info *image = NULL;
    davit_health *health = NULL;
    char *raw = NULL;
    int code = -1;
    davit_engine *engine = test->engine;
    davit_error *error = &test->error;
#define REFUSED(call) FAILS(DAVIT_ERROR_INVALID_CONFIG, call)
    for (size_t i = 0; i < ITEMS(names); i++) {
        REFUSED(davit_container_start(engine, names[i], error));
        REFUSED(davit_container_stop(engine, names[i], 1, error));
        REFUSED(davit_container_restart(engine, names[i], 1, error));
        REFUSED(davit_container_kill(engine, names[i], NULL, error));
        REFUSED(davit_container_remove(engine, names[i], NULL, error));
        REFUSED(davit_container_get(engine, names[i], &info, error));
        REFUSED(davit_container_get_raw(engine, names[i], &raw, error));
        REFUSED(davit_container_logs(engine, names[i], NULL, NULL, NULL, error));
        REFUSED(davit_container_exec(engine, names[i], &config, NULL, &code, error));
        REFUSED(davit_container_wait(engine, names[i], DAVIT_WAIT_NOT_RUNNING, &code, error));
        REFUSED(davit_container_health(engine, names[i], &health, error));
        REFUSED(davit_image_get(engine, names[i], &image, error));
        REFUSED(davit_image_get_raw(engine, names[i], &raw, error));
        REFUSED(davit_image_tag(engine, names[i], "a:b", error));
        REFUSED(davit_image_tag(engine, BASE_IMAGE, names[i], error));
        REFUSED(davit_image_remove(engine, names[i], false, NULL, NULL, error));
        REFUSED(davit_image_pull(engine, names[i], NULL, NULL, NULL, error));
    }
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_invalid__every_field_is_named),
    ENGINE_TEST(test_invalid__run_refuses_the_same),
    ENGINE_TEST(test_invalid__what_is_not_there_is_an_error),
    ENGINE_TEST(test_invalid__empty_names_are_refused),
};
DAVIT_TEST_MAIN(tests)
