/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "format.h"
#include "json.h"

#include <stddef.h>
#include <string.h>

enum wanted { ANY, CONTAINER, IMAGE };

struct inspect_options {
    cli_format_choice format;
    bool raw;
    int type; /* enum wanted */
};

static const char *const types[] = {"container", "image", NULL};

static int parse_type(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    (void)memory;
    for (int i = 0; types[i]; i++) {
        if (strcmp(text, types[i]) == 0) {
            *(int *)target = CONTAINER + i;
            return 0;
        }
    }
    return cli_error(error, DAVIT_ERROR_INVALID_CONFIG, "'%s': expected container or image", text);
}

static int parse_format(cli_memory *memory, const char *text, void *target, davit_error *error)
{
    if (strcmp(text, "table") == 0 || strncmp(text, "table ", 6) == 0) {
        return cli_error(error, DAVIT_ERROR_INVALID_CONFIG,
                         "'%s': expected json, result, or a template such as '{{.Name}}'", text);
    }
    return cli_format_parse(memory, text, target, error);
}

static const cli_option options[] = {
    {.name = "format",
     .letter = 'f',
     .kind = CLI_CUSTOM,
     .offset = offsetof(struct inspect_options, format),
     .placeholder = "FORMAT",
     .text = "json (default), result (JSON with success, data and error), or a template such as "
             "'{{.Name}}'; fields that davit does not have are looked for in the engine's own JSON",
     .parse = parse_format,
     .offer = CLI_OFFER_CHOICES,
     .choices = cli_format_choices + 1},
    {.name = "raw",
     .kind = CLI_FLAG,
     .offset = offsetof(struct inspect_options, raw),
     .text = "The engine's own JSON, unchanged but for white space"},
    {.name = NULL},
};

static const cli_option type_options[] = {
    {.name = "type",
     .kind = CLI_CUSTOM,
     .offset = offsetof(struct inspect_options, type),
     .placeholder = "container|image",
     .text = "Look for this kind only (default: a container, then an image)",
     .parse = parse_type,
     .offer = CLI_OFFER_CHOICES,
     .choices = types},
    {.name = NULL},
};

/* One kind of object. */
typedef struct kind {
    const davit_type *(*type)(void);
    int (*get)(davit_engine *engine, const char *name, void **ret_object, davit_error *error);
    int (*get_raw)(davit_engine *engine, const char *name, char **ret_json, davit_error *error);
    void (*free)(void *object);
} kind;

static int get_container(davit_engine *engine, const char *name, void **ret_object,
                         davit_error *error)
{
    davit_container_info *info = NULL;
    int r = davit_container_get(engine, name, &info, error);
    *ret_object = info;
    return r;
}

static int get_image(davit_engine *engine, const char *name, void **ret_object, davit_error *error)
{
    davit_image_info *info = NULL;
    int r = davit_image_get(engine, name, &info, error);
    *ret_object = info;
    return r;
}

static void free_container(void *object)
{
    davit_container_info_free(object);
}

static void free_image(void *object)
{
    davit_image_info_free(object);
}

static const kind kinds[] = {
    {davit_container_info_type, get_container, davit_container_get_raw, free_container},
    {davit_image_info_type, get_image, davit_image_get_raw, free_image},
};

static int render_typed(const kind *what, const char *template, const void *object, char **ret_text)
{
    DAVIT_CLEANUP(davit_template_free) davit_template *parsed = NULL;
    int r = davit_template_parse(template, what->type(), &parsed, NULL);
    return r < 0 ? r : davit_template_render(parsed, what->type(), object, NULL, ret_text, NULL);
}

/* The object as a template shows it. One that the typed object is not enough for is meant for it
 * and the engine's JSON, or for that alone. */
static int render(cli *self, const kind *what, const char *name, const char *template,
                  const void *object, char **ret_text, davit_error *error)
{
    DAVIT_CLEANUP(davit_template_free) davit_template *parsed = NULL;
    DAVIT_CLEANUP(davit_string_free) char *raw = NULL;
    if (render_typed(what, template, object, ret_text) == 0) {
        return 0;
    }
    int r = davit_template_parse(template, NULL, &parsed, error);
    if (r == 0) {
        r = what->get_raw(self->engine, name, &raw, error);
    }
    if (r < 0 || davit_template_render(parsed, what->type(), object, raw, ret_text, NULL) == 0 ||
        davit_template_render(parsed, NULL, NULL, raw, ret_text, NULL) == 0) {
        return r;
    }
    return davit_template_render(parsed, what->type(), object, raw, ret_text, error);
}

static int show(cli *self, const struct inspect_options *chosen, const kind *what, const char *name,
                char **ret_text, davit_error *error)
{
    void *object = NULL;
    if (chosen->raw) {
        return what->get_raw(self->engine, name, ret_text, error);
    }
    int r = what->get(self->engine, name, &object, error);
    if (r == 0 && chosen->format.kind == CLI_FORMAT_TEMPLATE) {
        r = render(self, what, name, chosen->format.text, object, ret_text, error);
    } else if (r == 0) {
        int indent = chosen->format.kind == CLI_FORMAT_RESULT ? 0 : 2;
        r = davit_type_to_json(what->type(), object, indent, ret_text, error);
    }
    what->free(object);
    return r;
}

