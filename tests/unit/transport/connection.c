/* SPDX-License-Identifier: MIT */
#include "connection.h"

#include "memory.h"
#include "support/peer.h"
#include "support/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

static void expect_refused_address(const char *url, const char *message)
{
    davit__address address = {.path = (char *)"untouched"};
    davit_error error = DAVIT_ERROR_INIT;
    assert_int_equal(davit__address_parse(url, &address, &error), DAVIT_ERROR_INVALID_CONFIG);
    assert_int_equal(error.code, DAVIT_ERROR_INVALID_CONFIG);
    assert_non_null(strstr(error.message, message));
    assert_string_equal(address.path, "untouched");
}

static void expect_address(const char *url, const char *path)
{
    davit__address address;
    assert_int_equal(davit__address_parse(url, &address, NULL), 0);
    assert_int_equal(address.scheme, DAVIT__SCHEME_UNIX);
    assert_string_equal(address.path, path);
    davit__address_free(&address);
}

static void expect_tcp(const char *url, const char *host, const char *port, const char *formatted)
{
    davit__address address, copy;
    assert_int_equal(davit__address_parse(url, &address, NULL), 0);
    assert_int_equal(davit__address_copy(&address, &copy, NULL), 0);
    davit__address_free(&address);
    assert_int_equal(copy.scheme, DAVIT__SCHEME_TCP);
    assert_string_equal(copy.host, host);
    assert_string_equal(davit__address_port(&copy), port);
    assert_int_equal(copy.asks_tls, strncmp(url, "https", 5) == 0);
    DAVIT__FREE char *text = davit__address_format(&copy);
    assert_string_equal(text, formatted);
    davit__address_free(&copy);
}

static void test_connection__tcp_address_has_a_host_and_perhaps_a_port(void **state)
{
    expect_tcp("tcp://engine.example", "engine.example", "2375", "tcp://engine.example:2375");
    expect_tcp("tcp://10.0.0.1:2376", "10.0.0.1", "2376", "tcp://10.0.0.1:2376");
    expect_tcp("tcp://10.0.0.1:65535/", "10.0.0.1", "65535", "tcp://10.0.0.1:65535");
    expect_tcp("tcp://[::1]", "::1", "2375", "tcp://[::1]:2375");
    expect_tcp("tcp://[fe80::1%eth0]:99", "fe80::1%eth0", "99", "tcp://[fe80::1%eth0]:99");
    expect_tcp("http://engine:80", "engine", "80", "tcp://engine:80");
    expect_tcp("https://engine:443", "engine", "443", "tcp://engine:443");
}

static void expect_ssh(const char *url, const char *user, const char *host, const char *port,
                       const char *path)
{
    davit__address address, copy;
    assert_int_equal(davit__address_parse(url, &address, NULL), 0);
    assert_int_equal(davit__address_copy(&address, &copy, NULL), 0);
    davit__address_free(&address);
    assert_int_equal(copy.scheme, DAVIT__SCHEME_SSH);
    assert_true(davit__same(copy.user, user));
    assert_string_equal(copy.host, host);
    assert_true(davit__same(copy.port, port));
    assert_true(davit__same(copy.path, path));
    DAVIT__FREE char *text = davit__address_format(&copy);
    assert_memory_equal(text, url, strlen(text)); /* all but a lone slash at the end */
    davit__address_free(&copy);
}

static void test_connection__ssh_address_may_have_user_port_and_path(void **state)
{
    expect_ssh("ssh://engine", NULL, "engine", NULL, NULL);
    expect_ssh("ssh://engine/", NULL, "engine", NULL, NULL);
    expect_ssh("ssh://me@engine", "me", "engine", NULL, NULL);
    expect_ssh("ssh://me@engine.example:2222", "me", "engine.example", "2222", NULL);
    expect_ssh("ssh://me@[::1]:22", "me", "::1", "22", NULL);
    expect_ssh("ssh://core@box:1/run/user/1000/podman/podman.sock", "core", "box", "1",
               "/run/user/1000/podman/podman.sock");
}

