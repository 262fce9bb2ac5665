/* SPDX-License-Identifier: MIT */
#include "resolve.h"

#include "api.h"
#include "machine.h"
#include "memory.h"
#include "support/canned_engine.h"
#include "support/runner.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

/* A machine of its own in a folder: user's files, sockets, environment; and what came of a search.
 */
struct scene {
    char root[64];
    davit__environment env;
    davit_engine_options options;
    davit__limit limit;
    davit__endpoint endpoint;
    davit__trail trail;
    davit_error error;
    char log[2048];
    struct canned_engine docker, podman;
    struct peer *docker_peer, *podman_peer;
    char docker_host[128], podman_host[128];
};

static char *below(const struct scene *scene, const char *path)
{
    char *whole = davit__format("%s/%s", scene->root, path);
    assert_non_null(whole);
    return whole;
}

static void make_parents(const char *path)
{
    char part[512];
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        mkdir(part, 0755);
    }
}

static void write_text(const struct scene *scene, const char *path, const char *text)
{
    DAVIT__FREE char *whole = below(scene, path);
    make_parents(whole);
    FILE *file = fopen(whole, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void log_line(void *context, davit_log_level level, const char *message)
{
    struct scene *scene = context;
    size_t used = strlen(scene->log);
    if (level >= DAVIT_LOG_WARNING) {
        snprintf(scene->log + used, sizeof scene->log - used, "%s\n", message);
    }
}

/* A Docker and a Podman run, but none is where it is looked for. */
static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    snprintf(scene->root, sizeof scene->root, "/tmp/davit-test-XXXXXX");
    assert_non_null(mkdtemp(scene->root));
    scene->env = (davit__environment){
        .docker_config = below(scene, "home/.docker"),
        .config_home = below(scene, "home/.config"),
        .runtime_dir = below(scene, "user"),
        .home = below(scene, "home"),
        .machine = below(scene, "machine"),
    };
    scene->options = (davit_engine_options)DAVIT_ENGINE_OPTIONS_INIT;
    scene->options.no_embedded = true;
    scene->options.log = log_line;
    scene->options.log_context = scene;
    scene->limit = davit__limit_within((davit__limit){0}, DAVIT_SECONDS(30));
    scene->docker = (struct canned_engine){.ping = DOCKER_20_PING};
    scene->podman = (struct canned_engine){.ping = PODMAN_4_PING};
    scene->docker_peer = peer_start(canned_serve, &scene->docker);
    scene->podman_peer = peer_start(canned_serve, &scene->podman);
    snprintf(scene->docker_host, 128, "unix://%s", peer_path(scene->docker_peer));
    snprintf(scene->podman_host, 128, "unix://%s", peer_path(scene->podman_peer));
    *state = scene;
    return 0;
}

static void clear_result(struct scene *scene)
{
    davit__endpoint_free(&scene->endpoint);
    davit__trail_free(&scene->trail);
    scene->error = (davit_error)DAVIT_ERROR_INIT;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    peer_stop(scene->docker_peer);
    peer_stop(scene->podman_peer);
    clear_result(scene);
    davit__environment_free(&scene->env);
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", scene->root);
    int r = system(command);
    free(scene);
    return r;
}

static int search(struct scene *scene)
{
    clear_result(scene);
    return davit__resolve_in(&scene->env, &scene->options, scene->limit, &scene->trail,
                             &scene->endpoint, &scene->error);
}

static void expect_choice(struct scene *scene, const char *host, const char *chosen_by)
{
    int r = search(scene);
    assert_string_equal(scene->error.message, "");
    assert_int_equal(r, 0);
    assert_string_equal(scene->endpoint.host, host);
    assert_string_equal(scene->endpoint.chosen_by, chosen_by);
    assert_string_equal(scene->endpoint.api_version, "1.41");
    const davit__attempt *last = &scene->trail.items[scene->trail.count - 1];
    assert_string_equal(last->host, host);
    assert_string_equal(last->result, "chosen");
}

static void expect_failure(struct scene *scene, int code, const char *part)
{
    int r = search(scene);
    assert_int_equal(scene->error.code, code);
    assert_int_equal(r, code);
    if (!strstr(scene->error.message, part)) {
        assert_string_equal(scene->error.message, part);
    }
    assert_null(scene->endpoint.host);
}

/* Put a running engine, or what else is at `target`, where it is looked for. */
static char *place(struct scene *scene, const char *path, const char *target)
{
    char *whole = below(scene, path);
    make_parents(whole);
    assert_int_equal(symlink(target, whole), 0);
    char *host = davit__format("unix://%s", whole);
    free(whole);
    return host;
}

static void occupy(struct scene *scene, const char *path, const char *target)
{
    free(place(scene, path, target));
}

#define MACHINE_DOCKER "machine/var/run/docker.sock"
#define MACHINE_PODMAN "machine/run/podman/podman.sock"
#define BY_SOCKET      "first usual socket that answers"

/* ---- the usual sockets ---- */

static void test_resolve__nothing_found_tells_what_was_tried(void **state)
{
    struct scene *scene = *state;
    expect_failure(scene, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
                   "no container engine answers: install and start Docker or Podman");
    assert_non_null(strstr(scene->error.message, "machine/var/run/docker.sock (no such socket)"));
    assert_non_null(strstr(scene->error.message, "podman/podman.sock (no such socket)"));
    assert_non_null(strstr(scene->error.message, "Podman run by davit (switched off)"));
    assert_int_equal(scene->trail.count, 7);
    assert_string_equal(scene->log, "");
}

static void test_resolve__docker_comes_before_podman_and_rootful_before_rootless(void **state)
{
    struct scene *scene = *state;
    const char *docker = peer_path(scene->docker_peer), *podman = peer_path(scene->podman_peer);
    DAVIT__FREE char *fourth = place(scene, "user/podman/podman.sock", podman);
    expect_choice(scene, fourth, BY_SOCKET);
    assert_int_equal(scene->endpoint.probe.runtime, DAVIT_RUNTIME_PODMAN);
    DAVIT__FREE char *third = place(scene, MACHINE_PODMAN, podman);
    expect_choice(scene, third, BY_SOCKET);
    DAVIT__FREE char *second = place(scene, "user/docker.sock", docker);
    expect_choice(scene, second, BY_SOCKET);
    DAVIT__FREE char *first = place(scene, MACHINE_DOCKER, docker);
    expect_choice(scene, first, BY_SOCKET);
    assert_int_equal(scene->endpoint.probe.runtime, DAVIT_RUNTIME_DOCKER);
}

static void test_resolve__podman_behind_a_docker_socket_is_podman(void **state)
{
    struct scene *scene = *state;
    DAVIT__FREE char *host = place(scene, MACHINE_DOCKER, peer_path(scene->podman_peer));
    expect_choice(scene, host, BY_SOCKET);
    assert_int_equal(scene->endpoint.probe.runtime, DAVIT_RUNTIME_PODMAN);
    scene->options.runtime = DAVIT_RUNTIME_DOCKER;
    expect_failure(scene, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE, "no Docker answers");
    assert_non_null(
        strstr(scene->error.message, "(Podman 4.3.1 answers there, but Docker was asked for)"));
}

static void test_resolve__wanted_kind_is_searched_for(void **state)
{
    struct scene *scene = *state;
    DAVIT__FREE char *docker = place(scene, MACHINE_DOCKER, peer_path(scene->docker_peer));
    DAVIT__FREE char *podman = place(scene, MACHINE_PODMAN, peer_path(scene->podman_peer));
    scene->options.runtime = DAVIT_RUNTIME_PODMAN;
    expect_choice(scene, podman, BY_SOCKET);
    scene->options.runtime = DAVIT_RUNTIME_DOCKER;
    expect_choice(scene, docker, BY_SOCKET);
}

static void test_resolve__one_socket_by_two_paths_is_asked_once(void **state)
{
    struct scene *scene = *state;
    scene->docker = (struct canned_engine){.ping = "nonsense\r\n", .closes = true};
    occupy(scene, MACHINE_DOCKER, peer_path(scene->docker_peer));
    occupy(scene, "machine/run/docker.sock", peer_path(scene->docker_peer));
    expect_failure(scene, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE, "no container engine");
    assert_int_equal(peer_connection_count(scene->docker_peer), 1);
}

static void test_resolve__sockets_that_do_not_answer_are_passed_over(void **state)
{
    struct scene *scene = *state;
    struct canned_engine silent = {.silent = true};
    struct peer *third = peer_start(canned_serve, &silent);
    struct peer *dead = peer_start(canned_serve, &silent);
    peer_stop_listening(dead);
    scene->docker = (struct canned_engine){.ping = "nonsense\r\n", .closes = true};
    DAVIT__FREE char *broken = place(scene, MACHINE_DOCKER, peer_path(scene->docker_peer));
    DAVIT__FREE char *deaf = place(scene, "user/docker.sock", peer_path(third));
    DAVIT__FREE char *stale = place(scene, "home/.docker/run/docker.sock", peer_path(dead));
    DAVIT__FREE char *good = place(scene, MACHINE_PODMAN, peer_path(scene->podman_peer));
    expect_choice(scene, good, BY_SOCKET);
    assert_int_equal(scene->trail.items[0].code, DAVIT_ERROR_PROTOCOL);
    assert_int_equal(scene->trail.items[2].code, DAVIT_ERROR_TIMEOUT);
    assert_int_equal(scene->trail.items[3].code, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE);
    assert_string_equal(scene->trail.items[3].result, "nothing listens there");
    assert_non_null(strstr(scene->log, broken + strlen("unix://")));
    assert_non_null(strstr(scene->log, deaf + strlen("unix://")));
    assert_null(strstr(scene->log, stale + strlen("unix://")));
    peer_stop(third);
    peer_stop(dead);
}

static void test_resolve__engine_too_old_is_no_reason_to_take_another(void **state)
{
    struct scene *scene = *state;
    scene->docker.ping = DOCKER_PING("1.39", "18.09.1");
    DAVIT__FREE char *docker = place(scene, MACHINE_DOCKER, peer_path(scene->docker_peer));
    occupy(scene, MACHINE_PODMAN, peer_path(scene->podman_peer));
    expect_failure(scene, DAVIT_ERROR_UNSUPPORTED, "Docker 18.09.1 is too old");
    assert_non_null(strstr(scene->error.message, docker));
}

/* Root may use every socket, so the search is made as somebody else. */
static int search_as_nobody(struct scene *scene)
{
    bool root = geteuid() == 0;
    assert_true(!root || seteuid(65534) == 0);
    int r = search(scene);
    assert_true(!root || seteuid(0) == 0);
    return r;
}

static void open_to_all(const char *socket)
{
    char folder[128];
    snprintf(folder, sizeof folder, "%s", socket);
    *strrchr(folder, '/') = '\0';
    assert_int_equal(chmod(folder, 0755), 0);
    assert_int_equal(chmod(socket, 0666), 0);
}

static void test_resolve__denied_socket_is_remembered(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(chmod(scene->root, 0755), 0);
    /* The peer's folder is closed to others. */
    assert_int_equal(chmod(peer_path(scene->docker_peer), 0), 0);
    DAVIT__FREE char *docker = place(scene, MACHINE_DOCKER, peer_path(scene->docker_peer));
    int r = search_as_nobody(scene);
    assert_int_equal(r, DAVIT_ERROR_UNAUTHORIZED);
    assert_int_equal(scene->error.code, DAVIT_ERROR_UNAUTHORIZED);
    assert_memory_equal(scene->error.message, docker, strlen(docker));
    assert_non_null(strstr(scene->error.message, "run as root"));
    assert_non_null(strstr(scene->error.message, "no other engine answers"));
    assert_string_equal(scene->log, ""); /* it is in the message */
}

static void test_resolve__denied_socket_that_was_passed_over_is_logged(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(chmod(scene->root, 0755), 0);
    assert_int_equal(chmod(peer_path(scene->docker_peer), 0), 0);
    open_to_all(peer_path(scene->podman_peer));
    DAVIT__FREE char *docker = place(scene, MACHINE_DOCKER, peer_path(scene->docker_peer));
    DAVIT__FREE char *podman = place(scene, MACHINE_PODMAN, peer_path(scene->podman_peer));
    assert_int_equal(search_as_nobody(scene), 0);
    assert_string_equal(scene->endpoint.host, podman);
    assert_non_null(strstr(scene->log, docker));
    assert_non_null(strstr(scene->log, "no permission to use this socket"));
}

/* ---- what was given ---- */

static void test_resolve__given_host_comes_before_all_others(void **state)
{
    struct scene *scene = *state;
    scene->options.host = peer_path(scene->docker_peer); /* a bare path will do */
    scene->env.davit_host = strdup("unix:///nowhere");
    write_text(scene, "home/.config/davit/config.json", "no JSON at all");
    expect_choice(scene, scene->docker_host, "the host that was given");
    assert_int_equal(scene->trail.count, 1);
}

static void test_resolve__variables_have_an_order(void **state)
{
    struct scene *scene = *state;
    scene->env.container_host = strdup(scene->podman_host);
    expect_choice(scene, scene->podman_host, "CONTAINER_HOST");
    scene->env.docker_host = strdup(scene->docker_host);
    expect_choice(scene, scene->docker_host, "DOCKER_HOST");
    scene->env.davit_host = strdup(scene->podman_host);
    expect_choice(scene, scene->podman_host, "DAVIT_HOST");
}

static void test_resolve__variables_of_the_other_kind_are_left_alone(void **state)
{
    struct scene *scene = *state;
    scene->env.docker_host = strdup("unix:///nowhere/docker");
    scene->env.container_host = strdup(scene->podman_host);
    scene->options.runtime = DAVIT_RUNTIME_PODMAN;
    expect_choice(scene, scene->podman_host, "CONTAINER_HOST");
    assert_string_equal(scene->trail.items[0].result, "not looked at: Podman was asked for");
    free(scene->env.docker_host);
    scene->env.docker_host = NULL;
    scene->options.runtime = DAVIT_RUNTIME_DOCKER;
    DAVIT__FREE char *docker = place(scene, MACHINE_DOCKER, peer_path(scene->docker_peer));
    expect_choice(scene, docker, BY_SOCKET);
}

static void test_resolve__given_address_that_does_not_answer_is_an_error(void **state)
{
    struct scene *scene = *state;
    occupy(scene, MACHINE_DOCKER, peer_path(scene->docker_peer));
    scene->env.docker_host = strdup("unix:///nowhere/docker.sock");
    expect_failure(scene, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
                   "DOCKER_HOST: unix:///nowhere/docker.sock: no such socket");
    scene->options.host = "unix:///nowhere/else.sock";
    expect_failure(scene, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
                   "the host that was given: unix:///nowhere/else.sock: no such socket");
    assert_int_equal(scene->trail.count, 1);
}

static void test_resolve__given_engine_of_the_other_kind_is_refused(void **state)
{
    struct scene *scene = *state;
    scene->options.host = scene->docker_host;
    scene->options.runtime = DAVIT_RUNTIME_PODMAN;
    expect_failure(scene, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
                   "Docker 20.10.24 answers there, but Podman was asked for");
    assert_non_null(strstr(scene->error.message, scene->docker_host));
}

static void test_resolve__given_address_that_speaks_something_else_is_an_error(void **state)
{
    struct scene *scene = *state;
    scene->docker.ping = "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\n"
                         "Content-Length: 18\r\n\r\n<html>gone</html>\n";
    scene->env.davit_host = strdup(scene->docker_host);
    expect_failure(scene, DAVIT_ERROR_PROTOCOL, "status 502 (text/html: <html>gone</html>");
    assert_int_equal(scene->error.http_status, 502);
    assert_memory_equal(scene->error.message, "DAVIT_HOST: unix://", 19);
}

static void test_resolve__addresses_beyond_reach_are_named(void **state)
{
    struct scene *scene = *state;
    scene->env.docker_host = strdup("tcp://127.0.0.1:1");
    expect_failure(scene, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE,
                   "DOCKER_HOST: tcp://127.0.0.1:1: nothing listens there");
    scene->env.docker_tls_verify = strdup("1");
    scene->env.docker_cert_path = below(scene, "nowhere");
    expect_failure(scene, DAVIT_ERROR_INVALID_CONFIG,
                   "DOCKER_HOST: tcp://127.0.0.1:1: "
                   "DOCKER_CERT_PATH /tmp/davit-test-");
    scene->options.tls = DAVIT_TLS_OFF;
    expect_failure(scene, DAVIT_ERROR_RUNTIME_NOT_AVAILABLE, "nothing listens there");
    scene->options.host = "";
    expect_failure(scene, DAVIT_ERROR_INVALID_CONFIG, "address is empty");
    scene->options.host = "docker.sock";
    expect_failure(scene, DAVIT_ERROR_INVALID_CONFIG, "docker.sock: expected");
}

static void test_resolve__cancellation_ends_the_search(void **state)
{
    struct scene *scene = *state;
    DAVIT_CLEANUP(davit_cancel_free) davit_cancel *cancel = NULL;
    assert_int_equal(davit_cancel_create(&cancel, NULL), 0);
    davit_cancel_trigger(cancel);
    scene->limit.cancel = cancel;
    scene->docker.silent = true;
    occupy(scene, MACHINE_DOCKER, peer_path(scene->docker_peer));
    occupy(scene, MACHINE_PODMAN, peer_path(scene->podman_peer));
    expect_failure(scene, DAVIT_ERROR_CANCELLED, "cancelled");
}

static void test_resolve__callers_deadline_ends_the_search(void **state)
{
    struct scene *scene = *state;
    scene->limit = davit__limit_within((davit__limit){0}, DAVIT_MILLISECONDS(50));
    scene->docker.silent = true;
    DAVIT__FREE char *deaf = place(scene, MACHINE_DOCKER, peer_path(scene->docker_peer));
    occupy(scene, MACHINE_PODMAN, peer_path(scene->podman_peer));
    expect_failure(scene, DAVIT_ERROR_TIMEOUT, deaf);
}

static void test_resolve__connection_of_the_question_is_used_again(void **state)
{
    struct scene *scene = *state;
    scene->docker.version = DOCKER_29_VERSION;
    scene->options.host = scene->docker_host;
    assert_int_equal(search(scene), 0);
    const davit_call call = {0};
    davit__api *api = NULL;
    assert_int_equal(davit__api_open(&call, &scene->endpoint, &api, NULL), 0);
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, "", "/version", NULL);
    const davit__api_request request = {.method = "GET", .target = &target};
    assert_int_equal(davit__api_call(api, &call, &request, NULL, NULL), 0);
    assert_int_equal(peer_connection_count(scene->docker_peer), 1);
    davit__api_close(api);
}