/* As a container, then as an image. */
static int show_any(cli *self, const struct inspect_options *chosen, const char *name,
                    char **ret_text, davit_error *error)
{
    if (chosen->type != ANY) {
        return show(self, chosen, &kinds[chosen->type - CONTAINER], name, ret_text, error);
    }
    int r = show(self, chosen, &kinds[0], name, ret_text, error);
    if (r == DAVIT_ERROR_CONTAINER_NOT_FOUND) {
        r = show(self, chosen, &kinds[1], name, ret_text, error);
        if (r == DAVIT_ERROR_IMAGE_NOT_FOUND) {
            cli_error(error, DAVIT_ERROR_CONTAINER_NOT_FOUND,
                      "inspect %s: no such container or image", name);
            r = DAVIT_ERROR_CONTAINER_NOT_FOUND;
        }
    }
    return r;
}

static void add(cli *self, const struct inspect_options *chosen, cli_text *array, const char *text)
{
    bool compact = chosen->format.kind == CLI_FORMAT_RESULT;
    if (chosen->format.kind == CLI_FORMAT_TEMPLATE) {
        cli_print(&self->out, "%s\n", text);
        return;
    }
    cli_text_string(array, array->length > 1 ? "," : "");
    CLI_TEXT raw = CLI_TEXT_INIT;
    if (chosen->raw) {
        cli_json_indent(&raw, text, 2);
        text = cli_text_get(&raw);
    }
    cli_text_string(array, compact ? "" : "\n  ");
    cli_text_indented(array, text, compact ? 0 : 2);
}

static int inspect_all(cli *self, const cli_input *input, cli_text *array)
{
    const struct inspect_options *chosen = input->options;
    int code = 0;
    for (size_t i = 0; i < input->count; i++) {
        davit_error error = DAVIT_ERROR_INIT;
        DAVIT_CLEANUP(davit_string_free) char *text = NULL;
        if (show_any(self, chosen, input->words[i], &text, &error) == 0) {
            add(self, chosen, array, text);
            continue;
        }
        int failed = cli_fail(self, &error);
        code = code ? code : failed;
        if (self->result) {
            return code;
        }
    }
    return code;
}

static int run(cli *self, const cli_input *input)
{
    struct inspect_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    if (chosen->raw && chosen->format.kind == CLI_FORMAT_TEMPLATE) {
        return cli_misuse(self, "a template finds the engine's own fields without --raw;",
                          "--raw goes with no template");
    }
    int code = cli_format_settle(self, &chosen->format, NULL);
    if (code != 0) {
        return code;
    }
    if (cli_open(self, &error) < 0) {
        return cli_fail(self, &error);
    }
    CLI_TEXT array = CLI_TEXT_INIT;
    cli_text_char(&array, '[');
    code = inspect_all(self, input, &array);
    if (chosen->format.kind == CLI_FORMAT_TEMPLATE || (code != 0 && self->result)) {
        return code;
    }
    cli_text_string(&array, array.length > 1 && !self->result ? "\n]" : "]");
    cli_show_json(self, &chosen->format, array.data, (int64_t)input->count);
    return code;
}

const cli_command command_inspect = {
    .name = "inspect",
    .group = "Containers",
    .summary = "Show everything about containers and images, as JSON",
    .usage = "[OPTIONS] NAME...",
    .examples = "davit inspect web\n"
                "davit inspect -f '{{.State}} {{.ExitCode}}' web\n"
                "davit inspect --raw --type image nginx:alpine",
    .tables = (cli_tables){options, type_options, NULL},
    .size = sizeof(struct inspect_options),
    .least = 1,
    .most = CLI_ANY,
    .words = "a container or an image",
    .first = CLI_OFFER_OBJECTS,
    .others = CLI_OFFER_OBJECTS,
    .run = run,
};

const cli_command command_container_inspect = {
    .name = "container inspect",
    .group = "Containers",
    .summary = "Show everything about containers, as JSON",
    .usage = "[OPTIONS] CONTAINER...",
    .examples = "davit container inspect -f '{{.State}} {{.ExitCode}}' web",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct inspect_options),
    .defaults = &(const struct inspect_options){.type = CONTAINER},
    .least = 1,
    .most = CLI_ANY,
    .words = "a container",
    .first = CLI_OFFER_CONTAINERS,
    .others = CLI_OFFER_CONTAINERS,
    .run = run,
};

const cli_command command_image_inspect = {
    .name = "image inspect",
    .group = "Images",
    .summary = "Show everything about images, as JSON",
    .usage = "[OPTIONS] IMAGE...",
    .examples = "davit image inspect -f '{{.Architecture}}' nginx:alpine",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct inspect_options),
    .defaults = &(const struct inspect_options){.type = IMAGE},
    .least = 1,
    .most = CLI_ANY,
    .words = "an image",
    .first = CLI_OFFER_IMAGES,
    .others = CLI_OFFER_IMAGES,
    .run = run,
};
