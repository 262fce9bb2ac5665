/* SPDX-License-Identifier: MIT */
/* Images: list, look at, tag, remove. */
#include "engine_test.h"

static const char *tag_base(struct engine_test *test, const char *name)
{
    const char *tag = engine_test_format(test, "localhost/%s-%s:1", test->prefix, name);
    OK(davit_image_tag(test->engine, BASE_IMAGE, tag, &test->error));
    return tag;
}

static const davit_image_info *find(const davit_image_list *list, const char *full_name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i].full_name, full_name) == 0) {
            return &list->items[i];
        }
    }
    return NULL;
}

static void test_images__list_has_one_entry_a_name(void **state)
{
    struct engine_test *test = *state;
    const char *first = tag_base(test, "first"), *second = tag_base(test, "second");
    DAVIT_CLEANUP(davit_image_list_free) davit_image_list *list = NULL;
    OK(davit_image_list_get(test->engine, NULL, &list, &test->error));
    const davit_image_info *base = find(list, BASE_IMAGE);
    assert_non_null(base);
    assert_non_null(find(list, first));
    assert_non_null(find(list, second));
    assert_string_equal(find(list, first)->id, base->id);
    assert_string_equal(base->repository, "localhost/davit-test");
    assert_string_equal(base->tag, "base");
    assert_contains(base->id, "sha256:");
    assert_true(base->size > 500000 && base->size < 20000000);
    assert_true(base->created > 0);
    assert_true(base->name_count >= 3);
}

static void test_images__list_is_newest_first(void **state)
{
    struct engine_test *test = *state;
    const char *image = build_image(test, "new", "RUN echo new > /new");
    DAVIT_CLEANUP(davit_image_list_free) davit_image_list *list = NULL;
    OK(davit_image_list_get(test->engine, NULL, &list, &test->error));
    assert_true(find(list, image) < find(list, BASE_IMAGE));
    for (size_t i = 1; i < list->count; i++) {
        assert_true(list->items[i - 1].created >= list->items[i].created);
    }
}

static void test_images__list_is_filtered(void **state)
{
    struct engine_test *test = *state;
    const char *label = engine_test_format(test, "LABEL davit.test=%s", test->prefix);
    const char *image = build_image(test, "labelled", label);
    const davit_pair filters[] = {
        {"label", engine_test_format(test, "davit.test=%s", test->prefix)}};
    davit_image_list_options options = {.filters = filters, .filter_count = 1};
    DAVIT_CLEANUP(davit_image_list_free) davit_image_list *list = NULL;
    OK(davit_image_list_get(test->engine, &options, &list, &test->error));
    assert_int_equal(list->count, 1);
    assert_string_equal(list->items[0].full_name, image);
    assert_string_equal(list->items[0].labels[0].name, "davit.test");
    observed(test, "Images", "list with filters", NULL);
}

static void test_images__list_by_reference(void **state)
{
    struct engine_test *test = *state;
    const char *one = tag_base(test, "one");
    tag_base(test, "two");
    davit_image_list_options options = {.reference = one};
    DAVIT_CLEANUP(davit_image_list_free) davit_image_list *list = NULL;
    OK(davit_image_list_get(test->engine, &options, &list, &test->error));
    assert_non_null(find(list, one));
    options.reference = engine_test_format(test, "localhost/%s-none", test->prefix);
    davit_image_list *none = NULL;
    OK(davit_image_list_get(test->engine, &options, &none, &test->error));
    assert_int_equal(none->count, 0);
    davit_image_list_free(none);
}

static void test_images__list_fills_details_when_asked(void **state)
{
    struct engine_test *test = *state;
    DAVIT_CLEANUP(davit_image_list_free) davit_image_list *plain = NULL;
    OK(davit_image_list_get(test->engine, NULL, &plain, &test->error));
    assert_null(find(plain, BASE_IMAGE)->architecture);
    davit_image_list_options options = {.detail = true, .reference = BASE_IMAGE};
    DAVIT_CLEANUP(davit_image_list_free) davit_image_list *list = NULL;
    OK(davit_image_list_get(test->engine, &options, &list, &test->error));
    const davit_image_info *base = find(list, BASE_IMAGE);
    assert_non_null(base);
    assert_string_equal(base->os, "linux");
    assert_non_null(base->architecture);
    assert_int_equal(base->command_count, 1);
    assert_string_equal(base->tag, "base");
}

