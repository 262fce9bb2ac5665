/* SPDX-License-Identifier: MIT */
/* The options before the verb. */
#include "cli.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LEVELS "DEBUG, INFO, WARNING or ERROR"

static const char *const levels[] = {"DEBUG", "INFO", "WARNING", "ERROR", NULL};
static const char *const engines[] = {"docker", "podman", NULL};

static int parse_level(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    (void)memory;
    const char *name = davit_enum_at(davit_log_level_names(), 0, target);
    for (size_t i = 1; name; i++) {
        if (strcasecmp(name, text) == 0) {
            return 0;
        }
        name = davit_enum_at(davit_log_level_names(), i, target);
    }
    return cli_error(error, DAVIT_ERROR_INVALID_CONFIG, "'%s': expected " LEVELS, text);
}

static int parse_engine(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    (void)memory;
    for (size_t i = 0; engines[i]; i++) {
        if (strcmp(text, engines[i]) == 0) {
            return davit_enum_parse(davit_runtime_names(), text, target, error);
        }
    }
    return cli_error(error, DAVIT_ERROR_INVALID_CONFIG, "'%s': expected docker or podman", text);
}

static int parse_switch(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    (void)memory;
    bool on = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
    if (!on && strcmp(text, "false") != 0 && strcmp(text, "0") != 0) {
        return cli_error(error, DAVIT_ERROR_INVALID_CONFIG, "'%s': expected true or false", text);
    }
    *(int *)target = on ? CLI_SWITCH_ON : CLI_SWITCH_OFF;
    return 0;
}

static const cli_option options[] = {
    {.name = "context",
     .letter = 'c',
     .kind = CLI_STRING,
     .offset = offsetof(cli_globals, context),
     .placeholder = "NAME",
     .text = "Use this context, one of those that 'davit context ls' shows"},
    {.name = "engine",
     .kind = CLI_CUSTOM,
     .offset = offsetof(cli_globals, runtime),
     .placeholder = "docker|podman",
     .text = "Use this kind of engine only",
     .parse = parse_engine,
     .offer = CLI_OFFER_CHOICES,
     .choices = engines},
    {.name = "host",
     .letter = 'H',
     .kind = CLI_STRING,
     .offset = offsetof(cli_globals, host),
     .placeholder = "URL",
     .text = "Where the engine is, such as unix:///run/docker.sock, tcp://10.0.0.1:2376 or "
             "ssh://me@engine"},
    {.name = "log-level",
     .kind = CLI_CUSTOM,
     .offset = offsetof(cli_globals, log_level),
     .placeholder = "LEVEL",
     .text = "Show messages from this level on: " LEVELS " (default: the variable LOG_LEVEL, or "
             "WARNING)",
     .parse = parse_level,
     .offer = CLI_OFFER_CHOICES,
     .choices = levels},
    {.name = "timeout",
     .kind = CLI_DURATION,
     .offset = offsetof(cli_globals, timeout),
     .placeholder = "DURATION",
     .text = "Give up on the engine after so long, such as 30s (default: never)"},
    {.name = "tls",
     .kind = CLI_CUSTOM,
     .offset = offsetof(cli_globals, tls),
     .placeholder = "BOOL",
     .implied = "true",
     .text = "Use TLS with a tcp:// engine, whatever certificate it has",
     .parse = parse_switch},
    {.name = "tlscacert",
     .kind = CLI_STRING,
     .offset = offsetof(cli_globals, tls_ca),
     .placeholder = "FILE",
     .text = "CA that signed the engine's certificate (default: ca.pem in DOCKER_CERT_PATH or "
             "~/.docker)",
     .offer = CLI_OFFER_FILES},
    {.name = "tlscert",
     .kind = CLI_STRING,
     .offset = offsetof(cli_globals, tls_certificate),
     .placeholder = "FILE",
     .text = "Client certificate to show to the engine (default: cert.pem there)",
     .offer = CLI_OFFER_FILES},
    {.name = "tlskey",
     .kind = CLI_STRING,
     .offset = offsetof(cli_globals, tls_key),
     .placeholder = "FILE",
     .text = "Key of the client certificate (default: key.pem there)",
     .offer = CLI_OFFER_FILES},
    {.name = "tlsverify",
     .kind = CLI_CUSTOM,
     .offset = offsetof(cli_globals, tls_verify),
     .placeholder = "BOOL",
     .implied = "true",
     .text = "Use TLS with a tcp:// engine, and check its certificate (default: the variable "
             "DOCKER_TLS_VERIFY)",
     .parse = parse_switch},
    {.name = "version",
     .letter = 'v',
     .kind = CLI_FLAG,
     .offset = offsetof(cli_globals, version),
     .text = "Print davit's version"},
    {.name = NULL},
};

const cli_option *const cli_global_tables[] = {options, NULL};

int cli_settle_level(cli *self)
{
    davit_error error = DAVIT_ERROR_INIT;
    const char *text = getenv("LOG_LEVEL");
    if (self->globals.log_level >= 0) {
        return 0;
    }
    if (text && text[0]) {
        if (parse_level(&self->memory, text, &self->globals.log_level, &error) < 0) {
            return cli_misuse(self, NULL, "LOG_LEVEL %s", error.message);
        }
        return 0;
    }
    self->globals.log_level = DAVIT_LOG_WARNING;
    return 0;
}
