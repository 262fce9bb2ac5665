/* SPDX-License-Identifier: MIT */
/* Contexts: engines by name, shared with docker. */
#include "commands.h"
#include "format.h"

#include <stddef.h>
#include <string.h>

#define GROUP "Engine and davit"

static int get_list(cli *self, davit_context_list **ret_list)
{
    davit_error error = DAVIT_ERROR_INIT;
    return davit_context_list_get(ret_list, &error) < 0 ? cli_fail(self, &error) : 0;
}

static const davit_context *find(const davit_context_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (name ? strcmp(list->items[i].name, name) == 0 : list->items[i].current) {
            return &list->items[i];
        }
    }
    return NULL;
}

/* ---- context ls ---- */

struct ls_options {
    cli_look look;
};

static const cli_option ls_options[] = {
    CLI_OPTION_FORMAT(struct ls_options, look.format),
    {.name = "quiet",
     .letter = 'q',
     .kind = CLI_FLAG,
     .offset = offsetof(struct ls_options, look.quiet),
     .text = "Names only"},
    {.name = NULL},
};

static const char *const columns[] = {"name", "current", "description", "host", NULL};
static const cli_view view = {
    .type = davit_context_type,
    .size = sizeof(davit_context),
    .id = "name",
    .columns = columns,
};

static int run_ls(cli *self, const cli_input *input)
{
    struct ls_options *chosen = input->options;
    DAVIT_CLEANUP(davit_context_list_free) davit_context_list *list = NULL;
    int code = cli_format_settle(self, &chosen->look.format, davit_context_type());
    if (code == 0) {
        code = get_list(self, &list);
    }
    return code ? code : cli_show_list(self, &view, &chosen->look, list->items, list->count);
}

const cli_command command_context_ls = {
    .name = "context ls",
    .also = CLI_NAMES("context list"),
    .group = GROUP,
    .summary = "List contexts",
    .usage = "[OPTIONS]",
    .examples = "davit context ls",
    .tables = (cli_tables){ls_options, NULL},
    .size = sizeof(struct ls_options),
    .type = davit_context_type,
    .run = run_ls,
};

/* ---- context show, context inspect ---- */

static int run_show(cli *self, const cli_input *input)
{
    (void)input;
    DAVIT_CLEANUP(davit_context_list_free) davit_context_list *list = NULL;
    int code = get_list(self, &list);
    if (code == 0) {
        const davit_context *context = find(list, NULL);
        cli_print(&self->out, "%s\n", context ? context->name : "default");
    }
    return code;
}

const cli_command command_context_show = {
    .name = "context show",
    .group = GROUP,
    .summary = "Print the name of the current context",
    .usage = "",
    .examples = "davit context show",
    .run = run_show,
};

struct inspect_options {
    cli_look look;
};

static const cli_option inspect_options[] = {
    CLI_OPTION_FORMAT(struct inspect_options, look.format),
    {.name = NULL},
};

static int show_named(cli *self, const davit_context_list *list, const char *name,
                      const cli_format_choice *format)
{
    const davit_context *context = find(list, name);
    davit_error error = DAVIT_ERROR_INIT;
    if (!context) {
        cli_error(&error, DAVIT_ERROR_INVALID_CONFIG,
                  "context '%s' does not exist: 'davit context ls' lists those that do", name);
        return cli_fail(self, &error);
    }
    cli_format_choice choice = *format;
    choice.kind = choice.kind == CLI_FORMAT_DEFAULT ? CLI_FORMAT_JSON : choice.kind;
    return cli_show_one(self, davit_context_type(), &choice, context);
}

static int run_inspect(cli *self, const cli_input *input)
{
    struct inspect_options *chosen = input->options;
    DAVIT_CLEANUP(davit_context_list_free) davit_context_list *list = NULL;
    int code = cli_format_settle(self, &chosen->look.format, davit_context_type());
    if (code == 0) {
        code = get_list(self, &list);
    }
    if (code == 0) {
        code =
            show_named(self, list, input->count > 0 ? input->words[0] : NULL, &chosen->look.format);
    }
    return code;
}

const cli_command command_context_inspect = {
    .name = "context inspect",
    .group = GROUP,
    .summary = "Show everything about a context",
    .usage = "[OPTIONS] [CONTEXT]",
    .examples = "davit context inspect far\n"
                "davit context inspect --format '{{.Host}}'",
    .tables = (cli_tables){inspect_options, NULL},
    .size = sizeof(struct inspect_options),
    .most = 1,
    .type = davit_context_type,
    .run = run_inspect,
};

/* ---- context create ---- */

struct create_options {
    davit_context_config config;
    const char *docker; /* docker's own way of saying it: "host=...,ca=..." */
};

