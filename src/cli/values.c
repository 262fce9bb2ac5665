/* SPDX-License-Identifier: MIT */
/* From the text of an option's value to the value. */
#include "options.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int expected(davit_error *error, const char *text, const char *what)
{
    snprintf(error->message, sizeof error->message, "'%.200s': expected %s", text, what);
    return -1;
}

/* As Go's strconv.ParseBool. */
static int parse_flag(const char *text, bool *target, davit_error *error)
{
    static const char *const yes[] = {"1", "t", "T", "true", "TRUE", "True"};
    static const char *const no[] = {"0", "f", "F", "false", "FALSE", "False"};
    for (size_t i = 0; i < CLI_COUNT(yes); i++) {
        if (strcmp(text, yes[i]) == 0 || strcmp(text, no[i]) == 0) {
            *target = strcmp(text, yes[i]) == 0;
            return 0;
        }
    }
    return expected(error, text, "true or false");
}

static int parse_integer(const cli_option *option, const char *text, int64_t *target,
                         davit_error *error)
{
    char *end = NULL;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    bool sign = text[0] == '-' || text[0] == '+';
    bool whole = text[sign] >= '0' && text[sign] <= '9' && *end == '\0' && errno == 0;
    bool limited = option->minimum != 0 || option->maximum != 0;
    int64_t maximum = option->maximum ? option->maximum : INT64_MAX;
    if (whole && (!limited || (number >= option->minimum && number <= maximum))) {
        *target = number;
        return 0;
    }
    char what[80] = "a whole number";
    if (limited && option->maximum) {
        snprintf(what, sizeof what, "a whole number from %lld to %lld", (long long)option->minimum,
                 (long long)option->maximum);
    } else if (limited) {
        snprintf(what, sizeof what, "a whole number, %lld or more", (long long)option->minimum);
    }
    return expected(error, text, what);
}

/* 0 stands for the default, or for no limit. */
static int check_least(const cli_option *option, const char *text, int64_t value, int64_t unit,
                       const char *unit_name, davit_error *error)
{
    if (value == 0 || value >= option->minimum) {
        return 0;
    }
    char what[40];
    snprintf(what, sizeof what, "%lld%s or more", (long long)(option->minimum / unit), unit_name);
    return expected(error, text, what);
}

static int parse_bytes(const cli_option *option, const char *text, int64_t *target,
                       davit_error *error)
{
    int r = davit_bytes_parse(text, target, error);
    return r < 0 ? r : check_least(option, text, *target, DAVIT_MIB(1), "m", error);
}

static int parse_duration(const cli_option *option, const char *text, int64_t *target,
                          davit_error *error)
{
    int r = davit_duration_parse(text, target, error);
    return r < 0 ? r : check_least(option, text, *target, DAVIT_MILLISECONDS(1), "ms", error);
}

static int parse_pair(cli_memory *memory, const char *text, const char *no_value, cli_pairs *target,
                      davit_error *error)
{
    size_t length = strcspn(text, "=");
    if (length == 0) {
        return expected(error, text, "NAME or NAME=VALUE");
    }
    const char *name = cli_copy_bytes(memory, text, length);
    cli_pairs_add(memory, target, name, text[length] ? text + length + 1 : no_value);
    return 0;
}

const char *cli_enum_choices(cli_memory *memory, const davit_enum *names)
{
    CLI_TEXT text = CLI_TEXT_INIT;
    const char *name = davit_enum_at(names, 0, NULL);
    for (size_t i = 0; name; i++) {
        const char *next = davit_enum_at(names, i + 1, NULL);
        if (text.length > 0) {
            cli_text_string(&text, next ? ", " : " or ");
        }
        cli_text_string(&text, name);
        name = next;
    }
    return cli_copy(memory, cli_text_get(&text));
}

static int parse_enum(const cli_option *option, cli_memory *memory, const char *text, int *target,
                      davit_error *error)
{
    if (davit_enum_parse(option->names(), text, target, error) == 0) {
        return 0;
    }
    return expected(error, text, cli_enum_choices(memory, option->names()));
}

/* Everybody can see the arguments of a process. They are ours to change (C17 5.1.2.2.1). */
static const char *take_secret(cli_memory *memory, const char *text)
{
    const char *copy = cli_copy(memory, text);
    memset((char *)(uintptr_t)text, '*', strlen(text));
    return copy;
}

static int parse_value(const cli_option *option, cli_memory *memory, const char *text, void *target,
                       davit_error *error)
{
    switch (option->kind) {
    case CLI_FLAG:
        return parse_flag(text, target, error);
    case CLI_STRING:
        *(const char **)target = option->secret ? take_secret(memory, text) : text;
        return 0;
    case CLI_INTEGER:
        return parse_integer(option, text, target, error);
    case CLI_BYTES:
        return parse_bytes(option, text, target, error);
    case CLI_DURATION:
        return parse_duration(option, text, target, error);
    case CLI_TIME:
        return davit_time_parse(text, target, error);
    case CLI_LIST:
        cli_strings_add(memory, target, text);
        return 0;
    case CLI_PAIRS:
        return parse_pair(memory, text, NULL, target, error);
    case CLI_LABELS:
        return parse_pair(memory, text, "", target, error);
    case CLI_ENUM:
        return parse_enum(option, memory, text, target, error);
    case CLI_CUSTOM:
        return option->parse(memory, text, target, error);
    }
    return expected(error, text, "another value");
}

int cli_option_set(const cli_option *option, cli_memory *memory, const char *as, const char *text,
                   void *target, cli_problem *problem)
{
    davit_error error = DAVIT_ERROR_INIT;
    if (parse_value(option, memory, text, (char *)target + option->offset, &error) == 0) {
        return 0;
    }
    if (option->expected) {
        expected(&error, text, option->expected);
    }
    /* Messages of parsers are either "'TEXT': expected ..." or "size 'TEXT' is too large". */
    const char *glue = error.message[0] == '\'' ? "" : ":";
    snprintf(problem->text, sizeof problem->text, "%.100s%s %s", as, glue, error.message);
    return -1;
}