static void test_images__everything_is_told(void **state)
{
    struct engine_test *test = *state;
    const char *image = build_image(test, "full",
                                    "ENV A=1\nENV B=\"two words\"\nUSER app\nWORKDIR /home/app\n"
                                    "LABEL org.example.x=\"y=z\"\n"
                                    "ENTRYPOINT [\"sh\", \"-c\"]\nCMD [\"echo hi\"]");
    const davit_image_info *info = image_of(test, image);
    assert_string_equal(info->full_name, image);
    assert_string_equal(info->tag, "1");
    assert_string_equal(info->user, "app");
    assert_string_equal(info->workdir, "/home/app");
    assert_int_equal(info->entrypoint_count, 2);
    assert_string_equal(info->entrypoint[1], "-c");
    assert_int_equal(info->command_count, 1);
    assert_string_equal(info->command[0], "echo hi");
    const char *last = info->environment[info->environment_count - 1];
    assert_string_equal(last, "B=two words");
    const char *value = NULL;
    for (size_t i = 0; i < info->label_count; i++) {
        value = strcmp(info->labels[i].name, "org.example.x") == 0 ? info->labels[i].value : value;
    }
    assert_non_null(value);
    assert_string_equal(value, "y=z");
    observed(test, "Images", "inspect", NULL);
}

static void test_images__name_id_and_prefix_find_it(void **state)
{
    struct engine_test *test = *state;
    const char *id = image_of(test, BASE_IMAGE)->id;
    const char *digits = id + strlen("sha256:");
    assert_string_equal(image_of(test, id)->id, id);
    assert_string_equal(image_of(test, digits)->id, id);
    assert_string_equal(image_of(test, engine_test_format(test, "%.12s", digits))->id, id);
}

static void test_images__raw_is_the_engines_json(void **state)
{
    struct engine_test *test = *state;
    DAVIT_CLEANUP(davit_string_free) char *raw = NULL;
    OK(davit_image_get_raw(test->engine, BASE_IMAGE, &raw, &test->error));
    assert_int_equal(raw[0], '{');
    assert_contains(raw, "\"RootFS\"");
}

static void test_images__unknown_one_is_not_found(void **state)
{
    struct engine_test *test = *state;
    const char *name = engine_test_format(test, "localhost/%s-none:1", test->prefix);
    davit_image_info *info = NULL;
    char *raw = NULL;
#define GONE(call)                                                                                 \
    FAILS(DAVIT_ERROR_IMAGE_NOT_FOUND, call);                                                      \
    assert_contains(engine_test_message(test), name)
    GONE(davit_image_get(test->engine, name, &info, &test->error));
    GONE(davit_image_get_raw(test->engine, name, &raw, &test->error));
    GONE(davit_image_tag(test->engine, name, "localhost/other:1", &test->error));
    GONE(davit_image_remove(test->engine, name, false, NULL, NULL, &test->error));
    GONE(davit_image_remove(test->engine, name, true, NULL, NULL, &test->error));
    assert_null(info);
    assert_null(raw);
}

/* ---- filters ---- */

static int count_filtered(struct engine_test *test, const char *name, const char *value)
{
    const davit_pair filters[] = {
        {name, value}, {"label", engine_test_format(test, "davit.test=%s", test->prefix)}};
    davit_image_list_options options = {.filters = filters, .filter_count = 2};
    DAVIT_CLEANUP(davit_image_list_free) davit_image_list *list = NULL;
    OK(davit_image_list_get(test->engine, &options, &list, &test->error));
    return (int)list->count;
}

/* An image of this test's own; `lines` behind its label. */
static const char *build_labelled(struct engine_test *test, const char *name, const char *lines)
{
    return build_image(test, name,
                       engine_test_format(test, "LABEL davit.test=%s\n%s", test->prefix, lines));
}

static void test_images__every_filter_is_the_same_on_every_engine(void **state)
{
    struct engine_test *test = *state;
    const char *first = build_labelled(test, "first", "LABEL order=1\nRUN echo first > /first");
    const char *again = engine_test_format(test, "localhost/%s-again:2", test->prefix);
    OK(davit_image_tag(test->engine, first, again, &test->error));
    assert_int_equal(count_filtered(test, "label", "order"), 2);
    assert_int_equal(count_filtered(test, "label", "order=1"), 2);
    assert_int_equal(count_filtered(test, "label", "order=2"), 0);
    assert_int_equal(count_filtered(test, "label!", "order=2"), 2);
    assert_int_equal(count_filtered(test, "label!", "order"), 0);
    assert_int_equal(count_filtered(test, "reference", again), 1);
    assert_int_equal(
        count_filtered(test, "reference", engine_test_format(test, "%s-*:2", test->prefix)), 1);
    assert_int_equal(count_filtered(test, "dangling", "true"), 0);
    assert_int_equal(count_filtered(test, "dangling", "false"), 2);
    assert_int_equal(count_filtered(test, "since", BASE_IMAGE), 2);
    assert_int_equal(count_filtered(test, "before", BASE_IMAGE), 0);
    assert_int_equal(count_filtered(test, "until", "10m"), 0);
    assert_int_equal(count_filtered(test, "until", "2100-01-01"), 2);
    observed(test, "Images", "filters before, dangling, label, label!, reference, since, until",
             NULL);
}

