/* SPDX-License-Identifier: MIT */
/* docker's --ulimit and --device. */
#include "memory.h"
#include "quote.h"
#include "slice.h"

#include <davit/parse.h>

/* What setrlimit() knows. */
static bool is_limit(davit__slice name)
{
    static const char *const names[] = {
        "core",   "cpu",   "data", "fsize",  "locks",  "memlock",    "msgqueue", "nice",
        "nofile", "nproc", "rss",  "rtprio", "rttime", "sigpending", "stack",
    };
    for (size_t i = 0; i < DAVIT__COUNT(names); i++) {
        if (davit__slice_is(name, names[i])) {
            return true;
        }
    }
    return false;
}

static bool read_limit(davit__slice text, int64_t *ret_limit)
{
    if (davit__slice_is(text, "-1")) {
        *ret_limit = -1;
        return true;
    }
    return davit__slice_number(text, INT64_MAX, ret_limit);
}

int davit_ulimit_parse(const char *text, davit_ulimit *ret_ulimit, davit_error *error)
{
    davit__slice hard = davit__slice_of(text ? text : "");
    davit__slice name, soft;
    int64_t soft_limit, hard_limit;
    if (!davit__slice_cut(&hard, '=', &name) || !is_limit(name)) {
        return davit__refuse(error, text,
                             "expected the name of a limit, = and a number, such as "
                             "nofile=1024 or nofile=1024:2048");
    }
    if (!davit__slice_cut(&hard, ':', &soft)) {
        soft = hard;
    }
    if (!read_limit(soft, &soft_limit) || !read_limit(hard, &hard_limit)) {
        return davit__refuse(error, text, "expected numbers, or -1 for no limit");
    }
    if (hard_limit != -1 && (soft_limit == -1 || soft_limit > hard_limit)) {
        return davit__refuse(error, text, "expected a soft limit no larger than the hard one");
    }
    char *copy = NULL;
    int r = davit__slice_copy(name, &copy, error);
    if (r == 0) {
        *ret_ulimit = (davit_ulimit){.name = copy, .soft = soft_limit, .hard = hard_limit};
    }
    return r;
}

void davit_ulimit_clear(davit_ulimit *ulimit)
{
    free((char *)ulimit->name);
    *ulimit = (davit_ulimit){0};
}

/* ---- devices ---- */

static bool are_permissions(davit__slice text)
{
    return text.length <= 3 && davit__slice_only(text, "rwm");
}

static int copy_device(davit__slice source, davit__slice target, davit__slice permissions,
                       davit_device *ret_device, davit_error *error)
{
    char *copies[3] = {NULL, NULL, NULL};
    const davit__slice parts[] = {source, target, permissions};
    int r = 0;
    for (size_t i = 0; r == 0 && i < DAVIT__COUNT(parts); i++) {
        r = parts[i].text ? davit__slice_copy(parts[i], &copies[i], error) : 0;
    }
    davit_device device = {copies[0], copies[1], copies[2]};
    if (r < 0) {
        davit_device_clear(&device);
        return r;
    }
    *ret_device = device;
    return 0;
}

int davit_device_parse(const char *text, davit_device *ret_device, davit_error *error)
{
    davit__slice rest = davit__slice_of(text ? text : "");
    davit__slice source = {0}, target = {0}, permissions = {0};
    davit__slice_next(&rest, ':', &source);
    if (davit__slice_next(&rest, ':', &target) && !rest.text && are_permissions(target)) {
        permissions = target;
        target = (davit__slice){0};
    } else if (rest.text) {
        permissions = rest;
    }
    if (source.length == 0 || source.text[0] != '/' ||
        (target.text && (target.length == 0 || target.text[0] != '/'))) {
        return davit__refuse(error, text,
                             "expected a device's path, such as /dev/sda or "
                             "/dev/sda:/dev/xvda:rw");
    }
    if (permissions.text && !are_permissions(permissions)) {
        return davit__refuse(error, text, "expected some of r, w and m behind the paths");
    }
    return copy_device(source, target, permissions, ret_device, error);
}

void davit_device_clear(davit_device *device)
{
    free((char *)device->source);
    free((char *)device->target);
    free((char *)device->permissions);
    *device = (davit_device){0};
}
