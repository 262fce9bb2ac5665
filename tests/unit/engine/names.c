/* SPDX-License-Identifier: MIT */
#include "support/outcome.h"

#include <davit/container.h>
#include <davit/doctor.h>

typedef const davit_enum *table(void);

/* Every enumeration with how many values it has; its values are 0, 1, 2, ... */
static const struct {
    table *names;
    int count;
} enumerations[] = {
    {davit_runtime_names, 4},        {davit_log_level_names, 4},
    {davit_restart_policy_names, 5}, {davit_container_state_names, 8},
    {davit_network_mode_names, 6},   {davit_volume_driver_names, 3},
    {davit_log_driver_names, 14},    {davit_health_status_names, 4},
    {davit_mount_type_names, 3},     {davit_protocol_names, 3},
    {davit_pull_policy_names, 3},    {davit_finding_level_names, 4},
};

static void test_names__every_value_has_a_name_that_leads_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof enumerations / sizeof enumerations[0]; i++) {
        const davit_enum *names = enumerations[i].names();
        for (int value = 0; value < enumerations[i].count; value++) {
            const char *name = davit_enum_name(names, value);
            assert_non_null(name);
            davit_error error = DAVIT_ERROR_INIT;
            int back = -1;
            assert_done(davit_enum_parse(names, name, &back, &error), &error);
            assert_int_equal(back, value);
        }
        assert_null(davit_enum_name(names, enumerations[i].count));
        assert_null(davit_enum_name(names, -1));
    }
}

static void test_names__each_value_is_listed_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof enumerations / sizeof enumerations[0]; i++) {
        const davit_enum *names = enumerations[i].names();
        int listed = 0;
        int value;
        for (size_t at = 0; davit_enum_at(names, at, &value); at++) {
            assert_in_range(value, 0, enumerations[i].count - 1);
            listed++;
        }
        assert_int_equal(listed, enumerations[i].count);
    }
}

static void test_names__they_are_docker_s(void **state)
{
    (void)state;
    static const struct {
        table *names;
        int value;
        const char *name;
    } rows[] = {
        {davit_restart_policy_names, DAVIT_RESTART_UNLESS_STOPPED, "unless-stopped"},
        {davit_restart_policy_names, DAVIT_RESTART_ON_FAILURE, "on-failure"},
        {davit_restart_policy_names, DAVIT_RESTART_NO, "no"},
        {davit_log_driver_names, DAVIT_LOG_DRIVER_JSON_FILE, "json-file"},
        {davit_container_state_names, DAVIT_STATE_EXITED, "exited"},
        {davit_container_state_names, DAVIT_STATE_RESTARTING, "restarting"},
        {davit_health_status_names, DAVIT_HEALTH_UNHEALTHY, "unhealthy"},
        {davit_network_mode_names, DAVIT_NETWORK_BRIDGE, "bridge"},
        {davit_mount_type_names, DAVIT_MOUNT_TMPFS, "tmpfs"},
        {davit_protocol_names, DAVIT_PROTOCOL_SCTP, "sctp"},
        {davit_pull_policy_names, DAVIT_PULL_MISSING, "missing"},
        {davit_log_level_names, DAVIT_LOG_WARNING, "WARNING"},
        {davit_runtime_names, DAVIT_RUNTIME_PODMAN, "podman"},
        {davit_finding_level_names, DAVIT_FINDING_PROBLEM, "problem"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(davit_enum_name(rows[i].names(), rows[i].value), rows[i].name);
    }
}

static void test_names__podman_s_states_are_understood(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int value;
    } rows[] = {
        {"stopped", DAVIT_STATE_EXITED},      {"stopping", DAVIT_STATE_RUNNING},
        {"initialized", DAVIT_STATE_CREATED}, {"configured", DAVIT_STATE_CREATED},
        {"removing", DAVIT_STATE_REMOVING},   {"paused", DAVIT_STATE_PAUSED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int value = -1;
        assert_int_equal(
            davit_enum_parse(davit_container_state_names(), rows[i].name, &value, NULL), 0);
        assert_int_equal(value, rows[i].value);
    }
}

static void test_names__log_levels_may_be_in_lower_case(void **state)
{
    (void)state;
    int level = -1;
    assert_int_equal(davit_enum_parse(davit_log_level_names(), "warning", &level, NULL), 0);
    assert_int_equal(level, DAVIT_LOG_WARNING);
    davit_error error = DAVIT_ERROR_INIT;
    int r = davit_enum_parse(davit_log_level_names(), "LOUD", &level, &error);
    assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG,
                  "log level 'LOUD': expected DEBUG, INFO, WARNING or ERROR");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_names__every_value_has_a_name_that_leads_back),
    cmocka_unit_test(test_names__each_value_is_listed_once),
    cmocka_unit_test(test_names__they_are_docker_s),
    cmocka_unit_test(test_names__podman_s_states_are_understood),
    cmocka_unit_test(test_names__log_levels_may_be_in_lower_case),
};
DAVIT_TEST_MAIN(tests)
