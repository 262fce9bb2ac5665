/* SPDX-License-Identifier: MIT */
#include "build_input.h"
#include "build_progress.h"
#include "commands.h"
#include "container_options.h"
#include "credentials.h"
#include "format.h"
#include "outfile.h"
#include "terminal.h"
#include "transfer.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum progress { AUTO, PLAIN, TTY, QUIET };

struct build_secrets {
    davit_build_secret *items;
    size_t count;
};

struct build_options {
    davit_build_context context;
    cli_strings tags;
    cli_pairs arguments;
    cli_pairs labels;
    cli_strings extra_hosts;
    cli_strings cache_from;
    cli_strings ssh;
    cli_strings ulimits;
    struct build_secrets secrets;
    const char *iidfile;
    const char *list_context;
    int progress; /* enum progress */
    bool push;
    bool quiet;
    cli_credentials_choice credentials;
    cli_format_choice format;
};

static const struct build_options defaults = {.context = DAVIT_BUILD_CONTEXT_INIT};
static const char *const progress_names[] = {"auto", "plain", "tty", "quiet", NULL};
static const char *const pull_names[] = {"missing", "always", "never", NULL};

static int parse_progress(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    (void)memory;
    for (int i = 0; progress_names[i]; i++) {
        if (strcmp(text, progress_names[i]) == 0) {
            *(int *)target = AUTO + i;
            return 0;
        }
    }
    return cli_error(error, DAVIT_ERROR_INVALID_CONFIG, "'%s': expected auto, plain, tty or quiet",
                     text);
}

/* docker's --pull is a flag; here it can have a value too. */
static int parse_pull(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    (void)memory;
    static const struct {
        const char *name;
        davit_pull_policy policy;
    } policies[] = {
        {"missing", DAVIT_PULL_MISSING}, {"always", DAVIT_PULL_ALWAYS}, {"never", DAVIT_PULL_NEVER},
        {"true", DAVIT_PULL_ALWAYS},     {"false", DAVIT_PULL_MISSING},
    };
    for (size_t i = 0; i < CLI_COUNT(policies); i++) {
        if (strcmp(text, policies[i].name) == 0) {
            *(int *)target = policies[i].policy;
            return 0;
        }
    }
    return cli_error(error, DAVIT_ERROR_INVALID_CONFIG, "'%s': expected missing, always or never",
                     text);
}

static int parse_tag(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    davit_reference reference = {0};
    int r = davit_reference_parse(text, &reference, error);
    if (r == 0) {
        davit_reference_clear(&reference);
        cli_strings_add(memory, target, text);
    }
    return r;
}

/* docker's: id=ID[,src=FILE] or id=ID,env=VARIABLE; without either the id is the variable's name,
 * or else a file's. */
static int parse_secret(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    struct build_secrets *all = target;
    const char *id = NULL, *file = NULL, *variable = NULL;
    for (const char *part = text; part;) {
        size_t length = strcspn(part, ",");
        size_t name = strcspn(part, "=");
        const char *value =
            name < length ? cli_copy_bytes(memory, part + name + 1, length - name - 1) : "";
        const char *key = cli_copy_bytes(memory, part, name < length ? name : length);
        if (strcmp(key, "id") == 0) {
            id = value;
        } else if (strcmp(key, "src") == 0 || strcmp(key, "source") == 0) {
            file = value;
        } else if (strcmp(key, "env") == 0) {
            variable = value;
        } else if (strcmp(key, "type") != 0) {
            id = NULL;
            break;
        }
        part = part[length] ? part + length + 1 : NULL;
    }
    if (!id || !*id || (file && variable)) {
        return cli_error(error, DAVIT_ERROR_INVALID_CONFIG,
                         "'%s': expected id=ID,src=FILE or id=ID,env=VARIABLE", text);
    }
    const char *found = file ? NULL : getenv(variable ? variable : id);
    if (variable && !found) {
        return cli_error(error, DAVIT_ERROR_INVALID_CONFIG, "'%s': %s is not set", text, variable);
    }
    davit_build_secret *items = cli_allocate(memory, (all->count + 1) * sizeof *items);
    if (all->count > 0) {
        memcpy(items, all->items, all->count * sizeof *items);
    }
    items[all->count++] = (davit_build_secret){
        .id = id,
        .path = found  ? NULL
                : file ? file
                       : id,
        .data = found,
        .length = found ? strlen(found) : 0,
    };
    all->items = items;
    return 0;
}

