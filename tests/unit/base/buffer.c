/* SPDX-License-Identifier: MIT */
#include "buffer.h"

#include "support/outcome.h"

static void test_buffer__text_grows_and_is_handed_out(void **state)
{
    (void)state;
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    davit__buffer_add_text(&buffer, "one ");
    davit__buffer_printf(&buffer, "%d ", 2);
    davit__buffer_add_char(&buffer, '3');
    for (int i = 0; i < 1000; i++) {
        davit__buffer_add(&buffer, "", 0);
    }
    davit_error error = DAVIT_ERROR_INIT;
    char *text = NULL;
    assert_done(davit__buffer_take(&buffer, &text, &error), &error);
    assert_text(text, "one 2 3");
    assert_int_equal(buffer.length, 0);
    assert_null(buffer.data);
}

static void test_buffer__nothing_added_is_an_empty_text(void **state)
{
    (void)state;
    davit__buffer buffer = DAVIT__BUFFER_INIT;
    davit_error error = DAVIT_ERROR_INIT;
    char *text = NULL;
    assert_done(davit__buffer_take(&buffer, &text, &error), &error);
    assert_text(text, "");
}

static void test_buffer__bytes_may_be_zero(void **state)
{
    (void)state;
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    davit__buffer_add(&buffer, "a\0b", 3);
    assert_int_equal(buffer.length, 3);
    assert_memory_equal(buffer.data, "a\0b", 4);
}

static void test_buffer__up_to_the_ceiling_is_allowed(void **state)
{
    (void)state;
    DAVIT__BUFFER davit__buffer buffer = {.ceiling = 4};
    davit__buffer_add_text(&buffer, "1234");
    assert_int_equal(davit__buffer_check(&buffer, NULL), 0);
}

static void test_buffer__past_the_ceiling_is_a_failure_that_stays(void **state)
{
    (void)state;
    DAVIT__BUFFER davit__buffer buffer = {.ceiling = 4};
    davit__buffer_add_text(&buffer, "123");
    davit__buffer_printf(&buffer, "%s", "45");
    davit__buffer_add_text(&buffer, "6");
    assert_int_equal(buffer.length, 3);
    davit_error error = DAVIT_ERROR_INIT;
    char *text = NULL;
    int r = davit__buffer_take(&buffer, &text, &error);
    assert_failed(r, &error, DAVIT_ERROR_PROTOCOL, "more than 4 bytes");
    assert_null(text);
}

static void test_buffer__clear_forgets_the_failure(void **state)
{
    (void)state;
    DAVIT__BUFFER davit__buffer buffer = {.ceiling = 2};
    davit__buffer_add_text(&buffer, "123");
    davit__buffer_clear(&buffer);
    davit__buffer_add_text(&buffer, "ab");
    assert_int_equal(davit__buffer_check(&buffer, NULL), 0);
    assert_string_equal(buffer.data, "ab");
}

static void test_buffer__a_length_that_overflows_is_refused(void **state)
{
    (void)state;
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    davit__buffer_add_text(&buffer, "x");
    assert_null(davit__buffer_reserve(&buffer, SIZE_MAX));
    davit_error error = DAVIT_ERROR_INIT;
    assert_failed(davit__buffer_check(&buffer, &error), &error, DAVIT_ERROR_NO_MEMORY, "memory");
}

static void test_buffer__consume_drops_the_front(void **state)
{
    (void)state;
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    davit__buffer_consume(&buffer, 0);
    davit__buffer_add_text(&buffer, "abcdef");
    davit__buffer_consume(&buffer, 4);
    assert_string_equal(buffer.data, "ef");
    davit__buffer_consume(&buffer, 2);
    assert_string_equal(buffer.data, "");
}

static void test_buffer__reserved_room_can_be_written(void **state)
{
    (void)state;
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    char *room = davit__buffer_reserve(&buffer, 5000);
    assert_non_null(room);
    memset(room, 'x', 5000);
    buffer.length += 5000;
    davit__buffer_add_char(&buffer, 'y');
    assert_int_equal(buffer.length, 5001);
    assert_int_equal(buffer.data[5000], 'y');
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_buffer__text_grows_and_is_handed_out),
    cmocka_unit_test(test_buffer__nothing_added_is_an_empty_text),
    cmocka_unit_test(test_buffer__bytes_may_be_zero),
    cmocka_unit_test(test_buffer__up_to_the_ceiling_is_allowed),
    cmocka_unit_test(test_buffer__past_the_ceiling_is_a_failure_that_stays),
    cmocka_unit_test(test_buffer__clear_forgets_the_failure),
    cmocka_unit_test(test_buffer__a_length_that_overflows_is_refused),
    cmocka_unit_test(test_buffer__consume_drops_the_front),
    cmocka_unit_test(test_buffer__reserved_room_can_be_written),
};
DAVIT_TEST_MAIN(tests)
