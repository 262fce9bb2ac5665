/* SPDX-License-Identifier: MIT */
#include "trace.h"

#include "base64.h"
#include "buildkit.pb-c.h"
#include "memory.h"

typedef Davit__Buildkit__StatusResponse message;
typedef Davit__Buildkit__Vertex vertex;
typedef Davit__Buildkit__VertexLog vertex_log;

#define SECOND INT64_C(1000000000)

struct step {
    char *digest;
    char *name;
    bool started;
    bool completed;
    bool cached;
    bool failed;
    int64_t start;    /* of the present or last run */
    int64_t end;      /* when it completed last */
    int64_t duration; /* of its completed runs */
};

struct davit__trace {
    davit__trace_handler handler;
    void *context;
    struct step *steps;
    size_t count;
    size_t capacity;
};

int davit__trace_create(davit__trace_handler handler, void *context, davit__trace **ret_trace,
                        davit_error *error)
{
    davit__trace *trace = calloc(1, sizeof *trace);
    if (!trace) {
        return davit__error_no_memory(error);
    }
    trace->handler = handler;
    trace->context = context;
    *ret_trace = trace;
    return 0;
}

void davit__trace_free(davit__trace *trace)
{
    if (trace) {
        for (size_t i = 0; i < trace->count; i++) {
            free(trace->steps[i].digest);
            free(trace->steps[i].name);
        }
        free(trace->steps);
        free(trace);
    }
}

/* Decoding: a small message can ask for much memory (an empty log takes two bytes in it and a
 * hundred here), so what it takes is counted. */

struct budget {
    size_t rest;
    bool exceeded;
    bool no_memory;
};

static void *budget_allocate(void *data, size_t size)
{
    struct budget *budget = data;
    if (size > budget->rest) {
        budget->exceeded = true;
        return NULL;
    }
    budget->rest -= size;
    void *memory = malloc(size);
    budget->no_memory = budget->no_memory || !memory;
    return memory;
}

static void budget_free(void *data, void *pointer)
{
    (void)data;
    free(pointer);
}

static void free_message(message *decoded)
{
    ProtobufCAllocator allocator = {.alloc = budget_allocate, .free = budget_free};
    davit__buildkit__status_response__free_unpacked(decoded, &allocator);
}

static int decode(const char *aux, size_t length, message **ret_message, davit_error *error)
{
    if (length > DAVIT__TRACE_AUX_MAX) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                                "build progress: a line longer than %d bytes",
                                DAVIT__TRACE_AUX_MAX);
    }
    davit__buffer bytes DAVIT__BUFFER = DAVIT__BUFFER_INIT;
    if (!davit__base64_decode(aux, length, &bytes)) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL, "build progress: not base64");
    }
    int r = davit__buffer_check(&bytes, error);
    if (r < 0) {
        return r;
    }
    struct budget budget = {.rest = DAVIT__TRACE_MEMORY_MAX};
    ProtobufCAllocator allocator = {budget_allocate, budget_free, &budget};
    *ret_message = davit__buildkit__status_response__unpack(&allocator, bytes.length,
                                                            (const uint8_t *)bytes.data);
    if (*ret_message) {
        return 0;
    }
    if (budget.no_memory) {
        return davit__error_no_memory(error);
    }
    return davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                            budget.exceeded ? "build progress: more than %d bytes decoded"
                                            : "build progress: a malformed message",
                            DAVIT__TRACE_MEMORY_MAX);
}

/* Nanoseconds; what does not fit is cut off. */
static int64_t nanoseconds(const Davit__Buildkit__Timestamp *timestamp)
{
    int64_t result;
    if (!timestamp || __builtin_mul_overflow(timestamp->seconds, SECOND, &result) ||
        __builtin_add_overflow(result, timestamp->nanos, &result)) {
        return 0;
    }
    return result;
}

/* Steps */

/* Up to the ceiling, not within a UTF-8 character. */
static char *copy_name(const char *name)
{
    size_t length = strnlen(name, DAVIT__TRACE_NAME_MAX + 1);
    if (length > DAVIT__TRACE_NAME_MAX) {
        length = DAVIT__TRACE_NAME_MAX;
        while (length > 0 && ((unsigned char)name[length] & 0xc0) == 0x80) {
            length--;
        }
    }
    return strndup(name, length);
}

