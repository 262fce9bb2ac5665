/* SPDX-License-Identifier: MIT */
#include "support/outcome.h"

#include <davit/parse.h>

#define SHA "sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
#define X64 "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

static void assert_same(const char *got, const char *expected)
{
    if (expected) {
        assert_non_null(got);
        assert_string_equal(got, expected);
    } else {
        assert_null(got);
    }
}

typedef struct expected {
    const char *text;
    const char *domain;
    const char *path;
    const char *tag;
    const char *digest;
} expected;

static void assert_references(const expected *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        davit_reference reference = {0};
        assert_done(davit_reference_parse(rows[i].text, &reference, &error), &error);
        assert_same(reference.domain, rows[i].domain);
        assert_same(reference.path, rows[i].path);
        assert_same(reference.tag, rows[i].tag);
        assert_same(reference.digest, rows[i].digest);
        davit_reference_clear(&reference);
        davit_reference_clear(&reference);
    }
}

static void test_reference__what_is_left_out_is_docker_hub_s(void **state)
{
    (void)state;
    static const expected rows[] = {
        {"nginx", "docker.io", "library/nginx", "latest", NULL},
        {"nginx:alpine", "docker.io", "library/nginx", "alpine", NULL},
        {"team/app", "docker.io", "team/app", "latest", NULL},
        {"docker.io/nginx", "docker.io", "library/nginx", "latest", NULL},
        {"index.docker.io/nginx:1", "docker.io", "library/nginx", "1", NULL},
        {"docker.io/library/nginx", "docker.io", "library/nginx", "latest", NULL},
        {"nginx@" SHA, "docker.io", "library/nginx", NULL, SHA},
        {"nginx:1@" SHA, "docker.io", "library/nginx", "1", SHA},
    };
    assert_references(rows, sizeof rows / sizeof rows[0]);
}

static void test_reference__a_registry_is_told_from_a_path(void **state)
{
    (void)state;
    static const expected rows[] = {
        {"localhost/app", "localhost", "app", "latest", NULL},
        {"localhost:5000/app:1.2", "localhost:5000", "app", "1.2", NULL},
        {"test.com:tag", "docker.io", "library/test.com", "tag", NULL},
        {"test.com:5000", "docker.io", "library/test.com", "5000", NULL},
        {"test.com/repo:tag", "test.com", "repo", "tag", NULL},
        {"test:5000/repo", "test:5000", "repo", "latest", NULL},
        {"Upper/lower:tag", "Upper", "lower", "tag", NULL},
        {"192.168.1.1:5000/repo:5050", "192.168.1.1:5000", "repo", "5050", NULL},
        {"[2001:db8::1]/repo", "[2001:db8::1]", "repo", "latest", NULL},
        {"[::1]:5000/repo:tag", "[::1]:5000", "repo", "tag", NULL},
        {"xn--n3h.com/my-image:xn--n3h.com", "xn--n3h.com", "my-image", "xn--n3h.com", NULL},
        {"foo/foo_bar.com:8080", "docker.io", "foo/foo_bar.com", "8080", NULL},
        {"sub-dom1.foo.com/bar/baz/quux", "sub-dom1.foo.com", "bar/baz/quux", "latest", NULL},
    };
    assert_references(rows, sizeof rows / sizeof rows[0]);
}

static void test_reference__names_may_have_joints(void **state)
{
    (void)state;
    static const expected rows[] = {
        {"a.b", "docker.io", "library/a.b", "latest", NULL},
        {"a_b__c", "docker.io", "library/a_b__c", "latest", NULL},
        {"a-b---c", "docker.io", "library/a-b---c", "latest", NULL},
        {"lower:Upper_1.2-x", "docker.io", "library/lower", "Upper_1.2-x", NULL},
    };
    assert_references(rows, sizeof rows / sizeof rows[0]);
}

static void test_reference__it_has_a_full_and_a_familiar_name(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"nginx", "docker.io/library/nginx:latest", "nginx:latest"},
        {"docker.io/library/nginx:1", "docker.io/library/nginx:1", "nginx:1"},
        {"docker.io/library/a/b", "docker.io/library/a/b:latest", "library/a/b:latest"},
        {"team/app@" SHA, "docker.io/team/app@" SHA, "team/app@" SHA},
        {"docker.io/my.team/app", "docker.io/my.team/app:latest", "docker.io/my.team/app:latest"},
        {"localhost:5000/a:1@" SHA, "localhost:5000/a:1@" SHA, "localhost:5000/a:1@" SHA},
        {"quay.io/library/x", "quay.io/library/x:latest", "quay.io/library/x:latest"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        davit_reference reference = {0};
        assert_done(davit_reference_parse(rows[i][0], &reference, &error), &error);
        assert_string_equal(reference.full_name, rows[i][1]);
        assert_string_equal(reference.familiar_name, rows[i][2]);
        davit_reference_clear(&reference);
    }
}

