/* SPDX-License-Identifier: MIT */
/* JSON into structs and back: from an engine in both shapes (the first byte), and our own. */
#include "support/sample.h"
#include "utf8.h"

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* Every field can be shown in every way, and a table's cell is harmless. */
static void show(const sample *object)
{
    for (size_t i = 0; i < sample_type.count; i++) {
        for (int style = DAVIT_TEXT_PLAIN; style <= DAVIT_TEXT_WHOLE; style++) {
            char *text = NULL;
            check(davit_type_text(&sample_type, object, sample_type.fields[i].name,
                                  (davit_text_style)style, &text, NULL) == 0);
            for (size_t at = 0; style != DAVIT_TEXT_PLAIN && text[at];) {
                size_t length = davit__utf8_length(text + at, strlen(text + at));
                check(davit__utf8_harmless(text + at, length));
                at += length;
            }
            davit_string_free(text);
        }
    }
}

static void decode(davit__shape shape, const char *text, size_t size)
{
    DAVIT__JSON json_t *json = NULL;
    davit_error error = DAVIT_ERROR_INIT;
    int r = davit__json_parse(text, size, "input", &json, &error);
    check((r < 0) == (error.code != DAVIT_OK));
    sample object = {0};
    if (r < 0 || davit__type_decode(&sample_type, shape, json, &object, &error) < 0) {
        static const sample zero;
        check(error.code != DAVIT_OK && memcmp(&object, &zero, sizeof zero) == 0);
        return;
    }
    show(&object);
    DAVIT__JSON json_t *body = json_object();
    check(davit__type_encode(&sample_type, &object, body, NULL) == 0);
    davit_type_clear(&sample_type, &object);
}

/* What is accepted is written so that it is accepted and written in the same way again. */
static void read_own(const char *text)
{
    sample first = SAMPLE_INIT;
    davit_error error = DAVIT_ERROR_INIT;
    int r = davit_type_from_json(&sample_type, text, &first, &error);
    check((r < 0) == (error.code != DAVIT_OK));
    if (r < 0) {
        return;
    }
    char *written = NULL, *again = NULL;
    check(davit_type_to_json(&sample_type, &first, 0, &written, NULL) == 0);
    sample second = SAMPLE_INIT;
    if (davit_type_from_json(&sample_type, written, &second, NULL) == 0) {
        check(davit_type_to_json(&sample_type, &second, 0, &again, NULL) == 0);
        check(strcmp(written, again) == 0);
    } else {
        check(strstr(written, "\"port\":0") != NULL); /* not given, and given it is out of range */
    }
    davit_string_free(written);
    davit_string_free(again);
    davit_type_clear(&sample_type, &first);
    davit_type_clear(&sample_type, &second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    char *text = strndup((const char *)data + 1, size - 1);
    if (text) {
        decode(data[0] % 2 ? DAVIT__SHAPE_LIST : DAVIT__SHAPE_INSPECT, text, strlen(text));
        read_own(text);
    }
    free(text);
    return 0;
}
