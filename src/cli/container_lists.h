/* SPDX-License-Identifier: MIT */
/* Values of container options that are collected. All are cli_parse_functions; the comment says
 * what the target is. */
#ifndef DAVIT_CLI_CONTAINER_LISTS_H
#define DAVIT_CLI_CONTAINER_LISTS_H

#include "options.h"

typedef struct cli_ulimits {
    davit_ulimit *items;
    size_t count;
} cli_ulimits;

typedef struct cli_devices {
    davit_device *items;
    size_t count;
} cli_devices;

typedef struct cli_gpus {
    davit_gpu_request *items;
    size_t count;
} cli_gpus;

/* --network: either one of the modes that stand alone, or networks. */
typedef struct cli_networks {
    int mode;              /* davit_network_mode: HOST, NONE, CONTAINER, BRIDGE, or DEFAULT */
    const char *container; /* of CONTAINER */
    davit_network_attachment *items;
    size_t count;
} cli_networks;

/* cli_ulimits, cli_devices, cli_gpus */
int cli_parse_ulimit(cli_memory *memory, const char *text, void *target, davit_error *error);
int cli_parse_device(cli_memory *memory, const char *text, void *target, davit_error *error);
int cli_parse_gpus(cli_memory *memory, const char *text, void *target, davit_error *error);
/* cli_networks */
int cli_parse_network(cli_memory *memory, const char *text, void *target, davit_error *error);
/* cli_pairs */
int cli_parse_extra_host(cli_memory *memory, const char *text, void *target, davit_error *error);
int cli_parse_setting(cli_memory *memory, const char *text, void *target, davit_error *error);
/* cli_pairs, with those of the file added */
int cli_parse_environment_file(cli_memory *memory, const char *text, void *target,
                               davit_error *error);

#endif
