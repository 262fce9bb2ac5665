/* SPDX-License-Identifier: MIT */
/* Real registries that want credentials: pull, push, build and login. What runs where stands in
 * tests/support/account_registries.py. */
#include "engine_test.h"

static const char *address(const char *which)
{
    char name[64];
    snprintf(name, sizeof name, "DAVIT_TEST_REGISTRY_%s", which);
    const char *found = getenv(name);
    assert_non_null(found);
    return found;
}

/* A name of the test's own in the registry `which`. */
static const char *in_registry(struct engine_test *test, const char *which, const char *image)
{
    return engine_test_format(test, "%s/%s/%s", address(which), test->prefix, image);
}

static davit_credentials account(const char *user, const char *password)
{
    davit_credentials credentials = DAVIT_CREDENTIALS_INIT;
    credentials.username = user;
    credentials.password = password;
    return credentials;
}

static int pull_as(struct engine_test *test, const char *name, const davit_credentials *who)
{
    davit_pull_options options = DAVIT_PULL_OPTIONS_INIT;
    options.credentials = who;
    return davit_image_pull(test->engine, name, &options, NULL, NULL, &test->error);
}

struct transfers {
    int layers;
};

static int note_transfer(void *context, const davit_transfer *transfer)
{
    struct transfers *transfers = context;
    assert_non_null(transfer->status);
    transfers->layers += transfer->id != NULL;
    return 0;
}

static int push_as(struct engine_test *test, const char *name, const davit_credentials *who,
                   struct transfers *transfers, const char **ret_digest)
{
    davit_push_options options = DAVIT_PUSH_OPTIONS_INIT;
    options.credentials = who;
    char *digest = NULL;
    int r = davit_image_push(test->engine, name, &options, transfers ? note_transfer : NULL,
                             transfers, &digest, &test->error);
    if (r == 0) {
        assert_non_null(digest);
        engine_test_own(test, digest, free);
    }
    if (ret_digest) {
        *ret_digest = digest;
    }
    return r;
}

/* The base image under such a name, here only. */
static void tag_base(struct engine_test *test, const char *name)
{
    OK(davit_image_tag(test->engine, BASE_IMAGE, name, &test->error));
}

static void forget(struct engine_test *test, const char *name)
{
    OK(davit_image_remove(test->engine, name, true, NULL, NULL, &test->error));
}

/* ---- push and pull ---- */

static void there_and_back(struct engine_test *test, const char *which)
{
    davit_credentials alice = account("alice", "wonderland");
    const char *name = in_registry(test, which, "app:1"), *digest = NULL;
    struct transfers transfers = {0};
    tag_base(test, name);
    OK(push_as(test, name, &alice, &transfers, &digest));
    assert_contains(digest, "sha256:");
    if (test->runtime == DAVIT_RUNTIME_DOCKER) { /* Podman tells nothing of layers */
        assert_true(transfers.layers > 0);
    }
    forget(test, name);
    OK(pull_as(test, name, &alice));
    assert_true(image_exists(test, name));
    const char *exact = engine_test_format(test, "%.*s@%s", (int)strlen(name) - 2, name, digest);
    OK(pull_as(test, exact, &alice));
    assert_string_equal(image_of(test, exact)->id, image_of(test, name)->id);
    forget(test, exact);
}

static void test_registry__images_go_there_and_back(void **state)
{
    there_and_back(*state, "PLAIN");
}

static void test_registry__tls_of_a_trusted_authority_is_fine(void **state)
{
    there_and_back(*state, "TRUSTED");
}

static int pull_all(struct engine_test *test, const char *name, const davit_credentials *who)
{
    davit_pull_options options = DAVIT_PULL_OPTIONS_INIT;
    options.credentials = who;
    options.all_tags = true;
    return davit_image_pull(test->engine, name, &options, NULL, NULL, &test->error);
}

static void test_registry__all_tags_are_pulled(void **state)
{
    struct engine_test *test = *state;
    davit_credentials alice = account("alice", "wonderland");
    const char *names[] = {in_registry(test, "PLAIN", "app:1"),
                           in_registry(test, "PLAIN", "app:2")};
    for (size_t i = 0; i < ITEMS(names); i++) {
        tag_base(test, names[i]);
        OK(push_as(test, names[i], &alice, NULL, NULL));
        forget(test, names[i]);
    }
    const char *all = in_registry(test, "PLAIN", "app");
    if (test->runtime == DAVIT_RUNTIME_PODMAN) {
        FAILS(DAVIT_ERROR_UNAUTHORIZED, pull_all(test, all, &alice));
        assert_contains(engine_test_message(test), "Podman asks for the tags without credentials");
        return;
    }
    OK(pull_all(test, all, &alice));
    assert_true(image_exists(test, names[0]) && image_exists(test, names[1]));
}

