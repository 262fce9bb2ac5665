/* SPDX-License-Identifier: MIT */
/* Reading the contexts, and changing which one is current. */
#include <davit/context.h>

#include "context_store.h"
#include "fields.h"
#include "memory.h"

#define FIELD(member, ...) DAVIT__FIELD(davit_context, member, __VA_ARGS__)
static const davit__field context_fields[] = {
    FIELD(name, STRING, .text = "Name, default: none"),
    FIELD(description, STRING, .text = "What it is for"),
    FIELD(host, STRING, .alias = "DockerEndpoint", .title = "DOCKER ENDPOINT",
          .text = "Address of the engine"),
    FIELD(current, BOOL, .text = "Whether it is used where nothing else is said"),
    FIELD(tls, BOOL, .text = "Whether there are certificates for it"),
    FIELD(skip_tls_verify, BOOL, .text = "Whether the engine's certificate is not looked at"),
};
static const davit_type context_type = {DAVIT__TYPE("context", davit_context, context_fields)};

const davit_type *davit_context_type(void)
{
    return &context_type;
}

void davit_context_list_free(davit_context_list *list)
{
    if (list) {
        for (size_t i = 0; i < list->count; i++) {
            davit_type_clear(&context_type, &list->items[i]);
        }
        free(list->items);
        free(list);
    }
}

static int add(davit_context_list *list, davit_context *context, davit_error *error)
{
    davit_context *items = realloc(list->items, (list->count + 1) * sizeof *items);
    if (!items) {
        davit_type_clear(&context_type, context);
        return davit__error_no_memory(error);
    }
    list->items = items;
    items[list->count++] = *context;
    return 0;
}

static int add_default(davit_context_list *list, const char *current, davit_error *error)
{
    davit_context context = {.current = davit__same(current, DAVIT__CONTEXT_NONE)};
    int r = davit__copy(DAVIT__CONTEXT_NONE, &context.name, error);
    if (r == 0) {
        r = davit__copy("The engine that is found by itself", &context.description, error);
    }
    if (r < 0) {
        davit_type_clear(&context_type, &context);
        return r;
    }
    return add(list, &context, error);
}

/* One of the store's. */
static int add_stored(void *target, const char *entry, const json_t *meta,
                      const davit__context_store *store, davit_error *error)
{
    davit_context_list *list = target;
    const json_t *docker = json_object_get(json_object_get(meta, "Endpoints"), "docker");
    const json_t *data = json_object_get(meta, "Metadata");
    davit_context context = {
        .skip_tls_verify = json_is_true(json_object_get(docker, "SkipTLSVerify")),
        .tls = davit__context_has_tls(store, entry),
    };
    int r = davit__copy(json_string_value(json_object_get(meta, "Name")), &context.name, error);
    if (r == 0) {
        r = davit__copy(json_string_value(json_object_get(data, "Description")),
                        &context.description, error);
    }
    if (r == 0) {
        r = davit__copy(json_string_value(json_object_get(docker, "Host")), &context.host, error);
    }
    if (r < 0 || !context.name) {
        davit_type_clear(&context_type, &context);
        return r;
    }
    context.current = davit__same(context.name, store->current);
    return add(list, &context, error);
}

/* "default" before all others. */
static int compare(const void *a, const void *b)
{
    const char *left = ((const davit_context *)a)->name, *right = ((const davit_context *)b)->name;
    bool first = strcmp(left, DAVIT__CONTEXT_NONE) == 0;
    bool second = strcmp(right, DAVIT__CONTEXT_NONE) == 0;
    return first != second ? second - first : strcmp(left, right);
}

int davit_context_list_get(davit_context_list **ret_list, davit_error *error)
{
    DAVIT_CLEANUP(davit_context_list_free) davit_context_list *list = calloc(1, sizeof *list);
    DAVIT__CONTEXT_STORE davit__context_store store = {0};
    if (!list) {
        return davit__error_no_memory(error);
    }
    int r = davit__context_store_open(&store, error);
    if (r == 0) {
        r = add_default(list, store.current, error);
    }
    if (r == 0) {
        r = davit__context_store_each(&store, add_stored, list, error);
    }
    if (r < 0) {
        return r;
    }
    qsort(list->items, list->count, sizeof *list->items, compare);
    *ret_list = DAVIT__TAKE(list);
    return 0;
}

/* ---- changes ---- */

static int check_new(const davit_context_config *config, davit_error *error)
{
    if (config->struct_size != sizeof *config) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "struct_size %zu: expected %zu; use DAVIT_CONTEXT_CONFIG_INIT",
                                config->struct_size, sizeof *config);
    }
    int r = davit__context_check_name(config->name, error);
    if (r < 0) {
        return r;
    }
    davit__address address = {0};
    r = davit__address_parse(config->host, &address, error);
    const davit__tls_settings settings = {config->tls_ca_file, config->tls_certificate_file,
                                          config->tls_key_file, config->skip_tls_verify};
    bool has_files = settings.ca || settings.certificate || settings.key;
    if (r == 0 && has_files && address.scheme != DAVIT__SCHEME_TCP) {
        r = davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                             "%s: certificates are for tcp:// addresses", config->host);
    }
    if (r == 0 && has_files) { /* so that a wrong file is told now, and not at its first use */
        r = davit__address_use_tls(&address, &settings, error);
    }
    davit__address_free(&address);
    return r;
}

int davit_context_create(const davit_context_config *config, davit_error *error)
{
    DAVIT__CONTEXT_STORE davit__context_store store = {0};
    int r = check_new(config, error);
    if (r == 0) {
        r = davit__context_store_open(&store, error);
    }
    if (r == 0) {
        r = davit__context_store_add(&store, config, error);
    }
    return r < 0 ? davit__error_wrap(error, r, "context create") : 0;
}

int davit_context_remove(const char *name, bool force, davit_error *error)
{
    DAVIT__CONTEXT_STORE davit__context_store store = {0};
    int r = davit__context_check_name(name, error);
    if (r == 0) {
        r = davit__context_store_open(&store, error);
    }
    if (r == 0) {
        r = davit__context_store_require(&store, name, error);
    }
    bool current = r == 0 && davit__same(store.current, name);
    if (current && !force) {
        r = davit__error_set(error, DAVIT_ERROR_CONFLICT,
                             "\"%s\" is the current one: use another first, or force it", name);
    } else if (current) {
        r = davit__context_store_set_current(&store, NULL, error);
    }
    if (r == 0) {
        r = davit__context_store_remove(&store, name, error);
    }
    return r < 0 ? davit__error_wrap(error, r, "context rm") : 0;
}

int davit_context_use(const char *name, davit_error *error)
{
    DAVIT__CONTEXT_STORE davit__context_store store = {0};
    bool none = davit__same(name, DAVIT__CONTEXT_NONE);
    int r = none ? 0 : davit__context_check_name(name, error);
    if (r == 0) {
        r = davit__context_store_open(&store, error);
    }
    if (r == 0 && !none) {
        r = davit__context_store_require(&store, name, error);
    }
    if (r == 0) {
        r = davit__context_store_set_current(&store, none ? NULL : name, error);
    }
    return r < 0 ? davit__error_wrap(error, r, "context use") : 0;
}
