/* SPDX-License-Identifier: MIT */
/* A .dockerignore file and, behind a NUL, a path that it decides about. A walk from the root has to
 * decide like a question about the path alone, and nothing may be let in below a directory that is
 * said to hold nothing more. */
#include "ignore.h"

#include "memory.h"

#define PATH_LENGTH_MAX 200

static void check_walk(const davit__ignore *ignore, char *path)
{
    unsigned char *marks = calloc(davit__ignore_count(ignore) + 1, 1);
    bool closed = false;
    if (!marks) {
        return;
    }
    for (char *slash = strchr(path, '/');; slash = slash ? strchr(slash + 1, '/') : NULL) {
        if (slash) {
            *slash = '\0';
        }
        bool excluded = davit__ignore_decide(ignore, marks, path, marks);
        if (excluded != (davit__ignore_matches(ignore, path, NULL) == 1) &&
            strcmp(path, ".") != 0) {
            abort();
        }
        if (closed && !excluded) {
            abort();
        }
        closed = closed || (excluded && !davit__ignore_may_reinclude_below(ignore, marks, path));
        if (!slash) {
            break;
        }
        *slash = '/';
    }
    free(marks);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *nul = size ? memchr(data, '\0', size) : NULL;
    size_t length = nul ? (size_t)(nul - data) : size;
    davit__ignore *ignore = NULL;
    davit_error error = DAVIT_ERROR_INIT;
    int r = davit__ignore_parse((const char *)data, length, &ignore, &error);
    if ((r < 0) != (error.code != DAVIT_OK)) {
        abort();
    }
    if (r == 0 && nul) {
        char path[PATH_LENGTH_MAX + 1];
        size_t path_length = size - length - 1;
        path_length = path_length < PATH_LENGTH_MAX ? path_length : PATH_LENGTH_MAX;
        memcpy(path, nul + 1, path_length);
        path[path_length] = '\0';
        check_walk(ignore, path);
    }
    davit__ignore_free(ignore);
    return 0;
}
