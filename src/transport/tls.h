/* SPDX-License-Identifier: MIT */
/* TLS on a connected socket. OpenSSL is loaded when the first address asks for it and not before: a
 * process that only uses unix sockets neither needs it nor pays for it. */
#ifndef DAVIT_TRANSPORT_TLS_H
#define DAVIT_TRANSPORT_TLS_H

#include "wait.h"

typedef struct davit__connection davit__connection;

/* What both sides show and trust, shared by all connections to an address. */
typedef struct davit__tls davit__tls;

/* PEM files. */
typedef struct davit__tls_settings {
    const char *ca;          /* whom to trust; NULL: the authorities that this machine trusts */
    const char *certificate; /* of this side, with its chain; NULL: none */
    const char *key;         /* of `certificate` */
    bool insecure;           /* do not look at the other side's certificate */
} davit__tls_settings;

/* Load OpenSSL, read the files. Errors: DAVIT_ERROR_INVALID_CONFIG (a file that is not there or not
 * what it should be, named), DAVIT_ERROR_UNSUPPORTED (OpenSSL is not installed). */
int davit__tls_open(const davit__tls_settings *settings, davit__tls **ret_tls, davit_error *error);

/* The same once more: for each there is a davit__tls_close(). NULL gives NULL. */
davit__tls *davit__tls_share(davit__tls *tls);
void davit__tls_close(davit__tls *tls);

/* Whether the settings were so. */
bool davit__tls_is_insecure(const davit__tls *tls);

/* Shake hands on a connected, non-blocking socket, which belongs to the connection on success only.
 * At least TLS 1.2. The other side's certificate has to be of a trusted authority, in force, and
 * made for `host`, unless the settings say otherwise. */
int davit__tls_connect(davit__tls *tls, int fd, const char *host, davit__limit limit,
                       davit__connection **ret_connection, davit_error *error);

#endif
