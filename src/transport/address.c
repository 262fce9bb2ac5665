/* SPDX-License-Identifier: MIT */
#include "address.h"

#include "memory.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/un.h>

#define UNIX_PREFIX "unix://"
#define EXPECTED    "expected unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST"

int davit__address_check_path(const char *path, const char *url, davit_error *error)
{
    struct sockaddr_un name;
    if (path[0] != '/') {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "%s: expected the absolute path of a socket, as in "
                                "unix:///run/docker.sock",
                                url);
    }
    if (strlen(path) >= sizeof name.sun_path) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "%s: the path of a socket has at most %zu bytes, this one has %zu",
                                url, sizeof name.sun_path - 1, strlen(path));
    }
    return 0;
}

static int parse_unix(const char *path, const char *url, davit__address *address,
                      davit_error *error)
{
    int r = davit__address_check_path(path, url, error);
    return r < 0 ? r : davit__copy(path, &address->path, error);
}

/* What a name or an IP address consists of. ('%' goes before the zone of an IPv6 address.) */
static bool is_host(const char *text, size_t length, bool bracketed)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    static const char colons[] = "abcdefABCDEF0123456789:.%"
                                 "ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ_-";
    return length > 0 && length <= 255 && text[0] != '-' &&
           strspn(text, bracketed ? colons : plain) >= length;
}

static bool is_port(const char *text, size_t length)
{
    char *end;
    long number = length > 0 && length <= 5 ? strtol(text, &end, 10) : 0;
    return strspn(text, "0123456789") == length && number > 0 && number <= 65535;
}

static int refuse_place(const char *url, const char *what, davit_error *error)
{
    return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                            "%s: %s, expected HOST, HOST:PORT or [IPV6]:PORT behind the scheme",
                            url, what);
}

/* "HOST", "HOST:PORT", "[::1]:PORT" of `length` bytes. */
static int parse_place(const char *place, size_t length, const char *url, davit__address *address,
                       davit_error *error)
{
    bool bracketed = length > 0 && place[0] == '[';
    const char *host = place + bracketed;
    size_t host_length = strcspn(host, bracketed ? "]/" : ":/");
    const char *rest = host + host_length + (bracketed && host[host_length] == ']');
    size_t left = length - (size_t)(rest - place);
    if (!is_host(host, host_length, bracketed) || (bracketed && host[host_length] != ']')) {
        return refuse_place(url, host_length == 0 ? "no host is named" : "this is no host", error);
    }
    if (left > 0 && (rest[0] != ':' || !is_port(rest + 1, left - 1))) {
        return refuse_place(url, "a port is a number from 1 to 65535", error);
    }
    address->host = strndup(host, host_length);
    address->port = left > 0 ? strndup(rest + 1, left - 1) : NULL;
    return address->host && (left == 0 || address->port) ? 0 : davit__error_no_memory(error);
}

static int parse_tcp(const char *place, const char *url, davit__address *address,
                     davit_error *error)
{
    size_t length = strcspn(place, "/");
    address->scheme = DAVIT__SCHEME_TCP;
    if (place[length] && place[length + 1]) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "%s: an engine behind a path cannot be reached, " EXPECTED, url);
    }
    return parse_place(place, length, url, address, error);
}

/* What may stand in a command line over there without being taken for anything else. */
static bool is_plain_path(const char *path)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "/._-+@:,=";
    return path[0] == '/' && strspn(path, plain) == strlen(path);
}

static int parse_user(const char *user, size_t length, const char *url, davit__address *address,
                      davit_error *error)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "._-+\\$";
    if (memchr(user, ':', length)) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "ssh address with a password: leave it out, ssh needs a key");
    }
    if (length == 0 || user[0] == '-' || strspn(user, plain) < length) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "%s: what stands before the @ is no user", url);
    }
    address->user = strndup(user, length);
    return address->user ? 0 : davit__error_no_memory(error);
}

