/* SPDX-License-Identifier: MIT */
#include "walk.h"

#include "memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/xattr.h>

/* A name in a directory. A directory has two: "x" is the entry itself and "x/" what it holds.
 * Sorted like that, the walk follows the order of whole paths ("x", "x-y", "x/z"). */
struct item {
    char *name;
    mode_t type; /* S_IFMT bits */
    bool on_disk;
    const davit__context_file *file; /* in memory */
    size_t first, last;              /* "x/": the files in memory below */
};

struct items {
    struct item *list;
    size_t count;
    size_t capacity;
};

struct run {
    const davit__walk *walk;
    davit__walk_visit visit;
    void *context;
    davit_error *error;
    size_t depth;
    size_t length;
    char path[DAVIT__CONTEXT_PATH_MAX + 1];
};

/* One directory: on disk, in memory, or both. */
struct level {
    int fd;                     /* -1: in memory only */
    const unsigned char *marks; /* see davit__ignore_decide(); NULL at the root */
    size_t first, last;         /* files in memory below it */
};

static int walk_level(struct run *run, const struct level *level);

static void free_items(struct items *items)
{
    for (size_t i = 0; i < items->count; i++) {
        free(items->list[i].name);
    }
    free(items->list);
}

static int add_item(struct items *items, const char *name, size_t length, const struct item *item,
                    davit_error *error)
{
    if (items->count == items->capacity) {
        size_t capacity = items->capacity ? items->capacity * 2 : 32;
        struct item *list = reallocarray(items->list, capacity, sizeof *list);
        if (!list) {
            return davit__error_no_memory(error);
        }
        items->list = list;
        items->capacity = capacity;
    }
    struct item *added = &items->list[items->count];
    *added = *item;
    added->name = strndup(name, length);
    if (!added->name) {
        return davit__error_no_memory(error);
    }
    items->count++;
    return 0;
}

/* `name` has to be followed by a '/'. */
static int add_directory(struct items *items, const char *name, size_t length, struct item *item,
                         davit_error *error)
{
    item->type = S_IFDIR;
    int r = add_item(items, name, length, item, error);
    return r < 0 ? r : add_item(items, name, length + 1, item, error);
}

static int compare_items(const void *a, const void *b)
{
    return strcmp(((const struct item *)a)->name, ((const struct item *)b)->name);
}

static struct item *find_item(const struct items *items, size_t count, char *name)
{
    struct item key = {.name = name};
    return count ? bsearch(&key, items->list, count, sizeof key, compare_items) : NULL;
}

/* The names that the files in memory have in this directory. */
static int add_memory_items(struct run *run, const struct level *level, struct items *items)
{
    const davit__context_file *files = run->walk->files;
    for (size_t i = level->first; i < level->last;) {
        const char *name = files[i].path + run->length;
        size_t length = strcspn(name, "/");
        struct item item = {.first = i};
        int r;
        if (name[length] == '\0') {
            item.type = S_IFREG;
            item.file = &files[i++];
            r = add_item(items, name, length, &item, run->error);
        } else {
            while (i < level->last && strncmp(files[i].path + run->length, name, length + 1) == 0) {
                i++;
            }
            item.last = i;
            r = add_directory(items, name, length, &item, run->error);
        }
        if (r < 0) {
            return r;
        }
    }
    if (items->count > 0) {
        qsort(items->list, items->count, sizeof *items->list, compare_items);
    }
    return 0;
}

/* "path/name: why". */
static int fail(const struct run *run, const char *name, int system_error)
{
    int length = (int)run->length;
    if (system_error == ENOMEM) {
        return davit__error_no_memory(run->error);
    }
    if (system_error == ENOENT) {
        return davit__error_set(run->error, DAVIT_ERROR_IO,
                                "%.*s%s: vanished while the context was read", length, run->path,
                                name);
    }
    if (system_error == ELOOP || system_error == ENOTDIR || system_error == ENXIO) {
        return davit__error_set(run->error, DAVIT_ERROR_IO,
                                "%.*s%s: changed its type while the context was read", length,
                                run->path, name);
    }
    return davit__error_errno(run->error, DAVIT_ERROR_IO, system_error, "%.*s%s", length, run->path,
                              name);
}

