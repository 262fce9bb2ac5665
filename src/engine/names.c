/* SPDX-License-Identifier: MIT */
/* Every enumeration's names, docker's where docker has one. The first name of a value is the one
 * that is printed. */
#include "fields.h"

#include <davit/container.h>
#include <davit/doctor.h>

/* clang-format off */
DAVIT__ENUM(davit_runtime_names, "engine",
            {"any", DAVIT_RUNTIME_ANY},
            {"docker", DAVIT_RUNTIME_DOCKER},
            {"podman", DAVIT_RUNTIME_PODMAN},
            {"custom", DAVIT_RUNTIME_CUSTOM})

DAVIT__ENUM(davit_log_level_names, "log level",
            {"DEBUG", DAVIT_LOG_DEBUG},
            {"INFO", DAVIT_LOG_INFO},
            {"WARNING", DAVIT_LOG_WARNING},
            {"ERROR", DAVIT_LOG_ERROR},
            {"debug", DAVIT_LOG_DEBUG},
            {"info", DAVIT_LOG_INFO},
            {"warning", DAVIT_LOG_WARNING},
            {"warn", DAVIT_LOG_WARNING},
            {"error", DAVIT_LOG_ERROR})

/* Podman's own states, which its list shows before 5.6, stand behind docker's. */
DAVIT__ENUM(davit_container_state_names, "container state",
            {"unknown", DAVIT_STATE_UNKNOWN},
            {"created", DAVIT_STATE_CREATED},
            {"running", DAVIT_STATE_RUNNING},
            {"paused", DAVIT_STATE_PAUSED},
            {"restarting", DAVIT_STATE_RESTARTING},
            {"removing", DAVIT_STATE_REMOVING},
            {"exited", DAVIT_STATE_EXITED},
            {"dead", DAVIT_STATE_DEAD},
            {"configured", DAVIT_STATE_CREATED},
            {"initialized", DAVIT_STATE_CREATED},
            {"stopping", DAVIT_STATE_RUNNING},
            {"stopped", DAVIT_STATE_EXITED})

DAVIT__ENUM(davit_restart_policy_names, "restart policy",
            {"default", DAVIT_RESTART_DEFAULT},
            {"no", DAVIT_RESTART_NO},
            {"on-failure", DAVIT_RESTART_ON_FAILURE},
            {"always", DAVIT_RESTART_ALWAYS},
            {"unless-stopped", DAVIT_RESTART_UNLESS_STOPPED})

DAVIT__ENUM(davit_network_mode_names, "network mode",
            {"default", DAVIT_NETWORK_DEFAULT},
            {"bridge", DAVIT_NETWORK_BRIDGE},
            {"host", DAVIT_NETWORK_HOST},
            {"none", DAVIT_NETWORK_NONE},
            {"container", DAVIT_NETWORK_CONTAINER},
            {"named", DAVIT_NETWORK_NAMED})

DAVIT__ENUM(davit_volume_driver_names, "volume driver",
            {"local", DAVIT_VOLUME_LOCAL},
            {"nfs", DAVIT_VOLUME_NFS},
            {"tmpfs", DAVIT_VOLUME_TMPFS})

DAVIT__ENUM(davit_log_driver_names, "log driver",
            {"default", DAVIT_LOG_DRIVER_DEFAULT},
            {"json-file", DAVIT_LOG_DRIVER_JSON_FILE},
            {"syslog", DAVIT_LOG_DRIVER_SYSLOG},
            {"journald", DAVIT_LOG_DRIVER_JOURNALD},
            {"none", DAVIT_LOG_DRIVER_NONE},
            {"local", DAVIT_LOG_DRIVER_LOCAL},
            {"gelf", DAVIT_LOG_DRIVER_GELF},
            {"fluentd", DAVIT_LOG_DRIVER_FLUENTD},
            {"awslogs", DAVIT_LOG_DRIVER_AWSLOGS},
            {"splunk", DAVIT_LOG_DRIVER_SPLUNK},
            {"gcplogs", DAVIT_LOG_DRIVER_GCPLOGS},
            {"logentries", DAVIT_LOG_DRIVER_LOGENTRIES},
            {"k8s-file", DAVIT_LOG_DRIVER_K8S_FILE},
            {"passthrough", DAVIT_LOG_DRIVER_PASSTHROUGH})

DAVIT__ENUM(davit_health_status_names, "health",
            {"none", DAVIT_HEALTH_NONE},
            {"starting", DAVIT_HEALTH_STARTING},
            {"healthy", DAVIT_HEALTH_HEALTHY},
            {"unhealthy", DAVIT_HEALTH_UNHEALTHY})

DAVIT__ENUM(davit_mount_type_names, "mount type",
            {"volume", DAVIT_MOUNT_VOLUME},
            {"bind", DAVIT_MOUNT_BIND},
            {"tmpfs", DAVIT_MOUNT_TMPFS})

DAVIT__ENUM(davit_protocol_names, "protocol",
            {"tcp", DAVIT_PROTOCOL_TCP},
            {"udp", DAVIT_PROTOCOL_UDP},
            {"sctp", DAVIT_PROTOCOL_SCTP})

DAVIT__ENUM(davit_pull_policy_names, "pull policy",
            {"missing", DAVIT_PULL_MISSING},
            {"always", DAVIT_PULL_ALWAYS},
            {"never", DAVIT_PULL_NEVER},
            {"if_not_present", DAVIT_PULL_MISSING})

DAVIT__ENUM(davit_change_kind_names, "change",
            {"modified", DAVIT_CHANGE_MODIFIED},
            {"added", DAVIT_CHANGE_ADDED},
            {"deleted", DAVIT_CHANGE_DELETED})

DAVIT__ENUM(davit_wait_condition_names, "wait condition",
            {"not-running", DAVIT_WAIT_NOT_RUNNING},
            {"healthy", DAVIT_WAIT_HEALTHY},
            {"next-exit", DAVIT_WAIT_NEXT_EXIT},
            {"removed", DAVIT_WAIT_REMOVED})

DAVIT__ENUM(davit_finding_level_names, "finding",
            {"ok", DAVIT_FINDING_OK},
            {"note", DAVIT_FINDING_NOTE},
            {"warning", DAVIT_FINDING_WARNING},
            {"problem", DAVIT_FINDING_PROBLEM})
/* clang-format on */
