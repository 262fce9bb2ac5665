/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "fields.h"
#include "format.h"
#include "table.h"
#include "terminal.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

struct version_options {
    cli_format_choice format;
};

static const cli_option options[] = {
    CLI_OPTION_FORMAT(struct version_options, format),
    {.name = NULL},
};

static const char *or_unknown(const char *text)
{
    return text && text[0] ? text : "?";
}

static void show_versions(cli *self, const davit_version *version)
{
    cli_memory *memory = &self->memory;
    cli_fields fields = {.memory = memory};
    cli_fields_add(&fields, "davit", version->davit);
    cli_fields_add(
        &fields, "Engine",
        cli_format(memory, "%s %s", or_unknown(version->engine), or_unknown(version->version)));
    cli_fields_add(&fields, "Kind", davit_enum_name(davit_runtime_names(), version->runtime));
    cli_fields_add(
        &fields, "API version",
        cli_format(memory, "%s (the engine knows %s to %s)", or_unknown(version->api_version),
                   or_unknown(version->api_version_min), or_unknown(version->api_version_max)));
    cli_fields_add(&fields, "Address", version->host);
    cli_fields_add(&fields, "Chosen by", version->chosen_by);
    cli_fields_add(&fields, "Platform",
                   cli_format(memory, "%s/%s, kernel %s", or_unknown(version->os),
                              or_unknown(version->architecture), or_unknown(version->kernel)));
    cli_fields_print(self, &fields);
}

static void show_capabilities(cli *self)
{
    cli_table table = {.memory = &self->memory, .columns = 3};
    CLI_TEXT text = CLI_TEXT_INIT;
    cli_table_add_row(&table, "CAPABILITY\tSUPPORTED\tREMARK");
    for (int i = 0; i < DAVIT_CAPABILITY_COUNT; i++) {
        davit_capability_info can = davit_engine_can(self->engine, (davit_capability)i);
        cli_table_add(&table, can.name, strlen(can.name));
        cli_table_add(&table, can.supported ? "yes" : "no", can.supported ? 3 : 2);
        cli_table_add(&table, can.reason ? can.reason : "", can.reason ? strlen(can.reason) : 0);
    }
    cli_table_render(&table, cli_page_columns(STDOUT_FILENO, 0), &text);
    cli_put(&self->out, "\n");
    cli_write(&self->out, cli_text_get(&text), text.length);
}

/* The capabilities as a further member of the version's JSON, which ends in "}" or "\n}". */
static void add_capabilities(cli *self, cli_text *json, bool indented)
{
    const char *newline = indented ? "\n    " : "";
    json->length -= indented ? 2 : 1;
    cli_text_string(json, indented ? ",\n  \"capabilities\": [" : ",\"capabilities\":[");
    for (int i = 0; i < DAVIT_CAPABILITY_COUNT; i++) {
        davit_capability_info can = davit_engine_can(self->engine, (davit_capability)i);
        cli_text_printf(json, "%s%s{\"name\": ", i > 0 ? "," : "", newline);
        cli_text_json_string(json, can.name);
        cli_text_printf(json,
                        ", \"supported\": %s, \"reason\": ", can.supported ? "true" : "false");
        cli_text_json_string(json, can.reason);
        cli_text_char(json, '}');
    }
    cli_text_string(json, indented ? "\n  ]\n}" : "]}");
}

static int show_json(cli *self, const cli_format_choice *format, const davit_version *version)
{
    davit_error error = DAVIT_ERROR_INIT;
    bool indented = format->kind == CLI_FORMAT_JSON;
    DAVIT_CLEANUP(davit_string_free) char *typed = NULL;
    CLI_TEXT json = CLI_TEXT_INIT;
    if (davit_type_to_json(davit_version_type(), version, indented ? 2 : 0, &typed, &error) < 0) {
        return cli_fail(self, &error);
    }
    cli_text_string(&json, typed);
    add_capabilities(self, &json, indented);
    cli_show_json(self, format, json.data, -1);
    return 0;
}

