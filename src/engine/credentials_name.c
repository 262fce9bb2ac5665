/* SPDX-License-Identifier: MIT */
/* Names of registries as people and programs write them. */
#include "credentials.h"
#include "memory.h"

static void drop_prefix(davit__slice *text, const char *prefix)
{
    size_t length = strlen(prefix);
    if (text->length >= length && strncasecmp(text->text, prefix, length) == 0) {
        text->text += length;
        text->length -= length;
    }
}

static bool drop_suffix(davit__slice *text, const char *suffix)
{
    size_t length = strlen(suffix);
    bool has =
        text->length >= length && memcmp(text->text + text->length - length, suffix, length) == 0;
    text->length -= has ? length : 0;
    return has;
}

davit__slice davit__registry_host(davit__slice name)
{
    const char *slash = memchr(name.text, '/', name.length);
    return (davit__slice){name.text, slash ? (size_t)(slash - name.text) : name.length};
}

davit__slice davit__registry_name(const char *text)
{
    davit__slice name = davit__slice_of(text);
    drop_prefix(&name, "https://");
    drop_prefix(&name, "http://");
    while (drop_suffix(&name, "/")) {
    }
    if (drop_suffix(&name, "/v1") || drop_suffix(&name, "/v2")) {
        while (drop_suffix(&name, "/")) {
        }
    }
    davit__slice host = davit__registry_host(name);
    if (host.length == name.length && (davit__slice_is(host, "index." DAVIT__HUB) ||
                                       davit__slice_is(host, "registry-1." DAVIT__HUB))) {
        return davit__slice_of(DAVIT__HUB);
    }
    return name;
}

/* Whether `name` is `repository` or holds it. */
static bool holds(davit__slice name, davit__slice repository)
{
    return name.length > 0 && name.length <= repository.length &&
           memcmp(name.text, repository.text, name.length) == 0 &&
           (name.length == repository.length || repository.text[name.length] == '/');
}

const json_t *davit__registry_member(const json_t *object, davit__slice repository,
                                     const char **ret_key)
{
    const json_t *best = NULL;
    size_t longest = 0;
    const char *key;
    json_t *value;
    json_object_foreach ((json_t *)object, key, value) {
        davit__slice name = davit__registry_name(key);
        if (name.length > longest && holds(name, repository)) {
            longest = name.length;
            best = value;
            if (ret_key) {
                *ret_key = key;
            }
        }
    }
    return best;
}
