/* SPDX-License-Identifier: MIT */
/* Where credentials are found: settings files, their keys, and helpers. */
#include "credentials.h"

#include "memory.h"
#include "support/folder.h"
#include "support/outcome.h"

#define ALICE "\"auth\": \"YWxpY2U6d29uZGVybGFuZA==\"" /* alice:wonderland */
#define BOB   "\"auth\": \"Ym9iOmJ1aWxkZXI6MQ==\""     /* bob:builder:1 */

/* A user's folders, and helpers in the PATH. */
struct scene {
    char root[64];
    davit__environment env;
    char docker[96], user[96], config[96], machine[96], auth_file[96];
    char log[1024];
    davit_call call;
    davit__account found;
    davit_error error;
};

static void log_line(void *context, davit_log_level level, const char *message)
{
    struct scene *scene = context;
    size_t used = strlen(scene->log);
    (void)level;
    snprintf(scene->log + used, sizeof scene->log - used, "%s\n", message);
}

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    folder_make(scene->root);
    snprintf(scene->docker, sizeof scene->docker, "%s/docker", scene->root);
    snprintf(scene->user, sizeof scene->user, "%s/user", scene->root);
    snprintf(scene->config, sizeof scene->config, "%s/config", scene->root);
    snprintf(scene->machine, sizeof scene->machine, "%s/machine", scene->root);
    snprintf(scene->auth_file, sizeof scene->auth_file, "%s/own.json", scene->root);
    scene->env = (davit__environment){
        .docker_config = scene->docker,
        .runtime_dir = scene->user,
        .config_home = scene->config,
        .machine = scene->machine,
    };
    char path[512];
    snprintf(path, sizeof path, "%s/bin:/usr/bin:/bin", scene->root);
    setenv("PATH", path, 1);
    scene->call = (davit_call){.log = log_line, .log_context = scene};
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    davit__account_clear(&scene->found);
    folder_remove(scene->root);
    free(scene);
    return 0;
}

static int look(struct scene *scene, davit_runtime runtime, const char *repository)
{
    DAVIT__AUTH_PLACES places = {0};
    davit__account_clear(&scene->found);
    int r = davit__auth_places_read(&scene->env, runtime, &places, &scene->error);
    return r < 0 ? r
                 : davit__auth_places_find(&places, &scene->call, repository, &scene->found,
                                           &scene->error);
}

static void expect(struct scene *scene, const char *repository, const char *user,
                   const char *password)
{
    assert_done(look(scene, DAVIT_RUNTIME_DOCKER, repository), &scene->error);
    if (!user) {
        assert_true(davit__account_is_empty(&scene->found));
        return;
    }
    assert_non_null(scene->found.username);
    assert_string_equal(scene->found.username, user);
    assert_string_equal(scene->found.password, password);
}

static void write_docker(struct scene *scene, const char *text)
{
    folder_write(scene->root, "docker/config.json", text, 0600);
}

/* A helper that notes what it was asked in asked-NAME, with what was on its standard input. */
static void write_helper(struct scene *scene, const char *name, const char *body)
{
    char file[64], text[1024];
    snprintf(file, sizeof file, "bin/docker-credential-%s", name);
    snprintf(text, sizeof text,
             "#!/bin/sh\nread -r input\nprintf '%%s\\n' \"$1 $input\" >> %s/asked-%s\n%s\n",
             scene->root, name, body);
    folder_write(scene->root, file, text, 0755);
}

static void assert_asked(struct scene *scene, const char *name, const char *expected)
{
    char file[64], text[FOLDER_TEXT];
    snprintf(file, sizeof file, "asked-%s", name);
    assert_string_equal(folder_read(scene->root, file, text), expected);
}

/* ---- names ---- */

static void test_credentials__a_registry_has_one_name(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        {"docker.io", "docker.io"},
        {"index.docker.io", "docker.io"},
        {"https://index.docker.io/v1/", "docker.io"},
        {"registry-1.docker.io", "docker.io"},
        {"HTTPS://Example.com:5000/v2/", "Example.com:5000"},
        {"http://localhost:5000", "localhost:5000"},
        {"quay.io/team/", "quay.io/team"},
        {"[::1]:5000", "[::1]:5000"},
        {"https://", ""},
        {"/v1/", ""},
        {"", ""},
    };
    for (size_t i = 0; i < DAVIT__COUNT(names); i++) {
        assert_true(davit__slice_is(davit__registry_name(names[i][0]), names[i][1]));
    }
}

