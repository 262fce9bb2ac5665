/* SPDX-License-Identifier: MIT */
/**
 * @file context.h
 * Contexts: engines by name, in docker's own store, so that both programs see the same ones.
 */
#ifndef DAVIT_CONTEXT_H
#define DAVIT_CONTEXT_H

#include <davit/type.h>

DAVIT_BEGIN

/** One context. */
typedef struct davit_context {
    char *name;           /**< "default": none, the engine is found as davit_engine_open() says */
    char *description;    /**< NULL: none */
    char *host;           /**< address of the engine; NULL: none of its own */
    bool current;         /**< what is used where nothing else is said */
    bool tls;             /**< there are certificates for it */
    bool skip_tls_verify; /**< the engine's certificate is not looked at */
} davit_context;
DAVIT_EXPORT const davit_type *davit_context_type(void);

typedef struct davit_context_list {
    davit_context *items;
    size_t count;
} davit_context_list;
DAVIT_EXPORT void davit_context_list_free(davit_context_list *list);
DAVIT_CLEANUP_FUNCTION(davit_context_list, davit_context_list_free)

/** All contexts in the order of their names, "default" first. DOCKER_CONFIG says where they are
 * kept
 * (~/.docker if it is not set). DAVIT_ERROR_INVALID_CONFIG: a file cannot be understood. */
DAVIT_EXPORT int davit_context_list_get(davit_context_list **ret_list, davit_error *error);

/** What davit_context_create() is told. */
typedef struct davit_context_config {
    size_t struct_size; /**< set by DAVIT_CONTEXT_CONFIG_INIT */
    const char *name;   /**< letters, digits and _ . + -, the first of them a letter or digit */
    const char *description; /**< NULL: none */
    const char *host;        /**< address of the engine, as davit_engine_options has it */
    const char *tls_ca_file; /**< PEM files, which are copied; NULL: none */
    const char *tls_certificate_file;
    const char *tls_key_file;
    bool skip_tls_verify; /**< do not look at the engine's certificate */
} davit_context_config;

#define DAVIT_CONTEXT_CONFIG_INIT                                                                  \
    {                                                                                              \
        .struct_size = sizeof(davit_context_config)                                                \
    }

/** Store a context. DAVIT_ERROR_CONFLICT: there is one of that name. DAVIT_ERROR_INVALID_CONFIG:
 * the name, the address or a file is no good. */
DAVIT_EXPORT int davit_context_create(const davit_context_config *config, davit_error *error);

/** Remove a context with its certificates. DAVIT_ERROR_CONFLICT: it is the current one and `force`
 * is false; with it, none is current then. */
DAVIT_EXPORT int davit_context_remove(const char *name, bool force, davit_error *error);

/** Make a context, or "default" for none, the current one for davit and docker. */
DAVIT_EXPORT int davit_context_use(const char *name, davit_error *error);

DAVIT_END

#endif