/* ---- clean-ups ---- */

struct removed {
    int untagged, deleted;
    char first[256];
};

static void note_removed(void *context, const char *what, const char *name)
{
    struct removed *removed = context;
    removed->untagged += strcmp(what, "untagged") == 0;
    removed->deleted += strcmp(what, "deleted") == 0;
    if (!removed->first[0]) {
        snprintf(removed->first, sizeof removed->first, "%s", name);
    }
}

/* What would go of the images with this test's label. */
static davit_image_prune_plan *plan_of(struct engine_test *test, bool all)
{
    const davit_pair filter = {"label", engine_test_format(test, "davit.test=%s", test->prefix)};
    davit_image_prune_options options = {.all = all, .filters = &filter, .filter_count = 1};
    davit_image_prune_plan *plan = NULL;
    OK(davit_image_prune_plan_get(test->engine, &options, &plan, &test->error));
    return plan;
}

static void test_images__a_clean_up_removes_what_has_no_name_and_is_not_used(void **state)
{
    struct engine_test *test = *state;
    const char *image = build_labelled(test, "old", "RUN head -c 300000 /dev/zero > /zeros");
    const char *old = image_of(test, image)->id;
    /* The name moves on to another image, and the first one dangles. */
    build_labelled(test, "old", "RUN head -c 200000 /dev/zero > /zeros");
    DAVIT_CLEANUP(davit_image_prune_plan_free) davit_image_prune_plan *plan = plan_of(test, false);
    assert_int_equal(plan->count, 1);
    assert_string_equal(plan->items[0].id, old);
    assert_true(plan->bytes >= 300000 && plan->bytes < 400000);
    davit_container_config config = engine_test_config(test, "user");
    config.image = old;
    config.pull_policy = DAVIT_PULL_NEVER;
    DAVIT_CLEANUP(davit_string_free) char *id = NULL;
    OK(davit_container_create(test->engine, &config, &id, &test->error));
    DAVIT_CLEANUP(davit_image_prune_plan_free) davit_image_prune_plan *used = plan_of(test, false);
    assert_int_equal(used->count, 0);
    assert_int_equal(used->bytes, 0);
    /* The first plan knows nothing of the container: it is in use by now, and stays. */
    OK(davit_image_prune(test->engine, plan, NULL, NULL, &test->error));
    assert_true(image_exists(test, old));
    OK(davit_container_remove(test->engine, id, NULL, &test->error));
    struct removed removed = {0};
    OK(davit_image_prune(test->engine, plan, note_removed, &removed, &test->error));
    assert_true(removed.deleted >= 1);
    assert_false(image_exists(test, old));
    assert_true(image_exists(test, image));
    observed(test, "Images", "clean-up with a preview", NULL);
}

static void test_images__a_clean_up_of_all_leaves_what_is_protected(void **state)
{
    struct engine_test *test = *state;
    const char *kept = build_labelled(test, "kept", "LABEL davit.keep=\nRUN echo kept > /kept");
    const char *two = build_labelled(test, "two", "RUN head -c 100000 /dev/zero > /two");
    const char *names = engine_test_format(test, "localhost/%s-second:9", test->prefix);
    OK(davit_image_tag(test->engine, two, names, &test->error));
    DAVIT_CLEANUP(davit_image_prune_plan_free) davit_image_prune_plan *plan = plan_of(test, true);
    assert_int_equal(plan->count, 1);
    assert_int_equal(plan->items[0].name_count, 2);
    assert_true(plan->bytes >= 100000 && plan->bytes < 200000);
    struct removed removed = {0};
    OK(davit_image_prune(test->engine, plan, note_removed, &removed, &test->error));
    assert_int_equal(removed.untagged, 2);
    assert_false(image_exists(test, two));
    assert_false(image_exists(test, names));
    assert_true(image_exists(test, kept));
}

