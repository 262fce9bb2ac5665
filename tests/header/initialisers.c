/* SPDX-License-Identifier: MIT */
/* The _INIT macros are constants that set what zero would get wrong, and compile where all warnings
 * are errors. */
#include "support/runner.h"

#include <davit/davit.h>

static const davit_error no_error = DAVIT_ERROR_INIT;
static const davit_container_config container = DAVIT_CONTAINER_CONFIG_INIT;
static const davit_exec_config exec = DAVIT_EXEC_CONFIG_INIT;
static const davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
static const davit_logs_options logs = DAVIT_LOGS_OPTIONS_INIT;
static const davit_engine_options engine = DAVIT_ENGINE_OPTIONS_INIT;
static const davit_build_context build = DAVIT_BUILD_CONTEXT_INIT;

static void test_header__initialisers_know_the_size(void **state)
{
    (void)state;
    assert_int_equal(container.struct_size, sizeof container);
    assert_int_equal(exec.struct_size, sizeof exec);
    assert_int_equal(attach.struct_size, sizeof attach);
    assert_int_equal(engine.struct_size, sizeof engine);
    assert_int_equal(build.struct_size, sizeof build);
}

static void test_header__initialisers_set_what_zero_would_get_wrong(void **state)
{
    (void)state;
    assert_int_equal(no_error.code, DAVIT_OK);
    assert_true(container.stop_timeout == DAVIT_UNSET);
    assert_true(logs.tail == DAVIT_UNSET);
    assert_int_equal(attach.input, -1);
    assert_int_equal(build.tar, -1);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_header__initialisers_know_the_size),
    cmocka_unit_test(test_header__initialisers_set_what_zero_would_get_wrong),
};
DAVIT_TEST_MAIN(tests)
