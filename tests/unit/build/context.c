/* SPDX-License-Identifier: MIT */
/* What a context sends: names, order, kinds, modes, contents. */
#include "tree.h"

#include <sched.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/xattr.h>

static void test_context__paths_are_sent_in_the_order_of_their_bytes(void **state)
{
    struct tree *tree = *state;
    tree_file(tree, "a/x", "");
    tree_file(tree, "a-b", "");
    tree_file(tree, "a.txt", "");
    tree_file(tree, "a/b/c", "");
    tree_file(tree, "B", "");
    tree_file(tree, "ab", "");
    tree_file(tree, "\xc3\xa9", "");
    tree_open(tree);
    tree_expect(tree, "B a a-b a.txt a/b a/b/c a/x ab \xc3\xa9");
}

static void test_context__the_tar_is_reproducible(void **state)
{
    struct tree *tree = *state;
    tree_file(tree, "a/x", "one");
    tree_file(tree, "b", "two");
    tree_open(tree);
    tree_send(tree);
    davit__buffer first DAVIT__BUFFER = DAVIT__BUFFER_INIT;
    davit__buffer_add(&first, tree->tar.data, tree->tar.length);
    tree_open(tree);
    tree_send(tree);
    assert_int_equal(tree->tar.length, first.length);
    assert_memory_equal(tree->tar.data, first.data, first.length);
}

static void test_context__modes_times_and_contents_are_kept(void **state)
{
    struct tree *tree = *state;
    struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 1600000000, .tv_nsec = 999999999}};
    tree_file(tree, "run", "#!/bin/sh\n");
    assert_int_equal(fchmodat(tree->fd, "run", 04751, 0), 0);
    assert_int_equal(utimensat(tree->fd, "run", times, 0), 0);
    assert_int_equal(mkdirat(tree->fd, "d", 0700), 0);
    assert_int_equal(fchmodat(tree->fd, "d", 01733, 0), 0);
    tree_open(tree);
    tree_send(tree);
    const struct entry *run = tree_find(tree, "run");
    assert_int_equal(run->mode, S_IFREG | 04751);
    assert_int_equal(run->mtime, 1600000000);
    assert_string_equal(run->content, "#!/bin/sh\n");
    assert_int_equal(tree_find(tree, "d/")->mode, S_IFDIR | 01733);
}

static void test_context__owners_become_root(void **state)
{
    struct tree *tree = *state;
    tree_file(tree, "a", "");
    if (geteuid() == 0) {
        assert_int_equal(fchownat(tree->fd, "a", 1234, 2345, 0), 0);
    }
    tree_open(tree);
    tree_send(tree);
    assert_int_equal(tree_find(tree, "a")->uid, 0);
}

static void test_context__links_are_sent_as_links(void **state)
{
    struct tree *tree = *state;
    assert_int_equal(symlinkat("/etc/passwd", tree->fd, "absolute"), 0);
    assert_int_equal(symlinkat("..", tree->fd, "up"), 0);
    assert_int_equal(symlinkat("nowhere/\xc3\xa9", tree->fd, "dangling"), 0);
    tree_open(tree);
    tree_expect(tree, "absolute dangling up");
    assert_string_equal(tree_find(tree, "absolute")->target, "/etc/passwd");
    assert_string_equal(tree_find(tree, "dangling")->target, "nowhere/\xc3\xa9");
    assert_true(S_ISLNK(tree_find(tree, "up")->mode));
}

static void test_context__hard_links_are_sent_as_files(void **state)
{
    struct tree *tree = *state;
    tree_file(tree, "a", "same");
    assert_int_equal(linkat(tree->fd, "a", tree->fd, "b", 0), 0);
    tree_open(tree);
    tree_send(tree);
    assert_string_equal(tree_find(tree, "a")->content, "same");
    assert_string_equal(tree_find(tree, "b")->content, "same");
}

static void test_context__fifos_are_sent_and_not_opened(void **state)
{
    struct tree *tree = *state;
    assert_int_equal(mkfifoat(tree->fd, "fifo", 0600), 0);
    tree_open(tree);
    tree_expect(tree, "fifo");
    assert_int_equal(tree_find(tree, "fifo")->mode, S_IFIFO | 0600);
}

/* Only root can make one, but every system has some. */
static void test_context__devices_are_sent_as_devices(void **state)
{
    struct tree *tree = *state;
    const davit__context_file ignore = {.path = ".dockerignore", .data = "*\n!null", .length = 7};
    davit__context_options options = {
        .directory = "/dev",
        .files = &ignore,
        .file_count = 1,
        .dockerfile_optional = true,
    };
    tree_open_with(tree, &options);
    tree_expect(tree, ".dockerignore null");
    assert_true(S_ISCHR(tree_find(tree, "null")->mode));
}

static void test_context__sockets_are_left_out(void **state)
{
    struct tree *tree = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s/s", tree->path);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    tree_file(tree, "a", "");
    tree_open(tree);
    tree_expect(tree, "a");
    close(fd);
}

static void write_line(const char *path, const char *line)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(write(fd, line, strlen(line)), strlen(line));
    close(fd);
}

/* Only root may give a file capabilities, if need be root of a user namespace. */
static void become_root(void)
{
    char users[32], groups[32];
    snprintf(users, sizeof users, "0 %u 1", (unsigned)geteuid());
    snprintf(groups, sizeof groups, "0 %u 1", (unsigned)getegid());
    if (geteuid() != 0) {
        assert_int_equal(unshare(CLONE_NEWUSER), 0);
        write_line("/proc/self/setgroups", "deny");
        write_line("/proc/self/uid_map", users);
        write_line("/proc/self/gid_map", groups);
    }
}

