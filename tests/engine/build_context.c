/* SPDX-License-Identifier: MIT */
/* What is built: text, files, folders and tars. */
#include "building.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

static void test_build_context__dockerfile_in_memory_is_enough(void **state)
{
    struct engine_test *test = *state;
    struct building *building = building_of(test, FROM "RUN echo made > /made\n");
    build(test, building);
    assert_string_equal(image_says(test, building->tag, "cat /made"), "made");
    observed(test, "Builds", "Dockerfile in memory", NULL);
}

static void test_build_context__files_in_memory_are_copied(void **state)
{
    struct engine_test *test = *state;
    size_t length = 16 * 1024 * 1024;
    char *large = malloc(length);
    assert_non_null(large);
    memset(large, 'x', length);
    const davit_build_file files[] = {
        {"app/run.sh", "#!/bin/sh\necho ran\n", 19, 0755},
        {"app/deep/er/data", "a\0b", 3, 0},
        {"app/empty", NULL, 0, 0600},
        {"app/large", large, length, 0},
        {"left out", "x", 1, 0},
    };
    struct building *building = building_of(test, FROM "COPY app /app\n");
    building->context.files = files;
    building->context.file_count = ITEMS(files);
    build(test, building);
    assert_string_equal(image_says(test, building->tag,
                                   "/app/run.sh; wc -c < /app/deep/er/data; wc -c < /app/large;"
                                   "stat -c %a /app/run.sh /app/deep/er/data /app/empty; ls /app"),
                        "ran\n3\n16777216\n755\n644\n600\ndeep\nempty\nlarge\nrun.sh");
    free(large);
    observed(test, "Builds", "context in memory", NULL);
}

static void test_build_context__folder_is_sent_without_what_is_ignored(void **state)
{
    struct engine_test *test = *state;
    const char *folder = engine_test_folder(test);
    const char *files[][2] = {{"Dockerfile", FROM "COPY . /all/\n"},
                              {"kept", "1"},
                              {"secret.key", "2"},
                              {".dockerignore", "*.key\n"}};
    for (size_t i = 0; i < ITEMS(files); i++) {
        engine_test_write(test, engine_test_format(test, "%s/%s", folder, files[i][0]),
                          files[i][1]);
    }
    assert_int_equal(symlink("kept", engine_test_format(test, "%s/link", folder)), 0);
    struct building *building = building_of(test, NULL);
    building->context.directory = folder;
    build(test, building);
    assert_string_equal(image_says(test, building->tag, "ls -A /all; readlink /all/link"),
                        ".dockerignore\nDockerfile\nkept\nlink\nkept");
    observed(test, "Builds", ".dockerignore", NULL);
}

static void test_build_context__dockerfile_may_be_inside_or_outside(void **state)
{
    struct engine_test *test = *state;
    const char *folder = engine_test_folder(test), *other = engine_test_folder(test);
    const char *inside = engine_test_format(test, "%s/inside.file", folder);
    const char *outside = engine_test_format(test, "%s/outside.file", other);
    engine_test_write(test, engine_test_format(test, "%s/word", folder), "word\n");
    engine_test_write(test, inside, FROM "COPY word /inside\n");
    engine_test_write(test, outside, FROM "COPY word /outside\n");
    const char *paths[] = {inside, outside, "outside.file"}; /* relative: to the current folder */
    const char *made[] = {"cat /inside", "cat /outside", "cat /outside"};
    assert_int_equal(chdir(other), 0);
    for (size_t i = 0; i < ITEMS(paths); i++) {
        struct building *building = building_of(test, NULL);
        building->context.directory = folder;
        building->context.dockerfile_path = paths[i];
        build(test, building);
        assert_string_equal(image_says(test, building->tag, made[i]), "word");
    }
    assert_int_equal(access(engine_test_format(test, "%s/Dockerfile", folder), F_OK), -1);
    observed(test, "Builds", "Dockerfile outside of the context", NULL);
}

