/* SPDX-License-Identifier: MIT */
#include "choices.h"
#include "commands.h"
#include "container_values.h"
#include "each.h"
#include "format.h"

#include <stddef.h>
#include <string.h>

struct update_options {
    davit_container_changes changes;
    cli_format_choice format;
};

static const struct update_options defaults = {.changes = DAVIT_CONTAINER_CHANGES_INIT};

static int parse_restart(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    (void)memory;
    davit_container_changes *changes = target;
    davit_restart_policy policy;
    int r = davit_restart_policy_parse(text, &policy, &changes->restart_retries, error);
    if (r == 0) {
        changes->restart_policy = policy;
    }
    return r;
}

/* int64_t: bytes; -1: no limit */
static int parse_swap(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    (void)memory;
    if (strcmp(text, "-1") == 0) {
        *(int64_t *)target = -1;
        return 0;
    }
    davit_error failure = DAVIT_ERROR_INIT;
    if (davit_bytes_parse(text, target, &failure) < 0) {
        return cli_error(error, DAVIT_ERROR_INVALID_CONFIG,
                         "'%s': expected a size such as 512m or 2g, or -1 for no limit", text);
    }
    return 0;
}

static const cli_option options[] = {
    {.name = "cpu-shares",
     .letter = 'c',
     .kind = CLI_INTEGER,
     .offset = offsetof(struct update_options, changes.cpu_shares),
     .placeholder = "WEIGHT",
     .text = "CPU time relative to other containers (1024 is usual)",
     .minimum = 2,
     .maximum = 262144},
    {.name = "cpus",
     .kind = CLI_CUSTOM,
     .offset = offsetof(struct update_options, changes.nano_cpus),
     .placeholder = "NUMBER",
     .text = "Most CPUs it may use, such as 1.5",
     .parse = cli_parse_cpus},
    CLI_OPTION_RESULT(struct update_options, format),
    {.name = "memory",
     .letter = 'm',
     .kind = CLI_BYTES,
     .offset = offsetof(struct update_options, changes.memory),
     .placeholder = "SIZE",
     .text = "Most memory it may use, such as 512m or 2g"},
    {.name = "memory-swap",
     .kind = CLI_CUSTOM,
     .offset = offsetof(struct update_options, changes.memory_swap),
     .placeholder = "SIZE",
     .text = "Most memory and swap together; -1: no limit",
     .parse = parse_swap},
    {.name = "pids-limit",
     .kind = CLI_INTEGER,
     .offset = offsetof(struct update_options, changes.pids),
     .placeholder = "COUNT",
     .text = "Most processes it may have; -1: no limit",
     .minimum = -1,
     .maximum = INT32_MAX},
    {.name = "restart",
     .kind = CLI_CUSTOM,
     .offset = offsetof(struct update_options, changes),
     .placeholder = "POLICY",
     .text = "When it ends: no, always, unless-stopped or on-failure[:TIMES]",
     .parse = parse_restart,
     .offer = CLI_OFFER_CHOICES,
     .choices = cli_restart_choices},
    {.name = NULL},
};

static int update_one(davit_engine *engine, const char *name, const void *given, davit_error *error)
{
    const struct update_options *chosen = given;
    return davit_container_update(engine, name, &chosen->changes, error);
}

static bool is_empty(const davit_container_changes *changes)
{
    return changes->memory == 0 && changes->memory_swap == 0 && changes->nano_cpus == 0 &&
           changes->cpu_shares == 0 && changes->pids == 0 &&
           changes->restart_policy == DAVIT_RESTART_DEFAULT;
}

static int run(cli *self, const cli_input *input)
{
    const struct update_options *chosen = input->options;
    if (is_empty(&chosen->changes)) {
        return cli_misuse(self, NULL, "nothing to change: expected an option such as --memory");
    }
    return cli_each(self, input, update_one, DAVIT_OK);
}

const cli_command command_update = {
    .name = "update",
    .also = CLI_NAMES("container update"),
    .group = "Containers",
    .summary = "Change limits and restart policy of containers",
    .usage = "[OPTIONS] CONTAINER...",
    .help = "What is not given stays as it is. Podman changes running containers only, and needs "
            "version 5.1 for --restart.",
    .examples = "davit update -m 256m --memory-swap 512m web\n"
                "davit update --restart unless-stopped web db",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct update_options),
    .defaults = &defaults,
    .least = 1,
    .most = CLI_ANY,
    .words = "a container",
    .first = CLI_OFFER_CONTAINERS,
    .others = CLI_OFFER_CONTAINERS,
    .run = run,
};
