/* SPDX-License-Identifier: MIT */
/*
 * The other side of a connection, played by the test: a unix socket in a folder of its own, and one
 * thread for each connection that runs the test's function. What cannot be set up aborts the test
 * program. Nothing here asserts: cmocka's assertions belong to the test's own thread.
 */
#ifndef DAVIT_TESTS_PEER_H
#define DAVIT_TESTS_PEER_H

#include <stdbool.h>
#include <stddef.h>

struct peer;

/* One connection, as the test's function sees it. It is closed when that returns. */
struct peer_connection {
    struct peer *peer;
    int fd;
    size_t number; /* 0 for the first connection that was accepted */
    void *context; /* of peer_start() */
    char *request; /* the last request's head and body, NUL-terminated */
    size_t request_length;
    size_t body_start; /* where its body (still in chunks) begins */
};

typedef void (*peer_serve)(struct peer_connection *connection);

/* Listen, and run `serve` for each connection. */
struct peer *peer_start(peer_serve serve, void *context);

/* Close everything, wait for the threads. */
void peer_stop(struct peer *peer);

/* The socket's path. */
const char *peer_path(const struct peer *peer);

size_t peer_connection_count(struct peer *peer);
size_t peer_request_count(struct peer *peer); /* read by peer_read_request(), in all connections */

/* Refuse connections from now on, as an engine does that was stopped: the socket file stays. */
void peer_stop_listening(struct peer *peer);

/* Read one whole request: its head, and the body that this announces. False: there is none. */
bool peer_read_request(struct peer_connection *connection);

/* Read the head of a request only. */
bool peer_read_head(struct peer_connection *connection);

/* Send; false if the other side is gone. */
bool peer_send(struct peer_connection *connection, const void *data, size_t length);
bool peer_send_text(struct peer_connection *connection, const char *text);

/* Send so that the other side receives every byte alone. */
bool peer_send_slowly(struct peer_connection *connection, const void *data, size_t length);

void peer_end_sending(struct peer_connection *connection);

/* Read and forget until the other side closes. */
void peer_wait_for_end(struct peer_connection *connection);

/* A switch between threads, at first not set. */
struct peer_signal;
struct peer_signal *peer_signal_create(void);
void peer_signal_free(struct peer_signal *signal);
void peer_signal_set(struct peer_signal *signal);
void peer_signal_wait(struct peer_signal *signal);

#endif
