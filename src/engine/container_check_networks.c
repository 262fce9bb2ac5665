/* SPDX-License-Identifier: MIT */
#include "container_check.h"
#include "memory.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <davit/parse.h>

static bool is_address(int family, const char *text)
{
    unsigned char address[sizeof(struct in6_addr)];
    return inet_pton(family, text, address) == 1;
}

bool davit__is_ip(const char *text)
{
    return is_address(AF_INET, text) || is_address(AF_INET6, text);
}

static bool is_mac(const char *text)
{
    size_t i = 0;
    for (; text[i] && i < 17; i++) {
        bool separator = i % 3 == 2;
        if (separator ? text[i] != ':' && text[i] != '-' : !isxdigit((unsigned char)text[i])) {
            return false;
        }
    }
    return i == 17 && !text[i];
}

static int check_attachment(const davit_network_attachment *attachment, davit_error *error)
{
    if (davit__empty(attachment->network)) {
        return davit__check_refuse(error, "network", attachment->network, "the name of a network");
    }
    if (!davit__empty(attachment->ip) && !is_address(AF_INET, attachment->ip)) {
        return davit__check_refuse(error, "network: ip", attachment->ip, "an IPv4 address");
    }
    if (!davit__empty(attachment->ip6) && !is_address(AF_INET6, attachment->ip6)) {
        return davit__check_refuse(error, "network: ip6", attachment->ip6, "an IPv6 address");
    }
    if (!davit__empty(attachment->mac) && !is_mac(attachment->mac)) {
        return davit__check_refuse(error, "network: mac", attachment->mac,
                                   "a hardware address such as 02:42:ac:11:00:02");
    }
    return davit__check_filled_words("network: alias", attachment->aliases, attachment->alias_count,
                                     error);
}

static int check_attachments(const davit_container_config *config, davit_error *error)
{
    bool single = config->network_mode == DAVIT_NETWORK_HOST ||
                  config->network_mode == DAVIT_NETWORK_NONE ||
                  config->network_mode == DAVIT_NETWORK_CONTAINER;
    if (single && config->network_count > 0) {
        return davit__check_refuse(error, "network", config->networks[0].network,
                                   "none beside the network modes host, none and container");
    }
    for (size_t i = 0; i < config->network_count; i++) {
        int r = check_attachment(&config->networks[i], error);
        for (size_t k = 0; r >= 0 && k < i; k++) {
            if (davit__same(config->networks[i].network, config->networks[k].network)) {
                r = davit__check_refuse(error, "network", config->networks[i].network,
                                        "each network once");
            }
        }
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

static int check_mode(const davit_container_config *config, davit_error *error)
{
    int r =
        davit__check_enum("network_mode", davit_network_mode_names(), config->network_mode, error);
    if (r < 0) {
        return r;
    }
    bool wants_name = config->network_mode == DAVIT_NETWORK_CONTAINER ||
                      config->network_mode == DAVIT_NETWORK_NAMED;
    if (wants_name && davit__empty(config->network)) {
        return davit__check_refuse(error, "network", config->network,
                                   config->network_mode == DAVIT_NETWORK_NAMED
                                       ? "the name of a network"
                                       : "the name of a container");
    }
    if (!wants_name && !davit__empty(config->network)) {
        return davit__check_refuse(error, "network", config->network,
                                   "none, but with the network modes container and named");
    }
    return 0;
}

static int check_names(const davit_container_config *config, davit_error *error)
{
    for (size_t i = 0; i < config->dns_server_count; i++) {
        const char *server = config->dns_servers[i];
        if (!server || !davit__is_ip(server)) {
            return davit__check_refuse(error, "dns server", server, "an IP address");
        }
    }
    int r = davit__check_filled_words("dns search domain", config->dns_search,
                                      config->dns_search_count, error);
    if (r >= 0) {
        r = davit__check_filled_words("dns option", config->dns_options, config->dns_option_count,
                                      error);
    }
    for (size_t i = 0; r >= 0 && i < config->extra_host_count; i++) {
        const davit_pair *host = &config->extra_hosts[i];
        if (davit__empty(host->name) || strpbrk(host->name, ": \t\r\n")) {
            r = davit__check_refuse(error, "extra host", host->name, "a host name");
        } else if (!host->value ||
                   (!davit__is_ip(host->value) && !davit__same(host->value, "host-gateway"))) {
            r = davit__check_refuse(error, "extra host: address", host->value,
                                    "an IP address or host-gateway");
        }
    }
    return r;
}

int davit__networks_check(const davit_container_config *config, davit_error *error)
{
    int r = check_mode(config, error);
    if (r >= 0) {
        r = check_attachments(config, error);
    }
    return r < 0 ? r : check_names(config, error);
}
