/* SPDX-License-Identifier: MIT */
#include "frames.h"

#include "memory.h"
#include "support/runner.h"

#define TEXT(...) __VA_ARGS__, sizeof(__VA_ARGS__) - 1

struct outputs {
    char text[3][64];
    size_t length[3];
    size_t pieces;
    int answer; /* what the callback returns */
};

static int collect(void *context, davit__stream stream, const void *data, size_t length,
                   davit_error *error)
{
    struct outputs *outputs = context;
    outputs->pieces++;
    if (outputs->length[stream] + length < sizeof outputs->text[stream]) {
        memcpy(outputs->text[stream] + outputs->length[stream], data, length);
    }
    outputs->length[stream] += length;
    return outputs->answer ? davit__error_set(error, outputs->answer, "stop") : 0;
}

static int feed_in_steps(davit__frames *frames, const char *data, size_t length, size_t step,
                         davit_error *error)
{
    int r = 0;
    for (size_t at = 0; r == 0 && at < length; at += step) {
        r = davit__frames_feed(frames, data + at, length - at < step ? length - at : step, error);
    }
    return r;
}

static void test_frames__outputs_are_told_apart_however_they_arrive(void **state)
{
    for (size_t step = 1; step < 40; step++) {
        struct outputs outputs = {0};
        davit__frames frames;
        davit__frames_init(&frames, collect, &outputs);
        int r = feed_in_steps(&frames,
                              TEXT("\1\0\0\0\0\0\0\3out\2\0\0\0\0\0\0\4err.\1\0\0\0\0\0\0\0"
                                   "\1\0\0\0\0\0\0\1!"),
                              step, NULL);
        assert_int_equal(r, 0);
        assert_int_equal(davit__frames_end(&frames, NULL), 0);
        assert_string_equal(outputs.text[DAVIT__STREAM_OUTPUT], "out!");
        assert_string_equal(outputs.text[DAVIT__STREAM_ERROR], "err.");
    }
}

static void test_frames__echoed_input_counts_as_output(void **state)
{
    struct outputs outputs = {0};
    davit__frames frames;
    davit__frames_init(&frames, collect, &outputs);
    assert_int_equal(davit__frames_feed(&frames, TEXT("\0\0\0\0\0\0\0\2in"), NULL), 0);
    assert_string_equal(outputs.text[DAVIT__STREAM_OUTPUT], "in");
}

static void test_frames__payload_of_4_gib_passes_through(void **state)
{
    struct outputs outputs = {0};
    davit__frames frames;
    davit__frames_init(&frames, collect, &outputs);
    assert_int_equal(davit__frames_feed(&frames, TEXT("\2\0\0\0\xff\xff\xff\xff"), NULL), 0);
    size_t step = (size_t)DAVIT_MIB(16), left = UINT32_MAX;
    char *zeros = calloc(1, step);
    while (left > 0) {
        size_t size = left < step ? left : step;
        assert_int_equal(davit__frames_feed(&frames, zeros, size, NULL), 0);
        left -= size;
    }
    free(zeros);
    assert_int_equal(outputs.length[DAVIT__STREAM_ERROR], UINT32_MAX);
    assert_int_equal(davit__frames_end(&frames, NULL), 0);
    assert_int_equal(davit__frames_feed(&frames, TEXT("\1\0\0\0\0\0\0\1x"), NULL), 0);
    assert_string_equal(outputs.text[DAVIT__STREAM_OUTPUT], "x");
}

static void test_frames__what_is_no_frame_is_a_protocol_error(void **state)
{
    static const char *const headers[] = {"\4\0\0\0\0\0\0\1", "\1\1\0\0\0\0\0\1",
                                          "\1\0\1\0\0\0\0\1", "\1\0\0\1\0\0\0\1", "plain te"};
    for (size_t i = 0; i < DAVIT__COUNT(headers); i++) {
        struct outputs outputs = {0};
        davit__frames frames;
        davit_error error = DAVIT_ERROR_INIT;
        davit__frames_init(&frames, collect, &outputs);
        assert_int_equal(davit__frames_feed(&frames, headers[i], 8, &error), DAVIT_ERROR_PROTOCOL);
        assert_non_null(strstr(error.message, "no frame where one should begin"));
        assert_int_equal(outputs.pieces, 0);
    }
}

