/* SPDX-License-Identifier: MIT */
#include "exchange.h"
#include "memory.h"

/* RFC 9110 "token": what methods and header names consist of. */
static bool is_token(const char *text)
{
    return text[0] && strspn(text, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                   "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(text);
}

static bool is_target(const char *text)
{
    if (text[0] != '/') {
        return false;
    }
    for (const char *at = text; *at; at++) {
        if (*at <= ' ' || *at == '\x7f') { /* bytes over 0x7f are negative here */
            return false;
        }
    }
    return true;
}

static bool is_header_value(const char *text)
{
    return !strpbrk(text, "\r\n");
}

static int add_header(davit__buffer *buffer, const char *name, const char *value,
                      davit_error *error)
{
    if (!is_token(name)) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "an HTTP header's name is empty or has a forbidden character");
    }
    if (!is_header_value(value)) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "the value of the HTTP header %s has a line break in it", name);
    }
    davit__buffer_printf(buffer, "%s: %s\r\n", name, value);
    return 0;
}

static bool expects_length(const davit__http_request *request)
{
    return request->body || davit__same(request->method, "POST") ||
           davit__same(request->method, "PUT");
}

static int add_framing(const davit__http_request *request, davit__buffer *buffer,
                       davit_error *error)
{
    if (request->upgrade) {
        davit__buffer_add_text(buffer, "Connection: Upgrade\r\nUpgrade: tcp\r\n");
    }
    if (request->chunked) {
        davit__buffer_add_text(buffer, "Transfer-Encoding: chunked\r\n");
    } else if (expects_length(request)) {
        davit__buffer_printf(buffer, "Content-Length: %zu\r\n", request->body_length);
    }
    if (request->body || request->chunked) {
        return add_header(buffer, "Content-Type",
                          request->content_type ? request->content_type : "application/json",
                          error);
    }
    return 0;
}

static int check_request_line(const davit__http_request *request, davit_error *error)
{
    if (!is_token(request->method)) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "this is no HTTP method");
    }
    if (!is_target(request->target)) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "%s: the path of a request starts with / and has no spaces, "
                                "control or unescaped characters",
                                request->method);
    }
    return 0;
}

/* A unix socket has no host, but HTTP/1.1 wants one. */
static void add_host(const davit__address *address, davit__buffer *buffer)
{
    if (address->scheme == DAVIT__SCHEME_TCP) {
        bool brackets = strchr(address->host, ':') != NULL;
        davit__buffer_printf(buffer, "Host: %s%s%s:%s\r\n", brackets ? "[" : "", address->host,
                             brackets ? "]" : "", davit__address_port(address));
    } else {
        davit__buffer_add_text(buffer, "Host: localhost\r\n");
    }
}

int davit__http_format_head(const davit__address *address, const davit__http_request *request,
                            davit__buffer *buffer, davit_error *error)
{
    int r = check_request_line(request, error);
    if (r < 0) {
        return r;
    }
    davit__buffer_printf(buffer, "%s %s HTTP/1.1\r\n", request->method, request->target);
    add_host(address, buffer);
    davit__buffer_add_text(buffer, "User-Agent: davit/" DAVIT_VERSION "\r\n");
    for (size_t i = 0; i < request->header_count; i++) {
        const davit_pair *header = &request->headers[i];
        r = header->value ? add_header(buffer, header->name, header->value, error) : 0;
        if (r < 0) {
            return r;
        }
    }
    r = add_framing(request, buffer, error);
    if (r < 0) {
        return r;
    }
    davit__buffer_add_text(buffer, "\r\n");
    return davit__buffer_check(buffer, error);
}

void davit__http_escape(davit__buffer *buffer, const char *text)
{
    static const char digits[] = "0123456789ABCDEF";
    static const char plain[] =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~";
    while (*text) {
        size_t run = strspn(text, plain);
        davit__buffer_add(buffer, text, run);
        text += run;
        if (*text) {
            unsigned char byte = (unsigned char)*text++;
            char escaped[] = {'%', digits[byte >> 4], digits[byte & 15]};
            davit__buffer_add(buffer, escaped, sizeof escaped);
        }
    }
}
