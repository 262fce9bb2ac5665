/* SPDX-License-Identifier: MIT */
/* For tests of build contexts: a folder to fill, and the tar that is made of it read back. */
#ifndef DAVIT_TESTS_TREE_H
#define DAVIT_TESTS_TREE_H

#include "buffer.h"
#include "context.h"
#include "memory.h"

#include "support/runner.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#define TREE_MAX 64

/* What was read back of one entry. */
struct entry {
    char path[5000];
    char target[512];
    char content[512]; /* its beginning */
    char capability[64];
    size_t capability_length;
    int64_t size;
    int64_t mtime;
    mode_t mode;
    int64_t uid;
};

struct tree {
    char path[64];
    int fd;
    davit__context *context;
    davit__buffer tar;
    size_t calls;   /* of the sink */
    size_t largest; /* piece it got */
    struct entry *entries;
    size_t count;
};

static inline int tree_setup(void **state)
{
    struct tree *tree = calloc(1, sizeof *tree);
    assert_non_null(tree);
    strcpy(tree->path, "/tmp/davit-test-XXXXXX");
    assert_non_null(mkdtemp(tree->path));
    assert_int_equal(chmod(tree->path, 0755), 0);
    tree->fd = open(tree->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(tree->fd >= 0);
    *state = tree;
    return 0;
}

static inline int tree_remove(const char *path, const struct stat *status, int type,
                              struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static inline int tree_teardown(void **state)
{
    struct tree *tree = *state;
    close(tree->fd);
    nftw(tree->path, tree_remove, 32, FTW_DEPTH | FTW_PHYS);
    davit__context_close(tree->context);
    davit__buffer_free(&tree->tar);
    free(tree->entries);
    free(tree);
    return 0;
}

#define tree_test(function) cmocka_unit_test_setup_teardown(function, tree_setup, tree_teardown)

/* Create the directories above `path`. */
static inline void tree_parents(struct tree *tree, const char *path)
{
    char parent[512];
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(parent, sizeof parent, "%.*s", (int)(slash - path), path);
        mkdirat(tree->fd, parent, 0755);
    }
}

static inline void tree_file(struct tree *tree, const char *path, const char *content)
{
    tree_parents(tree, path);
    int fd = openat(tree->fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, content, strlen(content)), strlen(content));
    close(fd);
}

static inline void tree_big_file(struct tree *tree, const char *path, off_t size)
{
    char *content = malloc((size_t)size + 1);
    assert_non_null(content);
    memset(content, 'x', (size_t)size);
    content[size] = '\0';
    tree_file(tree, path, content);
    free(content);
}

static inline const char *tree_join(const struct tree *tree, const char *path)
{
    static char joined[512];
    snprintf(joined, sizeof joined, "%s/%s", tree->path, path);
    return joined;
}

static inline void tree_open_with(struct tree *tree, const davit__context_options *options)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit__context_close(tree->context);
    tree->context = NULL;
    if (davit__context_open(options, &tree->context, &error) < 0) {
        fail_msg("open: %s", error.message);
    }
    assert_int_equal(error.code, DAVIT_OK);
}

/* The folder alone, with or without a Dockerfile. */
static inline void tree_open(struct tree *tree)
{
    davit__context_options options = {.directory = tree->path, .dockerfile_optional = true};
    tree_open_with(tree, &options);
}

static inline int tree_take(void *context, const void *data, size_t length, davit_error *error)
{
    struct tree *tree = context;
    tree->calls++;
    tree->largest = length > tree->largest ? length : tree->largest;
    davit__buffer_add(&tree->tar, data, length);
    return davit__buffer_check(&tree->tar, error);
}

static inline void tree_read_content(struct archive *archive, struct entry *entry)
{
    la_ssize_t length = archive_read_data(archive, entry->content, sizeof entry->content - 1);
    assert_true(length >= 0);
    char rest[4096];
    la_ssize_t more;
    while ((more = archive_read_data(archive, rest, sizeof rest)) > 0) {
        length += more;
    }
    assert_true(more == 0);
    assert_int_equal(length, entry->size);
}

