/* SPDX-License-Identifier: MIT */
#include "memory.h"
#include "support/http_client.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>

#define SWITCHING                                                                                  \
    "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\n"                 \
    "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
#define MUCH ((size_t)DAVIT_MIB(20))

static davit__http_exchange *start(davit__http *http, davit__limit limit, int status)
{
    davit__http_request request = {
        .method = "POST",
        .target = "/exec/1/start",
        .body = "{}",
        .body_length = 2,
        .upgrade = true,
        .limit = limit,
    };
    return http_exchange(http, &request, status);
}

/* Upgrades and sends back what comes, until its end; then a last word. */
static void serve_cat(struct peer_connection *connection)
{
    static const char last[] = "the end";
    if (!peer_read_request(connection) || !peer_send_text(connection, connection->context)) {
        return;
    }
    char data[4096];
    ssize_t length;
    while ((length = recv(connection->fd, data, sizeof data, 0)) > 0) {
        if (!peer_send(connection, data, (size_t)length)) {
            return;
        }
    }
    peer_send(connection, last, sizeof last - 1);
}

static void test_upgrade__bytes_behind_the_head_belong_to_the_stream(void **state)
{
    static const char *const answers[] = {
        SWITCHING "early ",
        "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nearly ",
    };
    for (size_t i = 0; i < DAVIT__COUNT(answers); i++) {
        struct peer *peer = peer_start(serve_cat, (void *)answers[i]);
        davit__http *http = http_client(peer);
        DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
        davit__http_exchange *exchange = start(http, http_patience(), i == 0 ? 101 : 200);
        assert_int_equal(davit__http_write(exchange, "input ", 6, NULL), 0);
        assert_int_equal(davit__http_shutdown_write(exchange, NULL), 0);
        assert_int_equal(davit__http_read_all(exchange, 1000, &buffer, NULL), 0);
        assert_string_equal(buffer.data, "early input the end");
        davit__http_end(exchange);
        davit__http_close(http);
        peer_stop(peer);
    }
}

static void serve_refusal(struct peer_connection *connection)
{
    while (peer_read_request(connection)) {
        bool asked = strstr(connection->request, "\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n");
        peer_send_text(connection, asked ? "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}"
                                         : "HTTP/1.1 400 Bad Request\r\n\r\n");
    }
}

static void test_upgrade__refusal_is_an_ordinary_answer(void **state)
{
    struct peer *peer = peer_start(serve_refusal, NULL);
    davit__http *http = http_client(peer);
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    davit__http_exchange *exchange = start(http, http_patience(), 404);
    assert_int_equal(davit__http_read_all(exchange, 1000, &buffer, NULL), 0);
    assert_string_equal(buffer.data, "{}");
    davit__http_end(exchange);
    davit__http_end(start(http, http_patience(), 404));
    assert_int_equal(peer_connection_count(peer), 1);
    davit__http_close(http);
    peer_stop(peer);
}

static void test_upgrade__connection_is_not_used_again(void **state)
{
    struct peer *peer = peer_start(serve_cat, (void *)SWITCHING);
    davit__http *http = http_client(peer);
    davit__http_end(start(http, http_patience(), 101));
    davit__http_end(start(http, http_patience(), 101));
    assert_int_equal(peer_connection_count(peer), 2);
    davit__http_close(http);
    peer_stop(peer);
}

/* What comes out of a pump. */
struct output {
    size_t length;
    char tail[8];   /* the last 7 bytes, and a NUL */
    size_t stop_at; /* 0: never */
};

static int collect(void *context, const void *data, size_t length)
{
    struct output *output = context;
    size_t kept = length < 7 ? length : 7;
    memmove(output->tail, output->tail + kept, 7 - kept);
    memcpy(output->tail + 7 - kept, (const char *)data + length - kept, kept);
    output->length += length;
    return output->stop_at && output->length >= output->stop_at;
}

static int pump(const char *answer, peer_serve serve, int input, davit__limit limit,
                struct output *output, davit_error *error)
{
    struct peer *peer = peer_start(serve, (void *)answer);
    davit__http *http = http_client(peer);
    davit__http_exchange *exchange = start(http, limit, 101);
    int r = davit__http_pump(exchange, input, collect, output, error);
    davit__http_end(exchange);
    davit__http_close(http);
    peer_stop(peer);
    return r;
}

static void *write_much(void *context)
{
    static char zeros[65536];
    int fd = *(int *)context;
    for (size_t sent = 0; sent < MUCH;) {
        ssize_t length = write(fd, zeros, MUCH - sent < sizeof zeros ? MUCH - sent : sizeof zeros);
        if (length < 0) {
            break;
        }
        sent += (size_t)length;
    }
    close(fd);
    return NULL;
}

