/* SPDX-License-Identifier: MIT */
#include "ssh.h"

#include "memory.h"
#include "socket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* ssh's messages: a file of this size that cannot grow, so that they neither block it nor fill
 * anything. Of them the end is shown. */
#define MESSAGES_MAX   8192
#define SHOWN_MAX      320

#define END_PATIENCE   DAVIT_SECONDS(2) /* between SIGTERM and SIGKILL */
#define STATUS_TIMEOUT DAVIT_SECONDS(1) /* between the stream's end and that of ssh */
#define LOOK_AGAIN     DAVIT_MILLISECONDS(2)

#define SSH_FAILED     255 /* exit status for failures of ssh itself */
#define NOT_FOUND      127 /* of the shell over there */

typedef struct ssh_connection {
    davit__connection connection;
    pid_t child; /* 0: it ended and was collected */
    int status;  /* then: of wait() */
    int messages;
} ssh_connection;

static ssh_connection *of(davit__connection *connection)
{
    return (ssh_connection *)connection;
}

/* ---- the child ---- */

/* Collect the child if it ends in the time. */
static bool collect(ssh_connection *ssh, int64_t patience)
{
    int64_t deadline = davit__now() + patience;
    while (ssh->child) {
        pid_t ended = waitpid(ssh->child, &ssh->status, WNOHANG);
        if (ended == ssh->child || (ended < 0 && errno != EINTR)) {
            ssh->child = 0; /* ECHILD: a handler of the program's took it */
        } else if (davit__now() >= deadline) {
            return false;
        } else {
            davit__wait_time(LOOK_AGAIN, (davit__limit){0}, NULL);
        }
    }
    return true;
}

static void end_child(ssh_connection *ssh)
{
    if (ssh->child && !collect(ssh, 0)) {
        kill(ssh->child, SIGTERM);
    }
    if (!collect(ssh, END_PATIENCE)) {
        kill(ssh->child, SIGKILL);
        while (waitpid(ssh->child, NULL, 0) < 0 && errno == EINTR) {
        }
        ssh->child = 0;
    }
}

static int set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(attributes, &all);
    posix_spawnattr_setsigmask(attributes, &none);
    return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF |
                                                    POSIX_SPAWN_SETSIGMASK);
}

static int set_streams(posix_spawn_file_actions_t *actions, int stream, int messages)
{
    int r = posix_spawn_file_actions_adddup2(actions, stream, STDIN_FILENO);
    if (r == 0) {
        r = posix_spawn_file_actions_adddup2(actions, stream, STDOUT_FILENO);
    }
    if (r == 0) {
        r = posix_spawn_file_actions_adddup2(actions, messages, STDERR_FILENO);
    }
    return r ? r : posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
}

/* Returns an errno. */
static int spawn(char *const argv[], int stream, int messages, pid_t *ret_child)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int r = posix_spawn_file_actions_init(&actions);
    if (r) {
        return r;
    }
    r = posix_spawnattr_init(&attributes);
    if (r == 0) {
        r = set_attributes(&attributes);
        r = r ? r : set_streams(&actions, stream, messages);
        r = r ? r : posix_spawnp(ret_child, argv[0], &actions, &attributes, argv, environ);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return r;
}

/* As docker starts it. Questions could not be answered: they have to fail. */
static int start(const davit__address *address, int stream, int messages, pid_t *ret_child,
                 davit_error *error)
{
    const char *argv[24] = {"ssh", "-T",
                            "-o",  "BatchMode=yes",
                            "-o",  "ConnectTimeout=30",
                            "-o",  "ServerAliveInterval=30"};
    size_t count = 8;
    if (address->user) {
        argv[count++] = "-l";
        argv[count++] = address->user;
    }
    if (address->port) {
        argv[count++] = "-p";
        argv[count++] = address->port;
    }
    if (address->identity) {
        argv[count++] = "-i";
        argv[count++] = address->identity;
    }
    argv[count++] = "--";
    argv[count++] = address->host;
    argv[count++] = address->command;
    int r = spawn((char *const *)argv, stream, messages, ret_child);
    if (r == ENOENT) {
        return davit__error_set(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
                                "the program ssh is not in PATH: install it (openssh-client)");
    }
    return r ? davit__error_errno(error, DAVIT_ERROR_IO, r, "starting ssh") : 0;
}

/* ---- what it says ---- */

static int open_messages(davit_error *error)
{
    int fd = memfd_create("davit-ssh", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0 || ftruncate(fd, MESSAGES_MAX) < 0 ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK) < 0) {
        int reason = errno;
        if (fd >= 0) {
            close(fd);
        }
        return davit__error_errno(error, DAVIT_ERROR_IO, reason, "a file for ssh's messages");
    }
    return fd;
}