static int read_type(struct run *run, const struct level *level, const struct dirent *entry,
                     mode_t *ret_type)
{
    if (entry->d_type != DT_UNKNOWN) {
        *ret_type = DTTOIF(entry->d_type);
        return 0;
    }
    struct stat status;
    if (fstatat(level->fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0) {
        return fail(run, entry->d_name, errno);
    }
    *ret_type = status.st_mode & S_IFMT;
    return 0;
}

static int add_disk_item(struct run *run, const struct level *level, const struct dirent *entry,
                         size_t memory_count, struct items *items)
{
    mode_t type = 0;
    int r = read_type(run, level, entry, &type);
    if (r < 0 || S_ISSOCK(type)) {
        return r;
    }
    char name[sizeof entry->d_name + 1];
    size_t length = strlen(entry->d_name);
    memcpy(name, entry->d_name, length);
    memcpy(name + length, "/", 2);
    struct item item = {.type = type, .on_disk = true};
    name[length] = '\0';
    struct item *hides = find_item(items, memory_count, name);
    name[length] = '/';
    if (!hides) {
        return S_ISDIR(type) ? add_directory(items, name, length, &item, run->error)
                             : add_item(items, name, length, &item, run->error);
    }
    if (S_ISDIR(hides->type) && S_ISDIR(type)) {
        hides->on_disk = true;
        find_item(items, memory_count, name)->on_disk = true;
    }
    return 0;
}

static int read_directory(struct run *run, const struct level *level, DIR *directory,
                          struct items *items)
{
    size_t memory_count = items->count;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(directory);
        if (!entry) {
            return errno ? fail(run, ".", errno) : 0;
        }
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        int r = add_disk_item(run, level, entry, memory_count, items);
        if (r < 0) {
            return r;
        }
    }
}

static int add_disk_items(struct run *run, const struct level *level, struct items *items)
{
    /* Opened anew: a duplicate would share its position with other walks of the same context. */
    DAVIT__CLOSE int fd = openat(level->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    if (!directory) {
        return fail(run, ".", errno);
    }
    fd = -1;
    int r = read_directory(run, level, directory, items);
    closedir(directory);
    if (r == 0 && items->count > 0) {
        qsort(items->list, items->count, sizeof *items->list, compare_items);
    }
    return r;
}

static bool always_sent(const struct run *run)
{
    const char *const *always = run->walk->always;
    return davit__same(always[0], run->path) || davit__same(always[1], run->path);
}

/* Whether a path that is always sent lies below the present one, which is a directory. */
static bool always_sent_below(const struct run *run)
{
    for (size_t i = 0; i < DAVIT__COUNT(run->walk->always); i++) {
        const char *path = run->walk->always[i];
        if (path && strncmp(path, run->path, run->length) == 0 && path[run->length] == '/') {
            return true;
        }
    }
    return false;
}

static bool excluded(const struct run *run, const struct level *level, unsigned char *ret_marks)
{
    const davit__ignore *ignore = run->walk->ignore;
    return ignore && davit__ignore_decide(ignore, level->marks, run->path, ret_marks);
}

static int visit_memory(struct run *run, const struct item *item)
{
    const davit__context_file *file = item->file;
    davit__walk_entry entry = {.head = {.path = run->path}, .fd = -1};
    if (file) {
        entry.head.mode = S_IFREG | (file->mode ? file->mode & 07777 : 0644);
        entry.head.size = (int64_t)file->length;
        entry.data = file->data;
    } else {
        entry.head.mode = S_IFDIR | 0755;
    }
    return run->visit(run->context, &entry, run->error);
}

static void fill_head(davit__tar_entry *head, const struct stat *status)
{
    head->mode = status->st_mode;
    head->mtime = status->st_mtim.tv_sec;
    head->size = status->st_size;
    head->device = status->st_rdev;
}

/* Capabilities that are bound to a user namespace (revision 3) mean nothing elsewhere: they are
 * sent as plain ones, as Docker does. */
static size_t read_capability(int fd, unsigned char data[64])
{
    const size_t plain_length = 20;
    ssize_t length = fgetxattr(fd, "security.capability", data, 64);
    if (length < (ssize_t)plain_length) {
        return 0;
    }
    if (data[3] == 3) {
        data[3] = 2;
        return plain_length;
    }
    return (size_t)length;
}

static int visit_file(struct run *run, const struct level *level, const char *name)
{
    DAVIT__CLOSE int fd =
        openat(level->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) < 0) {
        return fail(run, "", errno);
    }
    if (!S_ISREG(status.st_mode)) {
        return fail(run, "", ENOTDIR);
    }
    davit__walk_entry entry = {.head = {.path = run->path}, .fd = fd};
    fill_head(&entry.head, &status);
    unsigned char capability[64];
    if (status.st_mode & 0111) {
        entry.head.capability_length = read_capability(fd, capability);
        entry.head.capability = entry.head.capability_length ? capability : NULL;
    }
    return run->visit(run->context, &entry, run->error);
}

