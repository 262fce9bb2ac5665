/* SPDX-License-Identifier: MIT */
/* The networks of a container: several of them, names and addresses in each. */
#include "engine_test.h"

static const char *make_network(struct engine_test *test, const char *name, const char *subnet,
                                const char *subnet6)
{
    const char *full = engine_test_name(test, name);
    const char *more = subnet6 ? engine_test_format(test, ",{\"Subnet\":\"%s\"}", subnet6) : "";
    int status = engine_test_request(
        test, "POST", "/networks/create",
        engine_test_format(test,
                           "{\"Name\":\"%s\",\"EnableIPv6\":%s,\"IPAM\":{\"Config\":[{\"Subnet\":"
                           "\"%s\"}%s]}}",
                           full, subnet6 ? "true" : "false", subnet, more),
        NULL);
    assert_int_equal(status, 201);
    return full;
}

static void remove_network(struct engine_test *test, const char *name)
{
    int status = engine_test_request(test, "DELETE", engine_test_format(test, "/networks/%s", name),
                                     NULL, NULL);
    assert_true(status == 204 || status == 200);
}

static void end(struct engine_test *test, const char *container)
{
    davit_remove_options options = {.force = true};
    OK(davit_container_remove(test->engine, container, &options, &test->error));
}

static const davit_endpoint_info *endpoint_of(struct engine_test *test, const char *container,
                                              const char *network)
{
    const davit_container_info *info = info_of(test, container);
    for (size_t i = 0; i < info->endpoint_count; i++) {
        if (strcmp(info->endpoints[i].network, network) == 0) {
            return &info->endpoints[i];
        }
    }
    fail_msg("%s is not in %s", container, network);
    return NULL;
}

static bool has(char *const *items, size_t count, const char *wanted)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(items[i], wanted) == 0) {
            return true;
        }
    }
    return false;
}

static void test_networks__each_gives_its_addresses_and_names(void **state)
{
    struct engine_test *test = *state;
    static const char *const first_aliases[] = {"store", "db"}, *const second_aliases[] = {"back"};
    const davit_network_attachment networks[] = {
        {.network = make_network(test, "one", "10.213.1.0/24", "fd00:213::/64"),
         .aliases = first_aliases,
         .alias_count = ITEMS(first_aliases),
         .ip = "10.213.1.9",
         .ip6 = "fd00:213::9",
         .mac = "02:42:0a:d5:01:09"},
        {.network = make_network(test, "two", "10.213.2.0/24", NULL),
         .aliases = second_aliases,
         .alias_count = ITEMS(second_aliases),
         .ip = "10.213.2.9"},
    };
    davit_container_config config = engine_test_config(test, "box");
    config.networks = networks;
    config.network_count = ITEMS(networks);
    start_script(test, &config, NULL);
    assert_string_equal(test->warnings, "");
    assert_string_equal(exec_says(test, config.name,
                                  "ip -o addr show scope global | awk '{ print $4 }' | sort; "
                                  "ip -o link | grep -o 02:42:0a:d5:01:09"),
                        "10.213.1.9/24\n10.213.2.9/24\nfd00:213::9/64\n02:42:0a:d5:01:09");
    const davit_endpoint_info *one = endpoint_of(test, config.name, networks[0].network);
    assert_string_equal(one->ip, "10.213.1.9");
    assert_string_equal(one->ip6, "fd00:213::9");
    assert_string_equal(one->mac, "02:42:0a:d5:01:09");
    assert_string_equal(one->gateway, "10.213.1.1");
    assert_true(has(one->aliases, one->alias_count, "db"));
    const davit_endpoint_info *two = endpoint_of(test, config.name, networks[1].network);
    assert_string_equal(two->ip, "10.213.2.9");
    assert_true(has(two->aliases, two->alias_count, "back"));
    end(test, config.name);
    remove_network(test, networks[0].network);
    remove_network(test, networks[1].network);
}

/* In one network: with two, Podman's name server can be told of the second before it listens. */
static void test_networks__an_alias_is_found(void **state)
{
    struct engine_test *test = *state;
    static const char *const aliases[] = {"store"};
    const davit_network_attachment networks[] = {
        {.network = make_network(test, "one", "10.213.3.0/24", NULL),
         .aliases = aliases,
         .alias_count = ITEMS(aliases),
         .ip = "10.213.3.9"},
    };
    davit_container_config config = engine_test_config(test, "box");
    config.networks = networks;
    config.network_count = ITEMS(networks);
    start_script(test, &config, NULL);
    /* Podman's name server starts beside the container. */
    assert_string_equal(exec_says(test, config.name,
                                  "until nslookup store 2> /dev/null | grep -q '10.213.3.9$'; do "
                                  "usleep 20000; done; echo found"),
                        "found");
    end(test, config.name);
    remove_network(test, networks[0].network);
}