static void test_upgrade__pump_moves_20_mb_both_ways_and_half_closes(void **state)
{
    int fds[2];
    pthread_t writer;
    struct output output = {0};
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(pthread_create(&writer, NULL, write_much, &fds[1]), 0);
    assert_int_equal(pump(SWITCHING, serve_cat, fds[0], http_patience(), &output, NULL), 0);
    pthread_join(writer, NULL);
    assert_int_equal(output.length, MUCH + 7);
    assert_string_equal(output.tail, "the end");
    assert_int_equal(fcntl(fds[0], F_GETFL) & O_NONBLOCK, 0);
    close(fds[0]);
}

static int file_of(const char *text)
{
    char path[] = "/tmp/davit-test-XXXXXX";
    int fd = mkstemp(path);
    unlink(path);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static void test_upgrade__pump_reads_a_regular_file(void **state)
{
    struct output output = {0};
    DAVIT__CLOSE int fd = file_of("from a file ");
    assert_int_equal(pump(SWITCHING, serve_cat, fd, http_patience(), &output, NULL), 0);
    assert_int_equal(output.length, 12 + 7);
}

/* Sends back what comes, until a terminal's end of file. */
static void serve_terminal(struct peer_connection *connection)
{
    if (!peer_read_request(connection) || !peer_send_text(connection, connection->context)) {
        return;
    }
    char byte = 0;
    while (byte != '\4' && recv(connection->fd, &byte, 1, 0) == 1) {
        peer_send(connection, &byte, 1);
    }
    peer_send_text(connection, byte == '\4' ? "the end" : "closed");
}

static void test_upgrade__pump_ends_a_terminals_input_by_a_character(void **state)
{
    struct peer *peer = peer_start(serve_terminal, (void *)SWITCHING);
    davit__http *http = http_client(peer);
    davit__http_exchange *exchange = start(http, http_patience(), 101);
    struct output output = {0};
    DAVIT__CLOSE int fd = file_of("a line\n");
    davit__http_set_terminal(exchange);
    assert_int_equal(davit__http_pump(exchange, fd, collect, &output, NULL), 0);
    assert_int_equal(output.length, 8 + 7);
    assert_string_equal(output.tail, "the end");
    davit__http_end(exchange);
    davit__http_close(http);
    peer_stop(peer);
}

static void test_upgrade__pump_takes_a_closed_input_as_its_end(void **state)
{
    struct output output = {0};
    int fd = 900; /* nobody has opened so many */
    assert_int_equal(pump(SWITCHING, serve_cat, fd, http_patience(), &output, NULL), 0);
    assert_string_equal(output.tail, "the end");
    fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    output = (struct output){0};
    assert_int_equal(pump(SWITCHING, serve_cat, fd, http_patience(), &output, NULL), 0);
    assert_string_equal(output.tail, "the end");
    close(fd);
}

static void test_upgrade__pump_names_an_input_that_cannot_be_read(void **state)
{
    struct output output = {0};
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT__CLOSE int fd = open("/", O_RDONLY | O_CLOEXEC);
    int r = pump(SWITCHING, serve_cat, fd, http_patience(), &output, &error);
    assert_int_equal(r, DAVIT_ERROR_IO);
    assert_string_equal(error.message, "POST /exec/1/start: reading the input: Is a directory");
}

static void serve_greeting(struct peer_connection *connection)
{
    if (peer_read_request(connection) && peer_send_text(connection, connection->context)) {
        peer_send_text(connection, "greeting");
    }
}

static void test_upgrade__pump_ends_with_the_engine_though_the_input_goes_on(void **state)
{
    int fds[2];
    struct output output = {0};
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(pump(SWITCHING "a ", serve_greeting, fds[0], http_patience(), &output, NULL),
                     0);
    assert_int_equal(output.length, 2 + 8);
    output = (struct output){0};
    assert_int_equal(pump(SWITCHING "a ", serve_greeting, -1, http_patience(), &output, NULL), 0);
    assert_int_equal(output.length, 2 + 8);
    close(fds[0]);
    close(fds[1]);
}

/* Wants no input, has something to say. */
static void serve_head(struct peer_connection *connection)
{
    if (peer_read_request(connection) && peer_send_text(connection, connection->context)) {
        shutdown(connection->fd, SHUT_RD);
        char *data = calloc(1, MUCH);
        peer_send(connection, data, MUCH);
        free(data);
    }
}

static void test_upgrade__pump_goes_on_when_the_engine_wants_no_more_input(void **state)
{
    struct output output = {0};
    DAVIT__CLOSE int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    assert_int_equal(pump(SWITCHING, serve_head, fd, http_patience(), &output, NULL), 0);
    assert_int_equal(output.length, MUCH);
}

static void test_upgrade__pump_is_stopped_by_its_receiver(void **state)
{
    struct output output = {.stop_at = 1};
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT__CLOSE int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    int r = pump(SWITCHING, serve_cat, fd, http_patience(), &output, &error);
    assert_int_equal(r, DAVIT_ERROR_CANCELLED);
    assert_string_equal(error.message, "stopped by the receiver");
}

static void test_upgrade__pump_meets_its_deadline(void **state)
{
    int fds[2];
    struct output output = {0};
    davit__limit limit = davit__limit_within((davit__limit){0}, DAVIT_MILLISECONDS(50));
    assert_int_equal(pipe(fds), 0);
    int r = pump(SWITCHING, serve_cat, fds[0], limit, &output, NULL);
    assert_int_equal(r, DAVIT_ERROR_TIMEOUT);
    limit = davit__limit_within((davit__limit){0}, DAVIT_MILLISECONDS(50));
    DAVIT__CLOSE int busy = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    r = pump(SWITCHING, serve_cat, busy, limit, &output, NULL);
    assert_int_equal(r, DAVIT_ERROR_TIMEOUT);
    close(fds[0]);
    close(fds[1]);
}

static int cancel_at_once(void *context, const void *data, size_t length)
{
    davit_cancel_trigger(context);
    return 0;
}

static void test_upgrade__pump_is_cancelled(void **state)
{
    davit_cancel *cancel = NULL;
    assert_int_equal(davit_cancel_create(&cancel, NULL), 0);
    struct peer *peer = peer_start(serve_cat, (void *)(SWITCHING "early"));
    davit__http *http = http_client(peer);
    davit__limit limit = http_patience();
    limit.cancel = cancel;
    davit__http_exchange *exchange = start(http, limit, 101);
    int r = davit__http_pump(exchange, -1, cancel_at_once, cancel, NULL);
    assert_int_equal(r, DAVIT_ERROR_CANCELLED);
    davit__http_end(exchange);
    davit__http_close(http);
    peer_stop(peer);
    davit_cancel_free(cancel);
}

static void test_upgrade__write_takes_in_what_comes_meanwhile(void **state)
{
    size_t size = (size_t)DAVIT_MIB(4);
    DAVIT__FREE char *data = calloc(1, size);
    struct peer *peer = peer_start(serve_cat, (void *)SWITCHING);
    davit__http *http = http_client(peer);
    DAVIT__BUFFER davit__buffer buffer = DAVIT__BUFFER_INIT;
    davit__http_exchange *exchange = start(http, http_patience(), 101);
    assert_int_equal(davit__http_write(exchange, data, size, NULL), 0);
    assert_int_equal(davit__http_shutdown_write(exchange, NULL), 0);
    assert_int_equal(davit__http_read_all(exchange, size * 2, &buffer, NULL), 0);
    assert_int_equal(buffer.length, size + 7);
    davit__http_end(exchange);
    davit__http_close(http);
    peer_stop(peer);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_upgrade__bytes_behind_the_head_belong_to_the_stream),
    cmocka_unit_test(test_upgrade__refusal_is_an_ordinary_answer),
    cmocka_unit_test(test_upgrade__connection_is_not_used_again),
    cmocka_unit_test(test_upgrade__pump_moves_20_mb_both_ways_and_half_closes),
    cmocka_unit_test(test_upgrade__pump_reads_a_regular_file),
    cmocka_unit_test(test_upgrade__pump_ends_a_terminals_input_by_a_character),
    cmocka_unit_test(test_upgrade__pump_takes_a_closed_input_as_its_end),
    cmocka_unit_test(test_upgrade__pump_names_an_input_that_cannot_be_read),
    cmocka_unit_test(test_upgrade__pump_ends_with_the_engine_though_the_input_goes_on),
    cmocka_unit_test(test_upgrade__pump_goes_on_when_the_engine_wants_no_more_input),
    cmocka_unit_test(test_upgrade__pump_is_stopped_by_its_receiver),
    cmocka_unit_test(test_upgrade__pump_meets_its_deadline),
    cmocka_unit_test(test_upgrade__pump_is_cancelled),
    cmocka_unit_test(test_upgrade__write_takes_in_what_comes_meanwhile),
};

DAVIT_TEST_MAIN(tests)