static void add_member(cli_text *json, const char *name, const char *value)
{
    cli_text_string(json, json->data[json->length - 1] == '{' ? "" : ",");
    cli_text_json_string(json, name);
    cli_text_char(json, ':');
    cli_text_json_string(json, value);
}

/* What docker's own templates of versions look into: .Client.Version, .Server.Os. */
static void add_docker_shape(cli_text *json, const davit_version *version)
{
    cli_text_string(json, "{\"Client\":{");
    add_member(json, "Version", version->davit);
    add_member(json, "ApiVersion", version->api_version);
    cli_text_string(json, "},\"Server\":{");
    add_member(json, "Version", version->version);
    add_member(json, "ApiVersion", version->api_version_max);
    add_member(json, "MinAPIVersion", version->api_version_min);
    add_member(json, "Os", version->os);
    add_member(json, "Arch", version->architecture);
    add_member(json, "KernelVersion", version->kernel);
    cli_text_string(json, "}}");
}

static int render(const cli_format_choice *format, const davit_version *version, char **ret_text,
                  davit_error *error)
{
    CLI_TEXT raw = CLI_TEXT_INIT;
    add_docker_shape(&raw, version);
    return davit_template_render(format->parsed, davit_version_type(), version, raw.data, ret_text,
                                 error);
}

/* Docker's names are looked up in JSON: that of an empty version tells, before an engine is asked,
 * of a name that is not there. */
static int check_template(cli *self, const cli_format_choice *format)
{
    char none[] = "";
    davit_version empty = {
        .davit = none,
        .engine = none,
        .version = none,
        .api_version = none,
        .api_version_max = none,
        .api_version_min = none,
        .host = none,
        .chosen_by = none,
        .os = none,
        .architecture = none,
        .kernel = none,
    };
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT_CLEANUP(davit_string_free) char *text = NULL;
    if (format->parsed && render(format, &empty, &text, &error) < 0) {
        return cli_misuse(self, NULL, "--format: %s", error.message);
    }
    return 0;
}

static int show_template(cli *self, const cli_format_choice *format, const davit_version *version)
{
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT_CLEANUP(davit_string_free) char *text = NULL;
    if (render(format, version, &text, &error) < 0) {
        return cli_fail(self, &error);
    }
    cli_print(&self->out, "%s\n", text);
    return 0;
}

static int show(cli *self, const cli_format_choice *format, const davit_version *version)
{
    switch (format->kind) {
    case CLI_FORMAT_JSON:
    case CLI_FORMAT_RESULT:
        return show_json(self, format, version);
    case CLI_FORMAT_TEMPLATE:
    case CLI_FORMAT_TABLE:
        return show_template(self, format, version);
    case CLI_FORMAT_DEFAULT:
        break;
    }
    show_versions(self, version);
    show_capabilities(self);
    return 0;
}

static int run(cli *self, const cli_input *input)
{
    struct version_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT_CLEANUP(davit_version_free) davit_version *version = NULL;
    int code = cli_format_settle(self, &chosen->format, NULL);
    code = code == 0 ? check_template(self, &chosen->format) : code;
    if (code != 0) {
        return code;
    }
    if (cli_open(self, &error) < 0 || davit_engine_version(self->engine, &version, &error) < 0) {
        if (chosen->format.kind == CLI_FORMAT_DEFAULT) {
            cli_print(&self->out, "davit: %s\n", davit_version_text());
        }
        return cli_fail(self, &error);
    }
    return show(self, &chosen->format, version);
}

const cli_command command_version = {
    .name = "version",
    .also = CLI_NAMES("system version"),
    .group = "Engine and davit",
    .summary = "Show the versions of davit and of the engine, and what the engine can do",
    .usage = "[OPTIONS]",
    .help = "Says which engine was chosen and why.",
    .examples = "davit version\n"
                "davit version --format '{{.Version}}'",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct version_options),
    .type = davit_version_type,
    .run = run,
};
