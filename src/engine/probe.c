/* SPDX-License-Identifier: MIT */
#include "probe.h"

#include "fields.h"
#include "memory.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>

/* Answers to the questions here have a few hundred bytes. */
#define PROBE_BODY_MAX (256 * 1024)

#define EXCERPT_SIZE   64

static bool is_version(const char *text)
{
    size_t digits = 0;
    int parts = 1;
    for (; *text; text++) {
        if (isdigit((unsigned char)*text)) {
            digits++;
        } else if (*text == '.' && digits > 0) {
            parts++;
            digits = 0;
        } else {
            return false;
        }
        if (digits > 4) {
            return false;
        }
    }
    return parts == 2 && digits > 0;
}

int davit__version_compare(const char *a, const char *b)
{
    char *end_a, *end_b;
    long difference = strtol(a, &end_a, 10) - strtol(b, &end_b, 10);
    if (difference == 0 && *end_a == '.' && *end_b == '.') {
        difference = strtol(end_a + 1, NULL, 10) - strtol(end_b + 1, NULL, 10);
    }
    return difference < 0 ? -1 : difference > 0;
}

/* Copy what can be shown: it ends up in messages and on terminals. Cut to fit. */
static void copy_shown(char *target, size_t size, const char *text, size_t length)
{
    size_t used = 0;
    for (size_t i = 0; i < length && used + 1 < size; i++) {
        unsigned char c = (unsigned char)text[i];
        bool space = isspace(c) || c < 0x20;
        if (space && (used == 0 || target[used - 1] == ' ')) {
            continue;
        }
        target[used++] = space ? ' ' : c < 0x7f ? (char)c : '?';
    }
    target[used] = '\0';
}

static void copy_text(char *target, size_t size, const char *text)
{
    copy_shown(target, size, text ? text : "", text ? strlen(text) : 0);
}

/* One small GET: its status, headers and body. */
typedef struct question {
    const char *target;
    davit__http_exchange *exchange;
    davit__buffer body;
    int status;
} question;

static void question_free(question *q)
{
    davit__http_end(q->exchange);
    davit__buffer_free(&q->body);
}

static int ask(davit__http *http, const char *target, davit__limit limit, question *q,
               davit_error *error)
{
    q->target = target;
    davit__http_request request = {.method = "GET", .target = target, .limit = limit};
    int r = davit__http_start(http, &request, &q->exchange, error);
    if (r < 0) {
        return r;
    }
    r = davit__http_receive(q->exchange, error);
    if (r < 0) {
        return r;
    }
    q->status = r;
    return davit__http_read_all(q->exchange, PROBE_BODY_MAX, &q->body, error);
}

/* What Go's servers say to plain HTTP where they speak TLS. */
static bool wants_tls(const question *q)
{
    static const char text[] = "Client sent an HTTP request to an HTTPS server";
    return q->status == 400 && q->body.length >= sizeof text - 1 &&
           strncmp(q->body.data, text, sizeof text - 1) == 0;
}

/* "GET /_ping: status 500 (text/html: <html>Bad gateway...) is no answer of a container engine" */
static int refuse(const question *q, davit_error *error)
{
    char type[EXCERPT_SIZE], body[EXCERPT_SIZE];
    copy_text(type, sizeof type, davit__http_header(q->exchange, "Content-Type"));
    copy_shown(body, sizeof body, q->body.length ? q->body.data : "", q->body.length);
    if (wants_tls(q)) {
        return davit__error_set(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
                                "the engine speaks TLS there: ask for it with --tlsverify or "
                                "DOCKER_TLS_VERIFY=1");
    }
    davit_error_code code =
        q->status == 401 || q->status == 403 ? DAVIT_ERROR_UNAUTHORIZED : DAVIT_ERROR_PROTOCOL;
    int r = davit__error_set(
        error, code, "GET %s: status %d (%s%s%s%s) is not how a container engine answers",
        q->target, q->status, type[0] ? type : "no content type", body[0] ? ": " : ", empty", body,
        strlen(body) + 1 == sizeof body ? "..." : "");
    if (error) {
        error->http_status = q->status;
    }
    return r;
}

