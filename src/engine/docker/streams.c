/* SPDX-License-Identifier: MIT */
/* Logs, attach and exec: what containers write and read. */
#include "container_config.h"
#include "docker.h"
#include "frames.h"
#include "memory.h"

/* Output on its way from the engine to the caller's callback. */
typedef struct sink {
    davit_output_callback output;
    void *context;
    bool tty; /* no frames: everything is stdout */
    davit__frames frames;
    davit_error error; /* why the sink stopped the stream, if it did */
} sink;

static int hand_out(void *context, davit__stream stream, const void *data, size_t length,
                    davit_error *error)
{
    sink *to = context;
    davit_stream which = stream == DAVIT__STREAM_ERROR ? DAVIT_STREAM_STDERR : DAVIT_STREAM_STDOUT;
    if (to->output && to->output(to->context, which, data, length) != 0) {
        return davit__error_set(error, DAVIT_ERROR_CANCELLED, "stopped by the receiver");
    }
    return 0;
}

static void sink_init(sink *to, bool tty, davit_output_callback output, void *context)
{
    *to = (sink){.output = output, .context = context, .tty = tty};
    davit__frames_init(&to->frames, hand_out, to);
}

/* A davit__http_output: 0, or non-zero with to->error filled. */
static int sink_feed(void *context, const void *data, size_t length)
{
    sink *to = context;
    if (to->tty) {
        return hand_out(to, DAVIT__STREAM_OUTPUT, data, length, &to->error);
    }
    return davit__frames_feed(&to->frames, data, length, &to->error);
}

static int sink_result(sink *to, int r, davit_error *error)
{
    if (to->error.code) {
        if (error) {
            *error = to->error;
        }
        return to->error.code;
    }
    return r < 0 || to->tty ? r : davit__frames_end(&to->frames, error);
}

static const char *keys_of(const davit_attach_options *attach)
{
    return attach->detach_keys ? attach->detach_keys : DAVIT__DETACH_KEYS;
}

int davit__streams_pass(davit__http_exchange *exchange, bool tty,
                        const davit_attach_options *attach, davit_error *error)
{
    sink to;
    sink_init(&to, tty, attach->output, attach->context);
    davit__detach detach;
    int r = davit__detach_parse(keys_of(attach), &detach, error);
    if (r < 0) {
        return r;
    }
    if (attach->keep_stdin) {
        davit__http_set_keep_open(exchange);
    }
    if (tty) {
        davit__http_set_terminal(exchange);
        davit__http_set_detach(exchange, &detach);
    }
    r = davit__http_pump(exchange, attach->input, sink_feed, &to, error);
    r = sink_result(&to, r, error);
    if (r >= 0 && attach->detached) {
        *attach->detached = detach.typed;
    }
    return r < 0 ? r : detach.typed;
}

/* ---- logs ---- */

static void query_time(davit__target *target, const char *key, int64_t time)
{
    if (time > 0) {
        char text[40];
        snprintf(text, sizeof text, "%lld.%09lld", (long long)(time / 1000000000),
                 (long long)(time % 1000000000));
        davit__target_query(target, key, text);
    }
}

static void logs_target(davit__target *target, davit__api *api, const char *name,
                        const davit_logs_options *options)
{
    davit__target_init(target, api->prefix, "/containers/%s/logs", name);
    davit__target_query_bool(target, "stdout", !options->no_stdout);
    davit__target_query_bool(target, "stderr", !options->no_stderr);
    davit__target_query_bool(target, "follow", options->follow);
    davit__target_query_bool(target, "timestamps", options->timestamps);
    if (options->tail != DAVIT_UNSET) {
        davit__target_query_number(target, "tail", options->tail);
    }
    query_time(target, "since", options->since);
    query_time(target, "until", options->until);
}

/* Only the container's settings tell whether its log is in frames. */
static int has_tty(davit__api *api, const davit_call *call, const char *name, bool *ret_tty,
                   davit_error *error)
{
    DAVIT_CLEANUP(davit_container_info_free) davit_container_info *info = NULL;
    int r = davit__docker_container_get(api, call, name, &info, NULL, error);
    if (r >= 0) {
        *ret_tty = info->tty;
    }
    return r;
}

#define LOGS_PIECE (64 * 1024)

