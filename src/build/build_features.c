/* SPDX-License-Identifier: MIT */
#include "build_features.h"

#include "memory.h"
#include "quote.h"
#include "slice.h"

#include <errno.h>
#include <fcntl.h>

/* ---- what engines can do ---- */

static int check_ulimit(const char *text, davit_error *error)
{
    davit__slice rest = davit__slice_of(text), name, soft;
    int64_t number;
    bool ok = davit__slice_cut(&rest, '=', &name) && davit__slice_only(name, DAVIT__LOWER);
    if (ok && davit__slice_cut(&rest, ':', &soft)) {
        ok = davit__slice_number(soft, INT64_MAX, &number) || davit__slice_is(soft, "-1");
    }
    ok = ok && (davit__slice_number(rest, INT64_MAX, &number) || davit__slice_is(rest, "-1"));
    return ok ? 0 : davit__refuse(error, text, "expected a limit such as nofile=1024:2048");
}

static int check_host(const char *text, davit_error *error)
{
    davit__slice rest = davit__slice_of(text), name;
    bool ok = davit__slice_cut(&rest, ':', &name) && name.length > 0 && rest.length > 0;
    return ok ? 0 : davit__refuse(error, text, "expected NAME:ADDRESS");
}

static int check_texts(const char *what, const char *const *texts, size_t count,
                       int (*check)(const char *text, davit_error *error), davit_error *error)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < count; i++) {
        r = check(texts[i], error);
    }
    return r < 0 ? davit__error_wrap(error, r, "%s", what) : 0;
}

static int check_size(const char *what, int64_t size, davit_error *error)
{
    return size >= 0
               ? 0
               : davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                  "%s %lld: expected a number of bytes", what, (long long)size);
}

static int check_values(const davit_build_context *build, davit_error *error)
{
    int r = check_texts("ulimit", build->ulimits, build->ulimit_count, check_ulimit, error);
    if (r >= 0) {
        r = check_texts("extra host", build->extra_hosts, build->extra_host_count, check_host,
                        error);
    }
    if (r >= 0) {
        r = check_size("shm_size", build->shm_size, error);
    }
    return r < 0 ? r : check_size("memory", build->memory, error);
}

int davit__build_features_check(const davit_engine *engine, const davit_build_context *build,
                                davit_error *error)
{
    const struct {
        const char *name;
        bool wanted;
        davit_capability capability;
    } features[] = {
        {"memory", build->memory > 0, DAVIT_CAPABILITY_BUILD_MEMORY},
        {"secrets", build->secret_count > 0, DAVIT_CAPABILITY_BUILD_SECRETS},
        {"squash", build->squash, DAVIT_CAPABILITY_BUILD_SQUASH},
        {"ssh", build->ssh_count > 0, DAVIT_CAPABILITY_BUILD_SSH},
        {"shm size", build->shm_size > 0, DAVIT_CAPABILITY_BUILD_ULIMITS},
        {"ulimits", build->ulimit_count > 0, DAVIT_CAPABILITY_BUILD_ULIMITS},
    };
    int r = check_values(build, error);
    for (size_t i = 0; r >= 0 && i < DAVIT__COUNT(features); i++) {
        davit_capability_info can = davit_engine_can(engine, features[i].capability);
        if (features[i].wanted && !can.supported) {
            r = davit__error_set(error, DAVIT_ERROR_UNSUPPORTED,
                                 "%s: unsupported by this engine (%s): %s", features[i].name,
                                 engine->driver->name, can.reason);
        }
    }
    return r;
}

/* ---- secrets ---- */

static int fail_to_read(const davit_build_secret *secret, const char *why, davit_error *error)
{
    return davit__error_set(error, DAVIT_ERROR_IO, "secret %s: %s: %s", secret->id, secret->path,
                            why);
}

