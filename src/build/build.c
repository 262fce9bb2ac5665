/* SPDX-License-Identifier: MIT */
/* Building an image: the context, the images it builds on, then the engine. */
#include "build_features.h"
#include "context.h"
#include "dockerfile.h"
#include "engine.h"
#include "memory.h"
#include "unpack.h"

#include <davit/parse.h>

static int check(const davit_build_context *build, davit_error *error)
{
    if (build->struct_size != sizeof *build) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "struct_size %zu: expected %zu; use DAVIT_BUILD_CONTEXT_INIT",
                                build->struct_size, sizeof *build);
    }
    if (build->tar >= 0 && (build->directory || build->dockerfile || build->file_count)) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "a context that is a tar cannot have a folder, files or a "
                                "Dockerfile beside it");
    }
    for (size_t i = 0; i < build->tag_count; i++) {
        davit_reference reference;
        int r = davit_reference_parse(build->tags[i], &reference, error);
        if (r < 0) {
            return davit__error_wrap(error, r, "tag");
        }
        davit_reference_clear(&reference);
    }
    return 0;
}

/* Our public files as the context module's. */
static int open_context(const davit_build_context *build, bool dockerfile_optional,
                        bool engine_ignores, davit__context_file **ret_files,
                        davit__context **ret_context, davit_error *error)
{
    DAVIT__FREE davit__context_file *files = calloc(build->file_count + 1, sizeof *files);
    if (!files) {
        return davit__error_no_memory(error);
    }
    for (size_t i = 0; i < build->file_count; i++) {
        files[i] = (davit__context_file){
            .path = build->files[i].path,
            .data = build->files[i].data,
            .length = build->files[i].length,
            .mode = (mode_t)build->files[i].mode,
        };
    }
    davit__context_options options = {
        .directory = build->directory,
        .files = files,
        .file_count = build->file_count,
        /* Without a folder it is the path of one of the files. */
        .dockerfile = build->directory ? NULL : build->dockerfile_path,
        .dockerfile_path = build->directory ? build->dockerfile_path : NULL,
        .dockerfile_text = build->dockerfile,
        .dockerfile_length = build->dockerfile ? strlen(build->dockerfile) : 0,
        .dockerfile_optional = dockerfile_optional,
        .engine_ignores = engine_ignores,
    };
    int r = davit__context_open(&options, ret_context, error);
    if (r >= 0) {
        *ret_files = DAVIT__TAKE(files);
    }
    return r;
}

/* Arguments without a value are taken from this process's environment; one that is not set there
 * counts as not given, as in docker. */
static int resolve_arguments(davit_build_context *build, davit_pair **ret_arguments,
                             davit_error *error)
{
    davit_pair *arguments = calloc(build->argument_count + 1, sizeof *arguments);
    if (!arguments) {
        return davit__error_no_memory(error);
    }
    size_t count = 0;
    for (size_t i = 0; i < build->argument_count; i++) {
        davit_pair argument = build->arguments[i];
        argument.value = argument.value ? argument.value : getenv(argument.name);
        if (argument.value) {
            arguments[count++] = argument;
        }
    }
    build->arguments = arguments;
    build->argument_count = count;
    *ret_arguments = arguments;
    return 0;
}

/* ---- the images it builds on ---- */

/* Given credentials must not go to every registry that a Dockerfile names. */
static int settle_server(const davit__dockerfile *dockerfile, davit_credentials *credentials,
                         char **ret_server, davit_error *error)
{
    DAVIT__FREE char *server = NULL;
    for (size_t i = 0; i < dockerfile->image_count; i++) {
        davit_reference reference;
        int r = davit_reference_parse(dockerfile->images[i].name, &reference, error);
        if (r < 0) {
            return davit__error_wrap(error, r, "Dockerfile:%zu", dockerfile->images[i].line);
        }
        DAVIT__FREE char *domain = DAVIT__TAKE(reference.domain);
        davit_reference_clear(&reference);
        if (strcmp(domain, "docker.io") == 0 || davit__same(server, domain)) {
            continue;
        }
        if (server) {
            return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                    "credentials: for %s or for %s? Name the registry, or log in",
                                    server, domain);
        }
        server = DAVIT__TAKE(domain);
    }
    int r = server ? 0 : davit__copy("docker.io", &server, error);
    credentials->server = server;
    *ret_server = DAVIT__TAKE(server);
    return r;
}

static int prepare_image(davit_engine *engine, const davit__dockerfile_image *image, int policy,
                         const davit_credentials *credentials, davit_error *error)
{
    DAVIT_CLEANUP(davit_image_info_free) davit_image_info *info = NULL;
    davit_error missing = DAVIT_ERROR_INIT;
    int r = policy == DAVIT_PULL_ALWAYS ? DAVIT_ERROR_IMAGE_NOT_FOUND
                                        : davit_image_get(engine, image->name, &info, &missing);
    if (r == DAVIT_ERROR_IMAGE_NOT_FOUND && policy == DAVIT_PULL_NEVER) {
        return davit__error_set(error, r,
                                "Dockerfile:%zu: image %s is not here, and it was asked "
                                "never to pull",
                                image->line, image->name);
    }
    if (r == DAVIT_ERROR_IMAGE_NOT_FOUND) {
        davit_pull_options options = DAVIT_PULL_OPTIONS_INIT;
        options.credentials = credentials;
        r = davit_image_pull(engine, image->name, &options, NULL, NULL, error);
        return r < 0 ? davit__error_wrap(error, r, "Dockerfile:%zu", image->line) : 0;
    }
    if (r < 0 && error) {
        *error = missing;
    }
    return r;
}

