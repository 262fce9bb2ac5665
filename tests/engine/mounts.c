/* SPDX-License-Identifier: MIT */
/* Folders of the host, volumes and temporary file systems in a container. */
#include "engine_test.h"

#include <sys/stat.h>
#include <unistd.h>

static void set_mount(davit_container_config *config, const davit_mount *mount)
{
    config->mounts = mount;
    config->mount_count = 1;
}

static const davit_mount_info *mount_at(const davit_container_info *info, const char *target)
{
    for (size_t i = 0; i < info->mount_count; i++) {
        if (strcmp(info->mounts[i].target, target) == 0) {
            return &info->mounts[i];
        }
    }
    fail_msg("nothing is mounted at %s", target);
    return NULL;
}

static bool exists(struct engine_test *test, const char *folder, const char *file)
{
    return access(engine_test_format(test, "%s/%s", folder, file), F_OK) == 0;
}

/* ---- folders of the host ---- */

static void test_mounts__bind_is_the_hosts_folder(void **state)
{
    struct engine_test *test = *state;
    const char *folder = engine_test_folder(test);
    engine_test_write(test, engine_test_format(test, "%s/greeting", folder), "from the host\n");
    davit_mount mount = {.type = DAVIT_MOUNT_BIND, .source = folder, .target = "/in"};
    davit_container_config config = engine_test_config(test, "box");
    set_mount(&config, &mount);
    start_script(test, &config, NULL);
    assert_string_equal(exec_says(test, config.name, "cat /in/greeting; touch /in/answer"),
                        "from the host");
    assert_true(exists(test, folder, "answer"));
    const davit_mount_info *mounted = mount_at(info_of(test, config.name), "/in");
    assert_int_equal(mounted->type, DAVIT_MOUNT_BIND);
    assert_string_equal(mounted->source, folder);
    assert_false(mounted->read_only);
    observed(test, "Mounts", "host folder", NULL);
}

static void test_mounts__read_only_bind_cannot_be_written(void **state)
{
    struct engine_test *test = *state;
    const char *folder = engine_test_folder(test);
    davit_mount mount = {
        .type = DAVIT_MOUNT_BIND, .source = folder, .target = "/in", .read_only = true};
    davit_container_config config = engine_test_config(test, "box");
    set_mount(&config, &mount);
    start_script(test, &config, NULL);
    assert_int_equal(exec_script(test, config.name, "touch /in/answer", NULL), 1);
    assert_false(exists(test, folder, "answer"));
    assert_true(mount_at(info_of(test, config.name), "/in")->read_only);
    observed(test, "Mounts", "read-only", NULL);
}

static void test_mounts__one_file_can_be_bound(void **state)
{
    struct engine_test *test = *state;
    const char *file = engine_test_format(test, "%s/settings", engine_test_folder(test));
    engine_test_write(test, file, "key=value\n");
    davit_mount mount = {
        .type = DAVIT_MOUNT_BIND, .source = file, .target = "/etc/settings", .read_only = true};
    davit_container_config config = engine_test_config(test, "box");
    set_mount(&config, &mount);
    assert_string_equal(says(test, &config, "cat /etc/settings"), "key=value");
    observed(test, "Mounts", "one file", NULL);
}

static void test_mounts__missing_source_is_made_when_asked(void **state)
{
    struct engine_test *test = *state;
    const char *folder = engine_test_folder(test);
    davit_mount mount = {.type = DAVIT_MOUNT_BIND,
                         .source = engine_test_format(test, "%s/new one", folder),
                         .target = "/in",
                         .create_source = true};
    davit_container_config config = engine_test_config(test, "box");
    set_mount(&config, &mount);
    says(test, &config, "touch /in/file");
    assert_true(exists(test, folder, "new one/file"));
    observed(test, "Mounts", "missing host folder made by `-v`", NULL);
}

static void test_mounts__missing_source_is_an_error_otherwise(void **state)
{
    struct engine_test *test = *state;
    const char *folder = engine_test_folder(test);
    davit_mount mount = {.type = DAVIT_MOUNT_BIND,
                         .source = engine_test_format(test, "%s/missing", folder),
                         .target = "/in"};
    davit_container_config config = engine_test_config(test, "box");
    set_mount(&config, &mount);
    char *id = NULL;
    int r = davit_container_create(test->engine, &config, &id, &test->error);
    if (test->runtime == DAVIT_RUNTIME_PODMAN) {
        OK(r); /* its compatible API makes the folder, whoever asks */
        davit_string_free(id);
        observed(test, "Mounts", "missing host folder refused by `--mount`", "it is made");
        return;
    }
    FAILS(DAVIT_ERROR_INVALID_CONFIG, r);
    assert_contains(engine_test_message(test), mount.source);
    assert_false(exists(test, folder, "missing"));
    observed(test, "Mounts", "missing host folder refused by `--mount`", NULL);
}