static void test_context__capabilities_are_kept(void **state)
{
    struct tree *tree = *state;
    static const unsigned char capability[20] = {1, 0, 0, 2, 0, 32};
    tree_file(tree, "ping", "");
    assert_int_equal(fchmodat(tree->fd, "ping", 0755, 0), 0);
    become_root();
    const char *path = tree_join(tree, "ping");
    assert_int_equal(setxattr(path, "security.capability", capability, sizeof capability, 0), 0);
    tree_open(tree);
    tree_send(tree);
    const struct entry *ping = tree_find(tree, "ping");
    assert_int_equal(ping->capability_length, 20);
    assert_memory_equal(ping->capability, capability, 20);
}

static void test_context__names_are_bytes(void **state)
{
    struct tree *tree = *state;
    static const char long_step[] = "0123456789012345678901234567890123456789012345678901234567890";
    char path[256];
    snprintf(path, sizeof path, "%s/%s/%s", long_step, long_step, long_step);
    tree_file(tree, "\xff\xfe", "raw");
    tree_file(tree, "new\nline", "nl");
    tree_file(tree, path, "long");
    tree_open(tree);
    tree_send(tree);
    assert_string_equal(tree_find(tree, "new\nline")->content, "nl");
    assert_string_equal(tree_find(tree, path)->content, "long");
    assert_string_equal(tree_find(tree, "\xff\xfe")->content, "raw");
}

static void test_context__small_writes_are_gathered_and_large_files_stay_in_pieces(void **state)
{
    struct tree *tree = *state;
    for (char name[2] = "a"; name[0] <= 'z'; name[0]++) {
        tree_file(tree, name, "small");
    }
    tree_open(tree);
    tree_send(tree);
    assert_int_equal(tree->calls, 1);
    tree_big_file(tree, "big", (off_t)3 * DAVIT__TAR_PIECE + 1);
    tree_send(tree);
    assert_int_equal(tree_find(tree, "big")->size, 3 * DAVIT__TAR_PIECE + 1);
    assert_true(tree->largest <= DAVIT__TAR_PIECE);
    assert_true(tree->calls <= 8);
}

static void test_context__sizes_around_a_piece_are_whole(void **state)
{
    struct tree *tree = *state;
    tree_big_file(tree, "a", DAVIT__TAR_PIECE - 1);
    tree_big_file(tree, "b", DAVIT__TAR_PIECE);
    tree_big_file(tree, "c", DAVIT__TAR_PIECE + 1);
    tree_big_file(tree, "d", (off_t)2 * DAVIT__TAR_PIECE);
    tree_file(tree, "e", "");
    tree_open(tree);
    tree_expect(tree, "a b c d e");
}

static void test_context__an_empty_directory_is_an_empty_tar(void **state)
{
    struct tree *tree = *state;
    tree_open(tree);
    tree_expect(tree, "");
    assert_int_equal(tree->tar.length, 1024);
}

static void test_context__a_link_to_the_directory_is_followed(void **state)
{
    struct tree *tree = *state;
    char link[80];
    tree_file(tree, "a", "");
    tree_file(tree, "Dockerfile", "FROM scratch\n");
    snprintf(link, sizeof link, "%s-link", tree->path);
    assert_int_equal(symlink(tree->path, link), 0);
    davit__context_options options = {.directory = link};
    tree_open_with(tree, &options);
    assert_int_equal(unlink(link), 0);
    tree_expect(tree, "Dockerfile a");
    assert_string_equal(davit__context_dockerfile(tree->context), "Dockerfile");
}

static void test_context__a_stopped_list_ends_with_what_the_callback_returned(void **state)
{
    struct tree *tree = *state;
    davit__buffer names DAVIT__BUFFER = {.ceiling = 2};
    davit_error error = DAVIT_ERROR_INIT;
    tree_file(tree, "a", "");
    tree_file(tree, "b", "");
    tree_open(tree);
    assert_int_equal(davit__context_list(tree->context, tree_add_name, &names, &error),
                     DAVIT_ERROR_PROTOCOL);
    assert_string_equal(error.message, "more than 2 bytes");
}

static const struct CMUnitTest tests[] = {
    tree_test(test_context__paths_are_sent_in_the_order_of_their_bytes),
    tree_test(test_context__the_tar_is_reproducible),
    tree_test(test_context__modes_times_and_contents_are_kept),
    tree_test(test_context__owners_become_root),
    tree_test(test_context__links_are_sent_as_links),
    tree_test(test_context__hard_links_are_sent_as_files),
    tree_test(test_context__fifos_are_sent_and_not_opened),
    tree_test(test_context__devices_are_sent_as_devices),
    tree_test(test_context__sockets_are_left_out),
    tree_test(test_context__capabilities_are_kept),
    tree_test(test_context__names_are_bytes),
    tree_test(test_context__small_writes_are_gathered_and_large_files_stay_in_pieces),
    tree_test(test_context__sizes_around_a_piece_are_whole),
    tree_test(test_context__an_empty_directory_is_an_empty_tar),
    tree_test(test_context__a_link_to_the_directory_is_followed),
    tree_test(test_context__a_stopped_list_ends_with_what_the_callback_returned),
};

DAVIT_TEST_MAIN(tests)
