/* SPDX-License-Identifier: MIT */
#include "ignore.h"

#include "glob.h"
#include "memory.h"

struct pattern {
    davit__glob *glob;
    bool exception;
};

struct davit__ignore {
    struct pattern *patterns;
    size_t count;
    size_t capacity;
};

int davit__ignore_create(davit__ignore **ret_ignore, davit_error *error)
{
    davit__ignore *ignore = calloc(1, sizeof *ignore);
    if (!ignore) {
        return davit__error_no_memory(error);
    }
    *ret_ignore = ignore;
    return 0;
}

void davit__ignore_free(davit__ignore *ignore)
{
    if (ignore) {
        for (size_t i = 0; i < ignore->count; i++) {
            davit__glob_free(ignore->patterns[i].glob);
        }
        free(ignore->patterns);
        free(ignore);
    }
}

size_t davit__ignore_count(const davit__ignore *ignore)
{
    return ignore->count;
}

/* The bytes of the white space character at `text`, 0 if there is none: the White_Space property of
 * Unicode, as Docker trims it. */
static size_t space_length(const char *text, size_t length)
{
    static const char *const wide[] = {
        "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81",
        "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86",
        "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
        "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80",
    };
    if (length > 0 && (text[0] == ' ' || (text[0] >= '\t' && text[0] <= '\r'))) {
        return 1;
    }
    for (size_t i = 0; i < DAVIT__COUNT(wide); i++) {
        size_t size = strlen(wide[i]);
        if (size <= length && memcmp(text, wide[i], size) == 0) {
            return size;
        }
    }
    return 0;
}

static size_t space_length_before_end(const char *text, size_t length)
{
    for (size_t size = 1; size <= 3 && size <= length; size++) {
        if (space_length(text + length - size, size) == size) {
            return size;
        }
    }
    return 0;
}

/* Drop white space at both ends, in place. */
static void trim(char *text)
{
    size_t length = strlen(text);
    size_t space;
    while ((space = space_length_before_end(text, length)) > 0) {
        length -= space;
    }
    size_t start = 0;
    while ((space = space_length(text + start, length - start)) > 0) {
        start += space;
    }
    memmove(text, text + start, length - start);
    text[length - start] = '\0';
}

/* Where the last step of a path of `length` bytes begins. */
static size_t last_step(const char *path, size_t length)
{
    while (length > 0 && path[length - 1] != '/') {
        length--;
    }
    return length;
}

/* Take out "." and ".." steps and needless slashes, in place. An empty path becomes ".", for which
 * there has to be room. */
static void clean(char *path)
{
    bool rooted = path[0] == '/';
    size_t kept = rooted; /* bytes of the result */
    size_t bottom = kept; /* ".." takes nothing away below this */
    const char *step = path + rooted;
    while (*step) {
        size_t length = strcspn(step, "/");
        const char *next = step + length + (step[length] == '/');
        bool up = length == 2 && step[0] == '.' && step[1] == '.';
        if (up && kept > bottom) {
            kept = last_step(path, kept);
            kept -= kept > bottom;
        } else if (length > 0 && !(length == 1 && step[0] == '.') && !(up && rooted)) {
            if (kept > rooted) {
                path[kept++] = '/';
            }
            memmove(path + kept, step, length);
            kept += length;
            bottom = up ? kept : bottom;
        }
        step = next;
    }
    path[kept] = '\0';
    if (kept == 0) {
        memcpy(path, ".", 2);
    }
}

static int reserve(davit__ignore *ignore, davit_error *error)
{
    if (ignore->count == DAVIT__IGNORE_PATTERN_MAX) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "more than %d patterns",
                                DAVIT__IGNORE_PATTERN_MAX);
    }
    if (ignore->count < ignore->capacity) {
        return 0;
    }
    size_t capacity = ignore->capacity ? ignore->capacity * 2 : 16;
    struct pattern *patterns = reallocarray(ignore->patterns, capacity, sizeof *patterns);
    if (!patterns) {
        return davit__error_no_memory(error);
    }
    ignore->patterns = patterns;
    ignore->capacity = capacity;
    return 0;
}

