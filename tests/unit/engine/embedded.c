/* SPDX-License-Identifier: MIT */
/* The embedded service with this program itself as `podman`, which does what FAKE_PODMAN says. What
 * the real one does is shown by the tests of the engines. */
#include "embedded.h"

#include "memory.h"
#include "support/canned_engine.h"
#include "support/runner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

/* ---- the service ---- */

static void pause_ms(int milliseconds)
{
    poll(NULL, 0, milliseconds);
}

static int fake_listen(const char *path)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    snprintf(name.sun_path, sizeof name.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(fd, (struct sockaddr *)&name, sizeof name) < 0 || listen(fd, 16) < 0) {
        perror(path);
        exit(125);
    }
    return fd;
}

/* One request, one answer ("": the connection is just closed). */
static void fake_answer(int listener, const char *answer)
{
    char request[4096];
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (answer[0] && recv(fd, request, sizeof request, 0) > 0) {
        send(fd, answer, strlen(answer), MSG_NOSIGNAL);
    }
    close(fd);
}

/* Ends after `idle` milliseconds without a request. */
static int fake_serve(const char *path, const char *answer, int idle)
{
    struct pollfd ready = {.fd = fake_listen(path), .events = POLLIN};
    while (poll(&ready, 1, idle) > 0) {
        fake_answer(ready.fd, answer);
    }
    unlink(path);
    return 0;
}

/* After one answer it is on its way down: takes connections, answers none, and removes the socket
 * late. */
static int fake_go_down(const char *path)
{
    struct pollfd ready = {.fd = fake_listen(path), .events = POLLIN};
    fake_answer(ready.fd, PODMAN_4_PING);
    for (int i = 0; i < 20; i++) {
        if (poll(&ready, 1, 20) > 0) {
            fake_answer(ready.fd, "");
            pause_ms(20);
        }
    }
    unlink(path);
    return 0;
}

static int fake_podman(const char *mode, const char *path)
{
    FILE *starts = fopen(getenv("FAKE_STARTS"), "a");
    fputs("x", starts);
    fclose(starts);
    if (strcmp(mode, "fail") == 0) {
        fputs("Error: no subuid ranges found\n  for user \"me\"\n", stderr);
        return 1;
    }
    if (strcmp(mode, "hang") == 0) {
        fork(); /* whatever it starts must not stay either */
        pause_ms(60000);
        return 1;
    }
    if (strcmp(mode, "slow") == 0) {
        pause_ms(400);
    }
    if (strcmp(mode, "down") == 0) {
        return fake_go_down(path);
    }
    if (strcmp(mode, "deaf") == 0) {
        fake_listen(path);
        pause_ms(60000);
    }
    return fake_serve(path, strcmp(mode, "garbage") == 0 ? "SSH-2.0-nonsense\r\n" : PODMAN_4_PING,
                      strcmp(mode, "idle") == 0 ? 700 : 30000);
}

/* ---- helpers ---- */

struct scene {
    char folder[64];
    char starts[80];
    char socket[80];
    davit__embedded_options options;
    davit__embedded *embedded;
};

static davit__limit patience(void)
{
    return davit__limit_within((davit__limit){0}, DAVIT_SECONDS(30));
}

static bool names_socket(const struct scene *scene, const char *pid)
{
    char path[300], text[4096];
    snprintf(path, sizeof path, "/proc/%s/cmdline", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text);
    close(fd);
    return length > 0 && memmem(text, (size_t)length, scene->socket, strlen(scene->socket));
}

/* Services that run; *ret_pid is one of them. */
static int count_services(const struct scene *scene, pid_t *ret_pid)
{
    DIR *proc = opendir("/proc");
    int count = 0;
    for (struct dirent *entry; (entry = readdir(proc));) {
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
            names_socket(scene, entry->d_name)) {
            count++;
            *ret_pid = atoi(entry->d_name);
        }
    }
    closedir(proc);
    return count;
}

static pid_t the_service(const struct scene *scene)
{
    pid_t pid = 0;
    assert_int_equal(count_services(scene, &pid), 1);
    return pid;
}

static void expect_no_service(const struct scene *scene)
{
    pid_t pid;
    for (int i = 0; i < 500 && count_services(scene, &pid) > 0; i++) {
        pause_ms(10);
    }
    assert_int_equal(count_services(scene, &pid), 0);
}

static int count_starts(const struct scene *scene)
{
    struct stat status;
    return stat(scene->starts, &status) == 0 ? (int)status.st_size : 0;
}

