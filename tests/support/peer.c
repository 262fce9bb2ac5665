/* SPDX-License-Identifier: MIT */
#include "peer.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <linux/sockios.h>

#define CONNECTIONS_MAX 256
#define REQUEST_MAX     ((size_t)64 * 1024 * 1024)

struct peer {
    peer_serve serve;
    void *context;
    char folder[64];
    char path[80];
    int listener;
    pthread_t acceptor;
    pthread_mutex_t mutex; /* guards all below */
    bool listening;
    size_t connection_count;
    size_t request_count;
    int fds[CONNECTIONS_MAX]; /* -1: closed */
    pthread_t threads[CONNECTIONS_MAX];
};

static void check(bool right, const char *what)
{
    if (!right) {
        perror(what);
        abort();
    }
}

static void *run_connection(void *context)
{
    struct peer_connection *connection = context;
    struct peer *peer = connection->peer;
    peer->serve(connection);
    pthread_mutex_lock(&peer->mutex);
    close(connection->fd);
    peer->fds[connection->number] = -1;
    pthread_mutex_unlock(&peer->mutex);
    free(connection->request);
    free(connection);
    return NULL;
}

static void add_connection(struct peer *peer, int fd)
{
    struct peer_connection *connection = calloc(1, sizeof *connection);
    check(connection != NULL, "calloc");
    connection->peer = peer;
    connection->fd = fd;
    connection->context = peer->context;
    pthread_mutex_lock(&peer->mutex);
    size_t number = peer->connection_count++;
    check(number < CONNECTIONS_MAX, "too many connections");
    connection->number = number;
    peer->fds[number] = fd;
    int r = pthread_create(&peer->threads[number], NULL, run_connection, connection);
    check(r == 0, "pthread_create");
    pthread_mutex_unlock(&peer->mutex);
}

