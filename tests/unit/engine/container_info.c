/* SPDX-License-Identifier: MIT */
/* What real engines say of containers, and what is made of it. */
#include "container_info.h"

#include "support/replies.h"

#include <davit/parse.h>

static davit_container_info *decode(const json_t *json, davit__shape shape)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit_container_info *info = NULL;
    assert_done(davit__container_info_decode(json, shape, &info, &error), &error);
    return info;
}

static davit_container_info *decode_text(const char *text, davit__shape shape)
{
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    davit_container_info *info = decode(json, shape);
    json_decref(json);
    return info;
}

/* Ages grow: "Up 3 minutes" and "Exited (3) 2 days ago" are cut off, staleness is not looked at. */
static void freeze(davit_container_info *info)
{
    info->health_stale = false;
    char *digit = strpbrk(info->status, "0123456789AL");
    if (strncmp(info->status, "Up ", 3) == 0) {
        info->status[2] = '\0';
    } else if (strncmp(info->status, "Exited", 6) == 0 && digit) {
        *(strchr(info->status, ')') + 1) = '\0';
    }
}

static void check_inspect(const char *reply, const char *golden)
{
    json_t *json = read_reply(reply);
    davit_container_info *info = decode(json, DAVIT__SHAPE_INSPECT);
    freeze(info);
    assert_golden(davit_container_info_type(), info, golden);
    davit_container_info_free(info);
    json_decref(json);
}

static void check_list(const char *reply, davit__shape shape, const char *golden)
{
    json_t *json = read_reply(reply);
    davit_error error = DAVIT_ERROR_INIT;
    davit_container_list *list = NULL;
    assert_done(davit__container_list_decode(json, shape, &list, &error), &error);
    json_t *all = json_array();
    for (size_t i = 0; i < list->count; i++) {
        freeze(&list->items[i]);
        json_t *one = NULL;
        assert_done(davit__type_json(davit_container_info_type(), &list->items[i], &one, &error),
                    &error);
        json_array_append_new(all, one);
    }
    char *text = NULL;
    assert_done(davit__json_dump(all, 4, &text, &error), &error);
    assert_golden_text(text, golden);
    davit_string_free(text);
    json_decref(all);
    davit_container_list_free(list);
    json_decref(json);
}

static void test_container_info__docker_inspect(void **state)
{
    (void)state;
    check_inspect("docker-20.10/inspect.json", "docker-20.10/inspect.expected");
    check_inspect("docker-20.10/inspect-ended.json", "docker-20.10/inspect-ended.expected");
    check_inspect("docker-20.10/inspect-created.json", "docker-20.10/inspect-created.expected");
}

static void test_container_info__podman_inspect(void **state)
{
    (void)state;
    check_inspect("podman-4.3/inspect.json", "podman-4.3/inspect.expected");
    check_inspect("podman-4.3/inspect-ended.json", "podman-4.3/inspect-ended.expected");
    check_inspect("podman-4.3/inspect-created.json", "podman-4.3/inspect-created.expected");
}

static void test_container_info__docker_list(void **state)
{
    (void)state;
    check_list("docker-20.10/list.json", DAVIT__SHAPE_LIST, "docker-20.10/list.expected");
}

static void test_container_info__podman_list(void **state)
{
    (void)state;
    check_list("podman-4.3/list.json", DAVIT__SHAPE_LIST, "podman-4.3/list.expected");
}

static void test_container_info__libpod_list(void **state)
{
    (void)state;
    check_list("podman-4.3/libpod-list.json", DAVIT__SHAPE_LIBPOD_LIST,
               "podman-4.3/libpod-list.expected");
}

/* API 1.52 has no addresses beside the networks, and says more of health in lists. */
static void test_container_info__newer_docker_gives_the_same(void **state)
{
    (void)state;
    static const char *const gone[] = {"Bridge",
                                       "HairpinMode",
                                       "LinkLocalIPv6Address",
                                       "LinkLocalIPv6PrefixLen",
                                       "EndpointID",
                                       "SecondaryIPAddresses",
                                       "SecondaryIPv6Addresses",
                                       "Gateway",
                                       "IPAddress",
                                       "GlobalIPv6Address",
                                       "GlobalIPv6PrefixLen",
                                       "IPPrefixLen",
                                       "IPv6Gateway",
                                       "MacAddress"};
    json_t *json = read_reply("docker-20.10/inspect.json");
    json_t *network = json_object_get(json, "NetworkSettings");
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++) {
        assert_int_equal(json_object_del(network, gone[i]), 0);
    }
    json_object_set_new(json_object_get(json, "State"), "Unheard", json_true());
    json_object_set_new(json, "ImageManifestDescriptor", json_pack("{s:i}", "size", 1));
    json_object_set_new(json_object_get(json, "Config"), "AttachStdin", json_null());
    davit_container_info *info = decode(json, DAVIT__SHAPE_INSPECT);
    freeze(info);
    assert_golden(davit_container_info_type(), info, "docker-20.10/inspect.expected");
    davit_container_info_free(info);
    json_decref(json);

    info = decode_text("{\"Id\": \"1\", \"Names\": [\"/web\"], \"State\": \"running\", \"Status\": "
                       "\"Up 2 minutes (unhealthy)\", \"Health\": {\"Status\": \"unhealthy\", "
                       "\"FailingStreak\": 3}, \"ImageManifestDescriptor\": {}}",
                       DAVIT__SHAPE_LIST);
    assert_int_equal(info->health, DAVIT_HEALTH_UNHEALTHY);
    assert_string_equal(info->name, "web");
    assert_true(info->is_running);
    davit_container_info_free(info);
}

