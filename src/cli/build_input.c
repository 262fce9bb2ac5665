/* SPDX-License-Identifier: MIT */
#include "build_input.h"

#include "input.h"
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#define DOCKERFILE_LIMIT (4 * 1024 * 1024)
#define BLOCK            512 /* of a tar; its header is one */
#define CHECKSUM         148
#define CHECKSUM_SIZE    8
#define PIECE            (64 * 1024)

/* The bytes of a tar header, its checksum taken as spaces, add up to that checksum. */
static bool is_tar(const unsigned char *header)
{
    unsigned long sum = 0, written = 0;
    for (size_t i = 0; i < BLOCK; i++) {
        bool own = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_SIZE;
        sum += own ? ' ' : header[i];
        if (own && header[i] >= '0' && header[i] <= '7') {
            written = written * 8 + (header[i] - '0');
        }
    }
    return sum == written || sum == CHECKSUM_SIZE * ' '; /* nothing but zeros: an empty tar */
}

bool cli_build_is_archive(const void *data, size_t length)
{
    static const struct {
        const char *bytes;
        size_t length;
    } compressed[] = {{"\x1f\x8b", 2}, {"BZh", 3}, {"\xfd\x37zXZ\0", 6}, {"\x28\xb5\x2f\xfd", 4}};
    for (size_t i = 0; i < CLI_COUNT(compressed); i++) {
        if (length >= compressed[i].length &&
            memcmp(data, compressed[i].bytes, compressed[i].length) == 0) {
            return true;
        }
    }
    return length >= BLOCK && is_tar(data);
}

static int fail(davit_error *error, const char *what)
{
    return cli_error(error, DAVIT_ERROR_IO, "build: standard input: %s: %s", what, strerror(errno));
}

/* Add at least `wanted` bytes of stdin, fewer only at its end. */
static int read_some(cli_text *text, size_t wanted, const davit_cancel *cancel, davit_error *error)
{
    char piece[PIECE];
    while (text->length < wanted) {
        if (!cli_input_wait(cancel)) {
            cli_error(error, DAVIT_ERROR_CANCELLED, "build: cancelled");
            return DAVIT_ERROR_CANCELLED;
        }
        ssize_t got = read(STDIN_FILENO, piece, sizeof piece);
        if (got < 0 && errno != EINTR) {
            return fail(error, "read");
        }
        if (got == 0) {
            return 0;
        }
        cli_text_add(text, piece, got > 0 ? (size_t)got : 0);
    }
    return 0;
}

/* The rest of stdin, behind what `text` has of it, as a Dockerfile. */
static int finish_dockerfile(cli_memory *memory, cli_text *text, const davit_cancel *cancel,
                             const char **ret_text, davit_error *error)
{
    if (read_some(text, DOCKERFILE_LIMIT + 1, cancel, error) < 0) {
        return -1;
    }
    const char *wrong = NULL;
    if (text->length == 0) {
        wrong = "is empty: expected a Dockerfile";
    } else if (text->length > DOCKERFILE_LIMIT) {
        wrong = "is neither a tar nor a Dockerfile of at most 4 MiB";
    } else if (strlen(text->data) < text->length) {
        wrong = "is neither a tar nor text";
    }
    if (wrong) {
        return cli_error(error, DAVIT_ERROR_INVALID_CONFIG, "build: standard input %s", wrong);
    }
    *ret_text = cli_copy_bytes(memory, text->data, text->length);
    return 0;
}

int cli_build_read_dockerfile(cli_memory *memory, const davit_cancel *cancel, const char **ret_text,
                              davit_error *error)
{
    CLI_TEXT text = CLI_TEXT_INIT;
    return finish_dockerfile(memory, &text, cancel, ret_text, error);
}

/* Hands a tar's looked-at beginning and the rest of stdin on; lives until the process ends, as it
 * may wait for input that never comes. */
static struct feeder {
    char beginning[2 * PIECE];
    size_t length;
    int to;
} feeder;

static void *feed(void *context)
{
    struct feeder *fed = context;
    char piece[PIECE];
    int failed = cli_write_all(fed->to, fed->beginning, fed->length);
    while (!failed && cli_input_wait(NULL)) { /* the run's cancellation may be freed before it */
        ssize_t got = read(STDIN_FILENO, piece, sizeof piece);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            break;
        }
        failed = got > 0 ? cli_write_all(fed->to, piece, (size_t)got) : 0;
    }
    close(fed->to);
    return NULL;
}

static int start_feeder(const cli_text *beginning, int *ret_tar, davit_error *error)
{
    int ends[2];
    pthread_t thread;
    if (pipe2(ends, O_CLOEXEC) < 0) {
        return fail(error, "pipe");
    }
    memcpy(feeder.beginning, beginning->data, beginning->length);
    feeder.length = beginning->length;
    feeder.to = ends[1];
    errno = pthread_create(&thread, NULL, feed, &feeder);
    if (errno) {
        return fail(error, "thread");
    }
    pthread_detach(thread);
    *ret_tar = ends[0];
    return 0;
}

int cli_build_read_context(cli_memory *memory, const davit_cancel *cancel, int *ret_tar,
                           const char **ret_text, davit_error *error)
{
    CLI_TEXT text = CLI_TEXT_INIT;
    off_t start = lseek(STDIN_FILENO, 0, SEEK_CUR);
    if (read_some(&text, BLOCK, cancel, error) < 0) {
        return -1;
    }
    if (!cli_build_is_archive(cli_text_get(&text), text.length)) {
        return finish_dockerfile(memory, &text, cancel, ret_text, error);
    }
    if (start >= 0 && lseek(STDIN_FILENO, start, SEEK_SET) == start) {
        *ret_tar = STDIN_FILENO;
        return 0;
    }
    return start_feeder(&text, ret_tar, error);
}
