/* SPDX-License-Identifier: MIT */
#include "resolve.h"

#include "dial_stdio.h"
#include "docker_context.h"
#include "engine.h"
#include "machine.h"
#include "memory.h"
#include "settings.h"
#include "tls_choice.h"
#include "usual_sockets.h"

#include <stdio.h>

/* An address that somebody named may take longer: its engine may be started by the connection. */
#define EXPLICIT_TIMEOUT DAVIT_SECONDS(20)

#define USUAL_SOCKET     "usual socket"

/* One run of the search. A step returns < 0: the search fails; 0: go on; 1: `found` is filled. */
typedef struct search {
    const davit_engine_options *options;
    const davit__environment *environment;
    davit_runtime runtime; /* wanted by the caller, or by the settings file */
    const char *version;   /* of the API, wanted by caller or environment */
    davit__limit limit;
    davit__trail *trail;
    davit__endpoint found;
} search;

static const char *kind_name(davit_runtime runtime)
{
    return runtime == DAVIT_RUNTIME_PODMAN ? "Podman" : "Docker";
}

static int note(search *s, const char *source, const char *host, int code, const char *result,
                davit_error *error)
{
    size_t size = (s->trail->count + 1) * sizeof *s->trail->items;
    davit__attempt *items = realloc(s->trail->items, size);
    if (!items) {
        return davit__error_no_memory(error);
    }
    s->trail->items = items;
    davit__attempt *attempt = &items[s->trail->count++];
    *attempt = (davit__attempt){.code = code};
    int r = davit__copy(source, &attempt->source, error);
    if (r == 0) {
        r = davit__copy(host, &attempt->host, error);
    }
    return r < 0 ? r : davit__copy(result, &attempt->result, error);
}

static bool is_explicit(const char *source)
{
    return strcmp(source, USUAL_SOCKET) != 0;
}

/* Fill the endpoint's client and probe. */
static int question_engine(search *s, const davit__address *address, int64_t timeout,
                           davit_error *error)
{
    davit__limit limit = davit__limit_within(s->limit, timeout);
    int r = davit__http_open(address, &s->found.http, error);
    if (r == 0) {
        r = davit__probe_http(s->found.http, limit, &s->found.probe, error);
    }
    if (r == 0 && !davit__empty(s->version)) {
        r = davit__probe_minimum(s->found.http, limit, &s->found.probe, error);
    }
    return r;
}

static int check_engine(search *s, davit_error *error)
{
    const davit__probe *probe = &s->found.probe;
    char name[48];
    if (s->runtime && s->runtime != probe->runtime) {
        return davit__error_set(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
                                "%s answers there, but %s was asked for",
                                davit__probe_name(probe, name, sizeof name), kind_name(s->runtime));
    }
    return davit__negotiate(s->version, probe, s->found.api_version, error);
}

static int accept(search *s, const char *host, const char *chosen_by, davit_error *error)
{
    int r = davit__copy(host, &s->found.host, error);
    if (r == 0) {
        r = davit__copy(chosen_by, &s->found.chosen_by, error);
    }
    return r < 0 ? r : note(s, chosen_by, host, DAVIT_OK, "chosen", error);
}

/* Whether a failure ends the whole search although the address was nobody's wish. */
static bool is_final(const search *s, int code)
{
    bool late = s->limit.deadline && davit__now() >= s->limit.deadline;
    return code == DAVIT_ERROR_CANCELLED || code == DAVIT_ERROR_NO_MEMORY ||
           code == DAVIT_ERROR_UNSUPPORTED || (code == DAVIT_ERROR_TIMEOUT && late);
}

/* Note why it failed; an implicit address is passed over then, with 0. */
static int pass_over(search *s, const char *source, const char *host, const davit_error *reason,
                     davit_error *error)
{
    /* The trail shows the address by itself. */
    const char *text = reason->message;
    size_t length = host ? strlen(host) : 0;
    if (length > 0 && strncmp(text, host, length) == 0 && strncmp(text + length, ": ", 2) == 0) {
        text += length + 2;
    }
    int r = note(s, source, host, (int)reason->code, text, error);
    if (r < 0) {
        return r;
    }
    if (!is_explicit(source) && !is_final(s, (int)reason->code)) {
        return 0;
    }
    if (error) {
        *error = *reason;
    }
    r = (int)reason->code;
    if (host && !strstr(reason->message, host)) {
        r = davit__error_wrap(error, r, "%s", host);
    }
    return is_explicit(source) ? davit__error_wrap(error, r, "%s", source) : r;
}