static void test_credentials__the_longest_key_counts(void **state)
{
    struct scene *scene = *state;
    write_docker(scene, "{\"auths\": {\"quay.io\": {" ALICE "}, \"quay.io/team\": {" BOB "},"
                        "\"https://index.docker.io/v1/\": {" BOB "},"
                        "\"http://reg:5000/v2/\": {" ALICE "}}}");
    expect(scene, "quay.io/app", "alice", "wonderland");
    expect(scene, "quay.io/team/app", "bob", "builder:1");
    expect(scene, "quay.io/team", "bob", "builder:1");
    expect(scene, "quay.io/teams/app", "alice", "wonderland");
    expect(scene, "docker.io/library/app", "bob", "builder:1");
    expect(scene, "reg:5000/app", "alice", "wonderland");
    expect(scene, "reg:5001/app", NULL, NULL);
    expect(scene, "quay.io.example.com/app", NULL, NULL);
}

/* ---- files ---- */

static void test_credentials__nothing_is_nobody(void **state)
{
    struct scene *scene = *state;
    expect(scene, "quay.io/app", NULL, NULL);
    write_docker(scene, "");
    expect(scene, "quay.io/app", NULL, NULL);
    write_docker(scene, "{\"auths\": {\"quay.io\": {}, \"a\": {\"auth\": \"\"}}, \"x\": [1]}");
    expect(scene, "quay.io/app", NULL, NULL);
    scene->env = (davit__environment){0};
    expect(scene, "quay.io/app", NULL, NULL);
    assert_string_equal(scene->log, "");
}

static void test_credentials__all_forms_are_read(void **state)
{
    struct scene *scene = *state;
    write_docker(scene,
                 "{\"auths\": {\"token\": {\"auth\": \"YWxpY2U6\", \"identitytoken\": \"t\"},"
                 "\"plain\": {\"username\": \"u\", \"password\": \"p\"},"
                 "\"bearer\": {\"registrytoken\": \"r\"},"
                 "\"nul\": {\"auth\": \"YWxpY2U6cAAA\"}}}");
    expect(scene, "plain/x", "u", "p");
    expect(scene, "nul/x", "alice", "p");
    expect(scene, "token/x", "alice", "");
    assert_string_equal(scene->found.identity_token, "t");
    assert_done(look(scene, DAVIT_RUNTIME_DOCKER, "bearer/x"), &scene->error);
    assert_string_equal(scene->found.registry_token, "r");
}

static void test_credentials__engines_prefer_their_own_files(void **state)
{
    struct scene *scene = *state;
    write_docker(scene, "{\"auths\": {\"both\": {" ALICE "}, \"docker\": {" ALICE "}}}");
    folder_write(scene->root, "user/containers/auth.json", "{\"auths\": {\"both\": {" BOB "}}}",
                 0600);
    folder_write(scene->root, "config/containers/auth.json",
                 "{\"auths\": {\"both\": {" ALICE "}, \"late\": {" BOB "}}}", 0600);
    expect(scene, "both/x", "alice", "wonderland");
    expect(scene, "late/x", "bob", "builder:1");
    assert_done(look(scene, DAVIT_RUNTIME_PODMAN, "both/x"), &scene->error);
    assert_string_equal(scene->found.username, "bob");
    assert_done(look(scene, DAVIT_RUNTIME_PODMAN, "docker/x"), &scene->error);
    assert_string_equal(scene->found.username, "alice");
}

static void test_credentials__a_file_that_was_named_is_podmans_only_one(void **state)
{
    struct scene *scene = *state;
    folder_write(scene->root, "user/containers/auth.json", "{\"auths\": {\"reg\": {" BOB "}}}",
                 0600);
    scene->env.registry_auth_file = scene->auth_file;
    expect(scene, "reg/x", NULL, NULL);
    folder_write(scene->root, "own.json", "{\"auths\": {\"reg\": {" ALICE "}}}", 0600);
    expect(scene, "reg/x", "alice", "wonderland");
}

static void test_credentials__the_variable_comes_before_the_file(void **state)
{
    struct scene *scene = *state;
    write_docker(scene, "{\"auths\": {\"reg\": {" ALICE "}, \"file\": {" ALICE "}}}");
    scene->env.docker_auth_config = (char *)"{\"auths\": {\"reg\": {" BOB "}}}";
    expect(scene, "reg/x", "bob", "builder:1");
    expect(scene, "file/x", "alice", "wonderland");
}

static void expect_error(struct scene *scene, davit_error_code code, const char *part)
{
    assert_failed(look(scene, DAVIT_RUNTIME_DOCKER, "reg/x"), &scene->error, code, part);
}

