/* SPDX-License-Identifier: MIT */
/* The options that `run` and `create` have in common: what the container is to be. */
#ifndef DAVIT_CLI_CONTAINER_OPTIONS_H
#define DAVIT_CLI_CONTAINER_OPTIONS_H

#include "cli.h"
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
    const char *health_command;
    bool no_health_check;
    bool quiet;
    cli_format_choice format;
} cli_container_options;

#define CLI_CONTAINER_OPTIONS_INIT                                                                 \
    {                                                                                              \
        .config = DAVIT_CONTAINER_CONFIG_INIT                                                      \
    }

/* Their table; `cli_container_options` is the first member of the command's own struct. */
extern const cli_option cli_container_table[];

/* Complete the config: image and command from the words, lists from the options. Returns 0 or the
 * exit code. */
int cli_container_settle(cli *self, cli_container_options *options, const cli_input *input);

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
