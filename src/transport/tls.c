/* SPDX-License-Identifier: MIT */
#include "tls.h"

#include "memory.h"
#include "tls_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>

/* ---- certificates ---- */

static int fail_file(davit__tls *tls, const char *path, const char *what, davit_error *error)
{
    const char *reason = tls->openssl.ERR_reason_error_string(tls->openssl.ERR_peek_error());
    int r = davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "%s: this is no %s in PEM form%s%s",
                             path, what, reason ? ": " : "", reason ? reason : "");
    tls->openssl.ERR_clear_error();
    return r;
}

/* OpenSSL does not tell a missing file from one of wrong content in words. */
static int check_readable(const char *path, const char *what, davit_error *error)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        return davit__error_errno(error, DAVIT_ERROR_INVALID_CONFIG, errno, "%s %s", what, path);
    }
    fclose(file);
    return 0;
}

static int load_authorities(davit__tls *tls, davit_error *error)
{
    if (!tls->ca) {
        tls->openssl.SSL_CTX_set_default_verify_paths(tls->context);
        return 0;
    }
    int r = check_readable(tls->ca, "CA certificate", error);
    if (r == 0 && !tls->openssl.SSL_CTX_load_verify_file(tls->context, tls->ca)) {
        r = fail_file(tls, tls->ca, "CA certificate", error);
    }
    return r;
}

/* Without it OpenSSL would ask for the password on the terminal. */
static int refuse_password(char *buffer, int size, int writing, void *context)
{
    *(bool *)context = true;
    return -1;
}

static int load_key(davit__tls *tls, davit_error *error)
{
    const davit__openssl *o = &tls->openssl;
    bool locked = false;
    o->SSL_CTX_set_default_passwd_cb(tls->context, refuse_password);
    o->SSL_CTX_set_default_passwd_cb_userdata(tls->context, &locked);
    if (o->SSL_CTX_use_PrivateKey_file(tls->context, tls->key, SSL_FILETYPE_PEM)) {
        return 0;
    }
    if (ERR_GET_REASON(o->ERR_peek_error()) == X509_R_KEY_VALUES_MISMATCH) {
        o->ERR_clear_error();
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "%s: this is not the key of the certificate %s", tls->key,
                                tls->certificate);
    }
    return fail_file(tls, tls->key, locked ? "private key without a password" : "private key",
                     error);
}

static int load_certificate(davit__tls *tls, davit_error *error)
{
    if (!tls->certificate && !tls->key) {
        return 0;
    }
    if (!tls->certificate || !tls->key) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "%s: a client certificate and its key go together, expected both",
                                tls->key ? tls->key : tls->certificate);
    }
    int r = check_readable(tls->certificate, "client certificate", error);
    if (r == 0) {
        r = check_readable(tls->key, "client key", error);
    }
    if (r == 0 &&
        !tls->openssl.SSL_CTX_use_certificate_chain_file(tls->context, tls->certificate)) {
        r = fail_file(tls, tls->certificate, "certificate", error);
    }
    return r < 0 ? r : load_key(tls, error);
}

static int prepare_context(davit__tls *tls, davit_error *error)
{
    const davit__openssl *o = &tls->openssl;
    int r = davit__openssl_load(&tls->openssl, error);
    if (r < 0) {
        return r;
    }
    o->ERR_clear_error();
    tls->context = o->SSL_CTX_new(o->TLS_client_method());
    if (!tls->context) {
        return davit__error_no_memory(error);
    }
    o->SSL_CTX_ctrl(tls->context, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, NULL);
    o->SSL_CTX_ctrl(tls->context, SSL_CTRL_MODE,
                    SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                        SSL_MODE_RELEASE_BUFFERS,
                    NULL);
    o->SSL_CTX_set_options(tls->context, SSL_OP_NO_RENEGOTIATION);
    o->SSL_CTX_set_cert_verify_callback(tls->context, davit__tls_verify, tls);
    r = tls->insecure ? 0 : load_authorities(tls, error);
    return r < 0 ? r : load_certificate(tls, error);
}

int davit__tls_open(const davit__tls_settings *settings, davit__tls **ret_tls, davit_error *error)
{
    davit__tls *tls = calloc(1, sizeof *tls);
    if (!tls) {
        return davit__error_no_memory(error);
    }
    tls->users = 1;
    tls->insecure = settings->insecure;
    int r = davit__copy(settings->ca, &tls->ca, error);
    if (r == 0) {
        r = davit__copy(settings->certificate, &tls->certificate, error);
    }
    if (r == 0) {
        r = davit__copy(settings->key, &tls->key, error);
    }
    if (r == 0) {
        r = prepare_context(tls, error);
    }
    if (r < 0) {
        davit__tls_close(tls);
        return r;
    }
    *ret_tls = tls;
    return 0;
}

