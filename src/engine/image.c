/* SPDX-License-Identifier: MIT */
/* The public operations on images. */
#include "credentials.h"
#include "engine.h"
#include "image_filter.h"
#include "memory.h"

static int fail(davit_error *error, int r, const char *verb, const char *name)
{
    if (r < 0 && davit__empty(name)) {
        return davit__error_wrap(error, r, "%s", verb);
    }
    return r < 0 ? davit__error_wrap(error, r, "%s %s", verb, name) : 0;
}

static int get(davit_engine *engine, const char *name, davit_image_info **ret_info, char **ret_raw,
               davit_error *error)
{
    if (!engine->driver->image_get) {
        return davit__unsupported(engine, "inspect image", error);
    }
    int r = davit__require_name("image", name, error);
    if (r < 0) {
        return r;
    }
    davit_call call = davit__engine_call(engine);
    return engine->driver->image_get(engine->state, &call, name, ret_info, ret_raw, error);
}

int davit_image_get(davit_engine *engine, const char *name, davit_image_info **ret_info,
                    davit_error *error)
{
    return fail(error, get(engine, name, ret_info, NULL, error), "inspect image", name);
}

int davit_image_get_raw(davit_engine *engine, const char *name, char **ret_json, davit_error *error)
{
    DAVIT_CLEANUP(davit_image_info_free) davit_image_info *info = NULL;
    return fail(error, get(engine, name, &info, ret_json, error), "inspect image", name);
}

/* Take what an inspect says that a list does not, and keep the entry's name. */
static void add_detail(davit_image_info *entry, davit_image_info *info)
{
    char *repository = DAVIT__TAKE(entry->repository);
    char *tag = DAVIT__TAKE(entry->tag);
    char *full_name = DAVIT__TAKE(entry->full_name);
    davit_type_clear(davit_image_info_type(), entry);
    free(info->repository);
    free(info->tag);
    free(info->full_name);
    *entry = *info;
    entry->repository = repository;
    entry->tag = tag;
    entry->full_name = full_name;
    free(info);
}

/* Images that are gone since the list was made are dropped from it. */
static int add_details(davit_engine *engine, davit_image_list *list, davit_error *error)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        davit_image_info *info = NULL;
        davit_error failure = DAVIT_ERROR_INIT;
        int r = get(engine, list->items[i].id, &info, NULL, &failure);
        if (r == DAVIT_ERROR_IMAGE_NOT_FOUND) {
            davit_type_clear(davit_image_info_type(), &list->items[i]);
            continue;
        }
        if (r < 0) {
            if (error) {
                *error = failure;
            }
            return r;
        }
        add_detail(&list->items[i], info);
        if (kept != i) {
            list->items[kept] = list->items[i];
            list->items[i] = (davit_image_info){0};
        }
        kept++;
    }
    list->count = kept;
    return 0;
}

static void keep_wanted(davit_image_list *list, const davit__image_filter *filter,
                        const char *reference)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        davit_image_info *info = &list->items[i];
        if (davit__image_filter_wants(filter, info) &&
            (!reference || davit__image_matches(info, reference))) {
            davit_image_info entry = *info;
            *info = (davit_image_info){0};
            list->items[kept++] = entry;
        } else {
            davit_type_clear(davit_image_info_type(), info);
        }
    }
    list->count = kept;
}

static int list_wanted(davit_engine *engine, const davit_image_list_options *options,
                       davit_image_list **ret_list, davit_error *error)
{
    davit__image_filter filter;
    int r = davit__image_filter_read(engine, options->filters, options->filter_count, false,
                                     &filter, error);
    if (r < 0) {
        return r;
    }
    /* What others are made of has no name, but is needed: it does not dangle. */
    const davit_image_list_options everything = {.all = options->all && filter.dangling != 1};
    davit_call call = davit__engine_call(engine);
    r = engine->driver->image_list(engine->state, &call, &everything, ret_list, error);
    if (r >= 0) {
        keep_wanted(*ret_list, &filter, options->reference);
    }
    return r;
}

int davit_image_list_get(davit_engine *engine, const davit_image_list_options *options,
                         davit_image_list **ret_list, davit_error *error)
{
    static const davit_image_list_options none = {0};
    if (!engine->driver->image_list) {
        return davit__unsupported(engine, "list images", error);
    }
    DAVIT_CLEANUP(davit_image_list_free) davit_image_list *list = NULL;
    int r = list_wanted(engine, options ? options : &none, &list, error);
    if (r >= 0 && options && options->detail) {
        r = add_details(engine, list, error);
    }
    if (r < 0) {
        return davit__error_wrap(error, r, "list images");
    }
    *ret_list = DAVIT__TAKE(list);
    return 0;
}

int davit_image_tag(davit_engine *engine, const char *source, const char *target,
                    davit_error *error)
{
    if (!engine->driver->image_tag) {
        return davit__unsupported(engine, "tag", error);
    }
    int r = davit__require_name("image", source, error);
    if (r < 0 || (r = davit__require_name("new tag", target, error)) < 0) {
        return fail(error, r, "tag", source);
    }
    davit_call call = davit__engine_call(engine);
    r = engine->driver->image_tag(engine->state, &call, source, target, error);
    return fail(error, r, "tag", source);
}

