/* SPDX-License-Identifier: MIT */
/* What each operation on images asks the engines, word for word, and what is made of answers that
 * are no good. The engines are played; their answers are real ones, shortened. */
#include "support/canned_engine.h"
#include "support/replies.h"

#include <davit/davit.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#define ITEMS(array) (sizeof(array) / sizeof((array)[0]))

#define ID           "6fdf36e91ee9587ab99ecc9e56334f409e391ddafb0122bff2c32d4c2cb5e883"

static const struct {
    const char *part; /* of the request's first line */
    const char *answer;
} answers[] = {
    {"GET /v1.41/images/web/history", "[]"},
    {"GET /v4.0.0/libpod/images/web/json", "{\"Id\":\"" ID "\"}"},
    {"GET /v1.41/images/" ID "/json", "{\"Id\":\"sha256:" ID "\"}"},
    {"GET /v4.0.0/libpod/images/sha256%3A" ID "/history", "[]"},
    {"GET /v1.41/images/get?", "a tar"},
    {"GET /v4.0.0/libpod/images/export?", "a tar"},
    {"POST /v1.41/images/load?", "{\"stream\":\"Loaded image: web:1\\n\"}\n"
                                 "{\"stream\":\"Loaded image ID: sha256:1\\n\"}\n"},
    {"POST /v4.0.0/libpod/images/load", "{\"Names\":[\"web:1\",\"" ID "\"]}"},
    {"POST /v1.41/images/create?fromSrc", "{\"status\":\"sha256:" ID "\"}\n"},
    {"POST /v4.0.0/libpod/images/import", "{\"Id\":\"" ID "\"}"},
    {"POST /v1.45/build?", "{\"id\":\"moby.image.id\",\"aux\":{\"ID\":\"sha256:" ID "\"}}\n"},
    {"POST /v4.0.0/libpod/build?", "{\"stream\":\"" ID "\\n\"}\n"},
};

struct played {
    const char *ping;
    const char *answer; /* to everything but the ping; NULL: as above */
    const char *status; /* NULL: "200 OK" */
    pthread_mutex_t lock;
    char requests[4096];
    struct peer *peer;
    davit_engine *engine;
};

static void note(struct played *played, const char *request)
{
    pthread_mutex_lock(&played->lock);
    size_t length = strlen(played->requests);
    snprintf(played->requests + length, sizeof played->requests - length, "%.*s\n",
             (int)(strstr(request, " HTTP/1.1") - request), request);
    pthread_mutex_unlock(&played->lock);
}

static const char *answer_to(const struct played *played, const char *request)
{
    for (size_t i = 0; i < ITEMS(answers) && !played->answer; i++) {
        if (strncmp(request, answers[i].part, strlen(answers[i].part)) == 0) {
            return answers[i].answer;
        }
    }
    return played->answer ? played->answer : "{\"message\":\"what?\"}";
}

static void serve(struct peer_connection *connection)
{
    struct played *played = connection->context;
    while (peer_read_request(connection)) {
        if (strstr(connection->request, "GET /_ping ")) {
            peer_send_text(connection, played->ping);
            continue;
        }
        note(played, connection->request);
        const char *body = answer_to(played, connection->request);
        char head[128];
        snprintf(head, sizeof head, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n",
                 played->status ? played->status : "200 OK", strlen(body));
        if (!peer_send_text(connection, head) || !peer_send_text(connection, body)) {
            return;
        }
    }
}

static void play(struct played *played, const char *ping)
{
    char host[256];
    *played = (struct played){.ping = ping};
    pthread_mutex_init(&played->lock, NULL);
    played->peer = peer_start(serve, played);
    snprintf(host, sizeof host, "unix://%s", peer_path(played->peer));
    davit_engine_options options = DAVIT_ENGINE_OPTIONS_INIT;
    options.host = host;
    options.timeout_ms = 20000;
    davit_error error = DAVIT_ERROR_INIT;
    assert_done(davit_engine_open(&options, &played->engine, &error), &error);
}

