/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "container_options.h"

static const cli_container_options defaults = CLI_CONTAINER_OPTIONS_INIT;

static int create(cli *self, const davit_container_config *config, void *context,
                  davit_error *error)
{
    return davit_container_create(self->engine, config, context, error);
}

static int run(cli *self, const cli_input *input)
{
    cli_container_options *options = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT_CLEANUP(davit_string_free) char *id = NULL;
    int code = cli_container_settle(self, options, input);
    if (code != 0) {
        return code;
    }
    if (options->dry_run) {
        return cli_open(self, &error) < 0 ? cli_container_fail(self, &error)
                                          : cli_container_show_request(self, options);
    }
    if (cli_open(self, &error) < 0 ||
        cli_container_create(self, options, create, &id, &error) < 0) {
        return cli_container_fail(self, &error);
    }
    cli_container_show_id(self, id);
    return 0;
}

const cli_command command_create = {
    .name = "create",
    .also = CLI_NAMES("container create"),
    .group = "Containers",
    .summary = "Create a container without starting it",
    .usage = "[OPTIONS] IMAGE [COMMAND] [ARG...]",
    .help = "Prints the container's id. What stands behind the image is the container's command; "
            "davit's own options go before the image.",
    .examples = "davit create --name web -p 8080:80 nginx:alpine",
    .tables = (cli_tables){cli_container_table, cli_limit_table, cli_isolation_table, NULL},
    .size = sizeof(cli_container_options),
    .defaults = &defaults,
    .least = 1,
    .most = CLI_ANY,
    .words = "an image",
    .first = CLI_OFFER_IMAGES,
    .stop_at_word = true,
    .failure = 125,
    .run = run,
};
