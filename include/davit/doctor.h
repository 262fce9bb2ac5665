/* SPDX-License-Identifier: MIT */
/**
 * @file doctor.h
 * Looking at this machine and its engine, and saying what to mend.
 */
#ifndef DAVIT_DOCTOR_H
#define DAVIT_DOCTOR_H

#include <davit/engine.h>

DAVIT_BEGIN

typedef enum davit_finding_level {
    DAVIT_FINDING_OK,
    DAVIT_FINDING_NOTE,    /**< good to know */
    DAVIT_FINDING_WARNING, /**< something works less well than it could */
    DAVIT_FINDING_PROBLEM, /**< something does not work */
} davit_finding_level;
DAVIT_EXPORT const davit_enum *davit_finding_level_names(void);

/** One thing that was looked at. */
typedef struct davit_finding {
    int level;     /**< davit_finding_level */
    char *subject; /**< "engine", "permission", "cgroup", "runtime", "limits", "disk", "dns" */
    char *text;    /**< what was seen */
    char *remedy;  /**< what to do; NULL: nothing */
} davit_finding;
DAVIT_EXPORT const davit_type *davit_finding_type(void);

typedef struct davit_diagnosis {
    davit_finding *items;
    size_t count;
} davit_diagnosis;
DAVIT_EXPORT void davit_diagnosis_free(davit_diagnosis *diagnosis);
DAVIT_CLEANUP_FUNCTION(davit_diagnosis, davit_diagnosis_free)

/**
 * Examine. `options` as for davit_engine_open(); no engine at all is a finding, not an error. Only
 * DAVIT_ERROR_NO_MEMORY and DAVIT_ERROR_CANCELLED can be returned.
 */
DAVIT_EXPORT int davit_diagnose(const davit_engine_options *options,
                                davit_diagnosis **ret_diagnosis, davit_error *error);

DAVIT_END

#endif
