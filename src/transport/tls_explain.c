/* SPDX-License-Identifier: MIT */
/* Why TLS failed, in words, with the remedy. */
#include "memory.h"
#include "tls_internal.h"

#include <stdio.h>

/* What OpenSSL printed, in one line of printable characters. Frees the memory. */
static void take_text(const davit__openssl *o, BIO *memory, char *text, size_t size)
{
    int length = memory ? o->BIO_read(memory, text, (int)size - 1) : 0;
    text[length > 0 ? length : 0] = '\0';
    for (char *at = text; *at; at++) {
        *at = *at < ' ' || *at > '~' ? '?' : *at;
    }
    o->BIO_free(memory);
}

static void describe_name(const davit__openssl *o, const X509_NAME *name,
                          char text[DAVIT__TLS_TEXT_MAX])
{
    BIO *memory = o->BIO_new(o->BIO_s_mem());
    if (memory) {
        o->X509_NAME_print_ex(memory, name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
    }
    take_text(o, memory, text, DAVIT__TLS_TEXT_MAX);
}

static void describe_time(const davit__openssl *o, const ASN1_TIME *time, char text[40])
{
    BIO *memory = o->BIO_new(o->BIO_s_mem());
    if (memory) {
        o->ASN1_TIME_print(memory, time);
    }
    take_text(o, memory, text, 40);
}

/* "DNS:engine.example, IP Address:10.0.0.1" */
static void describe_hosts(const davit__openssl *o, X509 *certificate,
                           char text[DAVIT__TLS_TEXT_MAX])
{
    int at = o->X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1);
    BIO *memory = at >= 0 ? o->BIO_new(o->BIO_s_mem()) : NULL;
    if (memory) {
        o->X509V3_EXT_print(memory, o->X509_get_ext(certificate, at), 0, 0);
    }
    take_text(o, memory, text, DAVIT__TLS_TEXT_MAX);
}

int davit__tls_verify(X509_STORE_CTX *store, void *context)
{
    const davit__tls *tls = context;
    const davit__openssl *o = &tls->openssl;
    int accepted = o->X509_verify_cert(store);
    SSL *ssl = o->X509_STORE_CTX_get_ex_data(store, o->SSL_get_ex_data_X509_STORE_CTX_idx());
    davit__tls_connection *t = ssl ? o->SSL_get_ex_data(ssl, 0) : NULL;
    X509 *certificate = o->X509_STORE_CTX_get_current_cert(store);
    if (accepted > 0 || tls->insecure || !t) {
        return accepted;
    }
    t->refusal.code = o->X509_STORE_CTX_get_error(store);
    if (certificate) {
        describe_name(o, o->X509_get_subject_name(certificate), t->refusal.subject);
        describe_name(o, o->X509_get_issuer_name(certificate), t->refusal.issuer);
        describe_hosts(o, certificate, t->refusal.names);
        describe_time(o, o->X509_get0_notBefore(certificate), t->refusal.from);
        describe_time(o, o->X509_get0_notAfter(certificate), t->refusal.until);
    }
    return accepted;
}

static int explain_foreign(const davit__tls_connection *t, davit_error *error)
{
    return davit__error_set(
        error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
        "the engine's certificate (%s) is not signed by %s%s, but by \"%s\": name the CA that "
        "signed it with --tlscacert, or put it into DOCKER_CERT_PATH as ca.pem",
        t->refusal.subject, t->tls->ca ? "" : "an authority that this machine trusts",
        t->tls->ca ? t->tls->ca : "", t->refusal.issuer);
}

static int explain_host(const davit__tls_connection *t, davit_error *error)
{
    return davit__error_set(
        error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
        "the engine's certificate is not made for %s, but for %s: use such a name in the "
        "address, or have a certificate made for this one",
        t->host, t->refusal.names[0] ? t->refusal.names : "no host (it has no subjectAltName)");
}

static int explain_refusal(const davit__tls_connection *t, davit_error *error)
{
    switch (t->refusal.code) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
        return explain_foreign(t, error);
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return explain_host(t, error);
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return davit__error_set(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
                                "the engine's certificate (%s) expired on %s: renew it there",
                                t->refusal.subject, t->refusal.until);
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return davit__error_set(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
                                "the engine's certificate (%s) begins to be valid on %s: compare "
                                "the clocks of both machines",
                                t->refusal.subject, t->refusal.from);
    default:
        return davit__error_set(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
                                "the engine's certificate (%s) cannot be trusted: %s",
                                t->refusal.subject,
                                t->tls->openssl.X509_verify_cert_error_string(t->refusal.code));
    }
}

/* The engine does not like what this side showed it, or that it showed nothing. */
static int explain_client(const davit__tls_connection *t, davit_error *error)
{
    const davit__openssl *o = &t->tls->openssl;
    if (!t->tls->certificate) {
        return davit__error_set(error, DAVIT_ERROR_UNAUTHORIZED,
                                "the engine asks for a client certificate: name one with --tlscert "
                                "and --tlskey, or put it into DOCKER_CERT_PATH as cert.pem and "
                                "key.pem");
    }
    X509 *certificate = o->SSL_CTX_get0_certificate(t->tls->context);
    const ASN1_TIME *end = certificate ? o->X509_get0_notAfter(certificate) : NULL;
    if (end && o->X509_cmp_current_time(end) < 0) {
        char until[40];
        describe_time(o, end, until);
        return davit__error_set(error, DAVIT_ERROR_UNAUTHORIZED,
                                "the engine refuses the client certificate %s, which expired on "
                                "%s: renew it",
                                t->tls->certificate, until);
    }
    return davit__error_set(error, DAVIT_ERROR_UNAUTHORIZED,
                            "the engine refuses the client certificate %s: have one signed by the "
                            "CA that the engine was given (its --tlscacert)",
                            t->tls->certificate);
}

static int explain_alert(const davit__tls_connection *t, davit_error *error)
{
    switch (t->alert) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
    case SSL_R_HTTP_REQUEST:
        return davit__error_set(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
                                "what answers there speaks no TLS: leave out --tlsverify and "
                                "DOCKER_TLS_VERIFY, if it is meant to be without");
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
        return davit__error_set(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
                                "what answers there does not know TLS 1.2 or newer: upgrade it");
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
        return explain_client(t, error);
    default:
        break;
    }
    const char *reason =
        t->tls->openssl.ERR_reason_error_string(ERR_PACK(ERR_LIB_SSL, 0, (unsigned long)t->alert));
    return davit__error_set(error, DAVIT_ERROR_PROTOCOL, "TLS failed: %s",
                            reason ? reason : "for a reason that OpenSSL does not name");
}

int davit__tls_explain(const davit__tls_connection *t, davit_error *error)
{
    if (t->refusal.code != X509_V_OK) {
        return explain_refusal(t, error);
    }
    if (t->alert) {
        return explain_alert(t, error);
    }
    return t->ended ? davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                                       "the connection was cut: TLS announces an end that is meant")
                    : 0;
}
