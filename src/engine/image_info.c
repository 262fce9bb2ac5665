/* SPDX-License-Identifier: MIT */
#include "image_info.h"

#include "docker_fields.h"
#include "memory.h"

#define NONE "<none>"

int davit__digest_copy(const char *digest, char **ret_copy, davit_error *error)
{
    if (davit__empty(digest) || strchr(digest, ':')) {
        return davit__copy(digest, ret_copy, error);
    }
    char *copy = davit__format("sha256:%s", digest);
    if (!copy) {
        return davit__error_no_memory(error);
    }
    *ret_copy = copy;
    return 0;
}

bool davit__is_image_id(const char *name)
{
    return strlen(name) == 64 && strspn(name, "0123456789abcdef") == 64;
}

/* ["localhost/web@sha256:..."]: the digest alone. Docker 20.10 has "<none>@<none>" for none. */
static int decode_digest(const davit__field *field, const json_t *value, void *object,
                         davit_error *error)
{
    const char *name = json_string_value(json_array_get(value, 0));
    const char *at = name ? strchr(name, '@') : NULL;
    const char *digest = at && strcmp(at + 1, NONE) != 0 ? at + 1 : NULL;
    return davit__copy(digest, DAVIT__MEMBER(char *, object, field->offset), error);
}

/* libpod leaves the algorithm out. */
static int decode_id(const davit__field *field, const json_t *value, void *object,
                     davit_error *error)
{
    return davit__digest_copy(json_string_value(value),
                              DAVIT__MEMBER(char *, object, field->offset), error);
}

#define FIELD(member, ...) DAVIT__FIELD(davit_image_info, member, __VA_ARGS__)
#define LIST(count)        .count_offset = offsetof(davit_image_info, count)

/* Both engines answer lists in Docker's shape. */
#define BOTH(path) .inspect = path, .list = path, .libpod_list = path

static const davit__field image_fields[] = {
    FIELD(id, STRING, BOTH("Id"), .decode = decode_id, .short_id = true, .title = "IMAGE ID",
          .text = "Identifier"),
    FIELD(repository, STRING, .text = "Name without the tag, <none>: no name"),
    FIELD(tag, STRING, .text = "Tag, <none>: no name"),
    FIELD(full_name, STRING, .text = "repository:tag, or the identifier"),
    FIELD(digest, STRING, BOTH("RepoDigests"), .decode = decode_digest,
          .text = "Digest of the manifest"),
    FIELD(names, STRINGS, LIST(name_count), BOTH("RepoTags"), .text = "All names"),
    FIELD(created, TIME, BOTH("Created"), .alias = "CreatedAt", .text = "When it was built"),
    FIELD(size, BYTES, BOTH("Size"), .text = "Size with all its layers"),
    FIELD(labels, PAIRS, LIST(label_count), .inspect = "Config.Labels", .list = "Labels",
          .libpod_list = "Labels", .text = "Labels"),
    FIELD(architecture, STRING, .inspect = "Architecture", .text = "Processor it is made for"),
    FIELD(os, STRING, .inspect = "Os", .text = "Operating system it is made for"),
    FIELD(command, STRINGS, LIST(command_count), .inspect = "Config.Cmd",
          .text = "Default command"),
    FIELD(entrypoint, STRINGS, LIST(entrypoint_count), .inspect = "Config.Entrypoint",
          .text = "Entrypoint"),
    FIELD(environment, STRINGS, LIST(environment_count), .inspect = "Config.Env",
          .text = "Environment, NAME=value"),
    FIELD(user, STRING, .inspect = "Config.User", .text = "Default user"),
    FIELD(workdir, STRING, .inspect = "Config.WorkingDir", .text = "Default working directory"),
};
static const davit_type image_type = {
    .name = "image",
    .size = sizeof(davit_image_info),
    .fields = image_fields,
    .count = DAVIT__COUNT(image_fields),
    .docker = davit__docker_image_fields,
};

