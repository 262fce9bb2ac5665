/* SPDX-License-Identifier: MIT */
#include "dockerfile.h"

#include "instructions.h"
#include "memory.h"
#include "variables.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>
#include <sys/utsname.h>

/* An image or a stage that a stage makes use of. */
struct reference {
    size_t stage;
    size_t needs; /* a stage, or SIZE_MAX: the image */
    davit__dockerfile_image image;
};

struct scan {
    const davit__dockerfile_options *options;
    davit__instructions instructions;
    davit__variables variables; /* ARGs before the first FROM, and the platform's */
    char *stages[DAVIT__DOCKERFILE_REFERENCE_MAX]; /* names; NULL: none */
    size_t stage_count;
    struct reference references[DAVIT__DOCKERFILE_REFERENCE_MAX];
    size_t reference_count;
    davit_error *error;
};

static void free_image(davit__dockerfile_image *image)
{
    free(image->name);
    free(image->platform);
}

static void end_scan(struct scan *scan)
{
    davit__instructions_end(&scan->instructions);
    davit__variables_free(&scan->variables);
    for (size_t i = 0; i < scan->stage_count; i++) {
        free(scan->stages[i]);
    }
    for (size_t i = 0; i < scan->reference_count; i++) {
        free_image(&scan->references[i].image);
    }
    free(scan);
}

void davit__dockerfile_free(davit__dockerfile *dockerfile)
{
    if (dockerfile) {
        for (size_t i = 0; i < dockerfile->image_count; i++) {
            free_image(&dockerfile->images[i]);
        }
        free(dockerfile->images);
        free(dockerfile->syntax);
        *dockerfile = (davit__dockerfile){0};
    }
}

/* Variables */

static const char *this_architecture(const char *machine)
{
    static const char *const names[][2] = {
        {"x86_64", "amd64"},    {"aarch64", "arm64"}, {"armv7l", "arm"},
        {"armv6l", "arm"},      {"i386", "386"},      {"i686", "386"},
        {"ppc64le", "ppc64le"}, {"s390x", "s390x"},   {"riscv64", "riscv64"},
    };
    for (size_t i = 0; i < DAVIT__COUNT(names); i++) {
        if (strcmp(machine, names[i][0]) == 0) {
            return names[i][1];
        }
    }
    return machine;
}

static int set_platform_variable(struct scan *scan, const char *name, const char *value)
{
    char variable[32];
    snprintf(variable, sizeof variable, "BUILD%s", name);
    int r = davit__variables_set(&scan->variables, variable, value, scan->error);
    snprintf(variable, sizeof variable, "TARGET%s", name);
    return r < 0 ? r : davit__variables_set(&scan->variables, variable, value, scan->error);
}

/* $TARGETARCH and the like, which FROM knows without an ARG. */
static int set_platform(struct scan *scan)
{
    struct utsname machine = {0};
    uname(&machine);
    char platform[128];
    char parts[3][64] = {"", "", ""};
    snprintf(platform, sizeof platform, "linux/%.64s", this_architecture(machine.machine));
    if (scan->options->platform) {
        snprintf(platform, sizeof platform, "%s", scan->options->platform);
    }
    sscanf(platform, "%63[^/]/%63[^/]/%63[^/]", parts[0], parts[1], parts[2]);
    int r = set_platform_variable(scan, "PLATFORM", platform);
    r = r < 0 ? r : set_platform_variable(scan, "OS", parts[0]);
    r = r < 0 ? r : set_platform_variable(scan, "ARCH", parts[1]);
    return r < 0 ? r : set_platform_variable(scan, "VARIANT", parts[2]);
}

