/* SPDX-License-Identifier: MIT */
/* Every field of davit_container_config, seen from inside the container. Ports and mounts have
 * files of their own. */
#include "engine_test.h"

#include <unistd.h>

/* The first of these files that exists: cgroup v2, then v1. */
#define CGROUP(v2, v1) "cat /sys/fs/cgroup/" v2 " 2>/dev/null || cat /sys/fs/cgroup/" v1

static bool has(char *const *items, size_t count, const char *wanted)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(items[i], wanted) == 0) {
            return true;
        }
    }
    return false;
}

static void test_config__environment_is_set(void **state)
{
    struct engine_test *test = *state;
    const davit_pair variables[] = {
        {"PLAIN", "1"}, {"EMPTY", ""}, {"SPACED", " a  b=c "}, {"UNICODE", "h\xc3\xa4nge"}};
    davit_container_config config = engine_test_config(test, "box");
    config.environment = variables;
    config.environment_count = ITEMS(variables);
    start_script(test, &config, NULL);
    assert_string_equal(
        exec_says(test, config.name, "echo \"[$PLAIN][$EMPTY][$SPACED][$UNICODE]\""),
        "[1][][ a  b=c ][h\xc3\xa4nge]");
    assert_string_equal(exec_says(test, config.name, "env | grep -c ^EMPTY="), "1");
    const davit_container_info *info = info_of(test, config.name);
    assert_true(has(info->environment, info->environment_count, "PLAIN=1"));
    assert_true(has(info->environment, info->environment_count, "EMPTY="));
    assert_true(has(info->environment, info->environment_count, "SPACED= a  b=c "));
    observed(test, "Process", "environment", NULL);
}

static void test_config__environment_without_value_is_this_processs(void **state)
{
    struct engine_test *test = *state;
    const davit_pair variables[] = {{"DAVIT_GIVEN", NULL}, {"DAVIT_MISSING", NULL}};
    setenv("DAVIT_GIVEN", "from outside", 1);
    unsetenv("DAVIT_MISSING");
    davit_container_config config = engine_test_config(test, "box");
    config.environment = variables;
    config.environment_count = ITEMS(variables);
    assert_string_equal(says(test, &config, "echo $DAVIT_GIVEN; env | grep -c MISSING || true"),
                        "from outside\n0");
}

static void test_config__labels_are_kept(void **state)
{
    struct engine_test *test = *state;
    const davit_pair labels[] = {
        {"org.example.a", "b=c"}, {"empty", ""}, {"none", NULL}, {"unicode", "\xe2\x9c\x93"}};
    davit_container_config config = engine_test_config(test, "box");
    config.labels = labels;
    config.label_count = ITEMS(labels);
    start_script(test, &config, "exit 0");
    const davit_container_info *info = info_of(test, config.name);
    assert_int_equal(info->label_count, ITEMS(labels));
    for (size_t i = 0; i < ITEMS(labels); i++) {
        const char *value = NULL;
        for (size_t k = 0; k < info->label_count; k++) {
            value =
                strcmp(info->labels[k].name, labels[i].name) == 0 ? info->labels[k].value : value;
        }
        assert_non_null(value);
        assert_string_equal(value, labels[i].value ? labels[i].value : "");
    }
    observed(test, "Containers", "labels", NULL);
}

/* ---- resources ---- */

static void test_config__limits_are_supported(void **state)
{
    struct engine_test *test = *state;
    davit_capability_info can = davit_engine_can(test->engine, DAVIT_CAPABILITY_RESOURCE_LIMITS);
    assert_string_equal(can.name, "resource limits");
    assert_true(can.supported);
    assert_null(can.reason);
}

static void test_config__memory_is_limited(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.resources.memory = DAVIT_MIB(48);
    start_script(test, &config, NULL);
    const char *limit =
        exec_says(test, config.name, CGROUP("memory.max", "memory/memory.limit_in_bytes"));
    assert_string_equal(limit, "50331648");
    assert_int_equal(info_of(test, config.name)->memory, DAVIT_MIB(48));
    observed(test, "Resources", "memory limit", NULL);
}

