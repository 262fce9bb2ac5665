/* SPDX-License-Identifier: MIT */
/* BuildKit's progress: messages, each behind its length in two bytes, as base64; a length of 0
 * makes the rest the text of a line itself. */
#include "trace.h"

#include "buffer.h"
#include "memory.h"

static int check_event(void *context, const davit__trace_event *event, davit_error *error)
{
    size_t *events = context;
    volatile unsigned char last = 0;
    (*events)++;
    if (!event->name || !event->digest || event->duration < 0 ||
        strlen(event->name) > DAVIT__TRACE_NAME_MAX) {
        abort();
    }
    if (event->length > 0) {
        last = ((const unsigned char *)event->data)[event->length - 1];
    }
    return last == 255 && *events > 1000 ? davit__error_set(error, DAVIT_ERROR_CANCELLED, "stopped")
                                         : 0;
}

static void encode(davit__buffer *text, const uint8_t *data, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        unsigned value = (unsigned)data[i] << 16 | (left > 1 ? (unsigned)data[i + 1] << 8 : 0) |
                         (left > 2 ? data[i + 2] : 0);
        davit__buffer_add_char(text, digits[value >> 18]);
        davit__buffer_add_char(text, digits[value >> 12 & 63]);
        davit__buffer_add_char(text, left > 1 ? digits[value >> 6 & 63] : '=');
        davit__buffer_add_char(text, left > 2 ? digits[value & 63] : '=');
    }
}

static void feed(davit__trace *trace, const char *text, size_t length)
{
    davit_error error = DAVIT_ERROR_INIT;
    int r = davit__trace_feed(trace, text, length, &error);
    if ((r < 0) != (error.code != DAVIT_OK)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t events = 0;
    davit__trace *trace = NULL;
    if (davit__trace_create(check_event, &events, &trace, NULL) < 0) {
        return 0;
    }
    while (size >= 2) {
        size_t length = (size_t)data[0] | (size_t)data[1] << 8;
        data += 2;
        size -= 2;
        length = length < size ? length : size;
        if (length == 0) {
            feed(trace, (const char *)data, size);
            break;
        }
        davit__buffer text = DAVIT__BUFFER_INIT;
        encode(&text, data, length);
        feed(trace, text.data, text.length);
        davit__buffer_free(&text);
        data += length;
        size -= length;
    }
    davit__trace_free(trace);
    return 0;
}
