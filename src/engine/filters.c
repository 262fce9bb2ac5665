/* SPDX-License-Identifier: MIT */
#include "filters.h"

#include "memory.h"
#include "quote.h"

#include <davit/container.h>

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

int davit__filters_check(const davit_pair *filters, size_t count, davit_error *error)
{
    static const struct {
        const char *name;
        int (*check)(const char *value, davit_error *error);
    } checks[] = {
        {"before", check_name}, {"exited", check_exited}, {"health", check_health},
        {"since", check_name},  {"status", check_status},
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
