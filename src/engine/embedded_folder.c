/* SPDX-License-Identifier: MIT */
#include "embedded_folder.h"

#include "environment.h"
#include "memory.h"

#include <errno.h>
#include <sys/stat.h>

/* Socket addresses have 107 bytes; what is put behind the folder's path needs some of them. */
#define FOLDER_LENGTH_MAX 64

/* `forbidden`: mode bits that a folder found there must not have. No link is followed: in /tmp
 * anybody may have put one there. What is our own and closed to others cannot be swapped later. */
static int make_own(const char *path, mode_t mode, mode_t forbidden, davit_error *error)
{
    struct stat status;
    if (mkdir(path, mode) < 0 && errno != EEXIST) {
        int reason = errno;
        return davit__error_errno(error,
                                  reason == EACCES ? DAVIT_ERROR_UNAUTHORIZED : DAVIT_ERROR_IO,
                                  reason, "%s", path);
    }
    if (lstat(path, &status) < 0) {
        return davit__error_errno(error, DAVIT_ERROR_IO, errno, "%s", path);
    }
    if (!S_ISDIR(status.st_mode) || status.st_uid != geteuid()) {
        return davit__error_set(error, DAVIT_ERROR_UNAUTHORIZED,
                                "%s: not a folder of this user (%u): somebody else may have put it "
                                "there; remove it",
                                path, (unsigned)geteuid());
    }
    if (status.st_mode & forbidden) {
        return davit__error_set(error, DAVIT_ERROR_UNAUTHORIZED,
                                "%s: open to other users (mode %04o): remove it, or chmod 700 it "
                                "after a look at what is in it",
                                path, (unsigned)status.st_mode & 07777);
    }
    return 0;
}

int davit__private_folder_at(const char *path, davit_error *error)
{
    return make_own(path, 0700, 077, error);
}

static char *choose_parent(const char *runtime_dir)
{
    if (geteuid() == 0) {
        return davit__format("/run/davit");
    }
    if (runtime_dir && strlen(runtime_dir) <= FOLDER_LENGTH_MAX) {
        return davit__format("%s/davit", runtime_dir);
    }
    return davit__format("/tmp/davit-%u", (unsigned)geteuid());
}

int davit__private_folder(const char *name, char **ret_path, davit_error *error)
{
    davit__environment environment;
    int r = davit__environment_read(&environment, error);
    if (r < 0) {
        return r;
    }
    DAVIT__FREE char *parent = choose_parent(environment.runtime_dir);
    davit__environment_free(&environment);
    DAVIT__FREE char *path = parent ? davit__format("%s/%s", parent, name) : NULL;
    if (!path) {
        return davit__error_no_memory(error);
    }
    /* Other parts of davit may share the parent with more people. */
    r = make_own(parent, geteuid() == 0 ? 0755 : 0700, 022, error);
    if (r == 0) {
        r = davit__private_folder_at(path, error);
    }
    if (r == 0) {
        *ret_path = DAVIT__TAKE(path);
    }
    return r;
}