static struct step *find_step(const davit__trace *trace, const char *digest)
{
    /* From the end: what is going on now was added late. */
    for (size_t i = trace->count; i > 0; i--) {
        if (strcmp(trace->steps[i - 1].digest, digest) == 0) {
            return &trace->steps[i - 1];
        }
    }
    return NULL;
}

static int reserve_step(davit__trace *trace, davit_error *error)
{
    if (trace->count == DAVIT__TRACE_STEP_MAX) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL, "build progress: more than %d steps",
                                DAVIT__TRACE_STEP_MAX);
    }
    if (trace->count < trace->capacity) {
        return 0;
    }
    size_t capacity = trace->capacity ? trace->capacity * 2 : 16;
    struct step *steps = reallocarray(trace->steps, capacity, sizeof *steps);
    if (!steps) {
        return davit__error_no_memory(error);
    }
    trace->steps = steps;
    trace->capacity = capacity;
    return 0;
}

/* The step of that digest, a new one if it was not heard of. */
static int get_step(davit__trace *trace, const char *digest, struct step **ret_step,
                    davit_error *error)
{
    struct step *step = find_step(trace, digest);
    if (!step) {
        int r = strlen(digest) > DAVIT__TRACE_NAME_MAX
                    ? davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                                       "build progress: a digest longer than %d bytes",
                                       DAVIT__TRACE_NAME_MAX)
                    : reserve_step(trace, error);
        if (r < 0) {
            return r;
        }
        struct step created = {.digest = strdup(digest), .name = strdup("")};
        if (!created.digest || !created.name) {
            free(created.digest);
            free(created.name);
            return davit__error_no_memory(error);
        }
        step = &trace->steps[trace->count++];
        *step = created;
    }
    *ret_step = step;
    return 0;
}

static int emit(davit__trace *trace, const struct step *step, davit__trace_event *event,
                davit_error *error)
{
    event->step = (size_t)(step - trace->steps);
    event->digest = step->digest;
    event->name = step->name;
    return trace->handler(trace->context, event, error);
}

static int rename_step(struct step *step, const char *name, davit_error *error)
{
    if (!name[0] || strncmp(name, step->name, DAVIT__TRACE_NAME_MAX - 4) == 0) {
        return 0;
    }
    char *copy = copy_name(name);
    if (!copy) {
        return davit__error_no_memory(error);
    }
    free(step->name);
    step->name = copy;
    return 0;
}

/* What the message says of a step that exists or begins. */
static int start_step(davit__trace *trace, const vertex *described, davit_error *error)
{
    struct step *step = NULL;
    int r = get_step(trace, described->digest, &step, error);
    r = r < 0 ? r : rename_step(step, described->name, error);
    if (r < 0 || !described->started) {
        return r;
    }
    step->start = nanoseconds(described->started);
    if (step->started) {
        return 0;
    }
    step->started = true;
    davit__trace_event event = {.type = DAVIT__TRACE_STARTED};
    return emit(trace, step, &event, error);
}

static int complete_step(davit__trace *trace, const vertex *described, davit_error *error)
{
    struct step *step = find_step(trace, described->digest);
    bool failed = described->error[0] != '\0';
    int64_t end = nanoseconds(described->completed);
    if (!step || !described->completed) {
        return 0;
    }
    if (step->completed && step->end == end && step->cached == (bool)described->cached &&
        step->failed == failed) {
        return 0;
    }
    int64_t duration = 0;
    bool known = described->started && (!step->completed || step->end != end) &&
                 !__builtin_sub_overflow(end, nanoseconds(described->started), &duration);
    if (known && duration > 0 &&
        __builtin_add_overflow(step->duration, duration, &step->duration)) {
        step->duration = INT64_MAX;
    }
    davit__trace_event event = {
        .type = DAVIT__TRACE_COMPLETED,
        .again = step->completed,
        .cached = described->cached,
        .duration = step->duration,
        .error = failed ? described->error : NULL,
    };
    step->completed = true;
    step->end = end;
    step->cached = described->cached;
    step->failed = failed;
    return emit(trace, step, &event, error);
}