const davit_type *davit_image_info_type(void)
{
    return &image_type;
}

/* Split "repository:tag" (NULL: no name) into the fields; a colon before a slash is a port's. */
static int set_name(davit_image_info *info, const char *name, davit_error *error)
{
    const char *colon = name ? strrchr(name, ':') : NULL;
    if (colon && strchr(colon, '/')) {
        colon = NULL;
    }
    DAVIT__FREE char *repository = NULL;
    if (colon) {
        repository = strndup(name, (size_t)(colon - name));
        if (!repository) {
            return davit__error_no_memory(error);
        }
    }
    const char *known = repository ? repository : name;
    int r = davit__copy(known ? known : NONE, &info->repository, error);
    if (r >= 0) {
        r = davit__copy(colon ? colon + 1 : NONE, &info->tag, error);
    }
    return r < 0 ? r : davit__copy(name ? name : info->id, &info->full_name, error);
}

static const char *nth_name(const davit_image_info *info, size_t index)
{
    const char *name = index < info->name_count ? info->names[index] : NULL;
    /* Docker 20.10 calls an image without a name this. */
    return davit__same(name, "<none>:<none>") ? NULL : name;
}

static int decode_named(const json_t *json, davit__shape shape, size_t index,
                        davit_image_info *info, davit_error *error)
{
    int r = davit__type_decode(&image_type, shape, json, info, error);
    return r < 0 ? r : set_name(info, nth_name(info, index), error);
}

int davit__image_info_decode(const json_t *json, davit_image_info **ret_info, davit_error *error)
{
    DAVIT_CLEANUP(davit_image_info_free) davit_image_info *info = calloc(1, sizeof *info);
    if (!info) {
        return davit__error_no_memory(error);
    }
    int r = decode_named(json, DAVIT__SHAPE_INSPECT, 0, info, error);
    if (r < 0) {
        return davit__error_wrap(error, r, "the engine's answer");
    }
    *ret_info = DAVIT__TAKE(info);
    return 0;
}

static size_t names_of(const json_t *image)
{
    size_t count = json_array_size(davit__json_at(image, "RepoTags"));
    return count ? count : 1;
}

static int newest_first(const void *a, const void *b)
{
    const davit_image_info *left = a, *right = b;
    if (left->created != right->created) {
        return left->created < right->created ? 1 : -1;
    }
    return strcmp(left->full_name, right->full_name);
}

int davit__image_list_decode(const json_t *json, davit_image_list **ret_list, davit_error *error)
{
    if (!json_is_array(json)) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                                "the engine's answer: expected an array of images");
    }
    size_t room = 1;
    for (size_t i = 0; i < json_array_size(json); i++) {
        room += names_of(json_array_get(json, i));
    }
    DAVIT_CLEANUP(davit_image_list_free) davit_image_list *list = calloc(1, sizeof *list);
    if (!list || !(list->items = calloc(room, sizeof *list->items))) {
        return davit__error_no_memory(error);
    }
    for (size_t i = 0; i < json_array_size(json); i++) {
        const json_t *image = json_array_get(json, i);
        for (size_t name = 0; name < names_of(image); name++) {
            davit_image_info *info = &list->items[list->count++];
            int r = decode_named(image, DAVIT__SHAPE_LIST, name, info, error);
            if (r < 0) {
                return davit__error_wrap(error, r, "the engine's answer: [%zu]", i);
            }
        }
    }
    qsort(list->items, list->count, sizeof *list->items, newest_first);
    *ret_list = DAVIT__TAKE(list);
    return 0;
}

void davit_image_info_free(davit_image_info *info)
{
    if (info) {
        davit_type_clear(&image_type, info);
        free(info);
    }
}

void davit_image_list_free(davit_image_list *list)
{
    if (list) {
        for (size_t i = 0; i < list->count; i++) {
            davit_type_clear(&image_type, &list->items[i]);
        }
        free(list->items);
        free(list);
    }
}