/* 1 with the expanded word, 0 if what it stands for cannot be told. */
static int expand(struct scan *scan, davit__word word, char **ret_text)
{
    davit__buffer text DAVIT__BUFFER = DAVIT__BUFFER_INIT;
    davit_error error = DAVIT_ERROR_INIT;
    int r = davit__variables_expand(&scan->variables, scan->instructions.escape, word.text,
                                    word.length, &text, &error);
    if (r == DAVIT_ERROR_NO_MEMORY) {
        return davit__error_no_memory(scan->error);
    }
    if (r < 0 || text.length == 0) {
        return 0;
    }
    r = davit__buffer_take(&text, ret_text, scan->error);
    return r < 0 ? r : 1;
}

static const char *given_argument(const struct scan *scan, const char *name)
{
    const char *value = NULL;
    for (size_t i = 0; i < scan->options->argument_count; i++) {
        const davit_pair *argument = &scan->options->arguments[i];
        if (argument->value && strcmp(argument->name, name) == 0) {
            value = argument->value;
        }
    }
    return value;
}

/* "NAME" or "NAME=value" of an ARG. */
static int declare(struct scan *scan, davit__word word)
{
    const char *equals = memchr(word.text, '=', word.length);
    size_t length = equals ? (size_t)(equals - word.text) : word.length;
    DAVIT__FREE char *name = strndup(word.text, length);
    DAVIT__FREE char *value = NULL;
    if (!name) {
        return davit__error_no_memory(scan->error);
    }
    const char *given = given_argument(scan, name);
    if (!given && equals) {
        davit__word text = {.text = equals + 1, .length = word.length - length - 1};
        int r = expand(scan, text, &value);
        if (r < 0) {
            return r;
        }
        given = value ? value : "";
    }
    return given ? davit__variables_set(&scan->variables, name, given, scan->error) : 0;
}

static int scan_arg(struct scan *scan, const char *at)
{
    davit__word word;
    while (davit__word_next(&at, scan->instructions.escape, &word)) {
        int r = declare(scan, word);
        if (r < 0) {
            return davit__error_wrap(scan->error, r, "line %zu", scan->instructions.start);
        }
    }
    return 0;
}

/* Stages and images */

/* The stage of that name before `before`, else SIZE_MAX. */
static size_t find_stage(const struct scan *scan, const char *name, size_t before)
{
    for (size_t i = before; i > 0; i--) {
        if (scan->stages[i - 1] && strcasecmp(scan->stages[i - 1], name) == 0) {
            return i - 1;
        }
    }
    return SIZE_MAX;
}

/* By name or by number. */
static size_t find_stage_or_number(const struct scan *scan, const char *name, size_t before)
{
    size_t stage = find_stage(scan, name, before);
    if (stage != SIZE_MAX || !isdigit((unsigned char)name[0])) {
        return stage;
    }
    char *end;
    unsigned long number = strtoul(name, &end, 10);
    return *end == '\0' && number < before ? number : SIZE_MAX;
}

static int too_many(const struct scan *scan, const char *what)
{
    return davit__error_set(scan->error, DAVIT_ERROR_INVALID_CONFIG,
                            "Dockerfile: line %zu: more than %d %s", scan->instructions.start,
                            DAVIT__DOCKERFILE_REFERENCE_MAX, what);
}

/* The present stage needs `name`, which is taken over. */
static int add_reference(struct scan *scan, size_t needs, char **name, char **platform)
{
    if (scan->reference_count == DAVIT__DOCKERFILE_REFERENCE_MAX) {
        return too_many(scan, "images");
    }
    scan->references[scan->reference_count++] = (struct reference){
        .stage = scan->stage_count - 1,
        .needs = needs,
        .image = {.name = DAVIT__TAKE(*name),
                  .platform = DAVIT__TAKE(*platform),
                  .line = scan->instructions.start},
    };
    return 0;
}

/* A word "--name=value"; false for another one. */
static bool parse_flag(davit__word word, const char *name, davit__word *ret_value)
{
    size_t length = strlen(name);
    if (word.length < length || memcmp(word.text, name, length) != 0) {
        return false;
    }
    *ret_value = (davit__word){.text = word.text + length, .length = word.length - length};
    return true;
}

