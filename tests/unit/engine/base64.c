/* SPDX-License-Identifier: MIT */
#include "base64.h"

#include "support/runner.h"

static bool decodes_to(const char *text, const char *bytes, size_t length)
{
    davit__buffer result = DAVIT__BUFFER_INIT;
    bool right = davit__base64_decode(text, strlen(text), &result) && result.length == length &&
                 memcmp(result.data, bytes, length) == 0;
    davit__buffer_free(&result);
    return right;
}

static bool is_refused(const char *text)
{
    davit__buffer result = DAVIT__BUFFER_INIT;
    bool decoded = davit__base64_decode(text, strlen(text), &result);
    davit__buffer_free(&result);
    return !decoded;
}

static void test_base64__texts_of_the_standard_decode(void **state)
{
    assert_true(decodes_to("", "", 0));
    assert_true(decodes_to("Zg==", "f", 1));
    assert_true(decodes_to("Zm8=", "fo", 2));
    assert_true(decodes_to("Zm9v", "foo", 3));
    assert_true(decodes_to("Zm9vYg==", "foob", 4));
    assert_true(decodes_to("AP+/", "\0\xff\xbf", 3));
}

static void test_base64__anything_else_is_refused(void **state)
{
    static const char *const texts[] = {"Z",    "Zg",   "Zg=",      "Zg===", "Z===",
                                        "====", "Zh==", "Zm9=",     "Zm 9v", "Zm9v\n",
                                        "Zm-_", "=m9v", "Zg==Zg==", "Z=9v",  "Zm\x80v"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (!is_refused(texts[i])) {
            fail_msg("\"%s\" was decoded", texts[i]);
        }
    }
}

static void test_base64__decoding_appends(void **state)
{
    davit__buffer result = DAVIT__BUFFER_INIT;
    assert_true(davit__base64_decode("Zm9v", 4, &result));
    assert_true(davit__base64_decode("YmFy", 4, &result));
    assert_string_equal(result.data, "foobar");
    davit__buffer_free(&result);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_base64__texts_of_the_standard_decode),
    cmocka_unit_test(test_base64__anything_else_is_refused),
    cmocka_unit_test(test_base64__decoding_appends),
};

DAVIT_TEST_MAIN(tests)
