/* SPDX-License-Identifier: MIT */
#include "instructions.h"

#include "memory.h"

#include <ctype.h>
#include <strings.h>

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool davit__word_is(davit__word word, const char *text)
{
    return strncasecmp(word.text, text, word.length) == 0 && text[word.length] == '\0';
}

static void trim(davit__word *word)
{
    while (word->length > 0 && is_space(word->text[0])) {
        word->text++;
        word->length--;
    }
    while (word->length > 0 && is_space(word->text[word->length - 1])) {
        word->length--;
    }
}

bool davit__word_next(const char **at, char escape, davit__word *ret_word)
{
    const char *text = *at;
    char quote = '\0';
    while (is_space(*text)) {
        text++;
    }
    const char *start = text;
    for (; *text && (quote || !is_space(*text)); text++) {
        if (*text == escape && quote != '\'' && text[1]) {
            text++;
        } else if (quote ? *text == quote : *text == '"' || *text == '\'') {
            quote = quote ? '\0' : *text;
        }
    }
    *at = text;
    *ret_word = (davit__word){.text = start, .length = (size_t)(text - start)};
    return text > start;
}

void davit__instructions_begin(davit__instructions *instructions, const char *text, size_t length)
{
    bool marked = length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0; /* a byte order mark */
    *instructions = (davit__instructions){
        .at = text + (marked ? 3 : 0),
        .end = text + length,
        .escape = '\\',
    };
}

void davit__instructions_end(davit__instructions *instructions)
{
    davit__buffer_free(&instructions->text);
    free(DAVIT__TAKE(instructions->syntax));
}

/* A line of the file, without its end. */
static bool next_line(davit__instructions *instructions, davit__word *ret_line)
{
    if (instructions->at == instructions->end) {
        return false;
    }
    const char *start = instructions->at;
    const char *newline = memchr(start, '\n', (size_t)(instructions->end - start));
    const char *end = newline ? newline : instructions->end;
    instructions->at = newline ? newline + 1 : end;
    instructions->line++;
    end -= end > start && end[-1] == '\r';
    *ret_line = (davit__word){.text = start, .length = (size_t)(end - start)};
    return true;
}

static int apply_directive(davit__instructions *instructions, davit__word key, davit__word value,
                           davit_error *error)
{
    if (davit__word_is(key, "escape")) {
        if (value.length == 1 && (value.text[0] == '\\' || value.text[0] == '`')) {
            instructions->escape = value.text[0];
        }
    } else if (davit__word_is(key, "syntax")) {
        free(instructions->syntax);
        instructions->syntax = strndup(value.text, value.length);
        if (!instructions->syntax) {
            return davit__error_no_memory(error);
        }
    } else if (!davit__word_is(key, "check")) {
        instructions->directives_done = true;
    }
    return 0;
}

/* "# key=value". The first line that is none ends the directives. */
static int read_directive(davit__instructions *instructions, davit__word line, davit_error *error)
{
    davit__word key = {.text = line.text + 1, .length = 0};
    const char *end = line.text + line.length;
    const char *equals = memchr(key.text, '=', line.length - 1);
    if (!equals) {
        instructions->directives_done = true;
        return 0;
    }
    key.length = (size_t)(equals - key.text);
    davit__word value = {.text = equals + 1, .length = (size_t)(end - equals - 1)};
    trim(&key);
    trim(&value);
    return apply_directive(instructions, key, value, error);
}

/* Append a line without the escape character that continues it; whether it is continued. A doubled
 * escape character at the end is a plain one. */
static bool add_line(davit__instructions *instructions, davit__word line)
{
    size_t length = line.length;
    while (length > 0 && (line.text[length - 1] == ' ' || line.text[length - 1] == '\t')) {
        length--;
    }
    bool continued = length > 0 && line.text[length - 1] == instructions->escape &&
                     (length == 1 || line.text[length - 2] != instructions->escape);
    davit__buffer_add(&instructions->text, line.text, continued ? length - 1 : line.length);
    return continued;
}

static void add_continuation(davit__instructions *instructions)
{
    davit__word line;
    bool continued = true;
    while (continued && next_line(instructions, &line)) {
        davit__word content = line;
        trim(&content);
        if (content.length > 0 && content.text[0] != '#') {
            continued = add_line(instructions, line);
        }
    }
}

/* The word that ends a here-document ("3<<-'END'"), in `ret_name`; false if `word` starts none. */
static bool parse_heredoc(davit__word word, char escape, davit__buffer *ret_name,
                          bool *ret_indented)
{
    const char *at = word.text;
    const char *end = word.text + word.length;
    while (at < end && isdigit((unsigned char)*at)) {
        at++;
    }
    if (end - at < 3 || at[0] != '<' || at[1] != '<') {
        return false;
    }
    at += 2;
    *ret_indented = *at == '-';
    at += *ret_indented;
    for (char quote = '\0'; at < end; at++) {
        if (*at == '<') {
            return false;
        }
        if (quote ? *at == quote : *at == '"' || *at == '\'') {
            quote = quote ? '\0' : *at;
            continue;
        }
        if (*at == escape && quote != '\'' && at + 1 < end) {
            at++;
        }
        davit__buffer_add_char(ret_name, *at);
    }
    return ret_name->length > 0;
}

static void skip_heredoc(davit__instructions *instructions, const davit__buffer *name,
                         bool indented)
{
    davit__word line;
    while (next_line(instructions, &line)) {
        while (indented && line.length > 0 && line.text[0] == '\t') {
            line.text++;
            line.length--;
        }
        if (line.length == name->length && memcmp(line.text, name->data, line.length) == 0) {
            return;
        }
    }
}

/* Jump over the here-documents that the instruction announces. */
static int skip_heredocs(davit__instructions *instructions, davit_error *error)
{
    const char *at = instructions->text.data;
    davit__word word;
    if (!davit__word_next(&at, instructions->escape, &word) ||
        (davit__word_is(word, "ONBUILD") && !davit__word_next(&at, instructions->escape, &word))) {
        return 0;
    }
    if (!davit__word_is(word, "RUN") && !davit__word_is(word, "COPY") &&
        !davit__word_is(word, "ADD")) {
        return 0;
    }
    while (davit__word_next(&at, instructions->escape, &word)) {
        davit__buffer name DAVIT__BUFFER = DAVIT__BUFFER_INIT;
        bool indented = false;
        bool heredoc = parse_heredoc(word, instructions->escape, &name, &indented);
        int r = davit__buffer_check(&name, error);
        if (r < 0) {
            return r;
        }
        if (heredoc) {
            skip_heredoc(instructions, &name, indented);
        }
    }
    return 0;
}

static int read_instruction(davit__instructions *instructions, davit__word line, davit_error *error)
{
    instructions->start = instructions->line;
    davit__buffer_clear(&instructions->text);
    if (add_line(instructions, line)) {
        add_continuation(instructions);
    }
    int r = davit__buffer_check(&instructions->text, error);
    r = r < 0 ? r : skip_heredocs(instructions, error);
    return r < 0 ? r : 1;
}

int davit__instructions_next(davit__instructions *instructions, davit_error *error)
{
    davit__word line;
    while (next_line(instructions, &line)) {
        davit__word content = line;
        trim(&content);
        if (content.length > 0 && content.text[0] != '#') {
            instructions->directives_done = true;
            return read_instruction(instructions, line, error);
        }
        if (content.length == 0) {
            instructions->directives_done = true;
        } else if (!instructions->directives_done) {
            int r = read_directive(instructions, content, error);
            if (r < 0) {
                return r;
            }
        }
    }
    return 0;
}