static void end(struct played *played)
{
    davit_engine_close(played->engine);
    peer_stop(played->peer);
    pthread_mutex_destroy(&played->lock);
}

static int count_bytes(void *context, const void *data, size_t length)
{
    (void)data;
    *(size_t *)context += length;
    return 0;
}

/* A tar without entries. */
static int empty_tar(void)
{
    int fd = memfd_create("tar", MFD_CLOEXEC);
    assert_int_equal(ftruncate(fd, 10240), 0);
    return fd;
}

static void note_loaded(void *context, const char *name)
{
    strcat(strcat(context, name), " ");
}

static void send_archives(davit_engine *engine)
{
    static const char *const changes[] = {"CMD [\"sh\"]", "ENV A=\"b c\""};
    const davit_image_import_options options = {
        .name = "localhost/web", .message = "a & b", .changes = changes, .change_count = 2};
    davit_error error = DAVIT_ERROR_INIT;
    char loaded[256] = "";
    char *id = NULL;
    int tar = empty_tar();
    assert_done(davit_image_load(engine, tar, note_loaded, loaded, &error), &error);
    assert_non_null(strstr(loaded, "web:1 sha256:"));
    lseek(tar, 0, SEEK_SET);
    assert_done(davit_image_import(engine, tar, NULL, &id, &error), &error);
    assert_text(id, "sha256:" ID);
    lseek(tar, 0, SEEK_SET);
    assert_done(davit_image_import(engine, tar, &options, &id, &error), &error);
    assert_text(id, "sha256:" ID);
    close(tar);
}

static void ask_everything(davit_engine *engine)
{
    static const char *const names[] = {"web", "127.0.0.1:5000/a b:1"};
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT_CLEANUP(davit_image_history_free) davit_image_history *history = NULL;
    size_t saved = 0;
    assert_done(davit_image_history_get(engine, "web", &history, &error), &error);
    assert_int_equal(history->count, 0);
    assert_done(davit_image_save(engine, names, 2, count_bytes, &saved, &error), &error);
    assert_int_equal(saved, strlen("a tar"));
    send_archives(engine);
}

static void test_image_requests__docker(void **state)
{
    (void)state;
    struct played played;
    play(&played, DOCKER_20_PING);
    ask_everything(played.engine);
    assert_golden_text(played.requests, "docker-20.10/image-requests.expected");
    end(&played);
}

static void test_image_requests__podman(void **state)
{
    (void)state;
    struct played played;
    play(&played, PODMAN_4_PING);
    ask_everything(played.engine);
    assert_golden_text(played.requests, "podman-4.3/image-requests.expected");
    end(&played);
}

/* ---- builds ---- */

static davit_build_context whole_build(void)
{
    static const char *const images[] = {"localhost/web", "shop"};
    static const char *const hosts[] = {"db:10.0.0.1", "v6:::1"};
    static const char *const limits[] = {"nofile=1024:2048", "nproc=64", "memlock=-1:-1"};
    davit_build_context build = DAVIT_BUILD_CONTEXT_INIT;
    build.dockerfile = "FROM scratch\n";
    build.cache_from = images;
    build.cache_from_count = ITEMS(images);
    build.platform = "linux/arm64";
    build.extra_hosts = hosts;
    build.extra_host_count = ITEMS(hosts);
    build.shm_size = DAVIT_MIB(8);
    build.ulimits = limits;
    build.ulimit_count = ITEMS(limits);
    return build;
}

static void expect_build(const char *ping, const davit_build_context *build, const char *golden)
{
    struct played played;
    davit_error error = DAVIT_ERROR_INIT;
    char *id = NULL;
    play(&played, ping);
    assert_done(davit_image_build(played.engine, build, NULL, NULL, &id, &error), &error);
    assert_text(id, "sha256:" ID);
    assert_golden_text(played.requests, golden);
    end(&played);
}

