/* SPDX-License-Identifier: MIT */
#include "toml_merge.h"

#include "memory.h"

void davit__toml_free(davit__toml *toml)
{
    for (size_t i = 0; i < toml->count; i++) {
        free(toml->entries[i].table);
        free(toml->entries[i].key);
        free(toml->entries[i].value);
    }
    free(toml->entries);
    *toml = (davit__toml){0};
}

static davit__toml_entry *find(const davit__toml *toml, const char *table, const char *key)
{
    for (size_t i = 0; i < toml->count; i++) {
        davit__toml_entry *entry = &toml->entries[i];
        if (strcmp(entry->table, table) == 0 && davit__same(entry->key, key)) {
            return entry;
        }
    }
    return NULL;
}

const char *davit__toml_get(const davit__toml *toml, const char *table, const char *key)
{
    const davit__toml_entry *entry = find(toml, table, key);
    return entry ? entry->value : NULL;
}

static int append(davit__toml *toml, const char *table, const char *key, const char *value,
                  davit_error *error)
{
    if (toml->count == toml->capacity) {
        size_t capacity = toml->capacity ? 2 * toml->capacity : 32;
        davit__toml_entry *entries = realloc(toml->entries, capacity * sizeof *entries);
        if (!entries) {
            return davit__error_no_memory(error);
        }
        toml->entries = entries;
        toml->capacity = capacity;
    }
    davit__toml_entry *entry = &toml->entries[toml->count++];
    *entry = (davit__toml_entry){0};
    int r = davit__copy(table, &entry->table, error);
    if (r == 0) {
        r = davit__copy(key, &entry->key, error);
    }
    if (r == 0) {
        r = davit__copy(value, &entry->value, error);
    }
    if (r < 0) {
        free(entry->table);
        free(entry->key);
        toml->count--;
    }
    return r;
}

int davit__toml_set(davit__toml *toml, const char *table, const char *key, const char *value,
                    davit_error *error)
{
    davit__toml_entry *entry = find(toml, table, key);
    if (!entry) {
        return append(toml, table, key, value, error);
    }
    char *copy = NULL;
    int r = davit__copy(value, &copy, error);
    if (r == 0) {
        free(entry->value);
        entry->value = copy;
    }
    return r;
}

/* ---- reading ---- */

static const char *skip_line(const char *at)
{
    return at + strcspn(at, "\n");
}

static const char *skip_space(const char *at, bool lines)
{
    for (;;) {
        at += strspn(at, lines ? " \t\r\n" : " \t\r");
        if (*at != '#' || !lines) {
            return at;
        }
        at = skip_line(at);
    }
}

/* Behind the string at `at`; NULL if it does not end. */
static const char *skip_string(const char *at)
{
    char quote = *at;
    bool escapes = quote == '"';
    bool many_lines = at[1] == quote && at[2] == quote;
    for (at += many_lines ? 3 : 1; *at; at++) {
        if (escapes && *at == '\\' && at[1]) {
            at++;
        } else if (*at == quote && !many_lines) {
            return at + 1;
        } else if (*at == quote && at[1] == quote && at[2] == quote) {
            at += 3;
            return at + strspn(at, quote == '"' ? "\"" : "'"); /* one or two may belong to it */
        } else if (*at == '\n' && !many_lines) {
            return NULL;
        }
    }
    return NULL;
}

/* Behind the key or the name of a table, which end at `end`; NULL if they do not. */
static const char *skip_name(const char *at, char end)
{
    while (at && *at != end) {
        if (*at == '\0' || strchr("\r\n#[]={}", *at)) {
            return NULL;
        }
        at = *at == '"' || *at == '\'' ? skip_string(at) : at + 1;
    }
    return at;
}

/* Behind the value; arrays and inline tables may go over lines and hold comments. */
static const char *skip_value(const char *at)
{
    int depth = 0;
    while (at && *at && (depth > 0 || (*at != '\n' && *at != '#'))) {
        if (*at == '"' || *at == '\'') {
            at = skip_string(at);
        } else if (*at == '#') {
            at = skip_line(at);
        } else {
            depth += *at == '[' || *at == '{';
            depth -= *at == ']' || *at == '}';
            at++;
        }
    }
    return depth == 0 ? at : NULL;
}

static char *copy_trimmed(const char *start, const char *end)
{
    start += strspn(start, " \t");
    while (end > start && strchr(" \t\r", end[-1])) {
        end--;
    }
    return strndup(start, (size_t)(end - start));
}

