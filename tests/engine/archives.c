/* SPDX-License-Identifier: MIT */
/* Images as archives: save, load, import; and the steps that made one. */
#include "engine_test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- history ---- */

static davit_image_history *history_of(struct engine_test *test, const char *name)
{
    davit_image_history *history = NULL;
    OK(davit_image_history_get(test->engine, name, &history, &test->error));
    assert_non_null(history);
    return history;
}

static void test_archives__history_has_a_step_for_each_instruction(void **state)
{
    struct engine_test *test = *state;
    const char *image =
        build_image(test, "steps", "RUN head -c 20000 /dev/zero > /zeros\nENV COLOUR=blue");
    DAVIT_CLEANUP(davit_image_history_free) davit_image_history *history = history_of(test, image);
    DAVIT_CLEANUP(davit_image_history_free)
    davit_image_history *base = history_of(test, BASE_IMAGE);
    assert_int_equal(history->count, base->count + 2);
    const davit_image_step *newest = &history->items[0], *run = &history->items[1];
    assert_contains(newest->created_by, "ENV COLOUR=blue");
    assert_int_equal(newest->size, 0);
    assert_string_equal(newest->id, image_of(test, image)->id);
    assert_int_equal(newest->name_count, 1);
    assert_string_equal(newest->names[0], image);
    assert_contains(run->created_by, "head -c 20000");
    assert_true(run->size >= 20000 && run->size < 60000);
    assert_true(newest->created >= run->created);
    assert_true(run->created >= history->items[2].created);
    assert_true(history->items[2].size > 500000);
    observed(test, "Images", "history", NULL);
}

static void test_archives__history_of_none_is_not_found(void **state)
{
    struct engine_test *test = *state;
    davit_image_history *history = NULL;
    const char *name = engine_test_format(test, "localhost/%s-none:1", test->prefix);
    FAILS(DAVIT_ERROR_IMAGE_NOT_FOUND,
          davit_image_history_get(test->engine, name, &history, &test->error));
    assert_contains(engine_test_message(test), name);
    assert_null(history);
}

/* ---- save and load ---- */

struct archive {
    int fd;
    size_t length;
    size_t pieces;
    size_t largest;
    size_t stop_at; /* pieces */
};

static int write_archive(void *context, const void *data, size_t length)
{
    struct archive *archive = context;
    archive->length += length;
    archive->pieces++;
    archive->largest = length > archive->largest ? length : archive->largest;
    assert_int_equal(write(archive->fd, data, length), (ssize_t)length);
    return archive->pieces == archive->stop_at;
}

