/* SPDX-License-Identifier: MIT */
#include "container_values.h"

#include "container_options.h"

#include <string.h>

#define MOST_CPUS 100000 /* more than any machine has; keeps the sum in range */
#define DIGITS    9      /* behind the point: a nano-CPU is the smallest there is */

/* Digits of `text` as a number; *ret_digits: how many there were. */
static int64_t read_digits(const char *text, size_t most, size_t *ret_digits)
{
    int64_t number = 0;
    size_t count = strspn(text, "0123456789");
    for (size_t i = 0; i < count && i < most; i++) {
        number = number * 10 + (text[i] - '0');
    }
    *ret_digits = count;
    return number;
}

int cli_parse_cpus(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    (void)memory;
    size_t whole_digits, digits = 0;
    int64_t whole = read_digits(text, DIGITS, &whole_digits);
    int64_t fraction = 0;
    const char *rest = text + whole_digits;
    if (*rest == '.') {
        fraction = read_digits(rest + 1, DIGITS, &digits);
        rest += 1 + digits;
    }
    for (size_t i = digits; i < DIGITS; i++) {
        fraction *= 10;
    }
    bool valid = whole_digits + digits > 0 && whole_digits <= DIGITS && digits <= DIGITS;
    if (!valid || *rest || whole > MOST_CPUS) {
        return cli_error(error, DAVIT_ERROR_INVALID_CONFIG,
                         "'%s': expected a number of CPUs such as 1.5", text);
    }
    *(int64_t *)target = whole * 1000000000 + fraction;
    return 0;
}

int cli_parse_entrypoint(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    (void)error;
    davit_container_config *config = target;
    cli_strings command = {NULL, 0};
    cli_strings_add(memory, &command, text);
    config->clear_entrypoint = text[0] == '\0';
    config->entrypoint = command.items;
    config->entrypoint_count = config->clear_entrypoint ? 0 : 1;
    return 0;
}

int cli_parse_swap(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    (void)memory;
    if (strcmp(text, "-1") == 0) {
        *(int64_t *)target = -1;
        return 0;
    }
    return davit_bytes_parse(text, target, error);
}

int cli_parse_restart(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    (void)memory;
    davit_container_config *config = target;
    davit_restart_policy policy = DAVIT_RESTART_DEFAULT;
    int r = davit_restart_policy_parse(text, &policy, &config->restart_retries, error);
    config->restart_policy = policy;
    return r;
}

/* Copy a mount into our memory, so that it is freed like the rest. */
static void keep_mount(cli_memory *memory, cli_mounts *mounts, davit_mount *mount)
{
    mounts->items = cli_grow(memory, mounts->items, mounts->count, sizeof *mounts->items);
    davit_mount *kept = &mounts->items[mounts->count++];
    *kept = *mount;
    kept->source = cli_copy(memory, mount->source);
    kept->target = cli_copy(memory, mount->target);
    kept->options = cli_copy(memory, mount->options);
    davit_mount_clear(mount);
}

typedef int (*parse_mount)(const char *text, davit_mount *ret_mount, davit_error *error);

static int add_mount(cli_memory *memory, const char *text, cli_mounts *mounts, parse_mount parse,
                     davit_error *error)
{
    davit_mount mount = {0};
    int r = parse(text, &mount, error);
    if (r == 0) {
        keep_mount(memory, mounts, &mount);
    }
    return r;
}

int cli_parse_mount(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    return add_mount(memory, text, target, davit_mount_parse, error);
}

int cli_parse_tmpfs(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    return add_mount(memory, text, target, davit_tmpfs_parse, error);
}

int cli_parse_volume(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    return add_mount(memory, text, target, davit_volume_parse, error);
}

int cli_parse_port(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    cli_ports *ports = target;
    davit_port_mapping *parsed = NULL;
    size_t count = 0;
    int r = davit_ports_parse(text, &parsed, &count, error);
    if (r < 0) {
        return r;
    }
    for (size_t i = 0; i < count; i++) {
        ports->items = cli_grow(memory, ports->items, ports->count, sizeof *ports->items);
        ports->items[ports->count] = parsed[i];
        ports->items[ports->count++].host_ip = cli_copy(memory, parsed[i].host_ip);
    }
    davit_port_mappings_free(parsed, count);
    return 0;
}

int cli_parse_absolute(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    (void)memory;
    if (text[0] != '/') {
        return cli_error(error, DAVIT_ERROR_INVALID_CONFIG,
                         "'%s': expected a path that begins with /", text);
    }
    *(const char **)target = text;
    return 0;
}

int cli_parse_signal(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    (void)memory;
    int r = davit_signal_check(text, error);
    if (r == 0) {
        *(const char **)target = text;
    }
    return r;
}

int cli_parse_container_name(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    (void)memory;
    int r = davit_container_name_check(text, error);
    if (r == 0) {
        *(const char **)target = text;
    }
    return r;
}
