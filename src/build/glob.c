/* SPDX-License-Identifier: MIT */
#include "glob.h"

#include "memory.h"

#include <stdio.h>

/* Code points end at 0x10FFFF. A byte that is no UTF-8 gets a number above them, so that it equals
 * itself and nothing else. */
#define RAW_BYTE 0x200000u

enum token_kind {
    TOKEN_CHAR,      /* the character `value` */
    TOKEN_ANY,       /* one character, not '/' */
    TOKEN_SET,       /* one character of `count` ranges from `value` on */
    TOKEN_NOT_SET,   /* one character outside of them */
    TOKEN_STAR,      /* any run of characters without '/' */
    TOKEN_LEVELS,    /* nothing, or anything that ends in '/' */
    TOKEN_EVERYTHING /* anything, to the end */
};

struct token {
    enum token_kind kind;
    uint32_t value;
    uint32_t count;
};

struct range {
    uint32_t first;
    uint32_t last;
};

/* Patterns that need no state machine are compared as bytes. */
enum glob_kind { GLOB_EXACT, GLOB_PREFIX, GLOB_SUFFIX, GLOB_TOKENS };

struct davit__glob {
    enum glob_kind kind;
    size_t length;
    size_t token_count;
    size_t range_count;
    size_t tail; /* this many bytes at the end of `text` stand for themselves */
    struct token *tokens;
    struct range *ranges;
    char text[];
};

/* The character at `text`, *ret_length bytes long. */
static uint32_t next_char(const char *text, size_t *ret_length)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text;
    *ret_length = 1;
    if (bytes[0] < 0x80) {
        return bytes[0];
    }
    size_t length = bytes[0] >= 0xf0 ? 4 : bytes[0] >= 0xe0 ? 3 : 2;
    if (bytes[0] < 0xc2 || bytes[0] > 0xf4) {
        return RAW_BYTE + bytes[0];
    }
    uint32_t value = bytes[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xc0) != 0x80) {
            return RAW_BYTE + bytes[0];
        }
        value = value << 6 | (bytes[i] & 0x3f);
    }
    if (value < smallest[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
        return RAW_BYTE + bytes[0];
    }
    *ret_length = length;
    return value;
}

static struct token *add_token(davit__glob *glob, enum token_kind kind, uint32_t value)
{
    struct token *token = &glob->tokens[glob->token_count++];
    *token = (struct token){.kind = kind, .value = value};
    return token;
}

/* One end of a range in a set. */
static int compile_set_char(const char **text, uint32_t *ret_value, davit_error *error)
{
    if (**text == '-' || **text == ']') {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "'%c' stands where [ ] needs a character (write \\%c)", **text,
                                **text);
    }
    if (**text == '\\') {
        (*text)++;
    }
    if (**text == '\0') {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "a [ without its ]");
    }
    size_t length;
    uint32_t value = next_char(*text, &length);
    if (value >= RAW_BYTE) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "[ ] holds a byte that is no UTF-8");
    }
    *text += length;
    *ret_value = value;
    return 0;
}

static int compile_range(davit__glob *glob, const char **text, davit_error *error)
{
    struct range range;
    int r = compile_set_char(text, &range.first, error);
    if (r < 0) {
        return r;
    }
    range.last = range.first;
    if (**text == '-') {
        (*text)++;
        r = compile_set_char(text, &range.last, error);
        if (r < 0) {
            return r;
        }
    }
    if (range.last < range.first) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "a range in [ ] runs backwards");
    }
    glob->ranges[glob->range_count++] = range;
    return 0;
}

/* `*text` is behind the '['. */
static int compile_set(davit__glob *glob, const char **text, davit_error *error)
{
    bool negated = **text == '^';
    *text += negated;
    uint32_t first = (uint32_t)glob->range_count;
    do {
        int r = compile_range(glob, text, error);
        if (r < 0) {
            return r;
        }
    } while (**text != ']');
    (*text)++;
    struct token *token = add_token(glob, negated ? TOKEN_NOT_SET : TOKEN_SET, first);
    token->count = (uint32_t)glob->range_count - first;
    return 0;
}

/* `*text` is behind the "**". The '/' that may follow belongs to it: "a/" + "**" + "/b" is "a/b"
 * too. A leading "**" before plain text compares the ends of the paths alone, so "**foo" matches
 * "xfoo"; that is Docker's reading. */
