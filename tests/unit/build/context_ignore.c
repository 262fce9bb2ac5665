/* SPDX-License-Identifier: MIT */
/* Which ignore file is in force, and what it keeps out of the context. */
#include "tree.h"

static void test_context_ignore__ignored_paths_are_not_sent(void **state)
{
    struct tree *tree = *state;
    tree_file(tree, ".dockerignore", "*.log\nnode_modules\n");
    tree_file(tree, "a.log", "");
    tree_file(tree, "src/a.c", "");
    tree_file(tree, "node_modules/x/y.js", "");
    tree_open(tree);
    tree_expect(tree, ".dockerignore src src/a.c");
}

static void test_context_ignore__exceptions_let_single_files_in(void **state)
{
    struct tree *tree = *state;
    tree_file(tree, ".dockerignore", "*\n!src/**/*.c\n");
    tree_file(tree, "src/a/b.c", "");
    tree_file(tree, "src/a/b.o", "");
    tree_file(tree, "doc/a.c", "");
    tree_open(tree);
    tree_expect(tree, ".dockerignore src/a/b.c");
}

static void test_context_ignore__the_dockerfile_is_sent_all_the_same(void **state)
{
    struct tree *tree = *state;
    tree_file(tree, ".dockerignore", "**\n");
    tree_file(tree, "Dockerfile", "FROM scratch\n");
    tree_file(tree, "sub/deep/Dockerfile", "FROM scratch\n");
    tree_file(tree, "sub/a", "");
    davit__context_options options = {.directory = tree->path, .dockerfile = "sub/deep/Dockerfile"};
    tree_open_with(tree, &options);
    tree_expect(tree, ".dockerignore sub/deep/Dockerfile");
    options.dockerfile = NULL;
    tree_open_with(tree, &options);
    tree_expect(tree, ".dockerignore Dockerfile");
}

static void test_context_ignore__the_one_of_the_dockerfile_comes_first(void **state)
{
    struct tree *tree = *state;
    tree_file(tree, ".dockerignore", "a\n");
    tree_file(tree, "sub/prod.dockerignore", "b\nsub/*.dockerignore\n.dockerignore\n");
    tree_file(tree, "sub/prod", "FROM scratch\n");
    tree_file(tree, "a", "");
    tree_file(tree, "b", "");
    davit__context_options options = {.directory = tree->path, .dockerfile = "sub/prod"};
    tree_open_with(tree, &options);
    tree_expect(tree, ".dockerignore a sub sub/prod");
}

static void test_context_ignore__one_beside_an_outside_dockerfile_counts(void **state)
{
    struct tree *tree = *state;
    tree_file(tree, "out/Dockerfile", "FROM scratch\n");
    tree_file(tree, "out/Dockerfile.dockerignore", "b\n");
    tree_file(tree, "in/a", "");
    tree_file(tree, "in/b", "");
    char directory[128], dockerfile[128];
    snprintf(directory, sizeof directory, "%s/in", tree->path);
    snprintf(dockerfile, sizeof dockerfile, "%s/out/Dockerfile", tree->path);
    davit__context_options options = {.directory = directory, .dockerfile_path = dockerfile};
    tree_open_with(tree, &options);
    tree_expect(tree, ".dockerfile.52d7794eabea69c3 a");
}

static void test_context_ignore__a_link_to_the_dockerfile_names_it(void **state)
{
    struct tree *tree = *state;
    tree_file(tree, "docker/prod", "FROM scratch\n");
    tree_file(tree, "Dockerfile.dockerignore", "a\n");
    tree_file(tree, "a", "");
    assert_int_equal(symlinkat("docker/prod", tree->fd, "Dockerfile"), 0);
    davit__context_options options = {.directory = tree->path};
    tree_open_with(tree, &options);
    assert_string_equal(davit__context_dockerfile(tree->context), "docker/prod");
    tree_expect(tree, "Dockerfile Dockerfile.dockerignore docker docker/prod");
}

static void test_context_ignore__errors_name_file_line_and_pattern(void **state)
{
    struct tree *tree = *state;
    davit__context_options options = {.directory = tree->path, .dockerfile_optional = true};
    tree_file(tree, ".dockerignore", "a\n[\n");
    assert_string_equal(tree_open_error(&options, DAVIT_ERROR_INVALID_CONFIG),
                        ".dockerignore: line 2: \"[\": a [ without its ]");
    unlinkat(tree->fd, ".dockerignore", 0);
    mkdirat(tree->fd, ".dockerignore", 0755);
    assert_string_equal(tree_open_error(&options, DAVIT_ERROR_IO),
                        ".dockerignore: not a regular file");
    unlinkat(tree->fd, ".dockerignore", AT_REMOVEDIR);
    tree_big_file(tree, ".dockerignore", 1024 * 1024 + 1);
    assert_string_equal(tree_open_error(&options, DAVIT_ERROR_INVALID_CONFIG),
                        ".dockerignore: larger than 1048576 bytes");
}

