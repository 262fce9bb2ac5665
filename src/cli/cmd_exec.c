/* SPDX-License-Identifier: MIT */
#include "attach.h"
#include "commands.h"
#include "container_values.h"
#include "format.h"
#include "streams.h"

#include <stddef.h>

struct exec_options {
    davit_exec_config config;
    cli_pairs environment;
    bool input;
    const char *detach_keys;
    cli_format_choice format;
};

static const struct exec_options defaults = {.config = DAVIT_EXEC_CONFIG_INIT};

static const cli_option options[] = {
    {.name = "detach",
     .letter = 'd',
     .kind = CLI_FLAG,
     .offset = offsetof(struct exec_options, config.detach),
     .text = "Start the command and leave it running"},
    CLI_OPTION_DETACH_KEYS(struct exec_options, detach_keys),
    {.name = "env",
     .letter = 'e',
     .kind = CLI_PAIRS,
     .offset = offsetof(struct exec_options, environment),
     .placeholder = "NAME[=VALUE]",
     .text = "Set an environment variable; NAME alone takes its value from davit's environment"},
    CLI_OPTION_RESULT(struct exec_options, format),
    {.name = "interactive",
     .letter = 'i',
     .kind = CLI_FLAG,
     .offset = offsetof(struct exec_options, input),
     .text = "Pass standard input on to it"},
    {.name = "privileged",
     .kind = CLI_FLAG,
     .offset = offsetof(struct exec_options, config.privileged),
     .text = "Give it extended rights"},
    {.name = "tty",
     .letter = 't',
     .kind = CLI_FLAG,
     .offset = offsetof(struct exec_options, config.tty),
     .text = "Give it a terminal"},
    {.name = "user",
     .letter = 'u',
     .kind = CLI_STRING,
     .offset = offsetof(struct exec_options, config.user),
     .placeholder = "USER[:GROUP]",
     .text = "Run as this user, by name or number"},
    {.name = "workdir",
     .letter = 'w',
     .kind = CLI_CUSTOM,
     .offset = offsetof(struct exec_options, config.workdir),
     .placeholder = "PATH",
     .text = "Folder in the container to run in",
     .parse = cli_parse_absolute},
    {.name = NULL},
};

static int execute(cli *self, const char *name, const struct exec_options *chosen,
                   cli_attachment *attachment)
{
    davit_error error = DAVIT_ERROR_INIT;
    int exit_code = 0;
    const davit_attach_options attach = cli_attach_options(attachment);
    int r = cli_attach_prepare(attachment, &error);
    if (r == 0) {
        r = davit_container_exec(self->engine, name, &chosen->config, &attach, &exit_code, &error);
    }
    cli_attach_end(attachment);
    int code = cli_streams_end(self, attachment->streams);
    if (code != 0) {
        return code;
    }
    if (r < 0) {
        return cli_fail(self, &error);
    }
    if (self->result) {
        cli_streams_show(self, attachment->streams, exit_code);
    }
    return exit_code;
}

static int run(cli *self, const cli_input *input)
{
    struct exec_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    chosen->config.command = input->words + 1;
    chosen->config.command_count = input->count - 1;
    chosen->config.environment = chosen->environment.items;
    chosen->config.environment_count = chosen->environment.count;
    if (cli_open(self, &error) < 0) {
        return cli_fail(self, &error);
    }
    CLI_STREAMS streams;
    cli_streams_start(&streams, self->result ? CLI_STREAMS_CAPTURED : CLI_STREAMS_DIRECT);
    cli_attachment attachment = {
        .self = self,
        .streams = &streams,
        .input = chosen->input && !chosen->config.detach,
        .tty = chosen->config.tty,
        .detach_keys = chosen->detach_keys,
        .resize = davit_exec_resize,
    };
    return execute(self, input->words[0], chosen, &attachment);
}

const cli_command command_exec = {
    .name = "exec",
    .also = CLI_NAMES("container exec"),
    .group = "Containers",
    .summary = "Run a command in a running container",
    .usage = "[OPTIONS] CONTAINER COMMAND [ARG...]",
    .help = "Shows the command's output and ends with its exit code. davit's own options go before "
            "the container.",
    .examples = "davit exec web ls /\n"
                "davit exec -it -u root web sh\n"
                "davit exec -i db psql < dump.sql",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct exec_options),
    .defaults = &defaults,
    .least = 2,
    .most = CLI_ANY,
    .words = "a container and a command",
    .first = CLI_OFFER_RUNNING,
    .stop_at_word = true,
    .failure = 125,
    .run = run,
};
