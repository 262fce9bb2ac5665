/* SPDX-License-Identifier: MIT */
/* Memory of one run of the command: given out piece by piece, freed together at its end.
 *
 * A command has no way to go on without memory, so nothing here fails: it ends the process, with a
 * message. (The library never does; this is the face.) */
#ifndef DAVIT_CLI_MEMORY_H
#define DAVIT_CLI_MEMORY_H

#include <davit/davit.h>

typedef struct cli_memory {
    struct cli_block *blocks;
} cli_memory;

void cli_memory_free(cli_memory *memory);

/* Zeroed. */
void *cli_allocate(cli_memory *memory, size_t size);
char *cli_copy(cli_memory *memory, const char *text);
char *cli_copy_bytes(cli_memory *memory, const char *data, size_t length);
char *cli_format(cli_memory *memory, const char *format, ...) DAVIT_PRINTF(2, 3);

/* Say so and end the process. */
_Noreturn void cli_out_of_memory(void);

/* The array `items` of `count` items, or a larger copy of it: with room for one more of `size`
 * bytes.
 *
 *     list->items = cli_grow(memory, list->items, list->count, sizeof *list->items);
 *     list->items[list->count++] = item; */
void *cli_grow(cli_memory *memory, void *items, size_t count, size_t size);

typedef struct cli_strings {
    const char **items;
    size_t count;
} cli_strings;

typedef struct cli_pairs {
    davit_pair *items;
    size_t count;
} cli_pairs;

void cli_strings_add(cli_memory *memory, cli_strings *strings, const char *text);
void cli_pairs_add(cli_memory *memory, cli_pairs *pairs, const char *name, const char *value);

#define CLI_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