static int parse_ssh(const char *place, const char *url, davit__address *address,
                     davit_error *error)
{
    size_t length = strcspn(place, "/");
    const char *at = memrchr(place, '@', length);
    const char *path = place + length;
    address->scheme = DAVIT__SCHEME_SSH;
    int r = at ? parse_user(place, (size_t)(at - place), url, address, error) : 0;
    if (r == 0) {
        const char *host = at ? at + 1 : place;
        r = parse_place(host, length - (size_t)(host - place), url, address, error);
    }
    if (r < 0 || !path[0] || !path[1]) {
        return r;
    }
    if (!is_plain_path(path)) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "%s: the path of the socket has characters other than letters, "
                                "digits and / . _ - + @ : , =",
                                url);
    }
    return davit__copy(path, &address->path, error);
}

static int parse(const char *url, davit__address *address, davit_error *error)
{
    const char *separator = strstr(url, "://");
    if (url[0] == '/' || !separator) {
        return parse_unix(url, url, address, error);
    }
    if (davit__starts_with(url, UNIX_PREFIX)) {
        return parse_unix(separator + 3, url, address, error);
    }
    address->asks_tls = davit__starts_with(url, "https://");
    if (address->asks_tls || davit__starts_with(url, "tcp://") ||
        davit__starts_with(url, "http://")) {
        return parse_tcp(separator + 3, url, address, error);
    }
    if (davit__starts_with(url, "ssh://")) {
        return parse_ssh(separator + 3, url, address, error);
    }
    return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                            "%s: davit cannot reach engines by %.*s, " EXPECTED, url,
                            (int)(separator - url), url);
}

int davit__address_parse(const char *url, davit__address *ret_address, davit_error *error)
{
    if (davit__empty(url)) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "the engine's address is empty, " EXPECTED);
    }
    davit__address address = {0};
    int r = parse(url, &address, error);
    if (r < 0) {
        davit__address_free(&address);
        return r;
    }
    *ret_address = address;
    return 0;
}

int davit__address_use_tls(davit__address *address, const davit__tls_settings *settings,
                           davit_error *error)
{
    davit__tls *tls = NULL;
    int r = davit__tls_open(settings, &tls, error);
    if (r < 0) {
        return r;
    }
    davit__tls_close(address->tls);
    address->tls = tls;
    return 0;
}

/* The texts of an address. */
static const size_t texts[] = {
    offsetof(davit__address, path),     offsetof(davit__address, host),
    offsetof(davit__address, port),     offsetof(davit__address, user),
    offsetof(davit__address, identity), offsetof(davit__address, command),
};

static char **text_of(const davit__address *address, size_t index)
{
    return (char **)((uintptr_t)address + texts[index]);
}

int davit__address_copy(const davit__address *address, davit__address *ret_copy, davit_error *error)
{
    davit__address copy = {.scheme = address->scheme, .asks_tls = address->asks_tls};
    int r = 0;
    for (size_t i = 0; r == 0 && i < DAVIT__COUNT(texts); i++) {
        r = davit__copy(*text_of(address, i), text_of(&copy, i), error);
    }
    if (r < 0) {
        davit__address_free(&copy);
        return r;
    }
    copy.tls = davit__tls_share(address->tls);
    *ret_copy = copy;
    return 0;
}

void davit__address_free(davit__address *address)
{
    for (size_t i = 0; i < DAVIT__COUNT(texts); i++) {
        free(*text_of(address, i));
    }
    davit__tls_close(address->tls);
    *address = (davit__address){0};
}

const char *davit__address_port(const davit__address *address)
{
    return address->port ? address->port : address->tls ? "2376" : "2375";
}

char *davit__address_format(const davit__address *address)
{
    if (address->scheme == DAVIT__SCHEME_UNIX) {
        return davit__format(UNIX_PREFIX "%s", address->path);
    }
    bool brackets = strchr(address->host, ':') != NULL;
    if (address->scheme == DAVIT__SCHEME_SSH) {
        return davit__format(
            "ssh://%s%s%s%s%s%s%s%s", address->user ? address->user : "", address->user ? "@" : "",
            brackets ? "[" : "", address->host, brackets ? "]" : "", address->port ? ":" : "",
            address->port ? address->port : "", address->path ? address->path : "");
    }
    return davit__format("tcp://%s%s%s:%s", brackets ? "[" : "", address->host, brackets ? "]" : "",
                         davit__address_port(address));
}