static void set_mode(const char *mode)
{
    setenv("FAKE_PODMAN", mode, 1);
}

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    snprintf(scene->folder, sizeof scene->folder, "/tmp/davit-test-XXXXXX");
    assert_non_null(mkdtemp(scene->folder));
    snprintf(scene->starts, sizeof scene->starts, "%s/starts", scene->folder);
    snprintf(scene->socket, sizeof scene->socket, "%s/podman.sock", scene->folder);
    setenv("FAKE_STARTS", scene->starts, 1);
    set_mode("serve");
    scene->options = (davit__embedded_options){
        .folder = scene->folder,
        .start_timeout = DAVIT_SECONDS(10),
    };
    static char self[256];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    assert_true(length > 0);
    scene->options.program = self;
    *state = scene;
    return 0;
}

static void kill_services(const struct scene *scene)
{
    pid_t pid;
    for (int i = 0; i < 500 && count_services(scene, &pid) > 0; i++) {
        kill(pid, SIGKILL);
        pause_ms(10);
    }
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    davit__embedded_free(scene->embedded);
    kill_services(scene);
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", scene->folder);
    int r = system(command);
    free(scene);
    return r;
}

/* The variables of the test's process count when the handle is made. */
static void reopen(struct scene *scene, const char *mode)
{
    set_mode(mode);
    davit__embedded_free(scene->embedded);
    scene->embedded = NULL;
    davit_error error = DAVIT_ERROR_INIT;
    int r = davit__embedded_open(&scene->options, &scene->embedded, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(r, 0);
}

static void expect_answer(struct scene *scene)
{
    davit__probe probe = {0};
    davit_error error = DAVIT_ERROR_INIT;
    int r = davit__embedded_ensure(scene->embedded, patience(), &probe, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(r, 0);
    assert_int_equal(probe.runtime, DAVIT_RUNTIME_PODMAN);
}

static davit_error failure_of(struct scene *scene, davit__limit limit)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit__probe probe = {.os = "untouched"};
    int r = davit__embedded_ensure(scene->embedded, limit, &probe, &error);
    assert_true(r < 0);
    assert_int_equal(r, error.code);
    assert_string_equal(probe.os, "untouched");
    expect_no_service(scene);
    return error;
}

static void expect_part(const davit_error *error, const char *part)
{
    if (!strstr(error->message, part)) {
        assert_string_equal(error->message, part);
    }
}

/* ---- starting ---- */

static void test_embedded__service_is_started_when_it_is_first_needed(void **state)
{
    struct scene *scene = *state;
    pid_t pid;
    reopen(scene, "serve");
    assert_int_equal(count_services(scene, &pid), 0);
    expect_answer(scene);
    assert_int_equal(count_services(scene, &pid), 1);
    assert_string_equal(davit__embedded_host(scene->embedded) + strlen("unix://"), scene->socket);
}

static void test_embedded__service_that_answers_is_shared(void **state)
{
    struct scene *scene = *state;
    reopen(scene, "serve");
    expect_answer(scene);
    pid_t first = the_service(scene);
    reopen(scene, "fail");
    expect_answer(scene);
    assert_int_equal(the_service(scene), first);
    assert_int_equal(count_starts(scene), 1);
}

static void *ensure_in_thread(void *context)
{
    struct scene *scene = context;
    davit__embedded *own = NULL;
    intptr_t r = davit__embedded_open(&scene->options, &own, NULL);
    if (r == 0) {
        r = davit__embedded_ensure(own, patience(), NULL, NULL);
    }
    davit__embedded_free(own);
    return (void *)r;
}

static void test_embedded__many_at_once_start_one(void **state)
{
    struct scene *scene = *state;
    pthread_t threads[8];
    set_mode("slow");
    for (size_t i = 0; i < DAVIT__COUNT(threads); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, ensure_in_thread, scene), 0);
    }
    for (size_t i = 0; i < DAVIT__COUNT(threads); i++) {
        void *result;
        pthread_join(threads[i], &result);
        assert_int_equal((intptr_t)result, 0);
    }
    assert_int_equal(count_starts(scene), 1);
}

