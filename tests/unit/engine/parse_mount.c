/* SPDX-License-Identifier: MIT */
/* -v, --mount and --tmpfs. */
#include "support/outcome.h"

#include <davit/parse.h>
#include <stdio.h>
#include <unistd.h>

typedef int parser(const char *text, davit_mount *ret_mount, davit_error *error);

static void assert_same(const char *got, const char *expected)
{
    if (expected) {
        assert_non_null(got);
        assert_string_equal(got, expected);
    } else {
        assert_null(got);
    }
}

static void assert_mount(parser *parse, const char *text, davit_mount expected)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit_mount mount = {0};
    assert_done(parse(text, &mount, &error), &error);
    assert_int_equal(mount.type, expected.type);
    assert_same(mount.source, expected.source);
    assert_same(mount.target, expected.target);
    assert_same(mount.options, expected.options);
    assert_int_equal(mount.read_only, expected.read_only);
    assert_int_equal(mount.create_source, expected.create_source);
    assert_int_equal(mount.tmpfs_size, expected.tmpfs_size);
    assert_int_equal(mount.tmpfs_mode, expected.tmpfs_mode);
    davit_mount_clear(&mount);
    davit_mount_clear(&mount);
}

static void assert_refused(parser *parse, const char *const (*rows)[2], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        davit_mount mount = {.tmpfs_size = 77};
        int r = parse(rows[i][0], &mount, &error);
        assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, rows[i][1]);
        assert_null(mount.source);
        assert_null(mount.target);
        assert_int_equal(mount.tmpfs_size, 77);
    }
}

#define M(...) ((davit_mount){__VA_ARGS__})

static void test_parse_mount__a_volume_is_named_by_a_name_and_a_bind_by_a_path(void **state)
{
    (void)state;
    assert_mount(davit_volume_parse, "data:/data",
                 M(.type = DAVIT_MOUNT_VOLUME, .source = "data", .target = "/data"));
    assert_mount(davit_volume_parse, "/host:/data:ro",
                 M(.type = DAVIT_MOUNT_BIND, .source = "/host", .target = "/data",
                   .read_only = true, .create_source = true));
    assert_mount(davit_volume_parse, "/data", M(.type = DAVIT_MOUNT_VOLUME, .target = "/data"));
    assert_mount(davit_volume_parse, "data:/data:rw,nocopy",
                 M(.source = "data", .target = "/data", .options = "nocopy"));
    assert_mount(davit_volume_parse, "/h:/d:z,rshared,ro",
                 M(.type = DAVIT_MOUNT_BIND, .source = "/h", .target = "/d", .read_only = true,
                   .create_source = true, .options = "z,rshared"));
    assert_mount(
        davit_volume_parse, "/h:/d:delegated",
        M(.type = DAVIT_MOUNT_BIND, .source = "/h", .target = "/d", .create_source = true));
}

static void test_parse_mount__a_source_that_begins_with_a_dot_is_made_absolute(void **state)
{
    (void)state;
    char here[4096], path[5000];
    assert_non_null(getcwd(here, sizeof here));
    snprintf(path, sizeof path, "%s/b", strcmp(here, "/") == 0 ? "" : here);
    assert_mount(
        davit_volume_parse, "./a/.././/b/:/data",
        M(.type = DAVIT_MOUNT_BIND, .source = path, .target = "/data", .create_source = true));
    assert_mount(
        davit_volume_parse, ".:/data",
        M(.type = DAVIT_MOUNT_BIND, .source = here, .target = "/data", .create_source = true));
    assert_mount(davit_mount_parse, "source=./b,type=bind,target=/data",
                 M(.type = DAVIT_MOUNT_BIND, .source = path, .target = "/data"));
    assert_mount(
        davit_volume_parse, "../../../../../../../../../../../../../../../../../../../../..:/data",
        M(.type = DAVIT_MOUNT_BIND, .source = "/", .target = "/data", .create_source = true));
}

