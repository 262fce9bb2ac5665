/* SPDX-License-Identifier: MIT */
#include "image_filter.h"

#include "memory.h"
#include "quote.h"

#include <davit/parse.h>
#include <fnmatch.h>

typedef enum filter_kind { LABEL, NO_LABEL, UNTIL, DANGLING, BEFORE, REFERENCE, SINCE } filter_kind;

static const struct {
    const char *name;
    filter_kind kind;
    bool prune; /* for clean-ups too */
} known[] = {
    {"before", BEFORE, false},  {"dangling", DANGLING, true},    {"label", LABEL, true},
    {"label!", NO_LABEL, true}, {"reference", REFERENCE, false}, {"since", SINCE, false},
    {"until", UNTIL, true},
};

static int find_kind(const char *name, bool prune, filter_kind *ret_kind, davit_error *error)
{
    char quoted[DAVIT__QUOTE_SIZE];
    for (size_t i = 0; i < DAVIT__COUNT(known); i++) {
        if (davit__same(name, known[i].name) && (known[i].prune || !prune)) {
            *ret_kind = known[i].kind;
            return 0;
        }
    }
    return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "filter %s: expected %s",
                            davit__quote(name, quoted),
                            prune ? "dangling, label, label! or until"
                                  : "before, dangling, label, label!, reference, since or until");
}

static int read_dangling(const char *value, int *ret_dangling, davit_error *error)
{
    static const char *const yes[] = {"true", "1"}, *const no[] = {"false", "0"};
    for (size_t i = 0; i < 2; i++) {
        if (davit__same(value, yes[i]) || davit__same(value, no[i])) {
            *ret_dangling = davit__same(value, yes[i]);
            return 0;
        }
    }
    char quoted[DAVIT__QUOTE_SIZE];
    return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "%s: expected true or false",
                            davit__quote(value, quoted));
}

static int read_image(davit_engine *engine, const char *name, int64_t *ret_time, davit_error *error)
{
    DAVIT_CLEANUP(davit_image_info_free) davit_image_info *info = NULL;
    int r = davit_image_get(engine, name, &info, error);
    if (r >= 0) {
        *ret_time = info->created;
    }
    return r;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a == 0 || b < a ? b : a;
}

static int read_one(davit_engine *engine, filter_kind kind, const char *value,
                    davit__image_filter *filter, davit_error *error)
{
    int64_t time = 0;
    int r = 0;
    switch (kind) {
    case DANGLING:
        return read_dangling(value, &filter->dangling, error);
    case UNTIL:
        r = davit_time_parse(value, &time, error);
        filter->before = r < 0 ? 0 : earlier(filter->before, time);
        return r;
    case BEFORE:
        r = read_image(engine, value, &time, error);
        filter->before = r < 0 ? 0 : earlier(filter->before, time);
        return r;
    case SINCE:
        r = read_image(engine, value, &time, error);
        filter->since = r >= 0 && time > filter->since ? time : filter->since;
        return r;
    case LABEL:
    case NO_LABEL:
    case REFERENCE:
        break;
    }
    return davit__empty(value)
               ? davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "'': expected a value")
               : 0;
}

int davit__image_filter_read(davit_engine *engine, const davit_pair *filters, size_t count,
                             bool prune, davit__image_filter *ret_filter, davit_error *error)
{
    davit__image_filter filter = {.filters = filters, .count = count, .dangling = -1};
    for (size_t i = 0; i < count; i++) {
        filter_kind kind = LABEL;
        const char *value = filters[i].value ? filters[i].value : "";
        int r = find_kind(filters[i].name, prune, &kind, error);
        if (r < 0) {
            return r;
        }
        r = read_one(engine, kind, value, &filter, error);
        if (r < 0) {
            return davit__error_wrap(error, r, "filter %s", filters[i].name);
        }
    }
    *ret_filter = filter;
    return 0;
}

/* "tier", or "tier=web". */
static bool has_label(const davit_image_info *info, const char *wanted)
{
    size_t length = strcspn(wanted, "=");
    for (size_t i = 0; i < info->label_count; i++) {
        const davit_pair *label = &info->labels[i];
        if (strncmp(label->name, wanted, length) == 0 && !label->name[length]) {
            return !wanted[length] ||
                   davit__same(label->value ? label->value : "", wanted + length + 1);
        }
    }
    return false;
}

static bool matches(const char *pattern, const char *name)
{
    return fnmatch(pattern, name, FNM_PATHNAME) == 0;
}

static bool matches_without(const davit_image_info *info, const char *prefix, const char *pattern)
{
    size_t length = strlen(prefix);
    return davit__starts_with(info->full_name, prefix) &&
           (matches(pattern, info->full_name + length) ||
            matches(pattern, info->repository + length));
}

bool davit__image_matches(const davit_image_info *info, const char *pattern)
{
    static const char official[] = "docker.io/library/";
    bool short_form = davit__starts_with(info->full_name, official);
    return info->name_count > 0 &&
           (matches_without(info, "", pattern) || matches_without(info, "localhost/", pattern) ||
            matches_without(info, short_form ? official : "docker.io/", pattern));
}

bool davit__image_is_dangling(const davit_image_info *info)
{
    return davit__same(info->tag, "<none>") && !info->digest;
}

bool davit__image_filter_wants(const davit__image_filter *filter, const davit_image_info *info)
{
    bool referred = false, referable = false;
    for (size_t i = 0; i < filter->count; i++) {
        const davit_pair *one = &filter->filters[i];
        if ((davit__same(one->name, "label") && !has_label(info, one->value)) ||
            (davit__same(one->name, "label!") && has_label(info, one->value))) {
            return false;
        }
        if (davit__same(one->name, "reference")) {
            referable = true;
            referred = referred || davit__image_matches(info, one->value);
        }
    }
    return (referred || !referable) && (!filter->before || info->created < filter->before) &&
           (!filter->since || info->created > filter->since) &&
           (filter->dangling < 0 || filter->dangling == davit__image_is_dangling(info));
}
