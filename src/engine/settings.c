/* SPDX-License-Identifier: MIT */
#include "settings.h"

#include "fields.h"
#include "files.h"
#include "memory.h"

#include <davit/engine.h>
#include <errno.h>

/* Only what an address can be of: not "custom". */
static DAVIT__ENUM(engine_names, "engine", {"docker", DAVIT_RUNTIME_DOCKER},
                   {"podman", DAVIT_RUNTIME_PODMAN})

    typedef struct content {
    char *host;
    int engine;
} content;

#define FIELD(member_, ...) DAVIT__FIELD(content, member_, __VA_ARGS__)
static const davit__field content_fields[] = {
    FIELD(host, STRING, .text = "Address of the engine, \"unix:///run/docker.sock\""),
    FIELD(engine, ENUM, .names = engine_names, .text = "Kind of engine that is wanted"),
};
static const davit_type content_type = {DAVIT__TYPE("settings", content, content_fields)};

static int parse(const char *path, davit__buffer *text, content *ret_content, davit_error *error)
{
    davit__buffer_add_char(text, '\0'); /* an empty file is a text too */
    int r = davit__buffer_check(text, error);
    if (r == 0 && strlen(text->data) + 1 != text->length) {
        r = davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "has a NUL byte, is no JSON");
    }
    if (r == 0) {
        r = davit_type_from_json(&content_type, text->data, ret_content, error);
    }
    return r < 0 ? davit__error_wrap(error, r, "%s", path) : 0;
}

int davit__settings_read(const char *config_home, davit__settings *ret_settings, davit_error *error)
{
    *ret_settings = (davit__settings){0};
    if (!config_home) {
        return 0;
    }
    DAVIT__FREE char *path = davit__format("%s/davit/config.json", config_home);
    if (!path) {
        return davit__error_no_memory(error);
    }
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    davit_error reason = DAVIT_ERROR_INIT;
    int r = davit__file_read(path, &text, &reason);
    if (r == DAVIT_ERROR_IO && (reason.system_error == ENOENT || reason.system_error == ENOTDIR)) {
        return 0;
    }
    if (r < 0) {
        return davit__error_set(error, r == DAVIT_ERROR_IO ? DAVIT_ERROR_INVALID_CONFIG : r, "%s",
                                reason.message);
    }
    content found = {0};
    r = parse(path, &text, &found, error);
    if (r < 0) {
        return r;
    }
    *ret_settings = (davit__settings){DAVIT__TAKE(path), found.host, found.engine};
    return 0;
}

void davit__settings_free(davit__settings *settings)
{
    free(settings->path);
    free(settings->host);
    *settings = (davit__settings){0};
}