static const cli_option options[] = {
    {.name = "add-host",
     .kind = CLI_LIST,
     .offset = offsetof(struct build_options, extra_hosts),
     .placeholder = "NAME:ADDRESS",
     .text = "Add a line to /etc/hosts of the RUN steps"},
    {.name = "build-arg",
     .kind = CLI_PAIRS,
     .offset = offsetof(struct build_options, arguments),
     .placeholder = "NAME[=VALUE]",
     .text = "Set an ARG of the Dockerfile; NAME alone takes its value from the environment"},
    CLI_OPTIONS_CREDENTIALS(struct build_options, credentials),
    {.name = "cache-from",
     .kind = CLI_LIST,
     .offset = offsetof(struct build_options, cache_from),
     .placeholder = "IMAGE",
     .text = "An image whose layers may be used",
     .offer = CLI_OFFER_IMAGES},
    {.name = "file",
     .letter = 'f',
     .kind = CLI_STRING,
     .offset = offsetof(struct build_options, context.dockerfile_path),
     .placeholder = "FILE",
     .text = "The Dockerfile, inside or outside PATH (default PATH/Dockerfile); -: stdin",
     .offer = CLI_OFFER_FILES},
    CLI_OPTION_RESULT(struct build_options, format),
    {.name = "iidfile",
     .kind = CLI_STRING,
     .offset = offsetof(struct build_options, iidfile),
     .placeholder = "FILE",
     .text = "Write the image's id to FILE",
     .offer = CLI_OFFER_FILES},
    {.name = "label",
     .kind = CLI_LABELS,
     .offset = offsetof(struct build_options, labels),
     .placeholder = "NAME[=VALUE]",
     .text = "Set a label of the image"},
    {.name = "list-context",
     .kind = CLI_STRING,
     .offset = offsetof(struct build_options, list_context),
     .placeholder = "DIR",
     .text = "Build nothing; print the paths that would be sent to the engine, one a line",
     .offer = CLI_OFFER_FOLDERS},
    {.name = "memory",
     .letter = 'm',
     .kind = CLI_BYTES,
     .offset = offsetof(struct build_options, context.memory),
     .placeholder = "BYTES",
     .text = "Most memory for a RUN step (not with BuildKit)"},
    {.name = "network",
     .kind = CLI_STRING,
     .offset = offsetof(struct build_options, context.network),
     .placeholder = "NETWORK",
     .text = "Network of the RUN steps, such as host or none"},
    {.name = "no-cache",
     .kind = CLI_FLAG,
     .offset = offsetof(struct build_options, context.no_cache),
     .text = "Run every step again"},
    {.name = "platform",
     .kind = CLI_STRING,
     .offset = offsetof(struct build_options, context.platform),
     .placeholder = "OS/ARCHITECTURE",
     .text = "What to build for, such as linux/arm64"},
    {.name = "progress",
     .kind = CLI_CUSTOM,
     .offset = offsetof(struct build_options, progress),
     .placeholder = "auto|plain|tty|quiet",
     .text = "How to show what happens (default auto: tty on a terminal, else plain)",
     .parse = parse_progress,
     .offer = CLI_OFFER_CHOICES,
     .choices = progress_names},
    {.name = "pull",
     .kind = CLI_CUSTOM,
     .offset = offsetof(struct build_options, context.pull),
     .placeholder = "missing|always|never",
     .text = "When to pull the images it is built from (default missing; --pull alone: always)",
     .implied = "always",
     .parse = parse_pull,
     .offer = CLI_OFFER_CHOICES,
     .choices = pull_names},
    {.name = "push",
     .kind = CLI_FLAG,
     .offset = offsetof(struct build_options, push),
     .text = "Push the image under each of its tags"},
    {.name = "quiet",
     .letter = 'q',
     .kind = CLI_FLAG,
     .offset = offsetof(struct build_options, quiet),
     .text = "Print nothing but the image's id"},
    {.name = "secret",
     .kind = CLI_CUSTOM,
     .offset = offsetof(struct build_options, secrets),
     .placeholder = "id=ID,src=FILE",
     .text = "A secret for RUN --mount=type=secret; id=ID,env=VARIABLE (not with BuildKit)",
     .parse = parse_secret},
    {.name = "shm-size",
     .kind = CLI_BYTES,
     .offset = offsetof(struct build_options, context.shm_size),
     .placeholder = "BYTES",
     .text = "Size of /dev/shm in the RUN steps"},
    {.name = "squash",
     .kind = CLI_FLAG,
     .offset = offsetof(struct build_options, context.squash),
     .text = "One layer for all steps, where the engine can"},
    {.name = "ssh",
     .kind = CLI_LIST,
     .offset = offsetof(struct build_options, ssh),
     .placeholder = "default|ID=SOCKET",
     .text = "An ssh agent for RUN --mount=type=ssh (no engine's API has it at present)"},
    {.name = "tag",
     .letter = 't',
     .kind = CLI_CUSTOM,
     .offset = offsetof(struct build_options, tags),
     .placeholder = "NAME[:TAG]",
     .text = "Name the image; can be given several times",
     .parse = parse_tag},
    {.name = "target",
     .kind = CLI_STRING,
     .offset = offsetof(struct build_options, context.target),
     .placeholder = "STAGE",
     .text = "Build this stage of the Dockerfile (default the last)"},
    {.name = "ulimit",
     .kind = CLI_LIST,
     .offset = offsetof(struct build_options, ulimits),
     .placeholder = "NAME=SOFT[:HARD]",
     .text = "A limit for the RUN steps, such as nofile=1024:2048"},
    {.name = NULL},
};