/* Use the engine at an address. */
static int try_address(search *s, const char *source, const davit__address *address,
                       const char *chosen_by, davit_error *error)
{
    DAVIT__FREE char *host = davit__address_format(address);
    if (!host) {
        return davit__error_no_memory(error);
    }
    davit_error reason = DAVIT_ERROR_INIT;
    int64_t timeout = is_explicit(source) ? EXPLICIT_TIMEOUT : DAVIT__PROBE_TIMEOUT;
    int r = question_engine(s, address, timeout, &reason);
    if (r == 0) {
        r = check_engine(s, &reason);
    }
    if (r < 0) {
        davit__http_close(DAVIT__TAKE(s->found.http));
        return pass_over(s, source, host, &reason, error);
    }
    r = accept(s, host, chosen_by, error);
    return r < 0 ? r : 1;
}

static void log_insecure(const search *s, const davit__address *address)
{
    davit_call call = {.log = s->options->log, .log_context = s->options->log_context};
    davit__log(&call, DAVIT_LOG_WARNING,
               "the certificate of %s is not looked at: whoever answers there is trusted",
               address->host);
}

/* `tls` NULL: as options and environment say. */
static int try_explicit(search *s, const char *source, const char *host,
                        const davit__tls_choice *tls, davit_error *error)
{
    davit__address address = {0};
    davit_error reason = DAVIT_ERROR_INIT;
    int r = davit__address_parse(host, &address, &reason);
    /* Parsing leaves an address out of its message that has a secret in it. */
    const char *shown = r == 0 || strstr(reason.message, host) ? host : NULL;
    if (r == 0) {
        r = tls ? davit__tls_choice_apply(tls, &address, &reason)
                : davit__tls_choose(s->environment, s->options, &address, &reason);
    }
    if (r == 0) {
        bool is_podmans = strcmp(source, "CONTAINER_HOST") == 0;
        r = davit__dial_stdio(s->runtime || !is_podmans ? s->runtime : DAVIT_RUNTIME_PODMAN,
                              &address, &reason);
    }
    if (r < 0) {
        davit__address_free(&address);
        return pass_over(s, source, shown, &reason, error);
    }
    if (address.tls && davit__tls_is_insecure(address.tls)) {
        log_insecure(s, &address);
    }
    r = try_address(s, source, &address, source, error);
    davit__address_free(&address);
    return r;
}

static int skip_other_kind(search *s, const char *source, const char *host, davit_error *error)
{
    char result[64];
    snprintf(result, sizeof result, "not looked at: %s was asked for", kind_name(s->runtime));
    return note(s, source, host, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE, result, error);
}

/* DOCKER_HOST is for Docker, but without another wish whoever sets it means it; then Podman's. */
static int try_environment(search *s, davit_error *error)
{
    const davit__environment *env = s->environment;
    if (env->davit_host) {
        return try_explicit(s, "DAVIT_HOST", env->davit_host, NULL, error);
    }
    if (env->docker_host && s->runtime != DAVIT_RUNTIME_PODMAN) {
        return try_explicit(s, "DOCKER_HOST", env->docker_host, NULL, error);
    }
    int r = 0;
    if (env->docker_host) {
        r = skip_other_kind(s, "DOCKER_HOST", env->docker_host, error);
    }
    if (r == 0 && env->container_host && s->runtime != DAVIT_RUNTIME_DOCKER) {
        return try_explicit(s, "CONTAINER_HOST", env->container_host, NULL, error);
    }
    if (r == 0 && env->container_host) {
        r = skip_other_kind(s, "CONTAINER_HOST", env->container_host, error);
    }
    return r;
}

static int use_settings(search *s, const davit__settings *settings, davit_error *error)
{
    bool contradicts = s->runtime && settings->engine && (int)s->runtime != settings->engine;
    if (contradicts) {
        return skip_other_kind(s, settings->path, settings->host, error);
    }
    if (settings->engine) {
        s->runtime = (davit_runtime)settings->engine;
    }
    if (settings->host) {
        return try_explicit(s, settings->path, settings->host, NULL, error);
    }
    return note(s, settings->path, NULL, DAVIT_OK,
                settings->engine == DAVIT_RUNTIME_PODMAN   ? "asks for Podman"
                : settings->engine == DAVIT_RUNTIME_DOCKER ? "asks for Docker"
                                                           : "names no engine",
                error);
}

static int try_settings(search *s, davit_error *error)
{
    davit__settings settings;
    int r = davit__settings_read(s->environment->config_home, &settings, error);
    if (r < 0) {
        return r;
    }
    if (settings.path) {
        r = use_settings(s, &settings, error);
    }
    davit__settings_free(&settings);
    return r;
}

