/* SPDX-License-Identifier: MIT */
/* The drivers that come with the library. */
#ifndef DAVIT_ENGINE_DRIVERS_H
#define DAVIT_ENGINE_DRIVERS_H

#include <davit/runtime.h>

extern const davit_driver davit__docker_driver;
extern const davit_driver davit__podman_driver;

/* Resolve which engine, connect, and choose the driver for what answers. */
int davit__drivers_open(const davit_engine_options *options, const davit_call *call,
                        const davit_driver **ret_driver, void **ret_state, davit_error *error);

const char *davit__capability_name(davit_capability capability);

#endif
