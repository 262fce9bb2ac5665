/* SPDX-License-Identifier: MIT */
/* The expressions of templates. An expression is a pipeline of commands, a command is one operand
 * or a function with operands, and an operand a path, a variable, a literal or a pipeline in
 * parentheses. */
#include "template_parse.h"

#include "memory.h"
#include "quote.h"
#include "template_functions.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

void davit__nodes_free(davit__node *first)
{
    while (first) {
        davit__node *next = first->next;
        davit__nodes_free(first->first);
        davit__nodes_free(first->body);
        davit__nodes_free(first->otherwise);
        free(first->text);
        free(first->key);
        free(first);
        first = next;
    }
}

int davit__node_error(const davit__node *node, davit_error *error, const char *format, ...)
{
    if (error) {
        char message[sizeof error->message];
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(message, sizeof message, format, arguments);
        va_end(arguments);
        davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "template, position %zu: %s",
                         node->position, message);
    }
    return DAVIT_ERROR_INVALID_CONFIG;
}

static size_t position(const davit__template_parser *parser)
{
    return (size_t)(parser->at - parser->start) + 1;
}

int davit__template_fail(const davit__template_parser *parser, const char *what)
{
    davit__node here = {.position = position(parser)};
    return davit__node_error(&here, parser->error, "%s", what);
}

int davit__node_make(const davit__template_parser *parser, davit__node_kind kind,
                     davit__node **ret_node)
{
    davit__node *node = calloc(1, sizeof *node);
    if (!node) {
        return davit__error_no_memory(parser->error);
    }
    node->kind = kind;
    node->position = position(parser);
    *ret_node = node;
    return 0;
}

