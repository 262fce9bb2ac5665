/* SPDX-License-Identifier: MIT */
#include "toml_merge.h"

#include "files.h"
#include "memory.h"
#include "podman_settings.h"
#include "support/runner.h"

static void expect_merged(const char *first, const char *second, const char *expected)
{
    DAVIT__TOML davit__toml toml = DAVIT__TOML_INIT;
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    davit_error error = DAVIT_ERROR_INIT;
    int r = davit__toml_add(&toml, first, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(r, 0);
    assert_int_equal(davit__toml_add(&toml, second, NULL), 0);
    davit__toml_print(&toml, &text);
    assert_int_equal(davit__buffer_check(&text, NULL), 0);
    assert_string_equal(text.data ? text.data : "", expected);
}

static void expect_refusal(const char *text, const char *message)
{
    DAVIT__TOML davit__toml toml = DAVIT__TOML_INIT;
    davit_error error = DAVIT_ERROR_INIT;
    assert_int_equal(davit__toml_add(&toml, text, &error), DAVIT_ERROR_INVALID_CONFIG);
    assert_string_equal(error.message, message);
}

static void test_toml_merge__later_value_replaces_earlier(void **state)
{
    expect_merged("[engine]\nruntime = \"crun\"\nnum_locks = 1\n", "[engine]\nruntime='runc'\n",
                  "[engine]\nruntime = 'runc'\nnum_locks = 1\n");
}

static void test_toml_merge__tables_stay_apart(void **state)
{
    expect_merged("[a]\nx = 1\n[b]\nx = 2\n", "[b]\nx = 3\n[a]\ny = 4\n",
                  "[a]\nx = 1\ny = 4\n[b]\nx = 3\n");
    expect_merged("[ engine.runtimes ]\nrunc = [\"/a\"]\n", "[engine.runtimes]\ncrun = [\"/b\"]",
                  "[engine.runtimes]\nrunc = [\"/a\"]\ncrun = [\"/b\"]\n");
}

static void test_toml_merge__keys_before_any_table_come_first(void **state)
{
    expect_merged("[a]\nx = 1\n", "version = 2\n", "version = 2\n[a]\nx = 1\n");
}

static void test_toml_merge__values_keep_their_lines_strings_and_comments(void **state)
{
    expect_merged("[c] # all\nlist = [\n  \"a]#\", # first\n  'b', [1, 2],\n]  # done\n"
                  "text = \"\"\"\n[no]\nx = \\\"\"\"\" \nraw = '''\nit's\n'''\n"
                  "inline = { k = \"}\", l = [1] }\n\"quoted = key\" = true\n",
                  "",
                  "[c]\nlist = [\n  \"a]#\", # first\n  'b', [1, 2],\n]\n"
                  "text = \"\"\"\n[no]\nx = \\\"\"\"\"\nraw = '''\nit's\n'''\n"
                  "inline = { k = \"}\", l = [1] }\n\"quoted = key\" = true\n");
}

static void test_toml_merge__arrays_of_tables_are_kept_side_by_side(void **state)
{
    expect_merged("[[farm]]\nname = \"a\"\n[[farm]]\nname = \"b\"\n", "[[farm]]\nname = \"c\"\n",
                  "[[farm]]\nname = \"a\"\n[[farm]]\nname = \"b\"\n[[farm]]\nname = \"c\"\n");
}

static void test_toml_merge__empty_files_give_nothing(void **state)
{
    expect_merged("", "# only this\r\n\r\n", "");
    expect_merged("[engine]", "", "[engine]\n");
}

static void test_toml_merge__values_can_be_asked_for(void **state)
{
    DAVIT__TOML davit__toml toml = DAVIT__TOML_INIT;
    assert_int_equal(davit__toml_add(&toml, "[engine]\nruntime = \"crun\" # mine\n", NULL), 0);
    assert_string_equal(davit__toml_get(&toml, "engine", "runtime"), "\"crun\"");
    assert_null(davit__toml_get(&toml, "engine", "cgroup_manager"));
    assert_null(davit__toml_get(&toml, "containers", "runtime"));
}

static void test_toml_merge__what_is_no_toml_is_refused_with_its_line(void **state)
{
    expect_refusal("[engine\n", "line 1: not valid TOML");
    expect_refusal("[engine]\nruntime\n", "line 2: not valid TOML");
    expect_refusal("\n\n[engine] x = 1\n", "line 3: not valid TOML");
    expect_refusal("x = \n", "line 1: not valid TOML");
    expect_refusal("= 1\n", "line 1: not valid TOML");
    expect_refusal("x = \"open\ny = 1\n", "line 1: not valid TOML");
    expect_refusal("x = [1, 2\n", "line 1: not valid TOML");
    expect_refusal("x = '''\n", "line 1: not valid TOML");
    expect_refusal("[[a]\nx = 1\n", "line 1: not valid TOML");
    expect_refusal("x = ]\n", "line 1: not valid TOML");
}

/* ---- Podman's settings from them ---- */

static void expect_settings(const char *conf, const char *const parts[], bool present)
{
    char path[] = "/tmp/davit-test-XXXXXX";
    char variable[64];
    int fd = mkstemp(path);
    assert_true(write(fd, conf, strlen(conf)) == (ssize_t)strlen(conf));
    close(fd);
    snprintf(variable, sizeof variable, "CONTAINERS_CONF=%s", path);
    char *const environment[] = {variable, NULL};
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    davit_error error = DAVIT_ERROR_INIT;
    int r = davit__podman_settings(environment, &text, &error);
    unlink(path);
    assert_string_equal(error.message, "");
    assert_int_equal(r, 0);
    for (size_t i = 0; text.length > 0 && parts[i]; i++) {
        assert_int_equal(strstr(text.data, parts[i]) != NULL, present);
    }
}

static void test_podman_settings__users_own_are_kept(void **state)
{
    /* On a machine that needs no change there is no text, and Podman reads the file itself. */
    static const char *const kept[] = {"events_logger = \"none\"", "pids_limit = 7",
                                       "cgroup_manager = \"mine\"", NULL};
    expect_settings("[engine]\nevents_logger = \"none\"\ncgroup_manager = \"mine\"\n"
                    "[containers]\npids_limit = 7\n",
                    kept, true);
    static const char *const replaced[] = {"cgroupfs", "\"file\"", NULL};
    expect_settings("[engine]\nevents_logger = \"none\"\ncgroup_manager = \"mine\"\n", replaced,
                    false);
}

static void test_podman_settings__nothing_is_written_where_all_is_set(void **state)
{
    char path[] = "/tmp/davit-test-XXXXXX";
    char variable[64];
    static const char conf[] = "[engine]\nevents_logger=\"file\"\ncgroup_manager=\"cgroupfs\"\n"
                               "runtime=\"runc\"\n[containers]\ndefault_ulimits=[]\n";
    int fd = mkstemp(path);
    assert_true(write(fd, conf, sizeof conf - 1) == (ssize_t)sizeof conf - 1);
    close(fd);
    snprintf(variable, sizeof variable, "CONTAINERS_CONF=%s", path);
    char *const environment[] = {variable, NULL};
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    assert_int_equal(davit__podman_settings(environment, &text, NULL), 0);
    unlink(path);
    assert_int_equal(text.length, 0);
}

static void test_podman_settings__broken_file_is_named(void **state)
{
    char path[] = "/tmp/davit-test-XXXXXX";
    char variable[64], message[128];
    int fd = mkstemp(path);
    assert_true(write(fd, "[engine\n", 8) == 8);
    close(fd);
    snprintf(variable, sizeof variable, "CONTAINERS_CONF=%s", path);
    snprintf(message, sizeof message, "%s: line 1: not valid TOML", path);
    char *const environment[] = {variable, NULL};
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    davit_error error = DAVIT_ERROR_INIT;
    int r = davit__podman_settings(environment, &text, &error);
    unlink(path);
    assert_int_equal(r, DAVIT_ERROR_INVALID_CONFIG);
    assert_string_equal(error.message, message);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_toml_merge__later_value_replaces_earlier),
    cmocka_unit_test(test_toml_merge__tables_stay_apart),
    cmocka_unit_test(test_toml_merge__keys_before_any_table_come_first),
    cmocka_unit_test(test_toml_merge__values_keep_their_lines_strings_and_comments),
    cmocka_unit_test(test_toml_merge__arrays_of_tables_are_kept_side_by_side),
    cmocka_unit_test(test_toml_merge__empty_files_give_nothing),
    cmocka_unit_test(test_toml_merge__values_can_be_asked_for),
    cmocka_unit_test(test_toml_merge__what_is_no_toml_is_refused_with_its_line),
    cmocka_unit_test(test_podman_settings__users_own_are_kept),
    cmocka_unit_test(test_podman_settings__nothing_is_written_where_all_is_set),
    cmocka_unit_test(test_podman_settings__broken_file_is_named),
};
DAVIT_TEST_MAIN(tests)
