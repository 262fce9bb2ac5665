/* SPDX-License-Identifier: MIT */
/* The embedded service with the real podman, on storage of its own. */
#include "embedded.h"

#include "memory.h"
#include "support/runner.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#define IDLE_SECONDS 2

struct scene {
    char folder[128];
    davit__embedded_options options;
    davit__embedded *embedded;
    davit__address address;
    davit__http *http;
};

static davit__limit patience(void)
{
    return davit__limit_within((davit__limit){0}, DAVIT_SECONDS(50));
}

static void write_storage_settings(const char *folder)
{
    char path[256];
    snprintf(path, sizeof path, "%s/storage.conf", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "[storage]\ndriver = \"vfs\"\ngraphroot = \"%s/root\"\nrunroot = \"%s/run\"\n",
            folder, folder);
    assert_int_equal(fclose(file), 0);
    setenv("CONTAINERS_STORAGE_CONF", path, 1);
}

static int set_up(void **state)
{
    const char *work = getenv("TMPDIR");
    if (!getenv("DAVIT_TEST_WORK") || !work) {
        fail_msg("only in the private world of ./test.sh: the machine's Podman is not touched");
        return -1;
    }
    struct scene *scene = calloc(1, sizeof *scene);
    snprintf(scene->folder, sizeof scene->folder, "%s/eXXXXXX", work);
    assert_non_null(mkdtemp(scene->folder));
    write_storage_settings(scene->folder);
    scene->options = (davit__embedded_options){
        .folder = scene->folder,
        .idle_seconds = IDLE_SECONDS,
    };
    davit_error error = DAVIT_ERROR_INIT;
    davit__embedded_open(&scene->options, &scene->embedded, &error);
    assert_string_equal(error.message, "");
    const char *host = davit__embedded_host(scene->embedded);
    assert_int_equal(davit__address_parse(host, &scene->address, NULL), 0);
    assert_int_equal(davit__http_open(&scene->address, &scene->http, NULL), 0);
    *state = scene;
    return 0;
}

static pid_t recorded(const struct scene *scene)
{
    char path[256], text[32] = "";
    snprintf(path, sizeof path, "%s/service.pid", scene->folder);
    FILE *file = fopen(path, "r");
    if (file) {
        assert_non_null(fgets(text, sizeof text, file));
        fclose(file);
    }
    return atoi(text);
}

/* Whether it runs and is no zombie. */
static bool runs(pid_t pid)
{
    char path[64], text[16];
    snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pid);
    FILE *file = fopen(path, "r");
    size_t length = file ? fread(text, 1, sizeof text, file) : 0;
    if (file) {
        fclose(file);
    }
    return length > 0;
}

static bool ends_within(pid_t pid, int seconds)
{
    for (int i = 0; i < seconds * 20 && runs(pid); i++) {
        poll(NULL, 0, 50);
    }
    return !runs(pid);
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    pid_t pid = recorded(scene);
    if (pid > 1) {
        kill(pid, SIGKILL);
        ends_within(pid, 10);
    }
    davit__http_close(scene->http);
    davit__address_free(&scene->address);
    davit__embedded_free(scene->embedded);
    char command[256];
    snprintf(command, sizeof command, "rm -rf %s", scene->folder);
    int r = system(command);
    free(scene);
    return r;
}

static pid_t ensure(struct scene *scene)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit__probe probe = {0};
    int r = davit__embedded_ensure(scene->embedded, patience(), &probe, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(r, 0);
    assert_int_equal(probe.runtime, DAVIT_RUNTIME_PODMAN);
    assert_string_not_equal(probe.libpod_version, "");
    return recorded(scene);
}

static int get(struct scene *scene, const char *target)
{
    DAVIT__BUFFER davit__buffer answer = DAVIT__BUFFER_INIT;
    return davit__http_call(scene->http, "GET", target, NULL, patience(), &answer, NULL);
}

static void test_embedded_podman__serves_and_ends_when_idle(void **state)
{
    struct scene *scene = *state;
    pid_t pid = ensure(scene);
    assert_int_equal(get(scene, "/v4.0.0/libpod/info"), 200);
    assert_int_equal(get(scene, "/v1.41/containers/json?all=1"), 200);
    assert_true(runs(pid));
    assert_true(ends_within(pid, 20)); /* our kept connection does not hold it */
    assert_int_equal(get(scene, "/_ping"), DAVIT_ERROR_RUNTIME_NOT_AVAILABLE);
    assert_int_not_equal(ensure(scene), pid);
    assert_int_equal(get(scene, "/_ping"), 200);
}

static void test_embedded_podman__stream_under_way_keeps_it(void **state)
{
    struct scene *scene = *state;
    pid_t pid = ensure(scene);
    davit__http_request request = {.method = "GET", .target = "/v1.41/events", .limit = patience()};
    davit__http_exchange *events = NULL;
    assert_int_equal(davit__http_start(scene->http, &request, &events, NULL), 0);
    assert_int_equal(davit__http_receive(events, NULL), 200);
    assert_false(ends_within(pid, 2 * IDLE_SECONDS + 1));
    davit__http_end(events);
    assert_true(ends_within(pid, 20));
}

static void test_embedded_podman__killed_service_is_started_anew(void **state)
{
    struct scene *scene = *state;
    for (int i = 0; i < 3; i++) {
        pid_t pid = ensure(scene);
        assert_int_equal(kill(pid, SIGKILL), 0);
        assert_true(ends_within(pid, 10));
        assert_int_not_equal(ensure(scene), pid);
        assert_int_equal(get(scene, "/_ping"), 200);
    }
}

static void test_embedded_podman__starters_at_once_share_one(void **state)
{
    struct scene *scene = *state;
    pid_t starters[6];
    for (size_t i = 0; i < DAVIT__COUNT(starters); i++) {
        starters[i] = fork();
        if (starters[i] == 0) {
            _exit(davit__embedded_ensure(scene->embedded, patience(), NULL, NULL) ? 1 : 0);
        }
    }
    for (size_t i = 0; i < DAVIT__COUNT(starters); i++) {
        int status;
        assert_int_equal(waitpid(starters[i], &status, 0), starters[i]);
        assert_int_equal(status, 0);
    }
    char command[256];
    snprintf(command, sizeof command, "[ $(pgrep -cf 'syste[m] service .*%s/podman.sock') = 1 ]",
             scene->folder);
    assert_int_equal(system(command), 0);
    assert_int_equal(get(scene, "/_ping"), 200);
}

/* As it is asked again and again, it comes upon the service in all stages of its end. */
static void test_embedded_podman__is_there_whenever_asked_around_its_end(void **state)
{
    struct scene *scene = *state;
    for (int i = 0; i < 8; i++) {
        pid_t pid = ensure(scene);
        assert_int_equal(get(scene, "/_ping"), 200);
        poll(NULL, 0, IDLE_SECONDS * 1000 - 60 + 20 * i);
        ensure(scene);
        assert_int_equal(get(scene, "/_ping"), 200);
        assert_true(pid > 1);
    }
}

#define TEST(name_)                                                                                \
    cmocka_unit_test_setup_teardown(test_embedded_podman__##name_, set_up, tear_down)

static const struct CMUnitTest tests[] = {
    TEST(serves_and_ends_when_idle),
    TEST(stream_under_way_keeps_it),
    TEST(killed_service_is_started_anew),
    TEST(starters_at_once_share_one),
    TEST(is_there_whenever_asked_around_its_end),
};
DAVIT_TEST_MAIN(tests)
