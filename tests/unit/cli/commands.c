/* SPDX-License-Identifier: MIT */
/* What holds for every verb's table, so that help, completion and manual pages can rely on it. */
#include "commands.h"

#include "help.h"

#include "support/runner.h"

#include <ctype.h>

static void each_option(void (*check)(const cli_command *command, const cli_option *option))
{
    for (size_t i = 0; cli_commands[i]; i++) {
        const cli_option *const *tables = cli_commands[i]->tables;
        for (; tables && *tables; tables++) {
            for (const cli_option *option = *tables; option->name; option++) {
                check(cli_commands[i], option);
            }
        }
    }
}

static void test_verbs_are_in_alphabetical_order(void **state)
{
    (void)state;
    for (size_t i = 1; cli_commands[i]; i++) {
        assert_true(strcmp(cli_commands[i - 1]->name, cli_commands[i]->name) < 0);
    }
}

static void test_verbs_are_described(void **state)
{
    (void)state;
    static const char *const groups[] = {"Containers", "Images", "Engine and davit"};
    for (size_t i = 0; cli_commands[i]; i++) {
        const cli_command *command = cli_commands[i];
        bool grouped = command->hidden;
        for (size_t j = 0; j < CLI_COUNT(groups); j++) {
            grouped = grouped || strcmp(command->group, groups[j]) == 0;
        }
        assert_true(grouped);
        assert_non_null(command->run);
        assert_non_null(command->usage);
        assert_true(isupper((unsigned char)command->summary[0]));
        assert_true(command->least == 0 || command->words);
        assert_ptr_equal(cli_command_by_name(command->name), command);
    }
}

static void check_described(const cli_command *command, const cli_option *option)
{
    if (!option->text || !option->text[0]) {
        fail_msg("%s --%s has no text", command->name, option->name);
    }
    if ((option->kind == CLI_FLAG) != (option->placeholder == NULL)) {
        fail_msg("%s --%s: a placeholder is for options with a value", command->name, option->name);
    }
    if ((option->kind == CLI_CUSTOM) != (option->parse != NULL)) {
        fail_msg("%s --%s: parse is for custom options", command->name, option->name);
    }
    if ((option->kind == CLI_ENUM) != (option->names != NULL)) {
        fail_msg("%s --%s: names are for enumerations", command->name, option->name);
    }
    if ((option->offer == CLI_OFFER_CHOICES) != (option->choices != NULL)) {
        fail_msg("%s --%s: choices go with CLI_OFFER_CHOICES", command->name, option->name);
    }
    if (option->offset >= command->size) {
        fail_msg("%s --%s: its target lies outside", command->name, option->name);
    }
}

static void test_options_are_described(void **state)
{
    (void)state;
    each_option(check_described);
}

static void check_unique(const cli_command *command, const cli_option *option)
{
    const cli_option *named =
        cli_option_by_name(command->tables, option->name, strlen(option->name));
    if (named != option) {
        fail_msg("%s --%s is there twice", command->name, option->name);
    }
    if (option->letter && cli_option_by_letter(command->tables, option->letter) != option) {
        fail_msg("%s -%c is there twice", command->name, option->letter);
    }
    if (strcmp(option->name, "help") == 0) {
        fail_msg("%s --help is every command's", command->name);
    }
}

static void test_options_are_unique(void **state)
{
    (void)state;
    each_option(check_unique);
}

static void test_verbs_have_help_that_fits(void **state)
{
    (void)state;
    for (size_t i = 0; cli_commands[i]; i++) {
        cli self = {.command = cli_commands[i]};
        cli_help_command(&self, cli_commands[i]);
        assert_memory_equal(self.out.pending.data, "Usage: davit ", 13);
        assert_non_null(strstr(self.out.pending.data, cli_commands[i]->summary));
        cli_text_free(&self.out.pending);
        cli_memory_free(&self.memory);
    }
}

static void test_slips_lead_to_the_nearest_verb(void **state)
{
    (void)state;
    assert_string_equal(cli_nearest_command("pss"), "ps");
    assert_string_equal(cli_nearest_command("biuld"), "build");
    assert_string_equal(cli_nearest_command("inspct"), "inspect");
    assert_string_equal(cli_nearest_command("imag"), "images");
    assert_null(cli_nearest_command("frobnicate"));
    assert_null(cli_nearest_command("__complet"));
    assert_null(cli_command_by_name("pss"));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_verbs_are_in_alphabetical_order),
    cmocka_unit_test(test_verbs_are_described),
    cmocka_unit_test(test_options_are_described),
    cmocka_unit_test(test_options_are_unique),
    cmocka_unit_test(test_verbs_have_help_that_fits),
    cmocka_unit_test(test_slips_lead_to_the_nearest_verb),
};

DAVIT_TEST_MAIN(tests)
