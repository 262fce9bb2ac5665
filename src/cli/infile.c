/* SPDX-License-Identifier: MIT */
#include "infile.h"

#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int cli_infile_open(cli *self, const char *path, int *ret_fd, davit_error *error)
{
    if (!path || strcmp(path, "-") == 0) {
        if (cli_is_terminal(STDIN_FILENO)) {
            return cli_error(error, DAVIT_ERROR_INVALID_CONFIG,
                             "%s: standard input is a terminal: give a file, or use a pipe",
                             self->command->name);
        }
        *ret_fd = STDIN_FILENO;
        return 0;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        int number = errno;
        cli_error(error, DAVIT_ERROR_IO, "%s: %s: %s", self->command->name, path, strerror(number));
        error->system_error = number;
        return -1;
    }
    *ret_fd = fd;
    return 0;
}

void cli_infile_close(int fd)
{
    if (fd > STDERR_FILENO) {
        close(fd);
    }
}
