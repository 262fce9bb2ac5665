/* SPDX-License-Identifier: MIT */
#include "filters.h"

#include "container_filter.h"
#include "memory.h"
#include "quote.h"

#include <regex.h>

static int check_status(const char *value, davit_error *error)
{
    int state;
    return davit_enum_parse(davit_container_state_names(), value, &state, error);
}

static int check_health(const char *value, davit_error *error)
{
    int status;
    return davit_enum_parse(davit_health_status_names(), value, &status, error);
}

static int check_exited(const char *value, davit_error *error)
{
    char *end = NULL;
    long code = strtol(value, &end, 10);
    bool whole = value[0] >= '0' && value[0] <= '9' && !*end;
    return whole && code <= 255 ? 0 : davit__refuse(error, value, "expected 0 to 255");
}

static int check_name(const char *value, davit_error *error)
{
    return value[0] ? 0 : davit__refuse(error, value, "expected a name or an id");
}

static int check_ports(const char *value, davit_error *error)
{
    davit__filter_ports ports;
    return davit__filter_ports_parse(value, &ports)
               ? 0
               : davit__refuse(error, value, "expected ports such as 80, 53/udp or 8000-8010/tcp");
}

static int check_expression(const char *value, davit_error *error)
{
    regex_t expression;
    if (!value[0] || regcomp(&expression, value, REG_EXTENDED | REG_NOSUB) != 0) {
        return davit__refuse(error, value, "expected a part of a name, or a regular expression");
    }
    regfree(&expression);
    return 0;
}

int davit__filters_check(const davit_pair *filters, size_t count, davit_error *error)
{
    static const struct {
        const char *name;
        int (*check)(const char *value, davit_error *error);
    } checks[] = {
        {"before", check_name},   {"exited", check_exited},   {"expose", check_ports},
        {"health", check_health}, {"name", check_expression}, {"publish", check_ports},
        {"since", check_name},    {"status", check_status},
    };
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < DAVIT__COUNT(checks); j++) {
            if (!davit__same(filters[i].name, checks[j].name)) {
                continue;
            }
            int r = checks[j].check(filters[i].value ? filters[i].value : "", error);
            if (r < 0) {
                return davit__error_wrap(error, r, "filter %s", checks[j].name);
            }
        }
    }
    return 0;
}
