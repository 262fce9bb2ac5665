/* SPDX-License-Identifier: MIT */
#include "dockerfile.h"

#include "buffer.h"

#include "support/runner.h"

#include <stdlib.h>

/* "LINE NAME[@PLATFORM]" of every image, with ", " between; or the error. */
static const char *scan_bytes(const char *text, size_t length,
                              const davit__dockerfile_options *options)
{
    static char result[4096];
    davit_error error = DAVIT_ERROR_INIT;
    davit__dockerfile dockerfile = {0};
    char *copy = malloc(length + 1); /* so that a read behind the end is seen */
    assert_non_null(copy);
    memcpy(copy, text, length);
    char *exact = realloc(copy, length ? length : 1);
    int r = davit__dockerfile_scan(exact, length, options, &dockerfile, &error);
    free(exact);
    if (r < 0) {
        assert_int_equal(r, DAVIT_ERROR_INVALID_CONFIG);
        snprintf(result, sizeof result, "%s", error.message);
        return result;
    }
    size_t used = 0;
    result[0] = '\0';
    for (size_t i = 0; i < dockerfile.image_count; i++) {
        const davit__dockerfile_image *image = &dockerfile.images[i];
        used += (size_t)snprintf(result + used, sizeof result - used, "%s%zu %s%s%s", i ? ", " : "",
                                 image->line, image->name, image->platform ? "@" : "",
                                 image->platform ? image->platform : "");
    }
    davit__dockerfile_free(&dockerfile);
    return result;
}

static const char *scan(const char *text)
{
    return scan_bytes(text, strlen(text), NULL);
}

static const char *scan_target(const char *text, const char *target)
{
    davit__dockerfile_options options = {.target = target};
    return scan_bytes(text, strlen(text), &options);
}

static void test_dockerfile__from_names_an_image_and_its_line(void **state)
{
    assert_string_equal(scan("FROM alpine:3\n"), "1 alpine:3");
    assert_string_equal(scan("\n# c\n  from  alpine  "), "3 alpine");
    assert_string_equal(scan("\xef\xbb\xbf"
                             "FROM a\r\nRUN x\r\n"),
                        "1 a");
    assert_string_equal(scan("FROM localhost:5000/a/b@sha256:12\n"),
                        "1 localhost:5000/a/b@sha256:12");
    assert_string_equal(scan("FROM \"a:1\" AS b"), "1 a:1");
}

static void test_dockerfile__scratch_and_earlier_stages_are_no_images(void **state)
{
    assert_string_equal(scan("FROM scratch\n"), "");
    assert_string_equal(scan("FROM a AS Build\nFROM build\nCOPY x /\n"), "1 a");
    assert_string_equal(scan("FROM a\nFROM later\nFROM x AS later"), "3 x");
}

static void test_dockerfile__an_image_is_named_once(void **state)
{
    assert_string_equal(scan("FROM a AS x\nCOPY --from=a /1 /\nCOPY --from=a /2 /\n"), "1 a");
    assert_string_equal(scan("FROM --platform=linux/386 a AS x\nFROM a\nCOPY --from=x / /\n"),
                        "1 a@linux/386, 2 a");
}

static void test_dockerfile__arguments_before_from_are_replaced(void **state)
{
    assert_string_equal(scan("ARG V=3\nFROM alpine:$V\n"), "2 alpine:3");
    assert_string_equal(scan("ARG A=x B=\"y z\"\nARG C=${A}-${B}\nFROM i:$C"), "3 i:x-y z");
    assert_string_equal(scan("ARG V\nFROM alpine:${V:-edge}"), "2 alpine:edge");
    assert_string_equal(scan("ARG V=\nFROM a:${V-1}b${V:+no}"), "2 a:b");
    assert_string_equal(scan("ARG I='$A'\nFROM $I"), "2 $A");
    assert_string_equal(scan("ARG V=1\nFROM a\\$V"), "2 a$V");
    assert_string_equal(scan("FROM a AS b\nARG V=1\nFROM c:$V"), "3 c:");
}

static void test_dockerfile__given_arguments_win_over_defaults(void **state)
{
    static const davit_pair arguments[] = {{"V", "1"}, {"V", "2"}, {"W", NULL}, {"X", "9"}};
    davit__dockerfile_options options = {.arguments = arguments, .argument_count = 4};
    static const char text[] = "ARG V=0\nARG W=w\nFROM a:$V-$W\n";
    static const char undeclared[] = "FROM a:${X:-none}\n";
    assert_string_equal(scan_bytes(text, sizeof text - 1, &options), "3 a:2-w");
    assert_string_equal(scan_bytes(undeclared, sizeof undeclared - 1, &options), "1 a:none");
}

