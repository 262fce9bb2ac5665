/* SPDX-License-Identifier: MIT */
/* How a call ended, checked with the error rule: a negative return <=> the error is filled. Start
 * from an error of DAVIT_ERROR_INIT. */
#ifndef DAVIT_TESTS_OUTCOME_H
#define DAVIT_TESTS_OUTCOME_H

#include "support/runner.h"

#include <davit/error.h>

static inline void assert_done(int r, const davit_error *error)
{
    if (error->code != DAVIT_OK) {
        print_error("unexpected error %d: %s\n", (int)error->code, error->message);
    }
    assert_int_equal(r, 0);
    assert_int_equal(error->code, DAVIT_OK);
    assert_string_equal(error->message, "");
}

/* It failed with this code, and the message has `part` in it. The error is ready for another. */
static inline void assert_failed(int r, davit_error *error, davit_error_code code, const char *part)
{
    assert_int_equal(r, code);
    assert_int_equal(error->code, code);
    bool found = part && strstr(error->message, part);
    if (!found) {
        print_error("no \"%s\" in \"%s\"\n", part ? part : "", error->message);
    }
    assert_true(found);
    *error = (davit_error)DAVIT_ERROR_INIT;
}

/* The text is this one; it is freed. */
static inline void assert_text(char *text, const char *expected)
{
    assert_non_null(text);
    assert_string_equal(text, expected);
    davit_string_free(text);
}

#endif
