/* SPDX-License-Identifier: MIT */
#include "container_lists.h"

#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_CEILING (1024 * 1024) /* of a file of variables */

/* What the library gave is copied, so that it is freed like the rest. */

static const char *const *copy_words(cli_memory *memory, const char *const *words, size_t count)
{
    cli_strings copy = {NULL, 0};
    for (size_t i = 0; i < count; i++) {
        cli_strings_add(memory, &copy, cli_copy(memory, words[i]));
    }
    return copy.items;
}

static void add_pairs(cli_memory *memory, cli_pairs *target, const davit_pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        cli_pairs_add(memory, target, cli_copy(memory, pairs[i].name),
                      cli_copy(memory, pairs[i].value));
    }
}

int cli_parse_ulimit(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    cli_ulimits *list = target;
    davit_ulimit parsed = {0};
    int r = davit_ulimit_parse(text, &parsed, error);
    if (r == 0) {
        list->items = cli_grow(memory, list->items, list->count, sizeof *list->items);
        list->items[list->count] = parsed;
        list->items[list->count++].name = cli_copy(memory, parsed.name);
        davit_ulimit_clear(&parsed);
    }
    return r;
}

int cli_parse_device(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    cli_devices *list = target;
    davit_device parsed = {0};
    int r = davit_device_parse(text, &parsed, error);
    if (r == 0) {
        list->items = cli_grow(memory, list->items, list->count, sizeof *list->items);
        list->items[list->count++] = (davit_device){
            .source = cli_copy(memory, parsed.source),
            .target = cli_copy(memory, parsed.target),
            .permissions = cli_copy(memory, parsed.permissions),
        };
        davit_device_clear(&parsed);
    }
    return r;
}

int cli_parse_gpus(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    cli_gpus *list = target;
    davit_gpu_request parsed = {0};
    int r = davit_gpu_request_parse(text, &parsed, error);
    if (r < 0) {
        return r;
    }
    cli_pairs options = {NULL, 0};
    add_pairs(memory, &options, parsed.options, parsed.option_count);
    list->items = cli_grow(memory, list->items, list->count, sizeof *list->items);
    davit_gpu_request *kept = &list->items[list->count++];
    *kept = parsed;
    kept->driver = cli_copy(memory, parsed.driver);
    kept->device_ids = copy_words(memory, parsed.device_ids, parsed.device_id_count);
    kept->capabilities = copy_words(memory, parsed.capabilities, parsed.capability_count);
    kept->options = options.items;
    davit_gpu_request_clear(&parsed);
    return 0;
}

static void keep_attachment(cli_memory *memory, cli_networks *list,
                            davit_network_attachment *parsed)
{
    list->items = cli_grow(memory, list->items, list->count, sizeof *list->items);
    list->items[list->count++] = (davit_network_attachment){
        .network = cli_copy(memory, parsed->network),
        .aliases = copy_words(memory, parsed->aliases, parsed->alias_count),
        .alias_count = parsed->alias_count,
        .ip = cli_copy(memory, parsed->ip),
        .ip6 = cli_copy(memory, parsed->ip6),
        .mac = cli_copy(memory, parsed->mac),
    };
    davit_network_attachment_clear(parsed);
}

/* Whether it is a mode, and not a network's name. */
static bool read_mode(const char *text, cli_networks *networks)
{
    static const char container[] = "container:";
    static const struct {
        const char *name;
        davit_network_mode mode;
    } modes[] = {
        {"host", DAVIT_NETWORK_HOST},
        {"none", DAVIT_NETWORK_NONE},
        {"default", DAVIT_NETWORK_DEFAULT},
    };
    if (strncmp(text, container, sizeof container - 1) == 0) {
        networks->mode = DAVIT_NETWORK_CONTAINER;
        networks->container = text + sizeof container - 1;
        return true;
    }
    for (size_t i = 0; i < CLI_COUNT(modes); i++) {
        if (strcmp(text, modes[i].name) == 0) {
            networks->mode = modes[i].mode;
            return true;
        }
    }
    return false;
}

int cli_parse_network(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    cli_networks *networks = target;
    bool mode = read_mode(text, networks);
    if (!text[0] || (mode && networks->container && !networks->container[0])) {
        return cli_error(error, DAVIT_ERROR_INVALID_CONFIG,
                         "'%s': expected bridge, host, none, container:NAME or a network's name",
                         text);
    }
    if (!mode) {
        davit_network_attachment parsed = {0};
        int r = davit_network_attachment_parse(text, &parsed, error);
        if (r < 0) {
            return r;
        }
        keep_attachment(memory, networks, &parsed);
    }
    if (networks->mode != DAVIT_NETWORK_DEFAULT && networks->count > 0) {
        return cli_error(error, DAVIT_ERROR_INVALID_CONFIG,
                         "'%s': expected no other network beside host, none or container:NAME",
                         text);
    }
    return 0;
}

int cli_parse_extra_host(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    davit_pair *parsed = NULL;
    int r = davit_extra_host_parse(text, &parsed, error);
    if (r == 0) {
        add_pairs(memory, target, parsed, 1);
        davit_pairs_free(parsed, 1);
    }
    return r;
}

int cli_parse_setting(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    davit_pair *parsed = NULL;
    int r = davit_setting_parse(text, &parsed, error);
    if (r == 0) {
        add_pairs(memory, target, parsed, 1);
        davit_pairs_free(parsed, 1);
    }
    return r;
}

/* The whole file in *ret_text. */
static int read_file(cli_memory *memory, const char *path, char **ret_text, size_t *ret_length,
                     davit_error *error)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        return cli_error(error, DAVIT_ERROR_INVALID_CONFIG, "'%s': expected a readable file: %s",
                         path, strerror(errno));
    }
    char *text = cli_allocate(memory, FILE_CEILING);
    errno = 0;
    size_t length = fread(text, 1, FILE_CEILING, file);
    int failed = ferror(file) ? errno : 0;
    fclose(file);
    if (failed || length == FILE_CEILING) {
        return cli_error(error, DAVIT_ERROR_INVALID_CONFIG, "'%s': expected a readable file: %s",
                         path, failed ? strerror(failed) : "it is larger than a megabyte");
    }
    *ret_text = text;
    *ret_length = length;
    return 0;
}

int cli_parse_environment_file(cli_memory *memory, const char *path, void *target,
                               davit_error *error)
{
    char *text = NULL;
    size_t length = 0;
    davit_pair *pairs = NULL;
    size_t count = 0;
    int r = read_file(memory, path, &text, &length, error);
    if (r < 0) {
        return r;
    }
    davit_error reason = DAVIT_ERROR_INIT;
    r = davit_environment_parse(text, length, &pairs, &count, &reason);
    if (r < 0) {
        return cli_error(error, reason.code, "'%s': %s", path, reason.message);
    }
    add_pairs(memory, target, pairs, count);
    davit_pairs_free(pairs, count);
    return 0;
}