/* ---- what the engine can do ---- */

/* Whose socket is a user's runs as that user. */
static void test_resolve__podman_without_root_may_not_limit_under_old_control_groups(void **state)
{
    struct scene *scene = *state;
    if (geteuid() == 0) {
        assert_int_equal(chown(peer_path(scene->podman_peer), 1000, (gid_t)-1), 0);
    }
    scene->options.host = scene->podman_host;
    DAVIT_CLEANUP(davit_engine_close) davit_engine *engine = NULL;
    assert_int_equal(davit_engine_open(&scene->options, &engine, NULL), 0);
    davit_capability_info limits = davit_engine_can(engine, DAVIT_CAPABILITY_RESOURCE_LIMITS);
    assert_true(limits.supported == (davit__machine_cgroup() == DAVIT__CGROUP_V2));
    assert_true(limits.supported == !limits.reason);
}

/* ---- API version ---- */

static void test_resolve__api_version_can_be_asked_for(void **state)
{
    struct scene *scene = *state;
    scene->docker = (struct canned_engine){.ping = DOCKER_29_PING, .version = DOCKER_29_VERSION};
    scene->options.host = scene->docker_host;
    scene->env.docker_api_version = strdup("1.45");
    assert_int_equal(search(scene), 0);
    assert_string_equal(scene->endpoint.api_version, "1.45");
    scene->options.api_version = "1.46";
    assert_int_equal(search(scene), 0);
    assert_string_equal(scene->endpoint.api_version, "1.46");
    scene->options.api_version = "1.42";
    expect_failure(scene, DAVIT_ERROR_UNSUPPORTED, "the engine speaks 1.44 to 1.52");
    scene->options.api_version = NULL;
    free(scene->env.docker_api_version);
    scene->env.docker_api_version = strdup("newest");
    expect_failure(scene, DAVIT_ERROR_INVALID_CONFIG,
                   "DOCKER_API_VERSION: API version \"newest\": expected MAJOR.MINOR");
}