static void test_context_ignore__files_in_memory_are_never_ignored(void **state)
{
    struct tree *tree = *state;
    static const davit__context_file files[] = {
        {.path = "sub/made", .data = "m", .length = 1},
        {.path = "x", .data = "m", .length = 1},
    };
    tree_file(tree, ".dockerignore", "*\n");
    tree_file(tree, "sub/a", "");
    tree_file(tree, "x", "");
    davit__context_options options = {
        .directory = tree->path, .files = files, .file_count = 2, .dockerfile_optional = true};
    tree_open_with(tree, &options);
    tree_expect(tree, ".dockerignore sub/made x");
    assert_string_equal(tree_find(tree, "x")->content, "m");
}

static void test_context_ignore__one_in_memory_rules_the_directory(void **state)
{
    struct tree *tree = *state;
    static const davit__context_file files[] = {
        {.path = ".dockerignore", .data = "a\n", .length = 2},
    };
    tree_file(tree, ".dockerignore", "b\n");
    tree_file(tree, "a", "");
    tree_file(tree, "b", "");
    davit__context_options options = {
        .directory = tree->path, .files = files, .file_count = 1, .dockerfile_optional = true};
    tree_open_with(tree, &options);
    tree_expect(tree, ".dockerignore b");
    assert_string_equal(tree_find(tree, ".dockerignore")->content, "a\n");
}

/* What an engine that ignores by itself is told to hide, with `dockerignore` in the directory. */
static const char *hidden(struct tree *tree, const char *dockerignore, const char *dockerfile_text)
{
    tree_file(tree, "Dockerfile", "FROM a\n");
    tree_file(tree, ".dockerignore", dockerignore);
    davit__context_options options = {
        .directory = tree->path,
        .dockerfile_text = dockerfile_text,
        .dockerfile_length = dockerfile_text ? strlen(dockerfile_text) : 0,
        .engine_ignores = true,
    };
    char name[128];
    tree_open_with(tree, &options);
    tree_send(tree);
    snprintf(name, sizeof name, "%s.dockerignore", davit__context_dockerfile(tree->context));
    return tree_find(tree, name)->content;
}

static void test_context_ignore__an_engine_that_ignores_hides_only_what_had_to_be_sent(void **state)
{
    struct tree *tree = *state;
    assert_string_equal(hidden(tree, "a\n!b\n", NULL), "Dockerfile.dockerignore\n");
    assert_string_equal(hidden(tree, "D*\n", NULL), "Dockerfile.dockerignore\nDockerfile\n");
    assert_string_equal(hidden(tree, "*\n!a\n", NULL),
                        "Dockerfile.dockerignore\nDockerfile\n.dockerignore\n");
    assert_string_equal(hidden(tree, ".d*\n!.dockerfile*\n", "FROM scratch\n"),
                        ".dockerfile.52d7794eabea69c3.dockerignore\n"
                        ".dockerfile.52d7794eabea69c3\n.dockerignore\n");
}

static void test_context_ignore__an_engine_that_ignores_needs_nothing_without_an_ignore_file(
    void **state)
{
    struct tree *tree = *state;
    tree_file(tree, "Dockerfile", "FROM a\n");
    davit__context_options options = {.directory = tree->path, .engine_ignores = true};
    tree_open_with(tree, &options);
    tree_expect(tree, "Dockerfile");
}

static void test_context_ignore__hidden_names_are_taken_literally(void **state)
{
    struct tree *tree = *state;
    tree_file(tree, "#[x]*", "FROM a\n");
    tree_file(tree, ".dockerignore", "a\n");
    davit__context_options options = {
        .directory = tree->path, .dockerfile = "#[x]*", .engine_ignores = true};
    tree_open_with(tree, &options);
    tree_send(tree);
    assert_string_equal(tree_find(tree, "#[x]*.dockerignore")->content,
                        "\\#\\[x\\]\\*.dockerignore\n");
}

static const struct CMUnitTest tests[] = {
    tree_test(test_context_ignore__ignored_paths_are_not_sent),
    tree_test(test_context_ignore__exceptions_let_single_files_in),
    tree_test(test_context_ignore__the_dockerfile_is_sent_all_the_same),
    tree_test(test_context_ignore__the_one_of_the_dockerfile_comes_first),
    tree_test(test_context_ignore__one_beside_an_outside_dockerfile_counts),
    tree_test(test_context_ignore__a_link_to_the_dockerfile_names_it),
    tree_test(test_context_ignore__errors_name_file_line_and_pattern),
    tree_test(test_context_ignore__files_in_memory_are_never_ignored),
    tree_test(test_context_ignore__one_in_memory_rules_the_directory),
    tree_test(test_context_ignore__an_engine_that_ignores_hides_only_what_had_to_be_sent),
    tree_test(test_context_ignore__an_engine_that_ignores_needs_nothing_without_an_ignore_file),
    tree_test(test_context_ignore__hidden_names_are_taken_literally),
};

DAVIT_TEST_MAIN(tests)