static void test_parse_mount__what_is_wrong_with_a_volume_is_said(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", "'': expected NAME:/PATH"},
        {":", "expected NAME:/PATH"},
        {"::", "expected NAME:/PATH"},
        {"/a:", "expected NAME:/PATH"},
        {":/a", "expected NAME:/PATH"},
        {"/a:/b:", "expected NAME:/PATH"},
        {"/a:/b:ro:z", "expected NAME:/PATH"},
        {"/data:ro", "expected NAME:/PATH"},
        {"data", "the path in the container has to be absolute"},
        {"data:rel", "the path in the container has to be absolute"},
        {"data:/", "the path in the container cannot be the root"},
        {"/", "cannot be the root"},
        {"data:/a/.././/", "cannot be the root"},
        {"a/b:/data", "expected a volume's name"},
        {"~/x:/data", "expected a volume's name"},
        {"x:/data", "two or more"},
        {"-x:/data", "expected a volume's name"},
        {"/a:/b:foo", "unknown option 'foo'; there are ro, rw"},
        {"/a:/b:ro,", "unknown option ''"},
        {"/a:/b:ro,rw", "'rw' comes after another of its kind"},
        {"/a:/b:z,Z", "'Z' comes after another of its kind"},
        {"data:/b:rshared", "'rshared' is for bind mounts only"},
        {"/a:/b:nocopy", "'nocopy' is for volumes only"},
        {NULL, "''"},
    };
    assert_refused(davit_volume_parse, rows, sizeof rows / sizeof rows[0]);
}

static void test_parse_mount__keys_have_docker_s_names(void **state)
{
    (void)state;
    static const char *const same[] = {
        "type=bind,source=/host,target=/data,readonly",
        "type=bind,src=/host,dst=/data,ro=true",
        "type=bind,src=/host,destination=/data,ro=1",
        "ro,destination=/data,source=/host,type=bind",
        "\"type=bind\",\"src=/host\",dst=/data,readonly=T",
    };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        assert_mount(
            davit_mount_parse, same[i],
            M(.type = DAVIT_MOUNT_BIND, .source = "/host", .target = "/data", .read_only = true));
    }
    assert_mount(davit_mount_parse, "target=/data", M(.target = "/data"));
    assert_mount(davit_mount_parse, "type=volume,src=v1,dst=/d,volume-nocopy,ro=false",
                 M(.source = "v1", .target = "/d", .options = "nocopy"));
    assert_mount(davit_mount_parse, "type=volume,src=v1,dst=/d,volume-nocopy=0",
                 M(.source = "v1", .target = "/d"));
    assert_mount(davit_mount_parse, "type=bind,src=/h,dst=/d,bind-propagation=rslave",
                 M(.type = DAVIT_MOUNT_BIND, .source = "/h", .target = "/d", .options = "rslave"));
    assert_mount(davit_mount_parse,
                 "type=bind,src=/h,dst=/d,consistency=cached,"
                 "bind-recursive=enabled",
                 M(.type = DAVIT_MOUNT_BIND, .source = "/h", .target = "/d"));
    assert_mount(davit_mount_parse, "type=tmpfs,target=/t,tmpfs-size=64m,tmpfs-mode=1770",
                 M(.type = DAVIT_MOUNT_TMPFS, .target = "/t", .tmpfs_size = DAVIT_MIB(64),
                   .tmpfs_mode = 01770));
}

static void test_parse_mount__a_comma_may_be_quoted(void **state)
{
    (void)state;
    assert_mount(davit_mount_parse, "type=bind,\"src=/a,b\",dst=/c",
                 M(.type = DAVIT_MOUNT_BIND, .source = "/a,b", .target = "/c"));
    assert_mount(davit_mount_parse, "type=bind,\"src=/a\"\"b\",dst=/c",
                 M(.type = DAVIT_MOUNT_BIND, .source = "/a\"b", .target = "/c"));
}