static void test_registry__all_tags_of_what_is_open_are_pulled(void **state)
{
    struct engine_test *test = *state;
    const char *registry = getenv("DAVIT_TEST_REGISTRY");
    const char *all = engine_test_format(test, "%s/%s/good", registry, test->prefix);
    OK(pull_all(test, all, NULL));
    assert_true(image_exists(test, engine_test_format(test, "%s:1", all)));
    assert_true(image_exists(test, engine_test_format(test, "%s:one", all)));
}

static void test_registry__platform_is_asked_for(void **state)
{
    struct engine_test *test = *state;
    davit_credentials alice = account("alice", "wonderland");
    const char *name = in_registry(test, "PLAIN", "app:1");
    tag_base(test, name);
    OK(push_as(test, name, &alice, NULL, NULL));
    davit_pull_options options = DAVIT_PULL_OPTIONS_INIT;
    options.credentials = &alice;
    options.platform = "linux/amd64";
    OK(davit_image_pull(test->engine, name, &options, NULL, NULL, &test->error));
    options.platform = "no such platform at all";
    assert_true(davit_image_pull(test->engine, name, &options, NULL, NULL, &test->error) < 0);
}

/* ---- refusals ---- */

static void test_registry__wrong_credentials_and_none_are_unauthorized(void **state)
{
    struct engine_test *test = *state;
    davit_credentials wrong = account("alice", "s3cret-mistake"), nobody = DAVIT_CREDENTIALS_INIT;
    const davit_credentials *who[] = {&wrong, &nobody, NULL};
    const char *name = in_registry(test, "TRUSTED", "app:1");
    tag_base(test, name);
    for (size_t i = 0; i < ITEMS(who); i++) {
        FAILS(DAVIT_ERROR_UNAUTHORIZED, push_as(test, name, who[i], NULL, NULL));
        assert_contains(engine_test_message(test), name);
        FAILS(DAVIT_ERROR_UNAUTHORIZED, pull_as(test, name, who[i]));
        assert_null(strstr(engine_test_message(test), "s3cret"));
    }
}

static void test_registry__foreign_authority_is_an_error(void **state)
{
    struct engine_test *test = *state;
    davit_credentials alice = account("alice", "wonderland");
    const char *name = in_registry(test, "FOREIGN", "app:1");
    tag_base(test, name);
    FAILS(DAVIT_ERROR_IMAGE, push_as(test, name, &alice, NULL, NULL));
    assert_contains(engine_test_message(test), "certificate signed by unknown authority");
    FAILS(DAVIT_ERROR_IMAGE, pull_as(test, name, &alice));
    assert_contains(engine_test_message(test), "certificate signed by unknown authority");
}

static void test_registry__what_is_not_there_is_not_found(void **state)
{
    struct engine_test *test = *state;
    davit_credentials alice = account("alice", "wonderland");
    const char *name = in_registry(test, "TRUSTED", "none:1");
    FAILS(DAVIT_ERROR_IMAGE_NOT_FOUND, pull_as(test, name, &alice));
    assert_contains(engine_test_message(test), name);
    FAILS(DAVIT_ERROR_IMAGE_NOT_FOUND, push_as(test, name, &alice, NULL, NULL));
    assert_contains(engine_test_message(test), name);
}

static void test_registry__push_that_cannot_be_meant_is_invalid(void **state)
{
    struct engine_test *test = *state;
    const char *digest =
        "a@sha256:0123456789012345678901234567890123456789012345678901234567890123";
    FAILS(DAVIT_ERROR_INVALID_CONFIG, push_as(test, "Not A Reference", NULL, NULL, NULL));
    FAILS(DAVIT_ERROR_INVALID_CONFIG, push_as(test, digest, NULL, NULL, NULL));
}

static void test_registry__bearer_token_is_dockers_alone(void **state)
{
    struct engine_test *test = *state;
    davit_credentials bearer = DAVIT_CREDENTIALS_INIT;
    bearer.registry_token = "t0ken";
    bool podman = test->runtime == DAVIT_RUNTIME_PODMAN;
    FAILS(podman ? DAVIT_ERROR_UNSUPPORTED : DAVIT_ERROR_UNAUTHORIZED,
          pull_as(test, in_registry(test, "TRUSTED", "app:1"), &bearer));
}

/* ---- build ---- */

static int build_on(struct engine_test *test, const char *lines, davit_pull_policy policy,
                    const davit_credentials *who)
{
    const char *tag = engine_test_format(test, "localhost/%s-built:1", test->prefix);
    davit_build_context context = DAVIT_BUILD_CONTEXT_INIT;
    context.dockerfile = lines;
    context.tags = &tag;
    context.tag_count = 1;
    context.pull = (int)policy;
    context.credentials = who;
    char *id = NULL;
    int r = davit_image_build(test->engine, &context, NULL, NULL, &id, &test->error);
    davit_string_free(id);
    return r;
}

