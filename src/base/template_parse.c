/* SPDX-License-Identifier: MIT */
/* Templates as docker has them: text with {{expressions}}. An expression is a pipeline of commands,
 * a command is one operand or a function with operands, and an operand a path, a literal or a
 * pipeline in parentheses. */
#include "memory.h"
#include "quote.h"
#include "template.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

/* Bytes of a template; parentheses inside each other, and commands in a pipeline. */
#define LENGTH_CEILING (64 * 1024)
#define DEPTH_CEILING  16

typedef struct template_parser {
    const char *start;
    const char *at;
    size_t depth;
    davit_error *error;
} template_parser;

void davit__nodes_free(davit__node *first)
{
    while (first) {
        davit__node *next = first->next;
        davit__nodes_free(first->first);
        free(first->text);
        free(first);
        first = next;
    }
}

static void free_nodes(davit__node **first)
{
    davit__nodes_free(*first);
}
#define NODES __attribute__((cleanup(free_nodes)))

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

static size_t position(const template_parser *parser)
{
    return (size_t)(parser->at - parser->start) + 1;
}

static int fail(const template_parser *parser, const char *what)
{
    davit__node here = {.position = position(parser)};
    return davit__node_error(&here, parser->error, "%s", what);
}

static int make_node(const template_parser *parser, davit__node_kind kind, davit__node **ret_node)
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

