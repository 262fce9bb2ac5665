/* SPDX-License-Identifier: MIT */
/* A struct with a field of every kind, and its table. For one source file of a program. */
#ifndef DAVIT_TESTS_SAMPLE_H
#define DAVIT_TESTS_SAMPLE_H

#include "fields.h"
#include "memory.h"

typedef enum sample_color { SAMPLE_NONE, SAMPLE_RED, SAMPLE_GREEN } sample_color;

const davit_enum *sample_color_names(void);
DAVIT__ENUM(sample_color_names, "color", {"none", SAMPLE_NONE}, {"red", SAMPLE_RED},
            {"green", SAMPLE_GREEN}, {"crimson", SAMPLE_RED})

typedef struct sample_part {
    char *name;
    int64_t port;
    int color;
} sample_part;

typedef struct sample {
    char *id;
    bool ready;
    int64_t count;
    int64_t timeout; /* DAVIT_UNSET: not given */
    int64_t size;
    int64_t delay;
    int64_t created;
    double load;
    int color;
    char **names;
    size_t name_count;
    davit_pair *labels;
    size_t label_count;
    sample_part main_part;
    sample_part *parts;
    size_t part_count;
    int64_t doubled;
} sample;

#define SAMPLE_INIT                                                                                \
    {                                                                                              \
        .timeout = DAVIT_UNSET                                                                     \
    }

static void sample_print_part(const void *object, davit__buffer *buffer)
{
    const sample_part *part = object;
    davit__buffer_printf(buffer, "%s:%lld", part->name ? part->name : "?", (long long)part->port);
}

/* A field that only code can decode. */
static int sample_decode_doubled(const davit__field *field, const json_t *value, void *object,
                                 davit_error *error)
{
    if (json_is_string(value)) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL, "no number");
    }
    *DAVIT__MEMBER(int64_t, object, field->offset) = json_integer_value(value) * 2;
    return 0;
}

#define SAMPLE_PART(member, ...) DAVIT__FIELD(sample_part, member, __VA_ARGS__)
static const davit__field sample_part_fields[] = {
    SAMPLE_PART(name, STRING, .inspect = "Name", .list = "N"),
    SAMPLE_PART(port, INTEGER, .inspect = "Port", .list = "P", .minimum = 1, .maximum = 65535),
    SAMPLE_PART(color, ENUM, .inspect = "Color", .names = sample_color_names),
};
static const davit_type sample_part_type = {DAVIT__TYPE("part", sample_part, sample_part_fields),
                                            .print = sample_print_part};

#define SAMPLE(member, ...)  DAVIT__FIELD(sample, member, __VA_ARGS__)
#define SAMPLE_COUNT(member) .count_offset = offsetof(sample, member)
static const davit__field sample_fields[] = {
    SAMPLE(id, STRING, .inspect = "Id", .list = "Id", .alias = "Identity", .title = "SAMPLE ID",
           .short_id = true, .text = "Identity of the sample"),
    SAMPLE(ready, BOOL, .inspect = "State.Ready", .list = "Ready"),
    SAMPLE(count, INTEGER, .inspect = "State.Count"),
    SAMPLE(timeout, INTEGER, .inspect = "Timeout"),
    SAMPLE(size, BYTES, .inspect = "Host.Size"),
    SAMPLE(delay, DURATION, .inspect = "Host.Limits.Delay"),
    SAMPLE(created, TIME, .inspect = "Created", .list = "Created"),
    SAMPLE(load, DOUBLE, .inspect = "Load"),
    SAMPLE(color, ENUM, .inspect = "Color", .names = sample_color_names),
    SAMPLE(names, STRINGS, SAMPLE_COUNT(name_count), .inspect = "Names", .width = 12),
    SAMPLE(labels, PAIRS, SAMPLE_COUNT(label_count), .inspect = "Config.Labels", .list = "Labels"),
    SAMPLE(main_part, OBJECT, .inspect = "Host", .type = &sample_part_type),
    SAMPLE(parts, LIST, SAMPLE_COUNT(part_count), .inspect = "Parts", .list = "Parts.Items",
           .type = &sample_part_type),
    SAMPLE(doubled, INTEGER, .list = "Half", .decode = sample_decode_doubled),
};
static const davit_type sample_type = {DAVIT__TYPE("sample", sample, sample_fields)};

/* Every field has a value in this. */
#define SAMPLE_JSON                                                                                \
    "{\"id\":\"sha256:0123456789abcdef\",\"ready\":true,\"count\":-3,\"timeout\":7,\"size\":1500," \
    "\"delay\":90000000000,\"created\":\"2024-01-31T10:00:00.25Z\",\"load\":0.1,"                  \
    "\"color\":\"green\",\"names\":[\"a\",\"b\"],\"labels\":{\"x\":\"1\",\"y\":null},"             \
    "\"main_part\":{\"name\":\"m\",\"port\":80,\"color\":\"red\"},"                                \
    "\"parts\":[{\"name\":\"p\",\"port\":1,\"color\":\"none\"},"                                   \
    "{\"name\":null,\"port\":2,\"color\":\"green\"}],\"doubled\":8}"

#endif
