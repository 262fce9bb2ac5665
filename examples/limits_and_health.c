/* SPDX-License-Identifier: MIT */
/* Look around on an engine, run a container with resource limits, run a web service with a health
 * check and wait until it is healthy, clean up.
 *
 *     limits_and_health docker|podman IMAGE
 *
 * IMAGE needs the commands sh, sleep, httpd and wget: busybox has them. */
#include <davit/davit.h>
#include <stdio.h>

#define SECONDS(n) (INT64_C(1000000000) * (n))

static int overview(davit_engine *engine, davit_error *error)
{
    DAVIT_CLEANUP(davit_info_free) davit_info *info = NULL;
    DAVIT_CLEANUP(davit_container_list_free) davit_container_list *containers = NULL;
    DAVIT_CLEANUP(davit_image_list_free) davit_image_list *images = NULL;
    const davit_container_list_options all = {.all = true};
    int r = davit_engine_info(engine, &info, error);
    r = r < 0 ? r : davit_container_list_get(engine, &all, &containers, error);
    r = r < 0 ? r : davit_image_list_get(engine, NULL, &images, error);
    if (r == 0) {
        printf("Runtime: %s\n", davit_enum_name(davit_runtime_names(), info->runtime));
        printf("Total containers: %zu\n", containers->count);
        printf("Total images: %zu\n", images->count);
    }
    return r;
}

static int run_limited(davit_engine *engine, const char *image, davit_error *error)
{
    const char *const command[] = {"sleep", "infinity"};
    davit_container_config config = DAVIT_CONTAINER_CONFIG_INIT;
    config.name = "resource-limited";
    config.image = image;
    config.command = command;
    config.command_count = 2;
    config.resources.memory = DAVIT_MIB(256);
    config.resources.memory_swap = DAVIT_MIB(512);
    config.resources.cpu_shares = 512;
    config.resources.cpuset_cpus = "0,1";
    config.resources.pids = 100;
    DAVIT_CLEANUP(davit_string_free) char *id = NULL;
    int r = davit_container_run(engine, &config, &id, error);
    if (r == 0) {
        printf("Container ID: %s\n", id);
    }
    return r;
}

static int run_web_service(davit_engine *engine, const char *image, davit_error *error)
{
    const char *const command[] = {
        "sh", "-c", "mkdir /site && echo welcome > /site/index.html && exec httpd -f -h /site"};
    const char *const test[] = {"CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1/"};
    const davit_port_mapping port = {.container_port = 80, .host_port = 8080};
    davit_container_config config = DAVIT_CONTAINER_CONFIG_INIT;
    config.name = "web-service";
    config.image = image;
    config.command = command;
    config.command_count = 3;
    config.ports = &port;
    config.port_count = 1;
    config.health_check.test = test;
    config.health_check.test_count = 6;
    config.health_check.interval = SECONDS(1); /* a service of your own: rather 30 */
    config.health_check.timeout = SECONDS(10);
    config.health_check.start_period = SECONDS(5);
    config.health_check.retries = 3;
    DAVIT_CLEANUP(davit_string_free) char *id = NULL;
    DAVIT_CLEANUP(davit_health_free) davit_health *health = NULL;
    int r = davit_container_run(engine, &config, &id, error);
    r = r < 0 ? r : davit_container_wait(engine, id, DAVIT_WAIT_HEALTHY, NULL, error);
    r = r < 0 ? r : davit_container_health(engine, id, &health, error);
    if (r == 0) {
        printf("Health: %s\n", davit_enum_name(davit_health_status_names(), health->status));
    }
    return r;
}

int main(int argc, char **argv)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit_engine_options options = DAVIT_ENGINE_OPTIONS_INIT;
    if (argc != 3 ||
        davit_enum_parse(davit_runtime_names(), argv[1], (int *)&options.runtime, NULL) < 0) {
        fprintf(stderr, "usage: limits_and_health docker|podman IMAGE\n");
        return 2;
    }
    DAVIT_CLEANUP(davit_engine_close) davit_engine *engine = NULL;
    int r = davit_engine_open(&options, &engine, &error);
    r = r < 0 ? r : overview(engine, &error);
    if (r == 0) {
        const davit_remove_options force = {.force = true};
        r = run_limited(engine, argv[2], &error);
        r = r < 0 ? r : run_web_service(engine, argv[2], &error);
        davit_container_remove(engine, "resource-limited", &force, NULL);
        davit_container_remove(engine, "web-service", &force, NULL);
    }
    if (r < 0) {
        fprintf(stderr, "%s\n", error.message);
        return davit_error_exit_code(error.code);
    }
    return 0;
}
