/* SPDX-License-Identifier: MIT */
/* Removing images that nobody needs: first a plan, then exactly that.
 *
 * What a plan frees is the size of those layers that no other image has. Engines tell of layers by
 * an image's history only, so layers are told apart by when and how they were made. */
#include "image_filter.h"
#include "memory.h"

#define KEEP_LABEL "davit.keep"

typedef struct layer {
    uint64_t key;
    int64_t size;
} layer;

typedef struct layers {
    layer *items;
    size_t count;
    size_t room;
} layers;

/* ---- what goes ---- */

static bool is_protected(const davit_image_info *info)
{
    for (size_t i = 0; i < info->label_count; i++) {
        if (davit__same(info->labels[i].name, KEEP_LABEL)) {
            return true;
        }
    }
    return false;
}

static bool is_used(const davit_image_info *info, const davit_container_list *containers)
{
    for (size_t i = 0; i < containers->count; i++) {
        if (davit__same(containers->items[i].image_id, info->id)) {
            return true;
        }
    }
    return false;
}

/* A list has an entry a name; a plan has one an image. */
static bool is_first_entry(const davit_image_info *info)
{
    return davit__same(info->tag, "<none>") || davit__same(info->full_name, info->names[0]);
}

static bool goes(const davit_image_info *info, const davit__image_filter *filter, bool all,
                 const davit_container_list *containers)
{
    return is_first_entry(info) && (all || davit__image_is_dangling(info)) &&
           davit__image_filter_wants(filter, info) && !is_protected(info) &&
           !is_used(info, containers);
}

/* ---- what that frees ---- */

/* FNV-1a, 64 bits. */
static uint64_t mix(uint64_t key, const void *data, size_t length)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < length; i++) {
        key = (key ^ bytes[i]) * UINT64_C(0x100000001b3);
    }
    return key;
}

/* Add the image's layers, each with a key made of all that it stands on. */
static int add_layers(davit_engine *engine, const char *id, layers *all, davit_error *error)
{
    DAVIT_CLEANUP(davit_image_history_free) davit_image_history *history = NULL;
    int r = davit_image_history_get(engine, id, &history, error);
    if (r < 0) {
        return r;
    }
    if (all->room < all->count + history->count) {
        size_t room = 2 * all->room + history->count;
        layer *items = reallocarray(all->items, room, sizeof *items);
        if (!items) {
            return davit__error_no_memory(error);
        }
        all->items = items;
        all->room = room;
    }
    uint64_t key = UINT64_C(0xcbf29ce484222325);
    for (size_t i = history->count; i-- > 0;) {
        const davit_image_step *step = &history->items[i];
        if (step->size > 0) {
            key = mix(key, &step->created, sizeof step->created);
            key = mix(key, &step->size, sizeof step->size);
            key = mix(key, step->created_by ? step->created_by : "",
                      step->created_by ? strlen(step->created_by) : 0);
            all->items[all->count++] = (layer){key, step->size};
        }
    }
    return 0;
}

static int compare(const void *a, const void *b)
{
    const layer *left = a, *right = b;
    return left->key < right->key ? -1 : left->key > right->key;
}

static int64_t size_without(layers *going, layers *staying)
{
    int64_t bytes = 0;
    qsort(going->items, going->count, sizeof(layer), compare);
    qsort(staying->items, staying->count, sizeof(layer), compare);
    for (size_t i = 0; i < going->count; i++) {
        const layer *one = &going->items[i];
        bool again = i > 0 && one->key == going->items[i - 1].key;
        bool stays = staying->count > 0 &&
                     bsearch(one, staying->items, staying->count, sizeof(layer), compare);
        bytes += again || stays ? 0 : one->size;
    }
    return bytes;
}

/* ---- the plan ---- */

static void free_layers(layers *all)
{
    free(all->items);
}

/* Move what goes from the list to the plan; tell the layers of both apart. */
static int sort_out(davit_engine *engine, davit_image_list *list, const bool *going,
                    davit_image_prune_plan *plan, davit_error *error)
{
    __attribute__((cleanup(free_layers))) layers leaving = {0}, staying = {0};
    for (size_t i = 0; i < list->count; i++) {
        davit_image_info *info = &list->items[i];
        if (!is_first_entry(info)) {
            continue;
        }
        davit_error failure = DAVIT_ERROR_INIT;
        int r = add_layers(engine, info->id, going[i] ? &leaving : &staying, &failure);
        if (r < 0 && r != DAVIT_ERROR_IMAGE_NOT_FOUND) {
            if (error) {
                *error = failure;
            }
            return r;
        }
        if (r >= 0 && going[i]) {
            plan->items[plan->count++] = *info;
            *info = (davit_image_info){0};
        }
    }
    plan->bytes = leaving.count ? size_without(&leaving, &staying) : 0;
    return 0;
}

