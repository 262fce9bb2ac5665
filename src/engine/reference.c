/* SPDX-License-Identifier: MIT */
/* Image references: [DOMAIN/]PATH[:TAG][@DIGEST], made whole as docker does. */
#include "fields.h"
#include "memory.h"
#include "quote.h"
#include "slice.h"

#include <davit/parse.h>

#define HUB          "docker.io"
#define OLD_HUB      "index.docker.io"
#define OFFICIAL     "library/"
#define PATH_CEILING 255
#define TAG_CEILING  128
#define ID_LENGTH    64
#define HEX          DAVIT__DIGITS "abcdef"

/* What stands where in the text; length 0: not there. */
typedef struct reference_parts {
    davit__slice domain;
    davit__slice path;
    davit__slice tag;
    davit__slice digest;
} reference_parts;

static bool has_upper(davit__slice slice)
{
    for (size_t i = 0; i < slice.length; i++) {
        if (slice.text[i] >= 'A' && slice.text[i] <= 'Z') {
            return true;
        }
    }
    return false;
}

/* Whether what is before the first slash is a registry rather than a part of the path. */
static bool is_domain(davit__slice first)
{
    return davit__slice_is(first, "localhost") || memchr(first.text, '.', first.length) ||
           memchr(first.text, ':', first.length) || has_upper(first);
}

/* Labels of letters, digits and inner dashes, joined by dots. */
static bool valid_host(davit__slice host)
{
    davit__slice label;
    while (davit__slice_next(&host, '.', &label)) {
        if (!davit__slice_only(label, DAVIT__NAME_FIRST "-") || label.text[0] == '-' ||
            label.text[label.length - 1] == '-') {
            return false;
        }
    }
    return true;
}

/* "host", "host:5000", "[::1]:5000". */
static bool valid_domain(davit__slice domain)
{
    bool bracketed = domain.length > 0 && domain.text[0] == '[';
    davit__slice host;
    if (bracketed) {
        davit__slice_cut(&domain, '[', &host);
        if (!davit__slice_cut(&domain, ']', &host)) {
            return false;
        }
        bool port =
            domain.length > 1 && domain.text[0] == ':' &&
            davit__slice_only((davit__slice){domain.text + 1, domain.length - 1}, DAVIT__DIGITS);
        return davit__slice_only(host, DAVIT__DIGITS "abcdefABCDEF:") &&
               (domain.length == 0 || port);
    }
    if (davit__slice_cut(&domain, ':', &host)) {
        return valid_host(host) && davit__slice_only(domain, DAVIT__DIGITS);
    }
    return valid_host(domain);
}

/* Lower-case letters and digits, joined by '.', '_', "__" or any number of '-'. */
static bool valid_component(davit__slice component)
{
    size_t i = 0;
    for (;;) {
        size_t start = i;
        while (i < component.length && strchr(DAVIT__LOWER DAVIT__DIGITS, component.text[i])) {
            i++;
        }
        if (i == start) {
            return false;
        }
        if (i == component.length) {
            return true;
        }
        char joint = component.text[i];
        size_t most = joint == '-' ? component.length : joint == '_' ? 2 : joint == '.' ? 1 : 0;
        for (size_t n = 0; n < most && i < component.length && component.text[i] == joint; n++) {
            i++;
        }
    }
}

static bool valid_path(davit__slice path)
{
    davit__slice component;
    while (davit__slice_next(&path, '/', &component)) {
        if (!valid_component(component)) {
            return false;
        }
    }
    return true;
}

static bool valid_tag(davit__slice tag)
{
    return tag.length <= TAG_CEILING && davit__slice_only(tag, DAVIT__NAME_OTHERS) &&
           tag.text[0] != '.' && tag.text[0] != '-';
}

static bool valid_digest(davit__slice digest)
{
    static const struct {
        const char *name;
        size_t digits;
    } algorithms[] = {{"sha256", 64}, {"sha384", 96}, {"sha512", 128}};
    davit__slice algorithm;
    if (!davit__slice_cut(&digest, ':', &algorithm)) {
        return false;
    }
    for (size_t i = 0; i < DAVIT__COUNT(algorithms); i++) {
        if (davit__slice_is(algorithm, algorithms[i].name)) {
            return digest.length == algorithms[i].digits && davit__slice_only(digest, HEX);
        }
    }
    return false;
}

/* Tell the parts from each other; they are not checked yet. False: one is there but empty. */
static bool split(const char *text, reference_parts *ret_parts)
{
    reference_parts parts = {0};
    davit__slice rest = davit__slice_of(text);
    davit__slice name;
    bool complete = true;
    if (davit__slice_cut(&rest, '@', &name)) {
        parts.digest = rest;
        complete = rest.length > 0;
        rest = name;
    }
    davit__slice first = {0};
    davit__slice after = rest;
    if (davit__slice_cut(&after, '/', &first) && is_domain(first)) {
        parts.domain = first;
        rest = after;
    }
    parts.path = rest;
    if (davit__slice_cut(&rest, ':', &name)) {
        parts.path = name;
        parts.tag = rest;
        complete = complete && rest.length > 0;
    }
    *ret_parts = parts;
    return complete && parts.path.length > 0;
}

/* The registry with docker's default put in. */
static davit__slice whole_domain(const reference_parts *parts)
{
    bool hub = parts->domain.length == 0 || davit__slice_is(parts->domain, OLD_HUB);
    return hub ? davit__slice_of(HUB) : parts->domain;
}