static void test_connection__ssh_address_cannot_carry_a_command(void **state)
{
    expect_refused_address("ssh://", "no host is named");
    expect_refused_address("ssh://me@", "no host is named");
    expect_refused_address("ssh://-oProxyCommand=x", "this is no host");
    expect_refused_address("ssh://host;x", "this is no host");
    expect_refused_address("ssh://@host", "is no user");
    expect_refused_address("ssh://-l@host", "is no user");
    expect_refused_address("ssh://a b@host", "is no user");
    expect_refused_address("ssh://host/a b", "the path of the socket has characters");
    expect_refused_address("ssh://host/'; x", "the path of the socket has characters");
    expect_refused_address("ssh://me:secret@host", "ssh address with a password");
}

static void test_connection__strange_tcp_addresses_are_refused(void **state)
{
    expect_refused_address("tcp://", "tcp://: no host is named");
    expect_refused_address("tcp://:2375", "no host is named");
    expect_refused_address("tcp:///", "no host is named");
    expect_refused_address("tcp://-host", "this is no host");
    expect_refused_address("tcp://user@host", "this is no host");
    expect_refused_address("tcp://a b", "this is no host");
    expect_refused_address("tcp://[::1", "this is no host");
    expect_refused_address("tcp://[]:1", "no host is named");
    expect_refused_address("tcp://::1", "no host is named");
    expect_refused_address("tcp://[::1]2375", "a port is a number");
    expect_refused_address("tcp://host:", "a port is a number");
    expect_refused_address("tcp://host:0", "a port is a number from 1 to 65535");
    expect_refused_address("tcp://host:65536", "a port is a number");
    expect_refused_address("tcp://host:+80", "a port is a number");
    expect_refused_address("tcp://host:http", "a port is a number");
    expect_refused_address("tcp://host/v1", "an engine behind a path cannot be reached");
}

static void test_connection__address_is_a_url_or_a_path(void **state)
{
    expect_address("unix:///run/docker.sock", "/run/docker.sock");
    expect_address("/run/docker.sock", "/run/docker.sock");
    expect_address("/run/odd://name", "/run/odd://name");
}

static void test_connection__other_schemes_are_refused_by_name(void **state)
{
    expect_refused_address("npipe:////./pipe/docker", "cannot reach engines by npipe,");
    expect_refused_address("fd://", "cannot reach engines by fd,");
}

static void test_connection__relative_and_empty_paths_are_refused(void **state)
{
    expect_refused_address("unix://docker.sock", "unix://docker.sock: expected the absolute path");
    expect_refused_address("unix://", "expected the absolute path");
    expect_refused_address("docker.sock", "expected the absolute path");
    expect_refused_address("", "is empty");
    expect_refused_address(NULL, "is empty");
}

static void test_connection__path_longer_than_a_socket_name_is_refused(void **state)
{
    char path[200];
    memset(path, 'x', sizeof path);
    path[0] = '/';
    path[107] = '\0';
    expect_address(path, path);
    path[107] = 'x';
    path[108] = '\0';
    expect_refused_address(path, "at most 107 bytes, this one has 108");
}

/* Connect to `path`, which fails. */
static davit_error refused(const char *path)
{
    davit__address address = {.path = (char *)path};
    davit__connection *connection = NULL;
    davit_error error = DAVIT_ERROR_INIT;
    int r = davit__connect(&address, davit__limit_within((davit__limit){0}, DAVIT_SECONDS(60)),
                           &connection, &error);
    assert_null(connection);
    assert_int_equal(r, error.code);
    return error;
}

static void test_connection__missing_socket_is_not_available(void **state)
{
    davit_error error = refused("/nonexistent/engine.sock");
    assert_int_equal(error.code, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE);
    assert_string_equal(error.message, "unix:///nonexistent/engine.sock: no such socket");
    error = refused("/dev/null/engine.sock");
    assert_int_equal(error.code, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE);
}

