/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/* A socket must not get the number of a stream that the caller has closed. */
static void open_missing_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) {
            int opened = open("/dev/null", O_RDONLY);
            (void)opened;
        }
    }
}

int main(int argc, char **argv)
{
    cli self = {
        .arguments = (const char *const *)argv + (argc > 0),
        .argument_count = argc > 0 ? (size_t)argc - 1 : 0,
        .globals = {.log_level = -1},
    };
    open_missing_streams();
    signal(SIGPIPE, SIG_IGN);
    int code = cli_main(&self);
    cli_close(&self);
    cli_text_free(&self.out.pending);
    cli_memory_free(&self.memory);
    return code;
}
