/* SPDX-License-Identifier: MIT */
#include "context.h"

#include "buffer.h"
#include "memory.h"
#include "walk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#define IGNORE_NAME ".dockerignore"

struct davit__context {
    const davit__context_options *options; /* while it is opened only */
    int directory;
    davit__ignore *ignore;
    davit__context_file *files; /* sorted; room for the Dockerfile and the hiding file */
    size_t file_count;
    char *dockerfile;       /* its name in the context */
    char *dockerfile_given; /* its name in the context before links were followed, or NULL */
    char *dockerfile_path;  /* where it was found on this machine, or NULL */
    davit__buffer dockerfile_text;
    bool dockerfile_added; /* it is sent under a name of ours */
    char *hiding_name;     /* see engine_ignores */
    davit__buffer hiding_text;
};

void davit__context_close(davit__context *context)
{
    if (context) {
        davit__close_fd(&context->directory);
        davit__ignore_free(context->ignore);
        free(context->files);
        free(context->dockerfile);
        free(context->dockerfile_given);
        free(context->dockerfile_path);
        davit__buffer_free(&context->dockerfile_text);
        free(context->hiding_name);
        davit__buffer_free(&context->hiding_text);
        free(context);
    }
}

const char *davit__context_dockerfile(const davit__context *context)
{
    return context->dockerfile;
}

const char *davit__context_dockerfile_text(const davit__context *context, size_t *ret_length)
{
    if (!context->dockerfile) {
        return NULL;
    }
    *ret_length = context->dockerfile_text.length;
    return context->dockerfile_text.data;
}

/* Files in memory */

static int compare_files(const void *a, const void *b)
{
    return strcmp(((const davit__context_file *)a)->path, ((const davit__context_file *)b)->path);
}

static davit__context_file *find_file(const davit__context *context, const char *path)
{
    davit__context_file key = {.path = path};
    return context->file_count
               ? bsearch(&key, context->files, context->file_count, sizeof key, compare_files)
               : NULL;
}

static const char *check_step(const char *step, size_t length)
{
    if (length == 0) {
        return "an empty step";
    }
    if (length > NAME_MAX) {
        return "a step longer than 255 bytes";
    }
    if (step[0] == '.' && (length == 1 || (length == 2 && step[1] == '.'))) {
        return "a \".\" or \"..\" step";
    }
    return NULL;
}

/* NULL, or what is wrong with the path of a file in memory. */
static const char *check_path(const char *path)
{
    if (strlen(path) >= DAVIT__CONTEXT_PATH_MAX) {
        return "too long";
    }
    for (const char *step = path;; step++) {
        size_t length = strcspn(step, "/");
        const char *wrong = check_step(step, length);
        step += length;
        if (wrong || *step == '\0') {
            return wrong;
        }
    }
}

/* A file must not be a directory of another one. */
static int check_directories(const davit__context *context, const char *path, davit_error *error)
{
    char directory[DAVIT__CONTEXT_PATH_MAX];
    memcpy(directory, path, strlen(path) + 1); /* check_path() saw to its length */
    for (char *slash = strchr(directory, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (find_file(context, directory)) {
            return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                    "file \"%.200s\": \"%.200s\" is a file too", path, directory);
        }
        *slash = '/';
    }
    return 0;
}

static void sort_files(davit__context *context)
{
    if (context->file_count > 0) {
        qsort(context->files, context->file_count, sizeof *context->files, compare_files);
    }
}

static int take_files(davit__context *context, const davit__context_options *options,
                      davit_error *error)
{
    context->files = calloc(options->file_count + 2, sizeof *context->files);
    if (!context->files) {
        return davit__error_no_memory(error);
    }
    for (size_t i = 0; i < options->file_count; i++) {
        const char *wrong = check_path(options->files[i].path);
        if (wrong) {
            return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                    "file \"%.200s\": the path is not relative and plain: %s",
                                    options->files[i].path, wrong);
        }
        context->files[context->file_count++] = options->files[i];
    }
    sort_files(context);
    for (size_t i = 0; i < context->file_count; i++) {
        const char *path = context->files[i].path;
        if (i > 0 && strcmp(path, context->files[i - 1].path) == 0) {
            return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                    "file \"%.200s\": given twice", path);
        }
        int r = check_directories(context, path, error);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

