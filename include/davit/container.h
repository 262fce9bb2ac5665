/* SPDX-License-Identifier: MIT */
/**
 * @file container.h
 * Containers: what to run, what runs, and what to do with it.
 */
#ifndef DAVIT_CONTAINER_H
#define DAVIT_CONTAINER_H

#include <davit/engine.h>

DAVIT_BEGIN

/** @name Enumerations. Each has one table of names, used in JSON, options and messages. */
/**@{*/
typedef enum davit_container_state {
    DAVIT_STATE_UNKNOWN = 0,
    DAVIT_STATE_CREATED,
    DAVIT_STATE_RUNNING,
    DAVIT_STATE_PAUSED,
    DAVIT_STATE_RESTARTING,
    DAVIT_STATE_REMOVING,
    DAVIT_STATE_EXITED,
    DAVIT_STATE_DEAD,
} davit_container_state;
DAVIT_EXPORT const davit_enum *davit_container_state_names(void);

typedef enum davit_restart_policy {
    DAVIT_RESTART_DEFAULT = 0, /**< not given: the engine's default, "no" */
    DAVIT_RESTART_NO,
    DAVIT_RESTART_ON_FAILURE,
    DAVIT_RESTART_ALWAYS,
    DAVIT_RESTART_UNLESS_STOPPED,
} davit_restart_policy;
DAVIT_EXPORT const davit_enum *davit_restart_policy_names(void);

typedef enum davit_network_mode {
    DAVIT_NETWORK_DEFAULT = 0, /**< not given: the engine's default, a bridge when rootful */
    DAVIT_NETWORK_BRIDGE,
    DAVIT_NETWORK_HOST,
    DAVIT_NETWORK_NONE,
    DAVIT_NETWORK_CONTAINER, /**< another container's; its name in `network` */
    DAVIT_NETWORK_NAMED,     /**< a network by name, in `network` */
} davit_network_mode;
DAVIT_EXPORT const davit_enum *davit_network_mode_names(void);

typedef enum davit_volume_driver {
    DAVIT_VOLUME_LOCAL = 0,
    DAVIT_VOLUME_NFS,
    DAVIT_VOLUME_TMPFS,
} davit_volume_driver;
DAVIT_EXPORT const davit_enum *davit_volume_driver_names(void);

typedef enum davit_log_driver {
    DAVIT_LOG_DRIVER_DEFAULT = 0, /**< not given: the engine's default */
    DAVIT_LOG_DRIVER_JSON_FILE,
    DAVIT_LOG_DRIVER_SYSLOG,
    DAVIT_LOG_DRIVER_JOURNALD,
    DAVIT_LOG_DRIVER_NONE,
    DAVIT_LOG_DRIVER_LOCAL,
    DAVIT_LOG_DRIVER_GELF,
    DAVIT_LOG_DRIVER_FLUENTD,
    DAVIT_LOG_DRIVER_AWSLOGS,
    DAVIT_LOG_DRIVER_SPLUNK,
    DAVIT_LOG_DRIVER_GCPLOGS,
    DAVIT_LOG_DRIVER_LOGENTRIES,
    DAVIT_LOG_DRIVER_K8S_FILE,    /**< Podman's own; its json-file is the same */
    DAVIT_LOG_DRIVER_PASSTHROUGH, /**< Podman: the engine's own stdout and stderr */
} davit_log_driver;
DAVIT_EXPORT const davit_enum *davit_log_driver_names(void);

typedef enum davit_health_status {
    DAVIT_HEALTH_NONE = 0, /**< the container has no health check */
    DAVIT_HEALTH_STARTING,
    DAVIT_HEALTH_HEALTHY,
    DAVIT_HEALTH_UNHEALTHY,
} davit_health_status;
DAVIT_EXPORT const davit_enum *davit_health_status_names(void);

typedef enum davit_mount_type {
    DAVIT_MOUNT_VOLUME = 0,
    DAVIT_MOUNT_BIND,
    DAVIT_MOUNT_TMPFS,
} davit_mount_type;
DAVIT_EXPORT const davit_enum *davit_mount_type_names(void);

typedef enum davit_protocol {
    DAVIT_PROTOCOL_TCP = 0,
    DAVIT_PROTOCOL_UDP,
    DAVIT_PROTOCOL_SCTP,
} davit_protocol;
DAVIT_EXPORT const davit_enum *davit_protocol_names(void);

