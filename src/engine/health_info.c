/* SPDX-License-Identifier: MIT */
#include "container_info.h"
#include "memory.h"

#include <time.h>

#define LOG(member, ...) DAVIT__FIELD(davit_health_log, member, __VA_ARGS__)
static const davit__field log_fields[] = {
    LOG(start, TIME, .inspect = "Start", .text = "When the check began"),
    LOG(end, TIME, .inspect = "End", .text = "When it ended"),
    LOG(exit_code, INTEGER, .inspect = "ExitCode", .text = "0: healthy"),
    LOG(output, STRING, .inspect = "Output", .text = "What the check printed"),
};
static const davit_type log_type = {
    .name = "health check",
    .size = sizeof(davit_health_log),
    .fields = log_fields,
    .count = DAVIT__COUNT(log_fields),
};

#define HEALTH(member, ...) DAVIT__FIELD(davit_health, member, __VA_ARGS__)
static const davit__field health_fields[] = {
    HEALTH(status, ENUM, .names = davit_health_status_names, .inspect = "Status",
           .text = "none, starting, healthy or unhealthy"),
    HEALTH(failing_streak, INTEGER, .inspect = "FailingStreak", .text = "Failures in a row"),
    HEALTH(stale, BOOL, .text = "Whether nothing runs the checks at present"),
    HEALTH(log, LIST, .count_offset = offsetof(davit_health, log_count), .type = &log_type,
           .inspect = "Log", .text = "The last checks, oldest first"),
};
static const davit_type health_type = {
    .name = "health",
    .size = sizeof(davit_health),
    .fields = health_fields,
    .count = DAVIT__COUNT(health_fields),
};

const davit_type *davit_health_type(void)
{
    return &health_type;
}

int davit__health_decode(const json_t *json, davit_health **ret_health, davit_error *error)
{
    davit_health *health = calloc(1, sizeof *health);
    if (!health) {
        return davit__error_no_memory(error);
    }
    int r = json ? davit__type_decode(&health_type, DAVIT__SHAPE_INSPECT, json, health, error) : 0;
    if (r < 0) {
        free(health);
        return davit__error_wrap(error, r, "the engine's answer: State.Health");
    }
    *ret_health = health;
    return 0;
}

void davit_health_free(davit_health *health)
{
    if (health) {
        davit_type_clear(&health_type, health);
        free(health);
    }
}

int64_t davit__health_interval(const davit_container_info *info)
{
    return info->health_interval > 0 ? info->health_interval : DAVIT_SECONDS(30);
}

int64_t davit__health_timeout(const davit_container_info *info)
{
    return info->health_timeout > 0 ? info->health_timeout : DAVIT_SECONDS(30);
}

int64_t davit__clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

bool davit__health_is_stale(const davit_container_info *info, const json_t *health)
{
    if (info->state != DAVIT_STATE_RUNNING || info->health == DAVIT_HEALTH_NONE) {
        return false;
    }
    int64_t last = info->started;
    const json_t *log = davit__json_at(health, "Log");
    const char *end = davit__json_text(json_array_get(log, json_array_size(log) - 1), "End");
    int64_t ended;
    if (end && davit__time_decode(end, &ended, NULL) >= 0 && ended > last) {
        last = ended;
    }
    return davit__clock() > last + davit__health_interval(info) + davit__health_timeout(info);
}