/* With a mode, its network is the first; the list says more about it, and names others. */
static void test_networks__the_modes_network_is_the_first(void **state)
{
    struct engine_test *test = *state;
    const davit_network_attachment networks[] = {
        {.network = make_network(test, "one", "10.213.1.0/24", NULL)},
        {.network = make_network(test, "two", "10.213.2.0/24", NULL), .ip = "10.213.2.7"},
    };
    davit_container_config config = engine_test_config(test, "box");
    config.network_mode = DAVIT_NETWORK_NAMED;
    config.network = networks[1].network;
    config.networks = networks;
    config.network_count = ITEMS(networks);
    start_script(test, &config, NULL);
    assert_int_equal(info_of(test, config.name)->endpoint_count, 2);
    assert_string_equal(endpoint_of(test, config.name, config.network)->ip, "10.213.2.7");
    end(test, config.name);
    remove_network(test, networks[0].network);
    remove_network(test, networks[1].network);
}

static void test_networks__the_default_one_takes_a_hardware_address(void **state)
{
    struct engine_test *test = *state;
    const davit_network_attachment networks[] = {{.network = "bridge", .mac = "02:42:0a:d5:00:11"}};
    davit_container_config config = engine_test_config(test, "box");
    config.networks = networks;
    config.network_count = 1;
    start_script(test, &config, NULL);
    assert_contains(exec_says(test, config.name, "ip link"), "02:42:0a:d5:00:11");
    config = engine_test_config(test, "second");
    config.network_mode = DAVIT_NETWORK_BRIDGE;
    config.networks = networks;
    config.network_count = 1;
    end(test, engine_test_name(test, "box"));
    assert_string_equal(says(test, &config, "ip link | grep -o 02:42:0a:d5:00:11"),
                        "02:42:0a:d5:00:11");
}

/* Docker 20.10 takes the hardware address of one network only, and does not say so itself. */
static void test_networks__a_second_hardware_address_is_kept_or_reported(void **state)
{
    struct engine_test *test = *state;
    const davit_network_attachment networks[] = {
        {.network = make_network(test, "one", "10.213.1.0/24", NULL)},
        {.network = make_network(test, "two", "10.213.2.0/24", NULL), .mac = "02:42:0a:d5:02:22"},
    };
    davit_container_config config = engine_test_config(test, "box");
    config.networks = networks;
    config.network_count = ITEMS(networks);
    start_script(test, &config, NULL);
    bool kept =
        strcmp(endpoint_of(test, config.name, networks[1].network)->mac, "02:42:0a:d5:02:22") == 0;
    bool reported = strstr(test->warnings, "02:42:0a:d5:02:22") != NULL;
    assert_true(kept != reported);
    end(test, config.name);
    remove_network(test, networks[0].network);
    remove_network(test, networks[1].network);
}

static void test_networks__one_that_is_not_there_leaves_nothing(void **state)
{
    struct engine_test *test = *state;
    const davit_network_attachment networks[] = {{.network = "bridge"},
                                                 {.network = "no-such-network"}};
    davit_container_config config = engine_test_config(test, "box");
    config.networks = networks;
    config.network_count = ITEMS(networks);
    char *id = NULL;
    FAILS(DAVIT_ERROR_NETWORK_NOT_FOUND,
          davit_container_run(test->engine, &config, &id, &test->error));
    assert_contains(engine_test_message(test), "no-such-network");
    assert_null(id);
    assert_false(container_exists(test, config.name));
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_networks__each_gives_its_addresses_and_names),
    ENGINE_TEST(test_networks__an_alias_is_found),
    ENGINE_TEST(test_networks__the_modes_network_is_the_first),
    ENGINE_TEST(test_networks__the_default_one_takes_a_hardware_address),
    ENGINE_TEST(test_networks__a_second_hardware_address_is_kept_or_reported),
    ENGINE_TEST(test_networks__one_that_is_not_there_leaves_nothing),
};
DAVIT_TEST_MAIN(tests)
