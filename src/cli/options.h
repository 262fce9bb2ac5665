/* SPDX-License-Identifier: MIT */
/* Options described by tables, from which come parsing, help, completion and manual pages.
 *
 * The grammar is docker's: -it, -p8080:80, -p 8080:80, --name x, --name=x, --rm, --rm=false, and --
 * ends the options. An option given twice counts once, the last time, unless it is a list. */
#ifndef DAVIT_CLI_OPTIONS_H
#define DAVIT_CLI_OPTIONS_H

#include "memory.h"

#include <davit/davit.h>

/* What an option takes, and what its target is. */
typedef enum cli_kind {
    CLI_FLAG,     /* bool */
    CLI_STRING,   /* const char * */
    CLI_INTEGER,  /* int64_t within minimum and maximum */
    CLI_BYTES,    /* int64_t */
    CLI_DURATION, /* int64_t, nanoseconds */
    CLI_TIME,     /* int64_t, nanoseconds since 1970 */
    CLI_LIST,     /* cli_strings; can be given many times */
    CLI_PAIRS,    /* cli_pairs of NAME=VALUE or NAME (value NULL); can be given many times */
    CLI_LABELS,   /* the same, but NAME alone has an empty value */
    CLI_ENUM,     /* int, one of `names` */
    CLI_CUSTOM,   /* whatever `parse` makes of it */
} cli_kind;

/* What completion offers for a word. */
typedef enum cli_offer {
    CLI_OFFER_NOTHING,
    CLI_OFFER_FILES,
    CLI_OFFER_FOLDERS,
    CLI_OFFER_COMMANDS,
    CLI_OFFER_CONTAINERS,
    CLI_OFFER_RUNNING,
    CLI_OFFER_STOPPED,
    CLI_OFFER_IMAGES,
    CLI_OFFER_OBJECTS, /* containers and images */
    CLI_OFFER_CHOICES, /* the option's `choices` */
} cli_offer;

/* Why the command line cannot be meant. */
typedef struct cli_problem {
    char text[DAVIT_ERROR_MESSAGE_SIZE + 128];
    char hint[256]; /* or "" */
} cli_problem;

/* Put `text` into `target`. Messages are like "'TEXT': expected ...". */
typedef int (*cli_parse_function)(cli_memory *memory, const char *text, void *target,
                                  davit_error *error);

/* One option. A table of them ends with an entry without a name. */
typedef struct cli_option {
    const char *name; /* without the dashes */
    char letter;      /* 0: none */
    cli_kind kind;
    bool hidden;             /* from help and completion: another spelling */
    bool secret;             /* a STRING that is overwritten where the system shows it to others */
    size_t offset;           /* of the target in the command's own struct */
    const char *placeholder; /* in help: "NAME[=VALUE]"; NULL for flags */
    const char *text;        /* in help */
    const char *expected;    /* "expected ..." in messages; NULL: from the kind */
    const char *implied;     /* the value of the option alone; others then need a "=" */
    int64_t minimum;         /* of an INTEGER; of BYTES and a DURATION that are not 0 */
    int64_t maximum;         /* of an INTEGER; 0: no limit */
    const davit_enum *(*names)(void);
    cli_parse_function parse;
    cli_offer offer;
    const char *const *choices; /* ends with NULL */
} cli_option;

/* Option tables of a command, one after the other; ends with NULL. */
typedef const cli_option *const cli_tables[];

/* What to parse, and the results. */
typedef struct cli_parser {
    cli_memory *memory;
    const cli_option *const *tables;
    bool stop_at_word; /* options end at the first word, as a container's command has its own */
    void *target;      /* the struct that the offsets are in */
    cli_strings words; /* result: what is no option */
    bool help;         /* result: --help was given; the rest was not looked at */
} cli_parser;

/* 0, or -1 and `problem` filled. */
int cli_parse(cli_parser *parser, const char *const *arguments, size_t count, cli_problem *problem);

const cli_option *cli_option_by_name(const cli_option *const *tables, const char *name,
                                     size_t length);
const cli_option *cli_option_by_letter(const cli_option *const *tables, char letter);

/* Whether the option takes a value that can stand in the next argument. */
bool cli_option_takes_value(const cli_option *option);

/* Put `text` into the option's target. -1: `problem` says why not, naming the option `as` given. */
int cli_option_set(const cli_option *option, cli_memory *memory, const char *as, const char *text,
                   void *target, cli_problem *problem);

/* The names of an enumeration (its "not given" left out), for messages and help: "a, b or c". */
const char *cli_enum_choices(cli_memory *memory, const davit_enum *names);

#endif
