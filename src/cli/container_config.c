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
           check->start_interval || check->retries;
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

/* What is given of the network alone is meant for the first one. */
static int settle_first_network(cli *self, cli_container_options *options)
{
    cli_networks *networks = &options->networks;
    if (!options->ip && !options->ip6 && !options->mac && options->aliases.count == 0) {
        return 0;
    }
    if (networks->mode != DAVIT_NETWORK_DEFAULT) {
        return cli_misuse(self, NULL,
                          "--ip, --ip6, --mac-address and --network-alias go with a "
                          "network of its own, not with host, none or container:NAME");
    }
    if (networks->count == 0) {
        networks->items = cli_grow(&self->memory, NULL, 0, sizeof *networks->items);
        networks->items[networks->count++] = (davit_network_attachment){.network = "bridge"};
    }
    davit_network_attachment *first = &networks->items[0];
    if ((options->ip && first->ip) || (options->ip6 && first->ip6) ||
        (options->mac && first->mac) || (options->aliases.count > 0 && first->alias_count > 0)) {
        return cli_misuse(self, NULL,
                          "--ip, --ip6, --mac-address and --network-alias say again "
                          "what --network says of %s",
                          first->network);
    }
    first->ip = options->ip ? options->ip : first->ip;
    first->ip6 = options->ip6 ? options->ip6 : first->ip6;
    first->mac = options->mac ? options->mac : first->mac;
    if (options->aliases.count > 0) {
        first->aliases = options->aliases.items;
        first->alias_count = options->aliases.count;
    }
    return 0;
}

static int settle_networks(cli *self, cli_container_options *options)
{
    davit_container_config *config = &options->config;
    const cli_networks *networks = &options->networks;
    int code = settle_first_network(self, options);
    if (code != 0) {
        return code;
    }
    config->network_mode = networks->mode;
    config->network = networks->container;
    const davit_network_attachment *only = networks->count == 1 ? networks->items : NULL;
    if (only && !only->ip && !only->ip6 && !only->mac && only->alias_count == 0) {
        bool bridge = strcmp(only->network, "bridge") == 0;
        config->network_mode = bridge ? DAVIT_NETWORK_BRIDGE : DAVIT_NETWORK_NAMED;
        config->network = bridge ? NULL : only->network;
    } else {
        config->networks = networks->items;
        config->network_count = networks->count;
    }
    return 0;
}

/* Those of a file come first, so that the command line has the last word. */
static cli_pairs joined(cli_memory *memory, const cli_pairs *files, const cli_pairs *given,
                        const char *no_value)
{
    cli_pairs all = {NULL, 0};
    const cli_pairs *const parts[] = {files, given};
    for (size_t i = 0; i < CLI_COUNT(parts); i++) {
        for (size_t k = 0; k < parts[i]->count; k++) {
            const davit_pair *pair = &parts[i]->items[k];
            cli_pairs_add(memory, &all, pair->name, pair->value ? pair->value : no_value);
        }
    }
    return all;
}

#define SETTLE(list, count_member, from)                                                           \
    (config->list = options->from.items, config->count_member = options->from.count)

static void settle_lists(cli_container_options *options)
{
    davit_container_config *config = &options->config;
    SETTLE(ports, port_count, ports);
    SETTLE(mounts, mount_count, mounts);
    SETTLE(extra_hosts, extra_host_count, extra_hosts);
    SETTLE(dns_servers, dns_server_count, dns_servers);
    SETTLE(dns_search, dns_search_count, dns_search);
    SETTLE(dns_options, dns_option_count, dns_options);
    SETTLE(log_options, log_option_count, log_options);
    SETTLE(groups, group_count, groups);
    SETTLE(cap_add, cap_add_count, cap_add);
    SETTLE(cap_drop, cap_drop_count, cap_drop);
    SETTLE(devices, device_count, devices);
    SETTLE(gpus, gpu_count, gpus);
    SETTLE(security_options, security_option_count, security_options);
    SETTLE(sysctls, sysctl_count, sysctls);
    SETTLE(volumes_from, volumes_from_count, volumes_from);
    SETTLE(resources.ulimits, resources.ulimit_count, ulimits);
}

int cli_container_settle(cli *self, cli_container_options *options, const cli_input *input)
{
    davit_container_config *config = &options->config;
    config->image = input->words[0];
    config->command = input->words + 1;
    config->command_count = input->count - 1;
    cli_pairs environment =
        joined(&self->memory, &options->environment_files, &options->environment, NULL);
    config->environment = environment.items;
    config->environment_count = environment.count;
    cli_pairs labels = joined(&self->memory, &options->label_files, &options->labels, "");
    config->labels = labels.items;
    config->label_count = labels.count;
    settle_lists(options);
    if (config->auto_remove && config->restart_policy > DAVIT_RESTART_NO) {
        return cli_misuse(self, NULL, "--rm goes with no --restart");
    }
    int code = settle_networks(self, options);
    return code != 0 ? code : settle_health_check(self, options);
}

static int pull(cli *self, const davit_container_config *config, bool quiet, davit_error *error)
{
    davit_pull_options options = DAVIT_PULL_OPTIONS_INIT;
    options.platform = config->platform;
    return cli_pull(self, config->image, &options, quiet, error);
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
    int r = pull(self, &config, options->quiet || self->result, error);
    return r < 0 ? r : create(self, &config, context, error);
}

int cli_container_show_request(cli *self, const cli_container_options *options)
{
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT_CLEANUP(davit_string_free) char *request = NULL;
    if (davit_container_create_request(self->engine, &options->config, &request, &error) < 0) {
        return cli_container_fail(self, &error);
    }
    if (self->result) {
        const cli_format_choice result = {.kind = CLI_FORMAT_RESULT};
        cli_show_json(self, &result, request, -1);
    } else {
        cli_print(&self->out, "%s\n", request);
    }
    return 0;
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
