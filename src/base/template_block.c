/* SPDX-License-Identifier: MIT */
/* A template's pieces: text, {{expressions}}, variables, and {{if}}, {{range}}, {{with}} with what
 * stands in them. */
#include "memory.h"
#include "template_parse.h"

#include <ctype.h>

/* Bytes of a template, and blocks inside each other; an {{else if}} is inside, too. */
#define LENGTH_CEILING (64 * 1024)
#define BLOCK_CEILING  32

/* What ended a run of pieces. */
typedef enum ending {
    ENDING_TEXT, /* the template's end */
    ENDING_ELSE,
    ENDING_END,
} ending;

static const struct {
    const char *word;
    davit__node_kind kind;
} blocks[] = {
    {"if", DAVIT__NODE_IF},
    {"range", DAVIT__NODE_RANGE},
    {"with", DAVIT__NODE_WITH},
};

static davit__node here(const davit__template_parser *parser)
{
    return (davit__node){.position = (size_t)(parser->at - parser->start) + 1};
}

/* The word that comes next, without moving there. */
static davit__slice peek(const davit__template_parser *parser)
{
    davit__template_parser ahead = *parser;
    return davit__template_word(&ahead);
}

/* ---- text ---- */

/* "{{- " takes away the white space before it. */
static bool trims_before(const char *at)
{
    return davit__starts_with(at, "{{-") && isspace((unsigned char)at[3]);
}

static void trim_end(davit__buffer *text)
{
    while (text->length > 0 && isspace((unsigned char)text->data[text->length - 1])) {
        text->length--;
    }
    if (text->data) {
        text->data[text->length] = '\0';
    }
}

/* Up to the next {{; \t and \n as docker understands them. */
static int parse_text(davit__template_parser *parser, davit__node **ret_node)
{
    DAVIT__NODES davit__node *node = NULL;
    int r = davit__node_make(parser, DAVIT__NODE_TEXT, &node);
    if (r < 0) {
        return r;
    }
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    while (*parser->at && !davit__starts_with(parser->at, "{{")) {
        bool tab = davit__starts_with(parser->at, "\\t");
        bool escape = tab || davit__starts_with(parser->at, "\\n");
        char c = !escape ? *parser->at : tab ? '\t' : '\n';
        parser->trim = parser->trim && isspace((unsigned char)c);
        if (!parser->trim) {
            davit__buffer_add_char(&text, c);
        }
        parser->at += escape ? 2 : 1;
    }
    parser->trim = false;
    if (trims_before(parser->at)) {
        trim_end(&text);
    }
    r = davit__buffer_take(&text, &node->text, parser->error);
    if (r == 0) {
        *ret_node = DAVIT__TAKE(node);
    }
    return r;
}

/* ---- inside the braces ---- */

/* Behind "{{", which has to be closed somewhere. */
static int open_action(davit__template_parser *parser)
{
    davit__node opening = here(parser);
    parser->at += trims_before(parser->at) ? strlen("{{-") : strlen("{{");
    davit__template_skip_space(parser);
    if (davit__template_at_end(parser)) {
        return davit__node_error(&opening, parser->error, "nothing between {{ and }}");
    }
    if (!strstr(parser->at, "}}")) {
        return davit__node_error(&opening, parser->error, "{{ is not closed by }}");
    }
    return 0;
}

/* Behind "}}" or " -}}". */
static int close_action(davit__template_parser *parser)
{
    davit__template_skip_space(parser);
    if (!davit__template_at_end(parser)) {
        return davit__template_fail(parser, "expected }}");
    }
    parser->trim = *parser->at == '-';
    parser->at += parser->trim ? strlen("-}}") : strlen("}}");
    return 0;
}

static int parse_comment(davit__template_parser *parser)
{
    const char *end = strstr(parser->at + strlen("/*"), "*/");
    if (!end) {
        return davit__template_fail(parser, "the comment is not closed by */");
    }
    parser->at = end + strlen("*/");
    return close_action(parser);
}

static int declare(davit__template_parser *parser, davit__slice name)
{
    if (parser->variable_count == DAVIT__VARIABLE_CEILING) {
        return davit__template_fail(parser, "too many variables");
    }
    parser->variables[parser->variable_count++] = name;
    return 0;
}