static inline void tree_read_entry(struct archive *archive, struct archive_entry *from,
                                   struct entry *entry)
{
    snprintf(entry->path, sizeof entry->path, "%s", archive_entry_pathname(from));
    if (archive_entry_symlink(from)) {
        snprintf(entry->target, sizeof entry->target, "%s", archive_entry_symlink(from));
    }
    entry->mode = archive_entry_mode(from);
    entry->size = archive_entry_size(from);
    entry->mtime = archive_entry_mtime(from);
    entry->uid = archive_entry_uid(from) + archive_entry_gid(from);
    assert_null(archive_entry_hardlink(from));
    const char *name;
    const void *value;
    size_t length;
    archive_entry_xattr_reset(from);
    while (archive_entry_xattr_next(from, &name, &value, &length) == ARCHIVE_OK) {
        assert_string_equal(name, "security.capability");
        assert_true(length <= sizeof entry->capability);
        memcpy(entry->capability, value, length);
        entry->capability_length = length;
    }
    tree_read_content(archive, entry);
}

/* Send the context and read the tar back. */
static inline void tree_send(struct tree *tree)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit__buffer_clear(&tree->tar);
    if (davit__context_write(tree->context, tree_take, tree, &error) < 0) {
        fail_msg("write: %s", error.message);
    }
    free(tree->entries);
    tree->entries = calloc(TREE_MAX, sizeof *tree->entries);
    assert_non_null(tree->entries);
    tree->count = 0;
    struct archive *archive = archive_read_new();
    archive_read_support_format_tar(archive);
    assert_int_equal(archive_read_open_memory(archive, tree->tar.data, tree->tar.length),
                     ARCHIVE_OK);
    struct archive_entry *from;
    int r;
    while ((r = archive_read_next_header(archive, &from)) >= ARCHIVE_WARN && r != ARCHIVE_EOF) {
        assert_true(tree->count < TREE_MAX);
        tree_read_entry(archive, from, &tree->entries[tree->count++]);
    }
    assert_int_equal(r, ARCHIVE_EOF);
    archive_read_free(archive);
}

/* Send the context, which has to fail; the message, until the next call. */
static inline const char *tree_send_error(struct tree *tree, davit__tar_sink sink, int code)
{
    static davit_error error;
    error = (davit_error)DAVIT_ERROR_INIT;
    davit__buffer_clear(&tree->tar);
    assert_int_equal(davit__context_write(tree->context, sink, tree, &error), code);
    assert_int_equal(error.code, code);
    return error.message;
}

static inline const char *tree_open_error(const davit__context_options *options, int code)
{
    static davit_error error;
    davit__context *context = NULL;
    error = (davit_error)DAVIT_ERROR_INIT;
    assert_int_equal(davit__context_open(options, &context, &error), code);
    assert_int_equal(error.code, code);
    assert_null(context);
    return error.message;
}

static inline const struct entry *tree_find(const struct tree *tree, const char *path)
{
    for (size_t i = 0; i < tree->count; i++) {
        if (strcmp(tree->entries[i].path, path) == 0) {
            return &tree->entries[i];
        }
    }
    fail_msg("no entry %s", path);
    return NULL;
}

static inline int tree_add_name(void *context, const char *path, mode_t type, davit_error *error)
{
    davit__buffer *names = context;
    assert_true(type == S_IFREG || type == S_IFDIR || type == S_IFLNK || type == S_IFIFO ||
                type == S_IFCHR);
    davit__buffer_printf(names, "%s%s", names->length ? " " : "", path);
    return davit__buffer_check(names, error);
}

/* What the context lists, and the entries it sends, have to be these names with a space between. */
static inline void tree_expect(struct tree *tree, const char *expected)
{
    davit__buffer listed DAVIT__BUFFER = DAVIT__BUFFER_INIT;
    davit__buffer sent DAVIT__BUFFER = DAVIT__BUFFER_INIT;
    assert_int_equal(davit__context_list(tree->context, tree_add_name, &listed, NULL), 0);
    assert_string_equal(listed.length ? listed.data : "", expected);
    tree_send(tree);
    for (size_t i = 0; i < tree->count; i++) {
        size_t length = strlen(tree->entries[i].path);
        length -= tree->entries[i].path[length - 1] == '/';
        davit__buffer_printf(&sent, "%s%.*s", i ? " " : "", (int)length, tree->entries[i].path);
    }
    assert_string_equal(sent.length ? sent.data : "", expected);
}

#endif
