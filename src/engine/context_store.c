/* SPDX-License-Identifier: MIT */
#include "context_store.h"

#include "fields.h"
#include "files.h"
#include "memory.h"

#include <dirent.h>
#include <errno.h>
#include <nettle/sha2.h>
#include <stdio.h>

/* Contexts (with "." and "..") that are looked through. */
#define ENTRIES_MAX 1000

#define ENTRY_SIZE  (2 * SHA256_DIGEST_SIZE + 1)

static const char *const tls_files[] = {"ca.pem", "cert.pem", "key.pem"};

int davit__context_store_open(davit__context_store *ret_store, davit_error *error)
{
    davit__environment environment;
    davit__context_store store = {0};
    int r = davit__environment_read(&environment, error);
    if (r < 0) {
        return r;
    }
    if (!environment.docker_config) {
        r = davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                             "no home folder to keep contexts in: set HOME or DOCKER_CONFIG");
    }
    if (r == 0) {
        r = davit__copy(environment.docker_config, &store.folder, error);
    }
    if (r == 0) {
        r = davit__context_name(&environment, &store.current, error);
    }
    if (r == 0 && !store.current) {
        r = davit__copy(DAVIT__CONTEXT_NONE, &store.current, error);
    }
    davit__environment_free(&environment);
    if (r < 0) {
        davit__context_store_close(&store);
        return r;
    }
    *ret_store = store;
    return 0;
}

void davit__context_store_close(davit__context_store *store)
{
    free(store->folder);
    free(store->current);
    *store = (davit__context_store){0};
}

/* ---- reading ---- */

static int visit(const davit__context_store *store, const char *entry, davit__context_found found,
                 void *target, davit_error *error)
{
    DAVIT__JSON json_t *meta = NULL;
    DAVIT__FREE char *path = davit__format("%s/contexts/meta/%s/meta.json", store->folder, entry);
    int r = path ? davit__docker_json(path, &meta, error) : davit__error_no_memory(error);
    return r < 0 || !meta ? r : found(target, entry, meta, store, error);
}

int davit__context_store_each(const davit__context_store *store, davit__context_found found,
                              void *target, davit_error *error)
{
    DAVIT__FREE char *folder = davit__format("%s/contexts/meta", store->folder);
    if (!folder) {
        return davit__error_no_memory(error);
    }
    DIR *stream = opendir(folder);
    if (!stream) {
        return errno == ENOENT || errno == ENOTDIR
                   ? 0
                   : davit__error_errno(error, DAVIT_ERROR_INVALID_CONFIG, errno, "%s", folder);
    }
    int r = 0;
    const struct dirent *entry;
    for (size_t count = 0; r == 0 && count < ENTRIES_MAX && (entry = readdir(stream)); count++) {
        r = entry->d_name[0] == '.' ? 0 : visit(store, entry->d_name, found, target, error);
    }
    closedir(stream);
    return r;
}

static char *tls_path(const davit__context_store *store, const char *entry, const char *name)
{
    return davit__format("%s/contexts/tls/%s/docker/%s", store->folder, entry, name);
}

bool davit__context_has_tls(const davit__context_store *store, const char *entry)
{
    for (size_t i = 0; i < DAVIT__COUNT(tls_files); i++) {
        DAVIT__FREE char *path = tls_path(store, entry, tls_files[i]);
        if (path && access(path, F_OK) == 0) {
            return true;
        }
    }
    return false;
}

int davit__context_check_name(const char *name, davit_error *error)
{
    static const char alnum[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    static const char all[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-";
    if (davit__same(name, DAVIT__CONTEXT_NONE)) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "\"default\" stands for no context and cannot be changed");
    }
    if (davit__empty(name) || !name[1] || !strchr(alnum, name[0]) ||
        strspn(name, all) < strlen(name)) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "context \"%.100s\": expected two or more letters, digits and "
                                "_ . + -, the first of them a letter or digit",
                                name ? name : "");
    }
    return 0;
}

/* As docker names the folder of a context. */
static void name_entry(const char *name, char entry[ENTRY_SIZE])
{
    struct sha256_ctx digest;
    uint8_t bytes[SHA256_DIGEST_SIZE];
    sha256_init(&digest);
    sha256_update(&digest, strlen(name), (const uint8_t *)name);
    sha256_digest(&digest, sizeof bytes, bytes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        snprintf(entry + 2 * i, 3, "%02x", bytes[i]);
    }
}

static char *meta_path(const davit__context_store *store, const char *name)
{
    char entry[ENTRY_SIZE];
    name_entry(name, entry);
    return davit__format("%s/contexts/meta/%s/meta.json", store->folder, entry);
}