/* "Docker/20.10.24 (linux)" -> "20.10.24" */
static void read_engine_version(davit__probe *probe)
{
    const char *slash = strchr(probe->server, '/');
    if (slash) {
        copy_shown(probe->engine_version, sizeof probe->engine_version, slash + 1,
                   strcspn(slash + 1, " ("));
    }
}

static int read_ping(const question *q, davit__probe *probe, davit_error *error)
{
    const char *version = davit__http_header(q->exchange, "Api-Version");
    const char *libpod = davit__http_header(q->exchange, "Libpod-Api-Version");
    if (q->status != 200 || (version && !is_version(version))) {
        return refuse(q, error);
    }
    copy_text(probe->api_version, sizeof probe->api_version, version);
    copy_text(probe->libpod_version, sizeof probe->libpod_version, libpod);
    copy_text(probe->server, sizeof probe->server, davit__http_header(q->exchange, "Server"));
    copy_text(probe->os, sizeof probe->os, davit__http_header(q->exchange, "Ostype"));
    probe->experimental =
        davit__same(davit__http_header(q->exchange, "Docker-Experimental"), "true");
    read_engine_version(probe);
    if (libpod) {
        probe->runtime = DAVIT_RUNTIME_PODMAN;
    } else if (davit__starts_with(probe->server, "Docker/")) {
        probe->runtime = DAVIT_RUNTIME_DOCKER;
    }
    return 0;
}

static const json_t *find_podman(const json_t *version)
{
    const json_t *components = json_object_get(version, "Components");
    for (size_t i = 0; i < json_array_size(components); i++) {
        const json_t *component = json_array_get(components, i);
        const char *name = json_string_value(json_object_get(component, "Name"));
        if (davit__same(name, "Podman Engine")) {
            return component;
        }
    }
    return NULL;
}

static void read_missing(char *target, size_t size, const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));
    if (!target[0] && text) {
        copy_text(target, size, text);
    }
}

static int read_version(const question *q, davit__probe *probe, davit_error *error)
{
    DAVIT__JSON json_t *json = q->status == 200 && q->body.length
                                   ? json_loadb(q->body.data, q->body.length, 0, NULL)
                                   : NULL;
    const char *newest = json_string_value(json_object_get(json, "ApiVersion"));
    const char *oldest = json_string_value(json_object_get(json, "MinAPIVersion"));
    if (!newest || !is_version(newest) || (oldest && !is_version(oldest))) {
        return refuse(q, error);
    }
    read_missing(probe->api_version, sizeof probe->api_version, json, "ApiVersion");
    read_missing(probe->api_version_min, sizeof probe->api_version_min, json, "MinAPIVersion");
    read_missing(probe->engine_version, sizeof probe->engine_version, json, "Version");
    read_missing(probe->os, sizeof probe->os, json, "Os");
    const json_t *podman = find_podman(json);
    if (podman) {
        const json_t *details = json_object_get(podman, "Details");
        read_missing(probe->libpod_version, sizeof probe->libpod_version, details, "APIVersion");
    }
    if (probe->runtime == DAVIT_RUNTIME_ANY) {
        probe->runtime = podman ? DAVIT_RUNTIME_PODMAN : DAVIT_RUNTIME_DOCKER;
    }
    return 0;
}

static int ask_version(davit__http *http, davit__limit limit, davit__probe *probe,
                       davit_error *error)
{
    __attribute__((cleanup(question_free))) question q = {0};
    int r = ask(http, "/version", limit, &q, error);
    return r < 0 ? r : read_version(&q, probe, error);
}

static int ask_ping(davit__http *http, davit__limit limit, davit__probe *probe, davit_error *error)
{
    __attribute__((cleanup(question_free))) question q = {0};
    int r = ask(http, "/_ping", limit, &q, error);
    if (r < 0) {
        return r;
    }
    r = read_ping(&q, probe, error);
    bool is_page = q.body.length > 0 && q.body.data[0] == '<';
    return r == 0 && is_page ? refuse(&q, error) : r;
}

int davit__probe_http(davit__http *http, davit__limit limit, davit__probe *ret_probe,
                      davit_error *error)
{
    davit__probe probe = {0};
    int r = ask_ping(http, limit, &probe, error);
    if (r < 0) {
        return r;
    }
    /* Whose newest version we know, and who speaks that one, need not be asked for the oldest. */
    bool enough = probe.runtime && probe.api_version[0] &&
                  davit__version_compare(probe.api_version, DAVIT__API_MAX) <= 0;
    if (!enough) {
        r = ask_version(http, limit, &probe, error);
        if (r < 0) {
            return r;
        }
    }
    *ret_probe = probe;
    return 0;
}