static int on_path(void *context, const char *path)
{
    cli *self = context;
    cli_put(&self->out, path);
    cli_put(&self->out, "\n");
    return self->out.failed != 0;
}

static int list_context(cli *self, struct build_options *chosen)
{
    davit_error error = DAVIT_ERROR_INIT;
    chosen->context.directory = chosen->list_context;
    int r = davit_build_context_list(&chosen->context, on_path, self, &error);
    return r < 0 && !self->out.failed ? cli_fail(self, &error) : 0;
}

static bool is_url(const char *path)
{
    return strstr(path, "://") || strncmp(path, "git@", 4) == 0;
}

/* From the PATH and -f to what the library builds from. */
static int settle_context(cli *self, struct build_options *chosen, const char *path,
                          davit_error *error)
{
    davit_build_context *context = &chosen->context;
    bool file_on_stdin = context->dockerfile_path && strcmp(context->dockerfile_path, "-") == 0;
    if (strcmp(path, "-") != 0) {
        context->directory = path;
        if (!file_on_stdin) {
            return 0;
        }
        context->dockerfile_path = NULL;
        return cli_build_read_dockerfile(&self->memory, self->cancel, &context->dockerfile, error);
    }
    int r = cli_build_read_context(&self->memory, self->cancel, &context->tar, &context->dockerfile,
                                   error);
    if (r == 0 && context->dockerfile && context->dockerfile_path) {
        return cli_error(error, DAVIT_ERROR_INVALID_CONFIG,
                         "build: -f '%s': standard input is a Dockerfile already",
                         context->dockerfile_path);
    }
    return r;
}

static bool wants_live(const struct build_options *chosen)
{
    return chosen->progress == TTY ||
           (chosen->progress == AUTO && cli_terminal_is_capable(STDERR_FILENO));
}

/* Credentials that were given are for one registry: that of the first tag if it is pushed, else the
 * library finds the one that the image is built from. */
static int settle_credentials(cli *self, struct build_options *chosen, davit_error *error)
{
    davit_reference reference = {0};
    int r = cli_credentials_settle(self, &chosen->credentials, &chosen->context.credentials, error);
    if (r == 0 && chosen->push && chosen->context.credentials) {
        r = davit_reference_parse(chosen->tags.items[0], &reference, error);
        chosen->credentials.credentials.server =
            r == 0 ? cli_copy(&self->memory, reference.domain) : NULL;
        davit_reference_clear(&reference);
    }
    return r;
}

static int push_tags(cli *self, const struct build_options *chosen, davit_error *error)
{
    davit_push_options how = DAVIT_PUSH_OPTIONS_INIT;
    how.credentials = chosen->context.credentials;
    bool quiet = chosen->quiet || self->result;
    int r = 0;
    for (size_t i = 0; r == 0 && chosen->push && i < chosen->tags.count; i++) {
        r = cli_push(self, chosen->tags.items[i], &how, quiet, NULL, error);
    }
    return r;
}

/* docker's has no newline at its end. */
static int write_id(cli *self, const char *path, const char *id)
{
    davit_error error = DAVIT_ERROR_INIT;
    cli_outfile file;
    if (cli_outfile_open(self, path, &file, &error) < 0) {
        return cli_fail(self, &error);
    }
    int failed = cli_outfile_write(&file, id, strlen(id));
    return cli_outfile_close(self, &file, !failed, &error) < 0 ? cli_fail(self, &error) : 0;
}

