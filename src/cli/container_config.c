/* SPDX-License-Identifier: MIT */
/* From the options of `run` and `create` to a container. */
#include "container_options.h"

#include "transfer.h"

#include <string.h>
#include <strings.h>

#define CANNOT_BE_INVOKED 126
#define COMMAND_NOT_FOUND 127

static bool has_health_options(const cli_container_options *options)
{
    const davit_health_check *check = &options->config.health_check;
    return options->health_command || check->interval || check->timeout || check->start_period ||
           check->retries;
}

static int settle_health_check(cli *self, cli_container_options *options)
{
    static const char *const none[] = {"NONE"};
    davit_health_check *check = &options->config.health_check;
    if (options->no_health_check && has_health_options(options)) {
        return cli_misuse(self, NULL, "--no-healthcheck goes with no other --health option");
    }
    if (options->no_health_check) {
        check->test = none;
        check->test_count = 1;
    } else if (options->health_command && options->health_command[0]) {
        cli_strings test = {NULL, 0};
        cli_strings_add(&self->memory, &test, "CMD-SHELL");
        cli_strings_add(&self->memory, &test, options->health_command);
        check->test = test.items;
        check->test_count = test.count;
    }
    return 0;
}

int cli_container_settle(cli *self, cli_container_options *options, const cli_input *input)
{
    davit_container_config *config = &options->config;
    config->image = input->words[0];
    config->command = input->words + 1;
    config->command_count = input->count - 1;
    config->environment = options->environment.items;
    config->environment_count = options->environment.count;
    config->labels = options->labels.items;
    config->label_count = options->labels.count;
    config->ports = options->ports.items;
    config->port_count = options->ports.count;
    config->mounts = options->mounts.items;
    config->mount_count = options->mounts.count;
    if (config->auto_remove && config->restart_policy > DAVIT_RESTART_NO) {
        return cli_misuse(self, NULL, "--rm goes with no --restart");
    }
    return settle_health_check(self, options);
}

/* The library can pull as well, but shows nothing of it; here the engine is asked first, as the
 * image is nearly always there. */
int cli_container_create(cli *self, cli_container_options *options, cli_create_function create,
                         void *context, davit_error *error)
{
    davit_container_config config = options->config;
    int policy = config.pull_policy;
    config.pull_policy = DAVIT_PULL_NEVER;
    if (policy != DAVIT_PULL_ALWAYS) {
        int r = create(self, &config, context, error);
        if (r != DAVIT_ERROR_IMAGE_NOT_FOUND || policy == DAVIT_PULL_NEVER) {
            return r;
        }
        if (!options->quiet && !self->result) {
            cli_say(self, "%s: image %s is not here, pulling it", self->called, config.image);
        }
        *error = (davit_error)DAVIT_ERROR_INIT;
    }
    int r = cli_pull(self, config.image, NULL, options->quiet || self->result, error);
    return r < 0 ? r : create(self, &config, context, error);
}

static bool says(const davit_error *error, const char *text)
{
    return strcasestr(error->message, text) != NULL;
}

/* The engines tell it by the message only. */
static int invocation_code(const davit_error *error)
{
    if (!says(error, "exec: ") && !says(error, "executable file")) {
        return 0;
    }
    if (says(error, "not found") || says(error, "no such file or directory")) {
        return COMMAND_NOT_FOUND;
    }
    bool refused = says(error, "permission denied") || says(error, "is a directory") ||
                   says(error, "exec format error");
    return refused ? CANNOT_BE_INVOKED : 0;
}

int cli_container_fail(cli *self, const davit_error *error)
{
    int code = cli_fail(self, error);
    int invocation = invocation_code(error);
    return invocation ? invocation : code;
}

void cli_container_show_id(cli *self, const char *id)
{
    const cli_format_choice result = {.kind = CLI_FORMAT_RESULT};
    CLI_TEXT json = CLI_TEXT_INIT;
    if (!self->result) {
        cli_print(&self->out, "%s\n", id);
        return;
    }
    cli_text_string(&json, "{\"id\":");
    cli_text_json_string(&json, id);
    cli_text_char(&json, '}');
    cli_show_json(self, &result, json.data, -1);
}