static void test_mounts__propagation_is_an_option(void **state)
{
    struct engine_test *test = *state;
    davit_mount mount = {.type = DAVIT_MOUNT_BIND,
                         .source = engine_test_folder(test),
                         .target = "/in",
                         .read_only = true,
                         .options = "private"};
    davit_container_config config = engine_test_config(test, "box");
    set_mount(&config, &mount);
    start_script(test, &config, NULL);
    assert_string_equal(exec_says(test, config.name, "touch /in/x 2>/dev/null || echo no"), "no");
    DAVIT_CLEANUP(davit_string_free) char *raw = NULL;
    OK(davit_container_get_raw(test->engine, config.name, &raw, &test->error));
    assert_contains(raw, "\"private\""); /* the default is rprivate */
    observed(test, "Mounts", "propagation", NULL);
}

static void test_mounts__sources_may_have_any_name(void **state)
{
    struct engine_test *test = *state;
    const char *names[] = {"with: colon", "with, comma", "\xe2\x9c\x93 \"quoted\""};
    const char *parent = engine_test_folder(test);
    for (size_t i = 0; i < ITEMS(names); i++) {
        const char *folder = engine_test_format(test, "%s/%s", parent, names[i]);
        assert_int_equal(mkdir(folder, 0755), 0);
        davit_mount mount = {.type = DAVIT_MOUNT_BIND, .source = folder, .target = "/in"};
        davit_container_config config = engine_test_config(test, "box");
        set_mount(&config, &mount);
        says(test, &config, "touch /in/file");
        assert_true(exists(test, folder, "file"));
    }
}

/* ---- volumes ---- */

static void test_mounts__volume_outlives_the_container(void **state)
{
    struct engine_test *test = *state;
    davit_mount mount = {
        .type = DAVIT_MOUNT_VOLUME, .source = engine_test_name(test, "data"), .target = "/data"};
    davit_container_config config = engine_test_config(test, "writer");
    set_mount(&config, &mount);
    says(test, &config, "echo kept > /data/file");
    config = engine_test_config(test, "reader");
    mount.read_only = true;
    set_mount(&config, &mount);
    start_script(test, &config, NULL);
    assert_string_equal(exec_says(test, config.name, "cat /data/file"), "kept");
    assert_int_equal(exec_script(test, config.name, "touch /data/x", NULL), 1);
    const davit_mount_info *mounted = mount_at(info_of(test, config.name), "/data");
    assert_int_equal(mounted->type, DAVIT_MOUNT_VOLUME);
    assert_string_equal(mounted->name, mount.source);
    assert_true(mounted->read_only);
    observed(test, "Mounts", "named volume", NULL);
}

static void test_mounts__volume_is_filled_from_the_image(void **state)
{
    struct engine_test *test = *state;
    davit_mount mounts[] = {
        {.source = engine_test_name(test, "copied"), .target = "/home"},
        {.source = engine_test_name(test, "empty"), .target = "/etc", .options = "nocopy"}};
    davit_container_config config = engine_test_config(test, "box");
    config.mounts = mounts;
    config.mount_count = ITEMS(mounts);
    assert_string_equal(says(test, &config, "ls -d /home/app; ls /etc/group 2>/dev/null; true"),
                        "/home/app");
    observed(test, "Mounts", "volume filled from the image", NULL);
}

static void test_mounts__anonymous_volume_goes_with_the_container(void **state)
{
    struct engine_test *test = *state;
    davit_mount mount = {.target = "/data"};
    davit_container_config config = engine_test_config(test, "box");
    set_mount(&config, &mount);
    start_script(test, &config, NULL);
    assert_string_equal(exec_says(test, config.name, "touch /data/x && echo yes"), "yes");
    const davit_container_info *info = info_of(test, config.name);
    const char *path = engine_test_format(test, "/volumes/%s", mount_at(info, "/data")->name);
    assert_int_equal(engine_test_request(test, "GET", path, NULL, NULL), 200);
    davit_remove_options options = {.force = true, .volumes = true};
    OK(davit_container_remove(test->engine, config.name, &options, &test->error));
    assert_int_equal(engine_test_request(test, "GET", path, NULL, NULL), 404);
    observed(test, "Mounts", "anonymous volume", NULL);
}

