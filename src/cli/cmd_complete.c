/* SPDX-License-Identifier: MIT */
/* What completion offers: `davit __complete -- WORD...` prints the candidates for the last word,
 * one a line, then perhaps ":files", ":folders" or ":nospace" for the shell to act on. */
#include "commands.h"

#include <string.h>

#define ENGINE_TIMEOUT_MS 5000 /* somebody waits with a finger on the key */

/* The words before the one that is typed, read as far as it takes to know what it is. */
typedef struct walk {
    const cli_option *const *tables;
    bool stop_at_word;
    const cli_option *pending; /* result: the typed word is this option's value */
    size_t words;              /* result: words that are no options */
    size_t first;              /* result: index of the first of them */
    bool ended;                /* result: no options come any more */
} walk;

static const cli_option *option_of(const walk *walked, const char *word)
{
    if (word[1] == '-') {
        return cli_option_by_name(walked->tables, word + 2, strcspn(word + 2, "="));
    }
    const cli_option *option = NULL;
    for (const char *letter = word + 1; *letter; letter++) {
        option = cli_option_by_letter(walked->tables, *letter);
        if (option && cli_option_takes_value(option)) {
            return letter[1] ? NULL : option; /* "-p80": the value is there */
        }
    }
    return option;
}

static void walk_words(walk *walked, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *word = words[i];
        if (walked->ended || word[0] != '-' || !word[1]) {
            walked->first = walked->words++ == 0 ? i : walked->first;
            walked->ended = walked->ended || walked->stop_at_word;
        } else if (strcmp(word, "--") == 0) {
            walked->ended = true;
        } else {
            const cli_option *option = option_of(walked, word);
            bool apart = option && cli_option_takes_value(option) && !strchr(word, '=');
            if (apart && i + 1 == count) {
                walked->pending = option;
            }
            i += apart;
        }
    }
}

/* What is typed, in two parts: what stays in front, and what is to be completed. */
typedef struct typed {
    cli *self;
    const char *before; /* "--format=" */
    const char *text;
} typed;

static void offer(const typed *word, const char *candidate)
{
    if (candidate && strncmp(candidate, word->text, strlen(word->text)) == 0) {
        cli_print(&word->self->out, "%s%s\n", word->before, candidate);
    }
}

static void offer_choices(const typed *word, const char *const *choices)
{
    bool open = false;
    for (; choices && *choices; choices++) {
        offer(word, *choices);
        size_t length = strlen(*choices);
        open = open || (length > 0 && strchr("=:", (*choices)[length - 1]));
    }
    if (open) {
        cli_put(&word->self->out, ":nospace\n");
    }
}

/* The verbs of a noun; without one (NULL) those that stand alone, and the nouns. */
static void offer_commands(const typed *word, const cli_noun *noun)
{
    for (size_t i = 0; cli_commands[i]; i++) {
        if (!cli_commands[i]->hidden) {
            offer(word, cli_command_word(cli_commands[i], noun));
        }
    }
    for (const cli_noun *other = cli_nouns; !noun && other->name; other++) {
        offer(word, other->name);
    }
}

/* The word before may be a noun. */
static void offer_commands_of(const typed *word, const char *name)
{
    const cli_noun *noun = cli_noun_by_name(name);
    if (noun) {
        offer_commands(word, noun);
    }
}

static void offer_options(const typed *word, const cli_option *const *tables)
{
    for (; *tables; tables++) {
        for (const cli_option *option = *tables; option->name; option++) {
            if (!option->hidden) {
                offer(word, cli_format(&word->self->memory, "--%s", option->name));
            }
        }
    }
    offer(word, "--help");
}

/* Quietly, and without starting an engine for it. */
static davit_engine *open_engine(cli *self)
{
    davit_engine_options options;
    if (!self->engine && cli_engine_options(self, &options, NULL) == 0) {
        options.no_embedded = true;
        options.timeout_ms = ENGINE_TIMEOUT_MS;
        options.log = NULL;
        davit_engine_open(&options, &self->engine, NULL);
    }
    return self->engine;
}

static void offer_containers(const typed *word, cli_offer kind)
{
    DAVIT_CLEANUP(davit_container_list_free) davit_container_list *list = NULL;
    const davit_container_list_options options = {.all = kind != CLI_OFFER_RUNNING};
    davit_engine *engine = open_engine(word->self);
    if (!engine || davit_container_list_get(engine, &options, &list, NULL) < 0) {
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (kind != CLI_OFFER_STOPPED || !list->items[i].is_running) {
            offer(word, list->items[i].name);
        }
    }
}

