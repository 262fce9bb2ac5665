/* SPDX-License-Identifier: MIT */
#include "variables.h"

#include "memory.h"

#include <ctype.h>

struct davit__variable {
    char *name;
    char *value;
};

void davit__variables_free(davit__variables *variables)
{
    for (size_t i = 0; i < variables->count; i++) {
        free(variables->list[i].name);
        free(variables->list[i].value);
    }
    free(variables->list);
    *variables = (davit__variables)DAVIT__VARIABLES_INIT;
}

static struct davit__variable *find(const davit__variables *variables, const char *name,
                                    size_t length)
{
    for (size_t i = 0; i < variables->count; i++) {
        const char *other = variables->list[i].name;
        if (strncmp(other, name, length) == 0 && other[length] == '\0') {
            return &variables->list[i];
        }
    }
    return NULL;
}

const char *davit__variables_get(const davit__variables *variables, const char *name)
{
    const struct davit__variable *variable = find(variables, name, strlen(name));
    return variable ? variable->value : NULL;
}

static int reserve(davit__variables *variables, davit_error *error)
{
    if (variables->count == DAVIT__VARIABLE_MAX) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "more than %d variables",
                                DAVIT__VARIABLE_MAX);
    }
    if (variables->count < variables->capacity) {
        return 0;
    }
    size_t capacity = variables->capacity ? variables->capacity * 2 : 16;
    struct davit__variable *list = reallocarray(variables->list, capacity, sizeof *list);
    if (!list) {
        return davit__error_no_memory(error);
    }
    variables->list = list;
    variables->capacity = capacity;
    return 0;
}

int davit__variables_set(davit__variables *variables, const char *name, const char *value,
                         davit_error *error)
{
    struct davit__variable *variable = find(variables, name, strlen(name));
    DAVIT__FREE char *copy = strdup(value);
    if (!copy) {
        return davit__error_no_memory(error);
    }
    if (variable) {
        free(variable->value);
        variable->value = DAVIT__TAKE(copy);
        return 0;
    }
    int r = reserve(variables, error);
    if (r < 0) {
        return r;
    }
    char *name_copy = strdup(name);
    if (!name_copy) {
        return davit__error_no_memory(error);
    }
    variables->list[variables->count++] =
        (struct davit__variable){.name = name_copy, .value = DAVIT__TAKE(copy)};
    return 0;
}

/* The expansion of one word; `at` moves to `end`. */
struct expansion {
    const davit__variables *variables;
    const char *at;
    const char *end;
    char escape;
    int depth;
    davit_error *error;
};

static int expand_until(struct expansion *expansion, char stop, davit__buffer *result);

static bool at_end(const struct expansion *expansion)
{
    return expansion->at == expansion->end;
}

static int syntax_error(const struct expansion *expansion, const char *what)
{
    return davit__error_set(expansion->error, DAVIT_ERROR_INVALID_CONFIG, "%s", what);
}

/* The variable's name at `at`: letters, digits and '_', a number, or one special character. */
static size_t name_length(const struct expansion *expansion)
{
    const char *at = expansion->at;
    size_t room = (size_t)(expansion->end - at);
    size_t length = 0;
    if (room > 0 && strchr("@*#?-$!", at[0])) {
        return at[0] != '\0';
    }
    bool number = room > 0 && isdigit((unsigned char)at[0]);
    while (length < room &&
           (isdigit((unsigned char)at[length]) ||
            (!number && (isalpha((unsigned char)at[length]) || at[length] == '_')))) {
        length++;
    }
    return length;
}

/* ${name<modifier>word}, with `at` behind the modifier. */
static int expand_operator(struct expansion *expansion, const char *value, char modifier,
                           davit__buffer *result)
{
    davit__buffer word DAVIT__BUFFER = {.ceiling = DAVIT__VARIABLE_LENGTH_MAX};
    int r = expand_until(expansion, '}', &word);
    if (r < 0) {
        return r;
    }
    if (word.failed) {
        result->failed = word.failed;
        return 0;
    }
    if (modifier == '?' && !value) {
        return syntax_error(expansion, word.length ? word.data : "a variable is not set");
    }
    bool takes_word = modifier == '+' ? value != NULL : modifier == '-' && !value;
    if (takes_word) {
        davit__buffer_add(result, word.length ? word.data : "", word.length);
    } else if (value && modifier != '+') {
        davit__buffer_add_text(result, value);
    }
    return 0;
}