static void test_dockerfile__the_platform_is_known_without_an_argument(void **state)
{
    davit__dockerfile_options options = {.platform = "linux/arm64/v8"};
    static const char text[] =
        "FROM --platform=$BUILDPLATFORM a:$TARGETOS-$TARGETARCH-$TARGETVARIANT";
    assert_string_equal(scan_bytes(text, sizeof text - 1, &options),
                        "1 a:linux-arm64-v8@linux/arm64/v8");
    assert_string_not_equal(scan("FROM a:$TARGETARCH"), "1 a:");
}

static void test_dockerfile__names_that_cannot_be_told_are_passed_over(void **state)
{
    assert_string_equal(scan("ARG V=1.2\nFROM a:${V%.*}\nFROM b"), "3 b");
    assert_string_equal(scan("FROM $NOTHING\nCOPY --from=c / /"), "2 c");
    assert_string_equal(scan("FROM ${"), "");
    assert_string_equal(scan("FROM\nFROM a"), "2 a");
    assert_string_equal(scan("FROM \"a\nFROM b"), "2 b");
}

static void test_dockerfile__copy_and_mounts_name_images(void **state)
{
    assert_string_equal(scan("FROM a AS x\nFROM b\nCOPY --chown=1 --from=c:1 / /\n"), "2 b, 3 c:1");
    assert_string_equal(scan("FROM a\nRUN --mount=type=bind,from=c,target=/x "
                             "--mount=type=cache,target=/y make"),
                        "1 a, 2 c");
    assert_string_equal(scan("FROM a AS x\nFROM b\nCOPY --from=x / /\nCOPY --from=0 / /"),
                        "1 a, 2 b");
    assert_string_equal(scan("FROM a\nCOPY --from=scratch / /\nCOPY --from=$X / /\n"
                             "COPY x --from=y /\nRUN echo --from=z"),
                        "1 a");
    assert_string_equal(scan("FROM a\nCOPY --from=0 / /"), "1 a, 2 0");
}

static void test_dockerfile__continued_lines_are_one_instruction(void **state)
{
    assert_string_equal(scan("FROM \\\n  a:1 \\  \n  AS x\nFROM x"), "1 a:1");
    assert_string_equal(scan("FROM a\nRUN x \\\n# comment\n\n  \\\nFROM no\nCOPY --from=b / /"),
                        "1 a, 7 b");
    assert_string_equal(scan("FROM a\nRUN x \\\\\nFROM b"), "3 b");
    assert_string_equal(scan("FROM a\nRUN x \\"), "1 a");
}

static void test_dockerfile__the_escape_directive_counts_at_the_top_only(void **state)
{
    assert_string_equal(scan("# escape=`\nFROM `\n a\nRUN x \\\nFROM b"), "5 b");
    assert_string_equal(scan("#syntax=s\n# Escape = `\nFROM a`\nb"), "3 ab");
    assert_string_equal(scan("\n# escape=`\nFROM a`\nRUN x"), "3 a`");
    assert_string_equal(scan("# c\n# escape=`\nFROM a`\nRUN x"), "3 a`");
}

static void test_dockerfile__the_frontend_is_told(void **state)
{
    static const char text[] = "# syntax = docker/dockerfile:1 \nFROM a";
    davit__dockerfile dockerfile = {0};
    assert_int_equal(davit__dockerfile_scan(text, sizeof text - 1, NULL, &dockerfile, NULL), 0);
    assert_string_equal(dockerfile.syntax, "docker/dockerfile:1");
    assert_int_equal(dockerfile.stage_count, 1);
    davit__dockerfile_free(&dockerfile);
}

static void test_dockerfile__here_documents_are_no_instructions(void **state)
{
    assert_string_equal(scan("FROM a\nRUN <<EOF\nFROM b\nEOF\nCOPY --from=c / /"), "1 a, 5 c");
    assert_string_equal(scan("FROM a\nCOPY <<\"A\" <<-B /x/\nFROM b\nA\nFROM c\n\tB\nFROM d"),
                        "7 d");
    assert_string_equal(scan("FROM a\nRUN 3<<E cat\nFROM b\n E\nE\nFROM c"), "6 c");
    assert_string_equal(scan("FROM a\nONBUILD RUN <<E\nFROM b\nE\nFROM c"), "5 c");
    assert_string_equal(scan("FROM a\nRUN <<E\n#\\\nE\nFROM c"), "5 c");
}