/* ---- settings file ---- */

#define SETTINGS "home/.config/davit/config.json"

static void write_settings(struct scene *scene, const char *format, const char *host)
{
    char text[512];
    const char *place_of_host = strstr(format, "HOST");
    snprintf(text, sizeof text, "%.*s%s%s", (int)(place_of_host - format), format, host,
             place_of_host + 4);
    write_text(scene, SETTINGS, text);
}

static void test_settings__host_comes_after_the_environment(void **state)
{
    struct scene *scene = *state;
    DAVIT__FREE char *path = below(scene, SETTINGS);
    write_settings(scene, "{\"host\": \"HOST\"}", scene->podman_host);
    expect_choice(scene, scene->podman_host, path);
    scene->env.docker_host = strdup(scene->docker_host);
    expect_choice(scene, scene->docker_host, "DOCKER_HOST");
}

static void test_settings__engine_is_a_wish_for_what_comes_after(void **state)
{
    struct scene *scene = *state;
    DAVIT__FREE char *docker = place(scene, MACHINE_DOCKER, peer_path(scene->docker_peer));
    DAVIT__FREE char *podman = place(scene, MACHINE_PODMAN, peer_path(scene->podman_peer));
    write_text(scene, SETTINGS, "{\"engine\": \"podman\"}");
    expect_choice(scene, podman, BY_SOCKET);
    assert_string_equal(scene->trail.items[0].result, "asks for Podman");
    scene->options.runtime = DAVIT_RUNTIME_DOCKER;
    expect_choice(scene, docker, BY_SOCKET);
}