static void test_frames__problem_of_the_engine_is_an_error_with_its_text(void **state)
{
    for (size_t step = 1; step < 30; step++) {
        struct outputs outputs = {0};
        davit__frames frames;
        davit_error error = DAVIT_ERROR_INIT;
        davit__frames_init(&frames, collect, &outputs);
        int r = feed_in_steps(&frames, TEXT("\3\0\0\0\0\0\0\x0elog file gone\n"), step, &error);
        assert_int_equal(r, DAVIT_ERROR_RUNTIME);
        assert_string_equal(error.message, "the engine reports: log file gone");
        assert_int_equal(outputs.pieces, 0);
    }
}

static void test_frames__problem_without_a_text_is_an_error_too(void **state)
{
    davit__frames frames;
    davit_error error = DAVIT_ERROR_INIT;
    davit__frames_init(&frames, collect, NULL);
    int r = davit__frames_feed(&frames, TEXT("\3\0\0\0\0\0\0\0"), &error);
    assert_int_equal(r, DAVIT_ERROR_RUNTIME);
}

static void test_frames__endless_problem_is_cut(void **state)
{
    davit__frames frames;
    davit_error error = DAVIT_ERROR_INIT;
    davit__frames_init(&frames, collect, NULL);
    assert_int_equal(davit__frames_feed(&frames, TEXT("\3\0\0\0\xff\xff\xff\xff"), NULL), 0);
    int r = 0;
    for (size_t i = 0; r == 0 && i < 1000; i++) {
        r = davit__frames_feed(&frames, TEXT("why, oh why? "), &error);
    }
    assert_int_equal(r, DAVIT_ERROR_RUNTIME);
    assert_non_null(strstr(error.message, "why, oh why? why"));
}

static void test_frames__problem_cut_by_the_end_is_still_reported(void **state)
{
    davit__frames frames;
    davit_error error = DAVIT_ERROR_INIT;
    davit__frames_init(&frames, collect, NULL);
    assert_int_equal(davit__frames_feed(&frames, TEXT("\3\0\0\0\0\0\1\0half of"), NULL), 0);
    assert_int_equal(davit__frames_end(&frames, &error), DAVIT_ERROR_RUNTIME);
    assert_string_equal(error.message, "the engine reports: half of");
}

static void test_frames__end_inside_a_frame_is_a_protocol_error(void **state)
{
    static const char text[] = "\1\0\0\0\0\0\0\3out";
    for (size_t length = 1; length < sizeof text - 1; length++) {
        struct outputs outputs = {0};
        davit__frames frames;
        davit_error error = DAVIT_ERROR_INIT;
        davit__frames_init(&frames, collect, &outputs);
        assert_int_equal(davit__frames_feed(&frames, text, length, NULL), 0);
        assert_int_equal(davit__frames_end(&frames, &error), DAVIT_ERROR_PROTOCOL);
        assert_int_equal(error.code, DAVIT_ERROR_PROTOCOL);
    }
}

static void test_frames__error_of_the_callback_is_passed_on(void **state)
{
    struct outputs outputs = {.answer = DAVIT_ERROR_CANCELLED};
    davit__frames frames;
    davit_error error = DAVIT_ERROR_INIT;
    davit__frames_init(&frames, collect, &outputs);
    int r = davit__frames_feed(&frames, TEXT("\1\0\0\0\0\0\0\1a\1\0\0\0\0\0\0\1b"), &error);
    assert_int_equal(r, DAVIT_ERROR_CANCELLED);
    assert_string_equal(error.message, "stop");
    assert_int_equal(outputs.pieces, 1);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_frames__outputs_are_told_apart_however_they_arrive),
    cmocka_unit_test(test_frames__echoed_input_counts_as_output),
    cmocka_unit_test(test_frames__payload_of_4_gib_passes_through),
    cmocka_unit_test(test_frames__what_is_no_frame_is_a_protocol_error),
    cmocka_unit_test(test_frames__problem_of_the_engine_is_an_error_with_its_text),
    cmocka_unit_test(test_frames__problem_without_a_text_is_an_error_too),
    cmocka_unit_test(test_frames__endless_problem_is_cut),
    cmocka_unit_test(test_frames__problem_cut_by_the_end_is_still_reported),
    cmocka_unit_test(test_frames__end_inside_a_frame_is_a_protocol_error),
    cmocka_unit_test(test_frames__error_of_the_callback_is_passed_on),
};

DAVIT_TEST_MAIN(tests)
