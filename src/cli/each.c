/* SPDX-License-Identifier: MIT */
#include "each.h"

#include "format.h"

#include <pthread.h>
#include <stdatomic.h>

#define THREADS 8

struct work {
    cli *self;
    const cli_input *input;
    cli_each_function function;
    davit_error *errors; /* one a word; the code tells whether it failed */
    atomic_size_t next;
};

static void *work(void *context)
{
    struct work *all = context;
    size_t i;
    while ((i = atomic_fetch_add(&all->next, 1)) < all->input->count) {
        all->function(all->self->engine, all->input->words[i], all->input->options,
                      &all->errors[i]);
    }
    return NULL;
}

static void work_together(struct work *all)
{
    pthread_t threads[THREADS];
    size_t wanted = all->input->count < THREADS ? all->input->count : THREADS;
    size_t started = 0;
    while (started + 1 < wanted && pthread_create(&threads[started], NULL, work, all) == 0) {
        started++;
    }
    work(all);
    for (size_t i = 0; i < started; i++) {
        pthread_join(threads[i], NULL);
    }
}

/* All failures as one result. */
static int fail_together(const struct work *all, size_t first)
{
    CLI_TEXT messages = CLI_TEXT_INIT;
    for (size_t i = first; i < all->input->count; i++) {
        if (all->errors[i].code != DAVIT_OK) {
            cli_text_printf(&messages, "%s%s", i == first ? "" : "; ", all->errors[i].message);
        }
    }
    davit_error error;
    cli_error(&error, all->errors[first].code, "%s", messages.data);
    return cli_fail(all->self, &error);
}

static int report(const struct work *all)
{
    int code = 0;
    CLI_TEXT names = CLI_TEXT_INIT;
    cli *self = all->self;
    cli_text_char(&names, '[');
    for (size_t i = 0; i < all->input->count; i++) {
        const davit_error *error = &all->errors[i];
        if (error->code != DAVIT_OK && self->result) {
            return fail_together(all, i);
        }
        if (error->code != DAVIT_OK) {
            int failed = cli_fail(self, error);
            code = code ? code : failed;
        } else if (self->result) {
            cli_text_string(&names, i > 0 ? "," : "");
            cli_text_json_string(&names, all->input->words[i]);
        } else {
            cli_print(&self->out, "%s\n", all->input->words[i]);
        }
    }
    if (self->result) {
        const cli_format_choice result = {.kind = CLI_FORMAT_RESULT};
        cli_text_char(&names, ']');
        cli_show_json(self, &result, names.data, (int64_t)all->input->count);
    }
    return code;
}

int cli_each(cli *self, const cli_input *input, cli_each_function function)
{
    davit_error error = DAVIT_ERROR_INIT;
    if (cli_open(self, &error) < 0) {
        return cli_fail(self, &error);
    }
    struct work all = {
        .self = self,
        .input = input,
        .function = function,
        .errors = cli_allocate(&self->memory, input->count * sizeof(davit_error)),
    };
    work_together(&all);
    return report(&all);
}
