/* SPDX-License-Identifier: MIT */
#include "attach.h"
#include "commands.h"
#include "container_options.h"
#include "streams.h"

#include <stddef.h>
#include <string.h>

struct run_options {
    cli_container_options container; /* first, as its table expects */
    bool detach;
    bool signals;
    davit_runtime print; /* ANY: not */
    const char *detach_keys;
};

static const struct run_options defaults = {
    .container = CLI_CONTAINER_OPTIONS_INIT,
    .signals = true,
};

static int parse_program(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    (void)memory;
    bool podman = strcmp(text, "podman") == 0;
    if (!podman && strcmp(text, "docker") != 0) {
        return cli_error(error, DAVIT_ERROR_INVALID_CONFIG, "'%s': expected docker or podman",
                         text);
    }
    *(davit_runtime *)target = podman ? DAVIT_RUNTIME_PODMAN : DAVIT_RUNTIME_DOCKER;
    return 0;
}

static const cli_option options[] = {
    {.name = "detach",
     .letter = 'd',
     .kind = CLI_FLAG,
     .offset = offsetof(struct run_options, detach),
     .text = "Leave it running and print its id"},
    CLI_OPTION_DETACH_KEYS(struct run_options, detach_keys),
    {.name = "print",
     .kind = CLI_CUSTOM,
     .offset = offsetof(struct run_options, print),
     .placeholder = "docker|podman",
     .text = "Show the command line of docker or podman that does the same, and do nothing",
     .parse = parse_program},
    {.name = "sig-proxy",
     .kind = CLI_FLAG,
     .offset = offsetof(struct run_options, signals),
     .text = "Pass signals on to it (default true)"},
    {.name = NULL},
};

static int run_detached(cli *self, const davit_container_config *config, void *context,
                        davit_error *error)
{
    return davit_container_run(self->engine, config, context, error);
}

static int detached(cli *self, struct run_options *chosen)
{
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT_CLEANUP(davit_string_free) char *id = NULL;
    if (cli_container_create(self, &chosen->container, run_detached, &id, &error) < 0) {
        return cli_container_fail(self, &error);
    }
    cli_container_show_id(self, id);
    return 0;
}

struct foreground {
    davit_attach_options attach;
    int exit_code;
};

static int run_attached(cli *self, const davit_container_config *config, void *context,
                        davit_error *error)
{
    struct foreground *run = context;
    return davit_container_run_attached(self->engine, config, &run->attach, &run->exit_code, error);
}

/* It was started. Given up by a third Ctrl-C, by the first that is not passed on, or by --timeout;
 * or the engine failed, and nobody knows how it goes on. */
static int left_running(cli *self, const davit_error *cause, const char *id)
{
    davit_error error;
    if (cause->code != DAVIT_ERROR_CANCELLED && cause->code != DAVIT_ERROR_TIMEOUT) {
        cli_error(&error, cause->code, "%.900s; if it still runs, 'davit rm -f %.12s' ends it",
                  cause->message, id);
        return cli_fail(self, &error);
    }
    cli_error(&error, cause->code, "run: %s, and it is left running: 'davit rm -f %.12s' ends it",
              davit_error_name(cause->code), id);
    return cli_fail(self, &error);
}

static int foreground(cli *self, struct run_options *chosen)
{
    davit_error error = DAVIT_ERROR_INIT;
    const davit_container_config *config = &chosen->container.config;
    CLI_STREAMS streams;
    cli_streams_start(&streams, self->result ? CLI_STREAMS_CAPTURED : CLI_STREAMS_DIRECT);
    cli_attachment attachment = {
        .self = self,
        .streams = &streams,
        .input = config->open_stdin,
        .tty = config->tty,
        .signals = chosen->signals,
        .detach_keys = chosen->detach_keys,
        .resize = davit_container_resize,
    };
    struct foreground run = {.attach = cli_attach_options(&attachment)};
    if (cli_attach_prepare(&attachment, &error) < 0) {
        return cli_container_fail(self, &error);
    }
    int r = cli_container_create(self, &chosen->container, run_attached, &run, &error);
    cli_attach_end(&attachment);
    int code = cli_streams_end(self, &streams);
    if (code != 0) {
        return code;
    }
    if (r < 0 && attachment.id[0]) {
        return left_running(self, &error, attachment.id);
    }
    if (r < 0) {
        return cli_container_fail(self, &error);
    }
    if (self->result) {
        cli_streams_show(self, &streams, run.exit_code);
    }
    return run.exit_code;
}

/* Needs no engine. */
static int print_arguments(cli *self, const struct run_options *chosen)
{
    davit_error error = DAVIT_ERROR_INIT;
    char **arguments = NULL;
    size_t count = 0;
    DAVIT_CLEANUP(davit_string_free) char *line = NULL;
    int r = davit_container_to_run_args(&chosen->container.config, chosen->print, chosen->detach,
                                        &arguments, &count, &error);
    if (r == 0) {
        r = davit_shell_quote((const char *const *)arguments, count, &line, &error);
    }
    davit_arguments_free(arguments, count);
    if (r < 0) {
        return cli_container_fail(self, &error);
    }
    cli_print(&self->out, "%s\n", line);
    return 0;
}

static int run(cli *self, const cli_input *input)
{
    struct run_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    int code = cli_container_settle(self, &chosen->container, input);
    if (code != 0) {
        return code;
    }
    if (chosen->print != DAVIT_RUNTIME_ANY) {
        return print_arguments(self, chosen);
    }
    if (cli_open(self, &error) < 0) {
        return cli_container_fail(self, &error);
    }
    if (chosen->container.dry_run) {
        return cli_container_show_request(self, &chosen->container);
    }
    return chosen->detach ? detached(self, chosen) : foreground(self, chosen);
}

const cli_command command_run = {
    .name = "run",
    .also = CLI_NAMES("container run"),
    .group = "Containers",
    .summary = "Create a container from an image and start it",
    .usage = "[OPTIONS] IMAGE [COMMAND] [ARG...]",
    .help = "Shows the container's output, passes signals on to it and ends with its exit code; "
            "with -d it leaves it running and prints its id. What stands behind the image is the "
            "container's command; davit's own options go before the image.\n"
            "Exit codes of davit's own: 125 the container could not be run, 126 its command cannot "
            "be executed, 127 its command was not found.",
    .examples = "davit run --rm alpine echo hello\n"
                "davit run --rm -it alpine sh\n"
                "davit run -d --name web -p 8080:80 -m 512m --restart always nginx:alpine",
    .tables =
        (cli_tables){options, cli_container_table, cli_limit_table, cli_isolation_table, NULL},
    .size = sizeof(struct run_options),
    .defaults = &defaults,
    .least = 1,
    .most = CLI_ANY,
    .words = "an image",
    .first = CLI_OFFER_IMAGES,
    .stop_at_word = true,
    .failure = 125,
    .run = run,
};
