/* SPDX-License-Identifier: MIT */
#include "detect.h"

#include "tar.h"

#include "support/runner.h"

static int keep_first(void *context, const void *data, size_t length, davit_error *error)
{
    (void)error;
    assert_true(length >= 512);
    memcpy(context, data, 512);
    return 0;
}

static void test_detect__a_tar_is_known_by_its_checksum(void **state)
{
    unsigned char head[512];
    davit__tar *tar = NULL;
    davit__tar_entry entry = {.path = "a", .mode = S_IFREG | 0644};
    assert_int_equal(davit__tar_open(keep_first, head, &tar, NULL), 0);
    assert_int_equal(davit__tar_add(tar, &entry, NULL), 0);
    assert_int_equal(davit__tar_finish(tar, NULL), 0);
    davit__tar_close(tar);
    assert_int_equal(davit__stream_detect(head, 512), DAVIT__STREAM_TAR);
    head[0] = 'b';
    assert_int_equal(davit__stream_detect(head, 512), DAVIT__STREAM_TEXT);
}

static void test_detect__zeros_are_an_empty_tar(void **state)
{
    static const char zeros[1024];
    assert_int_equal(davit__stream_detect(zeros, 1024), DAVIT__STREAM_TAR);
    assert_int_equal(davit__stream_detect(zeros, 511), DAVIT__STREAM_TEXT);
}

static void test_detect__compressed_streams_are_known_by_their_first_bytes(void **state)
{
    assert_int_equal(davit__stream_detect("\x1f\x8b\x08\0", 4), DAVIT__STREAM_GZIP);
    assert_int_equal(davit__stream_detect("BZh91AY", 7), DAVIT__STREAM_BZIP2);
    assert_int_equal(davit__stream_detect("\xfd"
                                          "7zXZ\0",
                                          6),
                     DAVIT__STREAM_XZ);
    assert_int_equal(davit__stream_detect("\x28\xb5\x2f\xfd", 4), DAVIT__STREAM_ZSTD);
    assert_int_equal(davit__stream_detect("\x28\xb5\x2f", 3), DAVIT__STREAM_TEXT);
}

static void test_detect__anything_else_is_text(void **state)
{
    char text[600];
    memset(text, 'F', sizeof text);
    assert_int_equal(davit__stream_detect(text, sizeof text), DAVIT__STREAM_TEXT);
    assert_int_equal(davit__stream_detect("FROM scratch\n", 13), DAVIT__STREAM_TEXT);
    assert_int_equal(davit__stream_detect("", 0), DAVIT__STREAM_TEXT);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_detect__a_tar_is_known_by_its_checksum),
    cmocka_unit_test(test_detect__zeros_are_an_empty_tar),
    cmocka_unit_test(test_detect__compressed_streams_are_known_by_their_first_bytes),
    cmocka_unit_test(test_detect__anything_else_is_text),
};

DAVIT_TEST_MAIN(tests)
