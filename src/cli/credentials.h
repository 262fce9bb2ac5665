/* SPDX-License-Identifier: MIT */
/* Who one is at a registry: --creds, --creds-stdin, and the questions that `login` asks. */
#ifndef DAVIT_CLI_CREDENTIALS_H
#define DAVIT_CLI_CREDENTIALS_H

#include "cli.h"

typedef struct cli_credentials_choice {
    const char *text; /* --creds */
    bool from_stdin;  /* --creds-stdin */
    davit_credentials credentials;
} cli_credentials_choice;

/* Two entries of an option table. */
#define CLI_OPTIONS_CREDENTIALS(type, member)                                                      \
    {.name = "creds",                                                                              \
     .kind = CLI_STRING,                                                                           \
     .secret = true,                                                                               \
     .offset = offsetof(type, member.text),                                                        \
     .placeholder = "USER[:PASSWORD]",                                                             \
     .text = "Credentials for this call alone; without PASSWORD it is asked for"},                 \
    {                                                                                              \
        .name = "creds-stdin", .kind = CLI_FLAG, .offset = offsetof(type, member.from_stdin),      \
        .text = "The same, USER:PASSWORD from standard input"                                      \
    }

/* *ret_credentials: those given, NULL if none were. The engine is opened. Returns 0 or a negative
 * code. */
int cli_credentials_settle(cli *self, cli_credentials_choice *choice,
                           const davit_credentials **ret_credentials, davit_error *error);

/* Ask for a line on the terminal, `hidden` without showing it; the answer belongs to the run.
 * Without a terminal it is an error that names the `flag` to use. */
int cli_credentials_ask(cli *self, const char *question, bool hidden, const char *flag,
                        const char **ret_text, davit_error *error);

#endif
