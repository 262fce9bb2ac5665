/* SPDX-License-Identifier: MIT */
#include "help.h"

#include "terminal.h"
#include "width.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WIDEST     100 /* longer lines are hard to read */
#define NARROWEST  60  /* narrower terminals wrap by themselves */
#define LEFT_LIMIT 32  /* columns for an option; the text of a longer one starts a line below */

static size_t page_width(void)
{
    size_t columns = cli_terminal_columns(STDOUT_FILENO, 80);
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

static int by_name(const void *a, const void *b)
{
    const cli_option *const *one = a;
    const cli_option *const *other = b;
    return strcmp((*one)->name, (*other)->name);
}

/* Several tables as one, in alphabetical order. */
static void add_options(cli *self, cli_text *page, const cli_option *const *tables, size_t width)
{
    struct {
        const cli_option **items;
        size_t count;
    } sorted = {NULL, 0};
    size_t left = left_width(tables);
    for (const cli_option *const *table = tables; *table; table++) {
        for (const cli_option *option = *table; option->name; option++) {
            sorted.items =
                cli_grow(&self->memory, sorted.items, sorted.count, sizeof *sorted.items);
            sorted.items[sorted.count++] = option;
        }
    }
    qsort(sorted.items, sorted.count, sizeof *sorted.items, by_name);
    for (size_t i = 0; i < sorted.count; i++) {
        if (!sorted.items[i]->hidden) {
            add_option(page, sorted.items[i], left, width);
        }
    }
}

static void add_group(cli_text *page, const char *group, size_t width)
{
    cli_text_printf(page, "\n%s:\n", group);
    for (size_t i = 0; cli_commands[i]; i++) {
        const cli_command *command = cli_commands[i];
        if (!command->hidden && strcmp(command->group, group) == 0) {
            cli_text_printf(page, "  %-12s", command->name);
            cli_text_wrapped(page, command->summary, 14, width);
        }
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
    cli_text_string(&page, "\nOptions, before the command:\n");
    add_options(self, &page, cli_global_tables, width);
    cli_text_string(&page, "\n'davit COMMAND --help' explains a command.\n");
    cli_write(&self->out, page.data, page.length);
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

void cli_help_command(cli *self, const cli_command *command)
{
    size_t width = page_width();
    CLI_TEXT page = CLI_TEXT_INIT;
    cli_text_printf(&page, "Usage: davit %s%s%s\n", command->name, command->usage[0] ? " " : "",
                    command->usage);
    add_paragraphs(&page, command->summary, width);
    add_paragraphs(&page, command->help, width);
    if (command->tables) {
        cli_text_string(&page, "\nOptions:\n");
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
