/* SPDX-License-Identifier: MIT */
/* docker's -v: [SOURCE:]TARGET[:OPTIONS]. */
#include "memory.h"
#include "parse_mount.h"
#include "quote.h"

/* Options of one sort exclude each other. */
typedef enum option_sort {
    SORT_ACCESS,
    SORT_LABEL,
    SORT_PROPAGATION,
    SORT_COPY,
    SORT_CONSISTENCY,
    SORT_UNKNOWN,
} option_sort;

static option_sort sort_of(davit__slice option)
{
    static const struct {
        const char *name;
        option_sort sort;
    } options[] = {
        {"rw", SORT_ACCESS},
        {"ro", SORT_ACCESS},
        {"z", SORT_LABEL},
        {"Z", SORT_LABEL},
        {"nocopy", SORT_COPY},
        {"consistent", SORT_CONSISTENCY},
        {"cached", SORT_CONSISTENCY},
        {"delegated", SORT_CONSISTENCY},
    };
    for (size_t i = 0; i < DAVIT__COUNT(options); i++) {
        if (davit__slice_is(option, options[i].name)) {
            return options[i].sort;
        }
    }
    return davit__is_propagation(option) ? SORT_PROPAGATION : SORT_UNKNOWN;
}

/* Whether what is behind a colon is options and nothing else. */
static bool are_options(davit__slice text)
{
    davit__slice option;
    while (davit__slice_next(&text, ',', &option)) {
        if (sort_of(option) == SORT_UNKNOWN) {
            return false;
        }
    }
    return true;
}

static int read_option(davit__mount_parse *parse, davit__slice option, unsigned *seen)
{
    option_sort sort = sort_of(option);
    bool bind = parse->mount.type == DAVIT_MOUNT_BIND;
    if (sort == SORT_UNKNOWN) {
        return davit__refuse(parse->error, parse->text,
                             "unknown option '%.*s'; there are ro, rw, z, Z, nocopy, private, "
                             "rprivate, shared, rshared, slave and rslave",
                             (int)(option.length < 40 ? option.length : 40), option.text);
    }
    if (*seen & (1u << sort)) {
        return davit__refuse(parse->error, parse->text, "'%.*s' comes after another of its kind",
                             (int)option.length, option.text);
    }
    *seen |= 1u << sort;
    if ((sort == SORT_PROPAGATION && !bind) || (sort == SORT_COPY && bind)) {
        return davit__refuse(parse->error, parse->text, "'%.*s' is for %s only", (int)option.length,
                             option.text, bind ? "volumes" : "bind mounts");
    }
    if (sort == SORT_ACCESS) {
        parse->mount.read_only = davit__slice_is(option, "ro");
    } else if (sort != SORT_CONSISTENCY) { /* which means nothing on Linux */
        davit__mount_option(parse, option);
    }
    return 0;
}

static int read_options(davit__mount_parse *parse, davit__slice options)
{
    unsigned seen = 0;
    davit__slice option;
    int r = 0;
    while (r == 0 && davit__slice_next(&options, ',', &option)) {
        r = read_option(parse, option, &seen);
    }
    return r;
}

/* The type is known by the source: a path is bound, a name is a volume. */
static int read_parts(davit__mount_parse *parse, davit__slice *parts, size_t count)
{
    davit__slice source = parts[0];
    bool path = source.text[0] == '/' || source.text[0] == '.';
    parse->mount.type = path ? DAVIT_MOUNT_BIND : DAVIT_MOUNT_VOLUME;
    parse->mount.create_source = path;
    int r = davit__mount_target(parse, parts[1]);
    if (r == 0) {
        r = davit__mount_source(parse, source);
    }
    return r == 0 && count == 3 ? read_options(parse, parts[2]) : r;
}

int davit_volume_parse(const char *text, davit_mount *ret_mount, davit_error *error)
{
    DAVIT__MOUNT_PARSE davit__mount_parse parse = {.text = text, .error = error};
    davit__slice rest = davit__slice_of(text ? text : "");
    davit__slice parts[3];
    size_t count = 0;
    bool valid = true;
    davit__slice part;
    while (valid && davit__slice_next(&rest, ':', &part)) {
        valid = part.length > 0 && count < DAVIT__COUNT(parts);
        if (valid) {
            parts[count++] = part;
        }
    }
    if (!valid || (count == 2 && are_options(parts[1]))) {
        return davit__refuse(error, text,
                             "expected NAME:/PATH, /HOST-PATH:/PATH or /PATH, with :ro or other "
                             "options behind the first two");
    }
    int r = count == 1 ? davit__mount_target(&parse, parts[0]) : read_parts(&parse, parts, count);
    return r < 0 ? r : davit__mount_finish(&parse, ret_mount);
}
