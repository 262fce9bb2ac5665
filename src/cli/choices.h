/* SPDX-License-Identifier: MIT */
/* Values that completion offers. */
#ifndef DAVIT_CLI_CHOICES_H
#define DAVIT_CLI_CHOICES_H

extern const char *const cli_signal_choices[];
extern const char *const cli_restart_choices[];
extern const char *const cli_network_choices[];
extern const char *const cli_container_filters[];
extern const char *const cli_image_filters[];

#endif
