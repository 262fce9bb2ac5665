/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "credentials.h"
#include "format.h"
#include "transfer.h"

#include <stddef.h>
#include <string.h>

struct push_options {
    cli_credentials_choice credentials;
    bool all_tags;
    bool quiet;
    cli_format_choice format;
};

static const cli_option options[] = {
    {.name = "all-tags",
     .letter = 'a',
     .kind = CLI_FLAG,
     .offset = offsetof(struct push_options, all_tags),
     .text = "Push every tag of the repository that is here"},
    CLI_OPTIONS_CREDENTIALS(struct push_options, credentials),
    CLI_OPTION_RESULT(struct push_options, format),
    {.name = "quiet",
     .letter = 'q',
     .kind = CLI_FLAG,
     .offset = offsetof(struct push_options, quiet),
     .text = "Do not show how it goes on; print the name alone"},
    {.name = NULL},
};

/* What is pushed, and how. */
typedef struct pushing {
    cli *self;
    const struct push_options *chosen;
    davit_push_options options;
    cli_text results; /* a JSON object each, for --format result */
    size_t count;
} pushing;

static void show(pushing *state, const char *name, const char *digest)
{
    cli *self = state->self;
    state->count++;
    if (self->result) {
        cli_text_string(&state->results, state->count > 1 ? ",{\"name\":" : "{\"name\":");
        cli_text_json_string(&state->results, name);
        cli_text_string(&state->results, ",\"digest\":");
        cli_text_json_string(&state->results, digest);
        cli_text_char(&state->results, '}');
    } else if (state->chosen->quiet || !digest) {
        cli_print(&self->out, "%s\n", name);
    } else {
        cli_print(&self->out, "%s@%s\n", name, digest);
    }
}

static int push(pushing *state, const char *name, davit_error *error)
{
    DAVIT_CLEANUP(davit_string_free) char *digest = NULL;
    bool quiet = state->chosen->quiet || state->self->result;
    int r = cli_push(state->self, name, &state->options, quiet, &digest, error);
    if (r == 0) {
        show(state, name, digest);
    }
    return r;
}

/* The repository's name as the list of images has it: "shop" is docker.io's or this machine's. */
static bool is_of(const davit_image_info *image, const char *name, const davit_reference *wanted)
{
    size_t domain = strlen(wanted->domain);
    return strcmp(image->tag, "<none>") != 0 &&
           (strcmp(image->repository, name) == 0 ||
            (strncmp(image->repository, wanted->domain, domain) == 0 &&
             image->repository[domain] == '/' &&
             strcmp(image->repository + domain + 1, wanted->path) == 0));
}

static int push_all(pushing *state, const char *name, const davit_reference *wanted,
                    davit_error *error)
{
    DAVIT_CLEANUP(davit_image_list_free) davit_image_list *list = NULL;
    int r = davit_image_list_get(state->self->engine, NULL, &list, error);
    for (size_t i = 0; r == 0 && i < list->count; i++) {
        if (is_of(&list->items[i], name, wanted)) {
            r = push(state, list->items[i].full_name, error);
        }
    }
    if (r == 0 && state->count == 0) {
        r = cli_error(error, DAVIT_ERROR_IMAGE_NOT_FOUND, "push %s: no tag of it is here", name);
    }
    return r;
}

static void show_results(pushing *state, const cli_format_choice *format)
{
    CLI_TEXT json = CLI_TEXT_INIT;
    bool list = state->chosen->all_tags;
    cli_text_printf(&json, list ? "[%s]" : "%s", cli_text_get(&state->results));
    cli_show_json(state->self, format, json.data, list ? (int64_t)state->count : -1);
}

static int run(cli *self, const cli_input *input)
{
    struct push_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    davit_reference reference = {0};
    const char *name = input->words[0];
    if (davit_reference_parse(name, &reference, &error) < 0) {
        return cli_misuse(self, NULL, "%s", error.message);
    }
    const char *slash = strrchr(name, '/');
    if (chosen->all_tags && strpbrk(slash ? slash : name, ":@")) {
        davit_reference_clear(&reference);
        return cli_misuse(self, NULL, "--all-tags: '%s': expected a name without a tag", name);
    }
    pushing state = {.self = self, .chosen = chosen, .options = DAVIT_PUSH_OPTIONS_INIT};
    int r = cli_open(self, &error);
    if (r == 0) {
        r = cli_credentials_settle(self, &chosen->credentials, &state.options.credentials, &error);
    }
    if (r == 0) {
        r = chosen->all_tags ? push_all(&state, name, &reference, &error)
                             : push(&state, reference.full_name, &error);
    }
    if (r == 0 && self->result) {
        show_results(&state, &chosen->format);
    }
    cli_text_free(&state.results);
    davit_reference_clear(&reference);
    return r < 0 ? cli_fail(self, &error) : 0;
}

const cli_command command_push = {
    .name = "push",
    .also = CLI_NAMES("image push"),
    .group = "Images",
    .summary = "Push an image to its registry",
    .usage = "[OPTIONS] IMAGE",
    .help = "The image's name says which registry. Shows on stderr how it goes on, and prints the "
            "name with the digest under which the registry has it now.",
    .examples = "davit push registry.example.com/team/shop:1.2\n"
                "davit push --all-tags registry.example.com/team/shop",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct push_options),
    .least = 1,
    .words = "an image",
    .first = CLI_OFFER_IMAGES,
    .run = run,
};
