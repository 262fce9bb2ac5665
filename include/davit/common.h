/* SPDX-License-Identifier: MIT */
/**
 * @file common.h
 * What every public header needs: visibility, ownership helpers, units.
 */
#ifndef DAVIT_COMMON_H
#define DAVIT_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define DAVIT_BEGIN extern "C" {
#define DAVIT_END   }
#else
#define DAVIT_BEGIN
#define DAVIT_END
#endif

#if defined(__GNUC__)
#define DAVIT_EXPORT              __attribute__((visibility("default")))
#define DAVIT_PRINTF(text, first) __attribute__((format(printf, text, first)))
/**
 * Call `function` with the variable's value when it goes out of scope. Every `_free` and `_close`
 * of davit takes NULL, so a variable that was never filled is fine:
 *
 *     DAVIT_CLEANUP(davit_engine_close) davit_engine *engine = NULL;
 *
 * Works for the functions declared with DAVIT_CLEANUP_FUNCTION (GCC and Clang).
 */
#define DAVIT_CLEANUP(function) __attribute__((cleanup(function##_cleanup)))
#define DAVIT_UNUSED            __attribute__((unused))
#else
#define DAVIT_EXPORT
#define DAVIT_PRINTF(text, first)
#define DAVIT_UNUSED
#endif

/** Declare `function` (which takes a `type *`) usable with DAVIT_CLEANUP. */
#define DAVIT_CLEANUP_FUNCTION(type, function)                                                     \
    static inline DAVIT_UNUSED void function##_cleanup(type **value)                               \
    {                                                                                              \
        function(*value);                                                                          \
    }

/** Sizes in bytes. */
#define DAVIT_KIB(count) (INT64_C(1024) * (count))
#define DAVIT_MIB(count) (INT64_C(1048576) * (count))
#define DAVIT_GIB(count) (INT64_C(1073741824) * (count))

/** Durations in nanoseconds, the unit of every duration in this API unless its name says other. */
#define DAVIT_MILLISECONDS(count) (INT64_C(1000000) * (count))
#define DAVIT_SECONDS(count)      (INT64_C(1000000000) * (count))
#define DAVIT_MINUTES(count)      (INT64_C(60000000000) * (count))

/** The value of an integer that was not given, in fields where 0 has a meaning of its own. */
#define DAVIT_UNSET INT64_MIN

DAVIT_BEGIN

/** A name with a value: an environment variable, a label, a build argument, a driver option. */
typedef struct davit_pair {
    const char *name;
    const char *value; /**< May be NULL: "the name alone". */
} davit_pair;

/** Takes the next bytes of a stream. Non-zero stops it with DAVIT_ERROR_CANCELLED. */
typedef int (*davit_data_callback)(void *context, const void *data, size_t length);

/** The library's version, "MAJOR.MINOR.PATCH". Static, never freed. */
DAVIT_EXPORT const char *davit_version_text(void);

/** Release a string that davit handed out. NULL is allowed. */
DAVIT_EXPORT void davit_string_free(char *text);
DAVIT_CLEANUP_FUNCTION(char, davit_string_free)

DAVIT_END

#endif