/* Engines send a log line by line, and who reads faster is woken for each line: half of the work of
 * a long log. So one that goes on in small pieces is given a moment, nanoseconds, to send bigger
 * ones. A short log is not; nor is there time to fill the socket and hold the engine up. */
#define SMALL_PIECE  (8 * 1024)
#define SMALL_PIECES 16
#define MOMENT       INT64_C(200000)

static int read_all(davit__http_exchange *exchange, sink *to, davit__limit limit,
                    davit_error *error)
{
    DAVIT__FREE char *piece = malloc(LOGS_PIECE);
    if (!piece) {
        return davit__error_no_memory(error);
    }
    for (uint64_t small_pieces = 0;;) {
        size_t length;
        int r = davit__http_read(exchange, piece, LOGS_PIECE, &length, error);
        if (r < 0 || length == 0) {
            return r;
        }
        r = sink_feed(to, piece, length);
        if (r == 0 && length < SMALL_PIECE && ++small_pieces > SMALL_PIECES) {
            r = davit__wait_time(MOMENT, limit, error);
        }
        if (r != 0) {
            return r;
        }
    }
}

int davit__docker_container_logs(void *state, const davit_call *call, const char *name,
                                 const davit_logs_options *options, davit_output_callback output,
                                 void *context, davit_error *error)
{
    davit__api *api = state;
    bool tty = false;
    int r = has_tty(api, call, name, &tty, error);
    if (r < 0) {
        return r;
    }
    DAVIT__TARGET davit__target target;
    logs_target(&target, api, name, options);
    davit__api_request request = {
        .method = "GET",
        .target = &target,
        .not_found = DAVIT_ERROR_CONTAINER_NOT_FOUND,
    };
    DAVIT__EXCHANGE *exchange = NULL;
    r = davit__api_start(api, call, &request, &exchange, error);
    if (r < 0) {
        return r;
    }
    sink to;
    sink_init(&to, tty, output, context);
    r = read_all(exchange, &to, davit__call_limit(call), error);
    return sink_result(&to, r, error);
}

/* ---- attach ---- */

int davit__docker_streams_open(davit__api *api, const davit_call *call, const char *name,
                               const davit_attach_options *attach,
                               davit__http_exchange **ret_exchange, davit_error *error)
{
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/containers/%s/attach", name);
    davit__target_query_bool(&target, "stream", true);
    davit__target_query_bool(&target, "stdin", attach->input >= 0);
    davit__target_query_bool(&target, "stdout", true);
    davit__target_query_bool(&target, "stderr", true);
    if (attach->input >= 0) {
        davit__target_query(&target, "detachKeys", attach->detach_keys);
    }
    davit__api_request request = {
        .method = "POST",
        .target = &target,
        .not_found = DAVIT_ERROR_CONTAINER_NOT_FOUND,
        .upgrade = true,
    };
    return davit__api_start(api, call, &request, ret_exchange, error);
}

/* An engine's state may lag behind the end of the streams by some 150 ms. */
#define STATE_LAG DAVIT_MILLISECONDS(1000)

int davit__streams_detached(davit__api *api, const davit_call *call, const char *name,
                            bool *ret_detached, davit_error *error)
{
    int64_t until = davit__now() + STATE_LAG;
    for (;;) {
        DAVIT_CLEANUP(davit_container_info_free) davit_container_info *info = NULL;
        davit_error failure = DAVIT_ERROR_INIT;
        int r = davit__docker_container_get(api, call, name, &info, NULL, &failure);
        if (r < 0 && r != DAVIT_ERROR_CONTAINER_NOT_FOUND) {
            if (error) {
                *error = failure;
            }
            return r;
        }
        *ret_detached = r >= 0 && info->is_running;
        if (!*ret_detached || davit__now() >= until) {
            return 0;
        }
        r = davit__wait_time(DAVIT_MILLISECONDS(20), davit__call_limit(call), error);
        if (r < 0) {
            return r;
        }
    }
}

/* Begin to wait before the start: an engine removes a container the moment it ends. Docker answers
 * with the head at once, so that the wait is known to be in place. */
static int begin_wait(davit__api *api, const davit_call *call, const char *name, bool removed,
                      davit__http_exchange **ret_exchange, davit_error *error)
{
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/containers/%s/wait", name);
    davit__target_query(&target, "condition", removed ? "removed" : "next-exit");
    davit__api_request request = {
        .method = "POST",
        .target = &target,
        .not_found = DAVIT_ERROR_CONTAINER_NOT_FOUND,
    };
    return davit__api_start(api, call, &request, ret_exchange, error);
}

