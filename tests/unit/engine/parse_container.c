/* SPDX-License-Identifier: MIT */
/* The smaller languages of docker's container options. */
#include "support/outcome.h"

#include <davit/parse.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Refused, with the text in the message. */
#define REFUSES(parse, text, result)                                                               \
    {                                                                                              \
        davit_error refusal = DAVIT_ERROR_INIT;                                                    \
        assert_failed(parse((text), (result), &refusal), &refusal, DAVIT_ERROR_INVALID_CONFIG,     \
                      "'" text "'");                                                               \
    }

static void test_parse_ulimit__a_hard_limit_may_follow(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name;
        int64_t soft, hard;
    } rows[] = {
        {"nofile=1024:2048", "nofile", 1024, 2048},
        {"core=0", "core", 0, 0},
        {"memlock=-1", "memlock", -1, -1},
        {"nproc=5:-1", "nproc", 5, -1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        davit_error error = DAVIT_ERROR_INIT;
        davit_ulimit ulimit = {0};
        assert_done(davit_ulimit_parse(rows[i].text, &ulimit, &error), &error);
        assert_string_equal(ulimit.name, rows[i].name);
        assert_int_equal(ulimit.soft, rows[i].soft);
        assert_int_equal(ulimit.hard, rows[i].hard);
        davit_ulimit_clear(&ulimit);
    }
    davit_ulimit none = {0};
    REFUSES(davit_ulimit_parse, "nofile", &none)
    REFUSES(davit_ulimit_parse, "files=1", &none)
    REFUSES(davit_ulimit_parse, "nofile=", &none)
    REFUSES(davit_ulimit_parse, "nofile=2:1", &none)
    REFUSES(davit_ulimit_parse, "nofile=-1:1", &none)
    REFUSES(davit_ulimit_parse, "nofile=-2", &none)
    REFUSES(davit_ulimit_parse, "nofile=1:2:3", &none)
    REFUSES(davit_ulimit_parse, "nofile=99999999999999999999", &none)
}

static void device_is(const char *text, const char *source, const char *target,
                      const char *permissions)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit_device device = {0};
    assert_done(davit_device_parse(text, &device, &error), &error);
    assert_string_equal(device.source, source);
    assert_string_equal(device.target ? device.target : "-", target);
    assert_string_equal(device.permissions ? device.permissions : "-", permissions);
    davit_device_clear(&device);
}

static void test_parse_device__target_and_permissions_may_be_left_out(void **state)
{
    (void)state;
    device_is("/dev/sda", "/dev/sda", "-", "-");
    device_is("/dev/sda:/dev/xvda", "/dev/sda", "/dev/xvda", "-");
    device_is("/dev/sda:/dev/xvda:rw", "/dev/sda", "/dev/xvda", "rw");
    device_is("/dev/sda:r", "/dev/sda", "-", "r");
    davit_device none = {0};
    REFUSES(davit_device_parse, "", &none)
    REFUSES(davit_device_parse, "sda", &none)
    REFUSES(davit_device_parse, "/dev/sda:", &none)
    REFUSES(davit_device_parse, "/dev/sda:x", &none)
    REFUSES(davit_device_parse, "/dev/sda:/dev/b:x", &none)
    REFUSES(davit_device_parse, "/dev/sda:/dev/b:", &none)
    REFUSES(davit_device_parse, "/dev/sda:/dev/b:r:w", &none)
}

static void host_is(const char *text, const char *name, const char *address)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit_pair *host = NULL;
    assert_done(davit_extra_host_parse(text, &host, &error), &error);
    assert_string_equal(host->name, name);
    assert_string_equal(host->value, address);
    davit_pairs_free(host, 1);
}

static void test_parse_extra_host__colon_or_equals_sign(void **state)
{
    (void)state;
    host_is("db:10.0.0.1", "db", "10.0.0.1");
    host_is("db=10.0.0.1", "db", "10.0.0.1");
    host_is("db:::1", "db", "::1");
    host_is("db:[::1]", "db", "::1");
    host_is("db=fd00::1", "db", "fd00::1");
    host_is("up.host:host-gateway", "up.host", "host-gateway");
    davit_pair *none = NULL;
    REFUSES(davit_extra_host_parse, "", &none)
    REFUSES(davit_extra_host_parse, "db", &none)
    REFUSES(davit_extra_host_parse, "db:", &none)
    REFUSES(davit_extra_host_parse, ":10.0.0.1", &none)
    REFUSES(davit_extra_host_parse, "db:10.0.0", &none)
    REFUSES(davit_extra_host_parse, "a b:10.0.0.1", &none)
    REFUSES(davit_extra_host_parse, "db:[]", &none)
    assert_null(none);
}

static void test_parse_setting__has_a_name_and_a_value(void **state)
{
    (void)state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_pair *setting = NULL;
    assert_done(davit_setting_parse("net.ipv4.ip_forward=a=b", &setting, &error), &error);
    assert_string_equal(setting->name, "net.ipv4.ip_forward");
    assert_string_equal(setting->value, "a=b");
    davit_pairs_free(setting, 1);
    setting = NULL;
    REFUSES(davit_setting_parse, "name", &setting)
    REFUSES(davit_setting_parse, "name=", &setting)
    REFUSES(davit_setting_parse, "=value", &setting)
    assert_null(setting);
}

