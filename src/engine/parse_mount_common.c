/* SPDX-License-Identifier: MIT */
#include "memory.h"
#include "parse_mount.h"
#include "quote.h"

#include <errno.h>

void davit_mount_clear(davit_mount *mount)
{
    if (mount) {
        free((char *)mount->source);
        free((char *)mount->target);
        free((char *)mount->options);
        *mount = (davit_mount){0};
    }
}

void davit__mount_parse_clear(davit__mount_parse *parse)
{
    davit_mount_clear(&parse->mount);
    davit__buffer_free(&parse->options);
}

/* Drop the last component of an absolute path. */
static void drop_last(davit__buffer *path)
{
    while (path->length > 0 && path->data[path->length - 1] != '/') {
        path->length--;
    }
    path->length -= path->length > 0;
}

/* "./a/../b" seen from the working directory, without "." and "..". */
static int make_absolute(davit__mount_parse *parse, davit__slice source, char **ret_path)
{
    DAVIT__FREE char *here = getcwd(NULL, 0);
    if (!here) {
        return davit__error_errno(parse->error, DAVIT_ERROR_IO, errno, "working directory");
    }
    DAVIT__BUFFER davit__buffer path = DAVIT__BUFFER_INIT;
    davit__buffer_add_text(&path, strcmp(here, "/") == 0 ? "" : here);
    davit__slice part;
    while (davit__slice_next(&source, '/', &part)) {
        if (davit__slice_is(part, "..")) {
            drop_last(&path);
        } else if (part.length > 0 && !davit__slice_is(part, ".")) {
            davit__buffer_add_char(&path, '/');
            davit__buffer_add(&path, part.text, part.length);
        }
    }
    if (path.length == 0) {
        davit__buffer_add_char(&path, '/');
    }
    davit__buffer_add(&path, "", 0);
    return davit__buffer_take(&path, ret_path, parse->error);
}

static int check_volume_name(davit__mount_parse *parse, davit__slice name)
{
    davit__slice first = {name.text, name.length > 0};
    if (name.length < 2 || !davit__slice_only(first, DAVIT__NAME_FIRST) ||
        !davit__slice_only(name, DAVIT__NAME_OTHERS)) {
        return davit__refuse(parse->error, parse->text,
                             "expected a volume's name (two or more letters, digits, '_', '.', "
                             "'-') or an absolute path as the source");
    }
    return 0;
}

int davit__mount_source(davit__mount_parse *parse, davit__slice source)
{
    char *copy = NULL;
    int r;
    if (parse->mount.type == DAVIT_MOUNT_BIND && source.length > 0 && source.text[0] == '.') {
        r = make_absolute(parse, source, &copy);
    } else {
        r = parse->mount.type == DAVIT_MOUNT_VOLUME ? check_volume_name(parse, source) : 0;
        r = r == 0 ? davit__slice_copy(source, &copy, parse->error) : r;
    }
    free((char *)parse->mount.source);
    parse->mount.source = copy;
    return r;
}

/* Whether a path is "/" however it is written: "//", "/.", "/a/..". */
static bool is_root(davit__slice path)
{
    size_t depth = 0;
    davit__slice part;
    while (davit__slice_next(&path, '/', &part)) {
        if (davit__slice_is(part, "..")) {
            depth -= depth > 0;
        } else if (part.length > 0 && !davit__slice_is(part, ".")) {
            depth++;
        }
    }
    return depth == 0;
}

int davit__mount_target(davit__mount_parse *parse, davit__slice target)
{
    if (target.length == 0 || target.text[0] != '/') {
        return davit__refuse(parse->error, parse->text,
                             "the path in the container has to be absolute");
    }
    if (is_root(target)) {
        return davit__refuse(parse->error, parse->text,
                             "the path in the container cannot be the root");
    }
    char *copy = NULL;
    int r = davit__slice_copy(target, &copy, parse->error);
    free((char *)parse->mount.target);
    parse->mount.target = copy;
    return r;
}

void davit__mount_option(davit__mount_parse *parse, davit__slice option)
{
    if (parse->options.length > 0) {
        davit__buffer_add_char(&parse->options, ',');
    }
    davit__buffer_add(&parse->options, option.text, option.length);
}

bool davit__is_propagation(davit__slice word)
{
    static const char *const names[] = {"private",  "shared",  "slave",
                                        "rprivate", "rshared", "rslave"};
    for (size_t i = 0; i < DAVIT__COUNT(names); i++) {
        if (davit__slice_is(word, names[i])) {
            return true;
        }
    }
    return false;
}

static int check_whole(const davit__mount_parse *parse)
{
    const davit_mount *mount = &parse->mount;
    if (!mount->target) {
        return davit__refuse(parse->error, parse->text, "the path in the container is missing");
    }
    bool bind = mount->type == DAVIT_MOUNT_BIND;
    if (bind && (!mount->source || mount->source[0] != '/')) {
        return davit__refuse(parse->error, parse->text,
                             "a bind mount needs an absolute path on the host as its source");
    }
    if (mount->type == DAVIT_MOUNT_TMPFS && mount->source) {
        return davit__refuse(parse->error, parse->text, "a tmpfs has no source");
    }
    if (mount->type == DAVIT_MOUNT_VOLUME && !mount->source && mount->read_only) {
        return davit__refuse(parse->error, parse->text,
                             "a volume without a name cannot be read-only");
    }
    return 0;
}

int davit__mount_finish(davit__mount_parse *parse, davit_mount *ret_mount)
{
    int r = check_whole(parse);
    if (r < 0) {
        return r;
    }
    if (parse->options.length > 0 || parse->options.failed) {
        char *options = NULL;
        r = davit__buffer_take(&parse->options, &options, parse->error);
        parse->mount.options = options;
    }
    if (r == 0) {
        *ret_mount = parse->mount;
        parse->mount = (davit_mount){0};
    }
    return r;
}