/* A copy with room for the "." that clean() may write. */
static int copy_trimmed(const char *text, size_t length, char **ret_copy, davit_error *error)
{
    char *copy = malloc(length + 2);
    if (!copy) {
        return davit__error_no_memory(error);
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    trim(copy);
    *ret_copy = copy;
    return 0;
}

int davit__ignore_add(davit__ignore *ignore, const char *pattern, davit_error *error)
{
    DAVIT__FREE char *text = NULL;
    int r = copy_trimmed(pattern, strlen(pattern), &text, error);
    if (r < 0 || text[0] == '\0') {
        return r;
    }
    clean(text);
    bool exception = text[0] == '!';
    if (exception && text[1] == '\0') {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "\"!\": no pattern behind the !");
    }
    r = reserve(ignore, error);
    if (r < 0) {
        return r;
    }
    struct pattern *added = &ignore->patterns[ignore->count];
    r = davit__glob_compile(text + exception, &added->glob, error);
    if (r < 0) {
        return davit__error_wrap(error, r, "\"%.100s\"", text);
    }
    added->exception = exception;
    ignore->count++;
    return 0;
}

/* Docker cleans the pattern of a line, without its '!', and then once more as a whole. The order
 * shows in odd lines ("/!a" is an exception), so it is kept. */
static int add_line(davit__ignore *ignore, const char *line, size_t length, davit_error *error)
{
    if (memchr(line, '\0', length)) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "a NUL byte");
    }
    if (length > 0 && line[0] == '#') {
        return 0;
    }
    DAVIT__FREE char *text = NULL;
    int r = copy_trimmed(line, length, &text, error);
    if (r < 0 || text[0] == '\0') {
        return r;
    }
    size_t mark = text[0] == '!';
    char *path = text + mark;
    trim(path);
    if (path[0]) {
        clean(path);
    }
    if (path[0] == '/' && path[1]) {
        memmove(path, path + 1, strlen(path));
    }
    return davit__ignore_add(ignore, text, error);
}

static int add_lines(davit__ignore *ignore, const char *text, size_t length, davit_error *error)
{
    const char *end = text + length;
    for (size_t number = 1; text < end; number++) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *line_end = newline ? newline : end;
        int r = add_line(ignore, text, (size_t)(line_end - text), error);
        if (r < 0) {
            return davit__error_wrap(error, r, "line %zu", number);
        }
        text = newline ? newline + 1 : end;
    }
    return 0;
}

int davit__ignore_parse(const char *text, size_t length, davit__ignore **ret_ignore,
                        davit_error *error)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    if (length > DAVIT__IGNORE_FILE_MAX) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "larger than %d bytes",
                                DAVIT__IGNORE_FILE_MAX);
    }
    if (length >= 3 && memcmp(text, byte_order_mark, 3) == 0) {
        text += 3;
        length -= 3;
    }
    davit__ignore *ignore = NULL;
    int r = davit__ignore_create(&ignore, error);
    if (r < 0) {
        return r;
    }
    r = add_lines(ignore, text, length, error);
    if (r < 0) {
        davit__ignore_free(ignore);
        return r;
    }
    *ret_ignore = ignore;
    return 0;
}

bool davit__ignore_decide(const davit__ignore *ignore, const unsigned char *above, const char *path,
                          unsigned char *ret_marks)
{
    bool excluded = false;
    for (size_t i = 0; i < ignore->count; i++) {
        const struct pattern *pattern = &ignore->patterns[i];
        /* A pattern is looked at only where it could change the decision. */
        bool holds = (above && above[i]) ||
                     (pattern->exception == excluded && davit__glob_matches(pattern->glob, path));
        if (ret_marks) {
            ret_marks[i] = holds;
        }
        if (holds) {
            excluded = !pattern->exception;
        }
    }
    return excluded;
}

int davit__ignore_matches(const davit__ignore *ignore, const char *path, davit_error *error)
{
    if (ignore->count == 0 || strcmp(path, ".") == 0) {
        return 0;
    }
    DAVIT__FREE unsigned char *marks = calloc(ignore->count, 1);
    DAVIT__FREE char *directory = strdup(path);
    if (!marks || !directory) {
        return davit__error_no_memory(error);
    }
    for (char *slash = strchr(directory, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        davit__ignore_decide(ignore, marks, directory, marks);
        *slash = '/';
    }
    return davit__ignore_decide(ignore, marks, path, NULL);
}

bool davit__ignore_may_reinclude_below(const davit__ignore *ignore, const unsigned char *marks,
                                       const char *directory)
{
    /* What lies below inherits the marks, so only an exception behind the last of them counts. */
    for (size_t i = ignore->count; i > 0 && !marks[i - 1]; i--) {
        const struct pattern *pattern = &ignore->patterns[i - 1];
        if (pattern->exception && davit__glob_may_match_below(pattern->glob, directory)) {
            return true;
        }
    }
    return false;
}
