/* SPDX-License-Identifier: MIT */
/* What the doctor writes down. */
#ifndef DAVIT_ENGINE_FINDINGS_H
#define DAVIT_ENGINE_FINDINGS_H

#include "resolve.h"

#include <davit/doctor.h>

/* A diagnosis under way. Out of memory is sticky. */
typedef struct davit__findings {
    davit_diagnosis *diagnosis;
    bool failed;
} davit__findings;

/* `remedy` NULL: nothing to do. */
void davit__findings_add(davit__findings *findings, davit_finding_level level, const char *subject,
                         const char *remedy, const char *format, ...) DAVIT_PRINTF(5, 6);

/* Look at the machine on which an engine runs that is reached at `endpoint` (NULL: there is none
 * yet) and says `info` of itself (may be NULL). */
void davit__examine_machine(davit__findings *findings, const davit__endpoint *endpoint,
                            const davit_info *info);

/* What resolv.conf, whose text is given, means for containers. */
void davit__examine_dns(davit__findings *findings, const char *resolv_conf);

/* Free bytes of `total` where the engine keeps its data. */
void davit__examine_disk(davit__findings *findings, const char *root, uint64_t available,
                         uint64_t total);

#endif