static void test_parse_mount__what_is_wrong_with_a_mount_is_said(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", "unknown key in ''"},
        {"type=tmpfs", "the path in the container is missing"},
        {"type=bind", "the path in the container is missing"},
        {"type=volume,source=v1", "the path in the container is missing"},
        {"target=rel", "has to be absolute"},
        {"target=/", "cannot be the root"},
        {"type=bind,target=/d", "needs an absolute path on the host"},
        {"type=bind,source=rel,target=/d", "needs an absolute path on the host"},
        {"type=npipe,target=/d", "the type has to be bind, volume or tmpfs"},
        {"type=,target=/d", "the type has to be"},
        {"target=/d,source=/foo", "expected a volume's name"},
        {"target=/d,bogus=foo", "unknown key in 'bogus=foo'"},
        {"target=/d,bogus", "unknown key in 'bogus'"},
        {"target=/d, src=v1", "unknown key in ' src=v1'"},
        {"target=/d,src =v1", "unknown key in 'src =v1'"},
        {"target", "target needs a value"},
        {"type=tmpfs,target=/d,tmpfs-size=foo", "the size has to be"},
        {"type=tmpfs,target=/d,tmpfs-mode=foo", "the mode has to be octal"},
        {"type=tmpfs,target=/d,tmpfs-mode=10000", "the mode has to be octal"},
        {"type=tmpfs,source=x,target=/d", "a tmpfs has no source"},
        {"type=volume,src=v1,target=/d,bind-propagation=rslave", "is for type=bind only"},
        {"type=bind,src=/h,target=/d,volume-nocopy=true", "is for type=volume only"},
        {"type=bind,src=/h,target=/d,tmpfs-size=1", "is for type=tmpfs only"},
        {"type=bind,src=/h,target=/d,bind-propagation=x", "bind-propagation has to be"},
        {"type=bind,src=/h,target=/d,bind-recursive=disabled", "can only be enabled"},
        {"type=bind,src=/h,target=/d,readonly=", "'' is neither true nor false"},
        {"type=bind,src=/h,target=/d,readonly= true", "' true' is neither true nor false"},
        {"type=bind,src=/h,target=/d,readonly=no", "'no' is neither true nor false"},
        {"target=/d,readonly", "without a name cannot be read-only"},
        {"target=/d,volume-driver=nfs", "create the volume first"},
        {"target=/d,volume-label=a=b", "create the volume first"},
        {"\"target=/d", "a field in quotes"},
        {"\"target=/d\"x", "a field in quotes"},
        {"target=/d\"", "a field in quotes"},
        {NULL, "''"},
    };
    assert_refused(davit_mount_parse, rows, sizeof rows / sizeof rows[0]);
}

static void test_parse_mount__the_number_of_fields_has_a_ceiling(void **state)
{
    (void)state;
    char text[400] = "target=/d";
    for (int i = 0; i < 60; i++) {
        strcat(text, ",ro=0");
    }
    const char *const rows[][2] = {{text, "more than 32 fields"}};
    assert_refused(davit_mount_parse, rows, 1);
}

static void test_parse_mount__a_tmpfs_has_options_of_its_own(void **state)
{
    (void)state;
    assert_mount(davit_tmpfs_parse, "/run", M(.type = DAVIT_MOUNT_TMPFS, .target = "/run"));
    assert_mount(davit_tmpfs_parse, "/run:", M(.type = DAVIT_MOUNT_TMPFS, .target = "/run"));
    assert_mount(davit_tmpfs_parse, "/run:rw,size=64m,mode=1777",
                 M(.type = DAVIT_MOUNT_TMPFS, .target = "/run", .tmpfs_size = DAVIT_MIB(64),
                   .tmpfs_mode = 01777));
    assert_mount(davit_tmpfs_parse, "/run:ro,noexec,uid=1000,size=50%",
                 M(.type = DAVIT_MOUNT_TMPFS, .target = "/run", .read_only = true,
                   .options = "noexec,uid=1000,size=50%"));
}

static void test_parse_mount__what_is_wrong_with_a_tmpfs_is_said(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", "has to be absolute"},
        {"run", "has to be absolute"},
        {"/", "cannot be the root"},
        {"/run:foo", "unknown option 'foo' of a tmpfs"},
        {"/run:foo=1", "unknown option 'foo=1' of a tmpfs"},
        {"/run:uid=", "unknown option 'uid=' of a tmpfs"},
        {"/run:ro,", "unknown option '' of a tmpfs"},
        {"/run:size=", "the size has to be"},
        {"/run:size=x", "the size has to be"},
        {"/run:size=101%", "the size has to be"},
        {"/run:size=%", "the size has to be"},
        {"/run:mode=8", "the mode has to be octal"},
        {"/run:mode=", "the mode has to be octal"},
        {"/run:mode=77777777777777777777777", "the mode has to be octal"},
        {NULL, "''"},
    };
    assert_refused(davit_tmpfs_parse, rows, sizeof rows / sizeof rows[0]);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_parse_mount__a_volume_is_named_by_a_name_and_a_bind_by_a_path),
    cmocka_unit_test(test_parse_mount__a_source_that_begins_with_a_dot_is_made_absolute),
    cmocka_unit_test(test_parse_mount__what_is_wrong_with_a_volume_is_said),
    cmocka_unit_test(test_parse_mount__keys_have_docker_s_names),
    cmocka_unit_test(test_parse_mount__a_comma_may_be_quoted),
    cmocka_unit_test(test_parse_mount__what_is_wrong_with_a_mount_is_said),
    cmocka_unit_test(test_parse_mount__the_number_of_fields_has_a_ceiling),
    cmocka_unit_test(test_parse_mount__a_tmpfs_has_options_of_its_own),
    cmocka_unit_test(test_parse_mount__what_is_wrong_with_a_tmpfs_is_said),
};
DAVIT_TEST_MAIN(tests)
