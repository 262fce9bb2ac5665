/* SPDX-License-Identifier: MIT */
/* What the files of the TLS transport share. */
#ifndef DAVIT_TRANSPORT_TLS_INTERNAL_H
#define DAVIT_TRANSPORT_TLS_INTERNAL_H

#include "connection.h"
#include "openssl.h"

#include <stdatomic.h>

#define DAVIT__TLS_TEXT_MAX   200
#define DAVIT__TLS_RECORD_MAX (16 * 1024) /* of plain text, as TLS has it */

struct davit__tls {
    atomic_int users;
    davit__openssl openssl;
    SSL_CTX *context;
    char *ca, *certificate, *key; /* for messages */
    bool insecure;
};

/* What is wrong with the other side's certificate. Its texts are printable. */
typedef struct davit__tls_refusal {
    int code;                          /* X509_V_ERR_..., X509_V_OK: nothing */
    char subject[DAVIT__TLS_TEXT_MAX]; /* of the certificate that is at fault */
    char issuer[DAVIT__TLS_TEXT_MAX];
    char names[DAVIT__TLS_TEXT_MAX]; /* of hosts it is made for */
    char from[40], until[40];
} davit__tls_refusal;

/* OpenSSL works on memory; the socket is read and written here, so that nothing waits or raises a
 * signal in there. */
typedef struct davit__tls_connection {
    davit__connection connection;
    davit__tls *tls;
    SSL *ssl;
    BIO *in;  /* received, not yet understood */
    BIO *out; /* what OpenSSL wants sent */
    char unsent[DAVIT__TLS_RECORD_MAX + 1024];
    size_t unsent_start, unsent_end;
    bool ended; /* the socket gave its end, which TLS had not announced */
    char host[256];
    davit__tls_refusal refusal;
    int alert; /* the reason of a fatal alert or another failure of the protocol; 0: none */
} davit__tls_connection;

/* Verify a chain of certificates, and take down why it is refused: for
 * SSL_CTX_set_cert_verify_callback(), with the davit__tls as its context. */
int davit__tls_verify(X509_STORE_CTX *store, void *context);

/* Fill the error with why the handshake, or the stream after it, failed. 0: the protocol knows of
 * no reason. */
int davit__tls_explain(const davit__tls_connection *t, davit_error *error);

#endif