typedef enum davit_pull_policy {
    DAVIT_PULL_MISSING = 0, /**< pull what is not there */
    DAVIT_PULL_ALWAYS,
    DAVIT_PULL_NEVER,
} davit_pull_policy;
DAVIT_EXPORT const davit_enum *davit_pull_policy_names(void);
/**@}*/

/** A published port. Frozen within a soname. */
typedef struct davit_port_mapping {
    const char *host_ip;    /**< NULL: all addresses */
    int64_t host_port;      /**< 0: a free one, the engine's choice */
    int64_t container_port; /**< 1 to 65535 */
    int protocol;           /**< davit_protocol */
} davit_port_mapping;

/** A mount. Frozen within a soname. */
typedef struct davit_mount {
    int type;           /**< davit_mount_type */
    const char *source; /**< volume name (NULL: anonymous), host path; ignored for tmpfs */
    const char *target; /**< absolute path in the container */
    bool read_only;
    bool create_source;  /**< bind: make the host folder if it is missing, as docker's -v does */
    int64_t tmpfs_size;  /**< bytes; 0: no limit */
    int64_t tmpfs_mode;  /**< permission bits; 0: the default 1777 */
    const char *options; /**< further options, "z", "nocopy", "rshared"; comma-separated or NULL */
} davit_mount;

/** A limit of the kernel on each process, as `ulimit` shows it. Frozen within a soname. */
typedef struct davit_ulimit {
    const char *name; /**< "nofile", "nproc", "core", ... */
    int64_t soft;     /**< -1: unlimited */
    int64_t hard;     /**< -1: unlimited */
} davit_ulimit;

/** Resource limits; 0 (or DAVIT_UNSET where said): no limit. */
typedef struct davit_resources {
    int64_t memory;             /**< bytes */
    int64_t nano_cpus;          /**< thousandths of a millionth of a CPU: 1.5 CPUs are 1500000000 */
    int64_t cpu_shares;         /**< relative weight; the engine's default is 1024 */
    int64_t pids;               /**< most processes; -1: unlimited */
    int64_t memory_swap;        /**< bytes of memory and swap together; -1: unlimited swap */
    int64_t memory_reservation; /**< bytes that it is pressed back to when memory runs short */
    int64_t memory_swappiness;  /**< 0 to 100; DAVIT_UNSET: the machine's */
    int64_t kernel_memory;      /**< bytes; engines have dropped it: a warning, no limit */
    bool oom_kill_disable;      /**< wait instead of being killed when memory runs out */
    int64_t oom_score_adj;      /**< -1000 to 1000: the more, the sooner it is killed */
    int64_t cpu_period;         /**< microseconds; the engine's default is 100000 */
    int64_t cpu_quota;          /**< microseconds of CPU time in each period */
    const char *cpuset_cpus;    /**< the CPUs it runs on, "0-2,5" */
    const char *cpuset_mems;    /**< the memory nodes it uses, "0,1" */
    int64_t shm_size;           /**< bytes of /dev/shm; the engine's default is 64 MiB */
    const davit_ulimit *ulimits;
    size_t ulimit_count;
} davit_resources;

#define DAVIT_RESOURCES_INIT                                                                       \
    {                                                                                              \
        .memory_swappiness = DAVIT_UNSET                                                           \
    }

/** A network that the container is connected to. Frozen within a soname. */
typedef struct davit_network_attachment {
    const char *network;        /**< its name or id */
    const char *const *aliases; /**< further names under which the network finds the container */
    size_t alias_count;
    const char *ip;  /**< an IPv4 address of the network's; NULL: any free one */
    const char *ip6; /**< the same for IPv6 */
    const char *mac; /**< "02:42:ac:11:00:02"; NULL: the engine makes one up */
} davit_network_attachment;

/** A device of the host's that the container may use. Frozen within a soname. */
typedef struct davit_device {
    const char *source;      /**< path on the host, "/dev/ttyUSB0" */
    const char *target;      /**< path in the container; NULL: the same */
    const char *permissions; /**< "r" read, "w" write, "m" make nodes; NULL: "rwm" */
} davit_device;

/** GPUs, or other devices that a driver of the engine's hands out. Frozen within a soname. */
typedef struct davit_gpu_request {
    const char *driver;            /**< "nvidia"; NULL: whichever has the capabilities */
    int64_t count;                 /**< how many; -1: all; 0 with device_ids */
    const char *const *device_ids; /**< these ones: "0", "GPU-3a23..." */
    size_t device_id_count;
    const char *const *capabilities; /**< that it has to have besides "gpu": "compute", ... */
    size_t capability_count;
    const davit_pair *options; /**< of the driver */
    size_t option_count;
} davit_gpu_request;