static const cli_option create_options[] = {
    {.name = "description",
     .kind = CLI_STRING,
     .offset = offsetof(struct create_options, config.description),
     .placeholder = "TEXT",
     .text = "What it is for"},
    {.name = "docker",
     .kind = CLI_STRING,
     .offset = offsetof(struct create_options, docker),
     .placeholder = "KEY=VALUE,...",
     .text =
         "The engine: host=URL, and for TLS ca=FILE, cert=FILE, key=FILE, skip-tls-verify=true"},
    {.name = NULL},
};

static const struct create_options create_defaults = {.config = DAVIT_CONTEXT_CONFIG_INIT};

static int set_key(davit_context_config *config, const char *key, const char *value)
{
    const struct {
        const char *name;
        const char **target;
    } keys[] = {
        {"host", &config->host},
        {"ca", &config->tls_ca_file},
        {"cert", &config->tls_certificate_file},
        {"key", &config->tls_key_file},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strcmp(keys[i].name, key) == 0) {
            *keys[i].target = value;
            return 0;
        }
    }
    bool on = strcmp(value, "true") == 0;
    config->skip_tls_verify = on;
    return strcmp(key, "skip-tls-verify") == 0 && (on || strcmp(value, "false") == 0) ? 0 : -1;
}

/* "host=tcp://h:2376,ca=/ca.pem" */
static int read_docker(cli *self, struct create_options *chosen)
{
    char *rest = cli_format(&self->memory, "%s", chosen->docker ? chosen->docker : "");
    char *part;
    while ((part = strsep(&rest, ",")) && part[0]) {
        char *value = strchr(part, '=');
        if (value) {
            *value++ = '\0';
        }
        if (!value || set_key(&chosen->config, part, value) < 0) {
            return cli_misuse(self, NULL,
                              "--docker: '%s': expected host=URL, ca=FILE, cert=FILE, key=FILE or "
                              "skip-tls-verify=true",
                              part);
        }
    }
    return chosen->config.host ? 0 : cli_misuse(self, NULL, "--docker: expected host=URL in it");
}

static int run_create(cli *self, const cli_input *input)
{
    struct create_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    int code = read_docker(self, chosen);
    if (code != 0) {
        return code;
    }
    chosen->config.name = input->words[0];
    if (davit_context_create(&chosen->config, &error) < 0) {
        return cli_fail(self, &error);
    }
    cli_print(&self->out, "%s\n", input->words[0]);
    return 0;
}

const cli_command command_context_create = {
    .name = "context create",
    .group = GROUP,
    .summary = "Give an engine a name",
    .usage = "--docker host=URL[,ca=FILE,cert=FILE,key=FILE] CONTEXT",
    .help = "docker sees it too. Certificates are copied.",
    .examples = "davit context create --docker host=ssh://me@engine.example far",
    .tables = (cli_tables){create_options, NULL},
    .size = sizeof(struct create_options),
    .defaults = &create_defaults,
    .least = 1,
    .words = "a name",
    .run = run_create,
};

/* ---- context use, context rm ---- */

static int run_use(cli *self, const cli_input *input)
{
    davit_error error = DAVIT_ERROR_INIT;
    if (davit_context_use(input->words[0], &error) < 0) {
        return cli_fail(self, &error);
    }
    cli_print(&self->out, "%s\n", input->words[0]);
    return 0;
}

const cli_command command_context_use = {
    .name = "context use",
    .group = GROUP,
    .summary = "Make a context the current one",
    .usage = "CONTEXT",
    .help = "It counts where no address is given, by an option or by the environment. The context "
            "\"default\" stands for none.",
    .examples = "davit context use far",
    .least = 1,
    .words = "a context",
    .run = run_use,
};

struct rm_options {
    bool force;
};

static const cli_option rm_options[] = {
    {.name = "force",
     .letter = 'f',
     .kind = CLI_FLAG,
     .offset = offsetof(struct rm_options, force),
     .text = "Also the current one; none is current then"},
    {.name = NULL},
};

static int run_rm(cli *self, const cli_input *input)
{
    const struct rm_options *chosen = input->options;
    int code = 0;
    for (size_t i = 0; i < input->count; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        if (davit_context_remove(input->words[i], chosen->force, &error) < 0) {
            int failed = cli_fail(self, &error);
            code = code ? code : failed;
        } else {
            cli_print(&self->out, "%s\n", input->words[i]);
        }
    }
    return code;
}

const cli_command command_context_rm = {
    .name = "context rm",
    .also = CLI_NAMES("context remove"),
    .group = GROUP,
    .summary = "Remove contexts",
    .usage = "[OPTIONS] CONTEXT...",
    .examples = "davit context rm far",
    .tables = (cli_tables){rm_options, NULL},
    .size = sizeof(struct rm_options),
    .least = 1,
    .most = CLI_ANY,
    .words = "a context",
    .run = run_rm,
};
