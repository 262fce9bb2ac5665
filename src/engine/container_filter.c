/* SPDX-License-Identifier: MIT */
#include "container_filter.h"

#include "memory.h"

#include <regex.h>
#include <stdio.h>

bool davit__filter_ports_parse(const char *text, davit__filter_ports *ret_ports)
{
    char *end;
    bool digit = text[0] >= '0' && text[0] <= '9';
    davit__filter_ports found = {.first = strtol(text, &end, 10), .protocol = DAVIT_PROTOCOL_TCP};
    found.last = found.first;
    if (digit && *end == '-' && end[1] >= '0' && end[1] <= '9') {
        found.last = strtol(end + 1, &end, 10);
    }
    bool known = !*end || (*end == '/' && davit_enum_parse(davit_protocol_names(), end + 1,
                                                           &found.protocol, NULL) == 0);
    *ret_ports = found;
    return digit && known && found.first >= 1 && found.first <= found.last && found.last <= 65535;
}

bool davit__container_filters_have(const davit_pair *filters, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (davit__same(filters[i].name, name)) {
            return true;
        }
    }
    return false;
}

/* ---- applied ---- */

/* docker looks for it in "name" and in "/name". */
static bool has_name(const davit_container_info *info, const char *value)
{
    regex_t expression;
    if (regcomp(&expression, value, REG_EXTENDED | REG_NOSUB) != 0) {
        return false;
    }
    char with_slash[512];
    snprintf(with_slash, sizeof with_slash, "/%s", info->name ? info->name : "");
    bool found = regexec(&expression, with_slash + 1, 0, NULL, 0) == 0 ||
                 regexec(&expression, with_slash, 0, NULL, 0) == 0;
    regfree(&expression);
    return found;
}

static bool has_status(const davit_container_info *info, const char *value)
{
    return davit__same(davit_enum_name(davit_container_state_names(), info->state), value);
}

static bool has_health(const davit_container_info *info, const char *value)
{
    return davit__same(davit_enum_name(davit_health_status_names(), info->health), value);
}

static bool has_volume(const davit_container_info *info, const char *value)
{
    for (size_t i = 0; i < info->mount_count; i++) {
        const davit_mount_info *mount = &info->mounts[i];
        if (davit__same(mount->name, value) || davit__same(mount->target, value)) {
            return true;
        }
    }
    return false;
}

/* Only what runs has ports. */
static bool has_port(const davit_container_info *info, const char *value, bool on_host)
{
    davit__filter_ports wanted;
    bool any = davit__filter_ports_parse(value, &wanted) &&
               (info->state == DAVIT_STATE_RUNNING || info->state == DAVIT_STATE_PAUSED);
    for (size_t i = 0; any && i < info->port_count; i++) {
        const davit_port_info *port = &info->ports[i];
        int64_t number = on_host ? port->host_port : port->container_port;
        if (number >= wanted.first && number <= wanted.last && port->protocol == wanted.protocol) {
            return true;
        }
    }
    return false;
}

static bool is_published(const davit_container_info *info, const char *value)
{
    return has_port(info, value, true);
}

static bool is_exposed(const davit_container_info *info, const char *value)
{
    return has_port(info, value, false);
}

/* Values of one filter are alternatives, filters are conditions. */
bool davit__container_filters_pass(const davit_pair *filters, size_t count,
                                   const davit_container_info *info)
{
    static const struct {
        const char *name;
        bool (*passes)(const davit_container_info *info, const char *value);
    } ours[] = {
        {"name", has_name},     {"status", has_status},    {"health", has_health},
        {"volume", has_volume}, {"publish", is_published}, {"expose", is_exposed},
    };
    for (size_t i = 0; i < DAVIT__COUNT(ours); i++) {
        bool given = false, passed = false;
        for (size_t j = 0; j < count; j++) {
            bool same = davit__same(filters[j].name, ours[i].name);
            given = given || same;
            passed = passed || (same && ours[i].passes(info, filters[j].value));
        }
        if (given && !passed) {
            return false;
        }
    }
    return true;
}