/* Every key in turn is null or not there: nothing but the value is missing. */
static void check_without(json_t *reply, json_t *within, davit__shape shape)
{
    const char *key;
    json_t *value;
    json_t *copy = json_deep_copy(within);
    json_object_foreach (copy, key, value) {
        json_object_set_new(within, key, json_null());
        davit_container_info_free(decode(reply, shape));
        json_object_del(within, key);
        davit_container_info_free(decode(reply, shape));
        json_object_set(within, key, value);
    }
    json_decref(copy);
}

static void test_container_info__any_key_may_be_missing(void **state)
{
    (void)state;
    static const char *const replies[] = {"docker-20.10/inspect.json", "podman-4.3/inspect.json"};
    static const char *const parts[] = {"State", "Config", "HostConfig", "NetworkSettings"};
    for (size_t i = 0; i < 2; i++) {
        json_t *json = read_reply(replies[i]);
        check_without(json, json, DAVIT__SHAPE_INSPECT);
        for (size_t j = 0; j < sizeof parts / sizeof parts[0]; j++) {
            check_without(json, json_object_get(json, parts[j]), DAVIT__SHAPE_INSPECT);
        }
        json_decref(json);
    }
    json_t *json = read_reply("docker-20.10/list.json");
    check_without(json_array_get(json, 2), json_array_get(json, 2), DAVIT__SHAPE_LIST);
    json_decref(json);
    json = read_reply("podman-4.3/libpod-list.json");
    check_without(json_array_get(json, 0), json_array_get(json, 0), DAVIT__SHAPE_LIBPOD_LIST);
    json_decref(json);
}

static void test_container_info__nothing_at_all_is_a_container_in_no_known_state(void **state)
{
    (void)state;
    for (int shape = DAVIT__SHAPE_INSPECT; shape <= DAVIT__SHAPE_LIBPOD_LIST; shape++) {
        davit_container_info *info = decode_text("{}", (davit__shape)shape);
        assert_int_equal(info->state, DAVIT_STATE_UNKNOWN);
        assert_string_equal(info->status, "Unknown");
        assert_null(info->id);
        davit_container_info_free(info);
    }
}

static void assert_refused(const char *text, davit__shape shape, const char *part)
{
    json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);
    assert_non_null(json);
    davit_error error = DAVIT_ERROR_INIT;
    davit_container_info *info = NULL;
    assert_failed(davit__container_info_decode(json, shape, &info, &error), &error,
                  DAVIT_ERROR_PROTOCOL, part);
    assert_null(info);
    json_decref(json);
}

static void test_container_info__what_is_of_another_kind_is_refused(void **state)
{
    (void)state;
    assert_refused("{\"Id\": 7}", DAVIT__SHAPE_INSPECT, "Id");
    assert_refused("{\"State\": {\"Pid\": \"7\"}}", DAVIT__SHAPE_INSPECT, "State.Pid");
    assert_refused("{\"Config\": {\"Env\": [1]}}", DAVIT__SHAPE_INSPECT, "Config.Env");
    assert_refused("{\"NetworkSettings\": {\"Ports\": {\"http\": null}}}", DAVIT__SHAPE_INSPECT,
                   "'http' is no port");
    assert_refused("{\"Ports\": [{\"PrivatePort\": \"80\"}]}", DAVIT__SHAPE_LIST, "PrivatePort");
    davit_error error = DAVIT_ERROR_INIT;
    davit_container_list *list = NULL;
    json_t *json = json_object();
    assert_failed(davit__container_list_decode(json, DAVIT__SHAPE_LIST, &list, &error), &error,
                  DAVIT_ERROR_PROTOCOL, "expected an array of containers");
    json_decref(json);
    json = json_loads("[{}, {\"Id\": 7}]", 0, NULL);
    assert_failed(davit__container_list_decode(json, DAVIT__SHAPE_LIST, &list, &error), &error,
                  DAVIT_ERROR_PROTOCOL, "[1]");
    json_decref(json);
    assert_null(list);
}

static void test_container_info__links_are_not_the_name(void **state)
{
    (void)state;
    davit_container_info *info =
        decode_text("{\"Names\": [\"/other/alias\", \"/web\"]}", DAVIT__SHAPE_LIST);
    assert_string_equal(info->name, "web");
    davit_container_info_free(info);
}

