/* SPDX-License-Identifier: MIT */
#include "credentials.h"

#include "input.h"
#include "terminal.h"

#include <string.h>
#include <unistd.h>

int cli_credentials_ask(cli *self, const char *question, bool hidden, const char *flag,
                        const char **ret_text, davit_error *error)
{
    if (!cli_is_terminal(STDIN_FILENO)) {
        return cli_error(error, DAVIT_ERROR_INVALID_CONFIG,
                         "%s: standard input is no terminal to ask on; use %s", question, flag);
    }
    if (hidden) { /* before the question: some answer fast */
        cli_terminal_hide(STDIN_FILENO);
    }
    CLI_TEXT text = CLI_TEXT_INIT;
    cli_text_printf(&text, "%s: ", question);
    cli_write_all(STDERR_FILENO, text.data, text.length);
    cli_text_clear(&text);
    int r = cli_input_text(&text, false, question, self->cancel, error);
    if (hidden) {
        cli_terminal_restore();
        cli_write_all(STDERR_FILENO, "\n", 1);
    }
    if (r == 0 && text.length == 0) {
        r = cli_error(error, DAVIT_ERROR_INVALID_CONFIG, "%s: expected an answer", question);
    }
    if (r == 0) {
        *ret_text = cli_copy(&self->memory, text.data);
    }
    return r;
}

/* "USER:PASSWORD"; the password may have colons too. */
static int split(cli *self, const char *text, davit_credentials *credentials, davit_error *error)
{
    size_t length = strcspn(text, ":");
    if (length == 0) {
        return cli_error(error, DAVIT_ERROR_INVALID_CONFIG,
                         "credentials: expected USER:PASSWORD, and a USER in it");
    }
    credentials->username = cli_copy_bytes(&self->memory, text, length);
    if (text[length] == ':') {
        credentials->password = cli_copy(&self->memory, text + length + 1);
        return 0;
    }
    return cli_credentials_ask(self, "Password", true, "--creds-stdin", &credentials->password,
                               error);
}

int cli_credentials_settle(cli *self, cli_credentials_choice *choice,
                           const davit_credentials **ret_credentials, davit_error *error)
{
    *ret_credentials = NULL;
    if (choice->text && choice->from_stdin) {
        return cli_error(error, DAVIT_ERROR_INVALID_CONFIG,
                         "--creds and --creds-stdin: expected one of them");
    }
    if (!choice->text && !choice->from_stdin) {
        return 0;
    }
    choice->credentials = (davit_credentials)DAVIT_CREDENTIALS_INIT;
    CLI_TEXT text = CLI_TEXT_INIT;
    int r = 0;
    if (choice->from_stdin) {
        r = cli_input_text(&text, true, "credentials", self->cancel, error);
        if (r == 0 && !strchr(cli_text_get(&text), ':')) {
            r = cli_error(error, DAVIT_ERROR_INVALID_CONFIG,
                          "credentials on standard input: expected USER:PASSWORD");
        }
    }
    if (r == 0) {
        r = split(self, choice->text ? choice->text : cli_text_get(&text), &choice->credentials,
                  error);
    }
    if (r == 0) {
        *ret_credentials = &choice->credentials;
    }
    return r;
}
