/* SPDX-License-Identifier: MIT */
/* A template up to a zero byte, then raw JSON, if any. */
#include "support/sample.h"

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* Whether it is refused, with a type or when rendering, does not depend on being asked twice. */
static void render(const char *text, const davit_type *type, const char *raw, const sample *object)
{
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT_CLEANUP(davit_template_free) davit_template *parsed = NULL;
    int r = davit_template_parse(text, type, &parsed, &error);
    check((r < 0) == (error.code != DAVIT_OK) && (r < 0) == (parsed == NULL));
    if (r < 0) {
        return;
    }
    davit_template_needs_detail(parsed);
    char *first = NULL, *second = NULL;
    r = davit_template_render(parsed, &sample_type, object, raw, &first, &error);
    check((r < 0) == (error.code != DAVIT_OK) && (r < 0) == (first == NULL));
    check(davit_template_render(parsed, &sample_type, object, raw, &second, NULL) == r);
    check(r < 0 || strcmp(first, second) == 0);
    davit_string_free(first);
    davit_string_free(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sample object = SAMPLE_INIT;
    char *text = strndup((const char *)data, size);
    size_t used = text ? strlen(text) + 1 : size;
    char *raw = used < size ? strndup((const char *)data + used, size - used) : NULL;
    if (text && davit_type_from_json(&sample_type, SAMPLE_JSON, &object, NULL) == 0) {
        render(text, &sample_type, NULL, &object);
        render(text, NULL, raw, &object);
    }
    davit_type_clear(&sample_type, &object);
    free(text);
    free(raw);
    return 0;
}
