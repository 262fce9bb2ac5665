/* SPDX-License-Identifier: MIT */
/**
 * @file engine.h
 * Finding an engine, talking to it, and what it says of itself.
 */
#ifndef DAVIT_ENGINE_H
#define DAVIT_ENGINE_H

#include <davit/cancel.h>
#include <davit/type.h>

DAVIT_BEGIN

/** A connection to one engine, or a scope of one. Safe to use from many threads. */
typedef struct davit_engine davit_engine;

/** An engine's operations: see runtime.h. */
typedef struct davit_driver davit_driver;

/** Kinds of engine. */
typedef enum davit_runtime {
    DAVIT_RUNTIME_ANY = 0, /**< not asked for */
    DAVIT_RUNTIME_DOCKER,
    DAVIT_RUNTIME_PODMAN,
    DAVIT_RUNTIME_CUSTOM, /**< a driver of the caller's, see runtime.h */
} davit_runtime;
DAVIT_EXPORT const davit_enum *davit_runtime_names(void);

/** How serious a log line is. */
typedef enum davit_log_level {
    DAVIT_LOG_DEBUG,
    DAVIT_LOG_INFO,
    DAVIT_LOG_WARNING,
    DAVIT_LOG_ERROR,
} davit_log_level;
DAVIT_EXPORT const davit_enum *davit_log_level_names(void);

/** Takes the library's log lines, from any thread; `message` has no newline. */
typedef void (*davit_log_callback)(void *context, davit_log_level level, const char *message);

/** Whether a tcp:// address is spoken to with TLS; see davit_engine_options. */
typedef enum davit_tls_mode {
    DAVIT_TLS_UNSET = 0,  /**< as the environment says: DOCKER_TLS_VERIFY, DOCKER_TLS */
    DAVIT_TLS_OFF,        /**< plain */
    DAVIT_TLS_UNVERIFIED, /**< TLS with whoever answers: no protection against another machine */
    DAVIT_TLS_VERIFIED, /**< TLS; chain, dates and host name of its certificate have to be right */
} davit_tls_mode;

typedef struct davit_engine_options {
    size_t struct_size; /**< set by DAVIT_ENGINE_OPTIONS_INIT */
    /** Where: "unix:///run/docker.sock", "tcp://10.0.0.1:2376", "ssh://me@engine". NULL: find one,
     * see davit_engine_open(). With ssh, `runtime` also says whose program carries the connection
     * on the other machine; if any will do: docker's where it is installed, else podman's. */
    const char *host;
    /** Which kind is wanted; an engine of another kind is refused. */
    davit_runtime runtime;
    /** A runtime of the caller's own; nothing is searched for then. It must outlive the engine. */
    const davit_driver *driver;
    void *driver_context; /**< for the driver's `open` */
    /** Ask for this API version ("1.41") instead of the newest that both sides know. */
    const char *api_version;
    /** Never start an embedded engine when none answers. */
    bool no_embedded;
    /** Opening, and every call without a scope of its own, ends within; 0: no limit. */
    int64_t timeout_ms;
    /** Stops opening, and every call without a scope of its own; may be NULL; must outlive the
     * engine. */
    davit_cancel *cancel;
    /** Where log lines go; NULL: nowhere. */
    davit_log_callback log;
    void *log_context;
    /** TLS for a tcp:// address (a context has settings of its own); DAVIT_TLS_UNSET with a file
     * below means DAVIT_TLS_VERIFIED. */
    davit_tls_mode tls;
    /** PEM files: whom to trust, and what to show of oneself. NULL: ca.pem, cert.pem and key.pem in
     * DOCKER_CERT_PATH or else in docker's folder of settings, as far as they are there; without a
     * ca.pem the authorities that this machine trusts. */
    const char *tls_ca_file;
    const char *tls_certificate_file;
    const char *tls_key_file;
    /** Use this context (see context.h), with its certificates; not together with `host`.
     * "default": none, not even the current one. */
    const char *context;
} davit_engine_options;

#define DAVIT_ENGINE_OPTIONS_INIT                                                                  \
    {                                                                                              \
        .struct_size = sizeof(davit_engine_options)                                                \
    }

/**
 * Open an engine. NULL options: all defaults. Which engine, first that is given:
 * options->host, DAVIT_HOST, DOCKER_HOST (for Docker), CONTAINER_HOST (for Podman), the settings
 * file, the current docker context; then the first of the usual sockets that answers /_ping,
 * Docker's before Podman's, rootful before rootless; then, if the `podman` program is installed, a
 * service that davit starts itself on a private socket and ends when idle.
 *
 * Errors: DAVIT_ERROR_RUNTIME_NOT_AVAILABLE (what was tried is in the message),
 * DAVIT_ERROR_UNAUTHORIZED, DAVIT_ERROR_INVALID_CONFIG, DAVIT_ERROR_PROTOCOL. An address that was
 * given explicitly and does not answer is an error, never a reason to try another.
 */
DAVIT_EXPORT int davit_engine_open(const davit_engine_options *options, davit_engine **ret_engine,
                                   davit_error *error);

/** Release the engine, or a scope of it. NULL is allowed. */
DAVIT_EXPORT void davit_engine_close(davit_engine *engine);
DAVIT_CLEANUP_FUNCTION(davit_engine, davit_engine_close)

