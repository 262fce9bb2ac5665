/* SPDX-License-Identifier: MIT */
/* From the arguments to the verb, and from its end to the exit code. */
#include "cli.h"
#include "format.h"
#include "help.h"

#include <errno.h>
#include <string.h>

#define EXIT_BROKEN_PIPE 141 /* as if SIGPIPE had ended it */
#define EXIT_OUTPUT      1

/* A failure in the options is told as a result too, if one of them asks for results. */
static bool asks_for_result(const char *const *words, size_t count)
{
    for (size_t i = 0; i < count && strcmp(words[i], "--") != 0; i++) {
        bool apart = i + 1 < count && strcmp(words[i], "--format") == 0;
        if (strcmp(words[i], "--format=result") == 0 ||
            (apart && strcmp(words[i + 1], "result") == 0)) {
            return true;
        }
    }
    return false;
}

/* The flags that go before the verb are often written behind it. */
static const char *hint_for(cli *self, const cli_problem *problem)
{
    static const char unknown[] = "unknown flag --";
    if (strncmp(problem->text, unknown, sizeof unknown - 1) == 0) {
        const char *name = problem->text + sizeof unknown - 1;
        if (cli_option_by_name(cli_global_tables, name, strlen(name))) {
            return cli_format(&self->memory, "--%s goes before the verb: 'davit --%s ... %s';",
                              name, name, self->called);
        }
    }
    return problem->hint;
}

static int check_words(cli *self, const cli_strings *words)
{
    const cli_command *command = self->command;
    size_t most = command->most ? command->most : command->least;
    if (words->count < command->least) {
        return cli_misuse(self, NULL, "needs %s: davit %s %s", command->words, self->called,
                          command->usage);
    }
    if (words->count > most) {
        return cli_misuse(self, NULL, "'%s' is one word too many: davit %s %s", words->items[most],
                          self->called, command->usage);
    }
    /* A variable in a script that is not set. Behind stop_at_word they may be a program's. */
    bool all = command->least > 0 && !command->stop_at_word;
    size_t checked = all ? words->count : command->least;
    for (size_t i = 0; i < checked && !command->hidden; i++) {
        if (!words->items[i][0]) {
            return cli_misuse(self, NULL, "a word is empty: davit %s %s", self->called,
                              command->usage);
        }
    }
    return 0;
}

/* Whether --format result was given, now that the options are read. */
static bool chose_result(const cli_command *command, const void *target)
{
    const cli_option *format =
        command->tables ? cli_option_by_name(command->tables, "format", strlen("format")) : NULL;
    const void *choice = format ? (const char *)target + format->offset : NULL;
    return choice && ((const cli_format_choice *)choice)->kind == CLI_FORMAT_RESULT;
}

static int run_command(cli *self, const char *const *arguments, size_t count)
{
    static const cli_option *const no_tables[] = {NULL};
    const cli_command *command = self->command;
    cli_problem problem = {{0}, {0}};
    cli_parser parser = {
        .memory = &self->memory,
        .tables = command->tables ? command->tables : no_tables,
        .stop_at_word = command->stop_at_word,
        .target = cli_allocate(&self->memory, command->size),
    };
    if (command->defaults) {
        memcpy(parser.target, command->defaults, command->size);
    }
    self->result = asks_for_result(arguments, count);
    if (cli_parse(&parser, arguments, count, &problem) < 0) {
        return cli_misuse(self, hint_for(self, &problem), "%s", problem.text);
    }
    if (parser.help) {
        cli_help_command(self, command, self->called);
        return 0;
    }
    int code = check_words(self, &parser.words);
    if (code != 0) {
        return code;
    }
    self->result = chose_result(command, parser.target);
    const cli_input input = {parser.target, parser.words.items, parser.words.count};
    return command->run(self, &input);
}

static int find_command(cli *self, const cli_noun *noun, const char *word)
{
    self->command = cli_command_find(noun, word, &self->called);
    return self->command ? 0 : cli_unknown_command(self, noun, word);
}

/* "container ls ...": what stands behind the noun. */
static int run_noun(cli *self, const cli_noun *noun, const char *const *arguments, size_t count)
{
    static const cli_option *const no_tables[] = {NULL};
    cli_problem problem = {{0}, {0}};
    cli_parser parser = {.memory = &self->memory, .tables = no_tables, .stop_at_word = true};
    self->called = noun->name;
    if (cli_parse(&parser, arguments, count, &problem) < 0) {
        return cli_misuse(self, problem.hint, "%s", problem.text);
    }
    if (parser.help || parser.words.count == 0) {
        cli_help_noun(self, noun);
        return 0;
    }
    int code = find_command(self, noun, parser.words.items[0]);
    return code ? code : run_command(self, parser.words.items + 1, parser.words.count - 1);
}

static int run_words(cli *self, const char *const *words, size_t count)
{
    const cli_noun *noun = cli_noun_by_name(words[0]);
    if (noun) {
        return run_noun(self, noun, words + 1, count - 1);
    }
    int code = find_command(self, NULL, words[0]);
    return code ? code : run_command(self, words + 1, count - 1);
}

static int dispatch(cli *self)
{
    cli_problem problem = {{0}, {0}};
    cli_parser parser = {
        .memory = &self->memory,
        .tables = cli_global_tables,
        .stop_at_word = true,
        .target = &self->globals,
    };
    if (cli_parse(&parser, self->arguments, self->argument_count, &problem) < 0) {
        return cli_misuse(self, problem.hint, "%s", problem.text);
    }
    if (self->globals.version) {
        cli_print(&self->out, "davit version %s\n", davit_version_text());
        return 0;
    }
    if (parser.help || parser.words.count == 0) {
        cli_help_all(self);
        return 0;
    }
    int code = cli_settle_level(self);
    return code ? code : run_words(self, parser.words.items, parser.words.count);
}

int cli_main(cli *self)
{
    int code = dispatch(self);
    int failed = cli_flush(&self->out);
    if (failed == EPIPE) {
        return EXIT_BROKEN_PIPE;
    }
    if (failed) {
        cli_say(self, "standard output: %s", strerror(failed));
        return code ? code : EXIT_OUTPUT;
    }
    return code;
}
