/* SPDX-License-Identifier: MIT */
#include "fields.h"

#include "terminal.h"
#include "width.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* Words that are not written like others. */
static const char *const spellings[] = {"API", "CPU", "CPUs", "DNS", "ID",
                                        "OCI", "OOM", "OS",   "PID"};

static void add_word(cli_text *title, const char *word, size_t length)
{
    for (size_t i = 0; i < CLI_COUNT(spellings); i++) {
        if (strlen(spellings[i]) == length && strncasecmp(spellings[i], word, length) == 0) {
            cli_text_string(title, spellings[i]);
            return;
        }
    }
    char first = word[0];
    cli_text_char(title, title->length == 0 ? (char)toupper((unsigned char)first) : first);
    cli_text_add(title, word + 1, length - 1);
}

/* "storage_driver": "Storage driver" */
static const char *title_of(cli_memory *memory, const char *name)
{
    CLI_TEXT title = CLI_TEXT_INIT;
    while (*name) {
        size_t length = strcspn(name, "_");
        if (length > 0) {
            add_word(&title, name, length);
        }
        name += length;
        if (*name) {
            cli_text_char(&title, ' ');
            name++;
        }
    }
    return cli_copy(memory, cli_text_get(&title));
}

void cli_fields_add(cli_fields *fields, const char *title, const char *value)
{
    CLI_TEXT plain = CLI_TEXT_INIT;
    if (value && value[0]) {
        cli_text_plain(&plain, value, strlen(value));
        cli_strings_add(fields->memory, &fields->titles, title);
        cli_strings_add(fields->memory, &fields->values, cli_copy(fields->memory, plain.data));
    }
}

int cli_fields_add_object(cli_fields *fields, const davit_type *type, const void *object,
                          davit_error *error)
{
    for (size_t i = 0; i < davit_type_field_count(type); i++) {
        const davit_field_description field = davit_type_field(type, i);
        DAVIT_CLEANUP(davit_string_free) char *value = NULL;
        int r = davit_type_text(type, object, field.name, DAVIT_TEXT_WHOLE, &value, error);
        if (r < 0) {
            return r;
        }
        cli_fields_add(fields, title_of(fields->memory, field.name), value);
    }
    return 0;
}

void cli_fields_print(cli *self, const cli_fields *fields)
{
    size_t widest = 0;
    size_t columns = cli_page_columns(STDOUT_FILENO, SIZE_MAX);
    CLI_TEXT page = CLI_TEXT_INIT;
    for (size_t i = 0; i < fields->titles.count; i++) {
        size_t width = cli_width(fields->titles.items[i], strlen(fields->titles.items[i]));
        widest = width > widest ? width : widest;
    }
    for (size_t i = 0; i < fields->titles.count; i++) {
        const char *title = fields->titles.items[i];
        cli_text_printf(&page, "%s:", title);
        cli_text_pad(&page, ' ', widest + 2 - cli_width(title, strlen(title)));
        cli_text_wrapped(&page, fields->values.items[i], widest + 3, columns);
    }
    cli_write(&self->out, cli_text_get(&page), page.length);
}
