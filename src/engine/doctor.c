/* SPDX-License-Identifier: MIT */
#include <davit/doctor.h>

#include "fields.h"
#include "findings.h"
#include "memory.h"

#include <davit/runtime.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/utsname.h>

/* One engine after another may have to be waited for. */
#define DOCTOR_TIMEOUT     DAVIT_SECONDS(120)

#define FIELD(member, ...) DAVIT__FIELD(davit_finding, member, __VA_ARGS__)
static const davit__field finding_fields[] = {
    FIELD(level, ENUM, .names = davit_finding_level_names, .text = "How serious it is"),
    FIELD(subject, STRING, .text = "What was looked at"),
    FIELD(text, STRING, .text = "What was seen"),
    FIELD(remedy, STRING, .text = "What to do about it"),
};
static const davit_type finding_type = {DAVIT__TYPE("finding", davit_finding, finding_fields)};

const davit_type *davit_finding_type(void)
{
    return &finding_type;
}

void davit_diagnosis_free(davit_diagnosis *diagnosis)
{
    if (diagnosis) {
        for (size_t i = 0; i < diagnosis->count; i++) {
            davit_type_clear(&finding_type, &diagnosis->items[i]);
        }
        free(diagnosis->items);
        free(diagnosis);
    }
}

void davit__findings_add(davit__findings *findings, davit_finding_level level, const char *subject,
                         const char *remedy, const char *format, ...)
{
    davit_diagnosis *diagnosis = findings->diagnosis;
    size_t size = (diagnosis->count + 1) * sizeof *diagnosis->items;
    davit_finding *items = realloc(diagnosis->items, size);
    if (!items) {
        findings->failed = true;
        return;
    }
    diagnosis->items = items;
    davit_finding *finding = &items[diagnosis->count++];
    *finding = (davit_finding){.level = (int)level};
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&finding->text, format, arguments);
    va_end(arguments);
    finding->text = length < 0 ? NULL : finding->text;
    finding->subject = strdup(subject);
    bool failed =
        !finding->text || !finding->subject || davit__copy(remedy, &finding->remedy, NULL) < 0;
    findings->failed = findings->failed || failed;
}

/* ---- which engine, and why ---- */

static davit_finding_level level_of_attempt(const davit__attempt *attempt)
{
    switch (attempt->code) {
    case DAVIT_OK:
        return DAVIT_FINDING_OK;
    case DAVIT_ERROR_RUNTIME_NOT_AVAILABLE:
        return DAVIT_FINDING_NOTE;
    default:
        return DAVIT_FINDING_WARNING;
    }
}

static const char *remedy_of_attempt(const davit__attempt *attempt)
{
    switch (attempt->code) {
    case DAVIT_ERROR_UNAUTHORIZED:
        return "run as root, or become a member of the socket's group";
    case DAVIT_ERROR_TIMEOUT:
        return "look at the engine's log: it listens, but does not answer; restart it";
    case DAVIT_ERROR_PROTOCOL:
        return "what listens there is no engine, or a broken one: restart it, or remove the socket";
    case DAVIT_ERROR_UNSUPPORTED:
        return "upgrade the engine, or davit";
    default:
        return NULL;
    }
}

static void report_trail(davit__findings *f, const davit__trail *trail)
{
    for (size_t i = 0; i < trail->count; i++) {
        const davit__attempt *attempt = &trail->items[i];
        if (davit__same(attempt->result, "chosen")) {
            continue; /* said under "engine" */
        }
        bool denied = attempt->code == DAVIT_ERROR_UNAUTHORIZED;
        davit__findings_add(f, level_of_attempt(attempt), denied ? "permission" : "search",
                            remedy_of_attempt(attempt), "%s%s%s: %s", attempt->source,
                            attempt->host ? " " : "", attempt->host ? attempt->host : "",
                            attempt->result);
    }
}

static void report_endpoint(davit__findings *f, const davit__endpoint *endpoint)
{
    char name[48];
    davit__findings_add(f, DAVIT_FINDING_OK, "engine", NULL, "%s at %s (%s)",
                        davit__probe_name(&endpoint->probe, name, sizeof name), endpoint->host,
                        endpoint->chosen_by);
    if (davit__starts_with(endpoint->host, "unix://") &&
        access(endpoint->host + strlen("unix://"), R_OK | W_OK) == 0) {
        davit__findings_add(f, DAVIT_FINDING_OK, "permission", NULL, "%s may be used",
                            endpoint->host);
    }
    davit__findings_add(f, DAVIT_FINDING_OK, "api", NULL,
                        "version %s (the engine knows up to %s, davit up to " DAVIT__API_MAX ")",
                        endpoint->api_version, endpoint->probe.api_version);
}

static void report_no_engine(davit__findings *f, const davit_error *reason)
{
    bool denied = reason->code == DAVIT_ERROR_UNAUTHORIZED;
    davit__findings_add(f, DAVIT_FINDING_PROBLEM, denied ? "permission" : "engine",
                        reason->code == DAVIT_ERROR_RUNTIME_NOT_AVAILABLE
                            ? "install Docker or Podman and start it, or correct its address"
                        : denied ? "run as root, or become a member of the socket's group"
                                 : NULL,
                        "%s", reason->message);
}

/* ---- what the engine says of itself ---- */

