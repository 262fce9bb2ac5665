/* SPDX-License-Identifier: MIT */
#include "options.h"

#include "suggest.h"

#include <stdio.h>
#include <string.h>

const cli_option *cli_option_by_name(const cli_option *const *tables, const char *name,
                                     size_t length)
{
    for (; *tables; tables++) {
        for (const cli_option *option = *tables; option->name; option++) {
            if (strncmp(option->name, name, length) == 0 && option->name[length] == '\0') {
                return option;
            }
        }
    }
    return NULL;
}

const cli_option *cli_option_by_letter(const cli_option *const *tables, char letter)
{
    for (; *tables; tables++) {
        for (const cli_option *option = *tables; option->name; option++) {
            if (option->letter == letter && letter) {
                return option;
            }
        }
    }
    return NULL;
}

bool cli_option_takes_value(const cli_option *option)
{
    return option->kind != CLI_FLAG && !option->implied;
}

/* Where the parser stands. */
typedef struct position {
    const char *const *arguments;
    size_t count;
    size_t next;
} position;

static int needs_value(const cli_option *option, const char *as, cli_problem *problem)
{
    snprintf(problem->text, sizeof problem->text, "%s needs a value: %s %s", as, as,
             option->placeholder ? option->placeholder : "VALUE");
    return -1;
}

/* The value is behind "=", or implied, or the next argument. */
static int take_value(cli_parser *parser, const cli_option *option, const char *as,
                      const char *value, position *at, cli_problem *problem)
{
    if (!value && option->kind == CLI_FLAG) {
        value = "true";
    } else if (!value && option->implied) {
        value = option->implied;
    } else if (!value && at->next < at->count) {
        value = at->arguments[at->next++];
    } else if (!value) {
        return needs_value(option, as, problem);
    }
    return cli_option_set(option, parser->memory, as, value, parser->target, problem);
}

static int unknown_long(const cli_parser *parser, const char *name, size_t length,
                        cli_problem *problem)
{
    snprintf(problem->text, sizeof problem->text, "unknown flag --%.*s", (int)length, name);
    const char *nearest = cli_nearest_option(parser->tables, name, length);
    if (nearest) {
        snprintf(problem->hint, sizeof problem->hint, "did you mean --%s?", nearest);
    }
    return -1;
}

static int parse_long(cli_parser *parser, const char *argument, position *at, cli_problem *problem)
{
    const char *name = argument + 2;
    size_t length = strcspn(name, "=");
    const char *value = name[length] == '=' ? name + length + 1 : NULL;
    const cli_option *option = cli_option_by_name(parser->tables, name, length);
    if (option) {
        const char *as = cli_copy_bytes(parser->memory, argument, length + 2);
        return take_value(parser, option, as, value, at, problem);
    }
    if (length == 4 && strncmp(name, "help", 4) == 0) {
        parser->help = true;
        return 0;
    }
    return unknown_long(parser, name, length, problem);
}

static int unknown_letter(const char *letters, const char *argument, cli_problem *problem)
{
    int length = (letters[0] & 0x80) ? (int)strlen(letters) : 1;
    if (letters == argument + 1 && letters[1] == '\0') {
        snprintf(problem->text, sizeof problem->text, "unknown flag -%.*s", length, letters);
    } else {
        snprintf(problem->text, sizeof problem->text, "unknown flag -%.*s in '%s'", length, letters,
                 argument);
    }
    return -1;
}

/* "-it", "-p8080:80", "-p=8080:80", "-t=false": letters up to one that takes the rest as value. */
static int parse_short(cli_parser *parser, const char *argument, position *at, cli_problem *problem)
{
    for (const char *letter = argument + 1; *letter; letter++) {
        const cli_option *option = cli_option_by_letter(parser->tables, *letter);
        const char as[] = {'-', *letter, '\0'};
        if (!option && *letter == 'h') {
            parser->help = true;
            return 0;
        }
        if (!option) {
            return unknown_letter(letter, argument, problem);
        }
        bool equals = letter[1] == '=';
        bool rest = equals || (cli_option_takes_value(option) && letter[1]);
        const char *value = rest ? letter + 1 + equals : NULL;
        if (take_value(parser, option, as, value, at, problem) < 0) {
            return -1;
        }
        if (rest) {
            return 0;
        }
    }
    return 0;
}

static void take_words(cli_parser *parser, position *at)
{
    while (at->next < at->count) {
        cli_strings_add(parser->memory, &parser->words, at->arguments[at->next++]);
    }
}

int cli_parse(cli_parser *parser, const char *const *arguments, size_t count, cli_problem *problem)
{
    position at = {arguments, count, 0};
    while (at.next < at.count && !parser->help) {
        const char *argument = at.arguments[at.next++];
        int r = 0;
        if (argument[0] != '-' || argument[1] == '\0') {
            cli_strings_add(parser->memory, &parser->words, argument);
            if (parser->stop_at_word) {
                take_words(parser, &at);
            }
        } else if (strcmp(argument, "--") == 0) {
            take_words(parser, &at);
        } else if (argument[1] == '-') {
            r = parse_long(parser, argument, &at, problem);
        } else {
            r = parse_short(parser, argument, &at, problem);
        }
        if (r < 0) {
            return r;
        }
    }
    return 0;
}