static void test_embedded__many_processes_start_one(void **state)
{
    struct scene *scene = *state;
    pid_t children[4];
    set_mode("slow");
    for (size_t i = 0; i < DAVIT__COUNT(children); i++) {
        children[i] = fork();
        if (children[i] == 0) {
            _exit(ensure_in_thread(scene) ? 1 : 0);
        }
    }
    for (size_t i = 0; i < DAVIT__COUNT(children); i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(count_starts(scene), 1);
}

static void read_proc(pid_t pid, const char *name, char *text, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = read(fd, text, size - 1);
    assert_true(length > 0);
    text[length] = '\0';
    close(fd);
}

static void test_embedded__service_is_detached(void **state)
{
    struct scene *scene = *state;
    char text[8192];
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    reopen(scene, "serve");
    expect_answer(scene);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    signal(SIGPIPE, SIG_DFL);
    pid_t pid = the_service(scene);
    read_proc(pid, "status", text, sizeof text);
    assert_non_null(strstr(text, "SigBlk:\t0000000000000000"));
    assert_non_null(strstr(text, "SigIgn:\t0000000000000000"));
    assert_int_equal(getsid(pid), pid);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nothing of it is our child */
    assert_int_equal(errno, ECHILD);
}

static void test_embedded__service_inherits_no_descriptor(void **state)
{
    struct scene *scene = *state;
    int leaked = open("/dev/zero", O_RDONLY); /* not marked to be closed on exec */
    assert_true(leaked >= 0);
    reopen(scene, "serve");
    expect_answer(scene);
    char path[64], target[256];
    pid_t pid = the_service(scene);
    for (int fd = 0; fd < 64; fd++) {
        snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, fd);
        ssize_t length = readlink(path, target, sizeof target - 1);
        target[length > 0 ? length : 0] = '\0';
        assert_string_not_equal(target, "/dev/zero");
        assert_null(strstr(target, "/lock"));
        assert_null(strstr(target, "pipe:"));
        if (fd == 1 || fd == 2) {
            assert_non_null(strstr(target, "service.log"));
        }
    }
    close(leaked);
}