static struct archive open_archive(struct engine_test *test)
{
    const char *path = engine_test_format(test, "%s/archive.tar", engine_test_folder(test));
    struct archive archive = {.fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    assert_true(archive.fd >= 0);
    return archive;
}

struct loaded {
    int count;
    char names[4][256];
};

static void note_loaded(void *context, const char *name)
{
    struct loaded *loaded = context;
    assert_true(loaded->count < 4);
    snprintf(loaded->names[loaded->count++], sizeof loaded->names[0], "%s", name);
}

static bool was_loaded(const struct loaded *loaded, const char *name)
{
    for (int i = 0; i < loaded->count; i++) {
        if (strcmp(loaded->names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static void test_archives__what_was_saved_is_loaded_again_under_its_names(void **state)
{
    struct engine_test *test = *state;
    const char *images[] = {build_image(test, "one", "RUN echo one > /which"),
                            build_image(test, "two", "RUN echo two > /which")};
    struct archive archive = open_archive(test);
    OK(davit_image_save(test->engine, images, 2, write_archive, &archive, &test->error));
    assert_true(archive.largest <= 65536 && archive.pieces > 10);
    for (size_t i = 0; i < ITEMS(images); i++) {
        OK(davit_image_remove(test->engine, images[i], true, NULL, NULL, &test->error));
        assert_false(image_exists(test, images[i]));
    }
    struct loaded loaded = {0};
    lseek(archive.fd, 0, SEEK_SET);
    OK(davit_image_load(test->engine, archive.fd, note_loaded, &loaded, &test->error));
    assert_int_equal(loaded.count, 2);
    for (size_t i = 0; i < ITEMS(images); i++) {
        assert_true(was_loaded(&loaded, images[i]));
        davit_container_config config = engine_test_config(test, NULL);
        config.image = images[i];
        config.pull_policy = DAVIT_PULL_NEVER;
        assert_string_equal(says(test, &config, "cat /which"), i == 0 ? "one" : "two");
    }
    close(archive.fd);
    observed(test, "Images", "save and load", NULL);
}

static void test_archives__an_image_saved_by_its_id_has_no_name(void **state)
{
    struct engine_test *test = *state;
    const char *image = build_image(test, "nameless", "RUN echo nameless > /which");
    const char *id = image_of(test, image)->id;
    struct archive archive = open_archive(test);
    OK(davit_image_save(test->engine, &id, 1, write_archive, &archive, &test->error));
    OK(davit_image_remove(test->engine, image, true, NULL, NULL, &test->error));
    struct loaded loaded = {0};
    lseek(archive.fd, 0, SEEK_SET);
    OK(davit_image_load(test->engine, archive.fd, note_loaded, &loaded, &test->error));
    assert_int_equal(loaded.count, 1);
    assert_string_equal(loaded.names[0], id);
    assert_false(image_exists(test, image));
    assert_int_equal(image_of(test, id)->name_count, 0);
    OK(davit_image_remove(test->engine, id, true, NULL, NULL, &test->error));
    close(archive.fd);
}

static void test_archives__save_of_none_is_not_found(void **state)
{
    struct engine_test *test = *state;
    const char *names[] = {BASE_IMAGE,
                           engine_test_format(test, "localhost/%s-none:1", test->prefix)};
    struct archive archive = open_archive(test);
    FAILS(DAVIT_ERROR_IMAGE_NOT_FOUND,
          davit_image_save(test->engine, names, 2, write_archive, &archive, &test->error));
    assert_contains(engine_test_message(test), names[1]);
    assert_int_equal(archive.length, 0);
    close(archive.fd);
}

static void test_archives__the_receiver_can_stop_a_save(void **state)
{
    struct engine_test *test = *state;
    const char *name = BASE_IMAGE;
    struct archive archive = open_archive(test);
    archive.stop_at = 2;
    FAILS(DAVIT_ERROR_CANCELLED,
          davit_image_save(test->engine, &name, 1, write_archive, &archive, &test->error));
    assert_int_equal(archive.pieces, 2);
    assert_true(image_exists(test, name));
    close(archive.fd);
}

/* A pipe that nobody writes to: the time limit ends the wait. */
static void test_archives__a_load_that_waits_for_its_archive_ends_in_time(void **state)
{
    struct engine_test *test = *state;
    int ends[2];
    davit_engine *scope = NULL;
    davit_scope_options limits = {.timeout_ms = 300};
    assert_int_equal(pipe(ends), 0);
    OK(davit_engine_scope(test->engine, &limits, &scope, &test->error));
    FAILS(DAVIT_ERROR_TIMEOUT, davit_image_load(scope, ends[0], NULL, NULL, &test->error));
    davit_engine_close(scope);
    close(ends[0]);
    close(ends[1]);
}

static void test_archives__a_tar_without_images_is_told_plainly(void **state)
{
    struct engine_test *test = *state;
    struct archive archive = open_archive(test);
    assert_int_equal(ftruncate(archive.fd, 10240), 0);
    FAILS(DAVIT_ERROR_IMAGE, davit_image_load(test->engine, archive.fd, NULL, NULL, &test->error));
    assert_string_equal(engine_test_message(test),
                        "load: the archive holds no images, or is cut short");
    close(archive.fd);
}

/* ---- import ---- */

/* A container of the base image holds the tar of a file system: its own. */
static struct archive file_system(struct engine_test *test)
{
    struct archive archive = open_archive(test);
    const char *folder = engine_test_folder(test);
    davit_container_config config = engine_test_config(test, NULL);
    davit_mount mount = {.type = DAVIT_MOUNT_BIND, .source = folder, .target = "/out"};
    config.mounts = &mount;
    config.mount_count = 1;
    says(test, &config, "cd / && tar cf /out/rootfs.tar bin etc/passwd");
    close(archive.fd);
    archive.fd = open(engine_test_format(test, "%s/rootfs.tar", folder), O_RDONLY | O_CLOEXEC);
    assert_true(archive.fd >= 0);
    return archive;
}

static void test_archives__an_imported_file_system_runs(void **state)
{
    struct engine_test *test = *state;
    struct archive archive = file_system(test);
    const char *name = engine_test_format(test, "localhost/%s-imported:1.2", test->prefix);
    const char *changes[] = {"ENV GREETING=\"hello you\"", "CMD [\"sh\", \"-c\", \"exit 3\"]",
                             "LABEL davit.test=imported", "WORKDIR /bin"};
    davit_image_import_options options = {.name = name,
                                          .message = "made by a test",
                                          .changes = changes,
                                          .change_count = ITEMS(changes)};
    DAVIT_CLEANUP(davit_string_free) char *id = NULL;
    OK(davit_image_import(test->engine, archive.fd, &options, &id, &test->error));
    const davit_image_info *info = image_of(test, name);
    assert_string_equal(info->id, id);
    assert_int_equal(info->command_count, 3);
    assert_string_equal(info->command[2], "exit 3");
    assert_string_equal(info->workdir, "/bin");
    assert_int_equal(info->label_count, 1);
    DAVIT_CLEANUP(davit_image_history_free) davit_image_history *history = history_of(test, name);
    assert_string_equal(history->items[0].comment, "made by a test");
    davit_container_config config = engine_test_config(test, NULL);
    config.image = name;
    assert_string_equal(says(test, &config, "echo $GREETING in $PWD"), "hello you in /bin");
    close(archive.fd);
    observed(test, "Images", "import", NULL);
}

static void test_archives__an_import_may_have_no_name(void **state)
{
    struct engine_test *test = *state;
    struct archive archive = file_system(test);
    DAVIT_CLEANUP(davit_string_free) char *id = NULL;
    OK(davit_image_import(test->engine, archive.fd, NULL, &id, &test->error));
    assert_contains(id, "sha256:");
    assert_int_equal(image_of(test, id)->name_count, 0);
    OK(davit_image_remove(test->engine, id, true, NULL, NULL, &test->error));
    close(archive.fd);
}

static void test_archives__a_change_that_cannot_be_made_is_invalid(void **state)
{
    struct engine_test *test = *state;
    struct archive archive = file_system(test);
    const char *change = "RUN echo no";
    davit_image_import_options options = {.changes = &change, .change_count = 1};
    char *id = NULL;
    FAILS(DAVIT_ERROR_INVALID_CONFIG,
          davit_image_import(test->engine, archive.fd, &options, &id, &test->error));
    assert_null(id);
    close(archive.fd);
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_archives__history_has_a_step_for_each_instruction),
    ENGINE_TEST(test_archives__history_of_none_is_not_found),
    ENGINE_TEST(test_archives__what_was_saved_is_loaded_again_under_its_names),
    ENGINE_TEST(test_archives__an_image_saved_by_its_id_has_no_name),
    ENGINE_TEST(test_archives__save_of_none_is_not_found),
    ENGINE_TEST(test_archives__the_receiver_can_stop_a_save),
    ENGINE_TEST(test_archives__a_load_that_waits_for_its_archive_ends_in_time),
    ENGINE_TEST(test_archives__a_tar_without_images_is_told_plainly),
    ENGINE_TEST(test_archives__an_imported_file_system_runs),
    ENGINE_TEST(test_archives__an_import_may_have_no_name),
    ENGINE_TEST(test_archives__a_change_that_cannot_be_made_is_invalid),
};
DAVIT_TEST_MAIN(tests)
