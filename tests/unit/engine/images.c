/* SPDX-License-Identifier: MIT */
/* Which images a list shows and a clean-up removes: decided here, whatever the engine. */
#include "support/fake.h"

#define DAY   "2026-01-0"
#define NONE_ "\"repository\":\"<none>\",\"tag\":\"<none>\","
#define WEB_1                                                                                      \
    "{\"id\":\"sha256:1\",\"repository\":\"docker.io/library/web\",\"tag\":\"1\","                 \
    "\"full_name\":\"docker.io/library/web:1\","                                                   \
    "\"names\":[\"docker.io/library/web:1\",\"localhost/shop:x\"],"                                \
    "\"labels\":{\"tier\":\"front\"},\"created\":\"" DAY "1T00:00:00Z\"}"
#define SHOP_X                                                                                     \
    "{\"id\":\"sha256:1\",\"repository\":\"localhost/shop\",\"tag\":\"x\","                        \
    "\"full_name\":\"localhost/shop:x\","                                                          \
    "\"names\":[\"docker.io/library/web:1\",\"localhost/shop:x\"],"                                \
    "\"labels\":{\"tier\":\"front\"},\"created\":\"" DAY "1T00:00:00Z\"}"
#define TEAM                                                                                       \
    "{\"id\":\"sha256:2\",\"repository\":\"team/web\",\"tag\":\"1\",\"full_name\":\"team/web:1\"," \
    "\"names\":[\"team/web:1\"],\"labels\":{\"tier\":\"back\",\"davit.keep\":\"\"},"               \
    "\"created\":\"" DAY "2T00:00:00Z\"}"
#define OLD                                                                                        \
    "{\"id\":\"sha256:3\"," NONE_ "\"full_name\":\"sha256:3\",\"names\":[],\"created\":\"" DAY     \
    "3T00:00:00Z\"}"
#define DIGEST                                                                                     \
    "{\"id\":\"sha256:4\"," NONE_ "\"full_name\":\"sha256:4\",\"names\":[],"                       \
    "\"digest\":\"sha256:d\",\"created\":\"" DAY "4T00:00:00Z\"}"
#define PART                                                                                       \
    "{\"id\":\"sha256:5\"," NONE_ "\"full_name\":\"sha256:5\",\"names\":[],\"created\":\"" DAY     \
    "5T00:00:00Z\"}"

static void add_images(struct fake *fake)
{
    fake_image_add(fake, WEB_1, "base=100 app=20");
    fake_image_add(fake, SHOP_X, "base=100 app=20");
    fake_image_add(fake, TEAM, "base=100 team=3");
    fake_image_add(fake, OLD, "base=100 app=20 more=7");
    fake_image_add(fake, DIGEST, "other=50");
    fake_image_add(fake, PART, "base=100")->hidden = true;
}

/* ---- filters ---- */

/* The full names, in the list's order, each with a blank behind it. */
static void expect_list(struct fake *fake, const davit_image_list_options *options,
                        const char *expected)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit_image_list *list = NULL;
    char shown[1024] = "";
    assert_done(davit_image_list_get(fake->engine, options, &list, &error), &error);
    for (size_t i = 0; i < list->count; i++) {
        strcat(strcat(shown, list->items[i].full_name), " ");
    }
    assert_string_equal(shown, expected);
    davit_image_list_free(list);
}

static void expect_filtered(struct fake *fake, const char *name, const char *value,
                            const char *expected)
{
    const davit_pair filter = {name, value};
    expect_list(fake, &(davit_image_list_options){.filters = &filter, .filter_count = 1}, expected);
}

#define WEB "docker.io/library/web:1 "
#define ALL WEB "localhost/shop:x team/web:1 sha256:3 sha256:4 "

static void test_images__filters_mean_what_they_say(void **state)
{
    struct fake *fake = *state;
    add_images(fake);
    expect_list(fake, NULL, ALL);
    expect_filtered(fake, "dangling", "true", "sha256:3 ");
    expect_filtered(fake, "dangling", "1", "sha256:3 ");
    expect_filtered(fake, "dangling", "false", WEB "localhost/shop:x team/web:1 sha256:4 ");
    expect_filtered(fake, "label", "tier", WEB "localhost/shop:x team/web:1 ");
    expect_filtered(fake, "label", "tier=back", "team/web:1 ");
    expect_filtered(fake, "label", "tie", "");
    expect_filtered(fake, "label", "davit.keep=", "team/web:1 ");
    expect_filtered(fake, "label!", "tier=front", "team/web:1 sha256:3 sha256:4 ");
    expect_filtered(fake, "before", "team/web:1", WEB "localhost/shop:x ");
    expect_filtered(fake, "since", "team/web:1", "sha256:3 sha256:4 ");
    expect_filtered(fake, "until", DAY "2T12:00:00Z", WEB "localhost/shop:x team/web:1 ");
}