static int prepare_images(davit_engine *engine, const davit_build_context *build,
                          const davit__context *context, davit_error *error)
{
    size_t length;
    const char *text = davit__context_dockerfile_text(context, &length);
    davit__dockerfile_options options = {
        .arguments = build->arguments,
        .argument_count = build->argument_count,
        .target = build->target,
    };
    davit_credentials credentials = {0};
    DAVIT__FREE char *server = NULL;
    davit__dockerfile dockerfile = {0};
    int r = davit__dockerfile_scan(text, length, &options, &dockerfile, error);
    if (r >= 0 && build->credentials) {
        credentials = *build->credentials;
        r = credentials.server ? 0 : settle_server(&dockerfile, &credentials, &server, error);
    }
    for (size_t i = 0; r >= 0 && i < dockerfile.image_count; i++) {
        r = prepare_image(engine, &dockerfile.images[i], build->pull,
                          build->credentials ? &credentials : NULL, error);
    }
    davit__dockerfile_free(&dockerfile);
    return r;
}

/* ---- sending ---- */

static int send_context(void *context, davit_write_callback write_piece, void *write_context,
                        davit_error *error)
{
    return davit__context_write(context, write_piece, write_context, error);
}

typedef struct tar_input {
    int fd;
    davit__limit limit;
} tar_input;

static int send_tar(void *context, davit_write_callback write_piece, void *write_context,
                    davit_error *error)
{
    const tar_input *tar = context;
    return davit__unpack(tar->fd, "the context", tar->limit, write_piece, write_context, error);
}

static int build_tar(davit_engine *engine, const davit_call *call, const davit_build_context *build,
                     davit_build_callback progress, void *progress_context, char **ret_id,
                     davit_error *error)
{
    tar_input tar = {build->tar, davit__call_limit(call)};
    if (build->credentials && !build->credentials->server) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "credentials: name their registry, as the context is a tar");
    }
    davit_build_request request = {
        .context = build,
        .dockerfile = build->dockerfile_path ? build->dockerfile_path : "Dockerfile",
        .pull = build->pull == DAVIT_PULL_ALWAYS,
        .send = send_tar,
        .send_context = &tar,
        .credentials = build->credentials,
    };
    return engine->driver->image_build(engine->state, call, &request, progress, progress_context,
                                       ret_id, error);
}

static int build_context(davit_engine *engine, const davit_call *call,
                         const davit_build_context *build, davit_build_callback progress,
                         void *progress_context, char **ret_id, davit_error *error)
{
    DAVIT__FREE davit__context_file *files = NULL;
    davit__context *context = NULL;
    int r =
        open_context(build, false, engine->driver->applies_dockerignore, &files, &context, error);
    if (r < 0) {
        return r;
    }
    /* Of another platform only the engine knows which image is meant. */
    r = build->platform ? 0 : prepare_images(engine, build, context, error);
    if (r >= 0) {
        davit_build_request request = {
            .context = build,
            .dockerfile = davit__context_dockerfile(context),
            .send = send_context,
            .send_context = context,
        };
        r = engine->driver->image_build(engine->state, call, &request, progress, progress_context,
                                        ret_id, error);
    }
    davit__context_close(context);
    return r;
}

int davit_image_build(davit_engine *engine, const davit_build_context *context,
                      davit_build_callback progress, void *progress_context, char **ret_id,
                      davit_error *error)
{
    if (!engine->driver->image_build) {
        return davit__unsupported(engine, "build", error);
    }
    DAVIT__FREE davit_pair *arguments = NULL;
    davit_build_context build = *context;
    __attribute__((cleanup(davit__secrets_free))) davit__secrets secrets = {0};
    int r = check(context, error);
    if (r >= 0) {
        r = davit__build_features_check(engine, context, error);
    }
    if (r >= 0) {
        r = resolve_arguments(&build, &arguments, error);
    }
    if (r >= 0) {
        r = davit__secrets_read(&build, &secrets, error);
    }
    if (r >= 0) {
        davit_call call = davit__engine_call(engine);
        r = build.tar >= 0
                ? build_tar(engine, &call, &build, progress, progress_context, ret_id, error)
                : build_context(engine, &call, &build, progress, progress_context, ret_id, error);
    }
    return r < 0 ? davit__error_wrap(error, r, "build") : 0;
}

typedef struct lister {
    davit_path_callback callback;
    void *context;
} lister;

static int list_path(void *context, const char *path, mode_t type, davit_error *error)
{
    lister *listing = context;
    (void)type;
    if (listing->callback(listing->context, path) != 0) {
        return davit__error_set(error, DAVIT_ERROR_CANCELLED, "stopped by the receiver");
    }
    return 0;
}

int davit_build_context_list(const davit_build_context *build, davit_path_callback callback,
                             void *callback_context, davit_error *error)
{
    DAVIT__FREE davit__context_file *files = NULL;
    davit__context *context = NULL;
    int r = check(build, error);
    if (r >= 0) {
        r = open_context(build, true, false, &files, &context, error);
    }
    if (r >= 0) {
        lister listing = {callback, callback_context};
        r = davit__context_list(context, list_path, &listing, error);
        davit__context_close(context);
    }
    return r < 0 ? davit__error_wrap(error, r, "build context") : 0;
}
