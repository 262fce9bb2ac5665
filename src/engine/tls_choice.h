/* SPDX-License-Identifier: MIT */
/* With which certificates a tcp:// address is spoken to. */
#ifndef DAVIT_ENGINE_TLS_CHOICE_H
#define DAVIT_ENGINE_TLS_CHOICE_H

#include "address.h"
#include "environment.h"

#include <davit/engine.h>

/* Paths are NULL where there is no such file. */
typedef struct davit__tls_choice {
    davit_tls_mode mode;
    char *ca, *certificate, *key;
} davit__tls_choice;

/* As the options say, else the environment: docker's variables count for every address that is not
 * a context's. Addresses of other schemes are left as they are. */
int davit__tls_choose(const davit__environment *environment, const davit_engine_options *options,
                      davit__address *address, davit_error *error);

/* Fill the paths that are not set yet with those of `folder` (NULL: none), if the files are there.
 */
int davit__tls_choice_look(davit__tls_choice *choice, const char *folder, davit_error *error);

/* Load what was chosen, for a tcp:// address. Errors as of davit__tls_open(). */
int davit__tls_choice_apply(const davit__tls_choice *choice, davit__address *address,
                            davit_error *error);
void davit__tls_choice_free(davit__tls_choice *choice);

#endif
