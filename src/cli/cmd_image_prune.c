/* SPDX-License-Identifier: MIT */
#include "commands.h"
#include "format.h"
#include "terminal.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct prune_options {
    davit_image_prune_options prune;
    cli_pairs filters;
    bool force;
    bool dry_run;
    cli_format_choice format;
};

static const char *const filter_choices[] = {"dangling=", "label=", "label!=", "until=", NULL};

static const cli_option options[] = {
    {.name = "all",
     .letter = 'a',
     .kind = CLI_FLAG,
     .offset = offsetof(struct prune_options, prune.all),
     .text = "Every image that no container uses, not only those without a name"},
    {.name = "dry-run",
     .kind = CLI_FLAG,
     .offset = offsetof(struct prune_options, dry_run),
     .text = "Remove nothing, show what would go"},
    {.name = "filter",
     .kind = CLI_CUSTOM,
     .offset = offsetof(struct prune_options, filters),
     .placeholder = "NAME=VALUE",
     .text = "Only those that match: until=24h, label=key[=value], label!=key[=value]",
     .parse = cli_parse_filter,
     .offer = CLI_OFFER_CHOICES,
     .choices = filter_choices},
    {.name = "force",
     .letter = 'f',
     .kind = CLI_FLAG,
     .offset = offsetof(struct prune_options, force),
     .text = "Do not ask"},
    CLI_OPTION_RESULT(struct prune_options, format),
    {.name = NULL},
};

/* ---- what would go ---- */

/* The plan as an object: {"images":[{"id":...,"names":[...],"size":...}],"bytes":...}. */
static void add_plan(cli_text *json, const davit_image_prune_plan *plan)
{
    cli_text_string(json, "\"images\":[");
    for (size_t i = 0; i < plan->count; i++) {
        const davit_image_info *info = &plan->items[i];
        bool named = strcmp(info->tag, "<none>") != 0;
        cli_text_string(json, i > 0 ? ",{\"id\":" : "{\"id\":");
        cli_text_json_string(json, info->id);
        cli_text_string(json, ",\"names\":[");
        for (size_t name = 0; named && name < info->name_count; name++) {
            cli_text_string(json, name > 0 ? "," : "");
            cli_text_json_string(json, info->names[name]);
        }
        cli_text_printf(json, "],\"size\":%lld}", (long long)info->size);
    }
    cli_text_printf(json, "],\"bytes\":%lld", (long long)plan->bytes);
}

static const char *size_text(cli *self, int64_t bytes)
{
    DAVIT_CLEANUP(davit_string_free) char *text = NULL;
    davit_bytes_format(bytes, &text, NULL);
    return cli_copy(&self->memory, text ? text : "");
}

static int show_preview(cli *self, const davit_image_prune_plan *plan)
{
    static const char *const columns[] = {"id", "names", "created", "size", NULL};
    static const cli_view view = {
        .type = davit_image_info_type,
        .size = sizeof(davit_image_info),
        .id = "id",
        .columns = columns,
    };
    static const cli_look look = {0};
    int code = cli_show_list(self, &view, &look, plan->items, plan->count);
    cli_print(&self->out, "%zu image%s, %s\n", plan->count, plan->count == 1 ? "" : "s",
              size_text(self, plan->bytes));
    return code;
}

/* ---- asking ---- */

static bool is_confirmed(cli *self)
{
    static const char question[] = "Remove them? [y/N] ";
    char answer[16] = "";
    cli_flush(&self->out);
    cli_write_all(STDERR_FILENO, question, strlen(question));
    return fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

/* ---- doing it ---- */

struct removal {
    cli *self;
    cli_text json;
};

static void on_removed(void *context, const char *what, const char *name)
{
    struct removal *removal = context;
    if (!removal->self->result) {
        bool deleted = strcmp(what, "deleted") == 0;
        cli_print(&removal->self->out, "%s: %s\n", deleted ? "Deleted" : "Untagged", name);
        return;
    }
    cli_text_printf(&removal->json, "%s{\"%s\":", removal->json.length ? "," : "", what);
    cli_text_json_string(&removal->json, name);
    cli_text_char(&removal->json, '}');
}

static int prune(cli *self, const struct prune_options *chosen, const davit_image_prune_plan *plan)
{
    davit_error error = DAVIT_ERROR_INIT;
    struct removal removal = {.self = self};
    int r = davit_image_prune(self->engine, plan, on_removed, &removal, &error);
    if (r == 0 && self->result) {
        CLI_TEXT json = CLI_TEXT_INIT;
        cli_text_printf(&json, "{\"removed\":[%s],\"bytes\":%lld}", cli_text_get(&removal.json),
                        (long long)plan->bytes);
        cli_show_json(self, &chosen->format, json.data, -1);
    } else if (r == 0) {
        cli_print(&self->out, "Total reclaimed space: %s\n", size_text(self, plan->bytes));
    }
    cli_text_free(&removal.json);
    return r < 0 ? cli_fail(self, &error) : 0;
}

static int preview(cli *self, const struct prune_options *chosen,
                   const davit_image_prune_plan *plan)
{
    if (!self->result) {
        return show_preview(self, plan);
    }
    CLI_TEXT json = CLI_TEXT_INIT;
    cli_text_char(&json, '{');
    add_plan(&json, plan);
    cli_text_char(&json, '}');
    cli_show_json(self, &chosen->format, json.data, -1);
    return 0;
}

static int run(cli *self, const cli_input *input)
{
    struct prune_options *chosen = input->options;
    davit_error error = DAVIT_ERROR_INIT;
    DAVIT_CLEANUP(davit_image_prune_plan_free) davit_image_prune_plan *plan = NULL;
    bool can_ask = cli_is_terminal(STDIN_FILENO) && !self->result;
    chosen->prune.filters = chosen->filters.items;
    chosen->prune.filter_count = chosen->filters.count;
    if (cli_open(self, &error) < 0 ||
        davit_image_prune_plan_get(self->engine, &chosen->prune, &plan, &error) < 0) {
        return cli_fail(self, &error);
    }
    if (chosen->dry_run) {
        return preview(self, chosen, plan);
    }
    if (plan->count > 0 && !chosen->force) {
        int code = self->result ? 0 : show_preview(self, plan);
        if (code == 0 && !can_ask) {
            code =
                cli_misuse(self, "'--dry-run' shows what would go;",
                           "nothing was removed: there is no terminal to ask at, and no --force");
        }
        if (code != 0 || !is_confirmed(self)) {
            return code;
        }
    }
    return prune(self, chosen, plan);
}

const cli_command command_image_prune = {
    .name = "image prune",
    .group = "Images",
    .summary = "Remove images that nobody needs",
    .usage = "[OPTIONS]",
    .help =
        "Removes images without a name, or with --all every image that no container uses. Shows "
        "what would go and how many bytes that frees, and asks. Images with the label davit.keep "
        "stay. The bytes are those of layers that no other image has, as the engine counts them.",
    .examples = "davit image prune --dry-run --all\n"
                "davit image prune --force --filter until=24h\n"
                "davit image prune --all --filter 'label!=release'",
    .tables = (cli_tables){options, NULL},
    .size = sizeof(struct prune_options),
    .run = run,
};
