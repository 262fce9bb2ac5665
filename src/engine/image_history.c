/* SPDX-License-Identifier: MIT */
#include "image_info.h"

#include "memory.h"

/* libpod leaves the algorithm out; a step whose image is not here has "<missing>". */
static int decode_id(const davit__field *field, const json_t *value, void *object,
                     davit_error *error)
{
    const char *id = json_string_value(value);
    char **member = DAVIT__MEMBER(char *, object, field->offset);
    return id && davit__is_image_id(id) ? davit__digest_copy(id, member, error)
                                        : davit__copy(id, member, error);
}

#define FIELD(member, ...) DAVIT__FIELD(davit_image_step, member, __VA_ARGS__)
#define CREATED_BY_WIDTH   45

/* Both engines answer in Docker's shape. */
static const davit__field step_fields[] = {
    FIELD(id, STRING, .list = "Id", .decode = decode_id, .short_id = true, .title = "IMAGE",
          .text = "Image after the step, <missing>: not here"),
    FIELD(created, TIME, .list = "Created", .alias = "CreatedAt", .text = "When it was made"),
    FIELD(created_by, STRING, .list = "CreatedBy", .width = CREATED_BY_WIDTH,
          .text = "Command that made it"),
    FIELD(size, BYTES, .list = "Size", .text = "Size that it added"),
    FIELD(comment, STRING, .list = "Comment", .text = "Comment"),
    FIELD(names, STRINGS, .count_offset = offsetof(davit_image_step, name_count), .list = "Tags",
          .alias = "Tags", .text = "Names of that image"),
};
static const davit_type step_type = {DAVIT__TYPE("image step", davit_image_step, step_fields)};

const davit_type *davit_image_step_type(void)
{
    return &step_type;
}

int davit__image_history_decode(const json_t *json, davit_image_history **ret_history,
                                davit_error *error)
{
    if (!json_is_array(json)) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                                "the engine's answer: expected an array of steps");
    }
    DAVIT_CLEANUP(davit_image_history_free)
    davit_image_history *history = calloc(1, sizeof *history);
    size_t count = json_array_size(json);
    if (!history || !(history->items = calloc(count + 1, sizeof *history->items))) {
        return davit__error_no_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        int r = davit__type_decode(&step_type, DAVIT__SHAPE_LIST, json_array_get(json, i),
                                   &history->items[i], error);
        if (r < 0) {
            return davit__error_wrap(error, r, "the engine's answer: [%zu]", i);
        }
        history->count++;
    }
    *ret_history = DAVIT__TAKE(history);
    return 0;
}

void davit_image_history_free(davit_image_history *history)
{
    if (history) {
        for (size_t i = 0; i < history->count; i++) {
            davit_type_clear(&step_type, &history->items[i]);
        }
        free(history->items);
        free(history);
    }
}