static void compile_levels(davit__glob *glob, const char **text)
{
    bool leading = *text == glob->text + 2;
    *text += **text == '/';
    if (**text != '\0') {
        add_token(glob, TOKEN_LEVELS, 0);
        glob->kind = leading ? GLOB_SUFFIX : GLOB_TOKENS;
        return;
    }
    add_token(glob, TOKEN_EVERYTHING, 0);
    glob->kind = leading ? GLOB_SUFFIX : glob->kind == GLOB_EXACT ? GLOB_PREFIX : GLOB_TOKENS;
}

static void compile_char(davit__glob *glob, const char **text)
{
    size_t length;
    add_token(glob, TOKEN_CHAR, next_char(*text, &length));
    *text += length;
}

static int compile_special(davit__glob *glob, const char **text, davit_error *error)
{
    char c = *(*text)++;
    if (c == '*' && **text == '*') {
        (*text)++;
        compile_levels(glob, text);
        return 0;
    }
    glob->kind = GLOB_TOKENS;
    switch (c) {
    case '*':
        add_token(glob, TOKEN_STAR, 0);
        return 0;
    case '?':
        add_token(glob, TOKEN_ANY, 0);
        return 0;
    case '[':
        return compile_set(glob, text, error);
    case ']':
        add_token(glob, TOKEN_CHAR, ']');
        return 0;
    default:
        if (**text == '\0') {
            return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                    "a \\ at the end, with nothing to escape");
        }
        compile_char(glob, text);
        return 0;
    }
}

static int compile(davit__glob *glob, davit_error *error)
{
    const char *text = glob->text;
    const char *plain = text;
    while (*text) {
        if (!strchr("*?[]\\", *text)) {
            compile_char(glob, &text);
            continue;
        }
        int r = compile_special(glob, &text, error);
        if (r < 0) {
            return r;
        }
        plain = text;
    }
    glob->tail = (size_t)(text - plain);
    return 0;
}

static davit__glob *allocate(const char *text, size_t length)
{
    davit__glob *glob = calloc(1, sizeof *glob + length + 1);
    if (!glob) {
        return NULL;
    }
    memcpy(glob->text, text, length + 1);
    glob->length = length;
    /* No token and no range is shorter than a byte of text. */
    glob->tokens = calloc(length + 1, sizeof *glob->tokens);
    glob->ranges = strchr(text, '[') ? calloc(length, sizeof *glob->ranges) : NULL;
    if (!glob->tokens || (!glob->ranges && strchr(text, '['))) {
        davit__glob_free(glob);
        return NULL;
    }
    return glob;
}

int davit__glob_compile(const char *text, davit__glob **ret_glob, davit_error *error)
{
    size_t length = strlen(text);
    if (length > DAVIT__GLOB_MAX) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "longer than %d bytes",
                                DAVIT__GLOB_MAX);
    }
    davit__glob *glob = allocate(text, length);
    if (!glob) {
        return davit__error_no_memory(error);
    }
    int r = compile(glob, error);
    if (r < 0) {
        davit__glob_free(glob);
        return r;
    }
    *ret_glob = glob;
    return 0;
}

void davit__glob_free(davit__glob *glob)
{
    if (glob) {
        free(glob->tokens);
        free(glob->ranges);
        free(glob);
    }
}

/* The tokens as a state machine: state i waits for token i, state token_count has matched all. The
 * states that are possible after each character of the path are kept, each once. */
struct machine {
    const davit__glob *glob;
    size_t count;
    size_t next_count;
    uint16_t generation;
    uint16_t *states;
    uint16_t *next;
    uint16_t seen[DAVIT__GLOB_MAX + 1]; /* the generation in which a state was entered last */
    uint16_t lists[2][DAVIT__GLOB_MAX + 1];
};

static void enter(struct machine *machine, size_t state)
{
    const davit__glob *glob = machine->glob;
    while (machine->seen[state] != machine->generation) {
        machine->seen[state] = machine->generation;
        machine->next[machine->next_count++] = (uint16_t)state;
        if (state == glob->token_count || glob->tokens[state].kind < TOKEN_STAR) {
            return;
        }
        state++; /* these tokens may stand for nothing */
    }
}

/* Stay in a state without passing over its token. */
static void stay(struct machine *machine, size_t state)
{
    if (machine->seen[state] != machine->generation) {
        machine->seen[state] = machine->generation;
        machine->next[machine->next_count++] = (uint16_t)state;
    }
}