static int use_context(search *s, const davit__context *context, davit_error *error)
{
    DAVIT__FREE char *source = davit__format("%s \"%s\"", context->source, context->name);
    if (!source) {
        return davit__error_no_memory(error);
    }
    if (!context->host) {
        return note(s, source, NULL, DAVIT_OK, "names no address: the usual sockets", error);
    }
    return try_explicit(s, source, context->host, &context->tls, error);
}

static int try_context(search *s, davit_error *error)
{
    if (s->options->context && s->options->context[0]) {
        return 0; /* "default": none is wanted */
    }
    if (s->runtime == DAVIT_RUNTIME_PODMAN) {
        return s->environment->docker_context ? skip_other_kind(s, "DOCKER_CONTEXT", NULL, error)
                                              : 0;
    }
    davit__context context;
    int r = davit__context_read(s->environment, &context, error);
    if (r < 0) {
        return r;
    }
    if (context.name) {
        r = use_context(s, &context, error);
    }
    davit__context_free(&context);
    return r;
}

static int try_named_context(search *s, davit_error *error)
{
    davit__context context;
    int r = davit__context_read_named(s->environment, s->options->context, &context, error);
    if (r < 0) {
        return r;
    }
    r = context.host ? use_context(s, &context, error)
                     : davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                        "context \"%s\" has no address of an engine", context.name);
    davit__context_free(&context);
    return r;
}

static int try_sockets(search *s, davit_error *error)
{
    davit__socket_list list;
    int r = davit__usual_sockets(s->environment, s->runtime, &list, error);
    if (r < 0) {
        return r;
    }
    for (size_t i = 0; r == 0 && i < list.count; i++) {
        if (!davit__socket_is_repeated(&list, i)) {
            davit__address address = {.scheme = DAVIT__SCHEME_UNIX, .path = list.paths[i]};
            r = try_address(s, USUAL_SOCKET, &address, "first usual socket that answers", error);
        }
    }
    davit__socket_list_free(&list);
    return r;
}

/* ---- the embedded Podman, and the end of the search ---- */

/* "unix:///run/docker.sock (no such socket), ..." */
static void list_attempts(const davit__trail *trail, davit__buffer *text)
{
    for (size_t i = 0; i < trail->count; i++) {
        const davit__attempt *attempt = &trail->items[i];
        davit__buffer_printf(text, "%s%s (%s)", i > 0 ? ", " : "",
                             attempt->host ? attempt->host : attempt->source, attempt->result);
    }
}

static const davit__attempt *find_denied(const davit__trail *trail)
{
    for (size_t i = 0; i < trail->count; i++) {
        if (trail->items[i].code == DAVIT_ERROR_UNAUTHORIZED) {
            return &trail->items[i];
        }
    }
    return NULL;
}

static int fail_search(search *s, davit_error *error)
{
    const davit__attempt *denied = find_denied(s->trail);
    if (denied) {
        return davit__error_set(error, DAVIT_ERROR_UNAUTHORIZED, "%s: %s; no other engine answers",
                                denied->host, denied->result);
    }
    DAVIT__BUFFER davit__buffer tried = DAVIT__BUFFER_INIT;
    list_attempts(s->trail, &tried);
    int r = davit__buffer_check(&tried, error);
    if (r < 0) {
        return r;
    }
    const char *what = s->runtime ? kind_name(s->runtime) : "container engine";
    return davit__error_set(error, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
                            "no %s answers: install and start %s, or say where it is with "
                            "DAVIT_HOST; tried: %s",
                            what, s->runtime ? "it" : "Docker or Podman",
                            tried.length ? tried.data : "nothing");
}

static int use_embedded(search *s, davit_error *error)
{
    int r = davit__embedded_open(NULL, &s->found.embedded, error);
    if (r == 0) {
        r = davit__embedded_ensure(s->found.embedded, s->limit, &s->found.probe, error);
    }
    if (r == 0) {
        r = davit__http_open_host(davit__embedded_host(s->found.embedded), &s->found.http, error);
    }
    return r < 0 ? r : check_engine(s, error);
}

