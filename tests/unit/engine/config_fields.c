/* SPDX-License-Identifier: MIT */
/* Resources, networks, privileges and namespaces in the body of a create request, and what is
 * refused of them. The rest is in config.c. */
#include "container_config.h"
#include "memory.h"
#include "support/replies.h"

static const davit_ulimit ulimits[] = {{"nofile", 512, 1024}, {"core", 0, -1}};
static const char *const aliases[] = {"db", "store"};
static const davit_network_attachment networks[] = {
    {.network = "back",
     .aliases = aliases,
     .alias_count = DAVIT__COUNT(aliases),
     .ip = "10.1.2.3",
     .ip6 = "fd00::3",
     .mac = "02:42:ac:11:00:02"},
    {.network = "front"},
};
static const char *const servers[] = {"10.0.0.53", "fd00::53"};
static const char *const search[] = {"example.test"};
static const char *const options[] = {"ndots:2"};
static const davit_pair hosts[] = {{"db", "10.0.0.1"}, {"db", "fd00::1"}, {"up", "host-gateway"}};
static const davit_pair log_options[] = {{"max-size", "10m"}, {"max-file", "3"}};
static const char *const groups[] = {"audio", "1234"};
static const char *const added[] = {"NET_ADMIN"};
static const char *const dropped[] = {"ALL"};
static const davit_device devices[] = {{"/dev/a", "/dev/b", "r"}, {"/dev/c", NULL, NULL}};
static const char *const ids[] = {"0", "GPU-1"};
static const char *const capabilities[] = {"compute"};
static const davit_pair gpu_options[] = {{"visible", "yes"}};
static const davit_gpu_request gpus[] = {
    {.count = -1},
    {.driver = "nvidia",
     .device_ids = ids,
     .device_id_count = DAVIT__COUNT(ids),
     .capabilities = capabilities,
     .capability_count = DAVIT__COUNT(capabilities),
     .options = gpu_options,
     .option_count = DAVIT__COUNT(gpu_options)},
};
static const char *const security[] = {"no-new-privileges", "seccomp=unconfined"};
static const davit_pair sysctls[] = {{"net.ipv4.ip_forward", "1"}};
static const char *const volumes[] = {"web", "db:ro"};

static davit_container_config whole(void)
{
    davit_container_config config = DAVIT_CONTAINER_CONFIG_INIT;
    config.image = "web:1";
    config.resources = (davit_resources){
        .memory = DAVIT_MIB(64),
        .memory_swap = DAVIT_MIB(96),
        .memory_reservation = DAVIT_MIB(32),
        .memory_swappiness = 0,
        .kernel_memory = DAVIT_MIB(16),
        .oom_kill_disable = true,
        .oom_score_adj = -300,
        .cpu_period = 50000,
        .cpu_quota = 25000,
        .cpuset_cpus = "0-1",
        .cpuset_mems = "0",
        .shm_size = DAVIT_MIB(8),
        .ulimits = ulimits,
        .ulimit_count = DAVIT__COUNT(ulimits),
    };
    config.health_check.start_interval = DAVIT_SECONDS(5);
    config.log_driver = DAVIT_LOG_DRIVER_LOCAL;
    config.domainname = "example.test";
    config.platform = "linux/amd64";
    config.userns_mode = "host";
    config.ipc_mode = "shareable";
    config.pid_mode = "container:other";
    config.uts_mode = "host";
    config.cgroup_parent = "/parent";
    config.runtime = "runc";
#define LIST(list, count, items)                                                                   \
    config.list = (items);                                                                         \
    config.count = DAVIT__COUNT(items)
    LIST(networks, network_count, networks);
    LIST(dns_servers, dns_server_count, servers);
    LIST(dns_search, dns_search_count, search);
    LIST(dns_options, dns_option_count, options);
    LIST(extra_hosts, extra_host_count, hosts);
    LIST(log_options, log_option_count, log_options);
    LIST(groups, group_count, groups);
    LIST(cap_add, cap_add_count, added);
    LIST(cap_drop, cap_drop_count, dropped);
    LIST(devices, device_count, devices);
    LIST(gpus, gpu_count, gpus);
    LIST(security_options, security_option_count, security);
    LIST(sysctls, sysctl_count, sysctls);
    LIST(volumes_from, volumes_from_count, volumes);
#undef LIST
    return config;
}

