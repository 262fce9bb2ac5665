/* SPDX-License-Identifier: MIT */
#include "trace.h"

#include "buffer.h"
#include "buildkit.pb-c.h"

#include "support/runner.h"

#include <stdlib.h>

static const char *const passing[] = {
#include "data/trace_passing.inc"
};
static const char *const cached[] = {
#include "data/trace_cached.inc"
};
static const char *const failing[] = {
#include "data/trace_failing.inc"
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct record {
    davit__trace *trace;
    davit__buffer text; /* one line an event */
    int64_t duration;   /* of the last completion */
    int stop_after;     /* events; 0: never */
};

static int write_down(void *context, const davit__trace_event *event, davit_error *error)
{
    struct record *record = context;
    davit__buffer *text = &record->text;
    switch (event->type) {
    case DAVIT__TRACE_STARTED:
        davit__buffer_printf(text, "%zu start %s\n", event->step, event->name);
        break;
    case DAVIT__TRACE_COMPLETED:
        davit__buffer_printf(text, "%zu done%s%s%s%s\n", event->step, event->again ? " again" : "",
                             event->cached ? " cached" : "", event->error ? " error " : "",
                             event->error ? event->error : "");
        record->duration = event->duration;
        break;
    case DAVIT__TRACE_LOG:
        davit__buffer_printf(text, "%zu %s %.*s", event->step, event->stream == 2 ? "err" : "out",
                             (int)event->length, (const char *)event->data);
        break;
    case DAVIT__TRACE_STATUS:
        davit__buffer_printf(text, "%zu status %s %d/%d%s\n", event->step, event->status,
                             (int)event->current, (int)event->total, event->done ? " done" : "");
        break;
    case DAVIT__TRACE_WARNING:
        davit__buffer_printf(text, "%zu warning %.*s %s\n", event->step, (int)event->length,
                             (const char *)event->data, event->url ? event->url : "-");
        break;
    }
    if (record->stop_after && --record->stop_after == 0) {
        return davit__error_set(error, DAVIT_ERROR_CANCELLED, "stopped");
    }
    return davit__buffer_check(text, error);
}

static int setup(void **state)
{
    struct record *record = calloc(1, sizeof *record);
    assert_non_null(record);
    assert_int_equal(davit__trace_create(write_down, record, &record->trace, NULL), 0);
    *state = record;
    return 0;
}

static int teardown(void **state)
{
    struct record *record = *state;
    davit__trace_free(record->trace);
    davit__buffer_free(&record->text);
    free(record);
    return 0;
}

static void feed(struct record *record, const char *const *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        if (davit__trace_feed(record->trace, lines[i], strlen(lines[i]), &error) < 0) {
            fail_msg("line %zu: %s", i, error.message);
        }
    }
}

static void expect(struct record *record, const char *text)
{
    assert_string_equal(record->text.length ? record->text.data : "", text);
    davit__buffer_clear(&record->text);
}

static void encode_base64(const unsigned char *bytes, size_t length, char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (; length > 0; bytes += 3, text += 4) {
        size_t count = length < 3 ? length : 3;
        unsigned value = (unsigned)bytes[0] << 16 | (count > 1 ? (unsigned)bytes[1] << 8 : 0) |
                         (count > 2 ? bytes[2] : 0);
        for (size_t i = 0; i < 4; i++) {
            text[i] = i <= count ? digits[value >> (18 - 6 * i) & 63] : '=';
        }
        length -= count;
    }
    *text = '\0';
}

static char *encode(const Davit__Buildkit__StatusResponse *message)
{
    size_t length = davit__buildkit__status_response__get_packed_size(message);
    unsigned char *bytes = malloc(length + 1);
    char *text = malloc(length * 2 + 8);
    assert_true(bytes && text);
    davit__buildkit__status_response__pack(message, bytes);
    encode_base64(bytes, length, text);
    free(bytes);
    return text;
}

static void feed_message(struct record *record, const Davit__Buildkit__StatusResponse *message)
{
    char *text = encode(message);
    const char *line = text;
    feed(record, &line, 1);
    free(text);
}

/* One message with one vertex; times in seconds, 0: none. */
static void feed_vertex(struct record *record, const char *digest, const char *name, int started,
                        int completed, bool from_cache, const char *failure)
{
    Davit__Buildkit__Timestamp start = DAVIT__BUILDKIT__TIMESTAMP__INIT;
    Davit__Buildkit__Timestamp end = DAVIT__BUILDKIT__TIMESTAMP__INIT;
    Davit__Buildkit__Vertex vertex = DAVIT__BUILDKIT__VERTEX__INIT;
    Davit__Buildkit__Vertex *vertexes[] = {&vertex};
    Davit__Buildkit__StatusResponse message = DAVIT__BUILDKIT__STATUS_RESPONSE__INIT;
    start.seconds = started;
    end.seconds = completed;
    vertex.digest = (char *)digest;
    vertex.name = (char *)name;
    vertex.started = started ? &start : NULL;
    vertex.completed = completed ? &end : NULL;
    vertex.cached = from_cache;
    vertex.error = (char *)failure;
    message.n_vertexes = 1;
    message.vertexes = vertexes;
    feed_message(record, &message);
}

