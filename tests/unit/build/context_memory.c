/* SPDX-License-Identifier: MIT */
/* Files in memory, alone and over a directory. */
#include "tree.h"

static davit__context_file file(const char *path, const char *content)
{
    return (davit__context_file){.path = path, .data = content, .length = strlen(content)};
}

static void test_context_memory__a_dockerfile_alone_is_a_context(void **state)
{
    struct tree *tree = *state;
    davit__context_options options = {.dockerfile_text = "FROM a\n", .dockerfile_length = 7};
    tree_open_with(tree, &options);
    assert_string_equal(davit__context_dockerfile(tree->context), "Dockerfile");
    tree_expect(tree, "Dockerfile");
    assert_string_equal(tree_find(tree, "Dockerfile")->content, "FROM a\n");
    assert_int_equal(tree_find(tree, "Dockerfile")->mtime, 0);
}

static void test_context_memory__files_come_with_the_directories_above_them(void **state)
{
    struct tree *tree = *state;
    davit__context_file files[] = {file("b", "two"), file("a/x/y", "one"), file("a-b", "")};
    files[0].mode = 0755;
    davit__context_options options = {
        .files = files, .file_count = 3, .dockerfile_text = "FROM a\n", .dockerfile_length = 7};
    tree_open_with(tree, &options);
    tree_expect(tree, "Dockerfile a a-b a/x a/x/y b");
    assert_int_equal(tree_find(tree, "a/x/")->mode, S_IFDIR | 0755);
    assert_int_equal(tree_find(tree, "a/x/y")->mode, S_IFREG | 0644);
    assert_int_equal(tree_find(tree, "b")->mode, S_IFREG | 0755);
    assert_string_equal(tree_find(tree, "b")->content, "two");
}

static void test_context_memory__the_dockerfile_may_be_one_of_the_files(void **state)
{
    struct tree *tree = *state;
    davit__context_file files[] = {file("docker/prod", "FROM b\n"), file("Dockerfile", "FROM a\n")};
    davit__context_options options = {.files = files, .file_count = 2};
    size_t length;
    tree_open_with(tree, &options);
    assert_string_equal(davit__context_dockerfile(tree->context), "Dockerfile");
    options.dockerfile = "docker/prod";
    tree_open_with(tree, &options);
    assert_string_equal(davit__context_dockerfile(tree->context), "docker/prod");
    assert_string_equal(davit__context_dockerfile_text(tree->context, &length), "FROM b\n");
    assert_int_equal(length, 7);
}

static void test_context_memory__a_text_does_not_replace_a_dockerfile_among_the_files(void **state)
{
    struct tree *tree = *state;
    davit__context_file files[] = {file("Dockerfile", "FROM a\n")};
    davit__context_options options = {
        .files = files, .file_count = 1, .dockerfile_text = "FROM b\n", .dockerfile_length = 7};
    tree_open_with(tree, &options);
    const char *name = davit__context_dockerfile(tree->context);
    assert_true(davit__starts_with(name, ".dockerfile."));
    tree_send(tree);
    assert_string_equal(tree_find(tree, name)->content, "FROM b\n");
    assert_string_equal(tree_find(tree, "Dockerfile")->content, "FROM a\n");
}

static void test_context_memory__a_file_hides_the_one_of_the_directory(void **state)
{
    struct tree *tree = *state;
    davit__context_file files[] = {file("a", "new"), file("sub/b", "new"), file("was-dir", "f"),
                                   file("was-file/x", "n")};
    tree_file(tree, "a", "old");
    tree_file(tree, "sub/a", "kept");
    tree_file(tree, "sub/b", "old");
    tree_file(tree, "was-dir/x", "old");
    tree_file(tree, "was-file", "old");
    assert_int_equal(fchmodat(tree->fd, "sub", 0711, 0), 0);
    davit__context_options options = {
        .directory = tree->path, .files = files, .file_count = 4, .dockerfile_optional = true};
    tree_open_with(tree, &options);
    tree_expect(tree, "a sub sub/a sub/b was-dir was-file was-file/x");
    assert_string_equal(tree_find(tree, "a")->content, "new");
    assert_string_equal(tree_find(tree, "sub/a")->content, "kept");
    assert_string_equal(tree_find(tree, "sub/b")->content, "new");
    assert_string_equal(tree_find(tree, "was-dir")->content, "f");
    assert_int_equal(tree_find(tree, "sub/")->mode, S_IFDIR | 0711);
}

static void test_context_memory__links_of_the_directory_are_not_written_through(void **state)
{
    struct tree *tree = *state;
    davit__context_file files[] = {file("link/x", "n")};
    assert_int_equal(symlinkat("/etc", tree->fd, "link"), 0);
    davit__context_options options = {
        .directory = tree->path, .files = files, .file_count = 1, .dockerfile_optional = true};
    tree_open_with(tree, &options);
    tree_expect(tree, "link link/x");
    assert_true(S_ISDIR(tree_find(tree, "link/")->mode));
}

static void test_context_memory__empty_files_are_sent(void **state)
{
    struct tree *tree = *state;
    davit__context_file files[] = {{.path = "empty"}};
    davit__context_options options = {.files = files, .file_count = 1, .dockerfile_optional = true};
    tree_open_with(tree, &options);
    tree_expect(tree, "empty");
}

static void test_context_memory__bad_paths_are_refused(void **state)
{
    static const struct {
        const char *path;
        const char *message;
    } cases[] = {
        {"", "file \"\": the path is not relative and plain: an empty step"},
        {"/a", "file \"/a\": the path is not relative and plain: an empty step"},
        {"a/", "file \"a/\": the path is not relative and plain: an empty step"},
        {"a//b", "file \"a//b\": the path is not relative and plain: an empty step"},
        {"./a", "file \"./a\": the path is not relative and plain: a \".\" or \"..\" step"},
        {"a/../b", "file \"a/../b\": the path is not relative and plain: a \".\" or \"..\" step"},
        {"a", "file \"a\": given twice"},
        {"a/b", "file \"a/b\": \"a\" is a file too"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        davit__context_file files[] = {file("a", ""), file(cases[i].path, "")};
        davit__context_options options = {
            .files = files, .file_count = 2, .dockerfile_optional = true};
        assert_string_equal(tree_open_error(&options, DAVIT_ERROR_INVALID_CONFIG),
                            cases[i].message);
    }
}

static const struct CMUnitTest tests[] = {
    tree_test(test_context_memory__a_dockerfile_alone_is_a_context),
    tree_test(test_context_memory__files_come_with_the_directories_above_them),
    tree_test(test_context_memory__the_dockerfile_may_be_one_of_the_files),
    tree_test(test_context_memory__a_text_does_not_replace_a_dockerfile_among_the_files),
    tree_test(test_context_memory__a_file_hides_the_one_of_the_directory),
    tree_test(test_context_memory__links_of_the_directory_are_not_written_through),
    tree_test(test_context_memory__empty_files_are_sent),
    tree_test(test_context_memory__bad_paths_are_refused),
};

DAVIT_TEST_MAIN(tests)