static void add_file(davit__context *context, const char *path, const davit__buffer *text)
{
    context->files[context->file_count++] =
        (davit__context_file){.path = path, .data = text->data, .length = text->length};
    sort_files(context);
}

/* Files that are read when the context is opened */

static int read_descriptor(int fd, size_t ceiling, davit__buffer *text, davit_error *error)
{
    struct stat status;
    if (fstat(fd, &status) < 0) {
        return davit__error_errno(error, DAVIT_ERROR_IO, errno, "cannot be read");
    }
    if (!S_ISREG(status.st_mode)) {
        return davit__error_set(error, DAVIT_ERROR_IO, "not a regular file");
    }
    text->ceiling = ceiling;
    for (;;) {
        char piece[16384];
        ssize_t length = read(fd, piece, sizeof piece);
        if (length < 0 && errno == EINTR) {
            continue;
        }
        if (length < 0) {
            return davit__error_errno(error, DAVIT_ERROR_IO, errno, "cannot be read");
        }
        davit__buffer_add(text, piece, (size_t)length);
        if (length == 0 || text->failed) {
            break;
        }
    }
    return text->failed == DAVIT_ERROR_PROTOCOL
               ? davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "larger than %zu bytes",
                                  ceiling)
               : davit__buffer_check(text, error);
}

/* 1 if it was read, 0 if there is no such file. */
static int read_file(int directory, const char *path, size_t ceiling, davit__buffer *text,
                     davit_error *error)
{
    DAVIT__CLOSE int fd = openat(directory, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
        return 0;
    }
    int r = fd < 0 ? davit__error_errno(error, DAVIT_ERROR_IO, errno, "cannot be opened")
                   : read_descriptor(fd, ceiling, text, error);
    return r < 0 ? davit__error_wrap(error, r, "%.500s", path) : 1;
}

static int copy_text(const void *data, size_t length, size_t ceiling, davit__buffer *text,
                     davit_error *error)
{
    if (length > ceiling) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "larger than %zu bytes",
                                ceiling);
    }
    davit__buffer_add(text, length ? data : "", length);
    return davit__buffer_check(text, error);
}

/* The Dockerfile */

/* A name that the same text always has, so that its image is found in the engine's cache. */
static int name_text(davit__context *context, davit_error *error)
{
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
    for (size_t i = 0; i < context->dockerfile_text.length; i++) {
        hash = (hash ^ (unsigned char)context->dockerfile_text.data[i]) * 0x100000001b3u;
    }
    bool plain = context->directory < 0 && !find_file(context, "Dockerfile");
    free(context->dockerfile);
    context->dockerfile = plain ? davit__format("Dockerfile")
                                : davit__format(".dockerfile.%016llx", (unsigned long long)hash);
    if (!context->dockerfile) {
        return davit__error_no_memory(error);
    }
    context->dockerfile_added = true;
    add_file(context, context->dockerfile, &context->dockerfile_text);
    return 0;
}

/* The path of the file below the directory, links followed; NULL if it lies elsewhere. */
static char *path_in_directory(const char *directory, const char *path)
{
    DAVIT__FREE char *real_directory = realpath(directory, NULL);
    DAVIT__FREE char *real_path = realpath(path, NULL);
    if (!real_directory || !real_path) {
        return NULL;
    }
    size_t length = strlen(real_directory);
    length -= length == 1; /* "/" */
    bool inside = strncmp(real_path, real_directory, length) == 0 && real_path[length] == '/';
    return inside ? strdup(real_path + length + 1) : NULL;
}

