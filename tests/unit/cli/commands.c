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
    }
}

/* A noun that the name begins with, and the word behind it. */
static const cli_noun *noun_of(const char *name, const char **ret_word)
{
    const cli_noun *found = NULL;
    *ret_word = name;
    for (const cli_noun *noun = cli_nouns; noun->name; noun++) {
        size_t length = strlen(noun->name);
        if (strncmp(noun->name, name, length) == 0 && name[length] == ' ') {
            found = noun;
            *ret_word = name + length + 1;
        }
    }
    return found;
}

static void test_each_name_leads_to_its_verb_alone(void **state)
{
    (void)state;
    for (size_t i = 0; cli_commands[i]; i++) {
        const char *name = NULL;
        for (size_t j = 0; (name = cli_command_name(cli_commands[i], j)); j++) {
            const char *word = NULL;
            const char *found = NULL;
            const cli_noun *noun = noun_of(name, &word);
            assert_null(strchr(word, ' '));
            assert_null(noun ? NULL : cli_noun_by_name(word));
            assert_ptr_equal(cli_command_find(noun, word, &found), cli_commands[i]);
            assert_string_equal(found, name);
        }
    }
}

static void test_verbs_stand_under_their_nouns_by_another_name(void **state)
{
    (void)state;
    const char *name = NULL;
    const cli_noun *container = cli_noun_by_name("container");
    const cli_noun *image = cli_noun_by_name("image");
    assert_ptr_equal(cli_command_find(container, "ls", &name), &command_ps);
    assert_string_equal(cli_command_word(&command_ps, container), "ls");
    assert_string_equal(cli_command_word(&command_ps, NULL), "ps");
    assert_null(cli_command_word(&command_ps, image));
    assert_null(cli_command_word(&command_container_inspect, NULL));
    assert_ptr_equal(cli_command_find(image, "rm", &name), &command_rmi);
    assert_ptr_equal(cli_command_find(NULL, "rm", &name), &command_rm);
    assert_null(cli_command_find(NULL, "container ls", &name));
    assert_null(cli_command_find(NULL, "ls", &name));
}

static void test_nouns_are_in_alphabetical_order_and_described(void **state)
{
    (void)state;
    for (const cli_noun *noun = cli_nouns; noun->name; noun++) {
        assert_true(noun == cli_nouns || strcmp(noun[-1].name, noun->name) < 0);
        cli self = {.called = noun->name};
        cli_help_noun(&self, noun);
        assert_non_null(strstr(self.out.pending.data, noun->summary));
        cli_text_free(&self.out.pending);
        cli_memory_free(&self.memory);
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
        cli_help_command(&self, cli_commands[i], cli_commands[i]->name);
        assert_memory_equal(self.out.pending.data, "Usage: davit ", 13);
        assert_non_null(strstr(self.out.pending.data, cli_commands[i]->summary));
        cli_text_free(&self.out.pending);
        cli_memory_free(&self.memory);
    }
}

static void test_slips_lead_to_the_nearest_verb(void **state)
{
    (void)state;
    assert_string_equal(cli_nearest_command(NULL, "pss"), "ps");
    assert_string_equal(cli_nearest_command(NULL, "biuld"), "build");
    assert_string_equal(cli_nearest_command(NULL, "inspct"), "inspect");
    assert_string_equal(cli_nearest_command(NULL, "imag"), "images");
    assert_null(cli_nearest_command(NULL, "frobnicate"));
    assert_null(cli_nearest_command(NULL, "__complet"));
    assert_string_equal(cli_nearest_command(NULL, "contianer"), "container");
    assert_string_equal(cli_nearest_command(cli_noun_by_name("image"), "insepct"), "inspect");
    assert_null(cli_nearest_command(cli_noun_by_name("image"), "start"));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_verbs_are_in_alphabetical_order),
    cmocka_unit_test(test_verbs_are_described),
    cmocka_unit_test(test_each_name_leads_to_its_verb_alone),
    cmocka_unit_test(test_verbs_stand_under_their_nouns_by_another_name),
    cmocka_unit_test(test_nouns_are_in_alphabetical_order_and_described),
    cmocka_unit_test(test_options_are_described),
    cmocka_unit_test(test_options_are_unique),
    cmocka_unit_test(test_verbs_have_help_that_fits),
    cmocka_unit_test(test_slips_lead_to_the_nearest_verb),
};

DAVIT_TEST_MAIN(tests)