int davit__probe_minimum(davit__http *http, davit__limit limit, davit__probe *probe,
                         davit_error *error)
{
    return probe->api_version_min[0] ? 0 : ask_version(http, limit, probe, error);
}

int davit__probe_address(const char *host, davit__limit limit, davit__probe *ret_probe,
                         davit_error *error)
{
    davit__http *http = NULL;
    int r = davit__http_open_host(host, &http, error);
    if (r < 0) {
        return r;
    }
    r = davit__probe_http(http, limit, ret_probe, error);
    davit__http_close(http);
    if (r < 0 && error && !strstr(error->message, host)) {
        return davit__error_wrap(error, r, "%s", host);
    }
    return r;
}

const char *davit__probe_name(const davit__probe *probe, char *buffer, size_t size)
{
    const char *kind = probe->runtime == DAVIT_RUNTIME_PODMAN ? "Podman" : "Docker";
    bool told = probe->engine_version[0] != '\0';
    snprintf(buffer, size, "%s%s%s", kind, told ? " " : "", probe->engine_version);
    return buffer;
}

int davit__version_check(const char *wanted, davit_error *error)
{
    if (!is_version(wanted)) {
        return davit__error_set(
            error, DAVIT_ERROR_INVALID_CONFIG,
            "API version \"%.40s\": expected MAJOR.MINOR, as in " DAVIT__API_MIN, wanted);
    }
    if (davit__version_compare(wanted, DAVIT__API_MIN) < 0 ||
        davit__version_compare(wanted, DAVIT__API_MAX) > 0) {
        return davit__error_set(error, DAVIT_ERROR_UNSUPPORTED,
                                "API version %s was asked for: davit speaks " DAVIT__API_MIN
                                " to " DAVIT__API_MAX,
                                wanted);
    }
    return 0;
}

static int use_wanted(const char *wanted, const davit__probe *probe, char ret_version[16],
                      davit_error *error)
{
    int r = davit__version_check(wanted, error);
    if (r < 0) {
        return r;
    }
    const char *oldest = probe->api_version_min;
    if (davit__version_compare(wanted, probe->api_version) > 0 ||
        (oldest[0] && davit__version_compare(wanted, oldest) < 0)) {
        return davit__error_set(error, DAVIT_ERROR_UNSUPPORTED,
                                "API version %s was asked for: the engine speaks %s%s%s", wanted,
                                oldest, oldest[0] ? " to " : "at most ", probe->api_version);
    }
    char *dot = NULL;
    long major = strtol(wanted, &dot, 10);
    snprintf(ret_version, 16, "%ld.%ld", major, strtol(dot + 1, NULL, 10));
    return 0;
}

int davit__negotiate(const char *wanted, const davit__probe *probe, char ret_version[16],
                     davit_error *error)
{
    if (!davit__empty(wanted)) {
        return use_wanted(wanted, probe, ret_version, error);
    }
    char name[48];
    if (davit__version_compare(probe->api_version, DAVIT__API_MIN) < 0) {
        return davit__error_set(error, DAVIT_ERROR_UNSUPPORTED,
                                "%s is too old: its API is %s, davit needs " DAVIT__API_MIN
                                " or newer; upgrade the engine",
                                davit__probe_name(probe, name, sizeof name), probe->api_version);
    }
    if (probe->api_version_min[0] &&
        davit__version_compare(probe->api_version_min, DAVIT__API_MAX) > 0) {
        return davit__error_set(error, DAVIT_ERROR_UNSUPPORTED,
                                "%s is too new: its API begins at %s, davit speaks " DAVIT__API_MIN
                                " to " DAVIT__API_MAX "; upgrade davit",
                                davit__probe_name(probe, name, sizeof name),
                                probe->api_version_min);
    }
    bool theirs = davit__version_compare(probe->api_version, DAVIT__API_MAX) < 0;
    snprintf(ret_version, 16, "%s", theirs ? probe->api_version : DAVIT__API_MAX);
    return 0;
}
