/* SPDX-License-Identifier: MIT */
/* The option parser: docker's grammar, and messages that say what was expected. */
#include "options.h"

#include "support/runner.h"

#include <stddef.h>

struct target {
    bool flag;
    bool other;
    const char *text;
    int64_t number;
    int64_t size;
    cli_strings list;
    cli_pairs pairs;
    cli_pairs labels;
    int policy;
    const char *pull;
};

static int parse_even(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    (void)memory;
    if (strlen(text) % 2 == 0) {
        *(const char **)target = text;
        return 0;
    }
    snprintf(error->message, sizeof error->message, "'%s': expected an even text", text);
    return -1;
}

static const cli_option table[] = {
    {.name = "detach", .letter = 'd', .kind = CLI_FLAG, .offset = offsetof(struct target, flag)},
    {.name = "init", .letter = 'i', .kind = CLI_FLAG, .offset = offsetof(struct target, other)},
    {.name = "name",
     .letter = 'n',
     .kind = CLI_STRING,
     .placeholder = "NAME",
     .offset = offsetof(struct target, text)},
    {.name = "count",
     .kind = CLI_INTEGER,
     .offset = offsetof(struct target, number),
     .minimum = -1,
     .maximum = 100},
    {.name = "memory", .letter = 'm', .kind = CLI_BYTES, .offset = offsetof(struct target, size)},
    {.name = "publish", .letter = 'p', .kind = CLI_LIST, .offset = offsetof(struct target, list)},
    {.name = NULL},
};

static const cli_option second_table[] = {
    {.name = "env", .letter = 'e', .kind = CLI_PAIRS, .offset = offsetof(struct target, pairs)},
    {.name = "label", .letter = 'l', .kind = CLI_LABELS, .offset = offsetof(struct target, labels)},
    {.name = "policy",
     .kind = CLI_ENUM,
     .offset = offsetof(struct target, policy),
     .names = davit_pull_policy_names},
    {.name = "pull",
     .kind = CLI_CUSTOM,
     .offset = offsetof(struct target, pull),
     .implied = "always",
     .parse = parse_even},
    {.name = "secret", .kind = CLI_FLAG, .hidden = true, .offset = offsetof(struct target, other)},
    {.name = NULL},
};

static const cli_option *const tables[] = {table, second_table, NULL};

#define MOST_ARGUMENTS 16

struct parsed {
    cli_memory memory;
    struct target target;
    cli_parser parser;
    cli_problem problem;
    int result;
};

/* Parse a line cut at its spaces. */
static struct parsed *parse(char *line, bool stop_at_word)
{
    struct parsed *parsed = test_calloc(1, sizeof *parsed);
    const char *arguments[MOST_ARGUMENTS];
    size_t count = 0;
    for (char *word = strtok(line, " "); word; word = strtok(NULL, " ")) {
        arguments[count++] = strcmp(word, "EMPTY") == 0 ? "" : word;
    }
    parsed->parser = (cli_parser){
        .memory = &parsed->memory,
        .tables = tables,
        .stop_at_word = stop_at_word,
        .target = &parsed->target,
    };
    parsed->result = cli_parse(&parsed->parser, arguments, count, &parsed->problem);
    return parsed;
}

static void done(struct parsed *parsed)
{
    cli_memory_free(&parsed->memory);
    test_free(parsed);
}

static void fails_with(const char *text, const char *expected)
{
    char line[256];
    snprintf(line, sizeof line, "%s", text);
    struct parsed *parsed = parse(line, false);
    assert_int_equal(parsed->result, -1);
    assert_string_equal(parsed->problem.text, expected);
    done(parsed);
}

static void test_letters_can_stand_together(void **state)
{
    (void)state;
    char line[] = "-di -m512m";
    struct parsed *parsed = parse(line, false);
    assert_int_equal(parsed->result, 0);
    assert_true(parsed->target.flag && parsed->target.other);
    assert_int_equal(parsed->target.size, DAVIT_MIB(512));
    done(parsed);
}