/* The parts of a message */

static int feed_statuses(davit__trace *trace, const message *decoded, davit_error *error)
{
    for (size_t i = 0; i < decoded->n_statuses; i++) {
        const Davit__Buildkit__VertexStatus *status = decoded->statuses[i];
        struct step *step = NULL;
        int r = get_step(trace, status->vertex, &step, error);
        if (r < 0) {
            return r;
        }
        davit__trace_event event = {
            .type = DAVIT__TRACE_STATUS,
            .status = status->id,
            .current = status->current,
            .total = status->total,
            .done = status->completed != NULL,
        };
        r = emit(trace, step, &event, error);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

/* By time; of equal times, the one that stands first in the message. */
static int compare_logs(const void *a, const void *b)
{
    vertex_log *const *first = *(vertex_log *const *const *)a;
    vertex_log *const *second = *(vertex_log *const *const *)b;
    int64_t first_time = nanoseconds((*first)->timestamp);
    int64_t second_time = nanoseconds((*second)->timestamp);
    if (first_time != second_time) {
        return first_time < second_time ? -1 : 1;
    }
    return first < second ? -1 : first > second;
}

static int feed_log(davit__trace *trace, const vertex_log *log, davit_error *error)
{
    struct step *step = NULL;
    int r = get_step(trace, log->vertex, &step, error);
    if (r < 0 || log->text.len == 0) {
        return r;
    }
    davit__trace_event event = {
        .type = DAVIT__TRACE_LOG,
        .stream = log->stream == 2 ? 2 : 1,
        .data = log->text.data,
        .length = log->text.len,
    };
    return emit(trace, step, &event, error);
}

static int feed_logs(davit__trace *trace, const message *decoded, davit_error *error)
{
    if (decoded->n_logs == 0) {
        return 0;
    }
    DAVIT__FREE vertex_log ***order = calloc(decoded->n_logs, sizeof *order);
    if (!order) {
        return davit__error_no_memory(error);
    }
    for (size_t i = 0; i < decoded->n_logs; i++) {
        order[i] = &decoded->logs[i];
    }
    qsort(order, decoded->n_logs, sizeof *order, compare_logs);
    for (size_t i = 0; i < decoded->n_logs; i++) {
        int r = feed_log(trace, *order[i], error);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

static int feed_warnings(davit__trace *trace, const message *decoded, davit_error *error)
{
    for (size_t i = 0; i < decoded->n_warnings; i++) {
        const Davit__Buildkit__VertexWarning *warning = decoded->warnings[i];
        struct step *step = NULL;
        int r = get_step(trace, warning->vertex, &step, error);
        if (r < 0) {
            return r;
        }
        davit__trace_event event = {
            .type = DAVIT__TRACE_WARNING,
            .data = warning->short_text.data,
            .length = warning->short_text.len,
            .url = warning->url[0] ? warning->url : NULL,
        };
        r = emit(trace, step, &event, error);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

static int feed_vertexes(davit__trace *trace, const message *decoded, davit_error *error,
                         int (*feed)(davit__trace *, const vertex *, davit_error *))
{
    for (size_t i = 0; i < decoded->n_vertexes; i++) {
        int r = feed(trace, decoded->vertexes[i], error);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

int davit__trace_feed(davit__trace *trace, const char *aux, size_t length, davit_error *error)
{
    message *decoded = NULL;
    int r = decode(aux, length, &decoded, error);
    if (r < 0) {
        return r;
    }
    r = feed_vertexes(trace, decoded, error, start_step);
    r = r < 0 ? r : feed_warnings(trace, decoded, error);
    r = r < 0 ? r : feed_statuses(trace, decoded, error);
    r = r < 0 ? r : feed_logs(trace, decoded, error);
    r = r < 0 ? r : feed_vertexes(trace, decoded, error, complete_step);
    free_message(decoded);
    return r;
}