static json_t *body_of(const davit_container_config *config)
{
    davit_error error = DAVIT_ERROR_INIT;
    json_t *body = NULL;
    assert_done(davit__container_config_check(config, &error), &error);
    assert_done(davit__container_config_encode(config, &body, &error), &error);
    return body;
}

static void test_config_fields__every_one_has_its_place_in_the_body(void **state)
{
    (void)state;
    davit_container_config config = whole();
    json_t *body = body_of(&config);
    char *text = NULL;
    assert_int_equal(davit__json_dump(body, 4, &text, NULL), 0);
    assert_golden_text(text, "create-fields.expected");
    davit_string_free(text);
    json_decref(body);
}

static void test_config_fields__json_input_is_the_same_table(void **state)
{
    (void)state;
    davit_container_config config = whole(), read = DAVIT_CONTAINER_CONFIG_INIT;
    davit_error error = DAVIT_ERROR_INIT;
    char *text = NULL, *again = NULL;
    /* An object has each name once. */
    config.extra_host_count = 1;
    assert_done(davit_type_to_json(davit_container_config_type(), &config, 0, &text, &error),
                &error);
    assert_done(davit_type_from_json(davit_container_config_type(), text, &read, &error), &error);
    assert_done(davit_type_to_json(davit_container_config_type(), &read, 0, &again, &error),
                &error);
    assert_string_equal(text, again);
    davit_type_clear(davit_container_config_type(), &read);
    davit_string_free(text);
    davit_string_free(again);
}

/* The first network is the one of the mode, wherever it stands in the list. */
static void test_config_fields__the_first_network_is_created_with(void **state)
{
    (void)state;
    davit_container_config config = whole();
    assert_string_equal(davit__network_first(&config), "back");
    config.network_mode = DAVIT_NETWORK_NAMED;
    config.network = "front";
    assert_string_equal(davit__network_first(&config), "front");
    json_t *body = body_of(&config);
    assert_string_equal(davit__json_text(body, "HostConfig.NetworkMode"), "front");
    assert_null(davit__json_at(body, "NetworkingConfig"));
    json_decref(body);
    config.network = "other";
    assert_string_equal(davit__network_first(&config), "other");
    config.network_mode = DAVIT_NETWORK_BRIDGE;
    assert_string_equal(davit__network_first(&config), "bridge");
    config.network_mode = DAVIT_NETWORK_HOST;
    assert_null(davit__network_first(&config));
    config.network_mode = DAVIT_NETWORK_DEFAULT;
    config.network_count = 0;
    assert_null(davit__network_first(&config));
}

static void test_config_fields__an_attachment_says_only_what_was_given(void **state)
{
    (void)state;
    json_t *json = NULL;
    assert_int_equal(davit__network_attachment_encode(&networks[1], &json, NULL), 0);
    assert_int_equal(json_object_size(json), 0);
    json_decref(json);
}

/* ---- as a command line ---- */

static void assert_command_line(davit_runtime runtime, const char *golden)
{
    davit_container_config config = whole();
    davit_error error = DAVIT_ERROR_INIT;
    char **words = NULL, *line = NULL;
    size_t count = 0;
    assert_done(davit_container_to_run_args(&config, runtime, true, &words, &count, &error),
                &error);
    assert_null(words[count]);
    assert_done(davit_shell_quote((const char *const *)words, count, &line, &error), &error);
    assert_golden_text(line, golden);
    davit_string_free(line);
    davit_arguments_free(words, count);
}

static void test_config_fields__come_to_a_command_line(void **state)
{
    (void)state;
    assert_command_line(DAVIT_RUNTIME_DOCKER, "run-docker.expected");
    assert_command_line(DAVIT_RUNTIME_PODMAN, "run-podman.expected");
}