static void report_capabilities(davit__findings *f, const davit_engine *engine)
{
    static const struct {
        davit_capability capability;
        davit_finding_level level;
        const char *subject, *remedy;
    } asked[] = {
        {DAVIT_CAPABILITY_HEALTH_TIMER, DAVIT_FINDING_NOTE, "health",
         "run `davit health watch`, or wait with `davit wait --healthy`: otherwise the status of "
         "health checks is stale"},
    };
    for (size_t i = 0; i < DAVIT__COUNT(asked); i++) {
        davit_capability_info info = davit_engine_can(engine, asked[i].capability);
        if (info.supported) {
            continue;
        }
        davit__findings_add(f, asked[i].level, asked[i].subject, asked[i].remedy, "no %s: %s",
                            info.name, info.reason ? info.reason : "this engine has none");
    }
}

static void report_storage(davit__findings *f, const davit_info *info)
{
    if (davit__empty(info->storage_driver)) {
        return;
    }
    if (strcmp(info->storage_driver, "vfs") == 0) {
        davit__findings_add(f, DAVIT_FINDING_WARNING, "storage",
                            "use overlay: install fuse-overlayfs, or put the engine's data on a "
                            "disk that is not an overlay itself",
                            "vfs copies whole images for every container: slow, and needs much "
                            "disk");
    } else {
        davit__findings_add(f, DAVIT_FINDING_OK, "storage", NULL, "%s", info->storage_driver);
    }
}

static void report_warnings(davit__findings *f, const davit_info *info)
{
    static const char prefix[] = "WARNING: ";
    for (size_t i = 0; i < info->warning_count; i++) {
        const char *text = info->warnings[i];
        text += davit__starts_with(text, prefix) ? strlen(prefix) : 0;
        davit__findings_add(f, DAVIT_FINDING_NOTE, "engine", NULL, "%s", text);
    }
}

/* A socket may lead elsewhere: into a virtual machine, or out of a container. */
static bool is_this_machine(const davit_info *info)
{
    struct utsname self;
    return uname(&self) == 0 && davit__same(info->name, self.nodename) &&
           davit__same(info->kernel, self.release);
}

static void report_info(davit__findings *f, const davit_info *info, const davit__endpoint *endpoint)
{
    report_storage(f, info);
    report_warnings(f, info);
    if (is_this_machine(info)) {
        davit__examine_machine(f, endpoint, info);
    } else {
        davit__findings_add(f, DAVIT_FINDING_NOTE, "engine", NULL,
                            "it runs on another machine (%s): that one is not looked at",
                            info->name ? info->name : "of no name");
    }
}

static int question_engine(davit__findings *f, const davit_engine_options *options,
                           const davit__endpoint *endpoint, davit_error *error)
{
    DAVIT_CLEANUP(davit_engine_close) davit_engine *whole = NULL;
    DAVIT_CLEANUP(davit_engine_close) davit_engine *engine = NULL;
    DAVIT_CLEANUP(davit_info_free) davit_info *info = NULL;
    const davit_scope_options scope = {
        .timeout_ms = DOCTOR_TIMEOUT / 1000000,
        .cancel = options->cancel,
    };
    int r = davit_engine_open(options, &whole, error);
    if (r == 0) {
        r = davit_engine_scope(whole, &scope, &engine, error);
    }
    if (r < 0) {
        return r;
    }
    report_capabilities(f, engine);
    r = davit_engine_info(engine, &info, error);
    if (r == 0) {
        report_info(f, info, endpoint);
    }
    return r;
}

/* ---- the whole ---- */

/* A caller's own runtime is not searched for. */
static int find_engine(davit__findings *f, const davit_engine_options *options,
                       davit__endpoint *endpoint, davit_error *error)
{
    if (options->driver) {
        davit__findings_add(f, DAVIT_FINDING_OK, "engine", NULL, "the caller's own runtime: %s",
                            options->driver->name);
        return 0;
    }
    const davit__limit limit =
        davit__limit_within((davit__limit){.cancel = options->cancel}, DOCTOR_TIMEOUT);
    davit__trail trail;
    int r = davit__resolve_traced(options, limit, &trail, endpoint, error);
    report_trail(f, &trail);
    davit__trail_free(&trail);
    if (r == 0) {
        report_endpoint(f, endpoint);
    }
    return r;
}

static int examine(davit__findings *f, const davit_engine_options *options, davit_error *error)
{
    davit__endpoint endpoint = {0};
    davit_error reason = DAVIT_ERROR_INIT;
    int r = find_engine(f, options, &endpoint, &reason);
    bool found = r == 0;
    if (found) {
        r = question_engine(f, options, options->driver ? NULL : &endpoint, &reason);
    }
    davit__endpoint_free(&endpoint);
    if (r == DAVIT_ERROR_NO_MEMORY || r == DAVIT_ERROR_CANCELLED) {
        return davit__error_set(error, (davit_error_code)r, "%s", reason.message);
    }
    if (r < 0) {
        report_no_engine(f, &reason);
    }
    if (!found) {
        davit__examine_machine(f, NULL, NULL);
    }
    return f->failed ? davit__error_no_memory(error) : 0;
}

int davit_diagnose(const davit_engine_options *options, davit_diagnosis **ret_diagnosis,
                   davit_error *error)
{
    static const davit_engine_options none = DAVIT_ENGINE_OPTIONS_INIT;
    davit__findings findings = {.diagnosis = calloc(1, sizeof *findings.diagnosis)};
    if (!findings.diagnosis) {
        return davit__error_no_memory(error);
    }
    int r = examine(&findings, options ? options : &none, error);
    if (r < 0) {
        davit_diagnosis_free(findings.diagnosis);
        return r;
    }
    *ret_diagnosis = findings.diagnosis;
    return 0;
}