static void test_registry__build_gets_its_base_with_credentials(void **state)
{
    struct engine_test *test = *state;
    davit_credentials alice = account("alice", "wonderland");
    const char *base = in_registry(test, "TRUSTED", "base:1");
    const char *lines = engine_test_format(test, "FROM %s\nRUN echo built > /built\n", base);
    tag_base(test, base);
    OK(push_as(test, base, &alice, NULL, NULL));
    forget(test, base);
    FAILS(DAVIT_ERROR_UNAUTHORIZED, build_on(test, lines, DAVIT_PULL_MISSING, NULL));
    assert_contains(engine_test_message(test), "Dockerfile:1");
    OK(build_on(test, lines, DAVIT_PULL_MISSING, &alice));
    OK(build_on(test, lines, DAVIT_PULL_ALWAYS, &alice));
    FAILS(DAVIT_ERROR_UNAUTHORIZED, build_on(test, lines, DAVIT_PULL_ALWAYS, NULL));
}

static void test_registry__build_asks_which_registry_is_meant(void **state)
{
    struct engine_test *test = *state;
    davit_credentials alice = account("alice", "wonderland");
    FAILS(DAVIT_ERROR_INVALID_CONFIG,
          build_on(test, "FROM one:5000/a AS a\nFROM two:5000/b\nCOPY --from=a / /\n",
                   DAVIT_PULL_MISSING, &alice));
    assert_contains(engine_test_message(test), "one:5000 or for two:5000");
}

/* ---- login ---- */

static int log_in(struct engine_test *test, const char *which, const char *password,
                  davit_login **ret_login)
{
    davit_credentials alice = account("alice", password);
    alice.server = address(which);
    return davit_registry_login(test->engine, &alice, ret_login, &test->error);
}

/* A home of the test's own for settings of both kinds. */
static void own_settings(struct engine_test *test)
{
    const char *folder = engine_test_folder(test);
    setenv("DOCKER_CONFIG", folder, 1);
    setenv("REGISTRY_AUTH_FILE", engine_test_format(test, "%s/auth.json", folder), 1);
}

static void test_registry__login_is_good_for_push_and_pull(void **state)
{
    struct engine_test *test = *state;
    const char *name = in_registry(test, "TRUSTED", "app:1");
    davit_login *login = NULL;
    bool removed = false;
    own_settings(test);
    tag_base(test, name);
    OK(log_in(test, "TRUSTED", "wonderland", &login));
    assert_string_equal(login->server, address("TRUSTED"));
    assert_true(login->checked);
    assert_contains(login->store,
                    test->runtime == DAVIT_RUNTIME_PODMAN ? "/auth.json" : "/config.json");
    davit_login_free(login);
    OK(push_as(test, name, NULL, NULL, NULL));
    OK(pull_as(test, name, NULL));
    OK(davit_registry_logout(test->engine, address("TRUSTED"), &removed, &test->error));
    assert_true(removed);
    FAILS(DAVIT_ERROR_UNAUTHORIZED, pull_as(test, name, NULL));
}

static void test_registry__login_with_wrong_credentials_is_unauthorized(void **state)
{
    struct engine_test *test = *state;
    davit_login *login = NULL;
    own_settings(test);
    FAILS(DAVIT_ERROR_UNAUTHORIZED, log_in(test, "TRUSTED", "s3cret", &login));
    assert_null(strstr(engine_test_message(test), "s3cret"));
    FAILS(DAVIT_ERROR_IMAGE, log_in(test, "FOREIGN", "wonderland", &login));
    assert_contains(engine_test_message(test), "certificate signed by unknown authority");
    FAILS(DAVIT_ERROR_UNAUTHORIZED, pull_as(test, in_registry(test, "TRUSTED", "app:1"), NULL));
}

/* Podman asks registries with TLS only. */
static void test_registry__login_without_tls_says_whether_it_was_checked(void **state)
{
    struct engine_test *test = *state;
    davit_login *login = NULL;
    own_settings(test);
    OK(log_in(test, "PLAIN", "wonderland", &login));
    assert_int_equal(login->checked, test->runtime != DAVIT_RUNTIME_PODMAN);
    davit_login_free(login);
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_registry__images_go_there_and_back),
    ENGINE_TEST(test_registry__tls_of_a_trusted_authority_is_fine),
    ENGINE_TEST(test_registry__all_tags_are_pulled),
    ENGINE_TEST(test_registry__all_tags_of_what_is_open_are_pulled),
    ENGINE_TEST(test_registry__platform_is_asked_for),
    ENGINE_TEST(test_registry__wrong_credentials_and_none_are_unauthorized),
    ENGINE_TEST(test_registry__foreign_authority_is_an_error),
    ENGINE_TEST(test_registry__what_is_not_there_is_not_found),
    ENGINE_TEST(test_registry__push_that_cannot_be_meant_is_invalid),
    ENGINE_TEST(test_registry__bearer_token_is_dockers_alone),
    ENGINE_TEST(test_registry__build_gets_its_base_with_credentials),
    ENGINE_TEST(test_registry__build_asks_which_registry_is_meant),
    ENGINE_TEST(test_registry__login_is_good_for_push_and_pull),
    ENGINE_TEST(test_registry__login_with_wrong_credentials_is_unauthorized),
    ENGINE_TEST(test_registry__login_without_tls_says_whether_it_was_checked),
};
DAVIT_TEST_MAIN(tests)