static void test_dockerfile__what_looks_like_a_here_document_is_none(void **state)
{
    assert_string_equal(scan("FROM a\nRUN echo \"<<E\"\nFROM b"), "3 b");
    assert_string_equal(scan("FROM a\nRUN cat <<<E\nFROM b"), "3 b");
    assert_string_equal(scan("FROM a\nRUN echo $((1<<2))\nFROM b"), "3 b");
    assert_string_equal(scan("FROM a\nENV X=<<E <<E\nFROM b"), "3 b");
    assert_string_equal(scan("FROM a\nRUN x << E\nFROM b"), "3 b");
}

static void test_dockerfile__only_what_the_target_needs_counts(void **state)
{
    static const char text[] = "FROM a AS one\nFROM b AS two\nCOPY --from=one / /\n"
                               "FROM c AS three\nCOPY --from=d / /\nFROM two\nFROM e\n"
                               "RUN --mount=from=three,target=/x make";
    assert_string_equal(scan(text), "4 c, 5 d, 7 e");
    assert_string_equal(scan_target(text, "one"), "1 a");
    assert_string_equal(scan_target(text, "Two"), "1 a, 2 b");
    assert_string_equal(scan_target(text, "3"), "1 a, 2 b");
    assert_string_equal(scan_target(text, "unknown"), "1 a, 2 b, 4 c, 5 d, 7 e");
}

static void test_dockerfile__without_from_there_is_one_error(void **state)
{
    assert_string_equal(scan(""), "Dockerfile: no FROM instruction");
    assert_string_equal(scan("# FROM a\n\n"), "Dockerfile: no FROM instruction");
    assert_string_equal(scan("RUN x\nFROMAGE a"), "Dockerfile: no FROM instruction");
}

static void test_dockerfile__a_binary_file_is_refused(void **state)
{
    assert_string_equal(scan_bytes("FROM a\0b", 8, NULL),
                        "Dockerfile: a NUL byte at offset 6: this is no text");
}

static void test_dockerfile__stages_have_a_ceiling(void **state)
{
    davit__buffer text = DAVIT__BUFFER_INIT;
    for (int i = 0; i <= DAVIT__DOCKERFILE_REFERENCE_MAX; i++) {
        davit__buffer_add_text(&text, "FROM scratch\n");
    }
    assert_string_equal(scan(text.data), "Dockerfile: line 1001: more than 1000 stages");
    davit__buffer_free(&text);
}

static void test_dockerfile__arguments_do_not_grow_without_end(void **state)
{
    davit__buffer text = DAVIT__BUFFER_INIT;
    davit__buffer_add_text(&text, "ARG A0=0123456789\n");
    for (int i = 1; i < 40; i++) {
        davit__buffer_printf(&text, "ARG A%d=$A%d$A%d$A%d$A%d\n", i, i - 1, i - 1, i - 1, i - 1);
    }
    davit__buffer_add_text(&text, "FROM a:$A39\n");
    assert_string_equal(scan(text.data), "41 a:");
    davit__buffer_free(&text);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_dockerfile__from_names_an_image_and_its_line),
    cmocka_unit_test(test_dockerfile__scratch_and_earlier_stages_are_no_images),
    cmocka_unit_test(test_dockerfile__an_image_is_named_once),
    cmocka_unit_test(test_dockerfile__arguments_before_from_are_replaced),
    cmocka_unit_test(test_dockerfile__given_arguments_win_over_defaults),
    cmocka_unit_test(test_dockerfile__the_platform_is_known_without_an_argument),
    cmocka_unit_test(test_dockerfile__names_that_cannot_be_told_are_passed_over),
    cmocka_unit_test(test_dockerfile__copy_and_mounts_name_images),
    cmocka_unit_test(test_dockerfile__continued_lines_are_one_instruction),
    cmocka_unit_test(test_dockerfile__the_escape_directive_counts_at_the_top_only),
    cmocka_unit_test(test_dockerfile__the_frontend_is_told),
    cmocka_unit_test(test_dockerfile__here_documents_are_no_instructions),
    cmocka_unit_test(test_dockerfile__what_looks_like_a_here_document_is_none),
    cmocka_unit_test(test_dockerfile__only_what_the_target_needs_counts),
    cmocka_unit_test(test_dockerfile__without_from_there_is_one_error),
    cmocka_unit_test(test_dockerfile__a_binary_file_is_refused),
    cmocka_unit_test(test_dockerfile__stages_have_a_ceiling),
    cmocka_unit_test(test_dockerfile__arguments_do_not_grow_without_end),
};

DAVIT_TEST_MAIN(tests)