static int build(cli *self, struct build_options *chosen, const char *path)
{
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT_CLEANUP(davit_string_free) char *id = NULL;
    cli_build_progress *progress = NULL;
    int r = cli_open(self, &error);
    if (r == 0) {
        r = settle_credentials(self, chosen, &error);
    }
    if (r == 0) {
        r = settle_context(self, chosen, path, &error);
    }
    if (r == 0) {
        bool shown = !chosen->quiet && !self->result;
        progress = shown ? cli_build_progress_start(self, wants_live(chosen)) : NULL;
        r = davit_image_build(self->engine, &chosen->context,
                              progress ? cli_build_progress_event : NULL, progress, &id, &error);
        cli_build_progress_end(progress);
    }
    if (r == 0) {
        r = push_tags(self, chosen, &error);
    }
    if (r < 0) {
        return cli_fail(self, &error);
    }
    int code = chosen->iidfile ? write_id(self, chosen->iidfile, id) : 0;
    if (code == 0) {
        cli_container_show_id(self, id);
    }
    return code;
}

static void settle_lists(struct build_options *chosen)
{
    davit_build_context *context = &chosen->context;
    context->extra_hosts = chosen->extra_hosts.items;
    context->extra_host_count = chosen->extra_hosts.count;
    context->cache_from = chosen->cache_from.items;
    context->cache_from_count = chosen->cache_from.count;
    context->ssh = chosen->ssh.items;
    context->ssh_count = chosen->ssh.count;
    context->ulimits = chosen->ulimits.items;
    context->ulimit_count = chosen->ulimits.count;
    context->secrets = chosen->secrets.items;
    context->secret_count = chosen->secrets.count;
    chosen->quiet = chosen->quiet || chosen->progress == QUIET;
}

static int run(cli *self, const cli_input *input)
{
    struct build_options *chosen = input->options;
    chosen->context.tags = chosen->tags.items;
    chosen->context.tag_count = chosen->tags.count;
    chosen->context.arguments = chosen->arguments.items;
    chosen->context.argument_count = chosen->arguments.count;
    chosen->context.labels = chosen->labels.items;
    chosen->context.label_count = chosen->labels.count;
    settle_lists(chosen);
    if (chosen->list_context) {
        return input->count > 0 ? cli_misuse(self, NULL, "--list-context goes with no PATH")
                                : list_context(self, chosen);
    }
    if (input->count == 0) {
        return cli_misuse(self, NULL, "needs a folder, or -: davit build %s", self->command->usage);
    }
    const char *path = input->words[0];
    const char *file = chosen->context.dockerfile_path;
    if (is_url(path) || !path[0]) {
        return cli_misuse(self, NULL, "'%s': expected a folder, or - for standard input", path);
    }
    if (strcmp(path, "-") == 0 && file && strcmp(file, "-") == 0) {
        return cli_misuse(self, NULL, "-f '-': standard input is the context already");
    }
    if (chosen->credentials.from_stdin &&
        (strcmp(path, "-") == 0 || (file && !strcmp(file, "-")))) {
        return cli_misuse(self, NULL, "--creds-stdin: standard input is the context already");
    }
    if (chosen->push && chosen->tags.count == 0) {
        return cli_misuse(self, NULL, "--push needs a --tag, whose name says where to");
    }
    return build(self, chosen, path);
}

const cli_command command_build = {
    .name = "build",
    .also = CLI_NAMES("image build"),
    .group = "Images",
    .summary = "Build an image from a Dockerfile",
    .usage = "[OPTIONS] PATH | -",
    .help = "Sends the folder PATH, less what its .dockerignore names, to the engine and builds "
            "there. With - the context is standard input: a tar, plain or compressed, or the text "
            "of a Dockerfile that needs no files. Progress goes to stderr, the image's id to "
            "stdout.",
    .examples = "davit build -t shop:1.2 .\n"
                "davit build -t shop -f docker/Dockerfile --build-arg VERSION=1.2 .\n"
                "printf 'FROM alpine\\nRUN apk add curl\\n' | davit build -t curl -\n"
                "davit build --push -t registry.example.com/team/shop:1.2 .\n"
                "davit build --list-context .",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct build_options),
    .defaults = &defaults,
    .most = 1,
    .first = CLI_OFFER_FOLDERS,
    .run = run,
};
