/* SPDX-License-Identifier: MIT */
/* A folder of the test's own, and what stands in its files. */
#ifndef DAVIT_TESTS_FOLDER_H
#define DAVIT_TESTS_FOLDER_H

#include "support/runner.h"

#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER_TEXT 4096

static inline void folder_make(char path[64])
{
    snprintf(path, 64, "/tmp/davit-test-XXXXXX");
    assert_non_null(mkdtemp(path));
}

static inline int folder_remove_one(const char *path, const struct stat *status, int kind,
                                    struct FTW *walk)
{
    (void)status, (void)kind, (void)walk;
    return remove(path);
}

static inline void folder_remove(const char *path)
{
    nftw(path, folder_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Write `text` to the file `name` ("a/b") below `folder`, with its parents. */
static inline void folder_write(const char *folder, const char *name, const char *text, mode_t mode)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0755);
        *slash = '/';
    }
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

/* The file's text, "" if there is none. */
static inline const char *folder_read(const char *folder, const char *name, char text[FOLDER_TEXT])
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    size_t length = file ? fread(text, 1, FOLDER_TEXT - 1, file) : 0;
    text[length] = '\0';
    if (file) {
        fclose(file);
    }
    return text;
}

#endif