static void test_embedded__caller_without_streams_can_start_it(void **state)
{
    struct scene *scene = *state;
    pid_t child = fork();
    if (child == 0) {
        close(0);
        close(1);
        close(2);
        _exit(ensure_in_thread(scene) ? 1 : 0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    reopen(scene, "fail");
    expect_answer(scene);
}

static void test_embedded__podmans_own_variables_do_not_lead_it_astray(void **state)
{
    struct scene *scene = *state;
    char text[65536];
    setenv("CONTAINER_HOST", "unix:///elsewhere", 1);
    setenv("LISTEN_FDS", "1", 1);
    setenv("NOTIFY_SOCKET", "/run/notify", 1);
    setenv("CONTAINERS_STORAGE_CONF", "/mine/storage.conf", 1);
    reopen(scene, "serve");
    unsetenv("CONTAINER_HOST");
    unsetenv("LISTEN_FDS");
    unsetenv("NOTIFY_SOCKET");
    unsetenv("CONTAINERS_STORAGE_CONF");
    expect_answer(scene);
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/environ", (int)the_service(scene));
    FILE *file = fopen(path, "r");
    size_t length = fread(text, 1, sizeof text, file);
    fclose(file);
    assert_null(memmem(text, length, "CONTAINER_HOST=", 15));
    assert_null(memmem(text, length, "LISTEN_FDS=", 11));
    assert_null(memmem(text, length, "NOTIFY_SOCKET=", 14));
    assert_non_null(memmem(text, length, "CONTAINERS_STORAGE_CONF=/mine/storage.conf", 42));
}

/* ---- what was left behind ---- */

static void test_embedded__killed_service_is_started_anew(void **state)
{
    struct scene *scene = *state;
    reopen(scene, "serve");
    expect_answer(scene);
    pid_t first = the_service(scene);
    kill(first, SIGKILL);
    expect_no_service(scene);
    expect_answer(scene);
    assert_int_not_equal(the_service(scene), first);
}

static void test_embedded__service_that_ended_when_idle_is_started_anew(void **state)
{
    struct scene *scene = *state;
    reopen(scene, "idle");
    expect_answer(scene);
    expect_no_service(scene);
    assert_int_equal(access(scene->socket, F_OK), -1);
    expect_answer(scene);
    assert_int_equal(count_starts(scene), 2);
}

static void test_embedded__stale_socket_is_replaced(void **state)
{
    struct scene *scene = *state;
    close(fake_listen(scene->socket));
    reopen(scene, "serve");
    expect_answer(scene);
}

static void test_embedded__service_going_down_does_not_take_the_next_ones_socket_along(void **state)
{
    struct scene *scene = *state;
    reopen(scene, "down");
    expect_answer(scene);
    pid_t old = the_service(scene);
    reopen(scene, "serve");
    expect_answer(scene);
    assert_int_not_equal(the_service(scene), old);
    pause_ms(500); /* longer than the old one's end takes */
    expect_answer(scene);
    assert_int_equal(count_starts(scene), 2);
}

static void test_embedded__service_of_a_killed_starter_is_waited_for(void **state)
{
    struct scene *scene = *state;
    set_mode("slow");
    pid_t starter = fork();
    if (starter == 0) {
        ensure_in_thread(scene);
        _exit(0);
    }
    for (int i = 0; i < 500 && count_starts(scene) == 0; i++) {
        pause_ms(10);
    }
    kill(starter, SIGKILL);
    waitpid(starter, NULL, 0);
    reopen(scene, "fail");
    expect_answer(scene);
    assert_int_equal(count_starts(scene), 1);
}

static void test_embedded__hung_service_is_replaced(void **state)
{
    struct scene *scene = *state;
    reopen(scene, "serve");
    expect_answer(scene);
    pid_t first = the_service(scene);
    kill(first, SIGSTOP);
    scene->options.start_timeout = DAVIT_MILLISECONDS(500);
    reopen(scene, "serve");
    expect_answer(scene);
    assert_int_not_equal(the_service(scene), first);
}

static void test_embedded__process_that_is_not_the_service_is_left_alone(void **state)
{
    struct scene *scene = *state;
    pid_t innocent = fork();
    if (innocent == 0) {
        pause_ms(60000);
        _exit(0);
    }
    char path[80];
    snprintf(path, sizeof path, "%s/service.pid", scene->folder);
    FILE *file = fopen(path, "w");
    fprintf(file, "%d\n", (int)innocent);
    fclose(file);
    reopen(scene, "serve");
    expect_answer(scene);
    assert_int_equal(waitpid(innocent, NULL, WNOHANG), 0);
    kill(innocent, SIGKILL);
    waitpid(innocent, NULL, 0);
}

static void test_embedded__log_is_bounded(void **state)
{
    struct scene *scene = *state;
    struct stat status;
    char path[80];
    reopen(scene, "serve");
    expect_answer(scene);
    snprintf(path, sizeof path, "%s/service.log", scene->folder);
    assert_int_equal(truncate(path, 2 * DAVIT__EMBEDDED_LOG_MAX), 0);
    expect_answer(scene);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_size, 0);
}

/* ---- failing ---- */

static void test_embedded__program_that_fails_is_quoted(void **state)
{
    struct scene *scene = *state;
    reopen(scene, "fail");
    davit_error error = failure_of(scene, patience());
    assert_int_equal(error.code, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE);
    expect_part(&error,
                "system service does not start: it ended, saying: Error: no subuid ranges "
                "found for user \"me\"; give the user lines in /etc/subuid and /etc/subgid");
    expect_part(&error, scene->folder);
    assert_int_equal(count_starts(scene), 1);
}

static void test_embedded__program_that_hangs_is_ended_with_all_it_started(void **state)
{
    struct scene *scene = *state;
    scene->options.start_timeout = DAVIT_MILLISECONDS(300);
    reopen(scene, "hang");
    davit_error error = failure_of(scene, patience());
    assert_int_equal(error.code, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE);
    expect_part(&error, "does not start: no answer, its log says: nothing");
}

static void test_embedded__program_that_listens_but_is_silent_is_ended(void **state)
{
    struct scene *scene = *state;
    scene->options.start_timeout = DAVIT_MILLISECONDS(300);
    reopen(scene, "deaf");
    davit_error error = failure_of(scene, patience());
    assert_int_equal(error.code, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE);
    assert_int_equal(access(scene->socket, F_OK), -1);
}

static void test_embedded__program_that_speaks_something_else_is_ended(void **state)
{
    struct scene *scene = *state;
    reopen(scene, "garbage");
    davit_error error = failure_of(scene, patience());
    assert_int_equal(error.code, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE);
    expect_part(&error, "not HTTP");
}

static void test_embedded__callers_deadline_ends_the_start(void **state)
{
    struct scene *scene = *state;
    reopen(scene, "hang");
    davit__limit limit = davit__limit_within((davit__limit){0}, DAVIT_MILLISECONDS(200));
    davit_error error = failure_of(scene, limit);
    assert_int_equal(error.code, DAVIT_ERROR_TIMEOUT);
}

static void *cancel_soon(void *context)
{
    pause_ms(100);
    davit_cancel_trigger(context);
    return NULL;
}

static void test_embedded__cancellation_ends_the_start(void **state)
{
    struct scene *scene = *state;
    DAVIT_CLEANUP(davit_cancel_free) davit_cancel *cancel = NULL;
    assert_int_equal(davit_cancel_create(&cancel, NULL), 0);
    reopen(scene, "hang");
    pthread_t thread;
    pthread_create(&thread, NULL, cancel_soon, cancel);
    davit_error error = failure_of(scene, (davit__limit){.cancel = cancel});
    pthread_join(thread, NULL);
    assert_int_equal(error.code, DAVIT_ERROR_CANCELLED);
}

static void test_embedded__program_that_cannot_be_run_is_named(void **state)
{
    struct scene *scene = *state;
    scene->options.program = "/nonexistent/podman";
    reopen(scene, "serve");
    davit_error error = failure_of(scene, patience());
    assert_int_equal(error.code, DAVIT_ERROR_IO);
    assert_string_equal(error.message, "/nonexistent/podman: No such file or directory");
}

static void test_embedded__absent_program_is_told(void **state)
{
    struct scene *scene = *state;
    char *path = strdup(getenv("PATH"));
    davit_error error = DAVIT_ERROR_INIT;
    scene->options.program = NULL;
    setenv("PATH", scene->folder, 1);
    int r = davit__embedded_open(&scene->options, &scene->embedded, &error);
    setenv("PATH", path, 1);
    free(path);
    assert_int_equal(r, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE);
    assert_string_equal(error.message, "the podman program is not in PATH: install Podman");
}

static void expect_refused_folder(struct scene *scene, const char *folder, const char *part)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit__embedded_options options = scene->options;
    options.folder = folder;
    int r = davit__embedded_open(&options, &scene->embedded, &error);
    assert_int_equal(r, DAVIT_ERROR_UNAUTHORIZED);
    assert_int_equal(error.code, DAVIT_ERROR_UNAUTHORIZED);
    expect_part(&error, part);
    assert_null(scene->embedded);
}

