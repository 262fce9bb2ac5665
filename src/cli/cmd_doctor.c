/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "format.h"
#include "terminal.h"
#include "width.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

#define EXIT_PROBLEM 1

struct doctor_options {
    cli_look look;
};

static const cli_option options[] = {
    CLI_OPTION_FORMAT(struct doctor_options, look.format),
    {.name = "quiet",
     .letter = 'q',
     .kind = CLI_FLAG,
     .offset = offsetof(struct doctor_options, look.quiet),
     .text = "Warnings and problems only"},
    {.name = NULL},
};

static const char *const columns[] = {"level", "subject", "text", "remedy", NULL};
static const cli_view view = {
    .type = davit_finding_type,
    .size = sizeof(davit_finding),
    .id = "subject",
    .columns = columns,
};

static const char *colour_of(int level)
{
    switch (level) {
    case DAVIT_FINDING_OK:
        return "\033[32m";
    case DAVIT_FINDING_WARNING:
        return "\033[33m";
    case DAVIT_FINDING_PROBLEM:
        return "\033[31m";
    default:
        return "\033[36m";
    }
}

static void add_plain(cli_text *page, const char *prefix, const char *text, size_t indent)
{
    CLI_TEXT plain = CLI_TEXT_INIT;
    cli_text_string(&plain, prefix);
    cli_text_plain(&plain, text, strlen(text));
    cli_text_wrapped(page, plain.data, indent, cli_terminal_columns(STDOUT_FILENO, SIZE_MAX));
}

/* "warning  dns         no name server ...", and below it what to do. */
static void add_finding(cli_text *page, const davit_finding *finding, bool colours)
{
    const char *level = davit_enum_name(davit_finding_level_names(), finding->level);
    const char *subject = finding->subject ? finding->subject : "";
    cli_text_printf(page, "%s%-8s%s ", colours ? colour_of(finding->level) : "",
                    level ? level : "?", colours ? "\033[0m" : "");
    cli_text_printf(page, "%-12s ", subject);
    size_t indent = 9 + (strlen(subject) > 12 ? strlen(subject) : 12) + 1;
    add_plain(page, "", finding->text ? finding->text : "", indent);
    if (finding->remedy && finding->remedy[0]) {
        cli_text_pad(page, ' ', indent);
        add_plain(page, "remedy: ", finding->remedy, indent);
    }
}

static void show(cli *self, const davit_diagnosis *diagnosis, bool quiet)
{
    CLI_TEXT page = CLI_TEXT_INIT;
    bool colours = cli_terminal_has_colours(STDOUT_FILENO);
    for (size_t i = 0; i < diagnosis->count; i++) {
        if (!quiet || diagnosis->items[i].level >= DAVIT_FINDING_WARNING) {
            add_finding(&page, &diagnosis->items[i], colours);
        }
    }
    cli_write(&self->out, cli_text_get(&page), page.length);
}

static bool has_problem(const davit_diagnosis *diagnosis)
{
    for (size_t i = 0; i < diagnosis->count; i++) {
        if (diagnosis->items[i].level == DAVIT_FINDING_PROBLEM) {
            return true;
        }
    }
    return false;
}

static int run(cli *self, const cli_input *input)
{
    struct doctor_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT_CLEANUP(davit_diagnosis_free) davit_diagnosis *diagnosis = NULL;
    int code = cli_format_settle(self, &chosen->look.format, davit_finding_type());
    if (code != 0) {
        return code;
    }
    davit_engine_options engine;
    if (cli_engine_options(self, &engine, &error) < 0 ||
        davit_diagnose(&engine, &diagnosis, &error) < 0) {
        return cli_fail(self, &error);
    }
    if (chosen->look.format.kind == CLI_FORMAT_DEFAULT) {
        show(self, diagnosis, chosen->look.quiet);
    } else {
        const cli_look look = {.format = chosen->look.format};
        code = cli_show_list(self, &view, &look, diagnosis->items, diagnosis->count);
    }
    return code == 0 && has_problem(diagnosis) ? EXIT_PROBLEM : code;
}

const cli_command command_doctor = {
    .name = "doctor",
    .also = CLI_NAMES("system doctor"),
    .group = "Engine and davit",
    .summary = "Look at this machine and its engine, and say what to mend",
    .usage = "[OPTIONS]",
    .help = "Each finding comes with its remedy. The exit code is 1 if something does not work.",
    .examples = "davit doctor\n"
                "davit doctor --format json",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct doctor_options),
    .type = davit_finding_type,
    .run = run,
};