int davit__context_store_require(const davit__context_store *store, const char *name,
                                 davit_error *error)
{
    DAVIT__FREE char *path = meta_path(store, name);
    if (!path) {
        return davit__error_no_memory(error);
    }
    return access(path, F_OK) == 0
               ? 0
               : davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                  "context \"%.100s\" does not exist: `davit context ls` lists "
                                  "those that do",
                                  name);
}

/* ---- writing ---- */

static int copy_file(const davit__context_store *store, const char *entry, const char *name,
                     const char *source, davit_error *error)
{
    if (!source) {
        return 0;
    }
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    DAVIT__FREE char *path = tls_path(store, entry, name);
    int r = path ? davit__file_read(source, &text, error) : davit__error_no_memory(error);
    if (r == 0) {
        davit__buffer_add_char(&text, '\0');
        r = davit__buffer_check(&text, error);
    }
    return r < 0 ? r : davit__file_replace(path, text.data, error);
}

static int write_meta(const char *path, const davit_context_config *config, davit_error *error)
{
    DAVIT__JSON json_t *meta =
        json_pack("{s:s, s:{s:s*}, s:{s:{s:s, s:b}}}", "Name", config->name, "Metadata",
                  "Description", config->description, "Endpoints", "docker", "Host", config->host,
                  "SkipTLSVerify", (int)config->skip_tls_verify);
    DAVIT__FREE char *text = meta ? json_dumps(meta, JSON_COMPACT) : NULL;
    if (!text) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "context \"%.100s\": its texts have to be UTF-8", config->name);
    }
    return davit__file_replace(path, text, error);
}

int davit__context_store_add(const davit__context_store *store, const davit_context_config *config,
                             davit_error *error)
{
    char entry[ENTRY_SIZE];
    name_entry(config->name, entry);
    DAVIT__FREE char *path = meta_path(store, config->name);
    if (!path) {
        return davit__error_no_memory(error);
    }
    if (access(path, F_OK) == 0) {
        return davit__error_set(error, DAVIT_ERROR_CONFLICT,
                                "there is a context \"%s\" already: remove it first, or choose "
                                "another name",
                                config->name);
    }
    int r = copy_file(store, entry, "ca.pem", config->tls_ca_file, error);
    if (r == 0) {
        r = copy_file(store, entry, "cert.pem", config->tls_certificate_file, error);
    }
    if (r == 0) {
        r = copy_file(store, entry, "key.pem", config->tls_key_file, error);
    }
    return r < 0 ? r : write_meta(path, config, error); /* last: with it the context is there */
}

static int remove_one(char *path, bool folder, davit_error *error)
{
    int failed = !path ? ENOMEM : (folder ? rmdir(path) : unlink(path)) < 0 ? errno : 0;
    int r = failed && failed != ENOENT && failed != ENOTDIR
                ? davit__error_errno(error, DAVIT_ERROR_IO, failed, "%s", path ? path : "")
                : 0;
    free(path);
    return r;
}

int davit__context_store_remove(const davit__context_store *store, const char *name,
                                davit_error *error)
{
    char entry[ENTRY_SIZE];
    name_entry(name, entry);
    const char *root = store->folder;
    int r = remove_one(meta_path(store, name), false, error); /* first: it is gone with that */
    if (r == 0) {
        r = remove_one(davit__format("%s/contexts/meta/%s", root, entry), true, error);
    }
    for (size_t i = 0; r == 0 && i < DAVIT__COUNT(tls_files); i++) {
        r = remove_one(tls_path(store, entry, tls_files[i]), false, error);
    }
    if (r == 0) {
        r = remove_one(davit__format("%s/contexts/tls/%s/docker", root, entry), true, error);
    }
    return r < 0 ? r : remove_one(davit__format("%s/contexts/tls/%s", root, entry), true, error);
}

int davit__context_store_set_current(const davit__context_store *store, const char *name,
                                     davit_error *error)
{
    DAVIT__JSON json_t *config = NULL;
    DAVIT__FREE char *path = davit__format("%s/config.json", store->folder);
    int r = path ? davit__docker_json(path, &config, error) : davit__error_no_memory(error);
    if (r < 0) {
        return r;
    }
    if (!config) {
        config = json_object();
    }
    if (!json_is_object(config)) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "%s: expected a JSON object",
                                path);
    }
    int failed = name ? json_object_set_new(config, "currentContext", json_string(name)) : 0;
    if (!name) {
        json_object_del(config, "currentContext"); /* may not have been there */
    }
    DAVIT__FREE char *text = failed ? NULL : json_dumps(config, JSON_INDENT(4));
    DAVIT__FREE char *lines = text ? davit__format("%s\n", text) : NULL;
    return lines ? davit__file_replace(path, lines, error) : davit__error_no_memory(error);
}