static int end_wait(davit__http_exchange *wait, int *ret_exit_code, davit_error *error)
{
    DAVIT__BUFFER davit__buffer body = DAVIT__BUFFER_INIT;
    int r = davit__http_read_all(wait, DAVIT__HTTP_ERROR_MAX, &body, error);
    if (r < 0) {
        return r;
    }
    DAVIT__JSON json_t *json = NULL;
    r = davit__json_parse(body.data ? body.data : "", body.length, "the engine's answer", &json,
                          error);
    if (r < 0) {
        return r;
    }
    return davit__docker_exit_code(json, "StatusCode", ret_exit_code, error);
}

int davit__docker_container_attach(void *state, const davit_call *call, const char *name, bool tty,
                                   bool removed, const davit_attach_options *attach,
                                   int *ret_exit_code, davit_error *error)
{
    davit__api *api = state;
    DAVIT__EXCHANGE *streams = NULL;
    int r = davit__docker_streams_open(api, call, name, attach, &streams, error);
    if (r < 0) {
        return r;
    }
    DAVIT__EXCHANGE *wait = NULL;
    r = begin_wait(api, call, name, removed, &wait, error);
    if (r < 0) {
        return r;
    }
    if (attach->started && (r = attach->started(attach->context, name)) != 0) {
        return davit__error_set(error, DAVIT_ERROR_CANCELLED, "not started");
    }
    r = davit__streams_pass(streams, tty, attach, error);
    bool detached = r == 1;
    if (r == 0 && tty) {
        r = davit__streams_detached(api, call, name, &detached, error);
    }
    if (r >= 0 && attach->detached) {
        *attach->detached = detached;
    }
    if (r >= 0 && detached) {
        *ret_exit_code = 0;
        return 0;
    }
    return r < 0 ? r : end_wait(wait, ret_exit_code, error);
}

/* ---- exec ---- */

static int exec_body(const davit_exec_config *config, const davit_attach_options *attach,
                     json_t **ret_body, davit_error *error)
{
    DAVIT__JSON json_t *environment = NULL;
    int r = davit__environment_encode(config->environment, config->environment_count, &environment,
                                      error);
    if (r < 0) {
        return r;
    }
    DAVIT__JSON json_t *words = json_array();
    int failed = 0;
    for (size_t i = 0; i < config->command_count; i++) {
        failed |= json_array_append_new(words, json_string(config->command[i]));
    }
    bool streams = !config->detach;
    json_t *body =
        json_pack("{s:O, s:O, s:b, s:b, s:b, s:b, s:b, s:s*, s:s*, s:s*}", "Cmd", words, "Env",
                  environment, "AttachStdin", streams && attach->input >= 0, "AttachStdout",
                  (int)streams, "AttachStderr", (int)streams, "Tty", (int)config->tty, "Privileged",
                  (int)config->privileged, "User", config->user, "WorkingDir", config->workdir,
                  "DetachKeys", streams ? attach->detach_keys : NULL);
    if (failed || !body) {
        json_decref(body);
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "the command has a text that is not UTF-8");
    }
    *ret_body = body;
    return 0;
}

static int exec_create(davit__api *api, const davit_call *call, const char *name,
                       const davit_exec_config *config, const davit_attach_options *attach,
                       char **ret_id, davit_error *error)
{
    DAVIT__JSON json_t *body = NULL;
    int r = exec_body(config, attach, &body, error);
    if (r < 0) {
        return r;
    }
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/containers/%s/exec", name);
    davit__api_request request = {
        .method = "POST",
        .target = &target,
        .body = body,
        .not_found = DAVIT_ERROR_CONTAINER_NOT_FOUND,
    };
    DAVIT__JSON json_t *answer = NULL;
    r = davit__api_call(api, call, &request, &answer, error);
    if (r < 0) {
        return r;
    }
    const char *id = davit__json_text(answer, "Id");
    if (!id) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL, "the engine's answer has no Id");
    }
    return davit__copy(id, ret_id, error);
}

/* Running may still be true some 50 ms after the streams ended, and Podman says exit code 0 while
 * it is. */