static bool is_flag(davit__word word)
{
    return word.length > 2 && word.text[0] == '-' && word.text[1] == '-';
}

/* A stage begins whatever can be told of its image. `as` is "AS name" or empty. */
static int add_stage(struct scan *scan, davit__word image, davit__word platform, const char *as)
{
    DAVIT__FREE char *image_name = NULL;
    DAVIT__FREE char *platform_name = NULL;
    davit__word word;
    if (scan->stage_count == DAVIT__DOCKERFILE_REFERENCE_MAX) {
        return too_many(scan, "stages");
    }
    int r = expand(scan, image, &image_name);
    r = r < 0 || platform.length == 0 ? r : expand(scan, platform, &platform_name);
    if (r < 0) {
        return r;
    }
    size_t needs = image_name ? find_stage(scan, image_name, scan->stage_count) : SIZE_MAX;
    scan->stages[scan->stage_count] = NULL;
    if (davit__word_next(&as, scan->instructions.escape, &word) && davit__word_is(word, "AS") &&
        davit__word_next(&as, scan->instructions.escape, &word)) {
        scan->stages[scan->stage_count] = strndup(word.text, word.length);
        if (!scan->stages[scan->stage_count]) {
            return davit__error_no_memory(scan->error);
        }
    }
    scan->stage_count++;
    return image_name && strcmp(image_name, "scratch") != 0
               ? add_reference(scan, needs, &image_name, &platform_name)
               : 0;
}

static int scan_from(struct scan *scan, const char *at)
{
    davit__word word;
    davit__word platform = {0};
    while (davit__word_next(&at, scan->instructions.escape, &word)) {
        if (!is_flag(word)) {
            return add_stage(scan, word, platform, at);
        }
        parse_flag(word, "--platform=", &platform);
    }
    return 0;
}

/* What COPY and RUN take from elsewhere; variables are not replaced there. */
static int scan_source(struct scan *scan, davit__word source)
{
    if (source.length == 0 || memchr(source.text, '$', source.length)) {
        return 0;
    }
    DAVIT__FREE char *name = NULL;
    char *no_platform = NULL;
    int r = expand(scan, source, &name);
    if (r <= 0 || strcmp(name, "scratch") == 0) {
        return r < 0 ? r : 0;
    }
    size_t needs = find_stage_or_number(scan, name, scan->stage_count - 1);
    return add_reference(scan, needs, &name, &no_platform);
}

/* "type=bind,from=IMAGE,..." */
static int scan_mount(struct scan *scan, davit__word mount)
{
    const char *at = mount.text;
    const char *end = mount.text + mount.length;
    while (at < end) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        const char *field_end = comma ? comma : end;
        davit__word field = {.text = at, .length = (size_t)(field_end - at)};
        davit__word source;
        if (parse_flag(field, "from=", &source)) {
            return scan_source(scan, source);
        }
        at = comma ? comma + 1 : end;
    }
    return 0;
}