/* `at` is behind "${". */
static int expand_braces(struct expansion *expansion, davit__buffer *result)
{
    size_t length = name_length(expansion);
    const struct davit__variable *variable = find(expansion->variables, expansion->at, length);
    const char *value = variable ? variable->value : NULL;
    expansion->at += length;
    if (length == 0 || at_end(expansion)) {
        return syntax_error(expansion, "a ${ without a name or without its }");
    }
    char modifier = *expansion->at++;
    if (modifier == '}') {
        davit__buffer_add_text(result, value ? value : "");
        return 0;
    }
    if (modifier == ':' && !at_end(expansion)) {
        value = value && value[0] ? value : NULL;
        modifier = *expansion->at++;
    }
    if (modifier == '#' || modifier == '%' || modifier == '/') {
        return davit__error_set(expansion->error, DAVIT_ERROR_UNSUPPORTED,
                                "${...%c...} is not supported", modifier);
    }
    return memchr("-+?", modifier, 3) ? expand_operator(expansion, value, modifier, result)
                                      : syntax_error(expansion, "an unknown modifier in ${ }");
}

/* `at` is behind the '$'. */
static int expand_variable(struct expansion *expansion, davit__buffer *result)
{
    if (!at_end(expansion) && *expansion->at == '{') {
        expansion->at++;
        return expand_braces(expansion, result);
    }
    size_t length = name_length(expansion);
    const struct davit__variable *variable = find(expansion->variables, expansion->at, length);
    expansion->at += length;
    davit__buffer_add_text(result, length == 0 ? "$" : variable ? variable->value : "");
    return 0;
}

static int expand_single_quotes(struct expansion *expansion, davit__buffer *result)
{
    const char *quote = memchr(expansion->at, '\'', (size_t)(expansion->end - expansion->at));
    if (!quote) {
        return syntax_error(expansion, "a ' without its pair");
    }
    davit__buffer_add(result, expansion->at, (size_t)(quote - expansion->at));
    expansion->at = quote + 1;
    return 0;
}

static int expand_double_quotes(struct expansion *expansion, davit__buffer *result)
{
    while (!at_end(expansion)) {
        char c = *expansion->at++;
        if (c == '"') {
            return 0;
        }
        if (c == '$') {
            int r = expand_variable(expansion, result);
            if (r < 0) {
                return r;
            }
            continue;
        }
        if (c == expansion->escape && !at_end(expansion) &&
            (*expansion->at == '"' || *expansion->at == '$' || *expansion->at == c)) {
            c = *expansion->at++;
        }
        davit__buffer_add_char(result, c);
    }
    return syntax_error(expansion, "a \" without its pair");
}

static int expand_char(struct expansion *expansion, char c, davit__buffer *result)
{
    switch (c) {
    case '$':
        return expand_variable(expansion, result);
    case '\'':
        return expand_single_quotes(expansion, result);
    case '"':
        return expand_double_quotes(expansion, result);
    default:
        if (c == expansion->escape) {
            if (at_end(expansion)) {
                return 0;
            }
            c = *expansion->at++;
        }
        davit__buffer_add_char(result, c);
        return 0;
    }
}

/* Up to and over `stop`; '\0': to the end. */
static int expand_until(struct expansion *expansion, char stop, davit__buffer *result)
{
    if (++expansion->depth > DAVIT__VARIABLE_DEPTH_MAX) {
        return syntax_error(expansion, "too many ${ } inside one another");
    }
    while (!at_end(expansion)) {
        char c = *expansion->at++;
        if (stop && c == stop) {
            expansion->depth--;
            return 0;
        }
        int r = expand_char(expansion, c, result);
        if (r < 0) {
            return r;
        }
    }
    expansion->depth--;
    return stop ? syntax_error(expansion, "a ${ without its }") : 0;
}

int davit__variables_expand(const davit__variables *variables, char escape, const char *word,
                            size_t length, davit__buffer *result, davit_error *error)
{
    struct expansion expansion = {
        .variables = variables,
        .at = word,
        .end = word + length,
        .escape = escape,
        .error = error,
    };
    result->ceiling = DAVIT__VARIABLE_LENGTH_MAX;
    int r = expand_until(&expansion, '\0', result);
    if (r == 0 && result->failed == DAVIT_ERROR_PROTOCOL) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "longer than %d bytes",
                                DAVIT__VARIABLE_LENGTH_MAX);
    }
    return r < 0 ? r : davit__buffer_check(result, error);
}
