/* SPDX-License-Identifier: MIT */
/* One pattern of a .dockerignore file against a path.
 *
 *   *      any run of characters without '/'         ?      one character, not '/'
 *   **     any number of levels, none included       [a-z]  one of a set, [^a-z] one not of it
 *   \c     the character c itself
 *
 * A character is a UTF-8 code point; a byte that is no UTF-8 counts as one character. A match takes
 * the length of the pattern times the length of the path at most, whatever the pattern. */
#ifndef DAVIT_BUILD_GLOB_H
#define DAVIT_BUILD_GLOB_H

#include <davit/error.h>

/* Longest pattern in bytes: no path that the kernel takes is longer. */
#define DAVIT__GLOB_MAX 4096

typedef struct davit__glob davit__glob;

/* `text` is copied. DAVIT_ERROR_INVALID_CONFIG, "why" alone, for a pattern that breaks the rules.
 */
int davit__glob_compile(const char *text, davit__glob **ret_glob, davit_error *error);
void davit__glob_free(davit__glob *glob);

bool davit__glob_matches(const davit__glob *glob, const char *path);

/* Whether some path below `directory` could match. */
bool davit__glob_may_match_below(const davit__glob *glob, const char *directory);

#endif
