/* SPDX-License-Identifier: MIT */
#include "format.h"

#include "table.h"
#include "terminal.h"

#include <string.h>
#include <unistd.h>

#define JSON_INDENT 2

const char *const cli_format_choices[] = {"table", "json", "result", NULL};
const char *const cli_result_choices[] = {"result", NULL};

/* "\t" and "\n", as shells hand them over, replaced by what they mean. */
static const char *unescape(cli_memory *memory, const char *text)
{
    char *copy = cli_copy(memory, text);
    char *to = copy;
    for (const char *from = copy; *from; from++) {
        bool escaped = from[0] == '\\' && (from[1] == 't' || from[1] == 'n');
        *to++ = !escaped ? *from : from[1] == 't' ? '\t' : '\n';
        from += escaped;
    }
    *to = '\0';
    return copy;
}

int cli_format_parse(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    cli_format_choice *choice = target;
    static const struct {
        const char *name;
        cli_format_kind kind;
    } kinds[] = {
        {"table", CLI_FORMAT_DEFAULT},
        {"json", CLI_FORMAT_JSON},
        {"result", CLI_FORMAT_RESULT},
    };
    for (size_t i = 0; i < CLI_COUNT(kinds); i++) {
        if (strcmp(text, kinds[i].name) == 0) {
            choice->kind = kinds[i].kind;
            return 0;
        }
    }
    bool table = strncmp(text, "table ", 6) == 0;
    if (!strstr(text, "{{")) {
        return cli_error(error, DAVIT_ERROR_INVALID_CONFIG,
                         "'%s': expected table, json, result, or a template such as '{{.Name}}'",
                         text);
    }
    choice->kind = table ? CLI_FORMAT_TABLE : CLI_FORMAT_TEMPLATE;
    choice->text = unescape(memory, table ? text + 6 : text);
    return 0;
}

int cli_format_parse_result(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    (void)memory;
    cli_format_choice *choice = target;
    if (strcmp(text, "result") == 0) {
        choice->kind = CLI_FORMAT_RESULT;
        return 0;
    }
    return cli_error(error, DAVIT_ERROR_INVALID_CONFIG, "'%s': expected result", text);
}

int cli_parse_filter(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    size_t length = strcspn(text, "=");
    if (length == 0 || text[length] == '\0') {
        return cli_error(error, DAVIT_ERROR_INVALID_CONFIG,
                         "'%s': expected NAME=VALUE such as label=tier=web", text);
    }
    cli_pairs_add(memory, target, cli_copy_bytes(memory, text, length), text + length + 1);
    return 0;
}

int cli_format_settle(cli *self, cli_format_choice *choice, const davit_type *type)
{
    davit_error error = DAVIT_ERROR_INIT;
    if (!choice->text) {
        return 0;
    }
    davit_template_free(self->parsed_template);
    self->parsed_template = NULL;
    if (davit_template_parse(choice->text, type, &self->parsed_template, &error) < 0) {
        return cli_misuse(self, NULL, "--format: %s", error.message);
    }
    choice->parsed = self->parsed_template;
    return 0;
}

bool cli_format_needs_detail(const cli_format_choice *choice)
{
    return choice->kind == CLI_FORMAT_JSON || choice->kind == CLI_FORMAT_RESULT ||
           (choice->parsed && davit_template_needs_detail(choice->parsed));
}

void cli_show_json(cli *self, const cli_format_choice *choice, const char *json, int64_t count)
{
    if (choice->kind != CLI_FORMAT_RESULT) {
        cli_print(&self->out, "%s\n", json);
        return;
    }
    cli_put(&self->out, "{\"success\":true,");
    if (count >= 0) {
        cli_print(&self->out, "\"count\":%lld,", (long long)count);
    }
    cli_print(&self->out, "\"data\":%s,\"error\":null}\n", json);
}

/* One object's JSON as an item of an array. */
static int add_item(cli_text *array, const davit_type *type, const void *object, bool indented,
                    davit_error *error)
{
    DAVIT_CLEANUP(davit_string_free) char *json = NULL;
    int r = davit_type_to_json(type, object, indented ? JSON_INDENT : 0, &json, error);
    if (r < 0) {
        return r;
    }
    if (array->length > 1) {
        cli_text_char(array, ',');
    }
    if (indented) {
        cli_text_string(array, "\n  ");
        cli_text_indented(array, json, JSON_INDENT);
    } else {
        cli_text_string(array, json);
    }
    return 0;
}

