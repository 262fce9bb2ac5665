/* SPDX-License-Identifier: MIT */
/*
 * What a service does for days: threads that use one engine at once, with deadlines and
 * cancellations at random moments and connections that are cut.
 *
 *     soak HOST CUT_HOST SECONDS SEED
 *
 * CUT_HOST leads to the same engine through a proxy that cuts connections. The time is spent in
 * rounds, each with an engine opened anew; between them nothing of davit lives, so memory,
 * descriptors, threads and children have to be what they were after the first. Prints one line of
 * figures. Exit status: 0 if all was well, else 1, and each surprise has a line on stderr.
 */
#include "calls.h"

#include <dirent.h>
#include <errno.h>
#include <malloc.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS           6
#define WORKERS          4
#define NAMES            3 /* containers and images that the workers contend for */
#define CODES            (1 - DAVIT_ERROR_IO) /* the lowest one */
#define PATIENCE_MS      120000               /* of a call that nothing disturbs */
#define LATENESS_SECONDS 30                   /* a create is let finish before it is cancelled */
#define HEAP_GROWTH      (64 * 1024)
#define RSS_GROWTH       (16 * 1024 * 1024)
#define ITEMS(array)     (sizeof(array) / sizeof((array)[0]))

/* How a call is disturbed. */
enum disturbance { UNDISTURBED, DEADLINE, CANCELLATION, CUT, DISTURBANCES };

struct worker {
    struct soak *soak;
    pthread_t thread;
    unsigned short random[3];
    davit_cancel *cancel; /* of the present call, under the soak's lock */
    double due;           /* when it is triggered */
};

struct soak {
    const char *host;
    const char *cut_host;
    unsigned long seed;
    davit_engine *engine;
    struct worker workers[WORKERS];
    pthread_mutex_t lock;
    atomic_bool over;
    atomic_ulong results[CODES]; /* by code, negated */
    atomic_ulong surprises;
};

/* What lives between rounds. */
struct figures {
    size_t heap;
    size_t rss;
    int descriptors;
    int threads;
};

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void surprise(struct soak *soak, const char *what, const char *detail)
{
    atomic_fetch_add(&soak->surprises, 1);
    fprintf(stderr, "soak: %s: %s\n", what, detail);
}

static bool is_expected(const struct soak_verb *verb, enum disturbance disturbance, int code)
{
    static const int brought[DISTURBANCES][3] = {
        [DEADLINE] = {DAVIT_ERROR_TIMEOUT},
        [CANCELLATION] = {DAVIT_ERROR_CANCELLED},
        [CUT] = {DAVIT_ERROR_PROTOCOL, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE},
    };
    bool found = code == DAVIT_OK;
    for (size_t i = 0; i < ITEMS(verb->expected); i++) {
        found = found || code == verb->expected[i];
    }
    for (size_t i = 0; i < ITEMS(brought[0]); i++) {
        found = found || code == brought[disturbance][i];
    }
    return found;
}

/* ---- the workers ---- */

static void set_cancel(struct worker *worker, davit_cancel *cancel, double due)
{
    pthread_mutex_lock(&worker->soak->lock);
    worker->cancel = cancel;
    worker->due = due;
    pthread_mutex_unlock(&worker->soak->lock);
}

/* Triggers each cancellation when it is due. */
static void *disturb(void *context)
{
    struct soak *soak = context;
    while (!atomic_load(&soak->over)) {
        pthread_mutex_lock(&soak->lock);
        for (size_t i = 0; i < WORKERS; i++) {
            struct worker *worker = &soak->workers[i];
            if (worker->cancel && worker->due <= seconds()) {
                davit_cancel_trigger(worker->cancel);
                worker->due = INFINITY;
            }
        }
        pthread_mutex_unlock(&soak->lock);
        nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
    }
    return NULL;
}

