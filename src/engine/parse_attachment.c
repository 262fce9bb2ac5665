/* SPDX-License-Identifier: MIT */
/* docker's --network and --gpus: a word, or CSV of KEY=VALUE. */
#include "memory.h"
#include "parse_csv.h"
#include "quote.h"

#include <ctype.h>
#include <davit/parse.h>

/* The text without white space around it. */
static davit__slice trimmed(const char *text, size_t length)
{
    while (length > 0 && isspace((unsigned char)*text)) {
        text++;
        length--;
    }
    while (length > 0 && isspace((unsigned char)text[length - 1])) {
        length--;
    }
    return (davit__slice){text, length};
}

/* Cut KEY=VALUE. False: there is no '='. */
static bool cut_field(const char *field, davit__slice *ret_key, davit__slice *ret_value)
{
    size_t length = strcspn(field, "=");
    *ret_key = trimmed(field, length);
    if (!field[length]) {
        return false;
    }
    *ret_value = trimmed(field + length + 1, strlen(field + length + 1));
    return true;
}

static int add_word(const char *const **words, size_t *count, davit__slice word, davit_error *error)
{
    char **items = reallocarray((void *)*words, *count + 1, sizeof *items);
    if (!items) {
        return davit__error_no_memory(error);
    }
    *words = (const char *const *)items;
    int r = davit__slice_copy(word, &items[*count], error);
    *count += r == 0;
    return r;
}

static void free_words(const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free((char *)words[i]);
    }
    free((void *)words);
}

static int set_text(const char **member, davit__slice value, davit_error *error)
{
    char *copy = NULL;
    int r = davit__slice_copy(value, &copy, error);
    if (r == 0) {
        free((char *)*member);
        *member = copy;
    }
    return r;
}

/* ---- networks ---- */

void davit_network_attachment_clear(davit_network_attachment *attachment)
{
    free((char *)attachment->network);
    free_words(attachment->aliases, attachment->alias_count);
    free((char *)attachment->ip);
    free((char *)attachment->ip6);
    free((char *)attachment->mac);
    *attachment = (davit_network_attachment){0};
}

static int read_network_field(davit_network_attachment *attachment, const char *text,
                              const char *field, davit_error *error)
{
    davit__slice key, value;
    if (!cut_field(field, &key, &value) || value.length == 0) {
        return davit__refuse(error, text, "expected KEY=VALUE, not '%.40s'", field);
    }
    const struct {
        const char *key;
        const char **member;
    } keys[] = {
        {"name", &attachment->network},
        {"ip", &attachment->ip},
        {"ip6", &attachment->ip6},
        {"mac-address", &attachment->mac},
    };
    if (davit__slice_is(key, "alias")) {
        return add_word(&attachment->aliases, &attachment->alias_count, value, error);
    }
    for (size_t i = 0; i < DAVIT__COUNT(keys); i++) {
        if (davit__slice_is(key, keys[i].key)) {
            return set_text(keys[i].member, value, error);
        }
    }
    return davit__refuse(error, text,
                         "unknown key '%.*s', expected name, alias, ip, ip6 or mac-address",
                         (int)(key.length < 40 ? key.length : 40), key.text);
}

static int read_network(const char *text, davit_network_attachment *attachment, davit_error *error)
{
    if (!strchr(text, '=')) {
        return set_text(&attachment->network, davit__slice_of(text), error);
    }
    DAVIT__CSV davit__csv fields = {.count = 0};
    int r = davit__csv_read(text, &fields, error);
    for (size_t i = 0; r == 0 && i < fields.count; i++) {
        r = read_network_field(attachment, text, fields.items[i], error);
    }
    return r;
}

int davit_network_attachment_parse(const char *text, davit_network_attachment *ret_attachment,
                                   davit_error *error)
{
    davit_network_attachment attachment = {0};
    int r = read_network(text ? text : "", &attachment, error);
    if (r == 0 && davit__empty(attachment.network)) {
        r = davit__refuse(error, text, "expected the name of a network");
    }
    if (r < 0) {
        davit_network_attachment_clear(&attachment);
        return r;
    }
    *ret_attachment = attachment;
    return 0;
}

