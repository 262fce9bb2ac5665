/* SPDX-License-Identifier: MIT */
/* What is sent to an engine for each operation: all requests of one after the other, compared with
 * a golden of each engine. */
#include "support/canned_engine.h"
#include "support/replies.h"

#include <davit/davit.h>
#include <pthread.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* An engine that notes what it is asked and always has the same answers. */
struct scribe {
    const char *ping;
    pthread_mutex_t lock;
    char text[65536];
};

static const struct {
    const char *part; /* of the request's first line */
    const char *answer;
} answers[] = {
    {"/containers/web/json",
     "{\"Id\":\"abc\",\"Name\":\"/web\",\"State\":{\"Status\":\"running\"}}"},
    {"/containers/web/exec", "{\"Id\":\"0123\"}"},
    {"/exec/0123/json", "{\"Running\":false,\"ExitCode\":0}"},
    {"/top", "{\"Titles\":[\"PID\"],\"Processes\":[[\"1\"]]}"},
    {"/changes", "[{\"Path\":\"/b\",\"Kind\":1},{\"Path\":\"/a\",\"Kind\":2}]"},
    {"/commit", "{\"Id\":\"sha256:1\"}"},
    {"/auth", "{\"IdentityToken\":\"t\"}"},
};

static const char *answer_to(const char *request)
{
    size_t line = strcspn(request, "\r");
    for (size_t i = 0; i < COUNT(answers); i++) {
        const char *found = strstr(request, answers[i].part);
        if (found && (size_t)(found - request) < line) {
            return answers[i].answer;
        }
    }
    return "{}";
}

/* "X-Registry-Auth: ...", not NUL-terminated; of no length if there is none. */
static const char *credentials_in(const char *request, int *ret_length)
{
    const char *found = strstr(request, "\r\nX-Registry-");
    *ret_length = found ? (int)strcspn(found + 2, "\r") : 0;
    return found ? found + 2 : "";
}

static void note(struct scribe *scribe, const struct peer_connection *connection)
{
    pthread_mutex_lock(&scribe->lock);
    size_t length = strlen(scribe->text);
    const char *end = strstr(connection->request, " HTTP/1.1");
    const char *body = connection->request + connection->body_start;
    int credentials = 0;
    const char *header = credentials_in(connection->request, &credentials);
    snprintf(scribe->text + length, sizeof scribe->text - length, "%.*s%s%.*s%s%s\n",
             (int)(end - connection->request), connection->request, credentials ? "\n    " : "",
             credentials, header, *body ? "\n    " : "", body);
    pthread_mutex_unlock(&scribe->lock);
}

static void serve(struct peer_connection *connection)
{
    struct scribe *scribe = connection->context;
    while (peer_read_request(connection)) {
        if (strncmp(connection->request, "GET /_ping ", 11) == 0) {
            peer_send_text(connection, scribe->ping);
            continue;
        }
        note(scribe, connection);
        const char *answer = answer_to(connection->request);
        char head[128];
        snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
                 strlen(answer));
        peer_send_text(connection, head);
        peer_send_text(connection, answer);
        if (strstr(connection->request, "/start HTTP")) {
            return; /* the end of the streams */
        }
    }
}

/* ---- the operations ---- */

static int do_pause(davit_engine *engine, davit_error *error)
{
    return davit_container_pause(engine, "web", error);
}

static int do_unpause(davit_engine *engine, davit_error *error)
{
    return davit_container_unpause(engine, "web", error);
}

static int do_rename(davit_engine *engine, davit_error *error)
{
    return davit_container_rename(engine, "web", "other", error);
}

static int do_update(davit_engine *engine, davit_error *error)
{
    davit_container_changes changes = DAVIT_CONTAINER_CHANGES_INIT;
    changes.memory = DAVIT_MIB(64);
    changes.memory_swap = -1;
    changes.nano_cpus = 1500000000;
    changes.cpu_shares = 512;
    changes.pids = 50;
    return davit_container_update(engine, "web", &changes, error);
}

static int do_update_restart(davit_engine *engine, davit_error *error)
{
    davit_container_changes changes = DAVIT_CONTAINER_CHANGES_INIT;
    changes.restart_policy = DAVIT_RESTART_ON_FAILURE;
    changes.restart_retries = 3;
    return davit_container_update(engine, "web", &changes, error);
}

static int do_top(davit_engine *engine, davit_error *error)
{
    davit_process_table *table = NULL;
    int r = davit_container_top(engine, "web", NULL, &table, error);
    davit_process_table_free(table);
    return r;
}

static int do_top_with_options(davit_engine *engine, davit_error *error)
{
    davit_process_table *table = NULL;
    int r = davit_container_top(engine, "web", "-o pid,comm", &table, error);
    davit_process_table_free(table);
    return r;
}

static int do_diff(davit_engine *engine, davit_error *error)
{
    davit_file_changes *changes = NULL;
    int r = davit_container_diff(engine, "web", &changes, error);
    assert_true(r < 0 || strcmp(changes->items[0].path, "/a") == 0);
    davit_file_changes_free(changes);
    return r;
}

static int drop(void *context, const void *data, size_t length)
{
    (void)context, (void)data, (void)length;
    return 0;
}

static int do_export(davit_engine *engine, davit_error *error)
{
    return davit_container_export(engine, "web", drop, NULL, error);
}

static int do_commit(davit_engine *engine, davit_error *error)
{
    static const char *const changes[] = {"CMD [\"sh\"]", "ENV A=b c"};
    davit_commit_options options = DAVIT_COMMIT_OPTIONS_INIT;
    options.image = "registry.example.org:5000/shop:1.2";
    options.author = "Jo <jo@example.org>";
    options.message = "after & before";
    options.changes = changes;
    options.change_count = COUNT(changes);
    options.no_pause = true;
    char *id = NULL;
    int r = davit_container_commit(engine, "web", &options, &id, error);
    davit_string_free(id);
    return r;
}

