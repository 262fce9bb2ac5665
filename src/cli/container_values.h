/* SPDX-License-Identifier: MIT */
/* Values of container options that have a grammar of their own. All are cli_parse_functions; the
 * comment says what the target is. */
#ifndef DAVIT_CLI_CONTAINER_VALUES_H
#define DAVIT_CLI_CONTAINER_VALUES_H

#include "options.h"

/* int64_t: thousandths of a millionth of a CPU */
int cli_parse_cpus(cli_memory *memory, const char *text, void *target, davit_error *error);
/* int64_t: bytes, or -1 */
int cli_parse_swap(cli_memory *memory, const char *text, void *target, davit_error *error);
/* davit_container_config */
int cli_parse_entrypoint(cli_memory *memory, const char *text, void *target, davit_error *error);
int cli_parse_restart(cli_memory *memory, const char *text, void *target, davit_error *error);
/* cli_mounts */
int cli_parse_mount(cli_memory *memory, const char *text, void *target, davit_error *error);
int cli_parse_tmpfs(cli_memory *memory, const char *text, void *target, davit_error *error);
int cli_parse_volume(cli_memory *memory, const char *text, void *target, davit_error *error);
/* cli_ports */
int cli_parse_port(cli_memory *memory, const char *text, void *target, davit_error *error);
/* const char * */
int cli_parse_absolute(cli_memory *memory, const char *text, void *target, davit_error *error);
int cli_parse_signal(cli_memory *memory, const char *text, void *target, davit_error *error);
int cli_parse_container_name(cli_memory *memory, const char *text, void *target,
                             davit_error *error);

#endif
