/* SPDX-License-Identifier: MIT */
/* Published ports, reached over loopback. */
#include "engine_test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static int open_socket(int type)
{
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    struct timeval limit = {.tv_usec = 200000};
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    return fd;
}

static struct sockaddr_in address_of(const char *ip, int64_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    assert_int_equal(inet_pton(AF_INET, ip, &address.sin_addr), 1);
    return address;
}

/* A port that nobody has, and while `fd` is open nobody else gets. */
static int64_t take_port(int *fd)
{
    struct sockaddr_in address = address_of("0.0.0.0", 0);
    socklen_t length = sizeof address;
    *fd = open_socket(SOCK_STREAM);
    assert_int_equal(bind(*fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(*fd, 1), 0);
    assert_int_equal(getsockname(*fd, (struct sockaddr *)&address, &length), 0);
    return ntohs(address.sin_port);
}

static int64_t free_port(void)
{
    int fd;
    int64_t port = take_port(&fd);
    close(fd);
    return port;
}

struct service {
    int type; /* SOCK_STREAM, SOCK_DGRAM */
    const char *ip;
    int64_t port;
    const char *container;
    char answer[64];
};

/* Whether somebody answers; the program behind the port needs a moment to listen. */
static bool answers(struct engine_test *test, void *context)
{
    struct service *service = context;
    struct sockaddr_in address = address_of(service->ip, service->port);
    int fd = open_socket(service->type);
    ssize_t length = 0;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) {
        if (service->type == SOCK_DGRAM) {
            send(fd, "ping", 4, 0);
        }
        length = recv(fd, service->answer, sizeof service->answer - 1, 0);
    }
    close(fd);
    service->answer[length > 0 ? length : 0] = '\0';
    return length > 0;
}

static void expect_answer(struct engine_test *test, const char *ip, int64_t port, const char *text)
{
    struct service service = {.type = SOCK_STREAM, .ip = ip, .port = port};
    wait_until(test, answers, &service);
    assert_string_equal(service.answer, text);
}

/* Serve "hello N" at the first ports from 80 on. */
#define SERVER "nc -ll -p 80 -e echo hello 80 & exec nc -ll -p 81 -e echo hello 81"

static const davit_port_info *port_of(const davit_container_info *info, int64_t container_port)
{
    for (size_t i = 0; i < info->port_count; i++) {
        if (info->ports[i].container_port == container_port && info->ports[i].host_port > 0) {
            return &info->ports[i];
        }
    }
    fail_msg("port %d is not published", (int)container_port);
    return NULL;
}

static void test_ports__chosen_port_reaches_the_container(void **state)
{
    struct engine_test *test = *state;
    davit_port_mapping port = {.container_port = 80, .host_port = free_port()};
    davit_container_config config = engine_test_config(test, "web");
    config.ports = &port;
    config.port_count = 1;
    start_script(test, &config, SERVER);
    expect_answer(test, "127.0.0.1", port.host_port, "hello 80\n");
    const davit_port_info *published = port_of(info_of(test, config.name), 80);
    assert_int_equal(published->host_port, port.host_port);
    assert_int_equal(published->protocol, DAVIT_PROTOCOL_TCP);
    observed(test, "Networking", "published port", NULL);
}

static void test_ports__free_port_is_chosen_and_told(void **state)
{
    struct engine_test *test = *state;
    davit_port_mapping ports[] = {{.container_port = 80}, {.container_port = 81}};
    davit_container_config config = engine_test_config(test, "web");
    config.ports = ports;
    config.port_count = ITEMS(ports);
    start_script(test, &config, SERVER);
    const davit_container_info *info = info_of(test, config.name);
    assert_int_not_equal(port_of(info, 80)->host_port, port_of(info, 81)->host_port);
    expect_answer(test, "127.0.0.1", port_of(info, 80)->host_port, "hello 80\n");
    expect_answer(test, "127.0.0.1", port_of(info, 81)->host_port, "hello 81\n");
    observed(test, "Networking", "published port, chosen by the engine", NULL);
}

static void test_ports__host_ip_is_the_only_one(void **state)
{
    struct engine_test *test = *state;
    davit_port_mapping port = {
        .host_ip = "127.0.0.1", .container_port = 80, .host_port = free_port()};
    davit_container_config config = engine_test_config(test, "web");
    config.ports = &port;
    config.port_count = 1;
    start_script(test, &config, SERVER);
    expect_answer(test, "127.0.0.1", port.host_port, "hello 80\n");
    assert_string_equal(port_of(info_of(test, config.name), 80)->host_ip, "127.0.0.1");
    struct service other = {.type = SOCK_STREAM, .ip = "127.0.0.2", .port = port.host_port};
    assert_false(answers(test, &other));
    observed(test, "Networking", "published on one address", NULL);
}

