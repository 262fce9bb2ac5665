/* SPDX-License-Identifier: MIT */
/* Where an engine listens. */
#ifndef DAVIT_TRANSPORT_ADDRESS_H
#define DAVIT_TRANSPORT_ADDRESS_H

#include "tls.h"

typedef enum davit__scheme {
    DAVIT__SCHEME_UNIX,
    DAVIT__SCHEME_TCP,
    DAVIT__SCHEME_SSH,
} davit__scheme;

/* Parsed from "unix:///run/docker.sock", a bare absolute path, "tcp://HOST[:PORT]" or
 * "ssh://[USER@]HOST[:PORT][/PATH]". */
typedef struct davit__address {
    davit__scheme scheme;
    char *path; /* unix: the socket's path; ssh: that of the socket over there, NULL: the usual */
    char *host; /* tcp, ssh: a name or an IP address, that one without brackets */
    char *port; /* tcp: its number, NULL: 2375, with TLS 2376; ssh: NULL: as ssh is set up */
    char *user; /* ssh: NULL: as ssh is set up */
    char *identity;  /* ssh: file of the key to use, NULL: as ssh is set up */
    char *command;   /* ssh: what to run there, whose input and output are the stream */
    bool asks_tls;   /* it was spelled "https://" */
    davit__tls *tls; /* tcp: NULL: without; see davit__address_use_tls() */
} davit__address;

/* "http://" is another spelling of "tcp://", "https://" one of "tcp://" with TLS. Refuses other
 * schemes by name (npipe, fd), relative and over-long paths, and what is no host or port, with
 * DAVIT_ERROR_INVALID_CONFIG. */
int davit__address_parse(const char *url, davit__address *ret_address, davit_error *error);

/* Reach it with TLS: read the certificates. Errors as of davit__tls_open(). */
int davit__address_use_tls(davit__address *address, const davit__tls_settings *settings,
                           davit_error *error);

/* The TLS state is shared by the copies. */
int davit__address_copy(const davit__address *address, davit__address *ret_copy,
                        davit_error *error);
void davit__address_free(davit__address *address);

/* "tcp://[::1]:2376": with its scheme and its port. NULL: no memory. */
char *davit__address_format(const davit__address *address);

/* The port to connect to. */
const char *davit__address_port(const davit__address *address);

/* DAVIT_ERROR_INVALID_CONFIG: `path` cannot be a socket's; `url` is named in the message. */
int davit__address_check_path(const char *path, const char *url, davit_error *error);

#endif