static void test_settings__host_for_the_other_kind_is_left_alone(void **state)
{
    struct scene *scene = *state;
    DAVIT__FREE char *podman = place(scene, MACHINE_PODMAN, peer_path(scene->podman_peer));
    write_settings(scene, "{\"engine\": \"docker\", \"host\": \"HOST\"}", "unix:///nowhere");
    scene->options.runtime = DAVIT_RUNTIME_PODMAN;
    expect_choice(scene, podman, BY_SOCKET);
}

static void test_settings__what_is_wrong_is_named(void **state)
{
    static const struct {
        const char *text, *part;
    } wrong[] = {
        {"{\"hosts\": \"unix:///x\"}", "config.json: hosts: unknown key"},
        {"{\"engine\": \"dokcer\"}", "config.json: engine"},
        {"{\"engine\": \"custom\"}", "config.json: engine"},
        {"{\"host\": 1}", "config.json: host: "},
        {"{\"host\": \"a\", \"host\": \"b\"}", "config.json: not valid JSON"},
        {"", "config.json: not valid JSON"},
        {"[]", "config.json: expected an object"},
    };
    struct scene *scene = *state;
    for (size_t i = 0; i < DAVIT__COUNT(wrong); i++) {
        write_text(scene, SETTINGS, wrong[i].text);
        expect_failure(scene, DAVIT_ERROR_INVALID_CONFIG, wrong[i].part);
    }
}

