/* SPDX-License-Identifier: MIT */
/* The grammars of container options, and what they come to. */
#include "container_options.h"
#include "container_values.h"

#include "support/runner.h"

static int64_t cpus_of(const char *text)
{
    int64_t cpus = -1;
    davit_error error = DAVIT_ERROR_INIT;
    return cli_parse_cpus(NULL, text, &cpus, &error) < 0 ? -1 : cpus;
}

static void test_cpus_are_exact(void **state)
{
    (void)state;
    assert_int_equal(cpus_of("1"), 1000000000);
    assert_int_equal(cpus_of("1.5"), 1500000000);
    assert_int_equal(cpus_of(".25"), 250000000);
    assert_int_equal(cpus_of("0.000000001"), 1);
    assert_int_equal(cpus_of("2."), 2000000000);
    assert_int_equal(cpus_of("0"), 0);
}

static void test_bad_cpus_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      ".",
                                      "x",
                                      "1x",
                                      "-1",
                                      "1.5.2",
                                      " 1",
                                      "1e3",
                                      "nan",
                                      "0.0000000001",
                                      "1,5",
                                      "100001",
                                      "99999999999999999999"};
    for (size_t i = 0; i < CLI_COUNT(bad); i++) {
        if (cpus_of(bad[i]) != -1) {
            fail_msg("'%s' was taken", bad[i]);
        }
    }
}

static void network_is(const char *text, int mode, const char *name)
{
    cli_memory memory = {NULL};
    cli_networks networks = {0};
    davit_error error = DAVIT_ERROR_INIT;
    assert_int_equal(cli_parse_network(&memory, text, &networks, &error), 0);
    assert_int_equal(networks.mode, mode);
    if (name) {
        assert_string_equal(networks.container ? networks.container : networks.items[0].network,
                            name);
    } else {
        assert_null(networks.items);
    }
    cli_memory_free(&memory);
}

static void test_networks_are_modes_or_names(void **state)
{
    (void)state;
    network_is("bridge", DAVIT_NETWORK_DEFAULT, "bridge");
    network_is("host", DAVIT_NETWORK_HOST, NULL);
    network_is("none", DAVIT_NETWORK_NONE, NULL);
    network_is("default", DAVIT_NETWORK_DEFAULT, NULL);
    network_is("container:db", DAVIT_NETWORK_CONTAINER, "db");
    network_is("backend", DAVIT_NETWORK_DEFAULT, "backend");
    network_is("name=backend,alias=db", DAVIT_NETWORK_DEFAULT, "backend");
}

static void test_network_without_a_name_is_refused(void **state)
{
    (void)state;
    cli_memory memory = {NULL};
    cli_networks networks = {0};
    davit_error error = DAVIT_ERROR_INIT;
    assert_true(cli_parse_network(&memory, "", &networks, &error) < 0);
    assert_true(cli_parse_network(&memory, "container:", &networks, &error) < 0);
    cli_memory_free(&memory);
}

static void test_network_beside_the_hosts_is_refused(void **state)
{
    (void)state;
    cli_memory memory = {NULL};
    cli_networks networks = {0};
    davit_error error = DAVIT_ERROR_INIT;
    assert_int_equal(cli_parse_network(&memory, "host", &networks, &error), 0);
    assert_true(cli_parse_network(&memory, "backend", &networks, &error) < 0);
    assert_string_equal(error.message, "'backend': expected no other network beside host, none or "
                                       "container:NAME");
    cli_memory_free(&memory);
}

static cli_container_options *parse(cli *self, const char *const *arguments, size_t count)
{
    static const cli_option *const tables[] = {cli_container_table, cli_limit_table,
                                               cli_isolation_table, NULL};
    static const cli_container_options defaults = CLI_CONTAINER_OPTIONS_INIT;
    cli_problem problem = {{0}, {0}};
    cli_container_options *options = cli_allocate(&self->memory, sizeof *options);
    *options = defaults;
    cli_parser parser = {
        .memory = &self->memory,
        .tables = tables,
        .stop_at_word = true,
        .target = options,
    };
    assert_int_equal(cli_parse(&parser, arguments, count, &problem), 0);
    const cli_input input = {options, parser.words.items, parser.words.count};
    assert_int_equal(cli_container_settle(self, options, &input), 0);
    return options;
}