static int try_embedded(search *s, davit_error *error)
{
    static const char source[] = "Podman run by davit";
    if (s->options->no_embedded || s->runtime == DAVIT_RUNTIME_DOCKER) {
        const char *why = s->options->no_embedded ? "switched off" : "Docker was asked for";
        return note(s, source, NULL, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE, why, error);
    }
    DAVIT__FREE char *program = davit__program_find("podman");
    if (!program) {
        return note(s, source, NULL, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
                    "the podman program is not in PATH", error);
    }
    davit_error reason = DAVIT_ERROR_INIT;
    int r = use_embedded(s, &reason);
    if (r < 0 && find_denied(s->trail) && !is_final(s, r)) {
        return note(s, source, NULL, r, reason.message, error); /* not the first thing to mend */
    }
    if (r < 0) {
        return pass_over(s, source, NULL, &reason, error);
    }
    r = accept(s, davit__embedded_host(s->found.embedded),
               "no other engine answers: Podman run by davit", error);
    return r < 0 ? r : 1;
}

static int choose_version(search *s, davit_error *error)
{
    if (!davit__empty(s->options->api_version)) {
        s->version = s->options->api_version;
        return davit__version_check(s->version, error);
    }
    s->version = s->environment->docker_api_version;
    int r = s->version ? davit__version_check(s->version, error) : 0;
    return r < 0 ? davit__error_wrap(error, r, "DOCKER_API_VERSION") : 0;
}

static int run(search *s, davit_error *error)
{
    int r = choose_version(s, error);
    bool named = !davit__empty(s->options->context);
    if (r == 0 && named && s->options->host) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "host %s and context %s: expected one of them", s->options->host,
                                s->options->context);
    }
    if (r == 0 && named && strcmp(s->options->context, "default") != 0) {
        return try_named_context(s, error);
    }
    if (r == 0 && s->options->host) {
        return try_explicit(s, "the host that was given", s->options->host, NULL, error);
    }
    static int (*const steps[])(search *, davit_error *) = {
        try_environment, try_settings, try_context, try_sockets, try_embedded, fail_search,
    };
    for (size_t i = 0; r == 0 && i < DAVIT__COUNT(steps); i++) {
        r = steps[i](s, error);
    }
    return r;
}

/* What was passed over although somebody listens there is worth a warning; after a failure it is in
 * the error's message already. */
static void log_trail(const search *s, bool found)
{
    davit_call call = {.log = s->options->log, .log_context = s->options->log_context};
    for (size_t i = 0; i < s->trail->count; i++) {
        const davit__attempt *attempt = &s->trail->items[i];
        bool strange = attempt->code == DAVIT_ERROR_UNAUTHORIZED ||
                       attempt->code == DAVIT_ERROR_PROTOCOL ||
                       attempt->code == DAVIT_ERROR_TIMEOUT;
        davit__log(&call, found && strange ? DAVIT_LOG_WARNING : DAVIT_LOG_DEBUG,
                   "engine: %s%s%s: %s", attempt->source, attempt->host ? " " : "",
                   attempt->host ? attempt->host : "", attempt->result);
    }
}

int davit__resolve_in(const davit__environment *environment, const davit_engine_options *options,
                      davit__limit limit, davit__trail *trail, davit__endpoint *ret_endpoint,
                      davit_error *error)
{
    *trail = (davit__trail){0};
    search s = {
        .options = options,
        .environment = environment,
        .runtime = options->runtime,
        .limit = limit,
        .trail = trail,
    };
    int r = run(&s, error);
    log_trail(&s, r >= 0);
    if (r < 0) {
        davit__endpoint_free(&s.found);
        return r;
    }
    *ret_endpoint = s.found;
    return 0;
}

int davit__resolve_traced(const davit_engine_options *options, davit__limit limit,
                          davit__trail *trail, davit__endpoint *ret_endpoint, davit_error *error)
{
    *trail = (davit__trail){0};
    davit__environment environment;
    int r = davit__environment_read(&environment, error);
    if (r < 0) {
        return r;
    }
    r = davit__resolve_in(&environment, options, limit, trail, ret_endpoint, error);
    davit__environment_free(&environment);
    return r;
}

int davit__resolve(const davit_engine_options *options, davit__limit limit,
                   davit__endpoint *ret_endpoint, davit_error *error)
{
    davit__trail trail;
    int r = davit__resolve_traced(options, limit, &trail, ret_endpoint, error);
    davit__trail_free(&trail);
    return r;
}

void davit__endpoint_free(davit__endpoint *endpoint)
{
    free(endpoint->host);
    free(endpoint->chosen_by);
    davit__embedded_free(endpoint->embedded);
    davit__http_close(endpoint->http);
    *endpoint = (davit__endpoint){0};
}

void davit__trail_free(davit__trail *trail)
{
    for (size_t i = 0; i < trail->count; i++) {
        free(trail->items[i].source);
        free(trail->items[i].host);
        free(trail->items[i].result);
    }
    free(trail->items);
    *trail = (davit__trail){0};
}