static int make_plan(davit_engine *engine, const davit_image_prune_options *options,
                     davit_image_prune_plan **ret_plan, davit_error *error)
{
    davit__image_filter filter;
    DAVIT_CLEANUP(davit_image_list_free) davit_image_list *list = NULL;
    DAVIT_CLEANUP(davit_container_list_free) davit_container_list *containers = NULL;
    int r = davit__image_filter_read(engine, options->filters, options->filter_count, true, &filter,
                                     error);
    if (r < 0 || (r = davit_image_list_get(engine, NULL, &list, error)) < 0) {
        return r;
    }
    const davit_container_list_options all_containers = {.all = true};
    r = davit_container_list_get(engine, &all_containers, &containers, error);
    if (r < 0) {
        return r;
    }
    /* As docker's: dangling=false is another way to say --all. */
    bool all = options->all || filter.dangling == 0;
    filter.dangling = -1;
    DAVIT__FREE bool *going = calloc(list->count + 1, sizeof *going);
    DAVIT_CLEANUP(davit_image_prune_plan_free)
    davit_image_prune_plan *plan = calloc(1, sizeof *plan);
    if (!going || !plan || !(plan->items = calloc(list->count + 1, sizeof *plan->items))) {
        return davit__error_no_memory(error);
    }
    bool any = false;
    for (size_t i = 0; i < list->count; i++) {
        going[i] = goes(&list->items[i], &filter, all, containers);
        any = any || going[i];
    }
    r = any ? sort_out(engine, list, going, plan, error) : 0;
    if (r >= 0) {
        *ret_plan = DAVIT__TAKE(plan);
    }
    return r;
}

int davit_image_prune_plan_get(davit_engine *engine, const davit_image_prune_options *options,
                               davit_image_prune_plan **ret_plan, davit_error *error)
{
    static const davit_image_prune_options none = {0};
    int r = make_plan(engine, options ? options : &none, ret_plan, error);
    return r < 0 ? davit__error_wrap(error, r, "prune images") : 0;
}

void davit_image_prune_plan_free(davit_image_prune_plan *plan)
{
    if (plan) {
        for (size_t i = 0; i < plan->count; i++) {
            davit_type_clear(davit_image_info_type(), &plan->items[i]);
        }
        free(plan->items);
        free(plan);
    }
}

/* ---- doing it ---- */

/* Remove `name` if it still means the image of the plan. What others did meanwhile is no failure:
 * an image that came into use stays, one that is gone is gone. */
static int remove_one(davit_engine *engine, const char *name, const char *id,
                      davit_image_removed_callback removed, void *context, davit_error *error)
{
    DAVIT_CLEANUP(davit_image_info_free) davit_image_info *info = NULL;
    davit_error failure = DAVIT_ERROR_INIT;
    int r = davit_image_get(engine, name, &info, &failure);
    if (r >= 0 && davit__same(info->id, id)) {
        r = davit_image_remove(engine, name, false, removed, context, &failure);
    }
    if (r == DAVIT_ERROR_CONFLICT) {
        davit_call call = davit__engine_call(engine);
        davit__log(&call, DAVIT_LOG_WARNING, "%s stays: %s", name, failure.message);
    }
    if (r >= 0 || r == DAVIT_ERROR_CONFLICT || r == DAVIT_ERROR_IMAGE_NOT_FOUND) {
        return 0;
    }
    if (error) {
        *error = failure;
    }
    return r;
}

int davit_image_prune(davit_engine *engine, const davit_image_prune_plan *plan,
                      davit_image_removed_callback removed, void *context, davit_error *error)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < plan->count; i++) {
        const davit_image_info *info = &plan->items[i];
        if (davit__same(info->tag, "<none>")) {
            r = remove_one(engine, info->id, info->id, removed, context, error);
            continue;
        }
        for (size_t name = 0; r >= 0 && name < info->name_count; name++) {
            r = remove_one(engine, info->names[name], info->id, removed, context, error);
        }
    }
    return r < 0 ? davit__error_wrap(error, r, "prune images") : 0;
}
