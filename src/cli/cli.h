/* SPDX-License-Identifier: MIT */
/* One run of the command: what every verb gets, and how a verb is described. */
#ifndef DAVIT_CLI_CLI_H
#define DAVIT_CLI_CLI_H

#include "memory.h"
#include "options.h"
#include "output.h"

#include <davit/davit.h>

typedef struct cli_command cli_command;
struct cli_live;

/* A flag whose absence differs from its "false". */
enum cli_switch { CLI_SWITCH_UNSET, CLI_SWITCH_ON, CLI_SWITCH_OFF };

/* Options before the verb. */
typedef struct cli_globals {
    const char *host;
    const char *context;
    int runtime;    /* davit_runtime */
    int tls;        /* cli_switch */
    int tls_verify; /* cli_switch */
    const char *tls_ca;
    const char *tls_certificate;
    const char *tls_key;
    int log_level;   /* davit_log_level, -1: not given */
    int64_t timeout; /* nanoseconds, 0: none */
    bool version;
} cli_globals;

typedef struct cli {
    cli_memory memory;
    cli_output out; /* stdout; flushed at the end of the run, and its failure reported */
    cli_globals globals;
    const cli_command *command;   /* NULL before the verb is known */
    const char *called;           /* which of its names was given: "container ls" */
    const char *const *arguments; /* all of them, behind the program's name */
    size_t argument_count;
    davit_engine *engine; /* from cli_open(); calls end with the time limit and with Ctrl-C */
    davit_cancel *cancel;
    davit_template *parsed_template; /* of --format */
    const char *hinted;              /* the last hint; it is not given twice */
    bool result;                     /* --format result: failures too are JSON on stdout */
    _Atomic(struct cli_live *) live; /* what is redrawn on the terminal at present, or NULL */
} cli;

/* What a verb was called with. */
typedef struct cli_input {
    void *options; /* the command's own struct, filled */
    const char *const *words;
    size_t count;
} cli_input;

/* A verb. Its names are what follows "davit": "ps", or a noun and a word such as "image prune". */
struct cli_command {
    const char *name;
    const char *const *also; /* its other names, CLI_NAMES("container ls"); NULL: it has one */
    const char *group;       /* heading in the list of verbs; those of a noun alone are not in it */
    const char *summary;
    const char *usage;    /* what follows the name: "[OPTIONS] IMAGE [COMMAND] [ARG...]" */
    const char *help;     /* paragraphs below the summary, or NULL */
    const char *examples; /* one a line, or NULL */
    const cli_option *const *tables; /* NULL: no options */
    size_t size;                     /* of the struct that the options fill */
    const void *defaults;            /* its first content, NULL: zeros */
    size_t least;                    /* fewest words */
    size_t most;                     /* most words, 0: as few, CLI_ANY: no limit */
    const char *words;               /* what is missing if there are too few: "an image" */
    cli_offer first;                 /* completion of the first word */
    cli_offer others;                /* of the others */
    const char *const *choices;      /* for CLI_OFFER_CHOICES; ends with NULL */
    const davit_type *(*type)(void); /* what --format shows, NULL: nothing */
    bool stop_at_word;
    bool hidden;
    int failure; /* exit code of davit's own failures; 0: as the error table says */
    /* Returns the exit code. */
    int (*run)(cli *cli, const cli_input *input);
};

#define CLI_ANY SIZE_MAX
#define CLI_NAMES(...)                                                                             \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

/* What verbs are gathered under, beside standing alone: `davit container ls`. */
typedef struct cli_noun {
    const char *name;
    const char *summary;
} cli_noun;

/* Run the verb in `arguments` (behind the program's name). Returns the exit code. */
int cli_main(cli *cli);

/* All verbs in alphabetical order; ends with NULL. */
extern const cli_command *const cli_commands[];

/* All nouns in alphabetical order; ends with one without a name. */
extern const cli_noun cli_nouns[];
const cli_noun *cli_noun_by_name(const char *name);

/* The verb called `word` behind a noun, or without one (NULL), and the whole of that name. */
const cli_command *cli_command_find(const cli_noun *noun, const char *word, const char **ret_name);

/* What the verb is called first behind a noun, or without one (NULL): "ls". NULL: nothing. */
const char *cli_command_word(const cli_command *command, const cli_noun *noun);

/* The verb's name number `index`; NULL: there are no more. */
const char *cli_command_name(const cli_command *command, size_t index);

/* The verb's word (or, without a noun, perhaps the noun) that is nearest to a wrong one. */
const char *cli_nearest_command(const cli_noun *noun, const char *word);

/* The options before the verb, as tables. */
extern const cli_option *const cli_global_tables[];

/* Settle the log level from LOG_LEVEL if no option gave it. Returns 0 or the exit code. */
int cli_settle_level(cli *self);

/* Find and open the engine. Once is enough. */
int cli_open(cli *self, davit_error *error);

/* How to open it. Signals trigger self->cancel from now on, which the options carry. */
int cli_engine_options(cli *self, davit_engine_options *ret_options, davit_error *error);
void cli_close(cli *cli);

/* Report why it failed. Returns the exit code. */
int cli_fail(cli *cli, const davit_error *error);

/* Report input that cannot be meant. `hint` may be NULL. Returns the exit code. */
int cli_misuse(cli *cli, const char *hint, const char *format, ...) DAVIT_PRINTF(3, 4);

/* One line to stderr, whole even beside a progress display: "davit: VERB: ...". */
void cli_say(cli *cli, const char *format, ...) DAVIT_PRINTF(2, 3);

/* A warning of the command's own, shown as the library's are. */
void cli_warn(cli *self, const char *message);

/* The exit code for a failure of this verb. */
int cli_exit_code(const cli *cli, const davit_error *error);

/* Fill the error; returns -1. For what the command itself finds wrong. */
int cli_error(davit_error *error, davit_error_code code, const char *format, ...)
    DAVIT_PRINTF(3, 4);

#endif
