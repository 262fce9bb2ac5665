/* SPDX-License-Identifier: MIT */
/* Base64 of RFC 4648, strictly: padded, no white space, no stray bits. */
#ifndef DAVIT_ENGINE_BASE64_H
#define DAVIT_ENGINE_BASE64_H

#include "buffer.h"

/* Append the bytes behind a text of the standard alphabet to `result`. False if the text is not
 * base64; that the buffer failed is for the caller to check. */
bool davit__base64_decode(const char *text, size_t length, davit__buffer *result);

/* Append `data` in the alphabet for URLs, in which docker's headers are. */
void davit__base64_encode_url(const void *data, size_t length, davit__buffer *result);

/* The same in the standard alphabet. */
void davit__base64_encode(const void *data, size_t length, davit__buffer *result);

#endif