static void test_config_fields__a_bad_config_is_no_command_line(void **state)
{
    (void)state;
    davit_container_config config = whole();
    davit_error error = DAVIT_ERROR_INIT;
    char **words = NULL;
    size_t count = 0;
    config.image = "";
    assert_failed(
        davit_container_to_run_args(&config, DAVIT_RUNTIME_DOCKER, false, &words, &count, &error),
        &error, DAVIT_ERROR_INVALID_CONFIG, "image");
    assert_null(words);
}

/* A shell gives the words back, whatever is in them. */
static void test_config_fields__quoted_words_survive_a_shell(void **state)
{
    (void)state;
    static const char *const words[] = {
        "plain-1.2/3:4=5", "",  "two words", "it's", "$HOME `id` \\",
        "line\nfeed",      "*", "~",         "\"",   "h\xc3\xa4"};
    static const char *const start[] = {"printf", "%s|"};
    char *quoted = NULL, *head = NULL;
    assert_int_equal(davit_shell_quote(start, 2, &head, NULL), 0);
    assert_string_equal(head, "printf '%s|'");
    assert_int_equal(davit_shell_quote(words, DAVIT__COUNT(words), &quoted, NULL), 0);
    DAVIT__FREE char *command = davit__format("%s %s", head, quoted);
    char said[512] = "", expected[512] = "";
    FILE *shell = popen(command, "r");
    assert_non_null(shell);
    said[fread(said, 1, sizeof said - 1, shell)] = '\0';
    assert_int_equal(pclose(shell), 0);
    for (size_t i = 0; i < DAVIT__COUNT(words); i++) {
        strcat(strcat(expected, words[i]), "|");
    }
    assert_string_equal(said, expected);
    davit_string_free(quoted);
    davit_string_free(head);
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

static void test_config_fields__a_bad_resource_is_named(void **state)
{
    (void)state;
    static const davit_ulimit bad[] = {
        {NULL, 1, 1}, {"NOFILE", 1, 1}, {"core", -2, 1}, {"core", 2, 1}, {"core", -1, 1}};
    REFUSED("memory_swap 1048576", config.resources.memory_swap = DAVIT_MIB(1))
    REFUSED("memory_swap -2", config.resources.memory_swap = -2)
    REFUSED("memory_swap 100663296", config.resources.memory = 0)
    REFUSED("memory_reservation 5", config.resources.memory_reservation = 5)
    REFUSED("memory_reservation 68157440", config.resources.memory_reservation = DAVIT_MIB(65))
    REFUSED("memory_swappiness 101", config.resources.memory_swappiness = 101)
    REFUSED("memory_swappiness -1", config.resources.memory_swappiness = -1)
    REFUSED("kernel_memory -1", config.resources.kernel_memory = -1)
    REFUSED("shm_size -1", config.resources.shm_size = -1)
    REFUSED("oom_score_adj 1001", config.resources.oom_score_adj = 1001)
    REFUSED("cpu_period 999", config.resources.cpu_period = 999)
    REFUSED("cpu_quota 10", config.resources.cpu_quota = 10)
    REFUSED("nano_cpus with cpu_period", config.resources.nano_cpus = 1000000000)
    REFUSED("cpuset_cpus 'all'", config.resources.cpuset_cpus = "all")
    REFUSED("cpuset_mems '0;1'", config.resources.cpuset_mems = "0;1")
    REFUSED("start_interval 1", config.health_check.start_interval = 1)
    for (size_t i = 0; i < DAVIT__COUNT(bad); i++) {
        REFUSED("ulimit '", config.resources.ulimits = &bad[i]; config.resources.ulimit_count = 1)
    }
}

static void test_config_fields__a_bad_network_is_named(void **state)
{
    (void)state;
    static const char *const empty[] = {""};
    static const struct {
        davit_network_attachment network;
        const char *part;
    } cases[] = {
        {{.network = ""}, "network ''"},
        {{.network = "a", .ip = "fd00::1"}, "network: ip 'fd00::1'"},
        {{.network = "a", .ip6 = "10.0.0.1"}, "network: ip6 '10.0.0.1'"},
        {{.network = "a", .mac = "02:42"}, "network: mac '02:42'"},
        {{.network = "a", .mac = "02:42:ac:11:00:02:03"}, "network: mac"},
        {{.network = "a", .aliases = empty, .alias_count = 1}, "network: alias ''"},
    };
    for (size_t i = 0; i < DAVIT__COUNT(cases); i++) {
        REFUSED(cases[i].part, config.networks = &cases[i].network; config.network_count = 1)
    }
    const davit_network_attachment twice[] = {{.network = "a"}, {.network = "a"}};
    REFUSED("network 'a': expected each network once", config.networks = twice)
    REFUSED("network 'back': expected none beside", config.network_mode = DAVIT_NETWORK_HOST)
}

static void test_config_fields__a_bad_name_is_named(void **state)
{
    (void)state;
    static const char *const words[] = {"two words", "", NULL};
    static const davit_pair bad_hosts[] = {
        {"", "10.0.0.1"}, {"a b", "10.0.0.1"}, {"a", NULL}, {"a", "nowhere"}};
    static const davit_pair no_value[] = {{"net.ipv4.ip_forward", NULL}};
    REFUSED("dns server 'two words'", config.dns_servers = words; config.dns_server_count = 1)
    REFUSED("dns search domain ''", config.dns_search = words + 1)
    REFUSED("dns option ''", config.dns_options = words + 1)
    for (size_t i = 0; i < DAVIT__COUNT(bad_hosts); i++) {
        REFUSED("extra host", config.extra_hosts = &bad_hosts[i]; config.extra_host_count = 1)
    }
    REFUSED("cap_add 'two words'", config.cap_add = words)
    REFUSED("cap_drop ''", config.cap_drop = words + 1)
    REFUSED("group ''", config.groups = words + 1; config.group_count = 1)
    REFUSED("security option ''", config.security_options = words + 1;
            config.security_option_count = 1)
    REFUSED("volumes_from ''", config.volumes_from = words + 1; config.volumes_from_count = 1)
    REFUSED("sysctl 'net.ipv4.ip_forward'", config.sysctls = no_value)
    REFUSED("log option ''", config.log_options = bad_hosts)
    REFUSED("platform 'two words'", config.platform = words[0])
}

static void test_config_fields__a_bad_device_is_named(void **state)
{
    (void)state;
    static const davit_device bad[] = {
        {"dev", NULL, NULL}, {"/dev/a", "b", NULL}, {"/d", "/d", "x"}};
    static const char *const parts[] = {"device 'dev'", "device: target 'b'", "permissions 'x'"};
    for (size_t i = 0; i < DAVIT__COUNT(bad); i++) {
        REFUSED(parts[i], config.devices = &bad[i]; config.device_count = 1)
    }
    const davit_gpu_request none = {.count = 0}, below = {.count = -2},
                            both = {.count = 1, .device_ids = ids, .device_id_count = 1};
    REFUSED("gpus: count 0", config.gpus = &none; config.gpu_count = 1)
    REFUSED("gpus: count -2", config.gpus = &below; config.gpu_count = 1)
    REFUSED("gpus: count 1", config.gpus = &both; config.gpu_count = 1)
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_config_fields__every_one_has_its_place_in_the_body),
    cmocka_unit_test(test_config_fields__json_input_is_the_same_table),
    cmocka_unit_test(test_config_fields__the_first_network_is_created_with),
    cmocka_unit_test(test_config_fields__an_attachment_says_only_what_was_given),
    cmocka_unit_test(test_config_fields__come_to_a_command_line),
    cmocka_unit_test(test_config_fields__a_bad_config_is_no_command_line),
    cmocka_unit_test(test_config_fields__quoted_words_survive_a_shell),
    cmocka_unit_test(test_config_fields__a_bad_resource_is_named),
    cmocka_unit_test(test_config_fields__a_bad_network_is_named),
    cmocka_unit_test(test_config_fields__a_bad_name_is_named),
    cmocka_unit_test(test_config_fields__a_bad_device_is_named),
};
DAVIT_TEST_MAIN(tests)