/* ---- GPUs ---- */

void davit_gpu_request_clear(davit_gpu_request *request)
{
    free((char *)request->driver);
    free_words(request->device_ids, request->device_id_count);
    free_words(request->capabilities, request->capability_count);
    davit_pairs_free((davit_pair *)request->options, request->option_count);
    *request = (davit_gpu_request){0};
}

static int read_count(const char *text, davit__slice value, davit_gpu_request *request,
                      davit_error *error)
{
    if (davit__slice_is(value, "all")) {
        request->count = -1;
        return 0;
    }
    return davit__slice_number(value, INT32_MAX, &request->count) && request->count > 0
               ? 0
               : davit__refuse(error, text, "expected how many GPUs, or all");
}

static int add_words(const char *const **words, size_t *count, davit__slice list,
                     davit_error *error)
{
    davit__slice word;
    int r = 0;
    while (r == 0 && davit__slice_next(&list, ',', &word)) {
        r = word.length > 0 ? add_word(words, count, word, error) : 0;
    }
    return r;
}

static int add_options(const char *text, davit__slice list, davit_gpu_request *request,
                       davit_error *error)
{
    davit__slice option;
    int r = 0;
    while (r == 0 && davit__slice_next(&list, ',', &option)) {
        DAVIT__FREE char *copy = NULL;
        davit_pair *pair = NULL;
        if (davit__slice_copy(option, &copy, error) < 0) {
            return davit__error_no_memory(error);
        }
        if (davit_setting_parse(copy, &pair, NULL) < 0) {
            return davit__refuse(error, text, "expected options as NAME=VALUE");
        }
        davit_pair *options =
            reallocarray((void *)request->options, request->option_count + 1, sizeof *options);
        if (options) {
            options[request->option_count++] = *pair;
            request->options = options;
            free(pair);
        } else {
            davit_pairs_free(pair, 1);
            r = davit__error_no_memory(error);
        }
    }
    return r;
}

static int read_gpu_field(const char *text, const char *field, davit_gpu_request *request,
                          davit_error *error)
{
    davit__slice key, value;
    if (!cut_field(field, &key, &value)) {
        return read_count(text, key, request, error);
    }
    if (davit__slice_is(key, "count")) {
        return read_count(text, value, request, error);
    }
    if (davit__slice_is(key, "driver") && value.length > 0) {
        return set_text(&request->driver, value, error);
    }
    if (davit__slice_is(key, "device") && value.length > 0) {
        return add_words(&request->device_ids, &request->device_id_count, value, error);
    }
    if (davit__slice_is(key, "capabilities") && value.length > 0) {
        return add_words(&request->capabilities, &request->capability_count, value, error);
    }
    if (davit__slice_is(key, "options") && value.length > 0) {
        return add_options(text, value, request, error);
    }
    return davit__refuse(error, text,
                         "expected a count, all, or count, device, driver, capabilities and "
                         "options with a value each");
}

int davit_gpu_request_parse(const char *text, davit_gpu_request *ret_request, davit_error *error)
{
    davit_gpu_request request = {0};
    DAVIT__CSV davit__csv fields = {.count = 0};
    int r = davit__csv_read(text ? text : "", &fields, error);
    for (size_t i = 0; r == 0 && i < fields.count; i++) {
        r = read_gpu_field(text, fields.items[i], &request, error);
    }
    if (r == 0 && request.count != 0 && request.device_id_count > 0) {
        r = davit__refuse(error, text, "expected a count or devices, not both");
    }
    if (r < 0) {
        davit_gpu_request_clear(&request);
        return r;
    }
    if (request.count == 0 && request.device_id_count == 0) {
        request.count = 1;
    }
    *ret_request = request;
    return 0;
}
