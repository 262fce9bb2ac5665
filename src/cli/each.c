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
    davit_error_code tolerated;
    atomic_size_t next;
};

static bool has_failed(const struct work *all, size_t index)
{
    davit_error_code code = all->errors[index].code;
    return code != DAVIT_OK && code != all->tolerated;
}

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
        if (has_failed(all, i)) {
            cli_text_printf(&messages, "%s%s", i == first ? "" : "; ", all->errors[i].message);
        }
    }
    davit_error error;
    cli_error(&error, all->errors[first].code, "%s", messages.data);
    return cli_fail(all->self, &error);
}

static int report_result(const struct work *all)
{
    const cli_format_choice result = {.kind = CLI_FORMAT_RESULT};
    CLI_TEXT names = CLI_TEXT_INIT;
    int64_t done = 0;
    cli_text_char(&names, '[');
    for (size_t i = 0; i < all->input->count; i++) {
        if (has_failed(all, i)) {
            return fail_together(all, i);
        }
        if (all->errors[i].code == DAVIT_OK) {
            cli_text_string(&names, done++ > 0 ? "," : "");
            cli_text_json_string(&names, all->input->words[i]);
        }
    }
    cli_text_char(&names, ']');
    cli_show_json(all->self, &result, names.data, done);
    return 0;
}

static int report(const struct work *all)
{
    int code = 0;
    for (size_t i = 0; i < all->input->count; i++) {
        if (all->errors[i].code == DAVIT_OK) {
            cli_print(&all->self->out, "%s\n", all->input->words[i]);
            continue;
        }
        int failed = cli_fail(all->self, &all->errors[i]);
        if (code == 0 && has_failed(all, i)) {
            code = failed;
        }
    }
    return code;
}

int cli_each(cli *self, const cli_input *input, cli_each_function function,
             davit_error_code tolerated)
{
    davit_error error = DAVIT_ERROR_INIT;
    if (cli_open(self, &error) < 0) {
        return cli_fail(self, &error);
    }
    struct work all = {
        .self = self,
        .input = input,
        .function = function,
        .tolerated = tolerated,
        .errors = cli_allocate(&self->memory, input->count * sizeof(davit_error)),
    };
    work_together(&all);
    return self->result ? report_result(&all) : report(&all);
}
