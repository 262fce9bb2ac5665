/* SPDX-License-Identifier: MIT */
#include "streams.h"

#include "format.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_SIZE      (256 * 1024)
#define CAPTURE_LIMIT    (64 * 1024 * 1024) /* of each stream */
#define EXIT_BROKEN_PIPE 141                /* as if SIGPIPE had ended it */
#define EXIT_OUTPUT      1

static bool is_same_file(int one, int other)
{
    struct stat a, b;
    return fstat(one, &a) == 0 && fstat(other, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

void cli_streams_start(cli_streams *streams, cli_streams_mode mode)
{
    *streams = (cli_streams){.mode = mode};
    streams->together = mode == CLI_STREAMS_BUFFERED && is_same_file(STDOUT_FILENO, STDERR_FILENO);
}

void cli_streams_free(cli_streams *streams)
{
    cli_text_free(&streams->pieces[0]);
    cli_text_free(&streams->pieces[1]);
}

static int write_to(cli_streams *streams, int index, const void *data, size_t length)
{
    if (!streams->failed) {
        streams->failed = cli_write_all(STDOUT_FILENO + index, data, length);
    }
    return streams->failed ? -1 : 0;
}

static int flush(cli_streams *streams, int index)
{
    cli_text *pending = &streams->pieces[index];
    int r = pending->length > 0 ? write_to(streams, index, pending->data, pending->length) : 0;
    cli_text_clear(pending);
    return r;
}

static int buffer(cli_streams *streams, int index, const void *data, size_t length)
{
    cli_text *pending = &streams->pieces[index];
    if (pending->length + length > BUFFER_SIZE && flush(streams, index) < 0) {
        return -1;
    }
    if (length >= BUFFER_SIZE) {
        return write_to(streams, index, data, length);
    }
    cli_text_add(pending, data, length);
    return 0;
}

static int capture(cli_streams *streams, int index, const void *data, size_t length)
{
    if (streams->pieces[index].length + length > CAPTURE_LIMIT) {
        streams->full = true;
        return -1;
    }
    cli_text_add(&streams->pieces[index], data, length);
    return 0;
}

int cli_streams_output(void *context, davit_stream stream, const void *data, size_t length)
{
    cli_streams *streams = context;
    int index = stream == DAVIT_STREAM_STDERR && !streams->together;
    switch (streams->mode) {
    case CLI_STREAMS_DIRECT:
        return write_to(streams, index, data, length);
    case CLI_STREAMS_BUFFERED:
        return buffer(streams, index, data, length);
    case CLI_STREAMS_CAPTURED:
        return capture(streams, index, data, length);
    }
    return -1;
}

int cli_streams_end(cli *self, cli_streams *streams)
{
    davit_error error;
    if (streams->full) {
        cli_error(&error, DAVIT_ERROR_IO, "%s: more than %d MiB of output: too much for one result",
                  self->called, CAPTURE_LIMIT >> 20);
        return cli_fail(self, &error);
    }
    if (streams->mode == CLI_STREAMS_BUFFERED) {
        flush(streams, 0);
        flush(streams, 1);
    }
    if (streams->failed && streams->failed != EPIPE) {
        cli_say(self, "%s: writing the output: %s", self->called, strerror(streams->failed));
        return self->command->failure ? self->command->failure : EXIT_OUTPUT;
    }
    return streams->failed ? EXIT_BROKEN_PIPE : 0;
}

void cli_streams_show(cli *self, const cli_streams *streams, int exit_code)
{
    static const char *const names[] = {"stdout", "stderr"};
    const cli_format_choice result = {.kind = CLI_FORMAT_RESULT};
    CLI_TEXT json = CLI_TEXT_INIT;
    cli_text_printf(&json, "{\"exit_code\":%d", exit_code);
    for (size_t i = 0; i < CLI_COUNT(names); i++) {
        cli_text_printf(&json, ",\"%s\":", names[i]);
        cli_text_json(&json, cli_text_get(&streams->pieces[i]), streams->pieces[i].length);
    }
    cli_text_char(&json, '}');
    cli_show_json(self, &result, json.data, -1);
}
