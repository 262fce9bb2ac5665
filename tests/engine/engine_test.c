/* SPDX-License-Identifier: MIT */
#include "engine_test.h"

#include <ftw.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define LOOK_AGAIN_US 20000
#define ROOM          4096

struct engine_test_owned {
    struct engine_test_owned *next;
    void *pointer;
    void (*free_function)(void *);
};

/* ---- assertions ---- */

void engine_test_ok(struct engine_test *test, int result, const char *call, const char *file,
                    int line)
{
    if (result < 0) {
        print_error("%s\n  failed: %d %s\n", call, result, test->error.message);
        _fail(file, line);
    }
    if (test->error.code != DAVIT_OK || test->error.message[0]) {
        print_error("%s\n  succeeded and touched the error: %s\n", call, test->error.message);
        _fail(file, line);
    }
}

void engine_test_fails(struct engine_test *test, int result, davit_error_code code,
                       const char *call, const char *file, int line)
{
    if (result != (int)code || test->error.code != code || !test->error.message[0]) {
        print_error("%s\n  returned %d (%s), expected %d (%s)\n  error %d: %s\n", call, result,
                    davit_error_name(result), (int)code, davit_error_name((int)code),
                    (int)test->error.code, test->error.message);
        _fail(file, line);
    }
    engine_test_format(test, "%s", test->error.message);
    test->error = (davit_error)DAVIT_ERROR_INIT;
}

/* The last thing that was owned. */
const char *engine_test_message(struct engine_test *test)
{
    return test->owned->pointer;
}

void engine_test_contains(const char *text, const char *needle, const char *file, int line)
{
    if (!text || !strstr(text, needle)) {
        print_error("\"%s\" is not in \"%s\"\n", needle, text ? text : "(null)");
        _fail(file, line);
    }
}

/* ---- what is freed at the end ---- */

void *engine_test_own(struct engine_test *test, void *pointer, void (*free_function)(void *))
{
    struct engine_test_owned *owned = malloc(sizeof *owned);
    assert_non_null(owned);
    *owned = (struct engine_test_owned){test->owned, pointer, free_function};
    test->owned = owned;
    return pointer;
}

char *engine_test_format(struct engine_test *test, const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    assert_true(length >= 0);
    return engine_test_own(test, text, free);
}

const char *engine_test_name(struct engine_test *test, const char *name)
{
    return engine_test_format(test, "%s-%s", test->prefix, name);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    return remove(path);
}

static void remove_folder(void *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(path);
}

const char *engine_test_folder(struct engine_test *test)
{
    const char *parent = getenv("TMPDIR");
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s-XXXXXX", parent ? parent : "/tmp", test->prefix) > 0);
    assert_non_null(mkdtemp(path));
    chmod(path, 0755);
    return engine_test_own(test, path, remove_folder);
}