static void test_settings__file_that_cannot_be_read_is_an_error(void **state)
{
    struct scene *scene = *state;
    write_text(scene, SETTINGS "/inside", "");
    expect_failure(scene, DAVIT_ERROR_INVALID_CONFIG, "config.json: Is a directory");
}

static void test_settings__larger_than_any_settings_is_an_error(void **state)
{
    struct scene *scene = *state;
    write_text(scene, SETTINGS, "{}");
    DAVIT__FREE char *path = below(scene, SETTINGS);
    assert_int_equal(truncate(path, 10 * 1024 * 1024), 0);
    expect_failure(scene, DAVIT_ERROR_INVALID_CONFIG, "config.json: larger than");
}

/* ---- docker contexts ---- */

/* Docker's folders have digests for names. What a context is called stands inside. */
static void write_context(struct scene *scene, const char *folder, const char *meta)
{
    char path[256];
    snprintf(path, sizeof path, "home/.docker/contexts/meta/digest-of-%s/meta.json", folder);
    write_text(scene, path, meta);
}

static void write_context_host(struct scene *scene, const char *name, const char *host)
{
    char meta[512];
    snprintf(meta, sizeof meta,
             "{\"Name\":\"%s\",\"Metadata\":{},\"Endpoints\":{\"docker\":{\"Host\":\"%s\","
             "\"SkipTLSVerify\":false}}}",
             name, host);
    write_context(scene, name, meta);
}