static void assert_refused(const char *text, const char *why)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit_reference reference = {0};
    int r = davit_reference_parse(text, &reference, &error);
    assert_failed(r, &error, DAVIT_ERROR_INVALID_CONFIG, why);
    assert_null(reference.domain);
    assert_null(reference.full_name);
}

static void test_reference__what_is_wrong_is_said(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", "'': expected an image's name such as"},
        {":justtag", "expected an image's name such as"},
        {"@" SHA, "expected an image's name such as"},
        {"a:", "expected an image's name such as"},
        {"a@", "expected an image's name such as"},
        {"/a", "expected an image's name such as"},
        {"a/", "expected an image's name such as"},
        {"a//b", "expected an image's name such as"},
        {"a..b", "expected an image's name such as"},
        {"a___b", "expected an image's name such as"},
        {"a._b", "expected an image's name such as"},
        {"-a", "expected an image's name such as"},
        {"a-", "expected an image's name such as"},
        {"a b", "expected an image's name such as"},
        {"aa/asdf$$^/aa", "expected an image's name such as"},
        {"https://nginx", "expected an image's name such as"},
        {"-host.com/a", "expected an image's name such as"},
        {"host.com:/a", "expected an image's name such as"},
        {"host.com:80a/a", "expected an image's name such as"},
        {"host..com/a", "expected an image's name such as"},
        {"[2001:db8::1]", "expected an image's name such as"},
        {"[fe80::1%eth0]:5000/a", "expected an image's name such as"},
        {"[::1]5000/a", "expected an image's name such as"},
        {"[::1]:/a", "expected an image's name such as"},
        {"Nginx", "has to be in lower case"},
        {"test:5000/Upper/lower:tag", "has to be in lower case"},
        {"a:-x", "a tag has at most 128"},
        {"a:.x", "a tag has at most 128"},
        {"a:b:c", "a tag has at most 128"},
        {"a:b/c", "expected an image's name such as"},
        {"a@sha256:ff", "a digest has to be sha256:"},
        {"a@md5:" X64, "a digest has to be sha256:"},
        {"a@sha256:" X64 "f", "a digest has to be sha256:"},
        {"a@" X64, "a digest has to be sha256:"},
        {"a@sha256:Ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "a digest"},
        {"a@" SHA "@" SHA, "a digest has to be"},
        {X64, "expected an image's name, not an id"},
        {NULL, "''"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_refused(rows[i][0], rows[i][1]);
    }
}

static void test_reference__longer_digests_are_known(void **state)
{
    (void)state;
    davit_reference reference = {0};
    assert_int_equal(davit_reference_parse("a@sha512:" X64 X64, &reference, NULL), 0);
    davit_reference_clear(&reference);
    assert_refused("a@sha384:" X64, "a digest has to be");
}

static void test_reference__lengths_have_ceilings(void **state)
{
    (void)state;
    char text[600];
    memset(text, 'a', sizeof text);
    text[1] = ':';
    text[130] = '\0';
    davit_reference reference = {0};
    assert_int_equal(davit_reference_parse(text, &reference, NULL), 0);
    davit_reference_clear(&reference);
    text[130] = 'a';
    text[131] = '\0';
    assert_refused(text, "a tag has at most 128");
    memset(text, 'a', sizeof text);
    text[255 - strlen("library/")] = '\0';
    assert_int_equal(davit_reference_parse(text, &reference, NULL), 0);
    davit_reference_clear(&reference);
    text[255 - strlen("library/")] = 'a';
    text[256] = '\0';
    assert_refused(text, "an image's name has at most 255 characters");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_reference__what_is_left_out_is_docker_hub_s),
    cmocka_unit_test(test_reference__a_registry_is_told_from_a_path),
    cmocka_unit_test(test_reference__names_may_have_joints),
    cmocka_unit_test(test_reference__it_has_a_full_and_a_familiar_name),
    cmocka_unit_test(test_reference__what_is_wrong_is_said),
    cmocka_unit_test(test_reference__longer_digests_are_known),
    cmocka_unit_test(test_reference__lengths_have_ceilings),
};
DAVIT_TEST_MAIN(tests)
