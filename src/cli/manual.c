/* SPDX-License-Identifier: MIT */
/* Manual pages in the man macros of roff. */
#include "manual.h"

#include "topics.h"
#include "width.h"

#include <string.h>

/* ---- text for roff ---- */

/* What roff would take for something else, or print as another sign. */
static const char *escape(char c)
{
    static const struct {
        char c;
        const char *as;
    } escapes[] = {
        {'\\', "\\e"},  {'-', "\\-"},   {'"', "\\(dq"}, {'\'', "\\(aq"},
        {'`', "\\(ga"}, {'^', "\\(ha"}, {'~', "\\(ti"},
    };
    for (size_t i = 0; i < CLI_COUNT(escapes); i++) {
        if (escapes[i].c == c) {
            return escapes[i].as;
        }
    }
    return NULL;
}

static void add_bytes(cli_text *page, const char *text, size_t length)
{
    if (length > 0 && text[0] == '.') {
        cli_text_string(page, "\\&"); /* a request, at the beginning of a line */
    }
    while (length > 0) {
        uint32_t point;
        size_t taken = cli_utf8_next(text, length, &point);
        if (taken > 1) {
            cli_text_printf(page, "\\[u%04X]", (unsigned)point);
        } else if (escape(text[0])) {
            cli_text_string(page, escape(text[0]));
        } else {
            cli_text_char(page, text[0]);
        }
        text += taken;
        length -= taken;
    }
}

static void add(cli_text *page, const char *text)
{
    add_bytes(page, text, strlen(text));
}

/* In bold, or in italics. */
static void add_in(cli_text *page, char font, const char *text)
{
    cli_text_printf(page, "\\f%c", font);
    add(page, text);
    cli_text_string(page, "\\fR");
}

/* Paragraphs, one a line of the text. */
static void add_paragraphs(cli_text *page, const char *text)
{
    while (text && *text) {
        size_t length = strcspn(text, "\n");
        cli_text_string(page, ".PP\n");
        add_bytes(page, text, length);
        cli_text_char(page, '\n');
        text += length + (text[length] == '\n');
    }
}

/* ---- parts of pages ---- */

void cli_manual_name(cli_text *target, const char *called)
{
    cli_text_string(target, "davit");
    for (; *called; called++) {
        cli_text_string(target, target->length == strlen("davit") ? "-" : "");
        cli_text_char(target, *called == ' ' ? '-' : *called);
    }
}

/* The title and the name of the page; `called` is empty for davit(1). */
static void begin(cli_text *page, const char *called, const char *summary)
{
    CLI_TEXT name = CLI_TEXT_INIT;
    cli_manual_name(&name, called);
    cli_text_string(page, ".TH \"");
    for (size_t i = 0; i < name.length; i++) {
        bool lower = name.data[i] >= 'a' && name.data[i] <= 'z';
        cli_text_char(page, lower ? (char)(name.data[i] - 'a' + 'A') : name.data[i]);
    }
    cli_text_printf(page, "\" 1 \"\" \"davit %s\" \"davit\"\n.SH NAME\n", davit_version_text());
    add(page, name.data);
    cli_text_string(page, " \\- ");
    CLI_TEXT lowered = CLI_TEXT_INIT;
    cli_text_string(&lowered, summary);
    bool word = summary[0] && summary[1] >= 'a' && summary[1] <= 'z';
    if (word && summary[0] >= 'A' && summary[0] <= 'Z') {
        lowered.data[0] = (char)(summary[0] - 'A' + 'a');
    }
    add(page, lowered.data);
    cli_text_char(page, '\n');
}

static void add_synopsis(cli_text *page, const char *called, const char *usage)
{
    add_in(page, 'B', "davit");
    cli_text_char(page, ' ');
    if (called[0]) {
        add_in(page, 'B', called);
        cli_text_char(page, ' ');
    }
    add(page, usage);
    cli_text_string(page, "\n");
}

/* The mark of a list's entry: "-n, --tail LINES". */
static void add_option(cli_text *page, const cli_option *option)
{
    CLI_TEXT name = CLI_TEXT_INIT;
    cli_text_string(page, ".TP\n");
    if (option->letter) {
        const char letter[] = {'-', option->letter, '\0'};
        add_in(page, 'B', letter);
        cli_text_string(page, ", ");
    }
    cli_text_printf(&name, "--%s", option->name);
    add_in(page, 'B', name.data);
    if (option->placeholder) {
        cli_text_string(page, option->implied ? "[=" : " ");
        add_in(page, 'I', option->placeholder);
        cli_text_string(page, option->implied ? "]" : "");
    }
    cli_text_char(page, '\n');
    add(page, option->text);
    cli_text_char(page, '\n');
}

static void add_options(cli *self, cli_text *page, const cli_option *const *tables)
{
    size_t count = 0;
    const cli_topic *topics = cli_topics(&self->memory, tables, &count);
    cli_text_string(page, ".SH OPTIONS\n");
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            cli_text_string(page, ".SS ");
            add(page, topics[i].title);
            cli_text_char(page, '\n');
        }
        for (size_t j = 0; j < topics[i].count; j++) {
            add_option(page, topics[i].items[j]);
        }
    }
}

static void add_fields(cli_text *page, const davit_type *type)
{
    cli_text_string(page, ".SH TEMPLATE FIELDS\n");
    for (size_t i = 0; i < davit_type_field_count(type); i++) {
        const davit_field_description field = davit_type_field(type, i);
        cli_text_string(page, ".TP\n");
        add_in(page, 'B', field.name);
        cli_text_char(page, '\n');
        add(page, field.text[0] ? field.text : field.name);
        cli_text_char(page, '\n');
    }
}