static void test_config__memory_over_the_limit_kills(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.resources.memory = DAVIT_MIB(16);
    start_script(test, &config, "exec dd if=/dev/zero of=/dev/null bs=64M count=1");
    assert_int_equal(wait_for_exit(test, config.name), 137);
    assert_int_equal(info_of(test, config.name)->exit_code, 137);
}

static void test_config__cpus_are_limited(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.resources.nano_cpus = 1500000000;
    start_script(test, &config, NULL);
    const char *limit = exec_says(
        test, config.name,
        CGROUP("cpu.max", "cpu/cpu.cfs_quota_us; cat /sys/fs/cgroup/cpu/cpu.cfs_period_us"));
    double quota = 0, period = 0;
    assert_int_equal(sscanf(limit, "%lf %lf", &quota, &period), 2);
    assert_true(quota / period > 1.499 && quota / period < 1.501);
    assert_int_equal(info_of(test, config.name)->nano_cpus, 1500000000);
    observed(test, "Resources", "CPU limit", NULL);
}

static void test_config__cpu_shares_are_a_weight(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.resources.cpu_shares = 512;
    const char *weight = says(test, &config, CGROUP("cpu.weight", "cpu/cpu.shares"));
    /* In cgroup v2 the runtimes translate, each a bit differently. */
    int number = atoi(weight);
    assert_true(number == 512 || (number >= 15 && number <= 65));
    observed(test, "Resources", "CPU shares", NULL);
}

static void test_config__processes_are_limited(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.resources.pids = 7;
    start_script(test, &config, NULL);
    assert_string_equal(exec_says(test, config.name, CGROUP("pids.max", "pids/pids.max")), "7");
    assert_int_equal(info_of(test, config.name)->pids, 7);
    observed(test, "Resources", "process limit", NULL);
}

static void test_config__processes_can_be_unlimited(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.resources.pids = -1;
    start_script(test, &config, NULL);
    assert_string_equal(exec_says(test, config.name, CGROUP("pids.max", "pids/pids.max")), "max");
    assert_true(info_of(test, config.name)->pids <= 0);
}

/* ---- who, where, what ---- */

static void test_config__user_runs_the_command(void **state)
{
    struct engine_test *test = *state;
    const struct {
        const char *user, *ids;
    } users[] = {
        {"app", "1000:1000"}, {"65534", "65534:65534"}, {"1000:0", "1000:0"}, {"12:34", "12:34"}};
    for (size_t i = 0; i < ITEMS(users); i++) {
        davit_container_config config = engine_test_config(test, "box");
        config.user = users[i].user;
        assert_string_equal(says(test, &config, "echo $(id -u):$(id -g)"), users[i].ids);
    }
    davit_container_config config = engine_test_config(test, "kept");
    config.user = "app";
    start_script(test, &config, NULL);
    assert_string_equal(info_of(test, config.name)->user, "app");
    observed(test, "Process", "user", NULL);
}

static void test_config__unknown_user_is_an_error_and_leaves_nothing(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.user = "nobody-of-that-name";
    char *id = NULL;
    int r = davit_container_run(test->engine, &config, &id, &test->error);
    assert_true(r < 0);
    assert_null(id);
    FAILS(test->error.code, r);
    assert_contains(engine_test_message(test), "nobody-of-that-name");
    assert_false(container_exists(test, config.name));
}

static void test_config__workdir_is_where_it_starts(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.workdir = "/home/app";
    start_script(test, &config, NULL);
    assert_string_equal(exec_says(test, config.name, "pwd"), "/home/app");
    assert_string_equal(info_of(test, config.name)->workdir, "/home/app");
    observed(test, "Process", "working directory", NULL);
}

static void test_config__missing_workdir_is_made(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.workdir = "/not/there yet";
    assert_string_equal(says(test, &config, "pwd"), "/not/there yet");
}

static void test_config__hostname_is_set(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.hostname = "lighthouse";
    start_script(test, &config, NULL);
    assert_string_equal(exec_says(test, config.name, "hostname"), "lighthouse");
    assert_string_equal(info_of(test, config.name)->hostname, "lighthouse");
    observed(test, "Networking", "host name", NULL);
}

