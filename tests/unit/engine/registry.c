/* SPDX-License-Identifier: MIT */
/* Which credentials a pull, a push and a login take, and what a login leaves behind. */
#include "support/fake.h"
#include "support/folder.h"

struct scene {
    struct fake *fake;
    char root[64];
    char text[FOLDER_TEXT];
};

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    void *fake = NULL;
    int r = fake_setup(&fake);
    folder_make(scene->root);
    scene->fake = fake;
    setenv("DOCKER_CONFIG", scene->root, 1);
    *state = scene;
    return r;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    void *fake = scene->fake;
    folder_remove(scene->root);
    free(scene);
    return fake_teardown(&fake);
}

static davit_credentials alice(const char *server)
{
    davit_credentials credentials = DAVIT_CREDENTIALS_INIT;
    credentials.username = "alice";
    credentials.password = "wonderland";
    credentials.server = server;
    return credentials;
}

static void pull(struct scene *scene, const char *name, const davit_credentials *credentials)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit_pull_options options = DAVIT_PULL_OPTIONS_INIT;
    options.credentials = credentials;
    assert_done(davit_image_pull(scene->fake->engine, name, &options, NULL, NULL, &error), &error);
}

static void test_registry__given_credentials_are_for_their_registry_only(void **state)
{
    struct scene *scene = *state;
    davit_credentials anywhere = alice(NULL), there = alice("https://reg:5000/v2/"),
                      nobody = DAVIT_CREDENTIALS_INIT;
    folder_write(scene->root, "config.json",
                 "{\"auths\": {\"other\": {\"username\": \"bob\"}, \"reg:5000\": {\"username\": "
                 "\"carol\"}}}",
                 0600);
    pull(scene, "reg:5000/x", &anywhere);
    pull(scene, "reg:5000/x", &there);
    pull(scene, "reg:5001/x", &there);
    pull(scene, "other/x", &there);
    pull(scene, "reg:5000/x", NULL);
    pull(scene, "reg:5000/x", &nobody);
    fake_assert_calls(scene->fake, "image_pull reg:5000/x as alice\n"
                                   "image_pull reg:5000/x as alice\n"
                                   "image_pull reg:5001/x\n"
                                   "image_pull other/x\n"
                                   "image_pull reg:5000/x as carol\n"
                                   "image_pull reg:5000/x\n");
}

static void test_registry__options_that_cannot_be_meant_are_refused(void **state)
{
    struct scene *scene = *state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_engine *engine = scene->fake->engine;
    davit_credentials small = {.struct_size = 1};
    davit_pull_options pull_options = {.struct_size = 1};
    davit_push_options push_options = {.struct_size = 1};
    assert_failed(davit_image_pull(engine, "a", &pull_options, NULL, NULL, &error), &error,
                  DAVIT_ERROR_INVALID_CONFIG, "struct_size 1");
    assert_failed(davit_image_push(engine, "a", &push_options, NULL, NULL, NULL, &error), &error,
                  DAVIT_ERROR_INVALID_CONFIG, "struct_size 1");
    pull_options = (davit_pull_options)DAVIT_PULL_OPTIONS_INIT;
    pull_options.credentials = &small;
    assert_failed(davit_image_pull(engine, "a", &pull_options, NULL, NULL, &error), &error,
                  DAVIT_ERROR_INVALID_CONFIG, "DAVIT_CREDENTIALS_INIT");
    pull_options = (davit_pull_options)DAVIT_PULL_OPTIONS_INIT;
    pull_options.all_tags = true;
    assert_failed(davit_image_pull(engine, "reg:5000/a:1", &pull_options, NULL, NULL, &error),
                  &error, DAVIT_ERROR_INVALID_CONFIG, "without a tag");
    fake_assert_calls(scene->fake, "");
}

/* ---- login ---- */

static void log_in(struct scene *scene, const davit_credentials *credentials, const char *store)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit_login *login = NULL;
    assert_done(davit_registry_login(scene->fake->engine, credentials, &login, &error), &error);
    assert_true(login->checked);
    assert_non_null(strstr(login->store, store));
    davit_login_free(login);
}

static bool log_out(struct scene *scene, const char *server)
{
    davit_error error = DAVIT_ERROR_INIT;
    bool removed = false;
    assert_done(davit_registry_logout(scene->fake->engine, server, &removed, &error), &error);
    return removed;
}