static void add_examples(cli_text *page, const char *examples)
{
    cli_text_string(page, ".SH EXAMPLES\n.nf\n");
    while (*examples) {
        size_t length = strcspn(examples, "\n");
        add_bytes(page, examples, length);
        cli_text_char(page, '\n');
        examples += length + (examples[length] == '\n');
    }
    cli_text_string(page, ".fi\n");
}

static void add_reference(cli_text *page, const char *called)
{
    CLI_TEXT name = CLI_TEXT_INIT;
    cli_manual_name(&name, called);
    add_in(page, 'B', name.data);
    cli_text_string(page, "(1)");
}

static void add_entry(cli_text *page, const char *called, const char *summary)
{
    cli_text_string(page, ".TP\n");
    add_reference(page, called);
    cli_text_char(page, '\n');
    add(page, summary);
    cli_text_char(page, '\n');
}

static void end(cli_text *page, const char *also)
{
    cli_text_string(page, ".SH SEE ALSO\n");
    if (also) {
        add_reference(page, also);
        cli_text_string(page, ", ");
    }
    add_reference(page, "");
    cli_text_char(page, '\n');
}

/* ---- pages ---- */

void cli_manual_command(cli *self, cli_text *page, const cli_command *command)
{
    begin(page, command->name, command->summary);
    cli_text_string(page, ".SH SYNOPSIS\n");
    const char *name = NULL;
    for (size_t i = 0; (name = cli_command_name(command, i)); i++) {
        cli_text_string(page, i > 0 ? ".br\n" : "");
        add_synopsis(page, name, command->usage);
    }
    cli_text_string(page, ".SH DESCRIPTION\n");
    add(page, command->summary);
    cli_text_string(page, ".\n");
    add_paragraphs(page, command->help);
    if (command->tables) {
        add_options(self, page, command->tables);
    }
    if (command->type) {
        add_fields(page, command->type());
    }
    if (command->examples) {
        add_examples(page, command->examples);
    }
    end(page, NULL);
}

void cli_manual_noun(cli_text *page, const cli_noun *noun)
{
    begin(page, noun->name, noun->summary);
    cli_text_string(page, ".SH SYNOPSIS\n");
    add_synopsis(page, noun->name, "COMMAND ...");
    cli_text_string(page, ".SH COMMANDS\n");
    for (size_t i = 0; cli_commands[i]; i++) {
        const char *word = cli_command_word(cli_commands[i], noun);
        if (word && !cli_commands[i]->hidden) {
            CLI_TEXT called = CLI_TEXT_INIT;
            cli_text_printf(&called, "%s %s", noun->name, word);
            add_entry(page, called.data, cli_commands[i]->summary);
        }
    }
    end(page, NULL);
}

/* Exit codes and the failures that lead to them. */
static void add_exit_codes(cli_text *page)
{
    cli_text_string(page, ".SH EXIT STATUS\n.TP\n0\nIt worked.\n");
    for (int exit_code = 1; exit_code < 256; exit_code++) {
        CLI_TEXT list = CLI_TEXT_INIT;
        for (int code = DAVIT_ERROR_CONTAINER; code >= DAVIT_ERROR_IO; code--) {
            if (davit_error_exit_code(code) == exit_code) {
                cli_text_printf(&list, "%s%s", list.length ? ", " : "", davit_error_name(code));
            }
        }
        if (list.length > 0) {
            cli_text_printf(page, ".TP\n%d\n", exit_code);
            add(page, list.data);
            cli_text_char(page, '\n');
        }
    }
    add_paragraphs(page, "run, create and exec keep docker's codes: 125 for davit's own failures, "
                         "126 and 127 for a command that cannot be executed or is not there, and "
                         "else the command's.");
}

static void add_environment(cli_text *page)
{
    static const char *const variables[][2] = {
        {"DAVIT_HOST, DOCKER_HOST, CONTAINER_HOST",
         "Where the engine is, if --host does not say it; the first of them counts."},
        {"LOG_LEVEL", "Which messages are shown, if --log-level does not say it."},
        {"NO_COLOR", "If it is not empty, nothing is coloured."},
    };
    cli_text_string(page, ".SH ENVIRONMENT\n");
    for (size_t i = 0; i < CLI_COUNT(variables); i++) {
        cli_text_string(page, ".TP\n");
        add_in(page, 'B', variables[i][0]);
        cli_text_char(page, '\n');
        add(page, variables[i][1]);
        cli_text_char(page, '\n');
    }
}

void cli_manual_davit(cli *self, cli_text *page)
{
    begin(page, "", "build images and run containers on Docker and on Podman");
    cli_text_string(page, ".SH SYNOPSIS\n");
    add_synopsis(page, "", "[OPTIONS] COMMAND ...");
    cli_text_string(page, ".SH DESCRIPTION\n");
    add(page, "One command for all container engines, with docker's commands and flags.");
    cli_text_char(page, '\n');
    add_options(self, page, cli_global_tables);
    cli_text_string(page, ".SH COMMANDS\n");
    for (size_t i = 0; cli_commands[i]; i++) {
        const cli_command *command = cli_commands[i];
        if (!command->hidden && cli_command_word(command, NULL)) {
            add_entry(page, command->name, command->summary);
        }
    }
    cli_text_string(page, ".SS By noun\n");
    for (const cli_noun *noun = cli_nouns; noun->name; noun++) {
        add_entry(page, noun->name, noun->summary);
    }
    add_exit_codes(page);
    add_environment(page);
    end(page, "run");
}