/** A health check. */
typedef struct davit_health_check {
    /** "CMD-SHELL" + one text, "CMD" + argv, or "NONE" alone (switches the image's off). */
    const char *const *test;
    size_t test_count;    /**< 0: the image's own check */
    int64_t interval;     /**< nanoseconds between checks; 0: the engine's default, 30 s */
    int64_t timeout;      /**< nanoseconds for one check; 0: the engine's default, 30 s */
    int64_t start_period; /**< nanoseconds at the start in which failures do not count */
    int64_t retries;      /**< failures in a row that make it unhealthy; 0: default, 3 */
    /** Nanoseconds between checks in the start period; see DAVIT_CAPABILITY_START_INTERVAL. */
    int64_t start_interval;
} davit_health_check;

/** What to run. Zero means: not given. */
typedef struct davit_container_config {
    size_t struct_size; /**< set by DAVIT_CONTAINER_CONFIG_INIT */
    const char *image;
    const char *name; /**< NULL: the engine makes one up */
    const char *const *command;
    size_t command_count;
    const char *const *entrypoint;
    size_t entrypoint_count;
    bool clear_entrypoint;         /**< run the command without the image's entrypoint */
    const davit_pair *environment; /**< value NULL: taken from this process's environment */
    size_t environment_count;
    const davit_pair *labels;
    size_t label_count;
    const davit_port_mapping *ports;
    size_t port_count;
    const davit_mount *mounts;
    size_t mount_count;
    davit_resources resources;
    davit_health_check health_check;
    int restart_policy;      /**< davit_restart_policy */
    int64_t restart_retries; /**< of on-failure; 0: no limit */
    int network_mode;        /**< davit_network_mode */
    const char *network;     /**< see davit_network_mode */
    int log_driver;          /**< davit_log_driver */
    const char *hostname;
    const char *user;    /**< "name", "uid", "uid:gid" */
    const char *workdir; /**< absolute */
    bool tty;
    bool open_stdin;
    bool stdin_once;  /**< close its stdin when the first client's ends */
    bool auto_remove; /**< the engine removes it when it ends */
    bool init;        /**< a tiny init process reaps zombies and passes signals on */
    bool privileged;
    bool read_only; /**< the root file system */
    const char *stop_signal;
    int64_t stop_timeout; /**< seconds, 0: kill at once; DAVIT_UNSET: the engine's default, 10 */
    int pull_policy;      /**< davit_pull_policy */
    const char *domainname;
    /** The first is there from the beginning, the others are connected before it starts. With
     * `network` given, that one is the first, and an entry of its name says more about it. */
    const davit_network_attachment *networks;
    size_t network_count;
    const char *const *dns_servers; /**< IP addresses */
    size_t dns_server_count;
    const char *const *dns_search; /**< domains that are tried for short names; ".": none */
    size_t dns_search_count;
    const char *const *dns_options; /**< of resolv.conf: "ndots:2" */
    size_t dns_option_count;
    const davit_pair *extra_hosts; /**< {name, IP address or "host-gateway"} for /etc/hosts */
    size_t extra_host_count;
    const davit_pair *log_options; /**< of the log driver: {"max-size", "10m"} */
    size_t log_option_count;
    const char *const *groups; /**< further groups of the user: names or numbers */
    size_t group_count;
    const char *const *cap_add; /**< capabilities: "NET_ADMIN", "ALL" */
    size_t cap_add_count;
    const char *const *cap_drop;
    size_t cap_drop_count;
    const davit_device *devices;
    size_t device_count;
    const davit_gpu_request *gpus;
    size_t gpu_count;
    const char *const *security_options; /**< "no-new-privileges", "seccomp=unconfined", ... */
    size_t security_option_count;
    const davit_pair *sysctls; /**< {"net.ipv4.ip_forward", "1"} */
    size_t sysctl_count;
    const char *const *volumes_from; /**< containers whose mounts it gets too: "web", "web:ro" */
    size_t volumes_from_count;
    const char *platform;      /**< "linux/amd64", the image has to be made for */
    const char *userns_mode;   /**< user namespace: "host"; Podman's "auto", "keep-id", ... */
    const char *ipc_mode;      /**< "none", "private", "shareable", "host", "container:NAME" */
    const char *pid_mode;      /**< "host", "container:NAME" */
    const char *uts_mode;      /**< "host" */
    const char *cgroup_parent; /**< "/path" */
    const char *runtime;       /**< program that runs it: "runc" */
} davit_container_config;