static void test_container_info__a_range_is_so_many_ports(void **state)
{
    (void)state;
    davit_container_info *info =
        decode_text("{\"Ports\": [{\"host_ip\": \"\", \"container_port\": 80, \"host_port\": 8080, "
                    "\"range\": 3, \"protocol\": \"udp\"}]}",
                    DAVIT__SHAPE_LIBPOD_LIST);
    assert_int_equal(info->port_count, 3);
    assert_int_equal(info->ports[2].container_port, 82);
    assert_int_equal(info->ports[2].host_port, 8082);
    assert_int_equal(info->ports[2].protocol, DAVIT_PROTOCOL_UDP);
    davit_container_info_free(info);
}

/* ---- staleness ---- */

static bool is_stale(const char *status, int64_t since_start, int64_t since_check, int64_t interval)
{
    char *started = NULL, *ended = NULL;
    davit_time_format(davit__clock() - since_start, &started, NULL);
    davit_time_format(davit__clock() - since_check, &ended, NULL);
    json_t *json =
        json_pack("{s:{s:s, s:s, s:{s:s, s:[{s:s}]}}, s:{s:{s:I, s:I}}}", "State", "Status", status,
                  "StartedAt", started, "Health", "Status", "healthy", "Log", "End",
                  since_check ? ended : "0001-01-01T00:00:00Z", "Config", "Healthcheck", "Interval",
                  (json_int_t)interval, "Timeout", (json_int_t)interval);
    davit_container_info *info = decode(json, DAVIT__SHAPE_INSPECT);
    bool stale = info->health_stale;
    assert_int_equal(strstr(info->status, "stale") != NULL, stale);
    davit_container_info_free(info);
    json_decref(json);
    davit_string_free(started);
    davit_string_free(ended);
    return stale;
}

static void test_container_info__checks_that_are_overdue_are_stale(void **state)
{
    (void)state;
    const int64_t second = DAVIT_SECONDS(1);
    assert_false(is_stale("running", 100 * second, 15 * second, 10 * second));
    assert_true(is_stale("running", 100 * second, 25 * second, 10 * second));
    assert_false(is_stale("exited", 100 * second, 25 * second, 10 * second));
    /* Started again since the last check. */
    assert_false(is_stale("running", 15 * second, 500 * second, 10 * second));
    /* Never checked. */
    assert_false(is_stale("running", 15 * second, 0, 10 * second));
    assert_true(is_stale("running", 25 * second, 0, 10 * second));
    /* The engines' defaults, 30 s each. */
    assert_false(is_stale("running", 500 * second, 55 * second, 0));
    assert_true(is_stale("running", 500 * second, 65 * second, 0));
}

/* ---- the table ---- */

/* "host_port": HostPort. */
static void template_spelling(const char *name, char *spelling)
{
    bool upper = true;
    for (; *name; name++) {
        if (*name == '_') {
            upper = true;
            continue;
        }
        *spelling++ = upper && *name >= 'a' && *name <= 'z' ? (char)(*name - 'a' + 'A') : *name;
        upper = false;
    }
    *spelling = '\0';
}

static void test_container_info__every_field_is_in_json_once_and_found_by_templates(void **state)
{
    (void)state;
    static const davit_container_info nothing;
    const davit_type *type = davit_container_info_type();
    char *text = NULL;
    assert_int_equal(davit_type_to_json(type, &nothing, 0, &text, NULL), 0);
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    size_t count = davit_type_field_count(type);
    assert_int_equal(json_object_size(json), count);
    for (size_t i = 0; i < count; i++) {
        davit_field_description field = davit_type_field(type, i);
        char spelling[64];
        template_spelling(field.name, spelling);
        assert_non_null(json_object_get(json, field.name));
        assert_int_equal(davit_type_find(type, spelling), i);
        assert_int_equal(davit_type_find(type, field.name), i);
        assert_true(field.text[0]);
    }
    json_decref(json);
    davit_string_free(text);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_container_info__docker_inspect),
    cmocka_unit_test(test_container_info__podman_inspect),
    cmocka_unit_test(test_container_info__docker_list),
    cmocka_unit_test(test_container_info__podman_list),
    cmocka_unit_test(test_container_info__libpod_list),
    cmocka_unit_test(test_container_info__newer_docker_gives_the_same),
    cmocka_unit_test(test_container_info__any_key_may_be_missing),
    cmocka_unit_test(test_container_info__nothing_at_all_is_a_container_in_no_known_state),
    cmocka_unit_test(test_container_info__what_is_of_another_kind_is_refused),
    cmocka_unit_test(test_container_info__links_are_not_the_name),
    cmocka_unit_test(test_container_info__a_range_is_so_many_ports),
    cmocka_unit_test(test_container_info__checks_that_are_overdue_are_stale),
    cmocka_unit_test(test_container_info__every_field_is_in_json_once_and_found_by_templates),
};
DAVIT_TEST_MAIN(tests)
