/* SPDX-License-Identifier: MIT */
/* What a .dockerignore file keeps out of a build context, decided as Docker and BuildKit decide.
 *
 * One pattern a line, anchored at the context's root, in the syntax of glob.h. Lines that start
 * with '#' are comments; white space around a pattern, "." and ".." steps, doubled, leading and
 * trailing slashes do not count. '!' makes an exception. The last line that matches a path or a
 * directory above it decides, with the one exception that Docker makes: a line that would change
 * nothing for a directory (it is decided so already) is not remembered for what lies below it.
 *
 * Docker translates patterns to regular expressions; where that lets something odd through
 * (`\d` as "a digit", `[*]`, a '^' that matches nothing), its documented rule holds here. */
#ifndef DAVIT_BUILD_IGNORE_H
#define DAVIT_BUILD_IGNORE_H

#include <davit/error.h>

#define DAVIT__IGNORE_FILE_MAX    (1024 * 1024) /* bytes of a .dockerignore file */
#define DAVIT__IGNORE_PATTERN_MAX 10000         /* patterns in it */

typedef struct davit__ignore davit__ignore;

/* An empty set keeps nothing out. */
int davit__ignore_create(davit__ignore **ret_ignore, davit_error *error);
void davit__ignore_free(davit__ignore *ignore);

/* Parse a whole file. DAVIT_ERROR_INVALID_CONFIG says which line and pattern and why. */
int davit__ignore_parse(const char *text, size_t length, davit__ignore **ret_ignore,
                        davit_error *error);

/* Append one pattern, "!" in front for an exception. A blank one is dropped. */
int davit__ignore_add(davit__ignore *ignore, const char *pattern, davit_error *error);

size_t davit__ignore_count(const davit__ignore *ignore);

/* Whether `path` ("a/b", relative to the context) is kept out. "." never is. DAVIT_ERROR_NO_MEMORY
 * is the only error; otherwise 0 or 1. */
int davit__ignore_matches(const davit__ignore *ignore, const char *path, davit_error *error);

/* The same for a walk from the root down, one level at a time, at a fraction of the cost. A mark
 * array has davit__ignore_count() bytes and says which patterns hold for a directory; `above` is
 * the one of the directory that holds `path`, NULL at the root. `ret_marks` (NULL for what is no
 * directory) receives the one of `path`. */
bool davit__ignore_decide(const davit__ignore *ignore, const unsigned char *above, const char *path,
                          unsigned char *ret_marks);

/* Whether something below `directory`, which is kept out and has these marks, may yet be let in: if
 * not, a walk need not look inside. */
bool davit__ignore_may_reinclude_below(const davit__ignore *ignore, const unsigned char *marks,
                                       const char *directory);

#endif