static int visit_other(struct run *run, const struct level *level, const struct item *item)
{
    struct stat status;
    if (fstatat(level->fd, item->name, &status, AT_SYMLINK_NOFOLLOW) < 0) {
        return fail(run, "", errno);
    }
    if ((status.st_mode & S_IFMT) != item->type) {
        return fail(run, "", ENOTDIR);
    }
    char target[PATH_MAX];
    davit__walk_entry entry = {.head = {.path = run->path}, .fd = -1};
    fill_head(&entry.head, &status);
    if (S_ISLNK(item->type)) {
        ssize_t length = readlinkat(level->fd, item->name, target, sizeof target - 1);
        if (length < 0) {
            return fail(run, "", errno == EINVAL ? ENOTDIR : errno);
        }
        target[length] = '\0';
        entry.head.target = target;
    }
    return run->visit(run->context, &entry, run->error);
}

static int visit_item(struct run *run, const struct level *level, const struct item *item)
{
    if (!item->on_disk) {
        return visit_memory(run, item);
    }
    if (excluded(run, level, NULL) && !always_sent(run)) {
        return 0;
    }
    if (run->walk->names_only) {
        davit__walk_entry entry = {.head = {.path = run->path, .mode = item->type}, .fd = -1};
        return run->visit(run->context, &entry, run->error);
    }
    return S_ISREG(item->type) ? visit_file(run, level, item->name) : visit_other(run, level, item);
}

/* What the directory of `item` holds, unless nothing of it is wanted. */
static int descend(struct run *run, const struct level *level, const struct item *item)
{
    const davit__ignore *ignore = run->walk->ignore;
    DAVIT__FREE unsigned char *marks = NULL;
    DAVIT__CLOSE int fd = -1;
    bool wanted = item->on_disk;
    if (wanted && ignore) {
        marks = malloc(davit__ignore_count(ignore) + 1);
        if (!marks) {
            return davit__error_no_memory(run->error);
        }
        wanted = !excluded(run, level, marks) || always_sent_below(run) ||
                 davit__ignore_may_reinclude_below(ignore, marks, run->path);
    }
    if (!wanted && item->first == item->last) {
        return 0;
    }
    if (wanted) {
        fd = openat(level->fd, run->path + run->length - strlen(item->name) + 1,
                    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0) {
            return fail(run, "", errno);
        }
    }
    struct level below = {.fd = fd, .marks = marks, .first = item->first, .last = item->last};
    run->path[run->length++] = '/';
    run->path[run->length] = '\0';
    return walk_level(run, &below);
}

/* Put the item's name, without its '/', behind the path of its directory. */
static int append_name(struct run *run, const char *name, size_t length)
{
    if (run->length + length + 1 > DAVIT__CONTEXT_PATH_MAX) {
        return davit__error_set(run->error, DAVIT_ERROR_IO,
                                "%.60s...: a path in the context is longer than %d bytes",
                                run->path, DAVIT__CONTEXT_PATH_MAX);
    }
    memcpy(run->path + run->length, name, length);
    run->length += length;
    run->path[run->length] = '\0';
    return 0;
}

static int walk_item(struct run *run, const struct level *level, const struct item *item)
{
    size_t outer = run->length;
    size_t length = strlen(item->name);
    bool below = item->name[length - 1] == '/';
    int r = append_name(run, item->name, length - below);
    if (r == 0) {
        r = below ? descend(run, level, item) : visit_item(run, level, item);
    }
    run->length = outer;
    run->path[outer] = '\0';
    return r;
}

static int walk_items(struct run *run, const struct level *level, const struct items *items)
{
    for (size_t i = 0; i < items->count; i++) {
        int r = walk_item(run, level, &items->list[i]);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

static int walk_level(struct run *run, const struct level *level)
{
    if (run->depth == DAVIT__CONTEXT_DEPTH_MAX) {
        return davit__error_set(run->error, DAVIT_ERROR_IO,
                                "%.60s...: more than %d directories inside one another", run->path,
                                DAVIT__CONTEXT_DEPTH_MAX);
    }
    struct items items = {0};
    int r = add_memory_items(run, level, &items);
    if (r == 0 && level->fd >= 0) {
        r = add_disk_items(run, level, &items);
    }
    if (r == 0) {
        run->depth++;
        r = walk_items(run, level, &items);
        run->depth--;
    }
    free_items(&items);
    return r;
}

int davit__walk_run(const davit__walk *walk, davit__walk_visit visit, void *context,
                    davit_error *error)
{
    struct run run = {.walk = walk, .visit = visit, .context = context, .error = error};
    struct level root = {.fd = walk->directory, .last = walk->file_count};
    return walk_level(&run, &root);
}