static void skip_space(template_parser *parser)
{
    while (isspace((unsigned char)*parser->at)) {
        parser->at++;
    }
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool at_end(const template_parser *parser)
{
    return davit__starts_with(parser->at, "}}");
}

/* ".State.Status" or "." into node->text without the first dot. */
static int read_path(template_parser *parser, davit__node *node)
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
static bool read_character(template_parser *parser, davit__buffer *text)
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
static int read_string(template_parser *parser, davit__node *node)
{
    char quote = *parser->at++;
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    while (*parser->at && *parser->at != quote) {
        if (quote == '`') {
            davit__buffer_add_char(&text, *parser->at++);
        } else if (!read_character(parser, &text)) {
            return fail(parser, "unknown escape in a string; there are \\\\, \\\", \\n, \\t, \\r");
        }
    }
    if (!*parser->at) {
        return davit__node_error(node, parser->error, "the string is not closed");
    }
    parser->at++;
    return davit__buffer_take(&text, &node->text, parser->error);
}

static int read_number(template_parser *parser, davit__node *node)
{
    while (isdigit((unsigned char)*parser->at)) {
        if (__builtin_mul_overflow(node->number, 10, &node->number) ||
            __builtin_add_overflow(node->number, *parser->at - '0', &node->number)) {
            return davit__node_error(node, parser->error, "the number is too large");
        }
        parser->at++;
    }
    return is_word(*parser->at) ? fail(parser, "expected a number") : 0;
}

static int parse_pipeline(template_parser *parser, davit__node **ret_node);

/* "(pipeline)", and the path of its result if one follows. */
static int parse_group(template_parser *parser, davit__node **ret_node)
{
    if (++parser->depth > DEPTH_CEILING) {
        return fail(parser, "too many parentheses inside each other");
    }
    davit__node opening = {.position = position(parser)};
    NODES davit__node *inner = NULL;
    parser->at++;
    int r = parse_pipeline(parser, &inner);
    if (r < 0) {
        return r;
    }
    if (*parser->at != ')') {
        return davit__node_error(&opening, parser->error, "the parenthesis is not closed");
    }
    parser->at++;
    parser->depth--;
    if (*parser->at != '.') {
        *ret_node = DAVIT__TAKE(inner);
        return 0;
    }
    if (!is_word(parser->at[1])) {
        return fail(parser, "expected the name of a field after the dot");
    }
    NODES davit__node *path = NULL;
    r = make_node(parser, DAVIT__NODE_PATH, &path);
    if (r < 0 || (r = read_path(parser, path)) < 0) {
        return r;
    }
    path->first = DAVIT__TAKE(inner);
    *ret_node = DAVIT__TAKE(path);
    return 0;
}

static int parse_operand(template_parser *parser, davit__node **ret_node)
{
    static const struct {
        const char *starts;
        davit__node_kind kind;
        int (*read)(template_parser *parser, davit__node *node);
    } operands[] = {
        {".", DAVIT__NODE_PATH, read_path},
        {"\"`", DAVIT__NODE_STRING, read_string},
        {"0123456789", DAVIT__NODE_NUMBER, read_number},
    };
    if (*parser->at == '(') {
        return parse_group(parser, ret_node);
    }
    for (size_t i = 0; *parser->at && i < DAVIT__COUNT(operands); i++) {
        if (strchr(operands[i].starts, *parser->at)) {
            NODES davit__node *node = NULL;
            int r = make_node(parser, operands[i].kind, &node);
            if (r < 0 || (r = operands[i].read(parser, node)) < 0) {
                return r;
            }
            *ret_node = DAVIT__TAKE(node);
            return 0;
        }
    }
    return fail(parser, "expected a field such as .Name, a string, a number or a parenthesis");
}

/* Operands up to the end of the command, behind each other at *last. */
static int parse_arguments(template_parser *parser, davit__node **last)
{
    for (skip_space(parser); *parser->at != '|' && *parser->at != ')' && !at_end(parser);
         skip_space(parser)) {
        int r = parse_operand(parser, last);
        if (r < 0) {
            return r;
        }
        last = &(*last)->next;
    }
    return 0;
}

/* The name of a function. */
static int read_function(template_parser *parser, davit__node *node)
{
    const char *start = parser->at;
    while (is_word(*parser->at)) {
        parser->at++;
    }
    node->text = strndup(start, (size_t)(parser->at - start));
    if (!node->text) {
        return davit__error_no_memory(parser->error);
    }
    size_t least, most;
    if (!davit__function_arity(node->text, &least, &most)) {
        char quoted[DAVIT__QUOTE_SIZE];
        return davit__node_error(node, parser->error, "no function %s; there are %s",
                                 davit__quote(node->text, quoted), davit__function_names());
    }
    return 0;
}

/* A function with its arguments; what comes down the pipeline is the last of them. */
static int parse_call(template_parser *parser, davit__node **piped, davit__node **ret_node)
{
    NODES davit__node *node = NULL;
    int r = make_node(parser, DAVIT__NODE_CALL, &node);
    if (r < 0 || (r = read_function(parser, node)) < 0 ||
        (r = parse_arguments(parser, &node->first)) < 0) {
        return r;
    }
    davit__node **last = &node->first;
    size_t count = 0, least = 0, most = 0;
    for (; *last; last = &(*last)->next) {
        count++;
    }
    *last = DAVIT__TAKE(*piped);
    count += *last != NULL;
    davit__function_arity(node->text, &least, &most);
    if (count < least || count > most) {
        return davit__node_error(node, parser->error, "%s takes %s%zu argument%s, not %zu",
                                 node->text, most > least ? "at least " : "", least,
                                 least == 1 ? "" : "s", count);
    }
    *ret_node = DAVIT__TAKE(node);
    return 0;
}

/* docker's `.Label "key"` is `index .Labels "key"`. */
static int parse_label(template_parser *parser, davit__node **path, davit__node **ret_node)
{
    char *field = strdup("Labels");
    char *function = strdup("index");
    NODES davit__node *node = NULL;
    int r = field && function ? make_node(parser, DAVIT__NODE_CALL, &node)
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

static int parse_first(template_parser *parser, davit__node **ret_node)
{
    NODES davit__node *node = NULL;
    int r = parse_operand(parser, &node);
    if (r < 0) {
        return r;
    }
    skip_space(parser);
    bool label = node->kind == DAVIT__NODE_PATH && strcmp(node->text, "Label") == 0;
    if (label && !at_end(parser)) {
        r = parse_label(parser, &node, ret_node);
        skip_space(parser);
        return r;
    }
    *ret_node = DAVIT__TAKE(node);
    return 0;
}

/* One operand alone, or a call. */
static int parse_command(template_parser *parser, davit__node **piped, davit__node **ret_node)
{
    skip_space(parser);
    if (isalpha((unsigned char)*parser->at)) {
        return parse_call(parser, piped, ret_node);
    }
    if (*piped) {
        return fail(parser, "expected a function behind '|'");
    }
    return parse_first(parser, ret_node);
}

static int parse_pipeline(template_parser *parser, davit__node **ret_node)
{
    NODES davit__node *result = NULL;
    size_t commands = 0;
    for (bool more = true; more;) {
        davit__node *next = NULL;
        int r = ++commands > DEPTH_CEILING ? fail(parser, "too many '|' behind each other")
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

static int parse_expression(template_parser *parser, davit__node **ret_node)
{
    davit__node opening = {.position = position(parser)};
    parser->at += strlen("{{");
    skip_space(parser);
    if (at_end(parser)) {
        return davit__node_error(&opening, parser->error, "nothing between {{ and }}");
    }
    if (!strstr(parser->at, "}}")) {
        return davit__node_error(&opening, parser->error, "{{ is not closed by }}");
    }
    NODES davit__node *node = NULL;
    int r = parse_pipeline(parser, &node);
    if (r < 0) {
        return r;
    }
    if (!at_end(parser)) {
        return fail(parser, "expected }}");
    }
    parser->at += strlen("}}");
    *ret_node = DAVIT__TAKE(node);
    return 0;
}

/* Up to the next {{; \t and \n as docker understands them. */
static int parse_text(template_parser *parser, davit__node **ret_node)
{
    NODES davit__node *node = NULL;
    int r = make_node(parser, DAVIT__NODE_TEXT, &node);
    if (r < 0) {
        return r;
    }
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    while (*parser->at && !davit__starts_with(parser->at, "{{")) {
        bool tab = davit__starts_with(parser->at, "\\t");
        bool escape = tab || davit__starts_with(parser->at, "\\n");
        davit__buffer_add_char(&text, !escape ? *parser->at : tab ? '\t' : '\n');
        parser->at += escape ? 2 : 1;
    }
    r = davit__buffer_take(&text, &node->text, parser->error);
    if (r == 0) {
        *ret_node = DAVIT__TAKE(node);
    }
    return r;
}

int davit__template_read(const char *text, davit__node **ret_first, davit_error *error)
{
    if (strnlen(text, LENGTH_CEILING + 1) > LENGTH_CEILING) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "template: more than %d bytes",
                                LENGTH_CEILING);
    }
    template_parser state = {.start = text, .at = text, .error = error};
    template_parser *parser = &state;
    NODES davit__node *first = NULL;
    davit__node **last = &first;
    while (*parser->at) {
        bool expression = davit__starts_with(parser->at, "{{");
        int r = expression ? parse_expression(parser, last) : parse_text(parser, last);
        if (r < 0) {
            return r;
        }
        last = &(*last)->next;
    }
    *ret_first = DAVIT__TAKE(first);
    return 0;
}