/* What stands before the path in its whole form: Docker Hub's own images are in a folder. */
static const char *path_prefix(const reference_parts *parts)
{
    bool official = davit__slice_is(whole_domain(parts), HUB) &&
                    !memchr(parts->path.text, '/', parts->path.length);
    return official ? OFFICIAL : "";
}

static int check(const char *text, const reference_parts *parts, bool complete, davit_error *error)
{
    if (strlen(text) == ID_LENGTH && davit__slice_only(davit__slice_of(text), HEX)) {
        return davit__refuse(error, text, "expected an image's name, not an id");
    }
    if (has_upper(parts->path)) {
        return davit__refuse(error, text, "an image's name has to be in lower case");
    }
    if (!complete || (parts->domain.length > 0 && !valid_domain(parts->domain)) ||
        !valid_path(parts->path)) {
        return davit__refuse(error, text,
                             "expected an image's name such as nginx:alpine or "
                             "localhost:5000/team/app:1.2");
    }
    if (parts->path.length + strlen(path_prefix(parts)) > PATH_CEILING) {
        return davit__refuse(error, text, "an image's name has at most %d characters",
                             PATH_CEILING);
    }
    if (parts->tag.length > 0 && !valid_tag(parts->tag)) {
        return davit__refuse(error, text,
                             "a tag has at most %d letters, digits, '_', '.' and '-', and does not "
                             "begin with '.' or '-'",
                             TAG_CEILING);
    }
    if (parts->digest.length > 0 && !valid_digest(parts->digest)) {
        return davit__refuse(error, text,
                             "a digest has to be sha256: and 64 digits 0-9 a-f (or sha384, "
                             "sha512)");
    }
    return 0;
}

static int fill_name(const reference_parts *parts, davit_reference *reference, davit_error *error)
{
    int r = davit__slice_copy(whole_domain(parts), &reference->domain, error);
    if (r == 0) {
        reference->path =
            davit__format("%s%.*s", path_prefix(parts), (int)parts->path.length, parts->path.text);
        r = reference->path ? 0 : davit__error_no_memory(error);
    }
    return r;
}

static int fill_version(const reference_parts *parts, davit_reference *reference,
                        davit_error *error)
{
    int r = 0;
    if (parts->digest.length > 0) {
        r = davit__slice_copy(parts->digest, &reference->digest, error);
    }
    if (r == 0 && parts->tag.length > 0) {
        r = davit__slice_copy(parts->tag, &reference->tag, error);
    } else if (r == 0 && !reference->digest) {
        r = davit__copy("latest", &reference->tag, error);
    }
    return r;
}

static char *join(const char *domain, const char *path, const davit_reference *reference)
{
    const char *tag = reference->tag;
    const char *digest = reference->digest;
    return davit__format("%s%s%s%s%s%s%s", domain, domain[0] ? "/" : "", path, tag ? ":" : "",
                         tag ? tag : "", digest ? "@" : "", digest ? digest : "");
}

/* Whether the path alone would be taken for a registry and a path: "docker.io/my.team/app". */
static bool looks_like_domain(const char *path)
{
    davit__slice rest = davit__slice_of(path);
    davit__slice first;
    return davit__slice_cut(&rest, '/', &first) && is_domain(first);
}

static int fill_texts(davit_reference *reference, davit_error *error)
{
    const char *path = reference->path;
    bool hub = strcmp(reference->domain, HUB) == 0 && !looks_like_domain(path);
    if (hub && davit__starts_with(path, OFFICIAL) && !strchr(path + strlen(OFFICIAL), '/')) {
        path += strlen(OFFICIAL);
    }
    reference->full_name = join(reference->domain, reference->path, reference);
    reference->familiar_name = join(hub ? "" : reference->domain, path, reference);
    return reference->full_name && reference->familiar_name ? 0 : davit__error_no_memory(error);
}

int davit_reference_parse(const char *text, davit_reference *ret_reference, davit_error *error)
{
    const char *given = text ? text : "";
    reference_parts parts;
    bool complete = split(given, &parts);
    int r = check(given, &parts, complete, error);
    if (r < 0) {
        return r;
    }
    davit_reference reference = {0};
    r = fill_name(&parts, &reference, error);
    r = r == 0 ? fill_version(&parts, &reference, error) : r;
    r = r == 0 ? fill_texts(&reference, error) : r;
    if (r < 0) {
        davit_reference_clear(&reference);
        return r;
    }
    *ret_reference = reference;
    return 0;
}

void davit_reference_clear(davit_reference *reference)
{
    if (reference) {
        free(reference->domain);
        free(reference->path);
        free(reference->tag);
        free(reference->digest);
        free(reference->full_name);
        free(reference->familiar_name);
        *reference = (davit_reference){0};
    }
}

#define FIELD(member, ...) DAVIT__FIELD(davit_reference, member, STRING, __VA_ARGS__)

static const davit__field reference_fields[] = {
    FIELD(domain, .text = "Registry"),
    FIELD(path, .text = "Name within the registry"),
    FIELD(tag, .text = "Tag"),
    FIELD(digest, .text = "Digest of the manifest"),
    FIELD(full_name, .text = "With everything that was left out"),
    FIELD(familiar_name, .text = "As people write it"),
};
static const davit_type reference_type = {
    DAVIT__TYPE("reference", davit_reference, reference_fields),
};

const davit_type *davit_reference_type(void)
{
    return &reference_type;
}
