/* SPDX-License-Identifier: MIT */
#include "findings.h"
#include "memory.h"
#include "support/canned_engine.h"
#include "support/runner.h"

#include <sys/utsname.h>

static const davit_finding *find(const davit_diagnosis *diagnosis, const char *subject,
                                 const char *part)
{
    for (size_t i = 0; i < diagnosis->count; i++) {
        const davit_finding *finding = &diagnosis->items[i];
        if (strcmp(finding->subject, subject) == 0 && strstr(finding->text, part)) {
            return finding;
        }
    }
    return NULL;
}

static void expect_finding(const davit_diagnosis *diagnosis, const char *subject, const char *part,
                           davit_finding_level level, bool has_remedy)
{
    const davit_finding *finding = find(diagnosis, subject, part);
    if (!finding) {
        for (size_t i = 0; i < diagnosis->count; i++) {
            print_message("%s: %s\n", diagnosis->items[i].subject, diagnosis->items[i].text);
        }
        fail_msg("no finding on %s with \"%s\"", subject, part);
        return;
    }
    assert_int_equal(finding->level, level);
    assert_int_equal(finding->remedy != NULL, has_remedy);
}

/* ---- parts ---- */

static void expect_dns(const char *resolv_conf, davit_finding_level level, const char *part)
{
    davit_diagnosis *diagnosis = calloc(1, sizeof *diagnosis);
    davit__findings findings = {.diagnosis = diagnosis};
    davit__examine_dns(&findings, resolv_conf);
    assert_int_equal(diagnosis->count, 1);
    expect_finding(diagnosis, "dns", part, level, level != DAVIT_FINDING_OK);
    davit_diagnosis_free(diagnosis);
}

static void test_doctor__dns_servers_that_containers_reach_are_counted(void **state)
{
    expect_dns("search lan\nnameserver 10.0.0.1\n nameserver\t2001:db8::1 \n#nameserver 1.1.1.1\n",
               DAVIT_FINDING_OK, "2 servers");
    expect_dns("nameserver 127.0.0.1\nnameserver 9.9.9.9", DAVIT_FINDING_OK, "1 server ");
    expect_dns("nameserver 127.0.0.53\noptions edns0\n", DAVIT_FINDING_NOTE, "this machine itself");
    expect_dns("nameserver ::1\n", DAVIT_FINDING_NOTE, "this machine itself");
    expect_dns("", DAVIT_FINDING_WARNING, "names no server");
    expect_dns("nameserver\nnameserver \nnameservers 1.1.1.1\n", DAVIT_FINDING_WARNING,
               "names no server");
}

static void expect_disk(uint64_t available, uint64_t total, davit_finding_level level,
                        const char *part)
{
    davit_diagnosis *diagnosis = calloc(1, sizeof *diagnosis);
    davit__findings findings = {.diagnosis = diagnosis};
    davit__examine_disk(&findings, "/data", available, total);
    expect_finding(diagnosis, "disk", part, level, level != DAVIT_FINDING_OK);
    davit_diagnosis_free(diagnosis);
}

static void test_doctor__disk_is_judged_by_what_is_free(void **state)
{
    const uint64_t gb = 1000000000;
    expect_disk(50 * gb, 100 * gb, DAVIT_FINDING_OK, "/data: 50.0GB free");
    expect_disk(3 * gb, 100 * gb, DAVIT_FINDING_WARNING, "/data: only 3.0GB free");
    expect_disk(1 * gb, 2 * gb, DAVIT_FINDING_WARNING, "only 1.0GB free");
    expect_disk(gb / 8, 2 * gb, DAVIT_FINDING_PROBLEM, "0.12GB free: builds and pulls");
}

/* ---- the whole ---- */

static davit_diagnosis *diagnose(struct canned_engine engine, const char *host)
{
    struct peer *peer = peer_start(canned_serve, &engine);
    char address[128];
    snprintf(address, sizeof address, "unix://%s", peer_path(peer));
    davit_engine_options options = DAVIT_ENGINE_OPTIONS_INIT;
    options.host = host ? host : address;
    davit_diagnosis *diagnosis = NULL;
    davit_error error = DAVIT_ERROR_INIT;
    int r = davit_diagnose(&options, &diagnosis, &error);
    peer_stop(peer);
    assert_string_equal(error.message, "");
    assert_int_equal(r, 0);
    return diagnosis;
}