/* 1 if the Dockerfile was found at `path` on this machine, 0 if there is none. */
static int find_on_disk(davit__context *context, const char *path, davit_error *error)
{
    int r =
        read_file(AT_FDCWD, path, DAVIT__CONTEXT_DOCKERFILE_MAX, &context->dockerfile_text, error);
    if (r <= 0) {
        return r;
    }
    const char *directory = context->options->directory;
    if (davit__copy(path, &context->dockerfile_path, error) < 0) {
        return DAVIT_ERROR_NO_MEMORY;
    }
    context->dockerfile = directory ? path_in_directory(directory, path) : NULL;
    if (!context->dockerfile) {
        r = name_text(context, error);
    }
    return r < 0 ? r : 1;
}

/* 1 if the Dockerfile was found under `name` in the context, 0 if there is none. */
static int find_in_context(davit__context *context, const char *name, davit_error *error)
{
    const davit__context_file *file = find_file(context, name);
    if (davit__copy(name, &context->dockerfile_given, error) < 0) {
        return DAVIT_ERROR_NO_MEMORY;
    }
    if (file) {
        int r = copy_text(file->data, file->length, DAVIT__CONTEXT_DOCKERFILE_MAX,
                          &context->dockerfile_text, error);
        r = r < 0 ? r : davit__copy(name, &context->dockerfile, error);
        return r < 0 ? r : 1;
    }
    if (!context->options->directory) {
        return 0;
    }
    DAVIT__FREE char *path =
        name[0] == '/' ? strdup(name) : davit__format("%s/%s", context->options->directory, name);
    return path ? find_on_disk(context, path, error) : davit__error_no_memory(error);
}

static int find_default(davit__context *context, davit_error *error)
{
    static const char *const names[] = {"Dockerfile", "dockerfile", "Containerfile"};
    for (size_t i = 0; i < DAVIT__COUNT(names); i++) {
        free(DAVIT__TAKE(context->dockerfile_given));
        int r = find_in_context(context, names[i], error);
        if (r != 0) {
            return r;
        }
    }
    return 0;
}

static int find_dockerfile(davit__context *context, davit_error *error)
{
    const davit__context_options *options = context->options;
    if (options->dockerfile_text) {
        int r = copy_text(options->dockerfile_text, options->dockerfile_length,
                          DAVIT__CONTEXT_DOCKERFILE_MAX, &context->dockerfile_text, error);
        r = r < 0 ? r : name_text(context, error);
        return r < 0 ? r : 1;
    }
    if (options->dockerfile_path) {
        return find_on_disk(context, options->dockerfile_path, error);
    }
    return options->dockerfile ? find_in_context(context, options->dockerfile, error)
                               : find_default(context, error);
}

static int take_dockerfile(davit__context *context, davit_error *error)
{
    const davit__context_options *options = context->options;
    int r = find_dockerfile(context, error);
    if (r < 0) {
        return davit__error_wrap(error, r, "Dockerfile");
    }
    if (r > 0 || options->dockerfile_optional) {
        return 0;
    }
    const char *name = options->dockerfile_path ? options->dockerfile_path
                       : options->dockerfile    ? options->dockerfile
                                                : "Dockerfile";
    const char *place = options->dockerfile_path ? "on this machine"
                        : options->directory     ? options->directory
                                                 : "among the files given";
    return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                            options->dockerfile_path || !options->directory
                                ? "Dockerfile: there is no %.300s %.300s"
                                : "Dockerfile: there is no %.300s in %.300s",
                            name, place);
}

/* The ignore file */

static int read_context_file(const davit__context *context, const char *name, davit__buffer *text,
                             davit_error *error)
{
    const davit__context_file *file = find_file(context, name);
    if (file) {
        int r = copy_text(file->data, file->length, DAVIT__IGNORE_FILE_MAX, text, error);
        return r < 0 ? davit__error_wrap(error, r, "%s", name) : 1;
    }
    return context->directory < 0
               ? 0
               : read_file(context->directory, name, DAVIT__IGNORE_FILE_MAX, text, error);
}

/* `<Dockerfile>.dockerignore`: in memory, or beside the Dockerfile on this machine. 1 with its text
 * and its name, 0 if there is none. */
