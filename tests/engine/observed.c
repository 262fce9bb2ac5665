/* SPDX-License-Identifier: MIT */
#include "engine_test.h"

#include <stdio.h>

/* "Docker 20.10": what behind the second dot is does not matter here. */
static char *engine_name(struct engine_test *test)
{
    DAVIT_CLEANUP(davit_version_free) davit_version *version = NULL;
    OK(davit_engine_version(test->engine, &version, &test->error));
    const char *minor = strchr(version->version, '.');
    assert_non_null(minor);
    return engine_test_format(
        test, "%s %.*s", test->runtime == DAVIT_RUNTIME_DOCKER ? "Docker" : "Podman",
        (int)(minor + 1 - version->version + strspn(minor + 1, "0123456789")), version->version);
}

void observed(struct engine_test *test, const char *topic, const char *feature, const char *why_not)
{
    const char *path = getenv("DAVIT_TEST_OBSERVED");
    if (!path) {
        return;
    }
    char *line = engine_test_format(test, "%s\t%s\t%s\t%s\n", engine_name(test), topic, feature,
                                    why_not ? why_not : "");
    FILE *file = fopen(path, "a"); /* a line is one write: others append to it at the same time */
    assert_non_null(file);
    fputs(line, file);
    assert_int_equal(fclose(file), 0);
}
