/* SPDX-License-Identifier: MIT */
/* Engines leave out fields that they have no use for, and answer 201 all the same. */
#include "create.h"
#include "memory.h"

#include <davit/runtime.h>

/* A field that an engine may leave out. */
typedef struct droppable {
    const char *name;  /* ours, for the message */
    const char *asked; /* path in the body of the create request */
    const char *kept;  /* path in what an inspect shows */
    const char *since; /* version of the API from which it is kept; NULL: none */
} droppable;

static const droppable of_docker[] = {
    {"health_check: start_interval", "Healthcheck.StartInterval",
     "Config.Healthcheck.StartInterval", "1.44"},
};

/* The paths of libpod's inspect, which says more than the compatible one. */
static const droppable of_podman[] = {
    {"domainname", "Domainname", "Config.Domainname", NULL},
    {"gpus", "HostConfig.DeviceRequests", "HostConfig.DeviceRequests", NULL},
    {"health_check: start_interval", "Healthcheck.StartInterval",
     "Config.Healthcheck.StartInterval", NULL},
    {"runtime", "HostConfig.Runtime", "OCIRuntime", NULL},
    {"resources: memory_swap", "HostConfig.MemorySwap", "HostConfig.MemorySwap", NULL},
    {"resources: memory_swappiness", "HostConfig.MemorySwappiness", "HostConfig.MemorySwappiness",
     NULL},
    {"resources: ulimits", "HostConfig.Ulimits", "HostConfig.Ulimits", NULL},
};

/* What Podman's log drivers take; of others it says nothing. */
static bool is_log_option(const char *name)
{
    static const char *const names[] = {"max-size", "path", "tag", "label"};
    for (size_t i = 0; i < DAVIT__COUNT(names); i++) {
        if (davit__same(name, names[i])) {
            return true;
        }
    }
    return false;
}

static void compare_log_options(const davit_call *call, const json_t *body)
{
    const char *name;
    json_t *value;
    json_object_foreach ((json_t *)davit__json_at(body, "HostConfig.LogConfig.Config"), name,
                         value) {
        if (!is_log_option(name)) {
            davit__log(call, DAVIT_LOG_WARNING, "log option %s: this engine has left it out", name);
        }
    }
}

static size_t size_of(const json_t *json)
{
    return json_is_array(json) ? json_array_size(json) : json_object_size(json);
}

/* Lists come back in other words (RLIMIT_NOFILE), so that they are counted only. */
static bool is_kept(const json_t *asked, const json_t *kept)
{
    if (json_is_array(asked) || json_is_object(asked)) {
        return size_of(kept) >= size_of(asked);
    }
    return json_equal(asked, kept);
}

static bool is_nothing(const json_t *json)
{
    return !json || json_is_null(json) || (json_is_string(json) && !json_string_value(json)[0]) ||
           (json_is_integer(json) && json_integer_value(json) == 0);
}

static void report(const davit_call *call, const droppable *field, const json_t *kept)
{
    DAVIT__FREE char *shown = is_nothing(kept) || json_is_array(kept) || json_is_object(kept)
                                  ? NULL
                                  : json_dumps(kept, JSON_ENCODE_ANY);
    if (shown) {
        davit__log(call, DAVIT_LOG_WARNING, "%s: this engine has made it %s", field->name, shown);
    } else {
        davit__log(call, DAVIT_LOG_WARNING, "%s: this engine has left it out", field->name);
    }
}

static bool is_wanted(const davit__api *api, const droppable *field, const json_t *body)
{
    return davit__json_at(body, field->asked) &&
           !(field->since && davit__api_at_least(api, field->since));
}

static int inspect(davit__api *api, const davit_call *call, const char *id, json_t **ret_json)
{
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->libpod ? api->libpod : api->prefix, "/containers/%s/json", id);
    davit__api_request request = {.method = "GET", .target = &target};
    return davit__api_call(api, call, &request, ret_json, NULL);
}

void davit__create_compare(davit__api *api, const davit_call *call, const json_t *body,
                           const char *id)
{
    const droppable *fields = api->libpod ? of_podman : of_docker;
    size_t count = api->libpod ? DAVIT__COUNT(of_podman) : DAVIT__COUNT(of_docker);
    DAVIT__JSON json_t *made = NULL;
    if (api->libpod) {
        compare_log_options(call, body);
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_wanted(api, &fields[i], body)) {
            continue;
        }
        if (!made && inspect(api, call, id, &made) < 0) {
            return; /* gone already, or the next request tells why */
        }
        const json_t *kept = davit__json_at(made, fields[i].kept);
        if (!is_kept(davit__json_at(body, fields[i].asked), kept)) {
            report(call, &fields[i], kept);
        }
    }
}
