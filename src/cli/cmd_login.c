/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "credentials.h"
#include "format.h"
#include "input.h"

#include <stddef.h>

struct login_options {
    const char *username;
    const char *password;
    bool password_stdin;
};

static const cli_option options[] = {
    {.name = "password",
     .letter = 'p',
     .kind = CLI_STRING,
     .secret = true,
     .offset = offsetof(struct login_options, password),
     .placeholder = "PASSWORD",
     .text = "Password; --password-stdin is safer, as shells keep a history"},
    {.name = "password-stdin",
     .kind = CLI_FLAG,
     .offset = offsetof(struct login_options, password_stdin),
     .text = "Take the password from standard input"},
    {.name = "username",
     .letter = 'u',
     .kind = CLI_STRING,
     .offset = offsetof(struct login_options, username),
     .placeholder = "USER",
     .text = "User name; without it is asked for"},
    {.name = NULL},
};

static int settle(cli *self, const struct login_options *chosen, davit_credentials *credentials,
                  davit_error *error)
{
    int r = 0;
    credentials->username = chosen->username;
    credentials->password = chosen->password;
    if (!chosen->username) {
        r = cli_credentials_ask(self, "Username", false, "--username", &credentials->username,
                                error);
    }
    if (r == 0 && chosen->password_stdin) {
        CLI_TEXT text = CLI_TEXT_INIT;
        r = cli_input_text(&text, true, "the password", self->cancel, error);
        credentials->password = cli_copy(&self->memory, cli_text_get(&text));
    } else if (r == 0 && !chosen->password) {
        r = cli_credentials_ask(self, "Password", true, "--password-stdin", &credentials->password,
                                error);
    }
    return r;
}

static void tell(cli *self, const davit_login *login)
{
    if (!login->checked) {
        cli_warn(self, "not checked: Podman asks a registry only through TLS; whether they are "
                       "right a pull will tell");
    }
    if (login->store[0] == '/') {
        cli_say(self, "login: kept in %s, unencrypted; a credential helper keeps them safer",
                login->store);
    }
    cli_put(&self->out, "Login Succeeded\n");
}

static int run(cli *self, const cli_input *input)
{
    const struct login_options *chosen = input->options;
    if (chosen->password && chosen->password_stdin) {
        return cli_misuse(self, NULL, "--password and --password-stdin: expected one of them");
    }
    if (chosen->password_stdin && !chosen->username) {
        return cli_misuse(self, NULL, "--password-stdin needs --username");
    }
    davit_error error = DAVIT_ERROR_INIT;
    davit_credentials credentials = DAVIT_CREDENTIALS_INIT;
    credentials.server = input->count > 0 ? input->words[0] : NULL;
    DAVIT_CLEANUP(davit_login_free) davit_login *login = NULL;
    int r = cli_open(self, &error);
    if (r == 0) {
        r = settle(self, chosen, &credentials, &error);
    }
    if (r == 0) {
        r = davit_registry_login(self->engine, &credentials, &login, &error);
    }
    if (r < 0) {
        return cli_fail(self, &error);
    }
    tell(self, login);
    return 0;
}

const cli_command command_login = {
    .name = "login",
    .group = "Images",
    .summary = "Log in to a registry",
    .usage = "[OPTIONS] [SERVER]",
    .help = "Tries the credentials at the registry (default Docker Hub) and keeps them for later "
            "pulls, pushes and builds: with the credential helper that the settings name, else in "
            "docker's config.json, on Podman in its auth file. What is not given is asked for.",
    .examples = "davit login registry.example.com\n"
                "pass show registry | davit login -u alice --password-stdin registry.example.com",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct login_options),
    .most = 1,
    .run = run,
};
