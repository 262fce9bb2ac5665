/* SPDX-License-Identifier: MIT */
/* The fields of docker's own lists, for templates written for them: their names, and how docker
 * writes what davit writes in another way. Fields that are the same are not here. */
#include "docker_fields.h"

#include "units.h"
#include "utf8.h"

#include <string.h>
#include <time.h>

/* What docker cuts things to, in characters. */
#define ID_WIDTH      12
#define COMMAND_WIDTH 20
#define MOUNT_WIDTH   15

static void add_id(const char *id, bool whole, davit__buffer *buffer)
{
    const char *colon = id ? strchr(id, ':') : NULL;
    const char *digits = colon && !whole ? colon + 1 : id ? id : "";
    size_t length = strlen(digits);
    davit__buffer_add(buffer, digits, whole || length < ID_WIDTH ? length : ID_WIDTH);
}

/* Bytes of the first `count` characters. */
static size_t prefix(const char *text, size_t count)
{
    size_t at = 0;
    size_t length = strlen(text);
    for (; count > 0 && at < length; count--) {
        size_t next = davit__utf8_length(text + at, length - at);
        at += next > 0 ? next : 1;
    }
    return at;
}

/* At most `width` characters, the last an ellipsis if that is not all. */
static void add_cut(const char *text, size_t width, bool whole, davit__buffer *buffer)
{
    if (whole || text[prefix(text, width)] == '\0') {
        davit__buffer_add_text(buffer, text);
        return;
    }
    davit__buffer_add(buffer, text, prefix(text, width - 1));
    davit__buffer_add_text(buffer, "\xe2\x80\xa6");
}

/* "2024-01-31 10:00:00 +0100 CET", in the time zone of the user. */
static void add_moment(int64_t time, davit__buffer *buffer)
{
    struct tm parts;
    char text[64];
    time_t seconds = (time_t)(time / DAVIT_SECONDS(1));
    if (time != 0 && localtime_r(&seconds, &parts) &&
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %z %Z", &parts) > 0) {
        davit__buffer_add_text(buffer, text);
    }
}

static void add_age(int64_t time, davit__buffer *buffer)
{
    int64_t age;
    if (time == 0) {
        return;
    }
    if (__builtin_sub_overflow(davit__time_now(), time, &age) || age < 0) {
        age = 0;
    }
    davit__duration_print_human(buffer, age);
    davit__buffer_add_text(buffer, " ago");
}

static void add_comma(davit__buffer *buffer, size_t start)
{
    if (buffer->length > start) {
        davit__buffer_add_char(buffer, ',');
    }
}

/* "tier=web,stage=test" */
static void add_labels(const davit_pair *labels, size_t count, davit__buffer *buffer)
{
    size_t start = buffer->length;
    for (size_t i = 0; i < count; i++) {
        add_comma(buffer, start);
        davit__buffer_printf(buffer, "%s=%s", labels[i].name ? labels[i].name : "",
                             labels[i].value ? labels[i].value : "");
    }
}

/* ---- containers ---- */

static void print_container_id(const void *object, bool whole, davit__buffer *buffer)
{
    const davit_container_info *info = object;
    add_id(info->id, whole, buffer);
}

static void print_command(const void *object, bool whole, davit__buffer *buffer)
{
    const davit_container_info *info = object;
    davit__buffer_add_char(buffer, '"');
    add_cut(info->command ? info->command : "", COMMAND_WIDTH, whole, buffer);
    davit__buffer_add_char(buffer, '"');
}

static void print_container_created(const void *object, bool whole, davit__buffer *buffer)
{
    const davit_container_info *info = object;
    add_moment(info->created, buffer);
}

static void print_running_for(const void *object, bool whole, davit__buffer *buffer)
{
    const davit_container_info *info = object;
    add_age(info->created, buffer);
}

static void print_container_labels(const void *object, bool whole, davit__buffer *buffer)
{
    const davit_container_info *info = object;
    add_labels(info->labels, info->label_count, buffer);
}

/* Names of volumes and folders of the host. */
static void print_mounts(const void *object, bool whole, davit__buffer *buffer)
{
    const davit_container_info *info = object;
    size_t start = buffer->length;
    for (size_t i = 0; i < info->mount_count; i++) {
        const davit_mount_info *mount = &info->mounts[i];
        const char *source = mount->source ? mount->source : "";
        add_comma(buffer, start);
        add_cut(mount->name && mount->name[0] ? mount->name : source, MOUNT_WIDTH, whole, buffer);
    }
}

static void print_local_volumes(const void *object, bool whole, davit__buffer *buffer)
{
    const davit_container_info *info = object;
    unsigned count = 0;
    for (size_t i = 0; i < info->mount_count; i++) {
        count += info->mounts[i].type == DAVIT_MOUNT_VOLUME;
    }
    davit__buffer_printf(buffer, "%u", count);
}

static void print_networks(const void *object, bool whole, davit__buffer *buffer)
{
    const davit_container_info *info = object;
    size_t start = buffer->length;
    for (size_t i = 0; i < info->network_count; i++) {
        add_comma(buffer, start);
        davit__buffer_add_text(buffer, info->networks[i] ? info->networks[i] : "");
    }
}

const davit__docker_field davit__docker_container_fields[] = {
    {"ID", "id", print_container_id},
    {"Command", "command", print_command},
    {"CreatedAt", "created", print_container_created},
    {"RunningFor", "created", print_running_for},
    {"Labels", "labels", print_container_labels},
    {"Mounts", "mounts", print_mounts},
    {"LocalVolumes", "mounts", print_local_volumes},
    {"Networks", "networks", print_networks},
    {NULL, NULL, NULL},
};

/* ---- images ---- */

static void print_image_id(const void *object, bool whole, davit__buffer *buffer)
{
    const davit_image_info *info = object;
    add_id(info->id, whole, buffer);
}

static void print_digest(const void *object, bool whole, davit__buffer *buffer)
{
    const davit_image_info *info = object;
    davit__buffer_add_text(buffer, info->digest ? info->digest : "<none>");
}

static void print_image_created(const void *object, bool whole, davit__buffer *buffer)
{
    const davit_image_info *info = object;
    add_moment(info->created, buffer);
}

static void print_created_since(const void *object, bool whole, davit__buffer *buffer)
{
    const davit_image_info *info = object;
    add_age(info->created, buffer);
}

static void print_image_labels(const void *object, bool whole, davit__buffer *buffer)
{
    const davit_image_info *info = object;
    add_labels(info->labels, info->label_count, buffer);
}

static void print_size(const void *object, bool whole, davit__buffer *buffer)
{
    const davit_image_info *info = object;
    davit__bytes_print(buffer, info->size);
}

const davit__docker_field davit__docker_image_fields[] = {
    {"ID", "id", print_image_id},
    {"Digest", "digest", print_digest},
    {"CreatedAt", "created", print_image_created},
    {"CreatedSince", "created", print_created_since},
    {"Labels", "labels", print_image_labels},
    {"Size", "size", print_size},
    {"VirtualSize", "size", print_size},
    {NULL, NULL, NULL},
};