void davit__template_skip_space(davit__template_parser *parser)
{
    while (isspace((unsigned char)*parser->at)) {
        parser->at++;
    }
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

davit__slice davit__template_word(davit__template_parser *parser)
{
    davit__slice word = {.text = parser->at};
    while (is_word(*parser->at)) {
        parser->at++;
        word.length++;
    }
    return word;
}

bool davit__template_at_end(const davit__template_parser *parser)
{
    bool trims = parser->at > parser->start && isspace((unsigned char)parser->at[-1]) &&
                 davit__starts_with(parser->at, "-}}");
    return trims || davit__starts_with(parser->at, "}}");
}

/* ".State.Status" or "." into node->text without the first dot. */
static int read_path(davit__template_parser *parser, davit__node *node)
{
    const char *start = parser->at + 1;
    while (*parser->at == '.' && is_word(parser->at[1])) {
        parser->at++;
        while (is_word(*parser->at)) {
            parser->at++;
        }
    }
    if (parser->at < start) {
        parser->at++;
    }
    node->text = strndup(start, (size_t)(parser->at - start));
    return node->text ? 0 : davit__error_no_memory(parser->error);
}

/* One character of a "string"; what is behind a backslash as in Go. */
static bool read_character(davit__template_parser *parser, davit__buffer *text)
{
    static const char escapes[] = "\\\\\"\"n\nt\tr\r";
    if (*parser->at != '\\') {
        davit__buffer_add_char(text, *parser->at++);
        return true;
    }
    for (const char *escape = escapes; *escape; escape += 2) {
        if (parser->at[1] == *escape) {
            davit__buffer_add_char(text, escape[1]);
            parser->at += 2;
            return true;
        }
    }
    return false;
}

/* "text" or `text`. */
static int read_string(davit__template_parser *parser, davit__node *node)
{
    char quote = *parser->at++;
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    while (*parser->at && *parser->at != quote) {
        if (quote == '`') {
            davit__buffer_add_char(&text, *parser->at++);
        } else if (!read_character(parser, &text)) {
            return davit__template_fail(
                parser, "unknown escape in a string; there are \\\\, \\\", \\n, \\t, \\r");
        }
    }
    if (!*parser->at) {
        return davit__node_error(node, parser->error, "the string is not closed");
    }
    parser->at++;
    return davit__buffer_take(&text, &node->text, parser->error);
}

/* 7 or -7 */
static int read_number(davit__template_parser *parser, davit__node *node)
{
    bool negative = *parser->at == '-';
    parser->at += negative;
    if (!isdigit((unsigned char)*parser->at)) {
        return davit__template_fail(parser, "expected a number");
    }
    while (isdigit((unsigned char)*parser->at)) {
        if (__builtin_mul_overflow(node->number, 10, &node->number) ||
            __builtin_add_overflow(node->number, *parser->at - '0', &node->number)) {
            return davit__node_error(node, parser->error, "the number is too large");
        }
        parser->at++;
    }
    node->number = negative ? -node->number : node->number;
    return is_word(*parser->at) ? davit__template_fail(parser, "expected a number") : 0;
}

/* "$x" or "$". */
static int read_variable(davit__template_parser *parser, davit__node *node)
{
    parser->at++;
    davit__slice name = davit__template_word(parser);
    int r = davit__slice_copy(name, &node->text, parser->error);
    bool known = name.length == 0;
    for (size_t i = 0; i < parser->variable_count && !known; i++) {
        known = davit__slice_is(parser->variables[i], node->text ? node->text : "");
    }
    if (r == 0 && !known) {
        char quoted[DAVIT__QUOTE_SIZE];
        r = davit__node_error(node, parser->error, "no variable %s was set before",
                              davit__quote(node->text, quoted));
    }
    return r;
}

/* The path behind "(pipeline)" or "$x", if there is one; takes `*inner`. */
static int parse_suffix(davit__template_parser *parser, davit__node **inner, davit__node **ret_node)
{
    if (*parser->at != '.') {
        *ret_node = DAVIT__TAKE(*inner);
        return 0;
    }
    if (!is_word(parser->at[1])) {
        return davit__template_fail(parser, "expected the name of a field after the dot");
    }
    DAVIT__NODES davit__node *path = NULL;
    int r = davit__node_make(parser, DAVIT__NODE_PATH, &path);
    if (r < 0 || (r = read_path(parser, path)) < 0) {
        return r;
    }
    path->first = DAVIT__TAKE(*inner);
    *ret_node = DAVIT__TAKE(path);
    return 0;
}

/* "(pipeline)" */
static int parse_group(davit__template_parser *parser, davit__node **ret_node)
{
    if (++parser->depth > DAVIT__TEMPLATE_DEPTH) {
        return davit__template_fail(parser, "too many parentheses inside each other");
    }
    davit__node opening = {.position = position(parser)};
    DAVIT__NODES davit__node *inner = NULL;
    parser->at++;
    int r = davit__template_pipeline(parser, &inner);
    if (r < 0) {
        return r;
    }
    if (*parser->at != ')') {
        return davit__node_error(&opening, parser->error, "the parenthesis is not closed");
    }
    parser->at++;
    parser->depth--;
    return parse_suffix(parser, &inner, ret_node);
}

/* "true" or "false"; false: the word is another. */
static bool at_bool(const davit__template_parser *parser, bool *ret_value)
{
    davit__template_parser ahead = *parser;
    davit__slice word = davit__template_word(&ahead);
    *ret_value = davit__slice_is(word, "true");
    return *ret_value || davit__slice_is(word, "false");
}

static int read_bool(davit__template_parser *parser, davit__node *node)
{
    bool value = false;
    if (!at_bool(parser, &value)) {
        return davit__template_fail(
            parser, "expected a field such as .Name, true or false; a function with "
                    "its arguments goes into parentheses");
    }
    davit__template_word(parser);
    node->number = value;
    return 0;
}

static int parse_operand(davit__template_parser *parser, davit__node **ret_node)
{
    static const struct {
        const char *starts;
        davit__node_kind kind;
        int (*read)(davit__template_parser *parser, davit__node *node);
    } operands[] = {
        {".", DAVIT__NODE_PATH, read_path},
        {"\"`", DAVIT__NODE_STRING, read_string},
        {"-0123456789", DAVIT__NODE_NUMBER, read_number},
        {"$", DAVIT__NODE_VARIABLE, read_variable},
        {DAVIT__LETTERS, DAVIT__NODE_BOOL, read_bool},
    };
    if (*parser->at == '(') {
        return parse_group(parser, ret_node);
    }
    for (size_t i = 0; *parser->at && i < DAVIT__COUNT(operands); i++) {
        if (strchr(operands[i].starts, *parser->at)) {
            DAVIT__NODES davit__node *node = NULL;
            int r = davit__node_make(parser, operands[i].kind, &node);
            if (r < 0 || (r = operands[i].read(parser, node)) < 0) {
                return r;
            }
            if (node->kind == DAVIT__NODE_VARIABLE) {
                return parse_suffix(parser, &node, ret_node);
            }
            *ret_node = DAVIT__TAKE(node);
            return 0;
        }
    }
    return davit__template_fail(
        parser, "expected a field such as .Name, a string, a number or a parenthesis");
}

/* Operands up to the end of the command, behind each other at *last. */
static int parse_arguments(davit__template_parser *parser, davit__node **last)
{
    for (davit__template_skip_space(parser);
         *parser->at != '|' && *parser->at != ')' && !davit__template_at_end(parser);
         davit__template_skip_space(parser)) {
        int r = parse_operand(parser, last);
        if (r < 0) {
            return r;
        }
        last = &(*last)->next;
    }
    return 0;
}

/* The name of a function. */
static int read_function(davit__template_parser *parser, davit__node *node,
                         const davit__function **ret_function)
{
    davit__slice name = davit__template_word(parser);
    int r = davit__slice_copy(name, &node->text, parser->error);
    if (r < 0) {
        return r;
    }
    *ret_function = davit__function_find(node->text);
    if (!*ret_function) {
        char quoted[DAVIT__QUOTE_SIZE];
        DAVIT__BUFFER davit__buffer names = DAVIT__BUFFER_INIT;
        davit__function_names_print(&names);
        return davit__node_error(node, parser->error, "no function %s; there are %s",
                                 davit__quote(node->text, quoted), names.data ? names.data : "");
    }
    return 0;
}

/* A function with its arguments; what comes down the pipeline is the last of them. */
static int parse_call(davit__template_parser *parser, davit__node **piped, davit__node **ret_node)
{
    DAVIT__NODES davit__node *node = NULL;
    const davit__function *function = NULL;
    int r = davit__node_make(parser, DAVIT__NODE_CALL, &node);
    if (r < 0 || (r = read_function(parser, node, &function)) < 0 ||
        (r = parse_arguments(parser, &node->first)) < 0) {
        return r;
    }
    davit__node **last = &node->first;
    size_t count = 0;
    for (; *last; last = &(*last)->next) {
        count++;
    }
    *last = DAVIT__TAKE(*piped);
    count += *last != NULL;
    if (count < function->least || count > function->most) {
        bool many = function->most > function->least;
        return davit__node_error(node, parser->error, "%s takes %s%zu argument%s, not %zu",
                                 node->text, many ? "at least " : "", function->least,
                                 function->least == 1 ? "" : "s", count);
    }
    *ret_node = DAVIT__TAKE(node);
    return 0;
}

/* docker's `.Label "key"` is `index .Labels "key"`. */
static int parse_label(davit__template_parser *parser, davit__node **path, davit__node **ret_node)
{
    char *field = strdup("Labels");
    char *function = strdup("index");
    DAVIT__NODES davit__node *node = NULL;
    int r = field && function ? davit__node_make(parser, DAVIT__NODE_CALL, &node)
                              : davit__error_no_memory(parser->error);
    if (r < 0) {
        free(field);
        free(function);
        return r;
    }
    node->text = function;
    free((*path)->text);
    (*path)->text = field;
    node->first = DAVIT__TAKE(*path);
    r = parse_operand(parser, &node->first->next);
    if (r == 0) {
        *ret_node = DAVIT__TAKE(node);
    }
    return r;
}

static int parse_first(davit__template_parser *parser, davit__node **ret_node)
{
    DAVIT__NODES davit__node *node = NULL;
    int r = parse_operand(parser, &node);
    if (r < 0) {
        return r;
    }
    davit__template_skip_space(parser);
    bool label = node->kind == DAVIT__NODE_PATH && strcmp(node->text, "Label") == 0;
    if (label && !davit__template_at_end(parser)) {
        r = parse_label(parser, &node, ret_node);
        davit__template_skip_space(parser);
        return r;
    }
    *ret_node = DAVIT__TAKE(node);
    return 0;
}

/* One operand alone, or a call. */
static int parse_command(davit__template_parser *parser, davit__node **piped,
                         davit__node **ret_node)
{
    bool ignored;
    davit__template_skip_space(parser);
    if (isalpha((unsigned char)*parser->at) && !at_bool(parser, &ignored)) {
        return parse_call(parser, piped, ret_node);
    }
    if (*piped) {
        return davit__template_fail(parser, "expected a function behind '|'");
    }
    return parse_first(parser, ret_node);
}

int davit__template_pipeline(davit__template_parser *parser, davit__node **ret_node)
{
    DAVIT__NODES davit__node *result = NULL;
    size_t commands = 0;
    for (bool more = true; more;) {
        davit__node *next = NULL;
        int r = ++commands > DAVIT__TEMPLATE_DEPTH
                    ? davit__template_fail(parser, "too many '|' behind each other")
                    : parse_command(parser, &result, &next);
        if (r < 0) {
            davit__nodes_free(next);
            return r;
        }
        result = next;
        more = *parser->at == '|';
        parser->at += more;
    }
    *ret_node = DAVIT__TAKE(result);
    return 0;
}
