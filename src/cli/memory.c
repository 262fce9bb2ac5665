/* SPDX-License-Identifier: MIT */
#include "memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cli_block {
    struct cli_block *next;
    max_align_t content[];
};

void cli_memory_free(cli_memory *memory)
{
    while (memory->blocks) {
        struct cli_block *block = memory->blocks;
        memory->blocks = block->next;
        free(block);
    }
}

void cli_out_of_memory(void)
{
    fputs("davit: out of memory\n", stderr);
    exit(1);
}

void *cli_allocate(cli_memory *memory, size_t size)
{
    struct cli_block *block = size < SIZE_MAX / 2 ? calloc(1, sizeof *block + size) : NULL;
    if (!block) {
        cli_out_of_memory();
    }
    block->next = memory->blocks;
    memory->blocks = block;
    return block->content;
}

char *cli_copy_bytes(cli_memory *memory, const char *data, size_t length)
{
    char *copy = cli_allocate(memory, length + 1);
    memcpy(copy, data, length);
    return copy;
}

char *cli_copy(cli_memory *memory, const char *text)
{
    return text ? cli_copy_bytes(memory, text, strlen(text)) : NULL;
}

char *cli_format(cli_memory *memory, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = cli_allocate(memory, (length < 0 ? 0 : (size_t)length) + 1);
    va_start(arguments, format);
    vsnprintf(text, (length < 0 ? 0 : (size_t)length) + 1, format, arguments);
    va_end(arguments);
    return text;
}

/* Arrays have 8, 16, 32, ... places, so they are full when the count is such a number. */
void *cli_grow(cli_memory *memory, void *items, size_t count, size_t size)
{
    if (count > 0 && (count < 8 || (count & (count - 1)) != 0)) {
        return items;
    }
    size_t places = count > 0 ? count * 2 : 8;
    if (places > SIZE_MAX / size) {
        cli_out_of_memory();
    }
    void *grown = cli_allocate(memory, places * size);
    if (count > 0) {
        memcpy(grown, items, count * size);
    }
    return grown;
}

void cli_strings_add(cli_memory *memory, cli_strings *strings, const char *text)
{
    strings->items = cli_grow(memory, strings->items, strings->count, sizeof *strings->items);
    strings->items[strings->count++] = text;
}

void cli_pairs_add(cli_memory *memory, cli_pairs *pairs, const char *name, const char *value)
{
    pairs->items = cli_grow(memory, pairs->items, pairs->count, sizeof *pairs->items);
    pairs->items[pairs->count++] = (davit_pair){name, value};
}
