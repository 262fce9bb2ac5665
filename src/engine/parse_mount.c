/* SPDX-License-Identifier: MIT */
/* docker's --mount: comma-separated KEY=VALUE, where a field with a comma in it stands in quotes as
 * in CSV. */
#include "parse_mount.h"

#include "memory.h"
#include "parse_csv.h"
#include "quote.h"

#include <strings.h>

/* As Go reads a boolean. */
static bool read_bool(davit__slice value, bool *ret_bool)
{
    static const char *const names[] = {"1", "t", "true", "0", "f", "false"};
    for (size_t i = 0; i < DAVIT__COUNT(names); i++) {
        if (strlen(names[i]) == value.length &&
            strncasecmp(names[i], value.text, value.length) == 0) {
            *ret_bool = i < DAVIT__COUNT(names) / 2;
            return true;
        }
    }
    return false;
}

static int need_bool(davit__mount_parse *parse, davit__slice value, bool *ret_bool)
{
    return read_bool(value, ret_bool)
               ? 0
               : davit__refuse(parse->error, parse->text, "'%.*s' is neither true nor false",
                               (int)(value.length < 40 ? value.length : 40), value.text);
}

static int set_nothing(davit__mount_parse *parse, davit__slice value)
{
    (void)parse;
    (void)value;
    return 0;
}

static int set_read_only(davit__mount_parse *parse, davit__slice value)
{
    return need_bool(parse, value, &parse->mount.read_only);
}

static int set_propagation(davit__mount_parse *parse, davit__slice value)
{
    if (!davit__is_propagation(value)) {
        return davit__refuse(parse->error, parse->text,
                             "bind-propagation has to be private, rprivate, shared, rshared, slave "
                             "or rslave");
    }
    davit__mount_option(parse, value);
    return 0;
}

static int set_nocopy(davit__mount_parse *parse, davit__slice value)
{
    bool nocopy = false;
    int r = need_bool(parse, value, &nocopy);
    if (nocopy) {
        davit__mount_option(parse, davit__slice_of("nocopy"));
    }
    return r;
}

static int set_recursive(davit__mount_parse *parse, davit__slice value)
{
    return davit__slice_is(value, "enabled")
               ? 0
               : davit__refuse(parse->error, parse->text, "bind-recursive can only be enabled");
}

static int refuse_volume_option(davit__mount_parse *parse, davit__slice value)
{
    (void)value;
    return davit__refuse(parse->error, parse->text,
                         "a volume's driver, options and labels cannot be given here: create the "
                         "volume first and give its name as the source");
}

#define ANY_TYPE (-1)

typedef struct mount_key {
    const char *name;
    int type;  /* the only one it is for */
    bool flag; /* may stand alone, meaning true */
    int (*set)(davit__mount_parse *parse, davit__slice value);
} mount_key;

static const mount_key keys[] = {
    {"type", ANY_TYPE, false, set_nothing},
    {"source", ANY_TYPE, false, davit__mount_source},
    {"src", ANY_TYPE, false, davit__mount_source},
    {"target", ANY_TYPE, false, davit__mount_target},
    {"destination", ANY_TYPE, false, davit__mount_target},
    {"dst", ANY_TYPE, false, davit__mount_target},
    {"readonly", ANY_TYPE, true, set_read_only},
    {"ro", ANY_TYPE, true, set_read_only},
    {"consistency", ANY_TYPE, false, set_nothing}, /* means nothing on Linux */
    {"bind-propagation", DAVIT_MOUNT_BIND, false, set_propagation},
    {"bind-recursive", DAVIT_MOUNT_BIND, false, set_recursive},
    {"volume-nocopy", DAVIT_MOUNT_VOLUME, true, set_nocopy},
    {"volume-driver", DAVIT_MOUNT_VOLUME, false, refuse_volume_option},
    {"volume-opt", DAVIT_MOUNT_VOLUME, false, refuse_volume_option},
    {"volume-label", DAVIT_MOUNT_VOLUME, false, refuse_volume_option},
    {"tmpfs-size", DAVIT_MOUNT_TMPFS, false, davit__tmpfs_size},
    {"tmpfs-mode", DAVIT_MOUNT_TMPFS, false, davit__tmpfs_mode},
};

static const mount_key *find_key(davit__slice name)
{
    for (size_t i = 0; i < DAVIT__COUNT(keys); i++) {
        if (davit__slice_is(name, keys[i].name)) {
            return &keys[i];
        }
    }
    return NULL;
}

/* The type decides what the other fields may be, so it is looked for first. */
static int read_type(davit__mount_parse *parse, const davit__csv *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        if (strncmp(fields->items[i], "type=", strlen("type=")) == 0 &&
            davit_enum_parse(davit_mount_type_names(), fields->items[i] + strlen("type="),
                             &parse->mount.type, NULL) < 0) {
            return davit__refuse(parse->error, parse->text,
                                 "the type has to be bind, volume or tmpfs");
        }
    }
    return 0;
}

static int read_field(davit__mount_parse *parse, const char *field)
{
    davit__slice value = davit__slice_of(field);
    davit__slice name;
    bool alone = !davit__slice_cut(&value, '=', &name);
    if (alone) {
        name = value;
        value = davit__slice_of("true");
    }
    const mount_key *key = find_key(name);
    char quoted[DAVIT__QUOTE_SIZE];
    if (!key) {
        return davit__refuse(parse->error, parse->text,
                             "unknown key in %s; there are type, source, target, readonly, "
                             "bind-propagation, volume-nocopy, tmpfs-size and tmpfs-mode",
                             davit__quote(field, quoted));
    }
    if (alone && !key->flag) {
        return davit__refuse(parse->error, parse->text, "%s needs a value: %s=...", key->name,
                             key->name);
    }
    if (key->type != ANY_TYPE && key->type != parse->mount.type) {
        return davit__refuse(parse->error, parse->text, "%s is for type=%s only", key->name,
                             davit_enum_name(davit_mount_type_names(), key->type));
    }
    return key->set(parse, value);
}

int davit_mount_parse(const char *text, davit_mount *ret_mount, davit_error *error)
{
    DAVIT__MOUNT_PARSE davit__mount_parse parse = {.text = text ? text : "", .error = error};
    DAVIT__CSV davit__csv fields = {.count = 0};
    int r = davit__csv_read(parse.text, &fields, error);
    if (r == 0) {
        r = read_type(&parse, &fields);
    }
    for (size_t i = 0; r == 0 && i < fields.count; i++) {
        r = read_field(&parse, fields.items[i]);
    }
    return r < 0 ? r : davit__mount_finish(&parse, ret_mount);
}