static int read_specific_ignore(const davit__context *context, davit__buffer *text, char **ret_name,
                                davit_error *error)
{
    DAVIT__FREE char *name = NULL;
    int r = 0;
    if (context->dockerfile_given) {
        name = davit__format("%s" IGNORE_NAME, context->dockerfile_given);
        r = !name                      ? davit__error_no_memory(error)
            : find_file(context, name) ? read_context_file(context, name, text, error)
                                       : 0;
    }
    if (r == 0 && context->dockerfile_path) {
        free(name);
        name = davit__format("%s" IGNORE_NAME, context->dockerfile_path);
        r = name ? read_file(AT_FDCWD, name, DAVIT__IGNORE_FILE_MAX, text, error)
                 : davit__error_no_memory(error);
    }
    if (r > 0) {
        *ret_name = DAVIT__TAKE(name);
    }
    return r;
}

static int take_ignore(davit__context *context, davit_error *error)
{
    davit__buffer text DAVIT__BUFFER = DAVIT__BUFFER_INIT;
    DAVIT__FREE char *specific = NULL;
    int r = read_specific_ignore(context, &text, &specific, error);
    if (r == 0) {
        r = read_context_file(context, IGNORE_NAME, &text, error);
    }
    if (r <= 0) {
        return r;
    }
    r = davit__ignore_parse(text.data, text.length, &context->ignore, error);
    return r < 0 ? davit__error_wrap(error, r, "%.300s", specific ? specific : IGNORE_NAME) : 0;
}

/* A line that hides this path and no other. */
static void add_hiding_line(davit__buffer *text, const char *path)
{
    for (const char *c = path; *c; c++) {
        if (strchr("*?[]\\!#", *c)) {
            davit__buffer_add_char(text, '\\');
        }
        davit__buffer_add_char(text, *c);
    }
    davit__buffer_add_char(text, '\n');
}

static int hide_if_ignored(davit__context *context, const char *path, davit_error *error)
{
    int r = context->ignore ? davit__ignore_matches(context->ignore, path, error) : 0;
    if (r > 0) {
        add_hiding_line(&context->hiding_text, path);
    }
    return r < 0 ? r : 0;
}

static int add_hiding_file(davit__context *context, davit_error *error)
{
    context->hiding_name = davit__format("%s" IGNORE_NAME, context->dockerfile);
    if (!context->hiding_name) {
        return davit__error_no_memory(error);
    }
    add_hiding_line(&context->hiding_text, context->hiding_name);
    int r = 0;
    if (context->dockerfile_added) {
        add_hiding_line(&context->hiding_text, context->dockerfile);
    } else {
        r = hide_if_ignored(context, context->dockerfile, error);
    }
    r = r < 0 ? r : hide_if_ignored(context, IGNORE_NAME, error);
    r = r < 0 ? r : davit__buffer_check(&context->hiding_text, error);
    if (r < 0) {
        return r;
    }
    davit__context_file *file = find_file(context, context->hiding_name);
    if (file) {
        file->data = context->hiding_text.data;
        file->length = context->hiding_text.length;
    } else {
        add_file(context, context->hiding_name, &context->hiding_text);
    }
    return 0;
}

static int take_hiding_file(davit__context *context, davit_error *error)
{
    bool needed = context->options->engine_ignores && context->dockerfile &&
                  (context->ignore || context->dockerfile_added);
    return needed ? add_hiding_file(context, error) : 0;
}

/* Opening */

static int open_directory(davit__context *context, davit_error *error)
{
    const char *path = context->options->directory;
    if (!path) {
        return 0;
    }
    context->directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (context->directory < 0) {
        return davit__error_errno(error, DAVIT_ERROR_IO, errno, "context %.500s", path);
    }
    return 0;
}

static int check_options(const davit__context_options *options, davit_error *error)
{
    int dockerfiles =
        !!options->dockerfile + !!options->dockerfile_path + !!options->dockerfile_text;
    if (dockerfiles > 1) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "the Dockerfile is given in more than one way");
    }
    return 0;
}