static const char *run_words(struct engine_test *test, davit_container_config *config)
{
    struct collected *collected = calloc(1, sizeof *collected);
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    attach.output = collect;
    attach.context = collected;
    int exit_code = -1;
    config->auto_remove = true;
    OK(davit_container_run_attached(test->engine, config, &attach, &exit_code, &test->error));
    assert_int_equal(exit_code, 0);
    const char *text = engine_test_format(test, "%s", collected->out ? collected->out : "");
    collected_clear(collected);
    free(collected);
    return text;
}

static void test_config__command_is_given_word_by_word(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"printf", "[%s]", "a b", "", "$HOME", "\xc3\xa9\"'\\"};
    davit_container_config config = engine_test_config(test, "box");
    config.command = command;
    config.command_count = ITEMS(command);
    assert_string_equal(run_words(test, &config), "[a b][][$HOME][\xc3\xa9\"'\\]");
    observed(test, "Process", "command word by word", NULL);
}

static void test_config__entrypoint_runs_the_command(void **state)
{
    struct engine_test *test = *state;
    const char *image =
        build_image(test, "entry", "ENTRYPOINT [\"echo\", \"image\"]\nCMD [\"word\"]");
    const char *entrypoint[] = {"echo", "given"}, *command[] = {"more"};
    davit_container_config config = engine_test_config(test, "box");
    config.image = image;
    assert_string_equal(run_words(test, &config), "image word\n");
    config.command = command;
    config.command_count = 1;
    assert_string_equal(run_words(test, &config), "image more\n");
    config.entrypoint = entrypoint;
    config.entrypoint_count = ITEMS(entrypoint);
    assert_string_equal(run_words(test, &config), "given more\n");
    config.command_count = 0; /* the image's command belongs to its own entrypoint */
    assert_string_equal(run_words(test, &config), "given\n");
    observed(test, "Process", "entrypoint", NULL);
}

static void test_config__entrypoint_can_be_cleared(void **state)
{
    struct engine_test *test = *state;
    const char *command[] = {"echo", "alone"};
    davit_container_config config = engine_test_config(test, "box");
    config.image = build_image(test, "entry", "ENTRYPOINT [\"echo\", \"image\"]");
    config.clear_entrypoint = true;
    config.command = command;
    config.command_count = ITEMS(command);
    assert_string_equal(run_words(test, &config), "alone\n");
    observed(test, "Process", "entrypoint cleared", NULL);
}

static void test_config__init_is_process_1(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    assert_string_equal(says(test, &config, "cat /proc/1/comm; true"), "sh");
    config.init = true;
    assert_string_not_equal(says(test, &config, "cat /proc/1/comm; true"), "sh");
    observed(test, "Process", "init process", NULL);
}

#define EFFECTIVE "sed -n 's/CapEff:[[:space:]]*//p' /proc/self/status"

static unsigned long long own_capabilities(void)
{
    char line[64] = "";
    FILE *status = popen(EFFECTIVE, "r");
    assert_non_null(status);
    assert_non_null(fgets(line, sizeof line, status));
    pclose(status);
    return strtoull(line, NULL, 16);
}

static void test_config__privileged_has_every_capability(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    unsigned long long usual = strtoull(says(test, &config, EFFECTIVE), NULL, 16);
    unsigned long long own = own_capabilities();
    assert_false(usual & (1ULL << 21)); /* CAP_SYS_ADMIN */
    config.privileged = true;
    bool machine_has_all = own & (1ULL << 24); /* CAP_SYS_RESOURCE, which sandboxes lack */
    if (test->runtime == DAVIT_RUNTIME_DOCKER && !machine_has_all) {
        /* Docker asks for all that there are, not for all that there are here. */
        char *id = NULL;
        FAILS(DAVIT_ERROR_RUNTIME, davit_container_run(test->engine, &config, &id, &test->error));
        assert_contains(engine_test_message(test), "unable to apply caps");
        assert_false(container_exists(test, config.name));
        return;
    }
    unsigned long long all = strtoull(says(test, &config, EFFECTIVE), NULL, 16);
    assert_true((all & own) == own);
    observed(test, "Security", "privileged", NULL);
}

