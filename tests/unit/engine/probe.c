/* SPDX-License-Identifier: MIT */
#include "probe.h"

#include "support/canned_engine.h"
#include "support/runner.h"

static davit__limit patience(void)
{
    return davit__limit_within((davit__limit){0}, DAVIT_SECONDS(30));
}

static davit__probe probe_of(struct canned_engine engine)
{
    struct peer *peer = peer_start(canned_serve, &engine);
    char host[128];
    davit__probe probe = {0};
    davit_error error = DAVIT_ERROR_INIT;
    snprintf(host, sizeof host, "unix://%s", peer_path(peer));
    int r = davit__probe_address(host, patience(), &probe, &error);
    peer_stop(peer);
    assert_string_equal(error.message, "");
    assert_int_equal(r, 0);
    return probe;
}

/* What follows "ADDRESS: " in the message. */
static davit_error failure_of(struct canned_engine engine, davit__limit limit)
{
    struct peer *peer = peer_start(canned_serve, &engine);
    char host[128];
    davit__probe probe = {.os = "untouched"};
    davit_error error = DAVIT_ERROR_INIT;
    snprintf(host, sizeof host, "unix://%s", peer_path(peer));
    int r = davit__probe_address(host, limit, &probe, &error);
    peer_stop(peer);
    assert_true(r < 0);
    assert_int_equal(r, error.code);
    assert_string_equal(probe.os, "untouched");
    assert_memory_equal(error.message, host, strlen(host));
    memmove(error.message, error.message + strlen(host) + 2,
            strlen(error.message + strlen(host)) - 1);
    return error;
}

static void expect_version(struct canned_engine engine, const char *version)
{
    davit__probe probe = probe_of(engine);
    char chosen[16] = "";
    davit_error error = DAVIT_ERROR_INIT;
    assert_int_equal(davit__negotiate(NULL, &probe, chosen, &error), 0);
    assert_string_equal(chosen, version);
}

static void test_probe__docker_20_is_known_by_its_ping(void **state)
{
    davit__probe probe = probe_of((struct canned_engine){.ping = DOCKER_20_PING});
    assert_int_equal(probe.runtime, DAVIT_RUNTIME_DOCKER);
    assert_string_equal(probe.api_version, "1.41");
    assert_string_equal(probe.api_version_min, "");
    assert_string_equal(probe.engine_version, "20.10.24");
    assert_string_equal(probe.server, "Docker/20.10.24 (linux)");
    assert_string_equal(probe.os, "linux");
    assert_string_equal(probe.libpod_version, "");
}

static void test_probe__podman_is_known_by_its_header(void **state)
{
    davit__probe probe = probe_of((struct canned_engine){.ping = PODMAN_4_PING});
    assert_int_equal(probe.runtime, DAVIT_RUNTIME_PODMAN);
    assert_string_equal(probe.libpod_version, "4.3.1");
    assert_string_equal(probe.engine_version, "4.3.1");
    assert_string_equal(probe.api_version, "1.41");
}

static void test_probe__podman_without_header_is_known_by_its_components(void **state)
{
    davit__probe probe = probe_of((struct canned_engine){
        .ping = "HTTP/1.1 200 OK\r\nApi-Version: 1.40\r\nContent-Length: 2\r\n\r\nOK",
        .version = JSON_ANSWER "{\"ApiVersion\":\"1.40\",\"MinAPIVersion\":\"1.24\",\"Version\":"
                               "\"3.0.1\",\"Os\":\"linux\",\"Components\":[{\"Name\":\"Podman "
                               "Engine\",\"Details\":{\"APIVersion\":\"3.0.0\"}}]}",
    });
    assert_int_equal(probe.runtime, DAVIT_RUNTIME_PODMAN);
    assert_string_equal(probe.libpod_version, "3.0.0");
    assert_string_equal(probe.engine_version, "3.0.1");
    assert_string_equal(probe.api_version_min, "1.24");
}

static void test_probe__proxy_that_hides_headers_is_asked_for_its_version(void **state)
{
    davit__probe probe = probe_of((struct canned_engine){
        .ping = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK",
        .version = DOCKER_29_VERSION,
    });
    assert_int_equal(probe.runtime, DAVIT_RUNTIME_DOCKER);
    assert_string_equal(probe.api_version, "1.52");
}

static void test_probe__versions_of_engines_newer_than_davit_are_negotiated(void **state)
{
    expect_version((struct canned_engine){.ping = DOCKER_20_PING}, "1.41");
    expect_version((struct canned_engine){.ping = DOCKER_26_PING}, "1.45");
    expect_version((struct canned_engine){.ping = DOCKER_29_PING, .version = DOCKER_29_VERSION},
                   "1.47");
    expect_version((struct canned_engine){.ping = PODMAN_4_PING}, "1.41");
    expect_version((struct canned_engine){.ping = PODMAN_5_PING}, "1.41");
}