void engine_test_write(struct engine_test *test, const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- the test's own requests ---- */

static const char *host(void)
{
    const char *address = getenv("DAVIT_TEST_HOST");
    if (!address || strncmp(address, "unix://", 7) != 0) {
        fail_msg("DAVIT_TEST_HOST: expected the unix:// address of an engine");
    }
    return address;
}

static int connect_to_engine(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", host() + strlen("unix://"));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

int engine_test_request(struct engine_test *test, const char *method, const char *path,
                        const char *body, char **ret_text)
{
    FILE *stream = fdopen(connect_to_engine(), "r+");
    assert_non_null(stream);
    fprintf(stream,
            "%s %s HTTP/1.0\r\nHost: engine\r\nContent-Type: application/json\r\n"
            "Content-Length: %zu\r\n\r\n%s",
            method, path, body ? strlen(body) : 0, body ? body : "");
    fflush(stream);
    char *answer = NULL;
    size_t room = 0;
    ssize_t length = getdelim(&answer, &room, EOF, stream);
    fclose(stream);
    assert_true(length > 12);
    int status = atoi(answer + strlen("HTTP/1.x "));
    engine_test_own(test, answer, free);
    if (ret_text) {
        *ret_text = answer;
    }
    return status;
}

/* ---- begin and end of a test ---- */

static void log_line(void *context, davit_log_level level, const char *message)
{
    struct engine_test *test = context;
    size_t length = strlen(test->warnings);
    if (level >= DAVIT_LOG_WARNING) {
        snprintf(test->warnings + length, sizeof test->warnings - length, "%s\n", message);
    }
}

static void open_engine(struct engine_test *test)
{
    const char *kind = getenv("DAVIT_TEST_ENGINE");
    davit_engine_options options = DAVIT_ENGINE_OPTIONS_INIT;
    options.host = host();
    options.log = log_line;
    options.log_context = test;
    int runtime;
    OK(davit_enum_parse(davit_runtime_names(), kind ? kind : "", &runtime, &test->error));
    test->runtime = options.runtime = (davit_runtime)runtime;
    OK(davit_engine_open(&options, &test->opened, &test->error));
    davit_scope_options limit = {.timeout_ms = PATIENCE_MS};
    OK(davit_engine_scope(test->opened, &limit, &test->engine, &test->error));
}

int engine_test_setup(void **state)
{
    struct engine_test *test = calloc(1, sizeof *test);
    assert_non_null(test);
    *state = test;
    unsigned int random = 0;
    assert_int_equal(getrandom(&random, sizeof random, 0), sizeof random);
    snprintf(test->prefix, sizeof test->prefix, "dt%08x", random);
    test->label = (davit_pair){"davit-test", test->prefix};
    open_engine(test);
    return 0;
}

static bool is_ours(const struct engine_test *test, const davit_container_info *info)
{
    for (size_t i = 0; i < info->label_count; i++) {
        if (info->labels[i].value && strcmp(info->labels[i].value, test->prefix) == 0) {
            return true;
        }
    }
    return info->name && strncmp(info->name, test->prefix, strlen(test->prefix)) == 0;
}

static void remove_containers(struct engine_test *test)
{
    davit_container_list_options all = {.all = true};
    davit_remove_options force = {.force = true, .volumes = true};
    DAVIT_CLEANUP(davit_container_list_free) davit_container_list *list = NULL;
    if (davit_container_list_get(test->engine, &all, &list, NULL) < 0) {
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (is_ours(test, &list->items[i])) {
            davit_container_remove(test->engine, list->items[i].id, &force, NULL);
        }
    }
}

static void remove_images(struct engine_test *test)
{
    DAVIT_CLEANUP(davit_image_list_free) davit_image_list *list = NULL;
    if (davit_image_list_get(test->engine, NULL, &list, NULL) < 0) {
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (strstr(list->items[i].full_name, test->prefix)) {
            davit_image_remove(test->engine, list->items[i].full_name, true, NULL, NULL, NULL);
        }
    }
}

/* The words after the marker that begin with our prefix: names in a list of volumes or networks. */
static void remove_listed(struct engine_test *test, const char *kind, const char *marker)
{
    char *list = NULL;
    engine_test_request(test, "GET", engine_test_format(test, "/%s", kind), NULL, &list);
    size_t skip = strlen(marker);
    for (char *at = list; (at = strstr(at, marker)); at += skip) {
        int length = (int)strcspn(at + skip, "\"");
        if (strncmp(at + skip, test->prefix, strlen(test->prefix)) == 0) {
            const char *path = engine_test_format(test, "/%s/%.*s", kind, length, at + skip);
            engine_test_request(test, "DELETE", path, NULL, NULL);
        }
    }
}

int engine_test_teardown(void **state)
{
    struct engine_test *test = *state;
    remove_containers(test);
    remove_images(test);
    remove_listed(test, "volumes", "\"Name\":\"");
    remove_listed(test, "networks", "\"Name\":\"");
    davit_engine_close(test->engine);
    davit_engine_close(test->opened);
    while (test->owned) {
        struct engine_test_owned *owned = test->owned;
        test->owned = owned->next;
        owned->free_function(owned->pointer);
        free(owned);
    }
    free(test);
    return 0;
}

/* ---- output ---- */

static bool append(char **text, size_t *length, const void *data, size_t added)
{
    char *longer = *text;
    /* Grow in doubling steps, seen from the length alone. */
    if (!longer || (*length / ROOM) != ((*length + added) / ROOM)) {
        size_t room = ROOM;
        while (room <= *length + added) {
            room *= 2;
        }
        longer = realloc(longer, room + ROOM);
        if (!longer) {
            return false;
        }
    }
    memcpy(longer + *length, data, added);
    *length += added;
    longer[*length] = '\0';
    *text = longer;
    return true;
}

int collect(void *context, davit_stream stream, const void *data, size_t length)
{
    struct collected *to = context;
    bool done = stream == DAVIT_STREAM_STDERR ? append(&to->err, &to->err_length, data, length)
                                              : append(&to->out, &to->out_length, data, length);
    return done ? 0 : -1;
}

static void collected_start(struct collected *collected)
{
    collected_clear(collected);
    append(&collected->out, &collected->out_length, "", 0);
    append(&collected->err, &collected->err_length, "", 0);
}

void collected_clear(struct collected *collected)
{
    free(collected->out);
    free(collected->err);
    *collected = (struct collected){0};
}

static void collected_free(void *collected)
{
    collected_clear(collected);
    free(collected);
}

static struct collected *collected_create(struct engine_test *test)
{
    struct collected *collected = calloc(1, sizeof *collected);
    assert_non_null(collected);
    collected_start(collected);
    return engine_test_own(test, collected, collected_free);
}

static const char *without_last_newline(struct collected *collected)
{
    if (collected->out_length && collected->out[collected->out_length - 1] == '\n') {
        collected->out[collected->out_length - 1] = '\0';
    }
    return collected->out;
}

static void expect_success(int exit_code, const char *script, const struct collected *collected)
{
    if (exit_code != 0) {
        fail_msg("%s\n  exit code %d\n  stdout: %s\n  stderr: %s", script, exit_code,
                 collected->out, collected->err);
    }
}

/* ---- containers ---- */

davit_container_config engine_test_config(struct engine_test *test, const char *name)
{
    davit_container_config config = DAVIT_CONTAINER_CONFIG_INIT;
    config.image = BASE_IMAGE;
    config.name = name ? engine_test_name(test, name) : NULL;
    config.labels = &test->label;
    config.label_count = 1;
    return config;
}

static void set_script(struct engine_test *test, davit_container_config *config, const char *script)
{
    const char **command = calloc(3, sizeof *command);
    assert_non_null(command);
    engine_test_own(test, command, free);
    command[0] = "sh";
    command[1] = "-c";
    command[2] = script;
    config->command = command;
    config->command_count = 3;
}

int run_script(struct engine_test *test, davit_container_config *config, const char *script,
               struct collected *collected)
{
    struct collected dropped = {0};
    struct collected *to = collected ? collected : &dropped;
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    attach.output = collect;
    attach.context = to;
    set_script(test, config, script);
    config->auto_remove = true;
    collected_start(to);
    int exit_code = -1;
    OK(davit_container_run_attached(test->engine, config, &attach, &exit_code, &test->error));
    collected_clear(&dropped);
    return exit_code;
}

const char *says(struct engine_test *test, davit_container_config *config, const char *script)
{
    struct collected *collected = collected_create(test);
    expect_success(run_script(test, config, script, collected), script, collected);
    return without_last_newline(collected);
}

const char *start_script(struct engine_test *test, davit_container_config *config,
                         const char *script)
{
    char *id = NULL;
    set_script(test, config, script ? script : "sleep 1000");
    OK(davit_container_run(test->engine, config, &id, &test->error));
    return engine_test_own(test, id, free);
}

int exec_script(struct engine_test *test, const char *name, const char *script,
                struct collected *collected)
{
    const char *command[] = {"sh", "-c", script};
    davit_exec_config config = DAVIT_EXEC_CONFIG_INIT;
    config.command = command;
    config.command_count = ITEMS(command);
    struct collected dropped = {0};
    struct collected *to = collected ? collected : &dropped;
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    attach.output = collect;
    attach.context = to;
    collected_start(to);
    int exit_code = -1;
    OK(davit_container_exec(test->engine, name, &config, &attach, &exit_code, &test->error));
    collected_clear(&dropped);
    return exit_code;
}

const char *exec_says(struct engine_test *test, const char *name, const char *script)
{
    struct collected *collected = collected_create(test);
    expect_success(exec_script(test, name, script, collected), script, collected);
    return without_last_newline(collected);
}

static void free_info(void *info)
{
    davit_container_info_free(info);
}

const davit_container_info *info_of(struct engine_test *test, const char *name)
{
    davit_container_info *info = NULL;
    OK(davit_container_get(test->engine, name, &info, &test->error));
    return engine_test_own(test, info, free_info);
}

static void free_image(void *info)
{
    davit_image_info_free(info);
}

const davit_image_info *image_of(struct engine_test *test, const char *name)
{
    davit_image_info *info = NULL;
    OK(davit_image_get(test->engine, name, &info, &test->error));
    return engine_test_own(test, info, free_image);
}

bool container_exists(struct engine_test *test, const char *name)
{
    DAVIT_CLEANUP(davit_container_info_free) davit_container_info *info = NULL;
    int r = davit_container_get(test->engine, name, &info, &test->error);
    if (r == DAVIT_ERROR_CONTAINER_NOT_FOUND) {
        test->error = (davit_error)DAVIT_ERROR_INIT;
        return false;
    }
    OK(r);
    return true;
}

bool image_exists(struct engine_test *test, const char *name)
{
    DAVIT_CLEANUP(davit_image_info_free) davit_image_info *info = NULL;
    int r = davit_image_get(test->engine, name, &info, &test->error);
    if (r == DAVIT_ERROR_IMAGE_NOT_FOUND) {
        test->error = (davit_error)DAVIT_ERROR_INIT;
        return false;
    }
    OK(r);
    return true;
}

struct collected *logs_of(struct engine_test *test, const char *name,
                          const davit_logs_options *options)
{
    struct collected *collected = collected_create(test);
    OK(davit_container_logs(test->engine, name, options, collect, collected, &test->error));
    return collected;
}

struct search {
    struct collected collected;
    const char *text;
    bool found;
};

static int look_for(void *context, davit_stream stream, const void *data, size_t length)
{
    struct search *search = context;
    if (collect(&search->collected, DAVIT_STREAM_STDOUT, data, length) != 0) {
        return -1;
    }
    search->found = strstr(search->collected.out, search->text);
    return search->found;
}

void wait_for_log(struct engine_test *test, const char *name, const char *text)
{
    struct search search = {.text = text};
    davit_logs_options options = DAVIT_LOGS_OPTIONS_INIT;
    options.follow = true;
    int r = davit_container_logs(test->engine, name, &options, look_for, &search, &test->error);
    if (!search.found) {
        fail_msg("%s never wrote \"%s\" but \"%s\": %s", name, text,
                 search.collected.out ? search.collected.out : "", test->error.message);
    }
    assert_int_equal(r, DAVIT_ERROR_CANCELLED);
    test->error = (davit_error)DAVIT_ERROR_INIT;
    collected_clear(&search.collected);
}

int wait_for_exit(struct engine_test *test, const char *name)
{
    int exit_code = -1;
    OK(davit_container_wait(test->engine, name, DAVIT_WAIT_NOT_RUNNING, &exit_code, &test->error));
    return exit_code;
}

void wait_until(struct engine_test *test, bool (*is_true)(struct engine_test *test, void *context),
                void *context)
{
    double end = seconds() + PATIENCE_MS / 1000.0;
    while (!is_true(test, context)) {
        if (seconds() > end) {
            fail_msg("it did not happen within %d s", PATIENCE_MS / 1000);
        }
        usleep(LOOK_AGAIN_US);
    }
}

const char *build_image(struct engine_test *test, const char *name, const char *lines)
{
    const char *tag = engine_test_format(test, "localhost/%s-%s:1", test->prefix, name);
    davit_build_context context = DAVIT_BUILD_CONTEXT_INIT;
    context.dockerfile = engine_test_format(test, "FROM " BASE_IMAGE "\n%s\n", lines);
    context.tags = &tag;
    context.tag_count = 1;
    char *id = NULL;
    OK(davit_image_build(test->engine, &context, NULL, NULL, &id, &test->error));
    davit_string_free(id);
    return tag;
}
