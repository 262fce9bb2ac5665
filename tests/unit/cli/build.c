/* SPDX-License-Identifier: MIT */
/* What `davit build` makes of its input and of a step's output. */
#include "build_input.h"
#include "build_steps.h"

#include "support/runner.h"

static void test_compressed_files_are_archives(void **state)
{
    (void)state;
    assert_true(cli_build_is_archive("\x1f\x8b\x08", 3));
    assert_true(cli_build_is_archive("BZh9", 4));
    assert_true(cli_build_is_archive("\xfd\x37zXZ\0\0", 7));
    assert_true(cli_build_is_archive("\x28\xb5\x2f\xfd", 4));
}

static void test_dockerfiles_are_no_archives(void **state)
{
    (void)state;
    char text[1024];
    memset(text, 'x', sizeof text);
    assert_false(cli_build_is_archive("FROM scratch\n", 13));
    assert_false(cli_build_is_archive("", 0));
    assert_false(cli_build_is_archive("B", 1));
    assert_false(cli_build_is_archive(text, sizeof text));
}

/* A header as tar(5) has it: names, an octal sum of all bytes. */
static void test_tars_are_known_by_their_sum(void **state)
{
    (void)state;
    unsigned char header[512] = "Dockerfile";
    unsigned sum = 8 * ' ';
    for (size_t i = 0; i < sizeof header; i++) {
        sum += header[i];
    }
    snprintf((char *)header + 148, 8, "%06o", sum);
    assert_true(cli_build_is_archive(header, sizeof header));
    assert_false(cli_build_is_archive(header, 511));
    header[0]++;
    assert_false(cli_build_is_archive(header, sizeof header));
    memset(header, 0, sizeof header);
    assert_true(cli_build_is_archive(header, sizeof header));
}

struct taken {
    char text[512];
};

static void take(void *context, size_t number, cli_build_step *step, const char *line)
{
    struct taken *taken = context;
    (void)number;
    (void)step;
    strcat(taken->text, line);
    strcat(taken->text, "|");
}

static void test_output_comes_as_lines(void **state)
{
    (void)state;
    struct taken taken = {{0}};
    cli_build_step *step = test_calloc(1, sizeof *step);
    cli_build_step_output(step, 1, "one\ntw", 6, take, &taken);
    cli_build_step_output(step, 1, "o\n\nthr", 6, take, &taken);
    assert_string_equal(taken.text, "one|two||");
    cli_build_step_finish(step, 1, take, &taken);
    cli_build_step_finish(step, 1, take, &taken);
    assert_string_equal(taken.text, "one|two||thr|");
    test_free(step);
}

static void test_output_is_what_a_terminal_would_show(void **state)
{
    (void)state;
    struct taken taken = {{0}};
    static const char output[] = "10%\r50%\r100%\r\n\033[32mgreen\033[0m\nbell\a\n";
    cli_build_step *step = test_calloc(1, sizeof *step);
    cli_build_step_output(step, 1, output, sizeof output - 1, take, &taken);
    assert_string_equal(taken.text, "100%|green|bell?|");
    test_free(step);
}

static void test_endless_line_is_broken(void **state)
{
    (void)state;
    struct taken *taken = test_calloc(8, sizeof *taken);
    char *output = test_malloc(CLI_BUILD_LINE + 10);
    memset(output, 'x', CLI_BUILD_LINE + 10);
    cli_build_step *step = test_calloc(1, sizeof *step);
    cli_build_step_output(step, 1, output, CLI_BUILD_LINE + 10, take, taken);
    assert_int_equal(strlen(taken->text), CLI_BUILD_LINE + 1);
    assert_int_equal(step->length, 10);
    test_free(step);
    test_free(output);
    test_free(taken);
}

static void test_steps_beyond_the_limit_are_left_out(void **state)
{
    (void)state;
    cli_build_steps steps = {NULL, 0};
    davit_build_event event = {.type = DAVIT_BUILD_STEP_STARTED, .step = 3, .name = "RUN a\nb"};
    cli_build_step *step = cli_build_step_get(&steps, &event);
    assert_string_equal(step->name, "RUN a b");
    assert_int_equal(steps.count, 3);
    event.step = CLI_BUILD_STEPS + 1;
    assert_null(cli_build_step_get(&steps, &event));
    event.step = 0;
    assert_null(cli_build_step_get(&steps, &event));
    cli_build_steps_free(&steps);
}

static void test_step_ends_once_but_for_a_failure(void **state)
{
    (void)state;
    cli_build_steps steps = {NULL, 0};
    davit_build_event event = {.type = DAVIT_BUILD_STEP_DONE, .step = 1, .name = "FROM x"};
    assert_non_null(cli_build_step_get(&steps, &event));
    assert_null(cli_build_step_get(&steps, &event));
    event.error = "cancelled";
    assert_non_null(cli_build_step_get(&steps, &event));
    cli_build_steps_free(&steps);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_compressed_files_are_archives),
    cmocka_unit_test(test_dockerfiles_are_no_archives),
    cmocka_unit_test(test_tars_are_known_by_their_sum),
    cmocka_unit_test(test_output_comes_as_lines),
    cmocka_unit_test(test_output_is_what_a_terminal_would_show),
    cmocka_unit_test(test_endless_line_is_broken),
    cmocka_unit_test(test_steps_beyond_the_limit_are_left_out),
    cmocka_unit_test(test_step_ends_once_but_for_a_failure),
};

DAVIT_TEST_MAIN(tests)