/* "$x := " or "$i, $x := " or "$x = " in front of a pipeline. */
typedef struct assignment {
    davit__slice names[2];
    size_t count; /* 0: there is none */
    bool declares;
} assignment;

/* False: what stands there is no assignment, and the parser has not moved. */
static bool read_assignment(davit__template_parser *parser, assignment *ret_found)
{
    davit__template_parser ahead = *parser;
    assignment found = {.count = 0};
    for (bool more = true; more && found.count < 2;) {
        if (*ahead.at != '$') {
            return false;
        }
        ahead.at++;
        found.names[found.count] = davit__template_word(&ahead);
        if (found.names[found.count++].length == 0) {
            return false;
        }
        davit__template_skip_space(&ahead);
        more = *ahead.at == ',';
        ahead.at += more;
        davit__template_skip_space(&ahead);
    }
    found.declares = *ahead.at == ':';
    ahead.at += found.declares;
    if (*ahead.at != '=') {
        return false;
    }
    parser->at = ahead.at + 1;
    davit__template_skip_space(parser);
    *ret_found = found;
    return true;
}

/* "$x := .Ports"; the variable is known from there on. */
static int parse_set(davit__template_parser *parser, const assignment *set, davit__node *node)
{
    davit__slice name = set->names[0];
    bool known = set->declares;
    for (size_t i = 0; i < parser->variable_count && !known; i++) {
        davit__slice other = parser->variables[i];
        known = other.length == name.length && memcmp(other.text, name.text, name.length) == 0;
    }
    if (set->count != 1) {
        return davit__node_error(node, parser->error, "two variables go with range only");
    }
    if (!known) {
        return davit__node_error(node, parser->error, "the variable was not set with := before");
    }
    node->declares = set->declares;
    int r = davit__slice_copy(name, &node->text, parser->error);
    if (r == 0) {
        r = davit__template_pipeline(parser, &node->first);
    }
    return r < 0 || !set->declares ? r : declare(parser, name);
}

static int parse_expression(davit__template_parser *parser, davit__node **ret_node)
{
    DAVIT__NODES davit__node *node = NULL;
    assignment set;
    int r = davit__node_make(parser, DAVIT__NODE_SET, &node);
    if (r < 0) {
        return r;
    }
    if (read_assignment(parser, &set)) {
        r = parse_set(parser, &set, node);
    } else {
        davit__nodes_free(DAVIT__TAKE(node));
        r = davit__template_pipeline(parser, &node);
    }
    if (r == 0) {
        r = close_action(parser);
    }
    if (r == 0) {
        *ret_node = DAVIT__TAKE(node);
    }
    return r;
}

/* ---- blocks ---- */

static int parse_pieces(davit__template_parser *parser, davit__node **last, ending *ret_ending);

/* "if PIPELINE}}", "range $i, $x := PIPELINE}}": up to where the body begins. */
static int parse_head(davit__template_parser *parser, davit__node *node)
{
    assignment set = {.count = 0};
    if (read_assignment(parser, &set) &&
        (!set.declares || (set.count == 2 && node->kind != DAVIT__NODE_RANGE))) {
        return davit__node_error(node, parser->error,
                                 set.declares ? "two variables go with range only"
                                              : "a block's variable is set with :=");
    }
    int r = davit__template_pipeline(parser, &node->first);
    if (r == 0 && set.count > 0) {
        r = davit__slice_copy(set.names[set.count - 1], &node->text, parser->error);
    }
    if (r == 0 && set.count == 2) {
        r = davit__slice_copy(set.names[0], &node->key, parser->error);
    }
    for (size_t i = 0; r == 0 && i < set.count; i++) {
        r = declare(parser, set.names[i]);
    }
    return r < 0 ? r : close_action(parser);
}

static int parse_block(davit__template_parser *parser, davit__node_kind kind,
                       davit__node **ret_node);