static int show_array(cli *self, const cli_view *view, const cli_format_choice *choice,
                      const void *items, size_t count)
{
    davit_error error = DAVIT_ERROR_INIT;
    CLI_TEXT array = CLI_TEXT_INIT;
    bool indented = choice->kind == CLI_FORMAT_JSON;
    cli_text_char(&array, '[');
    for (size_t i = 0; i < count; i++) {
        const void *item = (const char *)items + i * view->size;
        if (add_item(&array, view->type(), item, indented, &error) < 0) {
            return cli_fail(self, &error);
        }
    }
    cli_text_string(&array, indented && count > 0 ? "\n]" : "]");
    cli_show_json(self, choice, array.data, (int64_t)count);
    return 0;
}

static int show_ids(cli *self, const cli_view *view, const cli_look *look, const void *items,
                    size_t count)
{
    davit_error error = DAVIT_ERROR_INIT;
    for (size_t i = 0; i < count; i++) {
        DAVIT_CLEANUP(davit_string_free) char *id = NULL;
        if (davit_type_text(view->type(), (const char *)items + i * view->size, view->id,
                            look->whole ? DAVIT_TEXT_WHOLE : DAVIT_TEXT_TABLE, &id, &error) < 0) {
            return cli_fail(self, &error);
        }
        cli_print(&self->out, "%s\n", id);
    }
    return 0;
}

static void print_table(cli *self, const cli_table *table, bool whole)
{
    CLI_TEXT text = CLI_TEXT_INIT;
    cli_table_render(table, whole ? 0 : cli_page_columns(STDOUT_FILENO, 0), &text);
    cli_write(&self->out, cli_text_get(&text), text.length);
}

/* "exit_code" and "CreatedAt" as heads: EXIT CODE, CREATED AT. */
static void add_title_of_name(cli_text *head, const char *name)
{
    bool after_lower = false;
    for (; *name; name++) {
        bool lower = *name >= 'a' && *name <= 'z';
        bool upper = *name >= 'A' && *name <= 'Z';
        if (upper && after_lower) {
            cli_text_char(head, ' ');
        }
        cli_text_char(head, lower ? (char)(*name - 'a' + 'A') : *name == '_' ? ' ' : *name);
        after_lower = lower;
    }
}

/* A column's head: the field's own, docker's for a name of its lists, or else the name. */
static void add_title(cli_text *head, const davit_type *type, const char *name)
{
    static const char *const ages[] = {"RunningFor", "CreatedSince"};
    for (size_t i = 0; i < CLI_COUNT(ages); i++) {
        if (strcmp(name, ages[i]) == 0) {
            cli_text_string(head, "CREATED");
            return;
        }
    }
    int index = davit_type_find(type, name);
    if (index >= 0) {
        const davit_field_description field = davit_type_field(type, (size_t)index);
        if (strcmp(field.title, field.name) != 0) {
            cli_text_string(head, field.title);
            return;
        }
    }
    add_title_of_name(head, name);
}

static void add_soft_columns(cli_table *table, const cli_view *view)
{
    for (size_t i = 0; view->soft && view->soft[i]; i++) {
        for (size_t column = 0; column < table->columns; column++) {
            bool same = strcmp(view->columns[column], view->soft[i]) == 0;
            if (same && table->soft_count < CLI_TABLE_SOFT) {
                table->soft[table->soft_count++] = column;
            }
        }
    }
}

static davit_text_style style_of(const cli_look *look, const davit_type *type, const char *column)
{
    int index = look->exact ? davit_type_find(type, column) : -1;
    davit_kind kind = index >= 0 ? davit_type_field(type, (size_t)index).kind : DAVIT_KIND_STRING;
    if (kind == DAVIT_KIND_BYTES || kind == DAVIT_KIND_TIME) {
        return DAVIT_TEXT_PLAIN;
    }
    return look->whole ? DAVIT_TEXT_WHOLE : DAVIT_TEXT_TABLE;
}