static void test_credentials__damaged_files_are_named_without_their_content(void **state)
{
    struct scene *scene = *state;
    write_docker(scene, "{\"auths\": {\"reg\": {\"auth\": \"c2VjcmV0\"}}}");
    expect_error(scene, DAVIT_ERROR_INVALID_CONFIG, "docker/config.json: auths.reg.auth: expected");
    write_docker(scene, "{\"auths\": {\"reg\": {\"auth\": \"!\"}}}");
    expect_error(scene, DAVIT_ERROR_INVALID_CONFIG, "auths.reg.auth: expected");
    write_docker(scene, "{\"auths\": {\"reg\": {\"auth\": \"s3cret\n");
    assert_int_equal(look(scene, DAVIT_RUNTIME_DOCKER, "reg/x"), DAVIT_ERROR_INVALID_CONFIG);
    assert_null(strstr(scene->error.message, "s3cret"));
    scene->error = (davit_error)DAVIT_ERROR_INIT;
    write_docker(scene, "[]");
    expect_error(scene, DAVIT_ERROR_INVALID_CONFIG, "expected a JSON object");
    write_docker(scene, "{}");
    scene->env.docker_auth_config = (char *)"nonsense";
    expect_error(scene, DAVIT_ERROR_INVALID_CONFIG, "DOCKER_AUTH_CONFIG: not valid JSON");
}

/* ---- helpers ---- */

#define PRINTS(user, secret)                                                                       \
    "echo '{\"ServerURL\": \"x\", \"Username\": \"" user "\", \"Secret\": \"" secret "\"}'"

static void test_credentials__helpers_are_asked_for_their_registries(void **state)
{
    struct scene *scene = *state;
    write_helper(scene, "one", PRINTS("carol", "sings"));
    write_helper(scene, "all", PRINTS("dave", "dances"));
    write_docker(scene, "{\"credHelpers\": {\"reg:5000\": \"one\"}, \"credsStore\": \"all\","
                        "\"auths\": {\"reg:5000\": {" ALICE "}}}");
    expect(scene, "reg:5000/team/x", "carol", "sings");
    expect(scene, "docker.io/library/x", "dave", "dances");
    assert_asked(scene, "one", "get reg:5000\n");
    assert_asked(scene, "all", "get https://index.docker.io/v1/\n");
    assert_null(strstr(scene->log, "sings"));
    assert_non_null(strstr(scene->log, "credentials for reg:5000/team/x from "));
}

static void test_credentials__a_helper_can_keep_a_token(void **state)
{
    struct scene *scene = *state;
    write_helper(scene, "all", PRINTS("<token>", "t0ken"));
    write_docker(scene, "{\"credsStore\": \"all\"}");
    assert_done(look(scene, DAVIT_RUNTIME_DOCKER, "reg/x"), &scene->error);
    assert_null(scene->found.username);
    assert_string_equal(scene->found.identity_token, "t0ken");
}

static void test_credentials__a_helper_that_keeps_none_is_passed_over(void **state)
{
    struct scene *scene = *state;
    write_helper(scene, "all", "echo credentials not found in native keychain; exit 1");
    write_docker(scene, "{\"credsStore\": \"all\", \"auths\": {\"reg\": {" ALICE "}}}");
    expect(scene, "reg/x", "alice", "wonderland");
    expect(scene, "other/x", NULL, NULL);
}

static void expect_helper_error(struct scene *scene, const char *body, davit_error_code code,
                                const char *part)
{
    write_helper(scene, "all", body);
    expect_error(scene, code, "credentials for reg: credential helper docker-credential-all");
    assert_int_equal(look(scene, DAVIT_RUNTIME_DOCKER, "reg/x"), code);
    assert_failed(code, &scene->error, code, part);
}

static void test_credentials__a_helper_that_fails_is_an_error(void **state)
{
    struct scene *scene = *state;
    write_docker(scene, "{\"credsStore\": \"all\", \"auths\": {\"reg\": {" ALICE "}}}");
    expect_helper_error(scene, "echo the key ring is locked; exit 3", DAVIT_ERROR_UNAUTHORIZED,
                        "ended with status 3: the key ring is locked");
    expect_helper_error(scene, "kill -9 $$", DAVIT_ERROR_UNAUTHORIZED, "ended with status 137");
    expect_helper_error(scene, "echo s3cret", DAVIT_ERROR_PROTOCOL, "expected JSON");
    expect_helper_error(scene, "", DAVIT_ERROR_PROTOCOL, "expected JSON");
    expect_helper_error(scene, "echo '{\"Username\": 1}'", DAVIT_ERROR_PROTOCOL, "expected JSON");
    expect_helper_error(scene, "head -c 70000 /dev/zero", DAVIT_ERROR_PROTOCOL,
                        "more than 65536 bytes");
    expect_helper_error(scene, "exec cat /dev/zero", DAVIT_ERROR_PROTOCOL, "more than 65536 bytes");
    write_docker(scene, "{\"credsStore\": \"absent\"}");
    expect_error(scene, DAVIT_ERROR_INVALID_CONFIG, "docker-credential-absent is not in the PATH");
    write_docker(scene, "{\"credsStore\": \"../all\"}");
    expect_error(scene, DAVIT_ERROR_INVALID_CONFIG, "'../all': expected a name without folders");
}

