/* SPDX-License-Identifier: MIT */
#include "container_results.h"

#include "memory.h"

/* ---- top ---- */

/* Rows come as arrays of cells or, from Podman where a ps inside the container made them, as one
 * line each. A line has as many words as there are titles; the last is the rest of it. */
static const char *next_word(const char **line, bool last, size_t *ret_length)
{
    const char *start = *line + strspn(*line, " \t");
    size_t length = last ? strlen(start) : strcspn(start, " \t");
    *line = start + length;
    while (length > 0 && strchr(" \t\r\n", start[length - 1])) {
        length--;
    }
    *ret_length = length;
    return start;
}

static size_t count_words(const char *line)
{
    size_t count = 0, length;
    while (next_word(&line, false, &length), length > 0) {
        count++;
    }
    return count;
}

static int split(const char *line, char **cells, size_t count, davit_error *error)
{
    for (size_t i = 0; i < count; i++) {
        size_t length;
        const char *word = next_word(&line, i + 1 == count, &length);
        cells[i] = strndup(word, length);
        if (!cells[i]) {
            return davit__error_no_memory(error);
        }
    }
    return 0;
}

static const char *only_line(const json_t *row)
{
    return json_array_size(row) == 1 ? json_string_value(json_array_get(row, 0)) : NULL;
}

static int copy_cells(const json_t *row, char **cells, size_t count, davit_error *error)
{
    for (size_t i = 0; i < count; i++) {
        const char *cell = json_string_value(json_array_get(row, i));
        int r = davit__copy(cell ? cell : "", &cells[i], error);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

static int decode_titles(const json_t *titles, davit_process_table *table, davit_error *error)
{
    const char *line = only_line(titles);
    size_t count = line ? count_words(line) : json_array_size(titles);
    if (count == 0 || count > DAVIT__TOP_COLUMNS_MAX) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                                "the engine's answer: Titles: expected 1 to %d titles",
                                DAVIT__TOP_COLUMNS_MAX);
    }
    table->titles = calloc(count, sizeof *table->titles);
    if (!table->titles) {
        return davit__error_no_memory(error);
    }
    table->title_count = count;
    return line ? split(line, table->titles, count, error)
                : copy_cells(titles, table->titles, count, error);
}

static int decode_rows(const json_t *rows, davit_process_table *table, davit_error *error)
{
    size_t columns = table->title_count;
    size_t count = json_array_size(rows);
    table->cells = calloc(count * columns + 1, sizeof *table->cells);
    if (!table->cells) {
        return davit__error_no_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *row = json_array_get(rows, i);
        const char *line = columns > 1 ? only_line(row) : NULL;
        char **cells = table->cells + i * columns;
        table->row_count++;
        int r = line ? split(line, cells, columns, error) : copy_cells(row, cells, columns, error);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

int davit__process_table_decode(const json_t *json, davit_process_table **ret_table,
                                davit_error *error)
{
    DAVIT_CLEANUP(davit_process_table_free) davit_process_table *table = calloc(1, sizeof *table);
    if (!table) {
        return davit__error_no_memory(error);
    }
    int r = decode_titles(davit__json_at(json, "Titles"), table, error);
    if (r >= 0) {
        r = decode_rows(davit__json_at(json, "Processes"), table, error);
    }
    if (r >= 0) {
        *ret_table = DAVIT__TAKE(table);
    }
    return r;
}

static void free_texts(char **texts, size_t count)
{
    for (size_t i = 0; texts && i < count; i++) {
        free(texts[i]);
    }
    free(texts);
}

void davit_process_table_free(davit_process_table *table)
{
    if (table) {
        free_texts(table->titles, table->title_count);
        free_texts(table->cells, table->row_count * table->title_count);
        free(table);
    }
}

/* ---- diff ---- */

static int decode_kind(const davit__field *field, const json_t *value, void *object,
                       davit_error *error)
{
    json_int_t kind = json_integer_value(value);
    if (!json_is_integer(value) || kind < 0 || kind > INT32_MAX ||
        !davit_enum_name(davit_change_kind_names(), (int)kind)) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL, "Kind: expected 0, 1 or 2");
    }
    *DAVIT__MEMBER(int, object, field->offset) = (int)kind;
    return 0;
}

#define CHANGE(member, ...) DAVIT__FIELD(davit_file_change, member, __VA_ARGS__)
static const davit__field change_fields[] = {
    CHANGE(kind, ENUM, .names = davit_change_kind_names, .list = "Kind", .decode = decode_kind,
           .text = "modified, added or deleted"),
    CHANGE(path, STRING, .list = "Path", .text = "Path in the container"),
};
static const davit_type change_type = {
    DAVIT__TYPE("file change", davit_file_change, change_fields),
};

const davit_type *davit_file_change_type(void)
{
    return &change_type;
}

static int by_path(const void *a, const void *b)
{
    const davit_file_change *left = a, *right = b;
    return strcmp(left->path ? left->path : "", right->path ? right->path : "");
}

int davit__file_changes_decode(const json_t *json, davit_file_changes **ret_changes,
                               davit_error *error)
{
    size_t count = json_array_size(json); /* null: none */
    DAVIT_CLEANUP(davit_file_changes_free)
    davit_file_changes *changes = calloc(1, sizeof *changes);
    if (!changes || !(changes->items = calloc(count + 1, sizeof *changes->items))) {
        return davit__error_no_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        int r = davit__type_decode(&change_type, DAVIT__SHAPE_LIST, json_array_get(json, i),
                                   &changes->items[i], error);
        if (r < 0) {
            return davit__error_wrap(error, r, "the engine's answer: [%zu]", i);
        }
        changes->count++;
    }
    qsort(changes->items, count, sizeof *changes->items, by_path);
    *ret_changes = DAVIT__TAKE(changes);
    return 0;
}

void davit_file_changes_free(davit_file_changes *changes)
{
    if (changes) {
        for (size_t i = 0; i < changes->count; i++) {
            davit_type_clear(&change_type, &changes->items[i]);
        }
        free(changes->items);
        free(changes);
    }
}
