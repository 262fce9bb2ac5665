/* SPDX-License-Identifier: MIT */
#include "topics.h"

#include <stdlib.h>
#include <string.h>

#define MANY 24 /* a list that is longer than that is divided by topics */

/* Names of options, one that ends in "-" for all that begin so. What is in none stands first. */
static const struct {
    const char *title;
    const char *names[24];
} topics[] = {
    {"Options", {NULL}},
    {"Resources",
     {"blkio-", "cpu-", "cpus", "cpuset-", "device-read-", "device-write-", "gpus", "kernel-memory",
      "memory", "memory-", "oom-", "pids-limit", "shm-size", "storage-opt", "ulimit", NULL}},
    {"Network",
     {"add-host", "dns", "dns-", "domainname", "expose", "hostname", "ip", "ip6", "link", "link-",
      "mac-address", "net", "net-", "network", "network-", "publish", "publish-", NULL}},
    {"Files and devices",
     {"device", "device-cgroup-rule", "mount", "read-only", "tmpfs", "volume", "volume-driver",
      "volumes-from", "workdir", NULL}},
    {"Users and privileges",
     {"cap-", "group-add", "privileged", "security-opt", "sysctl", "user", NULL}},
    {"Namespaces", {"cgroup-parent", "cgroupns", "ipc", "pid", "userns", "uts", NULL}},
    {"Health check", {"health-", "no-healthcheck", NULL}},
    {"Start and end",
     {"detach", "detach-keys", "init", "restart", "rm", "sig-proxy", "stop-", NULL}},
};

static bool is_about(const char *name, const char *const *names)
{
    for (; *names; names++) {
        size_t length = strlen(*names);
        bool many = (*names)[length - 1] == '-';
        if (many ? strncmp(name, *names, length) == 0 : strcmp(name, *names) == 0) {
            return true;
        }
    }
    return false;
}

static size_t topic_of(const cli_option *option)
{
    for (size_t i = 1; i < CLI_COUNT(topics); i++) {
        if (is_about(option->name, topics[i].names)) {
            return i;
        }
    }
    return 0;
}

static int by_name(const void *a, const void *b)
{
    const cli_option *const *one = a;
    const cli_option *const *other = b;
    return strcmp((*one)->name, (*other)->name);
}

static void add(cli_memory *memory, cli_topic *topic, const cli_option *option)
{
    topic->items = cli_grow(memory, topic->items, topic->count, sizeof(const cli_option *));
    topic->items[topic->count++] = option;
}

static size_t count_shown(const cli_option *const *tables)
{
    size_t count = 0;
    for (; *tables; tables++) {
        for (const cli_option *option = *tables; option->name; option++) {
            count += !option->hidden;
        }
    }
    return count;
}

cli_topic *cli_topics(cli_memory *memory, const cli_option *const *tables, size_t *ret_count)
{
    cli_topic *found = cli_allocate(memory, sizeof topics / sizeof topics[0] * sizeof *found);
    bool many = count_shown(tables) > MANY;
    for (; *tables; tables++) {
        for (const cli_option *option = *tables; option->name; option++) {
            if (!option->hidden) {
                add(memory, &found[many ? topic_of(option) : 0], option);
            }
        }
    }
    size_t count = 0;
    for (size_t i = 0; i < CLI_COUNT(topics); i++) {
        if (found[i].count > 0) {
            qsort(found[i].items, found[i].count, sizeof(const cli_option *), by_name);
            found[count] = found[i];
            found[count++].title = topics[i].title;
        }
    }
    *ret_count = count;
    return found;
}
