/* SPDX-License-Identifier: MIT */
#include "embedded.h"

#include "detached.h"
#include "embedded_folder.h"
#include "files.h"
#include "machine.h"
#include "memory.h"
#include "podman_settings.h"
#include "service_environment.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>

#define POLL_PAUSE    DAVIT_MILLISECONDS(20)
#define END_GRACE     DAVIT_SECONDS(3)
#define LOG_TAIL_MAX  480
#define LOCK_PATIENCE DAVIT_SECONDS(30) /* beyond what a start may take */

struct davit__embedded {
    char *program;
    char *folder;
    char *socket;
    char *host;
    char **environment; /* of the service; copied once, as setenv() may run in other threads */
    int64_t idle_seconds;
    int64_t start_timeout;
};

/* ---- preparing ---- */

static int prepare_folder(davit__embedded *e, const char *given, davit_error *error)
{
    if (given) {
        int r = davit__copy(given, &e->folder, error);
        return r < 0 ? r : davit__private_folder_at(e->folder, error);
    }
    DAVIT__FREE char *name = davit__service_name(e->environment);
    return name ? davit__private_folder(name, &e->folder, error) : davit__error_no_memory(error);
}

static int prepare(davit__embedded *e, const davit__embedded_options *options, davit_error *error)
{
    e->idle_seconds = options->idle_seconds ? options->idle_seconds : DAVIT__EMBEDDED_IDLE_SECONDS;
    e->start_timeout =
        options->start_timeout ? options->start_timeout : DAVIT__EMBEDDED_START_TIMEOUT;
    e->program = options->program ? strdup(options->program) : davit__program_find("podman");
    if (!e->program) {
        return davit__error_set(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
                                "the podman program is not in PATH: install Podman");
    }
    int r = davit__service_environment(&e->environment, error);
    if (r == 0) {
        r = prepare_folder(e, options->folder, error);
    }
    if (r < 0) {
        return r;
    }
    e->socket = davit__format("%s/podman.sock", e->folder);
    e->host = davit__format("unix://%s/podman.sock", e->folder);
    return e->socket && e->host ? 0 : davit__error_no_memory(error);
}

int davit__embedded_open(const davit__embedded_options *options, davit__embedded **ret_embedded,
                         davit_error *error)
{
    static const davit__embedded_options defaults;
    davit__embedded *e = calloc(1, sizeof *e);
    if (!e) {
        return davit__error_no_memory(error);
    }
    int r = prepare(e, options ? options : &defaults, error);
    if (r < 0) {
        davit__embedded_free(e);
        return r;
    }
    *ret_embedded = e;
    return 0;
}

void davit__embedded_free(davit__embedded *embedded)
{
    if (embedded) {
        free(embedded->program);
        free(embedded->folder);
        free(embedded->socket);
        free(embedded->host);
        davit__service_environment_free(embedded->environment);
        free(embedded);
    }
}

const char *davit__embedded_host(const davit__embedded *embedded)
{
    return embedded->host;
}

/* ---- files in the folder ---- */

static int file_path(const davit__embedded *e, const char *name, char **ret_path,
                     davit_error *error)
{
    *ret_path = davit__format("%s/%s", e->folder, name);
    return *ret_path ? 0 : davit__error_no_memory(error);
}