/* Through the proxy a call has an engine of its own, whose opening may be cut too. */
static int call_engine(struct worker *worker, const struct soak_verb *verb, bool cut,
                       const davit_scope_options *limit, davit_error *error)
{
    davit_engine_options options = DAVIT_ENGINE_OPTIONS_INIT;
    options.host = worker->soak->cut_host;
    options.timeout_ms = limit->timeout_ms;
    DAVIT_CLEANUP(davit_engine_close) davit_engine *opened = NULL;
    DAVIT_CLEANUP(davit_engine_close) davit_engine *scope = NULL;
    int result = cut ? davit_engine_open(&options, &opened, error) : 0;
    if (result < 0) {
        return result;
    }
    result = davit_engine_scope(cut ? opened : worker->soak->engine, limit, &scope, error);
    if (result < 0) {
        return result;
    }
    struct soak_attempt attempt = {scope, worker->soak->host, worker->random, "", ""};
    snprintf(attempt.container, sizeof attempt.container, "soak-%u",
             soak_random(worker->random, NAMES));
    snprintf(attempt.image, sizeof attempt.image, "localhost/soak-%u:1",
             soak_random(worker->random, NAMES));
    return verb->call(&attempt, error);
}

static void judge(struct soak *soak, const struct soak_verb *verb, enum disturbance disturbance,
                  double lateness, int result, const davit_error *error)
{
    char what[64];
    snprintf(what, sizeof what, "%s, disturbance %d, code %d", verb->name, (int)disturbance,
             result);
    if (result > 0 || -result >= CODES || (result < 0) != (error->message[0] != '\0') ||
        result != (int)error->code) {
        surprise(soak, what, "result and error do not agree");
        return;
    }
    atomic_fetch_add(&soak->results[-result], 1);
    if (!is_expected(verb, disturbance, result)) {
        surprise(soak, what, error->message);
    }
    if (lateness > LATENESS_SECONDS) {
        surprise(soak, what, "returned long after its deadline or cancellation");
    }
}

static void make_call(struct worker *worker)
{
    const struct soak_verb *verb = soak_choose(worker->random);
    /* half of the calls are left alone */
    enum disturbance disturbance =
        soak_random(worker->random, 2) ? soak_random(worker->random, DISTURBANCES) : UNDISTURBED;
    unsigned moment =
        1 + soak_random(worker->random,
                        1 << (1 + soak_random(worker->random, 11))); /* short ones are as likely */
    if (verb->endless && disturbance != DEADLINE) {
        disturbance = CANCELLATION; /* nothing else ends it for sure */
    }
    DAVIT_CLEANUP(davit_cancel_free) davit_cancel *cancel = NULL;
    davit_error error = DAVIT_ERROR_INIT;
    if (davit_cancel_create(&cancel, &error) < 0) {
        surprise(worker->soak, "cancel", error.message);
        return;
    }
    davit_scope_options limit = {disturbance == DEADLINE ? moment : PATIENCE_MS, cancel};
    double end =
        seconds() +
        (disturbance == DEADLINE || disturbance == CANCELLATION ? moment / 1e3 : PATIENCE_MS / 1e3);
    set_cancel(worker, cancel, disturbance == CANCELLATION ? end : INFINITY);
    int result = call_engine(worker, verb, disturbance == CUT, &limit, &error);
    set_cancel(worker, NULL, INFINITY);
    judge(worker->soak, verb, disturbance, seconds() - end, result, &error);
}

static void *work(void *context)
{
    struct worker *worker = context;
    while (!atomic_load(&worker->soak->over)) {
        make_call(worker);
    }
    return NULL;
}

/* ---- the rounds ---- */

/* With AddressSanitizer. */
size_t __attribute__((weak)) __sanitizer_get_current_allocated_bytes(void);

static bool is_sanitized(void)
{
    return __sanitizer_get_current_allocated_bytes != NULL;
}

static size_t heap_in_use(void)
{
    if (is_sanitized()) {
        return __sanitizer_get_current_allocated_bytes();
    }
    malloc_trim(0);
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static int entries_of(const char *path)
{
    DIR *folder = opendir(path);
    int count = -2; /* "." and ".." */
    while (folder && readdir(folder)) {
        count++;
    }
    if (folder) {
        closedir(folder);
    }
    return count;
}

static size_t resident(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%*u %lu", &pages) != 1) {
        pages = 0;
    }
    if (file) {
        fclose(file);
    }
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static struct figures measure(struct soak *soak)
{
    if (waitpid(-1, NULL, WNOHANG) >= 0 || errno != ECHILD) {
        surprise(soak, "between rounds", "a child process is left");
    }
    return (struct figures){heap_in_use(), resident(), entries_of("/proc/self/fd"),
                            entries_of("/proc/self/task")};
}

static bool open_engine(struct soak *soak)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit_engine_options options = DAVIT_ENGINE_OPTIONS_INIT;
    options.host = soak->host;
    options.timeout_ms = PATIENCE_MS;
    if (davit_engine_open(&options, &soak->engine, &error) < 0) {
        surprise(soak, "open", error.message);
        return false;
    }
    return true;
}

