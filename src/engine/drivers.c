/* SPDX-License-Identifier: MIT */
#include "drivers.h"

#include "api.h"

int davit__drivers_open(const davit_engine_options *options, const davit_call *call,
                        const davit_driver **ret_driver, void **ret_state, davit_error *error)
{
    davit__endpoint endpoint = {0};
    int r = davit__resolve(options, davit__call_limit(call), &endpoint, error);
    if (r < 0) {
        return r;
    }
    davit_runtime runtime = endpoint.probe.runtime;
    davit__api *api = NULL;
    r = davit__api_open(call, &endpoint, &api, error);
    if (r < 0) {
        davit__endpoint_free(&endpoint);
        return r;
    }
    *ret_driver = runtime == DAVIT_RUNTIME_PODMAN ? &davit__podman_driver : &davit__docker_driver;
    *ret_state = api;
    return 0;
}

const char *davit__capability_name(davit_capability capability)
{
    static const char *const names[DAVIT_CAPABILITY_COUNT] = {
        [DAVIT_CAPABILITY_BUILDKIT] = "buildkit",
        [DAVIT_CAPABILITY_HEALTH_TIMER] = "health timer",
        [DAVIT_CAPABILITY_HEREDOC] = "heredoc",
        [DAVIT_CAPABILITY_START_INTERVAL] = "start interval",
        [DAVIT_CAPABILITY_RESOURCE_LIMITS] = "resource limits",
        [DAVIT_CAPABILITY_UPDATE_RESTART] = "update restart policy",
        [DAVIT_CAPABILITY_BUILD_MEMORY] = "build memory",
        [DAVIT_CAPABILITY_BUILD_SECRETS] = "build secrets",
        [DAVIT_CAPABILITY_BUILD_SQUASH] = "build squash",
        [DAVIT_CAPABILITY_BUILD_SSH] = "build ssh",
        [DAVIT_CAPABILITY_BUILD_ULIMITS] = "build ulimits",
        [DAVIT_CAPABILITY_LOG_JSON_FILE] = "log driver json-file",
        [DAVIT_CAPABILITY_LOG_SYSLOG] = "log driver syslog",
        [DAVIT_CAPABILITY_LOG_JOURNALD] = "log driver journald",
        [DAVIT_CAPABILITY_LOG_NONE] = "log driver none",
        [DAVIT_CAPABILITY_LOG_LOCAL] = "log driver local",
        [DAVIT_CAPABILITY_LOG_GELF] = "log driver gelf",
        [DAVIT_CAPABILITY_LOG_FLUENTD] = "log driver fluentd",
        [DAVIT_CAPABILITY_LOG_AWSLOGS] = "log driver awslogs",
        [DAVIT_CAPABILITY_LOG_SPLUNK] = "log driver splunk",
        [DAVIT_CAPABILITY_LOG_GCPLOGS] = "log driver gcplogs",
        [DAVIT_CAPABILITY_LOG_LOGENTRIES] = "log driver logentries",
        [DAVIT_CAPABILITY_LOG_K8S_FILE] = "log driver k8s-file",
        [DAVIT_CAPABILITY_LOG_PASSTHROUGH] = "log driver passthrough",
    };
    return names[capability];
}