#define DAVIT_CONTAINER_CONFIG_INIT                                                                \
    {                                                                                              \
        .struct_size = sizeof(davit_container_config), .resources = DAVIT_RESOURCES_INIT,          \
        .stop_timeout = DAVIT_UNSET                                                                \
    }
/** The fields that can be given as JSON; see davit_type_from_json(). */
DAVIT_EXPORT const davit_type *davit_container_config_type(void);

/** A port of a container as the engine reports it. */
typedef struct davit_port_info {
    char *host_ip;     /**< NULL: not published */
    int64_t host_port; /**< 0: not published */
    int64_t container_port;
    int protocol; /**< davit_protocol */
} davit_port_info;

/** A mount of a container as the engine reports it. */
typedef struct davit_mount_info {
    int type; /**< davit_mount_type */
    char *name;
    char *source;
    char *target;
    bool read_only;
} davit_mount_info;

/** A network of a container as the engine reports it. Addresses are there while it runs. */
typedef struct davit_endpoint_info {
    char *network;
    char **aliases;
    size_t alias_count;
    char *ip;
    char *ip6;
    char *mac;
    char *gateway;
} davit_endpoint_info;

/** A limit of a container as the engine reports it. */
typedef struct davit_ulimit_info {
    char *name;   /**< "nofile" */
    int64_t soft; /**< -1: unlimited */
    int64_t hard; /**< -1: unlimited */
} davit_ulimit_info;

/** A device of a container as the engine reports it. */
typedef struct davit_device_info {
    char *source;
    char *target;
    char *permissions; /**< Podman does not tell */
} davit_device_info;

/** One run of a health check. */
typedef struct davit_health_log {
    int64_t start; /**< time */
    int64_t end;   /**< time */
    int64_t exit_code;
    char *output;
} davit_health_log;

/** What a health check says. */
typedef struct davit_health {
    int status; /**< davit_health_status */
    int64_t failing_streak;
    bool stale; /**< nothing runs the checks at present, so the status may be old */
    davit_health_log *log;
    size_t log_count;
} davit_health;

/** A container. Lists leave fields marked "detail" empty unless asked for details. */
typedef struct davit_container_info {
    char *id;
    char *name;
    char *image; /**< as it was named at create */
    char *image_id;
    char *command;   /**< in one line */
    int64_t created; /**< time */
    int state;       /**< davit_container_state */
    bool is_running;
    char *status;      /**< for people: "Up 2 minutes (healthy)" */
    int health;        /**< davit_health_status */
    bool health_stale; /**< detail: nothing runs the checks on time, `health` may be old */
    davit_port_info *ports;
    size_t port_count;
    davit_pair *labels;
    size_t label_count;
    davit_mount_info *mounts;
    size_t mount_count;
    char **networks;
    size_t network_count;
    int64_t exit_code;     /**< detail */
    char *error;           /**< detail: why it could not start */
    bool oom_killed;       /**< detail */
    int64_t pid;           /**< detail; 0 if not running */
    int64_t started;       /**< time; detail */
    int64_t finished;      /**< time; detail */
    int64_t restart_count; /**< detail */
    int restart_policy;    /**< davit_restart_policy; detail */
    char **environment;    /**< detail: "NAME=value" */
    size_t environment_count;
    char *user;         /**< detail */
    char *workdir;      /**< detail */
    char *hostname;     /**< detail */
    bool tty;           /**< detail */
    int64_t memory;     /**< limit in bytes; detail */
    int64_t nano_cpus;  /**< limit; detail */
    int64_t pids;       /**< limit; detail */
    char *log_driver;   /**< detail */
    bool auto_remove;   /**< detail */
    bool stdin_once;    /**< detail: its stdin ends with the first client's */
    char **health_test; /**< detail: the health check's command, as in davit_health_check */
    size_t health_test_count;
    int64_t health_interval;     /**< nanoseconds; detail; 0: the engine's default */
    int64_t health_timeout;      /**< nanoseconds; detail; 0: the engine's default */
    int64_t health_start_period; /**< nanoseconds; detail */
    int64_t health_retries;      /**< detail; 0: the engine's default */
    /* What was asked for when it was created; all details. What the engine does not tell is empty
     * (Podman: sysctls, log options, gpus). */
    int64_t health_start_interval;
    int64_t restart_retries;
    char **entrypoint;
    size_t entrypoint_count;
    char *domainname;
    davit_endpoint_info *endpoints; /**< its networks with their addresses */
    size_t endpoint_count;
    char *network_mode;
    char **dns_servers;
    size_t dns_server_count;
    char **dns_search;
    size_t dns_search_count;
    char **dns_options;
    size_t dns_option_count;
    char **extra_hosts; /**< "name:address" */
    size_t extra_host_count;
    int64_t cpu_shares;
    int64_t cpu_period;
    int64_t cpu_quota;
    char *cpuset_cpus;
    char *cpuset_mems;
    int64_t memory_swap; /**< with the memory; -1: unlimited */
    int64_t memory_reservation;
    int64_t memory_swappiness; /**< DAVIT_UNSET: the machine's */
    bool oom_kill_disable;
    int64_t oom_score_adj;
    int64_t shm_size;
    davit_ulimit_info *ulimits;
    size_t ulimit_count;
    davit_pair *log_options;
    size_t log_option_count;
    char **groups;
    size_t group_count;
    char **cap_add;
    size_t cap_add_count;
    char **cap_drop;
    size_t cap_drop_count;
    davit_device_info *devices;
    size_t device_count;
    char **security_options;
    size_t security_option_count;
    davit_pair *sysctls;
    size_t sysctl_count;
    char **volumes_from;
    size_t volumes_from_count;
    bool privileged;
    bool read_only;
    bool init;
    char *stop_signal;
    int64_t stop_timeout; /**< DAVIT_UNSET: the engine's default */
    char *platform;
    char *userns_mode;
    char *ipc_mode;
    char *pid_mode;
    char *uts_mode;
    char *cgroup_parent;
    char *runtime;
} davit_container_info;
DAVIT_EXPORT const davit_type *davit_container_info_type(void);
DAVIT_EXPORT void davit_container_info_free(davit_container_info *info);
DAVIT_CLEANUP_FUNCTION(davit_container_info, davit_container_info_free)

