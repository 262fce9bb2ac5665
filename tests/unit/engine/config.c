/* SPDX-License-Identifier: MIT */
/* The body of a create request, and what is refused before one is made. */
#include "container_config.h"

#include "memory.h"
#include "support/replies.h"

/* ---- the body ---- */

static const char *const command[] = {"serve", "--port", "80"};
static const char *const entrypoint[] = {"/bin/sh", "-e"};
static const char *const test[] = {"CMD-SHELL", "true"};
static const davit_pair environment[] = {
    {"A", "1"}, {"EMPTY", ""}, {"DAVIT_TEST_SET", NULL}, {"DAVIT_TEST_UNSET", NULL}};
static const davit_pair labels[] = {{"app", "web"}, {"alone", NULL}};
static const davit_port_mapping ports[] = {
    {"127.0.0.1", 8080, 80, DAVIT_PROTOCOL_TCP},
    {NULL, 8081, 80, DAVIT_PROTOCOL_TCP},
    {NULL, 0, 53, DAVIT_PROTOCOL_UDP},
};
static const davit_mount mounts[] = {
    {.type = DAVIT_MOUNT_VOLUME, .source = "data", .target = "/data", .read_only = true},
    {.type = DAVIT_MOUNT_VOLUME, .target = "/anonymous"},
    {.type = DAVIT_MOUNT_VOLUME, .source = "plain", .target = "/plain", .options = "nocopy"},
    {.type = DAVIT_MOUNT_BIND, .source = "/srv", .target = "/srv"},
    {.type = DAVIT_MOUNT_BIND, .source = "/run", .target = "/shared", .options = "rshared"},
    {.type = DAVIT_MOUNT_BIND, .source = "/made", .target = "/made", .create_source = true},
    {.type = DAVIT_MOUNT_TMPFS,
     .target = "/tmp",
     .tmpfs_size = 65536,
     .tmpfs_mode = 01777,
     .options = "noexec"},
};

static davit_container_config whole(void)
{
    return (davit_container_config){
        .struct_size = sizeof(davit_container_config),
        .image = "web:1",
        .name = "web",
        .command = command,
        .command_count = DAVIT__COUNT(command),
        .entrypoint = entrypoint,
        .entrypoint_count = DAVIT__COUNT(entrypoint),
        .environment = environment,
        .environment_count = DAVIT__COUNT(environment),
        .labels = labels,
        .label_count = DAVIT__COUNT(labels),
        .ports = ports,
        .port_count = DAVIT__COUNT(ports),
        .mounts = mounts,
        .mount_count = DAVIT__COUNT(mounts),
        .resources = {.memory = 67108864,
                      .nano_cpus = 1500000000,
                      .cpu_shares = 512,
                      .pids = 100,
                      .memory_swappiness = DAVIT_UNSET},
        .health_check = {.test = test,
                         .test_count = DAVIT__COUNT(test),
                         .interval = DAVIT_SECONDS(1),
                         .timeout = DAVIT_SECONDS(2),
                         .start_period = DAVIT_SECONDS(3),
                         .retries = 4},
        .restart_policy = DAVIT_RESTART_ON_FAILURE,
        .restart_retries = 5,
        .network_mode = DAVIT_NETWORK_NAMED,
        .network = "backend",
        .log_driver = DAVIT_LOG_DRIVER_JSON_FILE,
        .hostname = "host",
        .user = "1000:1000",
        .workdir = "/app",
        .tty = true,
        .open_stdin = true,
        .stdin_once = true,
        .init = true,
        .privileged = true,
        .read_only = true,
        .stop_signal = "SIGINT",
        .stop_timeout = 7,
        .pull_policy = DAVIT_PULL_NEVER,
    };
}

static void assert_body(const davit_container_config *config, const char *golden)
{
    davit_error error = DAVIT_ERROR_INIT;
    json_t *body = NULL;
    char *text = NULL;
    assert_done(davit__container_config_check(config, &error), &error);
    assert_done(davit__container_config_encode(config, &body, &error), &error);
    assert_done(davit__json_dump(body, 4, &text, &error), &error);
    assert_golden_text(text, golden);
    davit_string_free(text);
    json_decref(body);
}

static void test_config__every_field_has_its_place_in_the_body(void **state)
{
    (void)state;
    setenv("DAVIT_TEST_SET", "from outside", 1);
    unsetenv("DAVIT_TEST_UNSET");
    davit_container_config config = whole();
    assert_body(&config, "create-whole.expected");
}

static void test_config__what_was_not_given_is_not_sent(void **state)
{
    (void)state;
    davit_container_config config = DAVIT_CONTAINER_CONFIG_INIT;
    config.image = "web:1";
    assert_body(&config, "create-least.expected");
}