int davit_image_remove(davit_engine *engine, const char *name, bool force,
                       davit_image_removed_callback removed, void *context, davit_error *error)
{
    if (!engine->driver->image_remove) {
        return davit__unsupported(engine, "remove image", error);
    }
    int r = davit__require_name("image", name, error);
    if (r < 0) {
        return fail(error, r, "remove image", name);
    }
    davit_call call = davit__engine_call(engine);
    r = engine->driver->image_remove(engine->state, &call, name, force, removed, context, error);
    return fail(error, r, "remove image", name);
}

/* ---- registries ---- */

static int check_size(size_t given, size_t expected, const char *macro, davit_error *error)
{
    if (given != expected) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "options: struct_size %zu: expected %zu; use %s", given, expected,
                                macro);
    }
    return 0;
}

static bool has_tag(const char *name)
{
    const char *slash = strrchr(name, '/');
    return strpbrk(slash ? slash : name, ":@") != NULL;
}

static int check_pull(const char *name, const davit_pull_options *options, davit_error *error)
{
    int r = davit__require_name("image", name, error);
    if (r >= 0) {
        r = check_size(options->struct_size, sizeof *options, "DAVIT_PULL_OPTIONS_INIT", error);
    }
    if (r >= 0 && options->all_tags && has_tag(name)) {
        r = davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                             "'%s': expected a name without a tag, for all tags", name);
    }
    return r;
}

static int pull(davit_engine *engine, const char *name, const davit_pull_options *given,
                davit_transfer_callback progress, void *context, davit_error *error)
{
    davit_pull_options options = DAVIT_PULL_OPTIONS_INIT;
    options = given ? *given : options;
    int r = check_pull(name, &options, error);
    if (r < 0) {
        return fail(error, r, "pull", name);
    }
    davit_call call = davit__engine_call(engine);
    DAVIT__CHOSEN chosen = {0};
    r = davit__credentials_choose(engine, &call, options.credentials, name, &chosen,
                                  &options.credentials, error);
    return r < 0 ? r
                 : engine->driver->image_pull(engine->state, &call, name, &options, progress,
                                              context, error);
}

int davit_image_pull(davit_engine *engine, const char *name, const davit_pull_options *options,
                     davit_transfer_callback progress, void *context, davit_error *error)
{
    if (!engine->driver->image_pull) {
        return davit__unsupported(engine, "pull", error);
    }
    return fail(error, pull(engine, name, options, progress, context, error), "pull", name);
}

static int push(davit_engine *engine, const char *name, const davit_push_options *given,
                davit_transfer_callback progress, void *context, char **ret_digest,
                davit_error *error)
{
    davit_push_options options = DAVIT_PUSH_OPTIONS_INIT;
    options = given ? *given : options;
    int r = davit__require_name("image", name, error);
    if (r < 0 || (r = check_size(options.struct_size, sizeof options, "DAVIT_PUSH_OPTIONS_INIT",
                                 error)) < 0) {
        return r;
    }
    davit_call call = davit__engine_call(engine);
    DAVIT__CHOSEN chosen = {0};
    DAVIT__FREE char *digest = NULL;
    r = davit__credentials_choose(engine, &call, options.credentials, name, &chosen,
                                  &options.credentials, error);
    if (r >= 0) {
        r = engine->driver->image_push(engine->state, &call, name, &options, progress, context,
                                       &digest, error);
    }
    if (r >= 0 && ret_digest) {
        *ret_digest = DAVIT__TAKE(digest);
    }
    return r;
}

int davit_image_push(davit_engine *engine, const char *name, const davit_push_options *options,
                     davit_transfer_callback progress, void *context, char **ret_digest,
                     davit_error *error)
{
    if (!engine->driver->image_push) {
        return davit__unsupported(engine, "push", error);
    }
    return fail(error, push(engine, name, options, progress, context, ret_digest, error), "push",
                name);
}

int davit_image_history_get(davit_engine *engine, const char *name,
                            davit_image_history **ret_history, davit_error *error)
{
    if (!engine->driver->image_history) {
        return davit__unsupported(engine, "history", error);
    }
    int r = davit__require_name("image", name, error);
    if (r < 0) {
        return r;
    }
    davit_call call = davit__engine_call(engine);
    r = engine->driver->image_history(engine->state, &call, name, ret_history, error);
    return fail(error, r, "history of image", name);
}

typedef struct saving {
    davit_data_callback callback;
    void *context;
} saving;

static int hand_out(void *context, const void *data, size_t length, davit_error *error)
{
    const saving *save = context;
    if (save->callback(save->context, data, length) != 0) {
        return davit__error_set(error, DAVIT_ERROR_CANCELLED, "stopped by the receiver");
    }
    return 0;
}

int davit_image_save(davit_engine *engine, const char *const *names, size_t count,
                     davit_data_callback callback, void *context, davit_error *error)
{
    if (!engine->driver->image_save) {
        return davit__unsupported(engine, "save", error);
    }
    if (count == 0) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "save: no image is given");
    }
    for (size_t i = 0; i < count; i++) {
        int r = davit__require_name("image", names[i], error);
        if (r < 0) {
            return davit__error_wrap(error, r, "save");
        }
    }
    saving save = {callback, context};
    davit_call call = davit__engine_call(engine);
    int r = engine->driver->image_save(engine->state, &call, names, count, hand_out, &save, error);
    return r < 0 ? davit__error_wrap(error, r, "save") : 0;
}