/** Several containers. */
typedef struct davit_container_list {
    davit_container_info *items;
    size_t count;
} davit_container_list;
DAVIT_EXPORT void davit_container_list_free(davit_container_list *list);
DAVIT_CLEANUP_FUNCTION(davit_container_list, davit_container_list_free)

/**
 * Create without starting. Pulls the image first as `pull_policy` says. What the engine remarks on
 * goes to the log callback as warnings. *ret_id: free with davit_string_free().
 *
 * Errors: DAVIT_ERROR_IMAGE_NOT_FOUND, DAVIT_ERROR_CONFLICT (name in use),
 * DAVIT_ERROR_INVALID_CONFIG, DAVIT_ERROR_UNSUPPORTED.
 */
DAVIT_EXPORT int davit_container_create(davit_engine *engine, const davit_container_config *config,
                                        char **ret_id, davit_error *error);

/**
 * What davit_container_create() would send to this engine, as JSON text: an array of requests, each
 * {"method", "path", "body"}. Nothing is pulled or changed. Free *ret_json with
 * davit_string_free(). Values of environment variables are in it; credentials for registries are
 * not, as a create request has none.
 *
 * Errors: those of davit_container_create(), except for what only the engine itself finds out.
 */
DAVIT_EXPORT int davit_container_create_request(davit_engine *engine,
                                                const davit_container_config *config,
                                                char **ret_json, davit_error *error);

/**
 * The command line of docker (or, for DAVIT_RUNTIME_PODMAN, of podman) that runs the same
 * container: "docker", "run", ... Needs no engine. What that program has no flag for is left out:
 * kernel memory; on Podman the domain name and the health check's start interval. A variable
 * without a value stays one, so that the program takes it from its own environment. `detach`: with
 * its --detach. Free with davit_arguments_free(). DAVIT_ERROR_INVALID_CONFIG as for create.
 */
DAVIT_EXPORT int davit_container_to_run_args(const davit_container_config *config,
                                             davit_runtime runtime, bool detach,
                                             char ***ret_arguments, size_t *ret_count,
                                             davit_error *error);
DAVIT_EXPORT void davit_arguments_free(char **arguments, size_t count);

/**
 * Words in one line that a POSIX shell takes apart into the same words again, whatever is in them.
 * Free *ret_text with davit_string_free().
 */
DAVIT_EXPORT int davit_shell_quote(const char *const *words, size_t count, char **ret_text,
                                   davit_error *error);

/**
 * Create and start. If it cannot start, what was created is removed again. DAVIT_ERROR_CONFLICT:
 * the name or a port is in use.
 */