static void test_registry__login_keeps_what_else_the_file_says(void **state)
{
    struct scene *scene = *state;
    davit_credentials credentials = alice("reg:5000");
    folder_write(scene->root, "config.json",
                 "{\"currentContext\": \"far\", \"auths\": {\"other\": {\"auth\": \"eDp5\"}}}",
                 0644);
    log_in(scene, &credentials, "config.json");
    fake_assert_calls(scene->fake, "registry_check reg:5000 as alice\n");
    assert_string_equal(folder_read(scene->root, "config.json", scene->text),
                        "{\n"
                        "    \"currentContext\": \"far\",\n"
                        "    \"auths\": {\n"
                        "        \"other\": {\n"
                        "            \"auth\": \"eDp5\"\n"
                        "        },\n"
                        "        \"reg:5000\": {\n"
                        "            \"auth\": \"YWxpY2U6d29uZGVybGFuZA==\"\n"
                        "        }\n"
                        "    }\n"
                        "}\n");
    char path[128];
    struct stat status;
    snprintf(path, sizeof path, "%s/config.json", scene->root);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    pull(scene, "reg:5000/x", NULL);
    assert_true(log_out(scene, "https://reg:5000/v2/"));
    log_in(scene, &credentials, "config.json");
    assert_true(log_out(scene, "reg:5000/team")); /* docker knows whole registries only */
    assert_false(log_out(scene, "reg:5000"));
    pull(scene, "reg:5000/x", NULL);
    fake_assert_calls(scene->fake, "image_pull reg:5000/x as alice\n"
                                   "registry_check reg:5000 as alice\n"
                                   "image_pull reg:5000/x\n");
    folder_read(scene->root, "config.json", scene->text);
    assert_non_null(strstr(scene->text, "eDp5"));
    assert_null(strstr(scene->text, "reg:5000"));
}

static void test_registry__login_makes_the_file(void **state)
{
    struct scene *scene = *state;
    davit_credentials credentials = alice(NULL);
    char folder[128];
    snprintf(folder, sizeof folder, "%s/new/folder", scene->root);
    setenv("DOCKER_CONFIG", folder, 1);
    log_in(scene, &credentials, "new/folder/config.json");
    fake_assert_calls(scene->fake, "registry_check https://index.docker.io/v1/ as alice\n");
    assert_non_null(strstr(folder_read(scene->root, "new/folder/config.json", scene->text),
                           "\"https://index.docker.io/v1/\""));
    pull(scene, "nginx", NULL);
    fake_assert_calls(scene->fake, "image_pull nginx as alice\n");
    assert_true(log_out(scene, NULL));
}

static void test_registry__what_the_registry_refuses_is_not_stored(void **state)
{
    struct scene *scene = *state;
    davit_credentials credentials = alice("reg:5000"), none = DAVIT_CREDENTIALS_INIT;
    davit_login *login = NULL;
    davit_error error = DAVIT_ERROR_INIT;
    fake_fail(scene->fake, FAKE_REGISTRY_CHECK, NULL, DAVIT_ERROR_UNAUTHORIZED, "401");
    assert_failed(davit_registry_login(scene->fake->engine, &credentials, &login, &error), &error,
                  DAVIT_ERROR_UNAUTHORIZED, "login reg:5000: 401");
    assert_null(login);
    assert_string_equal(folder_read(scene->root, "config.json", scene->text), "");
    none.username = "alice";
    assert_failed(davit_registry_login(scene->fake->engine, &none, &login, &error), &error,
                  DAVIT_ERROR_INVALID_CONFIG, "a user name with a password");
    credentials = alice("not a registry");
    assert_failed(davit_registry_login(scene->fake->engine, &credentials, &login, &error), &error,
                  DAVIT_ERROR_INVALID_CONFIG, "expected a registry");
    credentials = alice("reg");
    credentials.username = "a:b";
    assert_failed(davit_registry_login(scene->fake->engine, &credentials, &login, &error), &error,
                  DAVIT_ERROR_INVALID_CONFIG, "expected no ':'");
}

static void test_registry__a_helper_keeps_them_in_place_of_the_file(void **state)
{
    struct scene *scene = *state;
    davit_credentials credentials = alice("reg:5000");
    char path[128], script[256];
    snprintf(path, sizeof path, "%s:/usr/bin:/bin", scene->root);
    setenv("PATH", path, 1);
    snprintf(script, sizeof script,
             "#!/bin/sh\ncd %s\n"
             "case $1 in store) cat > kept;; get) cat kept;; erase) rm kept;; esac\n",
             scene->root);
    folder_write(scene->root, "docker-credential-safe", script, 0755);
    folder_write(scene->root, "config.json", "{\"credsStore\": \"safe\"}", 0600);
    log_in(scene, &credentials, "docker-credential-safe");
    assert_string_equal(folder_read(scene->root, "config.json", scene->text),
                        "{\"credsStore\": \"safe\"}");
    pull(scene, "reg:5000/x", NULL);
    fake_assert_calls(scene->fake, "registry_check reg:5000 as alice\n"
                                   "image_pull reg:5000/x as alice\n");
    assert_true(log_out(scene, "reg:5000"));
    assert_string_equal(folder_read(scene->root, "kept", scene->text), "");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
static const struct CMUnitTest tests[] = {
    TEST(test_registry__given_credentials_are_for_their_registry_only),
    TEST(test_registry__options_that_cannot_be_meant_are_refused),
    TEST(test_registry__login_keeps_what_else_the_file_says),
    TEST(test_registry__login_makes_the_file),
    TEST(test_registry__what_the_registry_refuses_is_not_stored),
    TEST(test_registry__a_helper_keeps_them_in_place_of_the_file),
};
DAVIT_TEST_MAIN(tests)
