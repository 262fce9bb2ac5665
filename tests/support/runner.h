/* SPDX-License-Identifier: MIT */
/*
 * The main function of a test program. tests/support/cmocka_items.py asks it for its tests and runs
 * each in a process of its own.
 *
 *     PROGRAM --list    prints the tests' names, one a line
 *     PROGRAM NAME      runs that test
 *     PROGRAM           runs them all
 *
 * Exit status: 0 passed, 1 failed, 2 wrong usage.
 */
#ifndef DAVIT_TESTS_RUNNER_H
#define DAVIT_TESTS_RUNNER_H

/* cmocka.h needs these four before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static inline int davit__test_main(int argc, char **argv, const struct CMUnitTest *tests,
                                   size_t count)
{
    if (argc > 2) {
        fprintf(stderr, "usage: %s [--list | NAME]\n", argv[0]);
        return 2;
    }
    if (argc < 2) {
        return _cmocka_run_group_tests(argv[0], tests, count, NULL, NULL) ? 1 : 0;
    }
    if (strcmp(argv[1], "--list") == 0) {
        for (size_t i = 0; i < count; i++) {
            puts(tests[i].name);
        }
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(argv[1], tests[i].name) == 0) {
            return _cmocka_run_group_tests(argv[0], &tests[i], 1, NULL, NULL) ? 1 : 0;
        }
    }
    fprintf(stderr, "%s: no test named %s\n", argv[0], argv[1]);
    return 2;
}

/* The whole main function of a program with an array of tests. */
#define DAVIT_TEST_MAIN(tests)                                                                     \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        return davit__test_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));              \
    }

#endif
