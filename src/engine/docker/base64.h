/* SPDX-License-Identifier: MIT */
/* Base64 of RFC 4648, the standard alphabet, strictly: padded, no white space, no stray bits. */
#ifndef DAVIT_ENGINE_BASE64_H
#define DAVIT_ENGINE_BASE64_H

#include "buffer.h"

/* Append the decoded bytes to `result`. False if the text is not base64; that the buffer failed is
 * for the caller to check. */
bool davit__base64_decode(const char *text, size_t length, davit__buffer *result);

#endif
