/* SPDX-License-Identifier: MIT */
#include "errors.h"

#include "support/outcome.h"

#include <errno.h>
#include <limits.h>

static void test_errors__codes_form_a_tree(void **state)
{
    (void)state;
    assert_true(davit_error_is(DAVIT_ERROR_IMAGE_NOT_FOUND, DAVIT_ERROR_IMAGE));
    assert_true(davit_error_is(DAVIT_ERROR_IMAGE_NOT_FOUND, DAVIT_ERROR_CONTAINER));
    assert_true(davit_error_is(DAVIT_ERROR_IMAGE, DAVIT_ERROR_IMAGE));
    assert_false(davit_error_is(DAVIT_ERROR_IMAGE, DAVIT_ERROR_IMAGE_NOT_FOUND));
    assert_false(davit_error_is(DAVIT_ERROR_IMAGE_NOT_FOUND, DAVIT_ERROR_VOLUME));
    assert_false(davit_error_is(DAVIT_OK, DAVIT_ERROR_CONTAINER));
    assert_false(davit_error_is(DAVIT_OK, DAVIT_OK));
}

static void test_errors__every_code_has_a_row_of_its_own(void **state)
{
    (void)state;
    for (int code = DAVIT_ERROR_CONTAINER; code >= DAVIT_ERROR_IO; code--) {
        assert_true(davit_error_is(code, DAVIT_ERROR_CONTAINER));
        assert_string_not_equal(davit_error_name(code), "unknown error");
        assert_in_range(davit_error_http_status(code), 400, 599);
        assert_in_range(davit_error_exit_code(code), 1, 255);
        for (int other = code + 1; other < 0; other++) {
            assert_string_not_equal(davit_error_name(code), davit_error_name(other));
        }
    }
}

static void test_errors__what_is_no_code_is_an_unknown_error(void **state)
{
    (void)state;
    static const int codes[] = {1, INT_MAX, DAVIT_ERROR_IO - 1, INT_MIN};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        assert_string_equal(davit_error_name(codes[i]), "unknown error");
        assert_int_equal(davit_error_parent(codes[i]), DAVIT_OK);
        assert_int_equal(davit_error_exit_code(codes[i]), 1);
        assert_int_equal(davit_error_http_status(codes[i]), 500);
        assert_false(davit_error_is(codes[i], DAVIT_ERROR_CONTAINER));
    }
}

static void test_errors__success_is_no_error(void **state)
{
    (void)state;
    assert_int_equal(davit_error_exit_code(DAVIT_OK), 0);
    assert_int_equal(davit_error_http_status(DAVIT_OK), 200);
}

static void test_errors__set_returns_its_code(void **state)
{
    (void)state;
    davit_error error = {DAVIT_ERROR_IO, 5, 404, "old"};
    assert_int_equal(davit__error_set(&error, DAVIT_ERROR_CONFLICT, "name %s", "web"),
                     DAVIT_ERROR_CONFLICT);
    assert_int_equal(error.code, DAVIT_ERROR_CONFLICT);
    assert_int_equal(error.system_error, 0);
    assert_int_equal(error.http_status, 0);
    assert_string_equal(error.message, "name web");
    assert_int_equal(davit__error_set(NULL, DAVIT_ERROR_CONFLICT, "x"), DAVIT_ERROR_CONFLICT);
}

static void test_errors__newlines_at_the_end_are_dropped(void **state)
{
    (void)state;
    davit_error error = DAVIT_ERROR_INIT;
    davit__error_set(&error, DAVIT_ERROR_IO, "one\ntwo\r\n\n");
    assert_string_equal(error.message, "one\ntwo");
}

static void test_errors__a_message_that_is_too_long_is_cut(void **state)
{
    (void)state;
    davit_error error = DAVIT_ERROR_INIT;
    davit__error_set(&error, DAVIT_ERROR_IO, "%02000d", 0);
    assert_int_equal(strlen(error.message), DAVIT_ERROR_MESSAGE_SIZE - 1);
    assert_string_equal(error.message + DAVIT_ERROR_MESSAGE_SIZE - 5, "0...");
    davit__error_set(&error, DAVIT_ERROR_IO, "%01023d", 0);
    assert_string_equal(error.message + DAVIT_ERROR_MESSAGE_SIZE - 5, "0000");
}

static void test_errors__errno_is_kept_and_explained(void **state)
{
    (void)state;
    davit_error error = DAVIT_ERROR_INIT;
    int r = davit__error_errno(&error, DAVIT_ERROR_IO, ENOENT, "open %s", "/x");
    assert_int_equal(r, DAVIT_ERROR_IO);
    assert_int_equal(error.system_error, ENOENT);
    assert_string_equal(error.message, "open /x: No such file or directory");
}

static void test_errors__wrap_puts_context_in_front(void **state)
{
    (void)state;
    davit_error error = {DAVIT_ERROR_IMAGE_NOT_FOUND, 2, 404, "image x not found"};
    int r = davit__error_wrap(&error, DAVIT_ERROR_IMAGE_NOT_FOUND, "run %s", "web");
    assert_int_equal(r, DAVIT_ERROR_IMAGE_NOT_FOUND);
    assert_string_equal(error.message, "run web: image x not found");
    assert_int_equal(error.code, DAVIT_ERROR_IMAGE_NOT_FOUND);
    assert_int_equal(error.system_error, 2);
    assert_int_equal(error.http_status, 404);
}

static void test_errors__wrap_without_an_error_returns_the_code(void **state)
{
    (void)state;
    assert_int_equal(davit__error_wrap(NULL, DAVIT_ERROR_TIMEOUT, "x"), DAVIT_ERROR_TIMEOUT);
}

static void test_errors__the_old_message_can_be_an_argument(void **state)
{
    (void)state;
    davit_error error = DAVIT_ERROR_INIT;
    davit__error_set(&error, DAVIT_ERROR_IO, "inner");
    davit__error_set(&error, DAVIT_ERROR_IO, "outer: %s", error.message);
    assert_string_equal(error.message, "outer: inner");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_errors__codes_form_a_tree),
    cmocka_unit_test(test_errors__every_code_has_a_row_of_its_own),
    cmocka_unit_test(test_errors__what_is_no_code_is_an_unknown_error),
    cmocka_unit_test(test_errors__success_is_no_error),
    cmocka_unit_test(test_errors__set_returns_its_code),
    cmocka_unit_test(test_errors__newlines_at_the_end_are_dropped),
    cmocka_unit_test(test_errors__a_message_that_is_too_long_is_cut),
    cmocka_unit_test(test_errors__errno_is_kept_and_explained),
    cmocka_unit_test(test_errors__wrap_puts_context_in_front),
    cmocka_unit_test(test_errors__wrap_without_an_error_returns_the_code),
    cmocka_unit_test(test_errors__the_old_message_can_be_an_argument),
};
DAVIT_TEST_MAIN(tests)
