/* SPDX-License-Identifier: MIT */
#include "help.h"

#include "terminal.h"
#include "topics.h"
#include "width.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WIDEST     100 /* longer lines are hard to read */
#define NARROWEST  60  /* narrower terminals wrap by themselves */
#define LEFT_LIMIT 32  /* columns for an option; the text of a longer one starts a line below */

static size_t page_width(void)
{
    size_t columns = cli_page_columns(STDOUT_FILENO, 80);
    if (columns > WIDEST) {
        return WIDEST;
    }
    return columns < NARROWEST ? NARROWEST : columns;
}

/* Paragraphs, with an empty line between them where the text has a newline. */
static void add_paragraphs(cli_text *page, const char *text, size_t width)
{
    while (text && *text) {
        size_t length = strcspn(text, "\n");
        CLI_TEXT paragraph = CLI_TEXT_INIT;
        cli_text_add(&paragraph, text, length);
        cli_text_char(page, '\n');
        cli_text_wrapped(page, paragraph.data, 0, width);
        text += length + (text[length] == '\n');
    }
}

/* "-n, --tail LINES" */
static void add_flags(cli_text *left, const cli_option *option)
{
    if (option->letter) {
        cli_text_printf(left, "  -%c, --%s", option->letter, option->name);
    } else {
        cli_text_printf(left, "      --%s", option->name);
    }
    if (option->placeholder) {
        cli_text_printf(left, option->implied ? "[=%s]" : " %s", option->placeholder);
    }
}

static size_t left_width(const cli_option *const *tables)
{
    size_t widest = 0;
    for (; *tables; tables++) {
        for (const cli_option *option = *tables; option->name; option++) {
            CLI_TEXT left = CLI_TEXT_INIT;
            add_flags(&left, option);
            size_t width = cli_width(left.data, left.length);
            if (!option->hidden && width <= LEFT_LIMIT && width > widest) {
                widest = width;
            }
        }
    }
    return widest;
}

static void add_option(cli_text *page, const cli_option *option, size_t left, size_t width)
{
    size_t start = page->length;
    add_flags(page, option);
    size_t used = cli_width(page->data + start, page->length - start);
    if (used > left) {
        cli_text_char(page, '\n');
        used = 0;
    }
    cli_text_pad(page, ' ', left + 2 - used);
    cli_text_wrapped(page, option->text, left + 2, width);
}

/* Several tables as one, by topic where that makes a long list. */
static void add_options(cli *self, cli_text *page, const cli_option *const *tables, size_t width)
{
    size_t left = left_width(tables);
    size_t count = 0;
    const cli_topic *topics = cli_topics(&self->memory, tables, &count);
    for (size_t i = 0; i < count; i++) {
        cli_text_printf(page, "\n%s:\n", topics[i].title);
        for (size_t j = 0; j < topics[i].count; j++) {
            add_option(page, topics[i].items[j], left, width);
        }
    }
}

static void add_command(cli_text *page, const char *name, const char *summary, size_t width)
{
    cli_text_printf(page, "  %-12s", name);
    cli_text_wrapped(page, summary, 14, width);
}

static void add_group(cli_text *page, const char *group, size_t width)
{
    cli_text_printf(page, "\n%s:\n", group);
    for (size_t i = 0; cli_commands[i]; i++) {
        const cli_command *command = cli_commands[i];
        const char *name = cli_command_word(command, NULL);
        if (name && !command->hidden && strcmp(command->group, group) == 0) {
            add_command(page, name, command->summary, width);
        }
    }
}

static void add_nouns(cli_text *page, size_t width)
{
    cli_text_string(page, "\nThe same by noun, 'davit NOUN COMMAND':\n");
    for (const cli_noun *noun = cli_nouns; noun->name; noun++) {
        add_command(page, noun->name, noun->summary, width);
    }
}

void cli_help_all(cli *self)
{
    static const char *const groups[] = {"Containers", "Images", "Engine and davit"};
    size_t width = page_width();
    CLI_TEXT page = CLI_TEXT_INIT;
    cli_text_string(&page, "Usage: davit [OPTIONS] COMMAND ...\n\n");
    cli_text_wrapped(
        &page, "Builds images and runs containers on Docker and on Podman, with docker's flags.", 0,
        width);
    for (size_t i = 0; i < CLI_COUNT(groups); i++) {
        add_group(&page, groups[i], width);
    }
    add_nouns(&page, width);
    add_options(self, &page, cli_global_tables, width);
    cli_text_string(&page, "\n'davit COMMAND --help' explains a command.\n");
    cli_write(&self->out, page.data, page.length);
}