DAVIT_EXPORT int davit_container_run(davit_engine *engine, const davit_container_config *config,
                                     char **ret_id, davit_error *error);

/** Start. Already running is no error. */
DAVIT_EXPORT int davit_container_start(davit_engine *engine, const char *name, davit_error *error);

/** Stop, killing after `timeout` seconds (DAVIT_UNSET: the container's own, 10 by default). */
DAVIT_EXPORT int davit_container_stop(davit_engine *engine, const char *name, int64_t timeout,
                                      davit_error *error);
DAVIT_EXPORT int davit_container_restart(davit_engine *engine, const char *name, int64_t timeout,
                                         davit_error *error);

/** Send a signal ("TERM", "SIGTERM", "15"; NULL: KILL) to a running container. */
DAVIT_EXPORT int davit_container_kill(davit_engine *engine, const char *name, const char *signal,
                                      davit_error *error);

typedef struct davit_remove_options {
    bool force;   /**< kill it first if it runs */
    bool volumes; /**< its anonymous volumes too */
} davit_remove_options;

/** Remove. options NULL: all false. */
DAVIT_EXPORT int davit_container_remove(davit_engine *engine, const char *name,
                                        const davit_remove_options *options, davit_error *error);

typedef struct davit_container_list_options {
    bool all;     /**< also those that do not run */
    bool detail;  /**< fill the fields marked "detail" too: one more request a container */
    int64_t last; /**< the newest so many, running or not; 0: no such limit */
    const davit_pair *filters; /**< docker's: {"label", "a=b"}, {"status", "exited"}, ... */
    size_t filter_count;
} davit_container_list_options;

/** List, newest first. options NULL: the running ones. */
DAVIT_EXPORT int davit_container_list_get(davit_engine *engine,
                                          const davit_container_list_options *options,
                                          davit_container_list **ret_list, davit_error *error);

/** Everything about one container. Its name, id, or a unique prefix of the id. */
DAVIT_EXPORT int davit_container_get(davit_engine *engine, const char *name,
                                     davit_container_info **ret_info, davit_error *error);

/** The engine's own JSON about one container, unchanged. */
DAVIT_EXPORT int davit_container_get_raw(davit_engine *engine, const char *name, char **ret_json,
                                         davit_error *error);

/** Which of a container's streams a piece of output belongs to. */
typedef enum davit_stream {
    DAVIT_STREAM_STDIN = 0,
    DAVIT_STREAM_STDOUT = 1,
    DAVIT_STREAM_STDERR = 2,
} davit_stream;

/** Takes output as it comes, in pieces of any size. Non-zero stops the stream. */
typedef int (*davit_output_callback)(void *context, davit_stream stream, const void *data,
                                     size_t length);

typedef struct davit_logs_options {
    bool follow;     /**< until the container ends */
    bool timestamps; /**< RFC 3339 time before each line */
    bool no_stdout;
    bool no_stderr;
    int64_t tail;  /**< only so many last lines; DAVIT_UNSET: all */
    int64_t since; /**< time; 0: from the beginning */
    int64_t until; /**< time; 0: to the end */
} davit_logs_options;

#define DAVIT_LOGS_OPTIONS_INIT                                                                    \
    {                                                                                              \
        .tail = DAVIT_UNSET                                                                        \
    }

/** Hand a container's log to `output`. options NULL: everything there is. */
DAVIT_EXPORT int davit_container_logs(davit_engine *engine, const char *name,
                                      const davit_logs_options *options,
                                      davit_output_callback output, void *context,
                                      davit_error *error);

/** Streams of a container or a command in one. */
typedef struct davit_attach_options {
    size_t struct_size;
    int input;                    /**< descriptor whose content is sent; -1: none */
    davit_output_callback output; /**< NULL: dropped */
    void *context;
    /** Called once when the streams are connected and the container runs; may be NULL. Non-zero
     * gives up. `id`: the container's, or the command's for davit_exec_resize(). */
    int (*started)(void *context, const char *id);
    bool keep_stdin; /**< the end of the input is not the end of its stdin */
    int64_t columns; /**< of the terminal at the beginning; 0: not known */
    int64_t rows;
    /** Where a terminal has input: keys that leave the streams and let the container go on,
     * docker's notation; NULL: "ctrl-p,ctrl-q". The exit code is 0 then. */
    const char *detach_keys;
    bool *detached; /**< set to whether they were typed; may be NULL */
} davit_attach_options;

