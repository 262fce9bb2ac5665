/* SPDX-License-Identifier: MIT */
/* A container runtime of one's own: a driver that keeps its containers in an array.
 *
 * Only what this program needs is implemented; davit answers the rest with "unsupported by this
 * engine". A real one would talk to its engine in these functions. */
#include <davit/davit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHELF_SIZE 8

/* The state of the runtime: what stands on the shelf. */
typedef struct shelf {
    char names[SHELF_SIZE][64];
    bool running[SHELF_SIZE];
    size_t count;
} shelf;

static int fail(davit_error *error, davit_error_code code, const char *text)
{
    if (error) {
        *error = (davit_error){.code = code};
        snprintf(error->message, sizeof error->message, "%s", text);
    }
    return code;
}

static int shelf_open(const davit_engine_options *options, const davit_call *call, void **ret_state,
                      davit_error *error)
{
    (void)options, (void)call;
    shelf *state = calloc(1, sizeof *state);
    if (!state) {
        return fail(error, DAVIT_ERROR_NO_MEMORY, "out of memory");
    }
    *ret_state = state;
    return 0;
}

static void shelf_close(void *state)
{
    free(state);
}

static int find(const shelf *on, const char *name, davit_error *error)
{
    for (size_t i = 0; i < on->count; i++) {
        if (strcmp(on->names[i], name) == 0) {
            return (int)i;
        }
    }
    return fail(error, DAVIT_ERROR_CONTAINER_NOT_FOUND, "not on the shelf");
}

static int shelf_create(void *state, const davit_call *call, const davit_container_config *config,
                        char **ret_id, davit_error *error)
{
    (void)call;
    shelf *on = state;
    if (on->count == SHELF_SIZE) {
        return fail(error, DAVIT_ERROR_RUNTIME, "the shelf is full");
    }
    const char *name = config->name ? config->name : config->image;
    if (find(on, name, NULL) >= 0) {
        return fail(error, DAVIT_ERROR_CONFLICT, "the name is in use");
    }
    *ret_id = strdup(name);
    if (!*ret_id) {
        return fail(error, DAVIT_ERROR_NO_MEMORY, "out of memory");
    }
    snprintf(on->names[on->count], sizeof on->names[0], "%s", name);
    on->count++;
    return 0;
}

static int shelf_start(void *state, const davit_call *call, const char *name, davit_error *error)
{
    (void)call;
    shelf *on = state;
    int index = find(on, name, error);
    if (index < 0) {
        return index;
    }
    on->running[index] = true;
    return 0;
}

static int shelf_get(void *state, const davit_call *call, const char *name,
                     davit_container_info **ret_info, char **ret_raw, davit_error *error)
{
    (void)call;
    const shelf *on = state;
    int index = find(on, name, error);
    if (index < 0) {
        return index;
    }
    davit_container_info *info = calloc(1, sizeof *info);
    if (!info || !(info->name = strdup(name)) || !(info->id = strdup(name)) ||
        (ret_raw && !(*ret_raw = strdup("{}")))) {
        davit_container_info_free(info);
        return fail(error, DAVIT_ERROR_NO_MEMORY, "out of memory");
    }
    info->is_running = on->running[index];
    info->state = info->is_running ? DAVIT_STATE_RUNNING : DAVIT_STATE_CREATED;
    *ret_info = info;
    return 0;
}

static const davit_driver shelf_driver = {
    .struct_size = sizeof(davit_driver),
    .name = "shelf",
    .runtime = DAVIT_RUNTIME_CUSTOM,
    .open = shelf_open,
    .close = shelf_close,
    .container_create = shelf_create,
    .container_start = shelf_start,
    .container_get = shelf_get,
};

static int report(const davit_error *error)
{
    fprintf(stderr, "%s\n", error->message);
    return davit_error_exit_code(error->code);
}

int main(void)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit_engine_options options = DAVIT_ENGINE_OPTIONS_INIT;
    options.driver = &shelf_driver;
    DAVIT_CLEANUP(davit_engine_close) davit_engine *engine = NULL;
    if (davit_engine_open(&options, &engine, &error) < 0) {
        return report(&error);
    }

    davit_container_config config = DAVIT_CONTAINER_CONFIG_INIT;
    config.image = "book";
    config.name = "novel";
    DAVIT_CLEANUP(davit_string_free) char *id = NULL;
    if (davit_container_run(engine, &config, &id, &error) < 0) {
        return report(&error);
    }

    DAVIT_CLEANUP(davit_container_info_free) davit_container_info *info = NULL;
    if (davit_container_get(engine, "novel", &info, &error) < 0) {
        return report(&error);
    }
    printf("%s is %s\n", info->name, info->is_running ? "running" : "not running");

    /* What the runtime does not have */
    if (davit_container_kill(engine, "novel", NULL, &error) != DAVIT_ERROR_UNSUPPORTED) {
        return 1;
    }
    printf("%s\n", error.message);
    return 0;
}