/* Behind "else": another if with what belongs to it, or the rest up to {{end}}. */
static int parse_else(davit__template_parser *parser, davit__node *node)
{
    davit__template_skip_space(parser);
    if (node->kind == DAVIT__NODE_IF && davit__slice_is(peek(parser), "if")) {
        return parse_block(parser, DAVIT__NODE_IF, &node->otherwise);
    }
    ending end = ENDING_TEXT;
    int r = close_action(parser);
    if (r == 0) {
        r = parse_pieces(parser, &node->otherwise, &end);
    }
    if (r == 0 && end == ENDING_ELSE) {
        r = davit__node_error(node, parser->error, "the block has a second {{else}}");
    }
    if (r == 0 && end == ENDING_TEXT) {
        r = davit__node_error(node, parser->error, "the block is not closed by {{end}}");
    }
    return r < 0 ? r : close_action(parser);
}

/* What stands in a block, and the words that end it. */
static int parse_body(davit__template_parser *parser, davit__node *node)
{
    ending end = ENDING_TEXT;
    int r = parse_pieces(parser, &node->body, &end);
    if (r < 0) {
        return r;
    }
    switch (end) {
    case ENDING_ELSE:
        return parse_else(parser, node);
    case ENDING_END:
        return close_action(parser);
    case ENDING_TEXT:
        break;
    }
    return davit__node_error(node, parser->error, "the block is not closed by {{end}}");
}

/* From its word to behind its {{end}}; variables set in it are not known behind it. */
static int parse_block(davit__template_parser *parser, davit__node_kind kind,
                       davit__node **ret_node)
{
    if (++parser->blocks > BLOCK_CEILING) {
        return davit__template_fail(parser, "too many blocks inside each other");
    }
    size_t known = parser->variable_count;
    DAVIT__NODES davit__node *node = NULL;
    int r = davit__node_make(parser, kind, &node);
    if (r < 0) {
        return r;
    }
    davit__template_word(parser);
    davit__template_skip_space(parser);
    if ((r = parse_head(parser, node)) < 0 || (r = parse_body(parser, node)) < 0) {
        return r;
    }
    parser->variable_count = known;
    parser->blocks--;
    *ret_node = DAVIT__TAKE(node);
    return 0;
}

/* Behind "{{": what is an action of its own, and what ends the block that it is in. */
static int parse_action(davit__template_parser *parser, davit__node **ret_node, ending *ret_ending)
{
    davit__slice word = peek(parser);
    bool otherwise = davit__slice_is(word, "else");
    if (otherwise || davit__slice_is(word, "end")) {
        if (parser->blocks == 0) {
            return davit__template_fail(parser, otherwise ? "{{else}} belongs to no block"
                                                          : "{{end}} belongs to no block");
        }
        davit__template_word(parser);
        *ret_ending = otherwise ? ENDING_ELSE : ENDING_END;
        return 0;
    }
    for (size_t i = 0; i < DAVIT__COUNT(blocks); i++) {
        if (davit__slice_is(word, blocks[i].word)) {
            return parse_block(parser, blocks[i].kind, ret_node);
        }
    }
    return davit__starts_with(parser->at, "/*") ? parse_comment(parser)
                                                : parse_expression(parser, ret_node);
}

/* Up to what ends the block that the parser is in, or the template. */
static int parse_pieces(davit__template_parser *parser, davit__node **last, ending *ret_ending)
{
    *ret_ending = ENDING_TEXT;
    while (*parser->at && *ret_ending == ENDING_TEXT) {
        int r;
        if (davit__starts_with(parser->at, "{{")) {
            r = open_action(parser);
            if (r == 0) {
                r = parse_action(parser, last, ret_ending);
            }
        } else {
            r = parse_text(parser, last);
        }
        if (r < 0) {
            return r;
        }
        last = *last ? &(*last)->next : last;
    }
    return 0;
}

int davit__template_read(const char *text, davit__node **ret_first, davit_error *error)
{
    if (strnlen(text, LENGTH_CEILING + 1) > LENGTH_CEILING) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "template: more than %d bytes",
                                LENGTH_CEILING);
    }
    davit__template_parser parser = {.start = text, .at = text, .error = error};
    DAVIT__NODES davit__node *first = NULL;
    ending end;
    int r = parse_pieces(&parser, &first, &end);
    if (r == 0) {
        *ret_first = DAVIT__TAKE(first);
    }
    return r;
}