#define DAVIT_ATTACH_OPTIONS_INIT                                                                  \
    {                                                                                              \
        .struct_size = sizeof(davit_attach_options), .input = -1                                   \
    }

/**
 * Create, attach, start, pass the streams on and wait for the end: docker's foreground run.
 * *ret_exit_code is the container's. With config->auto_remove it is gone afterwards. If it cannot
 * start, the call is cancelled before the start, or attach->started gives up, what was created is
 * removed again.
 */
DAVIT_EXPORT int davit_container_run_attached(davit_engine *engine,
                                              const davit_container_config *config,
                                              const davit_attach_options *attach,
                                              int *ret_exit_code, davit_error *error);

typedef struct davit_exec_config {
    size_t struct_size;
    const char *const *command;
    size_t command_count;
    const davit_pair *environment;
    size_t environment_count;
    const char *user;
    const char *workdir;
    bool tty;
    bool privileged;
    bool detach; /**< start it and return; no streams, exit code 0 */
} davit_exec_config;

#define DAVIT_EXEC_CONFIG_INIT                                                                     \
    {                                                                                              \
        .struct_size = sizeof(davit_exec_config)                                                   \
    }

/** Run a command in a running container; *ret_exit_code is the command's (126, 127: not run). */
DAVIT_EXPORT int davit_container_exec(davit_engine *engine, const char *name,
                                      const davit_exec_config *config,
                                      const davit_attach_options *attach, int *ret_exit_code,
                                      davit_error *error);

/** Until when davit_container_wait() waits. */
typedef enum davit_wait_condition {
    DAVIT_WAIT_NOT_RUNNING = 0, /**< it does not run */
    DAVIT_WAIT_HEALTHY,         /**< its health check says healthy; runs checks where davit must */
    DAVIT_WAIT_NEXT_EXIT,       /**< it ends, after its next start if it does not run now */
    DAVIT_WAIT_REMOVED,         /**< it is gone */
} davit_wait_condition;
DAVIT_EXPORT const davit_enum *davit_wait_condition_names(void);

/**
 * Wait. *ret_exit_code: the container's, 0 when healthy. DAVIT_WAIT_HEALTHY fails with
 * DAVIT_ERROR_RUNTIME when the container ends, turns unhealthy, or has no health check.
 */
DAVIT_EXPORT int davit_container_wait(davit_engine *engine, const char *name,
                                      davit_wait_condition condition, int *ret_exit_code,
                                      davit_error *error);

/** A container's health, with the log of its checks. */
DAVIT_EXPORT const davit_type *davit_health_type(void);
DAVIT_EXPORT int davit_container_health(davit_engine *engine, const char *name,
                                        davit_health **ret_health, davit_error *error);
DAVIT_EXPORT void davit_health_free(davit_health *health);
DAVIT_CLEANUP_FUNCTION(davit_health, davit_health_free)

/** Told of each change that davit_health_watch() sees. Non-zero stops it. */
typedef int (*davit_health_callback)(void *context, const char *name, const davit_health *health);

/**
 * Run the health checks of these containers (count 0: of all running ones, new ones included) on
 * time, where the engine does not do so itself, until cancelled or, with names, until none of them
 * runs any more.
 */
DAVIT_EXPORT int davit_health_watch(davit_engine *engine, const char *const *names, size_t count,
                                    davit_health_callback callback, void *context,
                                    davit_error *error);

/**
 * Connect to the streams of a running container, until they end or the detach keys are typed.
 * *ret_exit_code is the container's. attach->started is called once they are connected.
 * DAVIT_ERROR_CONFLICT: it does not run.
 */
DAVIT_EXPORT int davit_container_attach(davit_engine *engine, const char *name,
                                        const davit_attach_options *attach, int *ret_exit_code,
                                        davit_error *error);

/** Tell a container with a terminal, or a command with one, how large that is now. */
DAVIT_EXPORT int davit_container_resize(davit_engine *engine, const char *name, int64_t columns,
                                        int64_t rows, davit_error *error);
DAVIT_EXPORT int davit_exec_resize(davit_engine *engine, const char *id, int64_t columns,
                                   int64_t rows, davit_error *error);

/** Freeze all its processes, or let them go on. DAVIT_ERROR_CONFLICT: it does not run, or is in
 * that state already. */
DAVIT_EXPORT int davit_container_pause(davit_engine *engine, const char *name, davit_error *error);
DAVIT_EXPORT int davit_container_unpause(davit_engine *engine, const char *name,
                                         davit_error *error);