/* A verb of a noun, and what it is called there. */
typedef struct entry {
    const char *word;
    const cli_command *command;
} entry;

static int by_word(const void *a, const void *b)
{
    const entry *one = a;
    const entry *other = b;
    return strcmp(one->word, other->word);
}

void cli_help_noun(cli *self, const cli_noun *noun)
{
    size_t width = page_width();
    entry *entries = NULL;
    size_t count = 0;
    for (size_t i = 0; cli_commands[i]; i++) {
        const char *word = cli_command_word(cli_commands[i], noun);
        if (word && !cli_commands[i]->hidden) {
            entries = cli_grow(&self->memory, entries, count, sizeof *entries);
            entries[count++] = (entry){word, cli_commands[i]};
        }
    }
    qsort(entries, count, sizeof *entries, by_word);
    CLI_TEXT page = CLI_TEXT_INIT;
    cli_text_printf(&page, "Usage: davit %s COMMAND ...\n\n%s\n\nCommands:\n", noun->name,
                    noun->summary);
    for (size_t i = 0; i < count; i++) {
        add_command(&page, entries[i].word, entries[i].command->summary, width);
    }
    cli_text_printf(&page, "\n'davit %s COMMAND --help' explains a command.\n", noun->name);
    cli_write(&self->out, page.data, page.length);
}

int cli_unknown_command(cli *self, const cli_noun *noun, const char *word)
{
    const char *space = noun ? " " : "";
    const char *name = noun ? noun->name : "";
    const char *nearest = cli_nearest_command(noun, word);
    const char *hint =
        nearest ? cli_format(&self->memory, "did you mean 'davit %s%s%s'?", name, space, nearest)
                : NULL;
    self->called = noun ? noun->name : NULL; /* and not "help", which may have been asked */
    return cli_misuse(self, hint, "unknown command '%s%s%s'", name, space, word);
}

static void add_examples(cli_text *page, const char *examples)
{
    cli_text_string(page, "\nExamples:\n");
    while (*examples) {
        size_t length = strcspn(examples, "\n");
        cli_text_printf(page, "  %.*s\n", (int)length, examples);
        examples += length + (examples[length] == '\n');
    }
}

/* "exit_code" as templates are usually written: ExitCode. */
static void add_field(cli_text *list, const char *name)
{
    bool first = true;
    cli_text_string(list, list->length ? ", " : "");
    for (; *name; name++) {
        bool lower = *name >= 'a' && *name <= 'z';
        if (*name != '_') {
            cli_text_char(list, first && lower ? (char)(*name - 'a' + 'A') : *name);
        }
        first = *name == '_';
    }
}

static void add_fields(cli_text *page, const davit_type *type, size_t width)
{
    CLI_TEXT list = CLI_TEXT_INIT;
    for (size_t i = 0; i < davit_type_field_count(type); i++) {
        add_field(&list, davit_type_field(type, i).name);
    }
    cli_text_string(page, "\nFields of templates:\n  ");
    cli_text_wrapped(page, cli_text_get(&list), 2, width);
}

/* "Also: davit ps, davit container list" */
static void add_other_names(cli_text *page, const cli_command *command, const char *name,
                            size_t width)
{
    CLI_TEXT list = CLI_TEXT_INIT;
    const char *other = NULL;
    for (size_t i = 0; (other = cli_command_name(command, i)); i++) {
        if (strcmp(other, name) != 0) {
            cli_text_printf(&list, "%sdavit %s", list.length ? ", " : "Also: ", other);
        }
    }
    if (list.length > 0) {
        add_paragraphs(page, list.data, width);
    }
}

void cli_help_command(cli *self, const cli_command *command, const char *name)
{
    size_t width = page_width();
    CLI_TEXT page = CLI_TEXT_INIT;
    cli_text_printf(&page, "Usage: davit %s%s%s\n", name, command->usage[0] ? " " : "",
                    command->usage);
    add_paragraphs(&page, command->summary, width);
    add_paragraphs(&page, command->help, width);
    add_other_names(&page, command, name, width);
    if (command->tables) {
        add_options(self, &page, command->tables, width);
    }
    if (command->type) {
        add_fields(&page, command->type(), width);
    }
    if (command->examples) {
        add_examples(&page, command->examples);
    }
    cli_write(&self->out, page.data, page.length);
}
