/* SPDX-License-Identifier: MIT */
#include "frames.h"

#include <string.h>

/* Types in a frame's header. Input that is echoed counts as output. */
enum {
    TYPE_INPUT,
    TYPE_OUTPUT,
    TYPE_ERROR,
    TYPE_PROBLEM,
};

void davit__frames_init(davit__frames *frames, davit__frames_output output, void *context)
{
    *frames = (davit__frames){.output = output, .context = context};
}

static bool header_is_complete(const davit__frames *frames)
{
    return frames->header_length == sizeof frames->header;
}

static int report_problem(const davit__frames *frames, davit_error *error)
{
    return davit__error_set(error, DAVIT_ERROR_RUNTIME, "the engine reports: %s",
                            frames->problem_length > 0 ? frames->problem : "an unnamed error");
}

static int begin_frame(const davit__frames *frames, davit_error *error)
{
    const unsigned char *header = frames->header;
    if (header[0] > TYPE_PROBLEM || header[1] || header[2] || header[3]) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                                "the engine's stream has no frame where one should begin "
                                "(%02x %02x %02x %02x)",
                                header[0], header[1], header[2], header[3]);
    }
    return header[0] == TYPE_PROBLEM && frames->left == 0 ? report_problem(frames, error) : 0;
}

/* Take bytes of the header; how many. */
static size_t feed_header(davit__frames *frames, const unsigned char *data, size_t length)
{
    size_t wanted = sizeof frames->header - frames->header_length;
    size_t used = length < wanted ? length : wanted;
    memcpy(frames->header + frames->header_length, data, used);
    frames->header_length += used;
    if (header_is_complete(frames)) {
        const unsigned char *size = frames->header + 4;
        frames->left = (uint32_t)size[0] << 24 | (uint32_t)size[1] << 16 | (uint32_t)size[2] << 8 |
                       (uint32_t)size[3];
    }
    return used;
}

static int feed_problem(davit__frames *frames, const char *data, size_t length, davit_error *error)
{
    size_t room = sizeof frames->problem - 1 - frames->problem_length;
    size_t used = length < room ? length : room;
    memcpy(frames->problem + frames->problem_length, data, used);
    frames->problem_length += used;
    bool is_full = frames->problem_length == sizeof frames->problem - 1;
    return is_full || frames->left == 0 ? report_problem(frames, error) : 0;
}

static int feed_payload(davit__frames *frames, const void *data, size_t length, davit_error *error)
{
    frames->left -= (uint32_t)length;
    switch (frames->header[0]) {
    case TYPE_PROBLEM:
        return feed_problem(frames, data, length, error);
    case TYPE_ERROR:
        return frames->output(frames->context, DAVIT__STREAM_ERROR, data, length, error);
    default:
        return frames->output(frames->context, DAVIT__STREAM_OUTPUT, data, length, error);
    }
}

int davit__frames_feed(davit__frames *frames, const void *data, size_t length, davit_error *error)
{
    const unsigned char *at = data;
    while (length > 0) {
        size_t used;
        int r = 0;
        if (!header_is_complete(frames)) {
            used = feed_header(frames, at, length);
            r = header_is_complete(frames) ? begin_frame(frames, error) : 0;
        } else {
            used = length < frames->left ? length : frames->left;
            r = feed_payload(frames, at, used, error);
        }
        if (r < 0) {
            return r;
        }
        if (header_is_complete(frames) && frames->left == 0) {
            frames->header_length = 0;
        }
        at += used;
        length -= used;
    }
    return 0;
}

int davit__frames_end(const davit__frames *frames, davit_error *error)
{
    if (header_is_complete(frames) && frames->header[0] == TYPE_PROBLEM) {
        return report_problem(frames, error);
    }
    if (frames->header_length > 0) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                                "the engine's stream ended inside a frame");
    }
    return 0;
}