/** Give it another name. DAVIT_ERROR_CONFLICT: the name is in use, or its own. */
DAVIT_EXPORT int davit_container_rename(davit_engine *engine, const char *name,
                                        const char *new_name, davit_error *error);

/** What davit_container_update() changes; zero: stays as it is. */
typedef struct davit_container_changes {
    size_t struct_size;      /**< set by DAVIT_CONTAINER_CHANGES_INIT */
    int64_t memory;          /**< bytes */
    int64_t memory_swap;     /**< bytes of memory and swap together; -1: no limit */
    int64_t nano_cpus;       /**< thousandths of a millionth of a CPU */
    int64_t cpu_shares;      /**< relative weight */
    int64_t pids;            /**< most processes; -1: no limit */
    int restart_policy;      /**< davit_restart_policy; see DAVIT_CAPABILITY_UPDATE_RESTART */
    int64_t restart_retries; /**< of on-failure; 0: no limit */
} davit_container_changes;

#define DAVIT_CONTAINER_CHANGES_INIT                                                               \
    {                                                                                              \
        .struct_size = sizeof(davit_container_changes)                                             \
    }

/**
 * Change limits and restart policy of a container. Podman changes running ones only, and its
 * versions before 5 go on showing the old limits in inspect.
 */
DAVIT_EXPORT int davit_container_update(davit_engine *engine, const char *name,
                                        const davit_container_changes *changes, davit_error *error);

/** What runs in a container: a table as `ps` prints it. */
typedef struct davit_process_table {
    char **titles;
    size_t title_count;
    char **cells; /**< row after row, title_count of them in each */
    size_t row_count;
} davit_process_table;
DAVIT_EXPORT void davit_process_table_free(davit_process_table *table);
DAVIT_CLEANUP_FUNCTION(davit_process_table, davit_process_table_free)

/**
 * The processes of a running container. ps_options: options for ps ("aux", "-o pid,comm"), which
 * Podman runs inside the container; NULL: the engine's own columns, which need no program there.
 */
DAVIT_EXPORT int davit_container_top(davit_engine *engine, const char *name, const char *ps_options,
                                     davit_process_table **ret_table, davit_error *error);

/** What happened to a path of a container's file system. */
typedef enum davit_change_kind {
    DAVIT_CHANGE_MODIFIED = 0,
    DAVIT_CHANGE_ADDED = 1,
    DAVIT_CHANGE_DELETED = 2,
} davit_change_kind;
DAVIT_EXPORT const davit_enum *davit_change_kind_names(void);

typedef struct davit_file_change {
    int kind; /**< davit_change_kind */
    char *path;
} davit_file_change;
DAVIT_EXPORT const davit_type *davit_file_change_type(void);

typedef struct davit_file_changes {
    davit_file_change *items; /**< by path */
    size_t count;
} davit_file_changes;
DAVIT_EXPORT void davit_file_changes_free(davit_file_changes *changes);
DAVIT_CLEANUP_FUNCTION(davit_file_changes, davit_file_changes_free)

/** How a container's file system differs from its image's. */
DAVIT_EXPORT int davit_container_diff(davit_engine *engine, const char *name,
                                      davit_file_changes **ret_changes, davit_error *error);

/**
 * Hand out a container's file system as a tar; memory stays flat. What was handed out before a
 * failure is no archive.
 */
DAVIT_EXPORT int davit_container_export(davit_engine *engine, const char *name,
                                        davit_data_callback callback, void *context,
                                        davit_error *error);

/** How davit_container_commit() makes an image. Zero: not given. */
typedef struct davit_commit_options {
    size_t struct_size;         /**< set by DAVIT_COMMIT_OPTIONS_INIT */
    const char *image;          /**< its name; NULL: none */
    const char *author;         /**< "Name <address>" */
    const char *message;        /**< its comment */
    const char *const *changes; /**< instructions of a Dockerfile, "CMD [\"sh\"]" */
    size_t change_count;
    bool no_pause; /**< do not freeze the container meanwhile: files may be caught half written */
} davit_commit_options;

#define DAVIT_COMMIT_OPTIONS_INIT                                                                  \
    {                                                                                              \
        .struct_size = sizeof(davit_commit_options)                                                \
    }

/** Make an image of a container's file system. options NULL: all defaults. *ret_id: the image's id;
 * free with davit_string_free(). */
DAVIT_EXPORT int davit_container_commit(davit_engine *engine, const char *name,
                                        const davit_commit_options *options, char **ret_id,
                                        davit_error *error);

DAVIT_END

#endif
