/* SPDX-License-Identifier: MIT */
/* Limits, names, privileges and namespaces of davit_container_config, seen from inside the
 * container or by inspect. Several in one container, as starting one is what takes time. */
#include "engine_test.h"

#include <unistd.h>

/* The first of these files that exists: cgroup v2, then v1. */
#define CGROUP(v2, v1)                  "cat /sys/fs/cgroup/" v2 " 2>/dev/null || cat /sys/fs/cgroup/" v1

#define SET(config, list, count, items) ((config).list = (items), (config).count = ITEMS(items))

static bool is_podman(const struct engine_test *test)
{
    return test->runtime == DAVIT_RUNTIME_PODMAN;
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

static void assert_no_warnings(const struct engine_test *test)
{
    assert_string_equal(test->warnings, "");
}

/* ---- resources ---- */

static void test_fields__memory_and_swap_are_limited(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.resources.memory = DAVIT_MIB(64);
    config.resources.memory_swap = DAVIT_MIB(96);
    config.resources.memory_reservation = DAVIT_MIB(32);
    config.resources.memory_swappiness = 0;
    config.resources.oom_kill_disable = true;
    config.resources.oom_score_adj = 300;
    config.resources.shm_size = DAVIT_MIB(8);
    start_script(test, &config, NULL);
    assert_no_warnings(test);
    assert_string_equal(
        exec_says(test, config.name,
                  "cd /sys/fs/cgroup/memory; cat memory.limit_in_bytes memory.memsw.limit_in_bytes "
                  "memory.soft_limit_in_bytes memory.swappiness; "
                  "sed -n s/oom_kill_disable.//p memory.oom_control; cat /proc/1/oom_score_adj; "
                  "df -k /dev/shm | awk 'END { print $2 }'"),
        "67108864\n100663296\n33554432\n0\n1\n300\n8192");
    const davit_container_info *info = info_of(test, config.name);
    assert_int_equal(info->memory_swap, DAVIT_MIB(96));
    assert_int_equal(info->memory_reservation, DAVIT_MIB(32));
    assert_int_equal(info->memory_swappiness, 0);
    assert_true(info->oom_kill_disable);
    assert_int_equal(info->oom_score_adj, 300);
    assert_int_equal(info->shm_size, DAVIT_MIB(8));
}

static void test_fields__swap_can_be_unlimited(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.resources.memory = DAVIT_MIB(64);
    config.resources.memory_swap = -1;
    start_script(test, &config, NULL);
    assert_string_equal(exec_says(test, config.name,
                                  CGROUP("memory.swap.max", "memory/memory.memsw.limit_in_bytes")),
                        "9223372036854771712");
    assert_int_equal(info_of(test, config.name)->memory_swap, -1);
    assert_int_equal(info_of(test, config.name)->memory_swappiness, DAVIT_UNSET);
}

static void test_fields__cpu_time_and_place_are_limited(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.resources.cpu_period = 50000;
    config.resources.cpu_quota = 25000;
    config.resources.cpuset_cpus = "0";
    config.resources.cpuset_mems = "0";
    config.cgroup_parent = "/davit-test-parent";
    start_script(test, &config, NULL);
    assert_string_equal(exec_says(test, config.name,
                                  "cd /sys/fs/cgroup; cat cpu/cpu.cfs_period_us "
                                  "cpu/cpu.cfs_quota_us cpuset/cpuset.cpus; "
                                  "sed -n 's,^[0-9]*:pids:\\(/[^/]*\\)/.*,\\1,p' /proc/1/cgroup"),
                        "50000\n25000\n0\n/davit-test-parent");
    const davit_container_info *info = info_of(test, config.name);
    assert_int_equal(info->cpu_period, 50000);
    assert_int_equal(info->cpu_quota, 25000);
    assert_string_equal(info->cpuset_cpus, "0");
    assert_string_equal(info->cpuset_mems, "0");
    assert_string_equal(info->cgroup_parent, "/davit-test-parent");
}

static int64_t soft_limit(const davit_container_info *info, const char *name)
{
    for (size_t i = 0; i < info->ulimit_count; i++) {
        if (strcmp(info->ulimits[i].name, name) == 0) {
            return info->ulimits[i].soft;
        }
    }
    return DAVIT_UNSET;
}

/* With one of nofile and nproc alone, Podman raises the other to what not every machine allows. */
static void test_fields__ulimits_bind_each_process(void **state)
{
    struct engine_test *test = *state;
    static const davit_ulimit ulimits[] = {
        {"nofile", 512, 1024}, {"nproc", 5000, 6000}, {"core", 0, 0}};
    davit_container_config config = engine_test_config(test, "box");
    SET(config.resources, ulimits, ulimit_count, ulimits);
    start_script(test, &config, NULL);
    assert_string_equal(exec_says(test, config.name,
                                  "sed -nE 's/^Max (open files|processes|core file size) +"
                                  "([0-9]+) +([0-9]+) .*/\\2 \\3/p' /proc/1/limits"),
                        "0 0\n5000 6000\n512 1024");
    const davit_container_info *info = info_of(test, config.name);
    assert_int_equal(soft_limit(info, "nofile"), 512);
    assert_int_equal(soft_limit(info, "nproc"), 5000);
    assert_int_equal(soft_limit(info, "core"), 0);
}

static void test_fields__kernel_memory_is_ignored_with_a_warning(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.resources.kernel_memory = DAVIT_MIB(32);
    char *id = NULL;
    OK(davit_container_create(test->engine, &config, &id, &test->error));
    davit_string_free(id);
    assert_contains(test->warnings, is_podman(test) ? "kernel_memory" : "kernel memory");
}

/* ---- names ---- */

static void test_fields__name_servers_and_hosts_are_told(void **state)
{
    struct engine_test *test = *state;
    static const char *const servers[] = {"10.9.8.7"}, *const search[] = {"a.test", "b.test"},
                             *const options[] = {"ndots:3"};
    static const davit_pair hosts[] = {{"db", "10.1.2.3"}, {"six", "fd00::6"}};
    davit_container_config config = engine_test_config(test, "box");
    SET(config, dns_servers, dns_server_count, servers);
    SET(config, dns_search, dns_search_count, search);
    SET(config, dns_options, dns_option_count, options);
    SET(config, extra_hosts, extra_host_count, hosts);
    config.hostname = "inside";
    start_script(test, &config, NULL);
    assert_string_equal(
        exec_says(test, config.name,
                  "hostname; sort /etc/resolv.conf; grep -wE 'db|six' /etc/hosts | tr '\\t' ' ' | "
                  "sort"),
        "inside\nnameserver 10.9.8.7\noptions ndots:3\nsearch a.test b.test\n10.1.2.3 db\n"
        "fd00::6 six");
    const davit_container_info *info = info_of(test, config.name);
    assert_true(has(info->dns_servers, info->dns_server_count, "10.9.8.7"));
    assert_true(has(info->dns_search, info->dns_search_count, "b.test"));
    assert_true(has(info->dns_options, info->dns_option_count, "ndots:3"));
    assert_true(has(info->extra_hosts, info->extra_host_count, "db:10.1.2.3"));
    assert_string_equal(info->hostname, "inside");
}

/* ---- privileges ---- */

static void test_fields__groups_and_capabilities_are_set(void **state)
{
    struct engine_test *test = *state;
    static const char *const groups[] = {"1234", "app"}, *const added[] = {"NET_ADMIN"},
                             *const dropped[] = {"CHOWN"},
                             *const security[] = {"no-new-privileges"};
    static const davit_pair sysctls[] = {{"net.ipv4.ip_default_ttl", "77"}};
    davit_container_config config = engine_test_config(test, "box");
    SET(config, groups, group_count, groups);
    SET(config, cap_add, cap_add_count, added);
    SET(config, cap_drop, cap_drop_count, dropped);
    SET(config, security_options, security_option_count, security);
    SET(config, sysctls, sysctl_count, sysctls);
    start_script(test, &config, NULL);
    /* NET_ADMIN is bit 12, CHOWN bit 0; group 0 is the user's own, which Podman leaves out. */
    assert_string_equal(exec_says(test, config.name,
                                  "sed -n 's/^Groups:.//p' /proc/1/status | xargs -n 1 | "
                                  "grep -v ^0 | xargs; "
                                  "sed -n 's/^CapPrm:.//p; s/^NoNewPrivs:.//p' /proc/1/status; "
                                  "cat /proc/sys/net/ipv4/ip_default_ttl"),
                        "1000 1234\n00000000a80435fa\n1\n77");
    const davit_container_info *info = info_of(test, config.name);
    assert_true(has(info->groups, info->group_count, "1234"));
    assert_int_equal(info->cap_add_count, 1);
    assert_non_null(strstr(info->cap_add[0], "NET_ADMIN"));
    assert_non_null(strstr(info->cap_drop[0], "CHOWN"));
    assert_true(has(info->security_options, info->security_option_count, "no-new-privileges"));
    assert_int_equal(info->sysctl_count, is_podman(test) ? 0 : 1); /* Podman does not tell */
}

static void test_fields__devices_can_be_used(void **state)
{
    struct engine_test *test = *state;
    static const davit_device devices[] = {{"/dev/null", "/dev/nothing", "rw"},
                                           {"/dev/full", NULL, NULL}};
    davit_container_config config = engine_test_config(test, "box");
    SET(config, devices, device_count, devices);
    start_script(test, &config, NULL);
    assert_string_equal(exec_says(test, config.name,
                                  "echo x > /dev/nothing && echo written; ls -l /dev/nothing "
                                  "/dev/full | awk '{ print $5 $6 }'; "
                                  "echo x > /dev/full 2> /dev/null || echo full"),
                        "written\n1,7\n1,3\nfull");
    const davit_container_info *info = info_of(test, config.name);
    assert_int_equal(info->device_count, 2);
    assert_string_equal(info->devices[0].source, "/dev/null");
    assert_string_equal(info->devices[0].target, "/dev/nothing");
    assert_string_equal(info->devices[1].target, "/dev/full");
}

/* ---- namespaces ---- */

static void test_fields__namespaces_are_the_hosts(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    config.ipc_mode = "host";
    config.pid_mode = "host";
    config.uts_mode = "host";
    config.userns_mode = "host";
    config.runtime = "runc";
    start_script(test, &config, NULL);
    char host[64] = "", ipc[64] = ""; /* the engines' are this process's */
    assert_int_equal(gethostname(host, sizeof host - 1), 0);
    assert_true(readlink("/proc/self/ns/ipc", ipc, sizeof ipc - 1) > 0);
    assert_string_equal(exec_says(test, config.name,
                                  "hostname; awk '{ print $1, $2 }' /proc/self/uid_map; "
                                  "readlink /proc/self/ns/ipc; [ $$ -gt 100 ] && echo many"),
                        engine_test_format(test, "%s\n0 0\n%s\nmany", host, ipc));
    const davit_container_info *info = info_of(test, config.name);
    assert_string_equal(info->pid_mode, "host");
    assert_string_equal(info->uts_mode, "host");
    assert_string_equal(info->runtime, is_podman(test) ? "oci" : "runc");
}

#define NAMESPACES "for i in pid ipc; do readlink /proc/self/ns/$i; done"
static void test_fields__namespaces_can_be_another_containers(void **state)
{
    struct engine_test *test = *state;
    davit_container_config other = engine_test_config(test, "other");
    other.ipc_mode = "shareable";
    start_script(test, &other, NULL);
    davit_container_config config = engine_test_config(test, "box");
    config.pid_mode = engine_test_format(test, "container:%s", other.name);
    config.ipc_mode = config.pid_mode;
    const char *ns = exec_says(test, other.name, NAMESPACES);
    assert_string_equal(says(test, &config, NAMESPACES), ns);
}

static void test_fields__volumes_come_from_another_container(void **state)
{
    struct engine_test *test = *state;
    const davit_mount mounts[] = {
        {.type = DAVIT_MOUNT_VOLUME, .source = engine_test_name(test, "vol"), .target = "/data"}};
    davit_container_config other = engine_test_config(test, "other");
    other.mounts = mounts;
    other.mount_count = 1;
    start_script(test, &other, "echo kept > /data/file");
    assert_int_equal(wait_for_exit(test, other.name), 0);
    davit_container_config config = engine_test_config(test, "box");
    const char *const from[] = {engine_test_format(test, "%s:ro", other.name)};
    SET(config, volumes_from, volumes_from_count, from);
    assert_string_equal(
        says(test, &config, "cat /data/file; touch /data/x 2> /dev/null || echo read-only"),
        "kept\nread-only");
}

/* ---- the rest ---- */

static void test_fields__a_tmpfs_has_no_source(void **state)
{
    struct engine_test *test = *state;
    const davit_mount mounts[] = {
        {.type = DAVIT_MOUNT_TMPFS, .source = "scratch", .target = "/scratch"}};
    davit_container_config config = engine_test_config(test, "box");
    config.mounts = mounts;
    config.mount_count = 1;
    assert_string_equal(says(test, &config, "grep -c 'tmpfs /scratch' /proc/mounts"), "1");
    assert_contains(test->warnings, "mount /scratch: a tmpfs has no source, 'scratch' is ignored");
}

static void test_fields__a_platform_that_the_image_is_not_made_for_is_refused(void **state)
{
    struct engine_test *test = *state;
    davit_container_config config = engine_test_config(test, "box");
    char *id = NULL;
    config.platform = "linux/s390x";
    config.pull_policy = DAVIT_PULL_NEVER;
    FAILS(DAVIT_ERROR_IMAGE_NOT_FOUND,
          davit_container_create(test->engine, &config, &id, &test->error));
    assert_contains(engine_test_message(test), "s390x");
    const davit_image_info *image = image_of(test, BASE_IMAGE);
    config.platform = engine_test_format(test, "%s/%s", image->os, image->architecture);
    OK(davit_container_create(test->engine, &config, &id, &test->error));
    assert_string_equal(info_of(test, id)->platform, "linux");
    davit_string_free(id);
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_fields__memory_and_swap_are_limited),
    ENGINE_TEST(test_fields__swap_can_be_unlimited),
    ENGINE_TEST(test_fields__cpu_time_and_place_are_limited),
    ENGINE_TEST(test_fields__ulimits_bind_each_process),
    ENGINE_TEST(test_fields__kernel_memory_is_ignored_with_a_warning),
    ENGINE_TEST(test_fields__name_servers_and_hosts_are_told),
    ENGINE_TEST(test_fields__groups_and_capabilities_are_set),
    ENGINE_TEST(test_fields__devices_can_be_used),
    ENGINE_TEST(test_fields__namespaces_are_the_hosts),
    ENGINE_TEST(test_fields__namespaces_can_be_another_containers),
    ENGINE_TEST(test_fields__volumes_come_from_another_container),
    ENGINE_TEST(test_fields__a_tmpfs_has_no_source),
    ENGINE_TEST(test_fields__a_platform_that_the_image_is_not_made_for_is_refused),
};
DAVIT_TEST_MAIN(tests)
