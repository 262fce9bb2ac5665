/* SPDX-License-Identifier: MIT */
#include "attach.h"
#include "commands.h"
#include "streams.h"

#include <stddef.h>

struct attach_options {
    const char *detach_keys;
    bool no_input;
    bool signals;
};

static const struct attach_options defaults = {.signals = true};

static const cli_option options[] = {
    CLI_OPTION_DETACH_KEYS(struct attach_options, detach_keys),
    {.name = "no-stdin",
     .kind = CLI_FLAG,
     .offset = offsetof(struct attach_options, no_input),
     .text = "Do not pass standard input on to it"},
    {.name = "sig-proxy",
     .kind = CLI_FLAG,
     .offset = offsetof(struct attach_options, signals),
     .text = "Pass signals on to it (default true)"},
    {.name = NULL},
};

/* Its settings say whether it has a terminal and reads input. */
static int attach(cli *self, const char *name, const struct attach_options *chosen,
                  cli_attachment *attachment, int *ret_exit_code, davit_error *error)
{
    DAVIT_CLEANUP(davit_container_info_free) davit_container_info *info = NULL;
    int r = davit_container_get(self->engine, name, &info, error);
    if (r < 0) {
        return r;
    }
    attachment->tty = info->tty;
    attachment->input = !chosen->no_input;
    const davit_attach_options streams = cli_attach_options(attachment);
    r = cli_attach_prepare(attachment, error);
    return r < 0 ? r : davit_container_attach(self->engine, name, &streams, ret_exit_code, error);
}

static int run(cli *self, const cli_input *input)
{
    const struct attach_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    if (cli_open(self, &error) < 0) {
        return cli_fail(self, &error);
    }
    CLI_STREAMS streams;
    cli_streams_start(&streams, CLI_STREAMS_DIRECT);
    cli_attachment attachment = {
        .self = self,
        .streams = &streams,
        .signals = chosen->signals,
        .detach_keys = chosen->detach_keys,
        .resize = davit_container_resize,
    };
    int exit_code = 0;
    int r = attach(self, input->words[0], chosen, &attachment, &exit_code, &error);
    cli_attach_end(&attachment);
    int code = cli_streams_end(self, &streams);
    if (code != 0) {
        return code;
    }
    return r < 0 ? cli_fail(self, &error) : exit_code;
}

const cli_command command_attach = {
    .name = "attach",
    .also = CLI_NAMES("container attach"),
    .group = "Containers",
    .summary = "Connect to the streams of a running container",
    .usage = "[OPTIONS] CONTAINER",
    .help =
        "Shows what it writes from now on, passes input and signals on to it, and ends with its "
        "exit code. Where it has a terminal, the keys ctrl-p ctrl-q leave it running and come "
        "back here.",
    .examples = "davit attach shell\n"
                "davit attach --no-stdin --sig-proxy=false web\n"
                "davit attach --detach-keys ctrl-a,d shell",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct attach_options),
    .defaults = &defaults,
    .least = 1,
    .words = "a container",
    .first = CLI_OFFER_RUNNING,
    .run = run,
};