static void test_probe__oldest_version_is_asked_only_where_it_matters(void **state)
{
    struct canned_engine old = {.ping = DOCKER_20_PING};
    struct canned_engine new = {.ping = DOCKER_29_PING, .version = DOCKER_29_VERSION};
    probe_of(old);
    davit__probe probe = probe_of(new);
    assert_string_equal(probe.api_version_min, "1.44");
}

static void test_probe__page_instead_of_an_engine_is_shown(void **state)
{
    davit_error error = failure_of(
        (struct canned_engine){.ping = "HTTP/1.1 500 Internal Server Error\r\nContent-Type: "
                                       "text/html\r\nConnection: close\r\n\r\n<html>\n  <h1>Oh "
                                       "\x1b[31m no</h1>"},
        patience());
    assert_int_equal(error.code, DAVIT_ERROR_PROTOCOL);
    assert_int_equal(error.http_status, 500);
    assert_string_equal(error.message, "GET /_ping: status 500 (text/html: <html> <h1>Oh [31m "
                                       "no</h1>) is not how a container engine answers");
}

static void test_probe__friendly_page_is_no_engine_either(void **state)
{
    static const char page[] =
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
        "<!doctype html><title>Welcome to this machine, which serves pages of all kinds</title>";
    davit_error error =
        failure_of((struct canned_engine){.ping = page, .version = page}, patience());
    assert_int_equal(error.code, DAVIT_ERROR_PROTOCOL);
    assert_non_null(strstr(error.message, "<!doctype html>"));
    assert_non_null(strstr(error.message, "...) is not how"));
}

static void test_probe__json_of_another_service_is_refused(void **state)
{
    static const char *const versions[] = {
        JSON_ANSWER "{}",
        JSON_ANSWER "[]",
        JSON_ANSWER "{\"ApiVersion\":141}",
        JSON_ANSWER "{\"ApiVersion\":\"1.41/../..\"}",
        JSON_ANSWER "{\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.2.3\"}",
        JSON_ANSWER "{\"ApiVersion\":\"1.41\"",
        JSON_ANSWER,
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        davit_error error = failure_of(
            (struct canned_engine){.ping = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK",
                                   .version = versions[i]},
            patience());
        assert_int_equal(error.code, DAVIT_ERROR_PROTOCOL);
    }
}

static void test_probe__bad_version_in_the_header_is_refused(void **state)
{
    static const char *const headers[] = {"latest", "1",      "1.",     ".41",
                                          "1.41.0", "1.41 x", "99999.1"};
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        char ping[256];
        snprintf(ping, sizeof ping,
                 "HTTP/1.1 200 OK\r\nApi-Version: %s\r\nServer: Docker/1 (linux)\r\n"
                 "Content-Length: 2\r\n\r\nOK",
                 headers[i]);
        davit_error error = failure_of((struct canned_engine){.ping = ping}, patience());
        assert_int_equal(error.code, DAVIT_ERROR_PROTOCOL);
    }
}

static void test_probe__answers_that_are_no_http_are_refused(void **state)
{
    static const char *const answers[] = {
        "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
        "\x15\x03\x01\x00\x02\x02\x16",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nOK",
        "",
    };
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        davit_error error =
            failure_of((struct canned_engine){.ping = answers[i], .closes = true}, patience());
        assert_int_equal(error.code, DAVIT_ERROR_PROTOCOL);
    }
}

static void test_probe__endless_answer_is_refused(void **state)
{
    davit_error error =
        failure_of((struct canned_engine){.ping = DOCKER_20_PING, .endless = true}, patience());
    assert_int_equal(error.code, DAVIT_ERROR_PROTOCOL);
}

static void test_probe__silence_ends_with_the_deadline(void **state)
{
    davit__limit limit = davit__limit_within((davit__limit){0}, DAVIT_MILLISECONDS(50));
    davit_error error = failure_of((struct canned_engine){.silent = true}, limit);
    assert_int_equal(error.code, DAVIT_ERROR_TIMEOUT);
}

static void test_probe__permission_is_told_from_protocol(void **state)
{
    davit_error error = failure_of(
        (struct canned_engine){.ping = "HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\nno way"},
        patience());
    assert_int_equal(error.code, DAVIT_ERROR_UNAUTHORIZED);
    assert_int_equal(error.http_status, 403);
}