static void test_values_stand_behind_apart_or_after_equals(void **state)
{
    (void)state;
    char line[] = "-p1 -p 2 -p=3 --publish 4 --publish=5 -dp 6 --publish=a=b --publish= -p EMPTY";
    const char *const expected[] = {"1", "2", "3", "4", "5", "6", "a=b", "", ""};
    struct parsed *parsed = parse(line, false);
    assert_int_equal(parsed->result, 0);
    assert_int_equal(parsed->target.list.count, CLI_COUNT(expected));
    for (size_t i = 0; i < CLI_COUNT(expected); i++) {
        assert_string_equal(parsed->target.list.items[i], expected[i]);
    }
    assert_true(parsed->target.flag);
    done(parsed);
}

static void test_flags_can_be_switched_off(void **state)
{
    (void)state;
    char line[] = "-d --detach=false --init=T -i=0 word";
    struct parsed *parsed = parse(line, false);
    assert_int_equal(parsed->result, 0);
    assert_false(parsed->target.flag);
    assert_false(parsed->target.other);
    assert_int_equal(parsed->parser.words.count, 1); /* "--init false" would be a word */
    done(parsed);
}

static void test_last_one_counts(void **state)
{
    (void)state;
    char line[] = "--name a -n b";
    struct parsed *parsed = parse(line, false);
    assert_string_equal(parsed->target.text, "b");
    done(parsed);
}

static void test_options_may_follow_words(void **state)
{
    (void)state;
    char line[] = "one -d two - --name x";
    struct parsed *parsed = parse(line, false);
    assert_int_equal(parsed->result, 0);
    assert_int_equal(parsed->parser.words.count, 3);
    assert_string_equal(parsed->parser.words.items[2], "-");
    assert_true(parsed->target.flag);
    assert_string_equal(parsed->target.text, "x");
    done(parsed);
}

static void test_options_end_at_first_word_if_told(void **state)
{
    (void)state;
    char line[] = "-d image sh -c --help -- -i";
    struct parsed *parsed = parse(line, true);
    assert_int_equal(parsed->result, 0);
    assert_int_equal(parsed->parser.words.count, 6);
    assert_string_equal(parsed->parser.words.items[4], "--");
    assert_false(parsed->target.other);
    assert_false(parsed->parser.help);
    done(parsed);
}

static void test_dashes_end_options(void **state)
{
    (void)state;
    char line[] = "-d -- --name -x --";
    struct parsed *parsed = parse(line, false);
    assert_int_equal(parsed->result, 0);
    assert_int_equal(parsed->parser.words.count, 3);
    assert_string_equal(parsed->parser.words.items[0], "--name");
    done(parsed);
}

static void test_help_is_seen_anywhere(void **state)
{
    (void)state;
    char long_line[] = "word --help --nonsense";
    char short_line[] = "-dh";
    struct parsed *parsed = parse(long_line, false);
    assert_int_equal(parsed->result, 0);
    assert_true(parsed->parser.help);
    done(parsed);
    parsed = parse(short_line, false);
    assert_true(parsed->parser.help);
    done(parsed);
}

static void test_pairs_may_lack_a_value(void **state)
{
    (void)state;
    char line[] = "-e A=1 -e B -e C= -e D=x=y -l one -l two=2";
    struct parsed *parsed = parse(line, false);
    assert_int_equal(parsed->result, 0);
    assert_string_equal(parsed->target.pairs.items[0].value, "1");
    assert_null(parsed->target.pairs.items[1].value);
    assert_string_equal(parsed->target.pairs.items[2].value, "");
    assert_string_equal(parsed->target.pairs.items[3].name, "D");
    assert_string_equal(parsed->target.pairs.items[3].value, "x=y");
    assert_string_equal(parsed->target.labels.items[0].value, "");
    assert_string_equal(parsed->target.labels.items[1].value, "2");
    done(parsed);
}

static void test_implied_value_needs_equals_for_another(void **state)
{
    (void)state;
    char line[] = "--pull word";
    char other[] = "--pull=even";
    struct parsed *parsed = parse(line, false);
    assert_string_equal(parsed->target.pull, "always");
    assert_int_equal(parsed->parser.words.count, 1);
    done(parsed);
    parsed = parse(other, false);
    assert_string_equal(parsed->target.pull, "even");
    done(parsed);
}

