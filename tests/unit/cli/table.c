/* SPDX-License-Identifier: MIT */
/* Columns that are aligned in what a terminal shows, not in bytes. */
#include "table.h"

#include "support/runner.h"

static const char *render(const char *const *rows, size_t columns, size_t width, cli_text *text)
{
    cli_memory memory = {NULL};
    cli_table table = {.memory = &memory, .columns = columns};
    for (; *rows; rows++) {
        cli_table_add_row(&table, *rows);
    }
    cli_table_render(&table, width, text);
    cli_memory_free(&memory);
    return cli_text_get(text);
}

#define RENDERS(width, columns, expected, ...)                                                     \
    do {                                                                                           \
        static const char *const rows_[] = {__VA_ARGS__, NULL};                                    \
        CLI_TEXT text_ = CLI_TEXT_INIT;                                                            \
        assert_string_equal(render(rows_, columns, width, &text_), expected);                      \
    } while (0)

static void test_columns_are_as_wide_as_their_widest_cell(void **state)
{
    (void)state;
    RENDERS(0, 2, "NAME       SIZE\nweb        1\ndatabase   22\n", "NAME\tSIZE", "web\t1",
            "database\t22");
}

static void test_lines_do_not_end_in_spaces(void **state)
{
    (void)state;
    RENDERS(0, 3, "A      B   C\nlong\nx          y\n", "A\tB\tC", "long\t\t", "x\t\ty");
}

static void test_columns_count_not_bytes(void **state)
{
    (void)state;
    RENDERS(0, 2,
            "caf\xc3\xa9     1\n\xe6\x97\xa5\xe6\x9c\xac     2\ne\xcc\x81x       3\nplain    4\n",
            "caf\xc3\xa9 \t1", "\xe6\x97\xa5\xe6\x9c\xac \t2", "e\xcc\x81x\t3", "plain \t4");
}

static void test_too_few_cells_leave_the_rest_empty(void **state)
{
    (void)state;
    RENDERS(0, 3, "A   B   C\nx\n", "A\tB\tC", "x");
}

static void test_control_characters_are_harmless(void **state)
{
    (void)state;
    RENDERS(0, 2, "A           B\n?[31m red   x\n", "A\tB", "\033[31m\nred\tx");
}

static void test_text_does_not_change_its_direction(void **state)
{
    (void)state;
    RENDERS(0, 2, "A         B\nweb?gpj   x\n", "A\tB", "web\xe2\x80\xaegpj\tx");
}

static void test_widest_column_is_cut_to_fit(void **state)
{
    (void)state;
    RENDERS(32, 3, "ID        COMMAND         STATUS\n12345678  sh -c exit 1;\xe2\x80\xa6  Up\n",
            "ID\tCOMMAND\tSTATUS", "12345678\tsh -c exit 1; echo hello; sleep\tUp");
}

static void test_soft_columns_are_cut_first(void **state)
{
    (void)state;
    cli_memory memory = {NULL};
    CLI_TEXT text = CLI_TEXT_INIT;
    cli_table table = {.memory = &memory, .columns = 3, .soft = {1}, .soft_count = 1};
    cli_table_add_row(&table, "12345678\tsh -c exit 1; echo hello\tUp 3 minutes (healthy)");
    cli_table_render(&table, 47, &text);
    assert_string_equal(text.data, "12345678  sh -c exit 1\xe2\x80\xa6  Up 3 minutes (healthy)\n");
    cli_memory_free(&memory);
}

static void test_first_column_is_never_cut(void **state)
{
    (void)state;
    RENDERS(10, 2, "0123456789abcdef  long \xe2\x80\xa6\n", "0123456789abcdef\tlong enough");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_columns_are_as_wide_as_their_widest_cell),
    cmocka_unit_test(test_lines_do_not_end_in_spaces),
    cmocka_unit_test(test_columns_count_not_bytes),
    cmocka_unit_test(test_too_few_cells_leave_the_rest_empty),
    cmocka_unit_test(test_control_characters_are_harmless),
    cmocka_unit_test(test_text_does_not_change_its_direction),
    cmocka_unit_test(test_widest_column_is_cut_to_fit),
    cmocka_unit_test(test_soft_columns_are_cut_first),
    cmocka_unit_test(test_first_column_is_never_cut),
};

DAVIT_TEST_MAIN(tests)