static void test_build_context__files_and_text_go_over_those_of_the_folder(void **state)
{
    struct engine_test *test = *state;
    const char *folder = engine_test_folder(test);
    engine_test_write(test, engine_test_format(test, "%s/a", folder), "folder's\n");
    engine_test_write(test, engine_test_format(test, "%s/b", folder), "folder's\n");
    engine_test_write(test, engine_test_format(test, "%s/Dockerfile", folder), "not this one\n");
    const davit_build_file files[] = {{"b", "memory's\n", 9, 0}};
    struct building *building = building_of(test, FROM "COPY a b /\nRUN cat /a /b > /all\n");
    building->context.directory = folder;
    building->context.files = files;
    building->context.file_count = 1;
    build(test, building);
    assert_string_equal(image_says(test, building->tag, "cat /all"), "folder's\nmemory's");
}

static void test_build_context__tar_may_be_plain_or_compressed(void **state)
{
    struct engine_test *test = *state;
    const char *folder = engine_test_folder(test);
    engine_test_write(test, engine_test_format(test, "%s/My.file", folder), FROM "COPY word /\n");
    const char *options[] = {"-c", "-cz"};
    for (size_t i = 0; i < ITEMS(options); i++) {
        engine_test_write(test, engine_test_format(test, "%s/word", folder), options[i]);
        FILE *tar = popen(engine_test_format(test, "tar -C %s %s .", folder, options[i]), "r");
        assert_non_null(tar);
        struct building *building = building_of(test, NULL);
        building->context.tar = fileno(tar);
        building->context.dockerfile_path = "My.file";
        build(test, building);
        pclose(tar);
        assert_string_equal(image_says(test, building->tag, "cat /word"), options[i]);
    }
    observed(test, "Builds", "context as a tar, plain or compressed", NULL);
}

static void test_build_context__nothing_is_written_to_disk(void **state)
{
    struct engine_test *test = *state;
    const davit_build_file files[] = {{"a", "aaaa", 4, 0}};
    struct building *building = building_of(test, FROM "COPY a /a\n");
    building->context.files = files;
    building->context.file_count = 1;
    struct rlimit before, nothing;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    nothing = (struct rlimit){.rlim_cur = 0, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &nothing), 0); /* no byte into any file */
    int r = try_build(test, test->engine, building);
    setrlimit(RLIMIT_FSIZE, &before);
    OK(r);
}

static void test_build_context__scratch_needs_no_image(void **state)
{
    struct engine_test *test = *state;
    const davit_build_file files[] = {{"file", "content", 7, 0}};
    struct building *building = building_of(test, "FROM scratch\nCOPY file /file\n");
    building->context.files = files;
    building->context.file_count = 1;
    build(test, building);
    assert_true(image_of(test, building->tag)->size < 100000);
    observed(test, "Builds", "`FROM scratch`", NULL);
}

static void test_build_context__missing_folder_or_dockerfile_is_an_error(void **state)
{
    struct engine_test *test = *state;
    const char *folder = engine_test_folder(test);
    davit_build_context context = DAVIT_BUILD_CONTEXT_INIT;
    char *id = NULL;
    context.directory = engine_test_format(test, "%s/missing", folder);
    int r = davit_image_build(test->engine, &context, NULL, NULL, &id, &test->error);
    assert_true(r == DAVIT_ERROR_IO || r == DAVIT_ERROR_INVALID_CONFIG);
    FAILS(test->error.code, r);
    assert_contains(engine_test_message(test), context.directory);
    context.directory = folder;
    r = davit_image_build(test->engine, &context, NULL, NULL, &id, &test->error);
    assert_true(r == DAVIT_ERROR_IO || r == DAVIT_ERROR_INVALID_CONFIG);
    FAILS(test->error.code, r);
    assert_contains(engine_test_message(test), "Dockerfile");
    assert_null(id);
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_build_context__dockerfile_in_memory_is_enough),
    ENGINE_TEST(test_build_context__files_in_memory_are_copied),
    ENGINE_TEST(test_build_context__folder_is_sent_without_what_is_ignored),
    ENGINE_TEST(test_build_context__dockerfile_may_be_inside_or_outside),
    ENGINE_TEST(test_build_context__files_and_text_go_over_those_of_the_folder),
    ENGINE_TEST(test_build_context__tar_may_be_plain_or_compressed),
    ENGINE_TEST(test_build_context__nothing_is_written_to_disk),
    ENGINE_TEST(test_build_context__scratch_needs_no_image),
    ENGINE_TEST(test_build_context__missing_folder_or_dockerfile_is_an_error),
};
DAVIT_TEST_MAIN(tests)