static void *run_acceptor(void *context)
{
    struct peer *peer = context;
    int fd;
    while ((fd = accept4(peer->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0 || errno == EINTR) {
        if (fd >= 0) {
            add_connection(peer, fd);
        }
    }
    return NULL;
}

static void listen_at(struct peer *peer)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    snprintf(name.sun_path, sizeof name.sun_path, "%s", peer->path);
    peer->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(peer->listener >= 0, "socket");
    check(bind(peer->listener, (struct sockaddr *)&name, sizeof name) == 0, "bind");
    check(listen(peer->listener, 64) == 0, "listen");
}

struct peer *peer_start(peer_serve serve, void *context)
{
    struct peer *peer = calloc(1, sizeof *peer);
    check(peer != NULL, "calloc");
    peer->serve = serve;
    peer->context = context;
    snprintf(peer->folder, sizeof peer->folder, "/tmp/davit-test-XXXXXX");
    check(mkdtemp(peer->folder) != NULL, "mkdtemp");
    snprintf(peer->path, sizeof peer->path, "%s/engine.sock", peer->folder);
    listen_at(peer);
    pthread_mutex_init(&peer->mutex, NULL);
    peer->listening = true;
    check(pthread_create(&peer->acceptor, NULL, run_acceptor, peer) == 0, "pthread_create");
    return peer;
}

void peer_stop_listening(struct peer *peer)
{
    if (peer->listening) {
        peer->listening = false;
        shutdown(peer->listener, SHUT_RDWR);
        pthread_join(peer->acceptor, NULL);
        close(peer->listener);
    }
}

void peer_stop(struct peer *peer)
{
    peer_stop_listening(peer);
    for (size_t i = 0; i < peer->connection_count; i++) {
        pthread_mutex_lock(&peer->mutex);
        if (peer->fds[i] >= 0) {
            shutdown(peer->fds[i], SHUT_RDWR);
        }
        pthread_mutex_unlock(&peer->mutex);
        pthread_join(peer->threads[i], NULL);
    }
    pthread_mutex_destroy(&peer->mutex);
    unlink(peer->path);
    rmdir(peer->folder);
    free(peer);
}

const char *peer_path(const struct peer *peer)
{
    return peer->path;
}

static size_t locked_count(struct peer *peer, const size_t *count)
{
    pthread_mutex_lock(&peer->mutex);
    size_t value = *count;
    pthread_mutex_unlock(&peer->mutex);
    return value;
}

size_t peer_connection_count(struct peer *peer)
{
    return locked_count(peer, &peer->connection_count);
}

size_t peer_request_count(struct peer *peer)
{
    return locked_count(peer, &peer->request_count);
}

static bool read_more(struct peer_connection *connection, size_t size)
{
    check(connection->request_length + size < REQUEST_MAX, "request too large");
    char *request = realloc(connection->request, connection->request_length + size + 1);
    check(request != NULL, "realloc");
    connection->request = request;
    ssize_t length = recv(connection->fd, request + connection->request_length, size, 0);
    if (length > 0) {
        connection->request_length += (size_t)length;
    }
    request[connection->request_length] = '\0';
    return length > 0;
}

bool peer_read_head(struct peer_connection *connection)
{
    connection->request_length = 0;
    /* Byte by byte, so that nothing behind the head is taken. */
    while (connection->request_length < 4 ||
           strcmp(connection->request + connection->request_length - 4, "\r\n\r\n") != 0) {
        if (!read_more(connection, 1)) {
            return false;
        }
    }
    connection->body_start = connection->request_length;
    return true;
}

static bool ends_in_last_chunk(const struct peer_connection *connection)
{
    size_t length = connection->request_length - connection->body_start;
    const char *end = connection->request + connection->request_length;
    return length >= 5 && memcmp(end - 5, "0\r\n\r\n", 5) == 0 && (length == 5 || end[-6] == '\n');
}

static bool read_body(struct peer_connection *connection)
{
    const char *length_header = strcasestr(connection->request, "\r\nContent-Length:");
    size_t left = length_header ? strtoul(length_header + 17, NULL, 10) : 0;
    bool chunked = strcasestr(connection->request, "\r\nTransfer-Encoding: chunked");
    while (left > 0) {
        size_t before = connection->request_length;
        if (!read_more(connection, left)) {
            return false;
        }
        left -= connection->request_length - before;
    }
    while (chunked && !ends_in_last_chunk(connection)) {
        if (!read_more(connection, 65536)) {
            return false;
        }
    }
    return true;
}

bool peer_read_request(struct peer_connection *connection)
{
    if (!peer_read_head(connection) || !read_body(connection)) {
        return false;
    }
    pthread_mutex_lock(&connection->peer->mutex);
    connection->peer->request_count++;
    pthread_mutex_unlock(&connection->peer->mutex);
    return true;
}

bool peer_send(struct peer_connection *connection, const void *data, size_t length)
{
    const char *at = data;
    while (length > 0) {
        ssize_t sent = send(connection->fd, at, length, MSG_NOSIGNAL);
        if (sent < 0) {
            return false;
        }
        at += sent;
        length -= (size_t)sent;
    }
    return true;
}

bool peer_send_text(struct peer_connection *connection, const char *text)
{
    return peer_send(connection, text, strlen(text));
}

bool peer_send_slowly(struct peer_connection *connection, const void *data, size_t length)
{
    const char *at = data;
    for (size_t i = 0; i < length; i++) {
        int unread = 1;
        if (!peer_send(connection, at + i, 1)) {
            return false;
        }
        while (ioctl(connection->fd, SIOCOUTQ, &unread) == 0 && unread > 0) {
            sched_yield();
        }
    }
    return true;
}

void peer_end_sending(struct peer_connection *connection)
{
    shutdown(connection->fd, SHUT_WR);
}

void peer_wait_for_end(struct peer_connection *connection)
{
    char scrap[4096];
    while (recv(connection->fd, scrap, sizeof scrap, 0) > 0) {
    }
}

struct peer_signal {
    pthread_mutex_t mutex;
    pthread_cond_t condition;
    bool is_set;
};

struct peer_signal *peer_signal_create(void)
{
    struct peer_signal *signal = calloc(1, sizeof *signal);
    check(signal != NULL, "calloc");
    pthread_mutex_init(&signal->mutex, NULL);
    pthread_cond_init(&signal->condition, NULL);
    return signal;
}

void peer_signal_free(struct peer_signal *signal)
{
    pthread_cond_destroy(&signal->condition);
    pthread_mutex_destroy(&signal->mutex);
    free(signal);
}

void peer_signal_set(struct peer_signal *signal)
{
    pthread_mutex_lock(&signal->mutex);
    signal->is_set = true;
    pthread_cond_broadcast(&signal->condition);
    pthread_mutex_unlock(&signal->mutex);
}

void peer_signal_wait(struct peer_signal *signal)
{
    pthread_mutex_lock(&signal->mutex);
    while (!signal->is_set) {
        pthread_cond_wait(&signal->condition, &signal->mutex);
    }
    pthread_mutex_unlock(&signal->mutex);
}