static int open_parts(davit__context *context, const davit__context_options *options,
                      davit_error *error)
{
    int r = check_options(options, error);
    r = r < 0 ? r : open_directory(context, error);
    r = r < 0 ? r : take_files(context, options, error);
    r = r < 0 ? r : take_dockerfile(context, error);
    r = r < 0 ? r : take_ignore(context, error);
    return r < 0 ? r : take_hiding_file(context, error);
}

int davit__context_open(const davit__context_options *options, davit__context **ret_context,
                        davit_error *error)
{
    davit__context *context = calloc(1, sizeof *context);
    if (!context) {
        return davit__error_no_memory(error);
    }
    context->options = options;
    context->directory = -1;
    int r = open_parts(context, options, error);
    if (r < 0) {
        davit__context_close(context);
        return r;
    }
    context->options = NULL;
    *ret_context = context;
    return 0;
}

/* Sending */

struct sending {
    davit__tar *tar;
    unsigned char piece[DAVIT__TAR_PIECE + 1];
};

/* At the end of the file one byte more is asked for, to see whether it grew. */
static ssize_t read_piece(int fd, unsigned char *piece, int64_t rest)
{
    size_t wanted = rest <= DAVIT__TAR_PIECE ? (size_t)rest + 1 : DAVIT__TAR_PIECE;
    ssize_t length;
    do {
        length = read(fd, piece, wanted);
    } while (length < 0 && errno == EINTR);
    return length;
}

static int send_content(struct sending *sending, const davit__walk_entry *entry, davit_error *error)
{
    int64_t rest = entry->head.size;
    ssize_t length;
    do {
        length = read_piece(entry->fd, sending->piece, rest);
        if (length < 0) {
            return davit__error_errno(error, DAVIT_ERROR_IO, errno, "%.500s", entry->head.path);
        }
        if (length > rest || (length == 0 && rest > 0)) {
            return davit__error_set(error, DAVIT_ERROR_IO, "%.500s: %s while it was read",
                                    entry->head.path, length > 0 ? "grew" : "shrank");
        }
        int r = davit__tar_write(sending->tar, sending->piece, (size_t)length, error);
        if (r < 0) {
            return r;
        }
        rest -= length;
    } while (rest > 0);
    return 0;
}

static int send_entry(void *context, const davit__walk_entry *entry, davit_error *error)
{
    struct sending *sending = context;
    int r = davit__tar_add(sending->tar, &entry->head, error);
    if (r < 0) {
        return r;
    }
    if (entry->fd >= 0) {
        return send_content(sending, entry, error);
    }
    return entry->data
               ? davit__tar_write(sending->tar, entry->data, (size_t)entry->head.size, error)
               : 0;
}

static davit__walk make_walk(const davit__context *context)
{
    return (davit__walk){
        .directory = context->directory,
        .ignore = context->ignore,
        .files = context->files,
        .file_count = context->file_count,
        .always = {context->dockerfile, IGNORE_NAME},
    };
}

int davit__context_write(const davit__context *context, davit__tar_sink sink, void *sink_context,
                         davit_error *error)
{
    DAVIT__FREE struct sending *sending = malloc(sizeof *sending);
    if (!sending) {
        return davit__error_no_memory(error);
    }
    int r = davit__tar_open(sink, sink_context, &sending->tar, error);
    if (r < 0) {
        return r;
    }
    davit__walk walk = make_walk(context);
    r = davit__walk_run(&walk, send_entry, sending, error);
    r = r < 0 ? r : davit__tar_finish(sending->tar, error);
    davit__tar_close(sending->tar);
    return r;
}

/* Listing */

struct listing {
    davit__context_each each;
    void *context;
};

static int list_entry(void *context, const davit__walk_entry *entry, davit_error *error)
{
    const struct listing *listing = context;
    return listing->each(listing->context, entry->head.path, entry->head.mode & S_IFMT, error);
}

int davit__context_list(const davit__context *context, davit__context_each each, void *each_context,
                        davit_error *error)
{
    struct listing listing = {.each = each, .context = each_context};
    davit__walk walk = make_walk(context);
    walk.names_only = true;
    return davit__walk_run(&walk, list_entry, &listing, error);
}
