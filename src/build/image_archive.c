/* SPDX-License-Identifier: MIT */
/* Loading and importing images: an archive that somebody made, unpacked on its way. */
#include "detect.h"
#include "engine.h"
#include "memory.h"
#include "unpack.h"

#include <davit/parse.h>

/* An archive on its way: its first bytes are held back until they show that it is a tar. */
typedef struct archive_input {
    int fd;
    davit__limit limit;
    davit_write_callback write_piece;
    void *context;
    size_t held;
    bool known;
    char head[DAVIT__DETECT_LENGTH];
} archive_input;

static int refuse(davit_error *error)
{
    return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                            "the archive is no tar, plain or compressed with gzip, bzip2, xz or "
                            "zstd");
}

static int pass_on(void *context, const void *data, size_t length, davit_error *error)
{
    archive_input *input = context;
    if (!input->known) {
        size_t wanted = sizeof input->head - input->held;
        size_t part = length < wanted ? length : wanted;
        memcpy(input->head + input->held, data, part);
        input->held += part;
        data = (const char *)data + part;
        length -= part;
        if (input->held < sizeof input->head) {
            return 0;
        }
        if (davit__stream_detect(input->head, input->held) != DAVIT__STREAM_TAR) {
            return refuse(error);
        }
        input->known = true;
        int r = input->write_piece(input->context, input->head, input->held, error);
        if (r < 0 || length == 0) {
            return r;
        }
    }
    return input->write_piece(input->context, data, length, error);
}

static int send_archive(void *context, davit_write_callback write_piece, void *write_context,
                        davit_error *error)
{
    archive_input *input = context;
    input->write_piece = write_piece;
    input->context = write_context;
    int r = davit__unpack(input->fd, "the archive", input->limit, pass_on, input, error);
    return r >= 0 && !input->known ? refuse(error) : r;
}

int davit_image_load(davit_engine *engine, int archive, davit_image_loaded_callback loaded,
                     void *context, davit_error *error)
{
    if (!engine->driver->image_load) {
        return davit__unsupported(engine, "load", error);
    }
    davit_call call = davit__engine_call(engine);
    archive_input input = {.fd = archive, .limit = davit__call_limit(&call)};
    const davit_source source = {send_archive, &input};
    int r = engine->driver->image_load(engine->state, &call, &source, loaded, context, error);
    return r < 0 ? davit__error_wrap(error, r, "load") : 0;
}

static int check_name(const char *name, davit_error *error)
{
    davit_reference reference;
    int r = davit_reference_parse(name, &reference, error);
    if (r < 0) {
        return r;
    }
    bool digest = reference.digest;
    davit_reference_clear(&reference);
    return digest ? davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                     "'%s': a new image's name cannot hold a digest", name)
                  : 0;
}

int davit_image_import(davit_engine *engine, int archive, const davit_image_import_options *options,
                       char **ret_id, davit_error *error)
{
    static const davit_image_import_options none = {0};
    if (!engine->driver->image_import) {
        return davit__unsupported(engine, "import", error);
    }
    options = options ? options : &none;
    int r = options->name ? check_name(options->name, error) : 0;
    if (r >= 0) {
        davit_call call = davit__engine_call(engine);
        archive_input input = {.fd = archive, .limit = davit__call_limit(&call)};
        const davit_source source = {send_archive, &input};
        r = engine->driver->image_import(engine->state, &call, &source, options, ret_id, error);
    }
    return r < 0 ? davit__error_wrap(error, r, "import") : 0;
}