static void test_embedded__folder_that_others_prepared_is_refused(void **state)
{
    struct scene *scene = *state;
    char path[80];
    snprintf(path, sizeof path, "%s/trap", scene->folder);
    assert_int_equal(symlink("/tmp", path), 0);
    expect_refused_folder(scene, path, "not a folder of this user");
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(chmod(path, 0770), 0);
    expect_refused_folder(scene, path, "open to other users (mode 0770)");
    if (geteuid() == 0) {
        assert_int_equal(chmod(path, 0700), 0);
        assert_int_equal(chown(path, 65534, 65534), 0);
        expect_refused_folder(scene, path, "not a folder of this user (0)");
    }
}

#define TEST(name_) cmocka_unit_test_setup_teardown(test_embedded__##name_, set_up, tear_down)

static const struct CMUnitTest tests[] = {
    TEST(service_is_started_when_it_is_first_needed),
    TEST(service_that_answers_is_shared),
    TEST(many_at_once_start_one),
    TEST(many_processes_start_one),
    TEST(service_is_detached),
    TEST(service_inherits_no_descriptor),
    TEST(caller_without_streams_can_start_it),
    TEST(podmans_own_variables_do_not_lead_it_astray),
    TEST(killed_service_is_started_anew),
    TEST(service_that_ended_when_idle_is_started_anew),
    TEST(stale_socket_is_replaced),
    TEST(service_going_down_does_not_take_the_next_ones_socket_along),
    TEST(service_of_a_killed_starter_is_waited_for),
    TEST(hung_service_is_replaced),
    TEST(process_that_is_not_the_service_is_left_alone),
    TEST(log_is_bounded),
    TEST(program_that_fails_is_quoted),
    TEST(program_that_hangs_is_ended_with_all_it_started),
    TEST(program_that_listens_but_is_silent_is_ended),
    TEST(program_that_speaks_something_else_is_ended),
    TEST(callers_deadline_ends_the_start),
    TEST(cancellation_ends_the_start),
    TEST(program_that_cannot_be_run_is_named),
    TEST(absent_program_is_told),
    TEST(folder_that_others_prepared_is_refused),
};

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "system") == 0 && strcmp(argv[2], "service") == 0) {
        return fake_podman(getenv("FAKE_PODMAN"), argv[4] + strlen("unix://"));
    }
    return davit__test_main(argc, argv, tests, DAVIT__COUNT(tests));
}
