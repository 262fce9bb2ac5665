/* SPDX-License-Identifier: MIT */
/* Restart policies, and what a container can be called. */
#include "memory.h"
#include "quote.h"
#include "slice.h"

#include <davit/parse.h>

#define RETRIES_MAXIMUM INT32_MAX

int davit_restart_policy_parse(const char *text, davit_restart_policy *ret_policy,
                               int64_t *ret_retries, davit_error *error)
{
    davit__slice retries = davit__slice_of(text ? text : "");
    davit__slice name;
    int64_t number = 0;
    bool counted = davit__slice_cut(&retries, ':', &name);
    if (!counted) {
        name = retries;
    }
    int policy = DAVIT_RESTART_NO;
    const char *known = davit_enum_name(davit_restart_policy_names(), policy);
    while (known && !davit__slice_is(name, known)) {
        known = davit_enum_name(davit_restart_policy_names(), ++policy);
    }
    if (!known) {
        return davit__refuse(error, text,
                             "expected no, always, unless-stopped, on-failure or on-failure:N");
    }
    if (counted && policy != DAVIT_RESTART_ON_FAILURE) {
        return davit__refuse(error, text, "only on-failure takes a number of retries");
    }
    if (counted && !davit__slice_number(retries, RETRIES_MAXIMUM, &number)) {
        return davit__refuse(error, text, "expected a number of retries behind on-failure:");
    }
    *ret_policy = (davit_restart_policy)policy;
    *ret_retries = number;
    return 0;
}

int davit_container_name_check(const char *name, davit_error *error)
{
    davit__slice whole = davit__slice_of(name ? name : "");
    davit__slice first = {whole.text, whole.length > 0};
    if (whole.length < 2 || !davit__slice_only(first, DAVIT__NAME_FIRST) ||
        !davit__slice_only(whole, DAVIT__NAME_OTHERS)) {
        return davit__refuse(error, name,
                             "expected a name of two or more letters, digits, '_', '.' and '-' "
                             "that begins with a letter or digit");
    }
    return 0;
}