static void test_trace__a_passing_build(void **state)
{
    struct record *record = *state;
    feed(record, passing, COUNT(passing));
    assert_non_null(strstr(record->text.data, "3 start [2/4] RUN [\"/bin/busybox\",\"--install\""));
    assert_non_null(strstr(record->text.data,
                           "4 start [3/4] RUN echo one; echo two >&2; sleep 1; echo three\n"
                           "4 out one\n4 err two\n4 out three\n4 done\n"));
    assert_non_null(strstr(record->text.data, "6 status exporting layers 0/0 done\n"));
    assert_non_null(strstr(record->text.data, "6 start exporting to image\n"));
    assert_null(strstr(record->text.data, "error"));
}

static void test_trace__a_build_from_the_cache(void **state)
{
    struct record *record = *state;
    feed(record, cached, COUNT(cached));
    assert_non_null(strstr(record->text.data, "3 done cached\n"));
    assert_non_null(strstr(record->text.data, "4 done cached\n"));
    assert_null(strstr(record->text.data, " out "));
}

static void test_trace__a_failing_build(void **state)
{
    struct record *record = *state;
    feed(record, failing, COUNT(failing));
    assert_non_null(strstr(record->text.data,
                           "4 out before\n4 done error executor failed running [/bin/sh -c echo "
                           "before; exit 7]: exit code: 7\n"));
}

static void test_trace__a_step_starts_once_and_completes_at_each_change(void **state)
{
    struct record *record = *state;
    feed_vertex(record, "a", "one", 0, 0, false, "");
    expect(record, "");
    feed_vertex(record, "a", "one", 10, 0, false, "");
    feed_vertex(record, "a", "one", 10, 0, false, "");
    expect(record, "0 start one\n");
    feed_vertex(record, "a", "one", 10, 12, false, "");
    feed_vertex(record, "a", "one", 10, 12, false, "");
    expect(record, "0 done\n");
    assert_int_equal(record->duration, 2000000000);
    feed_vertex(record, "a", "one", 20, 0, false, "");
    feed_vertex(record, "a", "one", 20, 23, false, "");
    expect(record, "0 done again\n");
    assert_int_equal(record->duration, 5000000000);
    feed_vertex(record, "a", "one", 20, 23, true, "");
    feed_vertex(record, "a", "one", 20, 23, true, "no");
    expect(record, "0 done again cached\n0 done again cached error no\n");
    assert_int_equal(record->duration, 5000000000);
}

static void test_trace__steps_are_numbered_as_they_are_heard_of(void **state)
{
    struct record *record = *state;
    feed_vertex(record, "b", "two", 0, 0, false, "");
    feed_vertex(record, "a", "one", 5, 0, false, "");
    feed_vertex(record, "b", "two", 6, 0, false, "");
    expect(record, "1 start one\n0 start two\n");
}

static void test_trace__times_that_make_no_sense_are_no_duration(void **state)
{
    struct record *record = *state;
    feed_vertex(record, "a", "one", 20, 10, false, "");
    expect(record, "0 start one\n0 done\n");
    assert_int_equal(record->duration, 0);
}

static void test_trace__output_comes_in_the_order_of_time_before_completion(void **state)
{
    struct record *record = *state;
    Davit__Buildkit__Timestamp times[] = {DAVIT__BUILDKIT__TIMESTAMP__INIT,
                                          DAVIT__BUILDKIT__TIMESTAMP__INIT};
    Davit__Buildkit__Vertex vertex = DAVIT__BUILDKIT__VERTEX__INIT;
    Davit__Buildkit__Vertex *vertexes[] = {&vertex};
    Davit__Buildkit__VertexLog logs[3];
    Davit__Buildkit__VertexLog *all[] = {&logs[0], &logs[1], &logs[2]};
    Davit__Buildkit__StatusResponse message = DAVIT__BUILDKIT__STATUS_RESPONSE__INIT;
    static const char *const texts[] = {"late\n", "early\n", "early too\n"};
    times[0].seconds = 1;
    times[1].seconds = 2;
    vertex.digest = (char *)"a";
    vertex.name = (char *)"one";
    vertex.started = &times[0];
    vertex.completed = &times[1];
    for (size_t i = 0; i < 3; i++) {
        davit__buildkit__vertex_log__init(&logs[i]);
        logs[i].vertex = (char *)"a";
        logs[i].stream = i == 0 ? 2 : 1;
        logs[i].timestamp = &times[i == 0];
        logs[i].text = (ProtobufCBinaryData){strlen(texts[i]), (uint8_t *)texts[i]};
    }
    message.n_vertexes = 1;
    message.vertexes = vertexes;
    message.n_logs = 3;
    message.logs = all;
    feed_message(record, &message);
    expect(record, "0 start one\n0 out early\n0 out early too\n0 err late\n0 done\n");
}