static void test_images__several_filters_all_have_to_hold(void **state)
{
    struct fake *fake = *state;
    add_images(fake);
    static const davit_pair both[] = {{"label", "tier"}, {"since", "localhost/shop:x"}};
    expect_list(fake, &(davit_image_list_options){.filters = both, .filter_count = 2},
                "team/web:1 ");
    static const davit_pair either[] = {{"reference", "shop"}, {"reference", "team/*"}};
    expect_list(fake, &(davit_image_list_options){.filters = either, .filter_count = 2},
                "localhost/shop:x team/web:1 ");
    static const davit_pair dangling[] = {{"dangling", "true"}};
    expect_list(fake,
                &(davit_image_list_options){.all = true, .filters = dangling, .filter_count = 1},
                "sha256:3 ");
    expect_list(fake, &(davit_image_list_options){.all = true}, ALL "sha256:5 ");
}

static void test_images__a_reference_is_meant_as_docker_has_it(void **state)
{
    static const struct {
        const char *reference, *expected;
    } cases[] = {
        {"web", WEB},
        {"web:1", WEB},
        {"w*:?", WEB},
        {"docker.io/library/web", WEB},
        {"library/web", ""},
        {"shop", "localhost/shop:x "},
        {"localhost/shop:[x-z]", "localhost/shop:x "},
        {"*/web", "team/web:1 "},
        {"team/web", "team/web:1 "},
        {"*", WEB "localhost/shop:x "},
        {"web:2", ""},
        {"we", ""},
        {"", ""},
    };
    struct fake *fake = *state;
    add_images(fake);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect_list(fake, &(davit_image_list_options){.reference = cases[i].reference},
                    cases[i].expected);
    }
}

static void test_images__filters_that_cannot_be_meant_are_refused(void **state)
{
    static const struct {
        const char *name, *value, *part;
        davit_error_code code;
    } cases[] = {
        {"colour", "red", "filter 'colour': expected before, dangling, label", 0},
        {"dangling", "maybe", "filter dangling: 'maybe': expected true or false", 0},
        {"until", "soon", "filter until: 'soon'", 0},
        {"label", "", "filter label: '': expected a value", 0},
        {"label", NULL, "filter label: '': expected a value", 0},
        {"reference", "", "filter reference: '': expected a value", 0},
        {"before", "none:1", "filter before: inspect image none:1: no such image",
         DAVIT_ERROR_IMAGE_NOT_FOUND},
        {"since", "", "filter since: ", 0},
    };
    struct fake *fake = *state;
    add_images(fake);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const davit_pair filter = {cases[i].name, cases[i].value};
        davit_image_list_options options = {.filters = &filter, .filter_count = 1};
        davit_error error = DAVIT_ERROR_INIT;
        davit_image_list *list = NULL;
        assert_failed(davit_image_list_get(fake->engine, &options, &list, &error), &error,
                      cases[i].code ? cases[i].code : DAVIT_ERROR_INVALID_CONFIG, cases[i].part);
    }
    assert_int_equal(fake_count(fake, FAKE_IMAGE_LIST), 0);
}

/* ---- clean-ups ---- */

static davit_image_prune_plan *plan_of(struct fake *fake, const davit_image_prune_options *options)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit_image_prune_plan *plan = NULL;
    assert_done(davit_image_prune_plan_get(fake->engine, options, &plan, &error), &error);
    return plan;
}

static void expect_plan(struct fake *fake, const davit_image_prune_options *options,
                        const char *expected, int64_t bytes)
{
    davit_image_prune_plan *plan = plan_of(fake, options);
    char shown[1024] = "";
    for (size_t i = 0; i < plan->count; i++) {
        strcat(strcat(shown, plan->items[i].id), " ");
    }
    assert_string_equal(shown, expected);
    assert_int_equal(plan->bytes, bytes);
    davit_image_prune_plan_free(plan);
}

static void test_images__a_plan_has_what_dangles_and_what_that_frees(void **state)
{
    struct fake *fake = *state;
    add_images(fake);
    expect_plan(fake, NULL, "sha256:3 ", 7);
    /* the base stays for team/web, which is kept */
    expect_plan(fake, &(davit_image_prune_options){.all = true}, "sha256:1 sha256:3 sha256:4 ",
                20 + 7 + 50);
}

static void test_images__a_plan_leaves_what_is_used_or_protected(void **state)
{
    struct fake *fake = *state;
    add_images(fake);
    fake_container_add(fake, "{\"name\":\"c\",\"image_id\":\"sha256:1\",\"state\":\"exited\"}");
    expect_plan(fake, &(davit_image_prune_options){.all = true}, "sha256:3 sha256:4 ", 57);
}

