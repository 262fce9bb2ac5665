/* SPDX-License-Identifier: MIT */
/* Files that cannot be read, or that change while the context is sent: one clear error each. */
#include "tree.h"

static void test_context_faults__an_unreadable_file_is_named(void **state)
{
    struct tree *tree = *state;
    tree_file(tree, "sub/secret", "x");
    assert_int_equal(fchmodat(tree->fd, "sub/secret", 0, 0), 0);
    tree_open(tree);
    bool root = geteuid() == 0;
    assert_true(!root || seteuid(65534) == 0);
    const char *message = tree_send_error(tree, tree_take, DAVIT_ERROR_IO);
    assert_true(!root || seteuid(0) == 0);
    assert_string_equal(message, "sub/secret: Permission denied");
}

static void test_context_faults__an_unreadable_directory_is_named(void **state)
{
    struct tree *tree = *state;
    tree_file(tree, "sub/a", "x");
    tree_open(tree);
    assert_int_equal(fchmodat(tree->fd, "sub", 0, 0), 0);
    bool root = geteuid() == 0;
    assert_true(!root || seteuid(65534) == 0);
    const char *message = tree_send_error(tree, tree_take, DAVIT_ERROR_IO);
    assert_true(!root || seteuid(0) == 0);
    assert_int_equal(fchmodat(tree->fd, "sub", 0755, 0), 0);
    assert_string_equal(message, "sub: Permission denied");
}

static void test_context_faults__an_ignored_file_need_not_be_readable(void **state)
{
    struct tree *tree = *state;
    tree_file(tree, ".dockerignore", "secret\nsub\n");
    tree_file(tree, "secret", "x");
    tree_file(tree, "sub/a", "x");
    assert_int_equal(fchmodat(tree->fd, "secret", 0, 0), 0);
    assert_int_equal(fchmodat(tree->fd, "sub", 0, 0), 0);
    tree_open(tree);
    bool root = geteuid() == 0;
    assert_true(!root || seteuid(65534) == 0);
    tree_expect(tree, ".dockerignore");
    assert_true(!root || seteuid(0) == 0);
    assert_int_equal(fchmodat(tree->fd, "sub", 0755, 0), 0);
}

/* The first piece leaves while "big" is being read and before anything behind it is opened. */
static struct tree *big_tree(void **state)
{
    struct tree *tree = *state;
    tree_big_file(tree, "big", (off_t)4 * DAVIT__TAR_PIECE);
    tree_file(tree, "z", "last");
    tree_open(tree);
    return tree;
}

static int shrink_file(void *context, const void *data, size_t length, davit_error *error)
{
    struct tree *tree = context;
    if (tree->calls == 0) {
        assert_int_equal(truncate(tree_join(tree, "big"), 10), 0);
    }
    return tree_take(context, data, length, error);
}

static void test_context_faults__a_file_that_shrinks_is_named(void **state)
{
    const char *message = tree_send_error(big_tree(state), shrink_file, DAVIT_ERROR_IO);
    assert_string_equal(message, "big: shrank while it was read");
}

static int grow_file(void *context, const void *data, size_t length, davit_error *error)
{
    struct tree *tree = context;
    if (tree->calls == 0) {
        assert_int_equal(truncate(tree_join(tree, "big"), (off_t)9 * DAVIT__TAR_PIECE), 0);
    }
    return tree_take(context, data, length, error);
}

static void test_context_faults__a_file_that_grows_is_named(void **state)
{
    const char *message = tree_send_error(big_tree(state), grow_file, DAVIT_ERROR_IO);
    assert_string_equal(message, "big: grew while it was read");
}

static int remove_file(void *context, const void *data, size_t length, davit_error *error)
{
    struct tree *tree = context;
    if (tree->calls == 0) {
        assert_int_equal(unlinkat(tree->fd, "z", 0), 0);
    }
    return tree_take(context, data, length, error);
}

static void test_context_faults__a_file_that_vanishes_is_named(void **state)
{
    const char *message = tree_send_error(big_tree(state), remove_file, DAVIT_ERROR_IO);
    assert_string_equal(message, "z: vanished while the context was read");
}

static int replace_by_link(void *context, const void *data, size_t length, davit_error *error)
{
    struct tree *tree = context;
    if (tree->calls == 0) {
        assert_int_equal(unlinkat(tree->fd, "z", 0), 0);
        assert_int_equal(symlinkat("/etc/passwd", tree->fd, "z"), 0);
    }
    return tree_take(context, data, length, error);
}

static void test_context_faults__a_file_that_becomes_a_link_is_not_followed(void **state)
{
    const char *message = tree_send_error(big_tree(state), replace_by_link, DAVIT_ERROR_IO);
    assert_string_equal(message, "z: changed its type while the context was read");
}