static void test_doctor__no_engine_is_a_finding(void **state)
{
    DAVIT_CLEANUP(davit_diagnosis_free)
    davit_diagnosis *diagnosis = diagnose((struct canned_engine){0}, "unix:///nowhere/docker.sock");
    expect_finding(diagnosis, "engine", "unix:///nowhere/docker.sock: no such socket",
                   DAVIT_FINDING_PROBLEM, true);
    assert_non_null(find(diagnosis, "cgroup", "")); /* the machine can be looked at all the same */
    assert_non_null(find(diagnosis, "dns", ""));
}

static void test_doctor__what_is_no_engine_is_a_finding(void **state)
{
    DAVIT_CLEANUP(davit_diagnosis_free)
    davit_diagnosis *diagnosis =
        diagnose((struct canned_engine){.ping = "SSH-2.0-x\r\n", .closes = true}, NULL);
    expect_finding(diagnosis, "engine", "not HTTP", DAVIT_FINDING_PROBLEM, false);
    expect_finding(diagnosis, "search", "not HTTP", DAVIT_FINDING_WARNING, true);
}

static void test_doctor__engine_elsewhere_is_asked_but_its_machine_not_looked_at(void **state)
{
    struct canned_engine engine = {
        .ping = DOCKER_20_PING,
        .version =
            JSON_ANSWER "{\"Name\":\"far-away\",\"KernelVersion\":\"1.0\",\"Driver\":\"vfs\","
                        "\"Warnings\":[\"WARNING: No swap limit support\"]}",
    };
    DAVIT_CLEANUP(davit_diagnosis_free) davit_diagnosis *diagnosis = diagnose(engine, NULL);
    expect_finding(diagnosis, "engine", "Docker 20.10.24 at unix://", DAVIT_FINDING_OK, false);
    expect_finding(diagnosis, "api", "version 1.41", DAVIT_FINDING_OK, false);
    expect_finding(diagnosis, "storage", "vfs", DAVIT_FINDING_WARNING, true);
    expect_finding(diagnosis, "engine", "No swap limit support", DAVIT_FINDING_NOTE, false);
    assert_null(find(diagnosis, "engine", "WARNING"));
    expect_finding(diagnosis, "engine", "another machine (far-away)", DAVIT_FINDING_NOTE, false);
    assert_null(find(diagnosis, "dns", ""));
}

static void test_doctor__machine_of_the_engine_is_looked_at(void **state)
{
    char answer[1024];
    struct utsname self;
    uname(&self);
    snprintf(answer, sizeof answer,
             JSON_ANSWER "{\"Name\":\"%s\",\"KernelVersion\":\"%s\",\"Driver\":\"overlay2\","
                         "\"DockerRootDir\":\"/\",\"DefaultRuntime\":\"runc\"}",
             self.nodename, self.release);
    struct canned_engine engine = {.ping = DOCKER_20_PING, .version = answer};
    DAVIT_CLEANUP(davit_diagnosis_free) davit_diagnosis *diagnosis = diagnose(engine, NULL);
    expect_finding(diagnosis, "storage", "overlay2", DAVIT_FINDING_OK, false);
    expect_finding(diagnosis, "runtime", "runc", DAVIT_FINDING_OK, false);
    assert_non_null(find(diagnosis, "disk", "/: "));
    assert_non_null(find(diagnosis, "limits", ""));
    assert_non_null(find(diagnosis, "cgroup", "version"));
}

static void test_doctor__podman_without_timers_is_told(void **state)
{
    struct canned_engine engine = {
        .ping = PODMAN_4_PING,
        .version = JSON_ANSWER "{\"Name\":\"far-away\",\"KernelVersion\":\"1.0\"}",
    };
    DAVIT_CLEANUP(davit_diagnosis_free) davit_diagnosis *diagnosis = diagnose(engine, NULL);
    bool systemd = access("/run/systemd/system", F_OK) == 0;
    assert_int_equal(find(diagnosis, "health", "no health timer") == NULL, systemd);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_doctor__dns_servers_that_containers_reach_are_counted),
    cmocka_unit_test(test_doctor__disk_is_judged_by_what_is_free),
    cmocka_unit_test(test_doctor__no_engine_is_a_finding),
    cmocka_unit_test(test_doctor__what_is_no_engine_is_a_finding),
    cmocka_unit_test(test_doctor__engine_elsewhere_is_asked_but_its_machine_not_looked_at),
    cmocka_unit_test(test_doctor__machine_of_the_engine_is_looked_at),
    cmocka_unit_test(test_doctor__podman_without_timers_is_told),
};
DAVIT_TEST_MAIN(tests)