static void test_context__current_one_is_used(void **state)
{
    struct scene *scene = *state;
    write_text(scene, "home/.docker/config.json",
               "{\"auths\": {}, \"currentContext\": \"work\", \"unknown\": 1}");
    write_context_host(scene, "work", scene->docker_host);
    write_context_host(scene, "other", scene->podman_host);
    expect_choice(scene, scene->docker_host, "docker context \"work\"");
    scene->env.docker_context = strdup("other");
    expect_choice(scene, scene->podman_host, "DOCKER_CONTEXT \"other\"");
}

static void test_context__default_stands_for_none(void **state)
{
    struct scene *scene = *state;
    DAVIT__FREE char *docker = place(scene, MACHINE_DOCKER, peer_path(scene->docker_peer));
    write_text(scene, "home/.docker/config.json", "{\"currentContext\": \"default\"}");
    expect_choice(scene, docker, BY_SOCKET);
    write_text(scene, "home/.docker/config.json", "{\"currentContext\": \"work\"}");
    scene->env.docker_context = strdup("default");
    expect_choice(scene, docker, BY_SOCKET);
}

static void test_context__one_that_does_not_exist_is_an_error(void **state)
{
    struct scene *scene = *state;
    occupy(scene, MACHINE_DOCKER, peer_path(scene->docker_peer));
    write_text(scene, "home/.docker/config.json", "{\"currentContext\": \"gone\"}");
    expect_failure(scene, DAVIT_ERROR_INVALID_CONFIG,
                   "docker context: context \"gone\" does not exist");
    scene->env.docker_context = strdup("never");
    expect_failure(scene, DAVIT_ERROR_INVALID_CONFIG,
                   "DOCKER_CONTEXT: context \"never\" does not exist");
}

