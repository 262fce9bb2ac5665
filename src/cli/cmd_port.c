/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "format.h"

#include <stdlib.h>
#include <string.h>

struct port_options {
    cli_format_choice format;
};

static const cli_option options[] = {
    CLI_OPTION_RESULT(struct port_options, format),
    {.name = NULL},
};

/* What is asked for: "80", "53/udp". */
struct wanted {
    int64_t port; /* 0: all */
    int protocol;
};

static int parse(const char *text, struct wanted *ret_wanted, davit_error *error)
{
    char *end;
    long port = strtol(text, &end, 10);
    int protocol = DAVIT_PROTOCOL_TCP;
    bool digits = text[0] >= '0' && text[0] <= '9';
    bool known = *end == '\0' || (*end == '/' && davit_enum_parse(davit_protocol_names(), end + 1,
                                                                  &protocol, NULL) == 0);
    if (!digits || !known || port < 1 || port > 65535) {
        return cli_error(error, DAVIT_ERROR_INVALID_CONFIG,
                         "'%s': expected a port of the container such as 80 or 53/udp", text);
    }
    *ret_wanted = (struct wanted){port, protocol};
    return 0;
}

static bool matches(const davit_port_info *port, const struct wanted *wanted)
{
    return port->host_port > 0 && (wanted->port == 0 || (port->container_port == wanted->port &&
                                                         port->protocol == wanted->protocol));
}

static void add_address(cli_text *text, const davit_port_info *port)
{
    const char *ip = port->host_ip && port->host_ip[0] ? port->host_ip : "0.0.0.0";
    cli_text_printf(text, strchr(ip, ':') ? "[%s]:%lld" : "%s:%lld", ip,
                    (long long)port->host_port);
}

static void add_json(cli_text *json, const davit_port_info *port, const char *address)
{
    cli_text_printf(json, "%s{\"container\":\"%lld/%s\",\"host\":", json->length > 1 ? "," : "",
                    (long long)port->container_port,
                    davit_enum_name(davit_protocol_names(), port->protocol));
    cli_text_json_string(json, address);
    cli_text_char(json, '}');
}

/* Returns how many there were. */
static size_t show(cli *self, const davit_container_info *info, const struct wanted *wanted,
                   cli_text *json)
{
    size_t count = 0;
    for (size_t i = 0; i < info->port_count; i++) {
        const davit_port_info *port = &info->ports[i];
        CLI_TEXT address = CLI_TEXT_INIT;
        if (!matches(port, wanted)) {
            continue;
        }
        count++;
        add_address(&address, port);
        add_json(json, port, address.data);
        if (self->result) {
            continue;
        }
        if (wanted->port == 0) {
            cli_print(&self->out, "%lld/%s -> ", (long long)port->container_port,
                      davit_enum_name(davit_protocol_names(), port->protocol));
        }
        cli_print(&self->out, "%s\n", address.data);
    }
    return count;
}

static int run(cli *self, const cli_input *input)
{
    const struct port_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    struct wanted wanted = {0};
    if (input->count > 1 && parse(input->words[1], &wanted, &error) < 0) {
        return cli_misuse(self, NULL, "%s", error.message);
    }
    DAVIT_CLEANUP(davit_container_info_free) davit_container_info *info = NULL;
    if (cli_open(self, &error) < 0 ||
        davit_container_get(self->engine, input->words[0], &info, &error) < 0) {
        return cli_fail(self, &error);
    }
    CLI_TEXT json = CLI_TEXT_INIT;
    cli_text_char(&json, '[');
    size_t count = show(self, info, &wanted, &json);
    if (count == 0 && wanted.port > 0) {
        cli_error(&error, DAVIT_ERROR_CONTAINER, "port %s: %s has not published it",
                  input->words[1], input->words[0]);
        return cli_fail(self, &error);
    }
    cli_text_char(&json, ']');
    if (self->result) {
        cli_show_json(self, &chosen->format, json.data, (int64_t)count);
    }
    return 0;
}

const cli_command command_port = {
    .name = "port",
    .also = CLI_NAMES("container port"),
    .group = "Containers",
    .summary = "Show where a container's ports are published",
    .usage = "[OPTIONS] CONTAINER [PORT[/PROTOCOL]]",
    .examples = "davit port web\n"
                "davit port web 80\n"
                "davit port dns 53/udp",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct port_options),
    .least = 1,
    .most = 2,
    .words = "a container",
    .first = CLI_OFFER_RUNNING,
    .run = run,
};