static int read_file(const davit_build_secret *secret, char *data, size_t *ret_length,
                     davit_error *error)
{
    DAVIT__CLOSE int fd = open(secret->path, O_RDONLY | O_CLOEXEC);
    size_t length = 0;
    ssize_t got = fd < 0 ? -1 : 1;
    while (got > 0 && length <= DAVIT__SECRET_MAX) {
        got = read(fd, data + length, DAVIT__SECRET_MAX + 1 - length);
        length += got > 0 ? (size_t)got : 0;
    }
    if (got < 0) {
        return fail_to_read(secret, strerror(errno), error);
    }
    *ret_length = length;
    return 0;
}

/* The secret's content in memory of its own; it is never empty memory. */
static int read_one(const davit_build_secret *secret, void **ret_data, size_t *ret_length,
                    davit_error *error)
{
    if (davit__empty(secret->id) || strpbrk(secret->id, ",=\"")) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "secret '%s': expected an id",
                                secret->id ? secret->id : "");
    }
    DAVIT__FREE char *data = malloc(DAVIT__SECRET_MAX + 1);
    if (!data) {
        return davit__error_no_memory(error);
    }
    size_t length = secret->length;
    int r = secret->path ? read_file(secret, data, &length, error) : 0;
    if (r < 0) {
        return r;
    }
    if (length > DAVIT__SECRET_MAX) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "secret %s: expected at most %d bytes", secret->id,
                                DAVIT__SECRET_MAX);
    }
    if (!secret->path && length > 0) {
        memcpy(data, secret->data, length);
    }
    *ret_data = DAVIT__TAKE(data);
    *ret_length = length;
    return 0;
}

static int add_one(const davit_build_context *build, size_t index, davit__secrets *secrets,
                   davit_error *error)
{
    const davit_build_secret *secret = &build->secrets[index];
    char *path = davit__format(".davit-secret-%zu", index);
    secrets->texts[2 * index] = path;
    if (!path) {
        return davit__error_no_memory(error);
    }
    size_t length = 0;
    int r = read_one(secret, &secrets->texts[2 * index + 1], &length, error);
    if (r < 0) {
        return r;
    }
    secrets->lengths[2 * index + 1] = length;
    secrets->files[build->file_count + index] = (davit_build_file){
        .path = path, .data = secrets->texts[2 * index + 1], .length = length, .mode = 0600};
    secrets->items[index] = (davit_build_secret){.id = secret->id, .path = path};
    return 0;
}

int davit__secrets_read(davit_build_context *build, davit__secrets *ret_secrets, davit_error *error)
{
    davit__secrets secrets = {0};
    if (build->secret_count == 0) {
        *ret_secrets = secrets;
        return 0;
    }
    if (build->tar >= 0) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "a context that is a tar cannot have secrets beside it");
    }
    secrets.count = 2 * build->secret_count;
    secrets.files = calloc(build->file_count + build->secret_count, sizeof *secrets.files);
    secrets.items = calloc(build->secret_count, sizeof *secrets.items);
    secrets.texts = calloc(secrets.count, sizeof *secrets.texts);
    secrets.lengths = calloc(secrets.count, sizeof *secrets.lengths);
    int r = secrets.files && secrets.items && secrets.texts && secrets.lengths
                ? 0
                : davit__error_no_memory(error);
    if (r >= 0 && build->file_count > 0) {
        memcpy(secrets.files, build->files, build->file_count * sizeof *secrets.files);
    }
    for (size_t i = 0; r >= 0 && i < build->secret_count; i++) {
        r = add_one(build, i, &secrets, error);
    }
    if (r < 0) {
        davit__secrets_free(&secrets);
        return r;
    }
    build->files = secrets.files;
    build->file_count += build->secret_count;
    build->secrets = secrets.items;
    *ret_secrets = secrets;
    return 0;
}

void davit__secrets_free(davit__secrets *secrets)
{
    for (size_t i = 0; secrets->texts && i < secrets->count; i++) {
        if (secrets->texts[i] && secrets->lengths) {
            explicit_bzero(secrets->texts[i], secrets->lengths[i]);
        }
        free(secrets->texts[i]);
    }
    free(secrets->texts);
    free(secrets->lengths);
    free(secrets->files);
    free(secrets->items);
}
