/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "fields.h"
#include "format.h"
#include "width.h"

#include <stddef.h>
#include <string.h>

struct health_options {
    cli_look look;
};

static const cli_option options[] = {
    CLI_OPTION_FORMAT(struct health_options, look.format),
    {.name = "quiet",
     .letter = 'q',
     .kind = CLI_FLAG,
     .offset = offsetof(struct health_options, look.quiet),
     .text = "The status only"},
    {.name = NULL},
};

static const char *status_of(const davit_health *health)
{
    const char *name = davit_enum_name(davit_health_status_names(), health->status);
    return name ? name : "?";
}

/* "2024-01-31T10:00:00Z  exit 1, 0.25s", and the output below it. */
static void add_check(cli_text *page, const davit_health_log *check)
{
    DAVIT_CLEANUP(davit_string_free) char *time = NULL;
    if (check->start != 0 && davit_time_format(check->start, &time, NULL) < 0) {
        return;
    }
    cli_text_printf(page, "  %s  exit %lld", time ? time : "-", (long long)check->exit_code);
    if (check->start != 0 && check->end > check->start) {
        cli_text_printf(page, ", %.2fs", (double)(check->end - check->start) / 1e9);
    }
    cli_text_char(page, '\n');
    const char *output = check->output ? check->output : "";
    while (*output) {
        size_t length = strcspn(output, "\r\n");
        if (length > 0) {
            cli_text_string(page, "    ");
            cli_text_plain(page, output, length);
            cli_text_char(page, '\n');
        }
        output += length;
        output += *output != '\0';
    }
}

static void show(cli *self, const davit_health *health)
{
    cli_fields fields = {.memory = &self->memory};
    cli_fields_add(&fields, "Status", status_of(health));
    cli_fields_add(&fields, "Failing streak",
                   cli_format(&self->memory, "%lld", (long long)health->failing_streak));
    if (health->stale) {
        cli_fields_add(&fields, "Stale",
                       "nothing runs the checks at present; 'davit health watch' does");
    }
    cli_fields_print(self, &fields);
    CLI_TEXT page = CLI_TEXT_INIT;
    for (size_t i = 0; i < health->log_count; i++) {
        add_check(&page, &health->log[i]);
    }
    if (page.length > 0) {
        cli_print(&self->out, "Checks:\n%s", page.data);
    }
}

static int show_one(cli *self, const char *name, struct health_options *chosen)
{
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT_CLEANUP(davit_health_free) davit_health *health = NULL;
    int code = cli_format_settle(self, &chosen->look.format, davit_health_type());
    if (code != 0) {
        return code;
    }
    if (cli_open(self, &error) < 0 ||
        davit_container_health(self->engine, name, &health, &error) < 0) {
        return cli_fail(self, &error);
    }
    if (chosen->look.format.kind != CLI_FORMAT_DEFAULT) {
        return cli_show_one(self, davit_health_type(), &chosen->look.format, health);
    }
    if (chosen->look.quiet) {
        cli_print(&self->out, "%s\n", status_of(health));
    } else {
        show(self, health);
    }
    return 0;
}

static int on_change(void *context, const char *name, const davit_health *health)
{
    cli *self = context;
    cli_print(&self->out, "%s: %s", name, status_of(health));
    if (health->failing_streak > 0) {
        cli_print(&self->out, ", %lld failed in a row", (long long)health->failing_streak);
    }
    cli_put(&self->out, "\n");
    return cli_flush(&self->out) != 0;
}

static int watch(cli *self, const char *const *names, size_t count)
{
    davit_error error = DAVIT_ERROR_INIT;
    int r = cli_open(self, &error);
    if (r == 0) {
        r = davit_health_watch(self->engine, names, count, on_change, self, &error);
    }
    /* To be stopped is the usual end of watching. */
    return r < 0 && r != DAVIT_ERROR_CANCELLED ? cli_fail(self, &error) : 0;
}

static int run(cli *self, const cli_input *input)
{
    if (strcmp(input->words[0], "watch") == 0) {
        return watch(self, input->words + 1, input->count - 1);
    }
    if (input->count > 1) {
        return cli_misuse(self, NULL, "'%s' is one word too many: davit health %s", input->words[1],
                          self->command->usage);
    }
    return show_one(self, input->words[0], input->options);
}

const cli_command command_health = {
    .name = "health",
    .also = CLI_NAMES("container health"),
    .group = "Containers",
    .summary = "Show a container's health, or run health checks",
    .usage = "[OPTIONS] CONTAINER | watch [CONTAINER...]",
    .help = "Shows whether it is healthy, starting, unhealthy, or has no health check (none), how "
            "many checks have failed in a row, and the log of the last checks.\n"
            "Where the engine has no timer for health checks (Podman without systemd), 'davit "
            "health watch' runs them on time and prints each change: those of the containers "
            "named until they have ended, or those of all running containers until it is stopped.",
    .examples = "davit health web\n"
                "davit health -q web\n"
                "davit health watch",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct health_options),
    .least = 1,
    .most = CLI_ANY,
    .words = "a container",
    .first = CLI_OFFER_CONTAINERS,
    .others = CLI_OFFER_RUNNING,
    .type = davit_health_type,
    .run = run,
};