/* ---- tagging and removing ---- */

static void test_images__tag_is_one_more_name(void **state)
{
    struct engine_test *test = *state;
    const char *tag = tag_base(test, "other");
    assert_string_equal(image_of(test, tag)->id, image_of(test, BASE_IMAGE)->id);
    const char *untagged = engine_test_format(test, "localhost/%s-latest", test->prefix);
    OK(davit_image_tag(test->engine, tag, untagged, &test->error));
    assert_true(image_exists(test, engine_test_format(test, "%s:latest", untagged)));
    /* by its id, and with a registry's port in the name */
    const char *port = engine_test_format(test, "127.0.0.1:5000/team/%s:v1.2-x", test->prefix);
    OK(davit_image_tag(test->engine, image_of(test, tag)->id, port, &test->error));
    assert_string_equal(image_of(test, port)->id, image_of(test, tag)->id);
    observed(test, "Images", "tag", NULL);
}

static void test_images__tag_that_cannot_be_is_invalid(void **state)
{
    struct engine_test *test = *state;
    const char *digest = engine_test_format(test, "localhost/x@%s", image_of(test, BASE_IMAGE)->id);
    const char *tags[] = {"Upper/Case", "a:b:c", "localhost/x:with space", "-x", digest};
    for (size_t i = 0; i < ITEMS(tags); i++) {
        FAILS(DAVIT_ERROR_INVALID_CONFIG,
              davit_image_tag(test->engine, BASE_IMAGE, tags[i], &test->error));
        assert_contains(engine_test_message(test), tags[i]);
    }
}

static void test_images__remove_of_a_name_leaves_the_others(void **state)
{
    struct engine_test *test = *state;
    const char *tag = tag_base(test, "other");
    struct removed removed = {0};
    OK(davit_image_remove(test->engine, tag, false, note_removed, &removed, &test->error));
    assert_int_equal(removed.untagged, 1);
    assert_int_equal(removed.deleted, 0);
    assert_string_equal(removed.first, tag);
    assert_false(image_exists(test, tag));
    assert_true(image_exists(test, BASE_IMAGE));
    observed(test, "Images", "remove one name of several", NULL);
}

static void test_images__remove_of_the_last_name_removes_it(void **state)
{
    struct engine_test *test = *state;
    const char *image = build_image(test, "own", "RUN echo $$ > /own");
    const char *id = image_of(test, image)->id;
    struct removed removed = {0};
    OK(davit_image_remove(test->engine, image, false, note_removed, &removed, &test->error));
    assert_int_equal(removed.untagged, 1);
    assert_true(removed.deleted >= 1);
    assert_false(image_exists(test, id));
    observed(test, "Images", "remove", NULL);
}

static void test_images__one_in_use_is_a_conflict(void **state)
{
    struct engine_test *test = *state;
    const char *image = build_image(test, "used", "RUN echo used > /used");
    davit_container_config config = engine_test_config(test, "box");
    config.image = image;
    start_script(test, &config, NULL);
    FAILS(DAVIT_ERROR_CONFLICT,
          davit_image_remove(test->engine, image, false, NULL, NULL, &test->error));
    assert_true(image_exists(test, image));
    assert_true(info_of(test, config.name)->is_running);
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_images__list_has_one_entry_a_name),
    ENGINE_TEST(test_images__list_is_newest_first),
    ENGINE_TEST(test_images__list_is_filtered),
    ENGINE_TEST(test_images__list_by_reference),
    ENGINE_TEST(test_images__list_fills_details_when_asked),
    ENGINE_TEST(test_images__everything_is_told),
    ENGINE_TEST(test_images__name_id_and_prefix_find_it),
    ENGINE_TEST(test_images__raw_is_the_engines_json),
    ENGINE_TEST(test_images__unknown_one_is_not_found),
    ENGINE_TEST(test_images__every_filter_is_the_same_on_every_engine),
    ENGINE_TEST(test_images__a_clean_up_removes_what_has_no_name_and_is_not_used),
    ENGINE_TEST(test_images__a_clean_up_of_all_leaves_what_is_protected),
    ENGINE_TEST(test_images__tag_is_one_more_name),
    ENGINE_TEST(test_images__tag_that_cannot_be_is_invalid),
    ENGINE_TEST(test_images__remove_of_a_name_leaves_the_others),
    ENGINE_TEST(test_images__remove_of_the_last_name_removes_it),
    ENGINE_TEST(test_images__one_in_use_is_a_conflict),
};
DAVIT_TEST_MAIN(tests)