static bool in_set(const davit__glob *glob, const struct token *token, uint32_t c)
{
    for (uint32_t i = 0; i < token->count; i++) {
        const struct range *range = &glob->ranges[token->value + i];
        if (c >= range->first && c <= range->last) {
            return true;
        }
    }
    return false;
}

static bool takes(const davit__glob *glob, const struct token *token, uint32_t c)
{
    switch (token->kind) {
    case TOKEN_CHAR:
        return c == token->value;
    case TOKEN_ANY:
        return c != '/';
    case TOKEN_SET:
        return in_set(glob, token, c);
    case TOKEN_NOT_SET:
        return !in_set(glob, token, c);
    default:
        return false;
    }
}

static void step_state(struct machine *machine, size_t state, uint32_t c)
{
    const davit__glob *glob = machine->glob;
    if (state == glob->token_count) {
        return;
    }
    const struct token *token = &glob->tokens[state];
    switch (token->kind) {
    case TOKEN_STAR:
        if (c != '/') {
            enter(machine, state);
        }
        return;
    case TOKEN_EVERYTHING:
        enter(machine, state);
        return;
    case TOKEN_LEVELS:
        stay(machine, state);
        if (c == '/') {
            enter(machine, state + 1);
        }
        return;
    default:
        if (takes(glob, token, c)) {
            enter(machine, state + 1);
        }
    }
}

static void swap_lists(struct machine *machine)
{
    uint16_t *states = machine->states;
    machine->states = machine->next;
    machine->count = machine->next_count;
    machine->next = states;
    machine->next_count = 0;
    machine->generation++;
}

static void start(struct machine *machine, const davit__glob *glob)
{
    machine->glob = glob;
    machine->generation = 1;
    machine->next_count = 0;
    machine->states = machine->lists[0];
    machine->next = machine->lists[1];
    memset(machine->seen, 0, (glob->token_count + 1) * sizeof machine->seen[0]);
    enter(machine, 0);
    swap_lists(machine);
}

/* The generation counts characters: a path longer than a pattern can be is not in this world. */
static void feed(struct machine *machine, const char *text, size_t text_length)
{
    const char *end = text + text_length;
    while (text < end && machine->count > 0) {
        size_t length;
        uint32_t c = next_char(text, &length);
        for (size_t i = 0; i < machine->count; i++) {
            step_state(machine, machine->states[i], c);
        }
        swap_lists(machine);
        text += length;
    }
}

static bool ends_with(const char *path, size_t path_length, const char *end, size_t length)
{
    return path_length >= length && memcmp(path + path_length - length, end, length) == 0;
}

static bool matches_tokens(const davit__glob *glob, const char *path, size_t path_length)
{
    if (path_length > DAVIT__GLOB_MAX ||
        !ends_with(path, path_length, glob->text + glob->length - glob->tail, glob->tail)) {
        return false;
    }
    struct machine machine;
    start(&machine, glob);
    feed(&machine, path, path_length);
    for (size_t i = 0; i < machine.count; i++) {
        if (machine.states[i] == glob->token_count) {
            return true;
        }
    }
    return false;
}

bool davit__glob_matches(const davit__glob *glob, const char *path)
{
    size_t length = strlen(path);
    switch (glob->kind) {
    case GLOB_EXACT:
        return length == glob->length && memcmp(path, glob->text, length) == 0;
    case GLOB_PREFIX:
        return strncmp(path, glob->text, glob->length - 2) == 0;
    case GLOB_SUFFIX:
        return ends_with(path, length, glob->text + 2, glob->length - 2) ||
               (glob->text[2] == '/' && strcmp(path, glob->text + 3) == 0);
    default:
        return matches_tokens(glob, path, length);
    }
}

bool davit__glob_may_match_below(const davit__glob *glob, const char *directory)
{
    size_t length = strlen(directory);
    if (glob->kind == GLOB_SUFFIX) {
        return true;
    }
    if (length > DAVIT__GLOB_MAX - 1) {
        return false;
    }
    struct machine machine;
    start(&machine, glob);
    feed(&machine, directory, length);
    feed(&machine, "/", 1);
    /* The state that has matched all cannot take another character. */
    return machine.count > 1 || (machine.count == 1 && machine.states[0] != glob->token_count);
}