static void test_context__files_that_cannot_be_understood_are_errors(void **state)
{
    struct scene *scene = *state;
    write_text(scene, "home/.docker/config.json", "{\"currentContext\": ");
    expect_failure(scene, DAVIT_ERROR_INVALID_CONFIG, "config.json: not valid JSON");
    scene->env.docker_context = strdup("work");
    write_context(scene, "work", "");
    expect_failure(scene, DAVIT_ERROR_INVALID_CONFIG, "meta.json: not valid JSON");
    write_context_host(scene, "work", "npipe://there");
    expect_failure(scene, DAVIT_ERROR_INVALID_CONFIG, "DOCKER_CONTEXT \"work\": npipe://there: ");
}

static void test_context__broken_file_of_another_one_does_not_matter(void **state)
{
    struct scene *scene = *state;
    write_context(scene, "a", "no JSON");
    write_context(scene, "z", "[]");
    write_context_host(scene, "work", scene->docker_host);
    write_text(scene, "home/.docker/contexts/meta/empty/other", "");
    write_text(scene, "home/.docker/contexts/meta/file", "");
    scene->env.docker_context = strdup("work");
    expect_choice(scene, scene->docker_host, "DOCKER_CONTEXT \"work\"");
    free(scene->env.docker_context);
    scene->env.docker_context = strdup("a");
    expect_failure(scene, DAVIT_ERROR_INVALID_CONFIG, "digest-of-a/meta.json: not valid JSON");
}

static void test_context__more_of_them_than_anybody_has_is_an_error(void **state)
{
    struct scene *scene = *state;
    scene->env.docker_context = strdup("gone");
    for (int i = 0; i < 1001; i++) {
        char path[64];
        snprintf(path, sizeof path, "home/.docker/contexts/meta/%d", i);
        DAVIT__FREE char *whole = below(scene, path);
        make_parents(whole);
        assert_int_equal(mkdir(whole, 0755), 0);
    }
    expect_failure(scene, DAVIT_ERROR_INVALID_CONFIG, "contexts/meta: more than 1000 contexts");
}

