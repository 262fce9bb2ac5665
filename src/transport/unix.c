/* SPDX-License-Identifier: MIT */
#include "memory.h"
#include "socket.h"

#include <errno.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* A full backlog says nothing when it has room again, so it is asked now and then. */
#define BACKLOG_PAUSE_FIRST DAVIT_MILLISECONDS(1)
#define BACKLOG_PAUSE_MAX   DAVIT_MILLISECONDS(50)

#define UNIX_PREFIX         "unix://"

static int refuse_permission(const char *path, int system_error, davit_error *error)
{
    struct stat status;
    struct group entry, *group = NULL;
    char names[4096];
    if (stat(path, &status) == 0 && status.st_gid != 0 && (status.st_mode & S_IWGRP)) {
        getgrgid_r(status.st_gid, &entry, names, sizeof names, &group);
    }
    int r;
    if (group) {
        r = davit__error_set(error, DAVIT_ERROR_UNAUTHORIZED,
                             UNIX_PREFIX "%s: no permission to use this socket: join its group %s "
                                         "(usermod -aG %s USER, then log in again) or run as root",
                             path, group->gr_name, group->gr_name);
    } else {
        r = davit__error_set(error, DAVIT_ERROR_UNAUTHORIZED,
                             UNIX_PREFIX "%s: no permission to use this socket: run as root", path);
    }
    if (error) {
        error->system_error = system_error;
    }
    return r;
}

static int refuse_connect(const char *path, int system_error, davit_error *error)
{
    struct stat status;
    const char *reason;
    switch (system_error) {
    case EACCES:
    case EPERM:
        return refuse_permission(path, system_error, error);
    case ENOENT:
    case ENOTDIR:
        reason = "no such socket";
        break;
    case ECONNREFUSED:
        reason = stat(path, &status) == 0 && !S_ISSOCK(status.st_mode) ? "not a socket"
                                                                       : "nothing listens there";
        break;
    default:
        return davit__error_errno(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE, system_error,
                                  UNIX_PREFIX "%s", path);
    }
    int r = davit__error_set(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE, UNIX_PREFIX "%s: %s", path,
                             reason);
    if (error) {
        error->system_error = system_error;
    }
    return r;
}

static int connect_path(int fd, const char *path, davit__limit limit, davit_error *error)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    memcpy(name.sun_path, path, strlen(path));
    int64_t pause = BACKLOG_PAUSE_FIRST;
    while (connect(fd, (const struct sockaddr *)&name, sizeof name) < 0) {
        if (errno == EAGAIN) {
            int r = davit__wait_time(pause, limit, error);
            if (r < 0) {
                return davit__error_wrap(error, r, UNIX_PREFIX "%s", path);
            }
            pause = pause * 2 < BACKLOG_PAUSE_MAX ? pause * 2 : BACKLOG_PAUSE_MAX;
        } else if (errno != EINTR) {
            return refuse_connect(path, errno, error);
        }
    }
    return 0;
}

int davit__unix_connect(const char *path, davit__limit limit, davit_error *error)
{
    int r = davit__address_check_path(path, path, error);
    if (r < 0) {
        return r;
    }
    DAVIT__CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return davit__error_errno(error, DAVIT_ERROR_IO, errno, "socket");
    }
    r = connect_path(fd, path, limit, error);
    if (r < 0) {
        return r;
    }
    int connected = fd;
    fd = -1;
    return connected;
}