/* The lines as one, printable; of many the last. */
static void read_messages(const ssh_connection *ssh, char shown[SHOWN_MAX])
{
    char text[MESSAGES_MAX + 1], line[MESSAGES_MAX + 1];
    ssize_t length = pread(ssh->messages, text, MESSAGES_MAX, 0);
    text[length > 0 ? length : 0] = '\0';
    size_t used = 0;
    for (const char *at = text; *at; at++) {
        bool ends = *at == '\n' || *at == '\r';
        if (!ends) {
            line[used++] = *at >= ' ' && *at <= '~' ? *at : '?';
        } else if (used > 0 && line[used - 1] != '\n') {
            line[used++] = '\n';
        }
    }
    used -= used > 0 && line[used - 1] == '\n';
    line[used] = '\0';
    size_t room = SHOWN_MAX / 2; /* each line's end becomes two characters */
    const char *start = used > room ? line + used - room : line;
    size_t written = 0;
    for (; *start && written < SHOWN_MAX - 3; start++) {
        written += (size_t)snprintf(shown + written, SHOWN_MAX - written, "%s",
                                    *start == '\n' ? "; " : (char[]){*start, '\0'});
    }
    shown[written] = '\0';
}

static int explain_status(const ssh_connection *ssh, const char *said, davit_error *error)
{
    int code = WIFEXITED(ssh->status) ? WEXITSTATUS(ssh->status) : SSH_FAILED;
    if (code == SSH_FAILED && strstr(said, "Permission denied")) {
        return davit__error_set(error, DAVIT_ERROR_UNAUTHORIZED,
                                "ssh: %s: davit asks for no password: let ssh find a key, with "
                                "ssh-add or IdentityFile in ~/.ssh/config",
                                said);
    }
    if (code == SSH_FAILED && strstr(said, "Host key verification failed")) {
        return davit__error_set(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
                                "ssh: %s: connect once by hand with ssh, and compare the key that "
                                "it shows",
                                said);
    }
    if (code == NOT_FOUND) {
        return davit__error_set(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
                                "ssh: %s: neither docker nor podman can be started there, which "
                                "one of them has to be",
                                said);
    }
    if (!said[0]) {
        return davit__error_set(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
                                "ssh ended without a word (exit status %d)", code);
    }
    return davit__error_set(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE, "ssh: %s", said);
}

static int ssh_explain(davit__connection *connection, davit_error *error)
{
    ssh_connection *ssh = of(connection);
    char said[SHOWN_MAX];
    bool ended = collect(ssh, STATUS_TIMEOUT);
    read_messages(ssh, said);
    bool well = ended && WIFEXITED(ssh->status) && WEXITSTATUS(ssh->status) == 0;
    if (!ended || (well && !said[0])) {
        return 0; /* then it was the engine that ended the stream */
    }
    return explain_status(ssh, said, error);
}

/* ---- the connection ---- */

static void ssh_close(davit__connection *connection)
{
    ssh_connection *ssh = of(connection);
    close(connection->fd);
    end_child(ssh);
    close(ssh->messages);
    free(ssh);
}

static const davit__connection_operations ssh_operations = {
    .read = davit__socket_read,
    .write = davit__socket_write,
    .write_pieces = davit__socket_write_pieces,
    .shutdown_write = davit__socket_shutdown_write,
    .close = ssh_close,
    .explain = ssh_explain,
};

int davit__ssh_connect(const davit__address *address, davit__connection **ret_connection,
                       davit_error *error)
{
    int pair[2];
    DAVIT__FREE ssh_connection *ssh = calloc(1, sizeof *ssh);
    if (!ssh) {
        return davit__error_no_memory(error);
    }
    DAVIT__CLOSE int messages = open_messages(error);
    if (messages < 0) {
        return messages;
    }
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
        return davit__error_errno(error, DAVIT_ERROR_IO, errno, "socketpair");
    }
    DAVIT__CLOSE int ours = pair[0];
    DAVIT__CLOSE int theirs = pair[1]; /* it blocks, as ssh expects */
    fcntl(ours, F_SETFL, O_NONBLOCK);
    int r = start(address, theirs, messages, &ssh->child, error);
    if (r < 0) {
        return r;
    }
    ssh->connection = (davit__connection){&ssh_operations, ours, POLLIN, false};
    ssh->messages = messages;
    ours = messages = -1;
    *ret_connection = &DAVIT__TAKE(ssh)->connection;
    return 0;
}
