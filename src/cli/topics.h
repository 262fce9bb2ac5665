/* SPDX-License-Identifier: MIT */
/* The options of a command as help and manual pages list them. */
#ifndef DAVIT_CLI_TOPICS_H
#define DAVIT_CLI_TOPICS_H

#include "options.h"

typedef struct cli_topic {
    const char *title;
    const cli_option **items; /* in alphabetical order, without the hidden ones */
    size_t count;
} cli_topic;

/* All of them under "Options", or many by their topics. */
cli_topic *cli_topics(cli_memory *memory, const cli_option *const *tables, size_t *ret_count);

#endif
