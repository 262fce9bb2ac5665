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

static const cli_option options[] = {
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
     .text = "Where the engine is, such as unix:///run/docker.sock"},
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