static void offer_images(const typed *word)
{
    DAVIT_CLEANUP(davit_image_list_free) davit_image_list *list = NULL;
    davit_engine *engine = open_engine(word->self);
    if (!engine || davit_image_list_get(engine, NULL, &list, NULL) < 0) {
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        const char *repository = list->items[i].repository;
        if (repository && repository[0] != '<') {
            offer(word, list->items[i].full_name);
        }
    }
}

static void offer_kind(const typed *word, cli_offer kind, const char *const *choices)
{
    switch (kind) {
    case CLI_OFFER_NOTHING:
        return;
    case CLI_OFFER_FILES:
        cli_put(&word->self->out, ":files\n");
        return;
    case CLI_OFFER_FOLDERS:
        cli_put(&word->self->out, ":folders\n");
        return;
    case CLI_OFFER_COMMANDS:
        offer_commands(word, NULL);
        return;
    case CLI_OFFER_CONTAINERS:
    case CLI_OFFER_RUNNING:
    case CLI_OFFER_STOPPED:
        offer_containers(word, kind);
        return;
    case CLI_OFFER_OBJECTS:
        offer_containers(word, CLI_OFFER_CONTAINERS);
        offer_images(word);
        return;
    case CLI_OFFER_IMAGES:
        offer_images(word);
        return;
    case CLI_OFFER_CHOICES:
        offer_choices(word, choices);
        return;
    }
}

static void offer_values(const typed *word, const cli_option *option)
{
    if (option->kind == CLI_FLAG) {
        offer(word, "true");
        offer(word, "false");
        return;
    }
    const char *name = option->names ? davit_enum_at(option->names(), 0, NULL) : NULL;
    for (size_t i = 1; name; i++) {
        offer(word, name);
        name = davit_enum_at(option->names(), i, NULL);
    }
    offer_kind(word, option->offer, option->choices);
}

/* An option, or the value behind its "=". */
static void complete_option(typed *word, const cli_option *const *tables)
{
    const char *equals = strchr(word->text, '=');
    if (!equals || word->text[1] != '-') {
        offer_options(word, tables);
        return;
    }
    size_t length = (size_t)(equals - word->text);
    const cli_option *option = cli_option_by_name(tables, word->text + 2, length - 2);
    if (option) {
        word->before = cli_copy_bytes(&word->self->memory, word->text, length + 1);
        word->text = equals + 1;
        offer_values(word, option);
    }
}

static void complete_in(typed *word, const cli_command *command, const char *const *words,
                        size_t count)
{
    static const cli_option *const none[] = {NULL};
    walk walked = {
        .tables = command->tables ? command->tables : none,
        .stop_at_word = command->stop_at_word,
    };
    walk_words(&walked, words, count);
    if (walked.pending) {
        offer_values(word, walked.pending);
    } else if (word->text[0] == '-' && !walked.ended) {
        complete_option(word, walked.tables);
    } else if (walked.words == 0) {
        offer_kind(word, command->first, command->choices);
    } else if (command->others == CLI_OFFER_COMMANDS) {
        offer_commands_of(word, words[walked.first]);
    } else {
        offer_kind(word, command->others, command->choices);
    }
}

/* Which engine to ask for names. */
static void apply_globals(cli *self, const char *const *words, size_t count)
{
    cli_problem ignored;
    cli_parser parser = {
        .memory = &self->memory,
        .tables = cli_global_tables,
        .stop_at_word = true,
        .target = &self->globals,
    };
    cli_parse(&parser, words, count, &ignored);
}

/* Behind the options before the verb: `words` begin with the verb, or with a noun. */
static void complete_verb(typed *word, const char *const *words, size_t count)
{
    const cli_noun *noun = cli_noun_by_name(words[0]);
    size_t at = noun ? 1 : 0;
    const char *name = NULL;
    if (at == count) {
        offer_commands(word, noun);
        return;
    }
    const cli_command *command = cli_command_find(noun, words[at], &name);
    if (command) {
        complete_in(word, command, words + at + 1, count - at - 1);
    }
}

static int run(cli *self, const cli_input *input)
{
    size_t before = input->count - 1;
    typed word = {self, "", input->words[before]};
    walk walked = {.tables = cli_global_tables, .stop_at_word = true};
    walk_words(&walked, input->words, before);
    if (walked.pending) {
        offer_values(&word, walked.pending);
    } else if (walked.words > 0) {
        apply_globals(self, input->words, walked.first);
        complete_verb(&word, input->words + walked.first, before - walked.first);
    } else if (word.text[0] == '-' && !walked.ended) {
        complete_option(&word, cli_global_tables);
    } else {
        offer_commands(&word, NULL);
    }
    return 0;
}

const cli_command command_complete = {
    .name = "__complete",
    .group = "",
    .summary = "Print what completion offers",
    .usage = "-- WORD...",
    .least = 1,
    .most = CLI_ANY,
    .words = "the words of the command line",
    .stop_at_word = true,
    .hidden = true,
    .run = run,
};