static void test_image_requests__build_on_docker(void **state)
{
    (void)state;
    davit_build_context build = whole_build();
    expect_build(DOCKER_26_PING, &build, "docker-20.10/build-request.expected");
}

static void test_image_requests__build_on_podman(void **state)
{
    (void)state;
    static const davit_build_secret secret = {.id = "token", .data = "abc", .length = 3};
    davit_build_context build = whole_build();
    build.memory = DAVIT_MIB(64);
    build.squash = true;
    build.secrets = &secret;
    build.secret_count = 1;
    expect_build(PODMAN_4_PING, &build, "podman-4.3/build-request.expected");
}

static void expect_no_build(const char *ping, const davit_build_context *build,
                            davit_error_code code, const char *part)
{
    struct played played;
    davit_error error = DAVIT_ERROR_INIT;
    char *id = NULL;
    play(&played, ping);
    assert_failed(davit_image_build(played.engine, build, NULL, NULL, &id, &error), &error, code,
                  part);
    assert_string_equal(played.requests, "");
    end(&played);
}

static void test_image_requests__what_an_engine_cannot_build_is_refused_by_name(void **state)
{
    (void)state;
    static const davit_build_secret secret = {.id = "token", .data = "abc", .length = 3};
    static const char *const agent = "default";
#define REFUSED(ping, part, ...)                                                                   \
    expect_no_build(ping,                                                                          \
                    &(davit_build_context){.struct_size = sizeof(davit_build_context),             \
                                           .dockerfile = "FROM scratch\n",                         \
                                           .tar = -1,                                              \
                                           __VA_ARGS__},                                           \
                    DAVIT_ERROR_UNSUPPORTED, "build: " part)
    REFUSED(DOCKER_26_PING,
            "secrets: unsupported by this engine (docker): needs a BuildKit session",
            .secrets = &secret, .secret_count = 1);
    REFUSED(DOCKER_26_PING, "ssh: unsupported by this engine (docker): ", .ssh = &agent,
            .ssh_count = 1);
    REFUSED(DOCKER_26_PING, "squash: unsupported by this engine (docker): needs a daemon in exper",
            .squash = true);
    REFUSED(DOCKER_26_PING, "memory: unsupported by this engine (docker): BuildKit", .memory = 1);
    REFUSED(DOCKER_20_PING, "shm size: unsupported by this engine (docker): needs Docker 23",
            .shm_size = 1);
    static const char *const limit = "nofile=1";
    REFUSED(DOCKER_20_PING, "ulimits: unsupported by this engine (docker): needs Docker 23",
            .ulimits = &limit, .ulimit_count = 1);
    REFUSED(PODMAN_4_PING, "ssh: unsupported by this engine (podman): ", .ssh = &agent,
            .ssh_count = 1);
}

static void test_image_requests__values_that_cannot_be_meant_are_refused(void **state)
{
    (void)state;
    static const char *const limits[] = {"nofile",     "nofile=",  "=1",           "nofile=a",
                                         "nofile=1:b", "NOFILE=1", "nofile=1:2:3", ""};
    static const char *const hosts[] = {"db", "db:", ":1.2.3.4", ""};
    static const davit_build_secret secrets[] = {
        {.id = "", .data = "a", .length = 1},
        {.id = "a,b", .data = "a", .length = 1},
        {.data = "a", .length = 1},
        {.id = "big", .data = "", .length = 512001},
    };
    davit_build_context build = DAVIT_BUILD_CONTEXT_INIT;
    build.dockerfile = "FROM scratch\n";
    build.ulimit_count = 1;
    for (size_t i = 0; i < ITEMS(limits); i++) {
        build.ulimits = &limits[i];
        expect_no_build(PODMAN_4_PING, &build, DAVIT_ERROR_INVALID_CONFIG, "build: ulimit: '");
    }
    build.ulimit_count = 0;
    build.extra_host_count = 1;
    for (size_t i = 0; i < ITEMS(hosts); i++) {
        build.extra_hosts = &hosts[i];
        expect_no_build(PODMAN_4_PING, &build, DAVIT_ERROR_INVALID_CONFIG, "build: extra host: '");
    }
    build.extra_host_count = 0;
    build.secret_count = 1;
    for (size_t i = 0; i < ITEMS(secrets); i++) {
        build.secrets = &secrets[i];
        expect_no_build(PODMAN_4_PING, &build, DAVIT_ERROR_INVALID_CONFIG, "build: secret ");
    }
    build.secrets = &(davit_build_secret){.id = "none", .path = "/no/such/file"};
    expect_no_build(PODMAN_4_PING, &build, DAVIT_ERROR_IO, "secret none: /no/such/file: ");
    build.secret_count = 0;
    build.memory = -1;
    expect_no_build(PODMAN_4_PING, &build, DAVIT_ERROR_INVALID_CONFIG, "build: memory -1: ");
}

