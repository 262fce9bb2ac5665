/* SPDX-License-Identifier: MIT */
/**
 * @file error.h
 * What went wrong: one value on the caller's stack, no allocation, nothing to free.
 *
 * The rule for every function that returns `int` and takes a `davit_error *error` last: a negative
 * return is a davit_error_code and `error` is filled; 0 (or a positive value where documented)
 * leaves `error` untouched. `error` may be NULL.
 */
#ifndef DAVIT_ERROR_H
#define DAVIT_ERROR_H

#include <davit/common.h>

DAVIT_BEGIN

/** Codes form a tree, see davit_error_is(). The comment names the parent. */
typedef enum davit_error_code {
    DAVIT_OK = 0,
    DAVIT_ERROR_CONTAINER = -1,              /**< root: anything that went wrong */
    DAVIT_ERROR_IMAGE = -2,                  /**< container */
    DAVIT_ERROR_IMAGE_NOT_FOUND = -3,        /**< image */
    DAVIT_ERROR_IMAGE_BUILD = -4,            /**< image: a build step failed */
    DAVIT_ERROR_RUNTIME = -5,                /**< container: an operation on a container failed */
    DAVIT_ERROR_CONTAINER_NOT_FOUND = -6,    /**< runtime */
    DAVIT_ERROR_VOLUME = -7,                 /**< container */
    DAVIT_ERROR_VOLUME_NOT_FOUND = -8,       /**< volume */
    DAVIT_ERROR_NETWORK = -9,                /**< container */
    DAVIT_ERROR_NETWORK_NOT_FOUND = -10,     /**< network */
    DAVIT_ERROR_RUNTIME_NOT_AVAILABLE = -11, /**< container: no engine answers */
    DAVIT_ERROR_INVALID_CONFIG = -12,        /**< container: input that cannot be meant */
    DAVIT_ERROR_CONFLICT = -13,              /**< container: name or port in use, wrong state */
    DAVIT_ERROR_UNAUTHORIZED = -14,          /**< container: credentials or permission */
    DAVIT_ERROR_TIMEOUT = -15,               /**< container: the deadline passed */
    DAVIT_ERROR_CANCELLED = -16,             /**< container: cancelled, or stopped by a callback */
    DAVIT_ERROR_UNSUPPORTED = -17,           /**< container: this engine cannot do it */
    DAVIT_ERROR_NO_MEMORY = -18,             /**< container: out of memory */
    DAVIT_ERROR_PROTOCOL = -19, /**< container: the engine said what cannot be understood */
    DAVIT_ERROR_IO = -20,       /**< container: reading or writing on this machine */
} davit_error_code;

/** Room for the message, its NUL included. A longer message is cut and ends in "...". */
#define DAVIT_ERROR_MESSAGE_SIZE 1024

typedef struct davit_error {
    davit_error_code code;
    int system_error; /**< errno behind it, or 0 */
    int http_status;  /**< the engine's HTTP status behind it, or 0 */
    /** "what: what inside it: why", UTF-8, no newline at the end. */
    char message[DAVIT_ERROR_MESSAGE_SIZE];
} davit_error;

#define DAVIT_ERROR_INIT                                                                           \
    {                                                                                              \
        DAVIT_OK, 0, 0,                                                                            \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }

/** Whether `code` is `ancestor` or lies below it in the tree. DAVIT_OK is nothing. */
DAVIT_EXPORT bool davit_error_is(int code, davit_error_code ancestor);

/** The code's name, "image not found". Static. An unknown code gives "unknown error". */
DAVIT_EXPORT const char *davit_error_name(int code);

/** The parent in the tree; DAVIT_OK for the root and for what is no code. */
DAVIT_EXPORT davit_error_code davit_error_parent(int code);

/** The status with which a REST service answers this error (404, 409, ...). */
DAVIT_EXPORT int davit_error_http_status(int code);

/** The exit code with which a command ends on this error; 0 for DAVIT_OK. */
DAVIT_EXPORT int davit_error_exit_code(int code);

DAVIT_END

#endif
