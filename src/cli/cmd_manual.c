/* SPDX-License-Identifier: MIT */
/* The manual as files: `davit __manual FOLDER`, called when davit is built. */
#include "commands.h"
#include "manual.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A new file of that name, so that the folder's time of change is that of the last page. */
static int write_page(cli *self, const char *folder, const char *called, const cli_text *page)
{
    CLI_TEXT name = CLI_TEXT_INIT;
    cli_manual_name(&name, called);
    const char *path = cli_format(&self->memory, "%s/%s.1", folder, name.data);
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    int failed = fd < 0 ? errno : cli_write_all(fd, page->data, page->length);
    if (fd >= 0 && close(fd) < 0 && !failed) {
        failed = errno;
    }
    if (failed) {
        return cli_misuse(self, NULL, "%s: %s", path, strerror(failed));
    }
    return 0;
}

/* A command's page, and for each of its other names one that leads there. */
static int write_command(cli *self, const char *folder, const cli_command *command)
{
    CLI_TEXT page = CLI_TEXT_INIT;
    CLI_TEXT link = CLI_TEXT_INIT;
    const char *name = NULL;
    cli_manual_command(self, &page, command);
    int code = write_page(self, folder, command->name, &page);
    cli_text_string(&link, ".so man1/");
    CLI_TEXT target = CLI_TEXT_INIT;
    cli_manual_name(&target, command->name);
    cli_text_printf(&link, "%s.1\n", target.data);
    for (size_t i = 1; code == 0 && (name = cli_command_name(command, i)); i++) {
        code = write_page(self, folder, name, &link);
    }
    return code;
}

static int run(cli *self, const cli_input *input)
{
    const char *folder = input->words[0];
    if (mkdir(folder, 0755) < 0 && errno != EEXIST) {
        return cli_misuse(self, NULL, "%s: %s", folder, strerror(errno));
    }
    CLI_TEXT all = CLI_TEXT_INIT;
    cli_manual_davit(self, &all);
    int code = write_page(self, folder, "", &all);
    for (const cli_noun *noun = cli_nouns; code == 0 && noun->name; noun++) {
        CLI_TEXT page = CLI_TEXT_INIT;
        cli_manual_noun(&page, noun);
        code = write_page(self, folder, noun->name, &page);
    }
    for (size_t i = 0; code == 0 && cli_commands[i]; i++) {
        if (!cli_commands[i]->hidden) {
            code = write_command(self, folder, cli_commands[i]);
        }
    }
    return code;
}

const cli_command command_manual = {
    .name = "__manual",
    .group = "",
    .summary = "Write the manual's pages",
    .usage = "FOLDER",
    .least = 1,
    .words = "a folder",
    .hidden = true,
    .run = run,
};