static void test_images__a_plan_is_filtered(void **state)
{
    struct fake *fake = *state;
    add_images(fake);
    static const davit_pair until = {"until", DAY "3T00:00:00Z"};
    expect_plan(fake,
                &(davit_image_prune_options){.all = true, .filters = &until, .filter_count = 1},
                "sha256:1 ", 0);
    static const davit_pair label = {"label!", "tier"};
    expect_plan(fake,
                &(davit_image_prune_options){.all = true, .filters = &label, .filter_count = 1},
                "sha256:3 sha256:4 ", 57);
    static const davit_pair dangling = {"dangling", "false"};
    expect_plan(fake, &(davit_image_prune_options){.filters = &dangling, .filter_count = 1},
                "sha256:1 sha256:3 sha256:4 ", 77);
    static const davit_pair bad = {"reference", "web"};
    davit_image_prune_options options = {.filters = &bad, .filter_count = 1};
    davit_error error = DAVIT_ERROR_INIT;
    davit_image_prune_plan *plan = NULL;
    assert_failed(davit_image_prune_plan_get(fake->engine, &options, &plan, &error), &error,
                  DAVIT_ERROR_INVALID_CONFIG,
                  "prune images: filter 'reference': expected dangling, label, label! or until");
}

static void test_images__exactly_the_plan_is_removed(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    add_images(fake);
    davit_image_prune_plan *plan = plan_of(fake, &(davit_image_prune_options){.all = true});
    fake->calls[0] = '\0';
    /* Meanwhile a name means another image, and one image is gone. */
    davit_string_free(fake->images[0].info.id);
    fake->images[0].info.id = strdup("sha256:9");
    davit_string_free(fake->images[4].info.id);
    fake->images[4].info.id = strdup("sha256:8");
    assert_done(davit_image_prune(fake->engine, plan, NULL, NULL, &error), &error);
    fake_assert_calls(fake, "image_get docker.io/library/web:1\n"
                            "image_get localhost/shop:x\n"
                            "image_get sha256:3\n"
                            "image_remove sha256:3\n"
                            "image_get sha256:4\n");
    davit_image_prune_plan_free(plan);
}

static void test_images__an_image_that_came_into_use_stays_with_a_warning(void **state)
{
    struct fake *fake = *state;
    davit_error error = DAVIT_ERROR_INIT;
    add_images(fake);
    davit_image_prune_plan *plan = plan_of(fake, NULL);
    fake_fail(fake, FAKE_IMAGE_REMOVE, NULL, DAVIT_ERROR_CONFLICT, "a container uses it");
    assert_done(davit_image_prune(fake->engine, plan, NULL, NULL, &error), &error);
    assert_non_null(strstr(fake->log, "sha256:3 stays: remove image sha256:3: a container"));
    fake_fail(fake, FAKE_IMAGE_REMOVE, NULL, DAVIT_ERROR_PROTOCOL, "nonsense");
    assert_failed(davit_image_prune(fake->engine, plan, NULL, NULL, &error), &error,
                  DAVIT_ERROR_PROTOCOL, "prune images: remove image sha256:3: nonsense");
    davit_image_prune_plan_free(plan);
}

static void test_images__a_plan_that_cannot_be_made_is_the_drivers_error(void **state)
{
    static const fake_operation operations[] = {FAKE_IMAGE_LIST, FAKE_CONTAINER_LIST,
                                                FAKE_IMAGE_HISTORY};
    struct fake *fake = *state;
    add_images(fake);
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        davit_image_prune_plan *plan = NULL;
        fake_fail_once(fake, operations[i], DAVIT_ERROR_TIMEOUT, "too late");
        assert_failed(davit_image_prune_plan_get(fake->engine, NULL, &plan, &error), &error,
                      DAVIT_ERROR_TIMEOUT, "prune images: ");
        assert_null(plan);
    }
}

static const struct CMUnitTest tests[] = {
    FAKE_TEST(test_images__filters_mean_what_they_say),
    FAKE_TEST(test_images__several_filters_all_have_to_hold),
    FAKE_TEST(test_images__a_reference_is_meant_as_docker_has_it),
    FAKE_TEST(test_images__filters_that_cannot_be_meant_are_refused),
    FAKE_TEST(test_images__a_plan_has_what_dangles_and_what_that_frees),
    FAKE_TEST(test_images__a_plan_leaves_what_is_used_or_protected),
    FAKE_TEST(test_images__a_plan_is_filtered),
    FAKE_TEST(test_images__exactly_the_plan_is_removed),
    FAKE_TEST(test_images__an_image_that_came_into_use_stays_with_a_warning),
    FAKE_TEST(test_images__a_plan_that_cannot_be_made_is_the_drivers_error),
};
DAVIT_TEST_MAIN(tests)