static void test_trace__warnings_are_told(void **state)
{
    struct record *record = *state;
    Davit__Buildkit__VertexWarning warning = DAVIT__BUILDKIT__VERTEX_WARNING__INIT;
    Davit__Buildkit__VertexWarning *warnings[] = {&warning};
    Davit__Buildkit__StatusResponse message = DAVIT__BUILDKIT__STATUS_RESPONSE__INIT;
    warning.vertex = (char *)"a";
    warning.short_text = (ProtobufCBinaryData){4, (uint8_t *)"Typo"};
    warning.url = (char *)"https://example.com";
    message.n_warnings = 1;
    message.warnings = warnings;
    feed_message(record, &message);
    expect(record, "0 warning Typo https://example.com\n");
}

static void test_trace__a_long_name_is_cut_between_characters(void **state)
{
    struct record *record = *state;
    char name[DAVIT__TRACE_NAME_MAX + 100];
    for (size_t i = 0; i + 2 < sizeof name; i += 2) {
        memcpy(name + i, "\xc3\xa9", 3);
    }
    name[0] = 'x';
    name[1] = 'y';
    memmove(name + 1, name + 2, strlen(name + 2) + 1);
    feed_vertex(record, "a", name, 1, 0, false, "");
    assert_int_equal(record->text.length, strlen("0 start \n") + DAVIT__TRACE_NAME_MAX - 1);
}

static void test_trace__the_handler_can_stop(void **state)
{
    struct record *record = *state;
    davit_error error = DAVIT_ERROR_INIT;
    record->stop_after = 1;
    int r = 0;
    for (size_t i = 0; r == 0 && i < COUNT(passing); i++) {
        r = davit__trace_feed(record->trace, passing[i], strlen(passing[i]), &error);
    }
    assert_int_equal(r, DAVIT_ERROR_CANCELLED);
    assert_string_equal(error.message, "stopped");
}

static void refuse(struct record *record, const char *text, size_t length, const char *message)
{
    davit_error error = DAVIT_ERROR_INIT;
    assert_int_equal(davit__trace_feed(record->trace, text, length, &error), DAVIT_ERROR_PROTOCOL);
    assert_string_equal(error.message, message);
    expect(record, "");
}

static void test_trace__malformed_lines_are_refused(void **state)
{
    struct record *record = *state;
    refuse(record, "!!!!", 4, "build progress: not base64");
    refuse(record, "Cg==", 4, "build progress: a malformed message");
    refuse(record, "CgUKBWE=", 8, "build progress: a malformed message");
    refuse(record, passing[0], strlen(passing[0]) - 8, "build progress: a malformed message");
}

static void test_trace__an_empty_line_says_nothing(void **state)
{
    struct record *record = *state;
    const char *empty = "";
    feed(record, &empty, 1);
    expect(record, "");
}

static void test_trace__ceilings_are_named(void **state)
{
    struct record *record = *state;
    char *text = malloc(DAVIT__TRACE_AUX_MAX + 4);
    assert_non_null(text);
    memset(text, 'A', DAVIT__TRACE_AUX_MAX + 4);
    refuse(record, text, DAVIT__TRACE_AUX_MAX + 4,
           "build progress: a line longer than 4194304 bytes");
    for (size_t i = 0; i < DAVIT__TRACE_AUX_MAX; i += 8) {
        memcpy(text + i, "GgAaABoA", 8); /* empty logs */
    }
    refuse(record, text, DAVIT__TRACE_AUX_MAX, "build progress: more than 67108864 bytes decoded");
    free(text);
    for (int i = 0; i < DAVIT__TRACE_STEP_MAX; i++) {
        char digest[16];
        snprintf(digest, sizeof digest, "%d", i);
        feed_vertex(record, digest, "", 0, 0, false, "");
    }
    refuse(record, passing[0], strlen(passing[0]), "build progress: more than 4096 steps");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(test_trace__a_passing_build, setup, teardown),
    cmocka_unit_test_setup_teardown(test_trace__a_build_from_the_cache, setup, teardown),
    cmocka_unit_test_setup_teardown(test_trace__a_failing_build, setup, teardown),
    cmocka_unit_test_setup_teardown(test_trace__a_step_starts_once_and_completes_at_each_change,
                                    setup, teardown),
    cmocka_unit_test_setup_teardown(test_trace__steps_are_numbered_as_they_are_heard_of, setup,
                                    teardown),
    cmocka_unit_test_setup_teardown(test_trace__times_that_make_no_sense_are_no_duration, setup,
                                    teardown),
    cmocka_unit_test_setup_teardown(test_trace__output_comes_in_the_order_of_time_before_completion,
                                    setup, teardown),
    cmocka_unit_test_setup_teardown(test_trace__warnings_are_told, setup, teardown),
    cmocka_unit_test_setup_teardown(test_trace__a_long_name_is_cut_between_characters, setup,
                                    teardown),
    cmocka_unit_test_setup_teardown(test_trace__the_handler_can_stop, setup, teardown),
    cmocka_unit_test_setup_teardown(test_trace__malformed_lines_are_refused, setup, teardown),
    cmocka_unit_test_setup_teardown(test_trace__an_empty_line_says_nothing, setup, teardown),
    cmocka_unit_test_setup_teardown(test_trace__ceilings_are_named, setup, teardown),
};

DAVIT_TEST_MAIN(tests)