static int replace_directory_by_link(void *context, const void *data, size_t length,
                                     davit_error *error)
{
    struct tree *tree = context;
    if (tree->calls == 0) {
        assert_int_equal(unlinkat(tree->fd, "sub/a", 0), 0);
        assert_int_equal(unlinkat(tree->fd, "sub", AT_REMOVEDIR), 0);
        assert_int_equal(symlinkat("/etc", tree->fd, "sub"), 0);
    }
    return tree_take(context, data, length, error);
}

static void test_context_faults__a_directory_that_becomes_a_link_is_not_followed(void **state)
{
    struct tree *tree = *state;
    tree_file(tree, "sub/a", "");
    big_tree(state);
    const char *message = tree_send_error(tree, replace_directory_by_link, DAVIT_ERROR_IO);
    assert_string_equal(message, "sub: changed its type while the context was read");
}

static int replace_by_fifo(void *context, const void *data, size_t length, davit_error *error)
{
    struct tree *tree = context;
    if (tree->calls == 0) {
        assert_int_equal(unlinkat(tree->fd, "z", 0), 0);
        assert_int_equal(mkfifoat(tree->fd, "z", 0600), 0);
    }
    return tree_take(context, data, length, error);
}

static void test_context_faults__a_file_that_becomes_a_fifo_does_not_hang(void **state)
{
    const char *message = tree_send_error(big_tree(state), replace_by_fifo, DAVIT_ERROR_IO);
    assert_string_equal(message, "z: changed its type while the context was read");
}

static int refuse_second(void *context, const void *data, size_t length, davit_error *error)
{
    struct tree *tree = context;
    (void)data;
    (void)length;
    assert_true(tree->calls < 2);
    return ++tree->calls < 2
               ? 0
               : davit__error_set(error, DAVIT_ERROR_CANCELLED, "stopped by the receiver");
}

static void test_context_faults__an_error_of_the_sink_ends_the_stream(void **state)
{
    const char *message = tree_send_error(big_tree(state), refuse_second, DAVIT_ERROR_CANCELLED);
    assert_string_equal(message, "stopped by the receiver");
}

static void test_context_faults__a_failed_tar_has_no_end(void **state)
{
    struct tree *tree = big_tree(state);
    tree_send_error(tree, remove_file, DAVIT_ERROR_IO);
    assert_true(tree->tar.length > 0);
    assert_int_equal(tree->tar.data[tree->tar.length - 1], 'x');
}

static void test_context_faults__directories_may_not_nest_for_ever(void **state)
{
    struct tree *tree = *state;
    int fd = dup(tree->fd);
    for (int i = 0; i <= DAVIT__CONTEXT_DEPTH_MAX; i++) {
        assert_int_equal(mkdirat(fd, "d", 0755), 0);
        int below = openat(fd, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_true(below >= 0);
        close(fd);
        fd = below;
    }
    close(fd);
    tree_open(tree);
    assert_non_null(strstr(tree_send_error(tree, tree_take, DAVIT_ERROR_IO),
                           "more than 512 directories inside one another"));
}

static void test_context_faults__a_missing_directory_is_named(void **state)
{
    davit__context_options options = {.directory = "/nowhere/at/all"};
    assert_string_equal(tree_open_error(&options, DAVIT_ERROR_IO),
                        "context /nowhere/at/all: No such file or directory");
}

static void test_context_faults__a_directory_that_is_a_file_is_named(void **state)
{
    davit__context_options options = {.directory = "/etc/passwd"};
    assert_string_equal(tree_open_error(&options, DAVIT_ERROR_IO),
                        "context /etc/passwd: Not a directory");
}

static const struct CMUnitTest tests[] = {
    tree_test(test_context_faults__an_unreadable_file_is_named),
    tree_test(test_context_faults__an_unreadable_directory_is_named),
    tree_test(test_context_faults__an_ignored_file_need_not_be_readable),
    tree_test(test_context_faults__a_file_that_shrinks_is_named),
    tree_test(test_context_faults__a_file_that_grows_is_named),
    tree_test(test_context_faults__a_file_that_vanishes_is_named),
    tree_test(test_context_faults__a_file_that_becomes_a_link_is_not_followed),
    tree_test(test_context_faults__a_directory_that_becomes_a_link_is_not_followed),
    tree_test(test_context_faults__a_file_that_becomes_a_fifo_does_not_hang),
    tree_test(test_context_faults__an_error_of_the_sink_ends_the_stream),
    tree_test(test_context_faults__a_failed_tar_has_no_end),
    tree_test(test_context_faults__directories_may_not_nest_for_ever),
    tree_test(test_context_faults__a_missing_directory_is_named),
    tree_test(test_context_faults__a_directory_that_is_a_file_is_named),
};

DAVIT_TEST_MAIN(tests)
