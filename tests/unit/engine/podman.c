/* SPDX-License-Identifier: MIT */
/* Podman's driver where its engine says what it seldom says. */
#include "support/canned_engine.h"
#include "support/outcome.h"

#include <davit/davit.h>
#include <stdio.h>

#define ANSWER(status, json)                                                                       \
    "HTTP/1.1 " status "\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" json
#define GONE ANSWER("404 Not Found", "{\"message\": \"no such container\"}")
#define BROKEN                                                                                     \
    ANSWER("500 Internal Server Error", "{\"message\": \"reading image: image not known\"}")
#define DIED(c)                                                                                    \
    "{\"status\": \"died\", \"Actor\": {\"Attributes\": {\"containerExitCode\": \"" c "\"}}}\n"

struct engine {
    const char *list;   /* of GET /libpod/containers/json */
    const char *events; /* of GET /libpod/events */
    int broken_lists;   /* so many times GET /libpod/images/json fails */
    struct peer_signal *started;
};

static bool asks(const struct peer_connection *connection, const char *what)
{
    size_t line = strcspn(connection->request, "\r");
    const char *found = strstr(connection->request, what);
    return found && (size_t)(found - connection->request) < line;
}

/* Its streams end when the container has been started, as if it ended at once. */
static void attach(struct peer_connection *connection, const struct engine *engine)
{
    peer_send_text(connection,
                   "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
    peer_signal_wait(engine->started);
}

static const char *answer_of(const struct peer_connection *connection, struct engine *engine)
{
    if (asks(connection, "/_ping")) {
        return PODMAN_4_PING;
    }
    if (asks(connection, "/libpod/containers/json")) {
        return engine->list;
    }
    if (asks(connection, "/libpod/images/json")) {
        return engine->broken_lists-- > 0 ? BROKEN : ANSWER("200 OK", "[]");
    }
    if (asks(connection, "/libpod/events")) {
        return engine->events;
    }
    if (asks(connection, "/containers/create")) {
        return ANSWER("201 Created", "{\"Id\": \"abc\", \"Warnings\": []}");
    }
    if (asks(connection, "/start")) {
        peer_signal_set(engine->started);
        return "HTTP/1.1 204 No Content\r\n\r\n";
    }
    return asks(connection, "/images/") ? ANSWER("200 OK", "{\"Id\": \"sha256:abc\"}") : GONE;
}

static void serve(struct peer_connection *connection)
{
    struct engine *engine = connection->context;
    while (peer_read_request(connection)) {
        if (asks(connection, "/attach")) {
            attach(connection, engine);
            return;
        }
        const char *answer = answer_of(connection, engine);
        if (!peer_send_text(connection, answer) || strstr(answer, "Connection: close")) {
            return;
        }
    }
}

static davit_engine *open_engine(struct peer *peer)
{
    char host[128];
    snprintf(host, sizeof host, "unix://%s", peer_path(peer));
    davit_engine_options options = DAVIT_ENGINE_OPTIONS_INIT;
    options.host = host;
    options.timeout_ms = 30000;
    davit_engine *engine = NULL;
    davit_error error = DAVIT_ERROR_INIT;
    assert_done(davit_engine_open(&options, &engine, &error), &error);
    return engine;
}

static void test_podman__list_stays_when_a_container_goes(void **state)
{
    struct engine canned = {
        .list = ANSWER("200 OK", "[{\"Id\": \"abc\", \"Names\": [\"web\"], \"State\": \"running\", "
                                 "\"Status\": \"healthy\"}]"),
    };
    struct peer *peer = peer_start(serve, &canned);
    davit_engine *engine = open_engine(peer);
    davit_error error = DAVIT_ERROR_INIT;
    davit_container_list *list = NULL;
    assert_done(davit_container_list_get(engine, NULL, &list, &error), &error);
    assert_int_equal(list->count, 1);
    assert_string_equal(list->items[0].name, "web");
    davit_container_list_free(list);
    davit_engine_close(engine);
    peer_stop(peer);
}

static int list_images(int broken, davit_error *error)
{
    struct engine canned = {.broken_lists = broken};
    struct peer *peer = peer_start(serve, &canned);
    davit_engine *engine = open_engine(peer);
    davit_image_list *list = NULL;
    int r = davit_image_list_get(engine, NULL, &list, error);
    davit_image_list_free(list);
    davit_engine_close(engine);
    peer_stop(peer);
    return r;
}

static void test_podman__list_of_images_survives_a_removal(void **state)
{
    davit_error error = DAVIT_ERROR_INIT;
    assert_done(list_images(2, &error), &error);
    assert_failed(list_images(100, &error), &error, DAVIT_ERROR_CONTAINER, "image not known");
}

/* A container that removes itself is gone when its streams end: what is left are its events. */
static int run(const char *events, int *ret_exit_code, davit_error *error)
{
    struct engine canned = {.events = events, .started = peer_signal_create()};
    struct peer *peer = peer_start(serve, &canned);
    davit_engine *engine = open_engine(peer);
    davit_container_config config = DAVIT_CONTAINER_CONFIG_INIT;
    config.image = "localhost/image:1";
    config.auto_remove = true;
    davit_attach_options attach_options = DAVIT_ATTACH_OPTIONS_INIT;
    int r = davit_container_run_attached(engine, &config, &attach_options, ret_exit_code, error);
    davit_engine_close(engine);
    peer_stop(peer);
    peer_signal_free(canned.started);
    return r;
}

static void test_podman__exit_code_is_that_of_the_last_end(void **state)
{
    davit_error error = DAVIT_ERROR_INIT;
    int exit_code = -1;
    assert_done(run(ANSWER("200 OK", DIED("3")), &exit_code, &error), &error);
    assert_int_equal(exit_code, 3);
    assert_done(run(ANSWER("200 OK", DIED("137") DIED("5")), &exit_code, &error), &error);
    assert_int_equal(exit_code, 5);
}

static void test_podman__end_without_an_event_is_told(void **state)
{
    davit_error error = DAVIT_ERROR_INIT;
    int exit_code = -1;
    assert_failed(run(ANSWER("200 OK", ""), &exit_code, &error), &error, DAVIT_ERROR_PROTOCOL,
                  "does not tell its exit code");
    assert_failed(run(ANSWER("200 OK", "{\"status\":\n"), &exit_code, &error), &error,
                  DAVIT_ERROR_PROTOCOL, "not valid JSON");
    assert_int_equal(exit_code, -1);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_podman__list_stays_when_a_container_goes),
    cmocka_unit_test(test_podman__list_of_images_survives_a_removal),
    cmocka_unit_test(test_podman__exit_code_is_that_of_the_last_end),
    cmocka_unit_test(test_podman__end_without_an_event_is_told),
};

DAVIT_TEST_MAIN(tests)