/* What cannot stand beside the rest, or is said otherwise. */
static void test_config__special_values_are_sent_as_the_api_wants_them(void **state)
{
    (void)state;
    static const char *const none[] = {"NONE"};
    davit_container_config config = DAVIT_CONTAINER_CONFIG_INIT;
    config.image = "web:1";
    config.clear_entrypoint = true;
    config.auto_remove = true;
    config.stop_timeout = 0;
    config.network_mode = DAVIT_NETWORK_CONTAINER;
    config.network = "other";
    config.resources.pids = -1;
    config.health_check = (davit_health_check){.test = none, .test_count = 1};
    assert_body(&config, "create-special.expected");
}

static void test_config__text_that_is_not_utf8_is_refused(void **state)
{
    (void)state;
    static const davit_pair bad[] = {{"A", "\xff"}};
    davit_error error = DAVIT_ERROR_INIT;
    json_t *body = NULL;
    davit_container_config config = whole();
    config.environment = bad;
    config.environment_count = 1;
    assert_failed(davit__container_config_encode(&config, &body, &error), &error,
                  DAVIT_ERROR_INVALID_CONFIG, "environment variable A: its value is not UTF-8");
    config = whole();
    config.labels = bad;
    config.label_count = 1;
    assert_failed(davit__container_config_encode(&config, &body, &error), &error,
                  DAVIT_ERROR_INVALID_CONFIG, "UTF-8");
    config = whole();
    config.hostname = "\xff";
    assert_failed(davit__container_config_encode(&config, &body, &error), &error,
                  DAVIT_ERROR_INVALID_CONFIG, "UTF-8");
    assert_null(body);
}

static void test_config__comes_to_a_command_line(void **state)
{
    (void)state;
    davit_container_config config = whole();
    davit_error error = DAVIT_ERROR_INIT;
    char **words = NULL, *line = NULL;
    size_t count = 0;
    assert_done(
        davit_container_to_run_args(&config, DAVIT_RUNTIME_DOCKER, false, &words, &count, &error),
        &error);
    assert_done(davit_shell_quote((const char *const *)words, count, &line, &error), &error);
    assert_golden_text(line, "run-whole.expected");
    davit_string_free(line);
    davit_arguments_free(words, count);
}

/* ---- what is refused ---- */

#define REFUSED(part, ...)                                                                         \
    {                                                                                              \
        davit_container_config config = whole();                                                   \
        davit_error error = DAVIT_ERROR_INIT;                                                      \
        __VA_ARGS__;                                                                               \
        assert_failed(davit__container_config_check(&config, &error), &error,                      \
                      DAVIT_ERROR_INVALID_CONFIG, part);                                           \
    }

static void test_config__a_bad_value_is_named(void **state)
{
    (void)state;
    static const char *const hole[] = {"a", NULL};
    static const davit_pair no_name[] = {{"", "1"}}, null_name[] = {{NULL, "1"}},
                            equals[] = {{"A=B", "1"}};
    REFUSED("struct_size", config.struct_size--)
    REFUSED("image", config.image = NULL)
    REFUSED("image", config.image = "")
    REFUSED("Web Server", config.image = "Web Server")
    REFUSED("pull_policy 9", config.pull_policy = 9)
    REFUSED("name", config.name = "-web")
    REFUSED("command: word 2", config.command = hole; config.command_count = 2)
    REFUSED("entrypoint: word 2", config.entrypoint = hole; config.entrypoint_count = 2)
    REFUSED("environment variable ''", config.environment = no_name; config.environment_count = 1)
    REFUSED("environment variable ''", config.environment = null_name; config.environment_count = 1)
    REFUSED("environment variable 'A=B'", config.environment = equals; config.environment_count = 1)
    REFUSED("label ''", config.labels = no_name; config.label_count = 1)
    REFUSED("resources: memory -1", config.resources.memory = -1)
    REFUSED("resources: nano_cpus -1", config.resources.nano_cpus = -1)
    REFUSED("resources: cpu_shares -1", config.resources.cpu_shares = -1)
    REFUSED("resources: pids -2", config.resources.pids = -2)
    REFUSED("restart_policy 9", config.restart_policy = 9)
    REFUSED("restart_retries -1", config.restart_retries = -1)
    REFUSED("restart_retries 5", config.restart_policy = DAVIT_RESTART_ALWAYS)
    REFUSED("auto_remove", config.auto_remove = true)
    REFUSED("network_mode 9", config.network_mode = 9)
    REFUSED("network ''", config.network = NULL)
    REFUSED("network ''", config.network = ""; config.network_mode = DAVIT_NETWORK_CONTAINER)
    REFUSED("network 'backend'", config.network_mode = DAVIT_NETWORK_HOST)
    REFUSED("log_driver 99", config.log_driver = 99)
    REFUSED("hostname", config.hostname = "01234567890123456789012345678901234567890123456789012345"
                                          "678901234")
    REFUSED("workdir 'app'", config.workdir = "app")
    REFUSED("stop_signal: 'NOSUCH': expected", config.stop_signal = "NOSUCH")
    REFUSED("stop_timeout -2", config.stop_timeout = -2)
    REFUSED("stop_timeout", config.stop_timeout = INT64_MAX)
}

