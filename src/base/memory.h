/* SPDX-License-Identifier: MIT */
/* Ownership inside the library: clean-up at the end of a scope, taking a pointer out of one. */
#ifndef DAVIT_BASE_MEMORY_H
#define DAVIT_BASE_MEMORY_H

#include "errors.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static inline void davit__free_pointer(void *pointer)
{
    free(*(void **)pointer);
}

static inline void davit__close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
}

/* free() the variable, or close() the descriptor, at the end of the scope. */
#define DAVIT__FREE  __attribute__((cleanup(davit__free_pointer)))
#define DAVIT__CLOSE __attribute__((cleanup(davit__close_fd)))

/* The pointer's value; the variable becomes NULL, so its clean-up has nothing left to do. */
#define DAVIT__TAKE(pointer)                                                                       \
    __extension__({                                                                                \
        __typeof__(pointer) taken_ = (pointer);                                                    \
        (pointer) = NULL;                                                                          \
        taken_;                                                                                    \
    })

#define DAVIT__COUNT(array) (sizeof(array) / sizeof((array)[0]))

static inline bool davit__same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static inline bool davit__empty(const char *text)
{
    return !text || !text[0];
}

static inline bool davit__starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* A copy of `text` (NULL gives NULL, which is no error). */
int davit__copy(const char *text, char **ret_copy, davit_error *error);

/* printf into memory of its own; NULL on out of memory. */
char *davit__format(const char *format, ...) DAVIT_PRINTF(1, 2);

#endif
