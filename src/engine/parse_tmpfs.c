/* SPDX-License-Identifier: MIT */
/* docker's --tmpfs: TARGET[:OPTIONS]. */
#include "memory.h"
#include "parse_mount.h"
#include "quote.h"

#define MODE_MAXIMUM 07777

static bool is_one_of(davit__slice word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (davit__slice_is(word, words[i])) {
            return true;
        }
    }
    return false;
}

/* What the kernel's tmpfs takes and we only pass on. */
static bool is_flag(davit__slice word)
{
    static const char *const flags[] = {
        "defaults", "suid",  "nosuid",  "dev",        "nodev",   "exec",        "noexec",
        "sync",     "async", "dirsync", "atime",      "noatime", "diratime",    "nodiratime",
        "relatime", "mand",  "nomand",  "norelatime", "noswap",  "strictatime", "nostrictatime",
    };
    return is_one_of(word, flags, DAVIT__COUNT(flags));
}

static bool is_key(davit__slice word)
{
    static const char *const keys[] = {"uid", "gid", "nr_inodes", "nr_blocks", "mpol", "huge"};
    return is_one_of(word, keys, DAVIT__COUNT(keys));
}

int davit__tmpfs_mode(davit__mount_parse *parse, davit__slice value)
{
    int64_t mode = 0;
    bool valid = davit__slice_only(value, "01234567");
    for (size_t i = 0; valid && i < value.length; i++) {
        mode = mode * 8 + (value.text[i] - '0');
        valid = mode <= MODE_MAXIMUM;
    }
    if (!valid) {
        return davit__refuse(parse->error, parse->text, "the mode has to be octal, such as 1777");
    }
    parse->mount.tmpfs_mode = mode;
    return 0;
}

int davit__tmpfs_size(davit__mount_parse *parse, davit__slice value)
{
    DAVIT__FREE char *copy = NULL;
    int r = davit__slice_copy(value, &copy, parse->error);
    if (r == 0 && davit_bytes_parse(copy, &parse->mount.tmpfs_size, NULL) < 0) {
        r = davit__refuse(parse->error, parse->text, "the size has to be a size such as 64m");
    }
    return r;
}

/* "50%" of the memory. */
static bool is_percentage(davit__slice value)
{
    int64_t percent;
    davit__slice number = {value.text, value.length - (value.length > 0)};
    return value.length > 0 && value.text[number.length] == '%' &&
           davit__slice_number(number, 100, &percent);
}

static int unknown_option(davit__mount_parse *parse, davit__slice option)
{
    return davit__refuse(parse->error, parse->text, "unknown option '%.*s' of a tmpfs",
                         (int)(option.length < 40 ? option.length : 40), option.text);
}

static int read_flag(davit__mount_parse *parse, davit__slice flag)
{
    bool ro = davit__slice_is(flag, "ro");
    if (ro || davit__slice_is(flag, "rw")) {
        parse->mount.read_only = ro;
    } else if (is_flag(flag)) {
        davit__mount_option(parse, flag);
    } else {
        return unknown_option(parse, flag);
    }
    return 0;
}

static int read_option(davit__mount_parse *parse, davit__slice option)
{
    davit__slice value = option;
    davit__slice key;
    if (!davit__slice_cut(&value, '=', &key)) {
        return read_flag(parse, option);
    }
    bool size = davit__slice_is(key, "size");
    if (size && !is_percentage(value)) {
        return davit__tmpfs_size(parse, value);
    }
    if (davit__slice_is(key, "mode")) {
        return davit__tmpfs_mode(parse, value);
    }
    if (!size && (!is_key(key) || value.length == 0)) {
        return unknown_option(parse, option);
    }
    davit__mount_option(parse, option);
    return 0;
}

int davit_tmpfs_parse(const char *text, davit_mount *ret_mount, davit_error *error)
{
    DAVIT__MOUNT_PARSE davit__mount_parse parse = {
        .text = text, .mount.type = DAVIT_MOUNT_TMPFS, .error = error};
    davit__slice options = davit__slice_of(text ? text : "");
    davit__slice target;
    bool alone = !davit__slice_cut(&options, ':', &target);
    int r = davit__mount_target(&parse, alone ? options : target);
    if (alone || options.length == 0) {
        options = (davit__slice){0};
    }
    davit__slice option;
    while (r == 0 && davit__slice_next(&options, ',', &option)) {
        r = read_option(&parse, option);
    }
    return r < 0 ? r : davit__mount_finish(&parse, ret_mount);
}
