/* SPDX-License-Identifier: MIT */
/**
 * @file parse.h
 * The small languages people write values in: sizes, durations, ports, mounts, references.
 *
 * Every parser takes what docker's command line takes, and refuses the rest with
 * DAVIT_ERROR_INVALID_CONFIG and a message that quotes the text and says what was expected.
 */
#ifndef DAVIT_PARSE_H
#define DAVIT_PARSE_H

#include <davit/container.h>

DAVIT_BEGIN

/** "512m", "2g", "1.5GiB", "1024": bytes. Suffixes b k m g t, also kb, kib; powers of 1024. */
DAVIT_EXPORT int davit_bytes_parse(const char *text, int64_t *ret_bytes, davit_error *error);

/** "512B", "1.5kB", "7.2MB": three digits and powers of 1000, as docker prints sizes. */
DAVIT_EXPORT int davit_bytes_format(int64_t bytes, char **ret_text, davit_error *error);

/** "30s", "1m30s", "1.5h", "250ms": nanoseconds. A bare number but 0 is refused, as Go does. */
DAVIT_EXPORT int davit_duration_parse(const char *text, int64_t *ret_duration, davit_error *error);

/** "Less than a second", "5 seconds", "About a minute", "3 hours": as docker prints ages. */
DAVIT_EXPORT int davit_duration_format_human(int64_t duration, char **ret_text, davit_error *error);

/**
 * "2024-01-31T10:00:00Z", "2024-01-31", "1706695200.5" (seconds since 1970), or "10m" (that long
 * ago): nanoseconds since 1970 UTC.
 */
DAVIT_EXPORT int davit_time_parse(const char *text, int64_t *ret_time, davit_error *error);

/** RFC 3339 in UTC with the fraction's trailing zeros cut: "2024-01-31T10:00:00.25Z". */
DAVIT_EXPORT int davit_time_format(int64_t time, char **ret_text, davit_error *error);

/**
 * "8080:80", "127.0.0.1:8080:80/tcp", "80", "[::1]:53:53/udp": one mapping. Ranges
 * ("8000-8010:80-90") come out as one mapping a port. *ret_ports is an array of *ret_count, freed
 * with davit_port_mappings_free().
 */
DAVIT_EXPORT int davit_ports_parse(const char *text, davit_port_mapping **ret_ports,
                                   size_t *ret_count, davit_error *error);
DAVIT_EXPORT void davit_port_mappings_free(davit_port_mapping *ports, size_t count);

/**
 * docker's -v: "name:/data", "/host:/data:ro", "/data" (an anonymous volume). A relative source
 * that starts with "." is made absolute. Free with davit_mount_clear().
 */
DAVIT_EXPORT int davit_volume_parse(const char *text, davit_mount *ret_mount, davit_error *error);

/** docker's --mount: "type=bind,source=/host,target=/data,readonly". */
DAVIT_EXPORT int davit_mount_parse(const char *text, davit_mount *ret_mount, davit_error *error);

/** docker's --tmpfs: "/run:rw,size=64m,mode=1777". */
DAVIT_EXPORT int davit_tmpfs_parse(const char *text, davit_mount *ret_mount, davit_error *error);
DAVIT_EXPORT void davit_mount_clear(davit_mount *mount);

/** "no", "always", "unless-stopped", "on-failure", "on-failure:5". */
DAVIT_EXPORT int davit_restart_policy_parse(const char *text, davit_restart_policy *ret_policy,
                                            int64_t *ret_retries, davit_error *error);

/** docker's --ulimit: "nofile=1024:2048", "core=0", "memlock=-1". Free with davit_ulimit_clear().
 */
DAVIT_EXPORT int davit_ulimit_parse(const char *text, davit_ulimit *ret_ulimit, davit_error *error);
DAVIT_EXPORT void davit_ulimit_clear(davit_ulimit *ulimit);

/** docker's --device: "/dev/sda", "/dev/sda:/dev/xvda", "/dev/sda:/dev/xvda:r", "/dev/sda:r". Free
 * with davit_device_clear(). */
DAVIT_EXPORT int davit_device_parse(const char *text, davit_device *ret_device, davit_error *error);
DAVIT_EXPORT void davit_device_clear(davit_device *device);

/** docker's --gpus: "all", "2", "device=0", "count=1,capabilities=compute", "\"device=0,2\"". Free
 * with davit_gpu_request_clear(). */
DAVIT_EXPORT int davit_gpu_request_parse(const char *text, davit_gpu_request *ret_request,
                                         davit_error *error);
DAVIT_EXPORT void davit_gpu_request_clear(davit_gpu_request *request);

/** docker's --network: "NAME", or "name=NAME,alias=A,alias=B,ip=10.0.0.2,ip6=...,mac-address=...".
 * Free with davit_network_attachment_clear(). */
DAVIT_EXPORT int davit_network_attachment_parse(const char *text,
                                                davit_network_attachment *ret_attachment,
                                                davit_error *error);
DAVIT_EXPORT void davit_network_attachment_clear(davit_network_attachment *attachment);

/** docker's --add-host: "db:10.0.0.2", "db=10.0.0.2", "db:[::1]", "up:host-gateway". Free with
 * davit_pairs_free() as one. */
DAVIT_EXPORT int davit_extra_host_parse(const char *text, davit_pair **ret_host,
                                        davit_error *error);

/** docker's --sysctl and --log-opt: "NAME=VALUE", neither of them empty. Free with
 * davit_pairs_free() as one. */
DAVIT_EXPORT int davit_setting_parse(const char *text, davit_pair **ret_setting,
                                     davit_error *error);

/**
 * A file of environment variables as docker's --env-file takes it: NAME=VALUE or NAME (value NULL)
 * on each line, taken as it stands; empty lines and those that begin with # are left out. `length`
 * bytes that need no NUL behind them; the message says which line is wrong. Free *ret_pairs with
 * davit_pairs_free().
 */
DAVIT_EXPORT int davit_environment_parse(const char *text, size_t length, davit_pair **ret_pairs,
                                         size_t *ret_count, davit_error *error);
DAVIT_EXPORT void davit_pairs_free(davit_pair *pairs, size_t count);

/** An image reference taken apart. All strings are owned by the struct. */
typedef struct davit_reference {
    char *domain; /**< "docker.io", "localhost:5000" */
    char *path;   /**< "library/nginx" */
    char *tag;    /**< "latest" when neither tag nor digest was given; NULL with a digest alone */
    char *digest; /**< "sha256:..." or NULL */
    char *full_name;     /**< "docker.io/library/nginx:latest" */
    char *familiar_name; /**< "nginx:latest" */
} davit_reference;

DAVIT_EXPORT const davit_type *davit_reference_type(void);

/** Parse an image reference. Free with davit_reference_clear(). */
DAVIT_EXPORT int davit_reference_parse(const char *text, davit_reference *ret_reference,
                                       davit_error *error);
DAVIT_EXPORT void davit_reference_clear(davit_reference *reference);

/** 0 if `name` can name a container: [a-zA-Z0-9][a-zA-Z0-9_.-]+, as both engines want it. */
DAVIT_EXPORT int davit_container_name_check(const char *name, davit_error *error);

/** 0 if `signal` is one: a name with or without SIG in any case, RTMIN+1, or a number. */
DAVIT_EXPORT int davit_signal_check(const char *signal, davit_error *error);

/** 0 if `text` is keys to detach with: "ctrl-p,ctrl-q", "ctrl-a,d". */
DAVIT_EXPORT int davit_detach_keys_check(const char *text, davit_error *error);

DAVIT_END

#endif
