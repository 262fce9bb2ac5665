/* SPDX-License-Identifier: MIT */
/* Values that come to a name and a text: hosts, settings, files of variables. */
#include "memory.h"
#include "quote.h"
#include "slice.h"
#include "utf8.h"

#include <arpa/inet.h>
#include <davit/parse.h>

#define WHITE " \t\n\v\f\r"

void davit_pairs_free(davit_pair *pairs, size_t count)
{
    for (size_t i = 0; pairs && i < count; i++) {
        free((char *)pairs[i].name);
        free((char *)pairs[i].value);
    }
    free(pairs);
}

/* `value` without a text: NULL. */
static int fill_pair(davit_pair *pair, davit__slice name, davit__slice value, davit_error *error)
{
    char *copy = NULL, *text = NULL;
    int r = davit__slice_copy(name, &copy, error);
    pair->name = copy;
    if (r == 0 && value.text) {
        r = davit__slice_copy(value, &text, error);
        pair->value = text;
    }
    return r;
}

static int make_pair(davit__slice name, davit__slice value, davit_pair **ret_pair,
                     davit_error *error)
{
    davit_pair *pair = calloc(1, sizeof *pair);
    int r = pair ? fill_pair(pair, name, value, error) : davit__error_no_memory(error);
    if (r < 0) {
        davit_pairs_free(pair, 1);
        return r;
    }
    *ret_pair = pair;
    return 0;
}

int davit_setting_parse(const char *text, davit_pair **ret_setting, davit_error *error)
{
    davit__slice value = davit__slice_of(text ? text : ""), name;
    if (!davit__slice_cut(&value, '=', &name) || name.length == 0 || value.length == 0) {
        return davit__refuse(error, text, "expected NAME=VALUE");
    }
    return make_pair(name, value, ret_setting, error);
}

static bool is_address(davit__slice text)
{
    char copy[INET6_ADDRSTRLEN];
    unsigned char address[sizeof(struct in6_addr)];
    if (text.length >= sizeof copy || memchr(text.text, '\0', text.length)) {
        return false;
    }
    memcpy(copy, text.text, text.length);
    copy[text.length] = '\0';
    return inet_pton(AF_INET, copy, address) == 1 || inet_pton(AF_INET6, copy, address) == 1;
}

int davit_extra_host_parse(const char *text, davit_pair **ret_host, davit_error *error)
{
    davit__slice address = davit__slice_of(text ? text : ""), name;
    char separator = strchr(text ? text : "", '=') ? '=' : ':';
    bool cut = davit__slice_cut(&address, separator, &name);
    if (cut && address.length > 2 && address.text[0] == '[' &&
        address.text[address.length - 1] == ']') {
        address = (davit__slice){address.text + 1, address.length - 2};
    }
    if (!cut || name.length == 0 || strcspn(name.text, WHITE ":") < name.length ||
        !(is_address(address) || davit__slice_is(address, "host-gateway"))) {
        return davit__refuse(error, text,
                             "expected a name and an IP address or host-gateway, such "
                             "as db:10.0.0.2");
    }
    return make_pair(name, address, ret_host, error);
}

/* ---- files of variables ---- */

typedef struct pair_list {
    davit_pair *items;
    size_t count;
} pair_list;

static int add_pair(pair_list *list, davit__slice name, davit__slice value, davit_error *error)
{
    davit_pair *items = reallocarray(list->items, list->count + 1, sizeof *items);
    if (!items) {
        return davit__error_no_memory(error);
    }
    list->items = items;
    items[list->count] = (davit_pair){0};
    return fill_pair(&items[list->count++], name, value, error);
}

static int bad_line(davit_error *error, size_t number, const char *what)
{
    return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "line %zu: %s", number, what);
}

static bool has_any(davit__slice text, const char *set)
{
    for (size_t i = 0; i < text.length; i++) {
        if (text.text[i] && strchr(set, text.text[i])) {
            return true;
        }
    }
    return false;
}

/* White space in front of a name counts for nothing; behind a value it belongs to it. */
static int read_line(pair_list *list, davit__slice line, size_t number, davit_error *error)
{
    if (line.length > 0 && line.text[line.length - 1] == '\r') {
        line.length--;
    }
    if (memchr(line.text, '\0', line.length) || !davit__utf8_valid(line.text, line.length)) {
        return bad_line(error, number, "expected text in UTF-8");
    }
    while (line.length > 0 && strchr(WHITE, line.text[0])) {
        line.text++;
        line.length--;
    }
    if (line.length == 0 || line.text[0] == '#') {
        return 0;
    }
    davit__slice value = line, name = line;
    if (!davit__slice_cut(&value, '=', &name)) {
        value = (davit__slice){0};
    }
    if (name.length == 0) {
        return bad_line(error, number, "expected the name of a variable before '='");
    }
    if (has_any(name, WHITE)) {
        return bad_line(error, number, "expected no white space in the name of a variable");
    }
    return add_pair(list, name, value, error);
}

int davit_environment_parse(const char *text, size_t length, davit_pair **ret_pairs,
                            size_t *ret_count, davit_error *error)
{
    static const char mark[] = "\xef\xbb\xbf";
    davit__slice rest = {text ? text : "", text ? length : 0}, line;
    if (rest.length >= 3 && memcmp(rest.text, mark, 3) == 0) {
        rest = (davit__slice){rest.text + 3, rest.length - 3};
    }
    pair_list list = {NULL, 0};
    int r = 0;
    for (size_t number = 1; r == 0 && davit__slice_next(&rest, '\n', &line); number++) {
        r = read_line(&list, line, number, error);
    }
    if (r < 0) {
        davit_pairs_free(list.items, list.count);
        return r;
    }
    *ret_pairs = list.items;
    *ret_count = list.count;
    return 0;
}