/* Nobody listens in the container, but its kernel counts what came. */
static bool datagram_arrived(struct engine_test *test, void *context)
{
    struct service *service = context;
    struct service udp = {.type = SOCK_DGRAM, .ip = "127.0.0.1", .port = service->port};
    answers(test, &udp);
    const char *count = "awk '/^Udp: [0-9]/ {print $3}' /proc/net/snmp"; /* NoPorts */
    return atoi(exec_says(test, service->container, count)) > 0;
}

static void test_ports__udp_is_published(void **state)
{
    struct engine_test *test = *state;
    davit_port_mapping port = {
        .container_port = 53, .host_port = free_port(), .protocol = DAVIT_PROTOCOL_UDP};
    davit_container_config config = engine_test_config(test, "dns");
    config.ports = &port;
    config.port_count = 1;
    start_script(test, &config, NULL);
    struct service service = {.port = port.host_port, .container = config.name};
    wait_until(test, datagram_arrived, &service);
    assert_int_equal(port_of(info_of(test, config.name), 53)->protocol, DAVIT_PROTOCOL_UDP);
    struct service tcp = {.type = SOCK_STREAM, .ip = "127.0.0.1", .port = port.host_port};
    assert_false(answers(test, &tcp));
    observed(test, "Networking", "published UDP port", NULL);
}

static void test_ports__one_port_can_have_two_numbers(void **state)
{
    struct engine_test *test = *state;
    davit_port_mapping ports[] = {{.container_port = 80, .host_port = free_port()},
                                  {.container_port = 80, .host_port = free_port()}};
    davit_container_config config = engine_test_config(test, "web");
    config.ports = ports;
    config.port_count = ITEMS(ports);
    start_script(test, &config, SERVER);
    expect_answer(test, "127.0.0.1", ports[0].host_port, "hello 80\n");
    expect_answer(test, "127.0.0.1", ports[1].host_port, "hello 80\n");
}

static void test_ports__lists_show_them(void **state)
{
    struct engine_test *test = *state;
    davit_port_mapping port = {.container_port = 80, .host_port = free_port()};
    davit_container_config config = engine_test_config(test, "web");
    config.ports = &port;
    config.port_count = 1;
    start_script(test, &config, NULL);
    const davit_pair filter = {"name", config.name};
    davit_container_list_options options = {.filters = &filter, .filter_count = 1};
    DAVIT_CLEANUP(davit_container_list_free) davit_container_list *list = NULL;
    OK(davit_container_list_get(test->engine, &options, &list, &test->error));
    assert_int_equal(list->count, 1);
    assert_int_equal(port_of(&list->items[0], 80)->host_port, port.host_port);
}

/* ---- ports that somebody has ---- */

static void expect_conflict(struct engine_test *test, int64_t host_port)
{
    davit_port_mapping port = {.container_port = 80, .host_port = host_port};
    davit_container_config config = engine_test_config(test, "second");
    config.ports = &port;
    config.port_count = 1;
    char *id = NULL;
    FAILS(DAVIT_ERROR_CONFLICT, davit_container_run(test->engine, &config, &id, &test->error));
    assert_null(id);
    assert_contains(engine_test_message(test), engine_test_format(test, "%d", (int)host_port));
    assert_false(container_exists(test, config.name));

    int exit_code = -1;
    davit_attach_options attach = DAVIT_ATTACH_OPTIONS_INIT;
    FAILS(DAVIT_ERROR_CONFLICT,
          davit_container_run_attached(test->engine, &config, &attach, &exit_code, &test->error));
    assert_int_equal(exit_code, -1);
    assert_false(container_exists(test, config.name));
}

static void test_ports__another_containers_port_is_a_conflict(void **state)
{
    struct engine_test *test = *state;
    davit_port_mapping port = {.container_port = 80, .host_port = free_port()};
    davit_container_config config = engine_test_config(test, "first");
    config.ports = &port;
    config.port_count = 1;
    start_script(test, &config, SERVER);
    expect_conflict(test, port.host_port);
}

static void test_ports__another_programs_port_is_a_conflict(void **state)
{
    struct engine_test *test = *state;
    int fd;
    int64_t port = take_port(&fd);
    expect_conflict(test, port);
    close(fd);
}

static const struct CMUnitTest tests[] = {
    ENGINE_TEST(test_ports__chosen_port_reaches_the_container),
    ENGINE_TEST(test_ports__free_port_is_chosen_and_told),
    ENGINE_TEST(test_ports__host_ip_is_the_only_one),
    ENGINE_TEST(test_ports__udp_is_published),
    ENGINE_TEST(test_ports__one_port_can_have_two_numbers),
    ENGINE_TEST(test_ports__lists_show_them),
    ENGINE_TEST(test_ports__another_containers_port_is_a_conflict),
    ENGINE_TEST(test_ports__another_programs_port_is_a_conflict),
};
DAVIT_TEST_MAIN(tests)
