/* SPDX-License-Identifier: MIT */
/* The stream of a container without a terminal: its outputs in frames, one behind the other. Each
 * is {type, 0, 0, 0, length as 4 bytes, the highest first} and the payload. */
#ifndef DAVIT_TRANSPORT_FRAMES_H
#define DAVIT_TRANSPORT_FRAMES_H

#include "errors.h"

/* Which output of the container. */
typedef enum davit__stream {
    DAVIT__STREAM_OUTPUT = 1,
    DAVIT__STREAM_ERROR = 2,
} davit__stream;

/* A piece of an output, as it arrived: a frame may come in many pieces. Return 0, or a negative
 * code with the error filled, which then is what davit__frames_feed() returns. */
typedef int (*davit__frames_output)(void *context, davit__stream stream, const void *data,
                                    size_t length, davit_error *error);

typedef struct davit__frames {
    davit__frames_output output;
    void *context;
    unsigned char header[8];
    size_t header_length;
    uint32_t left; /* of the payload */
    /* What the engine says went wrong on its side; cut to what an error can hold. */
    char problem[DAVIT_ERROR_MESSAGE_SIZE];
    size_t problem_length;
} davit__frames;

/* Holds no memory of its own: nothing to free. */
void davit__frames_init(davit__frames *frames, davit__frames_output output, void *context);

/* Decode the next bytes of the stream; a payload of any size passes through. What is no frame is
 * DAVIT_ERROR_PROTOCOL, an error that the engine reports is DAVIT_ERROR_RUNTIME. After an error
 * the decoder is of no more use. */
int davit__frames_feed(davit__frames *frames, const void *data, size_t length, davit_error *error);

/* The stream ended: DAVIT_ERROR_PROTOCOL if that was inside a frame. */
int davit__frames_end(const davit__frames *frames, davit_error *error);

#endif
