/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "format.h"
#include "table.h"
#include "terminal.h"

#include <string.h>
#include <unistd.h>

struct top_options {
    cli_format_choice format;
};

static const cli_option options[] = {
    CLI_OPTION_RESULT(struct top_options, format),
    {.name = NULL},
};

static void show_table(cli *self, const davit_process_table *processes)
{
    cli_table table = {.memory = &self->memory, .columns = processes->title_count};
    for (size_t i = 0; i < processes->title_count; i++) {
        cli_table_add(&table, processes->titles[i], strlen(processes->titles[i]));
    }
    for (size_t i = 0; i < processes->row_count * processes->title_count; i++) {
        cli_table_add(&table, processes->cells[i], strlen(processes->cells[i]));
    }
    CLI_TEXT text = CLI_TEXT_INIT;
    cli_table_render(&table, cli_terminal_columns(STDOUT_FILENO, 0), &text);
    cli_write(&self->out, cli_text_get(&text), text.length);
}

static void add_row(cli_text *json, char *const *cells, size_t count)
{
    cli_text_char(json, '[');
    for (size_t i = 0; i < count; i++) {
        cli_text_string(json, i > 0 ? "," : "");
        cli_text_json_string(json, cells[i]);
    }
    cli_text_char(json, ']');
}

static void show_result(cli *self, const cli_format_choice *format,
                        const davit_process_table *processes)
{
    CLI_TEXT json = CLI_TEXT_INIT;
    cli_text_string(&json, "{\"titles\":");
    add_row(&json, processes->titles, processes->title_count);
    cli_text_string(&json, ",\"processes\":[");
    for (size_t i = 0; i < processes->row_count; i++) {
        cli_text_string(&json, i > 0 ? "," : "");
        add_row(&json, processes->cells + i * processes->title_count, processes->title_count);
    }
    cli_text_string(&json, "]}");
    cli_show_json(self, format, json.data, -1);
}

static const char *join(cli *self, const char *const *words, size_t count)
{
    CLI_TEXT text = CLI_TEXT_INIT;
    for (size_t i = 0; i < count; i++) {
        cli_text_printf(&text, "%s%s", i > 0 ? " " : "", words[i]);
    }
    return cli_copy(&self->memory, cli_text_get(&text));
}

static int run(cli *self, const cli_input *input)
{
    const struct top_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT_CLEANUP(davit_process_table_free) davit_process_table *processes = NULL;
    const char *ps_options = join(self, input->words + 1, input->count - 1);
    if (cli_open(self, &error) < 0 ||
        davit_container_top(self->engine, input->words[0], ps_options, &processes, &error) < 0) {
        return cli_fail(self, &error);
    }
    if (self->result) {
        show_result(self, &chosen->format, processes);
    } else {
        show_table(self, processes);
    }
    return 0;
}

const cli_command command_top = {
    .name = "top",
    .also = CLI_NAMES("container top"),
    .group = "Containers",
    .summary = "Show what runs in a container",
    .usage = "[OPTIONS] CONTAINER [PS-OPTION...]",
    .help = "What stands behind the container is for ps, which Docker runs on its own machine and "
            "Podman in the container. davit's own options go before the container.",
    .examples = "davit top web\n"
                "davit top web -o pid,comm",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct top_options),
    .least = 1,
    .most = CLI_ANY,
    .words = "a container",
    .first = CLI_OFFER_RUNNING,
    .stop_at_word = true,
    .run = run,
};
