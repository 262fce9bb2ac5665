/* SPDX-License-Identifier: MIT */
/*
 * What every test of the library on a real engine starts from: an engine, names that no other test
 * uses, and an end that leaves nothing behind, also when the test fails.
 *
 *     static void test_run__exit_code_is_the_commands(void **state)
 *     {
 *         struct engine_test *test = *state;
 *         davit_container_config config = engine_test_config(test, "web");
 *         assert_int_equal(run_script(test, &config, "exit 3", NULL), 3);
 *     }
 *     ... ENGINE_TEST(test_run__exit_code_is_the_commands) ...
 *
 * Everything goes through the public API. The exceptions are for what it does not have (volumes,
 * networks): engine_test_request().
 */
#ifndef DAVIT_TESTS_ENGINE_TEST_H
#define DAVIT_TESTS_ENGINE_TEST_H

#include "support/runner.h"

#include <davit/davit.h>
#include <stdlib.h>

#define BASE_IMAGE "localhost/davit-test:base" /* busybox, in both engines */

/* Each call of a test ends within this time, or the test fails. */
#define PATIENCE_MS  50000

#define ITEMS(array) (sizeof(array) / sizeof((array)[0]))

/* One test's world: what cmocka's *state points to. */
struct engine_test {
    davit_engine *engine; /* a scope with the time limit */
    davit_engine *opened;
    davit_runtime runtime;
    davit_error error; /* handed to every call; see OK and FAILS */
    char prefix[32];   /* of all names */
    davit_pair label;  /* of all containers */
    struct engine_test_owned *owned;
    char warnings[2048]; /* what the library logged, a line each */
};

int engine_test_setup(void **state);
int engine_test_teardown(void **state);

#define ENGINE_TEST(function)                                                                      \
    cmocka_unit_test_setup_teardown(function, engine_test_setup, engine_test_teardown)

/*
 * The call has to succeed, leaving test->error untouched; or to fail with this code, filling it.
 * After FAILS the error's text is engine_test_message(test).
 */
#define OK(call)          engine_test_ok(test, (call), #call, __FILE__, __LINE__)
#define FAILS(code, call) engine_test_fails(test, (call), (code), #call, __FILE__, __LINE__)
void engine_test_ok(struct engine_test *test, int result, const char *call, const char *file,
                    int line);
void engine_test_fails(struct engine_test *test, int result, davit_error_code code,
                       const char *call, const char *file, int line);
const char *engine_test_message(struct engine_test *test);

/* The needle has to be in the text. */
#define assert_contains(text, needle) engine_test_contains((text), (needle), __FILE__, __LINE__)
void engine_test_contains(const char *text, const char *needle, const char *file, int line);

/* Call free_function(pointer) at the test's end; returns the pointer. */
void *engine_test_own(struct engine_test *test, void *pointer, void (*free_function)(void *));
char *engine_test_format(struct engine_test *test, const char *format, ...) DAVIT_PRINTF(2, 3);

/* A name for a container or an image that no other test has. Lives as long as the test. */
const char *engine_test_name(struct engine_test *test, const char *name);

/* A folder that is removed at the test's end. */
const char *engine_test_folder(struct engine_test *test);
void engine_test_write(struct engine_test *test, const char *path, const char *text);

/* A container of the base image with such a name (NULL: without). */
davit_container_config engine_test_config(struct engine_test *test, const char *name);

/* Give it the words of an array as its command. */
#define SET_COMMAND(config, words)                                                                 \
    ((config)->command = (words), (config)->command_count = ITEMS(words))

/* Whatever a container writes. Zeroed at first; free with collected_clear(). */
struct collected {
    char *out; /* NUL-terminated, "" if empty (NULL before the first use) */
    size_t out_length;
    char *err;
    size_t err_length;
};
int collect(void *context, davit_stream stream, const void *data, size_t length);
void collected_clear(struct collected *collected);

/* Run `sh -c script` to its end, remove the container; its exit code. `collected` may be NULL. */
int run_script(struct engine_test *test, davit_container_config *config, const char *script,
               struct collected *collected);

/* The same, the exit code has to be 0: what it prints, without the last newline. */
const char *says(struct engine_test *test, davit_container_config *config, const char *script);

/* Start `sh -c script` (NULL: it sleeps) in the background; the container's id. */
const char *start_script(struct engine_test *test, davit_container_config *config,
                         const char *script);

/* Run `sh -c script` in a running container: its exit code; what it prints. */
int exec_script(struct engine_test *test, const char *name, const char *script,
                struct collected *collected);
const char *exec_says(struct engine_test *test, const char *name, const char *script);

/* Everything about a container or an image, freed at the test's end. */
const davit_container_info *info_of(struct engine_test *test, const char *name);
const davit_image_info *image_of(struct engine_test *test, const char *name);

/* Everything in a container's log (options NULL: all), freed at the test's end. */
struct collected *logs_of(struct engine_test *test, const char *name,
                          const davit_logs_options *options);

/* Follow the log until the text is in it. */
void wait_for_log(struct engine_test *test, const char *name, const char *text);

int wait_for_exit(struct engine_test *test, const char *name);

/* Whether a container or image with such a name is there. */
bool container_exists(struct engine_test *test, const char *name);
bool image_exists(struct engine_test *test, const char *name);

/* For what has no event: look every few milliseconds until it is true, fail after the patience. */
void wait_until(struct engine_test *test, bool (*is_true)(struct engine_test *test, void *context),
                void *context);

/* An image with these lines behind "FROM base"; its name. */
const char *build_image(struct engine_test *test, const char *name, const char *lines);

/*
 * For docs/capabilities.md: the test saw that the engine can do this, or (`why_not`, a few words)
 * that it cannot. Said behind the assertions that saw it.
 */
void observed(struct engine_test *test, const char *topic, const char *feature,
              const char *why_not);

/* Seconds since some moment, for bounds. */
double seconds(void);

/* A request of the test's own to the engine: its status; *ret_text (may be NULL) the whole answer,
 * freed at the test's end. `body` NULL: none. */
int engine_test_request(struct engine_test *test, const char *method, const char *path,
                        const char *body, char **ret_text);

#endif