static void run_round(struct soak *soak, double length)
{
    pthread_t disturber;
    if (!open_engine(soak)) {
        return;
    }
    atomic_store(&soak->over, false);
    pthread_create(&disturber, NULL, disturb, soak);
    for (size_t i = 0; i < WORKERS; i++) {
        pthread_create(&soak->workers[i].thread, NULL, work, &soak->workers[i]);
    }
    nanosleep(&(struct timespec){(time_t)length, (long)(fmod(length, 1) * 1e9)}, NULL);
    atomic_store(&soak->over, true);
    for (size_t i = 0; i < WORKERS; i++) {
        pthread_join(soak->workers[i].thread, NULL);
    }
    pthread_join(disturber, NULL);
    davit_engine_close(soak->engine);
}

/* What the calls were to leave behind; anything else the caller finds. */
static void remove_all(struct soak *soak)
{
    davit_remove_options force = {.force = true, .volumes = true};
    if (!open_engine(soak)) {
        return;
    }
    for (unsigned i = 0; i < NAMES; i++) {
        char name[64];
        davit_error error = DAVIT_ERROR_INIT;
        snprintf(name, sizeof name, "soak-%u", i);
        if (davit_container_remove(soak->engine, name, &force, &error) < 0 &&
            error.code != DAVIT_ERROR_CONTAINER_NOT_FOUND) {
            surprise(soak, "removing what is left", error.message);
        }
        snprintf(name, sizeof name, "localhost/soak-%u:1", i);
        if (davit_image_remove(soak->engine, name, true, NULL, NULL, &error) < 0 &&
            error.code != DAVIT_ERROR_IMAGE_NOT_FOUND) {
            surprise(soak, "removing what is left", error.message);
        }
    }
    davit_engine_close(soak->engine);
}

static void compare(struct soak *soak, struct figures first, struct figures last)
{
    /* The C library keeps some of what was freed, and the sanitizer all for a while. */
    if (last.heap > first.heap + (is_sanitized() ? 0 : HEAP_GROWTH)) {
        surprise(soak, "at the end", "the heap has grown");
    }
    if (!is_sanitized() && last.rss > first.rss + RSS_GROWTH) {
        surprise(soak, "at the end", "the process has grown");
    }
    if (last.descriptors != first.descriptors || last.threads != first.threads) {
        surprise(soak, "at the end", "descriptors or threads are left");
    }
}

static void report(struct soak *soak, struct figures first, struct figures last)
{
    unsigned long calls = 0;
    for (size_t code = 0; code < CODES; code++) {
        calls += soak->results[code];
    }
    printf("seed %lu: %lu calls, %lu succeeded", soak->seed, calls, soak->results[0]);
    for (int code = 1; code < CODES; code++) {
        if (soak->results[code]) {
            printf(", %s %lu", davit_error_name(-code), soak->results[code]);
        }
    }
    printf("; heap %zu -> %zu bytes, resident %zu -> %zu KiB, descriptors %d -> %d, "
           "threads %d -> %d, %lu surprises\n",
           first.heap, last.heap, first.rss / 1024, last.rss / 1024, first.descriptors,
           last.descriptors, first.threads, last.threads, soak->surprises);
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: %s HOST CUT_HOST SECONDS SEED\n", argv[0]);
        return 2;
    }
    struct soak soak = {.host = argv[1],
                        .cut_host = argv[2],
                        .seed = strtoul(argv[4], NULL, 10),
                        .lock = PTHREAD_MUTEX_INITIALIZER};
    for (size_t i = 0; i < WORKERS; i++) {
        soak.workers[i].soak = &soak;
        soak.workers[i].random[0] = (unsigned short)i;
        memcpy(&soak.workers[i].random[1], &soak.seed, 2 * sizeof soak.workers[i].random[1]);
    }
    struct figures first = {0}, last = {0};
    for (int round = 0; round < ROUNDS; round++) {
        run_round(&soak, atof(argv[3]) / ROUNDS);
        remove_all(&soak);
        last = measure(&soak);
        first = round == 0 ? last : first;
    }
    compare(&soak, first, last);
    report(&soak, first, last);
    return soak.surprises > 0;
}
