/* SPDX-License-Identifier: MIT */
/* The verbs. */
#ifndef DAVIT_CLI_COMMANDS_H
#define DAVIT_CLI_COMMANDS_H

#include "cli.h"

extern const cli_command command_attach;
extern const cli_command command_build;
extern const cli_command command_commit;
extern const cli_command command_complete;
extern const cli_command command_completion;
extern const cli_command command_container_inspect;
extern const cli_command command_context_create;
extern const cli_command command_context_inspect;
extern const cli_command command_context_ls;
extern const cli_command command_context_rm;
extern const cli_command command_context_show;
extern const cli_command command_context_use;
extern const cli_command command_create;
extern const cli_command command_diff;
extern const cli_command command_doctor;
extern const cli_command command_exec;
extern const cli_command command_export;
extern const cli_command command_health;
extern const cli_command command_help;
extern const cli_command command_history;
extern const cli_command command_image_inspect;
extern const cli_command command_image_parse;
extern const cli_command command_image_prune;
extern const cli_command command_images;
extern const cli_command command_import;
extern const cli_command command_info;
extern const cli_command command_inspect;
extern const cli_command command_kill;
extern const cli_command command_login;
extern const cli_command command_logout;
extern const cli_command command_load;
extern const cli_command command_logs;
extern const cli_command command_manual;
extern const cli_command command_pause;
extern const cli_command command_port;
extern const cli_command command_ps;
extern const cli_command command_pull;
extern const cli_command command_push;
extern const cli_command command_rename;
extern const cli_command command_restart;
extern const cli_command command_rm;
extern const cli_command command_rmi;
extern const cli_command command_run;
extern const cli_command command_save;
extern const cli_command command_start;
extern const cli_command command_stop;
extern const cli_command command_tag;
extern const cli_command command_top;
extern const cli_command command_unpause;
extern const cli_command command_update;
extern const cli_command command_version;
extern const cli_command command_wait;

#endif
