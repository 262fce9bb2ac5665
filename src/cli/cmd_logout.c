/* SPDX-License-Identifier: MIT */
#include "commands.h"

static int run(cli *self, const cli_input *input)
{
    davit_error error = DAVIT_ERROR_INIT;
    const char *server = input->count > 0 ? input->words[0] : NULL;
    bool removed = false;
    int r = cli_open(self, &error);
    if (r == 0) {
        r = davit_registry_logout(self->engine, server, &removed, &error);
    }
    if (r < 0) {
        return cli_fail(self, &error);
    }
    cli_print(&self->out, removed ? "Removed login credentials for %s\n" : "Not logged in to %s\n",
              server ? server : "docker.io");
    return 0;
}

const cli_command command_logout = {
    .name = "logout",
    .group = "Images",
    .summary = "Log out of a registry",
    .usage = "[SERVER]",
    .help = "Removes the credentials for it (default Docker Hub) from where 'davit login' keeps "
            "them.",
    .examples = "davit logout registry.example.com",
    .most = 1,
    .run = run,
};