davit__tls *davit__tls_share(davit__tls *tls)
{
    if (tls) {
        atomic_fetch_add(&tls->users, 1);
    }
    return tls;
}

bool davit__tls_is_insecure(const davit__tls *tls)
{
    return tls->insecure;
}

void davit__tls_close(davit__tls *tls)
{
    if (!tls || atomic_fetch_sub(&tls->users, 1) > 1) {
        return;
    }
    if (tls->context) {
        tls->openssl.SSL_CTX_free(tls->context);
    }
    free(tls->ca);
    free(tls->certificate);
    free(tls->key);
    free(tls);
}

/* ---- bytes to and from the socket ---- */

static davit__tls_connection *of(davit__connection *connection)
{
    return (davit__tls_connection *)connection;
}

/* 0, or -1 with errno: EAGAIN, if the socket takes no more at present. */
static int flush(davit__tls_connection *t)
{
    for (;;) {
        if (t->unsent_start == t->unsent_end) {
            int length = t->tls->openssl.BIO_read(t->out, t->unsent, sizeof t->unsent);
            if (length <= 0) {
                return 0;
            }
            t->unsent_start = 0;
            t->unsent_end = (size_t)length;
        }
        ssize_t sent = send(t->connection.fd, t->unsent + t->unsent_start,
                            t->unsent_end - t->unsent_start, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR) {
            return -1;
        }
        t->unsent_start += sent > 0 ? (size_t)sent : 0;
    }
}

/* 1: some came; 0: the end of the socket's stream; -1 with errno. */
static int fill(davit__tls_connection *t)
{
    char received[DAVIT__TLS_RECORD_MAX];
    ssize_t length;
    do {
        length = recv(t->connection.fd, received, sizeof received, 0);
    } while (length < 0 && errno == EINTR);
    if (length > 0 && t->tls->openssl.BIO_write(t->in, received, (int)length) != length) {
        errno = ENOMEM;
        return -1;
    }
    return length > 0 ? 1 : (int)length;
}

/* What is left unsent goes out with the next call, for which the socket has to be writable. */
static void set_events(davit__tls_connection *t)
{
    const davit__openssl *o = &t->tls->openssl;
    bool unsent = t->unsent_start < t->unsent_end || o->BIO_ctrl_pending(t->out) > 0;
    t->connection.read_events = unsent ? POLLIN | POLLOUT : POLLIN;
}

/* After OpenSSL gave no bytes: -1 with errno EAGAIN to go on later, 0 for the end that the other
 * side announced, 1: try again, as some came. */
static int find_more(davit__tls_connection *t, int result)
{
    const davit__openssl *o = &t->tls->openssl;
    switch (o->SSL_get_error(t->ssl, result)) {
    case SSL_ERROR_ZERO_RETURN:
        return 0;
    case SSL_ERROR_WANT_READ:
        break;
    case SSL_ERROR_SSL:
        t->alert = ERR_GET_REASON(o->ERR_peek_error());
        o->ERR_clear_error();
        flush(t); /* the alert that tells the other side */
        errno = ECONNRESET;
        return -1;
    default:
        errno = ECONNRESET;
        return -1;
    }
    /* An end that was not announced may be an attacker's. */
    int r = fill(t);
    if (r == 0 || (r < 0 && errno == ECONNRESET)) {
        t->ended = true;
        errno = ECONNRESET;
        return -1;
    }
    return r;
}

static ssize_t tls_read(davit__connection *connection, void *data, size_t size)
{
    davit__tls_connection *t = of(connection);
    const davit__openssl *o = &t->tls->openssl;
    connection->pending = false;
    if (flush(t) < 0 && errno != EAGAIN && errno != EPIPE && errno != ECONNRESET) {
        return -1; /* one that only takes no more may still have something to say */
    }
    int wanted = size < DAVIT__TLS_RECORD_MAX ? (int)size : DAVIT__TLS_RECORD_MAX;
    for (;;) {
        o->ERR_clear_error();
        int length = o->SSL_read(t->ssl, data, wanted);
        if (length > 0) {
            connection->pending = o->SSL_pending(t->ssl) > 0 || o->BIO_ctrl_pending(t->in) > 0;
            set_events(t);
            return length;
        }
        int r = find_more(t, length);
        if (r <= 0) {
            int reason = errno;
            set_events(t);
            errno = reason;
            return r;
        }
    }
}

/* At most one record is on its way at any time. */
static ssize_t tls_write(davit__connection *connection, const void *data, size_t size)
{
    davit__tls_connection *t = of(connection);
    const davit__openssl *o = &t->tls->openssl;
    if (flush(t) < 0) {
        return -1;
    }
    int wanted = size < DAVIT__TLS_RECORD_MAX ? (int)size : DAVIT__TLS_RECORD_MAX;
    o->ERR_clear_error();
    int length = o->SSL_write(t->ssl, data, wanted);
    if (length <= 0) {
        o->ERR_clear_error();
        errno = EPIPE;
        return -1;
    }
    bool failed = flush(t) < 0 && errno != EAGAIN;
    int reason = errno;
    set_events(t);
    errno = reason;
    return failed ? -1 : length;
}