typedef struct reading {
    davit__toml *toml;
    const char *at;
    char *table;
    davit_error *error;
} reading;

/* 0: fine; 1: no TOML; < 0. */
static int read_table(reading *r)
{
    bool of_array = r->at[1] == '[';
    const char *start = r->at + 1 + of_array;
    const char *end = skip_name(start, ']');
    if (!end || (of_array && end[1] != ']')) {
        return 1;
    }
    r->at = skip_space(end + 1 + of_array, false);
    if (*r->at && *r->at != '\n' && *r->at != '#') {
        return 1;
    }
    DAVIT__FREE char *name = copy_trimmed(start, end);
    free(r->table);
    r->table = name ? davit__format(of_array ? "[%s]" : "%s", name) : NULL;
    if (!r->table) {
        return davit__error_no_memory(r->error);
    }
    if (of_array || !find(r->toml, r->table, NULL)) {
        return append(r->toml, r->table, NULL, NULL, r->error);
    }
    return 0;
}

static int read_entry(reading *r)
{
    const char *key_end = skip_name(r->at, '=');
    const char *value_end = key_end ? skip_value(key_end + 1) : NULL;
    if (!value_end) {
        return 1;
    }
    DAVIT__FREE char *key = copy_trimmed(r->at, key_end);
    DAVIT__FREE char *value = copy_trimmed(key_end + 1, value_end);
    if (!key || !value) {
        return davit__error_no_memory(r->error);
    }
    if (!key[0] || !value[0]) {
        return 1;
    }
    r->at = value_end;
    return r->table[0] == '[' ? append(r->toml, r->table, key, value, r->error)
                              : davit__toml_set(r->toml, r->table, key, value, r->error);
}

int davit__toml_add(davit__toml *toml, const char *text, davit_error *error)
{
    reading state = {.toml = toml, .at = skip_space(text, true), .error = error};
    state.table = strdup("");
    int r = state.table ? 0 : davit__error_no_memory(error);
    while (r == 0 && *state.at) {
        r = *state.at == '[' ? read_table(&state) : read_entry(&state);
        if (r == 0) {
            state.at = skip_space(state.at, true);
        }
    }
    free(state.table);
    if (r > 0) {
        size_t line = 1;
        for (const char *at = text; at < state.at; at++) {
            line += *at == '\n';
        }
        r = davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "line %zu: not valid TOML", line);
    }
    return r;
}

/* ---- writing ---- */

static void print_entry(const davit__toml_entry *entry, davit__buffer *text)
{
    if (entry->key) {
        davit__buffer_printf(text, "%s = %s\n", entry->key, entry->value);
    }
}

static bool is_first_of_table(const davit__toml *toml, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(toml->entries[i].table, toml->entries[index].table) == 0) {
            return false;
        }
    }
    return true;
}

static void print_table(const davit__toml *toml, size_t first, davit__buffer *text)
{
    const char *table = toml->entries[first].table;
    if (table[0]) {
        davit__buffer_printf(text, "[%s]\n", table);
    }
    for (size_t i = first; i < toml->count; i++) {
        if (strcmp(toml->entries[i].table, table) == 0) {
            print_entry(&toml->entries[i], text);
        }
    }
}

/* Elements of arrays of tables stay as they came, each with its head. */
static void print_element(const davit__toml *toml, size_t first, davit__buffer *text)
{
    davit__buffer_printf(text, "[%s]\n", toml->entries[first].table);
    for (size_t i = first + 1; i < toml->count && toml->entries[i].key &&
                               strcmp(toml->entries[i].table, toml->entries[first].table) == 0;
         i++) {
        print_entry(&toml->entries[i], text);
    }
}

void davit__toml_print(const davit__toml *toml, davit__buffer *text)
{
    for (int round = 0; round < 2; round++) { /* what stands before any table has to come first */
        for (size_t i = 0; i < toml->count; i++) {
            const davit__toml_entry *entry = &toml->entries[i];
            if ((entry->table[0] == '\0') != (round == 0)) {
                continue;
            }
            if (entry->table[0] == '[' && !entry->key) {
                print_element(toml, i, text);
            } else if (entry->table[0] != '[' && is_first_of_table(toml, i)) {
                print_table(toml, i, text);
            }
        }
    }
}