static int open_file(const davit__embedded *e, const char *name, int flags, davit_error *error)
{
    DAVIT__FREE char *path = NULL;
    int r = file_path(e, name, &path, error);
    if (r < 0) {
        return r;
    }
    int fd = open(path, flags | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    return fd < 0 ? davit__error_errno(error, DAVIT_ERROR_IO, errno, "%s", path) : fd;
}

static int write_file(const davit__embedded *e, const char *name, const char *text,
                      davit_error *error)
{
    DAVIT__CLOSE int fd = open_file(e, name, O_WRONLY | O_TRUNC, error);
    if (fd < 0) {
        return fd;
    }
    size_t length = strlen(text);
    while (length > 0) {
        ssize_t written = write(fd, text, length);
        if (written < 0 && errno != EINTR) {
            return davit__error_errno(error, DAVIT_ERROR_IO, errno, "%s/%s", e->folder, name);
        }
        text += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
    return 0;
}

/* The service that was started last; 0: none is known. */
static pid_t recorded_pid(const davit__embedded *e)
{
    char text[32] = "";
    DAVIT__FREE char *path = NULL;
    if (file_path(e, "service.pid", &path, NULL) == 0) {
        davit__file_line(path, text, sizeof text);
    }
    long pid = strtol(text, NULL, 10);
    return pid > 1 && pid <= INT32_MAX ? (pid_t)pid : 0;
}

/* The service writes at the end of its log (O_APPEND), so it can be emptied under its hands. */
static void bound_log(const davit__embedded *e)
{
    struct stat status;
    DAVIT__FREE char *path = NULL;
    if (file_path(e, "service.log", &path, NULL) == 0 && lstat(path, &status) == 0 &&
        S_ISREG(status.st_mode) && status.st_size > DAVIT__EMBEDDED_LOG_MAX &&
        truncate(path, 0) < 0) {
        return; /* a log that stays long is no reason to fail */
    }
}

/* The end of the log on one line. */
static void read_log_tail(const davit__embedded *e, char tail[LOG_TAIL_MAX])
{
    tail[0] = '\0';
    DAVIT__FREE char *path = NULL;
    DAVIT__CLOSE int fd = file_path(e, "service.log", &path, NULL) == 0
                              ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
                              : -1;
    off_t size = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
    off_t start = size > LOG_TAIL_MAX - 1 ? size - (LOG_TAIL_MAX - 1) : 0;
    ssize_t length = fd < 0 ? -1 : pread(fd, tail, LOG_TAIL_MAX - 1, start);
    size_t used = 0;
    for (ssize_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)tail[i];
        if (c > ' ' || (used > 0 && tail[used - 1] != ' ')) {
            tail[used++] = c <= ' ' ? ' ' : c < 0x7f ? (char)c : '?';
        }
    }
    used -= used > 0 && tail[used - 1] == ' ';
    tail[used] = '\0';
}

/* ---- starting ---- */

static int ask(const davit__embedded *e, davit__limit limit, davit__probe *probe,
               davit_error *error)
{
    return davit__probe_address(e->host, limit, probe, error);
}

static bool gives_up(davit__limit limit, int code)
{
    return code == DAVIT_ERROR_CANCELLED || code == DAVIT_ERROR_NO_MEMORY ||
           davit__limit_check(limit, NULL) < 0;
}

/* Until the process answers. DAVIT_ERROR_RUNTIME_NOT_AVAILABLE if it ended first. */
static int wait_for_answer(const davit__embedded *e, pid_t pid, davit__limit limit,
                           davit__probe *ret_probe, davit_error *error)
{
    for (;;) {
        bool runs = davit__detached_runs(pid, e->socket); /* before asking: its last word counts */
        davit_error reason = DAVIT_ERROR_INIT;
        int r = ask(e, limit, ret_probe, &reason);
        if (r == 0) {
            return 0;
        }
        if (runs && r == DAVIT_ERROR_RUNTIME_NOT_AVAILABLE) {
            r = davit__wait_time(POLL_PAUSE, limit, &reason);
        }
        if (r < 0) {
            if (error) {
                *error = reason;
            }
            return r;
        }
    }
}

/* A service may be on its way up, started by a process that was killed meanwhile, or on its way
 * down, and would then take a new one's socket away with it: wait which. 0: it answers. */
static int settle_old(const davit__embedded *e, davit__limit limit, davit__probe *ret_probe,
                      davit_error *error)
{
    pid_t pid = recorded_pid(e);
    davit__limit patience = davit__limit_within(limit, e->start_timeout);
    int r = wait_for_answer(e, pid, patience, ret_probe, error);
    if (r == DAVIT_ERROR_PROTOCOL) { /* cut off in the middle of the answer: going down */
        davit__wait_time(POLL_PAUSE, patience, NULL);
        r = wait_for_answer(e, pid, patience, ret_probe, error);
    }
    if (r < 0 && !gives_up(limit, r)) {
        davit__detached_end(pid, e->socket, END_GRACE);
    }
    return r;
}

/* *ret_conf: "CONTAINERS_CONF=FILE", NULL if Podman's own settings do. The file stays when the
 * service ends: containers that it started come back to it when they end. */
static int write_settings(const davit__embedded *e, char **ret_conf, davit_error *error)
{
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    int r = davit__podman_settings(e->environment, &text, error);
    if (r < 0 || text.length == 0) {
        return r;
    }
    r = write_file(e, "containers.conf", text.data, error);
    if (r < 0) {
        return r;
    }
    *ret_conf = davit__format("CONTAINERS_CONF=%s/containers.conf", e->folder);
    return *ret_conf ? 0 : davit__error_no_memory(error);
}

static int spawn(const davit__embedded *e, pid_t *ret_pid, davit_error *error)
{
    DAVIT__FREE char *conf = NULL;
    int r = write_settings(e, &conf, error);
    if (r < 0) {
        return r;
    }
    DAVIT__FREE char **environment = davit__service_environment_with(e->environment, conf);
    if (!environment) {
        return davit__error_no_memory(error);
    }
    DAVIT__CLOSE int log = open_file(e, "service.log", O_WRONLY | O_TRUNC | O_APPEND, error);
    if (log < 0) {
        return log;
    }
    DAVIT__CLOSE int record = open_file(e, "service.pid", O_WRONLY | O_TRUNC, error);
    if (record < 0) {
        return record;
    }
    char time[40];
    snprintf(time, sizeof time, "--time=%lld", (long long)e->idle_seconds);
    char *argv[] = {e->program, "system", "service", time, e->host, NULL};
    return davit__detached_start(argv, environment, log, record, ret_pid, error);
}

/* What is known to be behind a failed start. */
static const char *find_remedy(const char *log)
{
    static const struct {
        const char *part, *remedy;
    } known[] = {
        {"uidmap", "install the package uidmap and give the user lines in /etc/subuid and "
                   "/etc/subgid"},
        {"subuid", "give the user lines in /etc/subuid and /etc/subgid"},
        {"hybrid mode", "install runc: crun does not run on this machine"},
        {"no space left", "make room on the disk"},
        {"conmon", "install the package conmon"},
    };
    for (size_t i = 0; i < DAVIT__COUNT(known); i++) {
        if (strcasestr(log, known[i].part)) {
            return known[i].remedy;
        }
    }
    return "run it by hand to see more";
}

static int report_failure(const davit__embedded *e, const davit_error *reason, davit_error *error)
{
    char tail[LOG_TAIL_MAX];
    read_log_tail(e, tail);
    bool ended = reason->code == DAVIT_ERROR_RUNTIME_NOT_AVAILABLE;
    return davit__error_set(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
                            "%s system service does not start: %s%s; %s (log: %s/service.log)",
                            e->program,
                            ended                                 ? "it ended, saying: "
                            : reason->code == DAVIT_ERROR_TIMEOUT ? "no answer, its log says: "
                                                                  : reason->message,
                            !ended && reason->code != DAVIT_ERROR_TIMEOUT ? ""
                            : tail[0]                                     ? tail
                                                                          : "nothing",
                            find_remedy(tail), e->folder);
}

static int start(const davit__embedded *e, davit__limit limit, davit__probe *ret_probe,
                 davit_error *error)
{
    if (unlink(e->socket) < 0 && errno != ENOENT) {
        return davit__error_errno(error, DAVIT_ERROR_IO, errno, "%s", e->socket);
    }
    pid_t pid = 0;
    int r = spawn(e, &pid, error);
    if (r < 0) {
        return r;
    }
    davit_error reason = DAVIT_ERROR_INIT;
    davit__limit patience = davit__limit_within(limit, e->start_timeout);
    r = wait_for_answer(e, pid, patience, ret_probe, &reason);
    if (r == 0) {
        return 0;
    }
    davit__detached_kill_group(pid, e->socket);
    unlink(e->socket);
    if (gives_up(limit, r)) {
        if (error) {
            *error = reason;
        }
        return davit__error_wrap(error, r, "starting Podman");
    }
    return report_failure(e, &reason, error);
}

/* ---- sharing ---- */

/* Unlocked by hand: a child that another thread just forked may hold a copy of the descriptor. */
static void release_lock(const int *fd)
{
    if (*fd >= 0) {
        flock(*fd, LOCK_UN);
        close(*fd);
    }
}

/* Polled, because flock() itself knows neither deadline nor cancellation. */
static int take_lock(const davit__embedded *e, davit__limit limit, davit_error *error)
{
    int fd = open_file(e, "lock", O_RDWR, error);
    if (fd < 0) {
        return fd;
    }
    davit__limit patience = davit__limit_within(limit, 2 * e->start_timeout + LOCK_PATIENCE);
    int r = 0;
    while (r == 0 && flock(fd, LOCK_EX | LOCK_NB) < 0) {
        r = errno == EWOULDBLOCK || errno == EINTR
                ? davit__wait_time(POLL_PAUSE, patience, error)
                : davit__error_errno(error, DAVIT_ERROR_IO, errno, "%s/lock", e->folder);
    }
    if (r < 0) {
        close(fd);
        return davit__error_wrap(error, r, "waiting for another davit that starts Podman");
    }
    return fd;
}

static int ensure_locked(const davit__embedded *e, davit__limit limit, davit__probe *ret_probe,
                         davit_error *error)
{
    davit_error reason = DAVIT_ERROR_INIT;
    int r = settle_old(e, limit, ret_probe, &reason);
    if (r < 0 && gives_up(limit, r)) {
        if (error) {
            *error = reason;
        }
        return r;
    }
    return r == 0 ? 0 : start(e, limit, ret_probe, error);
}

int davit__embedded_ensure(davit__embedded *e, davit__limit limit, davit__probe *ret_probe,
                           davit_error *error)
{
    davit__probe probe;
    davit_error reason = DAVIT_ERROR_INIT;
    int r = ask(e, davit__limit_within(limit, DAVIT__PROBE_TIMEOUT), &probe, &reason);
    if (r < 0 && gives_up(limit, r)) {
        if (error) {
            *error = reason;
        }
        return r;
    }
    if (r < 0) {
        __attribute__((cleanup(release_lock))) int lock = take_lock(e, limit, error);
        r = lock < 0 ? lock : ensure_locked(e, limit, &probe, error);
    }
    if (r < 0) {
        return r;
    }
    bound_log(e);
    if (ret_probe) {
        *ret_probe = probe;
    }
    return 0;
}