static void test_connection__file_that_is_no_socket_is_not_available(void **state)
{
    davit_error error = refused("/dev/null");
    assert_int_equal(error.code, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE);
    assert_string_equal(error.message, "unix:///dev/null: not a socket");
}

static void serve_nothing(struct peer_connection *connection)
{
    peer_wait_for_end(connection);
}

static void test_connection__socket_that_nobody_listens_on_is_not_available(void **state)
{
    struct peer *peer = peer_start(serve_nothing, NULL);
    peer_stop_listening(peer);
    davit_error error = refused(peer_path(peer));
    assert_int_equal(error.code, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE);
    assert_non_null(strstr(error.message, "engine.sock: nothing listens there"));
    peer_stop(peer);
}

/* Root may use every socket, so the attempt is then made by a child that is nobody. */
static bool is_refused(const char *path, const char *message)
{
    pid_t child = fork();
    if (child == 0) {
        davit_error error = DAVIT_ERROR_INIT;
        davit__address address = {.path = (char *)path};
        davit__connection *connection;
        bool changed = geteuid() != 0 || (setgid(65534) == 0 && setuid(65534) == 0);
        int r = davit__connect(&address, (davit__limit){0}, &connection, &error);
        if (!changed || r != DAVIT_ERROR_UNAUTHORIZED || !strstr(error.message, message)) {
            fprintf(stderr, "unexpected: %s\n", error.message);
            _exit(1);
        }
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void test_connection__missing_permission_names_the_socket_and_the_remedy(void **state)
{
    gid_t group = geteuid() == 0 ? 1 : getegid(); /* 1: daemon, on every system */
    struct peer *peer = peer_start(serve_nothing, NULL);
    char folder[128], remedy[128];
    snprintf(folder, sizeof folder, "%s", peer_path(peer));
    snprintf(remedy, sizeof remedy, "join its group %s ", getgrgid(group)->gr_name);
    *strrchr(folder, '/') = '\0';
    assert_int_equal(chown(peer_path(peer), (uid_t)-1, group), 0);
    chmod(peer_path(peer), 0);
    chmod(folder, 0);
    assert_true(is_refused(peer_path(peer), "engine.sock: no permission"));
    chmod(folder, 0755);
    assert_true(is_refused(peer_path(peer), "no permission to use this socket: run as root"));
    chmod(peer_path(peer), 0060); /* its owner is nobody special */
    assert_true(is_refused(peer_path(peer), remedy));
    peer_stop(peer);
}

/* A listening socket whose backlog is full. */
struct full {
    char folder[64];
    char path[80];
    int listener;
    int waiting[8];
    size_t count;
};

static int connect_to(const char *path)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    snprintf(name.sun_path, sizeof name.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (connect(fd, (struct sockaddr *)&name, sizeof name) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static void fill(struct full *full)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    *full = (struct full){.folder = "/tmp/davit-test-XXXXXX"};
    assert_non_null(mkdtemp(full->folder));
    snprintf(full->path, sizeof full->path, "%s/engine.sock", full->folder);
    snprintf(name.sun_path, sizeof name.sun_path, "%s", full->path);
    full->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(full->listener, (struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(listen(full->listener, 0), 0);
    int fd;
    while ((fd = connect_to(full->path)) >= 0) {
        assert_true(full->count < DAVIT__COUNT(full->waiting));
        full->waiting[full->count++] = fd;
    }
}

static void empty(struct full *full)
{
    for (size_t i = 0; i < full->count; i++) {
        close(full->waiting[i]);
    }
    close(full->listener);
    unlink(full->path);
    rmdir(full->folder);
}

static void test_connection__full_backlog_is_waited_for_until_the_deadline(void **state)
{
    struct full full;
    fill(&full);
    davit__address address = {.path = full.path};
    davit__connection *connection = NULL;
    davit_error error = DAVIT_ERROR_INIT;
    davit__limit limit = davit__limit_within((davit__limit){0}, DAVIT_MILLISECONDS(20));
    assert_int_equal(davit__connect(&address, limit, &connection, &error), DAVIT_ERROR_TIMEOUT);
    assert_null(connection);
    assert_non_null(strstr(error.message, "engine.sock: no answer in the time allowed"));
    empty(&full);
}

static void *accept_one(void *context)
{
    const struct full *full = context;
    close(accept(full->listener, NULL, NULL));
    return NULL;
}

static void test_connection__full_backlog_that_empties_is_no_error(void **state)
{
    struct full full;
    fill(&full);
    davit__address address = {.path = full.path};
    davit__connection *connection = NULL;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, accept_one, &full), 0);
    assert_int_equal(davit__connect(&address, (davit__limit){0}, &connection, NULL), 0);
    pthread_join(thread, NULL);
    connection->operations->close(connection);
    empty(&full);
}

static void test_connection__is_closed_on_exec_and_does_not_block(void **state)
{
    struct peer *peer = peer_start(serve_nothing, NULL);
    davit__address address = {.path = (char *)peer_path(peer)};
    davit__connection *connection = NULL;
    char byte;
    assert_int_equal(davit__connect(&address, (davit__limit){0}, &connection, NULL), 0);
    assert_true(fcntl(connection->fd, F_GETFD) & FD_CLOEXEC);
    assert_int_equal(connection->operations->read(connection, &byte, 1), -1);
    assert_int_equal(errno, EAGAIN);
    connection->operations->close(connection);
    peer_stop(peer);
}

static void serve_and_close(struct peer_connection *connection)
{
    shutdown(connection->fd, SHUT_RDWR);
}

static void test_connection__writing_to_a_closed_one_raises_no_signal(void **state)
{
    struct peer *peer = peer_start(serve_and_close, NULL);
    davit__address address = {.path = (char *)peer_path(peer)};
    davit__connection *connection = NULL;
    assert_int_equal(davit__connect(&address, (davit__limit){0}, &connection, NULL), 0);
    assert_int_equal(davit__wait_fd(connection->fd, POLLIN, (davit__limit){0}, NULL), 0);
    assert_int_equal(connection->operations->write(connection, "x", 1), -1);
    assert_int_equal(errno, EPIPE);
    connection->operations->close(connection);
    peer_stop(peer);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_connection__address_is_a_url_or_a_path),
    cmocka_unit_test(test_connection__tcp_address_has_a_host_and_perhaps_a_port),
    cmocka_unit_test(test_connection__ssh_address_may_have_user_port_and_path),
    cmocka_unit_test(test_connection__ssh_address_cannot_carry_a_command),
    cmocka_unit_test(test_connection__strange_tcp_addresses_are_refused),
    cmocka_unit_test(test_connection__other_schemes_are_refused_by_name),
    cmocka_unit_test(test_connection__relative_and_empty_paths_are_refused),
    cmocka_unit_test(test_connection__path_longer_than_a_socket_name_is_refused),
    cmocka_unit_test(test_connection__missing_socket_is_not_available),
    cmocka_unit_test(test_connection__file_that_is_no_socket_is_not_available),
    cmocka_unit_test(test_connection__socket_that_nobody_listens_on_is_not_available),
    cmocka_unit_test(test_connection__missing_permission_names_the_socket_and_the_remedy),
    cmocka_unit_test(test_connection__full_backlog_is_waited_for_until_the_deadline),
    cmocka_unit_test(test_connection__full_backlog_that_empties_is_no_error),
    cmocka_unit_test(test_connection__is_closed_on_exec_and_does_not_block),
    cmocka_unit_test(test_connection__writing_to_a_closed_one_raises_no_signal),
};

DAVIT_TEST_MAIN(tests)