/* ---- answers that are no good ---- */

static void expect_bad_history(struct played *played, const char *answer)
{
    davit_image_history *history = NULL;
    davit_error error = DAVIT_ERROR_INIT;
    played->answer = answer;
    assert_failed(davit_image_history_get(played->engine, "web", &history, &error), &error,
                  DAVIT_ERROR_PROTOCOL, "history of image web: ");
    assert_null(history);
}

static void test_image_requests__a_history_that_is_none_is_a_protocol_error(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "{}", "", "[1]", "[{\"Size\":\"big\"}]", "[{\"Id\":1}", "[{\"Tags\":{}}]"};
    struct played played;
    play(&played, DOCKER_20_PING);
    for (size_t i = 0; i < ITEMS(bad); i++) {
        expect_bad_history(&played, bad[i]);
    }
    end(&played);
}

/* An archive of which the engine says this. */
static void expect_bad_load(struct played *played, const char *status, const char *answer,
                            davit_error_code code, const char *part)
{
    davit_error error = DAVIT_ERROR_INIT;
    int tar = empty_tar();
    played->status = status;
    played->answer = answer;
    assert_failed(davit_image_load(played->engine, tar, NULL, NULL, &error), &error, code, part);
    close(tar);
}

static void test_image_requests__an_archive_without_images_is_told_in_one_line(void **state)
{
    (void)state;
    static const char plain[] = "load: the archive holds no images, or is cut short";
    struct played played;
    play(&played, DOCKER_20_PING);
    expect_bad_load(&played, NULL,
                    "{\"errorDetail\":{\"message\":\"open /data/tmp/docker-import-1/repositories: "
                    "no such file or directory\"}}\n",
                    DAVIT_ERROR_IMAGE, plain);
    expect_bad_load(&played, "500 Internal Server Error",
                    "{\"message\":\"invalid archive: does not contain a manifest.json\"}",
                    DAVIT_ERROR_IMAGE, plain);
    expect_bad_load(&played, NULL, "{\"error\":\"no space left on device\"}\n", DAVIT_ERROR_IMAGE,
                    "no space left on device");
    expect_bad_load(&played, NULL, "no json\n", DAVIT_ERROR_PROTOCOL, "load: ");
    end(&played);
    play(&played, PODMAN_4_PING);
    expect_bad_load(&played, "500 Internal Server Error",
                    "{\"message\":\"unable to load image: payload does not match any of the "
                    "supported image formats:\\n * oci: open /var/tmp/x/index.json: no\"}",
                    DAVIT_ERROR_IMAGE, plain);
    expect_bad_load(&played, NULL, "", DAVIT_ERROR_PROTOCOL, "load: ");
    end(&played);
}