static void test_config__a_bad_health_check_is_named(void **state)
{
    (void)state;
    static const char *const lone[] = {"CMD-SHELL"}, *const none[] = {"NONE", "true"},
                             *const plain[] = {"true"}, *const hole[] = {"CMD", NULL};
    REFUSED("health_check: interval 999999", config.health_check.interval = 999999)
    REFUSED("health_check: timeout -1", config.health_check.timeout = -1)
    REFUSED("health_check: start_period 1", config.health_check.start_period = 1)
    REFUSED("health_check: retries -1", config.health_check.retries = -1)
    REFUSED("health_check: test", config.health_check.test = lone;
            config.health_check.test_count = 1)
    REFUSED("health_check: test", config.health_check.test = none;
            config.health_check.test_count = 2)
    REFUSED("health_check: test", config.health_check.test = plain;
            config.health_check.test_count = 1)
    REFUSED("health_check: test", config.health_check.test = hole;
            config.health_check.test_count = 2)
}

static void test_config__a_bad_port_is_named(void **state)
{
    (void)state;
    static const struct {
        davit_port_mapping port;
        const char *part;
    } cases[] = {
        {{NULL, 80, 0, 0}, "port 80:0"},
        {{NULL, 80, 65536, 0}, "port 80:65536"},
        {{NULL, -1, 80, 0}, "port -1:80"},
        {{NULL, 65536, 80, 0}, "port 65536:80"},
        {{"web", 80, 80, 0}, "port: host address 'web'"},
        {{NULL, 80, 80, 9}, "port: protocol 9"},
    };
    for (size_t i = 0; i < DAVIT__COUNT(cases); i++) {
        REFUSED(cases[i].part, config.ports = &cases[i].port; config.port_count = 1)
    }
}

static void test_config__a_bad_mount_is_named(void **state)
{
    (void)state;
    static const struct {
        davit_mount mount;
        const char *part;
    } cases[] = {
        {{.type = 9, .target = "/a"}, "mount type 9"},
        {{.source = "v"}, "mount target ''"},
        {{.source = "v", .target = "a"}, "mount target 'a'"},
        {{.source = "v", .target = "/"}, "mount target '/'"},
        {{.source = "v", .target = "/a:b"}, "mount target '/a:b'"},
        {{.source = "", .target = "/a"}, "mount source ''"},
        {{.source = "a/b", .target = "/a"}, "mount source 'a/b'"},
        {{.target = "/a", .read_only = true}, "mount target '/a'"},
        {{.type = DAVIT_MOUNT_BIND, .target = "/a"}, "mount source ''"},
        {{.type = DAVIT_MOUNT_BIND, .source = "a", .target = "/a"}, "mount source 'a'"},
        {{.type = DAVIT_MOUNT_BIND, .source = "/a:b", .target = "/a", .create_source = true},
         "mount source '/a:b'"},
        {{.type = DAVIT_MOUNT_TMPFS, .target = "/a", .tmpfs_size = -1}, "tmpfs_size -1"},
        {{.type = DAVIT_MOUNT_TMPFS, .target = "/a", .tmpfs_mode = 010000}, "tmpfs_mode 4096"},
    };
    for (size_t i = 0; i < DAVIT__COUNT(cases); i++) {
        REFUSED(cases[i].part, config.mounts = &cases[i].mount; config.mount_count = 1)
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_config__every_field_has_its_place_in_the_body),
    cmocka_unit_test(test_config__what_was_not_given_is_not_sent),
    cmocka_unit_test(test_config__special_values_are_sent_as_the_api_wants_them),
    cmocka_unit_test(test_config__text_that_is_not_utf8_is_refused),
    cmocka_unit_test(test_config__comes_to_a_command_line),
    cmocka_unit_test(test_config__a_bad_value_is_named),
    cmocka_unit_test(test_config__a_bad_health_check_is_named),
    cmocka_unit_test(test_config__a_bad_port_is_named),
    cmocka_unit_test(test_config__a_bad_mount_is_named),
};
DAVIT_TEST_MAIN(tests)
