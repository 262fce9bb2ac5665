/* SPDX-License-Identifier: MIT */
/* The parts of davit__container_config_check(). Messages: "FIELD 'VALUE': expected ...". */
#ifndef DAVIT_ENGINE_CONTAINER_CHECK_H
#define DAVIT_ENGINE_CONTAINER_CHECK_H

#include "container_config.h"

int davit__resources_check(const davit_resources *resources, davit_error *error);

/* The network mode, the networks, name servers and hosts. */
int davit__networks_check(const davit_container_config *config, davit_error *error);

/* Capabilities, devices, GPUs, sysctls, platform. */
int davit__privileges_check(const davit_container_config *config, davit_error *error);

/* ---- what they are made of ---- */

int davit__check_refuse(davit_error *error, const char *what, const char *value,
                        const char *expected);
int davit__check_refuse_number(davit_error *error, const char *what, int64_t value,
                               const char *expected);
int davit__check_enum(const char *what, const davit_enum *names, int value, davit_error *error);
/* No word is NULL, or also not empty. */
int davit__check_words(const char *what, const char *const *words, size_t count,
                       davit_error *error);
int davit__check_filled_words(const char *what, const char *const *words, size_t count,
                              davit_error *error);
/* The names are not empty and have no '='. */
int davit__check_pairs(const char *what, const davit_pair *pairs, size_t count, davit_error *error);
bool davit__is_ip(const char *text);

#endif
