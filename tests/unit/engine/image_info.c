/* SPDX-License-Identifier: MIT */
/* What real engines say of images and of themselves, and what is made of it. */
#include "image_info.h"

#include "support/replies.h"
#include "system_info.h"

static void check_image(const char *reply, const char *golden)
{
    json_t *json = read_reply(reply);
    davit_error error = DAVIT_ERROR_INIT;
    davit_image_info *info = NULL;
    assert_done(davit__image_info_decode(json, &info, &error), &error);
    assert_golden(davit_image_info_type(), info, golden);
    davit_image_info_free(info);
    json_decref(json);
}

static davit_image_list *decode_list(json_t *json)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit_image_list *list = NULL;
    assert_done(davit__image_list_decode(json, &list, &error), &error);
    json_decref(json);
    return list;
}

static void test_image_info__inspect(void **state)
{
    (void)state;
    check_image("docker-20.10/image-inspect.json", "docker-20.10/image-inspect.expected");
    check_image("podman-4.3/image-inspect.json", "podman-4.3/image-inspect.expected");
}

static void test_image_info__lists_have_an_entry_for_each_name(void **state)
{
    (void)state;
    static const char *const replies[] = {"docker-20.10/images.json", "podman-4.3/images.json"};
    for (size_t i = 0; i < 2; i++) {
        davit_image_list *list = decode_list(read_reply(replies[i]));
        assert_int_equal(list->count, 2);
        assert_string_equal(list->items[0].full_name, "localhost/davit-test:base");
        assert_string_equal(list->items[0].repository, "localhost/davit-test");
        assert_string_equal(list->items[0].tag, "base");
        assert_string_equal(list->items[1].full_name, "localhost:5000/davit/other:2");
        assert_string_equal(list->items[1].repository, "localhost:5000/davit/other");
        assert_string_equal(list->items[1].tag, "2");
        for (size_t j = 0; j < 2; j++) {
            assert_int_equal(list->items[j].name_count, 2);
            assert_int_equal(strlen(list->items[j].id), strlen("sha256:") + 64);
            assert_true(list->items[j].size > 1000000 && list->items[j].created > 0);
        }
        davit_image_list_free(list);
    }
}

/* "<none>:<none>" (Docker to 24), empty and null (Docker from 25, Podman). */
static void test_image_info__an_image_without_a_name_goes_by_its_id(void **state)
{
    (void)state;
    davit_image_list *list =
        decode_list(json_loads("[{\"Id\": \"sha256:1\", \"RepoTags\": [\"<none>:<none>\"]},"
                               " {\"Id\": \"sha256:1\", \"RepoTags\": []},"
                               " {\"Id\": \"1\", \"RepoTags\": null, \"RepoDigests\": null},"
                               " {\"Id\": \"sha256:1\"}]",
                               0, NULL));
    assert_int_equal(list->count, 4);
    for (size_t i = 0; i < list->count; i++) {
        assert_string_equal(list->items[i].repository, "<none>");
        assert_string_equal(list->items[i].tag, "<none>");
        assert_string_equal(list->items[i].full_name, "sha256:1");
        assert_null(list->items[i].digest);
    }
    davit_image_list_free(list);
}

static void test_image_info__a_port_is_no_tag(void **state)
{
    (void)state;
    davit_image_list *list =
        decode_list(json_loads("[{\"Id\": \"1\", \"RepoTags\": [\"host:5000/web\"]}]", 0, NULL));
    assert_string_equal(list->items[0].repository, "host:5000/web");
    assert_string_equal(list->items[0].tag, "<none>");
    davit_image_list_free(list);
}

static void test_image_info__the_newest_is_first(void **state)
{
    (void)state;
    davit_image_list *list =
        decode_list(json_loads("[{\"Id\": \"1\", \"Created\": 5, \"RepoTags\": [\"c:1\"]},"
                               " {\"Id\": \"2\", \"Created\": 9, \"RepoTags\": [\"b:1\"]},"
                               " {\"Id\": \"3\", \"Created\": 5, \"RepoTags\": [\"a:1\"]}]",
                               0, NULL));
    assert_string_equal(list->items[0].full_name, "b:1");
    assert_string_equal(list->items[1].full_name, "a:1");
    assert_string_equal(list->items[2].full_name, "c:1");
    davit_image_list_free(list);
}

