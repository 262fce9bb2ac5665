/* SPDX-License-Identifier: MIT */
/* Build an image from a Dockerfile in memory, run it, read its log, clean up.
 *
 *     quick_start docker|podman BASE_IMAGE
 *
 * BASE_IMAGE takes the place of alpine:latest where no registry can be reached. */
#include <davit/davit.h>
#include <stdio.h>
#include <string.h>

static int report(const davit_error *error)
{
    fprintf(stderr, "%s\n", error->message);
    return davit_error_exit_code(error->code);
}

static int print(void *context, davit_stream stream, const void *data, size_t length)
{
    (void)context, (void)stream;
    return fwrite(data, 1, length, stdout) == length ? 0 : -1;
}

int main(int argc, char **argv)
{
    davit_error error = DAVIT_ERROR_INIT;
    davit_engine_options options = DAVIT_ENGINE_OPTIONS_INIT;
    if (argc != 3 ||
        davit_enum_parse(davit_runtime_names(), argv[1], (int *)&options.runtime, NULL) < 0) {
        fprintf(stderr, "usage: quick_start docker|podman BASE_IMAGE\n");
        return 2;
    }

    /* Open an engine of that kind */
    DAVIT_CLEANUP(davit_engine_close) davit_engine *engine = NULL;
    if (davit_engine_open(&options, &engine, &error) < 0) {
        return report(&error);
    }

    /* Build an image from an in-memory Dockerfile */
    char dockerfile[512];
    snprintf(dockerfile, sizeof dockerfile,
             "FROM %s\n"
             "RUN echo 'Python 3.11.7' > /version\n"
             "CMD [\"cat\", \"/version\"]\n",
             argv[2]);
    const char *tags[] = {"my-python-image"};
    davit_build_context context = DAVIT_BUILD_CONTEXT_INIT;
    context.dockerfile = dockerfile;
    context.tags = tags;
    context.tag_count = 1;
    DAVIT_CLEANUP(davit_string_free) char *image_id = NULL;
    if (davit_image_build(engine, &context, NULL, NULL, &image_id, &error) < 0) {
        return report(&error);
    }

    /* Run a container */
    davit_container_config config = DAVIT_CONTAINER_CONFIG_INIT;
    config.image = "my-python-image";
    config.name = "my-container";
    DAVIT_CLEANUP(davit_string_free) char *container_id = NULL;
    if (davit_container_run(engine, &config, &container_id, &error) < 0) {
        return report(&error);
    }

    /* Get its log, to the end */
    davit_logs_options logs = DAVIT_LOGS_OPTIONS_INIT;
    logs.follow = true;
    if (davit_container_logs(engine, container_id, &logs, print, NULL, &error) < 0) {
        return report(&error);
    }

    /* Clean up */
    if (davit_container_stop(engine, container_id, DAVIT_UNSET, &error) < 0 ||
        davit_container_remove(engine, container_id, NULL, &error) < 0 ||
        davit_image_remove(engine, "my-python-image", false, NULL, NULL, &error) < 0) {
        return report(&error);
    }
    return 0;
}