static void test_enums_know_their_names(void **state)
{
    (void)state;
    char line[] = "--policy never";
    struct parsed *parsed = parse(line, false);
    assert_int_equal(parsed->target.policy, DAVIT_PULL_NEVER);
    done(parsed);
    fails_with("--policy often", "--policy 'often': expected missing, always or never");
}

static void test_bad_values_are_named(void **state)
{
    (void)state;
    fails_with("-m 12x", "-m '12x': expected a size such as 512m or 2g");
    fails_with("--memory=12x", "--memory '12x': expected a size such as 512m or 2g");
    fails_with("-dm12x", "-m '12x': expected a size such as 512m or 2g");
    fails_with("--count 1.5", "--count '1.5': expected a whole number from -1 to 100");
    fails_with("--count -2", "--count '-2': expected a whole number from -1 to 100");
    fails_with("--count 101", "--count '101': expected a whole number from -1 to 100");
    fails_with("--count EMPTY", "--count '': expected a whole number from -1 to 100");
    fails_with("--count 99999999999999999999",
               "--count '99999999999999999999': expected a whole number from -1 to 100");
    fails_with("--detach=maybe", "--detach 'maybe': expected true or false");
    fails_with("-e =x", "-e '=x': expected NAME or NAME=VALUE");
    fails_with("--pull=odd", "--pull 'odd': expected an even text");
}

static void test_missing_value_is_an_error(void **state)
{
    (void)state;
    fails_with("-d --name", "--name needs a value: --name NAME");
    fails_with("-dn", "-n needs a value: -n NAME");
}

static void test_unknown_flags_are_errors(void **state)
{
    (void)state;
    fails_with("--nam=x", "unknown flag --nam");
    fails_with("-x", "unknown flag -x");
    fails_with("-dx", "unknown flag -x in '-dx'");
    fails_with("---", "unknown flag ---");
}

static void test_near_flags_are_suggested(void **state)
{
    (void)state;
    char line[] = "--pubish 80";
    char far[] = "--frobnicate";
    char hidden[] = "--secrets";
    struct parsed *parsed = parse(line, false);
    assert_string_equal(parsed->problem.hint, "did you mean --publish?");
    done(parsed);
    parsed = parse(far, false);
    assert_string_equal(parsed->problem.hint, "");
    done(parsed);
    parsed = parse(hidden, false);
    assert_string_equal(parsed->problem.hint, "");
    done(parsed);
}

static void test_long_values_do_not_overflow_the_message(void **state)
{
    (void)state;
    struct target target = {0};
    cli_memory memory = {NULL};
    cli_problem problem = {{0}, {0}};
    char text[4000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(cli_option_set(&table[4], &memory, "-m", text, &target, &problem), -1);
    assert_true(strlen(problem.text) < sizeof problem.text);
    cli_memory_free(&memory);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_letters_can_stand_together),
    cmocka_unit_test(test_values_stand_behind_apart_or_after_equals),
    cmocka_unit_test(test_flags_can_be_switched_off),
    cmocka_unit_test(test_last_one_counts),
    cmocka_unit_test(test_options_may_follow_words),
    cmocka_unit_test(test_options_end_at_first_word_if_told),
    cmocka_unit_test(test_dashes_end_options),
    cmocka_unit_test(test_help_is_seen_anywhere),
    cmocka_unit_test(test_pairs_may_lack_a_value),
    cmocka_unit_test(test_implied_value_needs_equals_for_another),
    cmocka_unit_test(test_enums_know_their_names),
    cmocka_unit_test(test_bad_values_are_named),
    cmocka_unit_test(test_missing_value_is_an_error),
    cmocka_unit_test(test_unknown_flags_are_errors),
    cmocka_unit_test(test_near_flags_are_suggested),
    cmocka_unit_test(test_long_values_do_not_overflow_the_message),
};

DAVIT_TEST_MAIN(tests)
