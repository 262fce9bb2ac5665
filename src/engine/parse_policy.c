/* SPDX-License-Identifier: MIT */
/* Restart policies, what a container can be called, and signals. */
#include "memory.h"
#include "quote.h"
#include "slice.h"

#include <davit/parse.h>
#include <signal.h>

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

static bool is_signal_number(const char *text)
{
    char *end;
    long number = strtol(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && !*end && number >= 1 && number < NSIG;
}

static bool is_signal_name(const char *name)
{
    if (strncasecmp(name, "SIG", 3) == 0) {
        name += 3;
    }
    if (strncasecmp(name, "RTMIN", 5) == 0 || strncasecmp(name, "RTMAX", 5) == 0) {
        return !name[5] || ((name[5] == '+' || name[5] == '-') && is_signal_number(name + 6));
    }
    for (int number = 1; number < NSIG; number++) {
        const char *known = sigabbrev_np(number);
        if (known && strcasecmp(name, known) == 0) {
            return true;
        }
    }
    return false;
}

/* Podman sends something else for what it does not know. */
int davit_signal_check(const char *signal, davit_error *error)
{
    if (signal && (is_signal_number(signal) || is_signal_name(signal))) {
        return 0;
    }
    return davit__refuse(error, signal, "expected a name such as TERM or SIGTERM, or a number");
}
