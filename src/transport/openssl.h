/* SPDX-License-Identifier: MIT */
/* The functions of OpenSSL that davit uses, found when they are first needed.
 *
 * Linked in, the library would cost every start of the command its relocations and constructors,
 * also of those that only talk to a unix socket. */
#ifndef DAVIT_TRANSPORT_OPENSSL_H
#define DAVIT_TRANSPORT_OPENSSL_H

#include "errors.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#define DAVIT__OPENSSL_FUNCTIONS(F)                                                                \
    F(ASN1_TIME_print)                                                                             \
    F(BIO_ctrl)                                                                                    \
    F(BIO_ctrl_pending)                                                                            \
    F(BIO_free)                                                                                    \
    F(BIO_new)                                                                                     \
    F(BIO_read)                                                                                    \
    F(BIO_s_mem)                                                                                   \
    F(BIO_write)                                                                                   \
    F(ERR_clear_error)                                                                             \
    F(ERR_peek_error)                                                                              \
    F(ERR_reason_error_string)                                                                     \
    F(SSL_CTX_ctrl)                                                                                \
    F(SSL_CTX_free)                                                                                \
    F(SSL_CTX_get0_certificate)                                                                    \
    F(SSL_CTX_load_verify_file)                                                                    \
    F(SSL_CTX_new)                                                                                 \
    F(SSL_CTX_set_cert_verify_callback)                                                            \
    F(SSL_CTX_set_default_passwd_cb_userdata)                                                      \
    F(SSL_CTX_set_default_passwd_cb)                                                               \
    F(SSL_CTX_set_default_verify_paths)                                                            \
    F(SSL_CTX_set_options)                                                                         \
    F(SSL_CTX_use_PrivateKey_file)                                                                 \
    F(SSL_CTX_use_certificate_chain_file)                                                          \
    F(SSL_ctrl)                                                                                    \
    F(SSL_do_handshake)                                                                            \
    F(SSL_free)                                                                                    \
    F(SSL_get0_param)                                                                              \
    F(SSL_get_error)                                                                               \
    F(SSL_get_ex_data)                                                                             \
    F(SSL_get_ex_data_X509_STORE_CTX_idx)                                                          \
    F(SSL_new)                                                                                     \
    F(SSL_pending)                                                                                 \
    F(SSL_read)                                                                                    \
    F(SSL_set1_host)                                                                               \
    F(SSL_set_bio)                                                                                 \
    F(SSL_set_connect_state)                                                                       \
    F(SSL_set_ex_data)                                                                             \
    F(SSL_set_hostflags)                                                                           \
    F(SSL_set_verify)                                                                              \
    F(SSL_shutdown)                                                                                \
    F(SSL_write)                                                                                   \
    F(TLS_client_method)                                                                           \
    F(X509V3_EXT_print)                                                                            \
    F(X509_NAME_print_ex)                                                                          \
    F(X509_STORE_CTX_get_current_cert)                                                             \
    F(X509_STORE_CTX_get_error)                                                                    \
    F(X509_STORE_CTX_get_ex_data)                                                                  \
    F(X509_VERIFY_PARAM_set1_ip_asc)                                                               \
    F(X509_cmp_current_time)                                                                       \
    F(X509_get0_notAfter)                                                                          \
    F(X509_get0_notBefore)                                                                         \
    F(X509_get_ext)                                                                                \
    F(X509_get_ext_by_NID)                                                                         \
    F(X509_get_issuer_name)                                                                        \
    F(X509_get_subject_name)                                                                       \
    F(X509_verify_cert)                                                                            \
    F(X509_verify_cert_error_string)

typedef struct davit__openssl {
#define DAVIT__OPENSSL_MEMBER(name) __typeof__(name) *name;
    DAVIT__OPENSSL_FUNCTIONS(DAVIT__OPENSSL_MEMBER)
#undef DAVIT__OPENSSL_MEMBER
} davit__openssl;

/* Once loaded the library stays: it cannot be unloaded. DAVIT_ERROR_UNSUPPORTED: there is none. */
int davit__openssl_load(davit__openssl *ret_openssl, davit_error *error);

#endif