static void test_config__read_only_root_cannot_be_written(void **state)
{
    struct engine_test *test = *state;
    struct collected collected = {0};
    davit_container_config config = engine_test_config(test, "box");
    assert_int_equal(run_script(test, &config, "touch /file", NULL), 0);
    config.read_only = true;
    assert_int_equal(run_script(test, &config, "touch /file", &collected), 1);
    assert_contains(collected.err, "Read-only file system");
    collected_clear(&collected);
    observed(test, "Security", "read-only root", NULL);
}

/* ---- networks ---- */

static void test_config__network_none_has_a_loopback_only(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.network_mode = DAVIT_NETWORK_NONE;
    assert_string_equal(says(test, &config, "ls /sys/class/net"), "lo");
    observed(test, "Networking", "network none", NULL);
}

static void test_config__network_bridge_has_an_interface(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.network_mode = DAVIT_NETWORK_BRIDGE;
    start_script(test, &config, NULL);
    assert_contains(exec_says(test, config.name, "ls /sys/class/net"), "eth0");
    assert_int_equal(info_of(test, config.name)->network_count, 1);
    observed(test, "Networking", "network bridge", NULL);
}

static void test_config__network_host_is_the_engines(void **state)
{
    struct engine_test *test = *state;
    char own[64] = "";
    assert_true(readlink("/proc/self/ns/net", own, sizeof own - 1) > 0);
    davit_container_config config = engine_test_config(test, "box");
    config.network_mode = DAVIT_NETWORK_HOST;
    assert_string_equal(says(test, &config, "readlink /proc/self/ns/net"), own);
    observed(test, "Networking", "network host", NULL);
}

static void test_config__network_container_is_shared(void **state)
{
    struct engine_test *test = *state;
    davit_container_config owner = engine_test_config(test, "owner");
    start_script(test, &owner, NULL);
    davit_container_config config = engine_test_config(test, "guest");
    config.network_mode = DAVIT_NETWORK_CONTAINER;
    config.network = owner.name;
    assert_string_equal(says(test, &config, "readlink /proc/self/ns/net"),
                        exec_says(test, owner.name, "readlink /proc/self/ns/net"));
    observed(test, "Networking", "network of another container", NULL);
}

static void test_config__network_by_name_is_joined(void **state)
{
    struct engine_test *test = *state;
    const char *network = engine_test_name(test, "net");
    const char *body = engine_test_format(test, "{\"Name\":\"%s\"}", network);
    assert_int_equal(engine_test_request(test, "POST", "/networks/create", body, NULL), 201);
    davit_container_config config = engine_test_config(test, "box");
    config.network_mode = DAVIT_NETWORK_NAMED;
    config.network = network;
    start_script(test, &config, NULL);
    const davit_container_info *info = info_of(test, config.name);
    assert_int_equal(info->network_count, 1);
    assert_string_equal(info->networks[0], network);
    davit_remove_options force = {.force = true};
    OK(davit_container_remove(test->engine, config.name, &force, &test->error));
    observed(test, "Networking", "network by name", NULL);
}

/* ---- logs, terminal, stdin ---- */

static void test_config__log_driver_none_keeps_nothing(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.log_driver = DAVIT_LOG_DRIVER_NONE;
    start_script(test, &config, "echo lost");
    wait_for_exit(test, config.name);
    assert_string_equal(info_of(test, config.name)->log_driver, "none");
    struct collected collected = {0};
    int r =
        davit_container_logs(test->engine, config.name, NULL, collect, &collected, &test->error);
    FAILS(DAVIT_ERROR_UNSUPPORTED, r);
    assert_int_equal(collected.out_length, 0);
    collected_clear(&collected);
    observed(test, "Logging", "driver none", NULL);
}

static void test_config__log_driver_json_file_keeps_the_log(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.log_driver = DAVIT_LOG_DRIVER_JSON_FILE;
    start_script(test, &config, "echo kept");
    wait_for_exit(test, config.name);
    assert_string_equal(logs_of(test, config.name, NULL)->out, "kept\n");
    observed(test, "Logging", "driver json-file", NULL);
}

