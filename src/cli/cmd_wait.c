/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "format.h"

#include <stddef.h>
#include <time.h>

struct wait_options {
    int condition; /* davit_wait_condition */
    bool healthy;
    int64_t timeout;
    cli_format_choice format;
};

static const cli_option options[] = {
    {.name = "condition",
     .kind = CLI_ENUM,
     .offset = offsetof(struct wait_options, condition),
     .placeholder = "CONDITION",
     .text = "Until not-running (default), next-exit, removed or healthy",
     .names = davit_wait_condition_names},
    CLI_OPTION_RESULT(struct wait_options, format),
    {.name = "healthy",
     .kind = CLI_FLAG,
     .offset = offsetof(struct wait_options, healthy),
     .text = "Until its health check says healthy; runs the checks where the engine has no timer"},
    {.name = "timeout",
     .kind = CLI_DURATION,
     .offset = offsetof(struct wait_options, timeout),
     .placeholder = "DURATION",
     .text = "Give up after so long, such as 30s; 0: never (the default)"},
    {.name = NULL},
};

static int64_t now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return DAVIT_SECONDS(at.tv_sec) + at.tv_nsec;
}

/* Wait for one. `deadline` 0: for as long as it takes. */
static int wait_one(cli *self, const char *name, davit_wait_condition condition, int64_t deadline,
                    int *ret_exit_code, davit_error *error)
{
    if (deadline == 0) {
        return davit_container_wait(self->engine, name, condition, ret_exit_code, error);
    }
    int64_t left = (deadline - now()) / 1000000;
    left = left < INT32_MAX ? left : INT32_MAX;
    const davit_scope_options limited = {
        .timeout_ms = left > 0 ? left : 1,
        .cancel = self->cancel,
    };
    DAVIT_CLEANUP(davit_engine_close) davit_engine *scope = NULL;
    int r = davit_engine_scope(self->engine, &limited, &scope, error);
    return r < 0 ? r : davit_container_wait(scope, name, condition, ret_exit_code, error);
}

static void add(cli *self, cli_text *results, const char *name, int exit_code, bool healthy)
{
    if (!self->result) {
        if (healthy) {
            cli_print(&self->out, "%s: healthy\n", name);
        } else {
            cli_print(&self->out, "%d\n", exit_code);
        }
        cli_flush(&self->out);
        return;
    }
    cli_text_printf(results, "%s{\"name\":", results->length ? "," : "");
    cli_text_json_string(results, name);
    cli_text_printf(results, healthy ? ",\"health\":\"healthy\"}" : ",\"exit_code\":%d}",
                    exit_code);
}

static int run(cli *self, const cli_input *input)
{
    const struct wait_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    int64_t deadline = chosen->timeout > 0 ? now() + chosen->timeout : 0;
    const davit_wait_condition condition =
        chosen->healthy ? DAVIT_WAIT_HEALTHY : (davit_wait_condition)chosen->condition;
    CLI_TEXT results = CLI_TEXT_INIT;
    int r = cli_open(self, &error);
    for (size_t i = 0; r == 0 && i < input->count; i++) {
        int exit_code = 0;
        r = wait_one(self, input->words[i], condition, deadline, &exit_code, &error);
        if (r == 0) {
            add(self, &results, input->words[i], exit_code, condition == DAVIT_WAIT_HEALTHY);
        }
    }
    if (r == DAVIT_ERROR_CANCELLED && !self->result) {
        return cli_exit_code(self, &error);
    }
    if (r < 0) {
        return cli_fail(self, &error);
    }
    if (self->result) {
        CLI_TEXT array = CLI_TEXT_INIT;
        cli_text_printf(&array, "[%s]", cli_text_get(&results));
        cli_show_json(self, &chosen->format, array.data, (int64_t)input->count);
    }
    return 0;
}

const cli_command command_wait = {
    .name = "wait",
    .also = CLI_NAMES("container wait"),
    .group = "Containers",
    .summary = "Wait until containers end, are healthy, or are gone",
    .usage = "[OPTIONS] CONTAINER...",
    .help = "Prints the exit code of each. With --healthy it fails when a container ends, turns "
            "unhealthy or has no health check; with --timeout the exit code is 124 when time is "
            "up.",
    .examples = "davit wait job\n"
                "davit wait --healthy --timeout 1m web db\n"
                "davit wait --condition removed job",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct wait_options),
    .least = 1,
    .most = CLI_ANY,
    .words = "a container",
    .first = CLI_OFFER_CONTAINERS,
    .others = CLI_OFFER_CONTAINERS,
    .run = run,
};