static void test_image_requests__an_import_without_an_image_is_a_protocol_error(void **state)
{
    (void)state;
    static const char *const pings[] = {DOCKER_20_PING, PODMAN_4_PING};
    for (size_t i = 0; i < ITEMS(pings); i++) {
        struct played played;
        davit_error error = DAVIT_ERROR_INIT;
        char *id = NULL;
        int tar = empty_tar();
        play(&played, pings[i]);
        played.answer = "{}\n";
        assert_failed(davit_image_import(played.engine, tar, NULL, &id, &error), &error,
                      DAVIT_ERROR_PROTOCOL, "import: the engine gave no image");
        assert_null(id);
        close(tar);
        end(&played);
    }
}

/* ---- what is refused before the engine is asked ---- */

static void expect_no_archive(struct played *played, const char *content, size_t length,
                              const char *part)
{
    davit_error error = DAVIT_ERROR_INIT;
    char *id = NULL;
    int fd = memfd_create("archive", MFD_CLOEXEC);
    assert_int_equal(write(fd, content, length), (ssize_t)length);
    lseek(fd, 0, SEEK_SET);
    assert_failed(davit_image_load(played->engine, fd, NULL, NULL, &error), &error,
                  DAVIT_ERROR_INVALID_CONFIG, part);
    lseek(fd, 0, SEEK_SET);
    assert_failed(davit_image_import(played->engine, fd, NULL, &id, &error), &error,
                  DAVIT_ERROR_INVALID_CONFIG, part);
    close(fd);
}

static void test_image_requests__what_is_no_tar_is_refused(void **state)
{
    (void)state;
    struct played played;
    char text[2048];
    memset(text, 'x', sizeof text);
    play(&played, DOCKER_20_PING);
    expect_no_archive(&played, "", 0, "the archive is empty");
    expect_no_archive(&played, "hello\n", 6, "the archive is no tar");
    expect_no_archive(&played, text, sizeof text, "the archive is no tar");
    davit_error error = DAVIT_ERROR_INIT;
    assert_failed(davit_image_load(played.engine, -1, NULL, NULL, &error), &error, DAVIT_ERROR_IO,
                  "load: reading the archive: ");
    end(&played);
}

static void test_image_requests__names_that_cannot_be_meant_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"UPPER", "a:b:c", "", ("a@sha256:" ID)};
    struct played played;
    davit_error error = DAVIT_ERROR_INIT;
    size_t saved = 0;
    char *id = NULL;
    play(&played, DOCKER_20_PING);
    for (size_t i = 0; i < ITEMS(bad); i++) {
        davit_image_import_options options = {.name = bad[i]};
        assert_failed(davit_image_import(played.engine, 0, &options, &id, &error), &error,
                      DAVIT_ERROR_INVALID_CONFIG, "import: ");
    }
    static const char *const names[] = {"web", "../x"};
    assert_failed(davit_image_save(played.engine, names, 2, count_bytes, &saved, &error), &error,
                  DAVIT_ERROR_INVALID_CONFIG, "save: image '../x'");
    assert_failed(davit_image_save(played.engine, names, 0, count_bytes, &saved, &error), &error,
                  DAVIT_ERROR_INVALID_CONFIG, "save: no image is given");
    assert_string_equal(played.requests, "");
    end(&played);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_image_requests__build_on_docker),
    cmocka_unit_test(test_image_requests__build_on_podman),
    cmocka_unit_test(test_image_requests__what_an_engine_cannot_build_is_refused_by_name),
    cmocka_unit_test(test_image_requests__values_that_cannot_be_meant_are_refused),
    cmocka_unit_test(test_image_requests__an_archive_without_images_is_told_in_one_line),
    cmocka_unit_test(test_image_requests__an_import_without_an_image_is_a_protocol_error),
    cmocka_unit_test(test_image_requests__what_is_no_tar_is_refused),
    cmocka_unit_test(test_image_requests__names_that_cannot_be_meant_are_refused),
    cmocka_unit_test(test_image_requests__docker),
    cmocka_unit_test(test_image_requests__podman),
    cmocka_unit_test(test_image_requests__a_history_that_is_none_is_a_protocol_error),
};
DAVIT_TEST_MAIN(tests)
