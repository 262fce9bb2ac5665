/* SPDX-License-Identifier: MIT */
/* What runs on the other machine when an engine is reached by ssh. */
#ifndef DAVIT_ENGINE_DIAL_STDIO_H
#define DAVIT_ENGINE_DIAL_STDIO_H

#include "address.h"

#include <davit/engine.h>

/* Fill the command of an ssh:// address; others are left as they are. Both engines have a command
 * that carries a connection to their socket over its streams. Which one: that of `runtime`; if any
 * will do, docker's where docker is installed, else podman's. */
int davit__dial_stdio(davit_runtime runtime, davit__address *address, davit_error *error);

#endif