static void test_credentials__a_helper_that_hangs_is_ended(void **state)
{
    struct scene *scene = *state;
    write_docker(scene, "{\"credsStore\": \"all\"}");
    write_helper(scene, "all", "echo $$ > $0.pid; sleep 600 & wait");
    scene->call.deadline = davit__limit_within((davit__limit){0}, DAVIT_MILLISECONDS(300)).deadline;
    expect_error(scene, DAVIT_ERROR_TIMEOUT, "docker-credential-all");
    /* The same without its output. */
    write_helper(scene, "all", "exec sleep 600 > /dev/null");
    scene->call.deadline = davit__limit_within((davit__limit){0}, DAVIT_MILLISECONDS(300)).deadline;
    expect_error(scene, DAVIT_ERROR_TIMEOUT, "docker-credential-all");
}

static void test_credentials__helpers_store_and_erase(void **state)
{
    struct scene *scene = *state;
    davit__limit none = {0};
    davit__account account = {.username = (char *)"al\"ice", .password = (char *)"s3cret"};
    write_helper(scene, "all", "");
    assert_done(davit__helper_store("all", "reg:5000", &account, none, &scene->error),
                &scene->error);
    assert_asked(scene, "all",
                 "store {\"ServerURL\":\"reg:5000\",\"Username\":\"al\\\"ice\","
                 "\"Secret\":\"s3cret\"}\n");
    write_helper(scene, "all", "echo \"cannot keep $input\"; exit 1");
    assert_int_equal(davit__helper_store("all", "reg:5000", &account, none, &scene->error),
                     DAVIT_ERROR_UNAUTHORIZED);
    assert_null(strstr(scene->error.message, "s3cret"));
    scene->error = (davit_error)DAVIT_ERROR_INIT;
    write_helper(scene, "two", "[ $1 != get ] || " PRINTS("a", "b"));
    bool erased = false;
    assert_done(davit__helper_erase("two", "reg", none, &erased, &scene->error), &scene->error);
    assert_true(erased);
    assert_asked(scene, "two", "get reg\nerase reg\n");
}

/* ---- headers ---- */

static void assert_header(const davit_credentials *credentials, const char *expected)
{
    char *header = NULL;
    davit_error error = DAVIT_ERROR_INIT;
    assert_done(davit__registry_auth(credentials, &header, &error), &error);
    assert_string_equal(header, expected);
    free(header);
}

static void test_credentials__headers_are_base64_for_urls_with_padding(void **state)
{
    (void)state;
    davit_credentials credentials = DAVIT_CREDENTIALS_INIT;
    assert_header(NULL, "e30=");
    assert_header(&credentials, "e30=");
    credentials.username = "a";
    credentials.password = "?>~\xc3\xbf";
    /* {"username":"a","password":"?>~\u00ff"}, the letter as it is */
    assert_header(&credentials, "eyJ1c2VybmFtZSI6ImEiLCJwYXNzd29yZCI6Ij8-fsO_In0=");
    credentials = (davit_credentials)DAVIT_CREDENTIALS_INIT;
    credentials.identity_token = "t";
    credentials.server = "reg:5000";
    assert_header(&credentials, "eyJpZGVudGl0eXRva2VuIjoidCIsInNlcnZlcmFkZHJlc3MiOiJyZWc6NTAwMCJ9");
    credentials = (davit_credentials)DAVIT_CREDENTIALS_INIT;
    credentials.registry_token = "r";
    assert_header(&credentials, "eyJyZWdpc3RyeXRva2VuIjoiciJ9");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
static const struct CMUnitTest tests[] = {
    TEST(test_credentials__a_registry_has_one_name),
    TEST(test_credentials__the_longest_key_counts),
    TEST(test_credentials__nothing_is_nobody),
    TEST(test_credentials__all_forms_are_read),
    TEST(test_credentials__engines_prefer_their_own_files),
    TEST(test_credentials__a_file_that_was_named_is_podmans_only_one),
    TEST(test_credentials__the_variable_comes_before_the_file),
    TEST(test_credentials__damaged_files_are_named_without_their_content),
    TEST(test_credentials__helpers_are_asked_for_their_registries),
    TEST(test_credentials__a_helper_can_keep_a_token),
    TEST(test_credentials__a_helper_that_keeps_none_is_passed_over),
    TEST(test_credentials__a_helper_that_fails_is_an_error),
    TEST(test_credentials__a_helper_that_hangs_is_ended),
    TEST(test_credentials__helpers_store_and_erase),
    TEST(test_credentials__headers_are_base64_for_urls_with_padding),
};
DAVIT_TEST_MAIN(tests)