static int do_commit_plain(davit_engine *engine, davit_error *error)
{
    char *id = NULL;
    int r = davit_container_commit(engine, "web", NULL, &id, error);
    davit_string_free(id);
    return r;
}

static const davit_credentials alice = {
    .struct_size = sizeof(davit_credentials),
    .username = "alice",
    .password = "wonderland",
    .server = "reg:5000",
};

static int do_pull(davit_engine *engine, davit_error *error)
{
    return davit_image_pull(engine, "shop", NULL, NULL, NULL, error);
}

static int do_pull_with_options(davit_engine *engine, davit_error *error)
{
    davit_pull_options options = DAVIT_PULL_OPTIONS_INIT;
    options.credentials = &alice;
    options.platform = "linux/arm64";
    return davit_image_pull(engine, "reg:5000/shop:1", &options, NULL, NULL, error);
}

static int do_pull_of_all_tags(davit_engine *engine, davit_error *error)
{
    davit_pull_options options = DAVIT_PULL_OPTIONS_INIT;
    options.credentials = &alice;
    options.all_tags = true;
    return davit_image_pull(engine, "reg:5000/shop", &options, NULL, NULL, error);
}

static int do_push(davit_engine *engine, davit_error *error)
{
    return davit_image_push(engine, "reg:5000/team/shop:1", NULL, NULL, NULL, NULL, error);
}

static int do_push_with_credentials(davit_engine *engine, davit_error *error)
{
    davit_push_options options = DAVIT_PUSH_OPTIONS_INIT;
    options.credentials = &alice;
    return davit_image_push(engine, "reg:5000/team/shop:1", &options, NULL, NULL, NULL, error);
}

static int do_login(davit_engine *engine, davit_error *error)
{
    davit_login *login = NULL;
    char folder[] = "/tmp/davit-test-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/kept.json", folder);
    setenv("DOCKER_CONFIG", folder, 1);
    setenv("REGISTRY_AUTH_FILE", path, 1);
    int r = davit_registry_login(engine, &alice, &login, error);
    unlink(r == 0 ? login->store : path);
    rmdir(folder);
    davit_login_free(login);
    return r;
}

static int do_resize(davit_engine *engine, davit_error *error)
{
    return davit_container_resize(engine, "web", 120, 40, error);
}

static int do_exec_resize(davit_engine *engine, davit_error *error)
{
    return davit_exec_resize(engine, "0123", 120, 40, error);
}

static int do_exec(davit_engine *engine, davit_error *error)
{
    static const char *const command[] = {"sh"};
    davit_exec_config config = DAVIT_EXEC_CONFIG_INIT;
    config.command = command;
    config.command_count = 1;
    config.tty = true;
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    attach.columns = 120;
    attach.rows = 40;
    attach.detach_keys = "ctrl-a,d";
    int exit_code;
    return davit_container_exec(engine, "web", &config, &attach, &exit_code, error);
}

static const struct {
    const char *name;
    int (*call)(davit_engine *engine, davit_error *error);
} operations[] = {
    {"resize", do_resize},
    {"resize a command", do_exec_resize},
    {"exec with a terminal", do_exec},
    {"pause", do_pause},
    {"unpause", do_unpause},
    {"rename", do_rename},
    {"update", do_update},
    {"update, restart policy", do_update_restart},
    {"top", do_top},
    {"top, options", do_top_with_options},
    {"diff", do_diff},
    {"export", do_export},
    {"commit", do_commit},
    {"commit, plain", do_commit_plain},
    {"pull", do_pull},
    {"pull, options", do_pull_with_options},
    {"pull, all tags", do_pull_of_all_tags},
    {"push", do_push},
    {"push, credentials", do_push_with_credentials},
    {"login", do_login},
};

static void check_requests(const char *ping, const char *golden)
{
    struct scribe scribe = {.ping = ping, .lock = PTHREAD_MUTEX_INITIALIZER};
    struct peer *peer = peer_start(serve, &scribe);
    char host[160];
    snprintf(host, sizeof host, "unix://%s", peer_path(peer));
    davit_engine_options options = DAVIT_ENGINE_OPTIONS_INIT;
    options.host = host;
    davit_engine *engine = NULL;
    davit_error error = DAVIT_ERROR_INIT;
    setenv("DOCKER_CONFIG", "/dev/null/none", 1); /* no credentials of the caller's */
    setenv("REGISTRY_AUTH_FILE", "/dev/null/none", 1);
    assert_done(davit_engine_open(&options, &engine, &error), &error);
    for (size_t i = 0; i < COUNT(operations); i++) {
        size_t length = strlen(scribe.text);
        snprintf(scribe.text + length, sizeof scribe.text - length, "# %s\n", operations[i].name);
        assert_done(operations[i].call(engine, &error), &error);
    }
    davit_engine_close(engine);
    peer_stop(peer);
    scribe.text[strlen(scribe.text) - 1] = '\0';
    assert_golden_text(scribe.text, golden);
}

static void test_verbs__what_docker_is_sent(void **state)
{
    (void)state;
    check_requests(DOCKER_20_PING, "verbs-docker.expected");
}

static void test_verbs__what_podman_is_sent(void **state)
{
    (void)state;
    check_requests(PODMAN_5_PING, "verbs-podman.expected");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_verbs__what_docker_is_sent),
    cmocka_unit_test(test_verbs__what_podman_is_sent),
};
DAVIT_TEST_MAIN(tests)