/* TLS has a half-close of its own; the socket stays open, as alerts may have to be sent. */
static int tls_shutdown_write(davit__connection *connection)
{
    davit__tls_connection *t = of(connection);
    t->tls->openssl.SSL_shutdown(t->ssl);
    t->tls->openssl.ERR_clear_error();
    int r = flush(t);
    int reason = errno;
    set_events(t);
    errno = reason;
    return r < 0 && reason == EAGAIN ? 0 : r;
}

static void release(davit__tls_connection *t)
{
    if (t->ssl) {
        t->tls->openssl.SSL_free(t->ssl); /* with its two memories */
    }
    davit__tls_close(t->tls);
    free(t);
}

static void tls_close(davit__connection *connection)
{
    tls_shutdown_write(connection);
    close(connection->fd);
    release(of(connection));
}

static int tls_explain(davit__connection *connection, davit_error *error)
{
    return davit__tls_explain(of(connection), error);
}

static const davit__connection_operations tls_operations = {
    .read = tls_read,
    .write = tls_write,
    .shutdown_write = tls_shutdown_write,
    .close = tls_close,
    .explain = tls_explain,
};

/* ---- the handshake ---- */

static int expect_host(davit__tls_connection *t)
{
    const davit__openssl *o = &t->tls->openssl;
    unsigned char binary[sizeof(struct in6_addr)];
    const char *host = t->host;
    if (inet_pton(AF_INET, host, binary) == 1 || inet_pton(AF_INET6, host, binary) == 1) {
        return o->X509_VERIFY_PARAM_set1_ip_asc(o->SSL_get0_param(t->ssl), host);
    }
    o->SSL_set_hostflags(t->ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
                                     X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    return o->SSL_set1_host(t->ssl, host) && o->SSL_ctrl(t->ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME,
                                                         TLSEXT_NAMETYPE_host_name, t->host) == 1;
}

static int set_up(davit__tls_connection *t, davit_error *error)
{
    const davit__openssl *o = &t->tls->openssl;
    t->in = o->BIO_new(o->BIO_s_mem());
    t->out = o->BIO_new(o->BIO_s_mem());
    t->ssl = t->in && t->out ? o->SSL_new(t->tls->context) : NULL;
    if (!t->ssl) {
        o->BIO_free(t->in);
        o->BIO_free(t->out);
        return davit__error_no_memory(error);
    }
    o->SSL_set_bio(t->ssl, t->in, t->out);
    o->SSL_set_connect_state(t->ssl);
    o->SSL_set_ex_data(t->ssl, 0, t);
    o->SSL_set_verify(t->ssl, t->tls->insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, NULL);
    return expect_host(t) ? 0 : davit__error_no_memory(error);
}

static int fail_handshake(const davit__tls_connection *t, davit_error *error)
{
    if (t->ended && !t->alert && t->refusal.code == X509_V_OK) {
        return davit__error_set(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
                                "the other side ended the TLS handshake without a reason");
    }
    int r = davit__tls_explain(t, error);
    return r < 0
               ? r
               : davit__error_set(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE, "TLS handshake failed");
}

static int shake_hands(davit__tls_connection *t, davit__limit limit, davit_error *error)
{
    const davit__openssl *o = &t->tls->openssl;
    for (;;) {
        o->ERR_clear_error();
        int done = o->SSL_do_handshake(t->ssl);
        bool stuck = flush(t) < 0;
        if (stuck && errno != EAGAIN) {
            return fail_handshake(t, error);
        }
        if (done == 1) {
            set_events(t);
            return 0;
        }
        int r = find_more(t, done);
        if (r == 0 || (r < 0 && errno != EAGAIN)) {
            return fail_handshake(t, error);
        }
        if (r < 0) {
            short events = stuck ? POLLIN | POLLOUT : POLLIN;
            r = davit__wait_fd(t->connection.fd, events, limit, error);
        }
        if (r < 0) {
            return davit__error_wrap(error, r, "TLS handshake");
        }
    }
}

int davit__tls_connect(davit__tls *tls, int fd, const char *host, davit__limit limit,
                       davit__connection **ret_connection, davit_error *error)
{
    davit__tls_connection *t = calloc(1, sizeof *t);
    if (!t) {
        return davit__error_no_memory(error);
    }
    t->connection = (davit__connection){.operations = &tls_operations, .fd = fd};
    t->tls = davit__tls_share(tls);
    snprintf(t->host, sizeof t->host, "%s", host);
    int r = set_up(t, error);
    if (r == 0) {
        r = shake_hands(t, limit, error);
    }
    if (r < 0) {
        release(t);
        return r;
    }
    *ret_connection = &t->connection;
    return 0;
}
