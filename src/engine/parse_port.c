/* SPDX-License-Identifier: MIT */
/* Published ports: [IP:][HOST-PORT:]CONTAINER-PORT[/PROTOCOL], where a port may be a range. */
#include "memory.h"
#include "quote.h"
#include "slice.h"

#include <arpa/inet.h>
#include <davit/parse.h>
#include <strings.h>

#define PORT_MAXIMUM 65535

typedef struct port_range {
    int64_t first;
    int64_t last;
} port_range;

typedef struct port_spec {
    char *host_ip;   /* NULL: all */
    port_range host; /* 0 to 0: the engine's choice */
    port_range container;
    int protocol;
} port_spec;

/* "80" or "80-90". */
static bool read_range(davit__slice slice, port_range *ret_range)
{
    davit__slice first;
    port_range range;
    if (!davit__slice_cut(&slice, '-', &first)) {
        first = slice;
    }
    bool valid = davit__slice_number(first, PORT_MAXIMUM, &range.first) &&
                 davit__slice_number(slice, PORT_MAXIMUM, &range.last) && range.first <= range.last;
    if (valid) {
        *ret_range = range;
    }
    return valid;
}

/* "127.0.0.1", "::1", "[::1]"; nothing is NULL. */
static int read_ip(const char *text, davit__slice slice, char **ret_ip, davit_error *error)
{
    if (slice.length == 0) {
        return 0;
    }
    bool bracketed =
        slice.length > 2 && slice.text[0] == '[' && slice.text[slice.length - 1] == ']';
    if (bracketed) {
        slice = (davit__slice){slice.text + 1, slice.length - 2};
    }
    DAVIT__FREE char *ip = NULL;
    int r = davit__slice_copy(slice, &ip, error);
    if (r < 0) {
        return r;
    }
    struct in6_addr address;
    bool is_ipv4 = !bracketed && inet_pton(AF_INET, ip, &address) == 1;
    if (!is_ipv4 && inet_pton(AF_INET6, ip, &address) != 1) {
        return davit__refuse(error, text, "'%.45s' is no IP address", ip);
    }
    *ret_ip = DAVIT__TAKE(ip);
    return 0;
}

static int read_protocol(const char *text, davit__slice slice, int *ret_protocol,
                         davit_error *error)
{
    for (int value = 0; slice.length > 0; value++) {
        const char *name = davit_enum_name(davit_protocol_names(), value);
        if (!name) {
            return davit__refuse(error, text, "the protocol has to be tcp, udp or sctp");
        }
        if (strlen(name) == slice.length && strncasecmp(name, slice.text, slice.length) == 0) {
            *ret_protocol = value;
            return 0;
        }
    }
    *ret_protocol = DAVIT_PROTOCOL_TCP;
    return 0;
}

/* What is behind the last colon: "80-90/udp". */
static int read_container(const char *text, davit__slice slice, port_spec *spec, davit_error *error)
{
    davit__slice ports;
    davit__slice protocol = slice;
    if (!davit__slice_cut(&protocol, '/', &ports)) {
        ports = slice;
        protocol = (davit__slice){0};
    }
    if (!read_range(ports, &spec->container) || spec->container.first < 1) {
        return davit__refuse(error, text,
                             "expected [IP:][HOST-PORT:]CONTAINER-PORT[/tcp|udp|sctp] with ports "
                             "from 1 to 65535");
    }
    return read_protocol(text, protocol, &spec->protocol, error);
}

static int read_host(const char *text, davit__slice slice, port_spec *spec, davit_error *error)
{
    if (slice.length == 0) {
        return 0;
    }
    bool valid = read_range(slice, &spec->host);
    if (!valid || (spec->host.first == 0 && spec->host.last > 0)) {
        return davit__refuse(error, text,
                             "the host port has to be a number from 0 to 65535, or a range");
    }
    if (spec->host.last - spec->host.first != spec->container.last - spec->container.first) {
        return davit__refuse(error, text,
                             "host and container ports have to be ranges of the same length");
    }
    return 0;
}

/* Split at the last two colons: an IPv6 address has some of its own. */
static int read_spec(const char *text, port_spec *spec, davit_error *error)
{
    davit__slice container = davit__slice_of(text);
    davit__slice before;
    if (!davit__slice_cut_last(&container, ':', &before)) {
        return read_container(text, container, spec, error);
    }
    davit__slice host = before;
    davit__slice ip = {0};
    davit__slice_cut_last(&host, ':', &ip);
    int r = read_container(text, container, spec, error);
    if (r == 0) {
        r = read_host(text, host, spec, error);
    }
    return r == 0 ? read_ip(text, ip, &spec->host_ip, error) : r;
}

static int make_mappings(const port_spec *spec, davit_port_mapping **ret_ports, size_t *ret_count,
                         davit_error *error)
{
    size_t count = (size_t)(spec->container.last - spec->container.first) + 1;
    davit_port_mapping *ports = calloc(count, sizeof *ports);
    int r = ports ? 0 : davit__error_no_memory(error);
    for (size_t i = 0; r == 0 && i < count; i++) {
        char *ip = NULL;
        r = davit__copy(spec->host_ip, &ip, error);
        ports[i] = (davit_port_mapping){
            .host_ip = ip,
            .host_port = spec->host.first > 0 ? spec->host.first + (int64_t)i : 0,
            .container_port = spec->container.first + (int64_t)i,
            .protocol = spec->protocol,
        };
    }
    if (r < 0) {
        davit_port_mappings_free(ports, ports ? count : 0);
        return r;
    }
    *ret_ports = ports;
    *ret_count = count;
    return 0;
}

int davit_ports_parse(const char *text, davit_port_mapping **ret_ports, size_t *ret_count,
                      davit_error *error)
{
    port_spec spec = {0};
    int r = read_spec(text ? text : "", &spec, error);
    if (r == 0) {
        r = make_mappings(&spec, ret_ports, ret_count, error);
    }
    free(spec.host_ip);
    return r;
}

void davit_port_mappings_free(davit_port_mapping *ports, size_t count)
{
    for (size_t i = 0; ports && i < count; i++) {
        free((char *)ports[i].host_ip);
    }
    free(ports);
}
