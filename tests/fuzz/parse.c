/* SPDX-License-Identifier: MIT */
/* The small languages of parse.h: the first byte says which, the rest is the text. */
#include "memory.h"
#include "units.h"

#include <davit/parse.h>

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

static int parse_bytes(const char *text, davit_error *error)
{
    int64_t bytes = -1;
    int r = davit_bytes_parse(text, &bytes, error);
    check(r < 0 ? bytes == -1 : bytes >= 0);
    char *shown = NULL;
    check(davit_bytes_format(bytes, &shown, NULL) == 0);
    davit_string_free(shown);
    return r;
}

static int parse_duration(const char *text, davit_error *error)
{
    int64_t duration = -1, again = -2;
    int r = davit_duration_parse(text, &duration, error);
    if (r == 0) {
        DAVIT__BUFFER davit__buffer shown = DAVIT__BUFFER_INIT;
        davit__duration_print(&shown, duration);
        check(davit_duration_parse(shown.data, &again, NULL) == 0 && again == duration);
        char *human = NULL;
        check(davit_duration_format_human(duration, &human, NULL) == 0);
        davit_string_free(human);
    }
    return r;
}

static int parse_time(const char *text, davit_error *error)
{
    int64_t time = -1, again = -2;
    int r = davit_time_parse(text, &time, error);
    if (r == 0) {
        char *shown = NULL;
        check(davit_time_format(time, &shown, NULL) == 0);
        check(davit_time_parse(shown, &again, NULL) == 0 && again == time);
        davit_string_free(shown);
    }
    return r;
}

static int parse_ports(const char *text, davit_error *error)
{
    davit_port_mapping *ports = NULL;
    size_t count = 0;
    int r = davit_ports_parse(text, &ports, &count, error);
    check(r < 0 ? !ports && count == 0 : count > 0 && count <= 65535);
    for (size_t i = 0; i < count; i++) {
        check(ports[i].container_port >= 1 && ports[i].container_port <= 65535);
        check(ports[i].host_port >= 0 && ports[i].host_port <= 65535);
    }
    davit_port_mappings_free(ports, count);
    return r;
}

static int check_mount(int r, davit_mount *mount)
{
    check((r == 0) == (mount->target != NULL));
    check(r < 0 || mount->target[0] == '/');
    check(r < 0 || mount->type != DAVIT_MOUNT_BIND || mount->source[0] == '/');
    check(r < 0 || mount->type != DAVIT_MOUNT_TMPFS || !mount->source);
    davit_mount_clear(mount);
    return r;
}

static int parse_volume(const char *text, davit_error *error)
{
    davit_mount mount = {0};
    return check_mount(davit_volume_parse(text, &mount, error), &mount);
}

static int parse_mount(const char *text, davit_error *error)
{
    davit_mount mount = {0};
    return check_mount(davit_mount_parse(text, &mount, error), &mount);
}

static int parse_tmpfs(const char *text, davit_error *error)
{
    davit_mount mount = {0};
    return check_mount(davit_tmpfs_parse(text, &mount, error), &mount);
}

static int parse_restart_policy(const char *text, davit_error *error)
{
    davit_restart_policy policy;
    int64_t retries;
    return davit_restart_policy_parse(text, &policy, &retries, error);
}

/* The full and the familiar name are names of the same thing. */
static int parse_reference(const char *text, davit_error *error)
{
    davit_reference reference = {0};
    int r = davit_reference_parse(text, &reference, error);
    const char *const names[] = {reference.full_name, reference.familiar_name};
    for (size_t i = 0; r == 0 && i < DAVIT__COUNT(names); i++) {
        davit_reference again = {0};
        check(davit_reference_parse(names[i], &again, NULL) == 0);
        check(strcmp(again.full_name, reference.full_name) == 0);
        davit_reference_clear(&again);
    }
    davit_reference_clear(&reference);
    return r;
}

static int parse_ulimit(const char *text, davit_error *error)
{
    davit_ulimit ulimit = {0};
    int r = davit_ulimit_parse(text, &ulimit, error);
    check((r == 0) == (ulimit.name != NULL));
    check(ulimit.hard == -1 || (ulimit.soft >= 0 && ulimit.soft <= ulimit.hard));
    davit_ulimit_clear(&ulimit);
    return r;
}

static int parse_device(const char *text, davit_error *error)
{
    davit_device device = {0};
    int r = davit_device_parse(text, &device, error);
    check(r < 0 ? !device.source : device.source[0] == '/');
    davit_device_clear(&device);
    return r;
}

static int parse_gpus(const char *text, davit_error *error)
{
    davit_gpu_request gpu = {0};
    int r = davit_gpu_request_parse(text, &gpu, error);
    check(r < 0 || (gpu.count == 0) == (gpu.device_id_count > 0));
    davit_gpu_request_clear(&gpu);
    return r;
}

static int parse_network(const char *text, davit_error *error)
{
    davit_network_attachment network = {0};
    int r = davit_network_attachment_parse(text, &network, error);
    check((r == 0) == (network.network != NULL));
    davit_network_attachment_clear(&network);
    return r;
}

static int parse_extra_host(const char *text, davit_error *error)
{
    davit_pair *host = NULL;
    int r = davit_extra_host_parse(text, &host, error);
    check(r < 0 ? !host : host->name[0] && host->value[0]);
    davit_pairs_free(host, host != NULL);
    return r;
}

static int parse_setting(const char *text, davit_error *error)
{
    davit_pair *setting = NULL;
    int r = davit_setting_parse(text, &setting, error);
    check(r < 0 ? !setting : setting->name[0] && setting->value[0]);
    davit_pairs_free(setting, setting != NULL);
    return r;
}

static int parse_environment(const char *text, davit_error *error)
{
    davit_pair *pairs = NULL;
    size_t count = 0;
    int r = davit_environment_parse(text, strlen(text), &pairs, &count, error);
    for (size_t i = 0; i < count; i++) {
        check(pairs[i].name[0] && !strpbrk(pairs[i].name, "= \t\n"));
    }
    davit_pairs_free(pairs, count);
    return r;
}

/* Quoting takes everything. */
static int quote(const char *text, davit_error *error)
{
    char *quoted = NULL;
    check(davit_shell_quote(&text, 1, &quoted, error) == 0 && quoted[0]);
    davit_string_free(quoted);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int (*const parsers[])(const char *text, davit_error *error) = {
        parse_bytes,          parse_duration,
        parse_time,           parse_ports,
        parse_volume,         parse_mount,
        parse_tmpfs,          parse_reference,
        parse_restart_policy, davit_container_name_check,
        parse_ulimit,         parse_device,
        parse_gpus,           parse_network,
        parse_extra_host,     parse_setting,
        parse_environment,    quote,
    };
    if (size == 0) {
        return 0;
    }
    char *text = strndup((const char *)data + 1, size - 1);
    if (text) {
        davit_error error = DAVIT_ERROR_INIT;
        int r = parsers[data[0] % DAVIT__COUNT(parsers)](text, &error);
        check(r <= 0 && r == (int)error.code);
    }
    free(text);
    return 0;
}