typedef struct davit_scope_options {
    int64_t timeout_ms;   /**< every call through the scope ends within; 0: no limit */
    davit_cancel *cancel; /**< stops calls through the scope; may be NULL; must outlive it */
} davit_scope_options;

/**
 * The same engine with a time limit (for each call) and a cancellation (options NULL: with
 * neither). Close the scope with
 * davit_engine_close(), before the engine it was derived from.
 */
DAVIT_EXPORT int davit_engine_scope(davit_engine *engine, const davit_scope_options *options,
                                    davit_engine **ret_scope, davit_error *error);

/** What kind of engine it is. */
DAVIT_EXPORT davit_runtime davit_engine_runtime(const davit_engine *engine);

/** Things an engine can or cannot do; see davit_engine_can(). */
typedef enum davit_capability {
    DAVIT_CAPABILITY_BUILDKIT,        /**< builds with BuildKit */
    DAVIT_CAPABILITY_HEALTH_TIMER,    /**< the engine itself runs health checks on time */
    DAVIT_CAPABILITY_HEREDOC,         /**< heredocs in a Dockerfile's RUN */
    DAVIT_CAPABILITY_START_INTERVAL,  /**< health checks with a start interval */
    DAVIT_CAPABILITY_RESOURCE_LIMITS, /**< memory, CPU and pids limits */
    DAVIT_CAPABILITY_UPDATE_RESTART,  /**< a restart policy can be changed later */
    DAVIT_CAPABILITY_BUILD_MEMORY,    /**< a memory limit for build steps */
    DAVIT_CAPABILITY_BUILD_SECRETS,   /**< secrets for build steps */
    DAVIT_CAPABILITY_BUILD_SQUASH,    /**< builds of one layer */
    DAVIT_CAPABILITY_BUILD_SSH,       /**< ssh agents for build steps */
    DAVIT_CAPABILITY_BUILD_ULIMITS,   /**< ulimits and a size of /dev/shm for build steps */
    /** Log drivers, one each, in the order of davit_log_driver. */
    DAVIT_CAPABILITY_LOG_JSON_FILE,
    DAVIT_CAPABILITY_LOG_SYSLOG,
    DAVIT_CAPABILITY_LOG_JOURNALD,
    DAVIT_CAPABILITY_LOG_NONE,
    DAVIT_CAPABILITY_LOG_LOCAL,
    DAVIT_CAPABILITY_LOG_GELF,
    DAVIT_CAPABILITY_LOG_FLUENTD,
    DAVIT_CAPABILITY_LOG_AWSLOGS,
    DAVIT_CAPABILITY_LOG_SPLUNK,
    DAVIT_CAPABILITY_LOG_GCPLOGS,
    DAVIT_CAPABILITY_LOG_LOGENTRIES,
    DAVIT_CAPABILITY_LOG_K8S_FILE,
    DAVIT_CAPABILITY_LOG_PASSTHROUGH,
    DAVIT_CAPABILITY_COUNT
} davit_capability;

/** One row of the capability table. */
typedef struct davit_capability_info {
    const char *name; /**< "buildkit" */
    bool supported;
    const char *reason; /**< why not, one line; NULL if supported */
} davit_capability_info;

/** Ask the capability table; texts live as long as the engine. */
DAVIT_EXPORT davit_capability_info davit_engine_can(const davit_engine *engine,
                                                    davit_capability capability);

/** What davit_engine_version() gives. */
typedef struct davit_version {
    int runtime;           /**< davit_runtime */
    char *davit;           /**< this library */
    char *engine;          /**< "Docker Engine - Community", "Podman Engine" */
    char *version;         /**< the engine's own version, "20.10.24" */
    char *api_version;     /**< spoken with this engine */
    char *api_version_max; /**< newest the engine knows */
    char *api_version_min; /**< oldest the engine knows */
    char *host;            /**< address in use */
    char *chosen_by;       /**< why this engine: "DOCKER_HOST", "first socket that answers", ... */
    char *os;
    char *architecture;
    char *kernel;
} davit_version;
DAVIT_EXPORT const davit_type *davit_version_type(void);
DAVIT_EXPORT int davit_engine_version(davit_engine *engine, davit_version **ret_version,
                                      davit_error *error);
DAVIT_EXPORT void davit_version_free(davit_version *version);
DAVIT_CLEANUP_FUNCTION(davit_version, davit_version_free)

/** What davit_engine_info() gives. */
typedef struct davit_info {
    int runtime; /**< davit_runtime */
    char *name;  /**< host name of the engine's machine */
    char *version;
    char *root; /**< where it keeps its data */
    char *storage_driver;
    char *log_driver;
    char *cgroup_driver;  /**< "systemd", "cgroupfs" */
    char *cgroup_version; /**< "1", "2" */
    char *oci_runtime;    /**< "runc", "crun" */
    char *os;
    char *architecture;
    char *kernel;
    int64_t cpus;
    int64_t memory; /**< bytes */
    int64_t containers;
    int64_t containers_running;
    int64_t containers_paused;
    int64_t containers_stopped;
    int64_t images;
    bool rootless;
    char **warnings;
    size_t warning_count;
} davit_info;
DAVIT_EXPORT const davit_type *davit_info_type(void);
DAVIT_EXPORT int davit_engine_info(davit_engine *engine, davit_info **ret_info, davit_error *error);
DAVIT_EXPORT void davit_info_free(davit_info *info);
DAVIT_CLEANUP_FUNCTION(davit_info, davit_info_free)

DAVIT_END

#endif
