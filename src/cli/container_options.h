/* SPDX-License-Identifier: MIT */
/* The options that `run` and `create` have in common: what the container is to be. */
#ifndef DAVIT_CLI_CONTAINER_OPTIONS_H
#define DAVIT_CLI_CONTAINER_OPTIONS_H

#include "cli.h"
#include "container_lists.h"
#include "format.h"

typedef struct cli_ports {
    davit_port_mapping *items;
    size_t count;
} cli_ports;

typedef struct cli_mounts {
    davit_mount *items;
    size_t count;
} cli_mounts;

typedef struct cli_container_options {
    davit_container_config config;
    cli_pairs environment;
    cli_pairs labels;
    cli_ports ports;
    cli_mounts mounts;
    cli_pairs environment_files;
    cli_pairs label_files;
    cli_networks networks;
    cli_strings aliases;
    const char *ip;
    const char *ip6;
    const char *mac;
    cli_pairs extra_hosts;
    cli_strings dns_servers;
    cli_strings dns_search;
    cli_strings dns_options;
    cli_pairs log_options;
    cli_strings groups;
    cli_strings cap_add;
    cli_strings cap_drop;
    cli_devices devices;
    cli_gpus gpus;
    cli_strings security_options;
    cli_pairs sysctls;
    cli_strings volumes_from;
    cli_ulimits ulimits;
    const char *health_command;
    bool no_health_check;
    bool quiet;
    cli_format_choice format;
    bool dry_run;
} cli_container_options;

#define CLI_CONTAINER_OPTIONS_INIT                                                                 \
    {                                                                                              \
        .config = DAVIT_CONTAINER_CONFIG_INIT                                                      \
    }

/* Their tables; `cli_container_options` is the first member of the command's own struct. */
extern const cli_option cli_container_table[];
extern const cli_option cli_limit_table[];
extern const cli_option cli_isolation_table[];

/* Complete the config: image and command from the words, lists from the options. Returns 0 or the
 * exit code. */
int cli_container_settle(cli *self, cli_container_options *options, const cli_input *input);

/* Print what a create would send (--dry-run). Returns the exit code. */
int cli_container_show_request(cli *self, const cli_container_options *options);

/* Create with `create`, pulling the image with a progress display if it has to be pulled. Returns
 * what `create` returned. */
typedef int (*cli_create_function)(cli *self, const davit_container_config *config, void *context,
                                   davit_error *error);
int cli_container_create(cli *self, cli_container_options *options, cli_create_function create,
                         void *context, davit_error *error);

/* Report that it could not be created or started. Returns the exit code: 125, or 126 and 127 as
 * shells do for a command that cannot be run or is not there. */
int cli_container_fail(cli *self, const davit_error *error);

/* An id that a verb returns: alone, or as {"id":...} with --format result. */
void cli_container_show_id(cli *self, const char *id);

#endif