static void test_config__other_log_drivers_are_asked_for(void **state)
{
    struct engine_test *test = *state;
    const struct {
        int driver;
        const char *name;
    } drivers[] = {{DAVIT_LOG_DRIVER_SYSLOG, "syslog"}, {DAVIT_LOG_DRIVER_JOURNALD, "journald"}};
    for (size_t i = 0; i < ITEMS(drivers); i++) {
        davit_container_config config = engine_test_config(test, drivers[i].name);
        config.log_driver = drivers[i].driver;
        char *id = NULL;
        int r = davit_container_create(test->engine, &config, &id, &test->error);
        if (test->runtime == DAVIT_RUNTIME_PODMAN && r < 0) {
            /* It has no syslog, and asks journald at once. */
            FAILS(i == 0 ? DAVIT_ERROR_UNSUPPORTED : DAVIT_ERROR_RUNTIME, r);
            continue;
        }
        OK(r);
        assert_string_equal(info_of(test, id)->log_driver, drivers[i].name);
        davit_string_free(id);
    }
}

static void test_config__terminal_has_no_frames(void **state)
{
    struct engine_test *test = *state;
    struct collected collected = {0};
    davit_container_config config = engine_test_config(test, "box");
    config.tty = true;
    assert_int_equal(run_script(test, &config, "tty; echo problem >&2", &collected), 0);
    assert_string_equal(collected.err, "");
    assert_contains(collected.out, "/dev/");
    assert_contains(collected.out, "problem\r\n");
    collected_clear(&collected);
    start_script(test, &config, "echo once"); /* removed at its end */
    observed(test, "Streams", "terminal", NULL);
}

static void test_config__stdin_can_stay_open(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "closed");
    assert_int_equal(run_script(test, &config, "read line", NULL), 1); /* at its end at once */
    config = engine_test_config(test, "open");
    config.open_stdin = true;
    start_script(test, &config, "read line; echo $line");
    assert_true(info_of(test, config.name)->is_running);
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_config__environment_is_set),
    ENGINE_TEST(test_config__environment_without_value_is_this_processs),
    ENGINE_TEST(test_config__labels_are_kept),
    ENGINE_TEST(test_config__limits_are_supported),
    ENGINE_TEST(test_config__memory_is_limited),
    ENGINE_TEST(test_config__memory_over_the_limit_kills),
    ENGINE_TEST(test_config__cpus_are_limited),
    ENGINE_TEST(test_config__cpu_shares_are_a_weight),
    ENGINE_TEST(test_config__processes_are_limited),
    ENGINE_TEST(test_config__processes_can_be_unlimited),
    ENGINE_TEST(test_config__user_runs_the_command),
    ENGINE_TEST(test_config__unknown_user_is_an_error_and_leaves_nothing),
    ENGINE_TEST(test_config__workdir_is_where_it_starts),
    ENGINE_TEST(test_config__missing_workdir_is_made),
    ENGINE_TEST(test_config__hostname_is_set),
    ENGINE_TEST(test_config__command_is_given_word_by_word),
    ENGINE_TEST(test_config__entrypoint_runs_the_command),
    ENGINE_TEST(test_config__entrypoint_can_be_cleared),
    ENGINE_TEST(test_config__init_is_process_1),
    ENGINE_TEST(test_config__privileged_has_every_capability),
    ENGINE_TEST(test_config__read_only_root_cannot_be_written),
    ENGINE_TEST(test_config__network_none_has_a_loopback_only),
    ENGINE_TEST(test_config__network_bridge_has_an_interface),
    ENGINE_TEST(test_config__network_host_is_the_engines),
    ENGINE_TEST(test_config__network_container_is_shared),
    ENGINE_TEST(test_config__network_by_name_is_joined),
    ENGINE_TEST(test_config__log_driver_none_keeps_nothing),
    ENGINE_TEST(test_config__log_driver_json_file_keeps_the_log),
    ENGINE_TEST(test_config__other_log_drivers_are_asked_for),
    ENGINE_TEST(test_config__terminal_has_no_frames),
    ENGINE_TEST(test_config__stdin_can_stay_open),
};
DAVIT_TEST_MAIN(tests)
