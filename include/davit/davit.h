/* SPDX-License-Identifier: MIT */
/**
 * @file davit.h
 * Everything of libdavit.
 */
#ifndef DAVIT_H
#define DAVIT_H

#include <davit/build.h>
#include <davit/cancel.h>
#include <davit/common.h>
#include <davit/container.h>
#include <davit/context.h>
#include <davit/doctor.h>
#include <davit/engine.h>
#include <davit/error.h>
#include <davit/image.h>
#include <davit/parse.h>
#include <davit/registry.h>
#include <davit/runtime.h>
#include <davit/type.h>

#endif
