/* SPDX-License-Identifier: MIT */
#include "response.h"

#include "http.h"
#include "memory.h"

#include <strings.h>

static davit__response *of(llhttp_t *parser)
{
    return parser->data;
}

static int refuse(davit__response *response, const char *problem)
{
    response->problem = problem;
    return HPE_USER;
}

static bool is_interim(int status)
{
    return status / 100 == 1 && status != 101;
}

static int on_message_begin(llhttp_t *parser)
{
    davit__buffer_clear(&of(parser)->headers);
    return 0;
}

/* Bytes that are neither head nor body: nothing is kept of them, but they shall not go on for
 * ever. */
static int on_extra(llhttp_t *parser, const char *at, size_t length)
{
    davit__response *response = of(parser);
    response->extra_size += length;
    return response->extra_size > DAVIT__HTTP_HEAD_MAX
               ? refuse(response, "its trailers or chunk extensions are too large")
               : 0;
}

static int on_chunk_header(llhttp_t *parser)
{
    of(parser)->extra_size = 0;
    return 0;
}

/* A name or a value comes in as many pieces as the network liked to make of it. */
static int on_header_piece(llhttp_t *parser, const char *at, size_t length)
{
    davit__response *response = of(parser);
    if (response->head_done) {
        return on_extra(parser, at, length);
    }
    davit__buffer_add(&response->headers, at, length);
    return 0;
}

static int on_header_field_complete(llhttp_t *parser)
{
    davit__response *response = of(parser);
    if (!response->head_done) {
        davit__buffer_add_char(&response->headers, '\0');
    }
    return 0;
}

static int on_header_value_complete(llhttp_t *parser)
{
    davit__response *response = of(parser);
    davit__buffer *headers = &response->headers;
    if (!response->head_done) {
        while (headers->length > 0 && strchr(" \t", headers->data[headers->length - 1]) &&
               headers->data[headers->length - 1]) {
            headers->length--;
        }
        davit__buffer_add_char(headers, '\0');
    }
    return 0;
}

static int on_headers_complete(llhttp_t *parser)
{
    davit__response *response = of(parser);
    int status = parser->status_code;
    if (is_interim(status)) {
        return 1;
    }
    if (status < 100 || (status == 101 && !response->may_upgrade)) {
        return refuse(response, "its status makes no sense here");
    }
    if (response->headers.failed) {
        return HPE_USER;
    }
    response->head_done = true;
    if (response->may_upgrade && (status == 101 || status / 100 == 2)) {
        response->upgraded = true;
        return 2;
    }
    return response->to_head || status == 204 || status == 304 ? 1 : HPE_PAUSED;
}

static int on_body(llhttp_t *parser, const char *at, size_t length)
{
    davit__response *response = of(parser);
    memmove(response->body + response->body_length, at, length);
    response->body_length += length;
    return 0;
}

static int on_message_complete(llhttp_t *parser)
{
    davit__response *response = of(parser);
    if (is_interim(parser->status_code)) {
        return 0;
    }
    response->done = true;
    response->keep_alive = !response->upgraded && llhttp_should_keep_alive(parser);
    return response->upgraded ? 0 : HPE_PAUSED;
}

static const llhttp_settings_t settings = {
    .on_message_begin = on_message_begin,
    .on_header_field = on_header_piece,
    .on_header_value = on_header_piece,
    .on_header_field_complete = on_header_field_complete,
    .on_header_value_complete = on_header_value_complete,
    .on_headers_complete = on_headers_complete,
    .on_chunk_header = on_chunk_header,
    .on_chunk_extension_name = on_extra,
    .on_chunk_extension_value = on_extra,
    .on_body = on_body,
    .on_message_complete = on_message_complete,
};

void davit__response_init(davit__response *response, bool to_head, bool may_upgrade)
{
    *response = (davit__response){.to_head = to_head, .may_upgrade = may_upgrade};
    llhttp_init(&response->parser, HTTP_RESPONSE, &settings);
    response->parser.data = response;
}

void davit__response_free(davit__response *response)
{
    davit__buffer_free(&response->headers);
}

static int fail(const davit__response *response, davit_error *error)
{
    if (response->headers.failed) {
        return davit__buffer_check(&response->headers, error);
    }
    if (response->problem) {
        return davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                                "the engine's answer cannot be used: %s", response->problem);
    }
    const char *reason = llhttp_get_error_reason(&response->parser);
    return davit__error_set(error, DAVIT_ERROR_PROTOCOL, "the engine's answer is not HTTP: %s",
                            davit__empty(reason) ? "unknown reason" : reason);
}

/* How many bytes may be parsed before the head goes over its ceiling. */
static size_t limit_to_head(const davit__response *response, size_t length)
{
    size_t left = DAVIT__HTTP_HEAD_MAX - response->head_size;
    return !response->head_done && left < length ? left : length;
}

int davit__response_feed(davit__response *response, const char *data, size_t length, char *body,
                         size_t *ret_used, size_t *ret_body, davit_error *error)
{
    *ret_used = 0;
    *ret_body = 0;
    if (response->done) {
        return 0;
    }
    bool in_head = !response->head_done;
    size_t size = limit_to_head(response, length);
    if (size == 0 && length > 0) {
        response->problem = "its header is too large";
        return fail(response, error);
    }
    response->started = response->started || length > 0;
    response->body = body;
    response->body_length = 0;
    llhttp_errno_t r = llhttp_execute(&response->parser, data, size);
    if (r != HPE_OK && r != HPE_PAUSED && r != HPE_PAUSED_UPGRADE) {
        return fail(response, error);
    }
    *ret_used = r == HPE_OK ? size : (size_t)(llhttp_get_error_pos(&response->parser) - data);
    *ret_body = response->body_length;
    if (in_head) {
        response->head_size += *ret_used;
    }
    if (r == HPE_PAUSED && !response->done) {
        /* Behind the head: go on to where the body would begin, or the answer ends without one. */
        llhttp_resume(&response->parser);
        llhttp_execute(&response->parser, "", 0);
    }
    return 0;
}

int davit__response_finish(davit__response *response, davit_error *error)
{
    if (!response->done && response->head_done) {
        llhttp_finish(&response->parser);
    }
    if (response->done) {
        return 0;
    }
    return davit__error_set(error, DAVIT_ERROR_PROTOCOL,
                            response->started
                                ? "the engine closed the connection in the middle of its answer"
                                : "the engine closed the connection without an answer");
}

int davit__response_status(const davit__response *response)
{
    return response->head_done ? response->parser.status_code : 0;
}

const char *davit__response_header(const davit__response *response, const char *name)
{
    const char *at = response->head_done ? response->headers.data : NULL;
    const char *end = at ? at + response->headers.length : NULL;
    while (at < end) {
        const char *value = at + strlen(at) + 1;
        if (strcasecmp(at, name) == 0) {
            return value;
        }
        at = value + strlen(value) + 1;
    }
    return NULL;
}