static void test_parse_network__a_name_or_a_list(void **state)
{
    (void)state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_network_attachment network = {0};
    assert_done(davit_network_attachment_parse("back", &network, &error), &error);
    assert_string_equal(network.network, "back");
    assert_int_equal(network.alias_count, 0);
    davit_network_attachment_clear(&network);
    assert_done(davit_network_attachment_parse("name=back, alias=a,alias=b,ip=10.0.0.2,ip6=fd00::2,"
                                               "mac-address=02:42:ac:11:00:02",
                                               &network, &error),
                &error);
    assert_string_equal(network.network, "back");
    assert_int_equal(network.alias_count, 2);
    assert_string_equal(network.aliases[1], "b");
    assert_string_equal(network.ip, "10.0.0.2");
    assert_string_equal(network.ip6, "fd00::2");
    assert_string_equal(network.mac, "02:42:ac:11:00:02");
    davit_network_attachment_clear(&network);
    REFUSES(davit_network_attachment_parse, "", &network)
    REFUSES(davit_network_attachment_parse, "alias=a", &network)
    REFUSES(davit_network_attachment_parse, "name=a,color=red", &network)
    REFUSES(davit_network_attachment_parse, "name=a,alias=", &network)
    REFUSES(davit_network_attachment_parse, "name=a,alias", &network)
    assert_null(network.network);
}

static void test_parse_gpus__a_count_or_devices(void **state)
{
    (void)state;
    davit_error error = DAVIT_ERROR_INIT;
    davit_gpu_request gpu = {0};
    assert_done(davit_gpu_request_parse("all", &gpu, &error), &error);
    assert_int_equal(gpu.count, -1);
    davit_gpu_request_clear(&gpu);
    assert_done(davit_gpu_request_parse("2,driver=nvidia", &gpu, &error), &error);
    assert_int_equal(gpu.count, 2);
    assert_string_equal(gpu.driver, "nvidia");
    davit_gpu_request_clear(&gpu);
    assert_done(davit_gpu_request_parse("capabilities=utility", &gpu, &error), &error);
    assert_int_equal(gpu.count, 1);
    davit_gpu_request_clear(&gpu);
    assert_done(davit_gpu_request_parse("\"device=0,GPU-1\",\"capabilities=compute,utility\","
                                        "options=a=b",
                                        &gpu, &error),
                &error);
    assert_int_equal(gpu.count, 0);
    assert_int_equal(gpu.device_id_count, 2);
    assert_string_equal(gpu.device_ids[1], "GPU-1");
    assert_string_equal(gpu.capabilities[1], "utility");
    assert_string_equal(gpu.options[0].value, "b");
    davit_gpu_request_clear(&gpu);
    REFUSES(davit_gpu_request_parse, "", &gpu)
    REFUSES(davit_gpu_request_parse, "some", &gpu)
    REFUSES(davit_gpu_request_parse, "0", &gpu)
    REFUSES(davit_gpu_request_parse, "count=x", &gpu)
    REFUSES(davit_gpu_request_parse, "count=1,device=0", &gpu)
    REFUSES(davit_gpu_request_parse, "speed=high", &gpu)
    REFUSES(davit_gpu_request_parse, "options=a", &gpu)
}

static void test_parse_environment__lines_are_taken_as_they_stand(void **state)
{
    (void)state;
    static const char text[] = "\xef\xbb\xbf"
                               "A=1\n"
                               "# a comment\n"
                               "\n"
                               "  B= two words \r\n"
                               "\tC\n"
                               "D=#no comment\n"
                               "E=\"quotes stay\"\n"
                               "F=a=b\n"
                               "G=";
    static const davit_pair expected[] = {
        {"A", "1"},
        {"B", " two words "},
        {"C", NULL},
        {"D", "#no comment"},
        {"E", "\"quotes stay\""},
        {"F", "a=b"},
        {"G", ""},
    };
    davit_error error = DAVIT_ERROR_INIT;
    davit_pair *pairs = NULL;
    size_t count = 0;
    assert_done(davit_environment_parse(text, sizeof text - 1, &pairs, &count, &error), &error);
    assert_int_equal(count, COUNT(expected));
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(pairs[i].name, expected[i].name);
        assert_int_equal(pairs[i].value == NULL, expected[i].value == NULL);
        assert_true(!pairs[i].value || strcmp(pairs[i].value, expected[i].value) == 0);
    }
    davit_pairs_free(pairs, count);
    assert_done(davit_environment_parse("", 0, &pairs, &count, &error), &error);
    assert_int_equal(count, 0);
    davit_pairs_free(pairs, count);
}

static void test_parse_environment__a_bad_line_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length;
        const char *part;
    } rows[] = {
        {"A=1\n=2", 6, "line 2: expected the name"},
        {"A B=1", 5, "line 1: expected no white space"},
        {"A=1\n\n\nX Y\n", 10, "line 4: expected no white space"},
        {"A=\xff", 3, "line 1: expected text in UTF-8"},
        {"A=\0b", 4, "line 1: expected text in UTF-8"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        davit_error error = DAVIT_ERROR_INIT;
        davit_pair *pairs = NULL;
        size_t count = 9;
        assert_failed(davit_environment_parse(rows[i].text, rows[i].length, &pairs, &count, &error),
                      &error, DAVIT_ERROR_INVALID_CONFIG, rows[i].part);
        assert_null(pairs);
        assert_int_equal(count, 9);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_parse_ulimit__a_hard_limit_may_follow),
    cmocka_unit_test(test_parse_device__target_and_permissions_may_be_left_out),
    cmocka_unit_test(test_parse_extra_host__colon_or_equals_sign),
    cmocka_unit_test(test_parse_setting__has_a_name_and_a_value),
    cmocka_unit_test(test_parse_network__a_name_or_a_list),
    cmocka_unit_test(test_parse_gpus__a_count_or_devices),
    cmocka_unit_test(test_parse_environment__lines_are_taken_as_they_stand),
    cmocka_unit_test(test_parse_environment__a_bad_line_is_named),
};
DAVIT_TEST_MAIN(tests)
