/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "format.h"
#include "streams.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct logs_options {
    davit_logs_options logs;
    cli_format_choice format;
};

static const struct logs_options defaults = {.logs = DAVIT_LOGS_OPTIONS_INIT};

static int parse_tail(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    (void)memory;
    char *end = NULL;
    if (strcmp(text, "all") == 0) {
        *(int64_t *)target = DAVIT_UNSET;
        return 0;
    }
    errno = 0;
    long long lines = strtoll(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || errno) {
        return cli_error(error, DAVIT_ERROR_INVALID_CONFIG,
                         "'%s': expected a number of lines, or all", text);
    }
    *(int64_t *)target = lines;
    return 0;
}

static const char *const tails[] = {"all", NULL};

static const cli_option options[] = {
    {.name = "follow",
     .letter = 'f',
     .kind = CLI_FLAG,
     .offset = offsetof(struct logs_options, logs.follow),
     .text = "Go on with what comes, until the container ends"},
    CLI_OPTION_RESULT(struct logs_options, format),
    {.name = "since",
     .kind = CLI_TIME,
     .offset = offsetof(struct logs_options, logs.since),
     .placeholder = "TIME",
     .text = "Only what is newer: 2024-01-31T10:00:00Z, or 10m for ten minutes ago"},
    {.name = "tail",
     .letter = 'n',
     .kind = CLI_CUSTOM,
     .offset = offsetof(struct logs_options, logs.tail),
     .placeholder = "LINES",
     .text = "Only so many lines from the end (default all)",
     .parse = parse_tail,
     .offer = CLI_OFFER_CHOICES,
     .choices = tails},
    {.name = "timestamps",
     .letter = 't',
     .kind = CLI_FLAG,
     .offset = offsetof(struct logs_options, logs.timestamps),
     .text = "The time in front of each line"},
    {.name = "until",
     .kind = CLI_TIME,
     .offset = offsetof(struct logs_options, logs.until),
     .placeholder = "TIME",
     .text = "Only what is older; as --since"},
    {.name = NULL},
};

static cli_streams_mode mode_of(const struct logs_options *chosen)
{
    if (chosen->format.kind == CLI_FORMAT_RESULT) {
        return CLI_STREAMS_CAPTURED;
    }
    return chosen->logs.follow ? CLI_STREAMS_DIRECT : CLI_STREAMS_BUFFERED;
}

static int run(cli *self, const cli_input *input)
{
    const struct logs_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    if (cli_open(self, &error) < 0) {
        return cli_fail(self, &error);
    }
    CLI_STREAMS streams;
    cli_streams_start(&streams, mode_of(chosen));
    int r = davit_container_logs(self->engine, input->words[0], &chosen->logs, cli_streams_output,
                                 &streams, &error);
    int code = cli_streams_end(self, &streams);
    if (code != 0 || r == 0) {
        if (code == 0 && streams.mode == CLI_STREAMS_CAPTURED) {
            cli_streams_show(self, &streams, 0);
        }
        return code;
    }
    /* Ctrl-C is the usual end of following. */
    return r == DAVIT_ERROR_CANCELLED ? cli_exit_code(self, &error) : cli_fail(self, &error);
}

const cli_command command_logs = {
    .name = "logs",
    .also = CLI_NAMES("container logs"),
    .group = "Containers",
    .summary = "Show a container's output",
    .usage = "[OPTIONS] CONTAINER",
    .help = "What the container wrote to stdout goes to stdout, what it wrote to stderr to stderr.",
    .examples = "davit logs web\n"
                "davit logs -f --tail 20 web\n"
                "davit logs --since 10m -t web",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct logs_options),
    .defaults = &defaults,
    .least = 1,
    .words = "a container",
    .first = CLI_OFFER_CONTAINERS,
    .run = run,
};