static int scan_flags(struct scan *scan, const char *at, bool run)
{
    davit__word word, value;
    while (davit__word_next(&at, scan->instructions.escape, &word) && is_flag(word)) {
        int r = 0;
        if (run && parse_flag(word, "--mount=", &value)) {
            r = scan_mount(scan, value);
        } else if (!run && parse_flag(word, "--from=", &value)) {
            r = scan_source(scan, value);
        }
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

static int scan_instruction(struct scan *scan)
{
    const char *at = scan->instructions.text.data;
    davit__word name;
    if (!davit__word_next(&at, scan->instructions.escape, &name)) {
        return 0;
    }
    if (davit__word_is(name, "FROM")) {
        return scan_from(scan, at);
    }
    if (scan->stage_count == 0) {
        return davit__word_is(name, "ARG") ? scan_arg(scan, at) : 0;
    }
    if (davit__word_is(name, "COPY")) {
        return scan_flags(scan, at, false);
    }
    return davit__word_is(name, "RUN") ? scan_flags(scan, at, true) : 0;
}

/* What the target needs */

/* References stand in the order of their stages and look backwards only: one pass from the end. */
static void mark_needed(const struct scan *scan, bool *needed)
{
    const char *target = scan->options->target;
    size_t stage =
        target ? find_stage_or_number(scan, target, scan->stage_count) : scan->stage_count - 1;
    for (size_t i = 0; i < scan->stage_count; i++) {
        needed[i] = i == stage || stage == SIZE_MAX;
    }
    for (size_t i = scan->reference_count; i > 0; i--) {
        const struct reference *reference = &scan->references[i - 1];
        if (needed[reference->stage] && reference->needs != SIZE_MAX) {
            needed[reference->needs] = true;
        }
    }
}

static bool has_image(const davit__dockerfile *dockerfile, const davit__dockerfile_image *image)
{
    for (size_t i = 0; i < dockerfile->image_count; i++) {
        const davit__dockerfile_image *other = &dockerfile->images[i];
        if (davit__same(other->name, image->name) &&
            davit__same(other->platform, image->platform)) {
            return true;
        }
    }
    return false;
}

static int collect(struct scan *scan, davit__dockerfile *dockerfile)
{
    bool needed[DAVIT__DOCKERFILE_REFERENCE_MAX];
    dockerfile->images = calloc(scan->reference_count + 1, sizeof *dockerfile->images);
    if (!dockerfile->images) {
        return davit__error_no_memory(scan->error);
    }
    mark_needed(scan, needed);
    for (size_t i = 0; i < scan->reference_count; i++) {
        struct reference *reference = &scan->references[i];
        if (reference->needs == SIZE_MAX && needed[reference->stage] &&
            !has_image(dockerfile, &reference->image)) {
            dockerfile->images[dockerfile->image_count++] = reference->image;
            reference->image = (davit__dockerfile_image){0};
        }
    }
    dockerfile->stage_count = scan->stage_count;
    dockerfile->syntax = DAVIT__TAKE(scan->instructions.syntax);
    return 0;
}

static int check_text(const char *text, size_t length, davit_error *error)
{
    const char *nul = length ? memchr(text, '\0', length) : NULL;
    if (!nul) {
        return 0;
    }
    return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                            "Dockerfile: a NUL byte at offset %zu: this is no text",
                            (size_t)(nul - text));
}

static int scan_all(struct scan *scan, davit__dockerfile *ret_dockerfile)
{
    int r = set_platform(scan);
    while (r == 0) {
        int more = davit__instructions_next(&scan->instructions, scan->error);
        if (more <= 0) {
            r = more;
            break;
        }
        r = scan_instruction(scan);
    }
    if (r < 0) {
        return r;
    }
    if (scan->stage_count == 0) {
        return davit__error_set(scan->error, DAVIT_ERROR_INVALID_CONFIG,
                                "Dockerfile: no FROM instruction");
    }
    return collect(scan, ret_dockerfile);
}

int davit__dockerfile_scan(const char *text, size_t length,
                           const davit__dockerfile_options *options,
                           davit__dockerfile *ret_dockerfile, davit_error *error)
{
    static const davit__dockerfile_options no_options;
    int r = check_text(text, length, error);
    if (r < 0) {
        return r;
    }
    struct scan *scan = calloc(1, sizeof *scan);
    if (!scan) {
        return davit__error_no_memory(error);
    }
    scan->options = options ? options : &no_options;
    scan->error = error;
    davit__instructions_begin(&scan->instructions, text, length);
    davit__dockerfile dockerfile = {0};
    r = scan_all(scan, &dockerfile);
    end_scan(scan);
    if (r < 0) {
        davit__dockerfile_free(&dockerfile);
        return r;
    }
    *ret_dockerfile = dockerfile;
    return 0;
}