static void test_negotiate__wish_is_heeded_if_both_know_it(void **state)
{
    davit__probe probe = {.api_version = "1.45", .api_version_min = "1.44"};
    char chosen[16] = "";
    assert_int_equal(davit__negotiate("1.44", &probe, chosen, NULL), 0);
    assert_string_equal(chosen, "1.44");
    assert_int_equal(davit__negotiate("01.045", &probe, chosen, NULL), 0);
    assert_string_equal(chosen, "1.45");
    assert_int_equal(davit__negotiate("", &probe, chosen, NULL), 0);
    assert_string_equal(chosen, "1.45");
}

static void expect_refusal(const char *wanted, const davit__probe *probe, int code,
                           const char *message)
{
    char chosen[16] = "as it was";
    davit_error error = DAVIT_ERROR_INIT;
    assert_int_equal(davit__negotiate(wanted, probe, chosen, &error), code);
    assert_int_equal(error.code, code);
    assert_string_equal(error.message, message);
    assert_string_equal(chosen, "as it was");
}

static void test_negotiate__wish_that_cannot_be_met_is_refused(void **state)
{
    davit__probe probe = {.api_version = "1.45", .api_version_min = "1.44"};
    expect_refusal("1.43", &probe, DAVIT_ERROR_UNSUPPORTED,
                   "API version 1.43 was asked for: the engine speaks 1.44 to 1.45");
    expect_refusal("1.46", &probe, DAVIT_ERROR_UNSUPPORTED,
                   "API version 1.46 was asked for: the engine speaks 1.44 to 1.45");
    expect_refusal("1.24", &probe, DAVIT_ERROR_UNSUPPORTED,
                   "API version 1.24 was asked for: davit speaks 1.41 to 1.47");
    expect_refusal("v1.41", &probe, DAVIT_ERROR_INVALID_CONFIG,
                   "API version \"v1.41\": expected MAJOR.MINOR, as in 1.41");
}

static void test_negotiate__engines_out_of_reach_are_refused(void **state)
{
    davit__probe old = {
        .runtime = DAVIT_RUNTIME_DOCKER, .api_version = "1.9", .engine_version = "1.9.1"};
    davit__probe new = {.runtime = DAVIT_RUNTIME_DOCKER,
                        .api_version = "1.60",
                        .api_version_min = "1.48",
                        .engine_version = "33.0.0"};
    expect_refusal(
        NULL, &old, DAVIT_ERROR_UNSUPPORTED,
        "Docker 1.9.1 is too old: its API is 1.9, davit needs 1.41 or newer; upgrade the "
        "engine");
    expect_refusal(NULL, &new, DAVIT_ERROR_UNSUPPORTED,
                   "Docker 33.0.0 is too new: its API begins at 1.48, davit speaks 1.41 to 1.47; "
                   "upgrade davit");
}

static void test_version_compare__goes_by_numbers(void **state)
{
    assert_true(davit__version_compare("1.9", "1.41") < 0);
    assert_true(davit__version_compare("1.41", "1.9") > 0);
    assert_true(davit__version_compare("2.0", "1.99") > 0);
    assert_int_equal(davit__version_compare("1.41", "1.41"), 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_probe__docker_20_is_known_by_its_ping),
    cmocka_unit_test(test_probe__podman_is_known_by_its_header),
    cmocka_unit_test(test_probe__podman_without_header_is_known_by_its_components),
    cmocka_unit_test(test_probe__proxy_that_hides_headers_is_asked_for_its_version),
    cmocka_unit_test(test_probe__versions_of_engines_newer_than_davit_are_negotiated),
    cmocka_unit_test(test_probe__oldest_version_is_asked_only_where_it_matters),
    cmocka_unit_test(test_probe__page_instead_of_an_engine_is_shown),
    cmocka_unit_test(test_probe__friendly_page_is_no_engine_either),
    cmocka_unit_test(test_probe__json_of_another_service_is_refused),
    cmocka_unit_test(test_probe__bad_version_in_the_header_is_refused),
    cmocka_unit_test(test_probe__answers_that_are_no_http_are_refused),
    cmocka_unit_test(test_probe__endless_answer_is_refused),
    cmocka_unit_test(test_probe__silence_ends_with_the_deadline),
    cmocka_unit_test(test_probe__permission_is_told_from_protocol),
    cmocka_unit_test(test_negotiate__wish_is_heeded_if_both_know_it),
    cmocka_unit_test(test_negotiate__wish_that_cannot_be_met_is_refused),
    cmocka_unit_test(test_negotiate__engines_out_of_reach_are_refused),
    cmocka_unit_test(test_version_compare__goes_by_numbers),
};
DAVIT_TEST_MAIN(tests)