static void test_context__without_an_address_leads_to_the_usual_sockets(void **state)
{
    struct scene *scene = *state;
    DAVIT__FREE char *docker = place(scene, MACHINE_DOCKER, peer_path(scene->docker_peer));
    scene->env.docker_context = strdup("work");
    write_context(scene, "work", "{\"Name\":\"work\",\"Endpoints\":{\"kubernetes\":{}}}");
    expect_choice(scene, docker, BY_SOCKET);
}

static void test_context__is_dockers_business_alone(void **state)
{
    struct scene *scene = *state;
    DAVIT__FREE char *podman = place(scene, MACHINE_PODMAN, peer_path(scene->podman_peer));
    scene->env.docker_context = strdup("gone");
    scene->options.runtime = DAVIT_RUNTIME_PODMAN;
    expect_choice(scene, podman, BY_SOCKET);
}

/* ---- the environment ---- */

static void test_environment__is_read_once_with_its_defaults(void **state)
{
    davit__environment env;
    setenv("HOME", "/home/somebody", 1);
    setenv("DAVIT_HOST", "", 1);
    setenv("DOCKER_HOST", "unix:///x", 1);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("DOCKER_CONFIG");
    setenv("XDG_RUNTIME_DIR", "relative", 1);
    assert_int_equal(davit__environment_read(&env, NULL), 0);
    setenv("DOCKER_HOST", "unix:///y", 1);
    assert_null(env.davit_host);
    assert_string_equal(env.docker_host, "unix:///x");
    assert_string_equal(env.config_home, "/home/somebody/.config");
    assert_string_equal(env.docker_config, "/home/somebody/.docker");
    assert_true(!env.runtime_dir || davit__starts_with(env.runtime_dir, "/run/user/"));
    assert_null(env.machine);
    davit__environment_free(&env);
}

#define TEST(name_) cmocka_unit_test_setup_teardown(test_##name_, set_up, tear_down)

static const struct CMUnitTest tests[] = {
    TEST(resolve__nothing_found_tells_what_was_tried),
    TEST(resolve__docker_comes_before_podman_and_rootful_before_rootless),
    TEST(resolve__podman_behind_a_docker_socket_is_podman),
    TEST(resolve__wanted_kind_is_searched_for),
    TEST(resolve__one_socket_by_two_paths_is_asked_once),
    TEST(resolve__sockets_that_do_not_answer_are_passed_over),
    TEST(resolve__engine_too_old_is_no_reason_to_take_another),
    TEST(resolve__denied_socket_is_remembered),
    TEST(resolve__denied_socket_that_was_passed_over_is_logged),
    TEST(resolve__given_host_comes_before_all_others),
    TEST(resolve__variables_have_an_order),
    TEST(resolve__variables_of_the_other_kind_are_left_alone),
    TEST(resolve__given_address_that_does_not_answer_is_an_error),
    TEST(resolve__given_engine_of_the_other_kind_is_refused),
    TEST(resolve__given_address_that_speaks_something_else_is_an_error),
    TEST(resolve__addresses_beyond_reach_are_named),
    TEST(resolve__cancellation_ends_the_search),
    TEST(resolve__callers_deadline_ends_the_search),
    TEST(resolve__connection_of_the_question_is_used_again),
    TEST(resolve__podman_without_root_may_not_limit_under_old_control_groups),
    TEST(resolve__api_version_can_be_asked_for),
    TEST(settings__host_comes_after_the_environment),
    TEST(settings__engine_is_a_wish_for_what_comes_after),
    TEST(settings__host_for_the_other_kind_is_left_alone),
    TEST(settings__what_is_wrong_is_named),
    TEST(settings__file_that_cannot_be_read_is_an_error),
    TEST(settings__larger_than_any_settings_is_an_error),
    TEST(context__current_one_is_used),
    TEST(context__default_stands_for_none),
    TEST(context__one_that_does_not_exist_is_an_error),
    TEST(context__files_that_cannot_be_understood_are_errors),
    TEST(context__broken_file_of_another_one_does_not_matter),
    TEST(context__more_of_them_than_anybody_has_is_an_error),
    TEST(context__without_an_address_leads_to_the_usual_sockets),
    TEST(context__is_dockers_business_alone),
    cmocka_unit_test(test_environment__is_read_once_with_its_defaults),
};
DAVIT_TEST_MAIN(tests)