static int show_table(cli *self, const cli_view *view, const cli_look *look, const void *items,
                      size_t count)
{
    const davit_type *type = view->type();
    davit_error error = DAVIT_ERROR_INIT;
    cli_table table = {.memory = &self->memory};
    for (; view->columns[table.columns]; table.columns++) {
        CLI_TEXT title = CLI_TEXT_INIT;
        add_title(&title, type, view->columns[table.columns]);
        cli_table_add(&table, cli_text_get(&title), title.length);
    }
    add_soft_columns(&table, view);
    for (size_t i = 0; i < count * table.columns; i++) {
        const void *item = (const char *)items + i / table.columns * view->size;
        const char *column = view->columns[i % table.columns];
        DAVIT_CLEANUP(davit_string_free) char *cell = NULL;
        if (davit_type_text(type, item, column, style_of(look, type, column), &cell, &error) < 0) {
            return cli_fail(self, &error);
        }
        cli_table_add(&table, cell, strlen(cell));
    }
    print_table(self, &table, look->whole);
    return 0;
}

/* The head of a "table TEMPLATE": the template with titles in the place of its fields. */
static void add_titles(cli_text *head, const davit_type *type, const char *template)
{
    const char *open;
    while ((open = strstr(template, "{{"))) {
        const char *close = strstr(open, "}}");
        const char *dot = close ? memchr(open, '.', (size_t)(close - open)) : NULL;
        cli_text_add(head, template, (size_t)(open - template));
        if (!close) {
            return;
        }
        CLI_TEXT field = CLI_TEXT_INIT;
        size_t length = dot ? strcspn(dot + 1, " .|)}") : 0;
        cli_text_add(&field, dot ? dot + 1 : "", length);
        add_title(head, type, cli_text_get(&field));
        template = close + 2;
    }
    cli_text_string(head, template);
}

static size_t count_columns(const char *template)
{
    size_t count = 1;
    for (; *template; template ++) {
        count += *template == '\t';
    }
    return count;
}

static int show_template(cli *self, const cli_view *view, const cli_look *look, const void *items,
                         size_t count)
{
    davit_error error = DAVIT_ERROR_INIT;
    bool in_table = look->format.kind == CLI_FORMAT_TABLE;
    davit_template_set_style(self->parsed_template,
                             look->whole ? DAVIT_TEXT_WHOLE : DAVIT_TEXT_TABLE);
    cli_table table = {.memory = &self->memory, .columns = count_columns(look->format.text)};
    CLI_TEXT head = CLI_TEXT_INIT;
    add_titles(&head, view->type(), look->format.text);
    cli_table_add_row(&table, cli_text_get(&head));
    for (size_t i = 0; i < count; i++) {
        DAVIT_CLEANUP(davit_string_free) char *line = NULL;
        const void *item = (const char *)items + i * view->size;
        if (davit_template_render(look->format.parsed, view->type(), item, NULL, &line, &error) <
            0) {
            return cli_fail(self, &error);
        }
        if (in_table) {
            cli_table_add_row(&table, line);
        } else {
            cli_print(&self->out, "%s\n", line);
        }
    }
    if (in_table) {
        print_table(self, &table, look->whole);
    }
    return 0;
}

int cli_show_list(cli *self, const cli_view *view, const cli_look *look, const void *items,
                  size_t count)
{
    switch (look->format.kind) {
    case CLI_FORMAT_JSON:
    case CLI_FORMAT_RESULT:
        return show_array(self, view, &look->format, items, count);
    case CLI_FORMAT_TEMPLATE:
    case CLI_FORMAT_TABLE:
        return look->quiet ? show_ids(self, view, look, items, count)
                           : show_template(self, view, look, items, count);
    case CLI_FORMAT_DEFAULT:
        break;
    }
    return look->quiet ? show_ids(self, view, look, items, count)
                       : show_table(self, view, look, items, count);
}

static int show_object(cli *self, const davit_type *type, const cli_format_choice *choice,
                       const void *object, davit_error *error)
{
    DAVIT_CLEANUP(davit_string_free) char *text = NULL;
    int r;
    if (choice->parsed) {
        r = davit_template_render(choice->parsed, type, object, NULL, &text, error);
    } else {
        int indent = choice->kind == CLI_FORMAT_JSON ? JSON_INDENT : 0;
        r = davit_type_to_json(type, object, indent, &text, error);
    }
    if (r < 0) {
        return r;
    }
    if (choice->parsed) {
        cli_print(&self->out, "%s\n", text);
    } else {
        cli_show_json(self, choice, text, -1);
    }
    return 0;
}

int cli_show_one(cli *self, const davit_type *type, const cli_format_choice *choice,
                 const void *object)
{
    davit_error error = DAVIT_ERROR_INIT;
    return show_object(self, type, choice, object, &error) < 0 ? cli_fail(self, &error) : 0;
}