static void test_mounts__named_volume_stays_when_volumes_are_removed(void **state)
{
    struct engine_test *test = *state;
    davit_mount mount = {.source = engine_test_name(test, "data"), .target = "/data"};
    davit_container_config config = engine_test_config(test, "box");
    set_mount(&config, &mount);
    start_script(test, &config, NULL);
    davit_remove_options options = {.force = true, .volumes = true};
    OK(davit_container_remove(test->engine, config.name, &options, &test->error));
    const char *path = engine_test_format(test, "/volumes/%s", mount.source);
    assert_int_equal(engine_test_request(test, "GET", path, NULL, NULL), 200);
}

/* ---- temporary file systems ---- */

static void test_mounts__tmpfs_has_size_and_mode(void **state)
{
    struct engine_test *test = *state;
    davit_mount mount = {.type = DAVIT_MOUNT_TMPFS,
                         .target = "/scratch",
                         .tmpfs_size = DAVIT_MIB(2),
                         .tmpfs_mode = 0750};
    davit_container_config config = engine_test_config(test, "box");
    set_mount(&config, &mount);
    assert_string_equal(says(test, &config,
                             "grep -o 'tmpfs /scratch tmpfs rw' /proc/mounts;"
                             "stat -c %a /scratch; df -k /scratch | awk 'NR==2 {print $2}';"
                             "dd if=/dev/zero of=/scratch/x bs=1M count=3 2>&1 |"
                             "grep -o 'No space left'"),
                        "tmpfs /scratch tmpfs rw\n750\n2048\nNo space left");
    observed(test, "Mounts", "tmpfs with size and mode", NULL);
}

static void test_mounts__tmpfs_is_for_all_unless_told(void **state)
{
    struct engine_test *test = *state;
    davit_mount mount = {.type = DAVIT_MOUNT_TMPFS, .target = "/scratch"};
    davit_container_config config = engine_test_config(test, "box");
    set_mount(&config, &mount);
    config.user = "app";
    assert_string_equal(says(test, &config, "touch /scratch/x; stat -c %a /scratch"), "1777");
}

static void test_mounts__tmpfs_can_be_read_only(void **state)
{
    struct engine_test *test = *state;
    davit_mount mount = {.type = DAVIT_MOUNT_TMPFS, .target = "/scratch", .read_only = true};
    davit_container_config config = engine_test_config(test, "box");
    set_mount(&config, &mount);
    assert_int_equal(run_script(test, &config, "touch /scratch/x", NULL), 1);
    observed(test, "Mounts", "tmpfs read-only", NULL);
}

static void test_mounts__tmpfs_takes_further_options(void **state)
{
    struct engine_test *test = *state;
    davit_mount mount = {.type = DAVIT_MOUNT_TMPFS, .target = "/scratch", .options = "exec,nosuid"};
    davit_container_config config = engine_test_config(test, "box");
    set_mount(&config, &mount);
    const char *line = says(test, &config, "grep ' /scratch ' /proc/mounts");
    assert_null(strstr(line, "noexec"));
    assert_contains(line, "nosuid");
}

static void test_mounts__tmpfs_makes_a_read_only_root_usable(void **state)
{
    struct engine_test *test = *state;
    davit_mount mount = {.type = DAVIT_MOUNT_TMPFS, .target = "/scratch"};
    davit_container_config config = engine_test_config(test, "box");
    config.read_only = true;
    set_mount(&config, &mount);
    assert_string_equal(says(test, &config, "touch /scratch/x && echo yes"), "yes");
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_mounts__bind_is_the_hosts_folder),
    ENGINE_TEST(test_mounts__read_only_bind_cannot_be_written),
    ENGINE_TEST(test_mounts__one_file_can_be_bound),
    ENGINE_TEST(test_mounts__missing_source_is_made_when_asked),
    ENGINE_TEST(test_mounts__missing_source_is_an_error_otherwise),
    ENGINE_TEST(test_mounts__propagation_is_an_option),
    ENGINE_TEST(test_mounts__sources_may_have_any_name),
    ENGINE_TEST(test_mounts__volume_outlives_the_container),
    ENGINE_TEST(test_mounts__volume_is_filled_from_the_image),
    ENGINE_TEST(test_mounts__anonymous_volume_goes_with_the_container),
    ENGINE_TEST(test_mounts__named_volume_stays_when_volumes_are_removed),
    ENGINE_TEST(test_mounts__tmpfs_has_size_and_mode),
    ENGINE_TEST(test_mounts__tmpfs_is_for_all_unless_told),
    ENGINE_TEST(test_mounts__tmpfs_can_be_read_only),
    ENGINE_TEST(test_mounts__tmpfs_takes_further_options),
    ENGINE_TEST(test_mounts__tmpfs_makes_a_read_only_root_usable),
};
DAVIT_TEST_MAIN(tests)
