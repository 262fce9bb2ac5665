/* SPDX-License-Identifier: MIT */
#include "dial_stdio.h"

#include "memory.h"
#include "support/runner.h"

static void expect_command(davit_runtime runtime, const char *url, const char *command)
{
    davit__address address;
    assert_int_equal(davit__address_parse(url, &address, NULL), 0);
    assert_int_equal(davit__dial_stdio(runtime, &address, NULL), 0);
    if (command) {
        assert_string_equal(address.command, command);
    } else {
        assert_null(address.command);
    }
    davit__address_free(&address);
}

static void test_dial_stdio__the_engine_that_is_wanted_has_its_own(void **state)
{
    expect_command(DAVIT_RUNTIME_DOCKER, "ssh://host", "docker system dial-stdio");
    expect_command(DAVIT_RUNTIME_PODMAN, "ssh://host", "podman system dial-stdio");
}

static void test_dial_stdio__path_is_that_of_the_socket(void **state)
{
    expect_command(DAVIT_RUNTIME_DOCKER, "ssh://host/run/d.sock",
                   "docker --host unix:///run/d.sock system dial-stdio");
    expect_command(DAVIT_RUNTIME_PODMAN, "ssh://host/run/p.sock",
                   "podman --url unix:///run/p.sock system dial-stdio");
}

static void test_dial_stdio__without_a_wish_dockers_comes_first(void **state)
{
    expect_command(DAVIT_RUNTIME_ANY, "ssh://host",
                   "sh -c 'if command -v docker >/dev/null 2>&1; then exec docker system "
                   "dial-stdio; else exec podman system dial-stdio; fi'");
}

static void test_dial_stdio__other_addresses_have_none(void **state)
{
    expect_command(DAVIT_RUNTIME_ANY, "tcp://host", NULL);
    expect_command(DAVIT_RUNTIME_ANY, "/run/docker.sock", NULL);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_dial_stdio__the_engine_that_is_wanted_has_its_own),
    cmocka_unit_test(test_dial_stdio__path_is_that_of_the_socket),
    cmocka_unit_test(test_dial_stdio__without_a_wish_dockers_comes_first),
    cmocka_unit_test(test_dial_stdio__other_addresses_have_none),
};

DAVIT_TEST_MAIN(tests)
