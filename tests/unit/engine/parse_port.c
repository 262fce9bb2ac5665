/* SPDX-License-Identifier: MIT */
#include "support/outcome.h"

#include <davit/parse.h>

typedef struct expected_ports {
    const char *text;
    size_t count;
    const char *host_ip;
    int64_t host_port; /* of the first */
    int64_t container_port;
    int protocol;
} expected_ports;

static void assert_ports(const expected_ports *expected)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit_port_mapping *ports = NULL;
    size_t count = 0;
    assert_done(davit_ports_parse(expected->text, &ports, &count, &error), &error);
    assert_int_equal(count, expected->count);
    for (size_t i = 0; i < count; i++) {
        if (expected->host_ip) {
            assert_string_equal(ports[i].host_ip, expected->host_ip);
        } else {
            assert_null(ports[i].host_ip);
        }
        int64_t host = expected->host_port > 0 ? expected->host_port + (int64_t)i : 0;
        assert_int_equal(ports[i].host_port, host);
        assert_int_equal(ports[i].container_port, expected->container_port + (int64_t)i);
        assert_int_equal(ports[i].protocol, expected->protocol);
    }
    davit_port_mappings_free(ports, count);
}

static void assert_all(const expected_ports *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_ports(&rows[i]);
    }
}

static void test_parse_port__parts_may_be_left_out(void **state)
{
    (void)state;
    static const expected_ports rows[] = {
        {"80", 1, NULL, 0, 80, DAVIT_PROTOCOL_TCP},
        {"8080:80", 1, NULL, 8080, 80, DAVIT_PROTOCOL_TCP},
        {"8080:80/udp", 1, NULL, 8080, 80, DAVIT_PROTOCOL_UDP},
        {"80/SCTP", 1, NULL, 0, 80, DAVIT_PROTOCOL_SCTP},
        {"80/", 1, NULL, 0, 80, DAVIT_PROTOCOL_TCP},
        {":80", 1, NULL, 0, 80, DAVIT_PROTOCOL_TCP},
        {"0:80", 1, NULL, 0, 80, DAVIT_PROTOCOL_TCP},
        {"0080:00080", 1, NULL, 80, 80, DAVIT_PROTOCOL_TCP},
        {"65535:65535", 1, NULL, 65535, 65535, DAVIT_PROTOCOL_TCP},
        {"127.0.0.1:8080:80/tcp", 1, "127.0.0.1", 8080, 80, DAVIT_PROTOCOL_TCP},
        {"192.168.1.100::6000/udp", 1, "192.168.1.100", 0, 6000, DAVIT_PROTOCOL_UDP},
    };
    assert_all(rows, sizeof rows / sizeof rows[0]);
}

static void test_parse_port__an_ipv6_address_may_have_brackets(void **state)
{
    (void)state;
    static const expected_ports rows[] = {
        {"[::1]:53:53/udp", 1, "::1", 53, 53, DAVIT_PROTOCOL_UDP},
        {"::1:80:80", 1, "::1", 80, 80, DAVIT_PROTOCOL_TCP},
        {"::::80", 1, "::", 0, 80, DAVIT_PROTOCOL_TCP},
        {"[2001:db8:0:1::68]::333", 1, "2001:db8:0:1::68", 0, 333, DAVIT_PROTOCOL_TCP},
        {"2001:db8:0:1::68::333", 1, "2001:db8:0:1::68", 0, 333, DAVIT_PROTOCOL_TCP},
    };
    assert_all(rows, sizeof rows / sizeof rows[0]);
}

static void test_parse_port__a_range_is_one_mapping_a_port(void **state)
{
    (void)state;
    static const expected_ports rows[] = {
        {"8000-8010:80-90", 11, NULL, 8000, 80, DAVIT_PROTOCOL_TCP},
        {"1234-1236/udp", 3, NULL, 0, 1234, DAVIT_PROTOCOL_UDP},
        {"0.0.0.0:1234-1235:3333-3334/tcp", 2, "0.0.0.0", 1234, 3333, DAVIT_PROTOCOL_TCP},
        {"80-80", 1, NULL, 0, 80, DAVIT_PROTOCOL_TCP},
        {"1-65535", 65535, NULL, 0, 1, DAVIT_PROTOCOL_TCP},
    };
    assert_all(rows, sizeof rows / sizeof rows[0]);
}

static void test_parse_port__what_is_wrong_is_said(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", "'': expected [IP:][HOST-PORT:]CONTAINER-PORT[/tcp|udp|sctp]"},
        {"abc", "'abc': expected ["},
        {"8080:", "expected ["},
        {":", "expected ["},
        {"/tcp", "expected ["},
        {"0", "ports from 1 to 65535"},
        {"8080:65536", "ports from 1 to 65535"},
        {"-1:80", "the host port has to be"},
        {"80:-1", "expected ["},
        {"+80", "expected ["},
        {"80 ", "expected ["},
        {"90-80", "expected ["},
        {"80-", "expected ["},
        {"-", "expected ["},
        {"99999999999999999999:80", "the host port has to be"},
        {"65536:80", "the host port has to be a number from 0 to 65535"},
        {"0-5:80-85", "the host port has to be"},
        {"8000-8010:80", "ranges of the same length"},
        {"80:8000-8010", "ranges of the same length"},
        {"8000-8010:80-81", "ranges of the same length"},
        {"80/http", "the protocol has to be tcp, udp or sctp"},
        {"80/tcp/udp", "the protocol has to be"},
        {"192.168.1.100", "expected ["},
        {"localhost:80:80", "'localhost' is no IP address"},
        {"1:2:3:4", "'1:2' is no IP address"},
        {"[127.0.0.1]:80:80", "is no IP address"},
        {"[::1:80:80", "is no IP address"},
        {"[]:80:80", "is no IP address"},
        {"[fe80::1%eth0]:80:80", "is no IP address"},
        {"256.0.0.1:80:80", "is no IP address"},
        {NULL, "''"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        davit_port_mapping *ports = NULL;
        size_t count = 0;
        int r = davit_ports_parse(rows[i][0], &ports, &count, &error);
        assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, rows[i][1]);
        assert_null(ports);
        assert_int_equal(count, 0);
    }
}

static void test_parse_port__freeing_nothing_is_harmless(void **state)
{
    (void)state;
    davit_port_mappings_free(NULL, 0);
    davit_port_mappings_free(NULL, 3);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_parse_port__parts_may_be_left_out),
    cmocka_unit_test(test_parse_port__an_ipv6_address_may_have_brackets),
    cmocka_unit_test(test_parse_port__a_range_is_one_mapping_a_port),
    cmocka_unit_test(test_parse_port__what_is_wrong_is_said),
    cmocka_unit_test(test_parse_port__freeing_nothing_is_harmless),
};
DAVIT_TEST_MAIN(tests)