/* API 1.44 has no VirtualSize, 1.45 no ContainerConfig, 1.52 no empty values in Config. */
static void test_image_info__newer_docker_gives_the_same(void **state)
{
    (void)state;
    static const char *const gone[] = {"ContainerConfig", "VirtualSize", "Container", "Parent",
                                       "DockerVersion"};
    json_t *json = read_reply("docker-20.10/image-inspect.json");
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++) {
        json_object_del(json, gone[i]);
    }
    json_object_set_new(json, "Identity", json_object());
    const char *key;
    json_t *value, *config = json_object_get(json, "Config"), *copy = json_deep_copy(config);
    json_object_foreach (copy, key, value) {
        bool empty = json_is_null(value) || json_is_false(value) ||
                     (json_is_string(value) && !json_string_value(value)[0]);
        if (empty) {
            json_object_del(config, key);
        }
    }
    davit_error error = DAVIT_ERROR_INIT;
    davit_image_info *info = NULL;
    assert_done(davit__image_info_decode(json, &info, &error), &error);
    assert_string_equal(info->full_name, "localhost/davit-test:base");
    assert_string_equal(info->os, "linux");
    davit_image_info_free(info);
    json_decref(copy);
    json_decref(json);
}

static void test_image_info__what_is_of_another_kind_is_refused(void **state)
{
    (void)state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_image_info *info = NULL;
    davit_image_list *list = NULL;
    json_t *json = json_loads("{\"Id\": \"1\", \"Size\": \"big\"}", 0, NULL);
    assert_failed(davit__image_info_decode(json, &info, &error), &error, DAVIT_ERROR_PROTOCOL,
                  "Size");
    assert_failed(davit__image_list_decode(json, &list, &error), &error, DAVIT_ERROR_PROTOCOL,
                  "expected an array of images");
    json_t *array = json_pack("[O]", json);
    assert_failed(davit__image_list_decode(array, &list, &error), &error, DAVIT_ERROR_PROTOCOL,
                  "[0]");
    assert_null(info);
    assert_null(list);
    json_decref(array);
    json_decref(json);
}

/* ---- the engine itself ---- */

static void test_image_info__versions_and_info_of_engines(void **state)
{
    (void)state;
    static const char *const engines[] = {"docker-20.10", "podman-4.3"};
    for (size_t i = 0; i < 2; i++) {
        char reply[64], golden[64];
        davit_error error = DAVIT_ERROR_INIT;
        davit_version *version = NULL;
        davit_info *info = NULL;
        snprintf(reply, sizeof reply, "%s/version.json", engines[i]);
        snprintf(golden, sizeof golden, "%s/version.expected", engines[i]);
        json_t *json = read_reply(reply);
        assert_done(davit__version_decode(json, &version, &error), &error);
        assert_string_equal(version->davit, davit_version_text());
        snprintf(version->davit, strlen(version->davit) + 1, "x");
        assert_golden(davit_version_type(), version, golden);
        davit_version_free(version);
        json_decref(json);

        snprintf(reply, sizeof reply, "%s/info.json", engines[i]);
        snprintf(golden, sizeof golden, "%s/info.expected", engines[i]);
        json = read_reply(reply);
        assert_done(davit__info_decode(json, &info, &error), &error);
        assert_golden(davit_info_type(), info, golden);
        davit_info_free(info);
        json_decref(json);
    }
}

static void test_image_info__rootless_is_seen_on_both_engines(void **state)
{
    (void)state;
    static const char *const replies[] = {
        "{\"SecurityOptions\": [\"name=seccomp,profile=default\", \"name=rootless\"]}",
        "{\"Rootless\": true, \"SecurityOptions\": null}"};
    for (size_t i = 0; i < 2; i++) {
        json_t *json = json_loads(replies[i], 0, NULL);
        davit_info *info = NULL;
        assert_int_equal(davit__info_decode(json, &info, NULL), 0);
        assert_true(info->rootless);
        davit_info_free(info);
        json_decref(json);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_image_info__inspect),
    cmocka_unit_test(test_image_info__lists_have_an_entry_for_each_name),
    cmocka_unit_test(test_image_info__an_image_without_a_name_goes_by_its_id),
    cmocka_unit_test(test_image_info__a_port_is_no_tag),
    cmocka_unit_test(test_image_info__the_newest_is_first),
    cmocka_unit_test(test_image_info__newer_docker_gives_the_same),
    cmocka_unit_test(test_image_info__what_is_of_another_kind_is_refused),
    cmocka_unit_test(test_image_info__versions_and_info_of_engines),
    cmocka_unit_test(test_image_info__rootless_is_seen_on_both_engines),
};
DAVIT_TEST_MAIN(tests)