#define PARSE(self, ...)                                                                           \
    parse((self), (const char *const[]){__VA_ARGS__},                                              \
          sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static void test_options_come_to_a_config(void **state)
{
    (void)state;
    cli self = {0};
    const davit_container_config *config =
        &PARSE(&self, "--name", "web", "-m", "512m", "-p", "8080-8081:80-81", "-v", "data:/data:ro",
               "--tmpfs", "/run:size=1m", "-l", "a", "--restart", "on-failure:3", "--cpus", "1.5",
               "--pids-limit", "-1", "--stop-timeout", "0", "--entrypoint", "sh", "nginx:alpine",
               "-c", "exit 1")
             ->config;
    assert_string_equal(config->image, "nginx:alpine");
    assert_string_equal(config->name, "web");
    assert_int_equal(config->command_count, 2);
    assert_string_equal(config->command[1], "exit 1");
    assert_int_equal(config->resources.memory, DAVIT_MIB(512));
    assert_int_equal(config->resources.nano_cpus, 1500000000);
    assert_int_equal(config->resources.pids, -1);
    assert_int_equal(config->port_count, 2);
    assert_int_equal(config->ports[1].host_port, 8081);
    assert_int_equal(config->mount_count, 2);
    assert_string_equal(config->mounts[0].source, "data");
    assert_true(config->mounts[0].read_only);
    assert_int_equal(config->mounts[1].tmpfs_size, DAVIT_MIB(1));
    assert_int_equal(config->restart_policy, DAVIT_RESTART_ON_FAILURE);
    assert_int_equal(config->restart_retries, 3);
    assert_int_equal(config->stop_timeout, 0);
    assert_string_equal(config->labels[0].value, "");
    assert_string_equal(config->entrypoint[0], "sh");
    cli_memory_free(&self.memory);
}

static void test_nothing_given_is_nothing_set(void **state)
{
    (void)state;
    cli self = {0};
    const davit_container_config *config = &PARSE(&self, "image")->config;
    assert_int_equal(config->stop_timeout, DAVIT_UNSET);
    assert_int_equal(config->command_count, 0);
    assert_int_equal(config->health_check.test_count, 0);
    assert_false(config->clear_entrypoint);
    cli_memory_free(&self.memory);
}

static void test_empty_entrypoint_clears_it(void **state)
{
    (void)state;
    cli self = {0};
    const davit_container_config *config = &PARSE(&self, "--entrypoint", "", "image")->config;
    assert_true(config->clear_entrypoint);
    assert_int_equal(config->entrypoint_count, 0);
    cli_memory_free(&self.memory);
}

static void test_health_command_runs_in_a_shell(void **state)
{
    (void)state;
    cli self = {0};
    const davit_container_config *config =
        &PARSE(&self, "--health-cmd", "true || false", "--health-interval", "5s", "image")->config;
    assert_int_equal(config->health_check.test_count, 2);
    assert_string_equal(config->health_check.test[0], "CMD-SHELL");
    assert_string_equal(config->health_check.test[1], "true || false");
    assert_int_equal(config->health_check.interval, DAVIT_SECONDS(5));
    config = &PARSE(&self, "--no-healthcheck", "image")->config;
    assert_string_equal(config->health_check.test[0], "NONE");
    cli_memory_free(&self.memory);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_cpus_are_exact),
    cmocka_unit_test(test_bad_cpus_are_refused),
    cmocka_unit_test(test_networks_are_modes_or_names),
    cmocka_unit_test(test_network_without_a_name_is_refused),
    cmocka_unit_test(test_network_beside_the_hosts_is_refused),
    cmocka_unit_test(test_options_come_to_a_config),
    cmocka_unit_test(test_nothing_given_is_nothing_set),
    cmocka_unit_test(test_empty_entrypoint_clears_it),
    cmocka_unit_test(test_health_command_runs_in_a_shell),
};

DAVIT_TEST_MAIN(tests)