static int exec_exit_code(davit__api *api, const davit_call *call, const char *id,
                          int *ret_exit_code, davit_error *error)
{
    int64_t pause = DAVIT_MILLISECONDS(1);
    for (;;) {
        DAVIT__TARGET davit__target target;
        davit__target_init(&target, api->prefix, "/exec/%s/json", id);
        davit__api_request request = {.method = "GET", .target = &target};
        DAVIT__JSON json_t *answer = NULL;
        int r = davit__api_call(api, call, &request, &answer, error);
        if (r < 0) {
            return r;
        }
        const json_t *running = davit__json_at(answer, "Running");
        if (!json_is_boolean(running)) {
            return davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                                    "the engine's answer has no Running");
        }
        if (json_is_false(running)) {
            return davit__docker_exit_code(answer, "ExitCode", ret_exit_code, error);
        }
        r = davit__wait_time(pause, davit__call_limit(call), error);
        if (r < 0) {
            return r;
        }
        pause = pause < DAVIT_MILLISECONDS(100) ? pause * 2 : pause;
    }
}

static int exec_start(davit__api *api, const davit_call *call, const char *id,
                      const davit_exec_config *config, davit__http_exchange **ret_exchange,
                      davit_error *error)
{
    DAVIT__JSON json_t *body =
        json_pack("{s:b, s:b}", "Detach", (int)config->detach, "Tty", (int)config->tty);
    if (!body) {
        return davit__error_no_memory(error);
    }
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/exec/%s/start", id);
    davit__api_request request = {
        .method = "POST",
        .target = &target,
        .body = body,
        .not_found = DAVIT_ERROR_CONTAINER_NOT_FOUND,
        .upgrade = !config->detach,
    };
    return davit__api_start(api, call, &request, ret_exchange, error);
}

static int resize(davit__api *api, const davit_call *call, const char *path, const char *id,
                  int64_t columns, int64_t rows, davit_error *error)
{
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, path, id);
    davit__target_query_number(&target, "h", rows);
    davit__target_query_number(&target, "w", columns);
    davit__api_request request = {
        .method = "POST",
        .target = &target,
        .not_found = DAVIT_ERROR_CONTAINER_NOT_FOUND,
    };
    return davit__api_call(api, call, &request, NULL, error);
}

int davit__docker_container_resize(void *state, const davit_call *call, const char *name,
                                   int64_t columns, int64_t rows, davit_error *error)
{
    return resize(state, call, "/containers/%s/resize", name, columns, rows, error);
}

int davit__docker_exec_resize(void *state, const davit_call *call, const char *id, int64_t columns,
                              int64_t rows, davit_error *error)
{
    return resize(state, call, "/exec/%s/resize", id, columns, rows, error);
}

#define SIZE_TRIES 10

/* The engine has answered before the command runs, and a command that does not run yet cannot be
 * told. What never works does not matter: the command may have ended. */
static void set_first_size(davit__api *api, const davit_call *call, const char *id,
                           const davit_attach_options *attach)
{
    for (int i = 0; i < SIZE_TRIES; i++) {
        if (davit__docker_exec_resize(api, call, id, attach->columns, attach->rows, NULL) >= 0 ||
            davit__wait_time(DAVIT_MILLISECONDS(5 * (i + 1)), davit__call_limit(call), NULL) < 0) {
            return;
        }
    }
}

int davit__docker_container_exec(void *state, const davit_call *call, const char *name,
                                 const davit_exec_config *config,
                                 const davit_attach_options *attach, int *ret_exit_code,
                                 davit_error *error)
{
    davit__api *api = state;
    DAVIT__FREE char *id = NULL;
    int r = exec_create(api, call, name, config, attach, &id, error);
    if (r < 0) {
        return r;
    }
    DAVIT__EXCHANGE *streams = NULL;
    r = exec_start(api, call, id, config, &streams, error);
    if (r < 0) {
        return r;
    }
    if (config->detach) {
        *ret_exit_code = 0;
        return 0;
    }
    if (config->tty && attach->columns > 0 && attach->rows > 0) {
        set_first_size(api, call, id, attach);
    }
    if (attach->started && attach->started(attach->context, id) != 0) {
        return davit__error_set(error, DAVIT_ERROR_CANCELLED, "stopped by the receiver");
    }
    r = davit__streams_pass(streams, config->tty, attach, error);
    if (r == 1) {
        *ret_exit_code = 0;
        return 0;
    }
    return r < 0 ? r : exec_exit_code(api, call, id, ret_exit_code, error);
}
