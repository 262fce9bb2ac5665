/* SPDX-License-Identifier: MIT */
/* An engine that knows two answers, for tests of who answers at an address. What real engines say
 * was taken down from Docker 20.10 and 26.1, Podman 4.3 and 5.4; Docker 29 from its release notes.
 */
#ifndef DAVIT_TESTS_CANNED_ENGINE_H
#define DAVIT_TESTS_CANNED_ENGINE_H

#include "peer.h"

#include <string.h>

#define JSON_ANSWER "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"

#define DOCKER_PING(api_, version_)                                                                \
    "HTTP/1.1 200 OK\r\nApi-Version: " api_ "\r\nCache-Control: no-cache, no-store, "              \
    "must-revalidate\r\nContent-Length: 2\r\nContent-Type: text/plain; charset=utf-8\r\n"          \
    "Docker-Experimental: false\r\nOstype: linux\r\nPragma: no-cache\r\nServer: Docker/" version_  \
    " (linux)\r\n\r\nOK"
#define DOCKER_20_PING DOCKER_PING("1.41", "20.10.24")
#define DOCKER_26_PING DOCKER_PING("1.45", "26.1.5")
#define DOCKER_29_PING DOCKER_PING("1.52", "29.0.0")
#define DOCKER_29_VERSION                                                                          \
    JSON_ANSWER "{\"Version\":\"29.0.0\",\"ApiVersion\":\"1.52\",\"MinAPIVersion\":\"1.44\","      \
                "\"Os\":\"linux\",\"Components\":[{\"Name\":\"Engine\",\"Version\":\"29.0.0\"}]}"

#define PODMAN_PING(version_)                                                                      \
    "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nBuilder-Version: \r\nBuildkit-Version: \r\n"          \
    "Cache-Control: no-cache\r\nDocker-Experimental: true\r\nLibpod-Api-Version: " version_        \
    "\r\nLibpod-Buildah-Version: 1.28.2\r\nOstype: linux\r\nPragma: no-cache\r\n"                  \
    "Server: Libpod/" version_ " (linux)\r\nContent-Length: 2\r\n\r\nOK"
#define PODMAN_4_PING PODMAN_PING("4.3.1")
#define PODMAN_5_PING PODMAN_PING("5.4.2")

struct canned_engine {
    const char *ping;    /* the whole answer to GET /_ping */
    const char *version; /* to everything else; NULL: nothing, and the connection is closed */
    bool closes;         /* the connection, after one answer */
    bool endless;        /* go on with headers after the ping's first line for ever */
    bool silent;         /* take requests, answer nothing */
};

static inline void canned_rant(struct peer_connection *connection)
{
    peer_send_text(connection, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    while (peer_send_text(connection, "OK, and that is not all, for there is more to be told; ")) {
    }
}

/* For peer_start(); the context is the canned engine. */
static inline void canned_serve(struct peer_connection *connection)
{
    const struct canned_engine *engine = connection->context;
    while (peer_read_request(connection)) {
        bool is_ping = strncmp(connection->request, "GET /_ping ", 11) == 0;
        const char *answer = is_ping ? engine->ping : engine->version;
        if (engine->silent) {
            peer_wait_for_end(connection);
            return;
        }
        if (engine->endless) {
            canned_rant(connection);
            return;
        }
        if (!answer || !peer_send_text(connection, answer) || engine->closes ||
            strstr(answer, "Connection: close")) {
            return;
        }
    }
}

#endif
