/* SPDX-License-Identifier: MIT */
/* Where the Dockerfile is found and under which name it is sent. */
#include "tree.h"

static const char *name_of(struct tree *tree, const davit__context_options *options)
{
    tree_open_with(tree, options);
    return davit__context_dockerfile(tree->context);
}

static void test_context_dockerfile__is_the_one_in_the_directory_by_default(void **state)
{
    struct tree *tree = *state;
    davit__context_options options = {.directory = tree->path};
    size_t length;
    tree_file(tree, "Containerfile", "FROM c\n");
    assert_string_equal(name_of(tree, &options), "Containerfile");
    tree_file(tree, "dockerfile", "FROM b\n");
    assert_string_equal(name_of(tree, &options), "dockerfile");
    tree_file(tree, "Dockerfile", "FROM a\n");
    assert_string_equal(name_of(tree, &options), "Dockerfile");
    assert_string_equal(davit__context_dockerfile_text(tree->context, &length), "FROM a\n");
}

static void test_context_dockerfile__inside_by_a_path_of_the_machine_is_used_in_place(void **state)
{
    struct tree *tree = *state;
    tree_file(tree, "sub/prod", "FROM a\n");
    davit__context_options options = {.directory = tree->path,
                                      .dockerfile_path = tree_join(tree, "sub/../sub/prod")};
    assert_string_equal(name_of(tree, &options), "sub/prod");
    tree_expect(tree, "sub sub/prod");
}

static void test_context_dockerfile__outside_is_sent_under_a_name_of_its_own(void **state)
{
    struct tree *tree = *state;
    tree_file(tree, "in/a", "");
    tree_file(tree, "in/Dockerfile", "FROM b\n");
    tree_file(tree, "Dockerfile", "FROM a\n");
    char directory[128];
    snprintf(directory, sizeof directory, "%s/in", tree->path);
    davit__context_options options = {.directory = directory, .dockerfile = "../Dockerfile"};
    const char *name = name_of(tree, &options);
    assert_true(davit__starts_with(name, ".dockerfile."));
    tree_send(tree);
    assert_int_equal(tree->count, 3);
    assert_string_equal(tree_find(tree, name)->content, "FROM a\n");
}

static void test_context_dockerfile__a_link_out_of_the_directory_is_read(void **state)
{
    struct tree *tree = *state;
    tree_file(tree, "shared", "FROM a\n");
    tree_file(tree, "in/a", "");
    assert_int_equal(symlinkat("../shared", tree->fd, "in/Dockerfile"), 0);
    davit__context_options options = {.directory = tree_join(tree, "in")};
    const char *name = name_of(tree, &options);
    assert_true(davit__starts_with(name, ".dockerfile."));
    tree_send(tree);
    assert_string_equal(tree_find(tree, name)->content, "FROM a\n");
    assert_true(S_ISLNK(tree_find(tree, "Dockerfile")->mode));
}

static void test_context_dockerfile__the_same_text_has_the_same_name(void **state)
{
    struct tree *tree = *state;
    davit__context_options options = {
        .directory = tree->path, .dockerfile_text = "FROM a\n", .dockerfile_length = 7};
    char first[64];
    snprintf(first, sizeof first, "%s", name_of(tree, &options));
    assert_string_equal(name_of(tree, &options), first);
    options.dockerfile_text = "FROM b\n";
    assert_string_not_equal(name_of(tree, &options), first);
}

static void test_context_dockerfile__a_missing_one_is_an_error(void **state)
{
    struct tree *tree = *state;
    char expected[256];
    davit__context_options options = {.directory = tree->path};
    snprintf(expected, sizeof expected, "Dockerfile: there is no Dockerfile in %s", tree->path);
    assert_string_equal(tree_open_error(&options, DAVIT_ERROR_INVALID_CONFIG), expected);
    options.dockerfile = "sub/prod";
    snprintf(expected, sizeof expected, "Dockerfile: there is no sub/prod in %s", tree->path);
    assert_string_equal(tree_open_error(&options, DAVIT_ERROR_INVALID_CONFIG), expected);
    options = (davit__context_options){.directory = tree->path, .dockerfile_path = "/no/where"};
    assert_string_equal(tree_open_error(&options, DAVIT_ERROR_INVALID_CONFIG),
                        "Dockerfile: there is no /no/where on this machine");
    options = (davit__context_options){0};
    assert_string_equal(tree_open_error(&options, DAVIT_ERROR_INVALID_CONFIG),
                        "Dockerfile: there is no Dockerfile among the files given");
}

static void test_context_dockerfile__one_that_is_no_file_is_an_error(void **state)
{
    struct tree *tree = *state;
    davit__context_options options = {.directory = tree->path};
    char expected[256];
    mkdirat(tree->fd, "Dockerfile", 0755);
    snprintf(expected, sizeof expected, "Dockerfile: %s/Dockerfile: not a regular file",
             tree->path);
    assert_string_equal(tree_open_error(&options, DAVIT_ERROR_IO), expected);
    unlinkat(tree->fd, "Dockerfile", AT_REMOVEDIR);
    mkfifoat(tree->fd, "Dockerfile", 0600);
    assert_string_equal(tree_open_error(&options, DAVIT_ERROR_IO), expected);
}

static void test_context_dockerfile__one_that_is_too_large_is_an_error(void **state)
{
    struct tree *tree = *state;
    char expected[256];
    davit__context_options options = {.directory = tree->path};
    tree_big_file(tree, "Dockerfile", DAVIT__CONTEXT_DOCKERFILE_MAX + 1);
    snprintf(expected, sizeof expected, "Dockerfile: %s/Dockerfile: larger than 4194304 bytes",
             tree->path);
    assert_string_equal(tree_open_error(&options, DAVIT_ERROR_INVALID_CONFIG), expected);
}

static void test_context_dockerfile__it_is_given_in_one_way_only(void **state)
{
    davit__context_options options = {
        .dockerfile = "a", .dockerfile_text = "FROM a\n", .dockerfile_length = 7};
    (void)state;
    assert_string_equal(tree_open_error(&options, DAVIT_ERROR_INVALID_CONFIG),
                        "the Dockerfile is given in more than one way");
}

static void test_context_dockerfile__listing_needs_none(void **state)
{
    struct tree *tree = *state;
    size_t length;
    tree_file(tree, "a", "");
    tree_open(tree);
    assert_null(davit__context_dockerfile(tree->context));
    assert_null(davit__context_dockerfile_text(tree->context, &length));
    tree_expect(tree, "a");
}

static const struct CMUnitTest tests[] = {
    tree_test(test_context_dockerfile__is_the_one_in_the_directory_by_default),
    tree_test(test_context_dockerfile__inside_by_a_path_of_the_machine_is_used_in_place),
    tree_test(test_context_dockerfile__outside_is_sent_under_a_name_of_its_own),
    tree_test(test_context_dockerfile__a_link_out_of_the_directory_is_read),
    tree_test(test_context_dockerfile__the_same_text_has_the_same_name),
    tree_test(test_context_dockerfile__a_missing_one_is_an_error),
    tree_test(test_context_dockerfile__one_that_is_no_file_is_an_error),
    tree_test(test_context_dockerfile__one_that_is_too_large_is_an_error),
    tree_test(test_context_dockerfile__it_is_given_in_one_way_only),
    tree_test(test_context_dockerfile__listing_needs_none),
};

DAVIT_TEST_MAIN(tests)
